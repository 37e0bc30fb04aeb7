"""What every order could reach alone: earliest ends and a lower bound on its price, capacities ignored.

Calendars, transports, facts (frozen steps) and the horizon count; other orders, set-ups and run sharing do not. Each
relaxation only enlarges the set of plans, so the values are valid bounds for every plan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumihimo.planning.calendar import NEVER
from kumihimo.planning.instance import Instance, ModeRow, OrderRow, StepRow

_MAX_LABELS = 64


@dataclass(frozen=True, slots=True)
class Alone:
    """Bounds of one order.

    Attributes
    ----------
    ends
        Per step (topological) the earliest end over all modes; `NEVER` when it cannot be done within the horizon.
    completion
        Earliest completion; `NEVER` when the order cannot be planned even alone.
    value
        Lower bound of what the order adds to the objective.
    """

    ends: tuple[int, ...]
    completion: int
    value: float

    @property
    def possible(self) -> bool:
        """Whether the order can be planned when nobody else wants anything."""
        return self.completion < NEVER


def usable_modes(step: StepRow) -> tuple[ModeRow, ...]:
    """Return the modes a plan may use: the fact's own for frozen steps."""
    return (step.fact.mode,) if step.fact is not None else step.modes


def place_alone(instance: Instance, step: StepRow, mode: ModeRow, ready: int) -> int:
    """Return the earliest end of `step` in `mode` from `ready` on an empty resource, or `NEVER`."""
    if step.fact is not None:
        return step.fact.end
    calendar = instance.calendars[mode.resource]
    start = calendar.next_open(ready)
    if start > instance.horizon:
        return NEVER
    end = start if mode.duration == 0 else calendar.finish(start, mode.duration)
    return end if end <= instance.horizon else NEVER


def alone(instance: Instance, order: OrderRow) -> Alone:
    """Return the bounds of one order."""
    per_mode: list[list[int]] = []
    for step in order.steps:
        row: list[int] = []
        for mode in usable_modes(step):
            ready = 0 if step.preds else order.release
            for pred in step.preds:
                before = order.steps[pred]
                both_facts = before.fact is not None and step.fact is not None
                arrivals = [0] if both_facts else []
                for other, end in zip(usable_modes(before), per_mode[pred], strict=True):
                    link = instance.link(other.site, mode.site)
                    if link is not None and end < NEVER:
                        arrivals.append(end + link[0])
                ready = max(ready, min(arrivals, default=NEVER))
            late_for_fact = step.fact is not None and bool(step.preds) and ready > step.fact.start
            if late_for_fact and any(order.steps[p].fact is None for p in step.preds):
                row.append(NEVER)
            else:
                row.append(NEVER if ready >= NEVER else place_alone(instance, step, mode, ready))
        per_mode.append(row)
    ends = tuple(min(row, default=NEVER) for row in per_mode)
    finish = 0 if any(not s.succs for s in order.steps) else NEVER
    first = True
    for step, row in zip(order.steps, per_mode, strict=True):
        if step.succs:
            continue
        arrivals = []
        for mode, end in zip(usable_modes(step), row, strict=True):
            link = instance.link(mode.site, order.ship_to) if order.ship_to is not None else (0, 0.0)
            if link is not None and end < NEVER:
                arrivals.append(end + link[0])
        arrival = min(arrivals, default=NEVER)
        finish = arrival if first else max(finish, arrival)
        first = False
    if any(end >= NEVER for end in ends):
        finish = NEVER
    if finish >= NEVER:
        return Alone(ends, NEVER, 0.0)
    if instance.makespan:
        return Alone(ends, finish, finish)
    value = _chain_value(instance, order)
    if value is None:
        value = _relaxed_value(instance, order, finish)
    return Alone(ends, finish, value)


def _moved(instance: Instance, step: StepRow, mode: ModeRow) -> int:
    return instance.moved_price if step.was is not None and step.was[0] != mode.resource else 0


def _relaxed_value(instance: Instance, order: OrderRow, finish: int) -> float:
    """Cheapest mode of every step plus cheapest way of every arc plus the lateness that nobody can avoid."""
    value = 0.0
    for step in order.steps:
        modes = usable_modes(step)
        value += min(m.price + _moved(instance, step, m) for m in modes)
        for pred in step.preds:
            sites = {m.site for m in usable_modes(order.steps[pred])}
            links = [instance.link(a, m.site) for a in sorted(sites) for m in modes]
            value += min((link[1] for link in links if link is not None), default=0.0)
        if not step.succs and order.ship_to is not None:
            links = [instance.link(m.site, order.ship_to) for m in modes]
            value += min((link[1] for link in links if link is not None), default=0.0)
    if order.due is not None:
        value += order.late_price * max(0, finish - order.due)
    return value


def _chain_value(instance: Instance, order: OrderRow) -> float | None:
    """Return the best price of a chain alone by dynamic programming over (price, end) labels; None if not a chain."""
    if any(step.preds != ((at - 1,) if at else ()) for at, step in enumerate(order.steps)):
        return None
    labels: list[tuple[ModeRow, list[tuple[float, int]]]] = []
    for at, step in enumerate(order.steps):
        fresh: list[tuple[ModeRow, list[tuple[float, int]]]] = []
        for mode in usable_modes(step):
            price = mode.price + _moved(instance, step, mode)
            found: list[tuple[float, int]] = []
            if at == 0:
                found.append((price, place_alone(instance, step, mode, order.release)))
            for before, rows in labels:
                link = instance.link(before.site, mode.site)
                if link is None:
                    if step.fact is None or order.steps[at - 1].fact is None:
                        continue
                    link = (0, 0.0)
                for cost, end in rows:
                    before_fact = step.fact is not None and order.steps[at - 1].fact is None
                    if before_fact and step.fact is not None and end + link[0] > step.fact.start:
                        continue
                    found.append((cost + link[1] + price, place_alone(instance, step, mode, end + link[0])))
            kept = _undominated(found)
            if len(kept) > _MAX_LABELS:
                return None
            fresh.append((mode, kept))
        labels = fresh
    best = math.inf
    for mode, rows in labels:
        link = instance.link(mode.site, order.ship_to) if order.ship_to is not None else (0, 0.0)
        if link is None:
            continue
        for cost, end in rows:
            late = max(0, end + link[0] - order.due) if order.due is not None else 0
            best = min(best, cost + link[1] + order.late_price * late)
    return None if math.isinf(best) else best


def _undominated(labels: list[tuple[float, int]]) -> list[tuple[float, int]]:
    kept: list[tuple[float, int]] = []
    for cost, end in sorted(labels):
        if end < NEVER and (not kept or end < kept[-1][1]):
            kept.append((cost, end))
    return kept
