"""Measures each box: how much ink is in its frame and around it, and what that means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kumihimo.paper.layout import Box, FormLayout
from kumihimo.paper.reading.frames import FRAME_PART, Floats, frame_edges, squares
from kumihimo.paper.reading.ink import PX_MM, Ink, without_specks
from kumihimo.paper.reading.rings import Turn, measure_turns

_AROUND_MM = 3.2
_INSET_MM = 0.75
_EXIT_MM = 0.95
"""From the frame to the way around it on which lines are counted that run out."""
_MIDDLE_PART = 0.28
_CORE_PART = 0.5
"""Of the side: the square in the middle of a box."""
_TRACE_MM, _TRACE_MM2 = 1.4, 0.25
"""A circle that runs along the frame shows so far beside its sides and within its corners, and at least so much ink."""
_BESIDE_FRAME_MM = 0.4
_DRAWN_MM = 0.7
_LINE_MM, _LINE_WIDE_MM = 1.5, 0.5
"""A piece of ink that is shorter is a speck, one that is narrower the rest of a streak: neither is a line of a pen."""
_DIRT_MM, _LARGEST_SPECK_MM = 0.8, 1.9
"""Dirt as long as this in one box of four is no chance; no speck on the dirtiest page is as long as a small mark."""


class Seen(StrEnum):
    """What a box shows."""

    EMPTY = "empty"
    MARKED = "marked"
    DOUBTFUL = "doubtful"
    STRUCK_OUT = "struck_out"
    NO_FRAME = "no_frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Where "empty" ends and "marked" begins; tuned on development seeds only, see `benchmarks/reading_back.py`.

    Attributes
    ----------
    empty_mm2, marked_mm2
        Ink inside the frame; between the two the box is doubtful.
    speck_mm
        Ink that lies in pieces no longer than this is dirt, also where it is more than an empty box has.
    stroke_mm
        Least extent of a mark: a blot of dirt is smaller.
    empty_bend, ring_turn, ring_sides
        Part of the full turn around the box that lines cover: with a circle on three sides at least, for the fourth may
        run along the frame; with a neighbour's mark never on two sides that meet.
    empty_traces, ring_traces
        Places of eight, beside the sides and within the corners, where a circle that runs along the frame shows: most
        of an empty box, and least of a marked one.
    ring_inside_mm2, core_mm2
        Ink inside of a box with a circle around it is less, and there is none in its core: with more, lines may strike
        the box out.
    hugging_mm2
        Most ink just beside an empty box's frame; a circle that mostly runs along the frame shows more.
    runs
        Lines that one crosses on the way through the box; a tick, cross or circle has two, a scribble many.
    exits
        Most lines that run out of the frame; a cross has four.
    solid
        Part of the inside that is black where it has been filled in.
    solid_exits, spill_mm2
        Most lines that run out of a box that is filled in, and most ink outside; it stays within, a scribble does not.
    crossing_mm
        Nothing is thicker where two lines of the thickest pen cross; a scribble is.
    """

    empty_mm2: float = 0.8
    marked_mm2: float = 1.15
    speck_mm: float = 1.3
    stroke_mm: float = 2.3
    empty_bend: float = 0.6
    ring_turn: float = 0.62
    ring_sides: float = 0.5
    empty_traces: int = 1
    ring_traces: int = 3
    ring_inside_mm2: float = 9.0
    core_mm2: float = 0.6
    hugging_mm2: float = 1.5
    runs: float = 3.0
    exits: int = 4
    solid: float = 0.85
    solid_exits: int = 2
    spill_mm2: float = 9.0
    crossing_mm: float = 2.8


DEFAULT_THRESHOLDS = Thresholds()


def thresholds_for(boxes: Sequence[BoxInk], limits: Thresholds = DEFAULT_THRESHOLDS) -> Thresholds:
    """Return the thresholds for a page as dirty as this one: most boxes are empty, so three in four show the dirt."""
    usual, much = np.quantile([one.inside_mm2 for one in boxes], (0.5, 0.75))
    piece_mm = float(np.quantile([one.piece_mm for one in boxes], 0.75))
    filthy = int(piece_mm >= _DIRT_MM)
    return replace(
        limits,
        empty_mm2=limits.empty_mm2 + float(much),
        marked_mm2=limits.marked_mm2 + 3 * float(usual),
        core_mm2=limits.core_mm2 + float(usual),
        speck_mm=min(limits.speck_mm + piece_mm / 2, _LARGEST_SPECK_MM),
        empty_traces=limits.empty_traces + filthy,
        ring_traces=limits.ring_traces + filthy,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxInk:
    """What was measured at one box.

    Attributes
    ----------
    inside_mm2, spill_mm2
        Ink within and outside of the frame.
    core_mm2
        Ink in the core of the box, where everything that strikes it out passes.
    piece_mm
        Diagonal of the longest piece of ink inside.
    extent_mm
        Diagonal of the longest piece of ink inside that is neither quite upright nor quite level.
    turn
        Part of the full turn around the middle that long lines cover.
    three_sides, bend
        Part that they cover at least on each of the best three sides, and on each of the best two that meet.
    hugging_mm2
        Their ink just left and right of the frame.
    traces
        Places of eight with ink: just beside each side, and within each corner.
    runs
        Lines crossed on the way through, in the direction with most.
    thick_mm
        Diameter of the largest disc that is all ink, inside.
    solid
        Part of the inside that is black.
    exits
        Lines that run out of the frame.
    across
        Lines run out to the left and to the right, both at the height of the middle.
    frame
        Part of the frame that was seen.
    """

    box: Box
    inside_mm2: float
    spill_mm2: float
    core_mm2: float
    piece_mm: float
    extent_mm: float
    turn: float
    three_sides: float
    bend: float
    hugging_mm2: float
    traces: int
    runs: float
    thick_mm: float
    solid: float
    exits: int
    across: bool
    frame: float

    def seen(self, limits: Thresholds = DEFAULT_THRESHOLDS) -> Seen:
        """Return what this means."""
        if self.frame < FRAME_PART:
            return Seen.NO_FRAME
        if self._ring(limits):
            return Seen.MARKED
        if self.inside_mm2 >= limits.marked_mm2 and self.extent_mm >= limits.stroke_mm:
            return Seen.STRUCK_OUT if self._struck(limits) else Seen.MARKED
        along = self.hugging_mm2 > limits.hugging_mm2 or self.traces > limits.empty_traces
        around = self.bend >= limits.empty_bend or along
        specks = self.piece_mm <= limits.speck_mm and self.inside_mm2 <= limits.marked_mm2
        if (self.inside_mm2 <= limits.empty_mm2 or specks) and not around:
            return Seen.EMPTY
        return Seen.DOUBTFUL

    def _ring(self, limits: Thresholds) -> bool:
        """Whether a circle is around the box, and nothing strikes it out."""
        wide = self.turn >= limits.ring_turn and self.three_sides >= limits.ring_sides
        hollow = self.core_mm2 <= limits.core_mm2 and self.inside_mm2 < limits.ring_inside_mm2
        return hollow and (wide or self.traces >= limits.ring_traces)

    def _struck(self, limits: Thresholds) -> bool:
        """Whether this looks like a correction: lines across the box and beyond, or a scribble that knows no frame."""
        if self.solid >= limits.solid:
            return self.spill_mm2 > limits.spill_mm2 or self.exits > limits.solid_exits
        thick = self.thick_mm > limits.crossing_mm and self.spill_mm2 > limits.spill_mm2 / 2
        return self.across or thick or self.exits > limits.exits or self.runs >= limits.runs

    def confidence(self, limits: Thresholds = DEFAULT_THRESHOLDS) -> float:
        """Return how far from a doubt the box is, 0 to 1: a margin, no probability."""
        state = self.seen(limits)
        if state is Seen.EMPTY:
            inside = 1 - self.inside_mm2 / limits.marked_mm2
            return max(0.0, min(inside, 1 - self.bend))
        if state is Seen.MARKED:
            inside = self.inside_mm2 / (2 * limits.marked_mm2)
            along = 0.5 + 0.1 * (self.traces - limits.ring_traces)
            return min(1.0, max(inside, 0.5 + self.turn - limits.ring_turn, along))
        return 0.0


def measure_boxes(ink: Ink, layout: FormLayout) -> tuple[BoxInk, ...]:
    """Return what each box of the layout shows, in its order."""
    edges = frame_edges(ink, layout.boxes)
    turns = dict(zip(layout.boxes, measure_turns(ink, edges, layout.frame_mm, layout.clear_mm), strict=True))
    found: dict[Box, BoxInk] = {}
    for side in sorted({box.side_mm for box in layout.boxes}):
        here = [at for at, box in enumerate(layout.boxes) if box.side_mm == side]
        boxes = [layout.boxes[at] for at in here]
        found |= zip(boxes, _measure(ink, boxes, edges[here], turns, side, layout.frame_mm), strict=True)
    return tuple(found[box] for box in layout.boxes)


@dataclass(frozen=True, slots=True)
class _Masks:
    """Where in the square around a box its parts lie."""

    size: int
    free: Ink
    inside: Ink
    core: Ink
    outside: Ink
    places: tuple[NDArray[np.bool_], ...]
    sides: tuple[tuple[slice, slice, int], ...]
    way: tuple[NDArray[np.int64], NDArray[np.int64]]
    left: NDArray[np.bool_]
    right: NDArray[np.bool_]


@cache
def _masks(side_mm: float, frame_mm: float) -> _Masks:
    size = round((side_mm + 2 * _AROUND_MM) * PX_MM)
    from_middle = (np.arange(size) + 0.5) / PX_MM - size / PX_MM / 2
    away = np.maximum(np.abs(from_middle)[None, :], np.abs(from_middle)[:, None]) - side_mm / 2
    half = frame_mm / 2 + _BESIDE_FRAME_MM
    span = np.flatnonzero(np.abs(from_middle) <= side_mm / 2 - 0.7)
    along = slice(int(span[0]), int(span[-1]) + 1)
    sides: list[tuple[slice, slice, int]] = []
    for edge in (-side_mm / 2, side_mm / 2):
        line = np.flatnonzero(np.abs(from_middle - edge) <= 0.3)
        across = slice(int(line[0]), int(line[-1]) + 1)
        sides += [(across, along, 1), (along, across, 2)]
    rows, columns = _way_around(size, round((side_mm / 2 + _EXIT_MM) * PX_MM))
    middle = np.abs(from_middle[rows]) <= _MIDDLE_PART * side_mm
    return _Masks(
        size=size,
        free=(np.abs(away) > half).astype(np.uint8),
        inside=(away < -_INSET_MM).astype(np.uint8),
        core=(away < (_CORE_PART - 1) * side_mm / 2).astype(np.uint8),
        outside=(away > half).astype(np.uint8),
        places=_places(from_middle, side_mm, half),
        sides=tuple(sides),
        way=(rows, columns),
        left=middle & (columns == columns.min()),
        right=middle & (columns == columns.max()),
    )


def _places(from_middle: NDArray[np.floating], side_mm: float, half: float) -> tuple[NDArray[np.bool_], ...]:
    """Return where a circle along the frame shows: beside the middle of each side, and within each corner."""
    x, y = from_middle[None, :], from_middle[:, None]
    reach, middle = side_mm / 2, side_mm / 4
    found: list[NDArray[np.bool_]] = []
    for this, other in ((x, y), (y, x)):
        for sign in (-1, 1):
            beyond = sign * this - reach
            found.append((beyond > half) & (beyond <= _TRACE_MM) & (np.abs(other) <= middle))
    for right in (-1, 1):
        for below in (-1, 1):
            corner = np.maximum(right * x, below * y) < reach - half
            found.append(corner & (np.minimum(right * x, below * y) > reach - half - _TRACE_MM))
    return tuple(found)


def _way_around(size: int, reach: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and columns of a way around the frame, clockwise."""
    low, high = size // 2 - reach, size // 2 + reach
    there, back = np.arange(low, high), np.arange(high, low, -1)
    rows = np.concatenate([np.full(len(there), low), there, np.full(len(back), high), back])
    columns = np.concatenate([there, np.full(len(there), high), back, np.full(len(back), low)])
    return rows, columns


def _measure(
    ink: Ink,
    boxes: Sequence[Box],
    edges_mm: Floats,
    turns: Mapping[Box, Turn],
    side_mm: float,
    frame_mm: float,
) -> list[BoxInk]:
    masks = _masks(side_mm, frame_mm)
    # Each square is taken so that its frame lies where it is meant to be.
    meant = np.array([-_AROUND_MM, 0, side_mm, side_mm + _AROUND_MM])
    steps = (np.arange(masks.size) + 0.5) / PX_MM - _AROUND_MM
    columns, rows = (
        np.stack([np.interp(steps, meant, [a - _AROUND_MM, a, b, b + _AROUND_MM]) for a, b in edges_mm[:, pair]])
        for pair in ((0, 1), (2, 3))
    )
    crops = squares(ink, np.floor(rows * PX_MM).astype(int), np.floor(columns * PX_MM).astype(int))
    # A drop-out may take one side of a frame: the second weakest tells whether the frame is there.
    sides = np.stack([crops[:, rows, columns].any(axis=axis).mean(axis=1) for rows, columns, axis in masks.sides])
    frames = np.sort(sides, axis=0)[1]
    # The squares stand one above the other, apart by a white line, so that specks are looked for only once.
    tower = np.pad(crops * masks.free, ((0, 0), (0, 1), (0, 0))).reshape(-1, masks.size)
    free = without_specks(tower).reshape(len(boxes), masks.size + 1, masks.size)[:, :-1]
    inside, outside, core = free * masks.inside, free * masks.outside, free * masks.core
    area = 1 / PX_MM**2
    hollow_mm2 = (side_mm - 2 * _INSET_MM) ** 2
    found = []
    for at, box in enumerate(boxes):
        inside_mm2 = float(inside[at].sum()) * area
        strokes = _strokes(inside[at]) if inside_mm2 else _NO_STROKES
        met = free[at][masks.way] > 0
        found.append(
            BoxInk(
                box=box,
                inside_mm2=inside_mm2,
                spill_mm2=float(outside[at].sum()) * area,
                core_mm2=float(core[at].sum()) * area,
                piece_mm=strokes.piece_mm,
                extent_mm=strokes.extent_mm,
                turn=turns[box].whole,
                three_sides=turns[box].three,
                bend=turns[box].bend,
                hugging_mm2=turns[box].hugging_mm2,
                traces=sum(float(free[at][place].sum()) * area >= _TRACE_MM2 for place in masks.places),
                runs=strokes.runs,
                thick_mm=strokes.thick_mm,
                solid=inside_mm2 / hollow_mm2,
                exits=int((met & ~np.roll(met, 1)).sum()),
                across=bool(met[masks.left].any() and met[masks.right].any()),
                frame=float(frames[at]),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class _Strokes:
    """What the pieces of ink inside a box are like: see `BoxInk`."""

    piece_mm: float = 0.0
    extent_mm: float = 0.0
    runs: float = 0.0
    thick_mm: float = 0.0


_NO_STROKES = _Strokes()


def _strokes(inside: Ink) -> _Strokes:
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    length = np.hypot(width, height)
    length[0] = 0.0
    # What is quite upright or level is the rest of a streak: no hand draws so.
    drawn = np.minimum(width, height) >= _DRAWN_MM * PX_MM
    # Lines are counted without specks and without such rests; a line that strikes out may be quite level.
    lines = (length >= _LINE_MM * PX_MM) & (width >= _LINE_WIDE_MM * PX_MM)
    if not lines.any():
        return _Strokes(float(length.max()) / PX_MM, float(length[drawn].max(initial=0.0)) / PX_MM)
    return _Strokes(
        piece_mm=float(length.max()) / PX_MM,
        extent_mm=float(length[drawn].max(initial=0.0)) / PX_MM,
        runs=_runs(lines.astype(np.uint8)[np.asarray(labels, np.int32)]),
        thick_mm=2 * float(cv2.distanceTransform(inside, cv2.DIST_L2, 5).max()) / PX_MM,
    )


def _runs(inside: Ink) -> float:
    """Return how many lines one crosses on the way through, on the busiest quarter of the ways across or down."""
    most = 0.0
    rows, columns = np.nonzero(inside)
    within = inside[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    for picture in (within, within.T):
        padded = np.pad(picture, ((0, 0), (1, 0)))
        starts = ((padded[:, 1:] == 1) & (padded[:, :-1] == 0)).sum(axis=1)
        most = max(most, float(np.quantile(starts, 0.75)))
    return most
