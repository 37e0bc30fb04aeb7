"""Whatever happens to a plan, in whatever sequence: it stays valid, tells the truth, and leaves alone what it can."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from random import Random

import pytest
from planning_problems import small

from kumihimo.errors import InputError
from kumihimo.interop.planning_json import problem_from_bytes
from kumihimo.planning import PlanCalendar, plan, verify_plan
from kumihimo.planning.compare import compare_plans
from kumihimo.planning.events import (
    ActualFinish,
    ActualStart,
    CancelOrder,
    ChangeCalendar,
    DelayStep,
    Event,
    RushOrder,
    StopResource,
    StopSite,
)
from kumihimo.planning.living import LivingPlan
from kumihimo.planning.problem import Mode, Order, PlanSite, Problem, Resource, Step


def some_event(r: Random, living: LivingPlan, number: int) -> Event | None:
    """Return an event that may happen to the plan as it stands."""
    problem, now = living.problem, living.plan
    resource = r.choice(problem.resources)
    begin = r.randint(0, problem.horizon // 2)
    movable = {(o.id, s.id) for o in problem.orders for s in o.steps if not s.is_frozen}
    rows = [row for row in now.steps if (row.order, row.step) in movable]
    kind = r.randrange(8)
    if kind == 0 and problem.orders:
        known = r.choice(problem.orders)
        steps = tuple(replace(s, freeze="proposed", fixed=None) for s in known.steps)
        return RushOrder(order=replace(known, id=f"rush{number}", steps=steps, release=0))
    if kind == 1 and problem.orders:
        return CancelOrder(order_id=r.choice(problem.orders).id)
    if kind == 2:
        return StopResource(resource=resource.id, start=begin, end=begin + r.randint(1, 2000))
    if kind == 3:
        return StopSite(site=resource.site, start=begin, end=begin + r.randint(1, 2000))
    if kind == 4:
        weekly = tuple((d * 1440 + 400, d * 1440 + r.randint(700, 1300)) for d in range(r.randint(1, 7)))
        return ChangeCalendar(resource=resource.id, calendar=r.choice([None, PlanCalendar(id="own", weekly=weekly)]))
    if not rows:
        return None
    row = r.choice(rows)
    if kind == 5:
        return DelayStep(order=row.order, step=row.step, start=row.start + r.randint(1, 500))
    if kind == 6:
        return ActualStart(order=row.order, step=row.step, resource=row.resource, start=row.start + r.randint(0, 60))
    late = r.randint(0, 90)
    return ActualFinish(order=row.order, step=row.step, resource=row.resource, start=row.start, end=row.end + late)


@pytest.mark.parametrize("seed", range(25))
def test_a_sequence_of_events_keeps_the_plan_valid(seed: int) -> None:
    r = Random(seed)
    problem = problem_from_bytes(json.dumps(small(r)).encode())
    living = LivingPlan(problem, plan(problem, iterations=0))
    for number in range(6):
        event = some_event(r, living, number)
        if event is None:
            continue
        before, old = living.problem, living.plan
        try:
            told = living.apply(event, rounds=r.choice([0, 20]))
        except InputError:
            assert living.problem == before
            assert living.plan.steps == old.steps
            continue
        after, new = living.problem, living.plan
        assert verify_plan(after, new) == (), (seed, number, event)
        whole = compare_plans(before, old, after, new)
        assert {(m.order, m.step) for m in told.moves} == {(m.order, m.step) for m in whole.moves}
        assert told.added == whole.added
        assert told.removed == whole.removed
        assert told.objective_after == new.objective == living.objective


def queue(days: int) -> Problem:
    """Return a machine, open for 8 hours a day, with two days of work for each of `days` orders."""
    calendar = PlanCalendar(id="day", open=tuple((d * 1440 + 480, d * 1440 + 960) for d in range(200)))
    step = Step(id="s", modes=(Mode(resource="m", duration=960, jpy=0),))
    orders = tuple(Order(id=f"o{i}", steps=(step,), due=(2 * i + 2) * 1440) for i in range(days))
    return Problem(
        start=datetime.fromisoformat("2026-11-30T00:00:00+09:00"),
        horizon=200 * 1440,
        sites=(PlanSite(id="p"),),
        resources=(Resource(id="m", site="p", calendar="day"),),
        calendars=(calendar,),
        orders=orders,
    )


def test_a_delayed_step_keeps_its_turn_where_the_machine_is_booked_for_weeks() -> None:
    problem = queue(30)
    living = LivingPlan(problem, plan(problem, iterations=0))
    third = next(row for row in living.plan.steps if row.start == 4 * 1440 + 480)
    living.apply(DelayStep(order=third.order, step="s", start=third.start + 3 * 1440))
    now = {row.order: row for row in living.plan.steps}
    assert now[third.order].start == third.start + 3 * 1440
    assert verify_plan(living.problem, living.plan) == ()


def test_a_delayed_step_takes_free_time_where_that_costs_it_little() -> None:
    problem = queue(3)
    living = LivingPlan(problem, plan(problem, iterations=0))
    rows = sorted(living.plan.steps, key=lambda row: row.start)
    # The second begins in the middle of the third: behind it there is free time a day later.
    living.apply(DelayStep(order=rows[1].order, step="s", start=rows[2].start + 1440))
    now = {row.order: row for row in living.plan.steps}
    assert now[rows[2].order] == rows[2]
    assert now[rows[1].order].start == rows[2].end - 480 + 1440
    assert verify_plan(living.problem, living.plan) == ()
