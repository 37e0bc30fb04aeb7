"""Circles around a box: lines of a pen outside of the frame, on three sides at least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kumihimo.paper.reading.ink import PX_MM, Ink

Floats = NDArray[np.float64]

_RING_MM, _LONG_MM, _CORE_PART = 5.5, 2.5, 0.3
"""A circle around a box: how far outside of the frame, in pieces how long, and what part of the box is inside of it."""
_RING_BESIDE_FRAME_MM = 0.3
_HUG_MM = 1.4
_SLACK_MM = 0.4
"""By which print may come nearer to a box on paper that was stretched."""
_SECTORS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How much of the full turn around the middle of a box long lines cover.

    Attributes
    ----------
    whole
        Part of all sectors.
    three
        Part of each of the best three sides, at least.
    bend
        Part of each of the best two sides that meet, at least.
    hugging_mm2
        Their ink just left and right of the frame.
    """

    whole: float
    three: float
    bend: float
    hugging_mm2: float


_NOTHING = Turn(whole=0.0, three=0.0, bend=0.0, hugging_mm2=0.0)


def measure_turns(ink: Ink, edges_mm: Floats, frame_mm: float, clear_mm: float) -> list[Turn]:
    """Return for each box which part of the full turn around its middle long lines cover.

    Letters are too short to count; a line of a neighbour covers one side only.
    """
    import cv2

    bare = ink.copy()
    half = frame_mm / 2 + _RING_BESIDE_FRAME_MM
    for left, right, top, bottom in edges_mm:
        outer = [round(at * PX_MM) for at in (left - half, right + half, top - half, bottom + half)]
        inner = [round(at * PX_MM) for at in (left + half, right - half, top + half, bottom - half)]
        kept = bare[inner[2] : inner[3], inner[0] : inner[1]].copy()
        bare[outer[2] : outer[3], outer[0] : outer[1]] = 0
        bare[inner[2] : inner[3], inner[0] : inner[1]] = kept
    # At half the size: what is dark there anywhere is dark.
    px_mm = PX_MM / 2
    rows, columns = bare.shape[0] // 2, bare.shape[1] // 2
    even = bare[: 2 * rows, : 2 * columns]
    small = even[::2, ::2] | even[1::2, ::2] | even[::2, 1::2] | even[1::2, 1::2]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
    long = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= _LONG_MM * px_mm
    long[0] = False
    found = np.asarray(labels, np.int32)
    return [_turn(found, long, edges, clear_mm - _SLACK_MM, px_mm) for edges in edges_mm]


def _turn(labels: NDArray[np.int32], long: NDArray[np.bool_], edges_mm: Floats, clear_mm: float, px_mm: float) -> Turn:
    left, right, top, bottom = edges_mm
    columns, rows = (
        slice(max(0, round((first - clear_mm) * px_mm)), round((last + clear_mm) * px_mm))
        for first, last in ((left, right), (top, bottom))
    )
    if not long[labels[rows, columns]].any():
        return _NOTHING
    x0, y0 = max(0, round((left - _RING_MM) * px_mm)), max(0, round((top - _RING_MM) * px_mm))
    part = labels[y0 : round((bottom + _RING_MM) * px_mm), x0 : round((right + _RING_MM) * px_mm)]
    down, across = np.nonzero(part)
    pieces = part[down, across]
    x = (across + 0.5 + x0) / px_mm - (left + right) / 2
    y = (down + 0.5 + y0) / px_mm - (top + bottom) / 2
    # Print keeps clear of the box: only what comes near it was written there.
    away = np.maximum(np.abs(x) - (right - left) / 2, np.abs(y) - (bottom - top) / 2)
    written = long & (np.bincount(pieces[away < clear_mm], minlength=len(long)) > 0)
    # Left and right only: above and below, a wide circle around a neighbour comes as near.
    beside = (np.abs(x) > (right - left) / 2) & (away < _HUG_MM) & written[pieces]
    far = (np.hypot(x, y) > _CORE_PART * (right - left)) & written[pieces]
    # Sectors are counted from a corner on, so that six of them make one side.
    angles = (np.arctan2(y[far], x[far]) + 1.25 * np.pi) % (2 * np.pi)
    sectors = np.minimum((angles / (2 * np.pi) * _SECTORS).astype(np.int64), _SECTORS - 1)
    covered = np.bincount(sectors, minlength=_SECTORS) > 0
    quarters = covered.reshape(4, -1).mean(axis=1)
    bend = np.minimum(quarters, np.roll(quarters, 1)).max()
    return Turn(
        whole=float(covered.mean()),
        three=float(np.sort(quarters)[1]),
        bend=float(bend),
        hugging_mm2=float(beside.sum()) / px_mm**2,
    )
