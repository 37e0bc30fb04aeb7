"""Every remedy is carried out on a changed problem and checked by the verifier, which knows nothing of the board."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from kumihimo.interop.planning_json import problem_from_bytes
from kumihimo.planning import (
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
    plan,
    verify_plan,
)
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.placement import placement_of
from kumihimo.planning.remedies import Premiums, Remedies, Remedy, remedies
from kumihimo.planning.workbench import standing_of

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "property"))
from planning_problems import small

START = datetime.fromisoformat("2026-11-30T00:00:00+09:00")
TOLD_ELSEWHERE = {"OBJECTIVE", "LATE", "LOWER_BOUND", "STATUS", "CAUSES"}


def carried_out(problem: Problem, made: Plan, order_id: str, remedy: Remedy) -> tuple[Problem, Plan]:
    """Return the changed problem and the changed plan of a remedy."""
    rows = {(row.order, row.step): row for row in made.steps}
    rows |= {(row.order, row.step): row for row in remedy.steps}
    resources, calendars, orders = list(problem.resources), list(problem.calendars), list(problem.orders)
    at = next((at for at, r in enumerate(resources) if r.id == remedy.resource), -1)
    mine = next(at for at, o in enumerate(orders) if o.id == order_id)
    if remedy.opened:
        calendar = next(c for c in calendars if c.id == resources[at].calendar)
        calendars.append(replace(calendar, id="opened", open=calendar.open + remedy.opened))
        resources[at] = replace(resources[at], calendar="opened")
    if remedy.kind == "SECOND_MACHINE":
        one = resources[at]
        if one.kind == "machine" and one.capacity > 1:
            resources[at] = replace(one, capacity=one.capacity + 1)
        else:
            resources.append(replace(one, id="second"))
            steps = []
            for step in orders[mine].steps:
                row = rows[order_id, step.id]
                if row.resource == one.id and not step.is_frozen:
                    modes = (*step.modes, replace(step.modes[row.mode], resource="second"))
                    step = replace(step, modes=modes)
                    rows[order_id, step.id] = replace(row, mode=len(modes) - 1, resource="second")
                steps.append(step)
            orders[mine] = replace(orders[mine], steps=tuple(steps))
    if remedy.due is not None:
        orders[mine] = replace(orders[mine], due=remedy.due)
    changed = replace(problem, resources=tuple(resources), calendars=tuple(calendars), orders=tuple(orders))
    unplanned = tuple(u for u in made.unplanned if u.order != order_id)
    return changed, replace(made, steps=tuple(rows.values()), unplanned=unplanned)


def late_of(problem: Problem, made: Plan) -> dict[str, int]:
    compiled = compile_problem(problem)
    place = placement_of(compiled, made)
    found = (standing_of(compiled.arrays, place, at) for at in range(len(problem.orders)))
    return {problem.orders[s.order].id: s.late_min for s in found if s is not None}


def check(problem: Problem, made: Plan, order_id: str, found: tuple[Remedy, ...]) -> None:
    before = late_of(problem, made)
    for remedy in found:
        changed, after = carried_out(problem, made, order_id, remedy)
        broken = [v for v in verify_plan(changed, after) if v.code not in TOLD_ELSEWHERE]
        assert not broken, (remedy, broken)
        lates = late_of(changed, after)
        assert lates[order_id] == remedy.late_min
        if order_id in before:
            assert remedy.saved_min == before[order_id] - remedy.late_min > 0
        others = sum(lates[name] - before[name] for name in before if name != order_id)
        assert others == remedy.others_min
        assert remedy.ja
        assert remedy.en
        assert remedy.ask or remedy.kind in ("MOVE", "DUE")
    assert list(found) == sorted(found, key=lambda r: r.per_hour_jpy)


@pytest.mark.parametrize("block", range(4))
def test_remedies_of_random_plans_hold(block: int) -> None:
    kinds = set()
    for seed in range(block * 12, block * 12 + 12):
        problem = problem_from_bytes(json.dumps(small(Random(seed))).encode())
        made = plan(problem, iterations=2, seed=0)
        compiled = compile_problem(problem)
        asked = Remedies(compiled, placement_of(compiled, made))
        for order in problem.orders:
            found = asked.of(order.id, most=99)
            check(problem, made, order.id, found)
            kinds |= {remedy.kind for remedy in found}
            # Nothing that was tried stays on the board.
            assert asked.of(order.id, most=99) == found
    assert {"DUE"} < kinds


def shop(*orders: Order, resources: tuple[Resource, ...], calendars: tuple[PlanCalendar, ...] = ()) -> Problem:
    return Problem(
        start=START,
        horizon=20_000,
        sites=(PlanSite(id="s"),),
        resources=resources,
        orders=orders,
        calendars=calendars,
        objective=Objective(jpy_per_weighted_late_min=10),
    )


def one(name: str, minutes: int, due: int, *, weight: int = 1, resource: str = "r") -> Order:
    mode = Mode(resource=resource, duration=minutes, jpy=100 * minutes)
    return Order(id=name, due=due, weight=weight, steps=(Step(id="1", modes=(mode,)),))


def plan_of(*rows: tuple[str, str, int, int]) -> Plan:
    steps = tuple(PlannedStep(order=o, step="1", mode=0, resource=r, start=a, end=b) for o, r, a, b in rows)
    return Plan(problem_sha256="", status="feasible", objective=0, lower_bound=0, steps=steps)


def test_a_queue_can_be_swapped_or_doubled() -> None:
    machine = (Resource(id="r", site="s"),)
    problem = shop(one("a", 300, 2000), one("b", 100, 150), resources=machine)
    made = plan_of(("a", "r", 0, 300), ("b", "r", 300, 400))
    found = {remedy.kind: remedy for remedy in remedies(problem, made, "b")}
    check(problem, made, "b", remedies(problem, made, "b"))
    swap, second, due = found["SWAP"], found["SECOND_MACHINE"], found["DUE"]
    assert (swap.late_min, swap.saved_min, swap.price_jpy, swap.others_min, swap.behind) == (0, 250, 0, 0, "a")
    assert swap.ask == "s"
    assert "「" not in swap.ja
    assert (second.late_min, second.price_jpy) == (0, 100 * 100)
    assert (due.late_min, due.due, due.price_jpy) == (0, 150 + 2880, 0)
    assert "REROUTE" not in found


def test_what_a_swap_costs_the_other_is_told() -> None:
    problem = shop(one("a", 300, 320), one("b", 100, 150, weight=9), resources=(Resource(id="r", site="s"),))
    made = plan_of(("a", "r", 0, 300), ("b", "r", 300, 400))
    (swap,) = [r for r in remedies(problem, made, "b") if r.kind == "SWAP"]
    assert (swap.others_min, swap.others_jpy) == (80, 800)
    assert swap.per_hour_jpy == pytest.approx(800 / 250 * 60)
    assert {(row.order, row.start) for row in swap.steps} == {("a", 100), ("b", 0)}


def test_closed_time_can_be_opened() -> None:
    calendar = PlanCalendar(id="c", weekly=((480, 960), (1920, 2400)))
    machine = (Resource(id="r", site="s", calendar="c"),)
    problem = shop(one("a", 600, 1100), resources=machine, calendars=(calendar,))
    made = plan_of(("a", "r", 480, 2040))
    found = remedies(problem, made, "a", most=99)
    check(problem, made, "a", found)
    overtime = min((r for r in found if r.kind == "OVERTIME"), key=lambda r: r.late_min)
    assert (overtime.late_min, overtime.opened, overtime.price_jpy) == (0, ((960, 1080),), round(120 * 100 * 1.25))
    shift = min((r for r in found if r.kind == "SHIFT"), key=lambda r: r.late_min)
    assert shift.late_min == 0
    dearer = remedies(problem, made, "a", premiums=Premiums(overtime=3.0), most=99)
    assert {r.price_jpy for r in dearer if r.kind == "OVERTIME"} == {120 * 100 * 3}


def test_a_whole_queue_moves_up_into_an_opened_shift() -> None:
    """The gap before the queue is too short for b alone, but a moves into it and makes room."""
    calendar = PlanCalendar(id="c", weekly=((480, 960), (1920, 2400)))
    machine = (Resource(id="r", site="s", calendar="c"),)
    problem = shop(one("a", 480, 5000), one("b", 400, 1500), resources=machine, calendars=(calendar,))
    made = plan_of(("a", "r", 480, 960), ("b", "r", 1920, 2320))
    found = remedies(problem, made, "b", most=99)
    check(problem, made, "b", found)
    assert any(r.kind == "SHIFT" and r.late_min == 0 for r in found)


def test_another_firm_is_named_with_its_price() -> None:
    order = Order(
        id="b",
        due=120,
        steps=(
            Step(
                id="1", modes=(Mode(resource="r", duration=100, jpy=10), Mode(resource="q", duration=100, jpy=99_999))
            ),
        ),
    )
    problem = shop(one("a", 300, 2000), order, resources=(Resource(id="r", site="s"), Resource(id="q", site="s")))
    made = plan_of(("a", "r", 0, 300), ("b", "r", 300, 400))
    (other,) = [r for r in remedies(problem, made, "b") if r.kind == "REROUTE"]
    assert (other.late_min, other.price_jpy, other.resource) == (0, 99_989, "q")
    assert "工程1をrからqへ" in other.ja


def test_free_time_comes_first_and_nothing_dearer_takes_its_merit() -> None:
    problem = shop(one("a", 300, 2000), one("b", 100, 350), resources=(Resource(id="r", site="s"),))
    made = plan_of(("a", "r", 0, 300), ("b", "r", 700, 800))
    found = remedies(problem, made, "b")
    assert (found[0].kind, found[0].late_min, found[0].price_jpy) == ("MOVE", 50, 0)
    assert all(remedy.late_min < 50 for remedy in found[1:])


def test_an_order_that_found_no_place() -> None:
    fixed = Fixed(resource="r", start=0, end=19_950)
    wall = Order(
        id="w", steps=(Step(id="1", modes=(Mode(resource="r", duration=19_950),), freeze="committed", fixed=fixed),)
    )
    problem = shop(wall, one("b", 100, 500), resources=(Resource(id="r", site="s"),))
    made = plan(problem, iterations=0)
    assert [u.order for u in made.unplanned] == ["b"]
    found = remedies(problem, made, "b")
    check(problem, made, "b", found)
    assert [r.kind for r in found] == ["SECOND_MACHINE"]
    assert found[0].late_min == 0


def test_orders_without_need_and_unknown_ones() -> None:
    problem = shop(one("a", 300, 2000), resources=(Resource(id="r", site="s"),))
    made = plan_of(("a", "r", 0, 300))
    assert remedies(problem, made, "a") == ()
    with pytest.raises(ValueError, match="no such order: x"):
        remedies(problem, made, "x")
