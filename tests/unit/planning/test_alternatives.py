"""Ways of doing one more order: each a valid plan, priced as the files say, and none beaten by another."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from kumihimo.interop.planning_json import problem_from_bytes
from kumihimo.logistics.transport import MatrixTransport
from kumihimo.planning import (
    Mode,
    Objective,
    Order,
    Plan,
    PlannedStep,
    PlanSite,
    Problem,
    Resource,
    Step,
    plan,
    verify_plan,
)
from kumihimo.planning.alternatives import Option, alternatives
from kumihimo.planning.risk import simulate

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "property"))
from planning_problems import small

TOLD_ELSEWHERE = {"OBJECTIVE", "LATE", "LOWER_BOUND", "STATUS", "CAUSES"}


def priced(problem: Problem, order: Order, option: Option) -> tuple[int, float, int]:
    """Return yen, kg and finish, from the problem's own tables."""
    site = {r.id: r.site for r in problem.resources}
    rows = {row.step: row for row in option.steps}
    inner = {name for step in order.steps for name in step.after}
    yen, kilograms, arrivals = 0, [], []
    for step in order.steps:
        row = rows[step.id]
        mode = step.modes[row.mode]
        assert mode.resource == row.resource
        yen += mode.jpy
        kilograms.append(mode.kg_co2)
        legs = [problem.transport.leg(site[rows[name].resource], site[row.resource]) for name in step.after]
        if step.id not in inner and order.ship_to is not None:
            legs.append(problem.transport.leg(site[row.resource], order.ship_to))
            assert legs[-1] is not None
            arrivals.append(row.end + legs[-1].minutes)
        elif step.id not in inner:
            arrivals.append(row.end)
        for leg in legs:
            if leg is not None:
                yen += leg.jpy
                kilograms.append(leg.kg_co2)
    return yen, math.fsum(kilograms), max(arrivals)


def test_every_way_is_valid_and_priced_right() -> None:
    several = 0
    for seed in range(40):
        problem = problem_from_bytes(json.dumps(small(Random(seed))).encode())
        order = problem.orders[-1]
        if any(step.fixed is not None for step in order.steps):
            continue
        without = replace(problem, orders=problem.orders[:-1])
        made = plan(without, iterations=2, seed=0)
        found = alternatives(without, made, order, samples=30)
        several += len(found) > 1
        for option in found:
            whole = replace(made, steps=made.steps + option.steps)
            broken = [v for v in verify_plan(problem, whole) if v.code not in TOLD_ELSEWHERE]
            assert not broken
            yen, kilograms, finish = priced(problem, order, option)
            assert option.price_jpy == yen
            assert option.kg_co2 == pytest.approx(kilograms, abs=1e-4)
            assert option.finish == finish
            assert option.late_min == max(0, finish - (order.due or 0))
            risk = simulate(problem, whole, samples=30, orders=[order.id]).orders[0]
            assert (option.on_time, option.p90) == (risk.on_time, risk.p90)
        for one in found:
            for other in found:
                if one is not other:
                    assert (
                        one.price_jpy < other.price_jpy
                        or one.finish < other.finish
                        or one.kg_co2 < other.kg_co2
                        or one.on_time > other.on_time
                    )
    assert several > 5


def shop() -> tuple[Problem, Plan, Order]:
    """Return three machines: near and busy, far and free, dear and clean; and an order that can use each."""
    sites = tuple(PlanSite(id=name) for name in ("near", "far", "clean", "home"))
    minutes = {"near": {"home": 30}, "far": {"home": 300}, "clean": {"home": 600}}
    yen = {"near": {"home": 1000}, "far": {"home": 4000}, "clean": {"home": 6000}}
    kilograms = {"near": {"home": 10.0}, "far": {"home": 40.0}, "clean": {"home": 1.0}}
    resources = tuple(Resource(id=site.id, site=site.id) for site in sites[:3])
    busy = Order(id="busy", steps=(Step(id="1", modes=(Mode(resource="near", duration=2000, jpy=1),)),))
    problem = Problem(
        start=datetime.fromisoformat("2026-11-30T00:00:00+09:00"),
        horizon=20_000,
        sites=sites,
        resources=resources,
        orders=(busy,),
        transport=MatrixTransport(minutes=minutes, jpy=yen, kg_co2=kilograms),
        objective=Objective(jpy_per_weighted_late_min=10),
    )
    row = PlannedStep(order="busy", step="1", mode=0, resource="near", start=0, end=2000)
    made = Plan(problem_sha256="", status="feasible", objective=1, lower_bound=0, steps=(row,))
    modes = (
        Mode(resource="near", duration=100, jpy=10_000, kg_co2=5.0),
        Mode(resource="far", duration=100, jpy=20_000, kg_co2=5.0),
        Mode(resource="clean", duration=120, jpy=30_000, kg_co2=0.5),
    )
    return problem, made, Order(id="new", due=1500, ship_to="home", steps=(Step(id="1", modes=modes),))


def test_the_choice_is_named() -> None:
    problem, made, order = shop()
    found = alternatives(problem, made, order)
    assert [(o.ja, o.en) for o in found] == [
        ("最安", "cheapest"),
        ("最短・最も確実", "earliest, surest"),
        ("CO2最少", "least CO2"),
    ]
    assert [o.steps[0].resource for o in found] == ["near", "far", "clean"]
    assert [(o.price_jpy, o.finish, o.kg_co2) for o in found] == [
        (11_000, 2130, 15.0),
        (24_000, 400, 45.0),
        (36_000, 720, 1.5),
    ]
    assert [o.late_min for o in found] == [630, 0, 0]
    assert found[0].on_time < 0.5 < found[1].on_time == 1
    assert found[0].p90 > 2130


def test_fewer_are_the_best_ones_and_nothing_is_changed() -> None:
    problem, made, order = shop()
    assert [o.steps[0].resource for o in alternatives(problem, made, order, 1)] == ["near"]
    assert [o.steps[0].resource for o in alternatives(problem, made, order, 2)] == ["near", "far"]
    assert alternatives(problem, made, order) == alternatives(problem, made, order)
    assert problem.orders[0].id == "busy"
    assert len(made.steps) == 1


def test_no_place_no_option_and_wrong_inputs() -> None:
    problem, made, order = shop()
    nowhere = replace(order, steps=(Step(id="1", modes=(Mode(resource="near", duration=19_000),)),))
    assert alternatives(problem, made, nowhere) == ()
    assert alternatives(problem, made, replace(order, steps=(Step(id="1"),))) == ()
    with pytest.raises(ValueError, match="already has an order"):
        alternatives(problem, made, replace(order, id="busy"))
    with pytest.raises(ValueError, match="n must be"):
        alternatives(problem, made, order, 0)


def test_without_a_due_date_it_is_never_late() -> None:
    problem, made, order = shop()
    assert {o.on_time for o in alternatives(problem, made, replace(order, due=None))} == {1.0}
