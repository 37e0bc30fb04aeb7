"""The styleguide: every part that pages are made of, as it really looks, for whoever builds the next page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.design.navigation import PAGES

COLOURS = ("ink", "ink-soft", "paper", "wash", "line", "accent", "good", "warn", "bad")
"""Names of the custom properties in frame.css."""
ICONS = tuple(dict.fromkeys(page.icon for page in PAGES))


@access(COORDINATORS)
@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the parts."""
    return render(request, "design/styleguide.html", {"colours": COLOURS, "icons": ICONS, "now": timezone.now()})
