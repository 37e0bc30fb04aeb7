"""Orders that greedy insertion leaves out come in when a choice is taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from kumihimo.interop.planning_json import read_problem
from kumihimo.planning import Problem
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.completing import insert_waiting
from kumihimo.planning.dispatch import dispatch
from kumihimo.planning.frozen import new_board
from kumihimo.planning.kernel.insertion import new_scratch
from kumihimo.planning.kernel.limits import limits_of
from kumihimo.planning.kernel.slots import SLOT_COUNT, SLOT_FIRST

CASE = Path(__file__).resolve().parents[2] / "golden" / "takes_a_choice_back" / "problem.json"


class Bench:
    """An empty board with all that insertion needs."""

    def __init__(self, problem: Problem) -> None:
        self.arrays = compile_problem(problem).arrays
        found = alone(self.arrays)
        self.limits = limits_of(self.arrays, found.possible, found.completion, found.value)
        self.board = new_board(self.arrays)
        self.scratch = new_scratch(self.arrays, self.board)

    def complete(self) -> int:
        return insert_waiting(self.arrays, self.limits, self.board, self.scratch)


def test_greedy_insertion_fails_and_the_search_finds_a_place() -> None:
    bench = Bench(read_problem(CASE))
    greedy = dispatch(bench.arrays, bench.limits, bench.scratch, lambda: False, lambda placed: None)
    assert greedy.planned.tolist() == [0]
    assert bench.complete() == 1
    assert bench.board.planned.tolist() == [1]
    assert list(zip(bench.board.start.tolist(), bench.board.end.tolist(), strict=True)) == [(0, 3), (0, 9)]
    assert bench.board.value.tolist() == [80.0]


def test_what_cannot_fit_stays_out_and_leaves_nothing_behind() -> None:
    problem = read_problem(CASE)
    only = problem.orders[0]
    twin = replace(only, id="o2")
    bench = Bench(replace(problem, orders=(only, twin)))
    assert bench.complete() == 1
    assert sorted(bench.board.planned.tolist()) == [0, 1]
    # One step each of the order that came in, and nothing of the one that did not.
    assert bench.board.resource[:, SLOT_COUNT].tolist() == [1, 1]
    left = int(np.flatnonzero(bench.board.planned == 0)[0])
    span = slice(int(bench.arrays.step_first[left]), int(bench.arrays.step_first[left + 1]))
    assert bench.board.mode[span].tolist() == [-1, -1]
    before = bench.board.slot.copy()
    assert bench.complete() == 0
    assert (bench.board.resource[:, SLOT_COUNT] == 1).all()
    assert (before[bench.board.resource[:, SLOT_FIRST]] == bench.board.slot[bench.board.resource[:, SLOT_FIRST]]).all()


def test_an_order_that_is_impossible_alone_is_not_even_tried() -> None:
    bench = Bench(replace(read_problem(CASE), horizon=8))
    assert bench.limits.possible.tolist() == [0]
    assert bench.complete() == 0
    assert bench.board.resource[:, SLOT_COUNT].tolist() == [0, 0]


def test_the_heavier_order_comes_in_first() -> None:
    problem = read_problem(CASE)
    only = problem.orders[0]
    bench = Bench(replace(problem, orders=(only, replace(only, id="heavy", weight=2))))
    assert bench.complete() == 1
    assert bench.board.planned.tolist() == [0, 1]
