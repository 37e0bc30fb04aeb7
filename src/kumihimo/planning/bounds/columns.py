"""What the orders chose so far, and the prices that are best against these choices alone.

Every exact round over the orders leaves one choice (a column) per order. Against a handful of columns per order the
Lagrangian is evaluated in a millisecond, so prices are improved on that model within a box around the best prices
known, and only the outcome is put to the exact search (boxstep: Marsten, Hogan, Blankenship 1975; the model is the
disaggregated cutting-plane model of the dual). The model steers; the proof is the exact round alone.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import Arrays, Floats, Ints
from kumihimo.planning.bounds.order_labels import Prices
from kumihimo.planning.bounds.priced_time import Axis, accumulate, price_before, quantity, take
from kumihimo.planning.bounds.round import Solution
from kumihimo.planning.compiled import compiled


class Columns(NamedTuple):
    """Choices per order, the newest over the oldest.

    Attributes
    ----------
    mode, start, share
        As in `Solution`, shape (s, k).
    plain
        Price without time, infinite where the slot is empty, shape (n, k).
    used
        How often the column was the best of its order lately, shape (n, k).
    """

    mode: Ints
    start: Ints
    share: Floats
    plain: Floats
    used: Ints


def make_columns(arrays: Arrays, count: int) -> Columns:
    """Return room for `count` choices per order."""
    steps, orders = len(arrays.step_order), len(arrays.order_release)
    return Columns(
        np.full((steps, count), -1, np.int64),
        np.full((steps, count), -1, np.int64),
        np.zeros((steps, count), np.float64),
        np.full((orders, count), math.inf, np.float64),
        np.zeros((orders, count), np.int64),
    )


@compiled
def remember(arrays: Arrays, columns: Columns, solution: Solution, orders: Ints) -> None:
    """Keep the newest choice of every order, unless it is known; the least used slot gives way."""
    for order in orders:
        first, last = arrays.step_first[order], arrays.step_first[order + 1]
        known = False
        slot = 0
        for at in range(columns.plain.shape[1]):
            if columns.used[order, at] < columns.used[order, slot]:
                slot = at
            if columns.plain[order, at] == solution.plain[order]:
                same = True
                for step in range(first, last):
                    if columns.mode[step, at] != solution.mode[step] or columns.start[step, at] != solution.start[step]:
                        same = False
                        break
                known = known or same
        if known:
            continue
        columns.plain[order, slot] = solution.plain[order]
        columns.used[order, slot] = 1 + columns.used[order].max() // 2
        for step in range(first, last):
            columns.mode[step, slot] = solution.mode[step]
            columns.start[step, slot] = solution.start[step]
            columns.share[step, slot] = solution.share[step]


@compiled
def _best_column(arrays: Arrays, axis: Axis, prices: Prices, columns: Columns, order: int) -> tuple[int, float]:
    best, found = math.inf, 0
    for at in range(columns.plain.shape[1]):
        value = columns.plain[order, at]
        if value >= best:
            continue
        for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
            mode, start = columns.mode[step, at], columns.start[step, at]
            if mode < 0 or start < 0:
                continue
            resource = arrays.mode_resource[mode]
            there = price_before(axis, prices.minute, prices.edges, resource, start + arrays.mode_duration[mode])
            there -= price_before(axis, prices.minute, prices.edges, resource, start)
            value += there * columns.share[step, at] * quantity(arrays, step, resource)
            if value >= best:
                break
        if value < best:
            best, found = value, at
    return found, best


@compiled
def recall(arrays: Arrays, axis: Axis, prices: Prices, columns: Columns, solution: Solution, orders: Ints) -> None:
    """Set the solution to the best known choice of every order at the prices of now."""
    for order in orders:
        at, value = _best_column(arrays, axis, prices, columns, order)
        if math.isinf(value):
            continue
        solution.plain[order] = columns.plain[order, at]
        for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
            solution.mode[step], solution.start[step] = columns.mode[step, at], columns.start[step, at]
            solution.share[step] = columns.share[step, at]


@compiled
def climb(
    arrays: Arrays,
    axis: Axis,
    prices: Prices,
    columns: Columns,
    orders: Ints,
    centre: Floats,
    box: Floats,
    rounds: int,
    used: Floats,
    mean: Floats,
) -> float:
    """Improve prices on the columns within `box` around `centre`; leaves them in `prices.minute`.

    Steps are relative overloads of the buckets times the box, shrinking; the result is the mean of the later half of
    the iterates (the iterates themselves jump between columns). Returns the value of the model at the result.
    """
    mean[:] = 0.0
    half = rounds // 2
    value = 0.0
    for at in range(rounds + 1):
        if at == rounds:
            for bucket in range(len(centre)):
                prices.minute[bucket] = mean[bucket] / (rounds - half)
        accumulate(axis, prices.minute, prices.edges, prices.quiet)
        used[:] = 0.0
        value = 0.0
        for order in orders:
            slot, found = _best_column(arrays, axis, prices, columns, order)
            if math.isinf(found):
                continue
            value += found
            columns.used[order, slot] += 1
            for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
                mode, start = columns.mode[step, slot], columns.start[step, slot]
                if mode >= 0 and start >= 0:
                    resource = arrays.mode_resource[mode]
                    amount = quantity(arrays, step, resource) * columns.share[step, slot]
                    take(axis, used, resource, start, arrays.mode_duration[mode], amount)
        for bucket in range(len(centre)):
            value -= prices.minute[bucket] * axis.room[bucket]
        if at == rounds:
            break
        pace = 0.5 / (1.0 + 8.0 * at / rounds)
        for resource in range(len(axis.total)):
            for bucket in range(axis.first[resource], axis.first[resource + 1]):
                price, room = prices.minute[bucket], axis.room[bucket]
                if price > 0 or used[bucket] > room:
                    over = (used[bucket] - room) / max(room, 0.25 * axis.width[resource])
                    size = box[resource]
                    price += pace * size * max(-1.0, min(1.0, over))
                    price = max(max(0.0, centre[bucket] - size), min(centre[bucket] + size, price))
                    prices.minute[bucket] = price
                if at >= half:
                    mean[bucket] += prices.minute[bucket]
    for order in orders:
        for at in range(columns.used.shape[1]):
            columns.used[order, at] = columns.used[order, at] * 3 // 4
    return value
