"""Lower bounds on problems whose optimum can be worked out by hand, and what they are made of."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from itertools import permutations

import numpy as np
import pytest

from kumihimo.logistics.transport import MatrixTransport
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.bounds.lower_bound import lower_bound
from kumihimo.planning.bounds.machine_load import _one_machine, _Task
from kumihimo.planning.bounds.priced_time import make_axis
from kumihimo.planning.bounds.rows import make_rows
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.problem import Fixed, Mode, Objective, Order, PlanCalendar, PlanSite, Problem, Resource, Step

START = datetime(2026, 11, 30, tzinfo=UTC)


def problem(
    orders: list[Order],
    resources: list[Resource] | None = None,
    calendars: tuple[PlanCalendar, ...] = (),
    late: int = 1,
    makespan: bool = False,
    moved: int = 0,
    horizon: int = 20_000,
    co2: float = 0.0,
) -> Problem:
    return Problem(
        start=START,
        horizon=horizon,
        sites=(PlanSite(id="s"), PlanSite(id="t")),
        resources=tuple(resources or [Resource(id="m", site="s")]),
        orders=tuple(orders),
        calendars=calendars,
        transport=MatrixTransport(minutes={"s": {"t": 50}, "t": {"s": 50}}, jpy={"s": {"t": 7}, "t": {"s": 7}}),
        objective=Objective(
            jpy_per_weighted_late_min=late, makespan=makespan, jpy_per_moved_step=moved, jpy_per_kg_co2=co2
        ),
    )


def one_step(name: str, duration: int, *, due: int | None = None, weight: int = 1, resource: str = "m") -> Order:
    step = Step(id="1", modes=(Mode(resource=resource, duration=duration, jpy=10),))
    return Order(id=name, due=due, weight=weight, steps=(step,))


def test_queueing_for_one_machine_is_in_the_bound() -> None:
    sizes, weights = [60, 120, 180, 240, 300], [5, 1, 3, 2, 4]
    orders = [one_step(f"o{i}", d, due=0, weight=w) for i, (d, w) in enumerate(zip(sizes, weights, strict=True))]
    optimum = min(
        sum(weights[i] * sum(sizes[j] for j in line[: at + 1]) for at, i in enumerate(line))
        for line in permutations(range(5))
    ) + 10 * len(orders)
    compiled = compile_problem(problem(orders))
    free = sum(w * d for w, d in zip(weights, sizes, strict=True)) + 10 * len(orders)
    assert lower_bound(compiled, iterations=0).value == free
    found = lower_bound(compiled, iterations=120)
    assert found.kind == "lagrange"
    assert 0.93 * optimum < found.value <= optimum


def test_a_dear_machine_must_be_used_when_the_cheap_one_is_full() -> None:
    orders = [
        Order(
            id=f"o{i}",
            due=480,
            steps=(
                Step(
                    id="1",
                    modes=(Mode(resource="m", duration=240, jpy=100), Mode(resource="n", duration=240, jpy=300)),
                ),
            ),
        )
        for i in range(4)
    ]
    compiled = compile_problem(problem(orders, [Resource(id="m", site="s"), Resource(id="n", site="s")], late=100))
    assert lower_bound(compiled, iterations=0).value == 400
    assert 680 <= lower_bound(compiled, iterations=120).value <= 800


def test_more_rounds_are_never_worse_and_a_met_upper_value_ends_them() -> None:
    compiled = compile_problem(problem([one_step(f"o{i}", 200, due=100) for i in range(6)]))
    values = [lower_bound(compiled, iterations=n).value for n in (0, 1, 3, 10, 40)]
    assert values == sorted(values)
    assert values[-1] > values[0]
    assert lower_bound(compiled, iterations=40, upper=values[0]).iterations == 0


def test_out_of_time_leaves_what_is_proven() -> None:
    compiled = compile_problem(problem([one_step(f"o{i}", 200, due=100) for i in range(6)]))
    stopped = lower_bound(compiled, out_of_time=lambda: True)
    assert (stopped.kind, stopped.iterations) == ("alone", 0)
    assert stopped.value == lower_bound(compiled, iterations=0).value


def test_facts_take_room_and_their_overlap_takes_no_more_than_there_is() -> None:
    day = PlanCalendar(id="day", weekly=((480, 960),))
    facts = [
        Order(
            id=f"f{i}",
            steps=(
                Step(
                    id="1",
                    freeze="committed",
                    fixed=Fixed(resource="m", start=400, end=600),
                    modes=(Mode(resource="m", duration=120, jpy=5),),
                ),
            ),
        )
        for i in range(2)
    ]
    machine = Resource(id="m", site="s", calendar="day")
    compiled = compile_problem(problem([*facts, one_step("o", 60)], [machine], (day,)))
    axis = make_axis(make_rows(compiled.arrays), 60)
    assert axis.room[:4].tolist() == [0, 0, 60, 60]
    assert lower_bound(compiled).value == 20
    assert lower_bound(compiled, planned=np.array([0, 1, 1], np.int64)).value == 20


def test_a_committed_batch_run_can_still_be_joined() -> None:
    oven = Resource(id="m", site="s", kind="batch", capacity=10)
    fact = Step(
        id="1",
        load=4,
        freeze="committed",
        fixed=Fixed(resource="m", start=0, end=100),
        modes=(Mode(resource="m", duration=100),),
    )
    compiled = compile_problem(problem([Order(id="f", steps=(fact,)), one_step("o", 100)], [oven]))
    axis = make_axis(make_rows(compiled.arrays), 50)
    assert axis.room[:3] == pytest.approx([300, 300, 500], abs=1e-3)


def test_a_step_that_stays_is_not_priced_as_moved() -> None:
    step = Step(id="1", fixed=Fixed(resource="m", start=300, end=360), modes=(Mode(resource="m", duration=60, jpy=1),))
    order = Order(id="o", due=330, weight=1, steps=(step,))
    dear = compile_problem(problem([order], moved=1000))
    assert alone(dear.arrays).value.tolist() == [31]
    cheap = compile_problem(problem([order], moved=10))
    assert alone(cheap.arrays).value.tolist() == [11]
    assert lower_bound(dear, iterations=10).value == 31


def test_assembly_waits_for_its_slowest_part_and_pays_every_way() -> None:
    steps = (
        Step(id="a", modes=(Mode(resource="m", duration=100, jpy=3),)),
        Step(id="b", modes=(Mode(resource="n", duration=30, jpy=4),)),
        Step(id="c", after=("a", "b"), modes=(Mode(resource="n", duration=10, jpy=5),)),
    )
    order = Order(id="o", due=0, steps=steps, ship_to="s")
    compiled = compile_problem(problem([order], [Resource(id="m", site="s"), Resource(id="n", site="t")]))
    found = alone(compiled.arrays)
    assert found.completion.tolist() == [210]
    assert found.value.tolist() == [3 + 4 + 5 + 7 + 7 + 210]
    assert alone(compiled.arrays, with_value=False).value.tolist() == [0]


def test_emissions_round_half_up_and_the_bound_stays_below() -> None:
    step = Step(id="1", modes=(Mode(resource="m", duration=10, jpy=1, kg_co2=0.4),))
    compiled = compile_problem(problem([Order(id="o", steps=(step,))], co2=1.0))
    assert lower_bound(compiled).value == 1


def test_makespan_of_one_machine_with_heads_and_tails() -> None:
    chain = [
        Order(
            id=f"o{i}",
            steps=(
                Step(id="1", modes=(Mode(resource="a", duration=head),)),
                Step(id="2", after=("1",), modes=(Mode(resource="m", duration=40),)),
                Step(id="3", after=("2",), modes=(Mode(resource="b", duration=tail),)),
            ),
        )
        for i, (head, tail) in enumerate([(10, 5), (20, 30), (30, 10)])
    ]
    machines = [Resource(id=n, site="s", capacity=1 if n == "m" else 3) for n in "amb"]
    compiled = compile_problem(problem(chain, machines, makespan=True))
    found = lower_bound(compiled)
    assert (found.value, found.kind) == (10 + 3 * 40 + 5, "load")


def test_makespan_without_calendars_is_found_from_the_machines_loads() -> None:
    shapes = [(0, 7, 3), (5, 9, 0), (11, 4, 8), (40, 6, 2)]
    orders = [
        Order(
            id=f"o{i}",
            release=release,
            steps=(
                Step(id="1", modes=(Mode(resource="m", duration=duration),)),
                Step(
                    id="2", after=("1",), modes=(Mode(resource="n", duration=tail), Mode(resource="k", duration=tail))
                ),
            ),
        )
        for i, (release, duration, tail) in enumerate(shapes)
    ]
    machines = [Resource(id=name, site="s") for name in "mnk"]
    found = lower_bound(compile_problem(problem(orders, machines, makespan=True)))
    assert found.value == 48
    crowded = [Order(id=o.id, release=o.release % 12, steps=o.steps) for o in orders]
    found = lower_bound(compile_problem(problem(crowded, machines, makespan=True)))
    assert (found.value, found.kind) == (26, "load")


@pytest.mark.parametrize("start", [0, (1 << 53) + 1, (1 << 59) + 1])
def test_heads_that_floats_cannot_tell_apart_do_no_harm(start: int) -> None:
    """Work minutes beyond 2^53 are rounded in sums; whoever is waited for must still come."""
    chain = compile_problem(problem([one_step("o", 60)], makespan=True))
    rows = make_rows(chain.arrays)
    rows.goal[0] = 1 << 60
    tasks = [_Task(start, 5, {0: 60.0}), _Task(start + 1, 0, {0: 10.0})]
    found = _one_machine(rows, 0, tasks)
    assert abs(found - (start + 70)) <= (0 if start == 0 else 128)


def test_makespan_of_machines_that_share_work() -> None:
    modes = tuple(Mode(resource=n, duration=60) for n in "mn")
    orders = [Order(id=f"o{i}", steps=(Step(id="1", modes=modes),)) for i in range(5)]
    day = PlanCalendar(id="day", weekly=((480, 600), (1920, 2400)))
    machines = [Resource(id=n, site="s", calendar="day") for n in "mn"]
    found = lower_bound(compile_problem(problem(orders, machines, (day,), makespan=True)))
    assert found.value == 1920 + 30


def test_prices_come_to_rest_near_the_best_there_are() -> None:
    """Two machines, four orders: the linear programme over mixtures has 760 of an optimum of 800."""
    orders = [
        Order(
            id=f"o{i}",
            due=480,
            steps=(
                Step(
                    id="1",
                    modes=(Mode(resource="m", duration=240, jpy=100), Mode(resource="n", duration=240, jpy=300)),
                ),
            ),
        )
        for i in range(4)
    ]
    compiled = compile_problem(problem(orders, [Resource(id="m", site="s"), Resource(id="n", site="s")], late=100))
    values = [lower_bound(compiled, iterations=n).value for n in (30, 200, 800)]
    assert values[-1] >= 755


SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
from test_bounds import one_step, problem
from kumihimo.planning.bounds.lower_bound import lower_bound
from kumihimo.planning.compile_problem import compile_problem
orders = [one_step(f"o{{i}}", 40 * i + 20, due=100, weight=i + 1) for i in range(5)]
print(repr(lower_bound(compile_problem(problem(orders, horizon=1500)), iterations=3)))
"""


def test_interpreted_is_the_same() -> None:
    orders = [one_step(f"o{i}", 40 * i + 20, due=100, weight=i + 1) for i in range(5)]
    here = lower_bound(compile_problem(problem(orders, horizon=1500)), iterations=3)
    script = SCRIPT.format(folder=os.path.dirname(__file__))  # noqa: PTH120
    there = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "KUMIHIMO_COMPILE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == repr(here)
