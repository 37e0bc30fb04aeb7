"""Processes: what is done to a part, with DIN 8580 group, usual best tolerance and roughness, and shop words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from kumihimo.terms import aliases as alias_lists
from kumihimo.terms import tables
from kumihimo.terms.aliases import Alias, GenericWord

_COLUMNS = ("id", "ja", "en", "din8580", "family", "best_it", "best_ra_um", "special", "stage")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessFamily:
    """A group of processes.

    Attributes
    ----------
    stage
        Usual place in the order of work: making the blank 10–20, machining 30, heat 40, grinding 50,
        finishing 55, coating 60, assembly 70, inspection 80.
    """

    id: str
    ja: str
    en: str
    stage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process.

    Attributes
    ----------
    id
        Stable code, e.g. ``"mach.mill5"``.
    din8580
        DIN 8580 group, ``"-"`` where the standard has none (inspection).
    best_it
        Finest ISO 286 grade that an ordinary good shop holds; `None` where it makes no sense. A rule of thumb.
    best_ra_um
        Finest usual Ra in µm; `None` where it makes no sense. A rule of thumb.
    special
        The result cannot be verified fully afterwards (heat treatment, welding, plating, …): a qualification is
        needed, not only a claim.
    stage
        Usual place in the order of work; that of the family unless the process differs (material cutting is early).
    aliases
        Other words, not the labels.
    generic
        A general word (切削, 板金, …) also leads to this process; it gives way to a more specific one.
    """

    id: str
    ja: str
    en: str
    din8580: str
    family: str
    best_it: int | None
    best_ra_um: float | None
    special: bool
    stage: int
    aliases: tuple[str, ...]
    generic: bool


def build_families(text: str, name: str = "process_families.tsv") -> Mapping[str, ProcessFamily]:
    """Read the families. Raises `TermsError`."""
    return MappingProxyType(
        {
            row["id"]: ProcessFamily(
                id=row["id"], ja=row["ja"], en=row["en"], stage=int(tables.number(row["stage"], name, row["id"]))
            )
            for row in tables.parse(text, name, ("id", "ja", "en", "stage"), key="id")
        }
    )


def build_labels(text: str, name: str = "processes.tsv") -> Mapping[str, tuple[str, ...]]:
    """Return process id -> its labels (id, Japanese, English), for the lexicon. Raises `TermsError`."""
    labels: dict[str, tuple[str, ...]] = {}
    for row in tables.parse(text, name, _COLUMNS, key="id"):
        if not row["ja"] or not row["en"]:
            raise tables.broken(name, 0, f"{row['id']} needs a Japanese and an English name")
        labels[row["id"]] = (row["id"], row["ja"], row["en"])
    return labels


def build_processes(
    text: str, families: Mapping[str, ProcessFamily], lexicon: Mapping[str, Alias], name: str = "processes.tsv"
) -> Mapping[str, Process]:
    """Read the processes. Raises `TermsError` when a family is unknown or a number is impossible."""
    other = alias_lists.aliases_by_code(lexicon)
    general = {target for alias in lexicon.values() if alias.kind == "general" for target in alias.targets}
    found: dict[str, Process] = {}
    for row in tables.parse(text, name, _COLUMNS, key="id"):
        code = row["id"]
        family = families.get(row["family"])
        if family is None:
            raise tables.broken(name, 0, f"{code} is in unknown family {row['family']!r}")
        best_it = int(tables.number(row["best_it"], name, code))
        best_ra = tables.number(row["best_ra_um"], name, code)
        if not 0 <= best_it <= 18 or best_ra < 0 or row["special"] not in ("0", "1"):
            raise tables.broken(name, 0, f"{code}: best_it 0..18, best_ra_um >= 0 and special 0/1 expected")
        found[code] = Process(
            id=code,
            ja=row["ja"],
            en=row["en"],
            din8580=row["din8580"],
            family=row["family"],
            best_it=best_it or None,
            best_ra_um=best_ra or None,
            special=row["special"] == "1",
            stage=int(tables.number(row["stage"], name, code)) if row["stage"] else family.stage,
            aliases=other.get(code, ()),
            generic=code in general,
        )
    return MappingProxyType(found)


@cache
def process_families() -> Mapping[str, ProcessFamily]:
    """Return the process families by id."""
    return build_families(tables.read("process_families.tsv"))


@cache
def process_lexicon() -> Mapping[str, Alias]:
    """Return folded word -> what it means, labels included.

    Fold the text to be looked up with `kumihimo.terms.fold` first; the longest match should win.
    """
    return alias_lists.build_lexicon(
        "process",
        build_labels(tables.read("processes.tsv")),
        tables.read("process_aliases.tsv"),
        alias_lists.alias_rules(),
        "process_aliases.tsv",
    )


@cache
def processes() -> Mapping[str, Process]:
    """Return all processes by id."""
    return build_processes(tables.read("processes.tsv"), process_families(), process_lexicon())


def process(code: str) -> Process:
    """Return one process. Raises `UnknownTerm` with near codes when there is none."""
    found = processes().get(code)
    if found is None:
        raise tables.unknown("工程", "Process", code, processes())
    return found


@cache
def generic_words() -> Mapping[str, GenericWord]:
    """Return folded word -> the question to ask, for words such as 溶接 or メッキ that list nothing by themselves."""
    from kumihimo.terms.material_list import material_families, material_lexicon, materials

    known = {*processes(), *materials(), *material_families()}
    taken = {*process_lexicon(), *material_lexicon()}
    return alias_lists.build_generic_words(tables.read("generic_words.tsv"), known, taken)
