"""Work-minute arithmetic on the open intervals of one calendar: both directions are one binary search."""

from __future__ import annotations

from kumihimo.planning.arrays import NEVER, Ints
from kumihimo.planning.bounds.rows import BEFORE, END, START
from kumihimo.planning.compiled import compiled, inner


@inner
def interval_at(open_: Ints, low: int, high: int, minute: int) -> int:
    """Return the last interval of [low, high) that starts at or before `minute`; low - 1 when none does."""
    while low < high:
        middle = (low + high) // 2
        if open_[START, middle] <= minute:
            low = middle + 1
        else:
            high = middle
    return low - 1


@compiled
def work_before(open_: Ints, low: int, high: int, minute: int) -> int:
    """Return the open minutes before `minute`, counted from the calendar's own first minute."""
    at = interval_at(open_, low, high, minute)
    if at < low:
        return 0
    return int(open_[BEFORE, at] + min(minute, open_[END, at]) - open_[START, at])


@compiled
def finish(open_: Ints, low: int, high: int, start: int, work: int) -> int:
    """Return the first minute by which `work` > 0 open minutes have passed since the open minute `start`."""
    at = interval_at(open_, low, high, start)
    if at >= low and start + work <= open_[END, at]:
        return start + work
    if at < low:
        return NEVER
    target = open_[BEFORE, at] + start - open_[START, at] + work
    first, last = at, high
    while first < last:
        middle = (first + last) // 2
        if open_[BEFORE, middle] < target:
            first = middle + 1
        else:
            last = middle
    found = first - 1
    end = open_[START, found] + target - open_[BEFORE, found]
    return end if end <= open_[END, found] else NEVER
