"""Reading the code lists: UTF-8 tab-separated files beside this module, checked when they are loaded.

A list is read the first time somebody asks for it and kept. `parse` and the ``build_*`` functions of the other
modules take text instead of a file name so that a test can plant a mistake.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from kumihimo.errors import TermsError, UnknownTerm

Row = dict[str, str]


def read(name: str) -> str:
    """Return the text of a shipped data file, e.g. ``"processes.tsv"``."""
    from importlib import resources  # costs more than the rest of this package to import

    return (resources.files("kumihimo.terms") / "data" / name).read_text(encoding="utf-8")


def parse(text: str, name: str, columns: Sequence[str], key: str | None = None) -> tuple[Row, ...]:
    """Split a table into rows.

    Parameters
    ----------
    text
        Header line and rows, cells separated by one tab. Empty lines and lines that begin with ``#`` are skipped.
    name
        Name of the file for messages.
    columns
        The header that is expected, in this order.
    key
        A column whose values must be unique and not empty.

    Raises
    ------
    TermsError
        The header differs, a row has too few or too many cells, or the key is empty or repeated.
    """
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")]
    if not lines or lines[0][1].split("\t") != list(columns):
        raise broken(name, lines[0][0] if lines else 1, f"header must be {' '.join(columns)}")
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, line in lines[1:]:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(columns):
            raise broken(name, number, f"{len(cells)} cells, expected {len(columns)}")
        row = dict(zip(columns, cells, strict=True))
        if key is not None:
            value = row[key]
            if not value:
                raise broken(name, number, f"{key} is empty")
            if value in seen:
                raise broken(name, number, f"{key} {value!r} is already on line {seen[value]}")
            seen[value] = number
        rows.append(row)
    return tuple(rows)


def broken(name: str, line: int, why: str) -> TermsError:
    """Return the error for a fault of our own code list (`line` 0: the list as a whole)."""
    where = f"{name}:{line}" if line else name
    return TermsError(
        f"用語表 {where} に誤りがあります: {why}。表を直してください。",
        f"Code list {where} is inconsistent: {why}. Mend the list.",
    )


def unknown(kind_ja: str, kind_en: str, value: str, known: Iterable[str]) -> UnknownTerm:
    """Return the error for a code that a list does not hold, with up to three near codes."""
    from difflib import get_close_matches  # only needed for a message

    near = get_close_matches(value, list(known), n=3, cutoff=0.5)
    hint_ja = f"近いもの: {'、'.join(near)}" if near else "一覧にあるコードを使ってください"
    hint_en = f"Near: {', '.join(near)}" if near else "Use a code of the list"
    return UnknownTerm(
        f"{kind_ja}「{value}」は一覧にありません。{hint_ja}。",
        f"{kind_en} {value!r} is not in the list. {hint_en}.",
    )


def split(cell: str) -> tuple[str, ...]:
    """Split a ``a|b|c`` cell; an empty cell gives an empty tuple."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def number(cell: str, name: str, what: str) -> float:
    """Read a number of a table or raise `TermsError`."""
    try:
        return float(cell)
    except ValueError:
        raise broken(name, 0, f"{what}: {cell!r} is not a number") from None


def fold(text: str) -> str:
    """Return `text` as it is compared: NFKC, lower case, no spaces, hyphen and middle-dot forms made one.

    The long-vowel mark is kept, because ``センター`` and ``センタ`` are listed as two aliases.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(_FOLD.get(char, char) for char in text)


_FOLD = {" ": "", "\t": "", "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-", "・": "", "･": ""}
