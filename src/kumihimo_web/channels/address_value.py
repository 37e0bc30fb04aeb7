"""How an address is written: one spelling for each, so that a sender is found by it and nothing else gets on a line."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from kumihimo.model import Channel

_NUMBER = re.compile(r"(?:0\d{8,14}|\+\d{8,15})")
_LINE_USER = re.compile(r"U[0-9a-f]{32}")
_LOOKS = str.maketrans("", "", " -()‐‑‒–—−ー・.　")
_MAILS = frozenset({Channel.MAIL, Channel.EXCEL})


def spelled(channel: Channel, text: str) -> str:
    """Return a value in its one spelling.

    Raises
    ------
    ValidationError
        It cannot be an address of that channel.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if channel == Channel.WEB:
        return ""
    if channel in _MAILS:
        text = text.lower()
        if len(text) > 200 or not text.isascii():
            raise ValidationError(_("メールアドレスを入力してください。例: order@example.co.jp"))
        try:
            validate_email(text)
        except ValidationError:
            raise ValidationError(_("メールアドレスを入力してください。例: order@example.co.jp")) from None
        return text
    if channel == Channel.LINE:
        if not _LINE_USER.fullmatch(text):
            raise ValidationError(
                _("LINEの利用者IDは、Uで始まる33文字です。相手からの最初のメッセージの差出人に書かれています。")
            )
        return text
    number = _national(text.translate(_LOOKS))
    if not _NUMBER.fullmatch(number):
        raise ValidationError(_("番号は市外局番から数字で入力してください。例: 0265-12-3456、海外は +86 21 1234 5678"))
    return number


def sender_spelled(channel: str, text: str) -> str:
    """Return the address of a sender in the spelling of addresses, or as it was told when it is none."""
    try:
        return spelled(Channel(channel), text)
    except (ValidationError, ValueError):
        return " ".join("".join(c for c in text if c.isprintable()).split())[:254]


def dialled(number: str) -> str:
    """Return the digits that are dialled in Japan for a number."""
    return "010" + number[1:] if number.startswith("+") else number


def _national(number: str) -> str:
    return "0" + number[3:].removeprefix("0") if number.startswith("+81") else number
