"""One order into the plan: the best way through steps and modes, at several prices of time.

For a price of time, dynamic programming walks the steps and keeps for every mode the cheapest way to it (yen so far
plus price times minutes), with the real earliest place on the real resource. The way found is then put on the board
step by step, since steps of one order may want the same machine, and valued by the true objective.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import NEVER, Arrays, Floats, Ints
from kumihimo.planning.compiled import compiled, inner
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.dice import below, share
from kumihimo.planning.kernel.limits import Limits
from kumihimo.planning.kernel.pushing import Pushes, hold_noted, make_room, new_pushes, undo
from kumihimo.planning.kernel.slots import earliest_pushing, free, hold

PRICES = (0.0, 0.1, 0.5, 1.0, 1e7)
"""Prices of time to try, as multiples of the order's own price of lateness."""
BLINK = 0.15
"""Share of modes passed over when blinking (idea: Christiaens and Vanden Berghe, "Slack Induction by String
Removals", Transportation Science 54, 2020)."""
_TIE = 1e-6
"""Yen per minute when time costs nothing, so that of equal ways the earlier wins."""


class Scratch(NamedTuple):
    """Working memory of one thread; k = most steps of an order, j = most modes of a step, a = most arcs of an order.

    Attributes
    ----------
    cost, start, end, site
        Labels, shape (k, j).
    back
        Mode taken before, shape (a, j).
    chosen, sequence, missing
        Per step of the order.
    now, best
        Placements (mode, start, end), shape (3, k).
    active
        Scratch of `slots.earliest`.
    pushes
        Slack of the steps and journal of the changes.
    """

    cost: Floats
    start: Ints
    end: Ints
    site: Ints
    back: Ints
    chosen: Ints
    sequence: Ints
    missing: Ints
    now: Ints
    best: Ints
    active: Ints
    pushes: Pushes


def new_scratch(arrays: Arrays, board: Board, spare: int = 0) -> Scratch:
    """Return working memory large enough for every order of the problem; `spare` more rows for later orders."""

    def widest(first: Ints) -> int:
        return int(np.diff(first).max(initial=1)) + spare

    steps = widest(arrays.step_first)
    modes = widest(arrays.mode_first)
    arcs = widest(arrays.pred_first[arrays.step_first])
    slots = int(board.resource[:, 8].max(initial=1)) + spare + 2
    return Scratch(
        cost=np.zeros((steps, modes), np.float64),
        start=np.zeros((steps, modes), np.int64),
        end=np.zeros((steps, modes), np.int64),
        site=np.zeros((steps, modes), np.int64),
        back=np.zeros((arcs, modes), np.int64),
        chosen=np.zeros(steps, np.int64),
        sequence=np.zeros(steps, np.int64),
        missing=np.zeros(steps, np.int64),
        now=np.zeros((3, steps), np.int64),
        best=np.zeros((3, steps), np.int64),
        active=np.zeros(slots, np.int64),
        pushes=new_pushes(steps),
    )


@compiled
def spot(
    arrays: Arrays, board: Board, active: Ints, step: int, mode: int, ready: int, limit: int, mu: float
) -> tuple[int, int, float]:
    """Return (start, end, yen for moving) of a movable step from `ready` on; start -1 when it does not fit.

    A step that stood on this resource before may also wait for its former place, where moving it costs more.
    """
    at = arrays.mode_resource[mode]
    work, family, load = arrays.mode_duration[mode], arrays.step_family[step], arrays.step_load[step]
    resource, slot = board.resource, board.slot
    table_minutes, table_local = board.table_minutes, board.table_local
    open_start, open_end, open_before = arrays.open_start, arrays.open_end, arrays.open_before
    moment = max(ready, arrays.goal[3])
    start, end = earliest_pushing(
        resource,
        slot,
        open_start,
        open_end,
        open_before,
        table_minutes,
        table_local,
        active,
        active[:0],
        at,
        moment,
        work,
        family,
        load,
        limit,
    )
    if start < 0 or arrays.was_resource[step] < 0 or arrays.goal[2] == 0:
        return start, end, 0.0
    penalty = float(arrays.goal[2])
    if arrays.was_resource[step] != at:
        return start, end, penalty
    former = arrays.was_start[step]
    if start == former:
        return start, end, 0.0
    if former > moment:
        later, done = earliest_pushing(
            resource,
            slot,
            open_start,
            open_end,
            open_before,
            table_minutes,
            table_local,
            active,
            active[:0],
            at,
            former,
            work,
            family,
            load,
            limit,
        )
        if later == former and mu * done <= mu * end + penalty:
            return later, done, 0.0
    return start, end, penalty


@inner
def _label(
    arrays: Arrays,
    limits: Limits,
    board: Board,
    scratch: Scratch,
    order: int,
    mu: float,
    dice: Ints,
    blink: bool,
    cutoff: float,
) -> bool:
    """Fill the labels and choose a mode per step; return False when no way is found below `cutoff`."""
    first, last = arrays.step_first[order], arrays.step_first[order + 1]
    arc_base = arrays.pred_first[first]
    due = arrays.order_due[order]
    late_price = arrays.late_price[order]
    makespan = arrays.goal[1] == 1
    fence = arrays.goal[3]
    resource, slot, active = board.resource, board.slot, scratch.active
    slack = scratch.pushes.slack
    if blink:
        # Steps placed in another sequence than that of `put_pushing` could not be pushed in the same way again.
        slack = slack[:0]
    table_minutes, table_local = board.table_minutes, board.table_local
    open_start, open_end, open_before = arrays.open_start, arrays.open_end, arrays.open_before
    sinks = 0
    for step in range(first, last):
        k = step - first
        base = arrays.mode_first[step]
        told = arrays.was_resource[step] >= 0 and arrays.goal[2] != 0
        count = arrays.mode_first[step + 1] - base
        is_fact = arrays.fact_mode[step] >= 0
        if arrays.succ_first[step] == arrays.succ_first[step + 1]:
            sinks += 1
        found = False
        for j in range(count):
            mode = base + j
            scratch.cost[k, j] = np.inf
            site = arrays.resource_site[arrays.mode_resource[mode]]
            scratch.site[k, j] = site
            if blink and count > 1 and share(dice) < BLINK:
                continue
            ready = 0
            if arrays.pred_first[step] == arrays.pred_first[step + 1]:
                ready = arrays.order_release[order]
            total = arrays.mode_price[mode]
            arrives = True
            for arc in range(arrays.pred_first[step], arrays.pred_first[step + 1]):
                before = arrays.pred[arc]
                at = before - first
                before_fact = arrays.fact_mode[before] >= 0
                best, best_i = np.inf, -1
                for i in range(arrays.mode_first[before + 1] - arrays.mode_first[before]):
                    # The cost of a mode that nothing leads to is infinite, and so is the value.
                    there = scratch.site[at, i]
                    way = int(arrays.travel_minutes[there, site])
                    fare = arrays.travel_price[there, site]
                    if way < 0:
                        if not (is_fact and before_fact):
                            continue
                        way, fare = 0, 0.0
                    time = scratch.end[at, i] + way
                    if is_fact and not before_fact and time > arrays.fact_start[step]:
                        continue
                    value = scratch.cost[at, i] + fare + mu * time
                    if value < best:
                        best, best_i = value, i
                if best_i < 0:
                    arrives = False
                    break
                scratch.back[arc - arc_base, j] = best_i
                there = scratch.site[at, best_i]
                way, fare = int(arrays.travel_minutes[there, site]), arrays.travel_price[there, site]
                if way < 0:
                    way, fare = 0, 0.0
                total += scratch.cost[at, best_i] + fare
                ready = max(ready, scratch.end[at, best_i] + way)
            if not arrives:
                continue
            if is_fact:
                scratch.cost[k, j] = total
                scratch.start[k, j] = arrays.fact_start[step]
                scratch.end[k, j] = arrays.fact_end[step]
                found = True
                continue
            limit = limits.latest[mode]
            if ready > limit:
                continue
            soonest = ready + arrays.mode_duration[mode] + limits.rest_minutes[mode]
            if makespan:
                if soonest >= cutoff:
                    continue
            elif total + limits.rest_price[mode] + late_price * max(0, soonest - due) >= cutoff:
                continue
            moved = 0.0
            if told:
                start, end, moved = spot(arrays, board, scratch.active, step, mode, ready, limit, mu)
            else:
                start, end = earliest_pushing(
                    resource,
                    slot,
                    open_start,
                    open_end,
                    open_before,
                    table_minutes,
                    table_local,
                    active,
                    slack,
                    arrays.mode_resource[mode],
                    max(ready, fence),
                    arrays.mode_duration[mode],
                    arrays.step_family[step],
                    arrays.step_load[step],
                    limit,
                )
            if start < 0:
                continue
            scratch.cost[k, j] = total + moved
            scratch.start[k, j] = start
            scratch.end[k, j] = end
            found = True
        if not found:
            return False
    for back in range(last - first):
        step = last - 1 - back
        k = step - first
        base = arrays.mode_first[step]
        if arrays.succ_first[step] == arrays.succ_first[step + 1]:
            best, best_j, best_time = np.inf, -1, NEVER
            for j in range(arrays.mode_first[step + 1] - base):
                cost = scratch.cost[k, j]
                way = arrays.ship_minutes[base + j]
                if cost == np.inf or way < 0:
                    continue
                time = scratch.end[k, j] + way
                value = cost + arrays.ship_price[base + j]
                if sinks == 1 and not makespan:
                    value += late_price * max(0, time - due)
                else:
                    value += mu * time
                if value < best or (value == best and time < best_time):
                    best, best_j, best_time = value, j, time
            if best_j < 0:
                return False
            scratch.chosen[k] = best_j
        for arc in range(arrays.pred_first[step], arrays.pred_first[step + 1]):
            scratch.chosen[arrays.pred[arc] - first] = scratch.back[arc - arc_base, scratch.chosen[k]]
    return True


@inner
def _sequence(arrays: Arrays, scratch: Scratch, order: int, dice: Ints, shuffle: bool) -> None:
    """Fill `scratch.sequence` with the steps, predecessors first; at random where the routing leaves a choice."""
    first, last = arrays.step_first[order], arrays.step_first[order + 1]
    if not shuffle:
        for step in range(first, last):
            scratch.sequence[step - first] = step
        return
    for step in range(first, last):
        scratch.missing[step - first] = arrays.pred_first[step + 1] - arrays.pred_first[step]
    done = 0
    while done < last - first:
        open_count = 0
        for step in range(first, last):
            if scratch.missing[step - first] == 0:
                open_count += 1
        pick = below(dice, open_count)
        for step in range(first, last):
            if scratch.missing[step - first] == 0:
                if pick == 0:
                    scratch.sequence[done] = step
                    scratch.missing[step - first] = -1
                    for arc in range(arrays.succ_first[step], arrays.succ_first[step + 1]):
                        scratch.missing[arrays.succ[arc] - first] -= 1
                    break
                pick -= 1
        done += 1


@compiled
def arrival(arrays: Arrays, now: Ints, first: int, step: int, mode: int, release: int) -> tuple[int, float]:
    """Return when a step in a mode can start after its placed predecessors, and the fare; minute -1 = no way.

    For a frozen step that movable predecessors reach too late it is -1 too.
    """
    site = arrays.resource_site[arrays.mode_resource[mode]]
    is_fact = arrays.fact_mode[step] >= 0
    ready = 0
    if arrays.pred_first[step] == arrays.pred_first[step + 1]:
        ready = release
    fare = 0.0
    for arc in range(arrays.pred_first[step], arrays.pred_first[step + 1]):
        before = arrays.pred[arc]
        there = arrays.resource_site[arrays.mode_resource[now[0, before - first]]]
        way = int(arrays.travel_minutes[there, site])
        both = is_fact and arrays.fact_mode[before] >= 0
        if way < 0:
            if not both:
                return -1, 0.0
            continue
        time = now[2, before - first] + way
        if is_fact and not both and time > arrays.fact_start[step]:
            return -1, 0.0
        ready = max(ready, time)
        fare += arrays.travel_price[there, site]
    return ready, fare


@inner
def _pushing_spot(
    arrays: Arrays, limits: Limits, board: Board, scratch: Scratch, step: int, mode: int, ready: int, limit: int
) -> tuple[int, int]:
    """Return the earliest (start, end) of a step after pushing others aside for it; -1 when that does not work."""
    at = arrays.mode_resource[mode]
    start, end = earliest_pushing(
        board.resource,
        board.slot,
        arrays.open_start,
        arrays.open_end,
        arrays.open_before,
        board.table_minutes,
        board.table_local,
        scratch.active,
        scratch.pushes.slack,
        at,
        max(ready, arrays.goal[3]),
        arrays.mode_duration[mode],
        arrays.step_family[step],
        arrays.step_load[step],
        limit,
    )
    if start < 0 or make_room(
        arrays, limits, board, scratch.pushes, arrays.step_order[step], at, start, end, arrays.step_family[step]
    ):
        return start, end
    return -1, -1


@inner
def _put_step_by_step(
    arrays: Arrays,
    limits: Limits,
    board: Board,
    scratch: Scratch,
    order: int,
    mu: float,
    dice: Ints,
    blink: bool,
    greedy: bool,
) -> tuple[float, int]:
    """Place the steps one after the other in `scratch.now`; return value and completion (value inf: it fails).

    Modes are those chosen by the labels, or when `greedy` the best at the moment. The slots are as before at the end.
    """
    first, last = arrays.step_first[order], arrays.step_first[order + 1]
    release = arrays.order_release[order]
    count = last - first
    _sequence(arrays, scratch, order, dice, blink)
    now = scratch.now
    pushes = scratch.pushes
    noted = pushes.noted[0]
    value = 0.0
    done = 0
    for at in range(count):
        step = scratch.sequence[at]
        k = step - first
        base = arrays.mode_first[step]
        if arrays.fact_mode[step] >= 0:
            ready, fare = arrival(arrays, now, first, step, base, release)
            if ready < 0:
                break
            now[0, k], now[1, k], now[2, k] = base, arrays.fact_start[step], arrays.fact_end[step]
            value += fare + arrays.mode_price[base]
            done += 1
            continue
        low, high = 0, arrays.mode_first[step + 1] - base
        if not greedy:
            low = scratch.chosen[k]
            high = low + 1
        best, best_value = np.inf, 0.0
        for j in range(low, high):
            mode = base + j
            ready, fare = arrival(arrays, now, first, step, mode, release)
            limit = limits.latest[mode]
            if ready < 0 or ready > limit:
                continue
            start, end, moved = -1, -1, 0.0
            if len(pushes.slack) > 0 and not blink and not greedy:
                start, end = _pushing_spot(arrays, limits, board, scratch, step, mode, ready, limit)
            if start < 0:
                start, end, moved = spot(arrays, board, scratch.active, step, mode, ready, limit, mu)
            if start < 0:
                continue
            own = arrays.mode_price[mode] + fare + moved
            key = own + limits.rest_price[mode] + mu * (end + limits.rest_minutes[mode])
            if key < best:
                best, best_value = key, own
                now[0, k], now[1, k], now[2, k] = mode, start, end
        if best == np.inf:
            break
        value += best_value
        if now[1, k] < now[2, k]:
            hold_noted(arrays, board, pushes, now[0, k], now[1, k], now[2, k], step)
        done += 1
    undo(board, pushes, noted)
    if done < count:
        return np.inf, NEVER
    finish = -NEVER
    for step in range(first, last):
        if arrays.succ_first[step] == arrays.succ_first[step + 1]:
            mode = now[0, step - first]
            if arrays.ship_minutes[mode] < 0:
                return np.inf, NEVER
            finish = max(finish, now[2, step - first] + arrays.ship_minutes[mode])
            value += arrays.ship_price[mode]
    if arrays.goal[1] == 1:
        return float(finish), finish
    return value + arrays.late_price[order] * max(0, finish - arrays.order_due[order]), finish


@compiled
def insert(
    arrays: Arrays,
    limits: Limits,
    board: Board,
    scratch: Scratch,
    order: int,
    prices: Floats,
    dice: Ints,
    blink: bool,
    cutoff: float,
) -> float:
    """Find the best place for an order that is not on the board; return its value, inf when none is found.

    Parameters
    ----------
    prices
        Prices of time to try, as multiples of the order's own price of lateness.
    blink
        Pass over a mode now and then, although it may be the best one.
    cutoff
        Ways that cannot become cheaper than this need not be found.

    The place is left in `scratch.best`; `put` takes it onto the board.
    """
    best, best_finish = np.inf, NEVER
    if limits.possible[order] == 0:
        return best
    steps = arrays.step_first[order + 1] - arrays.step_first[order]
    last_mu = -1.0
    for at in range(len(prices)):
        mu = 1.0
        if arrays.goal[1] == 0:
            mu = prices[at] * arrays.late_price[order] + _TIE
        if mu == last_mu:
            continue
        last_mu = mu
        value, finish = np.inf, NEVER
        if _label(arrays, limits, board, scratch, order, mu, dice, blink, min(cutoff, best)):
            value, finish = _put_step_by_step(arrays, limits, board, scratch, order, mu, dice, blink, False)
        if value == np.inf and best == np.inf and cutoff == np.inf:
            value, finish = _put_step_by_step(arrays, limits, board, scratch, order, mu, dice, blink, True)
        if value < best or (value == best and finish < best_finish):
            best, best_finish = value, finish
            for k in range(steps):
                for row in range(3):
                    scratch.best[row, k] = scratch.now[row, k]
        if best <= limits.value[order] + 1e-9:
            break
    return best


@compiled
def put(arrays: Arrays, board: Board, placed: Ints, order: int, value: float) -> None:
    """Put an order on the board at `placed` (mode, start, end; shape (3, k)), where it is known to fit."""
    first = arrays.step_first[order]
    for step in range(first, arrays.step_first[order + 1]):
        if arrays.fact_mode[step] >= 0:
            continue
        mode, start, end = placed[0, step - first], placed[1, step - first], placed[2, step - first]
        board.mode[step], board.start[step], board.end[step] = mode, start, end
        if start < end:
            hold(
                board.resource,
                board.slot,
                arrays.open_start,
                arrays.open_end,
                arrays.open_before,
                arrays.mode_resource[mode],
                start,
                end,
                step,
                arrays.step_family[step],
                arrays.step_load[step],
                arrays.mode_duration[mode],
            )
    board.planned[order] = 1
    board.value[order] = value


@compiled
def take(arrays: Arrays, board: Board, order: int) -> None:
    """Take an order off the board; frozen steps stay."""
    for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
        if arrays.fact_mode[step] >= 0:
            continue
        if board.start[step] < board.end[step]:
            free(board.resource, board.slot, arrays.mode_resource[board.mode[step]], board.start[step], step)
        board.mode[step], board.start[step], board.end[step] = -1, -1, -1
    board.planned[order] = 0
    board.value[order] = 0.0
