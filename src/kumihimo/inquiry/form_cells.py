"""A sheet as a grid of displayed texts: what a person sees in each cell, from a workbook or a CSV file."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from kumihimo import intake
from kumihimo.errors import FileRefused

MAX_CELLS = 200_000
"""Most filled cells of one form; a form holds some hundred, so more is another kind of file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet.

    Attributes
    ----------
    sheet
        Sheet name, or the file name of a CSV.
    cells
        (row, column), both from 1, -> displayed text; empty cells are absent.
    spans
        Top-left cell of a merged area -> its bottom-right cell.
    """

    sheet: str
    cells: Mapping[tuple[int, int], str]
    spans: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def right_edge(self, row: int, column: int) -> int:
        """Return the last column that the (merged) cell covers."""
        return self.spans.get((row, column), (row, column))[1]

    def bottom_edge(self, row: int, column: int) -> int:
        """Return the last row that the (merged) cell covers."""
        return self.spans.get((row, column), (row, column))[0]

    @property
    def last_row(self) -> int:
        """Return the last filled row; 0 when the sheet is empty."""
        return max((row for row, _ in self.cells), default=0)

    @property
    def last_column(self) -> int:
        """Return the last filled column; 0 when the sheet is empty."""
        return max((column for _, column in self.cells), default=0)


def place(grid: Grid, row: int, column: int) -> str:
    """Return the cell's address as the spreadsheet shows it: ``"見積依頼書!C5"``."""
    return f"{grid.sheet}!{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 1: 1 -> A, 27 -> AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def from_workbook(path: Path, *, max_bytes: int = intake.MAX_BYTES) -> tuple[Grid, ...]:
    """Read the visible sheets of a workbook.

    Raises
    ------
    FileRefused
        See `kumihimo.intake.open_workbook`; also when it holds more than `MAX_CELLS` cells.
    """
    _refuse_crowded(path, max_bytes)
    book = intake.open_workbook(path, max_bytes=max_bytes)
    grids: list[Grid] = []
    budget = MAX_CELLS
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        cells: dict[tuple[int, int], str] = {}
        for row in sheet.iter_rows():
            for cell in row:
                budget -= 1
                if budget < 0:
                    raise _crowded(path.name)
                if cell.value is not None and (text := shown(cell.value, str(cell.number_format))):
                    cells[cell.row, cell.column] = text
        spans = {(r.min_row, r.min_col): (r.max_row, r.max_col) for r in sheet.merged_cells.ranges}
        grids.append(Grid(sheet=sheet.title, cells=cells, spans=spans))
    book.close()
    return tuple(grids)


def _refuse_crowded(path: Path, max_bytes: int) -> None:
    """Refuse a workbook that plainly holds too many cells before it is opened, which takes half a minute a million."""
    if not intake.read_bytes(path, max_bytes=max_bytes).startswith(b"PK"):
        return
    intake.check_archive(path)
    count = 0
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            try:
                with book.open(name) as sheet:
                    while piece := sheet.read(1 << 20):
                        count += piece.count(b"<c ")
                        if count > MAX_CELLS:
                            raise _crowded(path.name)
            except FileRefused:
                raise
            except Exception:  # noqa: BLE001 - each way of packing breaks in its own way; who opens it tells of damage
                return


def _crowded(name: str) -> FileRefused:
    return FileRefused(
        f"{name}: セルが多すぎます（上限 {MAX_CELLS:,}）。見積依頼書だけを保存し直してください。",
        f"{name} holds too many cells (limit {MAX_CELLS:,}); save the form alone.",
    )


def from_csv(text: str, name: str) -> Grid:
    """Read CSV text (comma, tab or semicolon, whichever the file uses most).

    Raises
    ------
    FileRefused
        When it is no CSV or holds more than `MAX_CELLS` cells.
    """
    head = text[:20_000]
    delimiter = max(",\t;", key=head.count)
    cells: dict[tuple[int, int], str] = {}
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
            for column, value in enumerate(row, start=1):
                if value.strip():
                    cells[number, column] = value.strip()
            if len(cells) > MAX_CELLS:
                raise _crowded(name)
    except csv.Error:
        raise FileRefused(
            f"{name}: CSV として読めません。Excel から CSV(UTF-8) で保存し直してください。",
            f"{name} is not readable as CSV; save it again as CSV (UTF-8).",
        ) from None
    return Grid(sheet=name, cells=cells)


def shown(value: Any, number_format: str = "General") -> str:
    """Return what the spreadsheet shows for a value: dates as ``2026年12月25日``, ``50`` with ``0"個"`` as ``50個``.

    Only the parts of a number format that carry meaning in a form are honoured: dates, percent, quoted words before
    and after the number. Thousands separators and padding zeros are left out, because they say nothing.
    """
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, datetime):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02d}"
    if isinstance(value, int | float):
        return _shown_number(value, number_format)
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


_LITERAL = re.compile(r'"([^"]*)"|\\(.)|([φΦ⌀±tRa㎜個本枚台式]+)')


def _shown_number(value: int | float, number_format: str) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "#NUM!"
    section = number_format.split(";")[0]
    if "%" in section:
        return f"{round(value * 100, 9):.10g}%"
    digits = f"{value:d}" if isinstance(value, int) else f"{round(value, 9):.12g}"
    body = re.search(r"[0#?]", section)
    if body is None or section in ("General", "@"):
        return digits
    last = max(section.rfind("0"), section.rfind("#"), section.rfind("?"))
    return _words(section[: body.start()]) + digits + _words(section[last + 1 :])


def _words(section: str) -> str:
    return "".join(a or b or c for a, b, c in _LITERAL.findall(re.sub(r"\[[^\]]*\]", "", section)))
