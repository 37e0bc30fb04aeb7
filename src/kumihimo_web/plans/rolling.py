"""Moves the beginning of a plan to another midnight: what was planned stands where it stood, minute 0 is another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kumihimo.model import Network
from kumihimo.model.calendar import DAY_MIN
from kumihimo.planning.compare import cost_of
from kumihimo.planning.events import (
    ActualFinish,
    ActualStart,
    ChangeCalendar,
    DelayStep,
    Event,
    RushOrder,
    StopResource,
    StopSite,
)
from kumihimo.planning.problem import WEEK_MIN, Interval, Order, PlanCalendar, Problem, Resource
from kumihimo.planning.result import Plan

if TYPE_CHECKING:
    from kumihimo.proposal.site_load import LoadBook

KEPT_DAYS = 30
"""An order whose steps are all done is carried along for so long; earlier versions keep it."""
_SILENT_MIN = 2 * WEEK_MIN
"""A machine that an event has closed for so long before the horizon is closed for good, until somebody says more."""


def rolled(problem: Problem, plan: Plan, today: date, network: Network) -> tuple[Problem, Plan]:
    """Return the same plan with its minute 0 at the midnight of a later day, and the horizon as long from there.

    What lies before has negative minutes: it can only be done, running or fixed, and stays where it was. Free hours
    that were known stay as they were, with every stop; those of the new days behind the old horizon are what the firms
    say today. Orders done for `KEPT_DAYS` are left out.
    """
    by = (problem.start.date() - today).days * DAY_MIN
    if by >= 0:
        return problem, plan
    last: dict[str, int] = {}
    for row in plan.steps:
        last[row.order] = max(last.get(row.order, row.end), row.end)
    gone = {
        order.id
        for order in problem.orders
        if all(step.freeze == "done" for step in order.steps) and last.get(order.id, 0) + by < -KEPT_DAYS * DAY_MIN
    }
    later = replace(
        problem,
        start=problem.start.replace(year=today.year, month=today.month, day=today.day),
        orders=tuple(shifted_order(order, by) for order in problem.orders if order.id not in gone),
        calendars=_calendars(problem, by, today, network),
        sha256="",
    )
    steps = (replace(row, start=row.start + by, end=row.end + by) for row in plan.steps if row.order not in gone)
    moved = replace(
        plan,
        steps=tuple(steps),
        late=tuple(one for one in plan.late if one.order not in gone),
        # Without the orders that are gone less is proven.
        lower_bound=0 if gone else plan.lower_bound,
    )
    return later, replace(moved, objective=cost_of(later, moved).total)


def shifted_order(order: Order, by: int) -> Order:
    """Return an order with its minutes counted from another minute 0."""
    steps = tuple(
        step
        if step.fixed is None
        else replace(step, fixed=replace(step.fixed, start=step.fixed.start + by, end=step.fixed.end + by))
        for step in order.steps
    )
    due = None if order.due is None else order.due + by
    return replace(order, release=max(0, order.release + by), due=due, steps=steps)


def shifted_event(event: Event, by: int) -> Event:
    """Return an event with its minutes counted from another minute 0."""
    match event:
        case RushOrder(order=order):
            return replace(event, order=shifted_order(order, by))
        case ChangeCalendar(calendar=calendar):
            return event if calendar is None else replace(event, calendar=_shifted_calendar(calendar, by))
        case DelayStep(start=start, end=end):
            return replace(event, start=None if start is None else start + by, end=None if end is None else end + by)
        case StopResource() | StopSite() | ActualFinish():
            return replace(event, start=event.start + by, end=event.end + by)
        case ActualStart():
            return replace(event, start=event.start + by)
    return event


def _shifted_calendar(calendar: PlanCalendar, by: int) -> PlanCalendar:
    """Return a calendar without the exceptions that are over; the days of the week are those of the start anyway."""
    return replace(calendar, closed=_since(0, _moved(calendar.closed, by)), open=_since(0, _moved(calendar.open, by)))


def _moved(spans: Iterable[Interval], by: int) -> tuple[Interval, ...]:
    return tuple((a + by, b + by) for a, b in spans)


def _since(minute: int, spans: Iterable[Interval]) -> tuple[Interval, ...]:
    return tuple((max(a, minute), b) for a, b in spans if b > minute)


def since(problem: Problem, now: int) -> Problem:
    """Return the problem with every machine closed before a minute: nothing new can be put there."""
    calendars = tuple(
        replace(one, closed=(*one.closed, (-WEEK_MIN, now)), open=_since(now, one.open)) for one in problem.calendars
    )
    return replace(problem, calendars=calendars, sha256="")


def _calendars(problem: Problem, by: int, today: date, network: Network) -> tuple[PlanCalendar, ...]:
    from kumihimo.proposal.network_plan import load_book

    machine_of: dict[str, Resource] = {}
    for resource in problem.resources:
        if resource.calendar is not None:
            machine_of.setdefault(resource.calendar, resource)
    book = load_book(network, today, problem.horizon)
    sites = {site.id for site in network.sites}
    found = []
    for calendar in problem.calendars:
        later, machine = _shifted_calendar(calendar, by), machine_of.get(calendar.id)
        if machine is not None and machine.site in sites and not calendar.weekly:
            later = _lengthened(later, machine, book, problem.horizon + by)
        found.append(later)
    return tuple(found)


def _lengthened(calendar: PlanCalendar, machine: Resource, book: LoadBook, known: int) -> PlanCalendar:
    """Return listed hours with those behind the minute until which they were known."""
    changed_by_event = "#" in calendar.id
    if changed_by_event and max((b for _a, b in calendar.open), default=0) < known - _SILENT_MIN:
        return calendar
    process = machine.id.removeprefix(f"{machine.site}/")
    if "#" in process:
        # A second machine was only lent.
        return calendar
    return replace(calendar, open=(*calendar.open, *_since(max(0, known), book.load(machine.site, process).open)))
