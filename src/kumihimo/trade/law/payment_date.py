"""The day of payment 支払期日: within 60 days of the receipt, inspected or not, and the interest when it is missed.

Counting includes the day of the receipt, so the 60th day is the receipt and 59 days. Whether a day later still keeps
the term is read in two ways; it is amber, and a person decides.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from kumihimo.trade.law.rules import in_force
from kumihimo.trade.law.verdict import Colour, Verdict, judged
from kumihimo.trade.wording import day_ja


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyClosing:
    """Payment by months 締切制度: what arrives until the closing day is paid on a day some months later.

    A day that a month does not have is its last day: 31 is always the end of the month.
    """

    closing_day: int = 31
    months: int = 1
    pay_day: int = 31

    def __post_init__(self) -> None:
        """Refuse days that no month has, and a payment before the closing."""
        if not (1 <= self.closing_day <= 31 and 1 <= self.pay_day <= 31 and 0 <= self.months <= 12):
            raise ValueError(f"closing day and day of payment are 1 to 31, months 0 to 12: {self}")
        if self.months == 0 and self.pay_day < self.closing_day:
            raise ValueError(f"the day of payment is before the closing day: {self}")

    def due(self, received: date) -> date:
        """Return the day on which what was received that day is paid."""
        closes = _day_in(received.year, received.month, self.closing_day)
        month = received.month + self.months + (received > closes)
        return _day_in(received.year + (month - 1) // 12, (month - 1) % 12 + 1, self.pay_day)

    @property
    def ja(self) -> str:
        """As it is printed."""
        month = ("当月", "翌月", "翌々月")[self.months] if self.months < 3 else f"{self.months}か月後の"
        return f"毎月{_day_name(self.closing_day)}締切・{month}{_day_name(self.pay_day)}支払"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDue:
    """The day on which a payment is due by the law, and the verdict on the day that was set.

    Attributes
    ----------
    due_on
        The day that was set, or what the law puts in its place.
    """

    due_on: date
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class LateInterest:
    """Interest for late payment: rounded down to whole yen; `verdict` says how far the rate was verified."""

    days: int
    amount_jpy: int
    verdict: Verdict


def last_safe_day(received: date, *, on: date) -> date:
    """Return the 60th day, counted from the receipt as the first."""
    return received + timedelta(days=in_force("toriteki.payment_date", on).number("days") - 1)


def judge_payment_date(
    received: date, due_on: date | None, *, on: date, closing: MonthlyClosing | None = None
) -> PaymentDue:
    """Return when a payment is due and whether that day is lawful.

    Parameters
    ----------
    received
        Day of the receipt, not of the inspection.
    due_on
        The day that was agreed; None where only `closing` is, or nothing.
    on
        Day of the order: its rule counts.
    closing
        The agreed payment by months, where there is one.
    """
    if due_on is None and closing is not None:
        due_on = closing.due(received)
    if due_on is None:
        return _none_set(received, on)
    rule = in_force("toriteki.payment_date", on)
    limit = rule.number("days")
    days = (due_on - received).days
    safe = last_safe_day(received, on=on)
    what_ja = f"支払期日{day_ja(due_on)}は、受領日{day_ja(received)}から数えて{days + 1}日目です"
    what_en = f"the day of payment {due_on} is day {days + 1}, counted from the receipt {received} as the first"
    if days < 0:
        verdict = judged(
            rule,
            Colour.AMBER,
            f"支払期日{day_ja(due_on)}は受領日{day_ja(received)}より前です。前払いでなければ日付を確かめてください。",
            f"the day of payment {due_on} is before the receipt {received}; unless it is paid in advance, check the "
            "days.",
        )
        return PaymentDue(due_on=due_on, verdict=verdict)
    if days < limit:
        verdict = judged(
            rule,
            Colour.GREEN,
            f"{what_ja}。{limit}日以内です。できる限り短い期間にしてください。",
            f"{what_en}: within {limit} days. It is to be as short as possible.",
        )
        return PaymentDue(due_on=due_on, verdict=verdict)
    if _is_monthly(received, due_on, closing, on):
        verdict = judged(
            in_force("toriteki.payment_date.month_end", on),
            Colour.AMBER,
            f"{what_ja}が、月単位の締切によるもので、2か月以内です。この数え方でよいかを人が"
            f"判断し、署名してください。{day_ja(safe)}までに支払えば確実です。",
            f"{what_en}, but it follows a monthly closing and lies within two months; a person decides whether that "
            f"holds and signs. Paying by {safe} is safe.",
        )
        return PaymentDue(due_on=due_on, verdict=verdict)
    if days == limit:
        verdict = judged(
            rule,
            Colour.AMBER,
            f"{what_ja}。受領日を含めるかどうかで{limit}日以内かどうかの読み方が分かれます。"
            f"{day_ja(safe)}以前に改めるか、人が判断して署名してください。",
            f"{what_en}; whether that keeps the {limit} days depends on whether the day of the receipt counts. Set "
            f"{safe} or earlier, or have a person decide and sign.",
        )
        return PaymentDue(due_on=due_on, verdict=verdict)
    deemed = in_force("toriteki.payment_date.deemed", on)
    verdict = judged(
        deemed,
        Colour.RED,
        f"{what_ja}。{limit}日を超える支払期日は定められません。法律上の支払期日は{day_ja(safe)}とみなします。"
        f"{day_ja(safe)}以前に改めてください。",
        f"{what_en}; a day beyond {limit} days cannot be set. By law it counts as due on {safe}; set that day or an "
        "earlier one.",
    )
    return PaymentDue(due_on=safe, verdict=verdict)


def judge_closing(closing: MonthlyClosing, *, on: date) -> Verdict:
    """Return the gravest verdict that a payment by months can lead to, over the receipts of the two years from `on`.

    Needed where an order is judged before anything was received.
    """
    order = (Colour.GREEN, Colour.AMBER, Colour.RED)
    received = (on + timedelta(days=day) for day in range(731))
    found = (judge_payment_date(day, None, on=on, closing=closing).verdict for day in received)
    return max(found, key=lambda verdict: order.index(verdict.colour))


def judge_payment(received: date, due: PaymentDue, paid_on: date | None, *, today: date, on: date) -> Verdict:
    """Return whether a payment kept its day; `paid_on` None = not paid yet."""
    rule = in_force("toriteki.late_payment", on)
    if paid_on is None and today <= due.due_on:
        left = (due.due_on - today).days
        return judged(
            rule,
            Colour.GREEN,
            f"支払期日{day_ja(due.due_on)}まであと{left}日です。",
            f"{left} days are left until the day of payment {due.due_on}.",
        )
    if paid_on is not None and paid_on <= due.due_on:
        return judged(
            rule, Colour.GREEN, f"{day_ja(paid_on)}に、期日内に支払い済みです。", f"it was paid in time, on {paid_on}."
        )
    late = ((paid_on or today) - due.due_on).days
    done_ja, done_en = ("支払いました", "was paid") if paid_on else ("未払いです", "is unpaid")
    next_ja = "" if paid_on else "すぐに支払い、"
    return judged(
        rule,
        Colour.RED,
        f"支払期日{day_ja(due.due_on)}を{late}日過ぎて{done_ja}（受領日{day_ja(received)}）。{next_ja}遅延利息を確かめてください。",
        f"it {done_en} {late} days after the day of payment {due.due_on} (received {received}); "
        f"{'' if paid_on else 'pay at once and '}check the interest.",
    )


def late_interest(amount_jpy: int, received: date, paid_on: date, *, on: date) -> LateInterest:
    """Return the interest on an amount that was still unpaid when 60 days had passed.

    It runs from the day after the 60th, counted from the receipt, to the day of payment, both included.
    """
    rule = in_force("toriteki.late_interest", on)
    begins = received + timedelta(days=rule.number("days"))
    days = max(0, (paid_on - begins).days + 1)
    amount = amount_jpy * rule.number("rate_per_mille") * days // (1000 * rule.number("year_days"))
    rate = f"{rule.number('rate_per_mille') / 10:g}"
    if not days:
        verdict = judged(rule, Colour.GREEN, "遅延利息はありません。", "no interest is due.")
    else:
        verdict = judged(
            rule,
            Colour.AMBER,
            f"{day_ja(begins)}から{day_ja(paid_on)}まで{days}日分、年{rate}%の遅延利息{amount:,}円"
            "（1円未満切り捨て）が必要です。金額を人が確かめて支払ってください。",
            f"interest of {amount:,} yen is due for the {days} days from {begins} to {paid_on} at {rate}% a year "
            "(rounded down); have a person check the amount, and pay it.",
        )
    return LateInterest(days=days, amount_jpy=amount, verdict=verdict)


def _none_set(received: date, on: date) -> PaymentDue:
    verdict = judged(
        in_force("toriteki.payment_date.deemed", on),
        Colour.RED,
        f"支払期日が定められていません。法律上は受領日の{day_ja(received)}が支払期日になります。支払期日を定めてください。",
        f"no day of payment is set; by law it is due on the day of the receipt, {received}. Set a day of payment.",
    )
    return PaymentDue(due_on=received, verdict=verdict)


def _is_monthly(received: date, due_on: date, closing: MonthlyClosing | None, on: date) -> bool:
    """Whether a day beyond the 60 days follows a closing that is paid within the next month."""
    if closing is None or closing.due(received) != due_on:
        return False
    months = in_force("toriteki.payment_date.month_end", on).number("months")
    # What arrives a day after a closing is paid more than two months later where the day of payment is the later one.
    return closing.months <= months and closing.pay_day <= closing.closing_day


def _day_in(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _day_name(day: int) -> str:
    return "末日" if day == 31 else f"{day}日"
