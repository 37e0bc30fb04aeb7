"""Open time: from a wall-clock minute and an amount of work to a start and an end.

A calendar is the rows `first <= i < last` of three arrays: open from `open_start[i]` until `open_end[i]`, with
`open_before[i]` open minutes before.
"""

from __future__ import annotations

from kumihimo.planning.arrays import NEVER, Ints
from kumihimo.planning.compiled import compiled, inner


@inner
def row_after(open_end: Ints, first: int, last: int, minute: int) -> int:
    """Return the first row whose end lies after `minute`, or `last`."""
    low, high = first, last
    while low < high:
        middle = (low + high) >> 1
        if open_end[middle] > minute:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def place(
    open_start: Ints, open_end: Ints, open_before: Ints, first: int, last: int, ready: int, work: int
) -> tuple[int, int]:
    """Return (start, end): the first open minute from `ready` on, and when `work` > 0 open minutes are done.

    Both are `NEVER` when the calendar ends before.
    """
    at = row_after(open_end, first, last, ready)
    if at >= last:
        return NEVER, NEVER
    start = max(ready, open_start[at])
    if start + work <= open_end[at]:
        return start, start + work
    target = open_before[at] + (start - open_start[at]) + work
    # The row in which the work ends: the first with `open_before + length >= target`.
    low, high = at + 1, last
    while low < high:
        middle = (low + high) >> 1
        if open_before[middle] + open_end[middle] - open_start[middle] >= target:
            high = middle
        else:
            low = middle + 1
    if low >= last:
        return start, NEVER
    return start, open_start[low] + target - open_before[low]


@compiled
def next_open(open_start: Ints, open_end: Ints, first: int, last: int, minute: int) -> int:
    """Return the first open minute >= `minute`, or `NEVER`."""
    at = row_after(open_end, first, last, minute)
    if at >= last:
        return NEVER
    return int(max(minute, open_start[at]))


@compiled
def work_before(open_start: Ints, open_end: Ints, open_before: Ints, first: int, last: int, minute: int) -> int:
    """Return the open minutes of the calendar before `minute`."""
    at = row_after(open_end, first, last, minute)
    if at >= last:
        if last == first:
            return 0
        return int(open_before[last - 1] + open_end[last - 1] - open_start[last - 1])
    return int(open_before[at] + max(0, minute - open_start[at]))


@compiled
def work_between(
    open_start: Ints, open_end: Ints, open_before: Ints, first: int, last: int, start: int, end: int
) -> int:
    """Return the open minutes in [start, end)."""
    return work_before(open_start, open_end, open_before, first, last, end) - work_before(
        open_start, open_end, open_before, first, last, start
    )


@compiled
def minute_of(open_start: Ints, open_before: Ints, first: int, last: int, work: int) -> int:
    """Return the open minute before which exactly `work` minutes were open (the calendar must be that long)."""
    low, high = first, last
    while low < high:
        middle = (low + high) >> 1
        if open_before[middle] > work:
            high = middle
        else:
            low = middle + 1
    return int(open_start[low - 1] + work - open_before[low - 1])
