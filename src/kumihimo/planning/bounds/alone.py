"""What every order could reach alone: earliest ends and the least it can cost, capacities ignored.

Calendars, transports, facts (frozen steps), releases, former places and the horizon count; other orders, set-ups and
the sharing of runs do not. Every relaxation only enlarges the set of plans, so all values are valid for every plan.

The price is found by dynamic programming over (price, end) labels that do not dominate each other. It is exact for
chains and for assemblies (every step has one successor at most). Where a step has k successors the routing is unrolled
into a tree: every successor gets a copy of what lies before at 1/k of its price. Copies that choose alike cost what
the plan costs, so the least over free copies is a lower bound.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.arrays import NEVER, Arrays, Floats, Ints
from kumihimo.planning.bounds.rows import (
    DUE,
    FACT,
    FACT_END,
    FACT_START,
    HIGH,
    LOW,
    MODES,
    PREDS,
    PRICE,
    RELEASE,
    RESOURCE,
    SHIP,
    SHIP_PRICE,
    SITE,
    STEPS,
    SUCCS,
    WAS,
    WAS_START,
    WORK,
    Rows,
    make_rows,
)
from kumihimo.planning.compiled import compiled, inner
from kumihimo.planning.kernel.clock import end_of, row_after

_MOST_LABELS = 48
"""Labels kept per mode; more are joined two by two, each pair as (lower price, earlier end)."""


class Alone(NamedTuple):
    """Bounds of every order by itself.

    Attributes
    ----------
    possible
        1 per order that can be planned when nobody else wants anything, shape (n,).
    completion
        Earliest completion per order (arrival at `ship_to` when given), `NEVER` when impossible, shape (n,).
    value
        Lower bound of what the order adds to the objective (with makespan: its completion), 0 when impossible,
        shape (n,). CO2 is priced in without rounding.
    step_end
        Earliest end per step over its modes, `NEVER` when it cannot be done within the horizon, shape (s,).
    mode_end
        The same per mode, shape (m,).
    """

    possible: Ints
    completion: Ints
    value: Floats
    step_end: Ints
    mode_end: Ints


def alone(arrays: Arrays, *, with_value: bool = True) -> Alone:
    """Return the bounds of every order by itself; without values (left 0) it takes a fraction of the time."""
    orders, steps, modes = len(arrays.order_release), len(arrays.step_order), len(arrays.mode_resource)
    found = Alone(
        possible=np.zeros(orders, np.int64),
        completion=np.full(orders, NEVER, np.int64),
        value=np.zeros(orders, np.float64),
        step_end=np.full(steps, NEVER, np.int64),
        mode_end=np.full(modes, NEVER, np.int64),
    )
    # Open time is read where it is: a living plan asks for one order among hundreds of thousands of intervals.
    nothing = np.zeros(0, np.int64)
    rows = make_rows(arrays._replace(open_start=nothing, open_end=nothing, open_before=nothing))
    _earliest(
        rows.goal,
        rows.order,
        rows.step,
        rows.pred,
        rows.mode,
        rows.resource,
        arrays.open_start,
        arrays.open_end,
        arrays.open_before,
        rows.travel,
        found.possible,
        found.completion,
        found.step_end,
        found.mode_end,
    )
    if arrays.goal[1]:
        found.value[:] = np.where(found.possible == 1, found.completion, 0)
    elif with_value:
        _fill_values(arrays, rows, found)
    return found


def _fill_values(arrays: Arrays, rows: Rows, found: Alone) -> None:
    """Fill the values; most orders are done with at their cheapest choice, the labels are for the others."""
    tables = (
        rows.goal,
        rows.order,
        rows.late,
        rows.step,
        rows.pred,
        rows.mode,
        rows.price,
        rows.resource,
        arrays.open_start,
        arrays.open_end,
        arrays.open_before,
        rows.travel,
        rows.travel_price,
    )
    sizes = arrays.mode_first[arrays.step_first[1:]] - arrays.mode_first[arrays.step_first[:-1]]
    most = int(sizes.max(initial=1))
    _cheapest(*tables, found.possible, found.value, np.zeros(most, np.int64), np.zeros(most, np.float64))
    some = np.flatnonzero((found.possible == 1) & (found.value < 0)).astype(np.int64)
    if not len(some):
        return
    room = 2 * (int(np.diff(arrays.mode_first).max(initial=1)) + 2) * _MOST_LABELS
    _values(
        *tables,
        some,
        found.mode_end,
        found.value,
        np.zeros(most, np.int64),
        np.zeros((most, _MOST_LABELS), np.int64),
        np.zeros((most, _MOST_LABELS), np.float64),
        np.zeros(room, np.int64),
        np.zeros(room, np.float64),
        np.zeros(room, np.int64),
        np.zeros(room, np.float64),
    )


@inner
def _earliest_end(
    open_start: Ints, open_end: Ints, open_before: Ints, low: int, high: int, horizon: int, ready: int, work: int
) -> int:
    """Return the earliest end of a movable step on an empty resource, or `NEVER`."""
    row = row_after(open_start, open_end, low, high, ready)
    if row >= high:
        return NEVER
    start = max(ready, open_start[row])
    if start > horizon:
        return NEVER
    end = end_of(open_start, open_end, open_before, row, high, start, work)
    return end if end <= horizon else NEVER


@compiled
def _earliest(
    goal: Ints,
    orders: Ints,
    steps: Ints,
    preds: Ints,
    modes: Ints,
    resources: Ints,
    open_start: Ints,
    open_end: Ints,
    open_before: Ints,
    travel: NDArray[np.int32],
    possible: Ints,
    completion: Ints,
    step_end: Ints,
    mode_end: Ints,
) -> None:
    """Fill what `Alone` holds, except values."""
    for order in range(len(possible)):
        fits = True
        last = -NEVER
        for step in range(orders[STEPS, order], orders[STEPS, order + 1]):
            is_fact = steps[FACT, step] >= 0
            first_pred, last_pred = steps[PREDS, step], steps[PREDS, step + 1]
            is_last = steps[SUCCS, step] == steps[SUCCS, step + 1]
            best, arrival = NEVER, NEVER
            for mode in range(steps[MODES, step], steps[MODES, step + 1]):
                # When all parts can have come; a fact stands whatever its minute, if they come in time.
                ready = int(orders[RELEASE, order]) if first_pred == last_pred else 0
                for arc in range(first_pred, last_pred):
                    pred = preds[arc]
                    both = is_fact and steps[FACT, pred] >= 0
                    there = NEVER
                    for before in range(steps[MODES, pred], steps[MODES, pred + 1]):
                        minutes = int(travel[modes[SITE, before], modes[SITE, mode]])
                        if minutes < 0:
                            minutes = 0 if both else NEVER
                        comes = mode_end[before] + minutes
                        if comes < there:
                            there = comes
                    if is_fact and not both and there > steps[FACT_START, step]:
                        there = NEVER
                    ready = max(ready, there)
                if ready >= NEVER:
                    continue
                if is_fact:
                    end = int(steps[FACT_END, step])
                else:
                    row = modes[RESOURCE, mode]
                    end = _earliest_end(
                        open_start,
                        open_end,
                        open_before,
                        resources[LOW, row],
                        resources[HIGH, row],
                        goal[0],
                        ready,
                        modes[WORK, mode],
                    )
                mode_end[mode] = end
                best = min(best, end)
                if is_last and end < NEVER and modes[SHIP, mode] >= 0:
                    arrival = min(arrival, end + modes[SHIP, mode])
            step_end[step] = best
            if best >= NEVER or (is_last and arrival >= NEVER):
                fits = False
            elif is_last:
                last = max(last, arrival)
        if fits and last > -NEVER:
            possible[order] = 1
            completion[order] = last


@compiled
def _cheapest(
    goal: Ints,
    orders: Ints,
    late: Floats,
    steps: Ints,
    preds: Ints,
    modes: Ints,
    prices: Floats,
    resources: Ints,
    open_start: Ints,
    open_end: Ints,
    open_before: Ints,
    travel: NDArray[np.int32],
    travel_price: Floats,
    possible: Ints,
    value: Floats,
    ends: Ints,
    costs: Floats,
) -> None:
    """Fill the least price without looking at the clock where that choice turns out to be in time, else -1.

    `ends` and `costs` are working space, one entry per mode of an order.
    """
    for order in range(len(possible)):
        if possible[order] == 0:
            continue
        base = steps[MODES, orders[STEPS, order]]
        total, last = 0.0, -NEVER
        for step in range(orders[STEPS, order], orders[STEPS, order + 1]):
            if goal[2] != 0 and steps[WAS, step] >= 0:
                total = -1.0
                break
            fact = steps[FACT, step] >= 0
            first_pred, last_pred = steps[PREDS, step], steps[PREDS, step + 1]
            best, arrival = math.inf, NEVER
            for mode in range(steps[MODES, step], steps[MODES, step + 1]):
                ready = int(orders[RELEASE, order]) if first_pred == last_pred else 0
                cost = prices[PRICE, mode]
                for arc in range(first_pred, last_pred):
                    pred = preds[arc]
                    both = fact and steps[FACT, pred] >= 0
                    share = steps[SUCCS, pred + 1] - steps[SUCCS, pred]
                    least, there = math.inf, NEVER
                    for before in range(steps[MODES, pred], steps[MODES, pred + 1]):
                        a, b = modes[SITE, before], modes[SITE, mode]
                        minutes = int(travel[a, b])
                        spent = costs[before - base] / share
                        if minutes >= 0:
                            spent += travel_price[a, b]
                        elif both:
                            minutes = 0
                        if spent < least and minutes >= 0:
                            least, there = spent, ends[before - base] + minutes
                    cost += least
                    if not both:
                        ready = max(ready, there)
                row = modes[RESOURCE, mode]
                if not fact:
                    end = _earliest_end(
                        open_start,
                        open_end,
                        open_before,
                        resources[LOW, row],
                        resources[HIGH, row],
                        goal[0],
                        ready,
                        modes[WORK, mode],
                    )
                elif first_pred == last_pred or ready <= steps[FACT_START, step]:
                    end = int(steps[FACT_END, step])
                else:
                    end = NEVER
                ends[mode - base], costs[mode - base] = end, cost
                if modes[SHIP, mode] >= 0 and cost + prices[SHIP_PRICE, mode] < best:
                    best, arrival = cost + prices[SHIP_PRICE, mode], end + modes[SHIP, mode]
            if steps[SUCCS, step] == steps[SUCCS, step + 1]:
                total += best
                last = max(last, arrival)
        if total >= 0 and (last >= NEVER or (late[order] > 0 and last > orders[DUE, order])):
            total = -1.0
        value[order] = total


@inner
def _pareto(ends: Ints, costs: Floats, count: int | np.int64) -> int:
    """Sort labels by end and keep those cheaper than all before, at most `_MOST_LABELS`; return how many."""
    gap = int(count) // 2
    while gap > 0:
        for at in range(gap, count):
            end, cost, to = ends[at], costs[at], at
            while to >= gap and ends[to - gap] > end:
                ends[to], costs[to] = ends[to - gap], costs[to - gap]
                to -= gap
            ends[to], costs[to] = end, cost
        gap //= 2
    kept = 0
    for at in range(count):
        end, cost = ends[at], costs[at]
        if end >= NEVER or math.isinf(cost):
            continue
        if kept > 0 and end == ends[kept - 1]:
            costs[kept - 1] = min(cost, costs[kept - 1])
        elif kept == 0 or cost < costs[kept - 1]:
            ends[kept], costs[kept] = end, cost
            kept += 1
    # Join neighbours while there are too many: earlier end of the one, lower price of the other.
    while kept > _MOST_LABELS:
        half = 0
        for at in range(0, kept, 2):
            ends[half], costs[half] = ends[at], costs[min(at + 1, kept - 1)]
            half += 1
        kept = half
    return kept


@inner
def _joined(ends: Ints, costs: Floats, count: int | np.int64, more_ends: Ints, more_costs: Floats, more: int) -> int:
    """Join two staircases into the first: both parts are there from the later end on, at the sum of the prices."""
    if count == 0 or more == 0:
        return 0
    a, b, found = 0, 0, int(count)
    while True:
        # Behind the labels that are read.
        ends[found], costs[found] = max(ends[a], more_ends[b]), costs[a] + more_costs[b]
        found += 1
        next_a = ends[a + 1] if a + 1 < count else NEVER
        next_b = more_ends[b + 1] if b + 1 < more else NEVER
        if next_a >= NEVER and next_b >= NEVER:
            break
        if next_a <= next_b:
            a += 1
        if next_b <= next_a:
            b += 1
    for at in range(count, found):
        ends[at - count], costs[at - count] = ends[at], costs[at]
    return _pareto(ends, costs, found - count)


@compiled
def _values(
    goal: Ints,
    orders: Ints,
    late: Floats,
    steps: Ints,
    preds: Ints,
    modes: Ints,
    prices: Floats,
    resources: Ints,
    open_start: Ints,
    open_end: Ints,
    open_before: Ints,
    travel: NDArray[np.int32],
    travel_price: Floats,
    some: Ints,
    mode_end: Ints,
    value: Floats,
    label_count: Ints,
    label_end: Ints,
    label_cost: Floats,
    ends: Ints,
    costs: Floats,
    here_end: Ints,
    here_cost: Floats,
) -> None:
    """Fill the least price of some orders by labels (price, end) per mode; the last seven are working space."""
    moved = float(goal[2])
    for order in some:
        first, last = orders[STEPS, order], orders[STEPS, order + 1]
        base = steps[MODES, first]
        for step in range(first, last):
            is_fact = steps[FACT, step] >= 0
            first_pred, last_pred = steps[PREDS, step], steps[PREDS, step + 1]
            was = steps[WAS, step] >= 0 and moved != 0.0
            for mode in range(steps[MODES, step], steps[MODES, step + 1]):
                at_row = mode - base
                label_count[at_row] = 0
                if mode_end[mode] >= NEVER:
                    continue
                ends[0], costs[0], count = (orders[RELEASE, order] if first_pred == last_pred else 0), 0.0, 1
                for arc in range(first_pred, last_pred):
                    pred = preds[arc]
                    both = is_fact and steps[FACT, pred] >= 0
                    share = max(1, steps[SUCCS, pred + 1] - steps[SUCCS, pred])
                    more = 0
                    for before in range(steps[MODES, pred], steps[MODES, pred + 1]):
                        a, b = modes[SITE, before], modes[SITE, mode]
                        minutes, price = int(travel[a, b]), travel_price[a, b]
                        if minutes < 0:
                            if not both:
                                continue
                            minutes, price = 0, 0.0
                        for at in range(label_count[before - base]):
                            end = label_end[before - base, at] + minutes
                            if is_fact:
                                # In time or not; the minute itself does not matter to a fact.
                                if not both and end > steps[FACT_START, step]:
                                    continue
                                end = 0
                            here_end[more], here_cost[more] = end, label_cost[before - base, at] / share + price
                            more += 1
                    more = _pareto(here_end, here_cost, np.int64(more))
                    count = _joined(ends, costs, np.int64(count), here_end, here_cost, more)
                if count == 0:
                    continue
                price = prices[PRICE, mode]
                if is_fact:
                    # The last label is the cheapest.
                    label_end[at_row, 0], label_cost[at_row, 0] = steps[FACT_END, step], costs[count - 1] + price
                    label_count[at_row] = 1
                    continue
                row = modes[RESOURCE, mode]
                low, high, work = resources[LOW, row], resources[HIGH, row], modes[WORK, mode]
                there = steps[WAS_START, step]
                # The former place of a step is tried as well, where it could start there at all.
                is_open = was and steps[WAS, step] == row
                is_open = (
                    is_open
                    and _earliest_end(open_start, open_end, open_before, low, high, NEVER - 1, there, work - work)
                    == there
                )
                found = 0
                for at in range(count):
                    ready = max(ends[at], 0)
                    end = _earliest_end(open_start, open_end, open_before, low, high, goal[0], ready, work)
                    if end >= NEVER:
                        continue
                    here_end[found], here_cost[found] = end, costs[at] + price + (moved if was else 0.0)
                    found += 1
                    if is_open and ready <= there:
                        end = _earliest_end(open_start, open_end, open_before, low, high, goal[0], there, work)
                        if end < NEVER:
                            here_end[found], here_cost[found] = end, costs[at] + price
                            found += 1
                found = _pareto(here_end, here_cost, np.int64(found))
                label_count[at_row] = found
                for at in range(found):
                    label_end[at_row, at], label_cost[at_row, at] = here_end[at], here_cost[at]
        # Join the last steps with their ways to the customer: when and at what price all has arrived.
        ends[0], costs[0], count = -NEVER, 0.0, 1
        for step in range(first, last):
            if steps[SUCCS, step] != steps[SUCCS, step + 1]:
                continue
            more = 0
            for mode in range(steps[MODES, step], steps[MODES, step + 1]):
                if modes[SHIP, mode] < 0:
                    continue
                for at in range(label_count[mode - base]):
                    here_end[more] = label_end[mode - base, at] + modes[SHIP, mode]
                    here_cost[more] = label_cost[mode - base, at] + prices[SHIP_PRICE, mode]
                    more += 1
            more = _pareto(here_end, here_cost, np.int64(more))
            count = _joined(ends, costs, np.int64(count), here_end, here_cost, more)
        best = math.inf
        for at in range(count):
            best = min(best, costs[at] + late[order] * max(0, ends[at] - orders[DUE, order]))
        value[order] = 0.0 if math.isinf(best) else best
