"""Work-minute arithmetic over a resource's open time.

A calendar is a sorted list of half-open open intervals with the open minutes before each; both directions
(wall clock -> open minutes and back) are one binary search.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime

from kumihimo.planning.problem import WEEK_MIN, Interval, PlanCalendar

NEVER = 1 << 60
"""A minute that never comes."""


def week_phase(start: datetime) -> int:
    """Return the minute of the week at `start`, by its own offset; 0 = Monday 00:00."""
    return start.weekday() * 1440 + start.hour * 60 + start.minute


def open_intervals(calendar: PlanCalendar, phase: int, low: int, high: int) -> list[Interval]:
    """Return the open intervals of `calendar` within [low, high), merged and sorted; phase is that of minute 0."""
    weekly: list[Interval] = []
    for week in range((low + phase) // WEEK_MIN - 1, (high + phase) // WEEK_MIN + 1):
        base = week * WEEK_MIN - phase
        weekly += [(base + a, base + b) for a, b in calendar.weekly]
    kept = _subtract(_merge(weekly), _merge(calendar.closed))
    merged = _merge(kept + list(calendar.open))
    return [(max(a, low), min(b, high)) for a, b in merged if a < high and b > low]


def _merge(intervals: Sequence[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for a, b in sorted(intervals):
        if merged and a <= merged[-1][1]:
            if b > merged[-1][1]:
                merged[-1] = (merged[-1][0], b)
        else:
            merged.append((a, b))
    return merged


def _subtract(intervals: list[Interval], holes: list[Interval]) -> list[Interval]:
    rest: list[Interval] = []
    first = 0
    for a, b in intervals:
        while first < len(holes) and holes[first][1] <= a:
            first += 1
        at = first
        while at < len(holes) and holes[at][0] < b:
            if holes[at][0] > a:
                rest.append((a, holes[at][0]))
            a = max(a, holes[at][1])
            at += 1
        if a < b:
            rest.append((a, b))
    return rest


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
