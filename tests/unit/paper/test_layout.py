"""The layout says where everything is printed, and what it says is where the PDF has it."""

from __future__ import annotations

import itertools
import json

import jsonschema
import numpy as np
import pytest
import zxingcpp
from paper_desk import SECRET, Desk, example

from kumihimo.errors import InputError
from kumihimo.paper.form import write_form
from kumihimo.paper.layout import (
    FormKind,
    issued_from_json,
    issued_to_json,
    layout_from_json,
    layout_schema,
    layout_to_json,
)
from kumihimo.paper.reply_forms import MOST_ITEMS, reply_form
from kumihimo.simulate.handwriting import PX_MM, blank_sheet

CODES = ("A1", "Q1", "R1", *(f"D1-{items}" for items in range(1, MOST_ITEMS + 1)))


@pytest.mark.parametrize("code", CODES)
def test_layout_survives_json_and_fits_the_schema(code: str) -> None:
    layout = reply_form(code).layout
    document = json.loads(json.dumps(layout_to_json(layout)))
    jsonschema.Draft202012Validator(layout_schema()).validate(document)
    assert layout_from_json(document) == layout
    assert layout.code == code


@pytest.mark.parametrize("code", CODES)
def test_boxes_are_large_and_keep_their_distance(code: str) -> None:
    layout = reply_form(code).layout
    assert len({box.name for box in layout.boxes}) == len(layout.boxes)
    obstacles = [(one.x_mm, one.y_mm, one.side_mm, one.side_mm) for one in (*layout.marks, *layout.codes)]
    obstacles += [(zone.x_mm, zone.y_mm, zone.width_mm, zone.height_mm) for zone in layout.zones]
    for box in layout.boxes:
        assert box.side_mm >= 7
        assert 10 <= box.x_mm <= layout.width_mm - box.side_mm - 10
        for x, y, width, height in obstacles:
            apart_x = max(x - (box.x_mm + box.side_mm), box.x_mm - (x + width))
            apart_y = max(y - (box.y_mm + box.side_mm), box.y_mm - (y + height))
            assert max(apart_x, apart_y) >= layout.clear_mm, box.name
    for one, other in itertools.combinations(layout.boxes, 2):
        apart = max(abs(one.x_mm - other.x_mm), abs(one.y_mm - other.y_mm)) - max(one.side_mm, other.side_mm)
        assert apart >= layout.clear_mm, (one.name, other.name)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("kind", list(FormKind))
def test_frames_are_printed_where_the_layout_says_and_nothing_around_them(kind: FormKind, lang: str) -> None:
    order = example("daily-2026-1124.json" if kind is FormKind.DAILY else "po-2026-000123.json")
    form = write_form(kind, order, secret=SECRET, lang=lang)
    sheet, layout = blank_sheet(form.pdf), form.layout.layout
    for box in layout.boxes:
        reach = layout.clear_mm + 0.5
        x, y = (round((at - reach) * PX_MM) for at in (box.x_mm, box.y_mm))
        size = round((box.side_mm + 2 * reach) * PX_MM)
        crop = sheet[y : y + size, x : x + size]
        across = np.abs((x + np.arange(size) + 0.5) / PX_MM - box.x_mm - box.side_mm / 2)
        down = np.abs((y + np.arange(size) + 0.5) / PX_MM - box.y_mm - box.side_mm / 2)
        away = np.maximum(across[None, :], down[:, None]) - box.side_mm / 2
        assert crop[np.abs(away) < layout.frame_mm / 4].max() < 40, box.name
        beside = (np.abs(away) > layout.frame_mm) & (away < layout.clear_mm - 0.1)
        assert crop[beside].min() > 200, f"something is printed within {layout.clear_mm} mm of {box.name}"


def test_both_codes_of_the_pdf_hold_the_token(desks: dict[FormKind, Desk]) -> None:
    for desk in desks.values():
        found = {one.format.name: one for one in zxingcpp.read_barcodes(desk.blank)}
        assert {one.text for one in found.values()} == {desk.form.layout.token}
        for code in desk.layout.codes:
            position = found[code.symbology].position
            assert position.top_left.x / PX_MM == pytest.approx(code.x_mm, abs=0.6)
            assert position.top_left.y / PX_MM == pytest.approx(code.y_mm, abs=0.6)


def test_issued_layout_tells_what_was_printed(acknowledgement: Desk) -> None:
    document = json.loads(json.dumps(issued_to_json(acknowledgement.form.layout)))
    assert document["issued"]["order"] == "PO-2026-000123"
    assert document["issued"]["token"].startswith("KH1.A1.PO-2026-000123.2.1.")
    assert issued_from_json(document) == acknowledgement.form.layout


def test_a_wrong_layout_is_refused_with_its_place() -> None:
    document = layout_to_json(reply_form("A1").layout)
    document["boxes"][3]["group"] = "nowhere"
    with pytest.raises(InputError, match="nowhere"):
        layout_from_json(document)
    document["boxes"][3]["side_mm"] = "large"
    with pytest.raises(InputError, match=r"\$\.boxes\[3\]"):
        layout_from_json(document)


def test_the_same_order_gives_the_same_bytes(acknowledgement: Desk) -> None:
    again = write_form(FormKind.ACKNOWLEDGEMENT, example("po-2026-000123.json"), secret=SECRET)
    assert again.pdf == acknowledgement.form.pdf


def test_a_form_takes_only_the_items_it_has_room_for() -> None:
    with pytest.raises(InputError, match="takes 1 item"):
        write_form(FormKind.QUOTATION, example("daily-2026-1124.json"), secret=SECRET)
