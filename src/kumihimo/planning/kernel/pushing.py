"""Room by pushing: steps of other orders stand aside to the right as long as nobody becomes late by it.

A gap that is some minutes too short is long enough when the step behind it can wait. How long a step can wait is its
*slack*, the forward time slack of vehicle routing: M. W. P. Savelsbergh, "The Vehicle Routing Problem with Time
Windows: Minimizing Route Duration", ORSA Journal on Computing 4 (1992) 146-154. Here a step is waited for by two: the
next on its machine and the next of its order. The slack kept per step may be out of date; the push itself is exact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import SINGLE, Arrays, Ints
from kumihimo.planning.compiled import compiled, inner
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.clock import end_of, row_after, row_with, work_before
from kumihimo.planning.kernel.limits import Limits
from kumihimo.planning.kernel.slots import (
    END,
    FAMILY,
    KIND,
    OPEN_BEFORE_END,
    OPEN_BEFORE_START,
    OPEN_FIRST,
    OPEN_LAST,
    SLOT_COUNT,
    SLOT_FIRST,
    START,
    STEP,
    WORK,
    first_after,
    free,
    hold,
    setup_minutes,
)

MOST_ORDERS = 132
"""Orders that may be put on the board between two moments when the journal is empty."""
MOST_PUSHED = 24
"""Steps that one insertion of a step may push, with those that a chain on one machine adds."""
_MOST_NOTED = 512
"""Nobody is pushed any more when the journal is that long."""
_HELD = -1
# Columns of the journal.
_STEP, _AT, _ROW, _START, _END, _OPEN = range(6)


class Pushes(NamedTuple):
    """What was pushed, so that it can be undone, and how far every step could be.

    Attributes
    ----------
    slack
        Per step, work minutes that it could start later; empty where nothing is ever pushed.
    journal, noted
        Every change of the slots: a step that was held (row -1), or a step pushed and where it stood before; shape
        (j, 6); number of entries.
    waiting
        Steps to push and from when on, shape (w, 2).
    """

    slack: Ints
    journal: Ints
    noted: Ints
    waiting: Ints


def new_pushes(longest_order: int) -> Pushes:
    """Return an empty journal; nothing may be pushed until there is a slack for every step."""
    return Pushes(
        slack=np.zeros(0, np.int64),
        journal=np.zeros((_MOST_NOTED + MOST_ORDERS * longest_order, 6), np.int64),
        noted=np.zeros(1, np.int64),
        waiting=np.zeros((4 * MOST_PUSHED, 2), np.int64),
    )


@inner
def _open_before(arrays: Arrays, board: Board, at: int, minute: int) -> int:
    """Return a minute on a machine's own axis of open minutes."""
    return work_before(
        arrays.open_start,
        arrays.open_end,
        arrays.open_before,
        board.resource[at, OPEN_FIRST],
        board.resource[at, OPEN_LAST],
        minute,
    )


@inner
def renew_slack(arrays: Arrays, limits: Limits, board: Board, slack: Ints, order: int) -> None:
    """Compute the slack of an order's steps anew from that of the next on the machine and the next of the order."""
    resource, slot = board.resource, board.slot
    first, last = arrays.step_first[order], arrays.step_first[order + 1]
    for step in range(last - 1, first - 1, -1):
        mode = board.mode[step]
        slack[step] = 0
        if mode < 0 or arrays.fact_mode[step] >= 0 or board.start[step] == board.end[step]:
            continue
        at = arrays.mode_resource[mode]
        if resource[at, KIND] != SINGLE:
            continue
        until = limits.latest[mode]
        if arrays.succ_first[step] == arrays.succ_first[step + 1]:
            until = min(until, arrays.order_due[order] - arrays.ship_minutes[mode])
        site = arrays.resource_site[at]
        for arc in range(arrays.succ_first[step], arrays.succ_first[step + 1]):
            later = arrays.succ[arc]
            there = arrays.resource_site[arrays.mode_resource[board.mode[later]]]
            until = min(until, board.start[later] + slack[later] - int(arrays.travel_minutes[site, there]))
        if until <= board.end[step]:
            continue
        base, count = resource[at, SLOT_FIRST], resource[at, SLOT_COUNT]
        here = first_after(slot, base, count, board.start[step])
        row = base + here - 1
        room = _open_before(arrays, board, at, until) - slot[row, OPEN_BEFORE_END]
        if here < count:
            pause = setup_minutes(
                resource, board.table_minutes, board.table_local, at, slot[row, FAMILY], slot[row + 1, FAMILY]
            )
            gap = slot[row + 1, OPEN_BEFORE_START] - slot[row, OPEN_BEFORE_END] - pause
            if slot[row + 1, STEP] >= 0:
                gap += slack[slot[row + 1, STEP]]
            room = min(room, gap)
        slack[step] = max(0, room)


@inner
def _push_chain(
    arrays: Arrays, limits: Limits, board: Board, pushes: Pushes, order: int, at: int, here: int, low: int, top: int
) -> int:
    """Push the slot at position `here` of a machine to `low` on its axis, and those behind as far as need be.

    Returns the number of steps of their orders that wait to be pushed, -1 when somebody cannot be pushed.
    """
    resource, slot = board.resource, board.slot
    base, count = resource[at, SLOT_FIRST], resource[at, SLOT_COUNT]
    last = resource[at, OPEN_LAST]
    site = arrays.resource_site[at]
    open_start, open_end, open_before = arrays.open_start, arrays.open_end, arrays.open_before
    while here < count and slot[base + here, OPEN_BEFORE_START] < low:
        row = base + here
        step = slot[row, STEP]
        if step < 0 or arrays.fact_mode[step] >= 0 or arrays.step_order[step] == order:
            return -1
        if pushes.noted[0] >= _MOST_NOTED:
            return -1
        if low >= open_before[last - 1] + open_end[last - 1] - open_start[last - 1]:
            return -1
        mode, work = board.mode[step], slot[row, WORK]
        found = row_after(open_start, open_end, resource[at, OPEN_FIRST], last, slot[row, START])
        found = row_with(open_before, found, last, low)
        start = open_start[found] + low - open_before[found]
        end = end_of(open_start, open_end, open_before, found, last, start, work)
        if end > limits.latest[mode]:
            return -1
        is_last = arrays.succ_first[step] == arrays.succ_first[step + 1]
        if is_last and end + arrays.ship_minutes[mode] > arrays.order_due[arrays.step_order[step]]:
            return -1
        for arc in range(arrays.succ_first[step], arrays.succ_first[step + 1]):
            later = arrays.succ[arc]
            there = arrays.resource_site[arrays.mode_resource[board.mode[later]]]
            ready = end + int(arrays.travel_minutes[site, there])
            if board.start[later] < ready:
                if top >= len(pushes.waiting) or arrays.fact_mode[later] >= 0:
                    return -1
                pushes.waiting[top, 0], pushes.waiting[top, 1] = later, ready
                top += 1
        entry = pushes.journal[pushes.noted[0]]
        entry[_STEP], entry[_AT], entry[_ROW] = step, at, row
        entry[_START], entry[_END], entry[_OPEN] = slot[row, START], slot[row, END], slot[row, OPEN_BEFORE_START]
        pushes.noted[0] += 1
        slot[row, START], slot[row, END] = start, end
        slot[row, OPEN_BEFORE_START], slot[row, OPEN_BEFORE_END] = low, low + work
        board.start[step], board.end[step] = start, end
        here += 1
        low += work
        if here < count:
            low += setup_minutes(
                resource, board.table_minutes, board.table_local, at, slot[row, FAMILY], slot[row + 1, FAMILY]
            )
    return top


@inner
def make_room(
    arrays: Arrays, limits: Limits, board: Board, pushes: Pushes, order: int, at: int, start: int, end: int, family: int
) -> bool:
    """Push whatever stands in [start, end) of a machine, set-up included; False (and all as before) when it cannot."""
    resource, slot = board.resource, board.slot
    base, count = resource[at, SLOT_FIRST], resource[at, SLOT_COUNT]
    here = first_after(slot, base, count, start)
    if here >= count or resource[at, KIND] != SINGLE:
        return True
    before = pushes.noted[0]
    pause = setup_minutes(resource, board.table_minutes, board.table_local, at, family, slot[base + here, FAMILY])
    low = _open_before(arrays, board, at, end) + pause
    top = _push_chain(arrays, limits, board, pushes, order, at, here, low, 0)
    while top > 0:
        top -= 1
        step, ready = pushes.waiting[top, 0], pushes.waiting[top, 1]
        if board.start[step] >= ready:
            continue
        there = arrays.mode_resource[board.mode[step]]
        is_fixed = resource[there, KIND] != SINGLE or board.start[step] == board.end[step]
        if is_fixed or pushes.noted[0] - before > MOST_PUSHED:
            top = -1
            break
        place = first_after(slot, resource[there, SLOT_FIRST], resource[there, SLOT_COUNT], board.start[step]) - 1
        low = _open_before(arrays, board, there, ready)
        top = _push_chain(arrays, limits, board, pushes, order, there, place, low, top)
    if top < 0:
        undo(board, pushes, before)
        return False
    return True


@inner
def hold_noted(arrays: Arrays, board: Board, pushes: Pushes, mode: int, start: int, end: int, step: int) -> None:
    """Put a step on its resource and note it in the journal."""
    at = arrays.mode_resource[mode]
    hold(
        board.resource,
        board.slot,
        arrays.open_start,
        arrays.open_end,
        arrays.open_before,
        at,
        start,
        end,
        step,
        arrays.step_family[step],
        arrays.step_load[step],
        arrays.mode_duration[mode],
    )
    entry = pushes.journal[pushes.noted[0]]
    entry[_STEP], entry[_AT], entry[_ROW], entry[_START] = step, at, _HELD, start
    pushes.noted[0] += 1


@compiled
def put_pushing(
    arrays: Arrays, limits: Limits, board: Board, pushes: Pushes, placed: Ints, order: int, value: float
) -> None:
    """Put an order where it was just found a place, pushing others aside; all changes are noted in the journal."""
    first = arrays.step_first[order]
    for step in range(first, arrays.step_first[order + 1]):
        mode, start, end = placed[0, step - first], placed[1, step - first], placed[2, step - first]
        if arrays.fact_mode[step] >= 0 or start == end:
            continue
        at = arrays.mode_resource[mode]
        make_room(arrays, limits, board, pushes, order, at, start, end, arrays.step_family[step])
        hold_noted(arrays, board, pushes, mode, start, end, step)
    for step in range(first, arrays.step_first[order + 1]):
        if arrays.fact_mode[step] < 0:
            k = step - first
            board.mode[step], board.start[step], board.end[step] = placed[0, k], placed[1, k], placed[2, k]
    board.planned[order] = 1
    board.value[order] = value


@compiled
def undo(board: Board, pushes: Pushes, count: int) -> None:
    """Undo the changes noted in the journal, last first, until `count` are left."""
    slot = board.slot
    while pushes.noted[0] > count:
        pushes.noted[0] -= 1
        entry = pushes.journal[pushes.noted[0]]
        step, row = entry[_STEP], entry[_ROW]
        if row == _HELD:
            free(board.resource, slot, entry[_AT], entry[_START], step)
            continue
        slot[row, START], slot[row, END] = entry[_START], entry[_END]
        slot[row, OPEN_BEFORE_START], slot[row, OPEN_BEFORE_END] = entry[_OPEN], entry[_OPEN] + slot[row, WORK]
        board.start[step], board.end[step] = entry[_START], entry[_END]


@inner
def pushed_order(arrays: Arrays, pushes: Pushes, at: int) -> int:
    """Return the order of which entry `at` of the journal pushed a step, -1 when it pushed none."""
    if pushes.journal[at, _ROW] == _HELD:
        return -1
    return int(arrays.step_order[pushes.journal[at, _STEP]])
