"""From raw tables to a network: every value read, ids unique, references found, or a problem at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kumihimo.errors import Located, LocatedErrors
from kumihimo.interop.cell import clean_text, is_blank, read_cell
from kumihimo.interop.japanese_number import unit_known
from kumihimo.interop.problem import BadValue
from kumihimo.interop.raw import EXAMPLE_MARK, RawNetwork, RawTable, column_of, is_note_header, near_header
from kumihimo.interop.table_spec import ORDERED_PAIRS, Column, fold_label, table_specs
from kumihimo.model import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What was read.

    Attributes
    ----------
    network
        The good rows.
    problems
        Everything that was wrong, in the order of the file; empty when all rows came in.
    ids
        Table -> ids of the good rows of the file; the other rows of the network are those of the base.
    columns
        Table -> attributes that the file has a column for.
    """

    network: Network
    problems: tuple[Located, ...]
    ids: Mapping[str, frozenset[str]]
    columns: Mapping[str, frozenset[str]]


@dataclass(slots=True, kw_only=True)
class _Row:
    """A row on its way: its place, its id as far as it could be read, and its value as long as it is good."""

    number: int
    identifier: str
    value: Any
    cells: tuple[Any, ...]


@dataclass(slots=True, kw_only=True)
class _Table:
    raw: RawTable
    places: dict[str, int]
    rows: list[_Row]


def assemble(
    raw: RawNetwork, *, keep_going: bool = False, base: Network | None = None, replace: bool = False
) -> ReadResult:
    """Read all values of raw tables.

    Parameters
    ----------
    raw
        Tables as found in a file.
    keep_going
        Return the good rows together with the problems. A good row that refers to a bad one is left out, too, and a
        problem says so.
    base
        A network that is added to: its ids may be referred to, and may not be used again.
    replace
        Ids of the base may be used again: the row of the file takes the place of that of the base.

    Raises
    ------
    LocatedErrors
        There are problems and `keep_going` is false; it holds all of them.
    """
    problems = list(raw.problems)
    tables = {name: _read_table(table, raw.epoch, problems) for name, table in raw.tables.items()}
    old = {name: {row.id for row in getattr(base, name)} if base else set() for name in table_specs()}
    for name, table in tables.items():
        _refuse_repeated_ids(table, set() if replace else old[name], problems)
    _check_references(tables, old, problems)
    if keep_going:
        while _drop_orphans(tables, old, problems):
            pass
    order = {table.raw.sheet: place for place, table in enumerate(tables.values())}
    problems.sort(key=lambda item: (order.get(item.sheet, -1), item.row))
    if problems and not keep_going:
        raise LocatedErrors(problems)
    good = {name: {row.identifier: row.value for row in t.rows if row.value is not None} for name, t in tables.items()}
    rows: dict[str, Any] = {name: tuple(getattr(base, name)) if base else () for name in table_specs()}
    for name, found in good.items():
        rows[name] = (*(row for row in rows[name] if row.id not in found), *found.values())
    name = (base.name if base else "") or raw.name
    # A network is synthetic only when every row of it is.
    synthetic = raw.synthetic and (base is None or base.synthetic)
    return ReadResult(
        network=Network(name=name, synthetic=synthetic, **rows),
        problems=tuple(problems),
        ids={name: frozenset(found) for name, found in good.items()},
        columns={name: frozenset(table.places) for name, table in tables.items()},
    )


def _read_table(raw: RawTable, epoch: date, problems: list[Located]) -> _Table:
    columns = list(_match_headers(raw, problems))
    places = {column.name: place for place, column, _ in columns}
    missing = [column for column in raw.spec.columns if column.required and column.name not in places]
    for column in missing:
        problems.append(
            Located(
                sheet=raw.sheet,
                row=raw.header_row,
                column=column.header,
                value="",
                expected_ja=f"見出し「{column.header}」の列（必須）",
                expected_en=f"a column headed {column.header!r} ({column.name}); it is required",
            )
        )
    table = _Table(raw=raw, places=places, rows=[])
    for row in raw.rows:
        before = len(problems)
        values: dict[str, Any] = {}
        for place, column, written_in in columns:
            cell = row.cells[place]
            if cell is None and not column.required:
                continue
            try:
                values[column.name] = read_cell(column, cell, written_in=written_in, epoch=epoch)
            except BadValue as error:
                problems.append(_located(raw, row.number, raw.headers[place], cell, error.ja, error.en))
        problems.extend(_contradictions(raw, row.number, values))
        good = len(problems) == before and not missing
        identifier = values.get("id", "")
        value = raw.spec.noun(**values) if good else None
        table.rows.append(_Row(number=row.number, identifier=identifier, value=value, cells=row.cells))
    return table


def _match_headers(raw: RawTable, problems: list[Located]) -> Iterator[tuple[int, Column, str]]:
    """Yield (place, column, unit of the header where it differs) of each header; the others become problems."""
    seen: dict[str, str] = {}
    for place, header in enumerate(raw.headers):
        if not header:
            if any(not is_blank(row.cells[place]) for row in raw.rows):
                problems.append(
                    _located(
                        raw,
                        raw.header_row,
                        f"{place + 1}列目",
                        "",
                        "見出し（値のある列に見出しがありません）",
                        "a header",
                    )
                )
            continue
        found = column_of(raw.spec, header)
        if found is None:
            if not is_note_header(header):
                near = near_header(raw.spec, header)
                problems.append(
                    _located(
                        raw,
                        raw.header_row,
                        header,
                        header,
                        "この表にある見出し（取り込まない列は「*」で始める）"
                        + (f"。もしかして: {near}" if near else ""),
                        "a header of this table (begin the header of a column to be ignored with *)"
                        + (f"; did you mean {near}?" if near else ""),
                    )
                )
            continue
        name, unit = found
        column = raw.spec.column(name)
        if name in seen:
            problems.append(
                _located(
                    raw,
                    raw.header_row,
                    header,
                    header,
                    f"同じ項目の列はひとつ（「{seen[name]}」と重複）",
                    f"one column for this (also headed {seen[name]!r})",
                )
            )
            continue
        seen[name] = header
        differs = bool(unit) and fold_label(unit) != fold_label(column.unit)
        if differs and column.kind in ("number", "integer") and not unit_known(unit, column.unit):
            problems.append(
                _located(
                    raw,
                    raw.header_row,
                    header,
                    unit,
                    f"単位 {column.unit or 'なし'} の見出し",
                    f"unit {column.unit or 'none'}",
                )
            )
            continue
        yield place, column, unit if differs and column.kind in ("number", "integer") else ""


def _contradictions(raw: RawTable, number: int, values: dict[str, Any]) -> Iterator[Located]:
    for low, high in ORDERED_PAIRS.get(raw.spec.name, ()):
        first, last = values.get(low), values.get(high)
        if first is not None and last is not None and first > last:
            low_ja, high_ja = raw.spec.column(low).ja, raw.spec.column(high).header
            yield _located(
                raw,
                number,
                high_ja,
                last,
                f"「{low_ja}」（{first}）以上の値",
                f"a value not below {low} ({first})",
            )
    own, invoice = values.get("corporate_number"), values.get("invoice_number")
    if own and invoice and invoice != f"T{own}":
        header = raw.spec.column("invoice_number").header
        yield _located(raw, number, header, invoice, f"T と法人番号（T{own}）", f"T and the corporate number (T{own})")


def _refuse_repeated_ids(table: _Table, old: set[str], problems: list[Located]) -> None:
    first: dict[str, int] = {}
    for row in table.rows:
        if not row.identifier:
            continue
        if row.identifier in first or row.identifier in old:
            ja, en = (
                (f"{first[row.identifier]}行目と同じ", f"row {first[row.identifier]} has the same")
                if row.identifier in first
                else ("取り込み先に同じIDがある", "the network that is added to has the same")
            )
            header = _header(table, "id")
            problems.append(
                _located(
                    table.raw, row.number, header, row.identifier, f"重複しないID（{ja}）", f"an id of its own ({en})"
                )
            )
            row.value = None
        else:
            first[row.identifier] = row.number


def _check_references(tables: dict[str, _Table], old: dict[str, set[str]], problems: list[Located]) -> None:
    """Report references to ids that stand nowhere in the file; an id in a bad row counts as standing there."""
    known = {name: set(ids) for name, ids in old.items()}
    for name, table in tables.items():
        known[name] |= {row.identifier for row in table.rows if row.identifier}
    for table in tables.values():
        columns = [column for column in table.raw.spec.columns if column.refers_to and column.name in table.places]
        for row in table.rows:
            if row.value is None:
                continue
            for column, target in _references(row.value, columns):
                if target not in known[column.refers_to]:
                    problems.append(_missing(table, row, column, target, known[column.refers_to], tables))
                    row.value = None
                    break


def _drop_orphans(tables: dict[str, _Table], old: dict[str, set[str]], problems: list[Located]) -> int:
    """Drop rows that refer to rows that were dropped; return how many."""
    kept = {name: set(ids) for name, ids in old.items()}
    for name, table in tables.items():
        kept[name] |= {row.identifier for row in table.rows if row.value is not None}
    dropped = 0
    for table in tables.values():
        columns = [column for column in table.raw.spec.columns if column.refers_to and column.name in table.places]
        for row in table.rows:
            if row.value is None:
                continue
            for column, target in _references(row.value, columns):
                if target not in kept[column.refers_to]:
                    sheet = table_specs()[column.refers_to].sheet
                    problems.append(
                        _located(
                            table.raw,
                            row.number,
                            _header(table, column.name),
                            target,
                            f"取り込めたID（「{sheet}」の {target} に誤りがあるため、この行も見送りました）",
                            f"an id that was imported ({column.refers_to} {target} has a problem; this row waits too)",
                        )
                    )
                    row.value = None
                    dropped += 1
                    break
    return dropped


def _references(value: Any, columns: list[Column]) -> Iterator[tuple[Column, str]]:
    for column in columns:
        held = getattr(value, column.name)
        for target in held if isinstance(held, tuple) else (held,):
            if target:
                yield column, target


def _missing(
    table: _Table, row: _Row, column: Column, target: str, known: set[str], tables: dict[str, _Table]
) -> Located:
    sheet = table_specs()[column.refers_to].sheet
    why_ja, why_en = _why_missing(target, column.refers_to, known, tables)
    return _located(
        table.raw,
        row.number,
        _header(table, column.name),
        target,
        f"シート「{sheet}」にあるID" + why_ja,
        f"an id of the table {column.refers_to}" + why_en,
    )


def _why_missing(target: str, name: str, known: set[str], tables: dict[str, _Table]) -> tuple[str, str]:
    """Say why an id is not known, above all where only another mistake hides it and nothing is wrong here."""
    from rapidfuzz import fuzz, process

    sheet = table_specs()[name].sheet
    referred = tables.get(name)
    if referred is None:
        return (
            f"（シート「{sheet}」がこのファイルにないか、読めていません。追加の取り込みなら --into を使ってください）",
            f" (the file has no readable table {name}; use --into when you add to a network)",
        )
    if target.startswith(EXAMPLE_MARK):
        return "（「記入例」の行は取り込まないので、指せません）", " (an example row is not imported)"
    if "id" not in referred.places:
        return (
            f"（「{sheet}」のIDの列が読めていないだけかもしれません。先にそちらを直してください）",
            f" (the column of ids of {name} could not be read: mend that first)",
        )
    hit = process.extractOne(target, sorted(known), scorer=fuzz.ratio, score_cutoff=70)
    if hit:
        return f"。もしかして: {hit[0]}", f"; did you mean {hit[0]}?"
    blind = [held.number for held in referred.rows if not held.identifier]
    if blind:
        rows = "・".join(str(number) for number in blind[:5]) + (" など" if len(blind) > 5 else "")
        return (
            f"（「{sheet}」{rows}行目のIDに誤りがあるためかもしれません。先にそちらを直してください）",
            f" (the id in row {', '.join(map(str, blind[:5]))} of {name} is bad: mend that first)",
        )
    return "", ""


def _header(table: _Table, name: str) -> str:
    return table.raw.headers[table.places[name]]


def _located(raw: RawTable, row: int, column: str, value: object, ja: str, en: str) -> Located:
    text = "" if value is None else clean_text(value)
    return Located(sheet=raw.sheet, row=row, column=column, value=text[:200], expected_ja=ja, expected_en=en)
