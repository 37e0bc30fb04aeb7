"""What the rest of an order costs and takes at least after each mode, free of clocks."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import NEVER, Arrays, Floats, Ints
from kumihimo.planning.bounds.alone import leg_minutes, leg_price
from kumihimo.planning.compiled import compiled


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


def make_rest(arrays: Arrays, mode_end: Ints) -> Rest:
    """Return the bounds of all orders without prices of time."""
    modes, orders = len(arrays.mode_resource), len(arrays.order_release)
    rest = Rest(
        np.zeros(modes, np.float64),
        np.zeros(modes, np.float64),
        np.zeros(modes, np.int64),
        np.zeros(orders, np.int64),
        mode_end,
    )
    _fill(arrays, rest)
    return rest


@compiled
def _fill(arrays: Arrays, rest: Rest) -> None:
    for order in range(len(rest.is_tree)):
        first, last = arrays.step_first[order], arrays.step_first[order + 1]
        rest.is_tree[order] = 1
        for step in range(first, last):
            if arrays.succ_first[step + 1] - arrays.succ_first[step] > 1:
                rest.is_tree[order] = 0
        if rest.is_tree[order] == 1:
            low, high = arrays.mode_first[first], arrays.mode_first[last]
            rest_of_order(arrays, order, arrays.mode_price[low:high], rest.so_far[low:high], rest.ahead[low:high])
            for step in range(last - 1, first - 1, -1):
                _tail_of_step(arrays, rest.tail, step)


@compiled
def rest_of_order(arrays: Arrays, order: int, price: Floats, so_far: Floats, ahead: Floats) -> None:
    """Fill the least price before and after every mode of a tree, given a price per mode of the order.

    All three arrays have one entry per mode of the order. Infinite: the mode leads nowhere.
    """
    first, last = arrays.step_first[order], arrays.step_first[order + 1]
    base = arrays.mode_first[first]
    ends = 0.0
    for step in range(first, last):
        cheapest = math.inf
        for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
            cost = price[mode - base]
            for at in range(arrays.pred_first[step], arrays.pred_first[step + 1]):
                if not math.isinf(cost):
                    cost += _cheapest_before(arrays, so_far, base, arrays.pred[at], step, mode)
            so_far[mode - base] = cost
            if arrays.ship_minutes[mode] >= 0:
                cheapest = min(cheapest, cost + arrays.ship_price[mode])
        if arrays.succ_first[step] == arrays.succ_first[step + 1]:
            ends += cheapest
    for step in range(last - 1, first - 1, -1):
        for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
            ahead[mode - base] = math.inf
        if arrays.succ_first[step] == arrays.succ_first[step + 1]:
            _ahead_of_sink(arrays, so_far, ahead, base, step, ends)
        else:
            _ahead_of_step(arrays, price, so_far, ahead, base, step)


@compiled
def _cheapest_before(arrays: Arrays, so_far: Floats, base: int, pred: int, step: int, mode: int) -> float:
    both = arrays.fact_mode[step] >= 0 and arrays.fact_mode[pred] >= 0
    best = math.inf
    for before in range(arrays.mode_first[pred], arrays.mode_first[pred + 1]):
        if so_far[before - base] < best and leg_minutes(arrays, before, mode, both) >= 0:
            best = min(best, so_far[before - base] + leg_price(arrays, before, mode))
    return best


@compiled
def _ahead_of_sink(arrays: Arrays, so_far: Floats, ahead: Floats, base: int, step: int, ends: float) -> None:
    """What else the order costs when a last step is done: the way to the customer and all other last steps."""
    cheapest = math.inf
    for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
        if arrays.ship_minutes[mode] >= 0:
            cheapest = min(cheapest, so_far[mode - base] + arrays.ship_price[mode])
    for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
        if arrays.ship_minutes[mode] >= 0 and not math.isinf(ends):
            ahead[mode - base] = ends - cheapest + arrays.ship_price[mode]


@compiled
def _ahead_of_step(arrays: Arrays, price: Floats, so_far: Floats, ahead: Floats, base: int, step: int) -> None:
    succ = arrays.succ[arrays.succ_first[step]]
    both = arrays.fact_mode[succ] >= 0 and arrays.fact_mode[step] >= 0
    for after in range(arrays.mode_first[succ], arrays.mode_first[succ + 1]):
        cost = price[after - base] + ahead[after - base]
        if math.isinf(cost):
            continue
        for at in range(arrays.pred_first[succ], arrays.pred_first[succ + 1]):
            if arrays.pred[at] != step:
                cost += _cheapest_before(arrays, so_far, base, arrays.pred[at], succ, after)
        for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
            if not math.isinf(so_far[mode - base]) and leg_minutes(arrays, mode, after, both) >= 0:
                ahead[mode - base] = min(ahead[mode - base], cost + leg_price(arrays, mode, after))


@compiled
def _tail_of_step(arrays: Arrays, tail: Ints, step: int) -> None:
    is_last = arrays.succ_first[step] == arrays.succ_first[step + 1]
    for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
        tail[mode] = max(0, arrays.ship_minutes[mode]) if is_last else NEVER
    if is_last:
        return
    succ = arrays.succ[arrays.succ_first[step]]
    for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
        if arrays.fact_mode[succ] >= 0:
            # The end of a fact is what it is; what stands before it says nothing of the completion.
            tail[mode] = -NEVER
            continue
        for after in range(arrays.mode_first[succ], arrays.mode_first[succ + 1]):
            minutes = leg_minutes(arrays, mode, after, False)
            if minutes >= 0 and tail[after] < NEVER:
                tail[mode] = max(-NEVER, min(tail[mode], minutes + arrays.mode_duration[after] + tail[after]))
