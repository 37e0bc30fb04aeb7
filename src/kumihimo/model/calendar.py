"""A working calendar 稼働カレンダー: weekly shifts, breaks, national holidays and closures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kumihimo.model.attribute import attr

DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Work from `start_min` to `end_min` on a weekday.

    Attributes
    ----------
    weekday
        0 is Monday.
    start_min, end_min
        Minutes after midnight; `end_min` may pass 1,440, then the shift runs into the next day.
    """

    weekday: int
    start_min: int
    end_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A break on every working day, in minutes after midnight."""

    start_min: int
    end_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole days from `first` to `last`, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """When a site works.

    Attributes
    ----------
    national_holidays
        Whether the site rests on Japan's national holidays (taken from the library *jpholiday*).
    closures, extra_days
        Own closures (お盆, 年末年始) and days worked in spite of a holiday or weekend (with Monday's shifts).
    """

    id: str = attr("カレンダーID")
    name: str = attr("名称", default="")
    shifts: tuple[Shift, ...] = attr("勤務", default=())
    breaks: tuple[Pause, ...] = attr("休憩", default=())
    national_holidays: bool = attr("祝日休み", default=True)
    closures: tuple[Period, ...] = attr("休業", default=())
    extra_days: tuple[date, ...] = attr("出勤日", default=())

    def is_working_day(self, day: date) -> bool:
        """Tell whether any shift starts on `day`."""
        return bool(self._shifts_on(day))

    def open_minutes(self, first: date, days: int) -> list[tuple[int, int]]:
        """Return the open intervals of `days` days from `first`.

        Returns
        -------
        list of (int, int)
            Half-open intervals in minutes after midnight of `first`, sorted, disjoint and merged.
        """
        raw: list[tuple[int, int]] = []
        for index in range(-1, days):
            day = first + timedelta(days=index)
            for shift in self._shifts_on(day):
                raw.extend(self._without_breaks(index * DAY_MIN, shift))
        end = days * DAY_MIN
        clipped = sorted((max(0, a), min(end, b)) for a, b in raw if b > 0 and a < end)
        merged: list[tuple[int, int]] = []
        for a, b in clipped:
            if merged and a <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], b))
            else:
                merged.append((a, b))
        return merged

    def weekly_minutes(self) -> int:
        """Return the work minutes of a week without holidays or closures."""
        return sum(b - a for shift in self.shifts for a, b in self._without_breaks(0, shift))

    def _shifts_on(self, day: date) -> list[Shift]:
        if day in self.extra_days:
            own = [shift for shift in self.shifts if shift.weekday == day.weekday()]
            return own or [shift for shift in self.shifts if shift.weekday == 0]
        if any(period.first <= day <= period.last for period in self.closures):
            return []
        if self.national_holidays and _is_national_holiday(day):
            return []
        return [shift for shift in self.shifts if shift.weekday == day.weekday()]

    def _without_breaks(self, offset: int, shift: Shift) -> list[tuple[int, int]]:
        pieces = [(shift.start_min, shift.end_min)]
        for pause in self.breaks:
            # A break at 02:00 also lies inside a night shift that began the evening before.
            for shifted in (0, DAY_MIN):
                a0, b0 = pause.start_min + shifted, pause.end_min + shifted
                pieces = (
                    [piece for a, b in pieces for piece in ((a, min(b, a0)), (max(a, b0), b)) if piece[0] < piece[1]]
                    if any(a < b0 and a0 < b for a, b in pieces)
                    else pieces
                )
        return [(a + offset, b + offset) for a, b in pieces]


def _is_national_holiday(day: date) -> bool:
    import jpholiday

    return bool(jpholiday.is_holiday(day))


def standard_calendar(identifier: str = "standard") -> WorkCalendar:
    """Return Monday to Friday 08:00-17:00 with an hour at noon, closed on national holidays."""
    return WorkCalendar(
        id=identifier,
        name="平日 8:00-17:00",
        shifts=tuple(Shift(weekday=day, start_min=480, end_min=1020) for day in range(5)),
        breaks=(Pause(start_min=720, end_min=780),),
    )
