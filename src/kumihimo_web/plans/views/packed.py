"""Answers that are long, and the same for all who see the same rows: made once, kept compressed, never sent twice."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

_KEPT_S = 15 * 60
_LEVEL = 4
"""More takes longer than a network of a workshop saves."""


def packed(
    request: HttpRequest, tag: str, make: Callable[[], str], *, content_type: str = "application/json"
) -> HttpResponse:
    """Answer with a long document, compressed where the browser takes it so.

    Parameters
    ----------
    tag
        ETag of what is sent: names everything that it depends on, and who may see it.
    make
        Returns the document, when nobody has asked for it lately.
    """
    # Each viewer has rows of its own: no proxy may keep them.
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    data: bytes | None = cache.get(tag)
    if data is None:
        data = gzip.compress(make().encode(), _LEVEL)
        cache.set(tag, data, _KEPT_S)
    # Compressing is safe here: nothing that a stranger could choose stands beside a secret (BREACH), as on a page.
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        data = gzip.decompress(data)
    return HttpResponse(data, content_type=content_type, headers=headers)
