"""How much one request may send. It stands before Django, which would write all of it to the disk first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

MOST_BYTES = 70 * 1024 * 1024
"""One file of 64 MiB, which is the most that `kumihimo.intake` reads, and the form around it."""
_MOST_DRAINED = 8 * MOST_BYTES
"""So much is read and thrown away, since browsers show an answer only when they have sent everything."""
_PAGE = Path(__file__).parent / "templates" / "project" / "too_large.html"


class _TooLarge(Exception):
    """More came than may."""


def limited(app: App, most: int = MOST_BYTES) -> App:
    """Return an ASGI application that answers 413 to whoever sends more than `most` bytes."""

    async def answer(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        declared = _declared(scope)
        if declared > most:
            if declared <= _MOST_DRAINED:
                await _drain(receive)
            await _refuse(send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise _TooLarge
            return message

        try:
            await app(scope, counted, send)
        except _TooLarge:
            await _refuse(send)

    return answer


def _declared(scope: dict[str, Any]) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


async def _drain(receive: Receive) -> None:
    more = True
    while more:
        message = await receive()
        more = message["type"] == "http.request" and bool(message.get("more_body"))


async def _refuse(send: Send) -> None:
    body = _PAGE.read_bytes()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
