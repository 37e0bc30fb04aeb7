"""PyJobShop on one shop, in its own environment: reads a request from standard input, writes an answer.

Nothing of ours is imported here. The solver stops at the target through a solution callback, as the other solvers do;
all else is PyJobShop's own doing.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import import_module
from importlib.metadata import version
from typing import Any

from ortools.sat.python import cp_model
from pyjobshop import Model


def main() -> None:
    request = json.load(sys.stdin)
    shop, target = request["shop"], request.get("target")
    trace: list[list[float]] = []

    class StopAtTarget(cp_model.CpSolverSolutionCallback):
        def __init__(self, began: float) -> None:
            super().__init__()
            self.began = began

        def on_solution_callback(self) -> None:
            trace.append([time.monotonic() - self.began, self.objective_value])
            if target is not None and self.objective_value <= target:
                self.stop_search()

    class Stopping(cp_model.CpSolver):
        def solve(self, model: Any, solution_callback: Any = None) -> Any:
            return super().solve(model, StopAtTarget(time.monotonic()))

    # The package gives its class the name of this module, so that an import statement would find the class.
    wrapped: Any = import_module("pyjobshop.solvers.ortools.CPModel")
    wrapped.CpSolver = Stopping
    model = Model()
    machines = [model.add_machine() for _ in range(shop["machines"])]
    tasks = []
    mode_of: dict[int, int] = {}
    for modes in shop["modes"]:
        task = model.add_task()
        for number, (machine, duration) in enumerate(modes):
            mode_of[len(mode_of)] = number
            model.add_mode(task, machines[machine], duration)
        tasks.append(task)
    for task, before in enumerate(shop["after"]):
        for other in before:
            model.add_end_before_start(tasks[other], tasks[task])
    began, began_cpu = time.monotonic(), time.process_time()
    result = model.solve(
        solver="ortools",
        time_limit=request["seconds"],
        display=False,
        num_workers=request["workers"],
        random_seed=request["seed"],
    )
    answer: dict[str, Any] = {
        "status": result.status.value,
        "wall_s": time.monotonic() - began,
        "cpu_s": time.process_time() - began_cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "trace": trace,
        "version": f"pyjobshop {version('pyjobshop')} ortools {version('ortools')}",
    }
    if result.best.tasks:
        answer["objective"] = round(result.objective)
        answer["bound"] = round(result.lower_bound)
        answer["modes"] = [mode_of[task.mode] for task in result.best.tasks]
        answer["starts"] = [task.start for task in result.best.tasks]
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
