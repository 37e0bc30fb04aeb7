"""A team's planning problem: its steps on its machines, in the hours that are really free, with trucks between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kumihimo.costing import StepQuote
from kumihimo.model import Capability, Network, Routing, WorkCalendar, standard_calendar
from kumihimo.model.calendar import DAY_MIN
from kumihimo.planning import Mode, Objective, Order, Problem, Step
from kumihimo.proposal.freight import Freight, transport_by
from kumihimo.proposal.machines import (
    due_minute,
    free_calendars,
    machine_id,
    plan_sites,
    plan_start,
    resources_of,
    site_points,
)
from kumihimo.proposal.settings import ProposalSettings
from kumihimo.proposal.site_load import DAYS_A_WEEK, LoadBook

CUSTOMER = "customer"
"""Site id of the delivery place in a proposal's planning problems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One step, or one share of a split step, given to one capability row of one site."""

    step: str
    firm: str
    site: str
    capability: Capability
    quantity: int
    quote: StepQuote

    @property
    def plan_step(self) -> str:
        """Id of the step in the planning problem; shares of one step differ by their site."""
        return f"{self.step}@{self.site}"


def release_minute(today: date, settings: ProposalSettings, *, buys_material: bool) -> int:
    """Return when the first step may start: after the answers, and after material has come where it is bought."""
    wait = settings.answer_days + (settings.material_days if buys_material else 0)
    calendar: WorkCalendar = standard_calendar()
    day, left = today, wait
    while left > 0:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return (day - today).days * DAY_MIN


def own_lead_days(capability: Capability) -> int:
    """Return the lead time that the firm itself names: the shortest, else the usual one; 0 when it names none."""
    return capability.lead_days_min or capability.lead_days_typ or 0


def work_minutes(assignment: Assignment, book: LoadBook) -> int:
    """Return the open minutes that a step takes: its work, but never less than the firm's own lead time.

    The shortest lead time counts where the firm has named one, else its usual one. A lead time of d days is d/7 of
    the site's free minutes in an average week.
    """
    own = own_lead_days(assignment.capability)
    weekly = book.load(assignment.site, assignment.capability.process).minutes_a_week
    return max(assignment.quote.total_min, math.floor(weekly * own / DAYS_A_WEEK))


def team_problem(
    order_id: str,
    routing: Routing,
    assignments: Sequence[Assignment],
    *,
    network: Network,
    book: LoadBook,
    settings: ProposalSettings,
    ship_to: tuple[float, float] | None,
    due: date | None,
    buys_material: bool,
    freight: Freight,
) -> Problem:
    """Build the planning problem of one team.

    Parameters
    ----------
    order_id
        Id of the only order.
    routing
        Steps and their order.
    assignments
        At least one for each step of the routing.
    ship_to
        Latitude and longitude of the delivery place; None when it is not known.
    due
        Due date; None when it is not known.
    freight
        How the goods travel between the sites.

    Returns
    -------
    Problem
    """
    machines = sorted({(item.site, item.capability.process) for item in assignments})
    points = site_points(network, (site for site, _ in machines))
    if ship_to is not None:
        points[CUSTOMER] = ship_to
    by_step: dict[str, list[Assignment]] = {}
    for item in assignments:
        by_step.setdefault(item.step, []).append(item)
    steps = tuple(
        Step(
            id=item.plan_step,
            after=tuple(before.plan_step for name in step.after for before in by_step[name]),
            modes=(
                Mode(
                    resource=machine_id(item.site, item.capability.process),
                    duration=work_minutes(item, book),
                    jpy=item.quote.total_jpy,
                ),
            ),
        )
        for step in routing.steps
        for item in by_step[step.id]
    )
    late_price = settings.jpy_per_late_min
    return Problem(
        start=plan_start(book.today),
        horizon=book.days * DAY_MIN,
        sites=plan_sites(points),
        transport=transport_by(freight, points, settings),
        calendars=free_calendars(machines, book),
        resources=resources_of(machines),
        orders=(
            Order(
                id=order_id,
                release=release_minute(book.today, settings, buys_material=buys_material),
                due=None if due is None else max(0, due_minute(due, book.today)),
                ship_to=CUSTOMER if ship_to is not None else None,
                steps=steps,
            ),
        ),
        objective=Objective(jpy_per_weighted_late_min=late_price),
    )
