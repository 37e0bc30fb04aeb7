"""What a candidate gets points for, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from kumihimo_web.design.language import aside, say

register = template.Library()


@register.filter
def points(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a line for each part of a score: what it is, its points, whether it is a guess, and why."""
    guess = aside(_("仮"))
    return [f"{say(part)} {part['points']:.1f}{'' if part['known'] else guess}: {say(part, 'note')}" for part in parts]
