"""The tables of ISO 286, ISO 2768 and roughness against known values and the formulas behind them."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumihimo.errors import InputError, TermsError, UnknownTerm
from kumihimo.terms import iso286, iso2768, roughness, tables

STEPS_IN_I = dict(zip(range(5, 19), (7, 10, 16, 25, 40, 64, 100, 160, 250, 400, 640, 1000, 1600, 2500), strict=True))


@pytest.mark.parametrize(
    ("fit", "nominal_mm", "lower_um", "upper_um"),
    [
        ("H7", 20, 0, 21),
        ("g6", 20, -20, -7),
        ("h6", 25, -13, 0),
        ("p6", 30, 22, 35),
        ("k6", 50, 2, 18),
        ("js6", 10, -4.5, 4.5),
        ("n6", 40, 17, 33),
        ("K7", 30, -15, 6),
        ("P7", 50, -42, -17),
        ("f7", 20, -41, -20),
        ("F8", 20, 20, 53),
        ("G7", 40, 9, 34),
        ("e8", 60, -106, -60),
        ("d9", 30, -117, -65),
        ("c11", 100, -390, -170),
        ("m6", 40, 9, 25),
        ("M7", 25, -21, 0),
        ("N7", 25, -28, -7),
        ("N9", 8, -36, 0),
        ("JS7", 10, -7.5, 7.5),
        ("j6", 25, -4, 9),
        ("J7", 25, -9, 12),
        ("r6", 70, 43, 62),
        ("s6", 110, 79, 101),
        ("R7", 60, -60, -30),
        ("M6", 300, -41, -9),
        ("K7", 2, -10, 0),
        ("N7", 3, -14, -4),
        ("k9", 20, 0, 52),
        ("h13", 500, -970, 0),
        ("u6", 25, 48, 61),
    ],
)
def test_fits_of_the_standard(fit: str, nominal_mm: float, lower_um: float, upper_um: float) -> None:
    assert iso286.deviations_um(fit, nominal_mm) == (lower_um, upper_um)


def test_grades_agree_with_the_formula() -> None:
    limits = iso286.grade_table().limits_mm
    for index, limit in enumerate(limits):
        below = limits[index - 1] if index else 1.0
        mean = math.sqrt(below * limit)
        unit = 0.45 * mean ** (1 / 3) + 0.001 * mean if limit <= 500 else 0.004 * mean + 2.1
        # The smallest step is rounded up by the standard far more than the others.
        slack = 0.16 if limit <= 3 else 0.10
        for grade, factor in STEPS_IN_I.items():
            assert iso286.tolerance_um(limit, grade) == pytest.approx(factor * unit, rel=slack), (limit, grade)


@pytest.mark.parametrize(
    ("letter", "factor", "power"),
    [("d", 16, 0.44), ("e", 11, 0.41), ("f", 5.5, 0.41), ("g", 2.5, 0.34), ("n", 5, 0.34)],
)
def test_fundamental_deviations_agree_with_the_formula(letter: str, factor: float, power: float) -> None:
    # Up to 3 mm the standard sets values of its own.
    limits = (3, 6, 10, 18, 30, 50, 80, 120, 180, 250, 315, 400, 500)
    for below, limit in pairwise(limits):
        computed = factor * math.sqrt(below * limit) ** power
        tabled = abs(iso286.deviation_table().value(letter, limit) or 0)
        assert tabled == pytest.approx(computed, abs=max(1.7, 0.03 * computed)), (letter, limit)


def test_a_size_on_the_limit_belongs_to_the_smaller_step() -> None:
    assert iso286.tolerance_um(30, 7) == 21
    assert iso286.tolerance_um(30.001, 7) == 25
    assert iso286.tolerance_um(3150, 18) == 33000
    assert iso286.tolerance_um(10, "01") == 0.4


@pytest.mark.parametrize(
    ("nominal_mm", "width_um", "grade"),
    [(10, 20, 7), (300, 20, 4), (30, 21, 7), (30, 20.999, 6), (10, (10.0075 - 9.9925) * 1000, 7), (50, 1e6, 18)],
)
def test_the_grade_a_shop_must_hold(nominal_mm: float, width_um: float, grade: int) -> None:
    assert iso286.grade_for(nominal_mm, width_um) == grade


def test_finer_than_it1_has_no_grade() -> None:
    assert iso286.grade_for(50, 1.0) is None


@given(st.floats(0.1, 3150), st.floats(0.5, 40000))
def test_the_grade_fits_and_the_next_does_not(nominal_mm: float, width_um: float) -> None:
    grade = iso286.grade_for(nominal_mm, width_um)
    if grade is None:
        assert iso286.tolerance_um(nominal_mm, 1) > width_um
        return
    assert iso286.tolerance_um(nominal_mm, grade) <= width_um * (1 + 1e-9)
    if grade < 18:
        assert iso286.tolerance_um(nominal_mm, grade + 1) > width_um


@given(st.floats(0.1, 500), st.sampled_from(["c", "d", "e", "f", "g", "h"]), st.integers(5, 11))
def test_clearance_holes_mirror_shafts(nominal_mm: float, letter: str, grade: int) -> None:
    lower, upper = iso286.deviations_um(f"{letter}{grade}", nominal_mm)
    assert iso286.deviations_um(f"{letter.upper()}{grade}", nominal_mm) == (-upper, -lower)


@pytest.mark.parametrize("fit", ["", "7H", "q6", "H0", "H19", "j9", "K10", "HH7"])
def test_unknown_fits_are_refused(fit: str) -> None:
    with pytest.raises(UnknownTerm):
        iso286.deviations_um(fit, 20)


def test_sizes_outside_the_table_are_refused() -> None:
    with pytest.raises(InputError, match="3150"):
        iso286.tolerance_um(3151, 7)
    with pytest.raises(InputError):
        iso286.grade_for(0, 10)
    with pytest.raises(InputError, match="500"):
        iso286.tolerance_um(600, 0)
    with pytest.raises(InputError):
        iso286.deviations_um("H7", 501)
    with pytest.raises(UnknownTerm):
        iso286.tolerance_um(10, 19)


def test_a_tolerance_table_that_does_not_grow_is_refused() -> None:
    text = tables.read("iso286_it.tsv")
    with pytest.raises(TermsError, match="coarser grade"):
        iso286.build_grades(text.replace("\t21\t33\t", "\t21\t20\t", 1))


def test_general_tolerances() -> None:
    assert iso2768.linear_mm(25, "m") == 0.2
    assert iso2768.linear_mm(30, "m") == 0.2
    assert iso2768.linear_mm(300, "m") == 0.5
    assert iso2768.linear_mm(300, "f") == 0.2
    assert iso2768.linear_mm(3, "v") is None
    assert iso2768.radius_mm(10, "c") == 2.0
    assert iso2768.angle_deg(100, "m") == pytest.approx(1 / 3)
    assert iso2768.geometric_mm("flatness", 200, "K") == 0.4
    assert iso2768.geometric_mm("perpendicularity", 100, "H") == 0.2
    assert iso2768.geometric_mm("runout", 50, "L") == 0.5
    with pytest.raises(InputError):
        iso2768.linear_mm(0.4, "m")
    with pytest.raises(InputError):
        iso2768.linear_mm(4001, "m")
    with pytest.raises(UnknownTerm):
        iso2768.linear_mm(10, "z")
    with pytest.raises(UnknownTerm):
        iso2768.geometric_mm("beauty", 10, "H")


def test_old_finish_marks_name_ranges() -> None:
    coarsest = {mark: item.ra_max_um for mark, item in roughness.finish_marks().items()}
    assert coarsest == {"▽▽▽▽": 0.2, "▽▽▽": 1.6, "▽▽": 6.3, "▽": 25.0, "〜": None}
    assert roughness.ra_from_rz_um(6.4) == pytest.approx(1.6)
    assert roughness.rz_from_ra_um(0.8) == pytest.approx(3.2)
    with pytest.raises(InputError):
        roughness.ra_from_rz_um(0)
