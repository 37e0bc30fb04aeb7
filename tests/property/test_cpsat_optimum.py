"""CP-SAT on tiny problems: its optimum is that of a search through everything, and its bound is never above."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planning_oracle import best
from planning_problems import tiny

from kumihimo.interop.planning_json import problem_from_bytes
from kumihimo.planning.arrays import Compiled
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.cpsat.improve import Answer, improve_placement
from kumihimo.planning.cpsat.worth import order_value
from kumihimo.planning.outcome import build_plan
from kumihimo.planning.placement import Placement
from kumihimo.planning.result import SolverRun
from kumihimo.planning.verify import verify_plan

CALM = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
randoms = st.integers(min_value=0, max_value=10**6).map(Random)


def nothing_planned(compiled: Compiled) -> Placement:
    """Return the plan that holds the frozen steps and no more."""
    a = compiled.arrays
    frozen = a.fact_mode >= 0
    possible = alone(a).possible
    runs = [slice(a.step_first[o], a.step_first[o + 1]) for o in range(len(possible))]
    planned = np.array([int(bool(frozen[run].all()) and possible[o] == 1) for o, run in enumerate(runs)], np.int64)
    return Placement(
        np.where(frozen, a.fact_mode, -1),
        np.where(frozen, a.fact_start, -1),
        np.where(frozen, a.fact_end, -1),
        planned,
    )


def solve(compiled: Compiled, start: Placement) -> Answer:
    return improve_placement(compiled, start, alone(compiled.arrays).possible, seed=1, effort=10**6, wall_s=None)


def check(document: dict[str, Any]) -> None:
    problem = problem_from_bytes(json.dumps(document).encode())
    compiled = compile_problem(problem)
    start = nothing_planned(compiled)
    first = solve(compiled, start)
    found = first.placement if first.placement is not None else start
    plan = build_plan(compiled, found, alone(compiled.arrays).completion, None, SolverRun())
    assert verify_plan(problem, plan) == ()
    weight = sum(o.weight for o, planned in zip(problem.orders, found.planned, strict=True) if not planned)
    assert (weight, plan.objective) == best(problem)
    possible = alone(compiled.arrays).possible
    if first.placement is None or (found.planned[possible == 1] == 0).any():
        return
    # Once more from the optimum: the narrowed model must still hold it, and the bound must meet it.
    again = solve(compiled, found)
    assert again.placement is not None
    assert again.bound is not None
    values = [order_value(compiled.arrays, found, o) for o in np.flatnonzero(possible).tolist()]
    value = max(values) if compiled.arrays.goal[1] else sum(values)
    assert value - 1 <= again.bound <= value + 1e-6


@settings(CALM, max_examples=40)
@given(randoms)
def test_the_optimum_is_that_of_a_search_through_everything(random: Random) -> None:
    check(tiny(random))


@pytest.mark.parametrize("kind", ["batch", "setup", "capacity"])
@settings(CALM, max_examples=20)
@given(randoms)
def test_shared_resources_beside_frozen_steps(kind: str, random: Random) -> None:
    check(crowded(random, kind))


def lone_steps(resource: dict[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a problem of one-step orders on one resource, all due at minute 2."""
    crowd = crowded(Random(0), "capacity")
    crowd["resources"] = [{"id": "r0", "site": "s0", **resource}]
    crowd["orders"] = [
        {"id": f"o{at}", "due": 2, "steps": [{"id": "0", "modes": [{"resource": "r0", "duration": 2}], **step}]}
        for at, step in enumerate(steps)
    ]
    return crowd


def frozen(start: int, end: int) -> dict[str, Any]:
    return {"freeze": "committed", "fixed": {"resource": "r0", "start": start, "end": end}}


def test_a_step_joins_a_frozen_run() -> None:
    check(lone_steps({"kind": "batch", "capacity": 3}, [{"family": "a", **frozen(0, 2)}, {"family": "a", "load": 2}]))


def test_a_run_is_not_overfilled() -> None:
    check(lone_steps({"kind": "batch", "capacity": 3}, [{"load": 1.5}, {"load": 1}, {"load": 1}]))


def test_frozen_steps_take_their_places_in_a_group() -> None:
    check(lone_steps({"capacity": 3}, [frozen(0, 2), frozen(0, 2), {}, {}]))


def crowded(r: Random, kind: str) -> dict[str, Any]:
    """Return three steps that all want one resource of a kind; the first is often frozen, sometimes in closed time."""
    resource: dict[str, Any] = {"id": "r0", "site": "s0"}
    if kind == "batch":
        resource.update(kind="batch", capacity=3)
    elif kind == "capacity":
        resource["capacity"] = 2
    else:
        resource["setup"] = {"a": {"b": r.randint(0, 3), "c": 1}, "b": {"a": r.randint(0, 2)}, "c": {"a": 2, "b": 1}}
    if r.random() < 0.6:
        resource["calendar"] = "c0"
    orders = []
    for at in range(3):
        step: dict[str, Any] = {
            "id": "0",
            "modes": [{"resource": "r0", "duration": r.choice([1, 2, 2]), "jpy": 1}],
            "load": r.choice([1, 1.5, 2]),
        }
        if r.random() < 0.85:
            step["family"] = r.choice("aab" if kind == "batch" else "abc")
        if at == 0 and r.random() < 0.7:
            start = r.randint(-1, 3)
            step["fixed"] = {"resource": "r0", "start": start, "end": start + r.randint(1, 3)}
            step["freeze"] = r.choice(["committed", "committed", "proposed"])
        orders.append(
            {"id": f"o{at}", "release": r.randint(0, 2), "due": r.randint(1, 4), "weight": 1, "steps": [step]}
        )
    return {
        "format": "kumihimo-problem/1",
        "start": "2026-11-30T00:00:00+09:00",
        "horizon": 9,
        "sites": [{"id": "s0"}],
        "transport": {"minutes": {}, "jpy": {}},
        "calendars": [{"id": "c0", "weekly": [[0, 3], [4, 6], [7, 12]]}],
        "resources": [resource],
        "orders": orders,
        "objective": {"jpy_per_weighted_late_min": r.choice([1, 3]), "jpy_per_moved_step": r.choice([0, 4])},
    }
