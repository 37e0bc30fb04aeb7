"""Lower bounds on random problems: never above the optimum of a search through everything, nor above any plan."""

from __future__ import annotations

import json
from random import Random

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from planning_oracle import best
from planning_problems import small, tiny

from kumihimo.interop.planning_json import problem_from_bytes
from kumihimo.planning import plan, verify_plan
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.bounds.lower_bound import lower_bound
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.placement import placement_of

CALM = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
randoms = st.integers(min_value=0, max_value=10**6).map(Random)


@settings(CALM, max_examples=25)
@given(randoms)
def test_never_above_the_best_of_everything(random: Random) -> None:
    problem = problem_from_bytes(json.dumps(tiny(random)).encode())
    weight, objective = best(problem)
    assume(weight == 0)
    bound = lower_bound(compile_problem(problem), planned=np.ones(len(problem.orders), np.int64), iterations=12)
    assert 0 <= bound.value <= objective


@settings(CALM, max_examples=30)
@given(randoms)
def test_never_above_a_verified_plan_of_the_same_orders(random: Random) -> None:
    problem = problem_from_bytes(json.dumps(small(random)).encode())
    made = plan(problem, iterations=15, seed=random.randint(0, 99))
    assert verify_plan(problem, made) == ()
    compiled = compile_problem(problem)
    told: list[float] = []
    planned = placement_of(compiled, made).planned
    bound = lower_bound(compiled, planned=planned, iterations=15, on_better=told.append)
    assert bound.value <= made.objective
    assert told == sorted(told)
    assert told[-1] == bound.value


@settings(CALM, max_examples=30)
@given(randoms)
def test_alone_is_possible_where_a_plan_is_and_never_later_than_it(random: Random) -> None:
    problem = problem_from_bytes(json.dumps(small(random)).encode())
    made = plan(problem, iterations=5, seed=1)
    compiled = compile_problem(problem)
    place = placement_of(compiled, made)
    found = alone(compiled.arrays)
    for order, (first, last) in enumerate(
        zip(compiled.arrays.step_first[:-1], compiled.arrays.step_first[1:], strict=True)
    ):
        if place.planned[order]:
            assert found.possible[order] == 1
            assert (found.mode_end[place.mode[first:last]] <= place.end[first:last]).all()
            assert (found.step_end[first:last] <= place.end[first:last]).all()
