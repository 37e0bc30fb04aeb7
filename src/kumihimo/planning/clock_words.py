"""Minutes of a plan in the words of a calendar: 12月4日 14:30（5,670分）, 13時間48分（828分）."""

from __future__ import annotations

from datetime import datetime, timedelta

_HOUR, _DAY = 60, 24 * 60


def moment_words(start: datetime, minute: int) -> tuple[str, str]:
    """Return (ja, en) of a minute counted from `start`; the year is named where it is another one.

    Parameters
    ----------
    start
        Minute 0 of the problem.
    minute
        Any whole number; one that no calendar holds stays a number.
    """
    try:
        moment = start + timedelta(minutes=minute)
    except OverflowError:
        return f"{minute:,}分", f"minute {minute:,}"
    year = f"{moment.year}年" if moment.year != start.year else ""
    clock = f"{moment.hour}:{moment.minute:02d}"
    return (
        f"{year}{moment.month}月{moment.day}日 {clock}（{minute:,}分）",
        f"{moment.date().isoformat()} {clock} (minute {minute:,})",
    )


def span_words(minutes: int) -> tuple[str, str]:
    """Return (ja, en) of a length of time; days are those of the calendar, 24 hours long."""
    size = abs(minutes)
    if size < _HOUR:
        return f"{minutes}分", f"{minutes} min"
    parts = ((size // _DAY, "日", "d"), (size % _DAY // _HOUR, "時間", "h"), (size % _HOUR, "分", "min"))
    sign = "-" if minutes < 0 else ""
    ja = "".join(f"{count:,}{unit}" for count, unit, _ in parts if count)
    en = " ".join(f"{count:,} {unit}" for count, _, unit in parts if count)
    return f"{sign}{ja}（{minutes:,}分）", f"{sign}{en} ({minutes:,} min)"
