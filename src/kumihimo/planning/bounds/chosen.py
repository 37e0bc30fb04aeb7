"""Which labels the least value of an order consists of, traced back from its end."""

from __future__ import annotations

import math

from kumihimo.planning.arrays import Arrays, Floats, Ints
from kumihimo.planning.bounds.alone import leg_minutes, leg_price
from kumihimo.planning.bounds.order_labels import Labels, origin_of
from kumihimo.planning.compiled import compiled


@compiled
def chosen(arrays: Arrays, labels: Labels, order: int, by: int, label: Ints, share: Floats) -> None:
    """Trace what the least value of an order consists of.

    Parameters
    ----------
    by
        As returned by `least`.
    label
        Out: label per step of the order (row x most + number, -1: none), shape (steps of the order or more,).
    share
        Out: how much of it counts: 1 in a tree; with several successors the copies differ, and the one that weighs
        most stands for all (it steers prices only, it is no part of a proof).
    """
    first, last = arrays.step_first[order], arrays.step_first[order + 1]
    base, origin = arrays.mode_first[first], origin_of(arrays, order)
    sinks = 0
    for step in range(first, last):
        label[step - first], share[step - first] = -1, 0.0
        if arrays.succ_first[step] == arrays.succ_first[step + 1]:
            sinks += 1
    for step in range(last - 1, first - 1, -1):
        at = step - first
        if arrays.succ_first[step] == arrays.succ_first[step + 1]:
            share[at] = 1.0
            label[at] = by if sinks == 1 else _cheapest_sink(arrays, labels, base, step, origin, by)
        if label[at] < 0:
            continue
        mode = base + label[at] // labels.cell[1]
        for arc in range(arrays.pred_first[step], arrays.pred_first[step + 1]):
            pred = arrays.pred[arc]
            if label[pred - first] < 0:
                label[pred - first] = _cheapest_part(arrays, labels, base, pred, step, mode, label[at], origin)
                share[pred - first] = 1.0


@compiled
def _cheapest_sink(arrays: Arrays, labels: Labels, base: int, step: int, origin: int, by: int) -> int:
    best, found = math.inf, -1
    for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
        if arrays.ship_minutes[mode] < 0:
            continue
        start = (mode - base) * labels.cell[1]
        for at in range(start, start + labels.filled[mode - base]):
            arrival = labels.end[at] + arrays.ship_minutes[mode]
            cell = min(max(arrival - origin, 0) // labels.cell[0], len(labels.at_time) - 1)
            if cell <= by and labels.cost[at] + arrays.ship_price[mode] < best:
                best, found = labels.cost[at] + arrays.ship_price[mode], at
    return found


@compiled
def _cheapest_part(
    arrays: Arrays, labels: Labels, base: int, pred: int, step: int, mode: int, label: int, origin: int
) -> int:
    is_fact = arrays.fact_mode[step] >= 0
    both = is_fact and arrays.fact_mode[pred] >= 0
    best, found = math.inf, -1
    for before in range(arrays.mode_first[pred], arrays.mode_first[pred + 1]):
        minutes = leg_minutes(arrays, before, mode, both)
        if minutes < 0:
            continue
        price = leg_price(arrays, before, mode)
        start = (before - base) * labels.cell[1]
        for at in range(start, start + labels.filled[before - base]):
            arrival = labels.end[at] + minutes
            cell = min(max(arrival - origin, 0) // labels.cell[0], len(labels.at_time) - 1)
            in_time = both or arrival <= arrays.fact_start[step] if is_fact else cell <= labels.ready[label]
            if in_time and labels.cost[at] + price < best:
                best, found = labels.cost[at] + price, at
    return found
