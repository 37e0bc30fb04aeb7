"""Refuses the character NUL: no person types it, and PostgreSQL takes no text that holds it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse

_NUL = "\x00"
_WORDS = "文字コード 0 は使えません。 / The character NUL cannot be used."


class RefuseNul:
    """Answers 400 where an address, a query or a form holds the character NUL; JSON is checked by its schema."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse, or let it pass."""
        if not _holds_nul(request):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": _WORDS}, status=400)
        raise BadRequest(_WORDS)


def _holds_nul(request: HttpRequest) -> bool:
    if _NUL in request.path or _NUL in unquote(request.META.get("QUERY_STRING", "")):
        return True
    return any(_NUL in value for values in request.POST.lists() for value in values[1])
