"""Opening the pages of orders as a browser does, and sending their forms."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from .ordered import Pen


def text(answer: Any) -> str:
    return str(answer.content.decode())


def form_of(page: str, kind: str) -> dict[str, str]:
    """Return the hidden fields of the form of a command on a page."""
    found = re.search(rf'action="[^"]*/do/{kind}/".*?</form>', page, re.DOTALL)
    inside = found[0] if found else page
    return dict(re.findall(r'<input type="hidden" name="(version|key|revision|as)" value="([^"]*)"', inside))


def send(client: Any, pen: Pen, kind: str, data: dict[str, Any]) -> Any:
    """Open the page of a command, and send its form."""
    address = reverse("order_do", args=[pen.ref, kind])
    page = client.get(address)
    assert page.status_code == 200, kind
    return client.post(address, {**form_of(text(page), kind), **data})


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()
