"""Causes against a slow search: who is named is really in the way, and free time is never called a queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from random import Random

import numpy as np
import pytest

from kumihimo.logistics.transport import MatrixTransport
from kumihimo.planning import (
    Cause,
    Fixed,
    Mode,
    Objective,
    Order,
    Plan,
    PlanCalendar,
    PlannedStep,
    PlanSite,
    Problem,
    Resource,
    Step,
    verify_plan,
)
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.explain import late_orders
from kumihimo.planning.placement import placement_of
from kumihimo.planning.verify_arithmetic import OpenTime

START = datetime.fromisoformat("2026-11-30T00:00:00+09:00")
HORIZON = 90
WEEKLY = ((0, 9), (11, 30), (35, 41), (42, 70), (74, 120))
RULES = {
    "CLOSED_START",
    "DURATION",
    "END",
    "RELEASE",
    "HORIZON",
    "PRECEDENCE",
    "CAPACITY",
    "BATCH_OVERLAP",
    "BATCH_LOAD",
    "SETUP",
    "TRANSPORT",
}


def problem_of(r: Random) -> Problem:
    resources = []
    for at, kind in enumerate(r.sample(["single", "setup", "count", "batch"], 2)):
        calendar = "c" if r.random() < 0.5 else None
        row = Resource(id=f"r{at}", site=f"s{at}", calendar=calendar)
        if kind == "setup":
            row = replace(row, setup={a: {b: r.randint(1, 3) for b in "ab" if b != a} for a in "ab"})
        elif kind == "count":
            row = replace(row, capacity=2)
        elif kind == "batch":
            row = replace(row, kind="batch", capacity=3)
        resources.append(row)
    orders = []
    for o in range(r.randint(3, 6)):
        steps: list[Step] = []
        for s in range(r.randint(1, 2)):
            modes = (Mode(resource=f"r{r.randrange(2)}", duration=r.choice([1, 3, 5, 5])),)
            after = (f"{s - 1}",) if s else ()
            steps.append(Step(id=f"{s}", after=after, modes=modes, family=r.choice("ab"), load=r.randint(1, 2)))
        orders.append(Order(id=f"o{o}", steps=tuple(steps), release=r.randint(0, 6), due=0))
    if r.random() < 0.5:
        # Somebody else's promise, which stays wherever it was made.
        start = r.randint(2, 20)
        fixed = Fixed(resource="r0", start=start, end=start + 5)
        step = Step(id="0", modes=(Mode(resource="r0", duration=5),), family="a", freeze="committed", fixed=fixed)
        orders.append(Order(id="fact", steps=(step,)))
    ways = {"s0": {"s1": 2}, "s1": {"s0": 1}}
    return Problem(
        start=START,
        horizon=HORIZON,
        sites=(PlanSite(id="s0"), PlanSite(id="s1")),
        resources=tuple(resources),
        orders=tuple(orders),
        calendars=(PlanCalendar(id="c", weekly=WEEKLY),),
        transport=MatrixTransport(minutes=ways, jpy=ways, kg_co2={}),
        objective=Objective(jpy_per_weighted_late_min=1),
    )


def clock(problem: Problem, resource: str) -> OpenTime:
    found = next(r for r in problem.resources if r.id == resource)
    calendar = problem.calendars[0] if found.calendar is not None else None
    return OpenTime(calendar, 0, 0, HORIZON + 1)


def finish(time: OpenTime, start: int, work: int) -> int | None:
    return next((end for end in range(start, HORIZON + 1) if time.work(start, end) == work), None)


def is_right(problem: Problem, rows: list[PlannedStep]) -> bool:
    plan = Plan(problem_sha256="", status="feasible", objective=0, lower_bound=0, steps=tuple(rows))
    return not any(v.code in RULES for v in verify_plan(problem, plan))


def ready_of(problem: Problem, order: Order, rows: list[PlannedStep], at: int) -> int:
    if at == 0:
        return order.release
    before = next(row for row in rows if (row.order, row.step) == (order.id, str(at - 1)))
    here = {r.id: r.site for r in problem.resources}
    to = here[order.steps[at].modes[0].resource]
    way = 0 if here[before.resource] == to else problem.transport.minutes[here[before.resource]][to]  # type: ignore[union-attr]
    return before.end + way


def first_start(problem: Problem, rows: list[PlannedStep], row: PlannedStep, ready: int, work: int) -> int:
    """Return the first start of a step, all others staying where they are."""
    time = clock(problem, row.resource)
    for start in range(ready, HORIZON):
        end = finish(time, start, work)
        if time.at(start) and end is not None and is_right(problem, [*rows, replace(row, start=start, end=end)]):
            return start
    raise AssertionError("the step had a place")


def first_start_of_run(problem: Problem, rows: list[PlannedStep], row: PlannedStep, ready: int) -> int:
    """Return the first start of a step, moved alone or with its whole run."""
    orders = {o.id: o for o in problem.orders}

    def kind(other: PlannedStep) -> tuple[object, ...]:
        step = orders[other.order].steps[int(other.step)]
        return other.resource, other.start, other.end, step.family, step.modes[0].duration

    work = int(kind(row)[-1])  # type: ignore[call-overload]
    possible = first_start(problem, [other for other in rows if other is not row], row, ready, work)
    run = [other for other in rows if kind(other) == kind(row)]
    if len(run) > 1 and next(r for r in problem.resources if r.id == row.resource).kind == "batch":
        left = [other for other in rows if kind(other) != kind(row)]
        time = clock(problem, row.resource)
        came = max(ready_of(problem, orders[other.order], rows, int(other.step)) for other in run)
        for start in range(came, possible):
            end = finish(time, start, work)
            moved = [replace(other, start=start, end=end or 0) for other in run]
            if time.at(start) and end is not None and is_right(problem, left + moved):
                return start
    return possible


def plan_of(problem: Problem, r: Random) -> list[PlannedStep] | None:
    """Return some valid plan, now and then with idle time that nobody needed; None where the horizon is too short."""
    facts = [(o, o.steps[0].fixed) for o in problem.orders if o.id == "fact"]
    rows = [
        PlannedStep(order=o.id, step="0", mode=0, resource=f.resource, start=f.start, end=f.end)
        for o, f in facts
        if f is not None
    ]
    waiting = [(order, 0) for order in problem.orders if order.id != "fact"]
    while waiting:
        order, at = waiting.pop(r.randrange(len(waiting)))
        mode = order.steps[at].modes[0]
        time = clock(problem, mode.resource)
        lazy = r.choice([0, 0, 0, 1, 7])
        for start in range(ready_of(problem, order, rows, at) + lazy, HORIZON):
            end = finish(time, start, mode.duration)
            row = PlannedStep(order=order.id, step=str(at), mode=0, resource=mode.resource, start=start, end=end or 0)
            if time.at(start) and end is not None and is_right(problem, [*rows, row]):
                rows.append(row)
                break
        else:
            return None
        if at + 1 < len(order.steps):
            waiting.append((order, at + 1))
    return rows


def cases(seeds: range) -> Iterator[tuple[Problem, list[PlannedStep]]]:
    for seed in seeds:
        r = Random(seed)
        problem = problem_of(r)
        rows = plan_of(problem, r)
        if rows is not None:
            yield problem, rows


def causes_of(problem: Problem, rows: list[PlannedStep]) -> dict[str, tuple[Cause, ...]]:
    compiled = compile_problem(problem)
    plan = Plan(problem_sha256="", status="feasible", objective=0, lower_bound=0, steps=tuple(rows))
    # Due at 0 and nothing needed alone: every minute from the release on is told.
    late = late_orders(compiled, placement_of(compiled, plan), np.zeros(len(problem.orders), np.int64))
    for order in late:
        assert sum(c.minutes for c in order.causes) == order.late_min
        assert all(c.minutes > 0 for c in order.causes)
    return {order.order: order.causes for order in late}


@pytest.mark.parametrize("block", range(6))
def test_every_minute_is_told_and_free_time_is_nobodys_queue(block: int) -> None:
    told = 0
    for problem, rows in cases(range(block * 30, block * 30 + 30)):
        causes = causes_of(problem, rows)
        for order in problem.orders:
            if order.id == "fact":
                continue
            for at, step in enumerate(order.steps):
                row = next(row for row in rows if (row.order, row.step) == (order.id, step.id))
                ready = ready_of(problem, order, rows, at)
                mine = [c for c in causes[order.id] if c.step == step.id and c.code != "RELEASE"]
                time = clock(problem, row.resource)
                stood = sum(c.minutes for c in mine if c.code == "FROZEN" and not c.behind)
                possible = first_start_of_run(problem, rows, row, ready)
                assert stood == time.work(possible, row.start), (order.id, step.id, mine)
                told += stood > 0
                # Together the codes of a step cover its time from the last arrival to its end.
                way = sum(c.minutes for c in mine if c.code == "TRANSPORT")
                assert sum(c.minutes for c in mine) - way == row.end - ready
                closed = sum(c.minutes for c in mine if c.code == "CLOSED")
                assert closed == row.end - ready - time.work(ready, row.end)
    assert told


@pytest.mark.parametrize("block", range(4))
def test_without_those_named_the_step_starts_when_its_part_arrives(block: int) -> None:
    checked = 0
    for problem, rows in cases(range(1000 + block * 40, 1040 + block * 40)):
        kinds = {r.id: r for r in problem.resources}
        causes = causes_of(problem, rows)
        for order in problem.orders:
            if order.id == "fact":
                continue
            for at, step in enumerate(order.steps):
                row = next(row for row in rows if (row.order, row.step) == (order.id, step.id))
                named = {c.behind for c in causes[order.id] if c.step == step.id and c.code in ("QUEUE", "FROZEN")} - {
                    ""
                }
                if not named or kinds[row.resource].kind == "batch" or kinds[row.resource].setup:
                    continue
                ready = ready_of(problem, order, rows, at)
                mode = step.modes[0]
                left = [o for o in rows if o is not row and not (o.order in named and o.resource == row.resource)]
                time = clock(problem, row.resource)
                first_open = next(t for t in range(ready, HORIZON) if time.at(t))
                assert first_start(problem, left, row, ready, mode.duration) == first_open
                checked += 1
    assert checked > 20


def test_the_last_wait_is_blamed_first() -> None:
    """Ten minutes in each of two queues, six late: going before the second order is what would have helped."""
    steps = (
        Step(id="0", modes=(Mode(resource="r0", duration=5),)),
        Step(id="1", after=("0",), modes=(Mode(resource="r1", duration=5),)),
    )
    problem = Problem(
        start=START,
        horizon=HORIZON,
        sites=(PlanSite(id="s"),),
        resources=(Resource(id="r0", site="s"), Resource(id="r1", site="s")),
        orders=(
            Order(id="a", steps=(replace(steps[0], modes=(Mode(resource="r0", duration=10),)),)),
            Order(id="b", steps=(replace(steps[0], modes=(Mode(resource="r1", duration=25),)),)),
            Order(id="c", steps=steps, due=24),
        ),
    )
    rows = [
        PlannedStep(order="a", step="0", mode=0, resource="r0", start=0, end=10),
        PlannedStep(order="b", step="0", mode=0, resource="r1", start=0, end=25),
        PlannedStep(order="c", step="0", mode=0, resource="r0", start=10, end=15),
        PlannedStep(order="c", step="1", mode=0, resource="r1", start=25, end=30),
    ]
    causes = causes_of(problem, rows)["c"]
    assert causes == (Cause(code="QUEUE", minutes=6, step="1", resource="r1", behind="b"),)
