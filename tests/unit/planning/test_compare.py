"""What changed between two plans: moves, calls, promises, money."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kumihimo.logistics.transport import MatrixTransport
from kumihimo.planning.compare import (
    Cost,
    Pricing,
    compare_orders,
    compare_plans,
    cost_of,
)
from kumihimo.planning.problem import Fixed, Mode, Objective, Order, PlanSite, Problem, Resource, Step
from kumihimo.planning.result import Plan, PlannedStep, Unplanned, Why

GOAL = Objective(jpy_per_weighted_late_min=10, jpy_per_moved_step=500, jpy_per_kg_co2=0.58)


def step(name: str, *resources: str, after: tuple[str, ...] = (), fixed: Fixed | None = None) -> Step:
    modes = tuple(Mode(resource=r, duration=60, jpy=1000 + 7 * at, kg_co2=0.1) for at, r in enumerate(resources))
    return Step(id=name, modes=modes, after=after, fixed=fixed)


def problem() -> Problem:
    sites = ("A", "B", "C")
    return Problem(
        start=datetime.fromisoformat("2026-12-01T00:00:00+09:00"),
        horizon=10_000,
        sites=tuple(PlanSite(id=name) for name in sites),
        resources=tuple(Resource(id=f"r{name}", site=name) for name in sites),
        orders=(
            Order(
                id="o1",
                due=200,
                weight=3,
                ship_to="C",
                steps=(
                    step("10", "rA", "rB", fixed=Fixed(resource="rA", start=0, end=60)),
                    step("20", "rB", after=("10",)),
                ),
            ),
            Order(id="o2", due=1000, steps=(step("10", "rA"),)),
            Order(id="o3", steps=(step("10", "rC"),)),
        ),
        transport=MatrixTransport(
            minutes={a: {b: 20 for b in sites if b != a} for a in sites},
            jpy={a: {b: 300 for b in sites if b != a} for a in sites},
            kg_co2={"A": {"B": 12.25}},
        ),
        objective=GOAL,
    )


def row(order: str, name: str, resource: str, start: int, *, mode: int = 0) -> PlannedStep:
    return PlannedStep(order=order, step=name, mode=mode, resource=resource, start=start, end=start + 60)


def made(*rows: PlannedStep, unplanned: tuple[str, ...] = ()) -> Plan:
    why = (Why(code="NO_CAPACITY", text=""),)
    return Plan(
        problem_sha256="",
        status="partial" if unplanned else "feasible",
        objective=0,
        lower_bound=0,
        steps=rows,
        unplanned=tuple(Unplanned(order=name, why=why) for name in unplanned),
    )


BEFORE = made(row("o1", "10", "rA", 0), row("o1", "20", "rB", 80), row("o2", "10", "rA", 60), row("o3", "10", "rC", 0))
AFTER = made(
    row("o1", "10", "rB", 30, mode=1), row("o1", "20", "rB", 150), row("o2", "10", "rA", 60), row("o3", "10", "rC", 0)
)


def test_cost_in_its_parts_by_hand() -> None:
    cost = cost_of(problem(), BEFORE)
    # o1: rA -> rB -> C; o2 and o3 are not sent anywhere.
    assert (cost.modes, cost.transport, cost.lateness, cost.moves) == (4000, 600, 0, 0)
    assert str(cost.kg_co2) == "12.65"  # 4 x 0.1 + 12.25
    assert cost.co2 == 7  # 7.337
    assert cost.total == 4607
    after = cost_of(problem(), AFTER)
    # Completed at 210 + 20, 30 late x weight 3 x 10; step 10 left its told place.
    assert (after.modes, after.transport, after.lateness, after.moves) == (4007, 300, 900, 500)


def test_co2_is_summed_exactly_and_rounded_half_up() -> None:
    from decimal import Decimal

    # In floating point 0.58 x 25 falls short of 14.5.
    assert Cost(kg_co2=Decimal(25), jpy_per_kg_co2=Decimal("0.58")).co2 == 15


def test_nothing_changed() -> None:
    assert compare_plans(problem(), BEFORE, problem(), BEFORE).is_empty


def test_moves_calls_and_promises() -> None:
    diff = compare_plans(problem(), BEFORE, problem(), AFTER)
    assert [(m.order, m.step) for m in diff.moves] == [("o1", "10"), ("o1", "20")]
    first = diff.moves[0]
    assert first.before is not None
    assert first.after is not None
    assert (first.before.resource, first.before.start, first.before.end) == ("rA", 0, 60)
    assert (first.after.resource, first.after.site, first.after.start) == ("rB", "B", 30)
    assert first.is_told
    # A loses what it had been told; B hears of it for the first time and of its own step's move.
    assert [(c.site, c.is_again, len(c.moves)) for c in diff.calls] == [("A", True, 1), ("B", False, 2)]
    (promise,) = diff.promises
    assert (promise.order, promise.completion_before, promise.completion_after) == ("o1", 160, 230)
    assert (promise.late_before, promise.late_after) == (0, 30)
    assert diff.newly_late == ("o1",)
    assert diff.no_longer_late == ()
    back = compare_plans(problem(), AFTER, problem(), BEFORE)
    assert back.no_longer_late == ("o1",)


def test_nobody_is_called_about_what_it_reported_itself() -> None:
    before = problem()
    first, *others = before.orders
    done = replace(first.steps[0], freeze="done", fixed=Fixed(resource="rA", start=0, end=75))
    after = replace(before, orders=(replace(first, steps=(done, *first.steps[1:])), *others))
    late = replace(BEFORE.steps[0], end=75)
    diff = compare_plans(before, BEFORE, after, made(late, *BEFORE.steps[1:]))
    assert [(m.order, m.step, m.is_reported) for m in diff.moves] == [("o1", "10", True)]
    assert diff.calls == ()


def test_orders_come_and_go_and_lose_their_place() -> None:
    whole = problem()
    rush = Order(id="rush", steps=(step("10", "rC"),))
    other = replace(whole, orders=(*whole.orders[:1], whole.orders[2], rush))
    after = made(row("o1", "10", "rA", 0), row("o1", "20", "rB", 80), row("rush", "10", "rC", 0), unplanned=("o3",))
    diff = compare_plans(whole, BEFORE, other, after)
    assert (diff.added, diff.removed) == (("rush",), ("o2",))
    assert (diff.newly_unplanned, diff.newly_planned) == (("o3",), ())
    assert {m.order: (m.before is None, m.after is None) for m in diff.moves} == {
        "o2": (False, True),
        "o3": (False, True),
        "rush": (True, False),
    }
    back = compare_plans(other, after, whole, BEFORE)
    assert back.newly_planned == ("o3",)
    lost = compare_plans(whole, BEFORE, replace(whole, orders=(*whole.orders, rush)), replace(BEFORE, status="partial"))
    assert lost.newly_unplanned == ("rush",)


def test_another_due_date_is_another_promise() -> None:
    whole = problem()
    nearer = replace(whole, orders=(replace(whole.orders[0], due=100), *whole.orders[1:]))
    diff = compare_plans(whole, BEFORE, nearer, BEFORE)
    assert diff.moves == ()
    assert [(p.due_before, p.due_after, p.late_after) for p in diff.promises] == [(200, 100, 60)]
    assert diff.newly_late == ("o1",)
    assert diff.cost_after.lateness - diff.cost_before.lateness == 60 * 3 * 10


def test_given_orders_alone_make_the_same_difference() -> None:
    whole = problem()
    pricing = Pricing(whole)
    rows_before = {"o1": [r for r in BEFORE.steps if r.order == "o1"]}
    rows_after = {"o1": [r for r in AFTER.steps if r.order == "o1"]}
    order = whole.orders[0]
    before, after = (replace(plan, objective=cost_of(whole, plan).total) for plan in (BEFORE, AFTER))
    few = compare_orders(pricing, rows_before, pricing, rows_after, [(order, order)], objective_before=before.objective)
    assert few == compare_plans(whole, before, whole, after)
    assert few.objective_after - few.objective_before == 7 - 300 + 900 + 500 - 7


def test_the_objective_is_that_of_the_plans() -> None:
    whole = replace(problem(), objective=Objective(makespan=True))
    diff = compare_plans(whole, replace(BEFORE, objective=160), whole, replace(AFTER, objective=230))
    assert (diff.objective_before, diff.objective_after) == (160, 230)


def test_the_cost_is_the_objective_of_a_plan_of_the_engine() -> None:
    from pathlib import Path

    from kumihimo.interop.planning_json import read_problem
    from kumihimo.planning import plan

    whole = read_problem(Path(__file__).resolve().parents[3] / "examples" / "problems" / "three-firms.json")
    made_plan = plan(whole, iterations=3)
    assert cost_of(whole, made_plan).total == made_plan.objective


def test_frozen_steps_of_an_unplanned_order_are_priced_but_promise_nothing() -> None:
    whole = problem()
    fixed = Fixed(resource="rA", start=0, end=60)
    frozen = replace(whole.orders[0].steps[0], freeze="committed", fixed=fixed)
    order = replace(whole.orders[0], steps=(frozen, whole.orders[0].steps[1]))
    state = Pricing(whole).state(order, [row("o1", "10", "rA", 0)])
    assert state.completion is None
    assert (state.cost.modes, state.cost.transport, state.cost.lateness) == (1000, 0, 0)


def test_the_moves_lead_from_one_plan_to_the_other() -> None:
    from random import Random

    dice = Random(5)
    whole = problem()
    for _ in range(50):
        rows = [r for r in BEFORE.steps if dice.random() < 0.8]
        rows = [replace(r, start=r.start + 5, end=r.end + 5) if dice.random() < 0.4 else r for r in rows]
        after = made(*rows)
        diff = compare_plans(whole, BEFORE, whole, after)
        stands = {(r.order, r.step): (r.resource, r.start, r.end) for r in BEFORE.steps}
        for move in diff.moves:
            if move.after is None:
                del stands[move.order, move.step]
            else:
                stands[move.order, move.step] = (move.after.resource, move.after.start, move.after.end)
        assert stands == {(r.order, r.step): (r.resource, r.start, r.end) for r in after.steps}
        told = {(m.order, m.step, c.site) for c in diff.calls for m in c.moves}
        places = {(m.order, m.step, p.site) for m in diff.moves for p in (m.before, m.after) if p is not None}
        assert told == places
