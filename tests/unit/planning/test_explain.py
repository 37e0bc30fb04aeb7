"""Why: one small plan per rule, and every reason for an order that is not planned."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

import numpy as np
import pytest

from kumihimo.interop.planning_json import problem_from_bytes
from kumihimo.logistics.transport import MatrixTransport
from kumihimo.planning import (
    Cause,
    Fixed,
    Late,
    Mode,
    Order,
    Plan,
    PlanCalendar,
    PlannedStep,
    PlanSite,
    Problem,
    Resource,
    Step,
    Unplanned,
    plan,
    verify_plan,
)
from kumihimo.planning.arrays import NEVER
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.explain import DelayedOrder, delays_by_resource, late_orders
from kumihimo.planning.placement import placement_of
from kumihimo.planning.unplanned import why_unplanned

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "property"))
from planning_problems import small

START = datetime.fromisoformat("2026-11-30T00:00:00+09:00")
DAY = PlanCalendar(id="day", weekly=((0, 10), (20, 30), (40, 100)))


def problem(*orders: Order, resources: tuple[Resource, ...] = (), horizon: int = 100) -> Problem:
    return Problem(
        start=START,
        horizon=horizon,
        sites=(PlanSite(id="s"), PlanSite(id="t")),
        resources=resources or (Resource(id="r", site="s"),),
        orders=orders,
        calendars=(DAY,),
        transport=MatrixTransport(minutes={"s": {"t": 7}}, jpy={"s": {"t": 1}}, kg_co2={}),
    )


def order(name: str, minutes: int, *, due: int | None = None, release: int = 0, **step: object) -> Order:
    mode = Mode(resource="r", duration=minutes)
    return Order(id=name, release=release, due=due, steps=(Step(id="1", modes=(mode,), **step),))  # type: ignore[arg-type]


def why(made: Problem, *spans: tuple[str, int, int], earliest: int = 0) -> dict[str, tuple[Cause, ...]]:
    """Explain a plan in which order `name` stands at (start, end) with its only step."""
    rows = []
    for name, start, end in spans:
        step = next(o for o in made.orders if o.id == name).steps[0]
        resource = step.fixed.resource if step.fixed is not None else step.modes[0].resource
        rows.append(PlannedStep(order=name, step=step.id, mode=0, resource=resource, start=start, end=end))
    compiled = compile_problem(made)
    plan = Plan(problem_sha256="", status="feasible", objective=0, lower_bound=0, steps=tuple(rows))
    late = late_orders(compiled, placement_of(compiled, plan), np.full(len(made.orders), earliest))
    for row in late:
        assert sum(c.minutes for c in row.causes) == row.late_min
    return {row.order: row.causes for row in late}


@pytest.mark.parametrize("block", range(3))
def test_reasons_of_random_plans_pass_the_verifier(block: int) -> None:
    told = 0
    for seed in range(block * 15, block * 15 + 15):
        made = problem_from_bytes(json.dumps(small(Random(seed))).encode())
        compiled = compile_problem(made)
        answer = plan(made, iterations=2, seed=0)
        late = late_orders(compiled, placement_of(compiled, answer), alone(compiled.arrays).completion)
        index = {o.id: at for at, o in enumerate(made.orders)}
        unplanned = tuple(
            Unplanned(order=u.order, why=why_unplanned(compiled, index[u.order])) for u in answer.unplanned
        )
        assert verify_plan(made, replace(answer, late=late, unplanned=unplanned)) == ()
        told += len(late)
    assert told > 5


def test_on_time_needs_no_reason() -> None:
    assert why(problem(order("a", 5, due=5)), ("a", 0, 5)) == {}


def test_release_after_the_due_date_comes_first_then_what_it_needs_alone() -> None:
    found = why(problem(order("a", 5, due=2, release=4)), ("a", 4, 9), earliest=9)["a"]
    assert found == (
        Cause(code="RELEASE", minutes=2, step="1"),
        Cause(code="LEAD_IMPOSSIBLE", minutes=5),
    )


def test_queue_names_the_one_before_and_closed_time_is_apart() -> None:
    made = problem(
        order("a", 6), order("b", 8), order("c", 5, due=0), resources=(Resource(id="r", site="s", calendar="day"),)
    )
    found = why(made, ("a", 0, 6), ("b", 6, 24), ("c", 24, 29), earliest=5)["c"]
    assert found == (
        Cause(code="LEAD_IMPOSSIBLE", minutes=5),
        Cause(code="QUEUE", minutes=8, step="1", resource="r", behind="b"),
        Cause(code="QUEUE", minutes=6, step="1", resource="r", behind="a"),
        Cause(code="CLOSED", minutes=10, step="1", resource="r"),
    )


def test_a_gap_too_short_belongs_to_the_one_after_it() -> None:
    found = why(problem(order("a", 6), order("b", 4), order("c", 5, due=5)), ("a", 0, 6), ("b", 9, 13), ("c", 13, 18))[
        "c"
    ]
    assert found[0] == Cause(code="QUEUE", minutes=7, step="1", resource="r", behind="b")
    assert found[1] == Cause(code="QUEUE", minutes=6, step="1", resource="r", behind="a")


def test_a_gap_long_enough_is_nobodys_queue() -> None:
    found = why(problem(order("a", 6), order("b", 4), order("c", 3, due=3)), ("a", 0, 6), ("b", 9, 13), ("c", 13, 16))[
        "c"
    ]
    assert found == (
        Cause(code="FROZEN", minutes=7, step="1", resource="r"),
        Cause(code="QUEUE", minutes=6, step="1", resource="r", behind="a"),
    )


def test_frozen_others_and_own_facts() -> None:
    held = {"freeze": "committed", "fixed": Fixed(resource="r", start=2, end=6)}
    found = why(problem(order("a", 4, **held), order("c", 3, due=3)), ("a", 2, 6), ("c", 6, 9))["c"]
    assert found == (Cause(code="FROZEN", minutes=6, step="1", resource="r", behind="a"),)
    own = why(problem(order("a", 4, due=5, **held)), ("a", 2, 6), earliest=6)["a"]
    assert own == (Cause(code="FROZEN", minutes=1, step="1", resource="r"),)


def test_setup_is_its_own_cause() -> None:
    made = problem(
        order("a", 6, family="x"),
        order("c", 5, due=5, family="y"),
        resources=(Resource(id="r", site="s", setup={"x": {"y": 4}}),),
    )
    assert why(made, ("a", 0, 6), ("c", 10, 15))["c"] == (
        Cause(code="SETUP", minutes=4, step="1", resource="r", behind="a"),
        Cause(code="QUEUE", minutes=6, step="1", resource="r", behind="a"),
    )


def test_of_several_places_the_one_that_came_free_is_named() -> None:
    made = problem(
        order("a", 6),
        order("b", 9),
        order("c", 5),
        order("d", 4, due=4),
        resources=(Resource(id="r", site="s", capacity=2),),
    )
    found = why(made, ("a", 0, 6), ("b", 0, 9), ("c", 6, 11), ("d", 9, 13))["d"]
    assert found == (Cause(code="QUEUE", minutes=9, step="1", resource="r", behind="b"),)


def test_an_oven_waits_for_the_part_that_comes_last_and_for_full_runs() -> None:
    oven = (Resource(id="r", site="s", kind="batch", capacity=4),)
    made = problem(order("a", 6, release=3), order("c", 6, due=6), resources=oven)
    assert why(made, ("a", 3, 9), ("c", 3, 9))["c"] == (
        Cause(code="QUEUE", minutes=3, step="1", resource="r", behind="a"),
    )
    made = problem(order("a", 6, load=3), order("c", 6, due=6, load=2), resources=oven)
    assert why(made, ("a", 0, 6), ("c", 6, 12))["c"] == (
        Cause(code="QUEUE", minutes=6, step="1", resource="r", behind="a"),
    )
    made = problem(order("a", 6, load=2), order("c", 6, due=6, load=2), resources=oven)
    assert why(made, ("a", 0, 6), ("c", 6, 12))["c"] == (Cause(code="FROZEN", minutes=6, step="1", resource="r"),)


def test_a_slower_machine_and_the_way_to_the_customer() -> None:
    modes = (Mode(resource="r", duration=9), Mode(resource="r", duration=5))
    made = problem(Order(id="a", due=8, ship_to="t", steps=(Step(id="1", modes=modes),)))
    assert why(made, ("a", 0, 9), earliest=12)["a"] == (
        Cause(code="LEAD_IMPOSSIBLE", minutes=4),
        Cause(code="WORK", minutes=4, step="1", resource="r"),
    )


def test_own_parts_on_one_machine_are_work() -> None:
    mode = (Mode(resource="r", duration=5),)
    lots = Order(id="a", due=6, steps=(Step(id="1", modes=mode), Step(id="2", modes=mode)))
    made = problem(lots)
    compiled = compile_problem(made)
    rows = tuple(
        PlannedStep(order="a", step=s, mode=0, resource="r", start=t, end=t + 5) for s, t in (("1", 0), ("2", 5))
    )
    plan = Plan(problem_sha256="", status="feasible", objective=0, lower_bound=0, steps=rows)
    late = late_orders(compiled, placement_of(compiled, plan), [5])
    assert {c.code for c in late[0].causes} == {"WORK"}
    assert sum(c.minutes for c in late[0].causes) == 4


def test_unknown_earliest_is_not_blamed() -> None:
    assert why(problem(order("a", 5, due=3)), ("a", 0, 5), earliest=NEVER)["a"] == (
        Cause(code="WORK", minutes=2, step="1", resource="r"),
    )


def test_resources_know_whom_they_delay() -> None:
    late = (
        Late(
            order="a",
            late_min=9,
            causes=(
                Cause(code="QUEUE", minutes=6, resource="r", behind="b"),
                Cause(code="LEAD_IMPOSSIBLE", minutes=3),
            ),
        ),
        Late(
            order="c",
            late_min=9,
            causes=(Cause(code="SETUP", minutes=2, resource="r"), Cause(code="CLOSED", minutes=7, resource="q")),
        ),
    )
    worst, other = delays_by_resource(late)
    assert (worst.resource, worst.minutes, worst.by_code) == ("r", 8, (("QUEUE", 6), ("SETUP", 2)))
    assert worst.orders == (DelayedOrder(order="a", minutes=6), DelayedOrder(order="c", minutes=2))
    assert (other.resource, other.minutes) == ("q", 7)
    assert delays_by_resource(()) == ()


def reasons(made: Problem) -> list[tuple[str, str]]:
    found = why_unplanned(compile_problem(made), 0)
    assert all(" / " in reason.text for reason in found)
    return [(reason.code, reason.step) for reason in found]


def test_every_reason_for_no_place() -> None:
    assert reasons(problem(Order(id="a", steps=(Step(id="1"),)))) == [("NO_RESOURCE", "1")]
    oven = (Resource(id="r", site="s", kind="batch", capacity=4),)
    assert reasons(problem(order("a", 6, load=5), resources=oven)) == [("LOAD_TOO_LARGE", "1")]
    assert reasons(problem(order("a", 101))) == [("HORIZON", "1")]
    assert reasons(problem(order("a", 100))) == [("NO_CAPACITY", "")]
    far = replace(problem(order("a", 5)), resources=(Resource(id="r", site="t"),))
    assert reasons(replace(far, orders=(replace(far.orders[0], ship_to="s"),))) == [("NO_TRANSPORT", "1")]


@pytest.mark.parametrize(("start", "expected"), [(10, ("FROZEN", "2")), (12, ("NO_CAPACITY", ""))])
def test_nothing_reaches_a_frozen_step_in_time(start: int, expected: tuple[str, str]) -> None:
    fixed = Fixed(resource="q", start=start, end=20)
    steps = (
        Step(id="1", modes=(Mode(resource="r", duration=5),)),
        Step(id="2", after=("1",), modes=(Mode(resource="q", duration=8),), freeze="committed", fixed=fixed),
    )
    made = problem(Order(id="a", steps=steps), resources=(Resource(id="r", site="s"), Resource(id="q", site="t")))
    assert reasons(made) == [expected]


def test_no_way_between_two_steps() -> None:
    steps = (
        Step(id="1", modes=(Mode(resource="r", duration=5),)),
        Step(id="2", after=("1",), modes=(Mode(resource="q", duration=8),)),
    )
    made = problem(Order(id="a", steps=steps), resources=(Resource(id="r", site="t"), Resource(id="q", site="s")))
    assert reasons(made) == [("NO_TRANSPORT", "2")]
