"""A proven lower bound of the objective: every order alone, then resource capacities priced (Lagrange).

For prices u >= 0 per work minute of every bucket b of every resource, any plan X of the given orders has

    objective(X) >= objective(X) + sum_b u_b (taken_b(X) - room_b)
                  = sum_orders [price of the order + its time at prices u] - sum_b u_b room_b
                 >= sum_orders [least of the same over all ways to make the order alone] - sum_b u_b room_b

because no plan takes more of a bucket than there is (`priced_time` says why facts and batch runs keep to that). The
last line is what one round computes. Everything the per-order search leaves out or joins (`order_labels`) only lowers
it, so every round proves its value whatever the prices are; how good it is depends on them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kumihimo.planning.arrays import Arrays, Compiled, Ints
from kumihimo.planning.bounds.alone import Alone, alone
from kumihimo.planning.bounds.ascent import Ascent
from kumihimo.planning.bounds.lone_facts import lone_facts
from kumihimo.planning.bounds.machine_load import machine_load
from kumihimo.planning.bounds.rows import make_rows

DEFAULT_ROUNDS = 200
_CHUNK = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A lower bound and where it comes from.

    Attributes
    ----------
    value
        No plan of the given orders has a smaller objective. Whole yen (makespan: minutes).
    kind
        "alone": capacities left out; "lagrange": capacities priced; "load": machine loads (makespan).
    iterations
        Exact rounds over all orders.
    """

    value: float
    kind: str
    iterations: int


def lower_bound(
    compiled: Compiled,
    *,
    planned: Ints | None = None,
    upper: float | None = None,
    iterations: int = DEFAULT_ROUNDS,
    out_of_time: Callable[[], bool] | None = None,
    on_better: Callable[[float], None] | None = None,
) -> Bound:
    """Return a proven lower bound of the objective of every plan that plans exactly the given orders.

    Parameters
    ----------
    planned
        1 per order that the plan makes; None = all that can be planned at all. Frozen steps of the others stand and
        are priced as they are.
    upper
        Objective of a known plan; reaching it ends the search.
    iterations
        Most rounds over all orders.
    out_of_time
        Asked now and then; True ends the search with what is proven so far.
    on_better
        Told every better bound.
    """
    arrays = compiled.arrays
    basis = alone(arrays)
    wanted = basis.possible == 1 if planned is None else (basis.possible == 1) & (planned == 1)
    orders = np.flatnonzero(wanted).astype(np.int64)
    stopped = out_of_time if out_of_time is not None else _never
    if arrays.goal[1]:
        return _makespan(arrays, basis, orders, on_better)
    whole = _Whole(compiled, wanted)
    best = whole.least(float(basis.value[orders].sum()))
    if on_better is not None:
        on_better(best)
    kind, rounds = "alone", 0
    if len(orders) and iterations > 0 and not stopped():
        ascent = Ascent(arrays, basis, orders)
        while rounds < iterations and not (upper is not None and best >= upper):
            found = ascent.round(stopped, _CHUNK)
            if found is None:
                break
            rounds += 1
            value = whole.least(found)
            gained = value - best
            if gained > 0:
                best, kind = value, "lagrange"
                if on_better is not None:
                    on_better(best)
            if ascent.is_settled:
                break
    return Bound(value=best, kind=kind, iterations=rounds)


def _never() -> bool:
    return False


class _Whole:
    """From the sum over orders to the objective: lone facts, whole yen, CO2 rounded half up."""

    def __init__(self, compiled: Compiled, wanted: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> None:
        self.extra = lone_facts(make_rows(compiled.arrays), wanted.astype(np.int64))
        self.loose = 0.5 if compiled.problem.objective.jpy_per_kg_co2 else 0.0

    def least(self, value: float) -> float:
        """Return the smallest objective that is not below `value`, floating-point sums allowed for."""
        total = value + self.extra
        return float(math.ceil(total - self.loose - 1e-6 - 1e-9 * abs(total)))


def _makespan(arrays: Arrays, basis: Alone, orders: Ints, on_better: Callable[[float], None] | None) -> Bound:
    longest = float(basis.completion[orders].max()) if len(orders) else 0.0
    load = float(machine_load(make_rows(arrays), basis, orders))
    best = max(0.0, longest, load)
    if on_better is not None:
        on_better(best)
    return Bound(value=best, kind="load" if load > longest else "alone", iterations=0)
