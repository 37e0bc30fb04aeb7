"""What an inquiry says beyond the values that were read of it: that a number is a diameter, and which town is meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from kumihimo import terms
from kumihimo.model import Inquiry, ReadValue, Tolerance

_TOWN_ENDS = ("市", "区", "町", "村")
_LONGEST_TOWN = 10
_SIGN = 3
"""Characters before the words of a value that may hold its sign."""
_DIAMETER = r"(?:[φΦøØ⌀∅]|径)\s*"


def words_of(inquiry: Inquiry, items: Iterable[ReadValue]) -> str:
    """Return the words that values were read from, with the sign before them."""
    said = (f"{item.text} {inquiry.text[max(0, item.start - _SIGN) : item.end]}" for item in items)
    return unicodedata.normalize("NFKC", " ".join(said))


def size_text(size_mm: tuple[float, ...], said: str = "", *, round_part: bool = False) -> str:
    """Return ``300×120×30 mm``, or ``φ30×120 mm`` for a round part, or where the words call a number a diameter."""
    if len(size_mm) == 2:
        for diameter, length in (size_mm[::-1], size_mm):
            if round_part or _is_diameter(diameter, said):
                return f"φ{diameter:g}×{length:g} mm"
    return "×".join(f"{value:g}" for value in size_mm) + " mm"


def tolerance_text(tolerance: Tolerance, said: str = "") -> str:
    """Return a tolerance as it is written on a drawing: ``30 ±0.01``, ``φ8 H7`` where the words call 8 a diameter."""
    nominal = tolerance.nominal_mm
    sign = "φ" if nominal is not None and _is_diameter(nominal, said) else ""
    where = f"{sign}{nominal:g} " if nominal is not None else ""
    if tolerance.fit:
        return f"{where}{tolerance.fit}"
    upper, lower = tolerance.upper, tolerance.lower
    if upper is not None and lower is not None and upper == -lower:
        return f"{where}±{upper:g}"
    shown = [f"{value:+g}" if value else "0" for value in (upper, lower) if value is not None]
    return where + "/".join(shown)


def _is_diameter(value: float, said: str) -> bool:
    return re.search(rf"{_DIAMETER}{re.escape(f'{value:g}')}(?![\d.]*\d)", said) is not None


def place_text(inquiry: Inquiry, prefecture: str) -> tuple[str, str]:
    """Return a delivery place, (ja, en): the town where one is named, else the prefecture."""
    place = town_of(inquiry, prefecture) or terms.prefectures()[prefecture]
    return place.ja, place.en


def town_of(inquiry: Inquiry, prefecture: str) -> terms.Municipality | None:
    """Return the town that stands in, or right behind, the words of the delivery place."""
    for item in inquiry.fields:
        if item.field != "prefectures" or item.value != prefecture:
            continue
        behind = inquiry.text[item.end : item.end + _LONGEST_TOWN]
        for words in (item.text, behind.lstrip(" 　")):
            for length in range(min(len(words), _LONGEST_TOWN), 1, -1):
                name = words[:length]
                if name.endswith(_TOWN_ENDS):
                    found = terms.find_municipality(name, prefecture)
                    if len(found) == 1:
                        return found[0]
    return None
