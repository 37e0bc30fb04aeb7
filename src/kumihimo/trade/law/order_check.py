"""All rules over one order: who the parties are, what the order states, when it is paid, which talks are open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kumihimo.trade.law.negotiation_duty import judge_negotiations
from kumihimo.trade.law.notice_items import judge_notice
from kumihimo.trade.law.payment_date import MonthlyClosing, judge_closing, judge_payment_date
from kumihimo.trade.law.payment_means import judge_payment_means
from kumihimo.trade.law.retention import Medium
from kumihimo.trade.law.rules import in_force
from kumihimo.trade.law.scope import Applies, PartySize, Work, judge_freelance, judge_scope
from kumihimo.trade.law.stamp_duty import judge_stamp
from kumihimo.trade.law.verdict import Colour, Verdict, judged
from kumihimo.trade.notice import NoticeEntry, NoticeItem
from kumihimo.trade.order import Negotiation


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """How the acknowledgement 注文請書 goes out; None = not known."""

    medium: Medium | None = None
    contract_for_work: bool | None = None
    amount_jpy: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What must be known of an order to judge it; None = not known.

    Attributes
    ----------
    firm
        Id of the supplier, as the requests to talk about the price name it.
    notice
        What the order states, as the command `issue` carries it.
    closing
        The agreed payment by months, where the notice names no single day.
    received_on
        Day of the receipt once the goods are there; before, the planned day of the notice counts.
    price_fixed
        Whether the price is being fixed with this order.
    firms_jpy
        What the firm has quoted, or what the order stated before, before tax.
    """

    number: str
    firm: str
    buyer: PartySize
    supplier: PartySize
    notice: tuple[NoticeEntry, ...]
    work: Work | None = None
    closing: MonthlyClosing | None = None
    received_on: date | None = None
    negotiations: tuple[Negotiation, ...] = ()
    price_fixed: bool = True
    firms_jpy: int | None = None
    acknowledgement: Acknowledgement | None = None


def check_order(facts: OrderFacts, *, on: date) -> tuple[Verdict, ...]:
    """Return the verdicts on an order on a day, in the order in which a person goes through them.

    Where the law does not bind, the items and days are not judged by it; where that cannot be told, they are.
    """
    return tuple(_verdicts(facts, on))


def _verdicts(facts: OrderFacts, on: date) -> Iterator[Verdict]:
    told = {entry.item: entry for entry in facts.notice}
    # An order is bound by the law of the day on which it was made: before the first rule that is held, nothing is told.
    in_force("toriteki.scope.manufacturing", _day(told.get(NoticeItem.ORDERED_ON)) or on)
    scope = judge_scope(facts.work, facts.buyer, facts.supplier, on=on)
    yield scope.verdict
    freelance = judge_freelance(facts.supplier, on=on)
    if freelance is not None:
        yield freelance
    if scope.applies is not Applies.NO:
        yield from judge_notice(facts.notice, on=on)
        means = told.get(NoticeItem.PAYMENT_MEANS)
        if means is not None and means.value is not None:
            yield judge_payment_means(str(means.value), on=on)
        payment = _payment(facts, told, on)
        if payment is not None:
            yield payment
        amount = told.get(NoticeItem.AMOUNT)
        yield from judge_negotiations(
            facts.negotiations,
            firm=facts.firm,
            price_fixed=facts.price_fixed,
            on=on,
            amount_jpy=amount.value if amount is not None and isinstance(amount.value, int) else None,
            firms_jpy=facts.firms_jpy,
        )
    if facts.acknowledgement is not None:
        one = facts.acknowledgement
        yield judge_stamp(one.medium, one.amount_jpy, contract_for_work=one.contract_for_work, on=on).verdict


def _payment(facts: OrderFacts, told: dict[NoticeItem, NoticeEntry], on: date) -> Verdict | None:
    """Return the verdict on the day of payment; None where the order leaves that day open or does not state it."""
    payment = told.get(NoticeItem.PAYMENT_DUE)
    if payment is None or payment.is_undecided or payment.value is None:
        return None
    receipt = told.get(NoticeItem.RECEIPT_ON)
    received = facts.received_on or _day(receipt)
    due_on = _day(payment)
    if due_on is None and facts.closing is not None and received is None:
        return judge_closing(facts.closing, on=on)
    if received is None or (due_on is None and facts.closing is None):
        missing_ja, missing_en = (
            ("受領する日", "day of receipt")
            if received is None
            else ("支払期日の日付または締切", "day or closing of payment")
        )
        return judged(
            in_force("toriteki.payment_date", on),
            Colour.UNKNOWN,
            f"支払期日「{payment.value}」が受領日から60日以内か判定できません。{missing_ja}を日付で書いてください。",
            f"it cannot be told whether the payment '{payment.value}' lies within 60 days of the receipt; give the "
            f"{missing_en}.",
        )
    return judge_payment_date(received, due_on, on=on, closing=facts.closing).verdict


def _day(entry: NoticeEntry | None) -> date | None:
    try:
        return None if entry is None or entry.value is None else date.fromisoformat(str(entry.value))
    except ValueError:
        return None
