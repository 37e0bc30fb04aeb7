"""`plan()` as a caller sees it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kumihimo.interop.planning_json import problem_from_bytes, read_problem
from kumihimo.planning import Mode, Objective, Order, PlanSite, Problem, Resource, Step, plan, verify_plan
from kumihimo.planning.progress import Progress
from kumihimo.planning.result import CAUSE_CODES

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "problems" / "three-firms.json"


def job_shop(start: str = "2026-12-01T00:00:00+09:00") -> Problem:
    """Return the 3 x 3 job shop of the OR-Tools guide; its best makespan is 11."""
    from datetime import datetime

    jobs = [[(0, 3), (1, 2), (2, 2)], [(0, 2), (2, 1), (1, 4)], [(1, 4), (2, 3)]]
    orders = []
    for at, job in enumerate(jobs):
        steps = []
        for number, (machine, minutes) in enumerate(job):
            after = (str(number - 1),) if number else ()
            steps.append(Step(id=str(number), after=after, modes=(Mode(resource=f"m{machine}", duration=minutes),)))
        orders.append(Order(id=f"j{at}", steps=tuple(steps)))
    return Problem(
        start=datetime.fromisoformat(start),
        horizon=100,
        sites=(PlanSite(id="s"),),
        resources=tuple(Resource(id=f"m{m}", site="s") for m in range(3)),
        orders=tuple(orders),
        objective=Objective(makespan=True),
    )


def test_a_small_job_shop_is_solved_and_proven() -> None:
    made = plan(job_shop(), iterations=200, seed=0)
    assert (made.status, made.objective, made.lower_bound) == ("optimal", 11, 11)


def test_the_example_is_planned_and_right() -> None:
    problem = read_problem(EXAMPLE)
    made = plan(problem, iterations=50, seed=0)
    assert verify_plan(problem, made, EXAMPLE.read_bytes()) == ()
    assert made.status == "partial"
    assert [u.order for u in made.unplanned] == ["D1"]
    assert made.late
    assert {c.code for late in made.late for c in late.causes} <= set(CAUSE_CODES)


def test_more_effort_is_never_worse_and_zero_is_allowed() -> None:
    problem = read_problem(EXAMPLE)
    first = plan(problem, iterations=0)
    later = plan(problem, iterations=150)
    assert first.solver.iterations == 0
    assert later.objective <= first.objective


def test_a_budget_in_seconds_also_gives_a_right_plan() -> None:
    problem = read_problem(EXAMPLE)
    assert verify_plan(problem, plan(problem, budget_s=0.2)) == ()
    assert verify_plan(problem, plan(problem, budget_s=0.0)) == ()


def test_progress_rises_to_one() -> None:
    heard: list[Progress] = []
    plan(read_problem(EXAMPLE), iterations=130, progress=heard.append)
    told = [p.share for p in heard if p.share is not None]
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_no_orders_is_an_empty_optimal_plan() -> None:
    problem = replace(job_shop(), orders=())
    made = plan(problem)
    assert (made.status, made.objective, made.steps) == ("optimal", 0, ())
    assert verify_plan(problem, made) == ()


def test_importing_the_planner_does_not_load_ortools() -> None:
    code = "import sys, kumihimo.planning; sys.exit('ortools' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_file_order_of_steps_does_not_matter(seed: int) -> None:
    problem = job_shop()
    turned = replace(problem, orders=tuple(replace(o, steps=o.steps[::-1]) for o in problem.orders))
    assert plan(turned, iterations=100, seed=seed).objective == 11


def test_reader_and_memory_agree() -> None:
    problem = problem_from_bytes(EXAMPLE.read_bytes())
    assert plan(problem, iterations=20).steps == plan(read_problem(EXAMPLE), iterations=20).steps
