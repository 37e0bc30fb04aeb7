"""A first plan: orders are inserted one after the other, under several rules; the best result is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from kumihimo.planning.arrays import NEVER, Arrays, Floats, Ints
from kumihimo.planning.frozen import new_board
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.dice import dice
from kumihimo.planning.kernel.insertion import PRICES, Scratch
from kumihimo.planning.kernel.limits import Limits
from kumihimo.planning.kernel.search import construct, is_better, score

_MANY_STEPS = 20_000
"""From here on one rule must do: the time is better spent on improving."""
_ONE_PRICE = (0.5,)
_REPAIRS = 6
_SLICE_STEPS = 2_000

Stop = Callable[[], bool]


def slack_rule(arrays: Arrays, limits: Limits) -> Floats:
    """Minutes to spare if the order were alone; heavy orders wait less, late heavy ones come first."""
    due = np.where(arrays.order_due >= NEVER, limits.completion, arrays.order_due)
    slack = (due - np.minimum(limits.completion, NEVER)).astype(np.float64)
    weight = np.maximum(1, arrays.order_weight)
    return np.where(slack > 0, slack / weight, slack * weight)


def _due(arrays: Arrays, limits: Limits) -> Floats:
    return np.where(arrays.order_due >= NEVER, limits.completion, arrays.order_due).astype(np.float64)


def _start(arrays: Arrays, limits: Limits) -> Floats:
    """Latest start that is still in time."""
    return _due(arrays, limits) - (np.minimum(limits.completion, NEVER) - arrays.order_release)


def _heavy(arrays: Arrays, limits: Limits) -> Floats:
    return -arrays.order_weight.astype(np.float64)


def _short(arrays: Arrays, limits: Limits) -> Floats:
    return limits.completion.astype(np.float64)


def _long(arrays: Arrays, limits: Limits) -> Floats:
    return -limits.completion.astype(np.float64)


RULES = (_start, slack_rule, _due, _heavy, _short, _long)


def dispatch(arrays: Arrays, limits: Limits, scratch: Scratch, stop: Stop, tell: Callable[[int], None]) -> Board:
    """Return a first plan.

    Orders without any movable step come first: they are facts. Orders that do not fit are tried first in a few
    repeated passes, since whatever can be planned within the horizon must be.

    Parameters
    ----------
    stop
        Asked between slices; a plan that is stopped leaves out the orders not reached yet.
    tell
        Told the number of orders placed in the pass, now and then.
    """
    rules = RULES if len(arrays.step_order) <= _MANY_STEPS else RULES[:1]
    best: Board | None = None
    first: Ints | None = None
    for rule in rules:
        sequence = np.argsort(rule(arrays, limits), kind="stable").astype(np.int64)
        first = sequence if first is None else first
        board = _pass(arrays, limits, scratch, sequence, stop, tell)
        if best is None or is_better(score(arrays, board), score(arrays, best)):
            best = board
        if stop():
            break
    if best is None or first is None:
        return new_board(arrays)
    sequence, board = first, best
    for _ in range(_REPAIRS):
        left = (board.planned == 0) & (limits.possible == 1)
        if not left.any() or stop():
            break
        waits = left[sequence]
        sequence = np.concatenate([sequence[waits], sequence[~waits]])
        board = _pass(arrays, limits, scratch, sequence, stop, tell)
        if is_better(score(arrays, board), score(arrays, best)):
            best = board
    return best


def _pass(
    arrays: Arrays, limits: Limits, scratch: Scratch, sequence: Ints, stop: Stop, tell: Callable[[int], None]
) -> Board:
    board = new_board(arrays)
    prices = np.array(PRICES if len(arrays.step_order) <= _MANY_STEPS else _ONE_PRICE)
    placed = 0
    for part in _slices(arrays, sequence):
        placed += construct(arrays, limits, board, scratch, part, prices, dice(0))
        tell(placed)
        if stop():
            break
    return board


def _slices(arrays: Arrays, sequence: Ints) -> Iterator[Ints]:
    """Cut a sequence of orders into parts of about equal numbers of steps."""
    steps = np.cumsum(np.diff(arrays.step_first)[sequence])
    if not len(steps):
        return
    cuts = np.searchsorted(steps, np.arange(_SLICE_STEPS, steps[-1], _SLICE_STEPS))
    yield from (part for part in np.split(sequence, np.unique(cuts)) if len(part))
