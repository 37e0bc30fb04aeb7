"""The plan and the orders: drafts out of what was planned, and back to the plan what was said and done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kumihimo.interop.work_order_json import work_order_from_json, work_order_to_json
from kumihimo.model import OrderStep, StepOffer
from kumihimo.trade import OperationOrder, OrderEvent, OrderState
from kumihimo.trade.work import shipped_quantity
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.design.language import say, twins
from kumihimo_web.inquiries import queries as inquiries
from kumihimo_web.orders.models import Event, Order, WorkOrder
from kumihimo_web.plans import earlier, reported
from kumihimo_web.plans import queries as plans
from kumihimo_web.plans import report_services as reports
from kumihimo_web.plans import services as planning
from kumihimo_web.plans.models import PlanOrder, PlanStep, Version

UNIT = "個"
_MORNING, _EVENING = time(8), time(17)


class NotInPlan(Exception):
    """The current plan has no such order, or found no place for it."""


# From the plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An order of the plan, ready to be ordered from firms.

    Attributes
    ----------
    document
        kumihimo-work-order/1 with the sites that the plan has chosen.
    drafts
        (id of the step in the plan, what the command ``draft`` carries).
    """

    title: str
    buyer: int | None
    buyer_name: str
    inquiry: str
    due_on: date | None
    document: dict[str, Any]
    drafts: tuple[tuple[str, dict[str, Any]], ...]


def planned(ref: str) -> Planned:
    """Return an order of the current plan as it stands there.

    Raises
    ------
    NotInPlan
        It is not there, or has no place.
    """
    version = plans.current()
    row = None if version is None else plans.order(version, ref)
    steps = [] if row is None else list(plans.steps_of(row))
    if row is None or not steps:
        raise NotInPlan(ref)
    order = work_order_from_json(row.work_order)
    placed: dict[str, list[PlanStep]] = {}
    for step in steps:
        placed.setdefault(step.step.partition("@")[0], []).append(step)
    chosen = replace(order, steps=tuple(_as_placed(step, placed.get(step.id, [])) for step in order.steps))
    return Planned(
        title=row.title,
        buyer=row.buyer,
        buyer_name=row.buyer_name,
        inquiry=inquiries.booked_as(ref),
        due_on=row.due_on,
        document=work_order_to_json(chosen),
        drafts=tuple((step.plan_step(site), _draft(row, step, site)) for step in chosen.steps for site in step.chosen),
    )


def _as_placed(step: OrderStep, rows: list[PlanStep]) -> OrderStep:
    """Return a step at the sites where the plan has put it, which a replan may have changed."""
    sites = tuple(row.site for row in rows)
    if not sites or sites == step.chosen:
        return step
    known = {offer.site for offer in step.offers}
    # A site that took over later than the order was written made no offer in it.
    added = tuple(
        StepOffer(
            firm=row.firm, site=row.site, capability="", minutes=row.end - row.start, jpy=0, quantity=row.quantity
        )
        for row in rows
        if row.site not in known
    )
    return replace(step, chosen=sites, offers=(*step.offers, *added))


def _draft(row: PlanOrder, step: OrderStep, site: str) -> dict[str, Any]:
    offer = step.offer_of(site)
    line = {
        "no": 1,
        "item": f"{row.title} {step.label_ja}",
        "quantity": offer.quantity or step.quantity,
        "unit": UNIT,
        "process": step.process,
    }
    return {
        "work_order": row.ref,
        "buyer": row.buyer_name or row.ref,
        "step": step.plan_step(site),
        "firm": offer.firm,
        "lines": [line],
    }


# Back to the plan


def tell_plan(row: Order, event: OrderEvent, before: OperationOrder | None, after: OperationOrder) -> None:
    """Tell the plan what an event means for its step; what it does not know any more it need not hear."""
    tell = _TOLD.get(event.kind)
    if tell is None or not row.step:
        return
    # Whoever has spoken, the program carries it on: a firm could not ask for a plan.
    with scoped(system_scope(row.network_id, current_scope().actor)):
        tell(row, event, before, after)


def _started(row: Order, event: OrderEvent, before: OperationOrder | None, after: OperationOrder) -> None:
    _report_start(row.work_order, row.step, _moment(event, _MORNING))


def _shipped(row: Order, event: OrderEvent, before: OperationOrder | None, after: OperationOrder) -> None:
    is_all_gone = shipped_quantity(after) >= min((line.quantity for line in after.agreed), default=1)
    was_all_gone = before is not None and shipped_quantity(before) >= min(
        (line.quantity for line in before.agreed), default=1
    )
    if is_all_gone and not was_all_gone:
        _report_finish(row.work_order, row.step, _moment(event, _EVENING))
    elif not is_all_gone:
        # Whoever ships a part has begun by then, at the latest; what was reported before stays.
        _report_start(row.work_order, row.step, _moment(event, _MORNING))


def _countered(row: Order, event: OrderEvent, before: OperationOrder | None, after: OperationOrder) -> None:
    if "due_on" not in event.data:
        return
    version, step = _step(row)
    if version is None or step is None:
        return
    due_on, ends = date.fromisoformat(event.data["due_on"]), timezone.localtime(step.ends_at)
    if due_on <= ends.date():
        return
    told = {
        "event": "delay_step",
        "order": row.work_order.ref,
        "step": row.step,
        "end": timezone.make_aware(datetime.combine(due_on, ends.time())).isoformat(timespec="minutes"),
    }
    subject = twins(lambda: _("%(order)s 納期変更の申し出: %(title)s %(step)s") % _named(row, step))
    planning.ask_events(version, [told], subject, is_trial=False, wish=f"{row.ref}/{event.seq}")


def _declined(row: Order, event: OrderEvent, before: OperationOrder | None, after: OperationOrder) -> None:
    version, step = _step(row)
    if version is None or step is None:
        return
    subject = twins(lambda: _("%(order)s 辞退: %(title)s %(step)s") % _named(row, step))
    ref = row.work_order.ref
    planning.ask_declined(version, ref, row.step, after.firm, subject, wish=f"{row.ref}/{event.seq}")


_TOLD = {
    "start": _started,
    "ship": _shipped,
    "receive": _shipped,
    "counter": _countered,
    "decline": _declined,
}


def _step(row: Order) -> tuple[Version | None, PlanStep | None]:
    version = plans.current()
    return version, None if version is None else plans.step(version, row.work_order.ref, row.step)


def _named(row: Order, step: PlanStep) -> Mapping[str, str]:
    return {"order": row.ref, "title": step.order.title, "step": say(step, "label")}


def _moment(event: OrderEvent, usual: time) -> datetime:
    """Return when it happened: now where it is of today, else at the usual time of the day that was told."""
    on = date.fromisoformat(event.data["on"]) if "on" in event.data else timezone.localdate(event.at)
    if on == timezone.localdate(event.at):
        return min(event.at, timezone.now())
    return min(timezone.make_aware(datetime.combine(on, usual)), timezone.now())


_ALL = 10_000
_NOT_TOLD = (reports.NoSuchStep, reports.EarlierOpen, earlier.BegunLater)
"""The plan has no such step, or knows otherwise of the steps before: then a person is asked (`untold`)."""


def _report_start(work_order: WorkOrder, step: str, at: datetime) -> None:
    with suppress(*_NOT_TOLD):
        reports.start(work_order.ref, step, at)


def _report_finish(work_order: WorkOrder, step: str, at: datetime) -> None:
    # Goods that have left were through all steps before, whether anybody said so or not.
    with suppress(*_NOT_TOLD):
        try:
            reports.finish(work_order.ref, step, at, earlier_done=_ALL)
        except reports.NotInTurn:
            # Begun and done on one day, of which only the day was told.
            report = reported.report(work_order.ref, step)
            if report is not None:
                done = report.started_at + timedelta(minutes=1)
                reports.finish(work_order.ref, step, done, earlier_done=_ALL)


# Substitutes

_NO, _YES = frozenset({"decline", "decline_rfq"}), frozenset({"quote", "accept"})


def _decliners(work_order: int, step: str) -> set[str]:
    of_step = Q(order__step=step) | Q(order__step__startswith=f"{step}@")
    words = Event._base_manager.filter(of_step, order__work_order=work_order, kind__in=_NO | _YES).order_by("at", "pk")
    last = {str(json.loads(data).get("firm")): kind for kind, data in words.values_list("kind", "data")}
    return {firm for firm, kind in last.items() if kind in _NO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """Another way to do the step of an order, as it was offered when the work order was planned."""

    firm: str
    site: str
    minutes: int
    jpy: int


def substitutes(row: Order, order: OperationOrder) -> tuple[Substitute, ...]:
    """Return who else could do the step of an order, best first.

    Left out are those whose last word about any order for the step, or for another share of it, was that they decline.
    """
    wanted = row.step.partition("@")[0]
    gone = _decliners(row.work_order_id, wanted)
    if order.state is OrderState.SUPERSEDED:
        gone.add(order.firm)
    for step in work_order_from_json(row.work_order.data).steps:
        if step.id == wanted:
            return tuple(
                Substitute(firm=offer.firm, site=offer.site, minutes=offer.minutes, jpy=offer.jpy)
                for offer in step.offers
                if offer.firm not in gone and offer.site not in step.chosen
            )
    return ()
