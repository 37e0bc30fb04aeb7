"""Numbers as people write them: 1,200 / 1.5万 / 五十 / 二千五百 / 数十."""

from __future__ import annotations

import re

NUM = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
"""A plain decimal number, thousands commas allowed."""

COUNT = rf"(?:{NUM}\s*[万千百](?:{NUM}\s*千)?|{NUM}|[一二三四五六七八九十百千万〇]+)"
"""A count: plain, with 万/千, or in kanji."""

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MIXED = re.compile(rf"({NUM})\s*([万千百])\s*(?:({NUM})\s*(千)?)?$")


def plain(text: str) -> float:
    """Return the value of a number that matched `NUM`."""
    return float(text.replace(",", ""))


def count(text: str) -> float | None:
    """Return the value of a count that matched `COUNT`, or `None` when it is no number."""
    text = text.replace(" ", "").replace("\n", "")
    mixed = _MIXED.match(text)
    if mixed:
        scale = {"万": 10_000, "千": 1000, "百": 100}[mixed[2]]
        rest = plain(mixed[3]) * (1000 if mixed[4] else 1) if mixed[3] else 0
        return plain(mixed[1]) * scale + rest
    if text and (text[0].isascii()):
        try:
            return plain(text)
        except ValueError:
            return None
    return kanji(text)


def kanji(text: str) -> int | None:
    """Return the value of a kanji number, 二千五百 or 二五〇〇; `None` when it is none."""
    if not text:
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            section += (digit or 1) * _UNITS[char]
            digit = 0
        elif char == "万":
            total += (section + digit or 1) * 10_000
            section = digit = 0
        else:
            return None
    return total + section + digit


def tidy(value: float) -> float:
    """Return `value` free of binary dust, e.g. 0.30000000000000004 -> 0.3."""
    return round(value, 6)
