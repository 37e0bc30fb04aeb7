"""On-time probabilities by simulation: 10,000 samples of 1,000 orders."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.planning import machine, report
from benchmarks.planning.make import problem_named
from benchmarks.planning.measuring import measure_once
from benchmarks.planning.rows import Row, RowFile

WORK = "risk"
SAMPLES = 10_000
_LIMIT_S = 120.0


def run(*, file: RowFile, seeds: int, quick: bool, with_peers: bool) -> None:
    """Run what is not in the file yet; there is no peer."""
    version = machine.engine_version()
    for seed in range(1, seeds + 1):
        for kind in ("plain", "full"):
            row = measure_once(
                file,
                work=WORK,
                instance=f"{'mf-100' if quick else 'mf-1000'}-{kind}-narrow-s{seed}",
                solver="kumihimo",
                seed=seed,
                seconds=_LIMIT_S,
                version=version,
                request={"module": "risk", "name": f"{'mf-100' if quick else 'mf-1000'}-{kind}-narrow-s{seed}"},
            )
            if row is not None:
                print(f"risk {row.instance}: {row.more} {' '.join(row.faults)}", flush=True)


def measure(request: Mapping[str, Any]) -> dict[str, Any]:
    """Plan without search, then simulate that plan; only the simulation is timed."""
    from benchmarks.planning import engine
    from kumihimo.planning.risk import Spread, simulate

    problem = problem_named(request["name"])
    plan = engine.run(problem, iterations=0, seed=request["seed"]).plan
    still = simulate(problem, plan, samples=2, spread=Spread(duration_cv=0.0, transport_cv=0.0))
    # Without any spread the order of work must run at least as early as planned: else it is not this plan's.
    later = [order.order for order in still.orders if order.p50 > order.planned]
    before, before_cpu = time.monotonic(), engine.cpu_seconds()
    risk = simulate(problem, plan, samples=SAMPLES, seed=request["seed"], threads=engine.WORKERS)
    wall, cpu = time.monotonic() - before, engine.cpu_seconds() - before_cpu
    sure = [order.on_time for order in risk.orders]
    return {
        "status": plan.status,
        "wall_s": round(wall, 3),
        "cpu_s": round(cpu, 3),
        "peak_mb": round(engine.peak_mb()),
        "faults": [f"{order} is later than planned without any spread" for order in later[:5]],
        "more": {
            "orders": len(risk.orders),
            "samples": SAMPLES,
            "mean_on_time": round(sum(sure) / max(1, len(sure)), 4),
            "planned_on_time": round(1 - len(plan.late) / max(1, len(risk.orders)), 4),
        },
    }


def table(rows: Sequence[Row]) -> list[str]:
    """Return the lines of the table."""
    columns = {
        "orders": "orders",
        "samples": "samples",
        "wall_s": "wall s",
        "cpu_s": "CPU s",
        "peak_mb": "peak MB",
        "planned_on_time": "on time in the plan",
        "mean_on_time": "on time in the samples",
        "load_before": "load before",
    }
    return report.work_table("Risk by simulation", report.by_size(rows), columns)
