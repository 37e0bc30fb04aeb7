"""The engine on random problems: always valid, never below its bound, repeatable; and the verifier misses no damage."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from planning_oracle import best
from planning_problems import small, tiny

from kumihimo.interop.planning_json import plan_from_bytes, plan_to_bytes, problem_from_bytes, problem_to_bytes
from kumihimo.planning import Plan, Problem, SolverRun, plan, verify_plan

CALM = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
randoms = st.integers(min_value=0, max_value=10**6).map(Random)


def read(document: dict[str, Any]) -> Problem:
    return problem_from_bytes(json.dumps(document).encode())


@settings(CALM, max_examples=60)
@given(randoms)
def test_every_plan_passes_the_verifier(random: Random) -> None:
    data = json.dumps(small(random)).encode()
    problem = problem_from_bytes(data)
    made = plan(problem, iterations=8, seed=random.randint(0, 99))
    assert verify_plan(problem, plan_from_bytes(plan_to_bytes(made)), data) == ()
    assert {s.order for s in made.steps} | {u.order for u in made.unplanned} == {o.id for o in problem.orders}


@settings(CALM, max_examples=40)
@given(randoms)
def test_tiny_problems_against_a_search_through_everything(random: Random) -> None:
    problem = read(tiny(random))
    made = plan(problem, iterations=60, seed=0)
    left = {u.order for u in made.unplanned}
    weight = sum(o.weight for o in problem.orders if o.id in left)
    best_weight, best_objective = best(problem)
    assert (weight, made.objective) >= (best_weight, best_objective)
    assert weight == best_weight
    assert made.lower_bound <= best_objective
    if made.status == "optimal":
        assert made.objective == best_objective


@settings(CALM, max_examples=15)
@given(randoms)
def test_same_seed_and_iterations_give_the_same_bytes(random: Random) -> None:
    problem = read(small(random))

    def once() -> bytes:
        made = plan(problem, iterations=25, seed=3)
        return plan_to_bytes(replace(made, solver=SolverRun(iterations=made.solver.iterations, seed=3)))

    assert once() == once()


@settings(CALM, max_examples=40)
@given(randoms)
def test_problems_survive_writing_and_reading(random: Random) -> None:
    problem = read(small(random))
    again = problem_from_bytes(problem_to_bytes(problem))
    assert replace(again, sha256="") == replace(problem, sha256="")


def shift_step(made: Plan, random: Random) -> Plan:
    at = random.randrange(len(made.steps))
    row = made.steps[at]
    by = random.choice([-1, 1]) * random.randint(1, 50)
    return replace(
        made, steps=(*made.steps[:at], replace(row, start=row.start, end=row.end + by), *made.steps[at + 1 :])
    )


def drop_step(made: Plan, random: Random) -> Plan:
    at = random.randrange(len(made.steps))
    return replace(made, steps=made.steps[:at] + made.steps[at + 1 :])


def double_step(made: Plan, random: Random) -> Plan:
    return replace(made, steps=(*made.steps, random.choice(made.steps)))


def change_resource(made: Plan, random: Random) -> Plan:
    at = random.randrange(len(made.steps))
    row = replace(made.steps[at], resource=made.steps[at].resource + "x")
    return replace(made, steps=(*made.steps[:at], row, *made.steps[at + 1 :]))


def change_mode(made: Plan, random: Random) -> Plan:
    at = random.randrange(len(made.steps))
    return replace(made, steps=(*made.steps[:at], replace(made.steps[at], mode=99), *made.steps[at + 1 :]))


def change_objective(made: Plan, random: Random) -> Plan:
    return replace(made, objective=made.objective + random.choice([-7, 2, 1000]))


def change_bound(made: Plan, random: Random) -> Plan:
    return replace(made, lower_bound=made.objective + random.randint(1, 9))


def change_status(made: Plan, random: Random) -> Plan:
    complete = made.status in ("optimal", "feasible")
    return replace(made, status="partial" if complete else "feasible")


def hide_lateness(made: Plan, random: Random) -> Plan:
    assume(made.late)
    return replace(made, late=made.late[1:])


def invent_cause(made: Plan, random: Random) -> Plan:
    assume(made.late)
    late = made.late[0]
    cause = replace(late.causes[0], minutes=late.causes[0].minutes + 1)
    return replace(made, late=(replace(late, causes=(cause, *late.causes[1:])), *made.late[1:]))


def forget_unplanned(made: Plan, random: Random) -> Plan:
    assume(made.unplanned)
    return replace(made, unplanned=made.unplanned[1:])


def wrong_hash(made: Plan, random: Random) -> Plan:
    return replace(made, problem_sha256="0" * 64)


DAMAGES = [
    shift_step,
    drop_step,
    double_step,
    change_resource,
    change_mode,
    change_objective,
    change_bound,
    change_status,
    hide_lateness,
    invent_cause,
    forget_unplanned,
    wrong_hash,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@settings(CALM, max_examples=12)
@given(random=randoms)
def test_damage_is_always_caught(damage: Any, random: Random) -> None:
    problem = read(small(random))
    made = plan(problem, iterations=0, seed=0)
    assume(made.steps)
    assert verify_plan(problem, damage(made, random)) != ()
