"""A board with facts: overlapping ones become blocks, runs of a plant stay joinable, set-ups count in and out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from kumihimo.planning import Fixed, Mode, Order, PlanCalendar, PlanSite, Problem, Resource, Step
from kumihimo.planning.arrays import Arrays
from kumihimo.planning.compile_problem import OrderCompiler, compile_problem
from kumihimo.planning.frozen import new_board, with_facts
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.slots import END, FAMILY, SLOT_COUNT, SLOT_FIRST, START, STEP, earliest, hold

SETUP = {
    "steel": {"alu": 5, "brass": 20},
    "alu": {"steel": 5, "brass": 45},
    "brass": {"steel": 10, "alu": 25},
}


def fact(name: str, resource: str, start: int, end: int, family: str | None = None, load: float = 1) -> Order:
    fixed = Fixed(resource=resource, start=start, end=end)
    mode = Mode(resource=resource, duration=end - start)
    step = Step(id="s", family=family, load=load, modes=(mode,), freeze="committed", fixed=fixed)
    return Order(id=name, steps=(step,))


def problem_of(*orders: Order, kind: str = "machine", capacity: int = 1) -> Problem:
    setup = SETUP if kind == "machine" and capacity == 1 else {}
    wanted = Order(id="brass", steps=(Step(id="s", family="brass", modes=(Mode(resource="m", duration=60),)),))
    return Problem(
        start=datetime.fromisoformat("2026-11-30T00:00:00+09:00"),
        horizon=1000,
        sites=(PlanSite(id="a"),),
        resources=tuple(
            Resource(id=name, site="a", kind=kind, capacity=capacity, setup=setup)  # type: ignore[arg-type]
            for name in ("m", "n")
        ),
        orders=(*orders, wanted),
    )


class Shown:
    """A board with the arrays it belongs to."""

    def __init__(self, problem: Problem) -> None:
        self.arrays: Arrays = compile_problem(problem).arrays
        self.families = OrderCompiler(problem).families
        self.board: Board = new_board(self.arrays)

    def first(self, ready: int, work: int, family: str | None, load: int = 1, at: int = 0) -> tuple[int, int]:
        arrays, board = self.arrays, self.board
        found = earliest(
            board.resource,
            board.slot,
            arrays.open_start,
            arrays.open_end,
            arrays.open_before,
            board.table_minutes,
            board.table_local,
            np.zeros(20, np.int64),
            at,
            ready,
            work,
            -1 if family is None else self.families[family],
            load * 1_000_000,
            1000,
        )
        return int(found[0]), int(found[1])

    def rows(self, at: int = 0) -> list[tuple[int, int, int]]:
        base, count = self.board.resource[at, SLOT_FIRST], self.board.resource[at, SLOT_COUNT]
        return [(int(r[START]), int(r[END]), int(r[STEP])) for r in self.board.slot[base : base + count]]


def test_facts_that_overlap_on_one_machine_are_one_block() -> None:
    shown = Shown(problem_of(fact("o1", "m", 0, 50, "steel"), fact("o2", "m", 30, 80, "alu"), fact("o3", "m", 80, 90)))
    assert shown.rows() == [(0, 80, -1), (80, 90, 2)]


def test_a_block_of_several_families_needs_the_longest_setup_out_of_it() -> None:
    shown = Shown(problem_of(fact("o1", "m", 0, 50, "steel"), fact("o2", "m", 30, 80, "alu")))
    assert shown.first(0, 60, "brass") == (80 + 45, 80 + 45 + 60)
    assert shown.first(0, 60, "steel") == (80 + 5, 80 + 5 + 60)
    assert shown.first(0, 60, None) == (80, 140)


@pytest.mark.parametrize(("ready", "start"), [(115, 115), (116, 280 + 45)])
def test_a_block_of_several_families_needs_the_longest_setup_into_it(ready: int, start: int) -> None:
    # brass to alu takes 25 minutes, brass to steel 10: work must end by 200 - 25.
    shown = Shown(problem_of(fact("o1", "m", 200, 250, "steel"), fact("o2", "m", 230, 280, "alu")))
    assert shown.first(ready, 60, "brass") == (start, start + 60)


def test_the_joint_family_belongs_to_one_machine_although_the_table_is_shared() -> None:
    shown = Shown(
        problem_of(fact("o1", "m", 0, 50, "steel"), fact("o2", "m", 30, 80, "alu"), fact("o3", "n", 0, 80, "steel"))
    )
    assert shown.first(0, 60, "brass", at=0) == (125, 185)
    assert shown.first(0, 60, "brass", at=1) == (80 + 20, 160)


def test_overlapping_facts_of_one_family_keep_it() -> None:
    shown = Shown(problem_of(fact("o1", "m", 0, 50, "steel"), fact("o2", "m", 30, 80, "steel")))
    assert shown.rows() == [(0, 80, -1)]
    assert shown.board.slot[shown.board.resource[0, SLOT_FIRST], FAMILY] == shown.families["steel"]
    assert shown.first(0, 60, "steel") == (80, 140)


def test_three_facts_in_a_chain_of_overlaps_are_one_block() -> None:
    shown = Shown(problem_of(fact("o1", "m", 0, 50), fact("o2", "m", 40, 90), fact("o3", "m", 80, 85)))
    assert shown.rows() == [(0, 90, -1)]


def test_a_group_of_machines_keeps_every_fact_by_itself() -> None:
    shown = Shown(
        problem_of(fact("o1", "m", 0, 50), fact("o2", "m", 0, 70), fact("o3", "m", 0, 90), kind="machine", capacity=2)
    )
    assert shown.rows() == [(0, 50, 0), (0, 70, 1), (0, 90, 2)]
    assert shown.first(0, 10, None) == (70, 80)


def test_alike_facts_of_a_plant_are_one_run_that_can_be_joined_up_to_its_capacity() -> None:
    run = [fact(f"o{i}", "m", 100, 160, "zn", load=4) for i in range(2)]
    shown = Shown(problem_of(*run, kind="batch", capacity=10))
    assert shown.rows() == [(100, 160, 0), (100, 160, 1)]
    assert shown.first(90, 60, "zn", load=2) == (100, 160)
    assert shown.first(90, 60, "zn", load=3) == (160, 220)
    assert shown.first(90, 60, "brass", load=2) == (160, 220)


@pytest.mark.parametrize(
    "other",
    [
        fact("o2", "m", 120, 180, "zn"),
        fact("o2", "m", 110, 130, "zn"),
        fact("o2", "m", 100, 160, "brass"),
        fact("o2", "m", 100, 150, "zn"),
    ],
    ids=["later", "within", "another-family", "another-length"],
)
def test_unlike_facts_of_a_plant_are_a_block_that_nobody_joins(other: Order) -> None:
    problem = problem_of(fact("o1", "m", 100, 160, "zn"), other, kind="batch", capacity=10)
    shown = Shown(problem)
    end = 180 if other.steps[0].fixed == Fixed(resource="m", start=120, end=180) else 160
    assert shown.rows() == [(100, end, -1)]
    assert shown.first(100, 60, "zn") == (end, end + 60)


def test_a_committed_run_outside_open_time_cannot_be_joined() -> None:
    problem = problem_of(fact("o1", "m", 100, 160, "zn"), kind="batch", capacity=10)
    closed = PlanCalendar(id="c", weekly=((120, 10080),))
    resources = (replace(problem.resources[0], calendar="c"), problem.resources[1])
    shown = Shown(replace(problem, resources=resources, calendars=(closed,)))
    assert shown.first(0, 60, "zn") == (160, 220)


def test_a_fact_of_no_length_holds_nothing() -> None:
    shown = Shown(problem_of(fact("o1", "m", 100, 100, "steel")))
    assert shown.rows() == []
    assert shown.first(70, 60, "brass") == (70, 130)


def test_facts_stand_on_the_board_though_no_order_is_planned() -> None:
    board = Shown(problem_of(fact("o1", "m", 100, 160))).board
    assert (board.start.tolist(), board.end.tolist()) == ([100, -1], [160, -1])
    assert board.mode.tolist() == [0, -1]
    assert board.planned.tolist() == [0, 0]


def test_other_facts_can_take_the_place_of_the_old_ones_beside_movable_steps() -> None:
    shown = Shown(problem_of(fact("o1", "m", 0, 50, "steel"), fact("o2", "m", 200, 250, "steel")))
    arrays, board = shown.arrays, shown.board
    step = 2
    board.mode[step], board.start[step], board.end[step] = arrays.mode_first[step], 120, 180
    opens = (arrays.open_start, arrays.open_end, arrays.open_before)
    hold(board.resource, board.slot, *opens, 0, 120, 180, step, int(arrays.step_family[step]), 1_000_000, 60)
    shown.board = with_facts(arrays, board, 0, [1])
    assert shown.rows() == [(120, 180, 2), (200, 250, 1)]
    board.mode[step] = -1
    shown.board = with_facts(arrays, shown.board, 0, [0, 1])
    assert shown.rows() == [(0, 50, 0), (200, 250, 1)]
