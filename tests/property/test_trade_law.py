"""Tax is rounded once for each rate, and the 60 days are those of a calendar."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from random import Random

import pytest

from kumihimo.trade.law import (
    BillingDocument,
    Colour,
    MonthlyClosing,
    RateTotal,
    Rounding,
    TaxedLine,
    judge_invoice,
    judge_payment_date,
    last_safe_day,
    late_interest,
    tax_on,
    totals_by_rate,
)

ON = date(2026, 11, 24)
INVOICES = 3_000


def by_hand(total: int, rate: int, way: Rounding, included: bool) -> int:
    exact = Fraction(abs(total) * rate, 100 + rate if included else 100)
    whole = {Rounding.FLOOR: floor(exact), Rounding.CEIL: ceil(exact), Rounding.ROUND: floor(exact + Fraction(1, 2))}
    return whole[way] * (-1 if total < 0 else 1)


def some_lines(random: Random) -> tuple[TaxedLine, ...]:
    return tuple(
        TaxedLine(item=f"品{at}", amount_jpy=random.randint(-500, 5_000), rate_percent=random.choice((8, 10)))
        for at in range(random.randint(1, 12))
    )


@pytest.mark.parametrize("included", [False, True])
@pytest.mark.parametrize("way", Rounding)
def test_tax_is_that_of_the_sum_of_each_rate(way: Rounding, included: bool) -> None:
    random = Random(5)
    apart = 0
    for _ in range(INVOICES):
        lines = some_lines(random)
        totals = totals_by_rate(lines, way, tax_included=included)
        assert [total.rate_percent for total in totals] == sorted({line.rate_percent for line in lines}, reverse=True)
        for total in totals:
            mine = [line.amount_jpy for line in lines if line.rate_percent == total.rate_percent]
            assert total.total_jpy == sum(mine)
            assert total.tax_jpy == by_hand(sum(mine), total.rate_percent, way, included)
            apart += total.tax_jpy != sum(by_hand(one, total.rate_percent, way, included) for one in mine)
    assert apart > INVOICES // 4  # rounding line by line would have been found out


def test_rounding_line_by_line_never_passes() -> None:
    random = Random(6)
    caught = 0
    for _ in range(INVOICES):
        lines = tuple(line for line in some_lines(random) if line.rate_percent == 10)
        if not lines:
            continue
        way = random.choice(tuple(Rounding))
        total = sum(line.amount_jpy for line in lines)
        tax = sum(by_hand(line.amount_jpy, 10, way, False) for line in lines)
        document = BillingDocument(
            number="I", lines=lines, totals=(RateTotal(rate_percent=10, total_jpy=total, tax_jpy=tax),)
        )
        verdicts = judge_invoice([document], on=ON, rounding=way)
        (verdict,) = [one for one in verdicts if one.rule == "invoice.rounding"]
        assert (verdict.colour is Colour.GREEN) == (tax == by_hand(total, 10, way, False))
        if verdict.colour is Colour.RED:
            assert "明細ごと" in verdict.ja
            caught += 1
    assert caught > INVOICES // 10


def test_tax_with_and_without_agree_on_the_whole() -> None:
    random = Random(7)
    for _ in range(INVOICES):
        total, rate = random.randint(0, 10**9), random.choice((8, 10))
        tax = tax_on(total, rate, Rounding.ROUND)
        assert abs(tax_on(total + tax, rate, Rounding.ROUND, tax_included=True) - tax) <= 1


def counted(received: date, due: date) -> int:
    """Which day the due day is, by ticking off the calendar one day after the other from the receipt."""
    day, number = (received.year, received.month, received.day), 1
    while day != (due.year, due.month, due.day):
        year, month, of_month = day
        if of_month < monthrange(year, month)[1]:
            day = (year, month, of_month + 1)
        else:
            day = (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)
        number += 1
    return number


def test_sixty_days_are_ticked_off_the_calendar_over_years() -> None:
    received = date(2027, 1, 1)
    while received < date(2033, 1, 1):  # 2028 and 2032 are leap years
        safe = last_safe_day(received, on=ON)
        assert counted(received, safe) == 60
        assert [
            judge_payment_date(received, safe + timedelta(days=more), on=ON).verdict.colour for more in (0, 1, 2)
        ] == [Colour.GREEN, Colour.AMBER, Colour.RED]
        assert judge_payment_date(received, safe + timedelta(days=40), on=ON).due_on == safe
        received += timedelta(days=1)


def test_month_end_payment_is_never_red_and_green_within_sixty_days() -> None:
    received = date(2027, 1, 1)
    while received < date(2033, 1, 1):
        due = judge_payment_date(received, None, on=ON, closing=MonthlyClosing())
        following = (received.year + received.month // 12, received.month % 12 + 1)
        assert due.due_on == date(*following, monthrange(*following)[1])
        expected = Colour.GREEN if counted(received, due.due_on) <= 60 else Colour.AMBER
        assert due.verdict.colour is expected
        received += timedelta(days=1)


def test_interest_grows_by_the_day_and_never_starts_within_sixty_days() -> None:
    random = Random(8)
    for _ in range(INVOICES):
        received = date(2027, 1, 1) + timedelta(days=random.randrange(2200))
        amount, days = random.randint(0, 10**8), random.randrange(-80, 800)
        safe = last_safe_day(received, on=ON)
        interest = late_interest(amount, received, safe + timedelta(days=days), on=ON)
        assert interest.days == max(0, days)
        assert interest.amount_jpy == floor(Fraction(amount * 146 * max(0, days), 365_000))
