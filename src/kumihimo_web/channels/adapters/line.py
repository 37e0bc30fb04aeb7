"""LINE: words out by push; what people write comes in by LINE's webhook (`channels.line_view`)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import ssl
import uuid

from kumihimo_web.channels.adapters.base import Doubtful, Later, Letter, Refused, Taken
from kumihimo_web.project.channel_environment import Server

_MOST_TEXT = 5000
_MOST_ANSWER = 64 * 1024
_TIMEOUT_S = 30.0


class Line:
    """LINE out. LINE remembers the retry key for a day and sends the same once."""

    repeats = True

    def __init__(self, server: Server, token: str) -> None:
        self._server, self._token = server, token

    def send(self, letter: Letter, address: str, key: str) -> Taken:
        """Send the words of a letter; files cannot go along, a link in the words leads to them."""
        text = f"{letter.subject}\n\n{letter.text}"[:_MOST_TEXT]
        body = json.dumps({"to": address, "messages": [{"type": "text", "text": text}]}, ensure_ascii=False).encode()
        status, headers, said = self._post(body, str(uuid.UUID(key[:32])))
        request = headers.get("x-line-accepted-request-id") or headers.get("x-line-request-id", "")
        # 409: it went out the first time, and only the answer was lost.
        if status == 200 or (status == 409 and "x-line-accepted-request-id" in headers):
            return Taken(provider_id=request[:200], words=f"{status}")
        if status == 400:
            raise Refused(f"{status} {said}")
        raise Later(f"{status} {said}")

    def look(self, provider_id: str) -> Taken | None:
        """Know nothing: LINE does not tell whether somebody has read it."""
        return None

    def _post(self, body: bytes, retry_key: str) -> tuple[int, dict[str, str], str]:
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "X-Line-Retry-Key": retry_key,
        }
        line = connection(self._server)
        try:
            try:
                line.connect()
            except OSError as why:
                raise Later(str(why)) from None
            try:
                line.request("POST", "/v2/bot/message/push", body, headers)
                answer = line.getresponse()
                said = answer.read(_MOST_ANSWER).decode("utf-8", "replace")
            except (OSError, http.client.HTTPException) as why:
                raise Doubtful(str(why) or type(why).__name__) from None
        finally:
            line.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, said


def connection(server: Server) -> http.client.HTTPConnection:
    """Return a connection that is made when something is asked."""
    if server.is_tls:
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(server.host, server.port, timeout=_TIMEOUT_S, context=context)
    return http.client.HTTPConnection(server.host, server.port, timeout=_TIMEOUT_S)


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Return whether LINE sent a body: it signs with the secret of the channel."""
    expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(expected, signature.encode("utf-8", "replace"))
