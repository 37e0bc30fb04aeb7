"""What a free text seems to say, to fill in fields that a person then checks. It decides nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_ORDER = re.compile(r"\b(?:PO|RFQ|DS)-\d{4}-\d{6}\b")
_DAY = re.compile(r"(?:(20\d\d)\s*[年/.-]\s*)?(?<!\d)(1[0-2]|0?[1-9])\s*[月/]\s*(3[01]|[12]\d|0?[1-9])\s*日?")
_PRICE = re.compile(r"(?:[¥\\]\s*(\d[\d,]{1,12}))|(\d[\d,]{1,12})\s*円")
_KINDS = (
    ("decline", re.compile(r"辞退|お断り|見送|受けられません|お受けできません")),
    ("ship", re.compile(r"出荷しました|発送しました|出荷済|発送済")),
    ("counter", re.compile(r"遅れ|納期.{0,12}(?:変更|延|なら)|間に合いません|前倒し|日なら|日であれば")),
    ("accept", re.compile(r"承りました|承知|お請け|お受けします|受注いたし|了解")),
)
_QUOTED = re.compile(r"^\s*(?:>|＞|-----Original Message|On .{5,80} wrote:|.{0,60}のメール:)")


def guess(text: str) -> dict[str, Any]:
    """Return order numbers, and the first kind of answer, day and price that the text seems to name."""
    own = unicodedata.normalize("NFKC", own_words(text))
    orders = list(dict.fromkeys(_ORDER.findall(unicodedata.normalize("NFKC", text))))[:5]
    found: dict[str, Any] = {"orders": orders}
    kind = next((kind for kind, words in _KINDS if words.search(own)), None)
    if kind is not None:
        found["kind"] = kind
    if day := _DAY.search(own):
        found["date"] = {"month": int(day[2]), "day": int(day[3])}
    if price := _PRICE.search(own):
        found["price"] = int((price[1] or price[2]).replace(",", ""))
    return found


def storable(text: str) -> str:
    """Return a text that every database takes: without NUL and halves of characters."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def own_words(text: str) -> str:
    """Return a text without what it quotes of the message before."""
    kept: list[str] = []
    for line in text[:20_000].splitlines():
        if line.lstrip().startswith(("-----Original", "差出人:", "From:")) and kept:
            break
        if not _QUOTED.match(line):
            kept.append(line)
    return "\n".join(kept)
