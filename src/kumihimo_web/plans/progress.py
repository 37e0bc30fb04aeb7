"""How far an order is, as its buyer sees it: processes and dates, no firm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from kumihimo_web.plans.models import Freeze, PlanOrder, PlanStep, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One process of an order as its buyer sees it: no firm, no machine.

    Attributes
    ----------
    state
        ``done``, ``running`` or ``next``.
    is_reported
        Whether somebody said so; otherwise the plan does.
    """

    label_ja: str
    label_en: str
    process: str
    starts_at: datetime
    ends_at: datetime
    state: str
    is_reported: bool


def milestones(found: Version, row: PlanOrder, now: int) -> list[Milestone]:
    """Return the steps of an order as milestones; shares of a split lot are one."""
    joined: dict[str, list[tuple[Any, ...]]] = {}
    columns = ("step", "label_ja", "label_en", "process", "start", "end", "freeze")
    for values in row.steps.order_by("position").values_list(*columns):
        joined.setdefault(values[0].partition("@")[0], []).append(values)
    stones = []
    for shares in joined.values():
        start, end = min(share[4] for share in shares), max(share[5] for share in shares)
        levels = {share[6] for share in shares}
        state, is_reported = "next", False
        if levels == {Freeze.DONE}:
            state, is_reported = "done", True
        elif levels & {Freeze.RUNNING, Freeze.DONE}:
            state, is_reported = "running", True
        elif end <= now:
            state = "done"
        elif start <= now:
            state = "running"
        stones.append(
            Milestone(
                label_ja=shares[0][1],
                label_en=shares[0][2],
                process=shares[0][3],
                starts_at=found.moment(start),
                ends_at=found.moment(end),
                state=state,
                is_reported=is_reported,
            )
        )
    return stones


def progress_of(rows: Iterable[PlanOrder], now: int) -> dict[int, tuple[int, int]]:
    """Return order -> (steps that are over by report or by plan, all steps).

    Parameters
    ----------
    now
        Minute of the version of the orders; of orders that are closed everything is done anyway.
    """
    over = Count("pk", filter=Q(freeze=Freeze.DONE) | Q(freeze__lt=Freeze.RUNNING, end__lte=now))
    counted = PlanStep.objects.filter(order__in=[row.pk for row in rows]).order_by().values("order")
    return {one["order"]: (one["over"], one["all"]) for one in counted.annotate(over=over, all=Count("pk"))}
