"""Starts that firms told of their orders and that the plan could not take over: a person has to say how it was."""

from __future__ import annotations

from dataclasses import dataclass

from kumihimo.trade import OrderState
from kumihimo_web.orders.models import Event
from kumihimo_web.plans import earlier
from kumihimo_web.plans import queries as plans
from kumihimo_web.plans.models import Freeze, PlanStep

_BEGUN = (
    OrderState.IN_PROGRESS,
    OrderState.SHIPPED,
    OrderState.RECEIVED,
    OrderState.INSPECTED,
    OrderState.RETURNED,
    OrderState.REWORK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A step that was begun by its order, and not by the plan.

    Attributes
    ----------
    version
        Number of the current plan.
    waiting
        The steps before it of which nobody has said that they are done.
    """

    order: str
    version: int
    step: PlanStep
    waiting: tuple[PlanStep, ...]


def untold_starts() -> list[Untold]:
    """Return the steps that were begun while the plan knows otherwise of the steps before; what it lost it need not."""
    version = plans.current()
    if version is None:
        return []
    # Whoever ships a part has begun, whether that was said or not.
    begun = Event.objects.filter(kind__in=("start", "ship"), order__state__in=[state.value for state in _BEGUN])
    told = {
        (work_order, step): ref
        for ref, work_order, step in begun.values_list("order__ref", "order__work_order__ref", "order__step")
    }
    if not told:
        return []
    # Of what was reported, or followed from a report, the level tells.
    rows = version.steps.filter(order__ref__in={ref for ref, _step in told}, freeze__lt=Freeze.RUNNING)
    return [
        Untold(
            order=told[row.order.ref, row.step],
            version=version.number,
            step=row,
            waiting=tuple(earlier.still_open(row)),
        )
        for row in rows.select_related("order").order_by("start", "pk")
        if (row.order.ref, row.step) in told
    ]
