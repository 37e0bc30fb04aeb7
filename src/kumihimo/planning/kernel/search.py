"""Construction and annealed ruin and recreate: take related orders out, insert them again, keep what pays.

Sources of the ideas: Schrimpf, Schneider, Stamm-Wilbrandt, Dueck, "Record Breaking Optimization Results Using the
Ruin and Recreate Principle", J. Computational Physics 159 (2000) 139-171; Christiaens and Vanden Berghe, "Slack
Induction by String Removals for Vehicle Routing Problems", Transportation Science 54 (2020).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import Arrays, Floats, Ints
from kumihimo.planning.compiled import compiled, inner
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.dice import below, share
from kumihimo.planning.kernel.insertion import PRICES, Scratch, insert, put, take
from kumihimo.planning.kernel.limits import Limits
from kumihimo.planning.kernel.pushing import MOST_ORDERS, pushed_order, put_pushing, renew_slack, undo
from kumihimo.planning.kernel.slots import (
    SLOT_COUNT,
    SLOT_FIRST,
    STEP,
    first_after,
    free,
    lacks_setup,
)

MOST_REMOVED = 8
"""Orders taken out in one round, at most; those whose set-up loses its room come on top."""
_WAITING_TRIED = 4
_MOST_HELD = MOST_ORDERS - _WAITING_TRIED
_BLINKS = 0.2
"""Share of rounds that pass over modes and shuffle the steps of an assembly; in these nobody is pushed."""

WEIGHT, COUNT, COST = 0, 1, 2
"""Columns of a score: weight and number of the orders not planned, objective."""
_DIRTY, _NEXT = 0, 1


class Search(NamedTuple):
    """Working memory of one annealing thread beside its board.

    Attributes
    ----------
    movable
        Orders that can be planned and have a step that is not frozen.
    removed, saved, saved_value
        Orders taken out in this round and where they stood, shapes (h,), (h, 3, k), (h,).
    sequence, picked
        Order of insertion; prices of time tried.
    mark, is_dirty, dirty, counter
        Orders in `removed`; orders that differ from the best plan; how many these are, and whose slack is due.
    best_mode, best_start, best_end, best_planned, best_value
        The best plan seen.
    score, best_score
        Shape (3,): of the board, of the best plan.
    """

    movable: Ints
    removed: Ints
    saved: Ints
    saved_value: Floats
    sequence: Ints
    picked: Floats
    mark: Ints
    is_dirty: Ints
    dirty: Ints
    counter: Ints
    best_mode: Ints
    best_start: Ints
    best_end: Ints
    best_planned: Ints
    best_value: Floats
    score: Floats
    best_score: Floats


def new_search(arrays: Arrays, limits: Limits, board: Board) -> Search:
    """Return the memory of a search whose best plan is the board as it is."""
    orders = len(arrays.order_release)
    frozen = np.add.reduceat(arrays.fact_mode < 0, arrays.step_first[:-1]) if orders else np.zeros(0, np.int64)
    steps = int(np.diff(arrays.step_first).max(initial=1))
    now = score(arrays, board)
    return Search(
        movable=np.flatnonzero((frozen > 0) & (limits.possible == 1)).astype(np.int64),
        removed=np.zeros(_MOST_HELD, np.int64),
        saved=np.zeros((_MOST_HELD, 3, steps), np.int64),
        saved_value=np.zeros(_MOST_HELD, np.float64),
        sequence=np.zeros(_MOST_HELD + _WAITING_TRIED, np.int64),
        picked=np.zeros(len(PRICES), np.float64),
        mark=np.zeros(orders, np.int64),
        is_dirty=np.zeros(orders, np.int64),
        dirty=np.zeros(orders, np.int64),
        counter=np.zeros(2, np.int64),
        best_mode=board.mode.copy(),
        best_start=board.start.copy(),
        best_end=board.end.copy(),
        best_planned=board.planned.copy(),
        best_value=board.value.copy(),
        score=now.copy(),
        best_score=now.copy(),
    )


@compiled
def score(arrays: Arrays, board: Board) -> Floats:
    """Return weight and number of unplanned orders, and the objective (with makespan: a touch of the mean too)."""
    found = np.zeros(3, np.float64)
    top = 0.0
    for order in range(len(board.planned)):
        if board.planned[order] == 0:
            found[WEIGHT] += arrays.order_weight[order]
            found[COUNT] += 1
        found[COST] += board.value[order]
        top = max(top, board.value[order])
    if arrays.goal[1] == 1 and len(board.planned) > 0:
        found[COST] = top + 0.01 * found[COST] / len(board.planned)
    return found


@compiled
def construct(
    arrays: Arrays,
    limits: Limits,
    board: Board,
    scratch: Scratch,
    sequence: Ints,
    prices: Floats,
    dice: Ints,
) -> int:
    """Insert the orders of `sequence` that are not on the board, one after the other; return how many came in."""
    came = 0
    for at in range(len(sequence)):
        order = sequence[at]
        if board.planned[order] == 1:
            continue
        value = insert(arrays, limits, board, scratch, order, prices, dice, False, np.inf)
        if value < np.inf:
            put(arrays, board, scratch.best, order, value)
            came += 1
    return came


@inner
def _seed_order(board: Board, limits: Limits, search: Search, dice: Ints) -> int:
    """Return a planned movable order, often the dearest of a few compared to what it could cost alone; -1: none."""
    best = -1
    best_excess = -1.0
    tries = 1
    if share(dice) < 0.5:
        tries = 5
    for _ in range(tries):
        order = search.movable[below(dice, len(search.movable))]
        if board.planned[order] == 1 and board.value[order] - limits.value[order] > best_excess:
            best = order
            best_excess = board.value[order] - limits.value[order]
    return best


@inner
def _related(arrays: Arrays, board: Board, search: Search, dice: Ints, most: int, seed: int) -> int:
    """Fill `search.removed` with orders near the seed: beside its steps, or on machines that it would rather use."""
    search.removed[0] = seed
    search.mark[seed] = 1
    count = 1
    at = 0
    while at < count and count < most:
        order = search.removed[at]
        at += 1
        first, last = arrays.step_first[order], arrays.step_first[order + 1]
        offset = below(dice, last - first)
        for turn in range(last - first):
            step = first + (turn + offset) % (last - first)
            mode = board.mode[step]
            modes = arrays.mode_first[step + 1] - arrays.mode_first[step]
            if modes > 1 and share(dice) < 0.5:
                mode = arrays.mode_first[step] + below(dice, modes)
            resource = arrays.mode_resource[mode]
            base, slots = board.resource[resource, SLOT_FIRST], board.resource[resource, SLOT_COUNT]
            here = first_after(board.slot, base, slots, board.start[step]) - 1
            for distance in range(-2, 3):
                row = here + distance
                if row < 0 or row >= slots or count >= most:
                    continue
                other_step = board.slot[base + row, STEP]
                if other_step < 0 or arrays.fact_mode[other_step] >= 0:
                    continue
                other = arrays.step_order[other_step]
                if search.mark[other] == 1 or board.planned[other] == 0 or share(dice) < 0.4:
                    continue
                search.mark[other] = 1
                search.removed[count] = other
                count += 1
    return count


@inner
def _ruin(arrays: Arrays, board: Board, search: Search, count: int) -> int:
    """Take the orders out and, where two families come to stand side by side without room, further ones.

    Returns how many are out; negative when there would be too many (then -count, and the caller puts them back).
    """
    at = 0
    while at < count:
        order = search.removed[at]
        first = arrays.step_first[order]
        for step in range(first, arrays.step_first[order + 1]):
            k = step - first
            mode = board.mode[step]
            search.saved[at, 0, k], search.saved[at, 1, k], search.saved[at, 2, k] = (
                mode,
                board.start[step],
                board.end[step],
            )
            if arrays.fact_mode[step] >= 0:
                continue
            if board.start[step] < board.end[step]:
                resource = arrays.mode_resource[mode]
                here = free(board.resource, board.slot, resource, board.start[step], step)
                if lacks_setup(
                    board.resource,
                    board.slot,
                    arrays.open_start,
                    arrays.open_end,
                    arrays.open_before,
                    board.table_minutes,
                    board.table_local,
                    resource,
                    here,
                ):
                    base = board.resource[resource, SLOT_FIRST]
                    for row in (base + here, base + here - 1):
                        guilty = board.slot[row, STEP]
                        if guilty >= 0 and arrays.fact_mode[guilty] < 0:
                            other = arrays.step_order[guilty]
                            if search.mark[other] == 0:
                                if count >= _MOST_HELD:
                                    return -_finish_ruin(arrays, board, search, at, step)
                                search.mark[other] = 1
                                search.removed[count] = other
                                count += 1
                            break
            board.mode[step], board.start[step], board.end[step] = -1, -1, -1
        search.saved_value[at] = board.value[order]
        board.planned[order] = 0
        board.value[order] = 0.0
        at += 1
    return count


@inner
def _finish_ruin(arrays: Arrays, board: Board, search: Search, at: int, step: int) -> int:
    """Complete taking out order `at`, whose `step` was just freed, and return how many orders are out."""
    order = search.removed[at]
    first = arrays.step_first[order]
    board.mode[step], board.start[step], board.end[step] = -1, -1, -1
    for later in range(step + 1, arrays.step_first[order + 1]):
        k = later - first
        search.saved[at, 0, k], search.saved[at, 1, k], search.saved[at, 2, k] = (
            board.mode[later],
            board.start[later],
            board.end[later],
        )
        if arrays.fact_mode[later] < 0:
            if board.start[later] < board.end[later]:
                free(board.resource, board.slot, arrays.mode_resource[board.mode[later]], board.start[later], later)
            board.mode[later], board.start[later], board.end[later] = -1, -1, -1
    search.saved_value[at] = board.value[order]
    board.planned[order] = 0
    board.value[order] = 0.0
    return at + 1


@inner
def _line_up(arrays: Arrays, limits: Limits, search: Search, dice: Ints, count: int) -> None:
    """Bring `search.sequence` into a sequence of insertion: at random, by due date, by weight of time, or as it is."""
    how = share(dice)
    if how < 0.45:
        for at in range(count - 1, 0, -1):
            other = below(dice, at + 1)
            search.sequence[at], search.sequence[other] = search.sequence[other], search.sequence[at]
        return
    if how > 0.9:
        return
    for at in range(1, count):
        order = search.sequence[at]
        to = at
        while to > 0:
            before = search.sequence[to - 1]
            if how < 0.7:
                ahead = arrays.order_due[order] < arrays.order_due[before]
            elif how < 0.8:
                ahead = arrays.order_weight[order] > arrays.order_weight[before]
            else:
                slack = arrays.order_due[order] - limits.completion[order]
                ahead = slack < arrays.order_due[before] - limits.completion[before]
            if not ahead:
                break
            search.sequence[to] = before
            to -= 1
        search.sequence[to] = order


@compiled
def anneal(
    arrays: Arrays,
    limits: Limits,
    board: Board,
    scratch: Scratch,
    search: Search,
    prices: Floats,
    dice: Ints,
    rounds: int,
    hot: float,
    cold: float,
) -> int:
    """Run rounds of ruin and recreate, temperature going from `hot` to `cold` (yen); return rounds that changed.

    A temperature below 0 asks for a gain: a change is taken only when it saves that much.
    """
    if len(search.movable) == 0:
        return 0
    makespan = arrays.goal[1] == 1
    pushes = scratch.pushes
    pushing = len(pushes.slack) > 0
    changed = 0
    for turn in range(rounds):
        if pushing:
            # One order a round keeps every slack about right, at the same cost in a large plan.
            order = search.counter[_NEXT]
            search.counter[_NEXT] = (order + 1) % len(board.planned)
            if board.planned[order] == 1:
                renew_slack(arrays, limits, board, pushes.slack, order)
        temperature = hot + (cold - hot) * turn / rounds
        slack = temperature
        if temperature > 0:
            slack = -temperature * math.log(share(dice))
        seed = _seed_order(board, limits, search, dice)
        count = 0
        if seed >= 0:
            count = _related(arrays, board, search, dice, 1 + below(dice, MOST_REMOVED), seed)
            count = _ruin(arrays, board, search, count)
        if count < 0:
            _put_back(arrays, board, search, 0, -count)
            _unmark(search)
            continue
        line = 0
        if search.score[COUNT] > 0:
            line = _waiting(limits, board, search, dice)
        before = 0.0
        floor = 0.0
        for at in range(count):
            order = search.removed[at]
            search.mark[order] = 0
            search.sequence[line + at] = order
            before += search.saved_value[at]
            floor += limits.value[order]
        tried = line + count
        _line_up(arrays, limits, search, dice, tried)
        picked = _pick_prices(search, prices, dice)
        blink = share(dice) < _BLINKS
        inserted = 0
        after = 0.0
        weight = 0.0
        fails = False
        for at in range(tried):
            order = search.sequence[at]
            cutoff = np.inf
            if makespan:
                if line == 0:
                    cutoff = search.score[COST] + slack + 1e-6
            elif line == 0:
                floor -= limits.value[order]
                cutoff = before + slack - after - floor + 1e-6
            value = insert(arrays, limits, board, scratch, order, search.picked[:picked], dice, blink, cutoff)
            if value == np.inf:
                if line == 0:
                    fails = True
                    break
                weight += arrays.order_weight[order]
                continue
            put_pushing(arrays, limits, board, pushes, scratch.best, order, value)
            # The inserted ones are kept at the front, so that they can be taken out again.
            search.sequence[at], search.sequence[inserted] = search.sequence[inserted], search.sequence[at]
            inserted += 1
            after += value
        accepted = not fails
        if accepted:
            accepted = _accept(arrays, board, search, slack, count, line, inserted, before, after)
        if not accepted:
            undo(board, pushes, 0)
            for at in range(inserted):
                _clear(arrays, board, search.sequence[at])
            _put_back(arrays, board, search, 0, count)
            continue
        changed += 1
        for at in range(tried):
            order = search.sequence[at]
            _mark_dirty(search, order)
            if pushing and board.planned[order] == 1:
                renew_slack(arrays, limits, board, pushes.slack, order)
        for at in range(pushes.noted[0]):
            order = pushed_order(arrays, pushes, at)
            if order >= 0:
                _mark_dirty(search, order)
                renew_slack(arrays, limits, board, pushes.slack, order)
        pushes.noted[0] = 0
        if is_better(search.score, search.best_score):
            _keep(arrays, board, search)
    return changed


@inner
def _mark_dirty(search: Search, order: int) -> None:
    if search.is_dirty[order] == 0:
        search.is_dirty[order] = 1
        search.dirty[search.counter[_DIRTY]] = order
        search.counter[_DIRTY] += 1


@inner
def _clear(arrays: Arrays, board: Board, order: int) -> None:
    """Forget where an order stood whose slots are free again."""
    for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
        if arrays.fact_mode[step] < 0:
            board.mode[step], board.start[step], board.end[step] = -1, -1, -1
    board.planned[order] = 0
    board.value[order] = 0.0


@compiled
def is_better(one: Floats, other: Floats) -> bool:
    """Return whether a score beats another: less weight unplanned, fewer orders, then the objective."""
    if one[WEIGHT] != other[WEIGHT]:
        return bool(one[WEIGHT] < other[WEIGHT])
    if one[COUNT] != other[COUNT]:
        return bool(one[COUNT] < other[COUNT])
    return bool(one[COST] < other[COST] - 1e-7)


@inner
def _accept(
    arrays: Arrays,
    board: Board,
    search: Search,
    slack: float,
    count: int,
    line: int,
    inserted: int,
    before: float,
    after: float,
) -> bool:
    """Decide on the board as it is now, and update the score when it is taken."""
    if line == 0 and arrays.goal[1] == 0:
        if after > before + slack + 1e-9:
            return False
        search.score[COST] += after - before
        return True
    fresh = score(arrays, board)
    if fresh[WEIGHT] > search.score[WEIGHT]:
        return False
    if fresh[WEIGHT] == search.score[WEIGHT]:
        if fresh[COUNT] > search.score[COUNT]:
            return False
        if fresh[COUNT] == search.score[COUNT] and fresh[COST] > search.score[COST] + slack + 1e-9:
            return False
    for column in range(3):
        search.score[column] = fresh[column]
    return True


@inner
def _waiting(limits: Limits, board: Board, search: Search, dice: Ints) -> int:
    """Put a few orders that are not planned at the front of the line; those just taken out are not among them."""
    seen = 0
    for at in range(len(search.movable)):
        order = search.movable[at]
        if board.planned[order] == 0 and search.mark[order] == 0:
            seen += 1
            if seen <= _WAITING_TRIED:
                search.sequence[seen - 1] = order
            else:
                other = below(dice, seen)
                if other < _WAITING_TRIED:
                    search.sequence[other] = order
    return min(seen, _WAITING_TRIED)


@inner
def _pick_prices(search: Search, prices: Floats, dice: Ints) -> int:
    """Choose prices of time: all, two, or one alone (the best place of an order may be the one that blocks another)."""
    how = share(dice)
    if how < 0.2:
        for at in range(len(prices)):
            search.picked[at] = prices[at]
        return len(prices)
    count = 1
    if how < 0.6:
        count = 2
    for at in range(count):
        search.picked[at] = prices[below(dice, len(prices))]
    return count


@inner
def _put_back(arrays: Arrays, board: Board, search: Search, low: int, high: int) -> None:
    for at in range(low, high):
        put(arrays, board, search.saved[at], search.removed[at], search.saved_value[at])


@inner
def _unmark(search: Search) -> None:
    for at in range(len(search.removed)):
        search.mark[search.removed[at]] = 0


@compiled
def _keep(arrays: Arrays, board: Board, search: Search) -> None:
    """Remember the board as the best plan; only orders that changed since are copied."""
    for at in range(search.counter[_DIRTY]):
        order = search.dirty[at]
        search.is_dirty[order] = 0
        search.best_planned[order] = board.planned[order]
        search.best_value[order] = board.value[order]
        for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
            search.best_mode[step] = board.mode[step]
            search.best_start[step] = board.start[step]
            search.best_end[step] = board.end[step]
    search.counter[_DIRTY] = 0
    for column in range(3):
        search.best_score[column] = search.score[column]


@compiled
def fill_slack(arrays: Arrays, limits: Limits, board: Board, slack: Ints) -> None:
    """Compute the slack of all steps, so that insertions may push them."""
    for order in range(len(board.planned)):
        if board.planned[order] == 1:
            renew_slack(arrays, limits, board, slack, order)


@compiled
def restore_best(arrays: Arrays, board: Board, scratch: Scratch, search: Search) -> None:
    """Bring the board back to the best plan seen."""
    for at in range(search.counter[_DIRTY]):
        order = search.dirty[at]
        if board.planned[order] == 1:
            take(arrays, board, order)
    for at in range(search.counter[_DIRTY]):
        order = search.dirty[at]
        search.is_dirty[order] = 0
        if search.best_planned[order] == 1:
            first = arrays.step_first[order]
            for step in range(first, arrays.step_first[order + 1]):
                scratch.best[0, step - first] = search.best_mode[step]
                scratch.best[1, step - first] = search.best_start[step]
                scratch.best[2, step - first] = search.best_end[step]
            put(arrays, board, scratch.best, order, search.best_value[order])
    search.counter[_DIRTY] = 0
    for column in range(3):
        search.score[column] = search.best_score[column]
