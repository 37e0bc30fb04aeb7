"""The search for a short makespan: starts, tabu runs, plans between elite plans, one pool for all threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.makespan.bound import lower_bound
from kumihimo.planning.makespan.construct import construct, longest_ways
from kumihimo.planning.makespan.graph import empty_board, lay
from kumihimo.planning.makespan.relink import blend
from kumihimo.planning.makespan.shop import Shop, routing_order
from kumihimo.planning.makespan.tabu import ARC_MASK, BEST, FAR, IDLE, NOW, NUMBERS, PICKS, STEP, Trail, resume, tabu

Ints = NDArray[np.int64]

STARTS = 8
"""Start plans built; the first two without chance."""
ELITE = 8
"""Plans kept in the pool."""
NEAR = 10
"""Two plans are close when at most 1/10 of the operations have another neighbour before them on their machine."""
STALE_RUNS = 40
"""After so many runs per thread without a change of the pool it is filled anew; the best plan is kept outside."""
RUN_IDLE, RUN_IDLE_RIGID = 1500, 6000
"""A tabu run ends after so many steps without a better plan; the second where there are less than 2 modes each."""
LEAST_WEIGHT, MOST_WEIGHT = 16, 32
"""How far from one elite plan towards another a run begins, in parts of 64."""
SMALL_OPERATIONS, SMALL_MODES = 80, 500
"""A shop up to this size is small: CP-SAT often proves its plan."""
RIGID_MODES_EACH, RIGID_OPERATIONS, RIGID_PER_MACHINE = 1.6, 350, 16
"""A shop below so many modes per operation, up to so many operations, in all and per machine, is rigid: CP-SAT finds
plans that moves rarely find."""
EXACT_AFTER = 100_000
"""Moves before CP-SAT joins in a small or rigid shop (only with a clock and two threads)."""
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
    before: Ints


class Worker:
    """One thread's board and tabu trail; of the others it knows the pool as it was at the start of a round."""

    def __init__(self, shop: Shop, routing: Ints, seed: int, target: int) -> None:
        n = shop.operations
        self.shop, self.routing, self.target = shop, routing, target
        self.idle = RUN_IDLE if len(shop.mode_machine) >= 2 * n else RUN_IDLE_RIGID
        self.board = empty_board(shop)
        number = np.zeros(NUMBERS, dtype=np.int64)
        number[0] = _scramble(seed)
        self.chance = np.random.default_rng(seed)
        self.trail = Trail(
            number=number,
            until=np.zeros(len(shop.mode_machine), dtype=np.int64),
            swapped=np.zeros(ARC_MASK + 1, dtype=np.int64),
            best_mode=np.zeros(n, dtype=np.int64),
            best_order=np.zeros(n, dtype=np.int64),
            path=np.zeros(n, dtype=np.int64),
            pick=np.zeros(PICKS, dtype=np.int64),
            target=np.array([target], dtype=np.int64),
        )
        self.pool: list[_Elite] = []
        self.steps = 0
        self.runs = 0

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
        before = self.board.before[:n].copy()
        return _Elite(makespan, self.trail.best_mode.copy(), self.trail.best_order.copy(), key, before)

    def round(self, steps: int, out: Callable[[], bool]) -> None:
        """Search for `steps` moves; `out` is asked between slices."""
        number = self.trail.number
        left = steps
        slice_steps = max(1, steps // 4)
        while left > 0 and not out():
            before = int(number[STEP])
            tabu(self.shop, self.board, self.trail, min(left, slice_steps, max(1, self.idle - int(number[IDLE]))))
            made = int(number[STEP]) - before
            left -= max(1, made)
            self.steps += made
            if number[BEST] <= self.target:
                return
            if number[IDLE] >= self.idle:
                self.pool = _merged([*self.pool, self.finish()])
                self.runs += 1
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
            weight = int(self.chance.integers(LEAST_WEIGHT, MOST_WEIGHT + 1))
            mode, order = blend(self.routing, a.mode, a.key, b.mode, b.key, weight, self.chance)
        self.begin(mode, order)


def _scramble(seed: int) -> int:
    """Return a start of the 32-bit generator that is not 0, different for neighbouring seeds."""
    x = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) & 0xFFFFFFFFFFFFFFFF
    x ^= x >> 31
    return (x * 0xBF58476D1CE4E5B9 >> 29) & 0xFFFFFFFF or 1


def _merged(plans: list[_Elite]) -> list[_Elite]:
    """Return the best plans, best first, none close to a better one."""
    kept: list[_Elite] = []
    for plan in sorted(plans, key=lambda p: p.makespan):
        near = len(plan.before) // NEAR
        if all(plan is not k and int(np.count_nonzero(plan.before != k.before)) > near for k in kept):
            kept.append(plan)
        if len(kept) == ELITE:
            break
    return kept


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
    team = [Worker(shop, routing, seed * 1000 + i, goal) for i in range(max(1, threads))]
    workers = team
    pool = _starts(workers[0], start)
    best = pool[0]
    if on_better is not None:
        on_better(best.makespan)
    for i, worker in enumerate(workers):
        first = pool[min(i, len(pool) - 1)]
        worker.begin(first.mode, first.order)
    pool = [best]
    made = changed = 0
    known: list[int] = []
    length = min(40_000, max(50, STEP_VISITS // n))
    exact: _Exact | None = None
    with ThreadPoolExecutor(max_workers=len(workers)) as threads_pool, ExitStack() as at_end:
        while best.makespan > goal and not out():
            if exact is not None:
                pool += exact.heard()
                bound = exact.lower_bound
                goal = max(goal, bound)
            elif iterations is None and len(team) > 1 and made >= EXACT_AFTER and _suits_exact(shop):
                # The solver takes the place of one thread, and feeds the pool of the others.
                exact = _Exact(team[-1], bound, best)
                at_end.callback(exact.stop)
                workers = team[:-1]
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
            runs = sum(worker.runs for worker in team)
            made = sum(worker.steps for worker in team)
            leader = min(workers, key=lambda w: int(w.trail.number[BEST]))
            found = min([best, *pool], key=lambda p: p.makespan)
            if leader.trail.number[BEST] < found.makespan:
                found = _copy(leader)
            if [id(plan) for plan in pool] != known:
                known, changed = [id(plan) for plan in pool], runs
            elif runs - changed > STALE_RUNS * len(workers):
                pool, known = [], []
            if found is not best:
                best = found
                if on_better is not None:
                    on_better(best.makespan)
    if exact is not None:
        bound = exact.lower_bound
        for plan in exact.heard():
            if plan.makespan < best.makespan:
                best = plan
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


class _Exact:
    """CP-SAT in a thread of its own, from a plan on: better plans as they come, and a proof.

    It lays plans on the board of the worker whose place it takes.
    """

    def __init__(self, worker: Worker, bound: int, best: _Elite) -> None:
        from kumihimo.planning.cpsat.shop import ShopModel

        shop, n = worker.shop, worker.shop.operations
        makespan = int(lay(shop, worker.board, best.mode, best.order))
        self.lower_bound = bound
        self._worker = worker
        self._least = makespan
        self._found: tuple[Ints, Ints] | None = None
        self._told: tuple[Ints, Ints] | None = None
        self._model = ShopModel(shop, lower_bound=bound, makespan=makespan)
        self._model.hint(best.mode - shop.mode_first[:-1], worker.board.start[:n], makespan)
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        answer = self._model.solve(on_plan=self._hear)
        self.lower_bound = max(self.lower_bound, answer.lower_bound)

    def _hear(self, makespan: int, mode: Ints, start: Ints) -> None:
        if makespan < self._least:
            self._least, self._found = makespan, (mode, start)

    def heard(self) -> list[_Elite]:
        """Return the best plan found since the last call, if there is one."""
        found = self._found
        if found is None or found is self._told:
            return []
        self._told = found
        return [_given(self._worker, *found)]

    def stop(self) -> None:
        """End the thread."""
        while self._thread.is_alive():
            self._model.stop()
            self._thread.join(0.02)


def _suits_exact(shop: Shop) -> bool:
    """Return whether CP-SAT is worth a thread: the shop is small, or rigid."""
    n, modes = shop.operations, len(shop.mode_machine)
    if n <= SMALL_OPERATIONS and modes <= SMALL_MODES:
        return True
    most = min(RIGID_OPERATIONS, RIGID_PER_MACHINE * len(np.unique(shop.mode_machine)))
    return n <= most and modes < RIGID_MODES_EACH * n


def _copy(worker: Worker) -> _Elite:
    none = np.zeros(0, dtype=np.int64)
    trail = worker.trail
    return _Elite(int(trail.number[BEST]), trail.best_mode.copy(), trail.best_order.copy(), none, none)


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
        found.append(_given(worker, *given))
    return sorted(found, key=lambda p: p.makespan)


def _given(worker: Worker, mode: Ints, start: Ints) -> _Elite:
    """Return a plan from outside as one of the pool; ends the worker's tabu run."""
    order = worker.routing[np.argsort(np.asarray(start, dtype=np.int64)[worker.routing], kind="stable")]
    worker.begin(np.asarray(mode, dtype=np.int64) + worker.shop.mode_first[:-1], order)
    return worker.finish()
