"""Units that shops write, and hardness scales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from kumihimo.errors import InputError
from kumihimo.terms import tables

BASES = ("mm", "kg", "kN", "µm", "MPa", "L", "day", "piece", "N·m", "mm2")
"""Base unit of each quantity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit: ``value * factor`` is the value in `base`.

    Attributes
    ----------
    symbol
        As it is written most often.
    base
        One of `BASES`. Count words (個, 本, 枚, 台) have the base ``"piece"``.
    aliases
        Other spellings.
    exact
        False where the factor depends on something (a dozen pairs, a month as 30 days).
    """

    symbol: str
    ja: str
    en: str
    base: str
    factor: float
    exact: bool
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HardnessScale:
    """A hardness scale with the range in which a value is plausible; a value outside it is probably misread."""

    id: str
    ja: str
    en: str
    low: float
    high: float
    standard: str
    aliases: tuple[str, ...]


def build_units(text: str, name: str = "units.tsv") -> Mapping[str, Unit]:
    """Read the units. Raises `TermsError` on an unknown base, a factor not over 0 or a spelling of two units."""
    found: dict[str, Unit] = {}
    owner: dict[str, str] = {}
    columns = ("symbol", "ja", "en", "base", "factor", "exact", "aliases")
    for row in tables.parse(text, name, columns, key="symbol"):
        factor = tables.number(row["factor"], name, row["symbol"])
        if row["base"] not in BASES or factor <= 0:
            raise tables.broken(name, 0, f"{row['symbol']}: base {row['base']!r}, factor {factor}")
        item = Unit(
            symbol=row["symbol"],
            ja=row["ja"],
            en=row["en"],
            base=row["base"],
            factor=factor,
            exact=row["exact"] == "1",
            aliases=tables.split(row["aliases"]),
        )
        for word in {item.symbol, *item.aliases}:
            if owner.setdefault(word, item.symbol) != item.symbol:
                raise tables.broken(name, 0, f"{word!r} is written for {owner[word]!r} and {item.symbol!r}")
        found[item.symbol] = item
    return MappingProxyType(found)


def build_hardness_scales(text: str, name: str = "hardness.tsv") -> Mapping[str, HardnessScale]:
    """Read the scales. Raises `TermsError` when a range is empty."""
    found: dict[str, HardnessScale] = {}
    for row in tables.parse(text, name, ("id", "ja", "en", "low", "high", "standard", "aliases"), key="id"):
        low, high = tables.number(row["low"], name, row["id"]), tables.number(row["high"], name, row["id"])
        if not 0 <= low < high:
            raise tables.broken(name, 0, f"{row['id']}: range {low} to {high}")
        found[row["id"]] = HardnessScale(
            id=row["id"],
            ja=row["ja"],
            en=row["en"],
            low=low,
            high=high,
            standard=row["standard"],
            aliases=tables.split(row["aliases"]),
        )
    return MappingProxyType(found)


@cache
def units() -> Mapping[str, Unit]:
    """Return the units by symbol."""
    return build_units(tables.read("units.tsv"))


@cache
def unit_lexicon() -> Mapping[str, Unit]:
    """Return every spelling -> unit. Case matters (mm, MM is not listed), so nothing is folded."""
    return MappingProxyType({word: item for item in units().values() for word in (item.symbol, *item.aliases)})


@cache
def hardness_scales() -> Mapping[str, HardnessScale]:
    """Return the hardness scales by id (``"HRC"``)."""
    return build_hardness_scales(tables.read("hardness.tsv"))


def convert(value: float, unit: str, base: str) -> float:
    """Return `value` given in `unit` in its base unit.

    Raises
    ------
    UnknownTerm
        Nobody writes such a unit.
    InputError
        The unit measures something else than `base`.
    """
    item = unit_lexicon().get(unit)
    if item is None:
        raise tables.unknown("単位", "Unit", unit, unit_lexicon())
    if item.base == "mm" and base == "µm":
        return value * item.factor * 1000
    if item.base == "µm" and base == "mm":
        return value * item.factor / 1000
    if item.base != base:
        raise InputError(
            f"単位「{unit}」は {item.base} に換算する単位です。{base} の単位を使ってください。",
            f"Unit {unit!r} converts to {item.base}; use a unit of {base}.",
        )
    return value * item.factor
