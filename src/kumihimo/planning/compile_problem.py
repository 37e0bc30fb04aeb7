"""From a `Problem` to `Arrays`: flat lists first, numpy last, so that 100,000 steps take well under a second."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kumihimo.logistics.transport import FormulaTransport
from kumihimo.planning.arrays import BATCH, COUNT, LOAD_UNIT, NEVER, SINGLE, Arrays, Compiled, Floats, Ints
from kumihimo.planning.calendar import open_intervals, week_phase
from kumihimo.planning.kernel.travel import fill_legs, fill_travel
from kumihimo.planning.problem import Interval, Order, PlanCalendar, Problem, Step

LATER_FAMILY = 1 << 40
"""Numbers from here on are families that no set-up table knows."""


def compile_problem(problem: Problem) -> Compiled:
    """Return the problem as arrays.

    Raises
    ------
    ValueError
        The routing of an order runs in a circle (readers of files refuse this earlier, with the place).
    """
    orders = list(problem.orders)
    steps: list[Step] = []
    for order in orders:
        steps += in_sequence(order)
    compiler = OrderCompiler(problem)
    goal = problem.objective
    minutes, price = compiler.sites.travel()
    arrays = Arrays(
        goal=_ints([problem.horizon, int(goal.makespan), 0 if goal.makespan else goal.jpy_per_moved_step, 0]),
        travel_minutes=minutes,
        travel_price=price,
        **compiler.rows(orders, steps),
        **_resources(problem, compiler),
        **compile_calendars(problem),
    )
    return Compiled(problem, arrays, orders, steps)


class OrderCompiler:
    """Turns orders into rows of arrays; made once per problem, used again for orders that come later."""

    def __init__(self, problem: Problem) -> None:
        self.sites = _Sites(problem)
        self.goal = problem.objective
        self.resource_of = {r.id: at for at, r in enumerate(problem.resources)}
        self.room = [r.capacity if r.kind == "batch" else 0 for r in problem.resources]
        self.families = _family_numbers(problem)
        self._later = LATER_FAMILY

    def rows(self, orders: list[Order], steps: list[Step]) -> dict[str, Any]:
        """Return the columns of orders, steps, arcs and modes; indices count from the first of these orders."""
        late_yen = 0 if self.goal.makespan else self.goal.jpy_per_weighted_late_min
        return {
            "step_first": _first(len(o.steps) for o in orders),
            "order_release": _ints([max(0, o.release) for o in orders]),
            "order_due": _ints([NEVER if o.due is None else o.due for o in orders]),
            "order_weight": _ints([o.weight for o in orders]),
            "late_price": _floats([o.weight * late_yen for o in orders]),
            "order_ship": _ints([o.ship_to is not None for o in orders]),
            **self._steps(orders, steps),
            **self._modes(orders, steps),
        }

    def family(self, name: str) -> int:
        """Return the number of a family; one that no order and no table named before gets a new number."""
        if name not in self.families:
            self.families[name] = self._later
            self._later += 1
        return self.families[name]

    def _steps(self, orders: list[Order], steps: list[Step]) -> dict[str, Any]:
        """Arcs, families, loads and former places of steps."""
        preds: list[list[int]] = []
        succs: list[list[int]] = [[] for _ in steps]
        base = 0
        for order in orders:
            end = base + len(order.steps)
            here = {steps[at].id: at for at in range(base, end)}
            for at in range(base, end):
                before = [here[name] for name in dict.fromkeys(steps[at].after)]
                preds.append(before)
                for pred in before:
                    succs[pred].append(at)
            base = end
        facts = [s.fixed if s.is_frozen else None for s in steps]
        former = [None if s.is_frozen else s.fixed for s in steps]
        return {
            "pred_first": _first(map(len, preds)),
            "pred": _ints(at for row in preds for at in row),
            "succ_first": _first(map(len, succs)),
            "succ": _ints(at for row in succs for at in row),
            "step_order": _ints(at for at, order in enumerate(orders) for _ in order.steps),
            "step_family": _ints(-1 if s.family is None else self.family(s.family) for s in steps),
            "step_load": _ints(LOAD_UNIT if s.load == 1 else load_units(s.load) for s in steps),
            "fact_start": _ints(-1 if f is None else f.start for f in facts),
            "fact_end": _ints(-1 if f is None else f.end for f in facts),
            "was_resource": _ints(-1 if f is None else self.resource_of[f.resource] for f in former),
            "was_start": _ints(-1 if f is None else f.start for f in former),
        }

    def _modes(self, orders: list[Order], steps: list[Step]) -> dict[str, Any]:
        """Usable modes; a frozen step keeps the mode of its fact (the cheapest when several name that resource)."""
        modes = [mode for step in steps for mode in step.modes]
        first = _first(len(step.modes) for step in steps)
        widths = np.diff(first)
        resource = _ints(self.resource_of[mode.resource] for mode in modes)
        duration = _ints(mode.duration for mode in modes)
        price = np.zeros(len(modes), np.float64)
        if not self.goal.makespan:
            price += _floats(mode.jpy for mode in modes)
            if self.goal.jpy_per_kg_co2:
                price += _floats(mode.kg_co2 for mode in modes) * self.goal.jpy_per_kg_co2
        number = np.arange(len(modes)) - np.repeat(first[:-1], widths)
        keeps = np.ones(len(modes), np.bool_)
        room = _floats(self.room)
        if room.any():
            load = np.repeat(_floats(step.load for step in steps), widths)
            keeps = (room[resource] == 0) | (duration == 0) | (load <= room[resource])
        fact_at: dict[int, int] = {}
        for at, step in enumerate(steps):
            if step.freeze != "proposed" and step.fixed is not None:
                here = range(int(first[at]), int(first[at + 1]))
                own = [m for m in here if modes[m].resource == step.fixed.resource]
                fact_at[at] = min(own, key=lambda m: (price[m], m))
                keeps[here.start : here.stop] = False
                keeps[fact_at[at]] = True
        kept_before = np.concatenate([[0], np.cumsum(keeps)])
        mode_first = kept_before[first].astype(np.int64)
        fact_mode = np.full(len(steps), -1, np.int64)
        for at in fact_at:
            fact_mode[at] = mode_first[at]
        rows = resource[keeps]
        ship_minutes, ship_price = _ship(orders, steps, mode_first, rows, self.sites)
        return {
            "mode_first": mode_first,
            "mode_resource": rows,
            "mode_duration": duration[keeps],
            "mode_price": price[keeps],
            "mode_file": number[keeps],
            "fact_mode": fact_mode,
            "ship_minutes": ship_minutes,
            "ship_price": ship_price,
        }


def in_sequence(order: Order) -> tuple[Step, ...]:
    """Return the steps so that each stands after its predecessors, ties in file order.

    Raises
    ------
    ValueError
        `after` runs in a circle.
    """
    done: set[str] = set()
    for step in order.steps:
        if not all(name in done for name in step.after):
            break
        done.add(step.id)
    else:
        return order.steps
    done.clear()
    rest = list(order.steps)
    sequence: list[Step] = []
    while rest:
        waiting = []
        for step in rest:
            if all(name in done for name in step.after):
                sequence.append(step)
                done.add(step.id)
            else:
                waiting.append(step)
        if len(waiting) == len(rest):
            raise ValueError(f"order {order.id}: 'after' runs in a circle")
        rest = waiting
    return tuple(sequence)


def load_units(load: float) -> int:
    """Return a load in millionths; finer loads are rounded up, so that a batch is never overfilled."""
    units = load * LOAD_UNIT
    nearest = round(units)
    return nearest if abs(units - nearest) < 1e-3 else math.ceil(units)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _floats(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)


def _first(lengths: Iterable[int]) -> Ints:
    return _ints(accumulate(lengths, initial=0))


def _family_numbers(problem: Problem) -> dict[str, int]:
    """Return a number for every family of a step or a set-up table."""
    names = {s.family: 0 for o in problem.orders for s in o.steps if s.family is not None}
    for resource in problem.resources:
        for before, row in resource.setup.items():
            names.setdefault(before, 0)
            for after in row:
                names.setdefault(after, 0)
    return {name: at for at, name in enumerate(names)}


def _ship(
    orders: list[Order], steps: list[Step], mode_first: Ints, mode_resource: Ints, sites: _Sites
) -> tuple[Ints, Floats]:
    """The way from every mode of a last step to the customer; other modes hold 0."""
    at_mode: list[int] = []
    origin: list[int] = []
    target: list[str] = []
    base = 0
    for order in orders:
        end = base + len(order.steps)
        if order.ship_to is not None:
            inner = {name for step in order.steps for name in step.after}
            for at in range(base, end):
                if steps[at].id not in inner:
                    for mode in range(int(mode_first[at]), int(mode_first[at + 1])):
                        at_mode.append(mode)
                        origin.append(int(mode_resource[mode]))
                        target.append(order.ship_to)
        base = end
    minutes = np.zeros(len(mode_resource), np.int64)
    price = np.zeros(len(mode_resource), np.float64)
    found_minutes, found_price = sites.legs([sites.of_resource[r] for r in origin], target)
    minutes[at_mode] = found_minutes
    price[at_mode] = found_price
    return minutes, price


def _resources(problem: Problem, compiler: OrderCompiler) -> dict[str, Any]:
    families = compiler.families
    calendar_of = {c.id: at + 1 for at, c in enumerate(problem.calendars)}
    kinds: list[int] = []
    tables: list[int] = []
    width: list[int] = []
    minutes: list[list[int]] = []
    local: list[list[int]] = []
    known: dict[int, int] = {}
    for resource in problem.resources:
        kind = BATCH if resource.kind == "batch" else SINGLE if resource.capacity == 1 else COUNT
        kinds.append(kind)
        if kind != SINGLE or not resource.setup:
            tables.append(-1)
            continue
        # Machines alike often share one mapping; it is compiled once.
        at = known.setdefault(id(resource.setup), len(width))
        tables.append(at)
        if at == len(width):
            names = list(dict.fromkeys([*resource.setup, *(b for row in resource.setup.values() for b in row)]))
            where = [-1] * len(families)
            for row_at, name in enumerate(names):
                where[families[name]] = row_at
            local.append(where)
            width.append(len(names))
            minutes.append([resource.setup.get(a, {}).get(b, 0) if a != b else 0 for a in names for b in names])
    return {
        "resource_site": _ints(compiler.sites.of_resource),
        "resource_calendar": _ints(0 if r.calendar is None else calendar_of[r.calendar] for r in problem.resources),
        "resource_kind": _ints(kinds),
        "resource_capacity": _ints(r.capacity * (LOAD_UNIT if r.kind == "batch" else 1) for r in problem.resources),
        "resource_setup": _ints(tables),
        "table_first": _first(w * w for w in width),
        "table_width": _ints(width),
        "table_minutes": _ints(v for row in minutes for v in row),
        "table_local": np.array(local, np.int64).reshape(len(width), len(families)),
    }


def compile_calendars(problem: Problem) -> dict[str, Any]:
    """Open intervals of every calendar over the time that matters; calendar 0 never closes."""
    fixed = [s.fixed for o in problem.orders for s in o.steps if s.fixed is not None]
    low = min([0, *(f.start for f in fixed)])
    high = max([problem.horizon, *(f.end for f in fixed)]) + 1
    rows: list[list[Interval]] = [[(-NEVER, NEVER)]]
    rows += [calendar_row(problem, calendar, low, high) for calendar in problem.calendars]
    starts = _ints(a for row in rows for a, _ in row)
    ends = _ints(b for row in rows for _, b in row)
    first = _first(map(len, rows))
    before = np.zeros(len(starts), np.int64)
    for at in range(1, len(rows)):
        a, b = int(first[at]), int(first[at + 1])
        before[a + 1 : b] = np.cumsum(ends[a : b - 1] - starts[a : b - 1]) if b > a + 1 else 0
    return {"calendar_first": first, "open_start": starts, "open_end": ends, "open_before": before}


def calendar_row(problem: Problem, calendar: PlanCalendar, low: int, high: int) -> list[Interval]:
    """Return the open intervals of one calendar within [low, high)."""
    return open_intervals(calendar, week_phase(problem.start), low, high)


class _Sites:
    """Sites with resources get numbers; ways between them and to customers."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        number: dict[str, int] = {}
        self.of_resource = [number.setdefault(r.site, len(number)) for r in problem.resources]
        self.ids = list(number)
        goal = problem.objective
        self.yen = 0.0 if goal.makespan else 1.0
        self.co2 = 0.0 if goal.makespan else goal.jpy_per_kg_co2

    def _formula(self, ways: FormulaTransport) -> Floats:
        return _floats(
            [
                ways.detour,
                ways.speed_kmh,
                ways.handling_min,
                ways.jpy_per_km,
                ways.jpy_fixed,
                ways.kg_co2_per_km,
                self.yen,
                self.co2,
            ]
        )

    @staticmethod
    def _points(ways: FormulaTransport, ids: list[str]) -> NDArray[np.float64]:
        nowhere = (math.nan, math.nan)
        return np.array([ways.points.get(name, nowhere) for name in ids], np.float64).reshape(len(ids), 2)

    def travel(self) -> tuple[NDArray[np.int32], Floats]:
        """Return minutes and prices between all sites with resources."""
        ways, count = self.problem.transport, len(self.ids)
        minutes = np.full((count, count), -1, np.int32)
        price = np.zeros((count, count), np.float64)
        if isinstance(ways, FormulaTransport):
            fill_travel(self._points(ways, self.ids), self._formula(ways), minutes, price)
            return minutes, price
        number = {name: at for at, name in enumerate(self.ids)}
        for a, origin in enumerate(self.ids):
            minutes[a, a] = 0
            yen, kilograms = ways.jpy.get(origin, {}), ways.kg_co2.get(origin, {})
            for name, spent in ways.minutes.get(origin, {}).items():
                b = number.get(name, a)
                if b != a and name in yen:
                    minutes[a, b] = spent
                    price[a, b] = yen[name] * self.yen + kilograms.get(name, 0.0) * self.co2
        return minutes, price

    def legs(self, origins: list[int], targets: list[str]) -> tuple[Ints, Floats]:
        """Return minutes (-1: no way) and prices of single ways from site numbers to site ids."""
        ways, count = self.problem.transport, len(origins)
        minutes = np.full(count, -1, np.int64)
        price = np.zeros(count, np.float64)
        if not count:
            return minutes, price
        names = list(dict.fromkeys([*self.ids, *targets]))
        number = {name: at for at, name in enumerate(names)}
        pairs = np.array([origins, [number[t] for t in targets]], np.int64)
        if isinstance(ways, FormulaTransport):
            fill_legs(self._points(ways, names), self._formula(ways), pairs, minutes, price)
            return minutes, price
        found: dict[tuple[int, int], tuple[int, float]] = {}
        for at, (a, b) in enumerate(pairs.T.tolist()):
            if (a, b) not in found:
                leg = ways.leg(names[a], names[b])
                value = (-1, 0.0) if leg is None else (leg.minutes, leg.jpy * self.yen + leg.kg_co2 * self.co2)
                found[a, b] = value
            minutes[at], price[at] = found[a, b]
        return minutes, price
