"""Arrays that grow: appending an order gives the same rows as compiling the whole problem anew."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "property"))

from planning_problems import small

from kumihimo.interop.planning_json import problem_from_bytes
from kumihimo.planning import Problem
from kumihimo.planning.arrays import Arrays
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.compile_problem import LATER_FAMILY, OrderCompiler, compile_problem
from kumihimo.planning.frozen import new_board
from kumihimo.planning.growing import GrowingArrays
from kumihimo.planning.kernel.limits import Limits, limits_of
from kumihimo.planning.kernel.slots import OPEN_FIRST, OPEN_LAST, SLOT_COUNT, SLOT_FIRST, SLOT_ROOM

ROWS = {
    "orders": ("order_release", "order_due", "order_weight", "late_price", "order_ship"),
    "steps": ("step_order", "step_load", "fact_mode", "fact_start", "fact_end", "was_resource", "was_start"),
    "modes": ("mode_resource", "mode_duration", "mode_price", "mode_file", "ship_minutes", "ship_price"),
    "arcs": ("pred", "succ"),
}
FIRSTS = {"step_first": "orders", "mode_first": "steps", "pred_first": "steps", "succ_first": "steps"}
LIMITS = {
    "latest": "modes",
    "rest_price": "modes",
    "rest_minutes": "modes",
    "possible": "orders",
    "completion": "orders",
}


def read(seed: int) -> Problem:
    return problem_from_bytes(json.dumps(small(Random(seed))).encode())


def limits_by(arrays: Arrays) -> Limits:
    found = alone(arrays)
    return limits_of(arrays, found.possible, found.completion, found.value)


def growing(problem: Problem) -> GrowingArrays:
    arrays = compile_problem(problem).arrays
    return GrowingArrays(arrays, limits_by(arrays), new_board(arrays), OrderCompiler(problem))


@pytest.mark.parametrize("seed", range(25))
def test_appended_orders_are_compiled_as_in_the_whole_problem(seed: int) -> None:
    problem = read(seed)
    grown = growing(replace(problem, orders=problem.orders[:1]))
    for at, order in enumerate(problem.orders[1:], 1):
        assert grown.append(order) == at
    whole = compile_problem(problem).arrays
    for kind, names in ROWS.items():
        for name in names:
            expected = getattr(whole, name)
            assert grown.used[kind] == len(expected), name
            assert getattr(grown.arrays, name)[: len(expected)].tolist() == expected.tolist(), name
    for name in FIRSTS:
        expected = getattr(whole, name)
        found = getattr(grown.arrays, name)
        assert found[: len(expected)].tolist() == expected.tolist(), name
        assert (found[len(expected) :] == expected[-1]).all(), name
    # Families get their numbers in the sequence of their coming; the names behind them are the same.
    names = [{number: name for name, number in c.families.items()} for c in (grown.compiler, OrderCompiler(problem))]
    numbers = [grown.arrays.step_family[: grown.used["steps"]].tolist(), whole.step_family.tolist()]
    told = [[known.get(number) for number in row] for known, row in zip(names, numbers, strict=True)]
    assert told[0] == told[1]
    limits = limits_by(whole)
    for name, kind in LIMITS.items():
        expected = getattr(limits, name)
        assert getattr(grown.limits, name)[: grown.used[kind]].tolist() == expected.tolist(), name
    assert np.allclose(grown.limits.value[: grown.used["orders"]], limits.value)
    board = new_board(whole)
    for name in ("mode", "start", "end"):
        assert getattr(grown.board, name)[: grown.used["steps"]].tolist() == getattr(board, name).tolist(), name
    assert grown.board.planned[1 : grown.used["orders"]].tolist() == [0] * (len(problem.orders) - 1)


def test_rows_beyond_those_in_use_are_planned_and_empty() -> None:
    grown = growing(read(3))
    used = grown.used["orders"]
    assert len(grown.board.planned) > used
    assert (grown.board.planned[used:] == 1).all()
    assert (np.diff(grown.arrays.step_first[used:]) == 0).all()
    assert (grown.arrays.fact_mode[grown.used["steps"] :] == -1).all()


def test_room_is_made_when_more_orders_come_than_there_was_room_for() -> None:
    problem = read(7)
    grown = growing(problem)
    room = len(grown.arrays.order_release)
    twin = problem.orders[0]
    for at in range(room + 5 - grown.used["orders"]):
        grown.append(replace(twin, id=f"twin-{at}"))
    assert len(grown.arrays.order_release) > room
    assert len(grown.board.planned) == len(grown.limits.possible) == len(grown.arrays.order_release)
    last, steps = grown.used["orders"] - 1, len(twin.steps)
    own = slice(int(grown.arrays.step_first[last]), int(grown.arrays.step_first[last + 1]))
    assert own.stop - own.start == steps
    assert (grown.arrays.step_order[own] == last).all()
    assert grown.arrays.step_load[own].tolist() == grown.arrays.step_load[:steps].tolist()


def test_a_family_that_came_later_is_known_to_no_setup_table() -> None:
    problem = read(2)
    grown = growing(problem)
    order = problem.orders[0]
    index = grown.append(
        replace(order, id="new", steps=tuple(replace(s, family="never heard of") for s in order.steps))
    )
    own = slice(int(grown.arrays.step_first[index]), int(grown.arrays.step_first[index + 1]))
    assert (grown.arrays.step_family[own] == LATER_FAMILY).all()


def test_a_forgotten_order_holds_no_facts_and_is_never_tried() -> None:
    problem = read(1)
    grown = growing(problem)
    index = grown.append(replace(problem.orders[0], id="gone"))
    grown.forget(index)
    own = slice(int(grown.arrays.step_first[index]), int(grown.arrays.step_first[index + 1]))
    assert (grown.arrays.fact_mode[own] == -1).all()
    assert (grown.board.mode[own] == -1).all()
    assert (grown.board.planned[index], grown.board.value[index], grown.limits.possible[index]) == (1, 0.0, 0)


def test_a_machine_gets_a_calendar_of_its_own() -> None:
    grown = growing(read(4))
    before = grown.used["opens"]
    others = grown.board.resource[1:, [OPEN_FIRST, OPEN_LAST]].tolist()
    grown.set_calendar(0, [(10, 30), (50, 90), (200, 201)])
    rows = slice(int(grown.board.resource[0, OPEN_FIRST]), int(grown.board.resource[0, OPEN_LAST]))
    assert (rows.start, rows.stop) == (before, before + 3)
    arrays = grown.arrays
    assert arrays.open_start[rows].tolist() == [10, 50, 200]
    assert arrays.open_end[rows].tolist() == [30, 90, 201]
    assert arrays.open_before[rows].tolist() == [0, 20, 60]
    assert grown.board.resource[1:, [OPEN_FIRST, OPEN_LAST]].tolist() == others


def test_slots_grow_and_keep_what_they_hold() -> None:
    problem = read(0)
    grown = growing(problem)
    table = grown.board.resource

    def held() -> list[list[list[int]]]:
        rows = []
        for row in grown.board.resource:
            rows.append(grown.board.slot[row[SLOT_FIRST] : row[SLOT_FIRST] + row[SLOT_COUNT]].tolist())
        return rows

    table[0, SLOT_COUNT] = 2
    grown.board.slot[table[0, SLOT_FIRST] : table[0, SLOT_FIRST] + 2, 0] = [3, 9]
    before, room = held(), int(table[0, SLOT_ROOM])
    grown.make_slots({0}, 1)
    assert grown.board.resource[0, SLOT_ROOM] == room
    grown.make_slots({0}, 5 * room)
    assert grown.board.resource[0, SLOT_ROOM] >= 2 + 5 * room
    assert held() == before
    first = grown.board.resource[0, SLOT_FIRST]
    assert first + grown.board.resource[0, SLOT_ROOM] <= len(grown.board.slot)
    assert all(row[SLOT_FIRST] + row[SLOT_ROOM] <= first for row in grown.board.resource[1:])
