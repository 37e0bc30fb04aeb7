"""What a firm may see of an order: nothing of other firms, nothing that is said among the buyer's people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kumihimo.trade import OperationOrder, OrderEvent, OrderState, fold_one
from kumihimo.trade.order import changed
from kumihimo.trade.transitions import ASKING, SPOKEN

_AMONG_US = frozenset({"draft", "change_draft", "approve", "award", "withdraw_call"})


def holds(order: OperationOrder, firm: str) -> bool:
    """Whether the order went out to this firm."""
    return bool(firm) and order.firm == firm and order.revision > 0


def was_asked(order: OperationOrder, firm: str) -> bool:
    """Whether the firm was asked to quote."""
    return any(recipient.firm == firm for recipient in order.recipients)


def is_still_asked(order: OperationOrder, firm: str) -> bool:
    """Whether the request to a firm still stands; that somebody was chosen nobody learns before the order goes out."""
    return was_asked(order, firm) and (order.state in ASKING or order.state is OrderState.AWARDED)


def partner_view(order: OperationOrder, firm: str) -> OperationOrder | None:
    """Return an order as a firm sees it; None = it sees nothing of it.

    A firm that was only asked sees what it was asked, what it has quoted, and whether the request still stands; never
    who else was asked, who got the order, or what became of it.
    """
    if holds(order, firm):
        return changed(order, _own(order, firm) | {"approvals": (), "verdicts": (), "keys": frozenset()})
    if not was_asked(order, firm):
        return None
    has_quoted = order.quote_of(firm) is not None
    is_open = is_still_asked(order, firm)
    state = (OrderState.QUOTED if has_quoted else OrderState.RFQ_SENT) if is_open else OrderState.CANCELLED
    return changed(
        _asked_for(order, firm),
        _own(order, firm)
        | {
            "state": state,
            "reason": "" if is_open else "この見積依頼は終わりました。",
            "version": 0,
            "head": "",
            "keys": frozenset(),
        },
    )


def _own(order: OperationOrder, firm: str) -> dict[str, object]:
    """Return what a firm itself was asked and has said."""
    return {
        "recipients": tuple(row for row in order.recipients if row.firm == firm),
        "quotes": tuple(row for row in order.quotes if row.firm == firm),
        "negotiations": tuple(row for row in order.negotiations if row.firm == firm),
        "calls": tuple(call for call in order.calls if call.data.get("firm") == firm),
    }


def _asked_for(order: OperationOrder, firm: str) -> OperationOrder:
    """Return the order as it stood in the request: what is wanted, without what came later."""
    sent = next(recipient.drawings for recipient in order.recipients if recipient.firm == firm)
    return OperationOrder(
        id=order.id,
        work_order="",
        step="",
        buyer=order.buyer,
        drafted_on=order.drafted_on,
        state=order.state,
        version=0,
        head="",
        keys=frozenset(),
        lines=tuple(replace(line, unit_price_jpy=None) for line in order.requested),
        tolerance_percent=order.tolerance_percent,
        drawings=sent,
    )


def audience(order: OperationOrder, event: OrderEvent) -> str:
    """Return the firm that may read an event besides those who run the network; empty = none.

    Parameters
    ----------
    order
        As it stood after the event.
    """
    kind, data = _said(event)
    if kind in SPOKEN:
        return str(data.get("firm", ""))
    if kind == "answer_negotiation":
        return next((thread.firm for thread in order.negotiations if thread.id == data["thread"]), "")
    if kind in _AMONG_US or kind == "send_rfq" or order.revision == 0:
        return ""
    return order.firm


def _said(event: OrderEvent) -> tuple[str, Mapping[str, Any]]:
    """Return the command behind an event, also where it was only recorded."""
    match event.kind:
        case "ignored":
            return event.data["kind"], event.data["data"]
        case "call_noted":
            return event.data["of"], event.data["data"]
        case _:
            return event.kind, event.data


def own_events(events: Iterable[OrderEvent], firm: str) -> tuple[OrderEvent, ...]:
    """Return the events that a firm may read, with nothing of other firms in them; their hashes no longer fit."""
    found: list[OrderEvent] = []
    order: OperationOrder | None = None
    for event in events:
        order = fold_one(order, event)
        if event.kind == "send_rfq":
            mine = [row for row in event.data["recipients"] if row["firm"] == firm]
            if mine:
                found.append(replace(event, data={**event.data, "recipients": mine}))
        elif audience(order, event) == firm:
            found.append(replace(event, data={key: value for key, value in event.data.items() if key != "verdicts"}))
    return tuple(found)
