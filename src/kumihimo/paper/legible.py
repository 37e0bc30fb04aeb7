"""Text as it can be printed: every sign that the font lacks becomes 〓 and is reported, nothing vanishes silently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

GETA = "〓"
"""Stands for a sign that is not in the font, as Japanese printers have always done."""

_JOINED = re.compile(r".[\u0300-\u036f\u3099\u309a]+")
_BLANKS = re.compile(r"[^\S\n]+|\u200b|\ufeff")
_LONG_RUN = re.compile(r"[!-~\u00a1-\u02ff]{25,}")
_PIECE = 12


@cache
def _font() -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    """Return the characters of the document font, and the pairs of a character and its variant."""
    import pylopdf_fonts_jp
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    path = Path(pylopdf_fonts_jp.__file__).parent / "NotoSansJP-Regular.otf"
    with TTFont(path, lazy=True) as font:
        characters = frozenset(font.getBestCmap())
        variants = frozenset(
            (base, selector)
            for table in font["cmap"].tables
            if table.format == 14
            for selector, pairs in table.uvsDict.items()
            for base, _ in pairs
        )
    return characters, variants


def legible(text: str) -> tuple[str, Mapping[str, int]]:
    """Return the text as it is printed, and what was replaced in it: the name of each sign with how often.

    Controls, invisible signs and those that turn the direction of writing are taken out as well: a name must not
    change how the number beside it reads. Blanks become one space; line breaks stay.
    """
    characters, variants = _font()
    text = _JOINED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text.replace("\r\n", "\n"))
    text = _BLANKS.sub(" ", text)
    printed: list[str] = []
    replaced: dict[str, int] = {}
    for sign in text:
        if sign == "\n" or (ord(sign) in characters and unicodedata.category(sign)[0] != "C"):
            printed.append(sign)
        elif _is_selector(sign) and printed and len(printed[-1]) == 1 and (ord(printed[-1]), ord(sign)) in variants:
            printed[-1] += sign
        else:
            if not _is_selector(sign) and unicodedata.category(sign) not in ("Cf", "Cc"):
                printed.append(GETA)
            name = f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip()
            replaced[name] = replaced.get(name, 0) + 1
    return "".join(printed).strip(), replaced


def breakable(text: str) -> str:
    """Return the text with places where a long row of Latin letters may be broken, so that it stays in its column."""
    return _LONG_RUN.sub(
        lambda found: "\u200b".join(found[0][at : at + _PIECE] for at in range(0, len(found[0]), _PIECE)), text
    )


def _is_selector(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"
