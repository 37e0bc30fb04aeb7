"""The first page of every role, the language switch, and the pages for what went wrong."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from kumihimo_web.accounts import services
from kumihimo_web.accounts.access import ANYBODY, COORDINATORS, EVERYBODY, access
from kumihimo_web.accounts.models import User
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope, has_scope

_FIRST_PAGE = {Role.FACTORY: "capacity", Role.ASSESSOR: "firms"}
"""Role -> page that it begins with; the others begin with the desk."""


@access(EVERYBODY)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Go to the first page of the role."""
    return redirect(_FIRST_PAGE.get(Role(current_scope().role), "desk"))


@access(COORDINATORS, Role.BUYER)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show what needs somebody today."""
    return render(request, "accounts/desk.html")


@access(ANYBODY)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language and stay on the page."""
    wanted = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    answer = HttpResponseRedirect(target)
    if wanted in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 86400, samesite="Lax", secure=request.is_secure()
        )
        if has_scope():
            services.set_language(cast("User", request.user), wanted)
    return answer


@access(EVERYBODY)
@require_POST
def tour_done(request: HttpRequest) -> HttpResponse:
    """Remember that the tour was seen."""
    services.finish_tour(cast("User", request.user))
    return redirect(reverse("home"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that this is not for the user's role, and what to do."""
    return render(request, "design/forbidden.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing here, or nothing that the user may see: nobody can tell which."""
    return render(request, "design/not_found.html", status=404)


def broken(request: HttpRequest, *args: Any) -> HttpResponse:
    """Say that it was our fault; no template tag is used that could fail again."""
    return render(request, "design/broken.html", status=500)
