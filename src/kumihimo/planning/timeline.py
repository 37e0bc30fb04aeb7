"""What a resource is already busy with, and the earliest place for one more step.

Three kinds, one interface: a single machine with set-ups, a group of n alike, a batch plant.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Protocol

from kumihimo.planning.calendar import NEVER, WorkCalendar

Families = tuple[str | None, ...]
Setup = Mapping[str, Mapping[str, int]]


class Timeline(Protocol):
    """A resource's busy time; intervals of zero length are never put on it."""

    def earliest(self, ready: int, work: int, family: str | None, load: float, limit: int) -> tuple[int, int] | None:
        """Return the earliest (start, end) with start >= ready and end <= limit, or None."""
        ...

    def add(self, start: int, end: int, work: int, family: str | None, load: float, order: int) -> None:
        """Hold the resource."""
        ...

    def remove(self, start: int, end: int, load: float, order: int) -> None:
        """Give back what `add` took."""
        ...

    def neighbours(self, start: int, end: int, reach: int) -> list[int]:
        """Return order indices busy near [start, end), nearest first."""
        ...


class SingleTimeline:
    """A machine that does one step at a time, with set-up between families.

    Overlapping facts (frozen steps) become one block that remembers all its families.
    """

    __slots__ = ("calendar", "families", "orders", "setup", "slots", "starts")

    def __init__(self, calendar: WorkCalendar, setup: Setup) -> None:
        self.calendar = calendar
        self.setup = setup
        self.starts: list[int] = []
        self.slots: list[tuple[int, int]] = []
        self.families: list[Families] = []
        self.orders: list[int] = []

    def _setup(self, before: Families, after: Families) -> int:
        longest = 0
        for a in before:
            if a is None:
                continue
            row = self.setup.get(a)
            if row:
                for b in after:
                    if b is not None and b != a:
                        longest = max(longest, row.get(b, 0))
        return longest

    def earliest(self, ready: int, work: int, family: str | None, load: float, limit: int) -> tuple[int, int] | None:
        """Scan the gaps from `ready` on."""
        calendar = self.calendar
        slots = self.slots
        own = (family,)
        at = bisect_right(self.starts, ready)
        while True:
            low = ready
            waits = False
            if at:
                previous = slots[at - 1]
                low = max(low, previous[1])
                if low >= limit:
                    return None
                if self.setup:
                    pause = self._setup(self.families[at - 1], own)
                    if pause:
                        low = max(low, calendar.finish(previous[1], pause))
                        waits = True
            room = slots[at][0] if at < len(slots) else NEVER
            if low + work <= room:
                start = calendar.next_open(low)
                end = calendar.finish(start, work) if start < limit else NEVER
                # Behind another family the next gap may need less set-up, so only a plain gap ends the search.
                if end > limit and not waits:
                    return None
                if end <= min(room, limit):
                    pause = self._setup(own, self.families[at]) if self.setup and at < len(slots) else 0
                    if not pause or calendar.work_between(end, room) >= pause:
                        return start, end
            if at >= len(slots):
                return None
            at += 1

    def add(self, start: int, end: int, work: int, family: str | None, load: float, order: int) -> None:
        """Insert a slot."""
        at = bisect_left(self.starts, start)
        self.starts.insert(at, start)
        self.slots.insert(at, (start, end))
        self.families.insert(at, (family,))
        self.orders.insert(at, order)

    def remove(self, start: int, end: int, load: float, order: int) -> None:
        """Delete a slot."""
        at = bisect_left(self.starts, start)
        del self.starts[at], self.slots[at], self.families[at], self.orders[at]

    def add_facts(self, facts: list[tuple[int, int, str | None]]) -> None:
        """Put frozen steps, which may overlap, before anything else; they belong to no order that can be taken out."""
        for start, end, family in sorted(facts, key=lambda fact: fact[:2]):
            if self.slots and start < self.slots[-1][1]:
                self.slots[-1] = (self.slots[-1][0], max(end, self.slots[-1][1]))
                self.families[-1] = (*self.families[-1], family)
            else:
                self.starts.append(start)
                self.slots.append((start, end))
                self.families.append((family,))
                self.orders.append(-1)

    def broken_setup(self) -> int | None:
        """Return an order that must leave because taking out another one left too little set-up time, or None."""
        if not self.setup:
            return None
        for at in range(1, len(self.slots)):
            pause = self._setup(self.families[at - 1], self.families[at])
            if pause and self.calendar.work_between(self.slots[at - 1][1], self.slots[at][0]) < pause:
                guilty = self.orders[at] if self.orders[at] >= 0 else self.orders[at - 1]
                if guilty >= 0:
                    return guilty
        return None

    def neighbours(self, start: int, end: int, reach: int) -> list[int]:
        """Return orders around the interval, nearest first."""
        at = bisect_left(self.starts, start)
        low, high = max(0, at - reach), min(len(self.orders), at + reach + 1)
        nearest = sorted(range(low, high), key=lambda i: (abs(i - at), i))
        return [self.orders[i] for i in nearest if self.orders[i] >= 0]


class CountTimeline:
    """n alike machines: a step function of how many are busy."""

    __slots__ = ("busy", "calendar", "capacity", "held", "times")

    def __init__(self, calendar: WorkCalendar, capacity: int) -> None:
        self.calendar = calendar
        self.capacity = capacity
        self.times: list[int] = [-NEVER]
        self.busy: list[int] = [0]
        self.held: list[tuple[int, int]] = []

    def earliest(self, ready: int, work: int, family: str | None, load: float, limit: int) -> tuple[int, int] | None:
        """Jump behind the last full stretch until none is left."""
        times, busy, full = self.times, self.busy, self.capacity
        start = self.calendar.next_open(ready)
        while start < limit:
            end = self.calendar.finish(start, work)
            if end > limit:
                return None
            first = bisect_right(times, start) - 1
            at = bisect_left(times, end) - 1
            while at >= first and busy[at] < full:
                at -= 1
            if at < first:
                return start, end
            if at + 1 == len(times):
                return None
            start = self.calendar.next_open(times[at + 1])
        return None

    def _change(self, start: int, end: int, delta: int) -> None:
        for minute in (start, end):
            at = bisect_left(self.times, minute)
            if at == len(self.times) or self.times[at] != minute:
                self.times.insert(at, minute)
                self.busy.insert(at, self.busy[at - 1])
        first, last = bisect_left(self.times, start), bisect_left(self.times, end)
        for at in range(first, last):
            self.busy[at] += delta
        for at in (last, first):
            if self.busy[at] == self.busy[at - 1]:
                del self.times[at], self.busy[at]

    def add(self, start: int, end: int, work: int, family: str | None, load: float, order: int) -> None:
        """Hold one machine."""
        self._change(start, end, 1)
        at = bisect_left(self.held, (start, order))
        self.held.insert(at, (start, order))

    def remove(self, start: int, end: int, load: float, order: int) -> None:
        """Give one machine back."""
        self._change(start, end, -1)
        del self.held[bisect_left(self.held, (start, order))]

    def neighbours(self, start: int, end: int, reach: int) -> list[int]:
        """Return orders around the interval, nearest first."""
        at = bisect_left(self.held, (start, -1))
        low, high = max(0, at - reach), min(len(self.held), at + reach + 1)
        nearest = sorted(range(low, high), key=lambda i: (abs(i - at), i))
        return [self.held[i][1] for i in nearest if self.held[i][1] >= 0]


class _Run:
    __slots__ = ("end", "family", "loads", "orders", "start", "work")

    def __init__(self, start: int, end: int, work: int, family: str | None, load: float, order: int) -> None:
        self.start, self.end, self.work, self.family = start, end, work, family
        self.loads = [load]
        self.orders = [order]


class BatchTimeline:
    """An oven or bath: runs that do not overlap, each shared by steps of one family and one duration."""

    __slots__ = ("calendar", "capacity", "runs", "starts")

    def __init__(self, calendar: WorkCalendar, capacity: int) -> None:
        self.calendar = calendar
        self.capacity = capacity
        self.starts: list[int] = []
        self.runs: list[_Run] = []

    def earliest(self, ready: int, work: int, family: str | None, load: float, limit: int) -> tuple[int, int] | None:
        """Join the first run that fits or open a new one in the first gap, whichever is earlier."""
        runs, calendar = self.runs, self.calendar
        at = bisect_left(self.starts, ready)
        if at and runs[at - 1].end > ready:
            ready = runs[at - 1].end
        for index in range(at, len(runs)):
            run = runs[index]
            start = calendar.next_open(ready)
            if start >= limit:
                return None
            end = calendar.finish(start, work)
            if end <= run.start:
                return (start, end) if end <= limit else None
            if self._joins(run, work, family, load) and run.end <= limit:
                return run.start, run.end
            ready = max(ready, run.end)
        start = calendar.next_open(ready)
        if start >= limit:
            return None
        end = calendar.finish(start, work)
        return (start, end) if end <= limit else None

    def _joins(self, run: _Run, work: int, family: str | None, load: float) -> bool:
        if run.work != work or run.family != family or math.fsum([*run.loads, load]) > self.capacity:
            return False
        # A frozen run may lie anywhere; whoever joins must obey the calendar.
        return self.calendar.is_open(run.start) and self.calendar.finish(run.start, work) == run.end

    def add(self, start: int, end: int, work: int, family: str | None, load: float, order: int) -> None:
        """Join the run that starts then, or open one."""
        at = bisect_left(self.starts, start)
        if at < len(self.runs) and self.starts[at] == start:
            self.runs[at].loads.append(load)
            self.runs[at].orders.append(order)
            return
        self.starts.insert(at, start)
        self.runs.insert(at, _Run(start, end, work, family, load, order))

    def remove(self, start: int, end: int, load: float, order: int) -> None:
        """Leave a run; an empty run disappears."""
        at = bisect_left(self.starts, start)
        run = self.runs[at]
        run.orders.remove(order)
        run.loads.remove(load)
        if not run.orders:
            del self.starts[at], self.runs[at]

    def add_facts(self, facts: list[tuple[int, int, int, str | None, float]]) -> None:
        """Put frozen steps; alike ones are one run, overlapping ones a block that nobody may join."""
        for start, end, work, family, load in sorted(facts, key=lambda fact: fact[:2]):
            last = self.runs[-1] if self.runs else None
            if last is None or start >= last.end:
                self.starts.append(start)
                self.runs.append(_Run(start, end, work, family, load, -1))
            elif (last.start, last.end, last.work, last.family) == (start, end, work, family):
                last.loads.append(load)
                last.orders.append(-1)
            else:
                last.end = max(last.end, end)
                last.work = -1

    def neighbours(self, start: int, end: int, reach: int) -> list[int]:
        """Return orders around the interval, nearest first."""
        at = bisect_left(self.starts, start)
        low, high = max(0, at - reach), min(len(self.runs), at + reach + 1)
        nearest = sorted(range(low, high), key=lambda i: (abs(i - at), i))
        return [order for i in nearest for order in self.runs[i].orders if order >= 0]
