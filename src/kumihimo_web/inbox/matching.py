"""From what was read to what it comes to: which order of which firm, which command, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kumihimo.paper.layout import FormKind
from kumihimo.paper.token import FormToken
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.transitions import KINDS
from kumihimo.trade.wording import day_ja
from kumihimo_web.inbox.answers import NOT_GIVEN, NOTED, Answered, Proposed, proposed_by, reason_in_english
from kumihimo_web.inbox.reasons import Reason, Why, reason
from kumihimo_web.inbox.rules import LARGEST_JPY, needs_second_key, second_key_jpy
from kumihimo_web.inbox.state import Kind
from kumihimo_web.orders import papers
from kumihimo_web.orders import queries as orders

NOTES = "note"
"""The zone of a form in which a firm writes what no box says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What an item comes to.

    Attributes
    ----------
    firm
        Whose answer it is; empty where no paper or order tells it.
    order
        As it stands; None where there is none.
    """

    order_ref: str
    firm: str
    order: OperationOrder | None
    proposed: Proposed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sent it, as far as the address tells: `is_known` when somebody has confirmed the address, or vouches."""

    firm: str
    is_known: bool
    channel: str


def match(kind: str, reading: Mapping[str, Any], *, line: int, received: date, sender: Sender) -> Matched:
    """Return what a reading comes to, as the orders stand now."""
    if kind == Kind.EDI and "message" in reading:
        return _message(reading["message"])
    form = reading.get("form")
    if form is None:
        return _free(reading, received, sender)
    token = FormToken(code=form["code"], order=form["order"], revision=form["revision"], page=form["page"])
    paper = papers.of_token(token)
    ref = _order_of(paper, token, line)
    order = orders.order(ref) if ref else None
    if order is None:
        why = reason(Why.NO_LINE, sheet=token.order, line=line) if line else reason(Why.NO_ORDER)
        return Matched(order_ref=ref, firm="", order=None, proposed=Proposed(kind=None, reasons=(why,)))
    firm = (paper.firm if paper is not None else "") or order.firm
    if "sheet" in reading:
        return Matched(order_ref=ref, firm=firm, order=order, proposed=_sheet(reading, order, firm, token, received))
    told = Answered(
        code=token.code,
        answers={name: one["value"] for name, one in reading["answers"].items()},
        order=order,
        firm=firm,
        revision=token.revision,
        received=received,
    )
    proposed = proposed_by(told)
    return Matched(order_ref=ref, firm=firm, order=order, proposed=proposed)


def doubts(kind: str, reading: Mapping[str, Any], matched: Matched, sender: Sender) -> tuple[Reason, ...]:
    """Return everything that speaks against taking an item automatically; nothing at all must."""
    found = [*_read(reading), *matched.proposed.reasons]
    if matched.proposed.kind is None and not found:
        found.append(reason(Why.NO_ANSWER))
    if matched.order is None and not any(one.code in (Why.NO_ORDER, Why.NO_LINE) for one in found):
        found.append(reason(Why.NO_ORDER))
    if NOTES in reading.get("notes", ()):
        found.append(reason(Why.HANDWRITING, group=NOTES))
    if not (sender.firm and sender.is_known) or (kind == Kind.EDI and sender.channel != "edi"):
        # An address of a mail is quickly forged: what no paper of ours proves must come through a door that asks.
        found.append(reason(Why.UNKNOWN_SENDER))
    elif matched.firm and sender.firm != matched.firm:
        found.append(reason(Why.OTHER_SENDER, sender=sender.firm, firm=matched.firm))
    amount = matched.proposed.amount_jpy
    if matched.proposed.kind and amount is not None and needs_second_key(matched.proposed.kind, amount):
        found.append(reason(Why.AMOUNT, amount=amount, limit=second_key_jpy()))
    if kind == Kind.MAIL:
        found.append(reason(Why.FREE_TEXT))
    return tuple({one.ja: one for one in found}.values())


def _read(reading: Mapping[str, Any]) -> Iterable[Reason]:
    for one in reading.get("reasons", ()):
        yield Reason(code=one["code"], ja=one["ja"], en=one["en"], group=one.get("group"))


def _order_of(paper: Any, token: FormToken, line: int) -> str:
    """Return the order that a form is about: that of its line on a daily sheet, else of its paper or its number."""
    if line:
        lines = paper.content.get("lines", ()) if paper is not None else ()
        return str(lines[line - 1].get("order") or "") if 0 < line <= len(lines) else ""
    if paper is not None and paper.order is not None:
        return str(paper.order.ref)
    return token.order


def _message(message: Mapping[str, Any]) -> Matched:
    """A message of a partner's system says everything itself."""
    order = orders.order(message["order"])
    data, kind = dict(message["data"]), str(message["kind"])
    amount = amount_of(kind, data, order)
    proposed = Proposed(kind=kind, data=data, amount_jpy=amount)
    known = set() if order is None else {order.firm, *(one.firm for one in order.recipients)}
    firm = data["firm"] if data.get("firm") in known else ""
    return Matched(order_ref=message["order"], firm=firm, order=order, proposed=proposed)


def _free(reading: Mapping[str, Any], received: date, sender: Sender) -> Matched:
    """A text: only the order that it names; a person says the rest."""
    named = reading.get("guess", {}).get("orders", ())
    for ref in named:
        order = orders.order(ref)
        if order is not None:
            return Matched(order_ref=ref, firm=sender.firm, order=order, proposed=Proposed(kind=None))
    return Matched(order_ref="", firm=sender.firm, order=None, proposed=Proposed(kind=None))


def _sheet(reading: Mapping[str, Any], order: OperationOrder, firm: str, token: FormToken, received: date) -> Proposed:
    """Return what a workbook comes to; its days are whole, so that none has to be guessed."""
    from kumihimo.interop.reply_sheet import CODES, REASONS

    told = reading["sheet"]
    answer, prices = told["answer"], [{"line": no, "unit_price_jpy": price} for no, price in told["prices"]]
    base: dict[str, Any] = {"firm": firm, "revision": token.revision}
    if answer in (None, "", "call"):
        return Proposed(kind=None, reasons=(reason(Why.CALL if answer == "call" else Why.NO_ANSWER),))
    label = REASONS[told["reason"]].ja if told["reason"] in REASONS else ""
    if token.code == CODES[FormKind.QUOTATION]:
        if answer == "decline":
            return Proposed(kind="decline_rfq", data={"firm": firm, "words": label or NOT_GIVEN[0]})
        data: dict[str, Any] = {"firm": firm, "prices": prices, "on": received.isoformat()}
        data |= {name: told[name] for name in ("due_on", "valid_until") if told[name]}
        if told["words"]:
            data["words"] = told["words"]
        return Proposed(kind="quote", data=data, amount_jpy=amount_of("quote", data, order))
    if answer == "accept":
        return Proposed(kind="accept", data=base, amount_jpy=order.amount_jpy)
    if answer == "decline":
        return Proposed(kind="decline", data={**base, "reason": label or NOT_GIVEN[0]})
    data = {**base, **({"due_on": told["due_on"]} if told["due_on"] else {}), **({"prices": prices} if prices else {})}
    if told["words"]:
        data["words"] = told["words"]
    return Proposed(kind="counter", data=data, amount_jpy=amount_of("counter", data, order))


def amount_of(kind: str, data: Mapping[str, Any], order: OperationOrder | None) -> int | None:
    """Return what a command binds the buyer to; None where it binds to nothing, or the price is open."""
    if kind in ("invoice", "credit_note"):
        return min(int(data.get("amount_jpy", 0)), LARGEST_JPY)
    if order is None or kind not in ("accept", "counter", "quote"):
        return None
    told = {one["line"]: one["unit_price_jpy"] for one in data.get("prices", ())}
    total = 0
    for line in order.lines:
        price = told.get(line.no, line.unit_price_jpy)
        if price is None:
            return None
        total += price * line.quantity
    return min(total, LARGEST_JPY)


def summary(reading: Mapping[str, Any], proposed: Proposed | None, reasons: tuple[Reason, ...]) -> tuple[str, str]:
    """Return what the list says of an item, in Japanese and English: the answer, else the first reason."""
    if proposed is not None and proposed.kind is not None:
        ja, en = command_words(proposed.kind, proposed.data)
        return ja[:200], en[:200]
    if reading.get("text"):
        line = " ".join(str(reading["text"]).split())[:120]
        return line, line
    return (reasons[0].ja[:200], reasons[0].en[:200]) if reasons else ("", "")


def command_words(kind: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """Return a command in a few words, with what it names first."""
    if kind == NOTED:
        return "予定どおり・記録のみ", "on time, noted only"
    ja, en = KINDS[kind]
    more_ja, more_en = [], []
    if data.get("due_on"):
        more_ja.append(f"納期 {day_ja(date.fromisoformat(data['due_on']))}")
        more_en.append(f"by {data['due_on']}")
    elif data.get("on"):
        more_ja.append(day_ja(date.fromisoformat(data["on"])))
        more_en.append(f"on {data['on']}")
    prices = data.get("prices") or ()
    if prices:
        more_ja.append("単価 " + "・".join(f"{one['unit_price_jpy']:,}円" for one in prices[:3]))
        more_en.append("unit price " + ", ".join(f"{one['unit_price_jpy']:,}" for one in prices[:3]))
    items = data.get("items") or ()
    if items:
        more_ja.append("数 " + "・".join(f"{one['quantity']:,}" for one in items[:3]))
        more_en.append("quantity " + ", ".join(f"{one['quantity']:,}" for one in items[:3]))
    if data.get("reason"):
        more_ja.append(str(data["reason"]))
        more_en.append(reason_in_english(str(data["reason"])))
    return "、".join([ja, *more_ja]), ", ".join([en.removeprefix("the "), *more_en])
