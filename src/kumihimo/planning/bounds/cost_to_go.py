"""What the rest of an order costs and takes at least after each mode, free of clocks."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import NEVER, Floats, Ints
from kumihimo.planning.bounds.legs import leg_minutes, leg_price
from kumihimo.planning.bounds.rows import FACT, MODES, PREDS, PRICE, SHIP, SHIP_PRICE, STEPS, SUCCS, WORK, Rows
from kumihimo.planning.compiled import compiled, inner


class Rest(NamedTuple):
    """Lower bounds by mode that let a search drop what leads nowhere.

    Attributes
    ----------
    so_far, ahead
        Per mode the least price of it and all before it, and the least price of all else in its order.
    tail
        Per mode the least minutes from its end to the completion of the order.
    is_tree
        1 per order in which no step has several successors; only for those the others are filled.
    mode_end
        Earliest end per mode (see `alone`).
    """

    so_far: Floats
    ahead: Floats
    tail: Ints
    is_tree: Ints
    mode_end: Ints


def make_rest(rows: Rows, mode_end: Ints) -> Rest:
    """Return the bounds of all orders without prices of time."""
    modes, orders = rows.mode.shape[1], len(rows.late)
    rest = Rest(
        np.zeros(modes, np.float64),
        np.zeros(modes, np.float64),
        np.zeros(modes, np.int64),
        np.zeros(orders, np.int64),
        mode_end,
    )
    _fill(rows, rest)
    return rest


@compiled
def _fill(rows: Rows, rest: Rest) -> None:
    for order in range(len(rest.is_tree)):
        first, last = rows.order[STEPS, order], rows.order[STEPS, order + 1]
        rest.is_tree[order] = 1
        for step in range(first, last):
            if rows.step[SUCCS, step + 1] - rows.step[SUCCS, step] > 1:
                rest.is_tree[order] = 0
        if rest.is_tree[order] == 1:
            low, high = rows.step[MODES, first], rows.step[MODES, last]
            rest_of_order(rows, order, rows.price[PRICE, low:high], rest.so_far[low:high], rest.ahead[low:high])
            for step in range(last - 1, first - 1, -1):
                _tail_of_step(rows, rest.tail, step)


@inner
def rest_of_order(rows: Rows, order: int, price: Floats, so_far: Floats, ahead: Floats) -> None:
    """Fill the least price before and after every mode of a tree, given a price per mode of the order.

    All three arrays have one entry per mode of the order. Infinite: the mode leads nowhere.
    """
    first, last = rows.order[STEPS, order], rows.order[STEPS, order + 1]
    base = rows.step[MODES, first]
    ends = 0.0
    for step in range(first, last):
        cheapest = math.inf
        for mode in range(rows.step[MODES, step], rows.step[MODES, step + 1]):
            cost = price[mode - base]
            for at in range(rows.step[PREDS, step], rows.step[PREDS, step + 1]):
                if not math.isinf(cost):
                    cost += _cheapest_before(rows, so_far, base, rows.pred[at], step, mode)
            so_far[mode - base] = cost
            if rows.mode[SHIP, mode] >= 0:
                cheapest = min(cheapest, cost + rows.price[SHIP_PRICE, mode])
        if rows.step[SUCCS, step] == rows.step[SUCCS, step + 1]:
            ends += cheapest
    for step in range(last - 1, first - 1, -1):
        for mode in range(rows.step[MODES, step], rows.step[MODES, step + 1]):
            ahead[mode - base] = math.inf
        if rows.step[SUCCS, step] == rows.step[SUCCS, step + 1]:
            _ahead_of_sink(rows, so_far, ahead, base, step, ends)
        else:
            _ahead_of_step(rows, price, so_far, ahead, base, step)


@inner
def _cheapest_before(rows: Rows, so_far: Floats, base: int, pred: int, step: int, mode: int) -> float:
    both = rows.step[FACT, step] >= 0 and rows.step[FACT, pred] >= 0
    best = math.inf
    for before in range(rows.step[MODES, pred], rows.step[MODES, pred + 1]):
        if so_far[before - base] < best and leg_minutes(rows, before, mode, both) >= 0:
            best = min(best, so_far[before - base] + leg_price(rows, before, mode))
    return best


@inner
def _ahead_of_sink(rows: Rows, so_far: Floats, ahead: Floats, base: int, step: int, ends: float) -> None:
    """What else the order costs when a last step is done: the way to the customer and all other last steps."""
    cheapest = math.inf
    for mode in range(rows.step[MODES, step], rows.step[MODES, step + 1]):
        if rows.mode[SHIP, mode] >= 0:
            cheapest = min(cheapest, so_far[mode - base] + rows.price[SHIP_PRICE, mode])
    for mode in range(rows.step[MODES, step], rows.step[MODES, step + 1]):
        if rows.mode[SHIP, mode] >= 0 and not math.isinf(ends):
            ahead[mode - base] = ends - cheapest + rows.price[SHIP_PRICE, mode]


@inner
def _ahead_of_step(rows: Rows, price: Floats, so_far: Floats, ahead: Floats, base: int, step: int) -> None:
    succ = rows.succ[rows.step[SUCCS, step]]
    both = rows.step[FACT, succ] >= 0 and rows.step[FACT, step] >= 0
    for after in range(rows.step[MODES, succ], rows.step[MODES, succ + 1]):
        cost = price[after - base] + ahead[after - base]
        if math.isinf(cost):
            continue
        for at in range(rows.step[PREDS, succ], rows.step[PREDS, succ + 1]):
            if rows.pred[at] != step:
                cost += _cheapest_before(rows, so_far, base, rows.pred[at], succ, after)
        for mode in range(rows.step[MODES, step], rows.step[MODES, step + 1]):
            if not math.isinf(so_far[mode - base]) and leg_minutes(rows, mode, after, both) >= 0:
                ahead[mode - base] = min(ahead[mode - base], cost + leg_price(rows, mode, after))


@inner
def _tail_of_step(rows: Rows, tail: Ints, step: int) -> None:
    is_last = rows.step[SUCCS, step] == rows.step[SUCCS, step + 1]
    for mode in range(rows.step[MODES, step], rows.step[MODES, step + 1]):
        tail[mode] = max(0, rows.mode[SHIP, mode]) if is_last else NEVER
    if is_last:
        return
    succ = rows.succ[rows.step[SUCCS, step]]
    for mode in range(rows.step[MODES, step], rows.step[MODES, step + 1]):
        if rows.step[FACT, succ] >= 0:
            # The end of a fact is what it is; what stands before it says nothing of the completion.
            tail[mode] = -NEVER
            continue
        for after in range(rows.step[MODES, succ], rows.step[MODES, succ + 1]):
            minutes = leg_minutes(rows, mode, after, False)
            if minutes >= 0 and tail[after] < NEVER:
                tail[mode] = max(-NEVER, min(tail[mode], minutes + rows.mode[WORK, after] + tail[after]))
