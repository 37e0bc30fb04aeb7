"""Our engine as a contestant: called as anybody would call it, watched through its progress messages."""

from __future__ import annotations

import inspect
import resource
import time
from dataclasses import dataclass, field
from typing import Any

from kumihimo.planning import Mode, Objective, Order, Plan, PlanSite, Problem, Resource, Step, plan
from kumihimo.simulate.multi_firm import MultiFirmSpec, multi_firm_problem

WORKERS = 2
"""Cores for every contestant."""


@dataclass(slots=True)
class Watched:
    """A plan, what it took, and when each better objective was seen."""

    plan: Plan
    wall_s: float
    cpu_s: float
    peak_mb: float
    trace: list[tuple[float, int]] = field(default_factory=list)


def run(problem: Problem, *, target: int | None = None, **wanted: Any) -> Watched:
    """Plan with the given effort (`budget_s`, `iterations`, `seed`, ...) and watch it.

    Parameters
    ----------
    target
        The run ends when a plan is as good as this.
    wanted
        Arguments of `kumihimo.planning.plan`; those that this engine does not have are left out.
    """
    has = inspect.signature(plan).parameters
    asked = {key: value for key, value in {"workers": WORKERS, "target": target, **wanted}.items() if key in has}
    trace: list[tuple[float, int]] = []
    began, began_cpu = time.monotonic(), cpu_seconds()

    def watch(message: Any) -> None:
        objective = getattr(message, "objective", None)
        if objective is not None and not message.unplanned and (not trace or objective < trace[-1][1]):
            trace.append((time.monotonic() - began, int(objective)))

    made = plan(problem, progress=watch, **asked)
    wall, cpu = time.monotonic() - began, cpu_seconds() - began_cpu
    if not made.unplanned and (not trace or made.objective < trace[-1][1]):
        trace.append((wall, made.objective))
    return Watched(plan=made, wall_s=wall, cpu_s=cpu, peak_mb=peak_mb(), trace=trace)


def warm_up() -> None:
    """Load compiled kernels and solvers, so that their loading is not counted: one tiny problem of each sort."""
    steps = tuple(
        Step(id=f"s{at}", after=(f"s{at - 1}",) if at else (), modes=tuple(Mode(resource=r, duration=2) for r in "ab"))
        for at in range(2)
    )
    shop = Problem(
        start=multi_firm_problem(MultiFirmSpec(firms=12, orders=1)).start,
        horizon=100,
        sites=(PlanSite(id="x"),),
        resources=tuple(Resource(id=r, site="x") for r in "ab"),
        orders=tuple(Order(id=f"o{at}", steps=steps) for at in range(3)),
        objective=Objective(makespan=True),
    )
    run(shop, iterations=20, seed=0)
    run(shop, budget_s=0.3, seed=0)
    spec = MultiFirmSpec(firms=12, orders=4, assemblies=0.5, has_setups=True, has_batch=True, jpy_per_kg_co2=5.0)
    run(multi_firm_problem(spec), iterations=20, seed=0)


def cpu_seconds() -> float:
    """Return CPU seconds of this process and of those it has started and seen end."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_mb() -> float:
    """Return the largest memory that this process, or one it started, has held."""
    largest = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return largest / 1024


def first_at(trace: list[Any], target: int | None) -> float | None:
    """Return after how many seconds an objective as good as the target was seen."""
    if target is None:
        return None
    return next((float(second) for second, objective in trace if objective <= target), None)
