"""The search for a short makespan: starts, tabu runs, plans between elite plans, one pool for all threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.makespan.bound import lower_bound
from kumihimo.planning.makespan.construct import construct, longest_ways
from kumihimo.planning.makespan.graph import empty_board, lay
from kumihimo.planning.makespan.relink import WHOLE, blend
from kumihimo.planning.makespan.shop import Shop, routing_order
from kumihimo.planning.makespan.tabu import BEST, FAR, IDLE, NOW, NUMBERS, PICKS, STEP, Trail, resume, tabu

Ints = NDArray[np.int64]

STARTS = 8
"""Start plans built; the first two without chance."""
ELITE = 8
"""Plans kept in the pool."""
RUN_IDLE = 1500
"""A tabu run ends after so many steps without a better plan."""
SWAP = 1
TENURE = 64
STEP_VISITS = 2_000_000
"""Operations a thread may visit in one round: steps per round = this / operations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopPlan:
    """What was found.

    Attributes
    ----------
    mode
        (n,) index of the chosen mode within the modes of the operation.
    start, end
        (n,) minutes.
    makespan
        Largest end plus tail.
    lower_bound
        Proven; equal to `makespan` when the plan is optimal.
    iterations
        Moves made, over all threads.
    """

    mode: Ints
    start: Ints
    end: Ints
    makespan: int
    lower_bound: int
    iterations: int


@dataclass(frozen=True, slots=True)
class _Elite:
    makespan: int
    mode: Ints
    order: Ints
    key: Ints


class Worker:
    """One thread's board and tabu trail; of the others it knows the pool as it was at the start of a round."""

    def __init__(self, shop: Shop, routing: Ints, seed: int, target: int) -> None:
        n = shop.operations
        self.shop, self.routing, self.target = shop, routing, target
        self.board = empty_board(shop)
        number = np.zeros(NUMBERS, dtype=np.int64)
        number[0] = _scramble(seed)
        self.chance = np.random.default_rng(seed)
        self.trail = Trail(
            number=number,
            until=np.zeros(len(shop.mode_machine), dtype=np.int64),
            best_mode=np.zeros(n, dtype=np.int64),
            best_order=np.zeros(n, dtype=np.int64),
            path=np.zeros(n, dtype=np.int64),
            pick=np.zeros(PICKS, dtype=np.int64),
            setting=np.array([target, SWAP, TENURE], dtype=np.int64),
        )
        self.pool: list[_Elite] = []
        self.steps = 0

    def begin(self, mode: Ints, order: Ints) -> None:
        """Start a tabu run from a plan."""
        self.trail.best_mode[:] = mode
        self.trail.best_order[:] = order
        resume(self.shop, self.board, self.trail)
        self.trail.number[BEST] = self.trail.number[NOW]
        self.trail.number[STEP] = 0

    def finish(self) -> _Elite:
        """Return the best plan of the run."""
        makespan = lay(self.shop, self.board, self.trail.best_mode, self.trail.best_order)
        self.trail.number[NOW] = makespan
        n = self.shop.operations
        key = self.board.start[:n] - self.board.rest[:n]
        return _Elite(makespan, self.trail.best_mode.copy(), self.trail.best_order.copy(), key)

    def round(self, steps: int, out: Callable[[], bool]) -> None:
        """Search for `steps` moves; `out` is asked between slices."""
        number = self.trail.number
        left = steps
        slice_steps = max(1, steps // 4)
        while left > 0 and not out():
            before = int(number[STEP])
            tabu(self.shop, self.board, self.trail, min(left, slice_steps, max(1, RUN_IDLE - int(number[IDLE]))))
            made = int(number[STEP]) - before
            left -= max(1, made)
            self.steps += made
            if number[BEST] <= self.target:
                return
            if number[IDLE] >= RUN_IDLE:
                self.pool = _merged([*self.pool, self.finish()])
                self.turn()

    def turn(self) -> None:
        """Begin the next run: somewhere between two plans of the pool, or from a new start plan."""
        if len(self.pool) < ELITE:
            n = self.shop.operations
            mode, order = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
            to_go = longest_ways(self.shop, self.routing)
            rule = 2 + int(self.chance.integers(2))
            construct(self.shop, self.routing, to_go, self.trail.number, rule, mode, order)
        else:
            a, b = (self.pool[i] for i in self.chance.choice(len(self.pool), 2, replace=False))
            weight = int(self.chance.integers(WHOLE // 4, WHOLE // 2 + 1))
            mode, order = blend(self.routing, a.mode, a.key, b.mode, b.key, weight, self.chance)
        self.begin(mode, order)


def _scramble(seed: int) -> int:
    """Return a start of the 32-bit generator that is not 0, different for neighbouring seeds."""
    x = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) & 0xFFFFFFFFFFFFFFFF
    x ^= x >> 31
    return (x * 0xBF58476D1CE4E5B9 >> 29) & 0xFFFFFFFF or 1


def _merged(plans: list[_Elite]) -> list[_Elite]:
    """Return the best different plans, best first."""
    kept: list[_Elite] = []
    for plan in sorted(plans, key=lambda p: p.makespan):
        if all(plan is not k and (plan.makespan != k.makespan or _differ(plan, k)) for k in kept):
            kept.append(plan)
        if len(kept) == ELITE:
            break
    return kept


def _differ(a: _Elite, b: _Elite) -> bool:
    return bool(np.any(a.mode != b.mode)) or bool(np.any(a.key != b.key))


def search_shop(
    shop: Shop,
    *,
    seed: int = 0,
    iterations: int | None = None,
    out_of_time: Callable[[], bool] | None = None,
    threads: int = 1,
    target: int | None = None,
    start: tuple[Ints, Ints] | None = None,
    on_better: Callable[[int], None] | None = None,
) -> ShopPlan:
    """Look for the shortest makespan until it is proven, the target is met, or the effort is spent.

    Parameters
    ----------
    iterations
        Moves over all threads. With it alone the result depends on shop, seed, iterations, threads and start only:
        threads work in rounds of fixed length and exchange plans between rounds.
    out_of_time
        Asked between slices of some 20 ms; True ends the search.
    threads
        Python threads; the kernels run without the interpreter lock.
    target
        A makespan that is good enough.
    start
        Mode index within the operation (n,) and start minutes (n,) of a valid plan to begin with; the result is never
        worse.
    on_better
        Called from this thread with each new best makespan.

    Raises
    ------
    ValueError
        Neither iterations nor out_of_time is given.
    """
    if iterations is None and out_of_time is None:
        raise ValueError("search_shop needs iterations or out_of_time")
    n = shop.operations
    if n == 0:
        none = np.zeros(0, dtype=np.int64)
        return ShopPlan(mode=none, start=none, end=none, makespan=0, lower_bound=0, iterations=0)
    routing = routing_order(shop)
    bound = lower_bound(shop)
    goal = max(bound, target or 0)
    out = out_of_time or (lambda: False)
    workers = [Worker(shop, routing, seed * 1000 + i, goal) for i in range(max(1, threads))]
    pool = _starts(workers[0], start)
    best = pool[0]
    if on_better is not None:
        on_better(best.makespan)
    for i, worker in enumerate(workers):
        first = pool[min(i, len(pool) - 1)]
        worker.begin(first.mode, first.order)
    pool = [best]
    made = 0
    length = min(40_000, max(50, STEP_VISITS // n))
    with ThreadPoolExecutor(max_workers=len(workers)) as threads_pool:
        while best.makespan > goal and not out():
            left = FAR if iterations is None else iterations - made
            steps = [min(length, left // len(workers) + (i < left % len(workers))) for i in range(len(workers))]
            if not any(steps):
                break
            for worker in workers:
                worker.pool = list(pool)
            if len(workers) == 1:
                workers[0].round(steps[0], out)
            else:
                list(threads_pool.map(lambda pair: pair[0].round(pair[1], out), zip(workers, steps, strict=True)))
            pool = _merged([plan for worker in workers for plan in worker.pool])
            made = sum(worker.steps for worker in workers)
            leader = min(workers, key=lambda w: int(w.trail.number[BEST]))
            found = pool[0]
            if leader.trail.number[BEST] < min(found.makespan, best.makespan):
                found = _copy(leader)
            if found.makespan < best.makespan:
                best = found
                if on_better is not None:
                    on_better(best.makespan)
    board = workers[0].board
    makespan = lay(shop, board, best.mode, best.order)
    return ShopPlan(
        mode=best.mode - shop.mode_first[:-1],
        start=board.start[:n].copy(),
        end=board.end[:n].copy(),
        makespan=int(makespan),
        lower_bound=bound,
        iterations=made,
    )


def _copy(worker: Worker) -> _Elite:
    none = np.zeros(0, dtype=np.int64)
    return _Elite(int(worker.trail.number[BEST]), worker.trail.best_mode.copy(), worker.trail.best_order.copy(), none)


def _starts(worker: Worker, given: tuple[Ints, Ints] | None) -> list[_Elite]:
    """Return start plans, best first."""
    shop, routing, n = worker.shop, worker.routing, worker.shop.operations
    to_go = longest_ways(shop, routing)
    found: list[_Elite] = []
    mode, order = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for i in range(STARTS):
        construct(shop, routing, to_go, worker.trail.number, i % 2 if i < 2 else 2 + i % 2, mode, order)
        worker.begin(mode, order)
        found.append(worker.finish())
    if given is not None:
        mode = np.asarray(given[0], dtype=np.int64) + shop.mode_first[:-1]
        order = routing[np.argsort(np.asarray(given[1], dtype=np.int64)[routing], kind="stable")]
        worker.begin(mode, order)
        found.append(worker.finish())
    return sorted(found, key=lambda p: p.makespan)
