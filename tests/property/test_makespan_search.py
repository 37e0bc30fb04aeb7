"""Whatever the shop: the plan is valid, repeats, is no worse than its start, and stands above its bound."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kumihimo.planning.cpsat.shop import ShopModel
from kumihimo.planning.makespan.bound import jackson, lower_bound
from kumihimo.planning.makespan.search import ShopPlan, search_shop
from kumihimo.planning.makespan.shop import Shop, make_shop


@st.composite
def shops(draw: st.DrawFn, most: int = 14) -> Shop:
    """Any routing DAG, releases, tails, travel; an operation of no duration has a machine of its own."""
    n = draw(st.integers(1, most))
    machines = draw(st.integers(1, 4))
    sites = draw(st.integers(1, 3))
    machine_site = [draw(st.integers(0, sites - 1)) for _ in range(machines)]
    minutes = st.integers(0, 30)
    modes: list[list[tuple[int, int]]] = []
    for _ in range(n):
        row = []
        for machine in draw(st.lists(st.integers(0, machines - 1), min_size=1, max_size=machines, unique=True)):
            duration = draw(minutes)
            if duration == 0:
                machine_site.append(machine_site[machine])
                machine = len(machine_site) - 1
            row.append((machine, duration))
        modes.append(row)
    arcs = [(a, b) for b in range(n) for a in range(b) if draw(st.integers(0, 5)) == 0]
    travel = [[0 if a == b else draw(minutes) for b in range(sites)] for a in range(sites)]
    head = [draw(minutes) for _ in range(n)]
    tails = [draw(minutes) for row in modes for _ in row]
    return make_shop(
        modes,
        arcs,
        machines=len(machine_site),
        head=head,
        mode_tail=tails,
        machine_site=machine_site,
        travel=travel,
    )


def assert_valid(shop: Shop, plan: ShopPlan) -> None:
    mode = (shop.mode_first[:-1] + plan.mode).tolist()
    machine = [int(shop.mode_machine[m]) for m in mode]
    held: dict[int, list[tuple[int, int]]] = {}
    for v, m in enumerate(mode):
        assert shop.mode_first[v] <= m < shop.mode_first[v + 1]
        assert plan.start[v] >= shop.head[v]
        assert plan.end[v] == plan.start[v] + shop.mode_duration[m]
        held.setdefault(machine[v], []).append((int(plan.start[v]), int(plan.end[v])))
        for u in shop.pred[shop.pred_first[v] : shop.pred_first[v + 1]].tolist():
            assert (
                plan.start[v] >= plan.end[u] + shop.travel[shop.machine_site[machine[u]], shop.machine_site[machine[v]]]
            )
    for spans in held.values():
        spans.sort()
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    assert plan.makespan == max(int(plan.end[v] + shop.mode_tail[m]) for v, m in enumerate(mode))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(shop=shops(), seed=st.integers(0, 1 << 40), threads=st.integers(1, 2))
def test_plans_are_valid_repeat_and_never_get_worse(shop: Shop, seed: int, threads: int) -> None:
    short = search_shop(shop, seed=seed, iterations=0, threads=threads)
    plan = search_shop(shop, seed=seed, iterations=200, threads=threads, start=(short.mode, short.start))
    again = search_shop(shop, seed=seed, iterations=200, threads=threads, start=(short.mode, short.start))
    for one in (short, plan):
        assert_valid(shop, one)
        assert lower_bound(shop) == one.lower_bound <= one.makespan
    assert plan.makespan <= short.makespan
    assert np.array_equal(plan.mode, again.mode)
    assert np.array_equal(plan.start, again.start)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(shop=shops(most=7))
def test_small_shops_agree_with_cp_sat(shop: Shop) -> None:
    plan = search_shop(shop, iterations=3000)
    model = ShopModel(shop, lower_bound=plan.lower_bound, makespan=plan.makespan)
    model.hint(plan.mode, plan.start, plan.makespan)
    answer = model.solve(units=2.0)
    assert answer.makespan == answer.lower_bound, "proven"
    assert plan.makespan == answer.makespan
    assert answer.mode is not None
    assert answer.start is not None
    mode = shop.mode_first[:-1] + answer.mode
    end = answer.start + shop.mode_duration[mode]
    assert_valid(
        shop,
        ShopPlan(mode=answer.mode, start=answer.start, end=end, makespan=int((end + shop.mode_tail[mode]).max()),
                 lower_bound=answer.lower_bound, iterations=0),
    )  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(jobs=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9), st.integers(0, 20)), min_size=1, max_size=5))
def test_the_preemptive_bound_is_the_best_subset_bound(jobs: list[tuple[int, int, int]]) -> None:
    """Carlier 1982: the preemptive optimum is the largest of least head + work + least tail over all subsets."""
    subsets = itertools.chain.from_iterable(itertools.combinations(jobs, size) for size in range(1, len(jobs) + 1))
    expected = max(min(j[0] for j in s) + sum(j[1] for j in s) + min(j[2] for j in s) for s in subsets)
    assert jackson(jobs) == expected
