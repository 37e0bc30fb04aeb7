"""Improve a plan with CP-SAT; the plan that is given stays the fallback, outside the solver."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kumihimo.planning.arrays import Arrays, Compiled, Floats, Ints
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.cpsat.reach import Reach
from kumihimo.planning.cpsat.suiting import rough_size, too_large, unsuited
from kumihimo.planning.cpsat.worth import order_value
from kumihimo.planning.placement import Placement

if TYPE_CHECKING:
    from kumihimo.planning.cpsat.model import Model

UNITS_PER_ITERATION = 5e-5
LEAST_UNITS, MOST_UNITS = 0.3, 6.0
"""Deterministic time of the solver; a unit takes about 5 CPU seconds, an iteration of the search about 0.1 ms."""
_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Answer:
    """What CP-SAT found.

    Attributes
    ----------
    placement
        A plan, or None; it may be no better than the incumbent and must be verified by whoever takes it.
    bound
        Proven lower bound of what all possible orders together add to the objective when every one of them is
        planned (with makespan: of the largest completion); None when there is none.
    info
        What happened, for the record of the run.
    interrupted
        Ctrl-C came in between; the placement is the best so far.
    """

    placement: Placement | None
    bound: float | None
    info: str
    interrupted: bool = False


def improve_placement(
    compiled: Compiled,
    placement: Placement,
    possible: Ints,
    *,
    seed: int,
    effort: int | None,
    wall_s: float | None,
    on_better: Callable[[Placement], None] | None = None,
    out_of_time: Callable[[], bool] | None = None,
) -> Answer:
    """Solve the whole problem, hinted with `placement`.

    Parameters
    ----------
    possible
        1 per order that could be planned alone, shape (n,).
    effort
        Iterations of the caller, turned into deterministic time (one worker, fixed seed: repeatable).
    wall_s
        Seconds of wall clock instead of `effort`; both cores are used.
    on_better
        Called in the caller's thread with every plan the solver finds.
    out_of_time
        Asked about every 20 ms; True stops the solver, and the best plan so far is returned. Ctrl-C does the same.
    """
    if effort == 0 or (wall_s is not None and wall_s < 0.05):
        return Answer(None, None, "skipped: no effort left")
    arrays = compiled.arrays
    reason = unsuited(arrays, possible)
    if reason is not None:
        return Answer(None, None, reason)
    wanted = np.flatnonzero(possible == 1).tolist()
    return solve_orders(
        arrays,
        placement,
        wanted,
        alone(arrays).value,
        seed=seed,
        units=None if effort is None else min(MOST_UNITS, max(LEAST_UNITS, effort * UNITS_PER_ITERATION)),
        wall_s=wall_s,
        on_better=on_better,
        out_of_time=out_of_time,
    )


def narrowed(arrays: Arrays, placement: Placement, wanted: list[int], value: Floats) -> Reach | str:
    """Return what can still matter of the wanted orders, or why that is too much.

    Parameters
    ----------
    value
        Least price of every order alone, shape (n,).
    """
    most: dict[int, float] = {}
    ceiling = math.inf
    if all(placement.planned[o] for o in wanted):
        values = {o: order_value(arrays, placement, o) for o in wanted}
        if arrays.goal[1]:
            ceiling = max(values.values(), default=math.inf)
        else:
            gap = sum(values.values()) - sum(float(value[o]) for o in wanted)
            most = {o: float(value[o]) + gap for o in wanted}
    reason = rough_size(arrays, wanted, most, ceiling)
    if reason is not None:
        return reason
    reach = Reach(arrays, wanted, most, ceiling)
    return too_large(reach) or reach


def solve_orders(
    arrays: Arrays,
    placement: Placement,
    wanted: list[int],
    value: Floats,
    *,
    seed: int,
    units: float | None,
    wall_s: float | None,
    on_better: Callable[[Placement], None] | None = None,
    out_of_time: Callable[[], bool] | None = None,
) -> Answer:
    """Solve the wanted orders beside everything frozen; see `improve_placement`."""
    if not any((arrays.fact_mode[arrays.step_first[o] : arrays.step_first[o + 1]] < 0).any() for o in wanted):
        return Answer(None, None, "skipped: nothing can be moved")
    reach = narrowed(arrays, placement, wanted, value)
    if isinstance(reach, str):
        return Answer(None, None, reach)
    if not reach.orders:
        return Answer(None, None, "skipped: nothing has a place beside what is frozen")
    from kumihimo.planning.cpsat.holding import add_holding
    from kumihimo.planning.cpsat.model import make_model

    certain = all(placement.planned[o] for o in wanted)
    model = make_model(reach, placement, certain)
    add_holding(model)
    if model.cp.validate():
        return Answer(None, None, "skipped: the numbers are too large for the solver")
    return _run(model, placement, certain, seed, units, wall_s, on_better, out_of_time)


def _run(
    model: Model,
    placement: Placement,
    certain: bool,
    seed: int,
    units: float | None,
    wall_s: float | None,
    on_better: Callable[[Placement], None] | None,
    out_of_time: Callable[[], bool] | None,
) -> Answer:
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed % (1 << 31)
    # Python keeps Ctrl-C: the solver runs in a thread of its own, and this one waits where it can be interrupted.
    solver.parameters.catch_sigint_signal = False
    solver.parameters.num_workers = 1
    # Measured at 113 steps: probing and symmetry took 27 of the first 30 seconds and found next to nothing; with the
    # full linear relaxation the bound went from 2,366,583 to 2,520,351 (best plan 2,526,357).
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.linearization_level = 2
    if wall_s is not None:
        solver.parameters.max_time_in_seconds = wall_s
        solver.parameters.num_workers = 2
    if units is not None:
        solver.parameters.max_deterministic_time = units
    news: list[Placement] = []

    class Listener(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            news.append(_read(model, placement, self.value))

    done: list[Any] = []
    listener = Listener() if on_better is not None else None
    thread = threading.Thread(target=lambda: done.append(solver.solve(model.cp, listener)), daemon=True)
    thread.start()
    interrupted = False
    while thread.is_alive():
        try:
            thread.join(_POLL_S)
            while news and on_better is not None:
                on_better(news.pop(0))
            if out_of_time is not None and out_of_time():
                solver.stop_search()
        except KeyboardInterrupt:
            interrupted = True
            solver.stop_search()
    if not done:
        return Answer(None, None, "failed in the solver", interrupted)
    while news and on_better is not None:
        on_better(news.pop(0))
    name = solver.status_name(done[0]).lower()
    if done[0] not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, None, name, interrupted)
    bound = solver.best_objective_bound / model.unit - model.rounding - 1e-6 if certain else None
    return Answer(_read(model, placement, solver.value), bound, name, interrupted)


def _read(model: Model, placement: Placement, value: Callable[[Any], int]) -> Placement:
    """Return the incumbent with the solver's orders in place."""
    found = Placement(*(row.copy() for row in placement))
    for order, present in model.present.items():
        found.planned[order] = present if isinstance(present, int) else value(present)
    for at, step in model.steps.items():
        if step.reach.is_fact:
            continue
        if not found.planned[step.reach.order]:
            found.mode[at] = found.start[at] = found.end[at] = -1
            continue
        found.mode[at] = next(
            m.reach.mode for m in step.modes if (m.chosen if isinstance(m.chosen, int) else value(m.chosen))
        )
        found.start[at], found.end[at] = value(step.start), value(step.end)
    return found
