"""What LINE tells us: signed with the secret of our channel, stored as it is, read later by the inbox."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kumihimo.model import Channel
from kumihimo_web.accounts.access import ANYBODY, access
from kumihimo_web.channels.adapters.base import Arrived
from kumihimo_web.channels.adapters.line import is_signed
from kumihimo_web.channels.contents import LINE_EVENT
from kumihimo_web.channels.receiving import take_in

MOST_BYTES = 1024 * 1024
"""What LINE sends is a few kilobytes."""
MOST_EVENTS = 200
_KEPT = frozenset({"message", "postback"})
_LATEST_MS = 4_102_444_800_000
"""The year 2100: a time after that is none."""


# A browser's form never comes here: whoever sends proves with the signature that it is LINE.
@csrf_exempt
@access(ANYBODY)
@require_POST
def line_webhook(request: HttpRequest) -> HttpResponse:
    """Store the messages that LINE brings; the same event brought again is counted, not stored."""
    secret: str = settings.CHANNELS.line_secret
    if not secret:
        raise Http404
    if request.content_type != "application/json":
        return HttpResponse(status=415)
    told = request.headers.get("Content-Length", "")
    if not told.isascii() or not told.isdecimal() or len(told) > 9 or int(told) > MOST_BYTES:
        return HttpResponse(status=413)
    body = request.body
    if len(body) > MOST_BYTES or not is_signed(body, request.headers.get("X-Line-Signature", ""), secret):
        return HttpResponse(status=403)
    events = _events(body)
    if events is None:
        return HttpResponse(status=400)
    for event in events:
        take_in(event)
    return HttpResponse(status=200)


def _events(body: bytes) -> list[Arrived] | None:
    """Return the messages of a body; None when it is not what LINE sends."""
    try:
        told = json.loads(body)
        events = told["events"]
        return [_arrived(event) for event in events[:MOST_EVENTS] if event.get("type") in _KEPT]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _arrived(event: dict[str, Any]) -> Arrived:
    source = event.get("source") or {}
    at = event.get("timestamp")
    is_time = isinstance(at, int) and 0 < at < _LATEST_MS
    part, words = ("postback", "data") if event["type"] == "postback" else ("message", "text")
    told = event.get(part) or {}
    said = told.get(words) or told.get("fileName") or ""
    return Arrived(
        channel=Channel.LINE,
        channel_id=str(event["webhookEventId"]),
        sender=str(source.get("userId", "")),
        raw=json.dumps(event, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass"),
        content_type=LINE_EVENT,
        subject=str(said)[:300],
        received_at=datetime.fromtimestamp(at / 1000, UTC) if is_time and at else None,
    )
