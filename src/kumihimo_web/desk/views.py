"""The first page of every role, what needs somebody today, and the tour."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from kumihimo_web.accounts.access import COORDINATORS, EVERYBODY, access
from kumihimo_web.accounts.models import User
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.accounts.services import finish_tour
from kumihimo_web.design.navigation import pages_of
from kumihimo_web.desk import queries
from kumihimo_web.desk.tour import STOPS

_FIRST_PAGE = {Role.FACTORY: "capacity", Role.ASSESSOR: "assessments", Role.BUYER: "orders_status"}
"""Role -> page that it begins with; the others begin with the desk."""


@access(EVERYBODY)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Go to the first page of the role; the first time, to the tour."""
    if not cast("User", request.user).has_seen_tour:
        return redirect("tour")
    return redirect(_FIRST_PAGE.get(Role(current_scope().role), "desk"))


@access(COORDINATORS)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show what needs somebody today."""
    return render(request, "desk/today.html", {"items": queries.today(), "today": timezone.localdate()})


@access(EVERYBODY)
@require_http_methods(["GET", "POST"])
def tour(request: HttpRequest) -> HttpResponse:
    """Show what the role does here; whoever has read it is not shown it again."""
    if request.method == "POST":
        finish_tour(cast("User", request.user))
        return redirect("home")
    open_pages = {page.url for _address, page in pages_of(current_scope().role)}
    stops = [stop for stop in STOPS[current_scope().role] if stop.url in open_pages]
    return render(request, "desk/tour.html", {"stops": stops})
