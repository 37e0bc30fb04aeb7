"""Materials: grades, families as a tree by dots, and shop words for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from kumihimo.terms import aliases as alias_lists
from kumihimo.terms import tables
from kumihimo.terms.aliases import Alias

_COLUMNS = ("code", "family", "ja", "en", "jis", "equivalents", "density_g_cm3", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialFamily:
    """A node of the tree: ``steel`` is the parent of ``steel.carbon``."""

    id: str
    ja: str
    en: str
    parent: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One grade.

    Attributes
    ----------
    code
        As JIS writes it, upper case, no spaces (trade designation where JIS has none).
    jis
        JIS number, or where the designation comes from; may be empty.
    equivalents
        EN, AISI/UNS or DIN designations; ``~`` at the end: near, not the same analysis.
    density_g_cm3
        Typical density in g/cm³.
    """

    code: str
    family: str
    ja: str
    en: str
    jis: str
    equivalents: tuple[str, ...]
    density_g_cm3: float
    note: str
    aliases: tuple[str, ...]


def _parent(family: str) -> str | None:
    return family.rpartition(".")[0] or None


def build_labels(families: str, grades: str) -> Mapping[str, tuple[str, ...]]:
    """Return family id or grade -> labels for the lexicon. Raises `TermsError` when a code is both.

    The Japanese and English name of a grade describe a group (クロムモリブデン鋼), so only the code is its label.
    """
    labels: dict[str, tuple[str, ...]] = {}
    for row in tables.parse(families, "material_families.tsv", ("id", "ja", "en"), key="id"):
        labels[row["id"]] = (row["ja"], row["en"])
    for row in tables.parse(grades, "materials.tsv", _COLUMNS, key="code"):
        if row["code"] in labels:
            raise tables.broken("materials.tsv", 0, f"{row['code']!r} is a family too")
        labels[row["code"]] = (row["code"],)
    return labels


def build_families(
    text: str, lexicon: Mapping[str, Alias], name: str = "material_families.tsv"
) -> Mapping[str, MaterialFamily]:
    """Read the tree. Raises `TermsError` when a parent is missing or a label is empty."""
    other = alias_lists.aliases_by_code(lexicon)
    rows = tables.parse(text, name, ("id", "ja", "en"), key="id")
    ids = {row["id"] for row in rows}
    found: dict[str, MaterialFamily] = {}
    for row in rows:
        parent = _parent(row["id"])
        if parent is not None and parent not in ids:
            raise tables.broken(name, 0, f"{row['id']} needs its parent {parent!r}")
        if not row["ja"] or not row["en"]:
            raise tables.broken(name, 0, f"{row['id']} needs a Japanese and an English name")
        found[row["id"]] = MaterialFamily(
            id=row["id"], ja=row["ja"], en=row["en"], parent=parent, aliases=other.get(row["id"], ())
        )
    return MappingProxyType(found)


def build_materials(
    text: str, families: Mapping[str, MaterialFamily], lexicon: Mapping[str, Alias], name: str = "materials.tsv"
) -> Mapping[str, Material]:
    """Read the grades. Raises `TermsError` on an unknown family, an empty name or an impossible density."""
    other = alias_lists.aliases_by_code(lexicon)
    found: dict[str, Material] = {}
    for row in tables.parse(text, name, _COLUMNS, key="code"):
        code = row["code"]
        if row["family"] not in families:
            raise tables.broken(name, 0, f"{code} is in unknown family {row['family']!r}")
        if not row["ja"] or not row["en"]:
            raise tables.broken(name, 0, f"{code} needs a Japanese and an English name")
        density = tables.number(row["density_g_cm3"], name, code)
        if not 0.02 <= density <= 23:
            raise tables.broken(name, 0, f"{code}: density {density} g/cm3 is impossible")
        found[code] = Material(
            code=code,
            family=row["family"],
            ja=row["ja"],
            en=row["en"],
            jis=row["jis"],
            equivalents=tables.split(row["equivalents"]),
            density_g_cm3=density,
            note=row["note"],
            aliases=other.get(code, ()),
        )
    return MappingProxyType(found)


@cache
def material_lexicon() -> Mapping[str, Alias]:
    """Return folded word -> grade or family id, codes and family names included."""
    return alias_lists.build_lexicon(
        "material",
        build_labels(tables.read("material_families.tsv"), tables.read("materials.tsv")),
        tables.read("material_aliases.tsv"),
        alias_lists.alias_rules(),
        "material_aliases.tsv",
    )


@cache
def material_families() -> Mapping[str, MaterialFamily]:
    """Return the material families by id."""
    return build_families(tables.read("material_families.tsv"), material_lexicon())


@cache
def materials() -> Mapping[str, Material]:
    """Return all grades by code."""
    return build_materials(tables.read("materials.tsv"), material_families(), material_lexicon())


def material(code: str) -> Material:
    """Return one grade. Raises `UnknownTerm` with near codes when there is none."""
    found = materials().get(code)
    if found is None:
        raise tables.unknown("材質", "Material", code, materials())
    return found


def is_family_within(child: str, ancestor: str) -> bool:
    """Tell whether family `child` is `ancestor` or lies below it.

    Raises
    ------
    UnknownTerm
        One of the two is not a family.
    """
    families = material_families()
    for family in (child, ancestor):
        if family not in families:
            raise tables.unknown("材質の区分", "Material family", family, families)
    return child == ancestor or child.startswith(ancestor + ".")
