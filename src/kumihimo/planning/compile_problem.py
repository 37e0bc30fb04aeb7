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
from kumihimo.planning.bulk import in_bulk
from kumihimo.planning.calendar import open_intervals, open_table, week_phase
from kumihimo.planning.kernel.travel import fill_legs, fill_travel
from kumihimo.planning.problem import Interval, Order, PlanCalendar, Problem, Step

LATER_FAMILY = 1 << 40
"""Numbers from here on are families that no set-up table knows."""
_PLACES = ("fact_start", "fact_end", "was_resource", "was_start")


@in_bulk()
def compile_problem(problem: Problem) -> Compiled:
    """Return the problem as arrays.

    Raises
    ------
    ValueError
        The routing of an order runs in a circle (readers of files refuse this earlier, with the place).
    """
    orders = list(problem.orders)
    steps = [step for order in orders for step in in_sequence(order)]
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
        self.sites = Sites(problem)
        self.goal = problem.objective
        self.resource_of = {r.id: at for at, r in enumerate(problem.resources)}
        self.room = [r.capacity if r.kind == "batch" else 0 for r in problem.resources]
        self.families = _family_numbers(problem)
        self._later = LATER_FAMILY

    def rows(self, orders: list[Order], steps: list[Step]) -> dict[str, Any]:
        """Return the columns of orders, steps, arcs and modes; indices count from the first of these orders."""
        late_yen = 0 if self.goal.makespan else self.goal.jpy_per_weighted_late_min
        columns = {
            "step_first": _first(len(o.steps) for o in orders),
            "order_release": _ints([max(0, o.release) for o in orders]),
            "order_due": _ints([NEVER if o.due is None else o.due for o in orders]),
            "order_weight": _ints([o.weight for o in orders]),
            "late_price": _floats([o.weight * late_yen for o in orders]),
            "order_ship": _ints([o.ship_to is not None for o in orders]),
            **self._steps(orders, steps),
            **self._modes(steps),
        }
        return columns | self._ship(orders, columns)

    def family(self, name: str) -> int:
        """Return the number of a family; one that no order and no table named before gets a new number."""
        if name not in self.families:
            self.families[name] = self._later
            self._later += 1
        return self.families[name]

    def _steps(self, orders: list[Order], steps: list[Step]) -> dict[str, Any]:
        """Arcs, families, loads and former places of steps."""
        pred: list[int] = []
        widths: list[int] = []
        at = 0
        for order in orders:
            base = at
            previous: str | None = None
            here: dict[str, int] = {}
            for step in steps[at : at + len(order.steps)]:
                # Predecessors stand before; mostly it is the one just before.
                after = step.after
                if len(after) == 1 and after[0] == previous:
                    pred.append(at - 1)
                    widths.append(1)
                elif after:
                    here = here or {s.id: base + k for k, s in enumerate(steps[base : base + len(order.steps)])}
                    before = [here[name] for name in dict.fromkeys(after)]
                    pred += before
                    widths.append(len(before))
                else:
                    widths.append(0)
                previous = step.id
                at += 1
        preds = _ints(pred)
        families = [step.family for step in steps]
        number = {name: -1 if name is None else self.family(name) for name in dict.fromkeys(families)}
        return {
            "pred_first": _first(widths),
            "pred": preds,
            "succ_first": _first(np.bincount(preds, minlength=len(steps)).tolist()),
            "succ": np.repeat(np.arange(len(steps)), widths)[np.argsort(preds, kind="stable")],
            "step_order": np.repeat(np.arange(len(orders)), [len(order.steps) for order in orders]),
            "step_family": _ints(map(number.__getitem__, families)),
            "step_load": load_units(_floats([step.load for step in steps])),
            **self._places(steps),
        }

    def _places(self, steps: list[Step]) -> dict[str, Any]:
        """Frozen places, and places to which movable steps would rather keep."""
        rows = {name: np.full(len(steps), -1, np.int64) for name in _PLACES}
        for at, step in enumerate(steps):
            fixed = step.fixed
            if fixed is None:
                continue
            if step.is_frozen:
                rows["fact_start"][at], rows["fact_end"][at] = fixed.start, fixed.end
            else:
                rows["was_resource"][at], rows["was_start"][at] = self.resource_of[fixed.resource], fixed.start
        return rows

    def _modes(self, steps: list[Step]) -> dict[str, Any]:
        """Usable modes; a frozen step keeps the mode of its fact (the cheapest when several name that resource)."""
        modes = [mode for step in steps for mode in step.modes]
        first = _first([len(step.modes) for step in steps])
        widths, resource_of = np.diff(first), self.resource_of
        resource = _ints([resource_of[mode.resource] for mode in modes])
        duration = _ints([mode.duration for mode in modes])
        price = np.zeros(len(modes), np.float64)
        if not self.goal.makespan:
            price += _floats([mode.jpy for mode in modes])
            if self.goal.jpy_per_kg_co2:
                price += _floats([mode.kg_co2 for mode in modes]) * self.goal.jpy_per_kg_co2
        number = np.arange(len(modes)) - np.repeat(first[:-1], widths)
        keeps = np.ones(len(modes), np.bool_)
        room = _floats(self.room)
        if room.any():
            load = np.repeat(_floats([step.load for step in steps]), widths)
            keeps = (room[resource] == 0) | (duration == 0) | (load <= room[resource])
        fact_at: dict[int, int] = {}
        for at, step in enumerate(steps):
            if step.fixed is not None and step.is_frozen:
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
        return {
            "mode_first": mode_first,
            "mode_resource": resource[keeps],
            "mode_duration": duration[keeps],
            "mode_price": price[keeps],
            "mode_file": number[keeps],
            "fact_mode": fact_mode,
        }

    def _ship(self, orders: list[Order], columns: dict[str, Any]) -> dict[str, Any]:
        """The way from every mode of a last step to the customer; other modes hold 0."""
        mode_first, mode_resource, order_of = columns["mode_first"], columns["mode_resource"], columns["step_order"]
        is_last = columns["succ_first"][1:] == columns["succ_first"][:-1]
        sent = is_last & (columns["order_ship"][order_of] == 1)
        modes = np.flatnonzero(np.repeat(sent, np.diff(mode_first)))
        names = list(dict.fromkeys(order.ship_to for order in orders if order.ship_to is not None))
        number = {name: at for at, name in enumerate(names)}
        target = _ints(-1 if order.ship_to is None else number[order.ship_to] for order in orders)
        minutes = np.zeros(len(mode_resource), np.int64)
        price = np.zeros(len(mode_resource), np.float64)
        origins = _ints(self.sites.of_resource)[mode_resource[modes]]
        targets = np.repeat(target[order_of], np.diff(mode_first))[modes]
        sites = self.sites
        minutes[modes], price[modes] = sites.legs(origins, targets, names, yen=sites.yen, co2=sites.co2)
        return {"ship_minutes": minutes, "ship_price": price}


def in_sequence(order: Order) -> tuple[Step, ...]:
    """Return the steps so that each stands after its predecessors, ties in file order.

    Raises
    ------
    ValueError
        `after` runs in a circle.
    """
    done: set[str] = set()
    previous: str | None = None
    for step in order.steps:
        after = step.after
        if after and not (len(after) == 1 and after[0] == previous) and not done.issuperset(after):
            break
        previous = step.id
        done.add(previous)
    else:
        return order.steps
    done.clear()
    rest = list(order.steps)
    sequence: list[Step] = []
    while rest:
        waiting = []
        for step in rest:
            if done.issuperset(step.after):
                sequence.append(step)
                done.add(step.id)
            else:
                waiting.append(step)
        if len(waiting) == len(rest):
            raise ValueError(f"order {order.id}: 'after' runs in a circle")
        rest = waiting
    return tuple(sequence)


def load_units(loads: Floats) -> Ints:
    """Return loads in millionths; finer loads are rounded up, so that a batch is never overfilled."""
    units = loads * LOAD_UNIT
    nearest = np.rint(units)
    return np.where(np.abs(units - nearest) < 1e-3, nearest, np.ceil(units)).astype(np.int64)


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
    rows, starts, ends = open_table(problem.calendars, week_phase(problem.start), low, high)
    passed = np.append(0, np.cumsum(ends - starts))
    return {
        "calendar_first": np.append(0, rows + 1),
        "open_start": np.append(-NEVER, starts),
        "open_end": np.append(NEVER, ends),
        "open_before": np.append(0, passed[:-1] - np.repeat(passed[rows[:-1]], np.diff(rows))),
    }


def calendar_row(problem: Problem, calendar: PlanCalendar, low: int, high: int) -> list[Interval]:
    """Return the open intervals of one calendar within [low, high)."""
    return open_intervals(calendar, week_phase(problem.start), low, high)


class Sites:
    """Sites with resources get numbers; ways between them and to customers."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        number: dict[str, int] = {}
        self.of_resource = [number.setdefault(r.site, len(number)) for r in problem.resources]
        self.ids = list(number)
        goal = problem.objective
        self.yen = 0.0 if goal.makespan else 1.0
        self.co2 = 0.0 if goal.makespan else goal.jpy_per_kg_co2

    @staticmethod
    def _formula(ways: FormulaTransport, yen: float, co2: float) -> Floats:
        return _floats(
            [
                ways.detour,
                ways.speed_kmh,
                ways.handling_min,
                ways.jpy_per_km,
                ways.jpy_fixed,
                ways.kg_co2_per_km,
                yen,
                co2,
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
            fill_travel(self._points(ways, self.ids), self._formula(ways, self.yen, self.co2), minutes, price)
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

    def legs(self, origins: Ints, targets: Ints, names: list[str], *, yen: float, co2: float) -> tuple[Ints, Floats]:
        """Return minutes (-1: no way) and prices of single ways from site numbers to positions in `names`.

        A price is the yen of the way times `yen` plus its kilograms times `co2`.
        """
        ways, count = self.problem.transport, len(origins)
        minutes = np.full(count, -1, np.int64)
        price = np.zeros(count, np.float64)
        if not count:
            return minutes, price
        used = np.unique(origins)
        known = list(dict.fromkeys([*(self.ids[at] for at in used.tolist()), *names]))
        number = {name: at for at, name in enumerate(known)}
        begins = np.searchsorted(used, origins)
        pairs = np.stack([begins, _ints(number[name] for name in names)[targets]])
        if isinstance(ways, FormulaTransport):
            fill_legs(self._points(ways, known), self._formula(ways, yen, co2), pairs, minutes, price)
            return minutes, price
        found: dict[tuple[int, int], tuple[int, float]] = {}
        for at, (a, b) in enumerate(pairs.T.tolist()):
            if (a, b) not in found:
                leg = ways.leg(known[a], known[b])
                value = (-1, 0.0) if leg is None else (leg.minutes, leg.jpy * yen + leg.kg_co2 * co2)
                found[a, b] = value
            minutes[at], price[at] = found[a, b]
        return minutes, price
