"""Improve a plan with CP-SAT; the plan that is given stays the fallback, outside the solver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kumihimo.planning.capacity_free import alone
from kumihimo.planning.cpsat.suited import unsuited
from kumihimo.planning.instance import Instance, Placement

_UNITS_PER_ITERATION = 0.002
_MOST_UNITS = 6.0
"""Deterministic time of the solver; one unit took about 6 CPU seconds on a busy two-core machine."""

Placed = tuple[Placement, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What CP-SAT found: a plan or None, a proven lower bound for planning every order or None, and what happened."""

    placed: list[Placed | None] | None
    bound: float | None
    info: str


def improve(
    instance: Instance,
    incumbent: Sequence[Placed | None],
    *,
    seed: int,
    effort: int | None,
    wall_s: float | None,
) -> Answer:
    """Solve the whole problem, hinted with `incumbent`.

    Parameters
    ----------
    effort
        Iterations of the caller, turned into deterministic time (one worker, fixed seed: repeatable).
    wall_s
        Seconds of wall clock instead of `effort`.
    """
    if effort == 0 or (wall_s is not None and wall_s < 0.05):
        return Answer(None, None, "skipped: no effort left")
    wanted = [row.index for row in instance.orders if alone(instance, row).possible]
    movable = [o for o in wanted if any(s.fact is None for s in instance.orders[o].steps)]
    if not movable:
        return Answer(None, None, "skipped: nothing can be moved")
    reason = unsuited(instance, wanted)
    if reason is not None:
        return Answer(None, None, reason)
    return _solve(instance, incumbent, wanted, seed, effort, wall_s)


def _solve(
    instance: Instance,
    incumbent: Sequence[Placed | None],
    wanted: list[int],
    seed: int,
    effort: int | None,
    wall_s: float | None,
) -> Answer:
    from ortools.sat.python import cp_model

    from kumihimo.planning.cpsat.constraints import add_resources, add_routings
    from kumihimo.planning.cpsat.objective import add_objective
    from kumihimo.planning.cpsat.variables import add_hints, make_variables

    certain = all(incumbent[o] is not None for o in wanted)
    model = make_variables(instance, wanted, certain)
    scale = add_objective(model, add_routings(model), certain)
    add_resources(model)
    add_hints(model, incumbent)
    if model.cp.validate():
        return Answer(None, None, "skipped: the numbers are too large for the solver")
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed % (1 << 31)
    if wall_s is not None:
        solver.parameters.max_time_in_seconds = wall_s
        solver.parameters.num_workers = 2
    else:
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = min(_MOST_UNITS, max(0.3, (effort or 0) * _UNITS_PER_ITERATION))
    status = solver.solve(model.cp)
    name = solver.status_name(status).lower()
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, None, name)
    bound = solver.best_objective_bound / scale.unit - scale.slack if certain else None
    return Answer(_read(instance, model, solver), bound, name)


def _read(instance: Instance, model: Any, solver: Any) -> list[Placed | None]:
    placed: list[Placed | None] = [None] * len(instance.orders)
    for order, steps in model.orders.items():
        if not solver.value(model.present[order]):
            continue
        places: list[Placement] = []
        for step in steps:
            if step.step.fact is not None:
                places.append(step.step.fact)
                continue
            mode = next(m.mode for m in step.modes if solver.value(m.chosen))
            places.append(Placement(mode, solver.value(step.start), solver.value(step.end)))
        placed[order] = tuple(places)
    return placed
