"""Business days 営業日: the days on which everybody who is needed works, holidays and own closures taken out.

Which days a site works is known to its `WorkCalendar`; here they are only counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

from kumihimo.errors import InputError
from kumihimo.model.calendar import WorkCalendar

JAPAN = timezone(timedelta(hours=9), "JST")
LONGEST_CLOSURE = 400
"""Days after which the search for a working day gives up: a calendar without one is a mistake, not a holiday."""

Window = tuple[datetime, datetime]
"""From the first moment to just before the second."""


class BusinessDays:
    """The days on which all of some calendars work.

    Parameters
    ----------
    *calendars
        For instance the coordinator's office and the partner: a reminder is of use when both are there.
    """

    def __init__(self, *calendars: WorkCalendar) -> None:
        self.calendars = calendars
        self._known: dict[date, bool] = {}

    def __contains__(self, day: date) -> bool:
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = all(calendar.is_working_day(day) for calendar in self.calendars)
        return known

    def on_or_after(self, day: date) -> date:
        """Return `day`, or the first business day after it."""
        return self._search(day, 1)

    def on_or_before(self, day: date) -> date:
        """Return `day`, or the last business day before it."""
        return self._search(day, -1)

    def shift(self, day: date, count: int) -> date:
        """Return the business day `count` after `day` (before it when negative).

        What falls on a closed day counts from the next business day, as it is only read then; counted back, the closed
        day itself is no business day: the first before it is -1.
        """
        if count < 0:
            for _ in range(-count):
                day = self.on_or_before(day - timedelta(days=1))
            return day
        day = self.on_or_after(day)
        for _ in range(count):
            day = self.on_or_after(day + timedelta(days=1))
        return day

    def since(self, first: date, last: date) -> int:
        """Return how many business days lie after `first`, up to and with `last`."""
        return sum((first + timedelta(days=n)) in self for n in range(1, (last - first).days + 1))

    def _search(self, day: date, step: int) -> date:
        for _ in range(LONGEST_CLOSURE):
            if day in self:
                return day
            day += timedelta(days=step)
        names = "、".join(f"「{calendar.name or calendar.id}」" for calendar in self.calendars)
        raise InputError(
            f"カレンダー {names} には、{LONGEST_CLOSURE}日のあいだ共通の営業日がありません。"
            "勤務と休業を確かめてください。",
            f"the calendars {names} share no working day within {LONGEST_CLOSURE} days; check shifts and closures.",
        )


def open_windows(calendars: Iterable[WorkCalendar], day: date) -> tuple[Window, ...]:
    """Return when all `calendars` are open on `day`, in Japanese time; empty when one of them is closed."""
    shared: list[tuple[int, int]] | None = None
    for calendar in calendars:
        own = calendar.open_minutes(day, 1) if calendar.is_working_day(day) else []
        shared = own if shared is None else _both(shared, own)
    midnight = datetime.combine(day, time(), JAPAN)
    return tuple((midnight + timedelta(minutes=a), midnight + timedelta(minutes=b)) for a, b in shared or ())


def _both(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> list[tuple[int, int]]:
    pairs = ((max(a, c), min(b, d)) for a, b in left for c, d in right)
    return sorted((first, last) for first, last in pairs if first < last)


@lru_cache(maxsize=4_096)
def business_days(*calendars: WorkCalendar) -> BusinessDays:
    """Return the business days of some calendars; the same object for the same calendars, as it remembers holidays."""
    return BusinessDays(*calendars)
