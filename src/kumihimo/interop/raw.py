"""Tables as they were found in a file, before any value is read: sheet, header, row, cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from kumihimo.errors import Located
from kumihimo.interop.cell import clean_text, is_blank, read_cell
from kumihimo.interop.problem import BadValue
from kumihimo.interop.table_spec import TableSpec, fold_label, spec_by_sheet, split_header, table_specs

GUIDE_SHEET = "はじめに"
CHOICES_SHEET = "選択肢"
FINDINGS_SHEET = "指摘一覧"
REASON_HEADER = "理由"
EXAMPLE_MARK = "記入例"

NAME_LABEL = "ネットワーク名"
SYNTHETIC_LABEL = "合成データ"

_OWN_SHEETS = frozenset(fold_label(name) for name in (GUIDE_SHEET, CHOICES_SHEET, FINDINGS_SHEET))
_NOTE_MARKS = ("※", "*", "＊", "注)", "注:", "備考", "メモ", "#")
_HEADER_SEARCH_ROWS = 20


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its 1-based number in the file, and its cells under the headers."""

    number: int
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """One table of a file; `sheet` as the file calls it, `headers` as they are written ("" for a column without)."""

    spec: TableSpec
    sheet: str
    header_row: int
    headers: tuple[str, ...]
    rows: tuple[RawRow, ...]


@dataclass(slots=True, kw_only=True)
class RawNetwork:
    """All tables of a file, and what was wrong with the file as such."""

    tables: dict[str, RawTable] = field(default_factory=dict)
    name: str = ""
    synthetic: bool = False
    epoch: date = date(1899, 12, 30)
    problems: list[Located] = field(default_factory=list)


def spec_for(sheet: str) -> TableSpec | None:
    """Return the table that a sheet or file is called after; a number in front (``01_企業``) does not matter."""
    return spec_by_sheet().get(fold_label(sheet).lstrip("0123456789.-"))


def is_known_extra(sheet: str) -> bool:
    """Tell whether a sheet is one of our own without data, or a note."""
    return fold_label(sheet) in _OWN_SHEETS or sheet.startswith(_NOTE_MARKS)


def unknown_sheet(sheet: str) -> Located:
    """Return the problem of a sheet that is no table."""
    from rapidfuzz import fuzz, process

    names = [spec.sheet for spec in table_specs().values()]
    hit = process.extractOne(sheet, names, scorer=fuzz.partial_ratio, score_cutoff=60)
    hint = f"。もしかして: {hit[0]}" if hit else ""
    return Located(
        sheet=sheet,
        row=0,
        column="",
        value=sheet,
        expected_ja=f"{'・'.join(names)} のどれかのシート名（取り込まないシートは名前を「備考」で始める）{hint}",
        expected_en=f"a sheet called {', '.join(names)}; begin the name of a sheet to be ignored with 備考",
    )


def read_setting(raw: RawNetwork, label: str, value: Any) -> None:
    """Take over the name of the network and whether it is synthetic from a pair of cells of the first sheet."""
    if is_blank(value):
        return
    if label == fold_label(NAME_LABEL):
        raw.name = clean_text(value)
    elif label == fold_label(SYNTHETIC_LABEL):
        column = table_specs()["firms"].column("synthetic")
        try:
            raw.synthetic = bool(read_cell(column, value))
        except BadValue as error:
            raw.problems.append(
                Located(
                    sheet=GUIDE_SHEET,
                    row=0,
                    column=SYNTHETIC_LABEL,
                    value=clean_text(value),
                    expected_ja=error.ja,
                    expected_en=error.en,
                )
            )


def raw_table(spec: TableSpec, sheet: str, grid: Sequence[tuple[int, Sequence[Any]]]) -> RawTable | None:
    """Find the header row and the rows of data.

    Parameters
    ----------
    grid
        (1-based row number, cells from the first column on) of the rows that hold something.

    Returns
    -------
    RawTable or None
        `None` when the sheet is empty.
    """
    best, best_hits = 0, 0
    for index, (_, cells) in enumerate(grid[:_HEADER_SEARCH_ROWS]):
        hits = sum(1 for cell in cells if isinstance(cell, str) and column_of(spec, cell))
        if hits > best_hits:
            best, best_hits = index, hits
    if not grid:
        return None
    number, cells = grid[best]
    headers = tuple("" if is_blank(cell) else clean_text(cell) for cell in cells)
    width = len(headers)
    rows = []
    for row_number, row in grid[best + 1 :]:
        padded = tuple(row[:width]) + (None,) * (width - len(row))
        if not _skipped(padded):
            rows.append(RawRow(row_number, padded))
    return RawTable(spec=spec, sheet=sheet, header_row=number, headers=headers, rows=tuple(rows))


def column_of(spec: TableSpec, header: str) -> tuple[str, str] | None:
    """Return (attribute, unit in the header) of a header, or `None` when the table has no such column."""
    names = _labels(spec.name)
    if (whole := fold_label(header)) in names:
        return names[whole], ""
    label, unit = split_header(header)
    return (names[label], unit) if label in names else None


def is_note_header(header: str) -> bool:
    """Tell whether a column without a counterpart is left out silently: a note, or the reasons we wrote ourselves."""
    return header.startswith(_NOTE_MARKS) or fold_label(header) == REASON_HEADER


def near_header(spec: TableSpec, header: str) -> str:
    """Return the header that looks most like `header`, or ``""``."""
    from rapidfuzz import fuzz, process

    known = {fold_label(column.ja): column.header for column in spec.columns}
    known |= {column.name: column.header for column in spec.columns}
    hit = process.extractOne(split_header(header)[0], list(known), scorer=fuzz.ratio, score_cutoff=50)
    return known[hit[0]] if hit else ""


@cache
def _labels(table: str) -> Mapping[str, str]:
    columns = table_specs()[table].columns
    words = {fold_label(column.name): column.name for column in columns}
    words |= {fold_label(column.ja): column.name for column in columns}
    words |= {fold_label(column.header): column.name for column in columns}
    return MappingProxyType(words)


def _skipped(cells: tuple[Any, ...]) -> bool:
    filled = [cell for cell in cells if not is_blank(cell)]
    if not filled:
        return True
    first = unicodedata.normalize("NFKC", clean_text(filled[0]))
    if first.startswith(EXAMPLE_MARK):
        return True
    # A note merged over several columns stands in each of them.
    return len({str(cell) for cell in filled}) == 1 and first.startswith(_NOTE_MARKS)
