"""The built front end: which files belong to an entry, from the manifest that Vite writes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

DIST = Path(__file__).resolve().parents[2] / "static" / "dist"
register = template.Library()


class NotBuilt(Exception):
    """The front end has not been built; ``make assets`` does it."""


@cache
def manifest() -> dict[str, Any]:
    """Return Vite's manifest.

    Raises
    ------
    NotBuilt
        There is none.
    """
    path = DIST / "manifest.json"
    if not path.is_file():
        raise NotBuilt(f"{path} is missing; run: make assets")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _entry(name: str) -> dict[str, Any]:
    found: dict[str, Any] = manifest()[f"src/{name}.ts"]
    return found


@register.simple_tag
def asset_script(name: str) -> SafeString:
    """Return the script element of an entry such as ``main`` or ``islands/plan_gantt``."""
    return format_html('<script type="module" src="{}"></script>', static(f"dist/{_entry(name)['file']}"))


@register.simple_tag
def asset_styles(name: str = "main") -> SafeString:
    """Return the style sheets of an entry."""
    return format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((static(f"dist/{css}"),) for css in _entry(name).get("css", ()))
    )
