"""The public multi-firm set: first plan, improvement, proven bound, memory; and CP-SAT started from our first plan.

The comparison with CP-SAT is on the same instances with calendars smoothed out, since its model has none, and with them
it would only grow. Both get the same seconds on the same cores, and CP-SAT starts from our first plan as complete hint.
"""

from __future__ import annotations

import hashlib
import math
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.planning import given, machine, report
from benchmarks.planning.instances import SHARED
from benchmarks.planning.make import problem_named
from benchmarks.planning.measuring import measure_once
from benchmarks.planning.multi_firm_values import BEST, BestValue, best_values, improved, write_values
from benchmarks.planning.rows import Row, RowFile
from kumihimo.interop.planning_json import problem_to_bytes
from kumihimo.planning import Plan, Problem, verify_plan
from kumihimo.planning.problem import WEEK_MIN

WORK = "multi-firm"
_BOUND_ROUNDS = 400
OURS = "kumihimo"
HINTED = "cp-sat from our first plan"
SMOOTH = " smoothed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One instance with its effort."""

    name: str
    seconds: float
    solver: str = OURS
    is_smoothed: bool = False


def jobs(seeds: int, *, quick: bool, with_peers: bool) -> list[tuple[int, Job]]:
    """Return what is to be run, seed after seed; the seed makes the instance and steers the search."""
    found = []
    efforts: Sequence[tuple[str, float]]
    if quick:
        efforts = (("mf-100", 3.0), ("mf-1000", 5.0))
    else:
        efforts = (("mf-100", 3.0), ("mf-300", 30.0), ("mf-1000", 60.0), ("mf-18000", 60.0))
    for seed in range(1, seeds + 1):
        for size, seconds in efforts:
            for kind in ("plain", "full"):
                found.append((seed, Job(name=f"{size}-{kind}-narrow-s{seed}", seconds=seconds)))
        if given.is_there():
            for size, seconds in zip(given.SIZES, (3.0,) if quick else (3.0, 30.0), strict=False):
                found.append((seed, Job(name=f"{size}-plain-narrow-s{seed}", seconds=seconds)))
        # One seed: CP-SAT has ended every such duel with nothing but the plan it was given.
        if with_peers and seed == 1:
            duels = (("mf-100", 3.0),) if quick else (("mf-100", 30.0), ("mf-300", 30.0), ("mf-1000", 60.0))
            for size, seconds in duels:
                name = f"{size}-plain-narrow-s{seed}"
                for solver in (OURS, HINTED):
                    found.append((seed, Job(name=name, seconds=seconds, solver=solver, is_smoothed=True)))
    return found


def run(*, file: RowFile, seeds: int, quick: bool, with_peers: bool) -> None:
    """Run what is not in the file yet."""
    if not given.is_there():
        print(f"skipped: given-100 and given-300, no {given.GENERATOR.name} in {SHARED}", file=sys.stderr)
    own = machine.engine_version()
    versions = {OURS: own, HINTED: f"ortools {machine.library_versions()['ortools']}, start of {own}"}
    for seed, job in jobs(seeds, quick=quick, with_peers=with_peers):
        label = job.name + (SMOOTH if job.is_smoothed else "")
        row = measure_once(
            file,
            work=WORK,
            instance=label,
            solver=job.solver,
            seed=seed,
            seconds=job.seconds,
            version=versions[job.solver],
            request={
                "module": "multi_firm",
                "name": job.name,
                "contestant": job.solver,
                "is_smoothed": job.is_smoothed,
                "bound_s": 10.0 if quick else 60.0,
            },
        )
        if row is not None:
            gap = report.gap_to_bound(row)
            shown = "" if gap is None else f", gap to the bound {gap:.2f} %"
            print(f"{label} {job.solver}: {row.objective}{shown} {' '.join(row.faults)}", flush=True)


def measure(request: Mapping[str, Any]) -> dict[str, Any]:
    """Run one contestant; called in a process of its own."""
    problem = problem_named(request["name"])
    if request["is_smoothed"]:
        problem = smoothed(problem)
    else:
        problem = replace(problem, sha256=hashlib.sha256(problem_to_bytes(problem)).hexdigest())
    return _hinted(problem, request) if request["contestant"] == HINTED else _ours(problem, request)


def smoothed(problem: Problem) -> Problem:
    """Return the problem in a world that never closes, where work takes as much longer as the week has closed minutes.

    Load and lead times stay what they were; without the scaling machines would have nearly four times the time, and any
    plan would do.
    """
    open_min = {c.id: sum(high - low for low, high in c.weekly) for c in problem.calendars}
    slower = {r.id: WEEK_MIN / open_min[r.calendar] if r.calendar is not None else 1.0 for r in problem.resources}
    orders = tuple(
        replace(
            order,
            steps=tuple(
                replace(
                    step,
                    modes=tuple(replace(m, duration=math.ceil(m.duration * slower[m.resource])) for m in step.modes),
                )
                for step in order.steps
            ),
        )
        for order in problem.orders
    )
    resources = tuple(replace(resource, calendar=None) for resource in problem.resources)
    return replace(problem, calendars=(), resources=resources, orders=orders, sha256="")


def _ours(problem: Problem, request: Mapping[str, Any]) -> dict[str, Any]:
    from benchmarks.planning import engine

    engine.warm_up()
    before_mb = engine.peak_mb()
    # Once untimed: no compiled function of the first plan is loaded within the measurement.
    engine.run(problem, iterations=0, seed=request["seed"])
    first = engine.run(problem, iterations=0, seed=request["seed"])
    first_mb = engine.peak_mb()
    seen = engine.run(problem, budget_s=request["seconds"], seed=request["seed"])
    plan = seen.plan
    bound, kind, bound_s = _bound(problem, plan, limit_s=float(request["bound_s"]))
    return {
        "status": plan.status,
        "objective": plan.objective if not plan.unplanned else None,
        "bound": bound,
        "wall_s": round(seen.wall_s, 2),
        "cpu_s": round(seen.cpu_s, 2),
        "peak_mb": round(seen.peak_mb),
        "faults": [violation.text("en") for violation in verify_plan(problem, plan)[:5]]
        + ([f"{len(plan.unplanned)} orders are unplanned"] if plan.unplanned else []),
        "more": {
            "steps": sum(len(order.steps) for order in problem.orders),
            "found_cpu_s": round(first.found_cpu_s, 3),
            "first_cpu_s": round(first.cpu_s, 3),
            "first_objective": first.plan.objective,
            "first_mb": round(first_mb),
            "before_mb": round(before_mb),
            "iterations": plan.solver.iterations,
            "late": len(plan.late),
            "bound_kind": kind,
            "bound_s": bound_s,
            "sha256": problem.sha256,
            **{f"after_{second}_s": _at(seen.trace, second) for second in (5, 10, 30, 60) if second <= seen.wall_s + 1},
        },
    }


def _bound(problem: Problem, plan: Plan, *, limit_s: float) -> tuple[int, str, float]:
    """Return the greatest proven bound, where it comes from, and the CPU seconds spent on proving it now.

    It is of this plan, of a proof that starts now, or a recorded one of the same bytes.
    """
    from kumihimo.planning.bounds.lower_bound import lower_bound
    from kumihimo.planning.compile_problem import compile_problem

    until, before = time.monotonic() + limit_s, time.process_time()
    found = lower_bound(
        compile_problem(problem),
        upper=float(plan.objective),
        iterations=_BOUND_ROUNDS,
        out_of_time=lambda: time.monotonic() > until,
    )
    spent = round(time.process_time() - before, 1)
    known = [(plan.lower_bound, "plan"), (math.floor(found.value + 1e-6), found.kind)]
    known += [
        (v.lower_bound, "recorded") for v in best_values().values() if v.sha256 == problem.sha256 and v.lower_bound
    ]
    value, kind = max(known, key=lambda pair: pair[0])
    return value, kind, spent


def _at(trace: Sequence[tuple[float, int]], second: float) -> int | None:
    seen = [objective for at, objective in trace if at <= second]
    return seen[-1] if seen else None


def _hinted(problem: Problem, request: Mapping[str, Any]) -> dict[str, Any]:
    from benchmarks.planning import engine, peer_cpsat_network

    engine.warm_up()
    first = engine.run(problem, iterations=0, seed=request["seed"])
    answer = peer_cpsat_network.solve(
        problem, first.plan, seconds=request["seconds"], seed=request["seed"], workers=engine.WORKERS
    )
    found = answer.pop("plan")
    if found is None:
        # Whoever gives a solver a complete plan still has that plan when it comes back with nothing.
        found = first.plan
        answer["status"] += ", its start kept"
    return {
        **answer,
        "objective": found.objective,
        "peak_mb": round(engine.peak_mb()),
        "faults": [violation.text("en") for violation in verify_plan(problem, found)[:5]],
        "more": {"first_objective": first.plan.objective},
    }


def record(rows: Iterable[Row], *, date: str) -> str:
    """Put better objectives and bounds of these rows into the committed table; return what was done."""
    values = best_values()
    changed = []
    for row in rows:
        sha256 = (row.more or {}).get("sha256", "")
        is_public = row.work == WORK and row.family.startswith("mf-")
        if not is_public or not row.valid or row.objective is None or not sha256:
            continue
        found = BestValue(
            instance=row.instance,
            sha256=sha256,
            objective=row.objective,
            lower_bound=row.bound,
            by=row.version.replace(",", ";"),
            date=date,
        )
        better = improved(values.get(row.instance), found)
        if better != values.get(row.instance):
            values[row.instance] = better
            changed.append(row.instance)
    write_values(dict(sorted(values.items())))
    return f"{BEST.name}: {len(changed)} value(s) improved: {', '.join(changed) or 'none'}"


def table(rows: Sequence[Row]) -> list[str]:
    """Return the lines of the tables."""
    usual = [row for row in rows if SMOOTH not in row.instance]
    duels = [row for row in rows if SMOOTH in row.instance]
    columns = {
        "steps": "steps",
        "found_cpu_s": "CPU s to the first valid plan",
        "first_cpu_s": "CPU s including reasons",
        "first_objective": "first objective",
        "objective": "objective",
        "bound": "proven bound",
        "gap": "gap %",
        "late": "late orders",
        "cpu_s": "CPU s",
        "peak_mb": "peak MB",
        "load_before": "load before",
    }
    lines = report.work_table("Multi-firm set", report.by_size(usual), columns)
    duel = {"status": "status"} | {
        key: columns[key] for key in ("first_objective", "objective", "bound", "gap", "cpu_s", "peak_mb", "load_before")
    }
    return lines + report.work_table(
        "Multi-firm set, calendars smoothed out, against CP-SAT from our first plan", report.by_size(duels), duel
    )
