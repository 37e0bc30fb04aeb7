"""What shipments and receipts of orders mean for the way of the workpieces: who holds them now."""

from __future__ import annotations

from datetime import datetime

from kumihimo.errors import InputError
from kumihimo.trade import OperationOrder, OrderEvent
from kumihimo.trade.order import Shipment
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.orders.goods import custody, note_custody
from kumihimo_web.orders.models import Order, WorkOrder

_MOVING = frozenset({"ship", "receive", "report_loss"})
_BACK = frozenset({"return", "rework"})


def follow(row: Order, event: OrderEvent, after: OperationOrder) -> None:
    """Note where the goods of an order of a planned flow went; what does not fit together is left to a person."""
    if not row.step or event.kind not in _MOVING | _BACK:
        return
    with scoped(system_scope(row.network_id, current_scope().actor)):
        work_order: WorkOrder = WorkOrder.objects.get(pk=row.work_order_id)
        try:
            if event.kind in _BACK:
                _sent_back(row, event, after, work_order)
            else:
                for shipment in after.shipments:
                    if shipment.slip == event.data["slip"]:
                        _moved(row, shipment, after.firm, work_order, event.at)
        except InputError:
            return


def _moved(row: Order, shipment: Shipment, firm: str, work_order: WorkOrder, at: datetime) -> None:
    name = f"{row.ref}/{shipment.slip}/{shipment.line}/{shipment.lot}"
    _transfer(work_order, name, firm, _receiver(row, work_order), shipment.shipped, shipment.slip, at)
    if shipment.in_transit == 0:
        # Only when all of it is counted or lost it is known what is missing on the way.
        told = {"transfer": name, "quantity": shipment.received}
        note_custody(work_order.ref, "arrival", told, key=f"{name}/arrival"[:200], at=at)


def _sent_back(row: Order, event: OrderEvent, after: OperationOrder, work_order: WorkOrder) -> None:
    name, quantity = f"{row.ref}/{event.seq}", event.data["quantity"]
    _transfer(work_order, name, _receiver(row, work_order), after.firm, quantity, event.data["slip"], event.at)
    told = {"transfer": name, "quantity": quantity}
    note_custody(work_order.ref, "arrival", told, key=f"{name}/arrival"[:200], at=event.at)


def _transfer(
    work_order: WorkOrder, name: str, sender: str, receiver: str, quantity: int, slip: str, at: datetime
) -> None:
    """Note that pieces left a holder; what it ships and nobody has brought to it came into being there."""
    chain, lot = custody(work_order), work_order.ref
    if any(one.id == name for one in chain.transfers):
        return
    missing = quantity - chain.held.get((sender, lot), 0)
    if missing > 0:
        begun = {"holder": sender, "lot": lot, "quantity": missing}
        note_custody(work_order.ref, "begin", begun, key=f"{name}/begin"[:200], at=at)
    told = {"id": name, "lot": lot, "quantity": quantity, "sender": sender, "receiver": receiver, "slip": slip}
    note_custody(work_order.ref, "transfer", told, key=name[:200], at=at)


def _receiver(row: Order, work_order: WorkOrder) -> str:
    """Return who gets the goods of a step: the first firm of the step behind it, else the buyer."""
    own = row.step.partition("@")[0]
    for step in work_order.data.get("steps", ()):
        if own in step.get("after", ()):
            firms = {offer["site"]: offer["firm"] for offer in step["offers"]}
            return str(next((firms[site] for site in step["chosen"] if site in firms), work_order.buyer_name))
    return str(work_order.buyer_name)
