"""Constraints of the CP-SAT model: routings with transport, machines, groups, set-ups, facts."""

from __future__ import annotations

from typing import Any

from ortools.sat.python import cp_model

from kumihimo.planning.calendar import NEVER
from kumihimo.planning.cpsat.variables import Model, ModeVars, StepVars
from kumihimo.planning.instance import Placement


def add_routings(model: Model) -> list[tuple[Any, float]]:
    """Add precedence with transport; return the literals of priced ways with their prices."""
    cp, link_of = model.cp, model.instance.link
    priced: list[tuple[Any, float]] = []
    for steps in model.orders.values():
        for step in steps:
            if step.step.fact is None and not step.step.preds:
                cp.add(step.start >= step.order.release)
            for pred in step.step.preds:
                before = steps[pred]
                if before.step.fact is not None and step.step.fact is not None:
                    continue
                for origin, left in before.sites.items():
                    for destination, came in step.sites.items():
                        literals = [x for x in (left, came) if not isinstance(x, int)]
                        link = link_of(origin, destination)
                        if link is None:
                            cp.add_bool_or([x.negated() for x in literals])
                            continue
                        cp.add(step.start >= before.end + link[0]).only_enforce_if(literals)
                        if link[1] > 0:
                            priced.append((_both(cp, literals), link[1]))
    return priced


def _both(cp: cp_model.CpModel, literals: list[Any]) -> Any:
    """Return a literal that must be true when all are (minimising keeps it false otherwise)."""
    if len(literals) == 1:
        return literals[0]
    both = cp.new_bool_var("way")
    cp.add_bool_or([*(x.negated() for x in literals), both])
    return both


def add_resources(model: Model) -> None:
    """Add no-overlap, capacity, set-up and the facts on every resource."""
    cp, instance = model.cp, model.instance
    on_resource: dict[int, list[tuple[StepVars, ModeVars]]] = {}
    for steps in model.orders.values():
        for step in steps:
            for mode in step.modes:
                if mode.work_start is not None:
                    on_resource.setdefault(mode.mode.resource, []).append((step, mode))
    facts: dict[int, list[Placement]] = {}
    for order in instance.orders:
        for row in order.steps:
            if row.fact is not None and row.fact.start < row.fact.end:
                facts.setdefault(row.fact.mode.resource, []).append(row.fact)
    for resource, held in on_resource.items():
        intervals = [
            cp.new_optional_fixed_size_interval_var(m.work_start, m.mode.duration, m.chosen, "i") for _, m in held
        ]
        capacity = instance.resources[resource].capacity
        if capacity > 1:
            cp.add_cumulative(intervals, [1] * len(intervals), capacity)
            continue
        cp.add_no_overlap(intervals)
        for fact in facts.get(resource, ()):
            _keep_clear(model, resource, held, fact)
        if instance.setups[resource]:
            _add_setups(model, resource, held)


def _work(model: Model, resource: int, minute: int) -> int:
    calendar = model.instance.calendars[resource]
    return minute if calendar.starts == [-NEVER] else calendar.work_before(minute)


def _keep_clear(model: Model, resource: int, held: list[tuple[StepVars, ModeVars]], fact: Placement) -> None:
    """Forbid the work starts at which a step would lie over a fact, even over one in closed time."""
    low, high = _work(model, resource, fact.start), _work(model, resource, fact.end)
    for _, mode in held:
        allowed = cp_model.Domain.from_intervals([[-(1 << 40), low - mode.mode.duration], [high, 1 << 40]])
        model.cp.add_linear_expression_in_domain(mode.work_start, allowed).only_enforce_if(mode.chosen)


def _add_setups(model: Model, resource: int, held: list[tuple[StepVars, ModeVars]]) -> None:
    """Order the steps of a machine in a circuit, since a set-up counts between neighbours only."""
    cp = model.cp
    setup = model.instance.resources[resource].setup
    arcs: list[tuple[int, int, Any]] = [(0, 0, cp.new_bool_var("idle"))]
    for i, (one, first) in enumerate(held, start=1):
        arcs.append((i, i, first.chosen.negated()))
        arcs.append((0, i, cp.new_bool_var("first")))
        arcs.append((i, 0, cp.new_bool_var("last")))
        for j, (two, second) in enumerate(held, start=1):
            if i == j:
                continue
            literal = cp.new_bool_var("then")
            pause = 0
            if one.step.family is not None and two.step.family not in (None, one.step.family):
                pause = setup.get(one.step.family, {}).get(str(two.step.family), 0)
            gap = first.mode.duration + pause
            cp.add(second.work_start >= first.work_start + gap).only_enforce_if(literal)
            arcs.append((i, j, literal))
    cp.add_circuit(arcs)
