"""Work-minute arithmetic over a resource's open time.

A calendar is a sorted list of half-open open intervals with the open minutes before each; both directions
(wall clock -> open minutes and back) are one binary search.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.problem import WEEK_MIN, Interval, PlanCalendar

NEVER = 1 << 60
"""A minute that never comes."""


def week_phase(start: datetime) -> int:
    """Return the minute of the week at `start`, by its own offset; 0 = Monday 00:00."""
    return start.weekday() * 1440 + start.hour * 60 + start.minute


def open_intervals(calendar: PlanCalendar, phase: int, low: int, high: int) -> list[Interval]:
    """Return the open intervals of `calendar` within [low, high), merged and sorted; phase is that of minute 0."""
    weeks = np.arange((low + phase) // WEEK_MIN - 1, (high + phase) // WEEK_MIN + 1) * WEEK_MIN - phase
    weekly = np.array(calendar.weekly, np.int64).reshape(-1, 2)
    spans = (weeks[:, None, None] + weekly[None, :, :]).reshape(-1, 2)
    closed = np.array(calendar.closed, np.int64).reshape(-1, 2)
    opened = np.array(calendar.open, np.int64).reshape(-1, 2)
    points = np.unique(np.concatenate([spans.ravel(), closed.ravel(), opened.ravel(), [low, high]]))
    points = points[(points >= low) & (points <= high)]
    at = points[:-1]
    is_open = ((_covers(spans, at) & ~_covers(closed, at)) | _covers(opened, at)).astype(np.int8)
    edges = np.diff(np.concatenate([[0], is_open, [0]]))
    return list(zip(points[edges > 0].tolist(), points[edges < 0].tolist(), strict=True))


def _covers(spans: NDArray[np.int64], minutes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return for each minute whether some span, shape (n, 2), holds it; spans may overlap."""
    begun = np.searchsorted(np.sort(spans[:, 0]), minutes, side="right")
    ended = np.searchsorted(np.sort(spans[:, 1]), minutes, side="right")
    covers: NDArray[np.bool_] = begun > ended
    return covers


class WorkCalendar:
    """Open time with fast arithmetic.

    Parameters
    ----------
    intervals
        Sorted, disjoint, not touching; half-open wall-clock minutes.
    """

    __slots__ = ("before", "ends", "starts")

    def __init__(self, intervals: Sequence[Interval]) -> None:
        self.starts = [a for a, _ in intervals]
        self.ends = [b for _, b in intervals]
        self.before = [0]
        for a, b in intervals:
            self.before.append(self.before[-1] + b - a)

    @classmethod
    def always(cls) -> WorkCalendar:
        """Return a calendar that never closes."""
        return cls([(-NEVER, NEVER)])

    def next_open(self, minute: int) -> int:
        """Return the first open minute >= `minute`, or `NEVER`."""
        at = bisect_right(self.ends, minute)
        if at == len(self.ends):
            return NEVER
        return max(minute, self.starts[at])

    def is_open(self, minute: int) -> bool:
        """Return whether work can be done in [minute, minute + 1)."""
        return self.next_open(minute) == minute

    def work_before(self, minute: int) -> int:
        """Return the open minutes before `minute` (from the calendar's own first minute)."""
        at = bisect_right(self.starts, minute) - 1
        if at < 0:
            return 0
        return self.before[at] + min(minute, self.ends[at]) - self.starts[at]

    def work_between(self, start: int, end: int) -> int:
        """Return the open minutes in [start, end)."""
        return self.work_before(end) - self.work_before(start)

    def finish(self, start: int, work: int) -> int:
        """Return the first minute by which `work` > 0 open minutes have passed since `start`, or `NEVER`."""
        at = bisect_right(self.starts, start) - 1
        if at >= 0 and start + work <= self.ends[at]:
            return start + work
        target = self.work_before(start) + work
        at = bisect_left(self.before, target) - 1
        if at >= len(self.starts):
            return NEVER
        return self.starts[at] + target - self.before[at]
