"""The language of the page, for all that says everything in both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import get_language, override


def language() -> str:
    """Return ``ja`` or ``en``."""
    return "en" if is_english() else "ja"


def is_english() -> bool:
    """Return whether the page is in English."""
    return (get_language() or "ja").startswith("en")


def twins(make: Callable[[], object], name: str = "") -> dict[str, str]:
    """Return a text in both languages, for what is kept: whoever reads it later reads their own.

    Parameters
    ----------
    make
        Says it in the language that is switched on; a text that is translated only when it is shown is one, too.
    name
        The twins of a name: ``subject_ja`` and ``subject_en`` instead of ``ja`` and ``en``.
    """
    found = {}
    for code in ("ja", "en"):
        with override(code):
            found[f"{name}_{code}" if name else code] = str(make())
    return found


def aside(text: Any) -> str:
    """Return a text in brackets, as the language of the page writes them; nothing of nothing."""
    if not text:
        return ""
    return f" ({text})" if is_english() else f"（{text}）"


def say(value: Any, name: str = "") -> str:
    """Return what a value says in the language of the page, in Japanese where there is no English.

    Parameters
    ----------
    value
        A mapping or an object with ``ja`` and ``en``: a term of the library, a column of a table, a sentence.
    name
        The twins of a name instead: ``label`` or ``label_ja``, and ``label_en``.
    """
    if not value:
        return ""
    english = f"{name}_en" if name else "en"
    japanese = ("ja",) if not name else (name, f"{name}_ja")
    for one in (english, *japanese) if is_english() else japanese:
        found = value.get(one) if isinstance(value, dict) else getattr(value, one, None)
        if found:
            return str(found)
    return ""
