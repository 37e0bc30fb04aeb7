"""Looking a name up in what the view gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(names: Mapping[str, Any], key: str) -> Any:
    """Return what a key is called; the key itself where it has no name."""
    return names.get(key, key)
