"""Candidates of a step with their price, days and risks: what teams are formed from."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumihimo.costing import quote_step
from kumihimo.matching import Candidate
from kumihimo.matching.score import PPM_PRIOR_DEFECTS, PPM_PRIOR_PIECES
from kumihimo.model import Network, RoutingStep, StepRequirement
from kumihimo.proposal.site_load import DAYS_A_WEEK, LoadBook
from kumihimo.proposal.team_plan import Assignment, work_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A candidate with what it would cost and take.

    Attributes
    ----------
    days
        Calendar days that the work takes in the site's free hours.
    defect_rate
        Estimated share of defective pieces, 0 to 1.
    defect_known
        Whether the site has delivery records; without them the estimate is the prior alone.
    """

    candidate: Candidate
    assignment: Assignment
    price_jpy: int
    days: int
    defect_rate: float
    defect_known: bool


def option_of(
    candidate: Candidate,
    step: RoutingStep,
    need: StepRequirement,
    quantity: int,
    *,
    buys_material: bool,
    network: Network,
    book: LoadBook,
) -> Option:
    """Price a candidate for a lot."""
    capability = network.capability(candidate.capability)
    assignment = Assignment(
        step=step.id,
        firm=candidate.firm,
        site=candidate.site,
        capability=capability,
        quantity=quantity,
        quote=quote_step(need, capability, quantity=quantity, buys_material=buys_material),
    )
    return Option(
        candidate=candidate,
        assignment=assignment,
        price_jpy=assignment.quote.total_jpy,
        days=elapsed_days(assignment, book),
        defect_rate=defect_rate(network, candidate.site),
        defect_known=bool(network.deliveries_of(candidate.site)),
    )


def defect_rate(network: Network, site: str) -> float:
    """Return the smoothed share of defective pieces of a site's delivery records.

    (defects + 2) / (pieces + 2,000): the posterior mean of a Gamma-Poisson model, with the prior of the score.
    """
    rows = network.deliveries_of(site)
    defects = sum(row.defects for row in rows)
    pieces = sum(row.quantity for row in rows)
    return (defects + PPM_PRIOR_DEFECTS) / (pieces + PPM_PRIOR_PIECES)


def elapsed_days(assignment: Assignment, book: LoadBook) -> int:
    """Return the calendar days that a step takes in the free hours of an average week, at least 1."""
    weekly = book.load(assignment.site, assignment.capability.process).minutes_a_week
    if weekly <= 0:
        return book.days
    return max(1, math.ceil(work_minutes(assignment, book) / weekly * DAYS_A_WEEK))
