"""Ruin and recreate: take a few related orders out, insert them again, keep what is not worse.

Source of the idea: Schrimpf, Schneider, Stamm-Wilbrandt, Dueck, "Record Breaking Optimization Results Using the Ruin
and Recreate Principle", J. Computational Physics 159 (2000) 139-171; acceptance by simulated annealing.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from kumihimo.planning.board import Board, Placed
from kumihimo.planning.dispatch import restore, snapshot
from kumihimo.planning.timeline import SingleTimeline

_MOST_REMOVED = 7
_UNPLANNED_TRIED = 4
_BLINKING = 0.5
"""Share of iterations that pass over a mode now and then."""
_PRICES = (0.0, 0.1, 0.5, 1.0, 1e7)
_HOT = 0.002
"""First temperature as a share of an order's mean price."""

Score = tuple[int, int, float, float]


class RuinAndRecreate:
    """An any-time improver of a board; the best plan seen is kept apart and restored at the end."""

    def __init__(self, board: Board, seed: int) -> None:
        self.board = board
        self.random = random.Random(seed)
        self.movable = [o.index for o in board.instance.orders if any(s.fact is None for s in o.steps)]
        self.score: Score = board.score()
        self.best_score = self.score
        self.best = snapshot(board)
        self.floor = self._floor()

    def _floor(self) -> float:
        bounds = [a.value for a in self.board.alone if a.possible]
        return max(bounds, default=0.0) if self.board.instance.makespan else sum(bounds)

    def run(self, iterations: int | None, out_of_time: Callable[[], bool], progress: Callable[[float], None]) -> int:
        """Improve; return the number of iterations done.

        Parameters
        ----------
        iterations
            How many at most; None = until `out_of_time`.
        out_of_time
            Asked before each iteration.
        progress
            Told the share done (by iterations) now and then.
        """
        done = 0
        if not self.movable:
            return 0
        scale = max(1.0, abs(self.score[2]) / max(1, len(self.movable)))
        while (iterations is None or done < iterations) and not out_of_time():
            if self._cannot_improve():
                break
            share = done / iterations if iterations else (done % 2000) / 2000
            self._step(scale * _HOT * 25 * (1 - share) ** 2)
            done += 1
            if iterations and done % 64 == 0:
                progress(done / iterations)
        if self.best_score < self.board.score():
            restore(self.board, self.best)
        return done

    def _cannot_improve(self) -> bool:
        impossible = sum(not p for p in self.board.possible)
        return self.best_score[1] == impossible and self.best_score[2] <= self.floor + 1e-9

    def _step(self, temperature: float) -> None:
        board, rnd = self.board, self.random
        removed: dict[int, Placed] = {}
        for order in self._related(rnd.randint(1, _MOST_REMOVED)):
            removed[order] = board.take(order)
        self._mend_setups(removed)
        waiting = [o for o in self.movable if board.placed[o] is None and board.possible[o] and o not in removed]
        if len(waiting) > _UNPLANNED_TRIED:
            waiting = rnd.sample(waiting, _UNPLANNED_TRIED)
        sequence = waiting + list(removed)
        how = rnd.random()
        if how < 0.5:
            rnd.shuffle(sequence)
        elif how < 0.8:
            orders = board.instance.orders
            sequence.sort(key=lambda o: (orders[o].due is None, orders[o].due or 0, o))
        # One price alone now and then: the cheapest place of an order may be the one that blocks another.
        count = rnd.random()
        prices = _PRICES if count < 0.3 else tuple(rnd.choice(_PRICES) for _ in range(1 if count < 0.6 else 2))
        blinks = rnd if rnd.random() < _BLINKING else None
        inserted = [order for order in sequence if board.insert(order, prices, blinks)]
        score = board.score()
        if score <= self.score or self._accept(score, temperature):
            self.score = score
            if score < self.best_score:
                self.best_score, self.best = score, snapshot(board)
            return
        for order in inserted:
            board.take(order)
        for order, placed in removed.items():
            board.put(order, placed)

    def _accept(self, score: Score, temperature: float) -> bool:
        if score[:2] > self.score[:2] or temperature <= 0:
            return False
        return self.random.random() < math.exp(-(score[2] - self.score[2]) / temperature)

    def _related(self, count: int) -> list[int]:
        """Return placed movable orders that use the same resources at the same time as a random one."""
        board, rnd = self.board, self.random
        placed_orders = [o for o in self.movable if board.placed[o] is not None]
        if not placed_orders:
            return []
        first = rnd.choice(placed_orders)
        if rnd.random() < 0.5:
            # Prefer an order that pays for lateness or a dear way.
            others = [rnd.choice(placed_orders) for _ in range(4)]
            first = max([first, *others], key=lambda o: (board.values[o] - board.alone[o].value, -o))
        chosen = [first]
        queue = [first]
        while queue and len(chosen) < count:
            order = queue.pop(0)
            placed = board.placed[order]
            near: list[int] = []
            for place in placed or ():
                near += board.timelines[place.mode.resource].neighbours(place.start, place.end, 2)
            rnd.shuffle(near)
            for other in near:
                if other not in chosen and board.placed[other] is not None and len(chosen) < count:
                    chosen.append(other)
                    queue.append(other)
        return chosen

    def _mend_setups(self, removed: dict[int, Placed]) -> None:
        """Take further orders out where the one between two families is gone and their set-up has no room."""
        board = self.board
        touched = {p.mode.resource for placed in removed.values() for p in placed}
        queue = sorted(r for r in touched if board.instance.setups[r])
        while queue:
            timeline = board.timelines[queue[0]]
            guilty = timeline.broken_setup() if isinstance(timeline, SingleTimeline) else None
            if guilty is None:
                queue.pop(0)
                continue
            removed[guilty] = board.take(guilty)
            for place in removed[guilty]:
                if board.instance.setups[place.mode.resource] and place.mode.resource not in queue:
                    queue.append(place.mode.resource)
