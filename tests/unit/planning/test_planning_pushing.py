"""Steps that stand aside: nobody is late by it, every rule is kept, and what is undone leaves no trace."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from kumihimo.planning import plan, verify_plan
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.dispatch import dispatch
from kumihimo.planning.frozen import new_board
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.dice import dice
from kumihimo.planning.kernel.insertion import PRICES, insert, new_scratch, put
from kumihimo.planning.kernel.limits import limits_of
from kumihimo.planning.kernel.pushing import put_pushing, undo
from kumihimo.planning.kernel.search import anneal, fill_slack
from kumihimo.planning.kernel.slots import SLOT_COUNT, SLOT_FIRST
from kumihimo.planning.kernel.valuing import value_of
from kumihimo.planning.problem import Mode, Objective, Order, PlanSite, Problem, Resource, Step
from kumihimo.planning.recreate import RuinAndRecreate
from kumihimo.simulate.multi_firm import MultiFirmSpec, multi_firm_problem

_PLAIN = MultiFirmSpec(firms=14, orders=40)
_FULL = MultiFirmSpec(
    firms=14, orders=40, assemblies=0.3, lot_splits=0.2, capacity_n=0.2, has_setups=True, has_batch=True
)


def copied(board: Board) -> Board:
    """Return the board with arrays of its own."""
    return Board(**{name: values.copy() for name, values in board._asdict().items()})


def one_machine(due_of_second: int) -> Problem:
    """Return two orders on a fast and cheap machine or a slow and dear one; the second is released at 50."""

    def order(name: str, release: int, due: int) -> Order:
        modes = (Mode(resource="cheap", duration=60), Mode(resource="dear", duration=60, jpy=1000))
        return Order(id=name, release=release, due=due, steps=(Step(id=f"{name}-10", modes=modes),))

    return Problem(
        start=datetime.fromisoformat("2026-11-23T00:00:00+09:00"),
        horizon=1000,
        sites=(PlanSite(id="a"),),
        resources=(Resource(id="cheap", site="a"), Resource(id="dear", site="a")),
        orders=(order("first", 0, 60), order("second", 50, due_of_second)),
        objective=Objective(jpy_per_weighted_late_min=100),
    )


class Bench:
    """A board with everything that an insertion asks for."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.compiled = compile_problem(problem)
        arrays = self.arrays = self.compiled.arrays
        known = alone(arrays)
        self.limits = limits_of(arrays, known.possible, known.completion, known.value)
        self.board = new_board(arrays)
        self.scratch = new_scratch(arrays, self.board)

    def dispatched(self) -> Board:
        return dispatch(self.arrays, self.limits, self.scratch, lambda: False, lambda placed: None)


def same(one: Board, other: Board) -> bool:
    """Return whether two boards hold the same plan; steps that start together may stand in any sequence."""

    def held(board: Board) -> list[list[list[int]]]:
        runs = board.resource[:, [SLOT_FIRST, SLOT_COUNT]].tolist()
        return [sorted(board.slot[first : first + count].tolist()) for first, count in runs]

    plans = ((one.mode, other.mode), (one.start, other.start), (one.end, other.end), (one.value, other.value))
    return held(one) == held(other) and all(np.array_equal(a, b) for a, b in plans)


@pytest.mark.parametrize(("due", "start"), [(200, 60), (119, 50)])
def test_a_step_stands_aside_only_if_it_is_in_time_all_the_same(due: int, start: int) -> None:
    bench = Bench(one_machine(due))
    arrays, limits, board = bench.arrays, bench.limits, bench.board
    put(arrays, board, np.array([[2], [50], [110]]), 1, 0.0)
    before = copied(board)
    slack = np.zeros(2, np.int64)
    fill_slack(arrays, limits, board, slack)
    assert slack[1] == due - 110
    scratch = bench.scratch._replace(pushes=bench.scratch.pushes._replace(slack=slack))
    value = insert(arrays, limits, board, scratch, 0, np.array(PRICES), dice(0), False, np.inf)
    assert same(board, before)
    assert value == (0 if start == 60 else 1000)
    put_pushing(arrays, limits, board, scratch.pushes, scratch.best, 0, value)
    assert board.start.tolist() == [0, start]
    undo(board, scratch.pushes, 0)
    assert board.start[1] == 50


@pytest.mark.parametrize("spec", [_PLAIN, _FULL])
def test_rounds_that_are_not_accepted_leave_no_trace(spec: MultiFirmSpec) -> None:
    bench = Bench(multi_firm_problem(spec))
    board = bench.dispatched()
    search = RuinAndRecreate(bench.arrays, bench.limits, board, bench.scratch, 1)
    # Never so much gain; the lifted cut-off lets whole orders go in before they go out again.
    loose = bench.limits._replace(value=np.full(len(bench.limits.value), -1e15))
    before = copied(board)
    gain = -1e9
    anneal(bench.arrays, loose, board, search.scratch, search.search, np.array(PRICES), search.dice, 300, gain, gain)
    assert same(board, before)


@pytest.mark.parametrize("spec", [_PLAIN, _FULL])
def test_values_of_pushed_orders_stay_right_and_the_plan_valid(spec: MultiFirmSpec) -> None:
    problem = multi_firm_problem(spec)
    bench = Bench(problem)
    board = bench.dispatched()
    search = RuinAndRecreate(bench.arrays, bench.limits, board, bench.scratch, 1)
    heat = 1000.0
    anneal(
        bench.arrays,
        bench.limits,
        board,
        search.scratch,
        search.search,
        np.array(PRICES),
        search.dice,
        300,
        heat,
        heat,
    )
    for order in np.flatnonzero(board.planned).tolist():
        own = value_of(bench.arrays, board.mode, board.start, board.end, order)
        assert board.value[order] == pytest.approx(own, abs=1e-6)
    assert not verify_plan(problem, plan(problem, iterations=300))
