"""LINE in: pictures and files that people send, which LINE hands out by their number for a while."""

from __future__ import annotations

import http.client
import time

from kumihimo_web.channels.adapters.base import Later, NotTaken, Refused
from kumihimo_web.channels.adapters.line import connection
from kumihimo_web.project.channel_environment import Server

MOST_BYTES = 25 * 1024 * 1024
"""What is larger is not fetched: no reader takes much more, and a video of the shop floor has no place in an inbox."""
_LONGEST_S = 240.0
"""From the first byte to the last, however slowly they drip."""
_PIECE = 64 * 1024


class TooLarge(NotTaken):
    """It is larger than what is kept."""


class LineContents:
    """What LINE keeps of what people sent."""

    def __init__(self, server: Server, token: str) -> None:
        self._server, self._token = server, token

    def fetch(self, content_id: str) -> bytes:
        """Return content by its number, digits alone.

        Raises
        ------
        Refused
            LINE does not have it (any more): the sender has withdrawn it, or it is too old.
        TooLarge
            It is larger than `MOST_BYTES`.
        Later
            LINE is still preparing it, or does not answer as it should.
        """
        line = connection(self._server)
        try:
            line.request(
                "GET",
                f"/v2/bot/message/{content_id}/content",
                headers={"Authorization": f"Bearer {self._token}"},
            )
            return _content(line.getresponse())
        except (OSError, http.client.HTTPException) as why:
            raise Later(str(why) or type(why).__name__) from None
        finally:
            line.close()


def _content(answer: http.client.HTTPResponse) -> bytes:
    if answer.status in (400, 404, 410):
        raise Refused(f"{answer.status} {answer.reason}")
    if answer.status != 200:
        # 202: still being prepared; 401: our token, which somebody can put right; an address elsewhere is not followed.
        raise Later(f"{answer.status} {answer.reason}")
    told = answer.headers.get("Content-Length", "")
    length = int(told) if told.isascii() and told.isdecimal() and len(told) < 16 else None
    if length is not None and length > MOST_BYTES:
        raise TooLarge(f"{length} bytes")
    until, pieces, size = time.monotonic() + _LONGEST_S, [], 0
    while piece := answer.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise TooLarge(f"more than {MOST_BYTES} bytes")
        if time.monotonic() > until:
            raise Later("it came too slowly")
    if length is not None and size != length:
        raise Later(f"broke off after {size} of {length} bytes")
    return b"".join(pieces)
