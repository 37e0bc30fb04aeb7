"""One exact round: every order chooses at the prices of now; what the choices cost and take."""

from __future__ import annotations

import math
from typing import NamedTuple

from kumihimo.planning.arrays import Floats, Ints
from kumihimo.planning.bounds.chosen import chosen
from kumihimo.planning.bounds.cost_to_go import Rest
from kumihimo.planning.bounds.order_labels import Labels, Prices, least, spread
from kumihimo.planning.bounds.priced_time import Axis, price_before, quantity, take
from kumihimo.planning.bounds.rows import MODES, RESOURCE, STEPS, WORK, Rows
from kumihimo.planning.compiled import compiled, inner


class Solution(NamedTuple):
    """What the orders chose last.

    Attributes
    ----------
    value, plain
        Per order: its least value, and that without the prices of time.
    mode, start, share
        Per step: mode (-1: none), start on the resource's axis (-1: takes nothing), how much of it counts.
    """

    value: Floats
    plain: Floats
    mode: Ints
    start: Ints
    share: Floats


@inner
def spent_on_time(rows: Rows, axis: Axis, prices: Prices, solution: Solution, order: int) -> float:
    """Return what the last choice of an order pays for time at the prices of now."""
    total = 0.0
    for step in range(rows.order[STEPS, order], rows.order[STEPS, order + 1]):
        mode, start = solution.mode[step], solution.start[step]
        if mode < 0 or start < 0:
            continue
        resource = rows.mode[RESOURCE, mode]
        there = price_before(axis, prices.minute, prices.edges, resource, start + rows.mode[WORK, mode])
        there -= price_before(axis, prices.minute, prices.edges, resource, start)
        total += there * solution.share[step] * quantity(rows, step, resource)
    return total


@compiled
def solve(
    rows: Rows,
    axis: Axis,
    prices: Prices,
    rest: Rest,
    labels: Labels,
    solution: Solution,
    orders: Ints,
    label: Ints,
    share: Floats,
) -> None:
    """Fill the solution for the given orders.

    A tree's last choice, priced anew, is an upper limit for the search: whatever is dropped is not below it, so the
    smaller of the two stays a lower bound of the order's true least value.
    """
    for order in orders:
        limit = math.inf
        if rest.is_tree[order] and solution.plain[order] >= 0:
            limit = solution.plain[order] + spent_on_time(rows, axis, prices, solution, order)
        spread(rows, axis, prices, rest, labels, order, limit)
        best, _, by = least(rows, labels, order)
        if not best < limit:
            solution.value[order] = 0.0 if math.isinf(limit) else limit
            continue
        solution.value[order] = best
        chosen(rows, labels, order, by, label, share)
        first = rows.order[STEPS, order]
        base = rows.step[MODES, first]
        for step in range(first, rows.order[STEPS, order + 1]):
            at = label[step - first]
            solution.mode[step], solution.start[step] = -1, -1
            solution.share[step] = share[step - first]
            if at >= 0:
                solution.mode[step] = base + at // labels.cell[1]
                solution.start[step] = labels.start[at]
        solution.plain[order] = best - spent_on_time(rows, axis, prices, solution, order)


@compiled
def used(rows: Rows, axis: Axis, solution: Solution, orders: Ints, minutes: Floats) -> None:
    """Fill what the last choices of the given orders take of every bucket."""
    minutes[:] = 0.0
    for order in orders:
        for step in range(rows.order[STEPS, order], rows.order[STEPS, order + 1]):
            mode, start = solution.mode[step], solution.start[step]
            if mode >= 0 and start >= 0:
                resource = rows.mode[RESOURCE, mode]
                amount = quantity(rows, step, resource) * solution.share[step]
                take(axis, minutes, resource, start, start + rows.mode[WORK, mode], amount)
