"""The search for good prices: a projected subgradient method with momentum, in cycles of shrinking steps.

An exact round (`round`) gives the value that prices prove and what the choices take of every bucket. Buckets in demand
get dearer, others cheaper, by their relative overload times a pace. The direction is the decaying mean of all
directions so far (deflection: Camerini, Fratta and Maffioli 1975; the volume algorithm of Barahona and Anbil 2000 rests
on the same mean), and within a cycle the pace falls to nothing, so that the prices come to rest. Every cycle starts
from the best prices known; longer cycles with narrower buckets follow shorter ones. Cycles do not depend on how many
rounds are allowed, so more rounds never prove less.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kumihimo.planning.arrays import Arrays, Ints
from kumihimo.planning.bounds.alone import Alone
from kumihimo.planning.bounds.cost_to_go import make_rest
from kumihimo.planning.bounds.order_labels import Prices, make_labels
from kumihimo.planning.bounds.priced_time import Axis, accumulate, make_axis
from kumihimo.planning.bounds.round import Solution, solve, used
from kumihimo.planning.bounds.rows import make_rows

_LENGTHS = 10, 20, 30, 40, 100, 200
"""Rounds of the first cycles; later ones are as long as the last."""
_COARSE = 4
"""So many cycles run on buckets twice as wide."""
_PACE = 0.02
"""The first step of a cycle, as a part of the scale of prices."""
_STRAIGHT = 0.8
"""Prices that went so straight through a cycle (way as the crow flies over way gone) had too small a pace."""
_CROOKED = 0.1
"""Prices that went so crookedly had too large a pace."""
_KEEP = 0.9
"""How much of the mean direction stays from one round to the next."""
_GAIN = 2e-5
"""A cycle that gains less than this part of the value was the last."""
_MOST_LABELS = 256


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
        The best value proven so far.
    is_settled
        Whether the last cycle gained next to nothing.
    """

    def __init__(self, arrays: Arrays, basis: Alone, orders: Ints) -> None:
        self.rows, self.orders = make_rows(arrays), orders
        count, steps = len(arrays.order_release), len(arrays.step_order)
        self._rest = make_rest(self.rows, basis.mode_end)
        self._solution = Solution(
            np.zeros(count, np.float64),
            np.full(count, -1.0, np.float64),
            np.full(steps, -1, np.int64),
            np.full(steps, -1, np.int64),
            np.zeros(steps, np.float64),
        )
        widest = int((arrays.step_first[1:] - arrays.step_first[:-1]).max())
        self._label, self._share = np.zeros(widest, np.int64), np.zeros(widest, np.float64)
        mode_step = np.repeat(np.arange(steps), np.diff(arrays.mode_first))
        counted = np.isin(arrays.step_order, orders)[mode_step] & (arrays.mode_duration > 0)
        work, price = arrays.mode_duration[counted], arrays.mode_price[counted]
        self._finest = int(np.clip(work.mean() / 4, 1, 60)) if len(work) else 60
        rate = float((price / work).mean()) if len(work) else 1.0
        late = arrays.late_price[orders]
        late = late[late > 0]
        self._pace = _PACE * max(rate, 0.1 * float(late.mean()) if len(late) else 0.0, 1e-6)
        self.best = -np.inf
        self.is_settled = False
        self._cycle, self._at, self._before, self._gone = 0, 0, -np.inf, 0.0
        self._best_minute = np.zeros(0, np.float64)
        self._set_buckets(2 * self._finest, None)

    def _set_buckets(self, width: int, before: Axis | None) -> None:
        """Lay out buckets anew; the best prices known of buckets `before` are handed down to them."""
        self._axis = axis = make_axis(self.rows, width)
        count, resources = len(axis.room), len(axis.total)
        resource = np.repeat(np.arange(resources), np.diff(axis.first))
        # Overloads of buckets that hold next to nothing count as those of a quarter of a bucket.
        self._measure = np.maximum(axis.room, 0.25 * axis.width[resource])
        found = np.zeros(count, np.float64)
        if before is not None:
            at = (np.arange(count) - axis.first[resource]) * axis.width[resource] // before.width[resource]
            found[:] = self._best_minute[before.first[resource] + at]
        self._best_minute = found
        self._prices = Prices(found.copy(), np.zeros(count + resources, np.float64), np.zeros(resources, np.int64))
        self._labels = make_labels(self.rows, max(1, min(60, width // 2)), _MOST_LABELS)
        self._begin = found.copy()
        self._used, self._mean = np.zeros(count, np.float64), np.zeros(count, np.float64)

    def round(self, stopped: Callable[[], bool], chunk: int) -> float | None:
        """Prove the value of the prices of now and move on to the next; None when stopped before it was proven."""
        rows, axis, prices = self.rows, self._axis, self._prices
        accumulate(axis, prices.minute, prices.edges, prices.quiet)
        for at in range(0, len(self.orders), chunk):
            if stopped():
                return None
            part = self.orders[at : at + chunk]
            solve(rows, axis, prices, self._rest, self._labels, self._solution, part, self._label, self._share)
        value = float(self._solution.value[self.orders].sum() - prices.minute @ axis.room)
        if value > self.best:
            self.best = value
            self._best_minute[:] = prices.minute
        length = _LENGTHS[min(self._cycle, len(_LENGTHS) - 1)]
        self._move(self._pace * (1 - self._at / length))
        self._at += 1
        if self._at == length:
            self._next_cycle()
        return value

    def _move(self, pace: float) -> None:
        """Take one step along the mean of all directions; the mean of the first rounds weighs in full."""
        minute, mean = self._prices.minute, self._mean
        used(self.rows, self._axis, self._solution, self.orders, self._used)
        over = (self._used - self._axis.room) / self._measure
        # Where nothing is to be paid and nothing is short, nothing moves.
        over[(minute <= 0) & (over <= 0)] = 0.0
        mean *= _KEEP
        mean += (1 - _KEEP) * over
        moved = np.maximum(minute + pace * np.clip(mean / (1 - _KEEP ** (self._at + 1)), -1.0, 1.0), 0.0)
        self._gone += float(np.abs(moved - minute).sum())
        minute[:] = moved

    def _next_cycle(self) -> None:
        gained = self.best - self._before
        flown = float(np.abs(self._prices.minute - self._begin).sum())
        is_straight = flown > _STRAIGHT * self._gone > 0
        self._before, self._at = self.best, 0
        self._cycle += 1
        if is_straight:
            self._pace *= 4
        else:
            self.is_settled = self._cycle > _COARSE + 1 and gained < _GAIN * abs(self.best)
            self._pace *= 0.6 if flown < _CROOKED * self._gone else 1.0
        if self._cycle == _COARSE:
            self._set_buckets(self._finest, self._axis)
        self._prices.minute[:] = self._best_minute
        self._begin = self._best_minute.copy()
        self._mean[:] = 0.0
        self._gone = 0.0
