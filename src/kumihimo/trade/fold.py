"""The state of an order as the fold of its events; it asks no guard again, for what happened has happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from kumihimo.errors import InputError
from kumihimo.trade.business_days import JAPAN
from kumihimo.trade.events import OrderEvent
from kumihimo.trade.fold_goods import FOLDS_OF_GOODS, Changes
from kumihimo.trade.lines import drawings_of, lines_of, priced, prices_of
from kumihimo.trade.notice import NoticeEntry, NoticeItem, notice_of
from kumihimo.trade.order import (
    Approval,
    Call,
    Counter,
    Negotiation,
    OperationOrder,
    Quote,
    Recipient,
    Transport,
    Verdict,
    agreed_line,
    changed,
)
from kumihimo.trade.states import OrderState
from kumihimo.trade.transitions import transition_of

_BESIDE_THE_TABLE = frozenset({"ignored", "call_noted"})


def fold(events: Iterable[OrderEvent]) -> OperationOrder:
    """Return the order that all its events make.

    Raises
    ------
    InputError
        No event, one missing or out of place, or one that cannot have followed the one before.
    """
    order: OperationOrder | None = None
    for event in events:
        order = fold_one(order, event)
    if order is None:
        raise InputError("注文の記録が1件もありません。", "the order has no event.")
    return order


def fold_one(order: OperationOrder | None, event: OrderEvent) -> OperationOrder:
    """Return the order after one more event.

    Raises
    ------
    InputError
        The event is not the next one of this order, or cannot have followed the one before.
    """
    if order is None:
        return _drafted(event)
    if event.order != order.id or event.seq != order.version + 1 or event.previous != order.head:
        raise _misplaced(order, event)
    changes: Changes
    if event.kind in _BESIDE_THE_TABLE:
        changes = _noted(order, event) if event.kind == "call_noted" else _refused_call(order, event)
    else:
        row = transition_of(event.kind, order.state) if event.kind in _FOLDS else None
        if row is None:
            raise InputError(
                f"注文「{order.id}」の記録 {event.seq}（{event.kind}）は、状態「{order.state.ja}」では起こりえません。"
                "記録を調べてください。",
                f"event {event.seq} ({event.kind}) of order '{order.id}' cannot follow '{order.state}'; "
                "examine the record.",
            )
        changes = {} if row.target is None else {"state": row.target}
        changes.update(_FOLDS[event.kind](order, event))
    if "call" in event.data:
        changes["calls"] = tuple(call for call in order.calls if call.key != event.data["call"])
    if changes and event.kind != "confirm_delivery":
        changes["last_change"] = event.seq
    changes["version"] = event.seq
    changes["head"] = event.hash
    changes["keys"] = order.keys | {event.key}
    return changed(order, changes)


def _drafted(event: OrderEvent) -> OperationOrder:
    if event.kind != "draft" or event.seq != 1:
        raise InputError(
            f"注文「{event.order}」の最初の記録がありません（{event.seq}番の {event.kind} から始まっています）。",
            f"the first event of order '{event.order}' is missing: it begins with {event.seq}, {event.kind}.",
        )
    data = event.data
    return OperationOrder(
        id=event.order,
        work_order=data["work_order"],
        step=data.get("step", ""),
        buyer=data["buyer"],
        firm=data.get("firm", ""),
        drafted_on=event.at.astimezone(JAPAN).date(),
        state=OrderState.DRAFT,
        version=1,
        head=event.hash,
        keys=frozenset({event.key}),
        lines=lines_of(data["lines"]),
        tolerance_percent=data.get("tolerance_percent", 0),
    )


def _misplaced(order: OperationOrder, event: OrderEvent) -> InputError:
    return InputError(
        f"注文「{order.id}」の記録 {order.version} の次に、注文「{event.order}」の記録 {event.seq} が来ました。"
        "記録が抜けたか、変えられています。",
        f"event {event.seq} of order '{event.order}' does not follow event {order.version} of '{order.id}': "
        "one is missing or was changed.",
    )


def _day(data: Mapping[str, Any], key: str) -> date | None:
    return date.fromisoformat(data[key]) if key in data else None


def _noted(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    call = Call(
        key=event.key, kind=data["of"], data=data["data"], evidence=tuple(data["evidence"]), at=event.at, by=event.by
    )
    return {"calls": (*order.calls, call)}


def _refused_call(order: OperationOrder, event: OrderEvent) -> Changes:
    """Mark the note of a call that was confirmed and could not be carried out; it stays until it is withdrawn."""
    data = event.data
    if "refused_call" not in data:
        return {}
    refused = {"refused_ja": data["refused_ja"], "refused_en": data["refused_en"]}
    return {"calls": tuple(replace(c, **refused) if c.key == data["refused_call"] else c for c in order.calls)}


def _change_draft(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    return {
        "lines": lines_of(data["lines"]),
        "tolerance_percent": data.get("tolerance_percent", order.tolerance_percent),
        "firm": data.get("firm", order.firm),
    }


def _send_rfq(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    answer_by = date.fromisoformat(data["answer_by"])
    asked = [row["firm"] for row in data["recipients"]]
    kept = tuple(recipient for recipient in order.recipients if recipient.firm not in asked)
    drawings = drawings_of(data["drawings"]) if data.get("drawings") else order.drawings
    recipients = (Recipient(firm=firm, answer_by=answer_by, drawings=drawings) for firm in asked)
    return {"recipients": (*kept, *recipients), "requested": order.lines, "drawings": drawings}


def _quote(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    firm, on = data["firm"], date.fromisoformat(data["on"])
    quote = Quote(
        firm=firm,
        prices=prices_of(data["prices"]),
        due_on=date.fromisoformat(data["due_on"]),
        valid_until=_day(data, "valid_until"),
        words=data.get("words", ""),
        late=any(recipient.firm == firm and on > recipient.answer_by for recipient in order.recipients),
    )
    return {"quotes": (*order.quotes, quote)}


def _decline_rfq(order: OperationOrder, event: OrderEvent) -> Changes:
    firm = event.data["firm"]
    return {"recipients": tuple(replace(r, declined=True) if r.firm == firm else r for r in order.recipients)}


def _approve(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    approval = Approval(
        subject=data["subject"],
        by=event.by,
        firm=data["firm"],
        amount_jpy=data["amount_jpy"],
        revision=data["revision"],
    )
    return {"approvals": (*order.approvals, approval)}


def _award(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    quote = order.quote_of(data["firm"])
    lines = order.lines if quote is None else priced(order.lines, quote.prices)
    return {"firm": data["firm"], "lines": priced(lines, prices_of(data.get("prices", ())))}


def _issue(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    return {
        "revision": order.revision + 1,
        "due_on": _day(data, "due_on"),
        "notice": notice_of(data["notice"]),
        "verdicts": tuple(_verdict(row) for row in data["verdicts"]),
        "drawings": drawings_of(data["drawings"]),
        "counter": None,
    }


def _verdict(row: Mapping[str, Any]) -> Verdict:
    signature = row.get("signature", {})
    return Verdict(
        rule=row["rule"],
        colour=row["colour"],
        signed_by=signature.get("by", ""),
        reason=signature.get("reason", ""),
    )


def _revise(order: OperationOrder, event: OrderEvent) -> Changes:
    return {**_issue(order, event), "lines": lines_of(event.data["lines"]), "reason": event.data["reason"]}


def _confirm_delivery(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    proof = Transport(revision=data["revision"], channel=data["channel"], proof=data["proof"], at=event.at)
    # Proof about an older revision does not tell that the current one has arrived.
    state = {"state": order.state} if data["revision"] != order.revision else {}
    return {"transports": (*order.transports, proof), **state}


def _accept(order: OperationOrder, event: OrderEvent) -> Changes:
    return {
        "state": order.goods or OrderState.ACCEPTED,
        "accepted_revision": order.revision,
        "agreed": order.lines,
        "agreed_due_on": order.due_on,
        "counter": None,
    }


def _counter(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    prices = prices_of(data.get("prices", ()))
    counter = Counter(
        revision=data["revision"], due_on=_day(data, "due_on"), prices=prices, words=data.get("words", "")
    )
    changes: Changes = {"counter": counter}
    if prices:
        # Another price is a request to talk about it, whatever it is called.
        thread = Negotiation(
            id=f"counter-{event.seq}", firm=data["firm"], words=data.get("words", ""), asked_at=event.at
        )
        changes["negotiations"] = (*order.negotiations, thread)
    return changes


def _decline(order: OperationOrder, event: OrderEvent) -> Changes:
    return {"counter": None, "reason": event.data["reason"]}


def _uphold(order: OperationOrder, event: OrderEvent) -> Changes:
    was_accepted = order.accepted_revision == order.revision
    return {
        "state": (order.goods or OrderState.ACCEPTED) if was_accepted else OrderState.ISSUED,
        "counter": None,
        "reason": event.data["reason"],
    }


def _settle_notice(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    item, value = NoticeItem(data["item"]), data["value"]
    changes: Changes = {
        "notice": tuple(NoticeEntry(item=item, value=value) if e.item is item else e for e in order.notice)
    }
    if item is NoticeItem.RECEIPT_ON:
        changes["due_on"] = date.fromisoformat(value)
        if order.accepted_revision == order.revision:
            changes["agreed_due_on"] = changes["due_on"]
    if prices := prices_of(data.get("prices", ())):
        found = {price.line: price.unit_price_jpy for price in prices}
        open_agreed = tuple(p for p in prices if (line := agreed_line(order, p.line)) and line.unit_price_jpy is None)
        changes["lines"] = priced(order.lines, prices)
        changes["agreed"] = priced(order.agreed, open_agreed)
        changes["shipments"] = tuple(
            replace(s, unit_price_jpy=found[s.line]) if s.unit_price_jpy is None and s.line in found else s
            for s in order.shipments
        )
    return changes


def _request_negotiation(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    thread = Negotiation(id=data["thread"], firm=data["firm"], words=data["words"], asked_at=event.at)
    return {"negotiations": (*order.negotiations, thread)}


def _answer_negotiation(order: OperationOrder, event: OrderEvent) -> Changes:
    data = event.data
    return {
        "negotiations": tuple(
            replace(thread, answer=data["answer"], reason=data.get("reason", ""))
            if thread.id == data["thread"] and thread.is_open
            else thread
            for thread in order.negotiations
        )
    }


def _withdraw_call(order: OperationOrder, event: OrderEvent) -> Changes:
    return {"calls": tuple(call for call in order.calls if call.key != event.data["note"])}


def _hold(order: OperationOrder, event: OrderEvent) -> Changes:
    return {"held_from": order.state, "reason": event.data["reason"]}


def _resume(order: OperationOrder, event: OrderEvent) -> Changes:
    return {"state": order.held_from, "held_from": None, "reason": event.data["reason"]}


def _cancel(order: OperationOrder, event: OrderEvent) -> Changes:
    return {"reason": event.data["reason"], "held_from": None}


def _supersede(order: OperationOrder, event: OrderEvent) -> Changes:
    return {"reason": event.data["reason"], "replaced_by": event.data["replaced_by"]}


_FOLDS: Mapping[str, Callable[[OperationOrder, OrderEvent], Changes]] = {
    "change_draft": _change_draft,
    "send_rfq": _send_rfq,
    "quote": _quote,
    "decline_rfq": _decline_rfq,
    "approve": _approve,
    "award": _award,
    "issue": _issue,
    "confirm_delivery": _confirm_delivery,
    "accept": _accept,
    "counter": _counter,
    "decline": _decline,
    "uphold": _uphold,
    "revise": _revise,
    "settle_notice": _settle_notice,
    "request_negotiation": _request_negotiation,
    "answer_negotiation": _answer_negotiation,
    **FOLDS_OF_GOODS,
    "withdraw_call": _withdraw_call,
    "hold": _hold,
    "resume": _resume,
    "cancel": _cancel,
    "supersede": _supersede,
}
