"""`toriteki.payment_date`, `payment_means`, `late_payment`, `late_interest`."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from law_desk import ON

from kumihimo.trade.law import (
    Colour,
    MonthlyClosing,
    judge_closing,
    judge_payment,
    judge_payment_date,
    judge_payment_means,
    late_interest,
)

RECEIVED = date(2026, 12, 1)
MONTH_END = MonthlyClosing()


@pytest.mark.parametrize(
    ("days", "colour"),
    [
        (0, Colour.GREEN),
        (59, Colour.GREEN),
        (60, Colour.AMBER),
        (61, Colour.RED),
        (120, Colour.RED),
        (-1, Colour.AMBER),
    ],
)
def test_payment_date_counts_from_the_receipt(days: int, colour: Colour) -> None:
    due = judge_payment_date(RECEIVED, RECEIVED + timedelta(days=days), on=ON)
    assert due.verdict.colour is colour


def test_payment_date_beyond_sixty_days_counts_as_the_sixtieth_day() -> None:
    due = judge_payment_date(RECEIVED, date(2027, 3, 31), on=ON)
    assert due.due_on == date(2027, 1, 29)
    assert due.verdict.rule == "toriteki.payment_date.deemed"
    assert "2027年1月29日(金)" in due.verdict.ja
    assert "六十日を経過した日の前日" in due.verdict.quote


def test_payment_date_not_set_is_the_day_of_the_receipt() -> None:
    due = judge_payment_date(RECEIVED, None, on=ON)
    assert (due.due_on, due.verdict.colour) == (RECEIVED, Colour.RED)


def test_month_end_payment_beyond_sixty_days_is_a_persons_decision() -> None:
    due = judge_payment_date(RECEIVED, None, on=ON, closing=MONTH_END)
    assert due.due_on == date(2027, 1, 31)
    assert (due.verdict.colour, due.verdict.rule) == (Colour.AMBER, "toriteki.payment_date.month_end")
    assert due.verdict.verified == "general_knowledge"


def test_same_day_without_the_closing_is_red() -> None:
    assert judge_payment_date(RECEIVED, date(2027, 1, 31), on=ON).verdict.colour is Colour.RED


@pytest.mark.parametrize(
    ("closing", "colour"),
    [
        (MonthlyClosing(closing_day=31, months=0, pay_day=31), Colour.GREEN),
        (MonthlyClosing(closing_day=31, months=1, pay_day=15), Colour.GREEN),
        (MonthlyClosing(closing_day=31, months=1, pay_day=31), Colour.AMBER),
        (MonthlyClosing(closing_day=20, months=1, pay_day=20), Colour.AMBER),
        (MonthlyClosing(closing_day=20, months=1, pay_day=31), Colour.RED),
        (MonthlyClosing(closing_day=31, months=2, pay_day=10), Colour.RED),
    ],
)
def test_closing_is_judged_by_its_worst_receipt(closing: MonthlyClosing, colour: Colour) -> None:
    assert judge_closing(closing, on=ON).colour is colour


@pytest.mark.parametrize(
    ("received", "closing", "due"),
    [
        (date(2027, 12, 31), MonthlyClosing(), date(2028, 1, 31)),
        (date(2028, 1, 31), MonthlyClosing(), date(2028, 2, 29)),
        (date(2026, 11, 20), MonthlyClosing(closing_day=20, months=1, pay_day=10), date(2026, 12, 10)),
        (date(2026, 11, 21), MonthlyClosing(closing_day=20, months=1, pay_day=10), date(2027, 1, 10)),
    ],
)
def test_closing_gives_the_day(received: date, closing: MonthlyClosing, due: date) -> None:
    assert closing.due(received) == due


@pytest.mark.parametrize("wrong", [{"closing_day": 0}, {"pay_day": 32}, {"months": 13}, {"months": 0, "pay_day": 5}])
def test_closing_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="day of payment"):
        MonthlyClosing(**wrong)


@pytest.mark.parametrize(
    ("paid_on", "today", "colour"),
    [
        (None, date(2027, 1, 29), Colour.GREEN),
        (None, date(2027, 1, 30), Colour.RED),
        (date(2027, 1, 29), date(2027, 3, 1), Colour.GREEN),
        (date(2027, 1, 30), date(2027, 3, 1), Colour.RED),
    ],
)
def test_late_payment_is_red_from_the_day_after(paid_on: date | None, today: date, colour: Colour) -> None:
    due = judge_payment_date(RECEIVED, date(2027, 1, 29), on=ON)
    assert judge_payment(RECEIVED, due, paid_on, today=today, on=ON).colour is colour


def test_late_interest_runs_from_the_day_after_the_sixtieth() -> None:
    assert late_interest(1_000_000, RECEIVED, date(2027, 1, 29), on=ON).amount_jpy == 0
    one = late_interest(1_000_000, RECEIVED, date(2027, 1, 30), on=ON)
    assert (one.days, one.amount_jpy) == (1, 400)


def test_late_interest_of_a_year_is_the_rate() -> None:
    year = late_interest(1_000_000, RECEIVED, date(2027, 1, 29) + timedelta(days=365), on=ON)
    assert (year.days, year.amount_jpy) == (365, 146_000)
    assert "14.6%" in year.verdict.ja
    assert year.verdict.verified == "secondary"


@pytest.mark.parametrize(
    ("words", "colour"),
    [
        ("銀行振込", Colour.GREEN),
        ("現金", Colour.GREEN),
        ("bank transfer", Colour.GREEN),
        ("でんさい", Colour.AMBER),
        ("振込または一括決済方式", Colour.AMBER),
        ("約束手形 90日", Colour.RED),
        ("振込50%・手形50%", Colour.RED),
        ("弊社規定による", Colour.UNKNOWN),
    ],
)
def test_payment_means(words: str, colour: Colour) -> None:
    assert judge_payment_means(words, on=ON).colour is colour
