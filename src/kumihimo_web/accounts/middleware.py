"""Sets the scope of a request, and lets nobody into a view that does not say who may open it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from kumihimo_web.accounts.access import roles_of
from kumihimo_web.accounts.scope import Scope, current_scope, has_scope, scoped

_LIBRARIES = "allauth.", "django.views.", "django.contrib.staticfiles.", "ninja."
"""Views of libraries that guard themselves: login, second factor, language switch, the API (`api_access`)."""


class ScopeMiddleware:
    """Default deny.

    A request of somebody who has logged in runs within that user's scope. A view is only called when it names the
    user's role; one that names nobody is closed to all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request within the user's scope."""
        with scoped(self._scope(request)):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse, or send to the login page."""
        if view.__module__.startswith(_LIBRARIES):
            return None
        allowed = roles_of(view)
        if allowed is None:
            raise PermissionDenied(f"{view!r} does not say who may open it")
        if "anonymous" in allowed:
            return None
        if not has_scope():
            if request.user.is_authenticated:
                raise PermissionDenied("a user without an organisation")
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        role = current_scope().role
        if role not in allowed:
            raise PermissionDenied(f"not a page for {role}")
        return None

    @staticmethod
    def _scope(request: HttpRequest) -> Scope | None:
        user: Any = request.user
        if not user.is_authenticated:
            return None
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(user.language)
        scope: Scope | None = user.scope()
        return scope
