"""Frozen steps on a machine that has no place left."""

from __future__ import annotations

from datetime import datetime

import pytest

from kumihimo.planning.double_booked import double_booked
from kumihimo.planning.problem import Fixed, Mode, Order, PlanSite, Problem, Resource, Step


def order(name: str, start: int, end: int, freeze: str = "committed") -> Order:
    fixed = Fixed(resource="lathe", start=start, end=end)
    step = Step(id="turn", modes=(Mode(resource="lathe", duration=end - start),), freeze=freeze, fixed=fixed)  # type: ignore[arg-type]
    return Order(id=name, steps=(step,))


def problem(*orders: Order, capacity: int = 1) -> Problem:
    return Problem(
        start=datetime.fromisoformat("2026-12-01T08:00:00+09:00"),
        horizon=5000,
        sites=(PlanSite(id="s"),),
        resources=(Resource(id="lathe", site="s", capacity=capacity),),
        orders=orders,
    )


def test_two_at_one_time_on_one_machine() -> None:
    (found,) = double_booked(problem(order("A", 480, 700), order("B", 600, 800)))
    assert (found.resource, found.one, found.other) == ("lathe", ("B", "turn"), ("A", "turn"))
    assert (found.start, found.end) == (600, 700)


@pytest.mark.parametrize(
    "asked",
    [
        problem(order("A", 480, 700), order("B", 700, 800)),
        problem(order("A", 480, 700), order("B", 600, 800), capacity=2),
        problem(order("A", 480, 700), order("B", 600, 800, "proposed")),
        problem(order("A", 480, 700), order("B", 600, 600)),
        problem(),
    ],
    ids=["one after the other", "two places", "only wished for", "takes no time", "nothing"],
)
def test_nothing_to_tell(asked: Problem) -> None:
    assert double_booked(asked) == ()


def test_three_on_two_places_are_told_once() -> None:
    found = double_booked(problem(order("A", 0, 90), order("B", 10, 50), order("C", 20, 100), capacity=2))
    assert [(item.one[0], item.other[0], item.start, item.end) for item in found] == [("C", "A", 20, 90)]
