"""A job as a page with a bar, as a stream of events, and the button that stops it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kumihimo_web.accounts.access import EVERYBODY, access
from kumihimo_web.accounts.scope import Scope, current_scope, scoped
from kumihimo_web.jobs import queries, services
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.registry import task_of

_PAUSE_S = 0.2
_LONGEST_S = 300.0
"""The browser asks again by itself when the stream ends before the job."""


@access(EVERYBODY)
@require_GET
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far a job is; without scripts the page is loaded again."""
    found = _job(pk)
    if found.result and found.result.get("url"):
        return redirect(found.result["url"])
    # A payload may be a whole order book: only kinds that know a way back read it.
    back = task_of(found.kind).back
    return render(request, "jobs/page.html", {"job": found, "back": back(found.payload) if back else None})


@access(EVERYBODY)
@require_GET
def events(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """Stream the state of a job until it is finished."""
    _job(pk)
    answer = StreamingHttpResponse(_stream(pk, current_scope()), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


@access(EVERYBODY)
@require_GET
def file(request: HttpRequest, pk: UUID) -> FileResponse:
    """Send the file that a job made."""
    found = queries.file_of(pk)
    if found is None:
        raise Http404
    return FileResponse(
        BytesIO(bytes(found.content)), as_attachment=True, filename=found.name, content_type=found.content_type
    )


@access(EVERYBODY)
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop a job."""
    services.cancel(_job(pk))
    return redirect("job", pk=pk)


async def _stream(pk: UUID, scope: Scope) -> AsyncIterator[str]:
    told, passed = "", 0.0
    while passed < _LONGEST_S:
        text, is_over = await sync_to_async(_told)(pk, scope)
        if text != told:
            told = text
            yield f"data: {text}\n\n"
        if is_over:
            return
        await asyncio.sleep(_PAUSE_S)
        passed += _PAUSE_S


def _told(pk: UUID, scope: Scope) -> tuple[str, bool]:
    # The request is over when the stream is read, and so is its scope.
    try:
        with scoped(scope):
            found = queries.job(pk)
    finally:
        # Until the next look somebody else may need the connection.
        close_old_connections()
    if found is None:
        return "{}", True
    return json.dumps(queries.document(found), ensure_ascii=False), found.is_finished


def _job(pk: UUID) -> Job:
    found = queries.job(pk)
    if found is None:
        raise Http404
    return found
