"""What a living plan is made of, and the repair: take out what no longer fits, put it back as well as it pays."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kumihimo.planning.arrays import BATCH, Compiled, Ints
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.compile_problem import OrderCompiler, in_sequence
from kumihimo.planning.frozen import is_movable, new_board, with_facts
from kumihimo.planning.growing import GrowingArrays
from kumihimo.planning.kernel.clock import place
from kumihimo.planning.kernel.dice import dice
from kumihimo.planning.kernel.insertion import PRICES, Scratch, arrival, insert, new_scratch, put, take
from kumihimo.planning.kernel.limits import limits_of
from kumihimo.planning.kernel.search import anneal, new_search, restore_best
from kumihimo.planning.kernel.slots import (
    CAPACITY,
    END,
    KIND,
    OPEN_FIRST,
    OPEN_LAST,
    SLOT_COUNT,
    SLOT_FIRST,
    START,
    STEP,
    WORK,
    lacks_setup,
    renew_open,
)
from kumihimo.planning.kernel.valuing import load, value_of
from kumihimo.planning.placement import Placement
from kumihimo.planning.problem import Interval, Order, Step
from kumihimo.planning.result import PlannedStep

GAIN_JPY = 1000.0
"""What displacing others must save each time, in yen: a telephone call is not free."""
MOST_SEEDS = 400
"""Orders around which a repair looks for something better."""


class LiveState:
    """Orders by name on one side, arrays on the other, and the primitive changes."""

    def __init__(self, compiled: Compiled, stands: Placement, seed: int) -> None:
        arrays = compiled.arrays
        bounds = alone(arrays)
        board = new_board(arrays)
        load(arrays, board, stands.mode, stands.start, stands.end, stands.planned)
        limits = limits_of(arrays, bounds.possible, bounds.completion, bounds.value)
        self.grown = GrowingArrays(arrays, limits, board, OrderCompiler(compiled.problem))
        self.resources = compiled.problem.resources
        self.number = {r.id: at for at, r in enumerate(self.resources)}
        self.orders: dict[str, Order] = {o.id: o for o in compiled.orders}
        self.index: dict[str, int] = {o.id: at for at, o in enumerate(compiled.orders)}
        self.name: dict[int, str] = {at: o.id for at, o in enumerate(compiled.orders)}
        self.steps: list[Step] = list(compiled.steps)
        self.facts: dict[int, set[int]] = {}
        for step in np.flatnonzero(arrays.fact_mode >= 0).tolist():
            self.facts.setdefault(int(arrays.mode_resource[arrays.fact_mode[step]]), set()).add(step)
        self.scratch: Scratch = new_scratch(self.grown.arrays, self.grown.board, spare=8)
        self.dice = dice(seed, 7)
        self.out: list[int] = []
        """Orders taken out in the present repair."""

    # Reading

    def span(self, index: int) -> range:
        """Return the steps of an order."""
        first = self.grown.arrays.step_first
        return range(int(first[index]), int(first[index + 1]))

    def rows(self, name: str, index: int, mode: Ints, start: Ints, end: Ints) -> list[PlannedStep]:
        """Return the planned steps of an order as three columns have them."""
        arrays = self.grown.arrays
        return [
            PlannedStep(
                order=name,
                step=self.steps[at].id,
                mode=int(arrays.mode_file[mode[at]]),
                resource=self.resources[int(arrays.mode_resource[mode[at]])].id,
                start=int(start[at]),
                end=int(end[at]),
            )
            for at in self.span(index)
            if mode[at] >= 0
        ]

    def open_rows(self, at: int) -> list[Interval]:
        """Return the open intervals of a resource as they are now."""
        arrays, board = self.grown.arrays, self.grown.board
        here = slice(int(board.resource[at, OPEN_FIRST]), int(board.resource[at, OPEN_LAST]))
        return list(zip(arrays.open_start[here].tolist(), arrays.open_end[here].tolist(), strict=True))

    def placement(self, compiled: Compiled) -> Placement:
        """Return where everything stands, in the rows of the current problem compiled anew."""
        arrays, board = self.grown.arrays, self.grown.board
        at = np.array([self.index[o.id] for o in compiled.orders], np.int64)
        spans = [np.arange(arrays.step_first[i], arrays.step_first[i + 1]) for i in at.tolist()]
        rows = np.concatenate(spans) if spans else np.zeros(0, np.int64)
        mode = board.mode[rows]
        shifted = mode - arrays.mode_first[rows] + compiled.arrays.mode_first[:-1]
        return Placement(np.where(mode >= 0, shifted, -1), board.start[rows], board.end[rows], board.planned[at])

    # Changing

    def take_out(self, index: int) -> set[int]:
        """Take an order off the board; return the resources it was on."""
        if index in self.out:
            return set()
        arrays, board = self.grown.arrays, self.grown.board
        span = self.span(index)
        self.out.append(index)
        touched = {
            int(arrays.mode_resource[board.mode[at]]) for at in span if board.mode[at] >= 0 and arrays.fact_mode[at] < 0
        }
        if board.planned[index]:
            take(arrays, board, index)
        return touched

    def drop(self, name: str, *, keep_place: bool) -> set[int]:
        """Forget an order that is off the board, frozen steps too; return the resources of those.

        With `keep_place` its name keeps its place in the sequence of orders, for another of that name.
        """
        index = self.index[name]
        del self.name[index]
        if not keep_place:
            del self.index[name], self.orders[name]
        touched = set()
        for at in self.span(index):
            mode = int(self.grown.arrays.fact_mode[at])
            if mode >= 0:
                resource = int(self.grown.arrays.mode_resource[mode])
                self.facts[resource].discard(at)
                touched.add(resource)
        self.grown.forget(index)
        return touched

    def add(self, order: Order) -> set[int]:
        """Append an order, not planned yet; return the resources of its frozen steps."""
        index = self.grown.append(order)
        self.orders[order.id], self.index[order.id], self.name[index] = order, index, order.id
        self.steps += in_sequence(order)
        self._widen(index)
        arrays = self.grown.arrays
        touched = set()
        modes = slice(int(arrays.mode_first[self.span(index).start]), int(arrays.mode_first[self.span(index).stop]))
        self.grown.make_slots(set(arrays.mode_resource[modes].tolist()), len(order.steps))
        for at in self.span(index):
            mode = int(arrays.fact_mode[at])
            if mode >= 0:
                resource = int(arrays.mode_resource[mode])
                self.facts.setdefault(resource, set()).add(at)
                touched.add(resource)
        return touched

    def _widen(self, index: int) -> None:
        """Make the working memory large enough for an order."""
        arrays = self.grown.arrays
        span = self.span(index)
        modes = max((int(arrays.mode_first[at + 1] - arrays.mode_first[at]) for at in span), default=0)
        arcs = int(arrays.pred_first[span.stop] - arrays.pred_first[span.start])
        if (
            len(span) > self.scratch.cost.shape[0]
            or modes > self.scratch.cost.shape[1]
            or arcs > self.scratch.back.shape[0]
        ):
            self.scratch = new_scratch(arrays, self.grown.board, spare=8)

    def set_calendar(self, at: int, rows: list[Interval]) -> None:
        """Give a resource open intervals of its own."""
        self.grown.set_calendar(at, rows)
        arrays, board = self.grown.arrays, self.grown.board
        renew_open(board.resource, board.slot, arrays.open_start, arrays.open_end, arrays.open_before, at)

    # Repairing

    def settle(self, touched: set[int]) -> None:
        """Take out every order that no longer fits on the touched resources, and write their frozen steps anew."""
        queue = sorted(touched)
        while queue:
            at = queue.pop(0)
            while True:
                guilty = self._misfits(at)
                if not guilty:
                    break
                for index in guilty:
                    # The place of another step may have lost its set-up time now.
                    queue += sorted(self.take_out(index) - {at} - set(queue))
            self.grown.board = with_facts(self.grown.arrays, self.grown.board, at, self.facts.get(at, ()))
            if self._without_setup(at):
                for index in self._without_setup(at):
                    queue += sorted(self.take_out(index) - set(queue))
                if at not in queue:
                    queue.append(at)

    def _misfits(self, at: int) -> list[int]:
        """Return orders with a movable step on a resource that its calendar or its frozen steps forbid."""
        arrays, board = self.grown.arrays, self.grown.board
        base, count = int(board.resource[at, SLOT_FIRST]), int(board.resource[at, SLOT_COUNT])
        first, last = int(board.resource[at, OPEN_FIRST]), int(board.resource[at, OPEN_LAST])
        facts = [
            (int(arrays.fact_start[s]), int(arrays.fact_end[s]))
            for s in self.facts.get(at, ())
            if arrays.fact_start[s] < arrays.fact_end[s]
        ]
        found: dict[int, None] = {}
        rows = [r for r in board.slot[base : base + count].tolist() if is_movable(arrays, board, r)]
        for row in rows:
            spot = place(arrays.open_start, arrays.open_end, arrays.open_before, first, last, row[START], row[WORK])
            beside = [f for f in facts if f[0] < row[END] and row[START] < f[1]]
            if spot != (row[START], row[END]) or (beside and self._clashes(at, row, beside, rows)):
                found[int(arrays.step_order[row[STEP]])] = None
        for step in self._instants(at):
            minute = int(board.start[step])
            if place(arrays.open_start, arrays.open_end, arrays.open_before, first, last, minute, 0)[0] != minute:
                found[int(arrays.step_order[step])] = None
        return list(found)

    def _clashes(self, at: int, row: list[int], facts: list[Interval], rows: list[list[int]]) -> bool:
        """Return whether frozen steps leave no room for a step; in a batch plant only an equal run can be shared."""
        board = self.grown.board
        if board.resource[at, KIND] == BATCH:
            return True
        around = [*facts, *((r[START], r[END]) for r in rows if r[START] < row[END] and row[START] < r[END])]
        moments = [row[START], *(a for a, _ in around if row[START] < a < row[END])]
        most = max(sum(a <= moment < b for a, b in around) for moment in moments)
        return most > int(board.resource[at, CAPACITY])

    def _instants(self, at: int) -> list[int]:
        """Return movable steps of no length that stand on a resource."""
        arrays, board = self.grown.arrays, self.grown.board
        used = self.grown.used["steps"]
        still = np.flatnonzero(
            (board.mode[:used] >= 0) & (board.start[:used] == board.end[:used]) & (arrays.fact_mode[:used] < 0)
        )
        return [int(s) for s in still if arrays.mode_resource[board.mode[s]] == at]

    def _without_setup(self, at: int) -> list[int]:
        """Return orders whose step on a resource lost the time for its set-up."""
        arrays, board = self.grown.arrays, self.grown.board
        found: dict[int, None] = {}
        for here in range(1, int(board.resource[at, SLOT_COUNT])):
            if lacks_setup(
                board.resource,
                board.slot,
                arrays.open_start,
                arrays.open_end,
                arrays.open_before,
                board.table_minutes,
                board.table_local,
                at,
                here,
            ):
                row = int(board.resource[at, SLOT_FIRST]) + here
                for step in (int(board.slot[row, STEP]), int(board.slot[row - 1, STEP])):
                    if step >= 0 and arrays.fact_mode[step] < 0:
                        found[int(arrays.step_order[step])] = None
                        break
        return list(found)

    def stays(self, index: int, stood: dict[str, tuple[str, int, int]]) -> bool:
        """Put an order where its steps stood before one of them became a fact, if that still holds; say whether."""
        arrays, board = self.grown.arrays, self.grown.board
        span = self.span(index)
        placed = np.full((3, len(span)), -1, np.int64)
        release = int(arrays.order_release[index])
        for k, at in enumerate(span):
            if arrays.fact_mode[at] >= 0:
                placed[:, k] = arrays.fact_mode[at], arrays.fact_start[at], arrays.fact_end[at]
            else:
                resource, start, end = stood.get(self.steps[at].id, ("", -1, -1))
                modes = range(int(arrays.mode_first[at]), int(arrays.mode_first[at + 1]))
                mode = next((m for m in modes if self._is_at(m, resource, start, end)), -1)
                if mode < 0 or not self._is_free(mode, start, end):
                    return False
                placed[:, k] = mode, start, end
            ready, _ = arrival(arrays, placed, span.start, at, int(placed[0, k]), release)
            if ready < 0 or (arrays.fact_mode[at] < 0 and ready > placed[1, k]):
                return False
        put(arrays, board, placed, index, 0.0)
        board.value[index] = value_of(arrays, board.mode, board.start, board.end, index)
        return True

    def _is_at(self, mode: int, resource: str, start: int, end: int) -> bool:
        arrays, board = self.grown.arrays, self.grown.board
        at = int(arrays.mode_resource[mode])
        if self.resources[at].id != resource:
            return False
        first, last = int(board.resource[at, OPEN_FIRST]), int(board.resource[at, OPEN_LAST])
        work = int(arrays.mode_duration[mode])
        spot = place(arrays.open_start, arrays.open_end, arrays.open_before, first, last, start, work)
        return bool(spot == (start, end))

    def _is_free(self, mode: int, start: int, end: int) -> bool:
        """Return whether nothing stands in the way; on shared resources the answer is a careful no."""
        arrays, board = self.grown.arrays, self.grown.board
        at = int(arrays.mode_resource[mode])
        if start == end:
            return True
        if board.resource[at, KIND] == BATCH:
            return False
        base, count = int(board.resource[at, SLOT_FIRST]), int(board.resource[at, SLOT_COUNT])
        rows = board.slot[base : base + count]
        beside = int(((rows[:, START] < end) & (rows[:, END] > start)).sum())
        if beside >= board.resource[at, CAPACITY]:
            return False
        return not self.resources[at].setup

    def insert(self, orders: Iterable[int]) -> list[int]:
        """Insert orders, the one with the least time to spare first; return those that found no place."""
        arrays, limits = self.grown.arrays, self.grown.limits
        prices = np.array(PRICES)
        left = []
        for index in sorted(orders, key=lambda o: (int(arrays.order_due[o]) - int(limits.completion[o]), o)):
            board = self.grown.board
            value = insert(arrays, limits, board, self.scratch, index, prices, self.dice, False, np.inf)
            if value < np.inf:
                put(arrays, board, self.scratch.best, index, value)
            else:
                left.append(index)
        return left

    def improve(self, seeds: list[int], rounds: int, gain: float) -> None:
        """Displace others where it saves at least `gain` each time; work starts from the seeds."""
        arrays, limits = self.grown.arrays, self.grown.limits
        board = self.grown.board
        dear = [
            o
            for o in seeds
            if limits.possible[o]
            and (not board.planned[o] or board.value[o] > limits.value[o] + gain)
            and any(arrays.fact_mode[at] < 0 for at in self.span(o))
        ]
        if not dear or rounds <= 0:
            return
        search = new_search(arrays, limits, board)
        search = search._replace(movable=np.array(dear[:MOST_SEEDS], np.int64))
        anneal(arrays, limits, board, self.scratch, search, np.array(PRICES), self.dice, rounds, -gain, -gain)
        restore_best(arrays, board, self.scratch, search)
