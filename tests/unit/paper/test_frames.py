"""Where frames really lie, also where the line has lost a part of them."""

from __future__ import annotations

import numpy as np
import pytest

from kumihimo.paper.layout import Box, Words
from kumihimo.paper.reading.frames import frame_edges
from kumihimo.paper.reading.ink import PX_MM, Ink

SIDE_MM, WIDE = 6.0, 3
SIDES = ("left", "right", "top", "bottom")


def _boxes() -> list[Box]:
    places = [(20.0 + 14 * column, 20.0 + 14 * row) for row in range(4) for column in range(4)]
    return [
        Box(name=str(at), group="group", value=str(at), x_mm=x, y_mm=y, side_mm=SIDE_MM, label=Words(ja="", en=""))
        for at, (x, y) in enumerate(places)
    ]


def _drawn(boxes: list[Box], moved: dict[str, float], lost: frozenset[str]) -> Ink:
    """Return the ink of all frames; that of box 5 moved (mm to the right and down), without its lost sides."""
    ink = np.zeros((round(100 * PX_MM), round(100 * PX_MM)), np.uint8)
    for box in boxes:
        here = box.name == "5"
        x, y = box.x_mm + (moved["x"] if here else 0), box.y_mm + (moved["y"] if here else 0)
        left, right, top, bottom = (round(at * PX_MM) for at in (x, x + SIDE_MM, y, y + SIDE_MM))
        for side, rows, columns in (
            ("left", slice(top, bottom), slice(left - 1, left - 1 + WIDE)),
            ("right", slice(top, bottom), slice(right - 1, right - 1 + WIDE)),
            ("top", slice(top - 1, top - 1 + WIDE), slice(left, right)),
            ("bottom", slice(bottom - 1, bottom - 1 + WIDE), slice(left, right)),
        ):
            if not (here and side in lost):
                ink[rows, columns] = 1
    return ink


@pytest.mark.parametrize("lost", [*SIDES, ""])
def test_a_frame_that_lost_one_side_lies_where_the_other_side_says(lost: str) -> None:
    boxes, moved = _boxes(), {"x": -0.5, "y": 0.6}
    edges = frame_edges(_drawn(boxes, moved, frozenset({lost})), boxes)
    box = boxes[5]
    x, y = box.x_mm + moved["x"], box.y_mm + moved["y"]
    assert edges[5] == pytest.approx([x, x + SIDE_MM, y, y + SIDE_MM], abs=0.2)


def test_a_frame_that_is_gone_lies_where_its_neighbours_say() -> None:
    boxes = _boxes()
    edges = frame_edges(_drawn(boxes, {"x": 0.0, "y": 0.0}, frozenset(SIDES)), boxes)
    box = boxes[5]
    assert edges[5] == pytest.approx([box.x_mm, box.x_mm + SIDE_MM, box.y_mm, box.y_mm + SIDE_MM], abs=0.2)
