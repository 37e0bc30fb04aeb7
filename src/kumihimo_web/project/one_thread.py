"""Answers a request in one thread, from the first middleware to the last."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OneThread(ASGIHandler):
    """Django's ASGI handler for an application whose middleware and views are all synchronous.

    Django's own goes back to the event loop for every middleware that looks at the view, and for the view: some six
    times a request, each time waiting until the loop has its turn. Here a request goes to its thread once and comes
    back with the answer; only what streams is read by the loop.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain as for synchronous callers."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the thread of the request."""
        answer: HttpResponseBase = await sync_to_async(self.get_response)(request)
        return answer

    async def handle(self, scope: dict[str, Any], receive: Any, send: Any) -> HttpResponseBase | None:
        """Answer; where that breaks off, Django does not end the request, and its connection would be lost."""
        try:
            return await super().handle(scope, receive, send)
        except BaseException:
            await sync_to_async(connections.close_all)()
            raise
