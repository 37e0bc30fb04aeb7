"""Several ways of doing one more order in a network that is already loaded, none of which beats another in everything.

Each way is a real insertion at some price of time and some price of CO2; its risk comes from simulating the plan with
the order in it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kumihimo.planning.arrays import NEVER, Arrays, Compiled, Floats, Ints
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.order_of_work import Fates
from kumihimo.planning.placement import Placement, placement_of
from kumihimo.planning.problem import Order, Problem
from kumihimo.planning.result import Plan, PlannedStep
from kumihimo.planning.risk import Spread, simulate_compiled
from kumihimo.planning.workbench import USUAL, Standing, Workbench

_YEN_PER_MIN = (0.0, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1e6)
_YEN_PER_KG = (0.0, 30.0, 300.0, 1e5)
_MOST_SIMULATED = 10
_URGENT = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way of doing an order.

    Attributes
    ----------
    ja, en
        What it is best at; empty when it lies between.
    price_jpy
        Work and transport, CO2 not priced.
    finish
        Minute at which the last goods arrive.
    late_min
        Minutes after the due date.
    kg_co2
        Of work and transport.
    on_time
        Share of samples that are complete by the due date (without one: 1).
    p90
        Minute by which nine samples of ten are complete.
    steps
        Where its steps stand; nobody else is moved.
    """

    ja: str
    en: str
    price_jpy: int
    finish: int
    late_min: int
    kg_co2: float
    on_time: float
    p90: int
    steps: tuple[PlannedStep, ...]


def alternatives(
    problem: Problem,
    plan: Plan,
    order: Order,
    n: int = 5,
    *,
    samples: int = 200,
    seed: int = 0,
    spread: Spread | None = None,
) -> tuple[Option, ...]:
    """Return up to `n` ways of doing a new order without moving anything, cheapest first.

    Parameters
    ----------
    problem, plan
        The loaded network; neither is changed.
    order
        An order that the problem does not have yet.
    n
        Most ways; with four or more the cheapest, the earliest, the one with least CO2 and the surest are among them.
    samples, seed, spread
        Of the simulation; see `risk.simulate`.

    Returns
    -------
    tuple of Option
        None of them is beaten by another in price, finish, CO2 and risk at once; empty when the order finds no place.

    Raises
    ------
    ValueError
        The problem has an order of that id already, or `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be 1 or more: {n}")
    if any(known.id == order.id for known in problem.orders):
        raise ValueError(f"the problem already has an order '{order.id}'")
    compiled = compile_problem(replace(problem, orders=(*problem.orders, order)))
    placement = placement_of(compiled, plan)
    placement.planned[-1] = 0
    return alternatives_compiled(compiled, placement, n, samples=samples, seed=seed, spread=spread)


def alternatives_compiled(
    compiled: Compiled,
    placement: Placement,
    n: int = 5,
    *,
    samples: int = 200,
    seed: int = 0,
    spread: Spread | None = None,
) -> tuple[Option, ...]:
    """Return ways of doing the last order of a compiled problem, which does not stand in the placement yet.

    The rest as `alternatives`.
    """
    ways = _Ways(compiled, placement, seed)
    priced = [ways.option(standing, samples, spread) for standing in _most_promising(ways.all(), ways)]
    return _chosen(_undominated(priced), n)


class _Ways:
    """Finds places for the last order of a compiled problem."""

    def __init__(self, compiled: Compiled, placement: Placement, seed: int) -> None:
        self.compiled, self.placement = compiled, placement
        self.order = len(compiled.orders) - 1
        self.bench = Workbench(compiled, placement)
        self._seed, self._fates = seed, Fates(compiled, seed)
        self._yen, self._kg = (_prices(compiled, per_kg) for per_kg in (0.0, 1.0))
        # With CO2 at one yen per kg the difference of the prices is the kilograms.
        self._kg = tuple(with_co2 - without for with_co2, without in zip(self._kg, self._yen, strict=True))

    def all(self) -> list[Standing]:
        """Return distinct places, found at every pair of prices, and the cheapest that is on time."""
        found: dict[bytes, Standing] = {}
        arrays = self.compiled.arrays
        for per_kg in _YEN_PER_KG:
            priced = self._priced(per_kg)
            for per_min in _YEN_PER_MIN:
                # Due at once: every minute of the completion costs the same.
                self._note(found, self._changed(priced, due=0, per_min=per_min), (1.0,))
            due = int(arrays.order_due[self.order])
            if due < NEVER:
                self._note(found, self._changed(priced, due=due, per_min=_URGENT), USUAL)
        return list(found.values())

    def _note(self, found: dict[bytes, Standing], arrays: Arrays, prices: Sequence[float]) -> None:
        tried = self.bench.tried([], [self.order], prices, arrays=arrays)
        if tried is not None:
            found.setdefault(tried[0].placed.tobytes(), tried[0])

    def _modes(self) -> slice:
        arrays = self.compiled.arrays
        return slice(int(arrays.mode_first[arrays.step_first[self.order]]), len(arrays.mode_resource))

    def _priced(self, per_kg: float) -> Arrays:
        """Return the problem with CO2 at a price, as far as this order is concerned."""
        arrays, modes = self.compiled.arrays, self._modes()
        mode, ship, travel = (yen + per_kg * kg for yen, kg in zip(self._yen, self._kg, strict=True))
        mode_price, ship_price = arrays.mode_price.copy(), arrays.ship_price.copy()
        mode_price[modes], ship_price[modes] = mode, ship
        goal = arrays.goal.copy()
        goal[1] = 0
        return arrays._replace(goal=goal, mode_price=mode_price, ship_price=ship_price, travel_price=travel)

    def _changed(self, arrays: Arrays, *, due: int, per_min: float) -> Arrays:
        dues, late_price = arrays.order_due.copy(), arrays.late_price.copy()
        dues[self.order], late_price[self.order] = due, per_min
        return arrays._replace(order_due=dues, late_price=late_price)

    def totals(self, standing: Standing) -> tuple[float, float]:
        """Return yen and kg of CO2 of a place."""
        return self._sum(standing.placed[0], self._yen), self._sum(standing.placed[0], self._kg)

    def _sum(self, placed: Ints, of: tuple[Floats, ...]) -> float:
        arrays = self.compiled.arrays
        mode, ship, travel = of
        first, base = int(arrays.step_first[self.order]), self._modes().start
        site = arrays.resource_site[arrays.mode_resource[placed]]
        parts: list[float] = (mode[placed - base]).tolist()
        for k, chosen in enumerate(placed.tolist()):
            step = first + k
            for pred in arrays.pred[arrays.pred_first[step] : arrays.pred_first[step + 1]].tolist():
                parts.append(float(travel[site[pred - first], site[k]]))
            if arrays.succ_first[step] == arrays.succ_first[step + 1]:
                parts.append(float(ship[chosen - base]))
        return math.fsum(parts)

    def option(self, standing: Standing, samples: int, spread: Spread | None) -> Option:
        """Return a place as an option, with its risk."""
        arrays, compiled = self.compiled.arrays, self.compiled
        first = int(arrays.step_first[self.order])
        mode, start, end = (column.copy() for column in self.placement[:3])
        mode[first:], start[first:], end[first:] = standing.placed
        planned = self.placement.planned.copy()
        planned[self.order] = 1
        order = compiled.orders[self.order]
        (risk,) = simulate_compiled(
            compiled,
            Placement(mode, start, end, planned),
            samples=samples,
            seed=self._seed,
            fates=self._fates,
            spread=spread,
            threads=1,
            orders=[order.id],
        ).orders
        yen, kg = self.totals(standing)
        rows = tuple(
            PlannedStep(
                order=order.id,
                step=compiled.steps[step].id,
                mode=int(arrays.mode_file[m]),
                resource=compiled.problem.resources[int(arrays.mode_resource[m])].id,
                start=a,
                end=b,
            )
            for step, (m, a, b) in enumerate(standing.placed.T.tolist(), first)
        )
        return Option(
            ja="",
            en="",
            price_jpy=round(yen),
            finish=standing.completion,
            late_min=max(0, standing.completion - order.due) if order.due is not None else 0,
            kg_co2=round(kg, 6),
            on_time=risk.on_time,
            p90=risk.p90,
            steps=rows,
        )


def _prices(compiled: Compiled, per_kg: float) -> tuple[Floats, ...]:
    """Return the last order's prices of modes, ways to the customer and ways between sites, CO2 at a price."""
    problem = compiled.problem
    goal = replace(problem.objective, makespan=False, jpy_per_kg_co2=per_kg)
    # Calendars do not matter here, and compiling them is most of the work.
    resources = tuple(replace(resource, calendar=None) for resource in problem.resources)
    alone = replace(problem, orders=(compiled.orders[-1],), resources=resources, calendars=(), objective=goal)
    arrays = compile_problem(alone).arrays
    return arrays.mode_price, arrays.ship_price, arrays.travel_price


def _most_promising(found: Sequence[Standing], ways: _Ways) -> list[Standing]:
    """Return what is worth simulating: undominated in yen, finish and CO2 first, spread over the range."""
    points = np.array([(*ways.totals(s), s.completion) for s in found], np.float64).reshape(len(found), 3)
    beaten = [any(np.all(other <= point) and np.any(other < point) for other in points) for point in points]
    sequence = sorted(range(len(found)), key=lambda at: (beaten[at], *points[at].tolist()))
    good = [at for at in sequence if not beaten[at]]
    if len(good) > _MOST_SIMULATED:
        good = [good[at] for at in _apart(points[good], _MOST_SIMULATED)]
    rest = [at for at in sequence if beaten[at]][: _MOST_SIMULATED - len(good)]
    return [found[at] for at in [*good, *rest]]


def _criteria(option: Option) -> tuple[float, float, float, float]:
    return option.price_jpy, option.finish, option.kg_co2, -option.on_time


def _undominated(options: Sequence[Option]) -> list[Option]:
    """Leave out what another one equals or beats in everything."""
    kept: list[Option] = []
    for option in sorted(options, key=_criteria):
        mine = _criteria(option)
        if not any(all(a <= b for a, b in zip(_criteria(other), mine, strict=True)) for other in kept):
            kept.append(option)
    return kept


def _apart(points: Floats, most: int) -> list[int]:
    """Return the best in every column, then always the one farthest from those taken (columns scaled alike)."""
    span = points.max(axis=0) - points.min(axis=0)
    scaled = (points - points.min(axis=0)) / np.where(span > 0, span, 1)
    taken = list(dict.fromkeys(int(np.argmin(points[:, column])) for column in range(points.shape[1])))[:most]
    while len(taken) < min(most, len(points)):
        gaps = np.min(np.linalg.norm(scaled[:, None] - scaled[taken][None], axis=2), axis=1)
        gaps[taken] = -1
        taken.append(int(np.argmax(gaps)))
    return taken


def _chosen(options: Sequence[Option], n: int) -> tuple[Option, ...]:
    """Take up to `n` and say what each is best at, cheapest first."""
    if not options:
        return ()
    points = np.array([_criteria(option) for option in options], np.float64)
    names = (("最安", "cheapest"), ("最短", "earliest"), ("CO2最少", "least CO2"), ("最も確実", "surest"))
    best = [int(np.argmin(points[:, column])) for column in range(len(names))]
    found = []
    for at in sorted(_apart(points, n), key=lambda at: _criteria(options[at])):
        mine = [names[column] for column, winner in enumerate(best) if winner == at]
        ja, en = "・".join(ja for ja, _ in mine), ", ".join(en for _, en in mine)
        found.append(replace(options[at], ja=ja, en=en))
    return tuple(found)
