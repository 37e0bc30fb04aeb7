"""When a firm can be written to: paper that comes out of a machine at night gets lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kumihimo.errors import InputError
from kumihimo.model import WorkCalendar
from kumihimo.trade.business_days import JAPAN, business_days, open_windows

_MOST_DAYS = 30
"""Days on which the calendars may share a day but no hour."""


def next_open(calendars: Sequence[WorkCalendar], now: datetime) -> datetime:
    """Return `now` when the firm works, or the next moment at which it does.

    Raises
    ------
    InputError
        By its calendars the firm never works.
    """
    day = now.astimezone(JAPAN).date()
    days = business_days(*calendars)
    for _ in range(_MOST_DAYS):
        day = days.on_or_after(day)
        for first, last in open_windows(calendars, day):
            if now < last:
                return max(first, now)
        day += timedelta(days=1)
    raise InputError(
        "この企業の拠点のカレンダーには、共通の営業時間がありません。勤務の時間を確かめてください。",
        "The calendars of this firm's sites share no working hours. Check their shifts.",
    )
