"""What travels between prefectures by the current plan: every leg from one step of an order to the next."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextField
from django.db.models.functions import Cast

from kumihimo_web.accounts.kept import kept
from kumihimo_web.plans.models import Version
from kumihimo_web.plans.queries import minute_now

DAYS = 14
_COUNTED_EVERY_MIN = 15
"""The two weeks begin now; which transports they hold is counted anew in such steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """One leg: parts leave a machine for the next one.

    Attributes
    ----------
    order
        Primary key of the order in this version.
    leaves
        Minute of the version.
    start, end
        Machines.
    lane
        Prefectures of both.
    """

    order: int
    leaves: int
    start: str
    end: str
    lane: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTransport:
    """A transport as it is shown: the order, both firms and the time."""

    order_ref: str
    title: str
    leaves_at: datetime
    start: str
    end: str


def transports(found: Version, process: str = "") -> list[Transport]:
    """Return what leaves one site for another in the next two weeks, the next one first.

    Parameters
    ----------
    process
        Of the step before or after the leg; empty for all.
    """
    since = minute_now(found)
    steps = found.steps.order_by()
    leaving = steps.filter(end__gte=since, end__lt=since + DAYS * 1440)
    before = {
        (order, step): (resource, end, of)
        for order, step, resource, end, of in leaving.values_list("order", "step", "resource", "end", "process")
    }
    towns = dict(found.machines.filter(steps__gt=0).order_by().values_list("resource", "municipality"))
    next_ones = steps.filter(order__in=leaving.values("order"), start__gte=since)
    rows = list(next_ones.values_list("order", "resource", "process", Cast("after", TextField())))
    # One reading of all that stands in the column; one a row takes half of the time.
    ways = json.loads(f"[{','.join(row[3] for row in rows)}]")
    legs = []
    for (order, resource, of, _text), after in zip(rows, ways, strict=True):
        for name, _minutes in after:
            start, leaves, of_start = before.get((order, name), ("", 0, ""))
            if not start or _site(start) == _site(resource) or (process and process not in (of_start, of)):
                continue
            lane = (towns.get(start, "")[:2], towns.get(resource, "")[:2])
            legs.append(Transport(order=order, leaves=leaves, start=start, end=resource, lane=lane))
    return sorted(legs, key=lambda leg: (leg.leaves, leg.order, leg.end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How many transports there are in the next two weeks.

    Attributes
    ----------
    lanes
        ((prefecture, prefecture), number of transports), the busiest first.
    near
        Transports that stay in a prefecture.
    """

    lanes: list[tuple[tuple[str, str], int]]
    near: int


def traffic(found: Version, process: str = "") -> Traffic:
    """Return how many transports there are, all or those before and after a process; kept for a while."""
    stamp = (found.pk, found.created_at, found.reports, minute_now(found) // _COUNTED_EVERY_MIN)
    return kept(f"traffic-{process}", stamp, lambda: _traffic(transports(found, process)))


def _traffic(legs: list[Transport]) -> Traffic:
    return Traffic(lanes=lanes(legs), near=sum(leg.lane[0] == leg.lane[1] for leg in legs))


def lanes(legs: list[Transport]) -> list[tuple[tuple[str, str], int]]:
    """Return ((prefecture, prefecture), number of transports) between different prefectures, the busiest first."""
    counted = Counter(leg.lane for leg in legs if leg.lane[0] != leg.lane[1] and all(leg.lane))
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def shown(found: Version, legs: list[Transport]) -> list[ShownTransport]:
    """Return transports as they are shown."""
    rows = found.orders.filter(pk__in={leg.order for leg in legs}).values_list("pk", "ref", "title")
    orders = {pk: (ref, title) for pk, ref, title in rows}
    names = dict(found.machines.order_by().values_list("resource", "firm_name"))
    return [
        ShownTransport(
            order_ref=orders[leg.order][0],
            title=orders[leg.order][1],
            leaves_at=found.moment(leg.leaves),
            start=names[leg.start],
            end=names[leg.end],
        )
        for leg in legs
    ]


def _site(resource: str) -> str:
    return resource.partition("/")[0]
