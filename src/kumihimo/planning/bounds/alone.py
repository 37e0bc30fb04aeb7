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

from kumihimo.planning.arrays import NEVER, Arrays, Floats, Ints
from kumihimo.planning.bounds.open_time import finish, next_open
from kumihimo.planning.compiled import compiled

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
    _earliest(arrays, found.possible, found.completion, found.step_end, found.mode_end)
    if arrays.goal[1]:
        found.value[:] = np.where(found.possible == 1, found.completion, 0)
    elif with_value:
        _values(arrays, found.possible, found.mode_end, found.value)
    return found


@compiled
def leg_minutes(arrays: Arrays, before: int, mode: int, both_facts: bool) -> int:
    """Return the minutes from one mode's site to another's; -1 when there is no way (0 between two facts)."""
    origin, site = arrays.resource_site[arrays.mode_resource[before]], arrays.resource_site[arrays.mode_resource[mode]]
    minutes = int(arrays.travel_minutes[origin, site])
    if minutes < 0 and both_facts:
        return 0
    return minutes


@compiled
def leg_price(arrays: Arrays, before: int, mode: int) -> float:
    """Return the price of the way from one mode's site to another's; 0 when there is none."""
    origin, site = arrays.resource_site[arrays.mode_resource[before]], arrays.resource_site[arrays.mode_resource[mode]]
    if arrays.travel_minutes[origin, site] < 0:
        return 0.0
    return float(arrays.travel_price[origin, site])


@compiled
def _earliest_end(arrays: Arrays, mode: int, ready: int) -> int:
    """Return the earliest end of a movable step on an empty resource, or `NEVER`."""
    calendar = arrays.resource_calendar[arrays.mode_resource[mode]]
    low, high = arrays.calendar_first[calendar], arrays.calendar_first[calendar + 1]
    start = next_open(arrays.open_start, arrays.open_end, low, high, ready)
    if start > arrays.goal[0]:
        return NEVER
    end = start
    if arrays.mode_duration[mode] > 0:
        work = arrays.mode_duration[mode]
        end = finish(arrays.open_start, arrays.open_end, arrays.open_before, low, high, start, work)
    return end if end <= arrays.goal[0] else NEVER


@compiled
def _earliest(arrays: Arrays, possible: Ints, completion: Ints, step_end: Ints, mode_end: Ints) -> None:
    for order in range(len(arrays.order_release)):
        fits = True
        last = -NEVER
        for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
            is_fact = arrays.fact_mode[step] >= 0
            is_last = arrays.succ_first[step] == arrays.succ_first[step + 1]
            best, arrival = NEVER, NEVER
            for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
                ready = _ready(arrays, order, step, mode, mode_end)
                if ready >= NEVER:
                    continue
                if is_fact:
                    mode_end[mode] = arrays.fact_end[step]
                else:
                    mode_end[mode] = _earliest_end(arrays, mode, ready)
                end = mode_end[mode]
                best = min(best, end)
                if is_last and end < NEVER and arrays.ship_minutes[mode] >= 0:
                    arrival = min(arrival, end + arrays.ship_minutes[mode])
            step_end[step] = best
            if best >= NEVER or (is_last and arrival >= NEVER):
                fits = False
            elif is_last:
                last = max(last, arrival)
        if fits and last > -NEVER:
            possible[order] = 1
            completion[order] = last


@compiled
def _ready(arrays: Arrays, order: int, step: int, mode: int, mode_end: Ints) -> int:
    """Return when all parts can have come to a mode; `NEVER` when they cannot (a fact: not in time)."""
    is_fact = arrays.fact_mode[step] >= 0
    first, last = arrays.pred_first[step], arrays.pred_first[step + 1]
    ready = int(arrays.order_release[order]) if first == last else 0
    for at in range(first, last):
        pred = arrays.pred[at]
        both = is_fact and arrays.fact_mode[pred] >= 0
        arrival = NEVER
        for before in range(arrays.mode_first[pred], arrays.mode_first[pred + 1]):
            minutes = leg_minutes(arrays, before, mode, both)
            if minutes >= 0 and mode_end[before] < NEVER:
                arrival = min(arrival, mode_end[before] + minutes)
        if arrival >= NEVER or (is_fact and not both and arrival > arrays.fact_start[step]):
            return NEVER
        ready = max(ready, arrival)
    return ready


@compiled
def _pareto(ends: Ints, costs: Floats, count: int, order: Ints) -> int:
    """Sort labels by end and keep those cheaper than all before; return how many. `order` is argsort of the ends."""
    kept = 0
    sorted_ends, sorted_costs = ends[order].copy(), costs[order].copy()
    for at in range(count):
        end, cost = sorted_ends[at], sorted_costs[at]
        if end >= NEVER or math.isinf(cost):
            continue
        if kept and end == ends[kept - 1]:
            costs[kept - 1] = min(cost, costs[kept - 1])
        elif kept == 0 or cost < costs[kept - 1]:
            ends[kept], costs[kept] = end, cost
            kept += 1
    return kept


@compiled
def _thinned(ends: Ints, costs: Floats, count: int, most: int) -> int:
    """Join neighbours until at most `most` labels are left: earlier end of the one, lower price of the other."""
    while count > most:
        half = 0
        for at in range(0, count, 2):
            ends[half], costs[half] = ends[at], costs[min(at + 1, count - 1)]
            half += 1
        count = half
    return count


@compiled
def _arrivals(
    arrays: Arrays,
    pred: int,
    mode: int,
    both: bool,
    base: int,
    label_count: Ints,
    label_end: Ints,
    label_cost: Floats,
    ends: Ints,
    costs: Floats,
) -> int:
    """Collect when and at what price a predecessor's part can be at a mode; return how many labels."""
    share = max(1, arrays.succ_first[pred + 1] - arrays.succ_first[pred])
    count = 0
    for before in range(arrays.mode_first[pred], arrays.mode_first[pred + 1]):
        minutes = leg_minutes(arrays, before, mode, both)
        if minutes < 0:
            continue
        price = leg_price(arrays, before, mode)
        row = before - base
        for at in range(label_count[row]):
            ends[count] = label_end[row, at] + minutes
            costs[count] = label_cost[row, at] / share + price
            count += 1
    return _pareto(ends, costs, count, np.argsort(ends[:count]))


@compiled
def _joined(
    a_end: Ints, a_cost: Floats, a_count: int, b_end: Ints, b_cost: Floats, b_count: int, ends: Ints, costs: Floats
) -> int:
    """Join two staircases of labels: both parts are there from the later end on, at the sum of the prices."""
    if a_count == 0 or b_count == 0:
        return 0
    a = b = count = 0
    while True:
        ends[count], costs[count] = max(a_end[a], b_end[b]), a_cost[a] + b_cost[b]
        count += 1
        next_a = a_end[a + 1] if a + 1 < a_count else NEVER
        next_b = b_end[b + 1] if b + 1 < b_count else NEVER
        if next_a >= NEVER and next_b >= NEVER:
            return _pareto(ends, costs, count, np.argsort(ends[:count]))
        if next_a <= next_b:
            a += 1
        if next_b <= next_a:
            b += 1


@compiled
def _placed(
    arrays: Arrays, step: int, mode: int, ready_end: Ints, ready_cost: Floats, count: int, ends: Ints, costs: Floats
) -> int:
    """From when the parts are there to when the step is done; the former place of a step is tried as well."""
    price, moved = arrays.mode_price[mode], float(arrays.goal[2])
    resource = arrays.mode_resource[mode]
    if arrays.fact_mode[step] >= 0:
        best = math.inf
        for at in range(count):
            best = min(best, ready_cost[at])
        ends[0], costs[0] = arrays.fact_end[step], best + price
        return 1 if count else 0
    calendar = arrays.resource_calendar[resource]
    low, high = arrays.calendar_first[calendar], arrays.calendar_first[calendar + 1]
    was = arrays.was_resource[step] >= 0 and moved != 0.0
    here = was and arrays.was_resource[step] == resource
    found = 0
    for at in range(count):
        ready = max(ready_end[at], 0)
        end = _earliest_end(arrays, mode, ready)
        if end >= NEVER:
            continue
        ends[found], costs[found] = end, ready_cost[at] + price + (moved if was else 0.0)
        found += 1
        there = arrays.was_start[step]
        if here and ready <= there and next_open(arrays.open_start, arrays.open_end, low, high, there) == there:
            end = _earliest_end(arrays, mode, there)
            if end < NEVER:
                ends[found], costs[found] = end, ready_cost[at] + price
                found += 1
    return _pareto(ends, costs, found, np.argsort(ends[:found]))


@compiled
def _cheapest(arrays: Arrays, order: int, ends: Ints, costs: Floats) -> float:
    """Return the least price without looking at the clock if that choice turns out to be in time, else -1.

    Most orders are done with here. `ends` and `costs` are working space, one entry per mode of the order.
    """
    base = arrays.mode_first[arrays.step_first[order]]
    total, last = 0.0, -NEVER
    for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
        if arrays.goal[2] and arrays.was_resource[step] >= 0:
            return -1.0
        fact = arrays.fact_mode[step] >= 0
        best, arrival = math.inf, NEVER
        for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
            ready = int(arrays.order_release[order]) if arrays.pred_first[step] == arrays.pred_first[step + 1] else 0
            cost = arrays.mode_price[mode]
            for at in range(arrays.pred_first[step], arrays.pred_first[step + 1]):
                pred = arrays.pred[at]
                both = fact and arrays.fact_mode[pred] >= 0
                share = arrays.succ_first[pred + 1] - arrays.succ_first[pred]
                least, there = math.inf, NEVER
                for before in range(arrays.mode_first[pred], arrays.mode_first[pred + 1]):
                    spent = costs[before - base] / share + leg_price(arrays, before, mode)
                    if spent < least:
                        minutes = leg_minutes(arrays, before, mode, both)
                        if minutes >= 0:
                            least, there = spent, ends[before - base] + minutes
                cost += least
                if not both:
                    ready = max(ready, there)
            costs[mode - base] = cost
            if fact:
                ends[mode - base] = arrays.fact_end[step] if ready <= arrays.fact_start[step] else NEVER
                if arrays.pred_first[step] == arrays.pred_first[step + 1]:
                    ends[mode - base] = arrays.fact_end[step]
            else:
                ends[mode - base] = _earliest_end(arrays, mode, ready)
            if arrays.ship_minutes[mode] >= 0 and cost + arrays.ship_price[mode] < best:
                best, arrival = cost + arrays.ship_price[mode], ends[mode - base] + arrays.ship_minutes[mode]
        if arrays.succ_first[step] == arrays.succ_first[step + 1]:
            total += best
            last = max(last, arrival)
    if last >= NEVER or (arrays.late_price[order] > 0 and last > arrays.order_due[order]):
        return -1.0
    return total


@compiled
def _values(arrays: Arrays, possible: Ints, mode_end: Ints, value: Floats) -> None:
    """Fill the least price of every possible order by labels (price, end) per mode."""
    most_modes, widest = 1, 1
    for order in range(len(possible)):
        first, last = arrays.step_first[order], arrays.step_first[order + 1]
        most_modes = max(most_modes, arrays.mode_first[last] - arrays.mode_first[first])
        for step in range(first, last):
            widest = max(widest, arrays.mode_first[step + 1] - arrays.mode_first[step])
    room = (2 * widest + 4) * _MOST_LABELS
    label_count = np.zeros(most_modes, np.int64)
    label_end = np.zeros((most_modes, _MOST_LABELS), np.int64)
    label_cost = np.zeros((most_modes, _MOST_LABELS), np.float64)
    ends, costs = np.zeros(room, np.int64), np.zeros(room, np.float64)
    here_end, here_cost = np.zeros(room, np.int64), np.zeros(room, np.float64)
    both_end, both_cost = np.zeros(2 * room, np.int64), np.zeros(2 * room, np.float64)
    for order in range(len(possible)):
        if possible[order] == 0:
            continue
        value[order] = _cheapest(arrays, order, label_end[:, 0], label_cost[:, 0])
        if value[order] >= 0:
            continue
        first, last = arrays.step_first[order], arrays.step_first[order + 1]
        base = arrays.mode_first[first]
        for step in range(first, last):
            is_fact = arrays.fact_mode[step] >= 0
            preds = arrays.pred_first[step + 1] - arrays.pred_first[step]
            for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
                row = mode - base
                label_count[row] = 0
                if mode_end[mode] >= NEVER:
                    continue
                ends[0], costs[0], count = (arrays.order_release[order] if preds == 0 else np.int64(0)), 0.0, 1
                for at in range(arrays.pred_first[step], arrays.pred_first[step + 1]):
                    pred = arrays.pred[at]
                    both = is_fact and arrays.fact_mode[pred] >= 0
                    more = _arrivals(
                        arrays, pred, mode, both, base, label_count, label_end, label_cost, here_end, here_cost
                    )
                    if is_fact:
                        # In time or not; the minute itself does not matter to a fact.
                        best = math.inf
                        for label in range(more):
                            if both or here_end[label] <= arrays.fact_start[step]:
                                best = min(best, here_cost[label])
                        more = 0 if math.isinf(best) else 1
                        here_end[0], here_cost[0] = 0, best
                    more = _thinned(here_end, here_cost, more, _MOST_LABELS)
                    count = _joined(ends, costs, count, here_end, here_cost, more, both_end, both_cost)
                    count = _thinned(both_end, both_cost, count, _MOST_LABELS)
                    ends[:count], costs[:count] = both_end[:count], both_cost[:count]
                found = _placed(arrays, step, mode, ends, costs, count, here_end, here_cost)
                found = _thinned(here_end, here_cost, found, _MOST_LABELS)
                label_count[row] = found
                label_end[row, :found], label_cost[row, :found] = here_end[:found], here_cost[:found]
        count = _all_there(
            arrays,
            order,
            base,
            label_count,
            label_end,
            label_cost,
            ends,
            costs,
            here_end,
            here_cost,
            both_end,
            both_cost,
        )
        value[order] = _least(arrays, order, ends, costs, count)


@compiled
def _all_there(
    arrays: Arrays,
    order: int,
    base: int,
    label_count: Ints,
    label_end: Ints,
    label_cost: Floats,
    ends: Ints,
    costs: Floats,
    here_end: Ints,
    here_cost: Floats,
    both_end: Ints,
    both_cost: Floats,
) -> int:
    """Join the last steps with the ways to the customer: labels of when and at what price all has arrived."""
    ends[0], costs[0], count = -NEVER, 0.0, 1
    for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
        if arrays.succ_first[step] != arrays.succ_first[step + 1]:
            continue
        more = 0
        for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
            if arrays.ship_minutes[mode] < 0:
                continue
            row = mode - base
            for at in range(label_count[row]):
                here_end[more] = label_end[row, at] + arrays.ship_minutes[mode]
                here_cost[more] = label_cost[row, at] + arrays.ship_price[mode]
                more += 1
        more = _pareto(here_end, here_cost, more, np.argsort(here_end[:more]))
        more = _thinned(here_end, here_cost, more, _MOST_LABELS)
        count = _joined(ends, costs, count, here_end, here_cost, more, both_end, both_cost)
        count = _thinned(both_end, both_cost, count, _MOST_LABELS)
        ends[:count], costs[:count] = both_end[:count], both_cost[:count]
    return count


@compiled
def _least(arrays: Arrays, order: int, ends: Ints, costs: Floats, count: int) -> float:
    """Return the least of price and lateness over the labels of an order."""
    best = math.inf
    for at in range(count):
        late = max(0, ends[at] - arrays.order_due[order])
        best = min(best, costs[at] + arrays.late_price[order] * late)
    return 0.0 if math.isinf(best) else best
