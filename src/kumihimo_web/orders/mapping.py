"""Rows to nouns and back: events, commands that wait, and the columns that are drawn from a folded order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.utils import timezone

from kumihimo.trade import Command, Evidence, EvidenceKind, OperationOrder, OrderEvent, OrderState, Role
from kumihimo.trade.chase_schedule import ChaseKind, Stage, schedule_on
from kumihimo.trade.events import canonical, instant
from kumihimo.trade.negotiation import open_negotiations
from kumihimo.trade.open_items import open_items
from kumihimo.trade.receiving import is_complete
from kumihimo.trade.transitions import ASKING
from kumihimo.trade.work import shipped_quantity
from kumihimo_web.orders.models import WaitsFor

_S = OrderState
_OURS = frozenset(
    {_S.DRAFT, _S.QUOTED, _S.AWARDED, _S.COUNTERED, _S.DECLINED, _S.SHIPPED, _S.RECEIVED, _S.ON_HOLD, _S.INVOICED}
)
_BACK = frozenset({_S.RETURNED, _S.REWORK})
_OVER = frozenset({_S.PAID, _S.CANCELLED, _S.SUPERSEDED})
_ISSUES = frozenset({"issue", "revise"})
_SLACK_DAYS = 14
"""No row of closed days is longer; so much earlier than it may be chased one looks at an order."""


# Events


EVENT_COLUMNS = ("seq", "kind", "data", "at", "by", "role", "key", "previous", "hash")


def event_columns(event: OrderEvent) -> dict[str, Any]:
    """Return the columns of an event by their names."""
    return {
        "seq": event.seq,
        "kind": event.kind,
        "data": canonical(event.data),
        "at": event.at,
        "by": event.by,
        "role": event.role.value,
        "key": event.key,
        "previous": event.previous,
        "hash": event.hash,
    }


def event_of(ref: str, columns: Sequence[Any]) -> OrderEvent:
    """Return the event of the columns that `EVENT_COLUMNS` names."""
    seq, kind, data, at, by, role, key, previous, digest = columns
    return OrderEvent(
        order=ref,
        seq=seq,
        kind=kind,
        data=json.loads(data),
        at=at,
        by=by,
        role=Role(role),
        key=key,
        previous=previous,
        hash=digest,
    )


# Commands that wait


def command_document(command: Command) -> dict[str, Any]:
    """Return a command as JSON."""
    return {
        "key": command.key,
        "order": command.order,
        "kind": command.kind,
        "data": dict(command.data),
        "at": instant(command.at),
        "by": command.by,
        "role": command.role.value,
        "evidence": [{"kind": e.kind.value, "sha256": e.sha256, "words": e.words} for e in command.evidence],
    }


def command_of(document: Mapping[str, Any]) -> Command:
    """Return the command of its JSON; one that waits was a message, which has seen no version."""
    return Command(
        key=document["key"],
        order=document["order"],
        kind=document["kind"],
        data=document["data"],
        at=datetime.fromisoformat(document["at"]),
        by=document["by"],
        role=Role(document["role"]),
        evidence=tuple(
            Evidence(kind=EvidenceKind(row["kind"]), sha256=row["sha256"], words=row["words"])
            for row in document["evidence"]
        ),
    )


# Columns


def columns_of(order: OperationOrder, events: Sequence[OrderEvent]) -> dict[str, Any]:
    """Return the columns of an order that its events decide.

    Parameters
    ----------
    events
        All of them, the last one last.
    """
    asked_on = _last_day(events, frozenset({"send_rfq"}))
    issued_on = _last_day(events, _ISSUES)
    lines = order.agreed or order.lines
    first = lines[0]
    days = [recipient.answer_by for recipient in order.recipients] if order.state in ASKING else []
    return {
        "firm": order.firm,
        "state": order.state.value,
        "version": order.version,
        "head": order.head,
        "revision": order.revision,
        "accepted_revision": order.accepted_revision,
        "item": first.item[:300],
        "process": first.process[:80],
        "quantity": first.quantity,
        "unit": first.unit[:40],
        "lines": len(lines),
        "amount_jpy": order.amount_jpy,
        "shipped": shipped_quantity(order),
        "accepted": sum(shipment.accepted for shipment in order.shipments),
        "due_on": order.agreed_due_on or order.due_on,
        "answer_by": max(days, default=None),
        "asked_on": asked_on,
        "issued_on": issued_on,
        "chase_from": _chase_from(order, asked_on, issued_on),
        "waits_for": _waits_for(order).value,
        "open_talks": len(open_negotiations(order)),
        "open_calls": len(order.calls),
        "changed_at": events[-1].at,
    }


def _last_day(events: Sequence[OrderEvent], kinds: frozenset[str]) -> date | None:
    at = next((event.at for event in reversed(events) if event.kind in kinds), None)
    return None if at is None else timezone.localdate(at)


def _waits_for(order: OperationOrder) -> WaitsFor:
    if order.calls or open_negotiations(order) or order.state in _OURS:
        return WaitsFor.US
    if order.state in _OVER:
        return WaitsFor.NOBODY
    goods_are_ours = any(s.uninspected or s.rejected_here or s.in_transit for s in order.shipments)
    if order.state is _S.INSPECTED and (is_complete(order) or goods_are_ours):
        return WaitsFor.US
    if order.state in _BACK and any(s.uninspected for s in order.shipments):
        return WaitsFor.US
    return WaitsFor.PARTNER


def _chase_from(order: OperationOrder, asked_on: date | None, issued_on: date | None) -> date | None:
    """Return a day before which nothing about the order is chased; early rather than late."""
    # Seen from the end of time everything that is open is late, which shows it all at once.
    items = open_items(order, date.max, asked_on=asked_on, issued_on=issued_on)
    return min((item.anchor + _lead(item.kind) for item in items), default=None)


@cache
def _lead(kind: ChaseKind) -> timedelta:
    kinds = (ChaseKind.DUE, ChaseKind.LATE) if kind is ChaseKind.LATE else (kind,)
    stages = [stage for one in kinds for stage in schedule_on(date.max).of_kind(one)]
    return timedelta(days=min(map(_calendar_days, stages), default=0) - 1)


def _calendar_days(stage: Stage) -> int:
    if stage.in_business_days:
        return 2 * stage.offset - _SLACK_DAYS if stage.offset < 0 else 0
    return stage.offset - _SLACK_DAYS
