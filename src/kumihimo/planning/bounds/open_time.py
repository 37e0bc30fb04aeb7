"""Work-minute arithmetic on the open intervals of one calendar: both directions are one binary search."""

from __future__ import annotations

from kumihimo.planning.arrays import NEVER, Ints
from kumihimo.planning.compiled import compiled


@compiled
def interval_at(starts: Ints, low: int, high: int, minute: int) -> int:
    """Return the last interval of [low, high) that starts at or before `minute`; low - 1 when none does."""
    while low < high:
        middle = (low + high) // 2
        if starts[middle] <= minute:
            low = middle + 1
        else:
            high = middle
    return low - 1


@compiled
def next_open(starts: Ints, ends: Ints, low: int, high: int, minute: int) -> int:
    """Return the first open minute >= `minute`, or `NEVER`."""
    at = interval_at(starts, low, high, minute)
    if at >= low and minute < ends[at]:
        return minute
    if at + 1 < high:
        return int(starts[at + 1])
    return NEVER


@compiled
def work_before(starts: Ints, ends: Ints, before: Ints, low: int, high: int, minute: int) -> int:
    """Return the open minutes before `minute`, counted from the calendar's own first minute."""
    at = interval_at(starts, low, high, minute)
    if at < low:
        return 0
    return int(before[at] + min(minute, ends[at]) - starts[at])


@compiled
def finish(starts: Ints, ends: Ints, before: Ints, low: int, high: int, start: int, work: int) -> int:
    """Return the first minute by which `work` > 0 open minutes have passed since the open minute `start`."""
    at = interval_at(starts, low, high, start)
    if at >= low and start + work <= ends[at]:
        return start + work
    if at < low:
        return NEVER
    target = before[at] + start - starts[at] + work
    first, last = at, high
    while first < last:
        middle = (first + last) // 2
        if before[middle] < target:
            first = middle + 1
        else:
            last = middle
    found = first - 1
    end = starts[found] + target - before[found]
    return end if end <= ends[found] else NEVER
