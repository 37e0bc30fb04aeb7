"""A form that is sent after the login has run out is kept until its sender has logged in again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRedirect

from kumihimo_web.accounts.access import EVERYBODY, access, roles_of
from kumihimo_web.accounts.scope import current_scope

_KEY = "kept_form"
_MOST_CHARACTERS = 50_000
"""Strangers can fill a session too; what is kept must not fill the disk."""
_KEPT_S = 30 * 60
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_NEVER_KEPT = "csrfmiddlewaretoken", "password"


class KeptForm:
    """Stands before the scope: whoever is not logged in any more is sent to the login and back to what was begun."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Keep the form, or leave the page to the next."""
        allowed = roles_of(view)
        is_partial = request.headers.get("HX-Request") == "true"
        if allowed is None or "anonymous" in allowed or request.user.is_authenticated:
            return None
        if request.method == "POST" and request.content_type in _FORMS:
            target = _keep(request)
        elif is_partial:
            target = came_from(request)
        else:
            return None
        to_login = redirect_to_login(target, settings.LOGIN_URL)
        # A part of a page must not become a login form: the whole page goes there.
        return HttpResponseClientRedirect(to_login.url) if is_partial else to_login


def _keep(request: HttpRequest) -> str:
    fields = fields_of(request)
    if sum(len(name) + len(value) for name, value in fields) > _MOST_CHARACTERS:
        messages.warning(request, _("ログインの期限が切れたため、送ったものは保存されていません。"))
        return came_from(request)
    request.session[_KEY] = {
        "address": request.get_full_path(),
        "back": came_from(request),
        "fields": fields,
        "had_files": bool(request.FILES),
        "at": time.time(),
    }
    request.session.set_expiry(_KEPT_S)
    messages.info(request, _("ログインの期限が切れました。入力したものは預かっています。ログインすると送り直せます。"))
    return reverse("again")


def fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a form says, without passwords and the token of its page."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if not any(word in name.lower() for word in _NEVER_KEPT)
    ]


def came_from(request: HttpRequest) -> str:
    """Return the page of ours that a request came from, else the first page."""
    parts = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    if parts.netloc != request.get_host() or not parts.path.startswith("/"):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


@access(EVERYBODY)
@require_GET
def again(request: HttpRequest) -> HttpResponse:
    """Show that a form was kept, and send it when its sender says so."""
    kept = request.session.get(_KEY)
    if kept is None or time.time() - kept["at"] > _KEPT_S or not _may_send(kept["address"]):
        request.session.pop(_KEY, None)
        return redirect("home")
    return render(request, "project/again.html", kept)


def _may_send(address: str) -> bool:
    # Somebody else may have logged in on a shared computer.
    try:
        allowed = roles_of(resolve(urlsplit(address).path).func)
    except Resolver404:
        return False
    return current_scope().role in (allowed or ())
