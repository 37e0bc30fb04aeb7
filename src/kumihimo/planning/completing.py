"""Fit orders that greedy insertion leaves out: every sequence of steps and every mode, within a count of tries.

Greedy insertion takes one step after the other at its best place and never takes a choice back, so a step can block
the only machine a later step of the same order needs. This search takes choices back.
"""

from __future__ import annotations

import numpy as np

from kumihimo.planning.arrays import NEVER, Arrays, Ints
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.insertion import Scratch, arrival, put, spot
from kumihimo.planning.kernel.limits import Limits
from kumihimo.planning.kernel.slots import free, hold
from kumihimo.planning.kernel.valuing import completion_of, value_of

TRIES_PER_ORDER = 400
TRIES = 2000


def insert_waiting(arrays: Arrays, limits: Limits, board: Board, scratch: Scratch) -> int:
    """Insert what still fits beside the planned orders, heaviest first; return how many orders came in."""
    waiting = np.flatnonzero((board.planned == 0) & (limits.possible == 1)).tolist()
    tries, came = TRIES, 0
    for order in sorted(waiting, key=lambda o: (-int(arrays.order_weight[o]), o)):
        if tries <= 0:
            break
        search = _Search(arrays, limits, board, scratch, order, min(tries, TRIES_PER_ORDER))
        if search.run():
            came += 1
        tries -= search.tried
    return came


class _Search:
    """Depth first over (next step, mode), earliest end first; the slots are as before when it fails."""

    def __init__(self, arrays: Arrays, limits: Limits, board: Board, scratch: Scratch, order: int, tries: int) -> None:
        self.arrays, self.limits, self.board, self.scratch = arrays, limits, board, scratch
        self.order = order
        self.first, self.last = int(arrays.step_first[order]), int(arrays.step_first[order + 1])
        self.left = tries
        self.tried = 0
        self.now: Ints = np.full((3, self.last - self.first), -1, np.int64)
        self.open = self.last - self.first

    def run(self) -> bool:
        """Put the order on the board if a place for every step is found."""
        arrays, order = self.arrays, self.order
        for step in range(self.first, self.last):
            if arrays.fact_mode[step] >= 0:
                self._set(step, int(arrays.fact_mode[step]), int(arrays.fact_start[step]), int(arrays.fact_end[step]))
        if not self._deeper():
            return False
        mode, start, end = (np.full(self.last, -1, np.int64) for _ in range(3))
        mode[self.first :], start[self.first :], end[self.first :] = self.now
        put(arrays, self.board, self.now, order, value_of(arrays, mode, start, end, order))
        return True

    def _set(self, step: int, mode: int, start: int, end: int) -> None:
        self.now[:, step - self.first] = mode, start, end
        self.open -= 1

    def _unset(self, step: int) -> None:
        self.now[0, step - self.first] = -1
        self.open += 1

    def _arrives(self) -> bool:
        mode, end = np.full(self.last, -1, np.int64), np.full(self.last, -1, np.int64)
        mode[self.first :], end[self.first :] = self.now[0], self.now[2]
        return int(completion_of(self.arrays, mode, end, self.order)) < NEVER

    def _deeper(self) -> bool:
        arrays = self.arrays
        if not self.open:
            return self._arrives() and self._facts_hold()
        choices: list[tuple[int, int, int, int]] = []
        for step in range(self.first, self.last):
            preds = arrays.pred[arrays.pred_first[step] : arrays.pred_first[step + 1]]
            if self.now[0, step - self.first] >= 0 or any(self.now[0, p - self.first] < 0 for p in preds):
                continue
            own = self._places(step)
            if not own:
                # What is placed first takes room away; only a set-up or a shared run could give some back.
                return False
            choices += own
        for end, mode, step, start in sorted(choices):
            if self.tried >= self.left:
                return False
            self.tried += 1
            self._set(step, mode, start, end)
            if start < end:
                self._hold(step, mode, start, end)
            found = self._deeper()
            if start < end:
                free(self.board.resource, self.board.slot, int(arrays.mode_resource[mode]), start, step)
            if found:
                return True
            self._unset(step)
        return False

    def _facts_hold(self) -> bool:
        """Return whether movable predecessors reach their frozen successors in time."""
        arrays = self.arrays
        release = int(arrays.order_release[self.order])
        return all(
            arrival(arrays, self.now, self.first, step, int(self.now[0, step - self.first]), release)[0] >= 0
            for step in range(self.first, self.last)
            if arrays.fact_mode[step] >= 0
        )

    def _places(self, step: int) -> list[tuple[int, int, int, int]]:
        """Return (end, mode, step, start) of the earliest place in every mode that leaves time for what follows."""
        arrays = self.arrays
        found = []
        release = int(arrays.order_release[self.order])
        for mode in range(int(arrays.mode_first[step]), int(arrays.mode_first[step + 1])):
            ready, _ = arrival(arrays, self.now, self.first, step, mode, release)
            limit = int(self.limits.latest[mode])
            if ready < 0 or ready > limit:
                continue
            start, end, _ = spot(arrays, self.board, self.scratch.active, step, mode, ready, limit, 1e9)
            if start >= 0:
                found.append((int(end), mode, step, int(start)))
        return found

    def _hold(self, step: int, mode: int, start: int, end: int) -> None:
        arrays, board = self.arrays, self.board
        hold(
            board.resource,
            board.slot,
            arrays.open_start,
            arrays.open_end,
            arrays.open_before,
            int(arrays.mode_resource[mode]),
            start,
            end,
            step,
            int(arrays.step_family[step]),
            int(arrays.step_load[step]),
            int(arrays.mode_duration[mode]),
        )
