"""A board to try things on: take orders out, insert them otherwise, look at what it gives, and put everything back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import numpy as np

from kumihimo.planning.arrays import COUNT, NEVER, Arrays, Compiled, Ints
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.frozen import new_board
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.clock import place
from kumihimo.planning.kernel.dice import dice
from kumihimo.planning.kernel.insertion import PRICES, insert, new_scratch, put, take
from kumihimo.planning.kernel.limits import limits_of
from kumihimo.planning.kernel.slots import (
    CAPACITY,
    END,
    OPEN_FIRST,
    OPEN_LAST,
    SLOT_COUNT,
    SLOT_FIRST,
    START,
    STEP,
    TABLE,
    lacks_setup,
    renew_open,
)
from kumihimo.planning.kernel.valuing import completion_of, load, price_of, value_of
from kumihimo.planning.placement import Placement
from kumihimo.planning.problem import Interval

FASTEST = (1e7,)
"""Prices of time that make the earliest completion win whatever it costs."""
USUAL = PRICES


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an order stands and what that means.

    Attributes
    ----------
    placed
        (mode, start, end) of its steps, shape (3, k).
    completion
        When the last goods arrive.
    late_min
        Minutes after the due date.
    price
        Yen of its steps and ways (CO2 priced in), lateness not counted.
    value
        What it adds to the objective.
    """

    order: int
    placed: Ints
    completion: int
    late_min: int
    price: float
    value: float


def standing_of(arrays: Arrays, place: Placement, order: int) -> Standing | None:
    """Return how an order stands in a plan; None when it is not planned."""
    if not place.planned[order]:
        return None
    first, last = int(arrays.step_first[order]), int(arrays.step_first[order + 1])
    finish = int(completion_of(arrays, place.mode, place.end, order))
    due = int(arrays.order_due[order])
    return Standing(
        order=order,
        placed=np.stack([place.mode[first:last], place.start[first:last], place.end[first:last]]),
        completion=finish,
        late_min=max(0, finish - due) if due < NEVER else 0,
        price=float(price_of(arrays, place.mode, place.start, order)),
        value=float(value_of(arrays, place.mode, place.start, place.end, order)),
    )


class Workbench:
    """A plan on a board of its own; whatever is tried is undone.

    Attributes
    ----------
    arrays, board
        The problem and the plan; both are as given whenever no trial is running.
    earliest
        Per order the completion that it could reach alone.
    """

    def __init__(self, compiled: Compiled, placement: Placement) -> None:
        arrays = compiled.arrays
        self.compiled, self.arrays = compiled, arrays
        self.board: Board = new_board(arrays)
        load(arrays, self.board, placement.mode, placement.start, placement.end, placement.planned)
        bounds = alone(arrays, with_value=False)
        self.earliest = bounds.completion
        # Trials change what an order can reach, so nothing is ruled out and no value is good enough to stop at.
        orders = len(arrays.order_release)
        self._limits = limits_of(
            arrays, np.ones(orders, np.int64), bounds.completion, np.full(orders, -np.inf, np.float64)
        )
        self._scratch = new_scratch(arrays, self.board)
        self._dice = dice(0)

    def standing(self, order: int, arrays: Arrays | None = None) -> Standing | None:
        """Return how a planned order stands now; None when it is not planned."""
        board = self.board
        place = Placement(board.mode, board.start, board.end, board.planned)
        return standing_of(arrays or self.arrays, place, order)

    def is_movable(self, order: int) -> bool:
        """Return whether an order has a step that is not frozen."""
        first, last = self.arrays.step_first[order], self.arrays.step_first[order + 1]
        return bool(np.any(self.arrays.fact_mode[first:last] < 0))

    def tried(
        self,
        out: Sequence[int],
        into: Sequence[int],
        prices: Sequence[float] = USUAL,
        *,
        arrays: Arrays | None = None,
        second: int = -1,
    ) -> tuple[Standing, ...] | None:
        """Return how the orders of `into` would stand, inserted in that sequence after those of `out` were taken out.

        Parameters
        ----------
        out, into
            Indices of orders, each once; every planned one of `out` should be among `into`.
        prices
            Of time, as multiples of an order's own price of lateness.
        arrays
            A changed problem (see `opened`); None = the problem as it is.
        second
            A resource of which there is a second one that nobody uses (one more place where it has several).

        Returns
        -------
        tuple of Standing or None
            None when one of them finds no place.
        """
        arrays = arrays or self.arrays
        saved = [now for order in out if (now := self.standing(order)) is not None]
        touched = {int(r) for now in saved for r in arrays.mode_resource[now.placed[0]]}
        for now in saved:
            take(arrays, self.board, now.order)
        came: list[Standing] = []
        is_whole = second < 0 or self._is_sound(arrays, second)
        with self._emptied(second) if second >= 0 else nullcontext():
            for order in into:
                found = self._inserted(arrays, order, prices)
                if found is None:
                    break
                came.append(found)
                touched.update(int(r) for r in arrays.mode_resource[found.placed[0]])
            is_whole &= len(came) == len(into) and all(self._is_sound(arrays, r) for r in touched)
            for now in reversed(came):
                take(arrays, self.board, now.order)
        for now in saved:
            put(arrays, self.board, now.placed, now.order, now.value)
        return tuple(came) if is_whole else None

    def _inserted(self, arrays: Arrays, order: int, prices: Sequence[float]) -> Standing | None:
        value = insert(
            arrays,
            self._limits,
            self.board,
            self._scratch,
            order,
            np.array(prices, np.float64),
            self._dice,
            False,
            np.inf,
        )
        if value == np.inf:
            return None
        steps = int(arrays.step_first[order + 1] - arrays.step_first[order])
        put(arrays, self.board, self._scratch.best[:, :steps].copy(), order, value)
        return self.standing(order, arrays)

    def _is_sound(self, arrays: Arrays, resource: int) -> bool:
        """Return whether every set-up of a resource has its room."""
        board = self.board
        if board.resource[resource, TABLE] < 0:
            return True
        return not any(
            lacks_setup(
                board.resource,
                board.slot,
                arrays.open_start,
                arrays.open_end,
                arrays.open_before,
                board.table_minutes,
                board.table_local,
                resource,
                here,
            )
            for here in range(1, int(board.resource[resource, SLOT_COUNT]))
        )

    @contextmanager
    def _emptied(self, resource: int) -> Iterator[None]:
        row = self.board.resource[resource]
        saved, rows = row.copy(), self._rows(resource)
        slots = self.board.slot[rows].copy()
        if self.arrays.resource_kind[resource] == COUNT:
            row[CAPACITY] += 1
        else:
            row[SLOT_COUNT] = 0
        try:
            yield
        finally:
            row[:] = saved
            self.board.slot[rows] = slots

    @contextmanager
    def opened(self, resource: int, gaps: Sequence[Interval]) -> Iterator[tuple[Arrays, tuple[int, ...]]]:
        """Open a resource in further intervals.

        Steps that stand there and paused in them end earlier.

        Yields
        ------
        tuple
            The changed problem, and the steps that end earlier.
        """
        arrays, board = self.arrays, self.board
        changed = _with_open(arrays, resource, gaps)
        row, rows = board.resource[resource], self._rows(resource)
        saved, slots = row.copy(), board.slot[rows].copy()
        low, high = int(changed.calendar_first[-2]), int(changed.calendar_first[-1])
        row[OPEN_FIRST], row[OPEN_LAST] = low, high
        ends: dict[int, int] = {}
        for slot in range(rows.start, rows.start + int(row[SLOT_COUNT])):
            step = int(board.slot[slot, STEP])
            if step < 0 or arrays.fact_mode[step] >= 0:
                continue
            start, work = int(board.slot[slot, START]), int(arrays.mode_duration[board.mode[step]])
            end = place(changed.open_start, changed.open_end, changed.open_before, low, high, start, work)[1]
            if end < board.slot[slot, END]:
                ends[step] = int(board.end[step])
                board.slot[slot, END] = board.end[step] = end
        renew_open(board.resource, board.slot, changed.open_start, changed.open_end, changed.open_before, resource)
        try:
            yield changed, tuple(ends)
        finally:
            for step, end in ends.items():
                board.end[step] = end
            row[:] = saved
            board.slot[rows] = slots

    def _rows(self, resource: int) -> slice:
        first = int(self.board.resource[resource, SLOT_FIRST])
        return slice(first, first + int(self.board.resource[resource, SLOT_COUNT]))


def _with_open(arrays: Arrays, resource: int, gaps: Sequence[Interval]) -> Arrays:
    """Return the problem with a calendar of its own for a resource, open in further intervals."""
    calendar = int(arrays.resource_calendar[resource])
    low, high = int(arrays.calendar_first[calendar]), int(arrays.calendar_first[calendar + 1])
    rows = sorted([*zip(arrays.open_start[low:high].tolist(), arrays.open_end[low:high].tolist(), strict=True), *gaps])
    merged: list[Interval] = []
    for a, b in rows:
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    starts, ends = (np.array(column, np.int64) for column in zip(*merged, strict=True))
    before = np.cumsum(ends - starts) - (ends - starts)
    calendars = arrays.resource_calendar.copy()
    calendars[resource] = len(arrays.calendar_first) - 1
    return arrays._replace(
        resource_calendar=calendars,
        calendar_first=np.append(arrays.calendar_first, arrays.calendar_first[-1] + len(merged)),
        open_start=np.concatenate([arrays.open_start, starts]),
        open_end=np.concatenate([arrays.open_end, ends]),
        open_before=np.concatenate([arrays.open_before, before]),
    )
