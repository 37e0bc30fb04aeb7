"""A number for every request, one log line about it, and its time in the metrics."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from kumihimo_web.project.logs import request_id
from kumihimo_web.project.metrics import requests

HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[0-9A-Za-z-]{8,64}")
log = logging.getLogger("kumihimo.access")


class RequestLog:
    """Stands first, so that whatever answers is counted.

    The line names the route and the id of the user, never the address with what stands after the question mark, nor a
    name: logs are read by people who may see neither.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then tell."""
        given = request.headers.get(HEADER, "")
        number = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(number)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            response[HEADER] = number
            route, status = _route(request), response.status_code
            requests.observe(request.method or "", route, status, seconds)
            # What was read already, if anything: nothing is asked of the database to write a log.
            user: Any = getattr(request, "_cached_user", None)
            told = {
                "method": request.method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "user": user.pk if user is not None else None,
            }
            log.info("request", extra={"told": told})
        finally:
            request_id.reset(token)
        return response


def _route(request: HttpRequest) -> str:
    if request.resolver_match is not None:
        return request.resolver_match.view_name
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"
