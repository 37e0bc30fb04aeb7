"""Dates, times and numbers as they are written in Japan, and in plain English where English is switched on."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from kumihimo_web.design.language import is_english

register = template.Library()
_WEEKDAYS = "月火水木金土日"
_SEAM = re.compile("(?<=[一-龠々])(?=[ァ-ヺ])")
"""Where a word of kanji and katakana may be parted: 企業アセスメント."""


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """Return 2026年12月4日(金), in English 2026-12-04."""
    if value is None:
        return ""
    found = _local(value)
    if is_english():
        return f"{found:%Y-%m-%d}"
    return f"{found.year}年{found.month}月{found.day}日({_WEEKDAYS[found.weekday()]})"


@register.filter
def short_day(value: date | datetime | None) -> str:
    """Return 12月4日(金), in English 12-04."""
    if value is None:
        return ""
    found = _local(value)
    return f"{found:%m-%d}" if is_english() else f"{found.month}月{found.day}日({_WEEKDAYS[found.weekday()]})"


@register.filter
def moment(value: datetime | None) -> str:
    """Return day and time, 24 hours."""
    if value is None:
        return ""
    found = _local(value)
    assert isinstance(found, datetime)
    return f"{day(found)} {found.hour}:{found.minute:02d}"


@register.filter
def clock(value: datetime | None) -> str:
    """Return the time of day, 24 hours."""
    if value is None:
        return ""
    found = _local(value)
    assert isinstance(found, datetime)
    return f"{found.hour}:{found.minute:02d}"


@register.filter
def whole(value: Any) -> str:
    """Return a whole number with thousands separated; an em dash for what is unknown."""
    return "—" if value is None or value == "" else f"{round(value):,}"


@register.filter
def partable(text: Any) -> SafeString:
    """Return a label that a narrow place parts only where a reader would: 企業 and アセスメント."""
    first, *rest = _SEAM.split(str(text))
    return format_html("{}{}", first, format_html_join("", "<wbr>{}", ((part,) for part in rest)))


@register.filter
def counted(value: int, noun: str) -> str:
    """Return how many of what: 3社, in English 3 firms.

    Parameters
    ----------
    noun
        ``order``, ``step``, ``firm``, ``machine`` or ``message``.
    """
    n = int(value)
    words = {
        "order": ngettext("%(n)s件", "%(n)s件", n),
        "step": ngettext("%(n)s工程", "%(n)s工程", n),
        "firm": ngettext("%(n)s社", "%(n)s社", n),
        "machine": ngettext("設備%(n)s台", "設備%(n)s台", n),
        "message": ngettext("%(n)s通", "%(n)s通", n),
    }
    return words[noun] % {"n": whole(n)}


@register.filter
def yen(value: Any) -> str:
    """Return an amount of yen; an em dash for what is unknown."""
    if value is None or value == "":
        return "—"
    return f"¥{round(value):,}" if is_english() else f"{round(value):,}円"
