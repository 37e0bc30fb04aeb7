"""Whether the materials that a row claims hold one of the wanted ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kumihimo import terms
from kumihimo.matching.columns import CapabilityColumns
from kumihimo.matching.reasons import Reason
from kumihimo.matching.verdict_words import Flags, Words, judged
from kumihimo.model import StepRequirement

SURFACE_FAMILIES = frozenset({"coating", "finishing", "inspection", "assembly"})
"""Families of processes that care little for the grade below the surface: a shop names what it mostly gets."""
ANY_METAL = frozenset({"coat.paint", "coat.powder", "coat.ed", "fin.blast", "fin.barrel", "fin.deburr", "fin.print"})
"""Processes of those families that even take metals of other roots; inspection and assembly do so, too."""
METALS = frozenset(
    {"steel", "stainless", "iron", "aluminium", "copper", "brass", "bronze", "titanium", "nickel", "cobalt"}
    | {"magnesium", "zinc", "refractory", "precious"}
)
"""Roots of the material families that are metals."""

_OK, _ASK, _UNLISTED, _EXCLUDED, _OTHER = range(5)


def root_of(material: str) -> str:
    """Return the root family of a grade or family: ``"steel"`` of S45C; empty when no list knows the grade."""
    known = terms.materials().get(material)
    family = known.family if known is not None else material if _is_family(material) else ""
    return family.partition(".")[0]


def may_be_worked(process: str, claimed: str, wanted: str) -> bool:
    """Tell whether a row that claims one material may well work another that it does not list.

    Parameters
    ----------
    process
        Of coating, finishing, inspection or assembly; of any other process the answer is no.
    claimed, wanted
        Grades or families.
    """
    known = terms.processes().get(process)
    if known is None or known.family not in SURFACE_FAMILIES:
        return False
    held, asked = root_of(claimed), root_of(wanted)
    if not held or not asked:
        return False
    any_metal = process in ANY_METAL or known.family in ("inspection", "assembly")
    return held == asked or (any_metal and held in METALS and asked in METALS)


def _is_family(code: str) -> bool:
    families = terms.material_families()
    return code in families or code.partition(".")[0] in families


def material_words(columns: CapabilityColumns, step: StepRequirement) -> Words:
    """Return MAT_FAMILY and MAT_GRADE_EXCL, one word for each entry of the material dictionary.

    Any of the wanted materials will do.
    """
    state = np.full(len(columns.material_family), _OTHER, dtype=np.int8)
    listed: Flags = np.asarray(columns.material_include.any(axis=1))
    process = terms.processes().get(step.process)
    surface = process is not None and process.family in SURFACE_FAMILIES
    for code in step.materials:
        found = _material_state(columns, code, listed)
        if surface:
            near = np.array([may_be_worked(step.process, name, code) for name in columns.families], dtype=bool)
            found[(found == _OTHER) & near[columns.material_family]] = _UNLISTED
        np.minimum(state, found, out=state)
    words = judged(Reason.MAT_FAMILY, state == _OTHER, state == _UNLISTED)
    words |= judged(Reason.MAT_GRADE_EXCL, state == _EXCLUDED, state == _ASK)
    return words


def _material_state(columns: CapabilityColumns, code: str, listed: Flags) -> NDArray[np.int8]:
    names, family = columns.families, columns.material_family
    grade = terms.materials().get(code)
    if grade is None and (code in terms.material_families() or code in names):
        mask = _grade_mask(columns, [name for name in columns.grades if _is_within(_family_of(name), code)])
        some = np.array([_is_within(name, code) for name in names], dtype=bool)[family]
        some |= (columns.material_include & mask).any(axis=1)
        wider = np.array([_is_within(code, name) for name in names], dtype=bool)[family]
        return np.where(some, _OK, np.where(wider, np.where(listed, _ASK, _OK), _OTHER)).astype(np.int8)
    mask = _grade_mask(columns, [code])
    included = (columns.material_include & mask).any(axis=1)
    excluded = (columns.material_exclude & mask).any(axis=1)
    if grade is None:  # a grade that no list knows: only a row that names it is sure
        return np.where(excluded, _EXCLUDED, np.where(included, _OK, _ASK)).astype(np.int8)
    within = np.array([_is_within(grade.family, name) for name in names], dtype=bool)[family]
    claimed = np.where(within, np.where(listed, _ASK, _OK), _OTHER)
    return np.where(excluded, _EXCLUDED, np.where(included, _OK, claimed)).astype(np.int8)


def _family_of(grade: str) -> str:
    known = terms.materials().get(grade)
    return "" if known is None else known.family


def _is_within(child: str, ancestor: str) -> bool:
    return child == ancestor or child.startswith(ancestor + ".")


def _grade_mask(columns: CapabilityColumns, grades: list[str]) -> NDArray[np.uint64]:
    mask = np.zeros(columns.material_include.shape[1], dtype=np.uint64)
    for name in grades:
        if name in columns.grades:
            number = columns.grades.index(name)
            mask[number // 64] |= np.uint64(1 << (number % 64))
    return mask
