"""Reading STEP in a limited process. Needs the optional CAD kernel."""

from __future__ import annotations

import importlib.util
import math
import sys
from datetime import date
from pathlib import Path

import pytest

from kumihimo.errors import FileRefused, Unavailable
from kumihimo.inquiry import step, step_worker
from kumihimo.inquiry.step import read_step

TODAY = date(2026, 11, 22)
DATA = Path(__file__).resolve().parents[2] / "data" / "cad"
needs_kernel = pytest.mark.skipif(importlib.util.find_spec("OCP") is None, reason="kumihimo[cad] is not installed")


@pytest.mark.cad
@needs_kernel
def test_the_sample_plate() -> None:
    read = read_step(DATA / "plate.step", today=TODAY)
    assert read.requirements.size_mm == (300.0, 120.0, 30.0)
    context = {value.field: value.value for value in read.context}
    # 300 x 120 x 30 less a pocket, a counterbore and four holes, as it was modelled
    assert context["volume_mm3"] == pytest.approx(995_328, rel=1e-4)
    assert context["holes"] == [{"diameter_mm": 20.0, "count": 1}, {"diameter_mm": 9.0, "count": 4}]
    assert context["unit"] == "mm"
    assert {"materials", "quantity", "processes"} <= {q.field for q in read.questions if q.why == "missing"}
    for value in (*read.fields, *read.context):
        assert value.source == "cad"
        assert read.text[value.start : value.end] == value.text


@pytest.mark.cad
@needs_kernel
def test_memory_beyond_the_limit_is_one_clear_line() -> None:
    with pytest.raises(FileRefused, match="within its limits"):
        read_step(DATA / "plate.step", today=TODAY, memory_mb=200)


@pytest.mark.cad
@needs_kernel
def test_time_beyond_the_limit_is_one_clear_line() -> None:
    with pytest.raises(FileRefused, match="within its limits"):
        read_step(DATA / "plate.step", today=TODAY, time_limit_s=0.01)


@pytest.mark.cad
@needs_kernel
@pytest.mark.parametrize("share", [0.02, 0.5])
def test_a_cut_off_file_is_one_clear_line(tmp_path: Path, share: float) -> None:
    whole = (DATA / "plate.step").read_bytes()
    path = tmp_path / "cut.step"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(FileRefused) as caught:
        read_step(path, today=TODAY)
    assert "\n" not in caught.value.ja


@pytest.mark.cad
@needs_kernel
def test_a_file_with_a_japanese_name_and_a_leading_dash(tmp_path: Path) -> None:
    path = tmp_path / "-図面 A.step"
    path.write_bytes((DATA / "plate.step").read_bytes())
    assert read_step(path, today=TODAY).requirements.size_mm == (300.0, 120.0, 30.0)


def test_what_is_no_step_is_refused_without_the_kernel(tmp_path: Path) -> None:
    path = tmp_path / "a.step"
    path.write_text("hello")
    with pytest.raises(FileRefused, match="not readable as STEP"):
        read_step(path, today=TODAY)


def test_without_the_kernel_it_says_how_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(Unavailable, match=r"kumihimo\[cad\]"):
        read_step(DATA / "plate.step", today=TODAY)


def test_the_kernel_is_not_loaded_here() -> None:
    assert step.__name__ in sys.modules
    assert "OCP" not in sys.modules


def turn(radius: float, x: float, span: float, low: float, high: float, *, hole: bool = True) -> step_worker.Cylinder:
    return hole, radius, (0.0, 0.0, 1.0, x, 0.0, 0.0), span, low, high


def test_two_halves_make_a_hole_and_four_corners_do_not() -> None:
    halves = [turn(4.5, 0, math.pi, 0, 30), turn(4.5, 0, math.pi, 0, 30)]
    assert len(step_worker.full_turns(halves)) == 1
    corners = [turn(8, x, math.pi / 2, 0, 12) for x in (0, 10, 20, 30)]
    assert step_worker.full_turns(corners) == []
    slot = [turn(5, 0, math.pi, 0, 10), turn(5, 40, math.pi, 0, 10)]
    assert step_worker.full_turns(slot) == []


def test_corners_of_one_axis_at_different_depths_are_not_added() -> None:
    stacked = [turn(8, 0, math.pi / 2, depth, depth + 5) for depth in (0, 10, 20, 30)]
    assert step_worker.full_turns(stacked) == []


def test_a_hole_cut_in_two_by_a_pocket_counts_once() -> None:
    hole = [turn(4, 0, 2 * math.pi, 0, 10), turn(4, 0, 2 * math.pi, 20, 30)]
    assert len(step_worker.full_turns(hole)) == 1


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("#1=(LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.));", "mm"),
        ("#1=(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT($,.METRE.));", "m"),
        (
            "#1=(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT(.MILLI.,.METRE.));\n"
            "#2=(CONVERSION_BASED_UNIT('INCH',#3)LENGTH_UNIT()NAMED_UNIT(#4));",
            "inch",
        ),
        ("#1=NOTHING();", None),
    ],
)
def test_length_units(tmp_path: Path, text: str, unit: str | None) -> None:
    path = tmp_path / "u.step"
    path.write_text(text)
    assert step_worker.length_unit(str(path)) == unit


def measured(**changes: object) -> dict[str, object]:
    base: dict[str, object] = {
        "box_mm": [120.0, 30.0, 30.0],
        "round": False,
        "volume_mm3": 1000.0,
        "area_mm2": 100.0,
        "solids": 1,
        "faces": {"plane": 6},
        "holes": [],
        "holes_sure": True,
        "unit": "mm",
    }
    return {**base, **changes}


def read_as(monkeypatch: pytest.MonkeyPatch, **changes: object) -> step.Inquiry:
    monkeypatch.setattr(step, "measure_apart", lambda *_, **__: measured(**changes))
    return read_step(DATA / "plate.step", today=TODAY)


def test_a_round_part_gives_length_and_diameter(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_as(monkeypatch, round=True).requirements.size_mm == (120.0, 30.0)


def test_free_form_only_is_unknown_and_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_as(monkeypatch, holes=None, faces={"bsplinesurface": 40}, holes_sure=False)
    assert next(v.value for v in read.context if v.field == "holes") is None
    assert any(q.field == "holes" for q in read.questions)


def test_an_unknown_unit_is_asked_and_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_as(monkeypatch, unit=None)
    assert read.requirements.size_mm == ()
    assert any(q.field == "size_mm" and q.why == "ambiguous" for q in read.questions)


def test_an_assembly_has_no_size_of_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_as(monkeypatch, solids=3)
    assert read.requirements.size_mm == ()
    assert any("3個の立体" in q.ja for q in read.questions)
