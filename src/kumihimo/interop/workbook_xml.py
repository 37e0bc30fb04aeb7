"""Rows of a workbook as XML, put into a book that openpyxl made.

Three reasons not to leave the rows to openpyxl: it writes numbers with 16 digits, which does not bring every number
back; it takes four times as long; and it stamps the hour into the file, so the same network would give other bytes.
(ECMA-376 Part 1, 18.3.1.4 *c*, 18.3.1.73 *row*, 18.3.1.80 *sheetData*.)
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet take text for a formula (OWASP, *CSV Injection*)."""

_EPOCH = date(1899, 12, 30)
_STAMP = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip archive knows
_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_END = b"</sheetData>"


def render_rows(
    rows: Iterable[Sequence[Any]], letters: Sequence[str], *, first: int, date_style: int, text_style: int
) -> bytes:
    """Return the XML of rows.

    Parameters
    ----------
    rows
        Cells: `None`, text, whole numbers, numbers, dates. Text must be free of control characters.
    letters
        Letters of the columns.
    first
        1-based number of the first row.
    date_style, text_style
        Style of a date; style of a text that must not be taken for a formula (marked by its first character).
    """
    lines = []
    for number, row in enumerate(rows, first):
        cells = []
        for letter, value in zip(letters, row, strict=True):
            if value is None:
                continue
            if isinstance(value, str):
                style = f' s="{text_style}"' if value.startswith(FORMULA_STARTS) else ""
                text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
                cells.append(f'<c r="{letter}{number}" t="inlineStr"{style}>{text}</c>')
            elif isinstance(value, date):
                cells.append(f'<c r="{letter}{number}" s="{date_style}"><v>{(value - _EPOCH).days}</v></c>')
            else:
                cells.append(f'<c r="{letter}{number}"><v>{value!r}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(lines).encode()


def finish_book(book: bytes, rows: Mapping[int, bytes]) -> bytes:
    """Return the book with rows put at the end of its sheets (1-based place of the sheet), and without time stamps."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            data = source.read(item)
            found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", item.filename)
            if found and rows.get(int(found[1])):
                data = data.replace(b"<sheetData/>", b"<sheetData></sheetData>").replace(
                    _END, rows[int(found[1])] + _END, 1
                )
            elif item.filename == "docProps/core.xml":
                data = _TIMES.sub(b"", data)
            member = zipfile.ZipInfo(item.filename, date_time=_STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, data)
    return out.getvalue()
