"""More capacity never makes the optimum worse: tried on problems so small that every plan can be looked at."""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planning_oracle import best
from planning_problems import tiny

from kumihimo.interop.planning_json import problem_from_bytes
from kumihimo.planning import Problem, plan, verify_plan

CALM = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
randoms = st.integers(min_value=0, max_value=10**6).map(Random)


def read(document: dict[str, Any]) -> Problem:
    return problem_from_bytes(json.dumps(document).encode())


def engine(problem: Problem) -> tuple[int, int, bool]:
    """Return (weight unplanned, objective, proven) of a verified plan."""
    made = plan(problem, iterations=60, seed=0)
    assert verify_plan(problem, made) == ()
    left = {u.order for u in made.unplanned}
    return sum(o.weight for o in problem.orders if o.id in left), made.objective, made.status == "optimal"


@settings(CALM, max_examples=20)
@given(randoms)
def test_one_more_of_a_machine_or_a_larger_oven(random: Random) -> None:
    less = tiny(random)
    more = deepcopy(less)
    resource = random.choice(more["resources"])
    resource["capacity"] = resource.get("capacity", 1) + 1
    # Set-ups are defined for single machines; without them there is only more room.
    resource.pop("setup", None)
    small, large = read(less), read(more)
    optimum, optimum_with_more = best(small), best(large)
    assert optimum_with_more <= optimum
    weight, objective, is_proven = engine(large)
    assert weight == optimum_with_more[0]
    assert objective >= optimum_with_more[1]
    if is_proven:
        assert (weight, objective) <= optimum


@settings(CALM, max_examples=20)
@given(randoms)
def test_longer_open_hours(random: Random) -> None:
    less = tiny(random)
    more = deepcopy(less)
    for resource in more["resources"]:
        if random.random() < 0.5:
            resource.pop("calendar", None)
    # Longer hours let a run of an oven end earlier, so a run that only fits its fact when it pauses may be lost.
    frozen = any(step.get("freeze", "proposed") != "proposed" for order in more["orders"] for step in order["steps"])
    batch = any(resource.get("kind") == "batch" for resource in more["resources"])
    if not (frozen and batch):
        assert best(read(more)) <= best(read(less))
