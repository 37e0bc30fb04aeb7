"""Reading the workbook of a network (.xlsx)."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from kumihimo import intake
from kumihimo.errors import FileRefused
from kumihimo.interop.assemble import ReadResult, assemble
from kumihimo.interop.cell import clean_text, is_blank
from kumihimo.interop.raw import (
    GUIDE_SHEET,
    RawNetwork,
    is_known_extra,
    raw_table,
    read_setting,
    spec_for,
    unknown_sheet,
)
from kumihimo.interop.table_spec import fold_label, table_specs
from kumihimo.model import Network

MAX_MERGED_CELLS = 200_000
"""Cells in merged ranges that are unfolded; a range over a whole sheet would need gigabytes."""

_MERGE = re.compile(rb"mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7}):([A-Za-z]{1,3})(\d{1,7})[\"']")


def read_workbook(path: Path, *, keep_going: bool = False, base: Network | None = None) -> ReadResult:
    """Read a network from a workbook.

    Sheets and headers are found by name, in any order; a title above the header, blank rows, trailing notes (※ …),
    rows marked 記入例 and columns whose header begins with ``*`` are passed over. A merged cell counts for every row
    it covers.

    Parameters
    ----------
    path
        ``.xlsx`` or ``.xlsm``; macros are not run, formulas count with their last value.
    keep_going
        Return the good rows and the problems instead of raising.
    base
        A network that is added to.

    Raises
    ------
    FileRefused
        The file is missing, empty, too large, encrypted, a bomb, damaged, or no workbook of a network.
    LocatedErrors
        All problems, when there are any and `keep_going` is false.
    """
    return assemble(read_raw_workbook(path), keep_going=keep_going, base=base)


def read_raw_workbook(path: Path) -> RawNetwork:
    """Read the tables of a workbook as they stand; raises `FileRefused`."""
    _refuse_giant_merges(path)
    book = intake.open_workbook(path)
    raw = RawNetwork(epoch=book.epoch.date())
    for sheet in book.worksheets:
        if fold_label(sheet.title) == fold_label(GUIDE_SHEET):
            _read_guide(sheet, raw)
            continue
        spec = spec_for(sheet.title)
        if spec is None:
            if not is_known_extra(sheet.title) and sheet._cells:
                raw.problems.append(unknown_sheet(sheet.title))
            continue
        table = raw_table(spec, sheet.title, _grid(sheet))
        if table is not None:
            raw.tables[spec.name] = table
    if not raw.tables:
        names = "・".join(spec.sheet for spec in table_specs().values())
        raise FileRefused(
            f"{path.name}: 取り込めるシートがありません。シート名は {names}。ひな形は know template で作れます。",
            f"{path.name} has none of the sheets of a network ({names}); `know template` makes an empty workbook.",
        )
    raw.tables = {name: raw.tables[name] for name in table_specs() if name in raw.tables}
    return raw


def _grid(sheet: Any) -> list[tuple[int, list[Any]]]:
    # Only cells that exist: openpyxl's own iteration would create every cell up to a stray one in row 1,048,576.
    rows: dict[int, dict[int, Any]] = {}
    for (row, column), cell in sheet._cells.items():
        if not is_blank(cell.value):
            rows.setdefault(row, {})[column] = cell.value
    for merged in sheet.merged_cells.ranges:
        value = sheet._cells[(merged.min_row, merged.min_col)].value
        if is_blank(value):
            continue
        for row in range(merged.min_row, merged.max_row + 1):
            for column in range(merged.min_col, merged.max_col + 1):
                rows.setdefault(row, {})[column] = value
    return [(row, [cells.get(column) for column in range(1, max(cells) + 1)]) for row, cells in sorted(rows.items())]


def _read_guide(sheet: Any, raw: RawNetwork) -> None:
    for _, cells in _grid(sheet):
        label = fold_label(clean_text(cells[0])) if cells and not is_blank(cells[0]) else ""
        value = cells[1] if len(cells) > 1 else None
        read_setting(raw, label, value)


def _refuse_giant_merges(path: Path) -> None:
    if not intake.read_bytes(path).startswith(b"PK\x03\x04"):
        return  # open_workbook says what it is instead
    intake.check_archive(path)
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/"):
                    for first, top, last, bottom in _MERGE.findall(archive.read(name)):
                        total += (int(bottom) - int(top) + 1) * (_column_number(last) - _column_number(first) + 1)
    except (zipfile.BadZipFile, OSError, EOFError, zipfile.zlib.error, NotImplementedError):  # type: ignore[attr-defined]
        return  # damaged: open_workbook says so
    if total > MAX_MERGED_CELLS:
        raise FileRefused(
            f"{path.name}: 結合セルが広すぎます（{total:,} セル）。シート全体の結合を解除して保存し直してください。",
            f"{path.name} merges {total:,} cells; undo the merge over the whole sheet and save it again.",
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
