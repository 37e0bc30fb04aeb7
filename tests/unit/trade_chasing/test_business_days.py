"""Business days: weekends, holidays of Japan and own closures do not count."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from chasing_samples import MONDAY, partner

from kumihimo.errors import InputError
from kumihimo.model.calendar import Period, WorkCalendar, standard_calendar
from kumihimo.trade.business_days import JAPAN, BusinessDays, open_windows


def test_golden_week_is_skipped() -> None:
    # 2026: Wed 29 April 昭和の日; Sun 3 to Tue 5 May, and Wed 6 as the substitute 振替休日.
    days = BusinessDays(standard_calendar())
    assert days.shift(date(2026, 4, 28), 1) == date(2026, 4, 30)
    assert days.shift(date(2026, 5, 1), 1) == date(2026, 5, 7)
    assert days.shift(date(2026, 5, 7), -1) == date(2026, 5, 1)


def test_what_falls_on_a_closed_day_counts_from_the_next_open_one() -> None:
    days = BusinessDays(standard_calendar())
    saturday = date(2026, 12, 5)
    assert days.shift(saturday, 0) == MONDAY
    assert days.shift(saturday, 1) == date(2026, 12, 8)
    assert days.shift(saturday, -1) == date(2026, 12, 4)


def test_own_closed_days_of_the_partner_do_not_count() -> None:
    closed = Period(first=date(2026, 12, 8), last=date(2026, 12, 9))
    days = BusinessDays(standard_calendar(), partner(closures=(closed,)).calendar)
    assert days.shift(MONDAY, 1) == date(2026, 12, 10)
    assert days.since(MONDAY, date(2026, 12, 11)) == 2


def test_calendars_that_never_meet_are_refused() -> None:
    with pytest.raises(InputError) as refusal:
        BusinessDays(WorkCalendar(id="never")).on_or_after(MONDAY)
    assert "営業日がありません" in refusal.value.ja


def test_windows_are_the_hours_that_both_are_open() -> None:
    windows = open_windows((standard_calendar(), partner().calendar), MONDAY)
    assert windows == (
        (datetime(2026, 12, 7, 9, tzinfo=JAPAN), datetime(2026, 12, 7, 12, tzinfo=JAPAN)),
        (datetime(2026, 12, 7, 13, tzinfo=JAPAN), datetime(2026, 12, 7, 17, tzinfo=JAPAN)),
    )
    assert open_windows((standard_calendar(),), date(2026, 12, 6)) == ()
