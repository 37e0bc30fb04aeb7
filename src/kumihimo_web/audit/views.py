"""The audit log as a page."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.audit import queries

PAGE = 100


@access(COORDINATORS)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the lines that fit, the latest first, and whether the chain is whole when asked."""
    asked = {key: request.GET.get(key, "").strip()[:80] for key in ("firm", "verb", "actor")}
    shown = {
        "asked": asked,
        "page": Paginator(queries.lines(**asked), PAGE).get_page(request.GET.get("page")),
        "is_checked": "check" in request.GET,
        "broken_at": queries.broken_at() if "check" in request.GET else None,
    }
    return render(request, "audit/list.html", shown)
