"""The search for good prices: coarse buckets first, then finer, each from the prices of the last."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kumihimo.planning.arrays import Arrays, Floats, Ints
from kumihimo.planning.bounds.alone import Alone
from kumihimo.planning.bounds.columns import climb, make_columns, recall, remember
from kumihimo.planning.bounds.cost_to_go import make_rest
from kumihimo.planning.bounds.order_labels import Prices, make_labels
from kumihimo.planning.bounds.priced_time import accumulate, make_axis
from kumihimo.planning.bounds.round import Solution, solve
from kumihimo.planning.compiled import compiled

_COLUMNS = 20
_CLIMB_WORK, _LEAST_CLIMB, _MOST_CLIMB = 200_000, 160, 1_200
"""Rounds of a climb: so much over the number of orders, within limits. They are cheap beside an exact round."""
_LEVELS = 2
_MOST_LABELS = 256
_SMALLEST_BOX = 1e-3
"""Of the scale of prices; below it a level is done."""


class Ascent:
    """One search; `round` after `round` proves values.

    Parameters
    ----------
    arrays, basis
        The problem and its orders alone.
    orders
        Indices of the orders to be planned.

    Attributes
    ----------
    best
        The best value proven so far on this level of buckets.
    is_settled
        Whether prices of this level have come to rest.
    """

    def __init__(self, arrays: Arrays, basis: Alone, orders: Ints) -> None:
        self.arrays, self.orders = arrays, orders
        count, steps = len(arrays.order_release), len(arrays.step_order)
        used = np.isin(arrays.step_order, orders)
        self._rest = make_rest(arrays, basis.mode_end)
        self._columns = make_columns(arrays, _COLUMNS)
        self._solution = Solution(
            np.zeros(count, np.float64),
            np.full(count, -1.0, np.float64),
            np.full(steps, -1, np.int64),
            np.full(steps, -1, np.int64),
            np.zeros(steps, np.float64),
        )
        widest = int((arrays.step_first[1:] - arrays.step_first[:-1]).max())
        self._climb = int(np.clip(_CLIMB_WORK // max(1, len(orders)), _LEAST_CLIMB, _MOST_CLIMB))
        self._label, self._share = np.zeros(widest, np.int64), np.zeros(widest, np.float64)
        mode_step = np.repeat(np.arange(steps), np.diff(arrays.mode_first))
        counted = used[mode_step] & (arrays.mode_duration > 0)
        work, price = arrays.mode_duration[counted], arrays.mode_price[counted]
        finest = int(np.clip(work.mean() / 4, 1, 60)) if len(work) else 60
        self._level = _LEVELS - 1
        self._finest = finest
        rate = float((price / work).mean()) if len(work) else 1.0
        late = arrays.late_price[orders]
        late = late[late > 0]
        self._scale = max(rate, 0.1 * float(late.mean()) if len(late) else 0.0, 1e-6)
        self._box = 0.05 * self._scale
        self._axis = make_axis(arrays, self._finest * 2**self._level)
        self._open_level(np.zeros(len(self._axis.room), np.float64))

    def _open_level(self, centre: Floats) -> None:
        arrays = self.arrays
        width = self._finest * 2**self._level
        self._centre = centre
        resources = len(arrays.resource_site)
        self._prices = Prices(
            np.zeros(len(centre), np.float64),
            np.zeros(len(centre) + resources, np.float64),
            np.zeros(resources, np.int64),
        )
        self._labels = make_labels(arrays, max(1, min(60, width // 2)), _MOST_LABELS)
        self._used, self._mean = np.zeros(len(centre), np.float64), np.zeros(len(centre), np.float64)
        self.best = -np.inf
        self.is_settled = False

    def refine(self) -> bool:
        """Go on with buckets half as wide; return whether there are any."""
        if self._level == 0:
            return False
        self._level -= 1
        self._box = max(self._box, 0.003 * self._scale)
        before, axis = self._axis, make_axis(self.arrays, self._finest * 2**self._level)
        centre = np.zeros(len(axis.room), np.float64)
        _finer(before.first, before.width, self._centre, axis.first, axis.width, centre)
        self._axis = axis
        self._open_level(centre)
        return True

    def round(self, stopped: Callable[[], bool], chunk: int) -> float | None:
        """Search for better prices and return the value they prove; None when stopped before it was proven."""
        arrays, axis, prices = self.arrays, self._axis, self._prices
        prices.minute[:] = self._centre
        model = np.inf
        if np.isfinite(self.best):
            while True:
                prices.minute[:] = self._centre
                box = np.full(len(axis.total), self._box, np.float64)
                model = climb(
                    arrays,
                    axis,
                    prices,
                    self._columns,
                    self.orders,
                    self._centre,
                    box,
                    self._climb,
                    self._used,
                    self._mean,
                )
                if model > self.best or self._box < _SMALLEST_BOX * self._scale or stopped():
                    break
                self._box *= 0.4
        accumulate(axis, prices.minute, prices.edges, prices.quiet)
        recall(arrays, axis, prices, self._columns, self._solution, self.orders)
        for at in range(0, len(self.orders), chunk):
            if stopped():
                return None
            part = self.orders[at : at + chunk]
            solve(arrays, axis, prices, self._rest, self._labels, self._solution, part, self._label, self._share)
        remember(arrays, self._columns, self._solution, self.orders)
        value = float(self._solution.value[self.orders].sum() - prices.minute @ axis.room)
        if np.isfinite(self.best):
            share = (value - self.best) / max(model - self.best, 1e-9)
            if share > 0.35:
                self._box *= 1.5
            elif share < 0.0:
                self._box *= 0.4
            elif share < 0.2:
                self._box *= 0.7
            self.is_settled = self._box < _SMALLEST_BOX * self._scale
        if value > self.best:
            self.best = value
            self._centre = prices.minute.copy()
        return value


@compiled
def _finer(first: Ints, width: Ints, price: Floats, new_first: Ints, new_width: Ints, new_price: Floats) -> None:
    """Hand prices of buckets down to the narrower buckets inside them."""
    for resource in range(len(width)):
        for at in range(new_first[resource], new_first[resource + 1]):
            bucket = first[resource] + (at - new_first[resource]) * new_width[resource] // width[resource]
            if bucket < first[resource + 1]:
                new_price[at] = price[bucket]
