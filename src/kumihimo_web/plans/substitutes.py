"""Who could do what a stop hits, at what price and from when, and where a plan has put it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from kumihimo.planning.calendar import NEVER, WorkCalendar, open_intervals, week_phase
from kumihimo.planning.problem import Interval, Mode, Order, Resource, Step
from kumihimo.planning.result import PlannedStep
from kumihimo_web.plans.mapping import Solved

_SHOWN = 4
"""Substitutes of a step whose first free time is looked for: no more are shown."""


def affected(
    before: Solved, after: Solved, hit: Iterable[tuple[str, str]], stopped: Iterable[str], *, now: int
) -> list[dict[str, Any]]:
    """Return the steps that a stop hits, each with the firms that could do it instead, the cheapest first.

    Of each of these firms it says from when it has room in the new plan: that is why the work goes where it goes.

    Parameters
    ----------
    before
        The plan as it was, with the substitutes among the modes.
    after
        The plan that was found.
    hit
        (order, step) of the plan as it was.
    stopped
        Sites that stand still: they are no substitutes.
    now
        Minute before which nothing can begin.
    """
    rooms, wanted, down = _Rooms(after, now), set(hit), set(stopped)
    found = [_one(before, rooms, row, down) for row in before.plan.steps if (row.order, row.step) in wanted]
    return sorted(found, key=lambda one: (one["start"], one["ref"]))


def _one(before: Solved, rooms: _Rooms, row: PlannedStep, down: set[str]) -> dict[str, Any]:
    step, place = before.step_of(row.order, row.step), before.place_of(row.resource)
    offers = {one["site"]: one for one in step.get("offers", ())}
    own = _site(row.resource)
    price = offers[own]["jpy"] if own in offers else None
    others = sorted((one for site, one in offers.items() if site not in down | {own}), key=lambda one: one["jpy"])

    def more(site: str) -> int | None:
        return None if price is None or site not in offers else offers[site]["jpy"] - price

    def name(site: str) -> str:
        return before.places[site].firm_name if site in before.places else offers[site]["firm"]

    to = rooms.rows.get((row.order, row.step))
    return {
        "ref": row.order,
        "title": before.title_of(row.order),
        "step": row.step,
        "ja": step.get("label_ja") or row.step,
        "en": step.get("label_en") or row.step,
        "firm": place.firm,
        "firm_name": place.firm_name,
        "start": row.start,
        "end": row.end,
        "to": None
        if to is None
        else {"firm_name": before.place_of(to.resource).firm_name, "start": to.start, "jpy": more(_site(to.resource))},
        "substitutes": [
            {
                "firm": one["firm"],
                "firm_name": name(one["site"]),
                "jpy": more(one["site"]),
                "free": rooms.first(row.order, row.step, one["site"]) if at < _SHOWN else None,
            }
            for at, one in enumerate(others)
        ],
    }


def _site(resource: str) -> str:
    return resource.rpartition("/")[0]


class _Rooms:
    """Free time on the machines of a plan."""

    def __init__(self, solved: Solved, now: int) -> None:
        problem = solved.problem
        self.solved, self.now = solved, now
        self.rows = {(row.order, row.step): row for row in solved.plan.steps}
        self._steps: Mapping[tuple[str, str], tuple[Order, Step]] = {
            (order.id, step.id): (order, step) for order in problem.orders for step in order.steps
        }
        self._resources = {one.id: one for one in problem.resources}
        self._calendars = {one.id: one for one in problem.calendars}
        self._runs: defaultdict[str, list[PlannedStep]] = defaultdict(list)
        for row in sorted(solved.plan.steps, key=lambda row: row.start):
            self._runs[row.resource].append(row)

    def first(self, order: str, step: str, site: str) -> int | None:
        """Return the first minute at which a site could do a step; None where it never can or nobody can say."""
        if (order, step) not in self._steps:
            return None
        found, asked = self._steps[order, step]
        mode = next((one for one in asked.modes if _site(one.resource) == site), None)
        if mode is None:
            return None
        stands = self.rows.get((order, step))
        if stands is not None and stands.resource == mode.resource:
            return stands.start
        machine = self._resources[mode.resource]
        if machine.kind == "batch" or machine.capacity > 1:
            # Several share it at a time: only the planner knows which.
            return None
        return self._after(machine, mode, self._ready(found, asked, site), (order, step))

    def _ready(self, order: Order, step: Step, site: str) -> int:
        """Return when the goods could be at a site."""
        ready = max(self.now, order.release)
        for name in step.after:
            row = self.rows.get((order.id, name))
            if row is not None:
                leg = self.solved.problem.transport.leg(_site(row.resource), site)
                ready = max(ready, row.end + (leg.minutes if leg is not None else 0))
        return ready

    def _after(self, machine: Resource, mode: Mode, minute: int, own: tuple[str, str]) -> int | None:
        hours = self._hours(machine)
        start = hours.next_open(minute)
        for row in self._runs[machine.id]:
            if (row.order, row.step) == own or row.end <= start:
                continue
            if start < NEVER and hours.finish(start, max(1, mode.duration)) <= row.start:
                break
            start = hours.next_open(max(start, row.end))
        if start >= NEVER or hours.finish(start, max(1, mode.duration)) >= NEVER:
            return None
        return start

    def _hours(self, machine: Resource) -> WorkCalendar:
        if machine.calendar is None:
            return WorkCalendar.always()
        problem = self.solved.problem
        spans: list[Interval] = open_intervals(
            self._calendars[machine.calendar], week_phase(problem.start), self.now, problem.horizon
        )
        return WorkCalendar(spans)
