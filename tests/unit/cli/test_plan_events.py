"""Events of a living plan: their JSON, their short forms on the command line, and what cannot have happened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kumihimo.cli.plan_diff import _delayed, _stop
from kumihimo.errors import InputError, LocatedErrors
from kumihimo.interop.plan_events import event_document, events_from_bytes, minute_of
from kumihimo.interop.planning_json import read_problem
from kumihimo.planning import plan
from kumihimo.planning.events import (
    ActualFinish,
    ActualStart,
    CancelOrder,
    ChangeCalendar,
    DelayStep,
    Event,
    Known,
    RushOrder,
    StopResource,
    StopSite,
    check_event,
)
from kumihimo.planning.problem import Fixed, Mode, Order, PlanCalendar, Step

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "problems" / "three-firms.json"
PROBLEM = read_problem(EXAMPLE)
KNOWN = Known.of(PROBLEM)
ORDER = PROBLEM.orders[0]
STEP = ORDER.steps[0]
MACHINE = STEP.modes[0].resource
SITE = KNOWN.machines[MACHINE]
RUSH = Order(id="rush", due=3000, steps=(Step(id="a", modes=(Mode(resource=MACHINE, duration=30),)),))

EVENTS: tuple[Event, ...] = (
    RushOrder(order=RUSH),
    CancelOrder(order_id=ORDER.id),
    DelayStep(order=ORDER.id, step=STEP.id, start=900),
    DelayStep(order=ORDER.id, step=STEP.id, end=1900),
    StopResource(resource=MACHINE, start=480, end=1020),
    StopSite(site=SITE, start=480, end=1020),
    ChangeCalendar(resource=MACHINE, calendar=PlanCalendar(id="n", weekly=((0, 600),), open=((700, 800),))),
    ChangeCalendar(resource=MACHINE, calendar=None),
    ActualStart(order=ORDER.id, step=STEP.id, resource=MACHINE, start=481),
    ActualFinish(order=ORDER.id, step=STEP.id, resource=MACHINE, start=481, end=700),
)


def read(document: Any) -> tuple[Event, ...]:
    return events_from_bytes(json.dumps(document).encode(), PROBLEM)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_written_read_and_possible(event: Event) -> None:
    assert read(event_document(event)) == (event,)
    check_event(KNOWN, event)


def test_one_many_or_a_file_with_a_name() -> None:
    documents = [event_document(event) for event in EVENTS]
    assert read(documents) == EVENTS
    assert read({"format": "kumihimo-events/1", "events": documents}) == EVENTS
    with pytest.raises(InputError, match="no event"):
        read([])


def test_times_are_minutes_or_moments() -> None:
    times = {"start": "2026-12-02T08:00+09:00", "end": "2026-12-02T00:00Z"}
    stop = {"event": "stop_resource", "resource": MACHINE, **times}
    assert read(stop) == (StopResource(resource=MACHINE, start=1440 + 480, end=1440 + 540),)
    start = PROBLEM.start
    assert minute_of("4320", start) == 4320
    assert minute_of("2026-12-02T08:00", start) == 1920, "without an offset it is the local time of the plan"
    assert minute_of("2026-12-02", start) == 1440
    assert minute_of("2026-12-02T08:00:30+09:00", start) is None
    assert minute_of("soon", start) is None


@pytest.mark.parametrize(
    ("document", "place", "expected"),
    [
        ({"event": "explode"}, "$.event", "one of rush_order"),
        ({"resource": "x"}, "$.event", "the key 'event'"),
        ([1], "$[0]", "an object"),
        ({"event": "stop_site", "site": "s", "start": 0}, "$.end", "the key 'end'"),
        ({"event": "stop_site", "site": "s", "start": 0, "end": 5, "why": 1}, "$.why", "a known key"),
        ({"event": "stop_site", "site": "s", "start": "soon", "end": 5}, "$.start", "minutes from the start"),
        ({"event": "stop_site", "site": "s", "start": True, "end": 5}, "$.start", "minutes from the start"),
        ({"event": "stop_site", "site": "s", "start": 0.5, "end": 5}, "$.start", "minutes from the start"),
        ({"event": "stop_site", "site": "s", "start": 1e300, "end": 5}, "$.start", "minutes from the start"),
        ({"event": "delay_step", "order": "o", "step": "s"}, "$", "start or end"),
        ({"event": "change_calendar", "resource": "r", "calendar": "nope"}, "$.calendar", "calendars"),
        ({"event": "rush_order", "order": {"id": "x"}}, "$.order.steps", "the key 'steps'"),
        ({"format": "kumihimo-events/2", "events": []}, "$.format", "kumihimo-events/1"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(document: Any, place: str, expected: str) -> None:
    with pytest.raises(LocatedErrors) as told:
        read(document)
    problem = told.value.problems[0]
    assert problem.column == place
    assert expected in problem.expected_en


def rush(*steps: Step, ship_to: str | None = None, name: str = "new") -> RushOrder:
    return RushOrder(order=Order(id=name, steps=steps, ship_to=ship_to))


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (CancelOrder(order_id="nobody"), "no such order: 'nobody'"),
        (DelayStep(order=ORDER.id, step="nope", start=1), "has no step 'nope'; its steps"),
        (DelayStep(order=ORDER.id, step=STEP.id), "neither start nor end"),
        (DelayStep(order=ORDER.id, step=STEP.id, start=9, end=5), "not after"),
        (StopResource(resource="nope", start=1, end=2), "no such resource"),
        (StopResource(resource=MACHINE, start=2, end=2), "not after"),
        (StopSite(site="customer", start=1, end=2), "no such site"),
        (ChangeCalendar(resource="nope", calendar=None), "no such resource"),
        (ActualStart(order=ORDER.id, step=STEP.id, resource="okaya-assembly", start=1), "cannot be done on"),
        (ActualFinish(order=ORDER.id, step=STEP.id, resource=MACHINE, start=5, end=4), "not after"),
        (rush(*RUSH.steps, name=ORDER.id), "already has an order"),
        (rush(), "at least one step"),
        (rush(RUSH.steps[0], RUSH.steps[0]), "an id of its own"),
        (rush(Step(id="a", modes=(Mode(resource="nope", duration=1),))), "no such resource"),
        (rush(Step(id="a", after=("z",))), "no such after"),
        (rush(Step(id="a", after=("b",)), Step(id="b", after=("a",))), "wait for each other"),
        (rush(RUSH.steps[0], ship_to="moon"), "no such ship_to"),
        (rush(Step(id="a", fixed=Fixed(resource="nope", start=0, end=1))), "no such resource"),
        (rush(Step(id="a", freeze="done")), "needs 'fixed'"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else None,
)
def test_what_cannot_have_happened(event: Event, words: str) -> None:
    with pytest.raises(InputError, match=words) as told:
        check_event(KNOWN, event)
    assert not told.value.ja.isascii()


def test_short_forms_of_the_command_line() -> None:
    assert _stop(f"{MACHINE}:480-1020", PROBLEM, "--stop X") == (MACHINE, 480, 1020)
    moments = "2026-12-02T08:00+09:00-2026-12-03T17:00+09:00"
    assert _stop(f"a:b-c:{moments}", PROBLEM, "--stop X") == ("a:b-c", 1920, 2 * 1440 + 1020)
    assert _stop(f"{MACHINE}:2026-12-02T08:00-2026-12-03T17:00", PROBLEM, "--stop X")[1:] == (1920, 2 * 1440 + 1020)
    for wrong in (MACHINE, f"{MACHINE}:480", f"{MACHINE}:a-b", ":1-2", f"{MACHINE}:2026-12-02-2026-12-03"):
        with pytest.raises(InputError, match="cannot read"):
            _stop(wrong, PROBLEM, "--stop RESOURCE:FROM-TO")
    made = plan(PROBLEM, iterations=1)
    row = next(r for r in made.steps if r.order == ORDER.id)
    assert _delayed(f"{row.order}/{row.step}:90", PROBLEM, made) == DelayStep(
        order=row.order, step=row.step, start=row.start + 90
    )
    for wrong, words in ((f"{row.order}/{row.step}", "cannot read"), ("x/y:5", "no step 'x/y'"), ("x/y:-5", "cannot")):
        with pytest.raises(InputError, match=words):
            _delayed(wrong, PROBLEM, made)
