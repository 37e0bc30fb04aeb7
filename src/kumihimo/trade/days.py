"""Days on which something happened: none lies before the order was drafted."""

from __future__ import annotations

from datetime import date

from kumihimo.trade.approval import ApprovalPolicy
from kumihimo.trade.commands import Command, Objection, refused
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.transitions import KINDS
from kumihimo.trade.wording import day_ja


def not_before_draft(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Goods and money of an order move on the day of its draft at the earliest, for they move because of it.

    The day on which work began is free: a firm may have begun on a word given before.
    """
    on = date.fromisoformat(command.data["on"])
    if on >= order.drafted_on:
        return None
    ja, en = KINDS[command.kind]
    return refused(
        "before_draft",
        f"{ja}の日 {day_ja(on)} は、この注文を作った {day_ja(order.drafted_on)} より前です。"
        "日付か注文番号を確かめ、注文を作った日以後の日付を入れてください。",
        f"{en} is of {on}, before the order was drafted on {order.drafted_on}; check the day or the number of the "
        "order, and give a day from then on.",
    )
