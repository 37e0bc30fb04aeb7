"""Nothing of a page stays behind in a browser or a proxy, unless its view says that it may."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase


class PrivatePages:
    """After a logout the back button of a shared computer shows nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; files and views that name their own rule keep it."""
        response = self.get_response(request)
        # "Not modified" speaks of what the browser has already; what it may do with it was said then.
        if response.status_code != HTTPStatus.NOT_MODIFIED:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
