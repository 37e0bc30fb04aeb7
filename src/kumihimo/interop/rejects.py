"""The rows that could not be imported, in a workbook where they can be mended and read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kumihimo.errors import Located
from kumihimo.interop.raw import FINDINGS_SHEET, REASON_HEADER, RawNetwork, RawTable
from kumihimo.interop.workbook_write import BookWriter


def write_rejects(path: Path, problems: Sequence[Located], source: RawNetwork) -> int:
    """Write the rows that problems point at.

    The sheets keep the headers and cells of the source; bad cells are red, and the last column 理由 says what was
    expected there. A sheet 指摘一覧 lists all problems, those of headers and whole sheets included. Once mended, the
    book is read like any other: 理由 and 指摘一覧 are passed over.

    Parameters
    ----------
    path
        The workbook, replaced when it exists.
    problems
        From a reader with ``keep_going=True``.
    source
        The raw tables that they point into (`read_raw`).

    Returns
    -------
    int
        How many rows were written.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    writer = BookWriter(
        source.name,
        synthetic=source.synthetic,
        notes=[
            "取り込めなかった行です。赤いセルを直して、もう一度取り込んでください（理由の列はそのままで構いません）。"
        ],
    )
    written = 0
    for table in source.tables.values():
        rows = list(_rejected(table, problems))
        if rows:
            headers = [header for header in table.headers if header != REASON_HEADER]
            writer.add_rejects(table.spec, [*headers, REASON_HEADER], rows)
            written += len(rows)
    writer.add_lines(
        FINDINGS_SHEET,
        ("シート", "行", "列", "値", "正しい書き方"),
        ((item.sheet, item.row or None, item.column, item.value, item.expected_ja) for item in problems),
    )
    writer.save(path)
    return written


def _rejected(table: RawTable, problems: Sequence[Located]) -> Iterator[tuple[Sequence[Any], str, frozenset[int]]]:
    found: dict[int, list[Located]] = {}
    for problem in problems:
        if problem.sheet == table.sheet and problem.row > table.header_row:
            found.setdefault(problem.row, []).append(problem)
    kept = [place for place, header in enumerate(table.headers) if header != REASON_HEADER]
    for row in table.rows:
        if row.number in found:
            columns = {problem.column for problem in found[row.number]}
            bad = frozenset(new for new, place in enumerate(kept) if table.headers[place] in columns)
            reason = "\n".join(f"{problem.column}: {problem.expected_ja}" for problem in found[row.number])
            yield [row.cells[place] for place in kept], reason, bad
