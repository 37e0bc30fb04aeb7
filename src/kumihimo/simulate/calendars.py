"""The handful of calendars that the synthetic sites share."""

from __future__ import annotations

from datetime import date

from kumihimo.model import Pause, Period, Shift, WorkCalendar


def calendars(today: date) -> tuple[WorkCalendar, ...]:
    """Return the calendars, in the order of `records.WEEKLY_HOURS`, closed over the turn of the year around `today`."""
    years = range(today.year - 1, today.year + 2)
    new_year = tuple(Period(first=date(year, 12, 29), last=date(year + 1, 1, 4)) for year in years)
    summer = tuple(Period(first=date(year, 8, 13), last=date(year, 8, 16)) for year in (today.year, today.year + 1))
    noon = (Pause(start_min=720, end_min=780),)
    return (
        WorkCalendar(
            id="CAL-WEEKDAY",
            name="平日 8:00-17:00",
            shifts=_daily(5, 480, 1020),
            breaks=noon,
            closures=new_year + summer,
        ),
        WorkCalendar(
            id="CAL-SATURDAY",
            name="平日 8:00-17:00・土曜 8:00-13:00",
            shifts=(*_daily(5, 480, 1020), Shift(weekday=5, start_min=480, end_min=780)),
            breaks=(Pause(start_min=720, end_min=780),),
            closures=new_year + summer,
        ),
        WorkCalendar(
            id="CAL-TWOSHIFT",
            name="二交替 6:00-22:45",
            shifts=(*_daily(5, 360, 855), *_daily(5, 855, 1365)),
            breaks=(Pause(start_min=600, end_min=645),),
            closures=new_year + summer,
        ),
        WorkCalendar(
            id="CAL-FURNACE",
            name="24時間(月曜 8:00〜土曜 8:00、炉)",
            shifts=_daily(5, 480, 1920),
            national_holidays=False,
            closures=new_year,
        ),
        WorkCalendar(
            id="CAL-SMALL",
            name="平日 8:30-18:00",
            shifts=_daily(5, 510, 1080),
            breaks=noon,
            closures=new_year + summer,
        ),
    )


def _daily(days: int, start_min: int, end_min: int) -> tuple[Shift, ...]:
    return tuple(Shift(weekday=day, start_min=start_min, end_min=end_min) for day in range(days))
