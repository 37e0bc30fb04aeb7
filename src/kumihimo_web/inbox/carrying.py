"""How an item moves its order: the one way for the program and for people, in the transaction of whoever decides.

What an item comes to is given to `orders` under a key made of the message: the same page moves an order once, however
often it is read, sent or approved.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kumihimo.trade import Decision, Evidence, EvidenceKind, Role
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.inbox import matching
from kumihimo_web.inbox.answers import NOTED
from kumihimo_web.inbox.models import Item
from kumihimo_web.inbox.state import Kind, Result, State
from kumihimo_web.orders import services as ordering


class NotNow(Exception):
    """The item is in a state in which this cannot be done; nothing was changed."""


def locked(pk: int) -> Item:
    """Return an item for writing. The network comes first, as in whatever gives a command: nobody waits crosswise."""
    lock_network(current_scope().network)
    held: Item = Item.objects.select_for_update().get(pk=pk)
    return held


def carry_out(item: Item) -> Decision | None:
    """Give the command of an item to its order; None for what is only noted."""
    kind, data = command_of(item)
    if kind == NOTED:
        return None
    key = key_of(item)
    if item.kind == Kind.CALL:
        words = f"{item.reading.get('caller', '')}: {item.reading.get('text', '')}"
        return ordering.phone_note(item.order_ref, kind, data, words, key=key)
    evidence = EvidenceKind.IMAGE if item.pixels else EvidenceKind.MESSAGE
    return ordering.give(
        kind,
        item.order_ref,
        data,
        key=key,
        role=Role.CLERK,
        evidence=(Evidence(kind=evidence, sha256=item.inbound.sha256),),
    )


def command_of(item: Item) -> tuple[str, dict[str, Any]]:
    """Return kind and data of what an item comes to."""
    assert item.command is not None, "it was decided on"
    return item.command["kind"], item.command["data"]


def key_of(item: Item) -> str:
    """Return the key under which an item moves an order, once: the message, the page and the line of a daily sheet."""
    return f"inbound/{item.inbound.sha256}/{item.page}/{item.line}"


def done(item: Item, decision: Decision | None, *, is_automatic: bool, before: Any = None) -> None:
    """Note what became of an item.

    Parameters
    ----------
    decision
        What the order said; None for what is only noted.
    before
        What was proposed, where a person put it right.
    """
    item.state, item.is_automatic, item.decided_at = State.DONE, is_automatic, timezone.now()
    item.outcome = Result.NOTED if decision is None else Result(decision.outcome.value)
    item.said_ja, item.said_en = ("", "") if decision is None else (decision.ja, decision.en)
    item.summary_ja, item.summary_en = matching.command_words(*command_of(item))
    save(item)
    record(
        "inbox.taken" if is_automatic else "inbox.approved",
        item,
        firm=item.firm,
        before={"command": before} if before is not None else None,
        after={"order_ref": item.order_ref, "command": item.command, "outcome": item.outcome},
        note=item.said_ja,
    )


def save(item: Item) -> None:
    """Save an item as a new version."""
    item.version += 1
    item.save()
