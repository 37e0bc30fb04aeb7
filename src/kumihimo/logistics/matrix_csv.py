"""Read a table of transports from CSV: ``from,to,minutes,jpy,kg_co2``."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

from kumihimo.errors import FileRefused, InputError, Located, LocatedErrors
from kumihimo.intake import read_text
from kumihimo.logistics.transport import MatrixTransport

MAX_BYTES = 50_000_000
COLUMNS = ("from", "to", "minutes", "jpy", "kg_co2")
_REQUIRED = COLUMNS[:4]
_LARGEST = 10**12


def read_matrix_csv(path: Path) -> MatrixTransport:
    """Read a transport matrix; all rows or none.

    Parameters
    ----------
    path
        CSV in UTF-8 (with or without BOM) or Shift_JIS with the header ``from,to,minutes,jpy,kg_co2``
        (``kg_co2`` may be absent or empty and then counts 0).

    Raises
    ------
    FileRefused
        Missing, larger than 50 MB, or neither UTF-8 nor Shift_JIS.
    InputError
        The header lacks a column.
    LocatedErrors
        Some rows are wrong; every one is named with row and column.
    """
    rows = _rows(path)
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    missing = [name for name in _REQUIRED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing or unknown or len(set(header)) != len(header):
        raise InputError(
            f"{path.name}: 見出しは「{','.join(COLUMNS)}」としてください(現在: 「{','.join(header)}」)。",
            f"{path.name}: the header must be '{','.join(COLUMNS)}' (it is '{','.join(header)}').",
        )
    column = {name: header.index(name) for name in header}
    minutes: dict[str, dict[str, int]] = {}
    jpy: dict[str, dict[str, int]] = {}
    kg_co2: dict[str, dict[str, float]] = {}
    problems: list[Located] = []

    def wrong(row: int, name: str, value: str, ja: str, en: str) -> None:
        problems.append(Located(sheet=path.name, row=row, column=name, value=value, expected_ja=ja, expected_en=en))

    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            wrong(number, "", ",".join(row), f"列は{len(header)}個まで", f"at most {len(header)} cells")
            continue
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in column.items()}
        before = len(problems)
        origin, destination = cells["from"], cells["to"]
        for name, site in (("from", origin), ("to", destination)):
            if not site:
                wrong(number, name, "", "拠点ID", "a site id")
        values: dict[str, int] = {}
        for name in ("minutes", "jpy"):
            text = cells[name].replace(",", "")
            if text.isascii() and text.isdigit() and len(text) <= 12:
                values[name] = int(text)
            else:
                wrong(number, name, cells[name], "0以上の整数", "a whole number, 0 or more")
        kg = _kilograms(cells.get("kg_co2", ""))
        if kg is None:
            wrong(number, "kg_co2", cells["kg_co2"], "0以上の数", "a number, 0 or more")
        if destination and destination in minutes.get(origin, {}):
            pair = f"{origin} → {destination}"
            wrong(number, "to", pair, "同じ組は1行だけ", "each pair once")
        if len(problems) > before or kg is None:
            continue
        minutes.setdefault(origin, {})[destination] = values["minutes"]
        jpy.setdefault(origin, {})[destination] = values["jpy"]
        kg_co2.setdefault(origin, {})[destination] = kg
    if problems:
        raise LocatedErrors(problems)
    return MatrixTransport(minutes=minutes, jpy=jpy, kg_co2=kg_co2)


def _kilograms(text: str) -> float | None:
    if not text:
        return 0.0
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= _LARGEST else None


def _rows(path: Path) -> list[list[str]]:
    text = read_text(path, max_bytes=MAX_BYTES)
    try:
        return list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise FileRefused(
            f"{path.name}: CSVとして読めません({error})。保存し直してください。",
            f"{path.name} is not readable as CSV ({error}); save it again.",
        ) from error
