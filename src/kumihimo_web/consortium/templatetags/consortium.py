"""What the pages of the consortium show in a form of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(names: Mapping[str, str], firm: str) -> str:
    """Return the name of a firm; its id where nobody knows it."""
    return names.get(firm, firm)


@register.filter
def found(rows: Mapping[Any, Any], key: Any) -> Any:
    """Return what stands under a key; None where nothing does."""
    return rows.get(key)


@register.filter
def percent(permille: int) -> str:
    """Return a part in thousand as percent: 30 is 3, 25 is 2.5."""
    return f"{permille / 10:g}"
