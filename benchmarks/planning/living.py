"""The living plan at scale: why orders are late, rush orders, and the busiest site standing still."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from benchmarks.planning import machine, report
from benchmarks.planning.make import problem_named
from benchmarks.planning.measuring import measure_once
from benchmarks.planning.rows import Row, RowFile
from kumihimo.planning import Order, Plan, Problem, verify_plan

if TYPE_CHECKING:
    from kumihimo.planning.living import LivingPlan

WORK = "living"
_LIMIT_S = 300.0
_DAY_MIN = 1440
_STOP = (3 * _DAY_MIN, 5 * _DAY_MIN)
"""Thursday and Friday of the first week."""


def run(*, file: RowFile, seeds: int, quick: bool, with_peers: bool) -> None:
    """Run what is not in the file yet; there is no peer."""
    version = machine.engine_version()
    for seed in range(1, seeds + 1):
        for kind in ("plain", "full"):
            name = f"{'mf-300' if quick else 'mf-18000'}-{kind}-narrow-s{seed}"
            row = measure_once(
                file,
                work=WORK,
                instance=name,
                solver="kumihimo",
                seed=seed,
                seconds=_LIMIT_S,
                version=version,
                request={
                    "module": "living",
                    "name": name,
                    "rush_orders": 20 if quick else 100,
                    "plan_s": 3.0 if quick else 60.0,
                },
            )
            if row is not None:
                print(f"living {row.instance}: {row.more} {' '.join(row.faults)}", flush=True)


def measure(request: Mapping[str, Any]) -> dict[str, Any]:
    """Plan for a while, then let things happen to that plan; only the events are timed.

    A plan that was never searched would be improved after each event for reasons that are none of the event's.
    """
    from benchmarks.planning import engine
    from kumihimo.planning.living import LivingPlan

    _warm_up()
    problem = problem_named(request["name"])
    plan = engine.run(problem, budget_s=request["plan_s"], seed=request["seed"]).plan
    unexplained = [item.order for item in plan.late if sum(cause.minutes for cause in item.causes) != item.late_min]
    steps = sum(len(order.steps) for order in problem.orders)
    living = LivingPlan(problem, plan, seed=request["seed"])
    rushes = rush_orders(problem, request["rush_orders"], seed=request["seed"])
    half = len(rushes) // 2
    free_ms, _ = _rush(living, rushes[:half], rounds=0)
    paid_ms, moved = _rush(living, rushes[half:], rounds=None)
    stop = _stop(living, problem, plan)
    faults = [f"the causes of {order} do not add up" for order in unexplained[:5]]
    # After a hundred events the plan still has to keep every rule.
    faults += [violation.text("en") for violation in verify_plan(living.problem, living.plan)[:5]]
    return {
        "status": plan.status,
        "peak_mb": round(engine.peak_mb()),
        "faults": faults,
        "more": {
            "steps": steps,
            "late": len(plan.late),
            "explained": len(plan.late) - len(unexplained),
            "rush_free_p50_ms": _quantile(free_ms, 0.5),
            "rush_free_p95_ms": _quantile(free_ms, 0.95),
            "rush_paid_p95_ms": _quantile(paid_ms, 0.95),
            "rush_moved_pct": round(100 * max(moved, default=0) / steps, 3),
            **stop,
        },
    }


def rush_orders(problem: Problem, count: int, *, seed: int) -> list[Order]:
    """Return new orders like the old ones: a copy of one drawn at random, at twice the hurry and the highest weight."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        old = dice.choice(problem.orders)
        due = None if old.due is None else old.release + (old.due - old.release) // 2
        found.append(replace(old, id=f"RUSH{number + 1:04d}", due=due, weight=5))
    return found


def _rush(living: LivingPlan, orders: Sequence[Order], *, rounds: int | None) -> tuple[list[float], list[int]]:
    """Return milliseconds for each, and how many steps of other orders moved."""
    from kumihimo.planning.events import RushOrder

    times, moved = [], []
    for order in orders:
        before = time.perf_counter()
        event = RushOrder(order=order)
        diff = living.apply(event) if rounds is None else living.apply(event, rounds=rounds)
        times.append(1000 * (time.perf_counter() - before))
        moved.append(sum(move.order != order.id for move in diff.moves))
    return times, moved


def _stop(living: LivingPlan, problem: Problem, plan: Plan) -> dict[str, Any]:
    """Stop the site with most steps in the days of the stop, for all of them."""
    from kumihimo.planning.events import StopSite

    start, end = _STOP
    site_of = {resource.id: resource.site for resource in problem.resources}
    there = [row for row in plan.steps if row.start < end and row.end > start]
    site = Counter(site_of[row.resource] for row in there).most_common(1)[0][0]
    touched = {row.order for row in there if site_of[row.resource] == site}
    before = time.perf_counter()
    diff = living.apply(StopSite(site=site, start=start, end=end), now=start)
    took = time.perf_counter() - before
    moved = {move.order for move in diff.moves}
    return {
        "stop_s": round(took, 3),
        "stop_orders": len(touched),
        "stop_moved_orders": len(moved),
        "stop_moved_steps": len(diff.moves),
    }


def _warm_up() -> None:
    """Load what the events need on a small plan."""
    from benchmarks.planning import engine
    from kumihimo.planning.living import LivingPlan

    engine.warm_up()
    problem = problem_named("mf-100-full-narrow-s1")
    plan = engine.run(problem, iterations=0, seed=0).plan
    living = LivingPlan(problem, plan)
    _rush(living, rush_orders(problem, 3, seed=0), rounds=None)
    _stop(living, problem, plan)


def _quantile(values: Sequence[float], share: float) -> float | None:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else None


def table(rows: Sequence[Row]) -> list[str]:
    """Return the lines of the table."""
    columns = {
        "steps": "steps",
        "late": "late orders",
        "explained": "causes add up",
        "rush_free_p50_ms": "rush in free time, p50 ms",
        "rush_free_p95_ms": "p95 ms",
        "rush_paid_p95_ms": "rush with displacement, p95 ms",
        "rush_moved_pct": "most other steps moved, %",
        "stop_s": "busiest site stops, s",
        "stop_orders": "orders there",
        "stop_moved_orders": "orders moved",
        "peak_mb": "peak MB",
        "load_before": "load before",
    }
    return report.work_table("Living plan", report.by_size(rows), columns)
