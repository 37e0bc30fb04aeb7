"""Compile the kernels once, so that nobody waits for it later: ``python -m kumihimo.planning.warm [PART ...]``.

The compiled kernels are kept on disk. Parts can be compiled side by side; without a part all of them are, one process
for each group.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from kumihimo.planning.problem import Mode, Objective, Order, PlanCalendar, PlanSite, Problem, Resource, Step


def sample() -> Problem:
    """Return a synthetic problem of four orders that two machines must share, with a calendar and an oven."""
    calendar = PlanCalendar(id="day", weekly=tuple((d * 1440 + 480, d * 1440 + 1020) for d in range(5)))
    orders = []
    for at in range(4):
        name = f"o{at}"
        modes = tuple(Mode(resource=f"m{m}", duration=120 + 30 * m, jpy=900 - 300 * m) for m in range(2))
        orders.append(
            Order(
                id=name,
                due=700,
                weight=at + 1,
                ship_to="a",
                steps=(
                    Step(id=f"{name}-10", modes=modes, family="x" if at % 2 else "y"),
                    Step(id=f"{name}-20", after=(f"{name}-10",), modes=(Mode(resource="oven", duration=60, jpy=100),)),
                ),
            )
        )
    return Problem(
        start=datetime.fromisoformat("2026-11-23T00:00:00+09:00"),
        horizon=20_000,
        sites=(PlanSite(id="a"),),
        resources=(
            Resource(id="m0", site="a", calendar="day", setup={"x": {"y": 15}}),
            Resource(id="m1", site="a", calendar="day"),
            Resource(id="oven", site="a", kind="batch", capacity=2),
        ),
        calendars=(calendar,),
        orders=tuple(orders),
        objective=Objective(jpy_per_weighted_late_min=10),
    )


def _plan() -> None:
    from kumihimo.planning.engine import plan

    plan(sample(), iterations=4)


def _living() -> None:
    from kumihimo.planning.engine import plan
    from kumihimo.planning.events import StopResource
    from kumihimo.planning.living import LivingPlan

    problem = sample()
    living = LivingPlan(problem, plan(problem, iterations=0))
    living.apply(StopResource(resource="m0", start=600, end=900))


def _shop() -> None:
    from kumihimo.planning.makespan.search import search_shop
    from kumihimo.planning.makespan.shop import Shop, shop_of

    problem = sample()
    resources = tuple(Resource(id=r.id, site=r.site) for r in problem.resources)
    shop = shop_of(replace(problem, resources=resources, calendars=(), objective=Objective(makespan=True)))
    if isinstance(shop, Shop):
        search_shop(shop, iterations=2000)


def _bound() -> None:
    from kumihimo.planning.bounds.lower_bound import lower_bound
    from kumihimo.planning.compile_problem import compile_problem

    lower_bound(compile_problem(sample()), iterations=2)


def _risk() -> None:
    from kumihimo.planning.engine import plan
    from kumihimo.planning.risk import simulate

    problem = sample()
    simulate(problem, plan(problem, iterations=0), samples=10)


PARTS: dict[str, Callable[[], None]] = {
    "plan": _plan,
    "living": _living,
    "shop": _shop,
    "bound": _bound,
    "risk": _risk,
}
GROUPS = (("plan", "living"), ("shop", "bound"), ("risk",))
"""Parts that share kernels stand together; the last waits for the first."""


def main(parts: Sequence[str]) -> int:
    """Compile the named parts here, or all of them in two processes."""
    if parts:
        for part in parts:
            PARTS[part]()
        return 0
    running = [subprocess.Popen([sys.executable, "-m", "kumihimo.planning.warm", *group]) for group in GROUPS[:2]]
    failed = [process.wait() for process in running]
    return max(*failed, subprocess.call([sys.executable, "-m", "kumihimo.planning.warm", *GROUPS[2]]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
