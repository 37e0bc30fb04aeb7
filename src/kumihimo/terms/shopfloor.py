"""What stands in a shop and what goes wrong there: equipment, defects, hazards; its industry and its languages."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TypeVar

from kumihimo.terms import tables
from kumihimo.terms.process_list import process_families, processes


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentKind:
    """A kind of machine; `serves`: process ids or families it is used for."""

    id: str
    ja: str
    en: str
    serves: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A defect code; `families`: process families in which it occurs, empty for all."""

    id: str
    ja: str
    en: str
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """What can stop a site or several at once; `kind` is ``"natural"``, ``"utility"``, ``"supply"`` or ``"site"``."""

    id: str
    ja: str
    en: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Industry:
    """A middle class of the manufacturing division E of the Japan Standard Industrial Classification."""

    code: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language that people in a shop speak; `code` as in ISO 639-1."""

    code: str
    ja: str
    en: str
    aliases: tuple[str, ...]


_Item = TypeVar("_Item")


def _build(text: str, name: str, columns: tuple[str, ...], make: Callable[[tables.Row], _Item]) -> Mapping[str, _Item]:
    found: dict[str, _Item] = {}
    for row in tables.parse(text, name, columns, key=columns[0]):
        if not row["ja"] or not row["en"]:
            raise tables.broken(name, 0, f"{row[columns[0]]} needs a Japanese and an English name")
        found[row[columns[0]]] = make(row)
    return MappingProxyType(found)


def _codes(cell: str, known: Container[str], name: str, owner: str) -> tuple[str, ...]:
    codes = tables.split(cell)
    for code in codes:
        if code not in known:
            raise tables.broken(name, 0, f"{owner} names unknown {code!r}")
    return codes


def build_equipment(text: str, known: Container[str], name: str = "equipment.tsv") -> Mapping[str, EquipmentKind]:
    """Read the kinds of equipment; `known` holds process ids and families. Raises `TermsError`."""
    return _build(
        text,
        name,
        ("id", "ja", "en", "serves"),
        lambda row: EquipmentKind(
            id=row["id"], ja=row["ja"], en=row["en"], serves=_codes(row["serves"], known, name, row["id"])
        ),
    )


def build_defects(text: str, families: Container[str], name: str = "defects.tsv") -> Mapping[str, Defect]:
    """Read the defect codes. Raises `TermsError` on an unknown process family."""
    return _build(
        text,
        name,
        ("id", "ja", "en", "families"),
        lambda row: Defect(
            id=row["id"], ja=row["ja"], en=row["en"], families=_codes(row["families"], families, name, row["id"])
        ),
    )


@cache
def equipment_kinds() -> Mapping[str, EquipmentKind]:
    """Return the kinds of equipment by id (``"MC-5X"``, ``"LATHE-NC"``, …)."""
    return build_equipment(tables.read("equipment.tsv"), {*processes(), *process_families()})


@cache
def defects() -> Mapping[str, Defect]:
    """Return the defect codes by id."""
    return build_defects(tables.read("defects.tsv"), process_families())


@cache
def hazards() -> Mapping[str, Hazard]:
    """Return the hazards by id."""
    return _build(
        tables.read("hazards.tsv"),
        "hazards.tsv",
        ("id", "ja", "en", "kind"),
        lambda row: Hazard(id=row["id"], ja=row["ja"], en=row["en"], kind=row["kind"]),
    )


@cache
def jsic() -> Mapping[str, Industry]:
    """Return the manufacturing middle classes (09 to 32) of JSIC by two-digit code."""
    return _build(
        tables.read("jsic.tsv"),
        "jsic.tsv",
        ("code", "ja", "en"),
        lambda row: Industry(code=row["code"], ja=row["ja"], en=row["en"]),
    )


@cache
def languages() -> Mapping[str, Language]:
    """Return the languages by two-letter code."""
    return _build(
        tables.read("languages.tsv"),
        "languages.tsv",
        ("code", "ja", "en", "aliases"),
        lambda row: Language(code=row["code"], ja=row["ja"], en=row["en"], aliases=tables.split(row["aliases"])),
    )
