"""ISO 286-1:2010 / JIS B 0401-1: standard tolerance grades and fits.

The values are those of the standard's tables. The tests hold them against the formulas they were made from,
i = 0.45 D^(1/3) + 0.001 D up to 500 mm and I = 0.004 D + 2.1 above (D: geometric mean of the size step, mm; µm).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from kumihimo.errors import InputError, UnknownTerm
from kumihimo.terms import tables

_GRADES = ("01", "0", *(str(n) for n in range(1, 19)))
_DEVIATIONS = ("c", "d", "e", "f", "g", "h", "k", "m", "n", "p", "r", "s", "u", "j5", "j6", "j7", "J6", "J7", "J8")
_CLEARANCE = frozenset("cdefgh")
_FIT = re.compile(r"(js|JS|[A-Za-z])\s*(\d{1,2})")

# Exception of ISO 286-1, table 3, note: M6 over 250 up to 315 mm is -9, not -11.
_M6_EXCEPTION = (250.0, 315.0, -9.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTable:
    """Values by size step: `limits_mm` upper limits ascending, `columns` name -> value per step (`None`: no value)."""

    limits_mm: tuple[float, ...]
    columns: Mapping[str, tuple[float | None, ...]]

    def value(self, column: str, nominal_mm: float) -> float | None:
        """Return the value of `column` in the step that holds `nominal_mm`; `None` outside the table."""
        values = self.columns.get(column)
        step = bisect_left(self.limits_mm, nominal_mm)
        if values is None or step >= len(self.limits_mm):
            return None
        return values[step]


def build_steps(text: str, name: str, columns: tuple[str, ...]) -> StepTable:
    """Read a table by size steps. Raises `TermsError` when the steps do not ascend or a cell is no number."""
    rows = tables.parse(text, name, ("up_to_mm", *columns), key="up_to_mm")
    limits = tuple(tables.number(row["up_to_mm"], name, "up_to_mm") for row in rows)
    if list(limits) != sorted(limits):
        raise tables.broken(name, 0, "the size steps must ascend")
    return StepTable(
        limits_mm=limits,
        columns=MappingProxyType(
            {
                column: tuple(tables.number(row[column], name, column) if row[column] else None for row in rows)
                for column in columns
            }
        ),
    )


def build_grades(text: str, name: str = "iso286_it.tsv") -> StepTable:
    """Read the standard tolerances. Raises `TermsError` unless they grow with the grade and with the size."""
    table = build_steps(text, name, tuple(f"IT{grade}" for grade in _GRADES))
    rows = [table.columns[f"IT{grade}"] for grade in _GRADES]
    for finer, coarser in pairwise(rows):
        for low, high in zip(finer, coarser, strict=True):
            if low is not None and (high is None or high <= low):
                raise tables.broken(name, 0, f"a coarser grade has {high} µm where the finer one has {low} µm")
    for row in rows:
        known = [value for value in row if value is not None]
        if known != sorted(known):
            raise tables.broken(name, 0, "a tolerance falls although the size grows")
    return table


@cache
def grade_table() -> StepTable:
    """Return IT01 to IT18 in µm; columns ``"IT01"`` … ``"IT18"``, up to 3150 mm (IT01 and IT0 up to 500 mm)."""
    return build_grades(tables.read("iso286_it.tsv"))


@cache
def deviation_table() -> StepTable:
    """Return the fundamental deviations in µm by shaft letter, up to 500 mm."""
    return build_steps(tables.read("iso286_deviations.tsv"), "iso286_deviations.tsv", _DEVIATIONS)


def tolerance_um(nominal_mm: float, grade: int | str) -> float:
    """Return the standard tolerance.

    Parameters
    ----------
    nominal_mm
        Nominal size in mm, over 0 up to 3150 (grades 01 and 0: up to 500).
    grade
        1 to 18, ``0`` or ``"01"``.

    Returns
    -------
    float
        Width of the tolerance interval in µm.

    Raises
    ------
    InputError
        The standard has no value for this size.
    UnknownTerm
        There is no such grade.
    """
    name = f"IT{grade}"
    table = grade_table()
    if name not in table.columns:
        raise tables.unknown("公差等級", "Tolerance grade", name, table.columns)
    _check_size(nominal_mm, table.limits_mm[-1])
    value = table.value(name, nominal_mm)
    if value is None:
        raise _outside(nominal_mm, 500.0)
    return value


def grade_for(nominal_mm: float, width_um: float) -> int | None:
    """Return the grade a shop must hold: the coarsest one whose tolerance fits within `width_um`.

    Parameters
    ----------
    nominal_mm
        Nominal size in mm, over 0 up to 3150.
    width_um
        Full width of the tolerance in µm (±0.01 mm is 20).

    Returns
    -------
    int or None
        1 to 18; 18 when the width is wider still; `None` when it is finer than IT1.

    Raises
    ------
    InputError
        The standard has no value for this size.

    Examples
    --------
    >>> grade_for(10, 20), grade_for(300, 20)
    (7, 4)
    """
    _check_size(nominal_mm, grade_table().limits_mm[-1])
    # A hair is allowed for widths that come from a difference of floats (10.01 - 9.99).
    allowed = width_um * (1 + 1e-9)
    for grade in range(18, 0, -1):
        if tolerance_um(nominal_mm, grade) <= allowed:
            return grade
    return None


def deviations_um(fit: str, nominal_mm: float) -> tuple[float, float]:
    """Return the limit deviations of a tolerance class.

    Parameters
    ----------
    fit
        Shaft (``"g6"``, ``"js6"``, ``"k6"``) or hole (``"H7"``, ``"K7"``, ``"P7"``): c d e f g h js j k m n p r s u.
    nominal_mm
        Nominal size in mm, over 0 up to 500.

    Returns
    -------
    tuple of float
        Lower and upper deviation in µm.

    Raises
    ------
    UnknownTerm
        The letter or its grade is not in the table.
    InputError
        The size is outside the table.

    Examples
    --------
    >>> deviations_um("H7", 20), deviations_um("g6", 20)
    ((0.0, 21.0), (-20.0, -7.0))
    """
    match = _FIT.fullmatch(fit.strip())
    if match is None:
        raise _unknown_fit(fit)
    letter, grade = match[1], int(match[2])
    if not 1 <= grade <= 18:
        raise _unknown_fit(fit)
    _check_size(nominal_mm, deviation_table().limits_mm[-1])
    width = tolerance_um(nominal_mm, grade)
    if letter in ("js", "JS"):
        return (-width / 2, width / 2)
    if letter.islower():
        return _shaft(letter, grade, nominal_mm, width, fit)
    return _hole(letter, grade, nominal_mm, width, fit)


def _shaft(letter: str, grade: int, nominal_mm: float, width: float, fit: str) -> tuple[float, float]:
    if letter in _CLEARANCE:
        upper = _fundamental(letter, nominal_mm, fit)
        return (upper - width, upper)
    if letter == "j":
        lower = _fundamental(f"j{grade}", nominal_mm, fit)
    elif letter == "k" and not 4 <= grade <= 7:
        lower = 0.0
    else:
        lower = _fundamental(letter, nominal_mm, fit)
    return (lower, lower + width)


def _hole(letter: str, grade: int, nominal_mm: float, width: float, fit: str) -> tuple[float, float]:
    shaft = letter.lower()
    if shaft in _CLEARANCE:
        # 0.0 - x instead of -x: the deviation of H is 0.0, not -0.0.
        lower = 0.0 - _fundamental(shaft, nominal_mm, fit)
        return (lower, lower + width)
    upper = _hole_upper(letter, grade, nominal_mm, width, fit)
    return (upper - width, upper)


def _hole_upper(letter: str, grade: int, nominal_mm: float, width: float, fit: str) -> float:
    """ES of the holes J to U: the shaft's deviation mirrored, plus Δ = ITn - IT(n-1) for the finer grades."""
    if letter == "J":
        return _fundamental(f"J{grade}", nominal_mm, fit)
    mirrored = 0.0 - _fundamental(letter.lower(), nominal_mm, fit)
    small = nominal_mm <= 3
    if letter == "K" and grade > 8:
        if small:
            return 0.0
        raise _unknown_fit(fit)  # the standard gives K above IT8 only up to 3 mm
    if letter == "N" and grade > 8 and not small:
        return 0.0
    finest_with_delta = 8 if letter in "KMN" else 7
    if small or grade > finest_with_delta or grade < 3:
        return mirrored
    over, up_to, exception = _M6_EXCEPTION
    if letter == "M" and grade == 6 and over < nominal_mm <= up_to:
        return exception
    return mirrored + width - tolerance_um(nominal_mm, grade - 1)


def _fundamental(column: str, nominal_mm: float, fit: str) -> float:
    value = deviation_table().value(column, nominal_mm)
    if value is None:
        raise _unknown_fit(fit)
    return value


def _check_size(nominal_mm: float, largest_mm: float) -> None:
    if not 0 < nominal_mm <= largest_mm:
        raise _outside(nominal_mm, largest_mm)


def _outside(nominal_mm: float, largest_mm: float) -> InputError:
    return InputError(
        f"呼び寸法 {nominal_mm:g} mm は ISO 286 の表の範囲外です。"
        f"0 より大きく {largest_mm:g} mm 以下で指定してください。",
        f"Nominal size {nominal_mm:g} mm is outside the ISO 286 table; give one over 0 up to {largest_mm:g} mm.",
    )


def _unknown_fit(fit: str) -> UnknownTerm:
    return UnknownTerm(
        f"はめあい記号「{fit}」は表にありません。H7、g6、js6 のように書いてください"
        "(c d e f g h js j k m n p r s u と大文字の穴)。",
        f"Tolerance class {fit!r} is not in the table; write H7 or g6 (c d e f g h js j k m n p r s u; upper: hole).",
    )
