"""What a form says about itself, signed so that nobody else can make one: `KH1.A1.PO-2026-000123.2.1.K7QX2M4TBA`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from kumihimo.errors import InputError

_HEAD = "KH1"
_SIGNS = 10
"""Base32 characters of the signature, 50 bits: enough for paper, few enough for a code that survives a FAX."""
_LONGEST = 80
_CODE = re.compile(r"[A-Z][0-9](?:-[1-9])?")
_ORDER = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormToken:
    """Which form of which order, in which revision.

    Attributes
    ----------
    code
        Code of the layout, such as ``"A1"``: kind and version, so that old paper is read by its own layout.
    order
        Number of the order or, on a daily sheet, of the sheet: capitals, digits and hyphens.
    revision
        Revision of the order that the form was printed for, from 1.
    page
        Page of the form, from 1.
    """

    code: str
    order: str
    revision: int
    page: int = 1

    def __post_init__(self) -> None:
        if not (
            _CODE.fullmatch(self.code)
            and _ORDER.fullmatch(self.order)
            and 1 <= self.revision <= 999
            and 1 <= self.page <= 99
        ):
            raise InputError(
                f"用紙の番号に使えない値です（{self.order!r} 第{self.revision}版）。"
                "注文番号は英大文字・数字・ハイフン40字まで、版は1〜999にしてください。",
                f"unusable for a form: order {self.order!r}, revision {self.revision}; an order number has capitals, "
                "digits and hyphens, at most 40, a revision is 1 to 999.",
            )

    def signed(self, secret: bytes) -> str:
        """Return the text that the codes of the form hold."""
        text = f"{_HEAD}.{self.code}.{self.order}.{self.revision}.{self.page}"
        return f"{text}.{_signature(text, secret)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forged:
    """A code that looks like ours and is not: the signature is wrong, or it is no token at all.

    Attributes
    ----------
    text
        What the code holds.
    """

    text: str


def read_token(text: str, secret: bytes) -> FormToken | Forged:
    """Return the token in a code's text; `Forged` where the signature does not fit or the text is no token."""
    body, _, signature = text.rpartition(".")
    parts = body.split(".")
    if len(text) > _LONGEST or not text.isascii() or len(parts) != 5 or parts[0] != _HEAD:
        return Forged(text=text[:_LONGEST])
    if not hmac.compare_digest(signature, _signature(body, secret)):
        return Forged(text=text)
    _, code, order, revision, page = parts
    try:
        return FormToken(code=code, order=order, revision=int(revision), page=int(page))
    except (ValueError, InputError):
        return Forged(text=text)


def _signature(text: str, secret: bytes) -> str:
    digest = hmac.new(secret, text.encode("ascii"), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii")[:_SIGNS]
