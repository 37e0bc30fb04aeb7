"""The three answers to "how busy are you": what they are called, and the share of the week's hours that they mean."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from itertools import pairwise

from django.db import models
from django.utils.translation import gettext_lazy as _

from kumihimo.model import Capacity

WEEKS = 3
"""This week and the two after it can be answered."""


class LoadLevel(models.TextChoices):
    """How busy a site is in a week."""

    FREE = "free", _("空きあり")
    USUAL = "usual", _("ふつう")
    FULL = "full", _("いっぱい")


BOOKED_SHARE = {LoadLevel.FREE: 0.3, LoadLevel.USUAL: 0.7, LoadLevel.FULL: 1.0}
"""Part of the hours taken for booked. An estimate of ours, said on the page: nobody is asked for hours."""


_BOUNDS = [(less + more) / 2 for less, more in pairwise(BOOKED_SHARE.values())]
_LEVELS = tuple(BOOKED_SHARE)


def level_of(capacity: Capacity, today: date) -> LoadLevel | None:
    """Return which answer a row stands for, None when it is too old to be known."""
    if capacity.hours_free(today) is None:
        return None
    return level_of_hours(capacity.hours_available, capacity.hours_booked)


def level_of_hours(available: float, booked: float) -> LoadLevel:
    """Return the answer whose share of booked hours is nearest; a site that is not open is full."""
    return _LEVELS[bisect_left(_BOUNDS, booked / available if available else 1.0)]


def iso_week(day: date) -> str:
    """Return the ISO 8601 week of a day, ``2026-W48``."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"


def weeks_from(today: date) -> list[tuple[str, date]]:
    """Return (week, its Monday) of the weeks that can be answered."""
    monday = today - timedelta(days=today.weekday())
    return [(iso_week(day), day) for day in (monday + timedelta(days=7 * number) for number in range(WEEKS))]
