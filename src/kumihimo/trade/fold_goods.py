"""What an event about work, goods or money changes in an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from kumihimo.trade.billing import billed_state
from kumihimo.trade.events import OrderEvent
from kumihimo.trade.order import GoodsBack, Invoice, OperationOrder, Payment, Receipt, Shipment, agreed_line
from kumihimo.trade.states import OrderState
from kumihimo.trade.transitions import BILLED, DONE, MOVING, WORKING

Changes = dict[str, Any]
"""Fields of an order by name, with their new values."""


def _moved(order: OperationOrder, goods: OrderState) -> Changes:
    """Return what follows from work or goods that moved, also while the order is beside its way."""
    changes: Changes = {"goods": goods}
    if order.held_from in WORKING | MOVING:
        changes["held_from"] = goods
    return changes


def _start(order: OperationOrder, event: OrderEvent) -> Changes:
    return _moved(order, OrderState.IN_PROGRESS)


def _ship(order: OperationOrder, event: OrderEvent) -> Changes:
    return {
        "shipments": (*order.shipments, *_shipments(order, event)),
        **_moved(order, OrderState.SHIPPED),
    }


def _shipments(order: OperationOrder, event: OrderEvent) -> tuple[Shipment, ...]:
    data = event.data
    on = date.fromisoformat(data["on"])
    rows: list[Shipment] = []
    for row in data["items"]:
        line = agreed_line(order, row["line"])
        rows.append(
            Shipment(
                slip=data["slip"],
                line=row["line"],
                lot=row.get("lot", ""),
                unit_price_jpy=None if line is None else line.unit_price_jpy,
                shipped_on=on,
                shipped=row["quantity"],
            )
        )
    return tuple(rows)


def _receive(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    on = date.fromisoformat(data["on"])
    if data.get("unannounced"):
        came = tuple(
            replace(s, announced=False, received=s.shipped, receipts=(Receipt(on=on, quantity=s.shipped),))
            for s in _shipments(order, event)
        )
        shipments = (*order.shipments, *came)
    else:
        arrived = {(row["line"], row.get("lot", "")): row["quantity"] for row in data["items"]}
        shipments = tuple(
            replace(
                s,
                received=s.received + arrived[s.line, s.lot],
                receipts=(*s.receipts, Receipt(on=on, quantity=arrived[s.line, s.lot])),
            )
            if s.slip == data["slip"] and (s.line, s.lot) in arrived
            else s
            for s in order.shipments
        )
    return {"shipments": shipments, **_moved(order, OrderState.RECEIVED)}


def _counted(order: OperationOrder, data: Mapping[str, Any], **added: int) -> tuple[Shipment, ...]:
    """Return the shipments with quantities added to the one that the data names."""
    place = (data["slip"], data["line"], data.get("lot", ""))
    return tuple(
        replace(s, **{name: getattr(s, name) + quantity for name, quantity in added.items()})
        if (s.slip, s.line, s.lot) == place
        else s
        for s in order.shipments
    )


def _report_loss(order: OperationOrder, event: OrderEvent) -> Changes:
    return {"shipments": _counted(order, event.data, lost=event.data["quantity"])}


def _inspect(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    return {
        "shipments": _counted(order, data, accepted=data["accepted"], rejected=data["rejected"]),
        **_moved(order, OrderState.INSPECTED),
    }


def _send_back(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    is_return = event.kind == "return"
    quantity = data["quantity"]
    back = GoodsBack(
        kind=event.kind,
        slip=data["slip"],
        line=data["line"],
        lot=data.get("lot", ""),
        quantity=quantity,
        payer=data["payer"],
        reason=data["reason"],
        on=date.fromisoformat(data["on"]),
    )
    moved = _counted(order, data, returned=quantity) if is_return else _counted(order, data, reworked=quantity)
    return {
        "shipments": moved,
        "goods_back": (*order.goods_back, back),
        **_moved(order, OrderState.RETURNED if is_return else OrderState.REWORK),
    }


def _claim(order: OperationOrder, event: OrderEvent) -> Changes:
    quantity = event.data["quantity"]
    return {
        "shipments": _counted(order, event.data, accepted=-quantity, rejected=quantity),
        "goods": OrderState.INSPECTED,
    }


def _close(order: OperationOrder, event: OrderEvent) -> Changes:
    goods = OrderState.CLOSED if event.kind == "close" else OrderState.CLOSED_SHORT
    closed = replace(order, goods=goods, state=goods)
    return {"goods": goods, "state": billed_state(closed), "reason": event.data.get("reason", "")}


def _billed(order: OperationOrder, event: OrderEvent, **changes: Any) -> Changes:
    if order.state not in DONE | BILLED:
        return changes
    state = OrderState.INVOICED if event.kind == "invoice" else order.state
    return {**changes, "state": billed_state(replace(order, state=state, **changes))}


def _invoice(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    invoice = Invoice(
        number=data["number"],
        amount_jpy=-data["amount_jpy"] if event.kind == "credit_note" else data["amount_jpy"],
        on=date.fromisoformat(data["on"]),
        self_billed=data.get("self_billed", False),
    )
    return _billed(order, event, invoices=(*order.invoices, invoice))


def _pay(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    payment = Payment(
        reference=data["reference"],
        invoice=data["invoice"],
        amount_jpy=data["amount_jpy"],
        on=date.fromisoformat(data["on"]),
    )
    return _billed(order, event, payments=(*order.payments, payment))


FOLDS_OF_GOODS: Mapping[str, Callable[[OperationOrder, OrderEvent], Changes]] = {
    "start": _start,
    "ship": _ship,
    "receive": _receive,
    "report_loss": _report_loss,
    "inspect": _inspect,
    "return": _send_back,
    "rework": _send_back,
    "claim": _claim,
    "close": _close,
    "close_short": _close,
    "invoice": _invoice,
    "credit_note": _invoice,
    "pay": _pay,
}
