"""A first plan: orders are inserted one after the other, under several rules; the best result is kept."""

from __future__ import annotations

from collections.abc import Callable

from kumihimo.planning.board import Board, Placed
from kumihimo.planning.capacity_free import Alone
from kumihimo.planning.instance import OrderRow

_MANY_STEPS = 4000
_REPAIRS = 6

Snapshot = list[Placed | None]
Rule = Callable[[OrderRow, Alone], float]


def _slack(row: OrderRow, bound: Alone) -> float:
    """Minutes to spare if the order were alone, small weights waiting longer."""
    if row.due is None:
        return float(bound.completion)
    slack = row.due - bound.completion
    return slack / max(1, row.weight) if slack > 0 else slack * max(1, row.weight)


def _due(row: OrderRow, bound: Alone) -> float:
    return float(row.due if row.due is not None else bound.completion)


def _heavy(row: OrderRow, bound: Alone) -> float:
    return -float(row.weight)


def _short(row: OrderRow, bound: Alone) -> float:
    return float(bound.completion)


def _long(row: OrderRow, bound: Alone) -> float:
    return -float(bound.completion)


RULES: tuple[Rule, ...] = (_slack, _due, _heavy, _short, _long)


def snapshot(board: Board) -> Snapshot:
    """Return where every order stands."""
    return list(board.placed)


def restore(board: Board, saved: Snapshot) -> None:
    """Put every order where it stood."""
    board.clear()
    for order, placed in enumerate(saved):
        if placed is not None:
            board.put(order, placed)


def dispatch(board: Board) -> None:
    """Fill an empty board.

    Orders without any movable step come first: they are facts. Orders that do not fit are tried first in a few
    repeated passes, since whatever can be planned within the horizon must be.
    """
    orders = board.instance.orders
    rules = RULES if board.instance.step_count <= _MANY_STEPS else RULES[:1]
    best: Snapshot | None = None
    best_score: tuple[int, int, float, float] | None = None

    def run(sequence: list[int]) -> None:
        nonlocal best, best_score
        board.clear()
        for order in sequence:
            board.insert(order)
        score = board.score()
        if best_score is None or score < best_score:
            best, best_score = snapshot(board), score

    first_sequence: list[int] = []
    for rule in rules:
        keys = [(rule(row, board.alone[row.index]), row.index) for row in orders]
        sequence = [index for _, index in sorted(keys)]
        first_sequence = first_sequence or sequence
        run(sequence)
    sequence = first_sequence
    for _ in range(_REPAIRS):
        left = [order for order in sequence if board.placed[order] is None and board.possible[order]]
        if not left:
            break
        waiting = set(left)
        sequence = left + [order for order in sequence if order not in waiting]
        run(sequence)
    if best is not None:
        restore(board, best)
