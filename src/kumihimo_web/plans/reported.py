"""Reading what was reported of steps: when they were really started and finished."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from kumihimo_web.plans.models import Freeze, PlanOrder, Report, Version


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
