"""A network as one JSON document, format ``kumihimo-network/1``; the schema is published beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kumihimo import intake
from kumihimo.errors import FileRefused, InputError, Located, system_reason_ja
from kumihimo.interop.assemble import ReadResult, assemble
from kumihimo.interop.cell import to_json
from kumihimo.interop.raw import RawNetwork, RawRow, RawTable
from kumihimo.interop.table_spec import Column, TableSpec, table_specs
from kumihimo.interop.visible import visible_network
from kumihimo.model import Network, Visibility

FORMAT = "kumihimo-network/1"
_TOP = ("format", "name", "synthetic", "note")


def network_to_json(network: Network, *, viewer: Visibility = Visibility.OWN) -> dict[str, Any]:
    """Return the document of a network with what `viewer` may see; empty values are left out."""
    network = visible_network(network, viewer)
    document: dict[str, Any] = {"format": FORMAT, "name": network.name, "synthetic": network.synthetic}
    for name, spec in table_specs().items():
        columns = spec.visible(viewer)
        if columns:
            document[name] = [_row_to_json(columns, row) for row in getattr(network, name)]
    return document


def _row_to_json(columns: tuple[Column, ...], row: Any) -> dict[str, Any]:
    values = ((column, getattr(row, column.name)) for column in columns)
    return {
        # A whole number in a column of numbers is written as one: the same network always gives the same bytes.
        column.name: float(value) if column.kind == "number" and value is not None else to_json(value)
        for column, value in values
        if column.required or column.default or value not in (None, "", ())
    }


def write_json(network: Network, path: Path, *, viewer: Visibility = Visibility.OWN) -> None:
    """Write the document of a network; `read_json` reads the same network back (for `viewer` OWN).

    Raises
    ------
    InputError
        The file cannot be written.
    """
    document = network_to_json(network, viewer=viewer)
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            json.dump(document, file, ensure_ascii=False, indent=1)
            file.write("\n")
    except OSError as error:
        raise InputError(
            f"{path}: 書き込めません（{system_reason_ja(error)}）。場所と権限を確かめてください。",
            f"{path} cannot be written ({error.strerror}); check place and permission.",
        ) from None


def read_json(path: Path, *, keep_going: bool = False, base: Network | None = None) -> ReadResult:
    """Read a network from its JSON document.

    Raises
    ------
    FileRefused
        The file is missing, empty, too large, no JSON, or of another format.
    LocatedErrors
        All problems, when there are any and `keep_going` is false; rows are counted from 1.
    """
    return assemble(read_raw_json(path), keep_going=keep_going, base=base)


def read_raw_json(path: Path) -> RawNetwork:
    """Read the tables of a JSON document as they stand; raises `FileRefused`."""
    text = intake.decode_text(intake.read_bytes(path), path.name)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f"{error.lineno}行目" if isinstance(error, json.JSONDecodeError) else "入れ子が深すぎます"
        raise FileRefused(
            f"{path.name}: JSON として読めません（{where}）。書き出し直してください。",
            f"{path.name} is not readable as JSON ({error}); export it again.",
        ) from None
    return raw_from_json(document, path.name)


def raw_from_json(document: Any, name: str) -> RawNetwork:
    """Take a document apart into raw tables; raises `FileRefused` when it is of another format."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format") if isinstance(document, dict) else type(document).__name__
        raise FileRefused(
            f"{name}: ネットワークのJSONではありません（format が {FORMAT} ではなく {found}）。",
            f"{name} is no JSON of a network: format is {found!r}, expected {FORMAT!r}.",
        )
    raw = RawNetwork(name=str(document.get("name") or ""), synthetic=document.get("synthetic") is True)
    specs = table_specs()
    for key in document:
        if key not in specs and key not in _TOP:
            raw.problems.append(_problem(key, 0, key, "table of a network", f"表の名前（{'、'.join(specs)}）"))
    for table, spec in specs.items():
        if table in document:
            raw.tables[table] = _raw_table(spec, document[table], raw)
    return raw


def _raw_table(spec: TableSpec, rows: Any, raw: RawNetwork) -> RawTable:
    good: list[tuple[int, dict[str, Any]]] = []
    if not isinstance(rows, list):
        raw.problems.append(_problem(spec.name, 0, type(rows).__name__, "a list of objects", "行のリスト"))
        rows = []
    for number, row in enumerate(rows, 1):
        if isinstance(row, dict):
            good.append((number, row))
        else:
            raw.problems.append(_problem(spec.name, number, str(row)[:80], "an object", "{…} の形の行"))
    headers = tuple(
        dict.fromkeys([*(column.name for column in spec.columns), *(key for _, row in good for key in row)])
    )
    return RawTable(
        spec=spec,
        sheet=spec.name,
        header_row=0,
        headers=headers,
        rows=tuple(RawRow(number, tuple(row.get(header) for header in headers)) for number, row in good),
    )


def _problem(sheet: str, row: int, value: str, en: str, ja: str) -> Located:
    return Located(sheet=sheet, row=row, column="", value=value, expected_ja=ja, expected_en=en)
