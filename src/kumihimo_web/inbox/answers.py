"""From the answers on a form to what they come to: a command of the order, or why a person has to say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from kumihimo.interop.reply_sheet import REASONS
from kumihimo.paper.kinds import DocumentKind, number_beside
from kumihimo.paper.reply_forms import FARTHEST_DAYS, reply_form
from kumihimo.trade.order import OperationOrder, OrderLine
from kumihimo.trade.receiving import open_quantity
from kumihimo_web.inbox.reasons import Reason, Why, reason
from kumihimo_web.inbox.rules import LARGEST_JPY, LONG_PAST_DAYS

NOTED = ""
"""Kind of what is only recorded and changes nothing about the order."""
_NOT_MARKED = "理由の印なし", "no reason marked"
NOT_GIVEN = "理由の記入なし", "no reason given"
_YEARS = 9
"""So many are looked through for 29 February: 2100 has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What an answer comes to.

    Attributes
    ----------
    kind, data
        A command of `kumihimo.trade.fields.FIELDS`; `NOTED` changes nothing. Kind None = a person has to say.
    amount_jpy
        What it binds the buyer to; None where it binds to nothing, or the price is open.
    reasons
        Why it is not taken as it is.
    """

    kind: str | None
    data: dict[str, Any] = field(default_factory=dict)
    amount_jpy: int | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Answers of one form about one order.

    Attributes
    ----------
    code
        Of the form: ``A1``, ``Q1``, ``R1``, ``D1``.
    answers
        By the names of the form; on a daily sheet those of one line, ``answer`` and ``delay``.
    revision
        That the form was printed for.
    firm
        Whose form it is.
    received
        The day on which it came.
    """

    code: str
    answers: Mapping[str, Any]
    order: OperationOrder
    firm: str
    revision: int
    received: date


def proposed_by(told: Answered) -> Proposed:
    """Return what the answers of a form come to."""
    answer = told.answers.get("answer")
    by_answer = _BY_FORM.get(told.code.partition("-")[0], {})
    if answer == "call":
        return _person(reason(Why.CALL))
    if not isinstance(answer, str) or answer not in by_answer:
        # Nothing, or two boxes: one of them must not be taken for the answer.
        return _person(reason(Why.NO_ANSWER))
    return by_answer[answer](told)


def _accepted(told: Answered) -> Proposed:
    return Proposed(
        kind="accept", data={"firm": told.firm, "revision": told.revision}, amount_jpy=told.order.amount_jpy
    )


def _changed(told: Answered) -> Proposed:
    data: dict[str, Any] = {"firm": told.firm, "revision": told.revision}
    reasons = _put_next_day(told, data, "due_on")
    if "quantity" in told.answers:
        data["words"] = f"その日に出せる数: {told.answers['quantity']:,}"
    return Proposed(kind="counter", data=data, amount_jpy=told.order.amount_jpy, reasons=reasons)


def _declined(told: Answered) -> Proposed:
    data = {"firm": told.firm, "revision": told.revision, "reason": _label(told, "reason")}
    return Proposed(kind="decline", data=data)


def _not_quoted(told: Answered) -> Proposed:
    return Proposed(kind="decline_rfq", data={"firm": told.firm, "words": _label(told, "reason")})


def _quoted(told: Answered) -> Proposed:
    data: dict[str, Any] = {"firm": told.firm, "prices": [], "on": told.received.isoformat()}
    reasons = _put_next_day(told, data, "due_on")
    price, lines = told.answers.get("price"), told.order.lines
    if price is None:
        return Proposed(kind="quote", data=data, reasons=(*reasons, reason(Why.NO_ANSWER)))
    if len(lines) > 1:
        more = reason(Why.SEVERAL_LINES, count=len(lines))
        return Proposed(kind="quote", data=data, reasons=(*reasons, more))
    quantity = lines[0].quantity
    if told.answers["answer"] == "lot_price" and quantity > 1:
        more = reason(Why.LOT_PRICE, group="price", price=price, quantity=quantity)
        return Proposed(kind="quote", data=data, amount_jpy=price, reasons=(*reasons, more))
    data["prices"] = [{"line": lines[0].no, "unit_price_jpy": price}]
    amount = min(price * quantity, LARGEST_JPY)
    return Proposed(kind="quote", data=data, amount_jpy=amount, reasons=reasons)


def _on_time(told: Answered) -> Proposed:
    return Proposed(kind=NOTED)


def _late(told: Answered) -> Proposed:
    data: dict[str, Any] = {"firm": told.firm, "revision": told.revision}
    reasons = _put_next_day(told, data, "due_on")
    data["words"] = f"遅れの理由: {_label(told, 'reason')}"
    return Proposed(kind="counter", data=data, amount_jpy=told.order.amount_jpy, reasons=reasons)


def _has_shipped(told: Answered) -> Proposed:
    day, reasons = _past_day(told)
    return _shipped(told, day, told.answers.get("quantity"), reasons)


def _shipped_today(told: Answered) -> Proposed:
    reasons = (reason(Why.PARTIAL),) if told.order.shipments else ()
    return _shipped(told, told.received, None, reasons)


def _late_by_days(told: Answered) -> Proposed:
    delay, due_on = told.answers.get("delay"), told.order.agreed_due_on or told.order.due_on
    if not isinstance(delay, str) or not delay.isdecimal() or due_on is None:
        return _person(reason(Why.LONG_DELAY, group="delay"))
    data = {
        "firm": told.firm,
        "revision": told.order.revision,
        "due_on": (due_on + timedelta(days=int(delay))).isoformat(),
        "words": f"確認票の返事: {delay}日遅れ",
    }
    return Proposed(kind="counter", data=data, amount_jpy=told.order.amount_jpy)


def _shipped(told: Answered, on: date | None, quantity: int | None, reasons: tuple[Reason, ...]) -> Proposed:
    open_lines = [(line, open_quantity(told.order, line.no)) for line in _lines(told.order)]
    data: dict[str, Any] = {"firm": told.firm, "slip": next_slip(told.order)}
    if on is not None:
        data["on"] = on.isoformat()
    if quantity is not None and len(open_lines) > 1:
        more = reason(Why.SEVERAL_LINES, count=len(open_lines))
        return Proposed(kind="ship", data={**data, "items": []}, reasons=(*reasons, more))
    items = [{"line": line.no, "quantity": rest if quantity is None else quantity} for line, rest in open_lines if rest]
    if not items:
        reasons = (*reasons, reason(Why.NOTHING_OPEN))
    return Proposed(kind="ship", data={**data, "items": items}, reasons=reasons)


def next_slip(order: OperationOrder) -> str:
    """Return the number of the delivery note that a form without one stands for: ours, counted on."""
    number = number_beside(DocumentKind.DELIVERY_NOTE, order.id)
    known = {shipment.slip for shipment in order.shipments}
    count, slip = 1, number
    while slip in known:
        count += 1
        slip = f"{number}-{count}"
    return slip


def next_day(month: int, day: int, *, not_before: date) -> date | None:
    """Return the first such day from `not_before` on; None where there is none (30 February)."""
    for year in range(not_before.year, not_before.year + _YEARS):
        found = _day(year, month, day)
        if found is not None and found >= not_before:
            return found
    return None


def _put_next_day(told: Answered, data: dict[str, Any], name: str) -> tuple[Reason, ...]:
    """Put the day of the answer into the data, as the first such day from the day on which it came."""
    marked = told.answers.get("date")
    if marked is None:
        return (reason(Why.NO_ANSWER),)
    month, day = int(marked["month"]), int(marked["day"])
    found = next_day(month, day, not_before=told.received)
    if found is None:
        return (reason(Why.NO_DAY, group="date", month=month, day=day),)
    data[name] = found.isoformat()
    if (found - told.received).days > FARTHEST_DAYS:
        return (reason(Why.FAR_DAY, group="date", month=month, day=day, year=found.year),)
    return ()


def _past_day(told: Answered) -> tuple[date | None, tuple[Reason, ...]]:
    """Return the last such day up to the one on which it came: what was shipped was shipped before."""
    marked = told.answers.get("date")
    if marked is None:
        return told.received, (reason(Why.NO_ANSWER),)
    month, day = int(marked["month"]), int(marked["day"])
    wrong = (reason(Why.FUTURE_DAY, group="date", month=month, day=day),)
    for year in (told.received.year, told.received.year - 1):
        found = _day(year, month, day)
        if found is not None and found <= told.received:
            return found, () if (told.received - found).days <= LONG_PAST_DAYS else wrong
    return None, wrong


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _lines(order: OperationOrder) -> tuple[OrderLine, ...]:
    return order.agreed or order.lines


def _label(told: Answered, group: str) -> str:
    """Return the words of what was marked in a group, as the firm read them."""
    value = told.answers.get(group)
    marked = value if isinstance(value, list) else [value]
    known = {box.value: box.label.ja for box in reply_form(told.code).layout.boxes_of(group)}
    return "・".join(known[one] for one in marked if one in known) or _NOT_MARKED[0]


def reason_in_english(words: str) -> str:
    """Return the reason that was marked on a form in English; what somebody has written themselves as it is."""
    known = _reasons()
    one = "|".join(re.escape(ja) for ja in sorted(known, key=len, reverse=True))
    if not re.fullmatch(f"(?:{one})(?:・(?:{one}))*", words):
        return words
    return ", ".join(known[ja] for ja in re.findall(one, words))


@cache
def _reasons() -> dict[str, str]:
    forms = [reply_form(code) for code in ("A1", "Q1", "R1")]
    labels = [box.label for form in forms for box in form.layout.boxes_of("reason")]
    return {label.ja: label.en for label in (*labels, *REASONS.values())} | dict((_NOT_MARKED, NOT_GIVEN))


def _person(*why: Reason) -> Proposed:
    return Proposed(kind=None, reasons=why)


_BY_FORM: Mapping[str, Mapping[str, Callable[[Answered], Proposed]]] = {
    "A1": {"accept": _accepted, "change": _changed, "decline": _declined},
    "Q1": {"unit_price": _quoted, "lot_price": _quoted, "decline": _not_quoted},
    "R1": {"on_time": _on_time, "late": _late, "shipped": _has_shipped},
    "D1": {"on_time": _on_time, "late": _late_by_days, "shipped": _shipped_today},
}
"""Form -> value of its first question -> what that comes to."""
