"""The makespan of a shop by CP-SAT: proofs and last minutes on small or rigid shops.

The plan that is given is the hint, and stays the fallback outside the solver.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.makespan.bound import ways
from kumihimo.planning.makespan.shop import Shop

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopAnswer:
    """What CP-SAT found: a better plan or None, and the proven lower bound.

    Attributes
    ----------
    mode, start
        (n,) mode index within the operation, start minutes; None when nothing better than the hint was found.
    """

    mode: Ints | None
    start: Ints | None
    makespan: int
    lower_bound: int


class ShopModel:
    """The model of one shop; `solve` may run in a thread of its own, `stop` ends it from another."""

    def __init__(self, shop: Shop, *, lower_bound: int, makespan: int) -> None:
        from ortools.sat.python import cp_model

        self._cp = cp_model
        self.shop = shop
        self.model = cp_model.CpModel()
        self.solver = cp_model.CpSolver()
        self.stopped = False
        self._build(lower_bound, makespan)

    def _build(self, lower_bound: int, makespan: int) -> None:
        model, shop = self.model, self.shop
        n = shop.operations
        self.most = model.new_int_var(lower_bound, makespan, "")
        earliest, behind = ways(shop)
        self.start: list[Any] = []
        self.end: list[Any] = []
        self.chosen: list[list[Any]] = []
        self.site: list[dict[int, Any]] = []
        on_machine: dict[int, list[Any]] = {}
        for v in range(n):
            modes = range(int(shop.mode_first[v]), int(shop.mode_first[v + 1]))
            durations = [int(shop.mode_duration[mode]) for mode in modes]
            least = min(durations)
            first, last = int(earliest[v]), makespan - int(behind[v]) - least
            start = model.new_int_var(first, last, "")
            is_same = least == max(durations)
            end = start + least if is_same else model.new_int_var(first + least, last + least, "")
            chosen = []
            sites: dict[int, list[Any]] = {}
            for mode, duration in zip(modes, durations, strict=True):
                machine, tail = int(shop.mode_machine[mode]), int(shop.mode_tail[mode])
                if len(modes) == 1:
                    literal = model.new_constant(1)
                    interval = model.new_fixed_size_interval_var(start, duration, "")
                else:
                    literal = model.new_bool_var("")
                    interval = model.new_optional_fixed_size_interval_var(start, duration, literal, "")
                if not is_same:
                    model.add(end == start + duration).only_enforce_if(literal)
                if tail:
                    model.add(self.most >= end + tail).only_enforce_if(literal)
                chosen.append(literal)
                sites.setdefault(int(shop.machine_site[machine]), []).append(literal)
                on_machine.setdefault(machine, []).append(interval)
            if len(chosen) > 1:
                model.add_exactly_one(chosen)
            model.add(self.most >= end)
            self.start.append(start)
            self.end.append(end)
            self.chosen.append(chosen)
            self.site.append(self._at(sites) if shop.has_travel else {})
        for v in range(n):
            for a in range(int(shop.pred_first[v]), int(shop.pred_first[v + 1])):
                self._arc(int(shop.pred[a]), v)
        for intervals in on_machine.values():
            if len(intervals) > 1:
                model.add_no_overlap(intervals)
        model.minimize(self.most)

    def _at(self, sites: dict[int, list[Any]]) -> dict[int, Any]:
        found = {}
        for site, literals in sites.items():
            if len(literals) == 1:
                found[site] = literals[0]
            else:
                found[site] = self.model.new_bool_var("")
                self.model.add(sum(literals) == found[site])
        return found

    def _arc(self, u: int, v: int) -> None:
        model = self.model
        model.add(self.start[v] >= self.end[u])
        for origin, here in self.site[u].items():
            for destination, there in self.site[v].items():
                minutes = int(self.shop.travel[origin, destination])
                if minutes:
                    model.add(self.start[v] >= self.end[u] + minutes).only_enforce_if(here, there)

    def hint(self, mode: Ints, start: Ints, makespan: int) -> None:
        """Give the plan to begin with; once.

        Every variable is told: the solver begins with a complete plan, but has to search for what is left out.
        """
        shop = self.shop
        told = [(self.most, makespan)]
        for v in range(shop.operations):
            at = int(shop.mode_first[v] + mode[v])
            told.append((self.start[v], int(start[v])))
            told.append((self.end[v], int(start[v] + shop.mode_duration[at])))
            told += [(literal, int(i == mode[v])) for i, literal in enumerate(self.chosen[v])]
            here = int(shop.machine_site[shop.mode_machine[at]])
            told += [(literal, int(site == here)) for site, literal in self.site[v].items()]
        variables = {var.index: (var, value) for var, value in told if isinstance(var, self._cp.IntVar)}
        for var, value in variables.values():
            self.model.add_hint(var, value)

    def solve(
        self,
        *,
        seed: int = 0,
        wall_s: float | None = None,
        units: float | None = None,
        on_plan: Callable[[int, Ints, Ints], None] | None = None,
    ) -> ShopAnswer:
        """Solve within seconds of wall clock, or within deterministic units (repeatable), or until it is stopped.

        Parameters
        ----------
        on_plan
            Called from a thread of the solver with makespan, modes and starts of each plan found.
        """
        cp = self._cp
        model = self

        class Heard(cp.CpSolverSolutionCallback):  # type: ignore[misc,name-defined]
            def on_solution_callback(self) -> None:
                if on_plan is not None:
                    on_plan(int(self.objective_value), *model._read(self))
                if model.stopped:
                    self.stop_search()

        if self.stopped:
            return ShopAnswer(mode=None, start=None, makespan=0, lower_bound=0)
        parameters = self.solver.parameters
        parameters.random_seed = seed % (1 << 31)
        # The solver's own handler of Ctrl-C ends the process when the interrupt comes outside a solve.
        parameters.catch_sigint_signal = False
        parameters.num_workers = 1
        # One worker and mostly fixed machines: learning which of two operations comes first is what finds plans.
        parameters.linearization_level = 0
        parameters.use_dynamic_precedence_in_disjunctive = True
        parameters.search_branching = self._cp.PSEUDO_COST_SEARCH
        if wall_s is not None:
            parameters.max_time_in_seconds = wall_s
        if units is not None:
            parameters.max_deterministic_time = units
        status = self.solver.solve(self.model, Heard())
        if status not in (cp.OPTIMAL, cp.FEASIBLE):
            return ShopAnswer(mode=None, start=None, makespan=0, lower_bound=0)
        mode, start = self._read(self.solver)
        return ShopAnswer(
            mode=mode,
            start=start,
            makespan=int(self.solver.objective_value),
            lower_bound=int(np.ceil(self.solver.best_objective_bound - 1e-6)),
        )

    def stop(self) -> None:
        """End `solve` soon; may be called from any thread."""
        self.stopped = True
        self.solver.stop_search()

    def _read(self, source: Any) -> tuple[Ints, Ints]:
        value = source.boolean_value
        mode = [0 if len(row) == 1 else next(i for i, c in enumerate(row) if value(c)) for row in self.chosen]
        start = [source.value(s) for s in self.start]
        return np.array(mode, dtype=np.int64), np.array(start, dtype=np.int64)
