"""What the pages of orders look up by the kind of a command, and Japanese words within English sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from kumihimo_web.design.language import is_english

register = template.Library()
_JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]+")


@register.filter
def get(found: Mapping[str, Any], key: str) -> Any:
    """Return the value under a key; None where there is none."""
    return found.get(key)


@register.filter
def marked(text: Any) -> SafeString:
    """Return a text that quotes what people wrote: on an English page Japanese words are marked as such."""
    found = escape(str(text))
    return mark_safe(_JAPANESE.sub(r'<span lang="ja">\g<0></span>', found) if is_english() else found)
