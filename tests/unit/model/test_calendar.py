"""Working calendars: shifts, breaks, holidays, closures."""

from __future__ import annotations

from datetime import date

from kumihimo.model import Pause, Period, Shift, WorkCalendar, standard_calendar

DAY = 1440


def test_a_weekday_has_a_morning_and_an_afternoon() -> None:
    monday = date(2026, 11, 30)
    assert standard_calendar().open_minutes(monday, 1) == [(480, 720), (780, 1020)]


def test_weekend_is_closed() -> None:
    assert standard_calendar().open_minutes(date(2026, 11, 28), 2) == []


def test_national_holiday_is_closed_unless_the_site_works_on_it() -> None:
    labour_thanksgiving = date(2026, 11, 23)
    rests = standard_calendar()
    works = WorkCalendar(id="c", shifts=rests.shifts, breaks=rests.breaks, national_holidays=False)
    assert rests.open_minutes(labour_thanksgiving, 1) == []
    assert not rests.is_working_day(labour_thanksgiving)
    assert works.open_minutes(labour_thanksgiving, 1) == [(480, 720), (780, 1020)]


def test_closure_and_extra_day() -> None:
    base = standard_calendar()
    calendar = WorkCalendar(
        id="c",
        shifts=base.shifts,
        breaks=base.breaks,
        closures=(Period(first=date(2026, 12, 29), last=date(2027, 1, 4)),),
        extra_days=(date(2026, 12, 26),),
    )
    assert not calendar.is_working_day(date(2026, 12, 29))
    assert not calendar.is_working_day(date(2027, 1, 4))
    assert calendar.open_minutes(date(2026, 12, 26), 1) == [(480, 720), (780, 1020)]  # a Saturday, Monday's shifts


def test_night_shift_runs_into_the_next_day_and_keeps_its_break() -> None:
    calendar = WorkCalendar(
        id="n",
        shifts=(Shift(weekday=0, start_min=1200, end_min=1740),),
        breaks=(Pause(start_min=60, end_min=120),),
        national_holidays=False,
    )
    monday = date(2026, 11, 30)
    assert calendar.open_minutes(monday, 2) == [(1200, DAY + 60), (DAY + 120, DAY + 300)]
    # Asked from Tuesday on, the rest of Monday's night is still there.
    assert calendar.open_minutes(date(2026, 12, 1), 1) == [(0, 60), (120, 300)]


def test_weekly_minutes() -> None:
    assert standard_calendar().weekly_minutes() == 5 * 480
