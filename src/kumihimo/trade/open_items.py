"""What an order waits for, read from the order as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from kumihimo.errors import InputError
from kumihimo.trade.business_days import JAPAN
from kumihimo.trade.chase_schedule import ChaseKind
from kumihimo.trade.chasing import OpenItem
from kumihimo.trade.notice import NoticeItem
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.states import OrderState

_UNANSWERED = frozenset({OrderState.ISSUED, OrderState.DELIVERED_TO_PARTNER})
_WORKING = frozenset(
    {
        OrderState.ACCEPTED,
        OrderState.IN_PROGRESS,
        OrderState.SHIPPED,
        OrderState.RECEIVED,
        OrderState.INSPECTED,
        OrderState.RETURNED,
        OrderState.REWORK,
    }
)


def open_items(
    order: OperationOrder, today: date, *, asked_on: date | None = None, issued_on: date | None = None
) -> tuple[OpenItem, ...]:
    """Return everything that the order waits for today.

    What is paid counts against the earliest receipts first.

    Parameters
    ----------
    asked_on, issued_on
        When the request for quotation and the current revision went out: the days of their events, which the order
        itself does not hold. Without `asked_on` no reminder ahead of the answer is left out because the request is
        younger; without `issued_on` the day stated in the notice counts, or that of the delivery.

    Raises
    ------
    InputError
        Nothing tells when an order was issued that waits for its acknowledgement.
    """
    return tuple(_items(order, today, asked_on, issued_on))


def _items(order: OperationOrder, today: date, asked_on: date | None, issued_on: date | None) -> Iterator[OpenItem]:
    if order.state in (OrderState.RFQ_SENT, OrderState.QUOTED):
        for recipient in order.recipients:
            if not recipient.declined and order.quote_of(recipient.firm) is None:
                by = recipient.answer_by
                yield _item(order, ChaseKind.RFQ, recipient.firm, by, asked_on or date.min)
        return
    ordered_on = issued_on or _day_stated(order, NoticeItem.ORDERED_ON) or _delivered_on(order)
    if order.state in _UNANSWERED:
        if ordered_on is None:
            raise InputError(
                f"注文「{order.id}」の発注日が分からず、催促できません。発注日（例 2026-12-04）を入れてください。",
                f"nothing tells when order '{order.id}' was issued, so it cannot be chased; give the day (2026-12-04).",
            )
        yield _item(order, ChaseKind.ORDER, order.firm, ordered_on, ordered_on)
    due_on = order.agreed_due_on
    if order.state in _WORKING and due_on is not None and not _is_all_here(order):
        opened = ordered_on or date.min
        if today <= due_on:
            if not _is_all_shipped(order):
                yield _item(order, ChaseKind.DUE, order.firm, due_on, opened)
        else:
            yield _item(order, ChaseKind.LATE, order.firm, due_on + timedelta(days=1), due_on)
    # Goods that are here are inspected and paid whatever has become of the order.
    inspection_by = _day_stated(order, NoticeItem.INSPECTION_BY)
    if inspection_by is not None and any(shipment.uninspected for shipment in order.shipments):
        yield _item(order, ChaseKind.INSPECTION, order.firm, inspection_by, ordered_on or date.min)
    yield from _unpaid(order)


def _unpaid(order: OperationOrder) -> Iterator[OpenItem]:
    """For each day of receipt whose value is not paid yet: the term runs from there, inspected or not."""
    value: dict[date, int] = {}
    unpriced: set[date] = set()
    for shipment in order.shipments:
        good = shipment.received - shipment.rejected
        for receipt in sorted(shipment.receipts, key=lambda row: row.on):
            counted = min(good, receipt.quantity)
            good -= counted
            if counted > 0:
                value[receipt.on] = value.get(receipt.on, 0) + counted * (shipment.unit_price_jpy or 0)
                if shipment.unit_price_jpy is None:
                    unpriced.add(receipt.on)
    paid = order.paid_jpy
    for on in sorted(value):
        paid -= value[on]
        if paid < 0 or on in unpriced:
            yield _item(order, ChaseKind.PAYMENT, order.firm, on, on)
            paid = max(0, paid)


def _item(order: OperationOrder, kind: ChaseKind, firm: str, anchor: date, opened_on: date) -> OpenItem:
    first = order.lines[0].item if order.lines else ""
    more_ja = f" ほか{len(order.lines) - 1}件" if len(order.lines) > 1 else ""
    more_en = f" and {len(order.lines) - 1} more" if len(order.lines) > 1 else ""
    return OpenItem(
        id=f"{order.id}/{firm}",
        kind=kind,
        partner=firm,
        anchor=anchor,
        opened_on=opened_on,
        order=order.id,
        revision=order.revision,
        words_ja=f"{kind.ja} {order.id}「{first}」{more_ja}",
        words_en=f"{kind.en} {order.id} '{first}'{more_en}",
    )


def _day_stated(order: OperationOrder, item: NoticeItem) -> date | None:
    for entry in order.notice:
        if entry.item is item and isinstance(entry.value, str):
            try:
                return date.fromisoformat(entry.value)
            except ValueError:
                return None
    return None


def _delivered_on(order: OperationOrder) -> date | None:
    days = [row.at.astimezone(JAPAN).date() for row in order.transports if row.revision == order.revision]
    return min(days, default=None)


def _is_all_shipped(order: OperationOrder) -> bool:
    return all(_net(order, line.no) >= line.quantity for line in order.agreed)


def _is_all_here(order: OperationOrder) -> bool:
    return _is_all_shipped(order) and not any(shipment.in_transit for shipment in order.shipments)


def _net(order: OperationOrder, line: int) -> int:
    return sum(shipment.net for shipment in order.shipments if shipment.line == line)
