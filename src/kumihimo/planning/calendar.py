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
    _, starts, ends = open_table([calendar], phase, low, high)
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def open_table(
    calendars: Sequence[PlanCalendar], phase: int, low: int, high: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return (first, starts, ends): the open intervals of calendar i are the rows `first[i]:first[i + 1]`.

    All calendars are swept at once: firms have calendars of their own, and numpy takes as long for one as for many.
    """
    weeks = np.arange((low + phase) // WEEK_MIN - 1, (high + phase) // WEEK_MIN + 1) * WEEK_MIN - phase
    width = high - low + 1
    keys = []
    for kind, column in enumerate(("weekly", "closed", "open")):
        spans: list[tuple[Interval, ...]] = [getattr(calendar, column) for calendar in calendars]
        owner = np.repeat(np.arange(len(spans)), [len(rows) for rows in spans])[:, None]
        bounds = np.array([span for rows in spans for span in rows], np.int64).reshape(-1, 2)
        shifts = weeks if column == "weekly" else np.zeros(1, np.int64)
        for edge in (0, 1):
            # What lies outside [low, high) begins or ends at its border; the kind of the event is the last digit.
            minutes = np.clip(bounds[:, edge, None] + shifts, low, high) - low
            keys.append(((owner * width + minutes) * 6 + 2 * kind + edge).ravel())
    events = np.sort(np.concatenate(keys))
    points, event = events // 6, events % 6
    # Every span ends by `high`, so that the counts are back at zero where the next calendar begins.
    weekly, closed, opened = (np.cumsum((event == 2 * k).astype(np.int64) - (event == 2 * k + 1)) for k in range(3))
    is_last = np.append(points[1:] != points[:-1], True) if len(points) else np.zeros(0, np.bool_)
    is_open = (((weekly > 0) & (closed <= 0)) | (opened > 0))[is_last].astype(np.int8)
    edges = np.diff(np.concatenate([[0], is_open]))
    begins, stops = points[is_last][edges > 0], points[is_last][edges < 0]
    first = np.searchsorted(begins // width, np.arange(len(calendars) + 1)).astype(np.int64)
    return first, begins % width + low, stops % width + low


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
