"""What the pages of the inbox look up."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of(names: Mapping[str, str], ref: str) -> str:
    """Return the name of a firm, or its id where it has none."""
    return names.get(ref, ref)
