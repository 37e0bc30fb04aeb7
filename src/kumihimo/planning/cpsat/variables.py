"""Variables of the CP-SAT model.

Every resource is seen in its own *work time*: the minute of a step is replaced by the open minutes before it. There a
step is an interval of fixed size whatever the calendar does, and two steps overlap in work time exactly when they
overlap on the wall clock. One literal for each open interval ties work time to wall clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from kumihimo.planning.calendar import NEVER, WorkCalendar
from kumihimo.planning.instance import Instance, ModeRow, OrderRow, Placement, StepRow


@dataclass(slots=True)
class ModeVars:
    """One mode of a movable step: chosen or not, start in work time."""

    mode: ModeRow
    chosen: Any
    work_start: Any
    ties: list[tuple[Any, int, int]] = field(default_factory=list)
    """Literal, first and last work minute it stands for; hints are computed from them."""


@dataclass(slots=True)
class StepVars:
    """A step: wall-clock start and end (constants for facts), its modes, and one literal per site."""

    order: OrderRow
    step: StepRow
    start: Any
    end: Any
    modes: list[ModeVars]
    sites: dict[int, Any]


@dataclass(slots=True)
class Model:
    """The CP-SAT model with handles on everything."""

    instance: Instance
    cp: cp_model.CpModel
    orders: dict[int, list[StepVars]]
    present: dict[int, Any]
    optional: set[int] = field(default_factory=set)


def make_variables(instance: Instance, wanted: Sequence[int], certain: bool) -> Model:
    """Create variables for the wanted orders.

    Parameters
    ----------
    wanted
        Indices of the orders that could be planned.
    certain
        True: all of them must be planned; False: each may be left out.
    """
    cp = cp_model.CpModel()
    model = Model(instance, cp, {}, {})
    for order in wanted:
        row = instance.orders[order]
        has_movable = any(s.fact is None for s in row.steps)
        present = cp.new_constant(1)
        if has_movable and not certain:
            present = cp.new_bool_var("p")
            model.optional.add(order)
        model.present[order] = present
        model.orders[order] = [_step(model, row, step, present) for step in row.steps]
    return model


def _step(model: Model, order: OrderRow, step: StepRow, present: Any) -> StepVars:
    cp, instance = model.cp, model.instance
    if step.fact is not None:
        fact = step.fact
        return StepVars(order, step, fact.start, fact.end, [], {fact.mode.site: 1})
    start = cp.new_int_var(0, instance.horizon, "s")
    end = cp.new_int_var(0, instance.horizon, "e")
    modes = [_mode(model, mode, start, end) for mode in step.modes]
    cp.add(sum(m.chosen for m in modes) == present)
    sites: dict[int, Any] = {}
    for site in sorted({m.mode.site for m in modes}):
        there = [m.chosen for m in modes if m.mode.site == site]
        if len(there) == 1:
            sites[site] = there[0]
        else:
            sites[site] = cp.new_bool_var("at")
            cp.add(sum(there) == sites[site])
    return StepVars(order, step, start, end, modes, sites)


def _mode(model: Model, mode: ModeRow, start: Any, end: Any) -> ModeVars:
    cp, horizon = model.cp, model.instance.horizon
    calendar = model.instance.calendars[mode.resource]
    chosen = cp.new_bool_var("x")
    if mode.duration == 0:
        free = cp_model.Domain.from_intervals(
            [[max(0, a), min(b - 1, horizon)] for a, b in _spans(calendar) if b > 0 and a <= horizon]
        )
        cp.add_linear_expression_in_domain(start, free).only_enforce_if(chosen)
        cp.add(end == start).only_enforce_if(chosen)
        return ModeVars(mode, chosen, None)
    if calendar.starts == [-NEVER]:
        cp.add(end == start + mode.duration).only_enforce_if(chosen)
        return ModeVars(mode, chosen, start)
    first = calendar.work_before(0)
    last = calendar.work_before(horizon) - mode.duration
    if last < first:
        cp.add(chosen == 0)
        return ModeVars(mode, chosen, None)
    work = cp.new_int_var(first, last, "w")
    made = ModeVars(mode, chosen, work)
    begins, finishes = [chosen.negated()], [chosen.negated()]
    for at, (a, _) in enumerate(_spans(calendar)):
        before, after = calendar.before[at], calendar.before[at + 1]
        shift = a - before
        if before <= last and after > first:
            literal = cp.new_bool_var("y")
            cp.add_linear_constraint(work, before, after - 1).only_enforce_if(literal)
            cp.add(start == work + shift).only_enforce_if(literal)
            begins.append(literal)
            made.ties.append((literal, before, after - 1))
        if before < last + mode.duration and after >= first + mode.duration:
            literal = cp.new_bool_var("z")
            low, high = before + 1 - mode.duration, after - mode.duration
            cp.add_linear_constraint(work, low, high).only_enforce_if(literal)
            cp.add(end == work + (mode.duration + shift)).only_enforce_if(literal)
            finishes.append(literal)
            made.ties.append((literal, low, high))
    cp.add_exactly_one(begins)
    cp.add_exactly_one(finishes)
    return made


def _spans(calendar: WorkCalendar) -> list[tuple[int, int]]:
    return list(zip(calendar.starts, calendar.ends, strict=True))


def add_hints(model: Model, placed: Sequence[tuple[Placement, ...] | None]) -> None:
    """Hint the solver with a plan."""
    cp = model.cp
    for order, steps in model.orders.items():
        places = placed[order]
        if order in model.optional:
            cp.add_hint(model.present[order], int(places is not None))
        for at, step in enumerate(steps):
            place = places[at] if places is not None else None
            if step.step.fact is not None or place is None:
                continue
            cp.add_hint(step.start, place.start)
            cp.add_hint(step.end, place.end)
            for mode in step.modes:
                is_it = mode.mode.index == place.mode.index
                cp.add_hint(mode.chosen, int(is_it))
                if mode.ties:
                    work = model.instance.calendars[mode.mode.resource].work_before(place.start)
                    if is_it:
                        cp.add_hint(mode.work_start, work)
                    for literal, low, high in mode.ties:
                        cp.add_hint(literal, int(is_it and low <= work <= high))
