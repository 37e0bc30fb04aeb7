"""Instances of the generator that the bars of the planner were set on; it stands beside the repository, not in it.

200 firms share 100 or 300 orders, so that machines are seldom crowded: much looser than the public multi-firm set.
"""

from __future__ import annotations

import importlib.util
from datetime import datetime
from typing import Any

import numpy as np

from benchmarks.planning.instances import SHARED
from kumihimo.logistics.transport import MatrixTransport
from kumihimo.planning import Problem
from kumihimo.planning.problem import Mode, Objective, Order, PlanCalendar, PlanSite, Resource, Step

GENERATOR = SHARED / "multi_firm_generator.py"
SIZES = {"given-100": (200, 100), "given-300": (200, 300)}
"""Name -> firms and orders; about 560 and 1,630 steps."""
_DAY_MIN = 24 * 60
_START = datetime.fromisoformat("2026-11-30T00:00:00+09:00")


def is_there() -> bool:
    """Return whether the generator stands beside the repository."""
    return GENERATOR.is_file()


def given_problem(size: str, seed: int) -> Problem:
    """Return an instance with calendars and at most 8 firms for a step; a minute late costs the weight in yen."""
    firms, orders = SIZES[size]
    arrays = _generated(firms, orders, seed)
    every = range(firms)
    calendars = []
    for firm in every:
        opens, minutes = int(arrays["shift0"][firm]), int(arrays["shiftl"][firm])
        days = np.flatnonzero(~arrays["off"][firm]).tolist()
        shifts = tuple((day * _DAY_MIN + opens, day * _DAY_MIN + opens + minutes) for day in days)
        calendars.append(PlanCalendar(id=f"calendar-{firm}", open=shifts))

    def table(values: Any) -> dict[str, dict[str, int]]:
        return {f"site-{a}": {f"site-{b}": int(values[a, b]) for b in every if a != b} for a in every}

    return Problem(
        start=_START,
        horizon=int(arrays["H"]) * _DAY_MIN,
        sites=tuple(PlanSite(id=f"site-{firm}") for firm in every),
        resources=tuple(
            Resource(id=f"machine-{firm}", site=f"site-{firm}", calendar=f"calendar-{firm}") for firm in every
        ),
        calendars=tuple(calendars),
        orders=tuple(_order(arrays, number) for number in range(orders)),
        transport=MatrixTransport(minutes=table(arrays["trav"]), jpy=table(arrays["tcost"])),
        objective=Objective(jpy_per_weighted_late_min=1),
    )


def _generated(firms: int, orders: int, seed: int) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("multi_firm_generator", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, Any] = module.gen(firms, orders, seed=seed, maxelig=8)
    return found


def _order(arrays: dict[str, Any], number: int) -> Order:
    first, last = (int(at) for at in arrays["jptr"][number : number + 2])
    steps = []
    for at in range(first, last):
        ways = range(int(arrays["eptr"][at]), int(arrays["eptr"][at + 1]))
        modes = (
            Mode(resource=f"machine-{arrays['ef'][way]}", duration=int(arrays["ed"][way]), jpy=int(arrays["ec"][way]))
            for way in ways
        )
        before = (str(at - first - 1),) if at > first else ()
        steps.append(Step(id=str(at - first), after=before, modes=tuple(modes)))
    return Order(
        id=f"order-{number}",
        steps=tuple(steps),
        release=int(arrays["rel"][number]),
        due=int(arrays["due"][number]),
        weight=int(arrays["w"][number]),
    )
