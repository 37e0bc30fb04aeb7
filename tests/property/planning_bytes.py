"""Print plans of random problems as bytes, timings left out; run with and without the compiler.

`python planning_bytes.py FIRST COUNT ITERATIONS`: one line per problem, its seed and the plan.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from random import Random

from planning_problems import small

from kumihimo.interop.planning_json import plan_to_bytes, problem_from_bytes
from kumihimo.planning import Problem, SolverRun, plan

SHOP = {
    "format": "kumihimo-problem/1",
    "start": "2026-12-01T00:00:00+09:00",
    "horizon": 100,
    "sites": [{"id": "s"}],
    "resources": [{"id": f"m{at}", "site": "s"} for at in range(3)],
    "orders": [
        {
            "id": f"j{number}",
            "steps": [
                {
                    "id": str(at),
                    "after": [str(at - 1)] if at else [],
                    "modes": [
                        {"resource": f"m{machine}", "duration": minutes},
                        {"resource": f"m{(machine + 1) % 3}", "duration": minutes + 2},
                    ],
                }
                for at, (machine, minutes) in enumerate(job)
            ],
        }
        for number, job in enumerate([[(0, 3), (1, 2), (2, 2)], [(0, 2), (2, 1), (1, 4)], [(1, 4), (2, 3)]])
    ],
    "objective": {"makespan": True},
}
"""A flexible job shop, which has a search of its own."""


def problem(seed: int) -> Problem:
    """Return the shop for a negative seed, else a random problem."""
    return problem_from_bytes(json.dumps(SHOP if seed < 0 else small(Random(seed))).encode())


def line(seed: int, iterations: int) -> str:
    """Return the plan of one problem without its timings."""
    made = plan(problem(seed), iterations=iterations, seed=seed % 7)
    run = made.solver
    told = {k: v for k, v in run.info.items() if k != "cpsat"}
    bare = replace(made, solver=SolverRun(iterations=run.iterations, seed=run.seed, info=told))
    return f"{seed} {json.dumps(json.loads(plan_to_bytes(bare)), sort_keys=True)}"


def main() -> None:
    """Print the lines asked for."""
    first, count, iterations = map(int, sys.argv[1:])
    for seed in range(first, first + count):
        print(line(seed, iterations))


if __name__ == "__main__":
    main()
