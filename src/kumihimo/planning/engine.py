"""`plan()`: dispatch, ruin and recreate, CP-SAT on small problems; the best valid plan is always at hand."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from fractions import Fraction

from kumihimo.planning.board import Board
from kumihimo.planning.completing import insert_waiting
from kumihimo.planning.cpsat.solve import improve
from kumihimo.planning.cpsat.suited import unsuited
from kumihimo.planning.dispatch import Snapshot, dispatch, restore, snapshot
from kumihimo.planning.explain import Occupation, late_causes, why_unplanned
from kumihimo.planning.instance import Instance, OrderRow, Placement, completion
from kumihimo.planning.problem import Problem
from kumihimo.planning.recreate import RuinAndRecreate
from kumihimo.planning.result import Late, Plan, PlannedStep, SolverRun, Status, Unplanned
from kumihimo.planning.verify import verify_plan

DEFAULT_ITERATIONS = 300
_SHARE_OF_SEARCH = 0.6
"""Of a budget in seconds; the rest is for CP-SAT where the problem suits it."""


def _silent(share: float) -> None:
    """Tell nobody."""


def plan(
    problem: Problem,
    *,
    iterations: int | None = None,
    budget_s: float | None = None,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Plan:
    """Plan every order that can be planned, as cheaply as the effort allows.

    Parameters
    ----------
    problem
        What must be made.
    iterations
        Effort as a count: the same problem, seed and count give the same plan on every machine. The default, when
        neither this nor `budget_s` is given, is 300.
    budget_s
        Effort in seconds of wall clock; the only use of a clock, and the plan then depends on the machine.
    seed
        Of every random choice.
    progress
        Called with the share of the work done, 0 to 1.

    Returns
    -------
    Plan
        Always: orders that cannot be planned are listed with a reason.
    """
    if iterations is None and budget_s is None:
        iterations = DEFAULT_ITERATIONS
    tell = progress if progress is not None else _silent
    began_cpu = time.process_time()
    began = time.monotonic()

    def seconds_left() -> float:
        return math.inf if budget_s is None else budget_s - (time.monotonic() - began)

    instance = Instance(problem)
    board = Board(instance)
    dispatch(board)
    insert_waiting(board)
    tell(0.05)
    possible = [at for at, is_possible in enumerate(board.possible) if is_possible]
    share = _SHARE_OF_SEARCH if unsuited(instance, possible) is None else 1.0
    search_until = 0.0 if budget_s is None else budget_s * (1 - share)
    search = RuinAndRecreate(board, seed)
    done = search.run(
        iterations,
        lambda: budget_s is not None and seconds_left() <= search_until,
        lambda part: tell(0.05 + 0.6 * part),
    )
    insert_waiting(board)
    info, proven = "not needed", -math.inf
    if board.score()[2] > _bound(board) + 1e-9 or any(p is None for p in board.placed):
        answer = improve(
            instance,
            snapshot(board),
            seed=seed,
            effort=done if budget_s is None else None,
            wall_s=None if budget_s is None else max(0.0, seconds_left()),
        )
        info = answer.info
        if answer.placed is not None:
            _take_if_better(board, answer.placed)
        if answer.bound is not None:
            proven = answer.bound
    tell(1.0)
    run = SolverRun(
        iterations=done,
        seed=seed,
        cpu_s=round(time.process_time() - began_cpu, 3),
        info={"engine": "dispatch + ruin and recreate + CP-SAT", "cpsat": info},
    )
    return build_plan(instance, board, max(_bound(board), proven), run)


def _take_if_better(board: Board, placed: Snapshot) -> None:
    """Adopt a plan from elsewhere only if it is better and passes the verifier."""
    before, saved = board.score(), snapshot(board)
    restore(board, placed)
    better = board.score() < before
    if not better or verify_plan(board.instance.problem, build_plan(board.instance, board, -math.inf, SolverRun())):
        restore(board, saved)


def _bound(board: Board) -> float:
    """Return a lower bound for the planned orders from each order alone."""
    values = [board.alone[at].value for at, placed in enumerate(board.placed) if placed is not None]
    return max(values, default=0.0) if board.instance.makespan else sum(values)


def build_plan(instance: Instance, board: Board, bound: float, run: SolverRun) -> Plan:
    """Turn the final board into a plan with reasons."""
    occupation = Occupation(instance, board.placed)
    steps: list[PlannedStep] = []
    late: list[Late] = []
    unplanned: list[Unplanned] = []
    for order, placed in zip(instance.orders, board.placed, strict=True):
        if placed is None:
            unplanned.append(Unplanned(order=order.id, why=why_unplanned(instance, order)))
            facts = {s.id: s.fact for s in order.steps if s.fact is not None}
            steps += [
                _row(instance, order, s.id, fact) for s in order.source.steps if (fact := facts.get(s.id)) is not None
            ]
            continue
        where = {s.id: p for s, p in zip(order.steps, placed, strict=True)}
        steps += [_row(instance, order, s.id, where[s.id]) for s in order.source.steps]
        finish = completion(instance, order, placed)
        if finish is not None and order.due is not None and finish > order.due:
            causes = late_causes(instance, occupation, order, placed, board.alone[order.index].completion)
            late.append(Late(order=order.id, late_min=finish - order.due, causes=causes))
    objective, extra = _objective(instance, board)
    if math.isinf(bound):
        lower = 0
    elif board.score()[2] <= bound + 1e-9:
        lower = objective
    else:
        # Emissions are rounded half up in the objective, so every plan's objective is at least the rounded bound.
        lower = min(objective, math.floor(bound + extra + 0.5 - 1e-6))
    status: Status = "feasible"
    if unplanned:
        status = "infeasible" if len(unplanned) == len(instance.orders) else "partial"
    elif lower == objective:
        status = "optimal"
    return Plan(
        problem_sha256=instance.problem.sha256,
        status=status,
        objective=objective,
        lower_bound=lower,
        steps=tuple(steps),
        unplanned=tuple(unplanned),
        late=tuple(late),
        solver=run,
    )


def _row(instance: Instance, order: OrderRow, step: str, place: Placement) -> PlannedStep:
    return PlannedStep(
        order=order.id,
        step=step,
        mode=place.mode.index,
        resource=instance.resources[place.mode.resource].id,
        start=place.start,
        end=place.end,
    )


def _objective(instance: Instance, board: Board) -> tuple[int, float]:
    """Return the exact objective, and the part that lone frozen steps of unplanned orders add to it."""
    problem = instance.problem
    goal = problem.objective
    if goal.makespan:
        return int(max(board.values, default=0)), 0.0
    yen = 0
    kilograms: list[float] = []
    lone = 0.0
    for order, placed in zip(instance.orders, board.placed, strict=True):
        places = placed if placed is not None else tuple(s.fact for s in order.steps)
        before, before_kg = yen, len(kilograms)
        for step, place in zip(order.steps, places, strict=True):
            if place is None:
                continue
            mode = step.source.modes[place.mode.index]
            yen += mode.jpy
            kilograms.append(mode.kg_co2)
            others = [other.mode.resource for pred in step.preds if (other := places[pred]) is not None]
            here = instance.resources[place.mode.resource].site
            ways = [(instance.resources[other].site, here) for other in others]
            if not step.succs and order.source.ship_to is not None:
                ways.append((here, order.source.ship_to))
            for origin, destination in ways:
                leg = problem.transport.leg(origin, destination)
                if leg is not None:
                    yen += leg.jpy
                    kilograms.append(leg.kg_co2)
            if step.was is not None and step.was != (place.mode.resource, place.start):
                yen += goal.jpy_per_moved_step
        if placed is not None:
            finish = completion(instance, order, placed)
            if finish is not None and order.due is not None:
                yen += order.late_price * max(0, finish - order.due)
        else:
            lone += yen - before + math.fsum(kilograms[before_kg:]) * goal.jpy_per_kg_co2
    # Exact decimals: in floating point 0.58 * 25 falls short of 14.5 and would round down.
    emission = sum(Fraction(repr(kg)) for kg in kilograms) * Fraction(repr(goal.jpy_per_kg_co2))
    return yen + math.floor(emission + Fraction(1, 2)), lone
