"""Quotations beside each other, how firms answer requests, and whom to ask."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from kumihimo.interop.work_order_json import work_order_from_json
from kumihimo.trade import OperationOrder
from kumihimo.trade.lines import priced
from kumihimo.trade.order import Quote, Recipient, amount_of
from kumihimo.trade.response import AskVerdict, ResponseRate, RfqCap, RfqRecord, may_ask, response_rate
from kumihimo_web.firms import queries as firms
from kumihimo_web.orders.models import Asked, Order

MOST_CANDIDATES = 30
_REMEMBERED = timedelta(days=730)
"""How a firm answered longer ago says little of how it answers now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What one firm that was asked has answered.

    Attributes
    ----------
    quote
        Its last quotation; None where there is none.
    amount_jpy
        What all lines come to with its prices.
    response
        How it answers requests in general.
    """

    firm: str
    name: str
    recipient: Recipient
    quote: Quote | None
    amount_jpy: int | None
    response: ResponseRate


def comparison(order: OperationOrder) -> tuple[Compared, ...]:
    """Return the firms that were asked: those that have quoted by their price, then the others. For coordinators."""
    asked = [recipient.firm for recipient in order.recipients]
    names, records, now = firms.names(asked), rfq_records(asked), timezone.now()
    rows = []
    for recipient in order.recipients:
        quote = order.quote_of(recipient.firm)
        rows.append(
            Compared(
                firm=recipient.firm,
                name=names.get(recipient.firm, recipient.firm),
                recipient=recipient,
                quote=quote,
                amount_jpy=None if quote is None else amount_of(priced(order.lines, quote.prices)),
                response=response_rate(recipient.firm, records, now),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.amount_jpy is None, row.amount_jpy or 0, row.firm)))


def rfq_records(refs: Collection[str]) -> tuple[RfqRecord, ...]:
    """Return what firms were asked in the last two years, and when they answered."""
    rows = Asked.objects.filter(firm__in=set(refs), asked_at__gt=timezone.now() - _REMEMBERED)
    columns = rows.values_list("firm", "order__process", "asked_at", "answer_by", "answered_at")
    return tuple(
        RfqRecord(
            firm=firm,
            processes=(process,) if process else (),
            sent_at=asked_at,
            answer_by=_end_of(answer_by),
            answered_at=answered_at,
        )
        for firm, process, asked_at, answer_by, answered_at in columns
    )


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time(0)))


def candidates(ref: str) -> tuple[tuple[str, str, AskVerdict], ...]:
    """Return (firm, name, whether to ask it now) for an order: first those that the plan found, then others able to."""
    row: Order | None = Order.objects.filter(ref=ref).select_related("work_order").first()
    if row is None:
        return ()
    wanted = row.step.partition("@")[0]
    steps = work_order_from_json(row.work_order.data).steps if row.work_order.data else ()
    offered = [offer.firm for step in steps if step.id == wanted for offer in step.offers]
    able = firms.search(process=row.process).values_list("ref", flat=True)[:MOST_CANDIDATES] if row.process else ()
    refs = list(dict.fromkeys((*offered, *able)))[:MOST_CANDIDATES]
    records, now = rfq_records(refs), timezone.now()
    processes = (row.process,) if row.process else ()
    found = []
    for firm in refs:
        known = firms.row("firms", firm)
        if known is not None:
            noun = firms.noun(known)
            found.append((firm, noun.name, may_ask(noun, processes, records, now, RfqCap())))
    return tuple(found)
