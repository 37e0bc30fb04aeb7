"""Which labels the least value of an order consists of, traced back from its end."""

from __future__ import annotations

import math

from kumihimo.planning.arrays import Floats, Ints
from kumihimo.planning.bounds.legs import leg_minutes, leg_price
from kumihimo.planning.bounds.order_labels import Labels, origin_of
from kumihimo.planning.bounds.rows import FACT, FACT_START, MODES, PREDS, SHIP, SHIP_PRICE, STEPS, SUCCS, Rows
from kumihimo.planning.compiled import inner


@inner
def chosen(rows: Rows, labels: Labels, order: int, by: int, label: Ints, share: Floats) -> None:
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
    first, last = rows.order[STEPS, order], rows.order[STEPS, order + 1]
    base, origin = rows.step[MODES, first], origin_of(rows, order)
    sinks = 0
    for step in range(first, last):
        label[step - first], share[step - first] = -1, 0.0
        if rows.step[SUCCS, step] == rows.step[SUCCS, step + 1]:
            sinks += 1
    for step in range(last - 1, first - 1, -1):
        at = step - first
        if rows.step[SUCCS, step] == rows.step[SUCCS, step + 1]:
            share[at] = 1.0
            label[at] = by if sinks == 1 else _cheapest_sink(rows, labels, base, step, origin, by)
        if label[at] < 0:
            continue
        mode = base + label[at] // labels.cell[1]
        for arc in range(rows.step[PREDS, step], rows.step[PREDS, step + 1]):
            pred = rows.pred[arc]
            if label[pred - first] < 0:
                label[pred - first] = _cheapest_part(rows, labels, base, pred, step, mode, label[at], origin)
                share[pred - first] = 1.0


@inner
def _cheapest_sink(rows: Rows, labels: Labels, base: int, step: int, origin: int, by: int) -> int:
    best, found = math.inf, -1
    for mode in range(rows.step[MODES, step], rows.step[MODES, step + 1]):
        if rows.mode[SHIP, mode] < 0:
            continue
        start = (mode - base) * labels.cell[1]
        for at in range(start, start + labels.filled[mode - base]):
            arrival = labels.end[at] + rows.mode[SHIP, mode]
            cell = min(max(arrival - origin, 0) // labels.cell[0], len(labels.at_time) - 1)
            if cell <= by and labels.cost[at] + rows.price[SHIP_PRICE, mode] < best:
                best, found = labels.cost[at] + rows.price[SHIP_PRICE, mode], at
    return found


@inner
def _cheapest_part(
    rows: Rows, labels: Labels, base: int, pred: int, step: int, mode: int, label: int, origin: int
) -> int:
    is_fact = rows.step[FACT, step] >= 0
    both = is_fact and rows.step[FACT, pred] >= 0
    best, found = math.inf, -1
    for before in range(rows.step[MODES, pred], rows.step[MODES, pred + 1]):
        minutes = leg_minutes(rows, before, mode, both)
        if minutes < 0:
            continue
        price = leg_price(rows, before, mode)
        start = (before - base) * labels.cell[1]
        for at in range(start, start + labels.filled[before - base]):
            arrival = labels.end[at] + minutes
            cell = min(max(arrival - origin, 0) // labels.cell[0], len(labels.at_time) - 1)
            in_time = both or arrival <= rows.step[FACT_START, step] if is_fact else cell <= labels.ready[label]
            if in_time and labels.cost[at] + price < best:
                best, found = labels.cost[at] + price, at
    return found
