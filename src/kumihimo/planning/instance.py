"""A problem compiled for the engine: ids become indices, units become one price, facts become numbers."""

from __future__ import annotations

from dataclasses import dataclass

from kumihimo.planning.calendar import WorkCalendar, open_intervals, week_phase
from kumihimo.planning.problem import Order, Problem, Step

Link = tuple[int, float]
"""Minutes and price (yen, CO2 included) of a transport."""


@dataclass(frozen=True, slots=True)
class ModeRow:
    """A usable mode: its index in the file, resource index, site index, work minutes, price with CO2."""

    index: int
    resource: int
    site: int
    duration: int
    price: float


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a step stands: its mode and wall-clock minutes."""

    mode: ModeRow
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step with usable modes; `fact` is set for frozen steps, `was` for movable ones that carry `fixed`."""

    id: str
    preds: tuple[int, ...]
    succs: tuple[int, ...]
    modes: tuple[ModeRow, ...]
    family: str | None
    load: float
    fact: Placement | None
    was: tuple[int, int] | None
    source: Step


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order; `steps` stand in topological order and `preds`/`succs` are positions in it."""

    index: int
    id: str
    steps: tuple[StepRow, ...]
    release: int
    due: int | None
    weight: int
    late_price: int
    ship_to: int | None
    source: Order


class Instance:
    """The compiled problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        goal = problem.objective
        self.horizon = problem.horizon
        self.makespan = goal.makespan
        self.moved_price = 0 if goal.makespan else goal.jpy_per_moved_step
        self._price_co2 = goal.jpy_per_kg_co2
        self._site_ids = [s.id for s in problem.sites]
        site_of = {name: at for at, name in enumerate(self._site_ids)}
        for resource in problem.resources:
            if resource.site not in site_of:
                site_of[resource.site] = len(self._site_ids)
                self._site_ids.append(resource.site)
        self.resources = problem.resources
        self.resource_of = {r.id: at for at, r in enumerate(problem.resources)}
        self.site = [site_of[r.site] for r in problem.resources]
        self.setups = [bool(r.setup) and r.kind == "machine" and r.capacity == 1 for r in problem.resources]
        fixed = [s.fixed for o in problem.orders for s in o.steps if s.fixed is not None]
        low = min([0, *(f.start for f in fixed)])
        high = max([problem.horizon, *(f.end for f in fixed)]) + 1
        phase = week_phase(problem.start)
        calendars = {c.id: WorkCalendar(open_intervals(c, phase, low, high)) for c in problem.calendars}
        always = WorkCalendar.always()
        self.calendars = [calendars[r.calendar] if r.calendar is not None else always for r in problem.resources]
        self._links: dict[tuple[int, int], Link | None] = {}
        self.orders = [self._order(at, order, site_of) for at, order in enumerate(problem.orders)]
        self.step_count = sum(len(o.steps) for o in self.orders)

    def link(self, origin: int, destination: int) -> Link | None:
        """Return minutes and price between two site indices; None when there is no way."""
        if origin == destination:
            return (0, 0.0)
        key = (origin, destination)
        try:
            return self._links[key]
        except KeyError:
            leg = self.problem.transport.leg(self._site_ids[origin], self._site_ids[destination])
            found: Link | None = None
            if leg is not None:
                price = 0.0 if self.makespan else leg.jpy + leg.kg_co2 * self._price_co2
                found = (leg.minutes, price)
            self._links[key] = found
            return found

    def _order(self, index: int, order: Order, site_of: dict[str, int]) -> OrderRow:
        sequence = topological(order)
        position = {step.id: at for at, step in enumerate(sequence)}
        succs: list[list[int]] = [[] for _ in sequence]
        for at, step in enumerate(sequence):
            for name in step.after:
                succs[position[name]].append(at)
        rows: list[StepRow] = []
        for at, step in enumerate(sequence):
            modes = self._modes(step)
            fact: Placement | None = None
            was: tuple[int, int] | None = None
            if step.fixed is not None:
                where = self.resource_of[step.fixed.resource]
                if step.is_frozen:
                    # Several modes may name the resource of the fact: the plan is free to choose, so the cheapest.
                    mode = min((m for m in modes if m.resource == where), key=lambda m: (m.price, m.index))
                    fact = Placement(mode, step.fixed.start, step.fixed.end)
                else:
                    was = (where, step.fixed.start)
            usable = tuple(m for m in modes if self._takes(m, step.load))
            preds = tuple(position[name] for name in step.after)
            rows.append(StepRow(step.id, preds, tuple(succs[at]), usable, step.family, step.load, fact, was, step))
        late_price = 0 if self.makespan else order.weight * self.problem.objective.jpy_per_weighted_late_min
        ship_to = site_of[order.ship_to] if order.ship_to is not None else None
        due = order.due
        return OrderRow(
            index, order.id, tuple(rows), max(0, order.release), due, order.weight, late_price, ship_to, order
        )

    def _modes(self, step: Step) -> list[ModeRow]:
        rows = []
        for at, mode in enumerate(step.modes):
            resource = self.resource_of[mode.resource]
            price = 0.0 if self.makespan else mode.jpy + mode.kg_co2 * self._price_co2
            rows.append(ModeRow(at, resource, self.site[resource], mode.duration, price))
        return rows

    def _takes(self, mode: ModeRow, load: float) -> bool:
        resource = self.resources[mode.resource]
        return resource.kind != "batch" or mode.duration == 0 or load <= resource.capacity


def topological(order: Order) -> list[Step]:
    """Return the steps so that each stands after its predecessors, ties in file order."""
    done: set[str] = set()
    rest = list(order.steps)
    sequence: list[Step] = []
    while rest:
        waiting: list[Step] = []
        for step in rest:
            if all(name in done for name in step.after):
                sequence.append(step)
                done.add(step.id)
            else:
                waiting.append(step)
        if len(waiting) == len(rest):
            raise ValueError(f"order {order.id}: 'after' runs in a circle")
        rest = waiting
    return sequence


def completion(instance: Instance, order: OrderRow, placed: list[Placement] | tuple[Placement, ...]) -> int | None:
    """Return when the last sink has arrived, or None when a sink cannot be sent."""
    last: int | None = None
    for step, place in zip(order.steps, placed, strict=True):
        if step.succs:
            continue
        end = place.end
        if order.ship_to is not None:
            link = instance.link(place.mode.site, order.ship_to)
            if link is None:
                return None
            end += link[0]
        last = end if last is None else max(last, end)
    return last


def order_value(instance: Instance, order: OrderRow, placed: list[Placement] | tuple[Placement, ...]) -> float:
    """Return what a fully planned order adds to the objective (with makespan: its completion)."""
    finish = completion(instance, order, placed)
    if finish is None:
        raise ValueError(f"order {order.id}: a sink cannot be sent")
    if instance.makespan:
        return finish
    value = 0.0
    for step, place in zip(order.steps, placed, strict=True):
        value += place.mode.price
        for pred in step.preds:
            link = instance.link(placed[pred].mode.site, place.mode.site)
            value += link[1] if link is not None else 0.0
        if not step.succs and order.ship_to is not None:
            link = instance.link(place.mode.site, order.ship_to)
            value += link[1] if link is not None else 0.0
        if step.was is not None and step.was != (place.mode.resource, place.start):
            value += instance.moved_price
    if order.due is not None:
        value += order.late_price * max(0, finish - order.due)
    return value
