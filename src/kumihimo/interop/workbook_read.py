"""Reading the workbook of a network (.xlsx)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
from kumihimo.interop.workbook_cells import Sheet, read_cells
from kumihimo.model import Network

MAX_COLUMNS = 256
"""Columns that are looked at; the widest table has fewer than fifty, and a stray cell may stand in column 16,384."""


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
    book = read_cells(path)
    raw = RawNetwork(epoch=book.epoch)
    for sheet in book.sheets:
        if fold_label(sheet.title) == fold_label(GUIDE_SHEET):
            _read_guide(sheet, raw)
            continue
        spec = spec_for(sheet.title)
        if spec is None:
            if not is_known_extra(sheet.title) and sheet.cells:
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


def _grid(sheet: Sheet) -> list[tuple[int, list[Any]]]:
    rows: dict[int, dict[int, Any]] = {}
    for (row, column), value in sheet.cells.items():
        if column <= MAX_COLUMNS and not is_blank(value):
            rows.setdefault(row, {})[column] = value
    for top, left, bottom, right in sheet.merged:
        value = sheet.cells.get((top, left))
        if is_blank(value):
            continue
        for row in range(top, bottom + 1):
            for column in range(left, min(right, MAX_COLUMNS) + 1):
                rows.setdefault(row, {})[column] = value
    return [(row, [cells.get(column) for column in range(1, max(cells) + 1)]) for row, cells in sorted(rows.items())]


def _read_guide(sheet: Sheet, raw: RawNetwork) -> None:
    for _, cells in _grid(sheet):
        label = "" if is_blank(cells[0]) else fold_label(clean_text(cells[0]))
        read_setting(raw, label, cells[1] if len(cells) > 1 else None)
