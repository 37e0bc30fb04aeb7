"""Going on from a plan that is there: the answer is valid and never worse, and nothing new is planned into the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random

import pytest

from kumihimo.planning import Mode, Objective, Order, PlanCalendar, PlanSite, Problem, Resource, Step, plan, verify_plan

NOW = 3000


def shop(seed: int) -> Problem:
    """Return a synthetic problem of twenty orders that three machines must share."""
    dice = Random(seed)
    day = PlanCalendar(id="day", weekly=tuple((d * 1440 + 480, d * 1440 + 1020) for d in range(5)))
    orders = []
    for number in range(20):
        steps = []
        for at in range(3):
            modes = tuple(
                Mode(resource=f"m{m}", duration=dice.randrange(60, 400), jpy=dice.randrange(1000, 9000))
                for m in dice.sample(range(3), 2)
            )
            steps.append(Step(id=f"s{at}", after=(f"s{at - 1}",) if at else (), modes=modes))
        orders.append(Order(id=f"o{number}", due=dice.randrange(2000, 9000), steps=tuple(steps)))
    return Problem(
        start=datetime.fromisoformat("2026-11-23T00:00:00+09:00"),
        horizon=60_000,
        sites=(PlanSite(id="a"),),
        resources=tuple(Resource(id=f"m{m}", site="a", calendar="day") for m in range(3)),
        calendars=(day,),
        orders=tuple(orders),
        objective=Objective(jpy_per_weighted_late_min=10),
    )


@pytest.mark.parametrize("seed", range(4))
def test_it_is_valid_and_never_worse(seed: int) -> None:
    problem = shop(seed)
    begun = plan(problem, iterations=30, seed=seed)
    for rounds in (0, 5, 50):
        further = plan(problem, iterations=rounds, seed=seed + 1, begin=begun)
        assert verify_plan(problem, further) == ()
        assert further.objective <= begun.objective


def test_without_effort_it_is_the_plan_that_was_there() -> None:
    problem = shop(1)
    begun = plan(problem, iterations=30, seed=1)
    assert plan(problem, iterations=0, begin=begun).steps == begun.steps


def test_nothing_moves_into_the_past() -> None:
    problem = shop(2)
    begun = plan(problem, iterations=0, seed=2)
    stood = {(row.order, row.step): row for row in begun.steps}
    further = plan(problem, iterations=300, seed=3, begin=begun, now=NOW)
    moved = [row for row in further.steps if row != stood[row.order, row.step]]
    assert moved
    assert min(row.start for row in moved) >= NOW


def test_a_first_plan_begins_now() -> None:
    made = plan(shop(3), iterations=50, seed=3, now=NOW)
    assert min(row.start for row in made.steps) >= NOW


def test_a_plan_of_another_problem_is_refused() -> None:
    problem = shop(1)
    other = replace(problem, orders=tuple(replace(order, id=f"x{order.id}") for order in problem.orders))
    with pytest.raises(ValueError, match="does not have"):
        plan(problem, iterations=0, begin=plan(other, iterations=0))
