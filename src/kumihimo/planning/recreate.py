"""Ruin and recreate under a budget: temperature, slices, threads; the work is done in `kernel.search`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from kumihimo.planning.arrays import Arrays
from kumihimo.planning.effort import Effort
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.dice import dice
from kumihimo.planning.kernel.insertion import PRICES, Scratch
from kumihimo.planning.kernel.limits import Limits
from kumihimo.planning.kernel.search import COST, anneal, fill_slack, new_search, restore_best

HOT, COLD = 0.05, 0.0005
"""First and last temperature as shares of the mean price of an order."""
_SLICES = 64
"""Parts of a run by iterations."""
_SLICE_S = 0.05
"""Aim for the length of a part of a run by seconds."""


class RuinAndRecreate:
    """An any-time improver of a board; the best plan seen is kept apart and restored at the end."""

    def __init__(self, arrays: Arrays, limits: Limits, board: Board, scratch: Scratch, seed: int) -> None:
        self.arrays, self.limits, self.board, self.scratch = arrays, limits, board, scratch
        self.search = new_search(arrays, limits, board)
        self.dice = dice(seed, 1)
        # Whoever stands where he was told to is not pushed, nor is anybody when the last completion is all that counts.
        was_told = arrays.goal[2] != 0 and bool((arrays.was_resource >= 0).any())
        if not arrays.goal[1] and not was_told:
            slack = np.zeros(len(arrays.step_order), np.int64)
            self.scratch = scratch._replace(pushes=scratch.pushes._replace(slack=slack))
            fill_slack(arrays, limits, board, slack)
        orders = max(1, len(self.search.movable))
        self.scale = max(1.0, abs(float(self.search.score[COST])) / orders)
        if arrays.goal[1]:
            # The makespan is one order's completion, not a sum over all.
            self.scale = max(1.0, float(self.search.score[COST])) * 0.1

    def run(
        self,
        effort: Effort,
        *,
        share_of_time: float,
        is_proven: Callable[[], bool],
        tell: Callable[[float, float | None], None],
    ) -> int:
        """Improve; return the number of iterations done.

        Parameters
        ----------
        share_of_time
            Of the seconds that are left; without a budget it plays no part.
        is_proven
            Asked between parts; True ends the search.
        tell
            Told the share done and the steps placed per second.
        """
        if not len(self.search.movable):
            return 0
        prices = np.array(PRICES)
        done = 0
        began, seconds = effort.passed(), effort.left() * share_of_time
        slice_rounds = 16 if effort.iterations is None else max(1, effort.iterations // _SLICES)
        steps_an_order = len(self.arrays.step_order) / max(1, len(self.arrays.order_release))
        while not effort.interrupted:
            by_time = (effort.passed() - began) / seconds if math.isfinite(seconds) and seconds > 0 else 0.0
            if not math.isinf(seconds) and by_time >= 1:
                break
            by_count = done / effort.iterations if effort.iterations else 0.0
            if effort.iterations is not None and done >= effort.iterations:
                break
            share = max(by_time, by_count)
            rounds = slice_rounds if effort.iterations is None else min(slice_rounds, effort.iterations - done)
            heat = self.scale * HOT * (COLD / HOT) ** share
            at = time.perf_counter()
            anneal(
                self.arrays,
                self.limits,
                self.board,
                self.scratch,
                self.search,
                prices,
                self.dice,
                rounds,
                heat,
                heat,
            )
            took = max(1e-6, time.perf_counter() - at)
            done += rounds
            if effort.iterations is None:
                slice_rounds = int(max(4, min(slice_rounds * 2, slice_rounds * _SLICE_S / took)))
            tell(share, rounds * 4.5 * steps_an_order / took)
            if is_proven():
                break
        restore_best(self.arrays, self.board, self.scratch, self.search)
        return done
