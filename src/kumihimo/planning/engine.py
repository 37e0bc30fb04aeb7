"""`plan()`: a first plan, then whatever improves it on its kind of problem; a valid plan is always at hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from kumihimo.planning.arrays import Compiled, Ints
from kumihimo.planning.bounds.alone import Alone, alone
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.completing import insert_waiting
from kumihimo.planning.cpsat.improve import improve_placement
from kumihimo.planning.dispatch import dispatch
from kumihimo.planning.effort import Effort
from kumihimo.planning.frozen import new_board
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.insertion import new_scratch
from kumihimo.planning.kernel.limits import Limits, limits_of
from kumihimo.planning.kernel.search import is_better, score
from kumihimo.planning.kernel.valuing import load
from kumihimo.planning.makespan.search import search_shop
from kumihimo.planning.makespan.shop import Shop, shop_of
from kumihimo.planning.outcome import build_plan
from kumihimo.planning.placement import Placement, placement_of
from kumihimo.planning.problem import Problem
from kumihimo.planning.progress import Progress
from kumihimo.planning.recreate import RuinAndRecreate
from kumihimo.planning.result import Plan, SolverRun
from kumihimo.planning.verify import verify_plan

DEFAULT_ITERATIONS = 2000
MOVES_PER_ITERATION = 50
"""On a published shop one iteration is this many moves of the tabu search."""
SHOP_THREADS = 2
"""Fixed, so that a plan does not depend on the number of cores."""
_SHARE_OF_SEARCH = 0.6
"""Of a budget in seconds; the rest is for CP-SAT, and what that leaves for searching again."""
_MOST_STEPS_EXACT = 120
"""Above, CP-SAT found nothing that ruin and recreate did not find sooner."""
_SMALL_SHOP = 60
"""Steps up to which CP-SAT proves at once what the tabu search found."""
_BOUND_ITERATIONS = 200
_MOST_STEPS_ALONE = 20_000
"""Above, what an order could cost alone is not computed unless a bound is asked for: it only prunes."""

Tell = Callable[[Progress], None]


def _silent(progress: Progress) -> None:
    """Tell nobody."""


def plan(
    problem: Problem,
    *,
    iterations: int | None = None,
    budget_s: float | None = None,
    seed: int = 0,
    progress: Tell | None = None,
    bound: bool = False,
    begin: Plan | None = None,
    now: int = 0,
) -> Plan:
    """Plan every order that can be planned, as cheaply as the effort allows.

    Parameters
    ----------
    problem
        What must be made.
    iterations
        Effort as a count: the same problem, seed and count give the same plan on every machine. The default, when
        neither this nor `budget_s` is given, is 2000.
    budget_s
        Effort in seconds of wall clock; the only use of a clock, and the plan then depends on the machine. The first
        plan is finished even when it takes longer.
    seed
        Of every random choice.
    progress
        Called now and then while the search runs.
    bound
        Also prove a lower bound that knows the capacities. It costs about as much as the search.
    begin
        A valid plan of the same problem to go on from; the answer is never worse.
    now
        Minute before which nothing that is not frozen can be planned any more.

    Returns
    -------
    Plan
        Always: orders that cannot be planned are listed with a reason. Ctrl-C ends the search, not the call: the
        best plan so far is returned, with ``stopped: interrupted`` in `solver.info`.
    """
    if iterations is None and budget_s is None:
        iterations = DEFAULT_ITERATIONS
    effort = Effort(iterations, budget_s)
    with effort.interruptible():
        return _Run(problem, effort, seed, progress or _silent, begin, now).plan(bound)


class _Run:
    """One run: the compiled problem, the board, and what is known about the optimum."""

    def __init__(
        self, problem: Problem, effort: Effort, seed: int, tell: Tell, begin: Plan | None = None, now: int = 0
    ) -> None:
        self.problem = problem
        self.effort = effort
        self.seed = seed
        self.tell = tell
        self.info: dict[str, str | int | float] = {}
        self.done = 0
        self.begin = begin
        self.compiled: Compiled = compile_problem(problem)
        arrays = self.arrays = self.compiled.arrays
        arrays.goal[3] = now
        self.alone: Alone = alone(arrays, with_value=len(arrays.step_order) <= _MOST_STEPS_ALONE)
        self.limits: Limits = limits_of(arrays, self.alone.possible, self.alone.completion, self.alone.value)
        self.board: Board = new_board(arrays)
        self.scratch = new_scratch(arrays, self.board)
        self.proven = -math.inf

    def plan(self, with_bound: bool) -> Plan:
        """Run every phase that pays, and build the plan."""
        shop = shop_of(self.problem)
        self._construct()
        if isinstance(shop, Shop):
            self._shop(shop)
            if len(self.arrays.step_order) <= _SMALL_SHOP:
                self._exact()
        else:
            # CP-SAT knows no "now": it would plan into the past.
            exact = len(self.arrays.step_order) <= _MOST_STEPS_EXACT and not self.arrays.goal[3]
            self._improve(_SHARE_OF_SEARCH if exact else 1.0)
            if exact:
                self._exact()
                if self.effort.budget_s is not None:
                    self._improve(1.0)
        if self.done and len(self.arrays.step_order) > _MOST_STEPS_ALONE:
            self.alone = alone(self.arrays)
        if with_bound and not self.effort.interrupted:
            self._bound()
        stopped = "interrupted" if self.effort.interrupted else ""
        if stopped:
            self.info["stopped"] = stopped
        self._say("explain", share=1.0)
        run = SolverRun(iterations=self.done, seed=self.seed, cpu_s=round(self.effort.cpu_s(), 3), info=dict(self.info))
        return build_plan(
            self.compiled,
            self._placement(),
            self.alone.completion,
            self._known(),
            run,
            is_stopped=bool(stopped),
            is_proven=self._value() <= (self._known() or 0.0) + 1e-9,
        )

    def _construct(self) -> None:
        def told(placed: int) -> None:
            if not self.effort.interrupted:
                self.tell(Progress(phase="construct", unplanned=len(self.board.planned) - placed))

        stop = lambda: self.effort.interrupted  # noqa: E731
        if self.begin is None:
            self.board = dispatch(self.arrays, self.limits, self.scratch, stop, told)
        else:
            load(self.arrays, self.board, *placement_of(self.compiled, self.begin))
        insert_waiting(self.arrays, self.limits, self.board, self.scratch)

    def _improve(self, share_of_time: float) -> None:
        if self._is_proven() or self.effort.is_over():
            return
        search = RuinAndRecreate(self.arrays, self.limits, self.board, self.scratch, self.seed)
        self.done += search.run(
            self.effort,
            share_of_time=share_of_time,
            is_proven=self._is_proven,
            tell=lambda part, rate: self._say("improve", share=part, rate=rate),
        )
        if (self.board.planned[self.limits.possible == 1] == 0).any():
            insert_waiting(self.arrays, self.limits, self.board, self.scratch)

    def _exact(self) -> None:
        """Let CP-SAT try where the problem is small; its plan is taken only if the verifier accepts it."""
        if self._is_proven() or self.effort.interrupted:
            self.info["cpsat"] = "not needed"
            return
        self._say("cpsat")
        answer = improve_placement(
            self.compiled,
            self._placement(),
            self.limits.possible,
            seed=self.seed,
            effort=self.done if self.effort.budget_s is None else None,
            wall_s=None if self.effort.budget_s is None else max(0.0, self.effort.left()),
            out_of_time=lambda: self.effort.interrupted,
        )
        self.info["cpsat"] = answer.info
        if answer.bound is not None:
            self.proven = max(self.proven, answer.bound)
        if answer.placement is not None:
            self._take_if_better(answer.placement)

    def _shop(self, shop: Shop) -> None:
        """Search a published kind of shop with its own neighbourhood."""
        if self.effort.iterations == 0 or (self.board.planned == 0).any() or self._is_proven():
            return
        mode, start = _by_file(self.compiled, self.board)
        found = search_shop(
            shop,
            seed=self.seed,
            iterations=None if self.effort.iterations is None else self.effort.iterations * MOVES_PER_ITERATION,
            out_of_time=self.effort.is_over,
            threads=SHOP_THREADS,
            start=(mode, start),
            on_better=lambda makespan: self.tell(Progress(phase="improve", objective=makespan)),
        )
        self.done = found.iterations // MOVES_PER_ITERATION
        self.info["moves"] = found.iterations
        self.proven = max(self.proven, float(found.lower_bound))
        self._take_if_better(_from_file(self.compiled, self._placement(), found.mode, found.start, found.end))

    def _bound(self) -> None:
        from kumihimo.planning.bounds.lower_bound import lower_bound

        until = self.effort.passed() * 2 if self.effort.budget_s is not None else math.inf
        found = lower_bound(
            self.compiled,
            planned=self.board.planned.copy(),
            upper=self._value(),
            iterations=_BOUND_ITERATIONS,
            out_of_time=lambda: self.effort.interrupted or self.effort.passed() > until,
            on_better=lambda value: self._say("bound", lower=value),
        )
        self.info["bound"] = found.kind
        self.proven = max(self.proven, found.value)

    def _take_if_better(self, placement: Placement) -> None:
        """Adopt a plan from elsewhere only if it is better and passes the verifier."""
        board = new_board(self.arrays)
        load(self.arrays, board, placement.mode, placement.start, placement.end, placement.planned)
        if not is_better(score(self.arrays, board), score(self.arrays, self.board)):
            return
        trial = build_plan(self.compiled, placement, self.alone.completion, None, SolverRun())
        if verify_plan(self.problem, trial):
            self.info["refused"] = "a plan from elsewhere did not pass the verifier"
            return
        self.board = board

    def _placement(self) -> Placement:
        board = self.board
        return Placement(board.mode, board.start, board.end, board.planned)

    def _known(self) -> float | None:
        """Return the best proven lower bound for the planned orders."""
        own = self.alone.value[self.board.planned == 1]
        floor = own.max(initial=0.0) if self.arrays.goal[1] else math.fsum(own.tolist())
        all_planned = (self.board.planned[self.limits.possible == 1] == 1).all()
        return max(floor, self.proven) if all_planned else floor

    def _is_proven(self) -> bool:
        left = int((self.board.planned[self.limits.possible == 1] == 0).sum())
        return left == 0 and self._value() <= (self._known() or 0.0) + 1e-9

    def _value(self) -> float:
        """Return the objective of the planned orders, CO2 not rounded."""
        return float(self.board.value.max(initial=0.0) if self.arrays.goal[1] else math.fsum(self.board.value.tolist()))

    def _say(
        self, phase: str, *, share: float | None = None, rate: float | None = None, lower: float | None = None
    ) -> None:
        known = lower if lower is not None else self._known()
        self.tell(
            Progress(
                phase=phase,
                share=share,
                objective=round(self._value()),
                lower_bound=None if known is None else math.floor(known),
                unplanned=int((self.board.planned == 0).sum()),
                steps_per_s=rate,
            )
        )


def _file_positions(compiled: Compiled) -> Ints:
    """Return for every step of the file, in its sequence, the index in the arrays."""
    base = 0
    found: list[int] = []
    for order in compiled.orders:
        where = {compiled.steps[at].id: at for at in range(base, base + len(order.steps))}
        found += [where[step.id] for step in order.steps]
        base += len(order.steps)
    return np.array(found, np.int64)


def _by_file(compiled: Compiled, board: Board) -> tuple[Ints, Ints]:
    """Return (mode index within the step's own list, start) in the sequence of the file."""
    at = _file_positions(compiled)
    return compiled.arrays.mode_file[board.mode[at]], board.start[at]


def _from_file(compiled: Compiled, now: Placement, mode: Ints, start: Ints, end: Ints) -> Placement:
    """Return a plan given in the sequence of the file as a placement."""
    at = _file_positions(compiled)
    found = Placement(*(column.copy() for column in now))
    # A shop has no frozen step and no batch plant, so that every mode of the file is one of the arrays.
    found.mode[at] = compiled.arrays.mode_first[at] + mode
    found.start[at] = start
    found.end[at] = end
    return found
