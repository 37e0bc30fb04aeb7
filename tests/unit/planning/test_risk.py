"""Promises under spread: against a slow simulation in plain Python, and what zero spread must give."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from kumihimo.interop.planning_json import problem_from_bytes
from kumihimo.logistics.transport import MatrixTransport
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
)
from kumihimo.planning.arrays import NEVER
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.kernel.simulate import LEVELS, UNIT_BITS, level_of
from kumihimo.planning.order_of_work import Fates, OrderOfWork
from kumihimo.planning.placement import placement_of
from kumihimo.planning.risk import Spread, _factors, _sampled, _tables, simulate
from kumihimo.planning.verify_arithmetic import OpenTime

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "property"))
from planning_problems import small

START = datetime.fromisoformat("2026-11-30T00:00:00+09:00")
STEADY = Spread(duration_cv=0, transport_cv=0)


class Slow:
    """The same rules, one sample at a time, minute by minute, over dictionaries."""

    def __init__(self, problem: Problem, made: Plan, spread: Spread, seed: int) -> None:
        self.problem, self.seed = problem, crc32(f"{seed}".encode())
        self.orders = {o.id: o for o in problem.orders}
        self.resources = {r.id: r for r in problem.resources}
        self.rows = {(row.order, row.step): row for row in made.steps}
        self.unplanned = {u.order for u in made.unplanned}
        self.factors = {r.id: _factors(spread.resources.get(r.id, spread.duration_cv)) for r in problem.resources}
        self.ways = _factors(spread.transport_cv)
        monday = -(problem.start.weekday() * 1440 + problem.start.hour * 60 + problem.start.minute)
        low = min([0, *(row.start for row in made.steps)])
        latest = max(row.end for row in made.steps)
        self.high = latest + latest // 2 + 8 * 10080
        self.times = {c.id: OpenTime(c, monday, low, self.high) for c in problem.calendars}

    def is_open(self, resource: str, minute: int) -> bool:
        calendar = self.resources[resource].calendar
        return calendar is None or minute >= self.high or self.times[calendar].at(minute)

    def finish(self, resource: str, start: int, work: int) -> int:
        while work > 0:
            work -= self.is_open(resource, start)
            start += 1
        return start

    def next_open(self, resource: str, minute: int) -> int:
        while not self.is_open(resource, minute):
            minute += 1
        return minute

    def step(self, row: PlannedStep) -> Step:
        return next(s for s in self.orders[row.order].steps if s.id == row.step)

    def spread(self, minutes: int, table: Any, name: str, sample: int) -> int:
        level = level_of(crc32(name.encode(), self.seed), sample)
        return max(1, (minutes * int(table[level]) + (1 << (UNIT_BITS - 1))) >> UNIT_BITS)

    def way(self, row: PlannedStep, site: str, name: str, sample: int) -> int:
        here = self.resources[row.resource].site
        if here == site:
            return 0
        leg = self.problem.transport.leg(here, site)
        if leg is None or leg.minutes == 0:
            return 0
        return self.spread(leg.minutes, self.ways, name, sample)

    def groups(self) -> list[list[PlannedStep]]:
        found: dict[object, list[PlannedStep]] = {}
        for row in self.rows.values():
            step, key = self.step(row), (row.order, row.step)
            if self.resources[row.resource].kind == "batch" and row.end > row.start:
                key = (row.resource, row.start, row.end, step.family, step.modes[row.mode].duration)  # type: ignore[assignment]
            found.setdefault(key, []).append(row)
        place = {o.id: at for at, o in enumerate(self.problem.orders)}
        sequence = {(o.id, name): at for o in self.problem.orders for at, name in enumerate(topological(o))}

        def when(group: list[PlannedStep]) -> tuple[int, ...]:
            first = min((place[r.order], sequence[r.order, r.step]) for r in group)
            return (group[0].start, group[0].end > group[0].start, *first)

        return sorted(found.values(), key=when)

    def run(self, sample: int) -> dict[str, int]:
        """Return the completion of every planned order."""
        ends: dict[tuple[str, str], int] = {}
        gone: dict[str, list[tuple[PlannedStep, int]]] = {}
        places = {r.id: [-NEVER] * r.capacity for r in self.problem.resources if r.kind == "machine"}
        for group in self.groups():
            end, start = self.place(group, sample, ends, gone, places)
            for row in group:
                ends[row.order, row.step] = end
            if group[0].end > group[0].start:
                gone.setdefault(group[0].resource, []).append((group[0], end))
                self.hold(group[0], start, end, places)
        return {o.id: self.completion(o, ends, sample) for o in self.problem.orders if o.id not in self.unplanned}

    def hold(self, row: PlannedStep, start: int, end: int, places: dict[str, list[int]]) -> None:
        resource = self.resources[row.resource]
        if resource.kind == "machine" and resource.capacity > 1:
            slots = places[row.resource]
            free = [at for at, t in enumerate(slots) if t <= start]
            at = max(free, key=lambda at: (slots[at], -at)) if free else slots.index(min(slots))
            slots[at] = max(slots[at], end)

    def place(self, group, sample, ends, gone, places):  # type: ignore[no-untyped-def]
        lead = group[0]
        resource, mode = self.resources[lead.resource], self.step(lead).modes[lead.mode]
        facts = [self.step(row) for row in group if self.step(row).is_frozen]
        states = {step.freeze for step in facts}
        if "done" in states:
            return lead.end, lead.start
        floor = lead.start if facts else 0
        ready = floor
        crowded = resource.kind == "machine" and resource.capacity > 1 and bool(facts)
        if crowded:
            at_once = [r for r in self.rows.values() if r.resource == lead.resource and r.start <= lead.start < r.end]
            crowded = len(at_once) > resource.capacity
        if "running" not in states and not crowded:
            for row in group:
                step = self.step(row)
                if not step.after and not step.is_frozen:
                    ready = max(ready, self.orders[row.order].release)
                for name in step.after:
                    before = self.rows.get((row.order, name))
                    if before is None:
                        continue
                    both = step.is_frozen and self.step(before).is_frozen
                    leg = self.problem.transport.leg(self.resources[before.resource].site, resource.site)
                    planned = leg.minutes if leg is not None else 0
                    if both and before.end + planned > row.start:
                        continue
                    way = self.way(before, resource.site, f"{row.order}/{row.step}<{name}", sample)
                    ready = max(ready, ends[row.order, name] + way)
            if lead.end > lead.start:
                ready = max(ready, self.free(lead, resource, gone, places))
        work, clock = mode.duration, lead.resource
        if facts:
            open_minutes = sum(self.is_open(clock, t) for t in range(lead.start, lead.end))
            fits = self.is_open(clock, lead.start) and (
                lead.end == lead.start or self.finish(clock, lead.start, max(1, open_minutes)) == lead.end
            )
            work = open_minutes if fits else lead.end - lead.start
            clock = clock if fits else ""
        minutes = 0
        if work:
            name = min((f"{r.order}/{r.step}" for r in group), key=lambda n: crc32(n.encode(), self.seed))
            minutes = self.spread(work, self.factors[lead.resource], name, sample)
        if not clock:
            return ready + minutes, ready
        start = self.next_open(clock, ready)
        return self.finish(clock, start, minutes), start

    def free(self, row: PlannedStep, resource: Resource, gone: Any, places: dict[str, list[int]]) -> int:
        if resource.kind == "machine" and resource.capacity > 1:
            return min(places[row.resource])
        free = -NEVER
        for other, end in gone.get(row.resource, []):
            if other.end <= row.start:
                free = max(free, end)
        behind = gone.get(row.resource, [])
        if behind and resource.setup and behind[-1][0].end <= row.start:
            one, two = self.step(behind[-1][0]).family, self.step(row).family
            setup = 0
            if one is not None and two is not None and one != two:
                setup = resource.setup.get(one, {}).get(two, 0)
            there = sum(self.is_open(row.resource, t) for t in range(behind[-1][0].end, row.start))
            free = max(free, self.finish(row.resource, behind[-1][1], min(setup, there)))
        return free

    def completion(self, order: Order, ends: dict[tuple[str, str], int], sample: int) -> int:
        inner = {name for step in order.steps for name in step.after}
        arrivals = []
        for step in order.steps:
            if step.id not in inner:
                row = self.rows[order.id, step.id]
                way = 0
                if order.ship_to is not None:
                    way = self.way(row, order.ship_to, f"{order.id}/{step.id}>", sample)
                arrivals.append(ends[order.id, step.id] + way)
        return max(arrivals)


def topological(order: Order) -> list[str]:
    done: list[str] = []
    while len(done) < len(order.steps):
        done += [s.id for s in order.steps if s.id not in done and set(s.after) <= set(done)]
    return done


def fast(problem: Problem, made: Plan, spread: Spread, samples: int, seed: int, **how: Any) -> dict[str, list[int]]:
    compiled = compile_problem(problem)
    tables, spread_of = _tables(compiled, spread)
    work = OrderOfWork(compiled, placement_of(compiled, made), spread_of, fates=Fates(compiled, seed), **how)
    completion, _ = _sampled(work, tables, samples, 1)
    return {compiled.orders[o].id: row.tolist() for o, row in zip(work.orders, completion, strict=True)}


def random_case(seed: int) -> tuple[Problem, Plan]:
    problem = problem_from_bytes(json.dumps(small(Random(seed))).encode())
    return problem, plan(problem, iterations=2, seed=0)


CASES = [0, *range(2, 18), *range(19, 26)]


@pytest.mark.parametrize("seed", CASES)
def test_samples_equal_the_slow_simulation(seed: int) -> None:
    problem, made = random_case(seed)
    if not made.steps:
        return
    spread = Spread(duration_cv=0.3, transport_cv=0.5, resources={problem.resources[0].id: (0.5, 0.9, 1.0, 3.0)})
    found = fast(problem, made, spread, 6, seed)
    slow = Slow(problem, made, spread, seed)
    expected = [slow.run(sample) for sample in range(6)]
    assert found == {name: [row[name] for row in expected] for name in found}
    assert set(found) == {o.id for o in problem.orders} - {u.order for u in made.unplanned}


@pytest.mark.parametrize("seed", CASES)
def test_without_spread_nothing_ends_later_than_planned(seed: int) -> None:
    problem, made = random_case(seed)
    if not made.steps:
        return
    risk = simulate(problem, made, samples=2, spread=STEADY)
    assert all(o.p50 == o.p95 <= o.planned for o in risk.orders)
    held = simulate(problem, made, samples=2, spread=STEADY, hold="all")
    assert all(o.p50 == o.p95 == o.planned for o in held.orders)
    late = {row.order: row.late_min for row in made.late}
    assert {o.order: o.mean_late_min for o in held.orders if o.mean_late_min} == late
    assert {o.order for o in held.orders if o.on_time == 0} == set(late)


def shop(*orders: Order, resources: tuple[Resource, ...] = (), calendars: tuple[PlanCalendar, ...] = ()) -> Problem:
    return Problem(
        start=START,
        horizon=100_000,
        sites=(PlanSite(id="s"), PlanSite(id="t")),
        resources=resources or (Resource(id="r", site="s"),),
        orders=orders,
        calendars=calendars,
        transport=MatrixTransport(minutes={"s": {"t": 600}}, jpy={"s": {"t": 1}}, kg_co2={}),
        objective=Objective(jpy_per_weighted_late_min=10),
    )


def one(name: str, minutes: int, due: int, resource: str = "r", **more: Any) -> Order:
    return Order(id=name, due=due, steps=(Step(id="1", modes=(Mode(resource=resource, duration=minutes),)),), **more)


def plan_of(*rows: tuple[str, str, int, int]) -> Plan:
    steps = tuple(PlannedStep(order=o, step="1", mode=0, resource=r, start=a, end=b) for o, r, a, b in rows)
    return Plan(problem_sha256="", status="feasible", objective=0, lower_bound=0, steps=steps)


def test_quantiles_are_those_of_the_lognormal() -> None:
    """Mean 1000, cv 0.3: sigma² = ln 1.09, median = 1000 / sqrt 1.09."""
    risk = simulate(
        shop(one("a", 1000, 1000)), plan_of(("a", "r", 0, 1000)), samples=20_000, spread=Spread(duration_cv=0.3)
    )
    (found,) = risk.orders
    sigma = np.sqrt(np.log(1.09))
    expected = {
        q: 1000 / np.sqrt(1.09) * np.exp(sigma * z) for q, z in ((50, 0.0), (80, 0.8416), (90, 1.2816), (95, 1.6449))
    }
    for name, value in (("p50", 50), ("p80", 80), ("p90", 90), ("p95", 95)):
        assert getattr(found, name) == pytest.approx(expected[value], rel=0.02)
    assert found.on_time == pytest.approx(0.558, abs=0.015)
    assert found.late_jpy == pytest.approx(10 * found.mean_late_min)
    assert risk.late_jpy == pytest.approx(found.late_jpy)


def test_levels_are_even_and_independent() -> None:
    rolls = np.array([[level_of(key, sample) for sample in range(4096)] for key in (crc32(b"a"), crc32(b"b"))])
    counts = np.bincount(rolls[0] // (LEVELS // 16), minlength=16)
    assert counts.sum() == 4096
    assert ((counts - 256) ** 2 / 256).sum() < 37.7  # chi square, 15 degrees, 0.1 %
    assert abs(np.corrcoef(rolls[0], rolls[1])[0, 1]) < 0.05
    assert abs(np.corrcoef(rolls[0][1:], rolls[0][:-1])[0, 1]) < 0.05


def test_the_answer_does_not_depend_on_threads_but_on_the_seed() -> None:
    problem, made = random_case(3)
    answers = [simulate(problem, made, samples=200, threads=threads) for threads in (1, 2, 3)]
    assert answers[0] == answers[1] == answers[2]
    assert simulate(problem, made, samples=200, seed=1) != answers[0]


def test_compiled_and_interpreted_agree() -> None:
    code = (
        "import json, sys; sys.path[:0] = json.loads(sys.argv[1])\n"
        "from test_risk import *\n"
        "problem, made = random_case(7)\n"
        "print(simulate(problem, made, samples=40, threads=1))\n"
    )
    here = json.dumps([str(Path(__file__).parent)])
    run = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", code, here],
            env={**os.environ, "KUMIHIMO_COMPILE": switch},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for switch in ("0", "1")
    ]
    assert run[0] == run[1] != ""


def test_asking_about_one_order_gives_the_same_fate() -> None:
    for seed in (2, 3, 5, 11):
        problem, made = random_case(seed)
        all_orders = simulate(problem, made, samples=64).orders
        for row in all_orders:
            assert simulate(problem, made, samples=64, orders=[row.order]).orders == (row,)


def test_a_step_meets_the_same_fate_in_every_plan() -> None:
    few = shop(one("a", 300, 320), one("b", 100, 450))
    more = shop(one("z", 50, 60, "q"), *few.orders, resources=(*few.resources, Resource(id="q", site="s")))
    rows = [("a", "r", 0, 300), ("b", "r", 300, 400)]
    before = simulate(few, plan_of(*rows), samples=300).orders
    after = simulate(more, plan_of(("z", "q", 0, 50), *rows), samples=300).orders
    assert after[1:] == before


def test_the_machine_before_passes_its_delay_on() -> None:
    problem = shop(one("a", 100, 10_000), one("b", 100, 205))
    made = plan_of(("a", "r", 0, 100), ("b", "r", 100, 200))
    spread = Spread(duration_cv=0.5, resources={})
    risk = simulate(problem, made, samples=2000, spread=spread)
    a, b = risk.orders
    assert a.on_time == 1
    assert 0.4 < b.on_time < 0.75
    critical = {(s.order, s.step): s.share for s in risk.steps}
    assert critical["b", "1"] == critical["a", "1"] == pytest.approx(1 - b.on_time)
    assert risk.resources[0].resource == "r"
    assert risk.resources[0].share == pytest.approx(1 - b.on_time)


def test_a_buffer_is_just_enough_and_stands_before_the_machine_that_is_held() -> None:
    steps = (
        Step(id="1", modes=(Mode(resource="q", duration=10),)),
        Step(id="2", after=("1",), modes=(Mode(resource="r", duration=100),)),
    )
    problem = shop(
        one("a", 300, 10_000),
        Order(id="b", due=410, steps=steps),
        resources=(Resource(id="r", site="s"), Resource(id="q", site="s")),
    )
    rows = [("a", "1", "r", 0, 300), ("b", "1", "q", 0, 10), ("b", "2", "r", 300, 400)]
    made = replace(
        plan_of(),
        steps=tuple(PlannedStep(order=o, step=s, mode=0, resource=r, start=a, end=b) for o, s, r, a, b in rows),
    )
    (buffer,) = simulate(problem, made, samples=500).buffers
    assert (buffer.order, buffer.step, buffer.resource) == ("b", "2", "r")
    assert buffer.on_time < 0.9 == buffer.target

    def on_time(due: int) -> float:
        later = replace(problem, orders=(problem.orders[0], replace(problem.orders[1], due=due)))
        return simulate(later, made, samples=500).orders[1].on_time

    assert on_time(410 + buffer.minutes) >= 0.9 > on_time(410 + buffer.minutes - 1)
    assert buffer.saves_jpy > 0


def test_a_frozen_step_does_not_start_early_and_facts_do_not_move() -> None:
    mode = (Mode(resource="r", duration=100),)

    def frozen(freeze: str) -> Problem:
        fixed = Fixed(resource="r", start=500, end=600)
        return shop(Order(id="a", due=9999, steps=(Step(id="1", modes=mode, freeze=freeze, fixed=fixed),)))  # type: ignore[arg-type]

    made = plan_of(("a", "r", 500, 600))
    (done,) = simulate(frozen("done"), made, samples=300).orders
    assert (done.p50, done.p95) == (600, 600)
    for state in ("running", "committed"):
        (found,) = simulate(frozen(state), made, samples=300).orders
        assert 570 < found.p50 < 610 < found.p95
    free = shop(Order(id="a", due=9999, steps=(Step(id="1", modes=mode),)))
    assert simulate(free, made, samples=300).orders[0].p95 < 200
    assert simulate(free, made, samples=300, hold="all").orders[0].p50 > 570


def test_a_longer_step_runs_into_closed_time() -> None:
    calendar = PlanCalendar(id="c", weekly=((0, 100), (1000, 1100)))
    problem = shop(one("a", 90, 9999), resources=(Resource(id="r", site="s", calendar="c"),), calendars=(calendar,))
    (found,) = simulate(problem, plan_of(("a", "r", 0, 90)), samples=500).orders
    assert found.p50 <= 100
    assert 1000 < found.p95 < 1100


def test_wrong_inputs_are_refused() -> None:
    problem, made = shop(one("a", 5, 9)), plan_of(("a", "r", 0, 5))
    with pytest.raises(ValueError, match="samples"):
        simulate(problem, made, samples=0)
    with pytest.raises(ValueError, match="target"):
        simulate(problem, made, target=0)
    with pytest.raises(ValueError, match="no such order: x"):
        simulate(problem, made, orders=["x"])
    with pytest.raises(ValueError, match="no such resource: x"):
        simulate(problem, made, spread=Spread(resources={"x": 0.1}))
    for bad in (-0.1, float("nan"), (1.0,), (1.0, 0.5), (0.0, 1.0)):
        with pytest.raises(ValueError, match="must be"):
            Spread(resources={"r": bad})
    crowded = shop(one("a", 5, 9), one("b", 5, 9))
    with pytest.raises(ValueError, match="before its machine is free"):
        simulate(crowded, plan_of(("a", "r", 0, 5), ("b", "r", 3, 8)))


def test_no_orders_no_risk() -> None:
    empty = shop()
    risk = simulate(empty, plan_of(), samples=5)
    assert (risk.orders, risk.steps, risk.resources, risk.buffers, risk.late_jpy) == ((), (), (), (), 0)
