"""What may be done with what came in, and the limits that are ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumihimo_web.inbox.reasons import Why
from kumihimo_web.orders.limits import limits

if TYPE_CHECKING:
    from kumihimo_web.inbox.models import Item

MAX_BYTES = 32 * 1024 * 1024
"""Largest file that is taken by hand; the reader takes no larger one."""
MOST_FILES = 40
"""Files put in at once."""
MOST_PARTS = 20
"""Attachments of a mail that are read; with more, a person opens the mail."""
MOST_TEXT = 20_000
"""Characters of a mail that are shown; all of it can be downloaded."""
MOST_WORDS = 2_000
"""Longest note or reason."""
LONG_PAST_DAYS = 60
"""A shipment longer ago than this is not told on a form of today."""
COPY_DAYS = 30
"""Within so many days the same picture, or the same answer on the same paper, is a second copy."""
REPEATED_DAYS = 2
"""A reminder and a daily sheet are sent again and again: after these days, the same answer is a new one."""
LARGEST_JPY = 10**15
"""More is a slip of the pen or malice, and no column holds it; two persons see it in any case."""
BINDING = frozenset({"accept", "counter", "quote", "invoice", "credit_note"})
"""Commands that bind to an amount."""


def is_forged(item: Item) -> bool:
    """Return whether an item bears a code with a signature that is not ours: it is nobody's answer to any order."""
    return any(one["code"] == Why.FORGED for one in item.reading.get("reasons", ()))


def second_key_jpy() -> int:
    """Return up to which amount one person decides, and the program by itself."""
    return limits().second_key_jpy


def needs_second_key(kind: str, amount_jpy: int | None) -> bool:
    """Return whether two persons must agree."""
    return kind in BINDING and amount_jpy is not None and amount_jpy > second_key_jpy()
