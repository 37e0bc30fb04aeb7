"""Reading what was reported of steps: when they were really started and finished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from kumihimo_web.plans.earlier import before, routing_of
from kumihimo_web.plans.models import Freeze, PlanOrder, PlanStep, Report, Version

_NEAR = timedelta(minutes=30)
"""So much later an earlier step may have ended than the next one began: people round times."""


def reports(found: Version) -> QuerySet[Report]:
    """Return what was said of the steps of a version's orders, also what was taken back."""
    rows: QuerySet[Report] = Report.objects.filter(ref__in=found.orders.values("ref"))
    return rows


def report(ref: str, name: str) -> Report | None:
    """Return what was said of a step, None when nothing was or it was taken back."""
    found: Report | None = Report.objects.filter(ref=ref, step=name, withdrawn_at=None).first()
    return found


def reports_of(row: PlanOrder) -> dict[str, Report]:
    """Return step -> what was said of it, of an order."""
    return {one.step: one for one in Report.objects.filter(ref=row.ref, withdrawn_at=None)}


def finished_since(moment: datetime) -> set[tuple[str, str]]:
    """Return (order, step) of what the scope may see and was reported as finished since a moment."""
    rows = Report.objects.filter(told_at__gte=moment, finished_at__isnull=False, withdrawn_at=None)
    return set(rows.values_list("ref", "step"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfTurn:
    """Two steps of an order of which the later one was begun before the earlier one was done, by what was said.

    Attributes
    ----------
    is_open
        Whether nobody has said of the earlier one that it is done.
    """

    ref: str
    title: str
    earlier: PlanStep
    later: PlanStep
    is_open: bool


def out_of_turn(found: Version) -> list[OutOfTurn]:
    """Return what contradicts itself in the reports, the first pair of each order."""
    said = {(one.ref, one.step): one for one in reports(found).filter(withdrawn_at=None)}
    rows = found.steps.filter(order__ref__in={ref for ref, _step in said}).select_related("order")
    orders: dict[str, dict[str, PlanStep]] = {}
    for row in rows.only("order__ref", "order__title", "step", "label_ja", "label_en", "after").order_by("position"):
        orders.setdefault(row.order.ref, {})[row.step] = row
    listed = []
    for ref, steps in orders.items():
        routing = routing_of(steps)
        pairs = (_pair(ref, steps, said, name, before(routing, [name])) for name in steps if (ref, name) in said)
        listed += [pair for pair in pairs if pair is not None][:1]
    return listed


def _pair(
    ref: str, steps: dict[str, PlanStep], said: dict[tuple[str, str], Report], name: str, names: set[str]
) -> OutOfTurn | None:
    later = said[ref, name]
    for other in (one for one in steps if one in names):
        known = said.get((ref, other))
        end = None if known is None else known.finished_at
        if end is None or end - later.started_at > _NEAR:
            row = steps[name]
            return OutOfTurn(ref=ref, title=row.order.title, earlier=steps[other], later=row, is_open=end is None)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """A step of a version of which something was said that the version does not show.

    Attributes
    ----------
    step
        Primary key of the row.
    level
        The freeze level it has to have.
    is_elsewhere
        Whether the version puts it elsewhere than where it was begun or done.
    """

    step: int
    level: int
    is_elsewhere: bool


def has_changed_since(draft: Version) -> bool:
    """Return whether something was reported or taken back, after a draft was made, of what it changes.

    That is a step which it moves or cancels, or any step of an order that it leaves without a place.
    """
    rows = Report.objects.all()
    if draft.heard_at is not None:
        rows = rows.filter(told_at__gt=draft.heard_at)
    said = set(rows.values_list("ref", "step"))
    if not said:
        return False
    moved = {(one["ref"], one["step"]) for one in draft.diff.get("moves", ())}
    lost = draft.orders.filter(finish=None, ref__in={ref for ref, _step in said}).values_list("ref", flat=True)
    without_place = set(lost)
    return any(key in moved or key[0] in without_place for key in said)


def unheard(found: Version) -> list[Unheard]:
    """Return what was reported of the steps of a version, or taken back, while it did not look."""
    told = {(one.ref, one.step): one for one in reports(found)}
    rows = found.steps.filter(order__ref__in={ref for ref, _step in told})
    listed = []
    for pk, ref, name, resource, start, freeze in rows.values_list(
        "pk", "order__ref", "step", "resource", "start", "freeze"
    ):
        said = told.get((ref, name))
        if said is None:
            continue
        if said.level is None:
            if freeze >= Freeze.RUNNING:
                listed.append(Unheard(step=pk, level=said.level_before, is_elsewhere=False))
        elif said.level > freeze:
            known = found.moment(start) in (said.planned_start, said.started_at)
            elsewhere = resource != said.resource or not known
            listed.append(Unheard(step=pk, level=said.level, is_elsewhere=elsewhere))
        elif freeze == Freeze.DONE and said.level == Freeze.RUNNING:
            listed.append(Unheard(step=pk, level=said.level, is_elsewhere=False))
    return listed
