"""The makespan search: against brute force, by an independent check, compiled against interpreted, repeatable."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from kumihimo.logistics.transport import MatrixTransport
from kumihimo.planning.cpsat.shop import ShopModel
from kumihimo.planning.makespan import search
from kumihimo.planning.makespan.bound import jackson, lower_bound
from kumihimo.planning.makespan.graph import empty_board, lay, move
from kumihimo.planning.makespan.search import ShopPlan, Worker, search_shop
from kumihimo.planning.makespan.shop import Shop, make_shop, routing_order, shop_of
from kumihimo.planning.makespan.tabu import REFUSED, STEP, tabu
from kumihimo.planning.problem import Mode, Objective, Order, PlanCalendar, PlanSite, Problem, Resource, Step


def faults(shop: Shop, plan: ShopPlan) -> list[str]:
    """What is wrong with a plan, told from the shop's numbers alone."""
    found = []
    held: dict[int, list[tuple[int, int]]] = {}
    site: dict[int, int] = {}
    latest = 0
    for v in range(shop.operations):
        mode = int(shop.mode_first[v] + plan.mode[v])
        if not shop.mode_first[v] <= mode < shop.mode_first[v + 1]:
            found.append(f"{v}: no such mode")
            continue
        machine = int(shop.mode_machine[mode])
        site[v] = int(shop.machine_site[machine])
        if plan.end[v] - plan.start[v] != shop.mode_duration[mode]:
            found.append(f"{v}: duration")
        if plan.start[v] < shop.head[v]:
            found.append(f"{v}: before its release")
        latest = max(latest, int(plan.end[v] + shop.mode_tail[mode]))
        held.setdefault(machine, []).append((int(plan.start[v]), int(plan.end[v])))
    for v in range(shop.operations):
        for a in range(shop.pred_first[v], shop.pred_first[v + 1]):
            u = int(shop.pred[a])
            if plan.start[v] < plan.end[u] + shop.travel[site[u], site[v]]:
                found.append(f"{v}: before {u} has arrived")
    for machine, spans in held.items():
        spans.sort()
        found += [f"machine {machine}: {a} and {b}" for a, b in itertools.pairwise(spans) if a[1] > b[0]]
    if latest != plan.makespan:
        found.append(f"makespan {plan.makespan}, computed {latest}")
    if plan.lower_bound > plan.makespan:
        found.append("the bound is above the plan")
    return found


def random_shop(
    seed: int,
    *,
    jobs: int = 6,
    steps: int = 4,
    machines: int = 4,
    assembly: bool = False,
    travel: bool = False,
    windows: bool = False,
) -> Shop:
    """A shop with whatever a shop can have."""
    chance = random.Random(seed)
    modes, arcs = [], []
    for _ in range(jobs):
        base = len(modes)
        for i in range(steps):
            some = chance.sample(range(machines), chance.randint(1, min(3, machines)))
            modes.append([(m, chance.randint(1, 20)) for m in some])
            if assembly:
                arcs += [(base + j, base + i) for j in range(i) if chance.random() < 0.5]
            elif i:
                arcs.append((base + i - 1, base + i))
    count = sum(len(row) for row in modes)
    return make_shop(
        modes,
        arcs,
        machines=machines,
        head=[chance.randint(0, 30) for _ in modes] if windows else None,
        mode_tail=[chance.randint(0, 30) for _ in range(count)] if windows else None,
        machine_site=[m % 3 for m in range(machines)] if travel else None,
        travel=[[0 if a == b else chance.randint(1, 25) for b in range(3)] for a in range(3)] if travel else None,
    )


def best_of_all(shop: Shop) -> int:
    """The optimum: every choice of modes with every order of the operations."""
    n = shop.operations
    choices = [range(shop.mode_first[v], shop.mode_first[v + 1]) for v in range(n)]
    preds = [shop.pred[shop.pred_first[v] : shop.pred_first[v + 1]].tolist() for v in range(n)]
    best = 1 << 60
    for order in itertools.permutations(range(n)):
        place = {v: i for i, v in enumerate(order)}
        if any(place[u] > place[v] for v in range(n) for u in preds[v]):
            continue
        for chosen in itertools.product(*choices):
            free: dict[int, int] = {}
            end: dict[int, int] = {}
            worst = 0
            for v in order:
                mode = chosen[v]
                k = int(shop.mode_machine[mode])
                start = max(int(shop.head[v]), free.get(k, 0))
                for u in preds[v]:
                    leg = shop.travel[shop.machine_site[shop.mode_machine[chosen[u]]], shop.machine_site[k]]
                    start = max(start, end[u] + int(leg))
                end[v] = free[k] = start + int(shop.mode_duration[mode])
                worst = max(worst, end[v] + int(shop.mode_tail[mode]))
            best = min(best, worst)
    return best


KINDS = [
    {},
    {"assembly": True},
    {"travel": True},
    {"windows": True},
    {"assembly": True, "travel": True, "windows": True},
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "+".join(kind) or "plain")
@pytest.mark.parametrize("seed", range(4))
def test_finds_the_optimum_of_tiny_shops(seed: int, kind: dict[str, bool]) -> None:
    shop = random_shop(seed, jobs=2, steps=3, machines=2 + seed % 2, **kind)
    plan = search_shop(shop, seed=seed, iterations=3000)
    assert faults(shop, plan) == []
    assert plan.makespan == best_of_all(shop)
    assert lower_bound(shop) <= plan.makespan


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "+".join(kind) or "plain")
@pytest.mark.parametrize("threads", [1, 2])
def test_plans_are_valid_and_repeat(kind: dict[str, bool], threads: int) -> None:
    shop = random_shop(7, jobs=8, steps=5, machines=5, **kind)
    first = search_shop(shop, seed=3, iterations=6000, threads=threads)
    again = search_shop(shop, seed=3, iterations=6000, threads=threads)
    assert faults(shop, first) == []
    assert first.makespan == again.makespan
    assert np.array_equal(first.mode, again.mode)
    assert np.array_equal(first.start, again.start)
    assert first.iterations == again.iterations <= 6000


def test_heads_tails_and_order_after_many_moves_are_those_of_a_fresh_board() -> None:
    """Moves anywhere at all: those that close a cycle are refused and change nothing."""
    refused = made = 0
    for kind in KINDS:
        shop = random_shop(11, jobs=6, steps=5, machines=4, **kind)
        n = shop.operations
        board, fresh = empty_board(shop), empty_board(shop)
        lay(shop, board, shop.mode_first[:-1].copy(), routing_order(shop))
        chance = random.Random(5)
        for _ in range(400):
            v = chance.randrange(n)
            mode = chance.randrange(shop.mode_first[v], shop.mode_first[v + 1])
            machine = shop.mode_machine[mode]
            index = chance.randint(0, int(board.filled[machine] - (board.machine[v] == machine)))
            before = [a.copy() for a in board]
            if not move(shop, board, v, mode, index):
                refused += 1
                assert all(np.array_equal(a, b) for a, b in zip(before[:11], board[:11], strict=True))
                continue
            made += 1
            assert all(board.place[board.order[i]] == i for i in range(n))
            for u in range(n):
                inner = shop.pred[shop.pred_first[u] : shop.pred_first[u + 1]]
                assert all(board.place[p] < board.place[u] for p in inner)
            lay(shop, fresh, board.mode[:n].copy(), board.order.copy())
            for name in ("start", "end", "rest", "behind", "before", "after", "at", "machine"):
                assert np.array_equal(getattr(board, name), getattr(fresh, name)), name
    assert refused > 50
    assert made > 500


def test_no_move_of_the_neighbourhood_closes_a_cycle() -> None:
    """Exchanging L and R in the feasible region makes cycles: none of many thousand moves may be refused."""
    for kind in KINDS:
        for seed in range(3):
            shop = random_shop(seed, jobs=8, steps=5, machines=4, **kind)
            worker = Worker(shop, routing_order(shop), seed, -1)
            worker.begin(shop.mode_first[:-1].copy(), routing_order(shop))
            tabu(shop, worker.board, worker.trail, 4000)
            assert worker.trail.number[STEP] == 4000
            assert worker.trail.number[REFUSED] == 0


def test_the_start_plan_is_never_lost() -> None:
    shop = random_shop(2, jobs=10, steps=5, machines=5)
    good = search_shop(shop, iterations=8000)
    kept = search_shop(shop, iterations=1, start=(good.mode, good.start))
    assert kept.makespan <= good.makespan
    assert faults(shop, kept) == []


def test_stops_at_the_target_and_when_time_is_out() -> None:
    shop = random_shop(4, jobs=12, steps=5, machines=4)
    best = search_shop(shop, iterations=20_000)
    soon = search_shop(shop, iterations=20_000, target=best.makespan + 10)
    assert soon.makespan <= best.makespan + 10
    assert soon.iterations < 20_000
    nothing = search_shop(shop, out_of_time=lambda: True)
    assert nothing.iterations == 0
    assert faults(shop, nothing) == []
    heard: list[int] = []
    last = search_shop(shop, iterations=5000, on_better=heard.append)
    assert heard == sorted(set(heard), reverse=True)
    assert heard[-1] == last.makespan


def test_proves_what_the_bounds_prove() -> None:
    one_machine = make_shop([[(0, 5)], [(0, 7)], [(0, 3)]], [], head=[0, 1, 9], tail=[6, 2, 1])
    plan = search_shop(one_machine, iterations=1000)
    assert plan.makespan == plan.lower_bound == jackson([(0, 5, 6), (1, 7, 2), (9, 3, 1)]) == 16
    spread = make_shop([[(0, 4), (1, 4)]] * 6, [])
    plan = search_shop(spread, iterations=1000)
    assert plan.makespan == plan.lower_bound == 12
    assert plan.iterations == 0


def test_cp_sat_proves_small_shops_beside_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time is ever out here: only a proof can end the search."""
    monkeypatch.setattr(search, "EXACT_AFTER", 0)
    shop = next(
        shop
        for shop in (random_shop(seed, jobs=4, steps=3, machines=3) for seed in range(50))
        if search_shop(shop, iterations=2000).makespan > lower_bound(shop)
    )
    plan = search_shop(shop, out_of_time=lambda: False, threads=2)
    assert faults(shop, plan) == []
    assert plan.makespan == plan.lower_bound > lower_bound(shop)


def rigid_shop(*, jobs: int = 10, machines: int = 10, same: bool = True) -> Shop:
    """Every job over every machine in an order of its own; now and then there is a second machine."""
    chance = random.Random(3)
    modes, arcs = [], []
    for job in range(jobs):
        for i, machine in enumerate(chance.sample(range(machines), machines)):
            minutes = chance.randint(5, 99)
            rows = [(machine, minutes)]
            if chance.random() < 0.15:
                rows.append(((machine + 1) % machines, minutes if same else minutes + 7))
            modes.append(rows)
            if i:
                arcs.append((job * machines + i - 1, job * machines + i))
    return make_shop(modes, arcs, machines=machines)


def test_plans_of_cp_sat_are_taken_while_it_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moves are held to their first step: whatever is better than the start plans comes from CP-SAT."""
    monkeypatch.setattr(search, "EXACT_AFTER", 0)
    monkeypatch.setattr(search, "STEP_VISITS", 0)
    monkeypatch.setattr(Worker, "round", lambda worker, steps, out: time.sleep(0.01))
    for same in (True, False):
        shop = rigid_shop(same=same)
        start = search_shop(shop, iterations=0)
        heard: list[int] = []
        found = search_shop(
            shop,
            out_of_time=lambda heard=heard: len(heard) >= 3,
            threads=2,
            start=(start.mode, start.start),
            on_better=heard.append,
        )
        assert faults(shop, found) == []
        assert len(heard) >= 3
        assert heard == sorted(set(heard), reverse=True)
        assert found.makespan == heard[-1] < start.makespan


def test_no_thread_outlives_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked to stop in the midst of it, and by an error of whoever listens."""
    monkeypatch.setattr(search, "EXACT_AFTER", 0)
    begun: list[search._Exact] = []

    class Watched(search._Exact):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]
            begun.append(self)

    monkeypatch.setattr(search, "_Exact", Watched)
    shop = rigid_shop()
    found = search_shop(shop, out_of_time=lambda: bool(begun), threads=2)
    assert faults(shop, found) == []

    def fail() -> bool:
        if len(begun) > 1:
            raise RuntimeError("stop")
        return False

    with pytest.raises(RuntimeError, match="stop"):
        search_shop(shop, out_of_time=fail, threads=2)
    assert len(begun) == 2
    assert not any(exact._thread.is_alive() for exact in begun)


def test_cp_sat_joins_only_with_a_clock_and_only_where_it_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "EXACT_AFTER", 0)

    def begin(*_: object) -> None:
        raise RuntimeError("begun")

    monkeypatch.setattr(search, "_Exact", begin)
    rigid = rigid_shop()
    search_shop(rigid, iterations=3000, threads=2)
    search_shop(rigid, iterations=3000, threads=2, out_of_time=lambda: False)
    with pytest.raises(RuntimeError, match="begun"):
        search_shop(rigid, threads=2, out_of_time=lambda: False)
    flexible = random_shop(3, jobs=30, steps=5, machines=6)
    crowded = rigid_shop(jobs=60, machines=3)
    big = rigid_shop(jobs=15, machines=24)
    for shop in (flexible, crowded, big):
        asked: list[None] = []
        search_shop(shop, threads=2, out_of_time=lambda asked=asked: asked.append(None) or len(asked) > 3)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "+".join(kind) or "plain")
def test_the_hint_of_cp_sat_is_the_whole_plan(kind: dict[str, bool]) -> None:
    """With nothing left to search for, the plan that is given is the first that is found."""
    shop = random_shop(5, jobs=7, steps=5, machines=5, **kind)
    plan = search_shop(shop, iterations=300)
    model = ShopModel(shop, lower_bound=plan.lower_bound, makespan=plan.makespan)
    model.hint(plan.mode, plan.start, plan.makespan)
    assert model.model.validate() == ""
    assert len(model.model.proto.solution_hint.vars) == len(model.model.proto.variables)
    heard: list[int] = []
    answer = model.solve(units=1.0, on_plan=lambda makespan, mode, start: heard.append(makespan))
    assert heard[0] <= plan.makespan
    assert answer.lower_bound <= answer.makespan == heard[-1]


def test_bad_shops_are_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        make_shop([[(0, 1)], [(0, 1)]], [(0, 1), (1, 0)])
    with pytest.raises(ValueError, match="no mode"):
        make_shop([[(0, 1)], []], [])
    with pytest.raises(ValueError, match="negative"):
        make_shop([[(0, -1)]], [])
    with pytest.raises(ValueError, match="needs"):
        search_shop(make_shop([[(0, 1)]], []))
    empty = search_shop(make_shop([], []), iterations=5)
    assert (empty.makespan, empty.lower_bound) == (0, 0)


SCRIPT = """
import json, sys
sys.path.insert(0, sys.argv[1])
from test_makespan import KINDS, random_shop, search_shop
from kumihimo.planning.compiled import is_compiled
rows = []
for i, kind in enumerate(KINDS):
    plan = search_shop(random_shop(i, jobs=5, steps=4, machines=3, **kind), seed=i, iterations=250)
    rows.append([plan.makespan, plan.mode.tolist(), plan.start.tolist(), plan.iterations])
print(json.dumps([is_compiled, rows]))
"""


def test_compiled_and_interpreted_give_the_same_plans() -> None:
    rows = []
    for i, kind in enumerate(KINDS):
        plan = search_shop(random_shop(i, jobs=5, steps=4, machines=3, **kind), seed=i, iterations=250)
        rows.append([plan.makespan, plan.mode.tolist(), plan.start.tolist(), plan.iterations])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(Path(__file__).parent)],
        env={**os.environ, "KUMIHIMO_COMPILE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    compiled, interpreted = json.loads(done.stdout)
    assert compiled is False
    assert interpreted == rows


def problem(**changes: object) -> Problem:
    steps = (
        Step(id="a", modes=(Mode(resource="r1", duration=10), Mode(resource="r2", duration=6))),
        Step(id="b", after=("a",), modes=(Mode(resource="r1", duration=0),)),
        Step(id="c", after=("a", "b"), modes=(Mode(resource="r1", duration=5),)),
    )
    values: dict[str, object] = {
        "start": datetime(2026, 12, 1, tzinfo=UTC),
        "horizon": 1000,
        "sites": (PlanSite(id="s1"), PlanSite(id="s2"), PlanSite(id="s9")),
        "resources": (Resource(id="r1", site="s1"), Resource(id="r2", site="s2")),
        "orders": (Order(id="o1", release=3, ship_to="s9", steps=steps), Order(id="o2", steps=steps[:1])),
        "transport": MatrixTransport(
            minutes={"s1": {"s2": 2, "s9": 7}, "s2": {"s1": 3, "s9": 8}},
            jpy={"s1": {"s2": 0, "s9": 0}, "s2": {"s1": 0, "s9": 0}},
        ),
        "objective": Objective(makespan=True),
    }
    return Problem(**{**values, **changes})  # type: ignore[arg-type]


def test_a_problem_becomes_a_shop() -> None:
    shop = shop_of(problem())
    assert isinstance(shop, Shop)
    assert shop.operations == 4
    assert shop.head.tolist() == [3, 0, 0, 0]
    assert shop.mode_tail.tolist() == [0, 0, 0, 7, 0, 0]
    assert shop.machines == 3, "the step of no duration has a machine of its own"
    assert shop.machine_site.tolist() == [0, 1, 0]
    plan = search_shop(shop, iterations=2000)
    assert faults(shop, plan) == []
    # o1: 3..9 on r2, 3 minutes of travel, 12..17 on r1, 7 to the customer; o2 on r1 before
    assert plan.makespan == 3 + 6 + 3 + 5 + 7 == best_of_all(shop)


def test_a_problem_that_is_no_shop_says_why() -> None:
    calendar = PlanCalendar(id="c", weekly=((0, 10080),))
    o1 = problem().orders[0]
    r1, r2 = problem().resources
    frozen = Step(id="a", modes=(Mode(resource="r1", duration=1),), freeze="committed")
    cases: list[tuple[dict[str, object], str]] = [
        ({"objective": Objective()}, "makespan"),
        ({"calendars": (calendar,), "resources": (replace(r1, calendar="c"), r2)}, "calendar"),
        ({"resources": (replace(r1, capacity=2), r2)}, "single"),
        ({"resources": (replace(r1, kind="batch"), r2)}, "single"),
        ({"resources": (replace(r1, setup={"x": {"y": 4}}), r2)}, "set-ups"),
        ({"orders": (Order(id="o", steps=(frozen,)),)}, "frozen"),
        ({"orders": (Order(id="o", steps=(Step(id="a"),)),)}, "no mode"),
        ({"orders": ()}, "nothing"),
        ({"transport": MatrixTransport(), "orders": (o1,)}, "no way"),
    ]  # fmt: skip
    for changes, word in cases:
        reason = shop_of(problem(**changes))
        assert isinstance(reason, str), word
        assert word in reason
