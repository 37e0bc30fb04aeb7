"""What an order must state before it goes out: filled in from what is known, and judged by the law package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.utils import timezone

from kumihimo.model import standard_calendar
from kumihimo.model.calendar import Period, WorkCalendar
from kumihimo.trade import NoticeItem, OperationOrder
from kumihimo.trade.business_days import business_days
from kumihimo.trade.fields import notice as fault_of_notice
from kumihimo.trade.law import OrderFacts, PartySize, Verdict, Work, check_order
from kumihimo.trade.notice import IF_IT_APPLIES, notice_of
from kumihimo.trade.order import OrderLine, amount_of
from kumihimo_web.firms import queries as firms
from kumihimo_web.orders import queries
from kumihimo_web.orders.office_models import Letterhead
from kumihimo_web.orders.papers import letterhead
from kumihimo_web.plans import queries as plans

MEANS = "銀行振込"
PAYMENT_DAYS = 30
"""Days from the receipt to the payment that a new order proposes; the law allows 60."""
INSPECTION_DAYS = 10
"""Days from the receipt within which a new order proposes to inspect."""
_YEAR_ENDS = 2
"""New Years to which a proposed day can come near."""


def notice_for(ref: str, *, due_on: date | None = None) -> dict[str, dict[str, Any]]:
    """Return the notice of an order as the command ``issue`` carries it, as far as it is known.

    An item that is missing has to be filled in by a person.

    Parameters
    ----------
    due_on
        The day of the receipt; None = as quoted or planned.
    """
    order = queries.order(ref)
    if order is None:
        return {}
    told: dict[str, dict[str, Any]] = {
        entry.item.value: _entry(entry.value, entry.undecided_reason, entry.planned_date) for entry in order.notice
    }
    today, due_on = timezone.localdate(), due_on or _due_on(order)
    known: dict[NoticeItem, str | int | None] = {
        NoticeItem.PARTIES: f"{letterhead().name} / {firms.names([order.firm]).get(order.firm, order.firm)}",
        NoticeItem.ORDERED_ON: today.isoformat(),
        NoticeItem.CONTENT: content_of(order.lines),
        NoticeItem.RECEIPT_ON: None if due_on is None else due_on.isoformat(),
        NoticeItem.RECEIPT_PLACE: _next_place(order),
        NoticeItem.AMOUNT: order.amount_jpy,
        NoticeItem.INSPECTION_BY: None if due_on is None else inspection_day(due_on).isoformat(),
        NoticeItem.PAYMENT_DUE: None if due_on is None else payment_day(due_on).isoformat(),
        NoticeItem.PAYMENT_MEANS: MEANS,
    }
    for item, value in known.items():
        if value is not None and (item.value not in told or item is NoticeItem.AMOUNT):
            told[item.value] = {"value": value}
    # Whether and until when it is inspected, somebody decides: goods are always looked at somehow.
    for item in IF_IT_APPLIES - {NoticeItem.INSPECTION_BY}:
        told.setdefault(item.value, {"not_applicable": True})
    return told


def content_of(lines: Iterable[OrderLine]) -> str:
    """Return what is ordered, in the words of the notice."""
    return "、".join(f"{line.item} {line.quantity:,}{line.unit}" for line in lines)


def verdicts_for(ref: str, notice: Mapping[str, Mapping[str, Any]]) -> tuple[Verdict, ...]:
    """Return what the rules say of an order with a notice; () while the notice cannot be read."""
    order = queries.order(ref)
    if order is None or fault_of_notice(dict(notice)) is not None:
        return ()
    facts = OrderFacts(
        number=order.id,
        firm=order.firm,
        buyer=_buyer(),
        supplier=_supplier(order.firm),
        notice=notice_of(notice),
        work=Work.MANUFACTURE,
        negotiations=order.negotiations,
        firms_jpy=_firms_jpy(order),
    )
    return check_order(facts, on=timezone.localdate())


def _firms_jpy(order: OperationOrder) -> int | None:
    """Return what the order has stated since it went out; before, what the firm quoted."""
    if order.revision:
        return order.amount_jpy
    quote = order.quote_of(order.firm)
    if quote is None:
        return None
    prices = {one.line: one.unit_price_jpy for one in quote.prices}
    return amount_of(tuple(replace(line, unit_price_jpy=prices.get(line.no)) for line in order.lines))


def _entry(value: str | int | None, undecided_reason: str, planned_date: date | None) -> dict[str, Any]:
    if undecided_reason and planned_date is not None:
        return {"undecided_reason": undecided_reason, "planned_date": planned_date.isoformat()}
    return {"not_applicable": True} if value is None else {"value": value}


def _supplier(firm: str) -> PartySize:
    row = firms.row("firms", firm)
    if row is None:
        return PartySize(name=firm)
    noun = firms.noun(row)
    return PartySize(name=noun.name, capital_jpy=noun.capital_jpy, employees=noun.employees)


def _buyer() -> PartySize:
    """Return who orders: the office that runs the network, as large as its letterhead tells."""
    row: Letterhead | None = Letterhead.objects.first()
    return PartySize(
        name=letterhead().name,
        capital_jpy=None if row is None else row.capital_jpy,
        employees=None if row is None else row.employees,
    )


def _due_on(order: OperationOrder) -> date | None:
    """Return the day on which the step is to be done: as quoted, else as planned."""
    if order.due_on is not None:
        return order.due_on
    quote = order.quote_of(order.firm)
    if quote is not None:
        return quote.due_on
    version = plans.current()
    step = None if version is None else plans.step(version, order.work_order, order.step)
    return None if step is None else timezone.localdate(step.ends_at)


def _next_place(order: OperationOrder) -> str | None:
    """Return where the goods go: to the firm of the next step, else to the buyer."""
    work_order = queries.work_order(order.work_order)
    if work_order is None:
        return None
    own = order.step.partition("@")[0]
    for step in work_order.data.get("steps", ()):
        if own in step.get("after", ()):
            sites = {offer["site"]: offer["firm"] for offer in step["offers"]}
            taken = [sites[site] for site in step["chosen"] if site in sites]
            names = firms.names(taken)
            return "、".join(dict.fromkeys(names.get(firm, firm) for firm in taken)) or None
    return work_order.buyer_name or None


def inspection_day(due_on: date) -> date:
    """Return the day by which the inspection is proposed to end: a business day, not before the receipt."""
    days = business_days(standard_calendar())
    return max(due_on, days.on_or_before(due_on + timedelta(days=INSPECTION_DAYS)))


def payment_day(due_on: date) -> date:
    """Return the proposed day of payment: where the banks are closed, the business day before, never a later one."""
    day = due_on + timedelta(days=PAYMENT_DAYS)
    return business_days(bank_calendar(day.year)).on_or_before(day)


@cache
def bank_calendar(year: int) -> WorkCalendar:
    """Return when banks are open around a year: Monday to Friday, no holidays, not from 31 December to 3 January."""
    closed = tuple(Period(first=date(year - 1 + n, 12, 31), last=date(year + n, 1, 3)) for n in range(_YEAR_ENDS))
    return replace(standard_calendar("bank"), name="銀行の営業日", closures=closed)
