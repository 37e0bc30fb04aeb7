"""What became of messages about orders: proof of transport, and reminders that did not arrive."""

from __future__ import annotations

from kumihimo.paper.kinds import DocumentKind
from kumihimo.trade import Role
from kumihimo.trade.chasing import Outcome
from kumihimo_web.audit.services import record_about
from kumihimo_web.channels.registry import Delivery
from kumihimo_web.orders import calls
from kumihimo_web.orders.chase_queries import WRITTEN
from kumihimo_web.orders.models import Chase
from kumihimo_web.orders.services import give

_ORDERS = frozenset({DocumentKind.ORDER.value, DocumentKind.ORDER_CHANGE.value})
_LONGEST_PROOF = 500


def listen(delivery: Delivery) -> None:
    """Take down what became of a message; hearing it twice does it once."""
    if delivery.kind in _ORDERS and delivery.state == "delivered" and delivery.revision:
        data = {
            "revision": delivery.revision,
            "channel": delivery.channel,
            "proof": (delivery.words or delivery.state)[:_LONGEST_PROOF],
        }
        give("confirm_delivery", delivery.about, data, key=f"{delivery.key}/delivered"[:200], role=Role.SYSTEM)
    proof = calls.proof_of(delivery)
    if proof is not None:
        give("confirm_call", delivery.about, proof, key=f"{delivery.key}/confirmed"[:200], role=Role.SYSTEM)
    if delivery.kind in WRITTEN and delivery.state == "failed":
        _not_arrived(delivery)


def _not_arrived(delivery: Delivery) -> None:
    """Let what was asked in a message that did not arrive be asked again."""
    rows = Chase.objects.filter(message=delivery.key, outcome=Outcome.SENT.value)
    keys = list(rows.values_list("key", flat=True))
    if rows.update(outcome=Outcome.FAILED.value):
        record_about(
            "chase.failed",
            kind="chase",
            row=delivery.key[:120],
            after={"orders": sorted({key.split("/")[0] for key in keys})},
            note=delivery.words,
        )
