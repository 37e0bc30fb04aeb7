"""What was said on the phone counts once it was confirmed in writing: the confirmation, and what it proves.

The words follow from the note alone, so that the hash of what was sent can be told again when its delivery is heard.
"""

from __future__ import annotations

import hashlib
from typing import Any

from kumihimo.model import Channel
from kumihimo.trade import OperationOrder, OrderEvent
from kumihimo.trade.transitions import KINDS
from kumihimo_web.channels import services as channels
from kumihimo_web.channels.registry import Delivery
from kumihimo_web.orders.folding import events_of
from kumihimo_web.orders.paper_changes import said_words

KIND = "confirmation"


def post_confirmation(order: OperationOrder, event: OrderEvent) -> None:
    """Post the confirmation of a call note to the firm that was spoken to."""
    channels.post(
        _key(event),
        event.data["data"].get("firm", order.firm),
        f"お電話の確認 注文 {event.order}",
        _words(event),
        kind=KIND,
        about=event.order,
    )


def proof_of(delivery: Delivery) -> dict[str, Any] | None:
    """Return what ``confirm_call`` carries once a confirmation went out in writing; None for everything else."""
    is_written = delivery.state in ("sent", "delivered") and delivery.channel != Channel.PHONE
    if delivery.kind != KIND or not is_written:
        return None
    for event in events_of(delivery.about):
        if event.kind == "call_noted" and _key(event) == delivery.key:
            sent = hashlib.sha256(_words(event).encode()).hexdigest()
            return {"note": event.key, "follow_up": sent, "channel": delivery.channel}
    return None


def _key(event: OrderEvent) -> str:
    return f"call/{event.order}/{event.seq}"


def _words(event: OrderEvent) -> str:
    told = said_words(event.data["data"])
    return "\n".join(
        [
            "いつもお世話になっております。",
            f"お電話で伺った内容を、次のとおり記録しました（{KINDS[event.data['of']][0]}）。",
            f"注文 {event.order}",
            *told,
            "",
            "違っているところがありましたら、すぐにお知らせください。",
            "{link}",
        ]
    )
