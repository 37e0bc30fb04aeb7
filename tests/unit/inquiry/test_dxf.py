"""Reading drawings: size from lines, tolerances from dimensions, the rest from notes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ezdxf
import pytest
from ezdxf.document import Drawing
from ezdxf.layouts import Modelspace

from kumihimo.errors import FileRefused
from kumihimo.inquiry.dxf import read_dxf
from kumihimo.model.requirement import Tolerance

TODAY = date(2026, 11, 22)
DATA = Path(__file__).resolve().parents[2] / "data" / "cad"
STYLE = {"dimlfac": 1.0, "dimdec": 2, "dimzin": 8}


def sheet(units: int = 4) -> tuple[Drawing, Modelspace]:
    drawing = ezdxf.new("R2010", setup=True)
    drawing.header["$INSUNITS"] = units
    return drawing, drawing.modelspace()


def rectangle(space: Modelspace, x: float, y: float, w: float, h: float, layer: str = "0") -> None:
    space.add_lwpolyline([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], close=True, dxfattribs={"layer": layer})


def saved(drawing: Drawing, tmp_path: Path) -> Path:
    path = tmp_path / "d.dxf"
    drawing.saveas(path)
    return path


def holes(path: Path) -> dict[float, int]:
    read = read_dxf(path, today=TODAY)
    found = next((v.value for v in read.context if v.field == "holes"), [])
    return {hole["diameter_mm"]: hole["count"] for hole in found}


def test_the_sample_plate() -> None:
    read = read_dxf(DATA / "plate.dxf", today=TODAY)
    assert read.requirements.size_mm == (300.0, 120.0)
    assert Tolerance(upper=0.01, lower=-0.01, nominal_mm=120.0) in read.requirements.tolerances
    assert holes(DATA / "plate.dxf") == {9.0: 4}
    assert {"thickness_mm", "size_mm"} <= {q.field for q in read.questions}, "one view, and a unit that cannot be"
    for value in (*read.fields, *read.context):
        assert read.text[value.start : value.end] == value.text


def test_one_view_does_not_tell_the_thickness(tmp_path: Path) -> None:
    drawing, space = sheet()
    rectangle(space, 0, 0, 200, 80)
    read = read_dxf(saved(drawing, tmp_path), today=TODAY)
    assert read.requirements.size_mm == (200.0, 80.0)
    assert read.requirements.thickness_mm is None
    assert [q.field for q in read.questions if "厚さ" in q.ja] == ["thickness_mm"]


def test_an_aligned_second_view_gives_the_depth(tmp_path: Path) -> None:
    drawing, space = sheet()
    rectangle(space, 0, 0, 200, 80)
    rectangle(space, 240, 0, 30, 80)
    rectangle(space, 0, 120, 200, 30)
    read = read_dxf(saved(drawing, tmp_path), today=TODAY)
    assert read.requirements.size_mm == (200.0, 80.0, 30.0)
    assert not any(q.field in ("thickness_mm", "size_mm") for q in read.questions)


def test_views_that_contradict_each_other_give_no_size(tmp_path: Path) -> None:
    drawing, space = sheet()
    rectangle(space, 0, 0, 200, 80)
    rectangle(space, 240, 0, 30, 80)
    rectangle(space, 0, 120, 200, 55)
    read = read_dxf(saved(drawing, tmp_path), today=TODAY)
    assert read.requirements.size_mm == ()
    assert any(q.field == "size_mm" for q in read.questions)


def test_frame_title_block_and_centre_lines_are_not_the_part(tmp_path: Path) -> None:
    drawing, space = sheet()
    drawing.layers.add("中心線", linetype="CENTER")
    rectangle(space, -60, -80, 420, 297)  # A3, on the layer of the part
    rectangle(space, 230, -75, 120, 40, layer="図枠")
    rectangle(space, 0, 0, 200, 80)
    space.add_line((-20, 40), (220, 40), dxfattribs={"layer": "中心線"})
    for x in (20, 100, 180):
        space.add_circle((x, 40), 5)
    space.add_line((50, 0), (50, 80))
    read = read_dxf(saved(drawing, tmp_path), today=TODAY)
    assert read.requirements.size_mm == (200.0, 80.0)


def test_holes_are_counted_inside_blocks_and_the_outline_is_not_a_hole(tmp_path: Path) -> None:
    drawing, space = sheet()
    hole = drawing.blocks.new("HOLE")
    hole.add_circle((0, 0), 3)
    space.add_circle((0, 0), 50)
    for x in (-30, 30):
        space.add_blockref("HOLE", (x, 0))
    space.add_circle((0, 0), 10)
    assert holes(saved(drawing, tmp_path)) == {20.0: 1, 6.0: 2}


def test_a_turned_part_gives_length_and_diameter(tmp_path: Path) -> None:
    drawing, space = sheet()
    rectangle(space, 0, 0, 240, 30)
    space.add_linear_dim(base=(-20, 0), p1=(0, 0), p2=(0, 30), angle=90, text="%%c<>h6", override=STYLE).render()
    read = read_dxf(saved(drawing, tmp_path), today=TODAY)
    assert read.requirements.size_mm == (240.0, 30.0)
    assert read.requirements.tolerances == (Tolerance(fit="h6", nominal_mm=30.0),)
    assert not any(q.field == "thickness_mm" for q in read.questions), "a round part has no thickness to ask for"


@pytest.mark.parametrize(
    ("text", "override", "expected"),
    [
        ("<>%%p0.05", {}, Tolerance(upper=0.05, lower=-0.05, nominal_mm=100.0)),
        ("<> \\S+0.02^-0.01;", {}, Tolerance(upper=0.02, lower=-0.01, nominal_mm=100.0)),
        ("<> \\S+0.02^ 0;", {}, Tolerance(upper=0.02, lower=0.0, nominal_mm=100.0)),
        ("%%c100H7", {}, Tolerance(fit="H7", nominal_mm=100.0)),
        ("<>", {"dimtol": 1, "dimtp": 0.03, "dimtm": 0.01}, Tolerance(upper=0.03, lower=-0.01, nominal_mm=100.0)),
        ("<>", {"dimlim": 1, "dimtp": 0.02, "dimtm": 0.02}, Tolerance(upper=0.02, lower=-0.02, nominal_mm=100.0)),
        ("<>", {}, None),
        ("M10", {}, None),
    ],
)
def test_tolerances_of_dimensions(
    tmp_path: Path, text: str, override: dict[str, float], expected: Tolerance | None
) -> None:
    drawing, space = sheet()
    rectangle(space, 0, 0, 100, 50)
    space.add_linear_dim(base=(0, -20), p1=(0, 0), p2=(100, 0), text=text, override={**STYLE, **override}).render()
    read = read_dxf(saved(drawing, tmp_path), today=TODAY)
    assert read.requirements.tolerances == (() if expected is None else (expected,))


def test_notes_and_title_block_are_read_as_text(tmp_path: Path) -> None:
    drawing, space = sheet()
    rectangle(space, 0, 0, 100, 50)
    space.add_mtext("{\\fMS Gothic;材質: S45C}\\P板厚 12mm", dxfattribs={"insert": (0, 120)})
    block = drawing.blocks.new("表題欄")
    block.add_attdef("数量", (0, 0))
    reference = space.add_blockref("表題欄", (80, -60))
    reference.add_attrib("数量", "60個", (80, -60))
    read = read_dxf(saved(drawing, tmp_path), today=TODAY)
    assert read.requirements.materials == ("S45C",)
    assert read.requirements.quantity == 60
    assert read.requirements.thickness_mm == 12.0
    assert not any(q.field == "thickness_mm" for q in read.questions)
    assert next(v.place for v in read.fields if v.field == "materials").startswith("MTEXT #")


def test_labels_and_values_in_two_cells_of_a_title_block(tmp_path: Path) -> None:
    drawing, space = sheet()
    rectangle(space, 0, 0, 100, 50)
    for row, (label, value) in enumerate((("材質", "SUS304"), ("数量", "25"), ("納入先", "大阪府"))):
        space.add_text(value, height=3, dxfattribs={"insert": (130, -60 - 6 * row + 0.2)})
        space.add_text(label, height=3, dxfattribs={"insert": (100, -60 - 6 * row)})
    read = read_dxf(saved(drawing, tmp_path), today=TODAY)
    assert "数量: 25" in read.text
    assert read.requirements.quantity == 25
    assert read.requirements.prefectures == ("27",)


def test_feature_control_frames(tmp_path: Path) -> None:
    drawing, space = sheet()
    rectangle(space, 0, 0, 100, 50)
    space.new_entity("TOLERANCE", {"content": "{\\Fgdt;c}%%v0.02%%v%%v%%v%%v", "insert": (0, 80)})
    space.new_entity("TOLERANCE", {"content": "{\\Fgdt;j}%%v{\\Fgdt;n}0.1{\\Fgdt;m}%%vA%%v", "insert": (0, 90)})
    read = read_dxf(saved(drawing, tmp_path), today=TODAY)
    assert {(g.kind, g.value_mm) for g in read.requirements.geometric} == {("flatness", 0.02), ("position", 0.1)}


def test_an_arc_reaches_as_far_as_it_goes(tmp_path: Path) -> None:
    drawing, space = sheet()
    space.add_line((0, 0), (100, 0))
    space.add_arc((50, 0), 50, 0, 180)
    assert read_dxf(saved(drawing, tmp_path), today=TODAY).requirements.size_mm == (100.0, 50.0)


def test_a_dimension_larger_than_the_lines_is_asked(tmp_path: Path) -> None:
    drawing, space = sheet()
    rectangle(space, 0, 0, 100, 50)
    space.add_linear_dim(base=(0, -20), p1=(0, 0), p2=(100, 0), text="250", override=STYLE).render()
    read = read_dxf(saved(drawing, tmp_path), today=TODAY)
    assert read.requirements.size_mm == ()
    assert [q.why for q in read.questions if q.field == "size_mm"] == ["contradiction"]


def test_inches_are_turned_into_millimetres(tmp_path: Path) -> None:
    drawing, space = sheet(units=1)
    rectangle(space, 0, 0, 4, 2)
    assert read_dxf(saved(drawing, tmp_path), today=TODAY).requirements.size_mm == (101.6, 50.8)


def test_too_many_entities_are_refused(tmp_path: Path) -> None:
    drawing, space = sheet()
    for x in range(60):
        space.add_line((x, 0), (x, 10))
    with pytest.raises(FileRefused, match="too many entities"):
        read_dxf(saved(drawing, tmp_path), today=TODAY, max_entities=50)


def test_a_million_entities_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    path = tmp_path / "many.dxf"
    path.write_bytes(b"  0\nSECTION\n  2\nENTITIES\n" + b"  0\nPOINT\n 10\n0\n 20\n0\n" * 1_000_000)
    with pytest.raises(FileRefused, match="too many entities"):
        read_dxf(path, today=TODAY)


def test_a_bomb_of_nested_blocks_is_refused(tmp_path: Path) -> None:
    drawing, space = sheet()
    drawing.blocks.new("B0").add_line((0, 0), (1, 0))
    for level in range(1, 7):
        block = drawing.blocks.new(f"B{level}")
        for x in range(12):
            block.add_blockref(f"B{level - 1}", (x, 0))
    space.add_blockref("B6", (0, 0))
    with pytest.raises(FileRefused, match="too many entities"):
        read_dxf(saved(drawing, tmp_path), today=TODAY, max_entities=5000)


@pytest.mark.parametrize(
    "data",
    [
        b"  0\nSECTION\n  2\nENTITIES\n  0\nLINE\n 10\nabc\n",
        b"  0\nSECTION\n\x00\xff\xfe" * 50,
        b"not a drawing at all",
        b"AutoCAD Binary DXF\r\n\x1a\x00" + b"\xff" * 200,
    ],
)
def test_damaged_drawings_are_one_clear_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.dxf"
    path.write_bytes(data)
    with pytest.raises(FileRefused) as caught:
        read_dxf(path, today=TODAY)
    assert "\n" not in caught.value.ja


def test_a_drawing_cut_in_half_never_raises_anything_else(tmp_path: Path) -> None:
    whole = (DATA / "plate.dxf").read_bytes()
    path = tmp_path / "cut.dxf"
    for part in range(1, 8):
        path.write_bytes(whole[: len(whole) * part // 8])
        try:
            read = read_dxf(path, today=TODAY)
        except FileRefused:
            continue
        assert len(read.requirements.size_mm) in (0, 2)
