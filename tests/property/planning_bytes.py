"""Print plans of random problems as bytes, timings left out; run with and without the compiler.

`python planning_bytes.py FIRST COUNT ITERATIONS`: one line per problem, its seed, the plan, and the plan after events.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from random import Random

from planning_problems import small

from kumihimo.interop.planning_json import plan_to_bytes, problem_from_bytes
from kumihimo.planning import Plan, Problem, SolverRun, plan
from kumihimo.planning.events import CancelOrder, RushOrder, StopResource
from kumihimo.planning.living import LivingPlan

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
    """Return the plan of one problem without its timings, and the plan that three events leave."""
    asked = problem(seed)
    made = plan(asked, iterations=iterations, seed=seed % 7)
    return f"{seed} {bare(made)} {bare(after_events(asked, made, Random(seed)))}"


def after_events(asked: Problem, made: Plan, random: Random) -> Plan:
    """Return the plan after a rush order, a stop and a cancellation."""
    living = LivingPlan(asked, made, seed=1)
    start = random.randint(0, 3000)
    twin = replace(random.choice(asked.orders), id="rush", weight=9)
    living.apply(RushOrder(order=twin), rounds=10)
    living.apply(
        StopResource(resource=random.choice(asked.resources).id, start=start, end=start + random.randint(1, 900)),
        rounds=10,
    )
    living.apply(CancelOrder(order_id=asked.orders[0].id))
    return living.plan


def bare(made: Plan) -> str:
    """Return a plan as text; what the clock has a part in is left out."""
    run = made.solver
    told = {k: v for k, v in run.info.items() if k != "cpsat"}
    kept = replace(made, solver=SolverRun(iterations=run.iterations, seed=run.seed, info=told))
    return json.dumps(json.loads(plan_to_bytes(kept)), sort_keys=True)


def main() -> None:
    """Print the lines asked for."""
    first, count, iterations = map(int, sys.argv[1:])
    for seed in range(first, first + count):
        print(line(seed, iterations))


if __name__ == "__main__":
    main()
