"""The time axis: two lines of ticks, dates as the reader's language writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta

_DAY = 1440
_JA_DAYS = "月火水木金土日"
_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOURS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
_FEWEST_PX = 34.0
_DAY_WITH_NAME_PX = 52.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line at a minute with a text to its right; `is_major` ticks stand in the upper line."""

    minute: int
    text: str
    is_major: bool


def ticks(start: datetime, low: int, high: int, px_per_min: float, *, has_dates: bool, lang: str) -> tuple[Tick, ...]:
    """Return the ticks of [low, high], as dense as texts fit.

    Parameters
    ----------
    start
        Minute 0.
    px_per_min
        Scale of the drawing.
    """
    try:
        start + timedelta(minutes=low - 366 * _DAY)
        start + timedelta(minutes=high + 366 * _DAY)
    except OverflowError:
        has_dates = False
    if not has_dates:
        return tuple(_counted(low, high, px_per_min, lang))
    axis = _Axis(start, low, high, lang == "en")
    for step in _HOURS:
        if step * px_per_min >= _FEWEST_PX:
            return (*axis.days(), *axis.hours(step))
    day = _DAY * px_per_min
    for count in (1, 2):
        if count * day >= _FEWEST_PX * 0.7:
            return (*axis.months(), *axis.day_numbers(count, with_name=day >= _DAY_WITH_NAME_PX))
    if 7 * day >= _FEWEST_PX:
        return (*axis.months(), *axis.mondays())
    for months in (1, 3):
        if 30 * months * day >= _FEWEST_PX:
            return (*axis.years(), *axis.month_names(months))
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 1000) if 365 * n * day >= _FEWEST_PX or n == 1000)
    return tuple(axis.years(every))


def _counted(low: int, high: int, px_per_min: float, lang: str) -> Iterator[Tick]:
    step = 1
    while step * px_per_min < 2 * _FEWEST_PX:
        step *= 10
    for finer in (step // 5, step // 2):
        if finer and finer * px_per_min >= 2 * _FEWEST_PX:
            step = finer
            break
    unit = " min" if lang == "en" else "分"
    for minute in range(-(-low // step) * step, high + 1, step):
        yield Tick(minute=minute, text=f"{minute:,}{unit}", is_major=False)


class _Axis:
    def __init__(self, start: datetime, low: int, high: int, is_english: bool) -> None:
        self.start, self.low, self.high, self.is_english = start, low, high, is_english
        first = start + timedelta(minutes=low)
        self.midnight = first.replace(hour=0, minute=0)

    def at(self, moment: datetime) -> int:
        return (moment - self.start) // timedelta(minutes=1)

    def inside(self, moment: datetime, text: str, *, is_major: bool, at_edge: bool = False) -> Iterator[Tick]:
        """Yield a tick within the window; a major one that began before it stands at its edge."""
        minute = self.at(moment)
        if minute <= self.high and (minute >= self.low or is_major or at_edge):
            yield Tick(minute=max(minute, self.low), text=text, is_major=is_major)

    def days(self) -> Iterator[Tick]:
        moment = self.midnight
        while self.at(moment) < self.high:
            name = f"{_EN_DAYS[moment.weekday()]} {moment.day} {_EN_MONTHS[moment.month - 1]}"
            ja = f"{moment.month}月{moment.day}日({_JA_DAYS[moment.weekday()]})"
            yield from self.inside(moment, name if self.is_english else ja, is_major=True)
            moment += timedelta(days=1)

    def hours(self, step: int) -> Iterator[Tick]:
        moment = self.midnight
        while self.at(moment) <= self.high:
            yield from self.inside(moment, f"{moment.hour}:{moment.minute:02d}", is_major=False)
            moment += timedelta(minutes=step)

    def day_numbers(self, count: int, *, with_name: bool) -> Iterator[Tick]:
        moment = self.midnight
        while self.at(moment) <= self.high:
            # Counted from the first of the month, so that every month looks the same.
            if (moment.day - 1) % count == 0:
                name = _EN_DAYS[moment.weekday()] if self.is_english else f"({_JA_DAYS[moment.weekday()]})"
                text = (f"{name} {moment.day}" if self.is_english else f"{moment.day}{name}") if with_name else ""
                yield from self.inside(moment, text or str(moment.day), is_major=False)
            moment += timedelta(days=1)

    def mondays(self) -> Iterator[Tick]:
        moment = self.midnight - timedelta(days=self.midnight.weekday())
        while self.at(moment) <= self.high:
            yield from self.inside(moment, str(moment.day), is_major=False)
            moment += timedelta(days=7)

    def months(self) -> Iterator[Tick]:
        moment = self.midnight.replace(day=1)
        while self.at(moment) < self.high:
            name = f"{_EN_MONTHS[moment.month - 1]} {moment.year}" if self.is_english else ""
            yield from self.inside(moment, name or f"{moment.year}年{moment.month}月", is_major=True)
            moment = (moment + timedelta(days=32)).replace(day=1)

    def month_names(self, count: int) -> Iterator[Tick]:
        moment = self.midnight.replace(month=(self.midnight.month - 1) // count * count + 1, day=1)
        while self.at(moment) <= self.high:
            if (moment.month - 1) % count == 0:
                name = _EN_MONTHS[moment.month - 1] if self.is_english else f"{moment.month}月"
                yield from self.inside(moment, name, is_major=False, at_edge=True)
            moment = (moment + timedelta(days=32)).replace(day=1)

    def years(self, every: int = 1) -> Iterator[Tick]:
        moment = self.midnight.replace(month=1, day=1)
        while self.at(moment) < self.high:
            if moment.year % every == 0:
                yield from self.inside(
                    moment, str(moment.year) if self.is_english else f"{moment.year}年", is_major=True
                )
            if moment.year == MAXYEAR:
                return
            moment = moment.replace(year=moment.year + 1)
