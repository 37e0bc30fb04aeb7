"""Who holds each resource when, read off a finished plan once, so that every later question is a binary search."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np

from kumihimo.planning.arrays import ALWAYS, BATCH, NEVER, Arrays, Compiled, Ints
from kumihimo.planning.placement import Placement


class OpenTime:
    """Open minutes of every calendar: positions on the work axis and back, for one minute or for many."""

    def __init__(self, arrays: Arrays) -> None:
        self.first: list[int] = arrays.calendar_first.tolist()
        self._arrays = arrays
        self._axis: Ints | None = None
        self._low, self._span = 0, 1
        self._rows: dict[int, tuple[list[int], list[int], list[int]]] = {}

    def rows(self, calendar: int) -> tuple[list[int], list[int], list[int]]:
        """Return starts, ends and open minutes before each of the intervals of a calendar."""
        found = self._rows.get(calendar)
        if found is None:
            arrays, here = self._arrays, slice(self.first[calendar], self.first[calendar + 1])
            found = (
                arrays.open_start[here].tolist(),
                arrays.open_end[here].tolist(),
                arrays.open_before[here].tolist(),
            )
            self._rows[calendar] = found
        return found

    def work_before(self, calendar: int, minute: int) -> int:
        """Return the open minutes before `minute`, counted from the calendar's own first minute."""
        if calendar == ALWAYS:
            return minute
        starts, ends, before = self.rows(calendar)
        at = bisect_right(starts, minute) - 1
        if at < 0:
            return 0
        return before[at] + min(minute, ends[at]) - starts[at]

    def next_open(self, calendar: int, minute: int) -> int:
        """Return the first open minute >= `minute`, or `NEVER`."""
        starts, ends, _ = self.rows(calendar)
        at = bisect_right(ends, minute)
        return max(minute, starts[at]) if at < len(ends) else NEVER

    def finish(self, calendar: int, start: int, work: int) -> int:
        """Return the first minute by which `work` > 0 open minutes have passed since `start`, or `NEVER`."""
        if calendar == ALWAYS:
            return start + work
        starts, ends, before = self.rows(calendar)
        target = self.work_before(calendar, start) + work
        at = bisect_left(before, target) - 1
        if at < 0 or target > before[at] + ends[at] - starts[at]:
            return NEVER
        return starts[at] + target - before[at]

    def positions(self, calendars: Ints, minutes: Ints) -> Ints:
        """Return `work_before` of many minutes, each of its own calendar; both shape (k,)."""
        if not len(minutes):
            return minutes.copy()
        arrays = self._arrays
        if self._axis is None:
            # One axis on which the calendars follow each other, so that one search answers for all of them.
            known = arrays.open_start[arrays.open_start > -NEVER]
            self._low, high = (int(known.min()), int(known.max())) if len(known) else (0, 0)
            self._span = high - self._low + 2
            owner = np.repeat(np.arange(len(self.first) - 1), np.diff(arrays.calendar_first))
            self._axis = owner * self._span + np.maximum(arrays.open_start - self._low + 1, 0)
        asked = calendars * self._span + np.clip(minutes - self._low + 1, 0, self._span - 1)
        at = np.searchsorted(self._axis, asked, side="right") - 1
        kept = np.maximum(at, 0)
        passed = arrays.open_before[kept] + np.minimum(minutes, arrays.open_end[kept]) - arrays.open_start[kept]
        passed[at < arrays.calendar_first[calendars]] = 0
        return np.where(calendars == ALWAYS, minutes, passed)


class Occupancy:
    """The holders of every resource in order of start.

    A holder is a step, or on a batch plant a run of steps. Lists are indexed by holder; those of a resource are
    `first[r]:first[r + 1]`. Zero-length steps hold nothing.

    Attributes
    ----------
    ready
        Per step: when its last part arrives, or the release; -1 where the step does not stand.
    critical
        Per step that stands: the predecessor that arrives last (the first of several), or -1.
    resource
        Per step that stands: its resource; elsewhere without a meaning.
    work_ready
        Per step that stands: open minutes of its resource before `ready`.
    holder_of
        Per step: its holder, or -1.
    step
        The step that stands for the holder: of a run the one whose part came last, which set the start of the run.
    start, end, work_start, work_end
        Wall-clock minutes and open minutes of the resource's calendar before them.
    is_fact
        Whether a frozen step is among it.
    load
        Sum of loads of a run.
    before
        The earlier holder of the same resource that ends last, or -1.
    """

    def __init__(self, compiled: Compiled, placement: Placement) -> None:
        arrays = compiled.arrays
        self.compiled = compiled
        self.placement = placement
        self.time = OpenTime(arrays)
        self.ready_array, critical = _ready(arrays, placement)
        self.ready: list[int] = self.ready_array.tolist()
        self.critical: list[int] = critical.tolist()
        self._resources(arrays, placement)
        self._holders(arrays, placement)
        self._full: dict[int, tuple[list[int], list[int]]] = {}
        self._by_end: dict[int, tuple[list[int], list[int]]] = {}

    def _resources(self, arrays: Arrays, placement: Placement) -> None:
        resource, work = np.zeros(len(placement.mode), np.int64), np.zeros(len(placement.mode), np.int64)
        stands = np.flatnonzero(placement.mode >= 0)
        resource[stands] = arrays.mode_resource[placement.mode[stands]]
        work[stands] = self.time.positions(arrays.resource_calendar[resource[stands]], self.ready_array[stands])
        self.resource: list[int] = resource.tolist()
        self.work_ready: list[int] = work.tolist()

    def _holders(self, arrays: Arrays, placement: Placement) -> None:
        rows = np.flatnonzero((placement.mode >= 0) & (placement.start < placement.end))
        mode = placement.mode[rows]
        resource = arrays.mode_resource[mode]
        duration = arrays.mode_duration[mode]
        start, end, family = placement.start[rows], placement.end[rows], arrays.step_family[rows]
        # The sort is stable, and rows ascend. One column for two of the keys spares a sort.
        begins = resource * (int(start.max(initial=0) - start.min(initial=0)) + 1) + start
        sequence = np.lexsort((duration, family, end, begins))
        rows, resource, duration = rows[sequence], resource[sequence], duration[sequence]
        start, end, family = start[sequence], end[sequence], family[sequence]
        same = np.zeros(len(rows), bool)
        same[1:] = arrays.resource_kind[resource[1:]] == BATCH
        for column in (resource, start, end, family, duration):
            same[1:] &= column[1:] == column[:-1]
        heads = np.flatnonzero(~same)
        run = np.cumsum(~same) - 1
        count = len(heads)
        ready = self.ready_array[rows]
        # Of a run the member whose part came last stands for it; ties go to the lowest index.
        by_ready = np.lexsort((-rows, ready, run))
        last = by_ready[np.append(heads[1:], len(rows)) - 1] if count else np.zeros(0, np.int64)
        self.step: list[int] = rows[last].tolist()
        fact = arrays.fact_mode[rows] >= 0
        self.is_fact: list[bool] = (np.bincount(run, fact, count) > 0).tolist()
        self.load: list[int] = np.add.reduceat(arrays.step_load[rows], heads).tolist() if count else []
        holder_of = np.full(len(placement.mode), -1, np.int64)
        holder_of[rows] = run
        self.holder_of: list[int] = holder_of.tolist()
        owner, start, end = resource[heads], start[heads], end[heads]
        calendars = arrays.resource_calendar[owner]
        self.start: list[int] = start.tolist()
        self.end: list[int] = end.tolist()
        self.work_start: list[int] = self.time.positions(calendars, start).tolist()
        self.work_end: list[int] = self.time.positions(calendars, end).tolist()
        self.duration: list[int] = duration[heads].tolist()
        self.first: list[int] = np.searchsorted(owner, np.arange(len(arrays.resource_site) + 1)).tolist()
        self.before: list[int] = _last_before(owner, end).tolist()

    def full(self, resource: int) -> tuple[list[int], list[int]]:
        """Return when all places of a resource with several are taken: starts and ends, in order."""
        found = self._full.get(resource)
        if found is None:
            low, high = self.first[resource], self.first[resource + 1]
            capacity = int(self.compiled.arrays.resource_capacity[resource])
            # Ends before starts: a place given back at t can be taken at t.
            changes = sorted([(self.start[h], 1) for h in range(low, high)] + [(e, -1) for e in self.end[low:high]])
            begins: list[int] = []
            ends: list[int] = []
            held = 0
            for minute, change in changes:
                held += change
                if change > 0 and held == capacity:
                    if ends and ends[-1] == minute:
                        ends.pop()
                    else:
                        begins.append(minute)
                elif change < 0 and held == capacity - 1:
                    ends.append(minute)
            found = self._full[resource] = (begins, ends)
        return found

    def last_ended(self, resource: int, minute: int) -> int:
        """Return the holder of a resource with several places that ends last, at `minute` or before; -1: none."""
        found = self._by_end.get(resource)
        if found is None:
            low, high = self.first[resource], self.first[resource + 1]
            sequence = sorted(range(low, high), key=lambda h: (self.end[h], self.start[h], h))
            found = self._by_end[resource] = ([self.end[h] for h in sequence], sequence)
        at = bisect_right(found[0], minute) - 1
        return found[1][at] if at >= 0 else -1


def _ready(arrays: Arrays, placement: Placement) -> tuple[Ints, Ints]:
    """When the last part of every planned step arrives, and the first predecessor of those that bring it."""
    count = len(placement.mode)
    ready = arrays.order_release[arrays.step_order]
    critical = np.full(count, -1, np.int64)
    if len(arrays.pred) and len(arrays.mode_resource):
        after = np.repeat(np.arange(count), np.diff(arrays.pred_first))
        here = arrays.resource_site[arrays.mode_resource[placement.mode[after]]]
        there = arrays.resource_site[arrays.mode_resource[placement.mode[arrays.pred]]]
        arrival = placement.end[arrays.pred] + np.maximum(arrays.travel_minutes[there, here], 0)
        has = np.flatnonzero(np.diff(arrays.pred_first))
        ready[has] = np.maximum.reduceat(arrival, arrays.pred_first[has])
        last = np.flatnonzero(arrival == ready[after])[::-1]
        critical[after[last]] = arrays.pred[last]
    return np.where(placement.mode >= 0, ready, -1), critical


def _last_before(owner: Ints, end: Ints) -> Ints:
    """Per holder the earlier one of the same resource with the largest end."""
    count = len(owner)
    if not count:
        return np.zeros(0, np.int64)
    span = int(end.max() - end.min()) + 1
    key = owner * span + (end - end.min())
    top = np.maximum.accumulate(key)
    leader = np.maximum.accumulate(np.where(key == top, np.arange(count), 0))
    before = np.full(count, -1, np.int64)
    before[1:] = np.where(owner[1:] == owner[:-1], leader[:-1], -1)
    return before
