"""The library says everything in two languages: these filters take the one of the page."""

from __future__ import annotations

from datetime import date, datetime

from django import template

from kumihimo_web.design.language import aside, is_english, say
from kumihimo_web.design.templatetags.ja import day, short_day

register = template.Library()
register.filter("say", say)
register.filter("aside", aside)
_NOON = 12


@register.filter
def iso_day(text: str | None) -> str:
    """Return the day of ISO text as it is read; a dash where there is none."""
    return day(date.fromisoformat(text)) if text else "—"


@register.filter
def half_day(text: str | None) -> str:
    """Return day and half of the day: the plan counts minutes, an estimate is worth no more than half a day."""
    if not text:
        return "—"
    moment = datetime.fromisoformat(text)
    if is_english():
        return f"{short_day(moment)} {'morning' if moment.hour < _NOON else 'afternoon'}"
    return f"{short_day(moment)} {'午前' if moment.hour < _NOON else '午後'}"
