"""A network as a folder of CSV files, one a table: UTF-8 with BOM (so that Excel opens them), Japanese headers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from kumihimo import intake
from kumihimo.errors import FileRefused, InputError, system_reason_ja
from kumihimo.interop.assemble import ReadResult, assemble
from kumihimo.interop.cell import clean_text, is_blank, show_cell
from kumihimo.interop.raw import (
    GUIDE_SHEET,
    NAME_LABEL,
    SYNTHETIC_LABEL,
    RawNetwork,
    is_known_extra,
    raw_table,
    read_setting,
    spec_for,
    unknown_sheet,
)
from kumihimo.interop.table_spec import fold_label, table_specs
from kumihimo.interop.visible import visible_network
from kumihimo.interop.workbook_write import SYNTHETIC_NOTE
from kumihimo.interop.workbook_xml import FORMULA_STARTS
from kumihimo.model import Network, Visibility

_GUIDE_FILE = "network.csv"
_QUOTED = re.compile("'+[" + re.escape("".join(FORMULA_STARTS)) + "]")
_NEEDS_QUOTE = re.compile("'*[" + re.escape("".join(FORMULA_STARTS)) + "]")


def write_csv_folder(network: Network, folder: Path, *, viewer: Visibility = Visibility.OWN) -> None:
    """Write a folder of CSV files; `read_csv_folder` reads the same network back (for `viewer` OWN).

    A text that a spreadsheet would take for a formula gets an apostrophe in front, which is taken off when it is read.

    Raises
    ------
    InputError
        The folder cannot be made or written.
    """
    network = visible_network(network, viewer)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        settings = [(NAME_LABEL, network.name), (SYNTHETIC_LABEL, "はい" if network.synthetic else "いいえ")]
        if network.synthetic:
            settings.append(("※", SYNTHETIC_NOTE))
        _write(folder / _GUIDE_FILE, settings)
        for name, spec in table_specs().items():
            columns = spec.visible(viewer)
            if columns:
                header = [column.header for column in columns]
                rows = (
                    [show_cell(item, getattr(row, item.name)) for item in columns] for row in getattr(network, name)
                )
                _write(folder / f"{name}.csv", [header, *rows])
            else:
                # From an earlier export for somebody who may see more.
                (folder / f"{name}.csv").unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: 書き込めません（{system_reason_ja(error)}）。場所と権限を確かめてください。",
            f"{folder} cannot be written ({error.strerror}); check place and permission.",
        ) from None


def read_csv_folder(folder: Path, *, keep_going: bool = False, base: Network | None = None) -> ReadResult:
    """Read a folder of CSV files (UTF-8, UTF-16 or Shift_JIS), called after the tables (``firms.csv``, ``企業.csv``).

    Raises
    ------
    FileRefused
        It is no folder, or a file is not readable.
    LocatedErrors
        All problems, when there are any and `keep_going` is false.
    """
    return assemble(read_raw_csv_folder(folder), keep_going=keep_going, base=base)


def read_raw_csv_folder(folder: Path) -> RawNetwork:
    """Read the tables of a folder of CSV files as they stand; raises `FileRefused`."""
    raw = RawNetwork()
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".csv", ".tsv"))
    for path in files:
        grid = _grid(path)
        if path.name.lower() == _GUIDE_FILE or fold_label(path.stem) == fold_label(GUIDE_SHEET):
            for _, cells in grid:
                read_setting(raw, fold_label(clean_text(cells[0])), cells[1] if len(cells) > 1 else None)
            continue
        spec = spec_for(path.stem)
        if spec is None:
            if not is_known_extra(path.stem) and grid:
                raw.problems.append(unknown_sheet(path.name))
            continue
        table = raw_table(spec, path.name, grid)
        if table is not None:
            raw.tables[spec.name] = table
    if not raw.tables:
        raise FileRefused(
            f"{folder.name}: 表のCSVがありません（firms.csv または 企業.csv など）。",
            f"{folder.name} holds no table of a network (firms.csv, sites.csv, ...).",
        )
    raw.tables = {name: raw.tables[name] for name in table_specs() if name in raw.tables}
    return raw


def _grid(path: Path) -> list[tuple[int, list[Any]]]:
    text = intake.decode_text(intake.read_bytes(path), path.name)
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = "\t" if "\t" in head and "," not in head else ";" if ";" in head and "," not in head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    grid: list[tuple[int, list[Any]]] = []
    try:
        for number, cells in enumerate(reader, 1):
            if any(not is_blank(cell) for cell in cells):
                grid.append((number, [_unquote(cell) for cell in cells]))
    except csv.Error as error:
        raise FileRefused(
            f"{path.name}: CSV として読めません（{reader.line_num}行目付近）。引用符の閉じ忘れを確かめてください。",
            f"{path.name} is no readable CSV near line {reader.line_num} ({error}); look for an open quotation mark.",
        ) from None
    return grid


def _unquote(cell: str) -> str | None:
    if not cell:
        return None
    return cell[1:] if _QUOTED.match(cell) else cell


def _write(path: Path, rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        for row in rows:
            writer.writerow([_written(cell) for cell in row])


def _written(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = clean_text(cell)
        return f"'{text}" if _NEEDS_QUOTE.match(text) else text
    return cell.isoformat() if isinstance(cell, date) else repr(cell)
