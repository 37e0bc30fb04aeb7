# ruff: noqa: E501 - a pattern is easier to check in one line
"""What does not go together: アルマイト on stainless, HRC60 on SUS304, a fine tolerance on no particular size."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kumihimo import terms
from kumihimo.model.requirement import Hardness, Requirements, Tolerance
from kumihimo.terms import iso286

HARDENING = frozenset({"ht.qt", "ht.carb", "ht.induction", "ht.flame", "ht.vacuum", "ht.austemper"})
"""Processes that make a part harder."""
_NOT_HARDENED = (
    "aluminium",
    "brass",
    "copper",
    "bronze",
    "polymer",
    "magnesium",
    "zinc",
    "stainless.austenitic",
    "stainless.ferritic",
    "rubber",
)
_MAX_HRC = {
    "aluminium": 20.0, "brass": 20.0, "copper": 20.0, "bronze": 25.0, "polymer": 0.0, "magnesium": 15.0, "zinc": 15.0, "stainless.austenitic": 40.0,
    "stainless.ferritic": 25.0, "stainless.ph": 50.0, "titanium": 45.0, "iron": 60.0,
}  # fmt: skip


MOST_PIECES = 10_000_000
"""More pieces than that are a slip of the keyboard, no order of a network of small shops."""
LONGEST_MM = 100_000.0
"""A longer part than 100 m is one too."""


def too_large(needs: Requirements) -> list[tuple[str, str, str]]:
    """Return (field, why in Japanese, why in English) of values that nobody can have meant."""
    found = []
    if needs.quantity is not None and needs.quantity > MOST_PIECES:
        found.append(
            (
                "quantity",
                f"数量 {needs.quantity:,}個 は大きすぎます({MOST_PIECES:,}個まで)。",
                f"The quantity {needs.quantity:,} is too large ({MOST_PIECES:,} at most).",
            )
        )
    longest = max((*needs.size_mm, needs.thickness_mm or 0.0))
    if longest > LONGEST_MM:
        found.append(
            (
                "size_mm" if longest in needs.size_mm else "thickness_mm",
                f"寸法 {longest:,.10g} mm は大きすぎます({LONGEST_MM:,.0f} mmまで)。",
                f"The size {longest:,.10g} mm is too large ({LONGEST_MM:,.0f} mm at most).",
            )
        )
    return found


def family_of(material: str) -> str:
    """Return the family of a grade or the family itself; empty for a grade that the table does not hold."""
    grade = terms.materials().get(material)
    return grade.family if grade else material if material in terms.material_families() else ""


def _within(family: str, ancestors: Sequence[str]) -> bool:
    return any(family == item or family.startswith(item + ".") for item in ancestors)


def impossible_processes(needs: Requirements) -> list[tuple[str, str]]:
    """Return (process, material) pairs that no shop can do with any of the materials named."""
    families = [family_of(material) for material in needs.materials]
    if not families or not all(families):
        return []
    bad: list[tuple[str, str]] = []
    for process in needs.processes:
        for material, family in zip(needs.materials, families, strict=True):
            if _is_impossible(process, material, family):
                bad.append((process, material))
    # Several materials: only when the process fits none of them.
    counts = {process: sum(1 for item in bad if item[0] == process) for process, _ in bad}
    return [item for item in bad if counts[item[0]] == len(families)]


def _is_impossible(process: str, material: str, family: str) -> bool:
    if process in ("coat.anod", "coat.anod_hard"):
        return not _within(family, ("aluminium", "titanium", "magnesium"))
    if process in HARDENING:
        return _within(family, _NOT_HARDENED) or (
            process != "ht.carb" and (material in ("SS400", "SPCC", "SECC", "SGCC", "SPHC") or family == "steel.sheet")
        )
    if process == "coat.black":
        return _within(family, ("aluminium", "polymer", "titanium"))
    if process in ("ht.nitride", "coat.hdg", "coat.zn"):
        return _within(family, ("aluminium", "polymer", "copper", "brass"))
    if process.startswith("join.") and process not in (
        "join.bond",
        "join.pressfit",
        "join.rivet",
        "join.ultrasonic",
        "join.laser",
        "join.friction",
    ):
        return _within(family, ("polymer", "rubber", "ceramic"))
    if process.startswith("ht.") and process != "ht.anneal":
        return _within(family, ("polymer", "rubber"))
    if process == "cast.diecast":
        return _within(family, ("steel", "stainless", "titanium")) or material in (
            "A5052",
            "A6061",
            "A7075",
            "A2017",
            "A5056",
            "A6063",
        )
    if process == "poly.injection":
        return _within(family, ("steel", "stainless", "aluminium", "copper", "brass", "titanium"))
    if process == "edm.wire":
        return _within(family, ("polymer", "rubber", "glass"))
    return False


def impossible_hardness(hardness: Hardness | None, materials: Sequence[str]) -> str:
    """Return the material that cannot reach the hardness, or an empty string."""
    if hardness is None or hardness.scale != "HRC":
        return ""
    wanted = hardness.min if hardness.min is not None else hardness.max
    bad = [
        m
        for m in materials
        if any(_within(family_of(m), (f,)) and (wanted or 0) > limit for f, limit in _MAX_HRC.items())
    ]
    bad += [m for m in materials if m in ("SS400", "SPCC") and (wanted or 0) > 30]
    return bad[0] if bad and len(set(bad)) == len(set(materials)) else ""


FINEST_UNASKED = 7
"""A tolerance with no feature named, finer than this ISO 286 grade on the overall size, is asked: it is rarely meant
for the largest dimension."""


FINE_WIDTH_UM = 20.0
"""With no size at all, a total width up to this is fine enough to be asked."""


def needs_feature(tolerance: Tolerance, size_mm: Sequence[float], round_part: bool) -> bool:
    """Tell whether it must be asked which dimension a tolerance belongs to."""
    if tolerance.nominal_mm is not None:
        return False
    if tolerance.fit is not None:
        return not round_part
    width = ((tolerance.upper or 0.0) - (tolerance.lower or 0.0)) * 1000
    if not size_mm:
        return width <= FINE_WIDTH_UM
    grade = grade_on(max(size_mm), width)
    return grade is None or grade < FINEST_UNASKED


SEVERAL_SIZES = 3
FINEST_UNASKED_OF_SEVERAL = 9
"""Among several sizes this ISO 286 grade on the largest and coarser is what machining keeps everywhere: not asked."""
FINE_WIDTH_OF_SEVERAL_UM = 40.0
"""A wider one (±0.05) is meant for all sizes."""


def is_open_among(tolerance: Tolerance, sizes_mm: Collection[float]) -> bool:
    """Tell whether it must be asked to which of several sizes a tolerance belongs that is given once."""
    if tolerance.nominal_mm is not None or tolerance.fit is not None or len(sizes_mm) < SEVERAL_SIZES:
        return False
    width = ((tolerance.upper or 0.0) - (tolerance.lower or 0.0)) * 1000
    grade = grade_on(max(sizes_mm), width)
    return width <= FINE_WIDTH_OF_SEVERAL_UM and (grade is None or grade < FINEST_UNASKED_OF_SEVERAL)


def grade_on(nominal_mm: float, width_um: float) -> int | None:
    """Return the ISO 286 grade of a tolerance width on a nominal size; `None` outside the standard."""
    try:
        return iso286.grade_for(nominal_mm, width_um)
    except terms_error():
        return None


def terms_error() -> type[Exception]:
    """Return the error that the tables raise for a size outside the standard."""
    from kumihimo.errors import InputError

    return InputError
