"""Finds where the frame of each box really lies: paper stretches, and lost FAX lines squeeze boxes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kumihimo.paper.layout import Box
from kumihimo.paper.reading.ink import PX_MM, Ink

Floats = NDArray[np.float64]

FRAME_PART, _CERTAIN_PART = 0.55, 0.8
"""Part of a frame's sides that must be seen, and from which on a frame is whole."""
_SEARCH_MM = 2.0
_SQUEEZE_MM = 0.7
_STRAY_MM = 0.8
"""A frame further than this from where its neighbours say is not believed, unless it is whole."""


def frame_edges(ink: Ink, boxes: Sequence[Box]) -> Floats:
    """Return left, right, top and bottom of each frame in mm."""
    places = np.array([[box.x_mm, box.y_mm] for box in boxes])
    sides = np.array([box.side_mm for box in boxes])
    edges = np.zeros((len(boxes), 4))
    found = np.zeros((len(boxes), 2, 6))
    for side in {box.side_mm for box in boxes}:
        here = sides == side
        found[here] = _frame_offsets(ink, [box for box in boxes if box.side_mm == side], side)
    for axis in (0, 1):
        offsets, parts, first, last, first_part, last_part = found[:, axis].T
        expected = _expected(places, offsets, parts)
        near = (np.abs(offsets - expected) <= _STRAY_MM) & (parts >= FRAME_PART)
        believed = near | (parts >= _CERTAIN_PART)
        # Where one line is lost and the other whole, that one tells where the frame lies.
        whole = [
            (part >= _CERTAIN_PART) & (part > other) & (np.abs(line - expected) <= _STRAY_MM)
            for line, part, other in ((first, first_part, last_part), (last, last_part, first_part))
        ]
        lone = np.select(whole, [first, last], expected)
        begin = places[:, axis]
        edges[:, 2 * axis] = begin + np.where(believed, first, lone)
        edges[:, 2 * axis + 1] = begin + sides + np.where(believed, last, lone)
    return edges


def _expected(places_mm: Floats, offsets: Floats, parts: Floats) -> Floats:
    """Return where the neighbours say that each frame lies: those of its row, or else the page as a whole."""
    x, y = places_mm.T / 200 - 0.5
    terms = np.column_stack([np.ones_like(x), x, y, x * y, y * y])
    good = parts >= FRAME_PART
    smooth = np.zeros(len(offsets))
    for _ in range(3):
        if good.sum() < 8:
            break
        solved, *_ = np.linalg.lstsq(terms[good], offsets[good], rcond=None)
        smooth = terms @ solved
        good = (np.abs(offsets - smooth) < _STRAY_MM / 2) & (parts >= FRAME_PART)
    certain = parts >= _CERTAIN_PART
    for row in np.unique(places_mm[:, 1]):
        here = places_mm[:, 1] == row
        if (certain & here).sum() >= 3:
            smooth[here] = np.median(offsets[certain & here])
    return smooth


def _frame_offsets(ink: Ink, boxes: Sequence[Box], side_mm: float) -> Floats:
    """Return, across and down: how far off its place each frame is, how much of it is seen there, and its two edges."""
    reach, side = round(_SEARCH_MM * PX_MM), round(side_mm * PX_MM)
    size = side + 2 * reach + 1
    columns, rows = np.round((np.array([[box.x_mm, box.y_mm] for box in boxes]) - _SEARCH_MM) * PX_MM).astype(int).T
    steps = np.arange(size)
    crops = squares(ink, rows[:, None] + steps, columns[:, None] + steps)
    inner = slice(2 * reach, side + 1)
    profiles = (crops[:, inner].sum(axis=1), crops[:, :, inner].sum(axis=2))
    return np.stack([_two_lines(one, side, reach, side + 1 - 2 * reach) for one in profiles], axis=1)


def squares(ink: Ink, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Ink:
    """Return for each box the square of the given rows and columns."""
    rows = np.clip(rows, 0, ink.shape[0] - 1)
    columns = np.clip(columns, 0, ink.shape[1] - 1)
    return ink[rows[:, :, None], columns[:, None, :]]


def _two_lines(profiles: NDArray[np.generic], side: int, reach: int, length: int) -> Floats:
    """Find two lines some `side` apart in each profile: their mean offset, how much is there, and both offsets."""
    values = np.asarray(profiles, np.float64)
    padded = np.pad(values, ((0, 0), (1, 1)))
    wide = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    first, second = wide[:, : 2 * reach + 1], wide[:, side : side + 2 * reach + 1]
    offsets = np.arange(-reach, reach + 1)
    penalty = 0.02 * length * np.abs(offsets) / PX_MM
    # A line of its own may lie up to `_SQUEEZE_MM` from where its partner wants it: lost lines squeeze a box.
    squeeze = round(_SQUEEZE_MM * PX_MM)
    reached = [_highest_near(one, squeeze) for one in (first, second)]
    score = np.minimum(*reached) + 0.25 * (first + second) - penalty
    best = np.argmax(score, axis=1)
    strongest = np.maximum(np.maximum(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    rows = np.arange(len(values))
    found, seen = [], []
    for at, line in ((0, first), (side, second)):
        near = np.abs(np.arange(2 * reach + 1)[None, :] - best[:, None]) <= squeeze
        peak = np.argmax(np.where(near, line - penalty, -1), axis=1)
        close = np.abs(np.arange(2 * reach + 1)[None, :] - peak[:, None]) <= 2
        weights = np.maximum(line - 0.6 * line[rows, peak][:, None], 0) * close + 1e-9
        found.append((weights * offsets).sum(axis=1) / weights.sum(axis=1) / PX_MM)
        seen.append(strongest[rows, peak + at] / length)
    return np.column_stack([(found[0] + found[1]) / 2, np.minimum(*seen), *found, *seen])


def _highest_near(values: Floats, reach: int) -> Floats:
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, ((0, 0), (reach, reach))), 2 * reach + 1, axis=1)
    return np.asarray(windows.max(axis=2), np.float64)
