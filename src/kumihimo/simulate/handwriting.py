"""Marks as people make them: ticks, crosses, circles in and around a box, fillings, and corrections. Synthetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kumihimo.paper.layout import Box, Zone

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]

PX_MM = 12.0
"""Of the sheets that are drawn upon, about 305 dpi."""


class Stroke(StrEnum):
    """How a box is marked."""

    TICK = "tick"
    CROSS = "cross"
    CIRCLE = "circle"
    RING = "ring"
    FILLED = "filled"
    SCRIBBLE = "scribble"
    STRUCK = "struck"


ANSWERS = (Stroke.TICK, Stroke.CROSS, Stroke.CIRCLE, Stroke.RING)
"""What the form asks for; a ring is drawn around the box."""
CORRECTIONS = (Stroke.SCRIBBLE, Stroke.STRUCK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """A pen: thickness of its line, and how dark it is (0 black, 255 as paper)."""

    width_mm: float
    grey: int


def some_pen(rng: np.random.Generator) -> Pen:
    """Return a pen from a thin ball pen to a thick marker, rarely a pencil."""
    width = float(rng.choice([0.3, 0.4, 0.5, 0.7, 1.0, 1.4]))
    return Pen(width_mm=width * (0.9 + 0.2 * rng.random()), grey=int(20 + 70 * rng.random()))


def blank_sheet(pdf: bytes) -> Grey:
    """Return the first page of a PDF as it comes out of the printer, `PX_MM` pixels a millimetre."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(pdf)
    drawn = document[0].render(scale=PX_MM * 25.4 / 72, grayscale=True).to_numpy()
    document.close()
    return np.array(drawn.reshape(drawn.shape[0], drawn.shape[1]), np.uint8)


def draw_mark(sheet: Grey, box: Box, stroke: Stroke, pen: Pen, rng: np.random.Generator) -> None:
    """Mark a box on the sheet."""
    middle = np.array([box.x_mm, box.y_mm]) + box.side_mm / 2
    for line in _SHAPES[stroke](box.side_mm, rng):
        _ink(sheet, middle + line, pen)


def write_note(sheet: Grey, zone: Zone, pen: Pen, rng: np.random.Generator) -> None:
    """Write some letters that mean nothing into a zone."""
    x, y = zone.x_mm + 6, zone.y_mm + zone.height_mm * 0.5
    while x < zone.x_mm + zone.width_mm * (0.4 + 0.5 * rng.random()):
        for _ in range(int(rng.integers(2, 5))):
            _ink(sheet, np.array([x, y]) + _bend((rng.random((3, 2)) - 0.5) * [5.0, 6.0], 12), pen)
        x += 5.5 + 2 * rng.random()


def _tick(side: float, rng: np.random.Generator) -> list[Points]:
    size = side * (0.75 + 0.55 * rng.random())
    corners = np.array([[-0.42, 0.02], [-0.12, 0.36], [0.48, -0.46]]) + _jitter(rng, (3, 2), 0.09)
    shift = _jitter(rng, 2, 0.10) * side
    return [_bend(corners[:2] * size, 6, rng) + shift, _bend(corners[1:] * size, 10, rng) + shift]


def _cross(side: float, rng: np.random.Generator) -> list[Points]:
    size = side * (0.6 + 0.55 * rng.random())
    shift = _jitter(rng, 2, 0.10) * side
    ends = np.array([[[-0.45, -0.45], [0.45, 0.45]], [[0.45, -0.45], [-0.45, 0.45]]]) + _jitter(rng, (2, 2, 2), 0.08)
    return [_bend(one * size, 10, rng) + shift for one in ends]


def _circle(side: float, rng: np.random.Generator) -> list[Points]:
    return [_loop(side * (0.26 + 0.16 * rng.random()), rng) + _jitter(rng, 2, 0.07) * side]


def _ring(side: float, rng: np.random.Generator) -> list[Points]:
    return [_loop(side * (0.58 + 0.28 * rng.random()), rng) + _jitter(rng, 2, 0.06) * side]


def _filled(side: float, rng: np.random.Generator) -> list[Points]:
    rows = np.linspace(-0.4, 0.4, 22) * side
    ends = np.where(np.arange(22) % 2 == 0, -0.4, 0.4) * side
    return [np.column_stack([ends + _jitter(rng, 22, 0.03) * side, rows])]


def _scribble(side: float, rng: np.random.Generator) -> list[Points]:
    """A tick that is regretted, and gone over many times."""
    count = int(rng.integers(9, 18))
    rows = np.linspace(-0.55, 0.55, count) * side
    ends = np.where(np.arange(count) % 2 == 0, -0.62, 0.62) * side
    turn = _turned(0.9 * (rng.random() - 0.5))
    lines = np.column_stack([ends + _jitter(rng, count, 0.12) * side, rows + _jitter(rng, count, 0.06) * side])
    return [*_tick(side, rng), lines @ turn]


def _struck(side: float, rng: np.random.Generator) -> list[Points]:
    """A tick that is regretted, and struck out with two lines as clerks do."""
    lines = [np.array([[-0.85, y], [0.85, y + 0.08 * (rng.random() - 0.5)]]) * side for y in (-0.1, 0.12)]
    return [*_tick(side, rng), *(_bend(one, 10, rng) for one in lines)]


_SHAPES: dict[Stroke, Callable[[float, np.random.Generator], list[Points]]] = {
    Stroke.TICK: _tick,
    Stroke.CROSS: _cross,
    Stroke.CIRCLE: _circle,
    Stroke.RING: _ring,
    Stroke.FILLED: _filled,
    Stroke.SCRIBBLE: _scribble,
    Stroke.STRUCK: _struck,
}


def _jitter(rng: np.random.Generator, shape: int | tuple[int, ...], size: float) -> Points:
    return np.asarray((rng.random(shape) - 0.5) * 2 * size, np.float64)


def _turned(angle: float) -> Points:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _loop(radius: float, rng: np.random.Generator) -> Points:
    """A circle by hand: not round, and its ends do not quite meet or overlap."""
    start = 2 * np.pi * rng.random()
    angles = start + np.linspace(0, 2 * np.pi + 0.9 * (rng.random() - 0.35), 40)
    stretch = np.array([1 + 0.12 * (rng.random() - 0.5), 1 + 0.12 * (rng.random() - 0.5)])
    wave = 1 + 0.05 * np.sin(2 * angles + 6 * rng.random()) + np.linspace(0, 0.10 * (rng.random() - 0.5), 40)
    return np.asarray(radius * wave[:, None] * np.column_stack([np.cos(angles), np.sin(angles)]) * stretch, np.float64)


def _bend(corners: Points, count: int, rng: np.random.Generator | None = None) -> Points:
    """A line through the corners that a hand does not draw quite straight."""
    along = np.linspace(0, len(corners) - 1, count)
    line = np.column_stack([np.interp(along, np.arange(len(corners)), corners[:, axis]) for axis in (0, 1)])
    if rng is not None:
        line += np.sin(np.linspace(0, np.pi, count))[:, None] * _jitter(rng, 2, 0.25)
    return line


def _ink(sheet: Grey, line: Points, pen: Pen) -> None:
    """Draw a line; where two cross, the darker stays."""
    import cv2

    width = max(1, round(pen.width_mm * PX_MM))
    low = np.clip(np.floor(line.min(axis=0) * PX_MM).astype(int) - width - 2, 0, None)
    high = np.ceil(line.max(axis=0) * PX_MM).astype(int) + width + 2
    part = sheet[low[1] : high[1], low[0] : high[0]]
    layer = part.copy()
    points = np.round((line * PX_MM - low) * 16).astype(np.int32)
    cv2.polylines(layer, [points], False, pen.grey, width, cv2.LINE_AA, 4)
    np.minimum(part, layer, out=part)
