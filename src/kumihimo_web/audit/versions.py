"""Two people at once: whoever saves says which version was seen, and nothing that is newer is overwritten."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class SomebodyWasFaster(Exception):
    """What was to be saved has changed since it was read; nothing was overwritten.

    Attributes
    ----------
    now
        The row as it stands.
    """

    def __init__(self, now: Any) -> None:
        super().__init__(f"{type(now).__name__} {now.pk}")
        self.now = now


def version_seen(request: HttpRequest) -> int:
    """Return the version that was seen when a form was filled in; -1, which no row has, for anything else."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
