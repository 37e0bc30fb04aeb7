"""Days as people read them."""

from __future__ import annotations

from datetime import date

_WEEKDAYS = "月火水木金土日"


def day_ja(day: date) -> str:
    """Return a day as in ``2026年12月4日(金)``."""
    return f"{day.year}年{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"
