"""From the arrays to the plan: the exact objective, its rounding, the status and the bound."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from kumihimo.logistics.transport import MatrixTransport
from kumihimo.planning import Fixed, Mode, Objective, Order, PlanSite, Problem, Resource, SolverRun, Step
from kumihimo.planning.arrays import Compiled
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.outcome import STOPPED, build_plan, price
from kumihimo.planning.placement import Placement


def problem_of(*kilograms: float, rate: float, way: float = 0.0, due: int | None = None) -> Problem:
    """Return an order of one step at a (10 minutes, 100 yen) per number, one after the other, sent to b."""
    steps = tuple(
        Step(
            id=str(at),
            after=(str(at - 1),) if at else (),
            modes=(Mode(resource="m", duration=10, jpy=100, kg_co2=kg),),
        )
        for at, kg in enumerate(kilograms)
    )
    return Problem(
        start=datetime.fromisoformat("2026-11-30T00:00:00+09:00"),
        horizon=1000,
        sites=(PlanSite(id="a"), PlanSite(id="b")),
        transport=MatrixTransport(minutes={"a": {"b": 30}}, jpy={"a": {"b": 1000}}, kg_co2={"a": {"b": way}}),
        resources=(Resource(id="m", site="a"),),
        orders=(Order(id="o", due=due, weight=3, ship_to="b", steps=steps),),
        objective=Objective(jpy_per_weighted_late_min=10, jpy_per_kg_co2=rate, jpy_per_moved_step=70),
    )


def in_a_row(compiled: Compiled, *, planned: bool = True) -> Placement:
    count = len(compiled.steps)
    start = np.arange(count, dtype=np.int64) * 10
    mode = compiled.arrays.mode_first[:-1].copy()
    if not planned:
        mode[:] = -1
    return Placement(mode, start, start + 10, np.full(len(compiled.orders), int(planned), np.int64))


@pytest.mark.parametrize(
    ("kilograms", "rate", "yen"),
    [
        ((0.5,), 1, 1),  # a half rounds up
        ((0.49,), 1, 0),
        ((0.58,), 25, 15),  # 14.5, although 0.58 * 25 is less in floating point
        ((0.1, 0.2), 5, 2),  # 1.5, although 0.1 + 0.2 is more than 0.3
        ((0.1, 0.1, 0.1), 5, 2),  # summed, then rounded: not 3 x 1
        ((1.15,), 0.1, 0),
        ((1e6, 0.07), 50, 50_000_004),  # 3.5 beside fifty million
        ((2.675,), 100, 268),  # 267.5
    ],
)
def test_emissions_are_summed_and_rounded_half_up_on_decimals(
    kilograms: tuple[float, ...], rate: float, yen: int
) -> None:
    compiled = compile_problem(problem_of(*kilograms, rate=rate))
    assert price(compiled, in_a_row(compiled)).objective == 100 * len(kilograms) + 1000 + yen


def test_the_way_to_the_customer_emits_too() -> None:
    compiled = compile_problem(problem_of(0.25, rate=2, way=1.0))
    assert price(compiled, in_a_row(compiled)).objective == 100 + 1000 + 3


def test_lateness_counts_the_arrival_and_the_weight() -> None:
    compiled = compile_problem(problem_of(0, rate=0, due=25))
    # 10 minutes of work and 30 on the way: 15 late at weight 3 and 10 yen.
    assert price(compiled, in_a_row(compiled)).objective == 100 + 1000 + 15 * 3 * 10


def test_a_moved_step_costs_once_whether_its_start_or_its_resource_changed() -> None:
    problem = problem_of(0, rate=0)
    order = problem.orders[0]
    for start, moved in ((0, 0), (5, 70)):
        told = replace(order.steps[0], fixed=Fixed(resource="m", start=start, end=start + 10))
        compiled = compile_problem(replace(problem, orders=(replace(order, steps=(told,)),)))
        assert price(compiled, in_a_row(compiled)).objective == 1100 + moved
        priced = replace(problem.objective, jpy_per_kg_co2=5.0)
        compiled = compile_problem(replace(problem, orders=(replace(order, steps=(told,)),), objective=priced))
        assert price(compiled, in_a_row(compiled)).objective == 1100 + moved


def test_with_makespan_only_the_last_arrival_counts() -> None:
    problem = replace(problem_of(5, 5, rate=9, due=1), objective=Objective(makespan=True, jpy_per_kg_co2=9))
    compiled = compile_problem(problem)
    assert price(compiled, in_a_row(compiled)).objective == 50


def built(compiled: Compiled, placement: Placement, bound: float | None, **more: bool) -> tuple[str, int, int]:
    made = build_plan(compiled, placement, alone(compiled.arrays).completion, bound, SolverRun(), **more)
    return made.status, made.objective, made.lower_bound


def test_the_bound_is_rounded_as_the_objective_is() -> None:
    compiled = compile_problem(problem_of(0.5, rate=1))
    placed = in_a_row(compiled)
    # Bounds are of prices before rounding: what costs at least 1100.6 has an objective of at least 1101. At exactly a
    # half the floating-point sum behind the bound may be too high by a hair, so it proves the lower number only.
    assert built(compiled, placed, 1100.6) == ("optimal", 1101, 1101)
    assert built(compiled, placed, 1100.5) == ("feasible", 1101, 1100)
    assert built(compiled, placed, 1100.4) == ("feasible", 1101, 1100)
    assert built(compiled, placed, 9999.0) == ("optimal", 1101, 1101)
    assert built(compiled, placed, None) == ("feasible", 1101, 0)
    assert built(compiled, placed, None, is_proven=True) == ("optimal", 1101, 1101)


def test_an_order_not_reached_says_that_the_run_was_stopped() -> None:
    compiled = compile_problem(problem_of(0, rate=0))
    left_out = in_a_row(compiled, planned=False)
    completion = alone(compiled.arrays).completion
    stopped = build_plan(compiled, left_out, completion, None, SolverRun(), is_stopped=True)
    assert (stopped.status, stopped.objective, stopped.unplanned[0].why) == ("infeasible", 0, (STOPPED,))
    tried = build_plan(compiled, left_out, completion, None, SolverRun())
    assert [w.code for w in tried.unplanned[0].why] == ["NO_CAPACITY"]


def test_impossible_orders_keep_their_own_reason_when_the_run_is_stopped() -> None:
    compiled = compile_problem(replace(problem_of(0, rate=0), horizon=5))
    left_out = in_a_row(compiled, planned=False)
    made = build_plan(compiled, left_out, alone(compiled.arrays).completion, None, SolverRun(), is_stopped=True)
    assert [w.code for w in made.unplanned[0].why] == ["HORIZON"]


def test_rows_stand_in_the_sequence_of_the_file() -> None:
    problem = problem_of(0, 0, rate=0)
    turned = replace(problem.orders[0], steps=problem.orders[0].steps[::-1])
    compiled = compile_problem(replace(problem, orders=(turned,)))
    made = build_plan(compiled, in_a_row(compiled), alone(compiled.arrays).completion, None, SolverRun())
    assert [(s.step, s.start) for s in made.steps] == [("1", 10), ("0", 0)]
