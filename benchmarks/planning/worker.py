"""One run in a process of its own: reads a request from standard input, writes an answer to standard output.

A process a run keeps memory and compiled code of one contestant away from the others, and makes peak memory a fact.
"""

from __future__ import annotations

import contextlib
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any


def main() -> None:
    request = json.load(sys.stdin)
    answers = {"kumihimo": _kumihimo, "cp-sat": _cpsat, "measure": _measure}
    # What a library prints must not stand between the answer and its reader.
    with contextlib.redirect_stdout(sys.stderr):
        answer = answers[request["solver"]](request)
    json.dump(answer, sys.stdout)


def _kumihimo(request: dict[str, Any]) -> dict[str, Any]:
    from benchmarks.planning import engine
    from benchmarks.planning.shop import schedule_of
    from kumihimo.interop.published_shops import read_any_problem
    from kumihimo.planning import verify_plan

    problem = read_any_problem(Path(request["path"]))
    engine.warm_up()
    seen = engine.run(problem, budget_s=request["seconds"], seed=request["seed"], target=request.get("target"))
    modes, starts = schedule_of(problem, seen.plan)
    return {
        "status": seen.plan.status,
        "objective": seen.plan.objective if not seen.plan.unplanned else None,
        "bound": seen.plan.lower_bound,
        "modes": modes,
        "starts": starts,
        "wall_s": seen.wall_s,
        "cpu_s": seen.cpu_s,
        "peak_mb": seen.peak_mb,
        "trace": seen.trace,
        "faults": [violation.text("en") for violation in verify_plan(problem, seen.plan)[:5]],
        "more": {"iterations": seen.plan.solver.iterations},
    }


def _cpsat(request: dict[str, Any]) -> dict[str, Any]:
    from benchmarks.planning import peer_cpsat
    from benchmarks.planning.engine import peak_mb
    from benchmarks.planning.shop import shop_of
    from kumihimo.interop.published_shops import read_any_problem

    shop = shop_of(read_any_problem(Path(request["path"])))
    answer = peer_cpsat.solve(
        shop,
        seconds=request["seconds"],
        seed=request["seed"],
        target=request.get("target"),
        workers=request["workers"],
    )
    return {**answer, "peak_mb": peak_mb(), "version": f"ortools {version('ortools')}"}


def _measure(request: dict[str, Any]) -> dict[str, Any]:
    from importlib import import_module

    measure = import_module(f"benchmarks.planning.{request['module']}")
    answer: dict[str, Any] = measure.measure(request)
    return answer


if __name__ == "__main__":
    main()
