"""An order that a firm has declined goes to another firm: a draft for the same work, and the old one points to it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kumihimo.trade import OperationOrder, Role
from kumihimo.trade.commands import Decision
from kumihimo_web.orders import services
from kumihimo_web.orders.drawing_services import copy_to
from kumihimo_web.orders.models import Order


class NotReplaced(Exception):
    """The old order cannot be replaced; nothing was drafted.

    Attributes
    ----------
    decision
        Why not.
    """

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.code)
        self.decision = decision


@transaction.atomic
def replace_by(order: OperationOrder, firm: str) -> Order:
    """Draft the work of an order anew for another firm; asked for twice, it is done once.

    Raises
    ------
    NotReplaced
        The order has been delivered in part, or somebody has to approve first.
    """
    lines = [
        {"no": line.no, "item": line.item, "quantity": line.quantity, "unit": line.unit}
        | ({"process": line.process} if line.process else {})
        | ({"drawing": line.drawing, "revision": line.revision} if line.drawing else {})
        for line in order.lines
    ]
    data = {"work_order": order.work_order, "buyer": order.buyer, "step": order.step, "firm": firm, "lines": lines}
    made = services.draft(data, key=f"replace/{order.id}/{firm}"[:200])
    copy_to(order.id, made.ref)
    decision = services.give(
        "supersede",
        order.id,
        {"replaced_by": made.ref, "reason": _("辞退されたため、別の企業に頼み直しました。")},
        key=f"replaced/{order.id}",
        role=Role.BUYER,
    )
    if decision.outcome not in ("applied", "repeated"):
        raise NotReplaced(decision)
    return made
