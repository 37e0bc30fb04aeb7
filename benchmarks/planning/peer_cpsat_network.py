"""CP-SAT on a multi-firm problem without calendars, from a complete plan as its hint.

A flow model, the best of those we have tried: a literal a mode, a literal for every pair of modes of an arc whose row
and column sums are the mode literals, transport minutes and yen on the pairs, one start variable a step, no-overlap on
each machine, lateness a variable of its own. Chains, assemblies and split lots alike; no set-ups, ovens or machines
alike.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from ortools.sat.python import cp_model

from kumihimo.logistics.transport import Leg
from kumihimo.planning import Cause, Late, Order, Plan, PlannedStep, Problem, SolverRun


def solve(problem: Problem, start: Plan, *, seconds: float, seed: int, workers: int) -> dict[str, Any]:
    """Return status, bound, times and the plan found; None where CP-SAT ended without one."""
    site = {resource.id: resource.site for resource in problem.resources}
    price = problem.objective.jpy_per_weighted_late_min

    @cache
    def leg(origin: str, destination: str) -> Leg:
        found = problem.transport.leg(origin, destination)
        if found is None:
            raise ValueError(f"no way from {origin} to {destination}")
        return found

    hint = {(row.order, row.step): row for row in start.steps}
    model = cp_model.CpModel()
    on_machine: dict[str, list[Any]] = {resource.id: [] for resource in problem.resources}
    yen: list[Any] = []
    begins: dict[tuple[str, str], Any] = {}
    chosen: dict[tuple[str, str], list[Any]] = {}
    for order in problem.orders:
        length: dict[str, Any] = {}
        inner = {name for step in order.steps for name in step.after}
        late = None
        if order.due is not None:
            late = model.new_int_var(0, problem.horizon, "")
            model.add_hint(late, next((item.late_min for item in start.late if item.order == order.id), 0))
            yen.append(order.weight * price * late)
        for step in order.steps:
            key = (order.id, step.id)
            begin = begins[key] = model.new_int_var(order.release, problem.horizon, "")
            literals = chosen[key] = [model.new_bool_var("") for _ in step.modes]
            model.add_exactly_one(literals)
            model.add_hint(begin, hint[key].start)
            for number, (mode, literal) in enumerate(zip(step.modes, literals, strict=True)):
                model.add_hint(literal, number == hint[key].mode)
                on_machine[mode.resource].append(
                    model.new_optional_fixed_size_interval_var(begin, mode.duration, literal, "")
                )
                yen.append(mode.jpy * literal)
            length[step.id] = sum(m.duration * x for m, x in zip(step.modes, literals, strict=True))
            if step.id in inner:
                continue
            way: Any = 0
            if order.ship_to is not None:
                ways = [leg(site[mode.resource], order.ship_to) for mode in step.modes]
                way = sum(w.minutes * x for w, x in zip(ways, literals, strict=True))
                yen += [w.jpy * x for w, x in zip(ways, literals, strict=True)]
            if late is not None and order.due is not None:
                model.add(late >= begin + length[step.id] + way - order.due)
        _arcs(model, order, begins, chosen, length, hint, site, leg, yen)
    for intervals in on_machine.values():
        model.add_no_overlap(intervals)
    model.minimize(sum(yen))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    began, began_cpu = time.monotonic(), time.process_time()
    status = solver.solve(model)
    answer: dict[str, Any] = {
        "status": solver.status_name(status),
        "wall_s": round(time.monotonic() - began, 2),
        "cpu_s": round(time.process_time() - began_cpu, 2),
        "plan": None,
    }
    # A complete hint is no promise: when presolve eats the time, the answer is UNKNOWN with an objective of 0.
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        answer["bound"] = int(-(-solver.best_objective_bound // 1))
        modes = {key: next(n for n, x in enumerate(found) if solver.value(x)) for key, found in chosen.items()}
        answer["plan"] = _plan(problem, {key: solver.value(v) for key, v in begins.items()}, modes, solver, leg, site)
    return answer


def _arcs(
    model: cp_model.CpModel,
    order: Order,
    begins: dict[tuple[str, str], Any],
    chosen: dict[tuple[str, str], list[Any]],
    length: dict[str, Any],
    hint: dict[tuple[str, str], PlannedStep],
    site: dict[str, str],
    leg: Any,
    yen: list[Any],
) -> None:
    """Tie a step to those before it: a literal for each pair of modes carries the truck between them."""
    steps = {step.id: step for step in order.steps}
    for step in order.steps:
        for name in step.after:
            before, after = (order.id, name), (order.id, step.id)
            pairs: list[list[Any]] = []
            minutes: list[Any] = []
            for number, one in enumerate(steps[name].modes):
                pairs.append([])
                for other, two in enumerate(step.modes):
                    literal = model.new_bool_var("")
                    model.add_hint(literal, (number, other) == (hint[before].mode, hint[after].mode))
                    pairs[-1].append(literal)
                    way = leg(site[one.resource], site[two.resource])
                    minutes.append(way.minutes * literal)
                    yen.append(way.jpy * literal)
            for row, literal in zip(pairs, chosen[before], strict=True):
                model.add(sum(row) == literal)
            for column, literal in zip(zip(*pairs, strict=True), chosen[after], strict=True):
                model.add(sum(column) == literal)
            model.add(begins[after] >= begins[before] + length[name] + sum(minutes))


def _plan(
    problem: Problem,
    begins: dict[tuple[str, str], int],
    modes: dict[tuple[str, str], int],
    solver: cp_model.CpSolver,
    leg: Any,
    site: dict[str, str],
) -> Plan:
    """Return the solution as a plan, so that the verifier prices it anew."""
    rows, late = [], []
    for order in problem.orders:
        inner = {name for step in order.steps for name in step.after}
        arrival = 0
        for step in order.steps:
            key = (order.id, step.id)
            mode = step.modes[modes[key]]
            end = begins[key] + mode.duration
            rows.append(
                PlannedStep(
                    order=order.id,
                    step=step.id,
                    mode=modes[key],
                    resource=mode.resource,
                    start=begins[key],
                    end=end,
                )
            )
            if step.id not in inner:
                way = 0 if order.ship_to is None else leg(site[mode.resource], order.ship_to).minutes
                arrival = max(arrival, end + way)
        if order.due is not None and arrival > order.due:
            minutes = arrival - order.due
            late.append(Late(order=order.id, late_min=minutes, causes=(Cause(code="WORK", minutes=minutes),)))
    return Plan(
        problem_sha256=problem.sha256,
        status="feasible",
        objective=round(solver.objective_value),
        lower_bound=min(round(solver.objective_value), int(-(-solver.best_objective_bound // 1))),
        steps=tuple(rows),
        late=tuple(late),
        solver=SolverRun(info={"engine": "CP-SAT"}),
    )
