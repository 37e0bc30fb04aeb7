"""When a step may start on a resource, as pieces: stretches of starts over which its wall-clock length stays the same.

A step of d work minutes that starts at s ends at f(s). Between two breakpoints, where s or f(s) passes the edge of an
open interval, f(s) - s is constant; one literal per piece therefore ties start, end and calendar exactly, and a piece
is made only where the time window of the mode reaches. What frozen steps hold is cut out of the pieces.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from kumihimo.planning.arrays import ALWAYS, Arrays

Blocks = list[tuple[int, int]]
"""Half-open stretches of time, sorted, that overlap nowhere."""


class Piece(NamedTuple):
    """Starts `low` to `high`, both included; a step that starts there ends `size` minutes later."""

    low: int
    high: int
    size: int


class OpenRows:
    """Open intervals of the calendars that are asked for, as lists."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._rows: dict[int, tuple[list[int], list[int], list[int]]] = {}

    def of(self, calendar: int) -> tuple[list[int], list[int], list[int]]:
        """Return starts, ends and open minutes before each start."""
        found = self._rows.get(calendar)
        if found is None:
            a = self._arrays
            run = slice(int(a.calendar_first[calendar]), int(a.calendar_first[calendar + 1]))
            found = (a.open_start[run].tolist(), a.open_end[run].tolist(), a.open_before[run].tolist())
            self._rows[calendar] = found
        return found

    def work_before(self, calendar: int, minute: int) -> int:
        """Return the open minutes before a minute; of what never closes, the minute itself."""
        if calendar == ALWAYS:
            return minute
        starts, ends, before = self.of(calendar)
        at = bisect_right(starts, minute) - 1
        return 0 if at < 0 else before[at] + min(minute, ends[at]) - starts[at]

    def pieces(self, calendar: int, work: int, low: int, high: int) -> list[Piece]:
        """Return all starts >= `low` from which `work` minutes are done by `high`."""
        starts, ends, before = self.of(calendar)
        found: list[Piece] = []
        row = bisect_right(ends, low)
        goal = row
        while row < len(starts) and starts[row] <= high - work:
            start = max(starts[row], low)
            if work == 0:
                found.append(Piece(start, min(ends[row] - 1, high), 0))
                row += 1
                continue
            at = before[row] + start - starts[row]
            limit = before[row] + ends[row] - starts[row]
            while at < limit:
                while goal < len(starts) and before[goal] + ends[goal] - starts[goal] < at + work:
                    goal += 1
                if goal == len(starts):
                    return found
                last = min(limit, before[goal] + ends[goal] - starts[goal] - work + 1) - 1
                begin = starts[row] + at - before[row]
                size = starts[goal] + at + work - before[goal] - begin
                latest = min(begin + last - at, high - size)
                if latest < begin:
                    return found
                found.append(Piece(begin, latest, size))
                at = last + 1
            row += 1
        return found


def cut(pieces: list[Piece], blocks: Blocks) -> list[Piece]:
    """Return the pieces without the starts from which a step would lie over a block."""
    if not blocks:
        return pieces
    starts = [a for a, _ in blocks]
    ends = [b for _, b in blocks]
    found: list[Piece] = []
    for low, high, size in pieces:
        if size == 0:
            found.append(Piece(low, high, size))
            continue
        # Blocks that some start of the piece would touch; a start s touches [a, b) when a - size < s < b.
        at, last = bisect_right(ends, low), bisect_left(starts, high + size)
        here = low
        for block in range(at, last):
            if starts[block] - size >= here:
                found.append(Piece(here, min(high, starts[block] - size), size))
            here = max(here, ends[block])
        if here <= high:
            found.append(Piece(here, high, size))
    return found


def trim(pieces: list[Piece], first: int, last_end: int) -> list[Piece]:
    """Return the pieces within starts >= `first` and ends <= `last_end`."""
    found = []
    for low, high, size in pieces:
        if high < first or low + size > last_end:
            continue
        found.append(Piece(max(low, first), min(high, last_end - size), size))
    return found
