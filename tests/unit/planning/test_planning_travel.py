"""The tables of ways are what `Transport.leg` answers, in both directions and to the last bit."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from kumihimo.logistics.transport import FormulaTransport
from kumihimo.planning import Objective, PlanSite, Resource
from kumihimo.planning.arrays import Arrays
from kumihimo.planning.compile_problem import Sites, compile_problem
from kumihimo.planning.occupancy import OpenTime
from kumihimo.planning.problem import PlanCalendar
from kumihimo.planning.warm import sample

_POINTS = {"a": (36.39, 139.06), "b": (36.32, 139.0), "c": (-12.5, 179.9), "d": (36.39, -179.95), "e": (36.39, 139.06)}
_WAYS = FormulaTransport(
    points=_POINTS, detour=1.31, speed_kmh=43.0, handling_min=20, jpy_per_km=97, jpy_fixed=3100, kg_co2_per_km=0.37
)


def test_formula_tables_hold_every_leg_both_ways() -> None:
    names = [*_POINTS, "nowhere"]
    problem = replace(
        sample(),
        sites=tuple(PlanSite(id=name) for name in names),
        resources=tuple(Resource(id=f"m{at}", site=name) for at, name in enumerate(names)),
        orders=(),
        calendars=(),
        transport=_WAYS,
        objective=Objective(jpy_per_kg_co2=7.5),
    )
    minutes, price = Sites(problem).travel()
    for (a, origin), (b, destination) in product(enumerate(names), repeat=2):
        leg = _WAYS.leg(origin, destination)
        if leg is None:
            assert (minutes[a, b], price[a, b]) == (-1, 0.0)
        else:
            assert (minutes[a, b], price[a, b]) == (leg.minutes, leg.jpy + leg.kg_co2 * 7.5)


def _arrays() -> Arrays:
    calendars = (
        PlanCalendar(id="day", weekly=((480, 720), (780, 1020))),
        PlanCalendar(id="once", open=((5000, 5100),)),
        PlanCalendar(id="nothing"),
    )
    resources = tuple(Resource(id=f"m{at}", site="a", calendar=c.id) for at, c in enumerate(calendars))
    problem = replace(sample(), resources=resources, orders=(), calendars=calendars)
    return compile_problem(problem).arrays


def test_positions_of_many_minutes_are_those_of_each() -> None:
    time = OpenTime(_arrays())
    minutes = np.array([-50, 0, 479, 480, 721, 1019, 1020, 4999, 5000, 5050, 5100, 30_000], np.int64)
    # Asked twice, the second time far outside of what was asked first.
    for asked in (minutes[3:6], minutes):
        for calendar in range(4):
            found = time.positions(np.full(len(asked), calendar, np.int64), asked).tolist()
            assert found == [time.work_before(calendar, minute) for minute in asked.tolist()]
