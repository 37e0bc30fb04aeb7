"""What the documents of an order say: an event, the order before and after it, and who is who, become a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kumihimo.model import standard_calendar
from kumihimo.paper.document import Document
from kumihimo.paper.document_parts import DocumentLine, DocumentParty
from kumihimo.paper.kinds import DocumentKind
from kumihimo.trade import OperationOrder, OrderEvent, Role
from kumihimo.trade.business_days import JAPAN, business_days
from kumihimo.trade.law.payment_date import last_safe_day
from kumihimo.trade.notice import NoticeItem
from kumihimo.trade.order import OrderLine
from kumihimo_web.orders.paper_changes import changes, process_words

_K = DocumentKind
ANSWER_DAYS = 2
"""Business days in which an order is to be acknowledged."""
OBJECTION_DAYS = 7
"""Within so many days a partner objects to a payment notice, or it stands."""
_PAYERS = {"supplier": "受注者", "buyer": "発注者", "shared": "協議のうえ分担"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a document is made of.

    Attributes
    ----------
    us, firm
        Who runs the network, and the firm that the document goes to or comes from.
    number, revision
        As they are printed.
    """

    number: str
    revision: int
    event: OrderEvent
    before: OperationOrder | None
    order: OperationOrder
    us: DocumentParty
    firm: DocumentParty
    is_synthetic: bool

    @property
    def made_on(self) -> date:
        """Day of the event."""
        return self.event.at.astimezone(JAPAN).date()

    def day(self, name: str) -> date:
        """Return a day that the event tells."""
        return date.fromisoformat(self.event.data[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """A document that follows from an event.

    Attributes
    ----------
    applies
        Whether it does, given the event and the order after it.
    is_sent
        Whether it goes to the firm; what the firm itself says is only kept, for it to take.
    """

    kind: DocumentKind
    make: Callable[[Told], Document]
    applies: Callable[[OrderEvent, OperationOrder], bool] = lambda _event, _order: True
    is_sent: bool = True


def _says_it_itself(event: OrderEvent, _order: OperationOrder) -> bool:
    """A firm that answers on the web has no paper of its own; one that sent a FAX has."""
    return event.role is Role.SUPPLIER


def _rfq(told: Told) -> Document:
    return Document(
        kind=_K.RFQ,
        lines=tuple(_line(line, price=False) for line in told.order.lines),
        answer_by=told.day("answer_by"),
        **_head(told),
    )


def _order(told: Told) -> Document:
    return Document(
        kind=_K.ORDER,
        order=told.order.id,
        order_revision=told.revision,
        lines=_ordered(told.order),
        notice=told.order.notice,
        answer_by=_answer_by(told.made_on),
        place=_stated(told.order, NoticeItem.RECEIPT_PLACE),
        **_head(told),
    )


def _order_change(told: Told) -> Document:
    assert told.before is not None
    return Document(
        kind=_K.ORDER_CHANGE,
        order=told.order.id,
        order_revision=told.revision,
        lines=_ordered(told.order),
        notice=told.order.notice,
        changes=tuple(changes(told.before, told.order)),
        reason=told.event.data["reason"],
        answer_by=_answer_by(told.made_on),
        place=_stated(told.order, NoticeItem.RECEIPT_PLACE),
        **_head(told),
    )


def _acknowledgement(told: Told) -> Document:
    return Document(
        kind=_K.ACKNOWLEDGEMENT,
        order=told.order.id,
        order_revision=told.order.accepted_revision,
        lines=tuple(_line(line) for line in told.order.agreed),
        due_on=told.order.agreed_due_on,
        place=_stated(told.order, NoticeItem.RECEIPT_PLACE),
        notes=told.event.data.get("words", ""),
        **_head(told, from_firm=True),
    )


def _delivery_note(told: Told) -> Document:
    return Document(
        kind=_K.DELIVERY_NOTE,
        lines=_moved(told, told.event.data["items"]),
        done_on=told.day("on"),
        place=_stated(told.order, NoticeItem.RECEIPT_PLACE),
        **_of_order(told),
        **_head(told, from_firm=True),
    )


def _receipt(told: Told) -> Document:
    return Document(
        kind=_K.RECEIPT,
        lines=_moved(told, told.event.data["items"]),
        done_on=told.day("on"),
        place=told.event.data.get("place", ""),
        **_of_order(told),
        **_head(told),
    )


def _inspection(told: Told) -> Document:
    data = told.event.data
    line = _goods(told, data["line"], data["accepted"] + data["rejected"], data.get("lot", ""))
    counted = _with(line, accepted=data["accepted"], rejected=data["rejected"], reason=data.get("reason", ""))
    return Document(kind=_K.INSPECTION, lines=(counted,), done_on=told.day("on"), **_of_order(told), **_head(told))


def _return_note(told: Told) -> Document:
    data = told.event.data
    line = _with(_goods(told, data["line"], data["quantity"], data.get("lot", "")), reason=data["reason"])
    what = "手直しのお願い" if told.event.kind == "rework" else "返品"
    return Document(
        kind=_K.RETURN_NOTE,
        lines=(line,),
        done_on=told.day("on"),
        reason=f"{what}: {data['reason']}",
        payer=_PAYERS[data["payer"]],
        **_of_order(told),
        **_head(told),
    )


def _invoice(told: Told) -> Document:
    first, last = _traded(told.order, told.day("on"))
    return Document(
        kind=_K.INVOICE,
        lines=billed_lines(told.before or told.order, told.event.data["amount_jpy"]),
        traded_from=first,
        traded_to=last,
        payment_due=_payment_due(told.order, last),
        payment_means=_stated(told.order, NoticeItem.PAYMENT_MEANS),
        notes=f"請求番号 {told.event.data['number']}",
        **_of_order(told),
        **_head(told, from_firm=True),
    )


def _payment_notice(told: Told) -> Document:
    """Return the statement that we write ourselves, or what we pay of an invoice of the firm's."""
    data, is_payment = told.event.data, told.event.kind == "pay"
    first, last = _traded(told.order, told.day("on"))
    if is_payment:
        lines: tuple[DocumentLine, ...] = (_amount_line(f"請求書 {data['invoice']} のお支払い", data["amount_jpy"]),)
    else:
        lines = billed_lines(told.before or told.order, data["amount_jpy"])
    return Document(
        kind=_K.PAYMENT_NOTICE,
        lines=lines,
        traded_from=first,
        traded_to=last,
        payment_due=told.day("on") if is_payment else _payment_due(told.order, last),
        payment_means=_stated(told.order, NoticeItem.PAYMENT_MEANS),
        objection_days=OBJECTION_DAYS,
        notes=f"支払番号 {data['reference']}" if is_payment else f"明細番号 {data['number']}",
        **_of_order(told),
        **_head(told),
    )


PAPERS_OF_EVENT: Mapping[str, tuple[Follows, ...]] = {
    "send_rfq": (Follows(kind=_K.RFQ, make=_rfq),),
    "issue": (Follows(kind=_K.ORDER, make=_order),),
    "revise": (Follows(kind=_K.ORDER_CHANGE, make=_order_change),),
    "accept": (
        Follows(
            kind=_K.ACKNOWLEDGEMENT,
            make=_acknowledgement,
            applies=lambda event, order: _says_it_itself(event, order) and order.agreed_due_on is not None,
            is_sent=False,
        ),
    ),
    "ship": (Follows(kind=_K.DELIVERY_NOTE, make=_delivery_note, applies=_says_it_itself, is_sent=False),),
    "receive": (Follows(kind=_K.RECEIPT, make=_receipt),),
    "inspect": (
        Follows(
            kind=_K.INSPECTION,
            make=_inspection,
            applies=lambda event, _order: event.data["accepted"] + event.data["rejected"] > 0,
        ),
    ),
    "return": (Follows(kind=_K.RETURN_NOTE, make=_return_note),),
    "rework": (Follows(kind=_K.RETURN_NOTE, make=_return_note),),
    "invoice": (
        Follows(kind=_K.INVOICE, make=_invoice, applies=_says_it_itself, is_sent=False),
        Follows(
            kind=_K.PAYMENT_NOTICE,
            make=_payment_notice,
            applies=lambda event, _order: bool(event.data.get("self_billed")),
        ),
    ),
    "pay": (
        Follows(
            kind=_K.PAYMENT_NOTICE,
            make=_payment_notice,
            applies=lambda event, order: not _is_self_billed(order, event.data["invoice"]),
        ),
    ),
}
"""Which event leads to which document; what is only said in words stands in `paper_letters`."""


def document_of(kind: DocumentKind, told: Told) -> Document:
    """Return the document of a kind that follows from an event.

    Raises
    ------
    InputError
        Something that the kind needs is not known.
    """
    follows = next(one for one in PAPERS_OF_EVENT[told.event.kind] if one.kind is kind)
    return follows.make(told)


def billed_lines(order: OperationOrder, amount_jpy: int) -> tuple[DocumentLine, ...]:
    """Return the lines of a bill: what inspection accepted, where that is the amount; one sum otherwise.

    Parameters
    ----------
    order
        Before the bill.
    """
    accepted = [shipment for shipment in order.shipments if shipment.accepted and shipment.unit_price_jpy]
    if not order.invoices and sum(one.accepted * (one.unit_price_jpy or 0) for one in accepted) == amount_jpy:
        lines = {line.no: line for line in order.agreed}
        return tuple(
            _with(
                _line(lines[one.line]),
                quantity=one.accepted,
                unit_price_jpy=one.unit_price_jpy,
                lot=one.lot,
                slip=one.slip,
                on=max(receipt.on for receipt in one.receipts),
            )
            for one in accepted
        )
    return (_amount_line(f"注文 {order.id} 検収分", amount_jpy),)


def _amount_line(item: str, amount_jpy: int) -> DocumentLine:
    return DocumentLine(item=item, quantity=1, unit="式", unit_price_jpy=amount_jpy)


def _is_self_billed(order: OperationOrder, number: str) -> bool:
    return any(invoice.number == number and invoice.self_billed for invoice in order.invoices)


def _head(told: Told, *, from_firm: bool = False) -> dict[str, Any]:
    sender, recipient = (told.firm, told.us) if from_firm else (told.us, told.firm)
    return {
        "number": told.number,
        "revision": told.revision,
        "made_on": told.made_on,
        "sender": sender,
        "recipient": recipient,
        "is_synthetic": told.is_synthetic,
    }


def _of_order(told: Told) -> dict[str, Any]:
    """The order that the document is about, in the revision that binds."""
    return {"order": told.order.id, "order_revision": told.order.accepted_revision or 1}


def _ordered(order: OperationOrder) -> tuple[DocumentLine, ...]:
    return tuple(_with(_line(line), due_on=order.due_on) for line in order.lines)


def _moved(told: Told, items: Iterable[Mapping[str, Any]]) -> tuple[DocumentLine, ...]:
    return tuple(_goods(told, row["line"], row["quantity"], row.get("lot", "")) for row in items)


def _goods(told: Told, no: int, quantity: int, lot: str) -> DocumentLine:
    line = next(line for line in (*told.order.agreed, *told.order.lines) if line.no == no)
    return _with(_line(line, price=False), quantity=quantity, lot=lot, slip=told.event.data["slip"])


def _line(line: OrderLine, *, price: bool = True) -> DocumentLine:
    return DocumentLine(
        item=line.item,
        quantity=line.quantity,
        unit=line.unit,
        unit_price_jpy=line.unit_price_jpy if price else None,
        drawing=line.drawing,
        revision=line.revision,
        process=process_words(line.process),
    )


def _with(line: DocumentLine, **values: Any) -> DocumentLine:
    return replace(line, **values)


def _stated(order: OperationOrder, item: NoticeItem) -> str:
    """Return what the notice says in words; empty where it is open or does not apply."""
    entry = next((entry for entry in order.notice if entry.item is item), None)
    return entry.value if entry is not None and isinstance(entry.value, str) else ""


def _traded(order: OperationOrder, on: date) -> tuple[date, date]:
    days = [receipt.on for shipment in order.shipments for receipt in shipment.receipts]
    return (min(days), max(days)) if days else (on, on)


def _payment_due(order: OperationOrder, received: date) -> date:
    """Return the day that was stated; where it was stated in words, the last that keeps the term for certain."""
    try:
        return date.fromisoformat(_stated(order, NoticeItem.PAYMENT_DUE))
    except ValueError:
        return last_safe_day(received, on=received)


def _answer_by(made_on: date) -> date:
    return business_days(standard_calendar()).shift(made_on, ANSWER_DAYS)
