"""The cheapest way to make one order when working time has prices: dynamic programming over (price, end) labels.

A label of a mode says "done at `end` or later for `cost`". Waiting may pay (a bucket later may be cheaper), so starts
are tried cell by cell of the wall clock. All that falls into one cell is joined into one label with the earliest end
and the lowest price of the cell. That label is at least as good as everything it stands for, so the value found is
never above the true one; for cells -> 1 minute it is the true one. Nothing else is rounded: ends are real minutes.
Labels that cannot lead below `limit` are dropped.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import NEVER, Floats, Ints
from kumihimo.planning.bounds.cost_to_go import Rest, rest_of_order
from kumihimo.planning.bounds.legs import leg_minutes, leg_price
from kumihimo.planning.bounds.open_time import interval_at, work_before
from kumihimo.planning.bounds.priced_time import Axis, price_before, quantity
from kumihimo.planning.bounds.rows import (
    BEFORE,
    DUE,
    END,
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
    START,
    STEPS,
    SUCCS,
    WAS,
    WAS_START,
    WORK,
    Rows,
)
from kumihimo.planning.compiled import inner


class Prices(NamedTuple):
    """Prices per work minute and bucket, their sums before each edge, the last priced minute per resource."""

    minute: Floats
    edges: Floats
    quiet: Ints


class Labels(NamedTuple):
    """Working space, used again for every order.

    Attributes
    ----------
    cell
        [width of a cell in minutes, labels kept per mode], shape (2,).
    filled, end, cost, start, ready
        Labels per mode of the order at hand: how many, end (minute), price, start (minute of the resource's axis,
        -1: takes nothing), and the cell by whose end the parts had to be there.
    at_time, at_cost
        Per cell: earliest arrival and lowest price of what arrives in it.
    time, paid, by
        A staircase: from `time` on the parts are there for `paid`; `by` is the cell.
    other_time, other_paid, other_by, both_time, both_paid, both_by
        Two more.
    price, so_far, ahead
        Per mode of the order at hand: least price with the time it takes, and that of what stands before and after.
    """

    cell: Ints
    filled: Ints
    end: Ints
    cost: Floats
    start: Ints
    ready: Ints
    at_time: Ints
    at_cost: Floats
    time: Ints
    paid: Floats
    by: Ints
    other_time: Ints
    other_paid: Floats
    other_by: Ints
    both_time: Ints
    both_paid: Floats
    both_by: Ints
    price: Floats
    so_far: Floats
    ahead: Floats


def make_labels(rows: Rows, cell: int, most: int) -> Labels:
    """Return working space for every order of a problem."""
    counts = rows.step[MODES, rows.order[STEPS, 1:]] - rows.step[MODES, rows.order[STEPS, :-1]]
    most_modes = int(counts.max()) if len(counts) else 1
    most = max(8, min(most, 8_000_000 // max(1, most_modes)))
    room = most_modes * most
    cells = int(rows.goal[0]) // cell + 3

    def stairs() -> tuple[Ints, Floats, Ints]:
        return np.zeros(cells, np.int64), np.zeros(cells, np.float64), np.zeros(cells, np.int64)

    return Labels(
        np.array([cell, most], np.int64),
        np.zeros(most_modes, np.int64),
        np.zeros(room, np.int64),
        np.zeros(room, np.float64),
        np.zeros(room, np.int64),
        np.zeros(room, np.int64),
        np.full(cells, NEVER, np.int64),
        np.full(cells, math.inf, np.float64),
        *stairs(),
        *stairs(),
        *stairs(),
        np.zeros(most_modes, np.float64),
        np.zeros(most_modes, np.float64),
        np.zeros(most_modes, np.float64),
    )


@inner
def origin_of(rows: Rows, order: int) -> int:
    """Return the minute at which the cells of an order begin: no movable step of it starts earlier."""
    for step in range(rows.order[STEPS, order], rows.order[STEPS, order + 1]):
        if rows.step[FACT, step] >= 0:
            return 0
    return int(rows.order[RELEASE, order])


@inner
def _drop(labels: Labels, arrival: int, cost: float, origin: int) -> int:
    """Let something arrive in its cell; return the cell."""
    cell = int(min(max(arrival - origin, 0) // labels.cell[0], len(labels.at_time) - 1))
    labels.at_time[cell] = min(labels.at_time[cell], arrival)
    labels.at_cost[cell] = min(labels.at_cost[cell], cost)
    return cell


@inner
def _stairs(labels: Labels, low: int, high: int, time: Ints, paid: Floats, by: Ints) -> int:
    """Turn cells low..high into a staircase of falling prices and clear them; return its length."""
    count = 0
    running = math.inf
    for cell in range(low, high + 1):
        if labels.at_cost[cell] < running:
            running = labels.at_cost[cell]
            time[count], paid[count], by[count] = labels.at_time[cell], running, cell
            count += 1
        labels.at_cost[cell] = math.inf
        labels.at_time[cell] = NEVER
    return count


@inner
def _arrive(
    rows: Rows, labels: Labels, base: int, pred: int, mode: int, origin: int, time: Ints, paid: Floats, by: Ints
) -> int:
    """Build the staircase of a predecessor's part at a movable mode; return its length."""
    share = max(1, rows.step[SUCCS, pred + 1] - rows.step[SUCCS, pred])
    low, high = len(labels.at_time), -1
    for before in range(rows.step[MODES, pred], rows.step[MODES, pred + 1]):
        row = before - base
        if labels.filled[row] == 0:
            continue
        minutes = leg_minutes(rows, before, mode, False)
        if minutes < 0:
            continue
        price = leg_price(rows, before, mode)
        first = row * labels.cell[1]
        for at in range(first, first + labels.filled[row]):
            arrival = labels.end[at] + minutes
            if arrival > rows.goal[0]:
                continue
            cell = _drop(labels, arrival, labels.cost[at] / share + price, origin)
            low, high = min(low, cell), max(high, cell)
    return _stairs(labels, low, high, time, paid, by)


@inner
def _arrive_at_fact(rows: Rows, labels: Labels, base: int, pred: int, step: int, mode: int) -> float:
    """Return the least price of a predecessor's part that comes in time for a fact; infinite when none does."""
    share = max(1, rows.step[SUCCS, pred + 1] - rows.step[SUCCS, pred])
    both = rows.step[FACT, pred] >= 0
    best = math.inf
    for before in range(rows.step[MODES, pred], rows.step[MODES, pred + 1]):
        minutes = leg_minutes(rows, before, mode, both)
        if minutes < 0:
            continue
        first = (before - base) * labels.cell[1]
        for at in range(first, first + labels.filled[before - base]):
            if both or labels.end[at] + minutes <= rows.step[FACT_START, step]:
                best = min(best, labels.cost[at] / share + leg_price(rows, before, mode))
    return best


@inner
def _join(labels: Labels, count: int, more: int) -> int:
    """Join the first two staircases into the first: both parts are there, at the sum of the prices.

    In a cell where either gets cheaper the joined price is right from the earlier of the two minutes on (later it
    would be right too, earlier it is not reached), unless one of the parts comes for the first time at all.
    """
    a = b = found = 0
    if count == 0 or more == 0:
        return 0
    has_a = has_b = False
    while a < count or b < more:
        next_a = labels.by[a] if a < count else NEVER
        next_b = labels.other_by[b] if b < more else NEVER
        cell = min(next_a, next_b)
        time = NEVER
        first = -NEVER
        if next_a == cell:
            time = min(time, labels.time[a])
            if not has_a:
                first = max(first, labels.time[a])
            has_a = True
            a += 1
        if next_b == cell:
            time = min(time, labels.other_time[b])
            if not has_b:
                first = max(first, labels.other_time[b])
            has_b = True
            b += 1
        if has_a and has_b:
            labels.both_time[found] = max(time, first)
            labels.both_paid[found] = labels.paid[a - 1] + labels.other_paid[b - 1]
            labels.both_by[found] = cell
            found += 1
    for at in range(found):
        labels.time[at], labels.paid[at], labels.by[at] = labels.both_time[at], labels.both_paid[at], labels.both_by[at]
    return found


@inner
def _keep(labels: Labels, row: int, end: int, cost: float, start: int | np.int64, ready: int | np.int64) -> None:
    """Add a label to a mode; beyond what fits, the last label takes it in (earlier end, lower price)."""
    most = labels.cell[1]
    count = labels.filled[row]
    if count == most:
        at = row * most + most - 1
        labels.end[at] = min(labels.end[at], end)
        if cost < labels.cost[at]:
            labels.cost[at], labels.start[at], labels.ready[at] = cost, start, ready
        return
    at = row * most + count
    labels.end[at], labels.cost[at], labels.start[at], labels.ready[at] = end, cost, start, ready
    labels.filled[row] = count + 1


@inner
def _sweep(
    rows: Rows,
    axis: Axis,
    prices: Prices,
    labels: Labels,
    order: int,
    step: int,
    mode: int,
    row: int,
    count: int,
    tail: int,
    limit: float,
) -> None:
    """Try the starts of a movable step in one mode from the staircase of `count` labels.

    Along the resource's axis the price of the step is linear between the places where one of its ends crosses an edge
    of a bucket. Where it does not fall, the first start is as good as any; where it falls, starts are joined cell by
    cell.
    """
    resource = rows.mode[RESOURCE, mode]
    base, high = rows.resource[LOW, resource], rows.resource[HIGH, resource]
    ahead = labels.ahead[row]
    if base == high or count == 0 or math.isinf(ahead):
        return
    horizon, cell = rows.goal[0], labels.cell[0]
    work, total, origin = rows.mode[WORK, mode], axis.total[resource], axis.origin[resource]
    amount = quantity(rows, step, resource)
    takes = amount > 0 and work > 0
    quiet = prices.quiet[resource] if takes else np.int64(-1)
    width, first = axis.width[resource], axis.first[resource]
    buckets = axis.first[resource + 1] - first
    due, late_price = rows.order[DUE, order] - tail, rows.late[order]
    is_moved = rows.goal[2] > 0 and rows.step[WAS, step] >= 0
    price = rows.price[PRICE, mode]
    if is_moved:
        if rows.step[WAS, step] == resource:
            _stay(rows, axis, prices, labels, step, mode, row, count, amount)
        price += rows.goal[2]
    bound = labels.paid[count - 1] + price + ahead
    best = math.inf
    at_end = base
    for at in range(count):
        low = max(labels.time[at], 0)
        at_start = interval_at(rows.open, base, high, low)
        if at_start < base or low >= rows.open[END, at_start]:
            at_start += 1
            if at_start == high:
                return
            low = rows.open[START, at_start]
        minute = rows.open[BEFORE, at_start] + low - rows.open[START, at_start] - origin
        last = total - work
        if low > horizon or (work > 0 and minute > last):
            return
        paid = labels.paid[at] + price
        if at + 1 < count:
            if labels.time[at + 1] <= low:
                continue
            until = work_before(rows.open, base, high, labels.time[at + 1])
            last = min(last, until - origin)
        by = labels.by[at]
        if minute >= quiet:
            if paid < best:
                end = low
                if work > 0:
                    at_end = _interval_of(rows, max(at_end, at_start), minute + work + origin)
                    end = rows.open[START, at_end] + minute + work + origin - rows.open[BEFORE, at_end]
                if paid + ahead + late_price * max(0, end - due) < limit:
                    _keep(labels, row, end, paid, minute if takes else np.int64(-1), by)
                best = paid
            continue
        at_end = max(at_end, at_start)
        spent = price_before(axis, prices.minute, prices.edges, resource, minute + work)
        spent -= price_before(axis, prices.minute, prices.edges, resource, minute)
        here, there = minute // width, (minute + work) // width
        while True:
            if minute >= quiet:
                spent, slope, edge = 0.0, 0.0, last
            else:
                slope = prices.minute[first + there] if there < buckets else 0.0
                slope -= prices.minute[first + here]
                edge = min(min((here + 1) * width, (there + 1) * width - work), last)
            at_end = _interval_of(rows, at_end, minute + work + origin)
            end = rows.open[START, at_end] + minute + work + origin - rows.open[BEFORE, at_end]
            if bound + late_price * max(0, end - due) >= limit:
                return
            if slope >= 0 or edge <= minute:
                cost = paid + amount * max(0.0, spent)
                if cost < best:
                    best = cost
                    if cost + ahead + late_price * max(0, end - due) < limit:
                        _keep(labels, row, end, cost, minute, by)
            elif paid + amount * (spent + slope * (edge - minute)) < best:
                start = minute
                while start < edge:
                    stop = min(start + cell, edge)
                    cost = paid + amount * max(0.0, spent + slope * (stop - minute))
                    if cost < best:
                        best = cost
                        at_end = _interval_of(rows, at_end, start + work + origin)
                        end = rows.open[START, at_end] + start + work + origin - rows.open[BEFORE, at_end]
                        if cost + ahead + late_price * max(0, end - due) < limit:
                            _keep(labels, row, end, cost, stop, by)
                    start = stop
            if minute >= quiet or edge >= last:
                break
            spent += slope * (edge - minute)
            minute = edge
            if minute >= (here + 1) * width:
                here += 1
            if minute + work >= (there + 1) * width:
                there += 1


@inner
def _interval_of(rows: Rows, at: int, target: int) -> int:
    """Return the first interval from `at` on by whose end `target` open minutes have passed."""
    while rows.open[BEFORE, at] + rows.open[END, at] - rows.open[START, at] < target:
        at += 1
    return at


@inner
def _stay(
    rows: Rows,
    axis: Axis,
    prices: Prices,
    labels: Labels,
    step: int,
    mode: int,
    row: int,
    count: int,
    amount: float,
) -> None:
    """Try the place where the step stood before: there it counts as not moved."""
    resource, start = rows.mode[RESOURCE, mode], rows.step[WAS_START, step]
    base, high = rows.resource[LOW, resource], rows.resource[HIGH, resource]
    at_start = interval_at(rows.open, base, high, start)
    if start < 0 or start > rows.goal[0] or at_start < base or start >= rows.open[END, at_start]:
        return
    at = -1
    while at + 1 < count and labels.time[at + 1] <= start:
        at += 1
    work = rows.mode[WORK, mode]
    minute = rows.open[BEFORE, at_start] + start - rows.open[START, at_start] - axis.origin[resource]
    if at < 0 or (work > 0 and minute + work > axis.total[resource]):
        return
    end, cost = start, labels.paid[at] + rows.price[PRICE, mode]
    if work > 0:
        target = minute + work + axis.origin[resource]
        at_start = _interval_of(rows, at_start, target)
        end = rows.open[START, at_start] + target - rows.open[BEFORE, at_start]
        spent = price_before(axis, prices.minute, prices.edges, resource, minute + work)
        cost += amount * (spent - price_before(axis, prices.minute, prices.edges, resource, minute))
    _keep(labels, row, end, cost, minute if amount > 0 and work > 0 else np.int64(-1), labels.by[at])


@inner
def _parts(rows: Rows, labels: Labels, base: int, order: int, step: int, mode: int, origin: int) -> int:
    """Fill the first staircase: from when on and for what price all parts of a movable step are at a mode."""
    first, last = rows.step[PREDS, step], rows.step[PREDS, step + 1]
    if first == last:
        release = rows.order[RELEASE, order]
        labels.time[0], labels.paid[0] = release, 0.0
        labels.by[0] = (release - origin) // labels.cell[0]
        return 1
    count = _arrive(rows, labels, base, rows.pred[first], mode, origin, labels.time, labels.paid, labels.by)
    for at in range(first + 1, last):
        more = _arrive(
            rows, labels, base, rows.pred[at], mode, origin, labels.other_time, labels.other_paid, labels.other_by
        )
        count = _join(labels, count, more)
    return count


@inner
def _look_ahead(rows: Rows, axis: Axis, prices: Prices, rest: Rest, labels: Labels, order: int, limit: float) -> None:
    """Fill what every mode of an order costs at least, its time included, and what all else then costs.

    Time is priced at the least over the window in which the mode can be used at all: not before all before it could
    be done at the earliest, not so late that lateness alone brings the order above the limit.
    """
    first, last = rows.order[STEPS, order], rows.order[STEPS, order + 1]
    base = rows.step[MODES, first]
    if rest.is_tree[order] == 0:
        labels.ahead[: rows.step[MODES, last] - base] = 0.0
        return
    for step in range(first, last):
        is_fact = rows.step[FACT, step] >= 0
        for mode in range(rows.step[MODES, step], rows.step[MODES, step + 1]):
            row = mode - base
            labels.price[row] = rows.price[PRICE, mode]
            slack = limit - rest.so_far[mode] - rest.ahead[mode]
            if rest.mode_end[mode] >= NEVER or math.isinf(rest.ahead[mode]) or slack <= 0:
                labels.price[row] = math.inf
            elif not is_fact and not math.isinf(limit):
                labels.price[row] += _least_time(rows, axis, prices, rest, order, step, mode, slack)
    here = rows.step[MODES, last] - base
    rest_of_order(rows, order, labels.price[:here], labels.so_far[:here], labels.ahead[:here])
    for row in range(here):
        if labels.so_far[row] + labels.ahead[row] >= limit:
            labels.ahead[row] = math.inf


@inner
def _least_time(
    rows: Rows, axis: Axis, prices: Prices, rest: Rest, order: int, step: int, mode: int, slack: float
) -> float:
    """Return the least that the time of a mode can cost when no more than `slack` may be lost to lateness."""
    resource, work = rows.mode[RESOURCE, mode], rows.mode[WORK, mode]
    amount = quantity(rows, step, resource)
    if amount <= 0 or work <= 0:
        return 0.0
    base, high = rows.resource[LOW, resource], rows.resource[HIGH, resource]
    end = work_before(rows.open, base, high, rest.mode_end[mode])
    low = end - axis.origin[resource] - work
    latest = rows.goal[0]
    if rows.late[order] > 0 and rest.tail[mode] > -NEVER // 2:
        latest = min(latest, rows.order[DUE, order] - rest.tail[mode] + int(slack / rows.late[order]) + 1)
    end = work_before(rows.open, base, high, latest)
    top = end - axis.origin[resource] - work
    quiet = prices.quiet[resource]
    if top >= quiet:
        return 0.0
    width, first = axis.width[resource], axis.first[resource]
    buckets = axis.first[resource + 1] - first
    spent = price_before(axis, prices.minute, prices.edges, resource, low + work)
    spent -= price_before(axis, prices.minute, prices.edges, resource, low)
    least_spent = spent
    here, there = low // width, (low + work) // width
    while low < top:
        slope = prices.minute[first + there] if there < buckets else 0.0
        slope -= prices.minute[first + here]
        edge = min(min((here + 1) * width, (there + 1) * width - work), top)
        spent += slope * (edge - low)
        least_spent = min(least_spent, spent)
        low = edge
        if low >= (here + 1) * width:
            here += 1
        if low + work >= (there + 1) * width:
            there += 1
    return amount * max(0.0, least_spent - 1e-9)


@inner
def spread(rows: Rows, axis: Axis, prices: Prices, rest: Rest, labels: Labels, order: int, limit: float) -> None:
    """Fill the labels of every mode of an order, step by step."""
    first, last = rows.order[STEPS, order], rows.order[STEPS, order + 1]
    base = rows.step[MODES, first]
    origin = origin_of(rows, order)
    _look_ahead(rows, axis, prices, rest, labels, order, limit)
    for step in range(first, last):
        site, count = np.int64(-1), 0
        for mode in range(rows.step[MODES, step], rows.step[MODES, step + 1]):
            row = mode - base
            labels.filled[row] = 0
            if rows.step[FACT, step] >= 0:
                cost = rows.price[PRICE, mode]
                for at in range(rows.step[PREDS, step], rows.step[PREDS, step + 1]):
                    cost += _arrive_at_fact(rows, labels, base, rows.pred[at], step, mode)
                if not math.isinf(cost):
                    _keep(labels, row, rows.step[FACT_END, step], cost, np.int64(-1), np.int64(0))
                continue
            if math.isinf(labels.ahead[row]):
                continue
            here = rows.mode[SITE, mode]
            tail = rest.tail[mode] if rest.is_tree[order] else -NEVER
            if here != site:
                # Machines of one site get their parts alike.
                site, count = here, _parts(rows, labels, base, order, step, mode, origin)
            _sweep(rows, axis, prices, labels, order, step, mode, row, count, tail, limit)


@inner
def _at_customer(rows: Rows, labels: Labels, base: int, step: int, origin: int) -> int:
    """Fill the second staircase with the arrivals of a last step."""
    low, high = len(labels.at_time), -1
    for mode in range(rows.step[MODES, step], rows.step[MODES, step + 1]):
        if rows.mode[SHIP, mode] < 0:
            continue
        start = (mode - base) * labels.cell[1]
        for at in range(start, start + labels.filled[mode - base]):
            arrival, cost = labels.end[at] + rows.mode[SHIP, mode], labels.cost[at] + rows.price[SHIP_PRICE, mode]
            cell = _drop(labels, arrival, cost, origin)
            low, high = min(low, cell), max(high, cell)
    return _stairs(labels, low, high, labels.other_time, labels.other_paid, labels.other_by)


@inner
def least(rows: Rows, labels: Labels, order: int) -> tuple[float, int, int]:
    """Return the least value over the labels of an order, its lateness, and the cell by which all has arrived."""
    first, last = rows.order[STEPS, order], rows.order[STEPS, order + 1]
    base, origin = rows.step[MODES, first], origin_of(rows, order)
    due, late_price = rows.order[DUE, order], rows.late[order]
    sinks, sink = 0, first
    for step in range(first, last):
        if rows.step[SUCCS, step] == rows.step[SUCCS, step + 1]:
            sinks, sink = sinks + 1, step
    best, late, by = math.inf, 0, -1
    if sinks == 1:
        # One last step: real minutes to the end.
        for mode in range(rows.step[MODES, sink], rows.step[MODES, sink + 1]):
            if rows.mode[SHIP, mode] < 0:
                continue
            start = (mode - base) * labels.cell[1]
            for at in range(start, start + labels.filled[mode - base]):
                behind = max(0, labels.end[at] + rows.mode[SHIP, mode] - due)
                found = labels.cost[at] + rows.price[SHIP_PRICE, mode] + late_price * behind
                if found < best:
                    best, late, by = found, behind, at
        return best, late, by
    count = 0
    is_first = True
    for step in range(first, last):
        if rows.step[SUCCS, step] != rows.step[SUCCS, step + 1]:
            continue
        more = _at_customer(rows, labels, base, step, origin)
        if is_first:
            for at in range(more):
                labels.time[at], labels.paid[at] = labels.other_time[at], labels.other_paid[at]
                labels.by[at] = labels.other_by[at]
            count, is_first = more, False
        else:
            count = _join(labels, count, more)
    for at in range(count):
        behind = max(0, labels.time[at] - due)
        if labels.paid[at] + late_price * behind < best:
            best, late, by = labels.paid[at] + late_price * behind, behind, labels.by[at]
    return best, late, by
