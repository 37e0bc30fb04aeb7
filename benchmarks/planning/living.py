"""The living plan at scale: why orders are late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.planning import machine, report
from benchmarks.planning.make import problem_named
from benchmarks.planning.process import ask
from benchmarks.planning.rows import Row, RowFile

WORK = "living"


def run(*, file: RowFile, seeds: int, quick: bool, with_peers: bool) -> None:
    """Run what is not in the file yet."""
    version = machine.engine_version()
    size = "mf-300" if quick else "mf-18000"
    for seed in range(1, seeds + 1):
        for kind in ("plain", "full"):
            name = f"{size}-{kind}-narrow-s{seed}"
            if file.has((WORK, name, "kumihimo", seed, 0.0), version):
                continue
            load, when = machine.load_average(), machine.now()
            request = {"solver": "measure", "module": "living", "name": name, "seconds": 300.0, "seed": seed}
            answer = ask(request)
            faults = tuple(answer.get("faults", ()))
            row = Row(
                work=WORK,
                family=size,
                instance=name,
                solver="kumihimo",
                seed=seed,
                seconds=0.0,
                version=version,
                status=answer["status"],
                wall_s=answer.get("wall_s"),
                cpu_s=answer.get("cpu_s"),
                peak_mb=answer.get("peak_mb"),
                valid=not faults and answer["status"] not in ("crashed", "killed"),
                faults=faults,
                load_before=load,
                when=when,
                more=answer.get("more"),
            )
            file.add(row)
            print(f"{name}: {row.more} {faults}", flush=True)


def measure(request: Mapping[str, Any]) -> dict[str, Any]:
    """Plan, and check that the causes of every late order add up to its lateness."""
    from benchmarks.planning import engine

    problem = problem_named(request["name"])
    engine.warm_up()
    seen = engine.run(problem, iterations=0, seed=request["seed"], workers=1)
    wrong = [late.order for late in seen.plan.late if sum(cause.minutes for cause in late.causes) != late.late_min]
    return {
        "status": seen.plan.status,
        "wall_s": round(seen.wall_s, 2),
        "cpu_s": round(seen.cpu_s, 2),
        "peak_mb": round(seen.peak_mb),
        "faults": [f"causes of {order} do not add up" for order in wrong[:5]],
        "more": {"late": len(seen.plan.late), "explained": len(seen.plan.late) - len(wrong)},
    }


def table(rows: Sequence[Row]) -> list[str]:
    """Return the lines of the table."""
    return report.work_table("Living plan", report.by_size(rows), {"late": "late orders", "explained": "causes add up"})
