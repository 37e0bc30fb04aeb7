"""Days on which something happened: none lies long before the order was drafted."""

from __future__ import annotations

from datetime import date, timedelta

from kumihimo.trade.approval import ApprovalPolicy
from kumihimo.trade.commands import Command, Objection, refused
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.transitions import KINDS
from kumihimo.trade.wording import day_ja

ENTERED_WITHIN_DAYS = 31
"""So long after the fact an order may be entered that was given by word, with goods that have moved since."""


def not_before_draft(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Goods and money of an order move a month before its draft at the earliest: earlier is a slip of the pen.

    A true day is never refused for a false one: from the day of receipt on the term of payment runs. The day on which
    work began is free.
    """
    on, earliest = date.fromisoformat(command.data["on"]), order.drafted_on - timedelta(days=ENTERED_WITHIN_DAYS)
    if on >= earliest:
        return None
    ja, en = KINDS[command.kind]
    return refused(
        "before_draft",
        f"{ja}の日 {day_ja(on)} は、この注文を作った {day_ja(order.drafted_on)} より"
        f"{ENTERED_WITHIN_DAYS}日を超えて前です。日付か注文番号を確かめ、"
        f"{day_ja(earliest)} 以後の日付を入れてください。",
        f"{en} is of {on}, more than {ENTERED_WITHIN_DAYS} days before the order was drafted on {order.drafted_on}; "
        f"check the day or the number of the order, and give a day from {earliest} on.",
    )
