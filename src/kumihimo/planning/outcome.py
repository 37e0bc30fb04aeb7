"""From the arrays of a finished search to a `Plan` with its exact objective and its reasons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import Compiled, Ints
from kumihimo.planning.bulk import in_bulk, make_all
from kumihimo.planning.compile_problem import Sites
from kumihimo.planning.explain import late_orders
from kumihimo.planning.kernel.valuing import fill_values
from kumihimo.planning.occupancy import OpenTime
from kumihimo.planning.placement import Placement
from kumihimo.planning.problem import Mode
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
    used = np.flatnonzero(placement.mode >= 0)
    own = placement.mode[used]
    number = arrays.mode_file[own].tolist()
    modes: list[Mode] = [compiled.steps[at].modes[n] for at, n in zip(used.tolist(), number, strict=True)]
    sites = Sites(problem)
    ways = _ways(compiled, placement, used, sites)
    yen = sum(mode.jpy for mode in modes) + int(sites.legs(*ways, yen=1.0, co2=0.0)[1].sum())
    was, resource = arrays.was_resource[used], arrays.mode_resource[own]
    moved = (was >= 0) & ((was != resource) | (arrays.was_start[used] != placement.start[used]))
    yen += int(arrays.goal[2]) * int(moved.sum())
    kilograms = [mode.kg_co2 for mode in modes]
    rate = problem.objective.jpy_per_kg_co2
    about = math.fsum([*kilograms, *sites.legs(*ways, yen=0.0, co2=1.0)[1].tolist()]) * rate + 0.5
    # A sum of floating-point numbers that is rounded once is right to the fifteenth digit.
    if abs(about - round(about)) > 1e-12 * max(1.0, abs(about)):
        return yen + math.floor(about)
    # Close to a half: exact decimals, since in floating point 0.58 * 25 falls short of 14.5 and would round down.
    origins, targets, names = ways
    for origin, target in zip(origins.tolist(), targets.tolist(), strict=True):
        leg = problem.transport.leg(sites.ids[origin], names[target])
        kilograms.append(0.0 if leg is None else leg.kg_co2)
    exact = sum(Fraction(repr(kg)) for kg in kilograms) * Fraction(repr(rate))
    return yen + math.floor(exact + Fraction(1, 2))


def _ways(compiled: Compiled, placement: Placement, used: Ints, sites: Sites) -> tuple[Ints, Ints, list[str]]:
    """Return the ways of a plan, for `Sites.legs`: between steps that stand, and from last steps to the customer."""
    arrays = compiled.arrays
    site = np.full(len(placement.mode), -1, np.int64)
    site[used] = arrays.resource_site[arrays.mode_resource[placement.mode[used]]]
    after = np.repeat(np.arange(len(site)), np.diff(arrays.pred_first))
    arcs = np.flatnonzero((site[after] >= 0) & (site[arrays.pred] >= 0))
    sent = (site >= 0) & (arrays.succ_first[1:] == arrays.succ_first[:-1]) & (arrays.order_ship[arrays.step_order] == 1)
    last = np.flatnonzero(sent)
    customers = [order.ship_to or "" for order in compiled.orders]
    return (
        np.concatenate([site[arrays.pred[arcs]], site[last]]),
        np.concatenate([site[after[arcs]], len(sites.ids) + arrays.step_order[last]]),
        [*sites.ids, *customers],
    )


@in_bulk()
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
    time = OpenTime(compiled.arrays)
    for order in np.flatnonzero(placement.planned == 0).tolist():
        why: Sequence[Why] = why_unplanned(compiled, order, time)
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
    sequence: list[int] = []
    base = 0
    for order in compiled.orders:
        end = base + len(order.steps)
        if tuple(compiled.steps[base:end]) == order.steps:
            sequence += range(base, end)
        else:
            where = {compiled.steps[at].id: at for at in range(base, end)}
            sequence += [where[step.id] for step in order.steps]
        base = end
    rows = np.array(sequence, np.int64)
    rows = rows[placement.mode[rows] >= 0]
    modes = placement.mode[rows]
    orders, steps, names = compiled.orders, compiled.steps, [r.id for r in compiled.problem.resources]
    return tuple(
        make_all(
            PlannedStep,
            len(rows),
            order=[orders[at].id for at in arrays.step_order[rows].tolist()],
            step=[steps[at].id for at in rows.tolist()],
            mode=arrays.mode_file[modes].tolist(),
            resource=[names[at] for at in arrays.mode_resource[modes].tolist()],
            start=placement.start[rows].tolist(),
            end=placement.end[rows].tolist(),
        )
    )
