"""From the arrays of a finished search to a `Plan` with its exact objective and its reasons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import Compiled, Ints
from kumihimo.planning.compile_problem import in_sequence
from kumihimo.planning.explain import late_orders
from kumihimo.planning.kernel.valuing import fill_values
from kumihimo.planning.placement import Placement
from kumihimo.planning.result import Plan, PlannedStep, SolverRun, Status, Unplanned, Why
from kumihimo.planning.unplanned import why_unplanned

STOPPED = Why(
    code="STOPPED",
    text="計画の途中で止められたため、まだ計画していません / the run was stopped before this order was planned",
)


class Price(NamedTuple):
    """The exact objective, and the part that frozen steps of orders left out add to it."""

    objective: int
    lone: float


def price(compiled: Compiled, placement: Placement) -> Price:
    """Return the exact objective of a plan as `docs/reference/plan-format.md` defines it."""
    arrays = compiled.arrays
    planned = placement.planned == 1
    finish, own = np.zeros(len(planned), np.int64), np.zeros(len(planned), np.float64)
    fill_values(arrays, placement.mode, placement.start, placement.end, placement.planned, finish, own)
    if arrays.goal[1]:
        return Price(int(finish[planned].max(initial=0)), 0.0)
    late_price = arrays.late_price[planned].astype(np.int64)
    late = sum((late_price * np.maximum(0, finish[planned] - arrays.order_due[planned])).tolist())
    lone = math.fsum(own[~planned].tolist())
    if not compiled.problem.objective.jpy_per_kg_co2:
        return Price(round(math.fsum(own.tolist())) + late, lone)
    return Price(_with_emission(compiled, placement) + late, lone)


def _with_emission(compiled: Compiled, placement: Placement) -> int:
    """Return yen of modes, ways and moves plus priced CO2, rounded once and half up on exact decimals."""
    arrays, problem = compiled.arrays, compiled.problem
    yen = 0
    kilograms: list[float] = []
    site = [r.site for r in problem.resources]
    for at, step in enumerate(compiled.steps):
        own = int(placement.mode[at])
        if own < 0:
            continue
        mode = step.modes[int(arrays.mode_file[own])]
        yen += mode.jpy
        kilograms.append(mode.kg_co2)
        here = site[int(arrays.mode_resource[own])]
        befores = arrays.pred[arrays.pred_first[at] : arrays.pred_first[at + 1]].tolist()
        ways = [
            (site[int(arrays.mode_resource[placement.mode[before]])], here)
            for before in befores
            if placement.mode[before] >= 0
        ]
        ship_to = compiled.orders[int(arrays.step_order[at])].ship_to
        if arrays.succ_first[at] == arrays.succ_first[at + 1] and ship_to is not None:
            ways.append((here, ship_to))
        for origin, destination in ways:
            leg = problem.transport.leg(origin, destination)
            if leg is not None:
                yen += leg.jpy
                kilograms.append(leg.kg_co2)
        was = int(arrays.was_resource[at])
        if was >= 0 and (was, int(arrays.was_start[at])) != (int(arrays.mode_resource[own]), int(placement.start[at])):
            yen += int(arrays.goal[2])
    rate = problem.objective.jpy_per_kg_co2
    about = math.fsum(kilograms) * rate + 0.5
    if abs(about - round(about)) > 1e-6 * max(1.0, abs(about)):
        return yen + math.floor(about)
    # Close to a half: exact decimals, since in floating point 0.58 * 25 falls short of 14.5 and would round down.
    exact = sum(Fraction(repr(kg)) for kg in kilograms) * Fraction(repr(rate))
    return yen + math.floor(exact + Fraction(1, 2))


def build_plan(
    compiled: Compiled,
    placement: Placement,
    completion: Ints,
    bound: float | None,
    run: SolverRun,
    *,
    is_stopped: bool = False,
    is_proven: bool = False,
) -> Plan:
    """Turn a final placement into a plan with reasons.

    Parameters
    ----------
    completion
        Earliest completion of each order alone, shape (n,).
    bound
        Lower bound of what the planned orders add to the objective, None = not known.
    is_stopped
        The run ended before every order had been tried.
    is_proven
        The planned orders cannot cost less.
    """
    unplanned = []
    for order in np.flatnonzero(placement.planned == 0).tolist():
        why: Sequence[Why] = why_unplanned(compiled, order)
        if is_stopped and any(w.code == "NO_CAPACITY" for w in why):
            why = (STOPPED,)
        unplanned.append(Unplanned(order=compiled.orders[order].id, why=tuple(why)))
    objective, lone = price(compiled, placement)
    lower = 0
    if is_proven:
        lower = objective
    elif bound is not None and not math.isinf(bound):
        # Emissions are rounded half up in the objective, so every plan's objective is at least the rounded bound.
        lower = min(objective, math.floor(bound + lone + 0.5 - 1e-6))
    status: Status = "feasible"
    if unplanned:
        status = "infeasible" if len(unplanned) == len(compiled.orders) else "partial"
    elif lower == objective:
        status = "optimal"
    return Plan(
        problem_sha256=compiled.problem.sha256,
        status=status,
        objective=objective,
        lower_bound=lower,
        steps=_rows(compiled, placement),
        unplanned=tuple(unplanned),
        late=late_orders(compiled, placement, completion),
        solver=run,
    )


def _rows(compiled: Compiled, placement: Placement) -> tuple[PlannedStep, ...]:
    """Steps of every order in the sequence of the file."""
    arrays = compiled.arrays
    modes = placement.mode.tolist()
    starts, ends = placement.start.tolist(), placement.end.tolist()
    resource, number = arrays.mode_resource.tolist(), arrays.mode_file.tolist()
    names = [r.id for r in compiled.problem.resources]
    rows: list[PlannedStep] = []
    base = 0
    for order in compiled.orders:
        here = range(base, base + len(order.steps))
        if in_sequence(order) is not order.steps:
            where = {compiled.steps[at].id: at for at in here}
            places = [where[step.id] for step in order.steps]
        else:
            places = list(here)
        for at in places:
            mode = modes[at]
            if mode >= 0:
                rows.append(
                    PlannedStep(
                        order=order.id,
                        step=compiled.steps[at].id,
                        mode=number[mode],
                        resource=names[resource[mode]],
                        start=starts[at],
                        end=ends[at],
                    )
                )
        base += len(order.steps)
    return tuple(rows)
