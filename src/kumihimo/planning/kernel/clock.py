"""Open time: from a wall-clock minute and an amount of work to a start and an end.

A calendar is the rows `first <= i < last` of three arrays: open from `open_start[i]` until `open_end[i]`, with
`open_before[i]` open minutes before. Weeks repeat, so a row is guessed by proportion and found a few rows away;
irregular calendars fall back to halving.
"""

from __future__ import annotations

from kumihimo.planning.arrays import NEVER, Ints
from kumihimo.planning.compiled import compiled, inner

_NEAR = 6
"""Rows to walk from a guess before halving."""


@inner
def row_after(open_start: Ints, open_end: Ints, first: int, last: int, minute: int) -> int:
    """Return the first row whose end lies after `minute`, or `last`."""
    count = last - first
    if count <= 0 or open_end[last - 1] <= minute:
        return last
    if open_end[first] > minute:
        return first
    at = first + (minute - open_start[first]) * count // (open_end[last - 1] - open_start[first])
    at = min(max(at, first), last - 1)
    low, high = first, last - 1
    for _ in range(_NEAR):
        if open_end[at] <= minute:
            low = at + 1
            at += 1
        elif open_end[at - 1] > minute:
            high = at - 1
            at -= 1
        else:
            return int(at)
    while low < high:
        middle = (low + high) >> 1
        if open_end[middle] > minute:
            high = middle
        else:
            low = middle + 1
    return low


@inner
def end_of(open_start: Ints, open_end: Ints, open_before: Ints, row: int, last: int, start: int, work: int) -> int:
    """Return when `work` open minutes since `start` are done; `start` is an open minute of `row`."""
    if start + work <= open_end[row]:
        return start + work
    target = open_before[row] + (start - open_start[row]) + work
    low = row + 1
    for _ in range(_NEAR):
        if low >= last:
            return NEVER
        if open_before[low] + open_end[low] - open_start[low] >= target:
            return int(open_start[low] + target - open_before[low])
        low += 1
    high = last
    while low < high:
        middle = (low + high) >> 1
        if open_before[middle] + open_end[middle] - open_start[middle] >= target:
            high = middle
        else:
            low = middle + 1
    if low >= last:
        return NEVER
    return int(open_start[low] + target - open_before[low])


@compiled
def place(
    open_start: Ints, open_end: Ints, open_before: Ints, first: int, last: int, ready: int, work: int
) -> tuple[int, int]:
    """Return (start, end): the first open minute from `ready` on, and when `work` > 0 open minutes are done.

    Both are `NEVER` when the calendar ends before.
    """
    at = row_after(open_start, open_end, first, last, ready)
    if at >= last:
        return NEVER, NEVER
    start = max(ready, open_start[at])
    return start, end_of(open_start, open_end, open_before, at, last, start, work)


@compiled
def next_open(open_start: Ints, open_end: Ints, first: int, last: int, minute: int) -> int:
    """Return the first open minute >= `minute`, or `NEVER`."""
    at = row_after(open_start, open_end, first, last, minute)
    if at >= last:
        return NEVER
    return int(max(minute, open_start[at]))


@compiled
def work_before(open_start: Ints, open_end: Ints, open_before: Ints, first: int, last: int, minute: int) -> int:
    """Return the open minutes of the calendar before `minute`."""
    at = row_after(open_start, open_end, first, last, minute)
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


@inner
def row_with(open_before: Ints, row: int, last: int, work: int) -> int:
    """Return the row from `row` on in which the open minute lies before which exactly `work` minutes were open."""
    low = row
    for _ in range(_NEAR):
        if low + 1 >= last or open_before[low + 1] > work:
            return low
        low += 1
    high = last
    while low < high:
        middle = (low + high) >> 1
        if open_before[middle] > work:
            high = middle
        else:
            low = middle + 1
    return low - 1
