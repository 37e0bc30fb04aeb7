"""Who holds each resource when, read off a finished plan once, so that every later question is a binary search."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.arrays import ALWAYS, BATCH, COUNT, NEVER, Arrays, Compiled, Ints
from kumihimo.planning.kernel.positions import fill_positions
from kumihimo.planning.placement import Placement


class OpenTime:
    """Open minutes of every calendar: positions on the work axis and back, for one minute or for many."""

    def __init__(self, arrays: Arrays) -> None:
        self.first: list[int] = arrays.calendar_first.tolist()
        self._arrays = arrays
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
        arrays, found = self._arrays, np.empty(len(minutes), np.int64)
        fill_positions(
            arrays.open_start, arrays.open_end, arrays.open_before, arrays.calendar_first, calendars, minutes, found
        )
        return found


class Occupancy:
    """The holders of every resource in order of start.

    A holder is a step, or on a batch plant a run of steps. Its arrays are indexed by holder; those of a resource are
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
    duration
        Work minutes.
    before
        The earlier holder of the same resource that ends last, or -1.
    """

    def __init__(self, compiled: Compiled, placement: Placement) -> None:
        arrays = compiled.arrays
        self.compiled = compiled
        self.placement = placement
        self.time = OpenTime(arrays)
        self.ready, self.critical = _ready(arrays, placement)
        stands = np.flatnonzero(placement.mode >= 0)
        self.resource, self.work_ready = (np.zeros(len(placement.mode), np.int64) for _ in range(2))
        self.resource[stands] = arrays.mode_resource[placement.mode[stands]]
        calendars = arrays.resource_calendar[self.resource[stands]]
        self.work_ready[stands] = self.time.positions(calendars, self.ready[stands])
        self._holders(arrays, placement)

    def _holders(self, arrays: Arrays, placement: Placement) -> None:
        rows = np.flatnonzero((placement.mode >= 0) & (placement.start < placement.end))
        mode = placement.mode[rows]
        resource = arrays.mode_resource[mode]
        duration = arrays.mode_duration[mode]
        start, end, family = placement.start[rows], placement.end[rows], arrays.step_family[rows]
        # The sort is stable, and rows ascend. One column for two of the keys spares a sort.
        begins = resource * (int(start.max(initial=0) - start.min(initial=0)) + 1) + start
        sequence = np.argsort(begins, kind="stable")
        if (begins[sequence[1:]] == begins[sequence[:-1]]).any():
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
        ready = self.ready[rows]
        last = heads
        if count < len(rows):
            # Of a run the member whose part came last stands for it; ties go to the lowest index.
            last = np.lexsort((-rows, ready, run))[np.append(heads[1:], len(rows)) - 1]
        self.step: Ints = rows[last]
        self.is_fact: NDArray[np.bool_] = np.bincount(run, arrays.fact_mode[rows] >= 0, count) > 0
        self.load: Ints = np.add.reduceat(arrays.step_load[rows], heads) if count else heads
        self.holder_of: Ints = np.full(len(placement.mode), -1, np.int64)
        self.holder_of[rows] = run
        owner = resource[heads]
        self.start, self.end, self.duration = start[heads], end[heads], duration[heads]
        calendars = arrays.resource_calendar[owner]
        self.work_start: Ints = self.time.positions(calendars, self.start)
        self.work_end: Ints = self.time.positions(calendars, self.end)
        self.first: Ints = np.searchsorted(owner, np.arange(len(arrays.resource_site) + 1))
        self.before = _last_before(owner, self.end)

    def full(self) -> tuple[Ints, Ints, Ints]:
        """Return (first, starts, ends): when all places of a resource with several are taken, in order.

        Those of resource r are the rows `first[r]:first[r + 1]`.
        """
        arrays = self.compiled.arrays
        owner = np.repeat(np.arange(len(arrays.resource_site)), np.diff(self.first))
        rows = np.flatnonzero(arrays.resource_kind[owner] == COUNT)
        owner = np.concatenate([owner[rows], owner[rows]])
        minute = np.concatenate([self.end[rows], self.start[rows]])
        change = np.repeat([-1, 1], len(rows))
        # Ends before starts: a place given back at t can be taken at t.
        sequence = np.lexsort((change, minute, owner))
        owner, minute, change = owner[sequence], minute[sequence], change[sequence]
        held, capacity = np.cumsum(change), arrays.resource_capacity[owner]
        begins = np.flatnonzero((change > 0) & (held == capacity))
        ends = np.flatnonzero((change < 0) & (held == capacity - 1))
        # Who leaves in the minute in which the next comes makes no free time.
        goes_on = (minute[ends[:-1]] == minute[begins[1:]]) & (owner[ends[:-1]] == owner[begins[1:]])
        begins, ends = begins[np.append(True, ~goes_on)[: len(begins)]], ends[np.append(~goes_on, True)[: len(ends)]]
        return np.searchsorted(owner[begins], np.arange(len(self.first))), minute[begins], minute[ends]

    def by_end(self) -> Ints:
        """Return the holders of every resource with several places in order of end, those of r in its own run."""
        owner = np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))
        rows = np.flatnonzero(self.compiled.arrays.resource_kind[owner] == COUNT)
        found = np.arange(len(owner))
        found[rows] = rows[np.lexsort((self.start[rows], self.end[rows], owner[rows]))]
        return found


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
