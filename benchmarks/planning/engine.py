"""Our engine as a contestant: called as anybody would call it, watched through its progress messages."""

from __future__ import annotations

import resource
import signal
import time
from dataclasses import dataclass, field
from typing import Any

from kumihimo.planning import Mode, Objective, Order, Plan, PlanSite, Problem, Resource, Step, plan
from kumihimo.planning.progress import Progress
from kumihimo.simulate.multi_firm import MultiFirmSpec, multi_firm_problem

WORKERS = 2
"""Threads for every contestant that has a choice."""


@dataclass(slots=True)
class Watched:
    """A plan, what it took, and when each better objective was seen.

    Attributes
    ----------
    found_cpu_s
        CPU seconds until every step had its place; what follows writes the rows and the reasons.
    """

    plan: Plan
    wall_s: float
    cpu_s: float
    found_cpu_s: float
    peak_mb: float
    trace: list[tuple[float, int]] = field(default_factory=list)


def run(problem: Problem, *, target: int | None = None, **effort: Any) -> Watched:
    """Plan and watch.

    Parameters
    ----------
    target
        The run ends when a plan is as good as this: Ctrl-C, as a person would press it who sees it on the screen.
    effort
        `iterations`, `budget_s`, `seed` of `kumihimo.planning.plan`.
    """
    trace: list[tuple[float, int]] = []
    is_stopped = False
    began, began_cpu = time.monotonic(), cpu_seconds()
    found_cpu = 0.0

    def watch(message: Progress) -> None:
        nonlocal is_stopped, found_cpu
        if message.phase == "explain":
            found_cpu = cpu_seconds() - began_cpu
        objective = message.objective
        if objective is None or message.unplanned or (trace and objective >= trace[-1][1]):
            return
        trace.append((time.monotonic() - began, objective))
        if target is not None and objective <= target and not is_stopped:
            is_stopped = True
            signal.raise_signal(signal.SIGINT)

    made = plan(problem, progress=watch, **effort)
    wall, cpu = time.monotonic() - began, cpu_seconds() - began_cpu
    if not made.unplanned and (not trace or made.objective < trace[-1][1]):
        trace.append((wall, made.objective))
    return Watched(plan=made, wall_s=wall, cpu_s=cpu, found_cpu_s=found_cpu, peak_mb=peak_mb(), trace=trace)


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
