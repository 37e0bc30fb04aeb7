"""Fit orders that greedy insertion leaves out: every sequence of steps and every mode, within a count of tries.

Greedy insertion takes one step after the other at its best place and never takes a choice back, so a step can block
the only machine a later step of the same order needs. This search takes choices back.
"""

from __future__ import annotations

from kumihimo.planning.board import Board, Placed
from kumihimo.planning.instance import Placement, completion

TRIES_PER_ORDER = 400
TRIES = 2000


def insert_waiting(board: Board) -> int:
    """Insert what still fits beside the planned orders, heaviest first; return how many orders came in."""
    rows = board.instance.orders
    waiting = [o.index for o in rows if board.placed[o.index] is None and board.possible[o.index]]
    tries, came = TRIES, 0
    for order in sorted(waiting, key=lambda o: (-rows[o].weight, o)):
        if tries <= 0:
            break
        search = _Search(board, order, min(tries, TRIES_PER_ORDER))
        found = search.run()
        tries -= search.tried
        if found is not None:
            board.put(order, found)
            came += 1
    return came


class _Search:
    """Depth first over (next step, mode), earliest end first; the timelines are as before when it ends."""

    def __init__(self, board: Board, order: int, tries: int) -> None:
        self.board = board
        self.row = board.instance.orders[order]
        self.left = tries
        self.tried = 0
        self.places: dict[int, Placement] = {}

    def run(self) -> Placed | None:
        """Return a place for every step, or None."""
        row = self.row
        for at, step in enumerate(row.steps):
            if step.fact is not None:
                self.places[at] = step.fact
        return self._deeper()

    def _deeper(self) -> Placed | None:
        row, board = self.row, self.board
        if len(self.places) == len(row.steps):
            placed = tuple(self.places[at] for at in range(len(row.steps)))
            return placed if completion(board.instance, row, placed) is not None else None
        choices: list[tuple[int, int, int, Placement]] = []
        for at, step in enumerate(row.steps):
            if at in self.places or any(pred not in self.places for pred in step.preds):
                continue
            before = [self.places[pred] for pred in step.preds]
            own = [(p.end, p.mode.index, at, p) for p in board.earliest_places(row, at, before)]
            if not own:
                # What is placed first takes room away; only a set-up or a shared run could give some back.
                return None
            choices += own
        for _, _, at, place in sorted(choices, key=lambda choice: choice[:3]):
            if self.tried >= self.left:
                return None
            self.tried += 1
            self.places[at] = place
            board.hold(row, at, place)
            found = self._deeper()
            board.free(row, at, place)
            if found is not None:
                return found
            del self.places[at]
        return None
