"""Candidates of a step with their price, days and risks: what teams are formed from."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumihimo.matching import Candidate
from kumihimo.model import Network
from kumihimo.proposal.site_load import DAYS_A_WEEK, LoadBook
from kumihimo.proposal.team_plan import Assignment, work_minutes

PRIOR_DEFECTS, PRIOR_PIECES = 2.0, 2000.0
"""Gamma prior of the defect rate, the same as in the score: 1,000 ppm with the weight of 2,000 pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A candidate with what it would cost and take.

    Attributes
    ----------
    days
        Calendar days that the work takes in the site's free hours.
    defect_rate
        Estimated share of defective pieces, 0 to 1.
    """

    candidate: Candidate
    assignment: Assignment
    price_jpy: int
    days: int
    defect_rate: float


def defect_rate(network: Network, site: str) -> float:
    """Return the smoothed share of defective pieces of a site's delivery records.

    (defects + 2) / (pieces + 2,000): the posterior mean of a Gamma-Poisson model.
    """
    rows = [row for row in network.deliveries if row.site == site]
    defects = sum(row.defects for row in rows)
    pieces = sum(row.quantity for row in rows)
    return (defects + PRIOR_DEFECTS) / (pieces + PRIOR_PIECES)


def elapsed_days(assignment: Assignment, book: LoadBook) -> int:
    """Return the calendar days that a step takes in the free hours of an average week, at least 1."""
    weekly = book.load(assignment.site, assignment.capability.process).minutes_a_week
    if weekly <= 0:
        return book.days
    return max(1, math.ceil(work_minutes(assignment, book) / weekly * DAYS_A_WEEK))
