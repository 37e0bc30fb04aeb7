"""Reading a filled request-for-quotation form 見積依頼書 (Excel or CSV).

The labels are found wherever they stand: left of their value, above it, or as the header of a parts table. Each cell is
then put into words (``材質: A5052``) and read by the same rules as a mail, so that a form and a mail that say the same
are understood the same. What differs is only that every value also names its cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from kumihimo import intake
from kumihimo.errors import FileRefused, Located, LocatedErrors
from kumihimo.inquiry import form_labels
from kumihimo.inquiry.form_cells import Grid, from_csv, from_workbook, place
from kumihimo.inquiry.form_labels import Label
from kumihimo.inquiry.reader import read_text
from kumihimo.inquiry.unite import unite
from kumihimo.model.inquiry import Inquiry, Part, Question, ReadValue

MAX_FORM_BYTES = 16 * 1024 * 1024
"""Largest form; a form with a logo stays far below."""

MAX_PARTS = 200
"""Most part rows of one form."""

_SKIPPED_SHEETS = re.compile(r"記入要領|記入例|使い方|選択肢|リスト|マスタ|説明|readme|help|list", re.IGNORECASE)
_NETWORK_SHEETS = frozenset({"企業", "拠点", "設備", "能力", "余力", "実績", "品質体制"})
_NETWORK_IDS = frozenset({"企業ID", "拠点ID", "能力ID"})
"""Sheets and headers of the workbook of a network, which nobody puts into a form."""
_HEADER_ROWS = 20
_FOOTER = re.compile(r"^(以上|以下余白|合計|小計|総計|計|消費税|total|end)$", re.IGNORECASE)
_SENTENCE = re.compile(r"[。、，：:！!？?]|^[※*・注]|(です|ます|ください|下さい|願います|のこと)$")
_EXAMPLE = re.compile(r"^[\s(（【]*(記入)?例")
_EXCEL_ERROR = re.compile(r"^#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)$")
_PLAIN_NUMBER = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$|^[+-]?\d+(\.\d+)?$")
_WHOLE_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_ERA_SHORT = re.compile(r"^[RrＲ令]\s*(\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_LINE_BREAK = re.compile(r"[ \t]*\n[ \t\n]*")
_SERIAL_DAY_ZERO = date(1899, 12, 30)
_NO = frozenset({"無", "無し", "なし", "ナシ", "いいえ", "no", "n", "×", "貴社手配", "御社手配"})
_YES = frozenset({"有", "有り", "あり", "アリ", "はい", "yes", "y", "○", "〇", "◯", "支給", "支給あり", "要"})
_EMPTY = frozenset({"", "-", "ー", "―", "－", "—", "なし", "無し", "特になし", "特に無し", "/", "n/a", "未定"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A filled item: the label, the displayed value, and where it stands."""

    label: Label
    value: str
    place: str


def read_form(path: Path, *, today: date, max_bytes: int = MAX_FORM_BYTES) -> Inquiry:
    """Read a filled Excel or CSV form.

    Parameters
    ----------
    path
        Workbook (.xlsx, .xlsm) or CSV (UTF-8 with or without BOM, Shift_JIS); the content decides, not the name.
    today
        Day that relative dates are counted from.

    Returns
    -------
    Inquiry
        `text` is the form put into words, one item a line; `ReadValue.source` is ``"form"``, `ReadValue.place` the
        cell. One `Part` per filled row of the parts table.

    Raises
    ------
    FileRefused
        When it cannot be opened, holds no label that is known, or nothing is filled in.
    LocatedErrors
        When cells hold what cannot be: an Excel error, a date that does not exist, a quantity below one.
    """
    head = intake.read_bytes(path, max_bytes=max_bytes)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        grids = from_workbook(path, max_bytes=max_bytes)
    else:
        grids = (from_csv(intake.decode_text(head, path.name), path.name),)
    return read_grids(grids, today=today, id=path.stem, file=path.name)


def read_grids(grids: Sequence[Grid], *, today: date, id: str, file: str) -> Inquiry:
    """Read the sheets of one form; see `read_form`."""
    if _holds_network(grids):
        raise is_network(file)
    shared: list[Entry] = []
    rows: list[list[Entry]] = []
    problems: list[Located] = []
    known = 0
    for grid in grids:
        if len(grids) > 1 and _SKIPPED_SHEETS.search(grid.sheet):
            continue
        labels = _labels(grid)
        if len({label.key for label in labels.values()}) < 2:
            continue
        known += len(labels)
        _collect(grid, labels, shared, rows, problems)
    if not known:
        raise FileRefused(
            f"{file}: 見積依頼書の項目（材質・数量・加工内容などの見出し）がありません。見出しのある表にするか、"
            "文章で書いてください。ひな形: examples/forms/rfq-form.xlsx",
            f"{file}: no items of a quotation form (材質, 数量, 加工内容, …) found; use examples/forms/rfq-form.xlsx.",
        )
    if problems:
        raise LocatedErrors(problems)
    if not rows and not any(not entry.label.sender for entry in shared):
        raise FileRefused(
            f"{file}: 見積依頼書に何も記入されていません。材質・加工内容・数量を記入してください。",
            f"{file}: the form is blank; fill in at least 材質, 加工内容 and 数量.",
        )
    if len(rows) > MAX_PARTS:
        raise FileRefused(
            f"{file}: 部品の行が多すぎます（{len(rows)}行、上限{MAX_PARTS}行）。分けてください。",
            f"{file}: too many part rows ({len(rows)}, limit {MAX_PARTS}); split the form.",
        )
    return _compose(shared, rows, today=today, id=id, file=file)


def is_network(file: str) -> FileRefused:
    """Return the refusal of a file that holds a network of firms and no inquiry."""
    return FileRefused(
        f"{file}: これは企業の台帳で、引合ではありません。"
        "画面の「Excelの取り込み」か、kumihimo know import で読んでください。",
        f"{file} is the workbook of a network, not an inquiry; import it as such, on its page or with `know import`.",
    )


def _holds_network(grids: Sequence[Grid]) -> bool:
    sheets = {grid.sheet.strip() for grid in grids}
    if len(sheets & _NETWORK_SHEETS) >= 2:
        return True
    return any(
        row <= _HEADER_ROWS and text.strip() in _NETWORK_IDS for grid in grids for (row, _), text in grid.cells.items()
    )


# --- where labels and values stand ------------------------------------------------------------------------------------


def _labels(grid: Grid) -> dict[tuple[int, int], Label]:
    found = {}
    for at, text in grid.cells.items():
        if (label := form_labels.find(text)) is not None:
            found[at] = label
    return found


def _collect(
    grid: Grid,
    labels: dict[tuple[int, int], Label],
    shared: list[Entry],
    rows: list[list[Entry]],
    problems: list[Located],
) -> None:
    used: set[tuple[int, int]] = set()
    table_rows = _header_rows(grid, labels)
    for header in table_rows:
        columns = {column: label for (row, column), label in labels.items() if row == header}
        used.update((header, column) for column in columns)
        last_part = grid.bottom_edge(header, min(columns))
        for number in _data_rows(grid, labels, header, columns):
            entries = []
            for column, label in sorted(columns.items()):
                value = grid.cells.get((number, column), "")
                used.add((number, column))
                if entry := _entry(grid, label, value, number, column, problems):
                    entries.append(entry)
            if _is_part(entries, follows=number == last_part + 1):
                rows.append(entries)
                last_part = number
    for (row, column), label in sorted(labels.items()):
        if (row, column) in used:
            continue
        at = _value_cell(grid, labels, row, column, used)
        if at is None:
            continue
        used.add(at)
        if entry := _entry(grid, label, grid.cells[at], *at, problems):
            shared.append(entry)
    for (row, column), text in sorted(grid.cells.items()):
        # "材質：A5052" in one cell
        if (row, column) in used or (row, column) in labels:
            continue
        word, colon, value = text.replace("：", ":").partition(":")
        if (
            colon
            and (label_here := form_labels.find(word))
            and value.strip()
            and (entry := _entry(grid, label_here, value.strip(), row, column, problems))
        ):
            shared.append(entry)


def _is_part(entries: Sequence[Entry], *, follows: bool) -> bool:
    """Whether a row of the table asks for a part, be it by its name alone, and is no note or footer beneath."""
    keys = {entry.label.key for entry in entries}
    if keys - {"part_name", "remarks", "drawing_no"} or {"part_name", "drawing_no"} <= keys:
        return True
    name = next((entry.value for entry in entries if entry.label.key == "part_name"), "")
    return bool(name) and follows and len(name) <= 20 and not _FOOTER.match(name) and not _SENTENCE.search(name)


def _header_rows(grid: Grid, labels: dict[tuple[int, int], Label]) -> list[int]:
    """Rows that head a table: three or more part labels, side by side, with something other than labels beneath."""
    heads = []
    for row in sorted({row for row, _ in labels}):
        columns = sorted(c for (r, c), label in labels.items() if r == row and label.per_part)
        if len(columns) < 3:
            continue
        between = [
            c
            for (r, c) in grid.cells
            if r == row and columns[0] < c < columns[-1] and (r, c) not in labels and not _is_number_head(grid, r, c)
        ]
        if len(between) * 2 < len(columns):
            heads.append(row)
    return heads


def _is_number_head(grid: Grid, row: int, column: int) -> bool:
    return form_labels.fold(grid.cells[row, column]) in ("no", "no.", "番号", "項番", "#", "単価", "金額", "見積金額")


def _data_rows(grid: Grid, labels: dict[tuple[int, int], Label], header: int, columns: dict[int, Label]) -> list[int]:
    rows = []
    blank = 0
    edge = max(grid.bottom_edge(header, column) for column in columns)
    for row in range(edge + 1, grid.last_row + 1):
        if any((row, column) in labels for column in range(1, grid.last_column + 1)):
            break
        filled = [column for column in columns if (row, column) in grid.cells]
        if not filled:
            blank += 1
            if blank > 20:
                break
            continue
        blank = 0
        first = next((grid.cells[row, c] for c in range(1, grid.last_column + 1) if (row, c) in grid.cells), "")
        if _EXAMPLE.match(first) or all(_is_unit(grid.cells[row, column]) for column in filled):
            continue
        rows.append(row)
    return rows


def _is_unit(text: str) -> bool:
    return form_labels.fold(text) in ("mm", "個", "μm", "um", "ra", "kg", "個/月", "個/年", "年月日", "有無", "有/無")


def _value_cell(
    grid: Grid, labels: dict[tuple[int, int], Label], row: int, column: int, used: set[tuple[int, int]]
) -> tuple[int, int] | None:
    """Return the value's cell: the next filled cell to the right, else the one beneath; None when both are labels."""
    for right in range(grid.right_edge(row, column) + 1, min(grid.last_column, column + 12) + 1):
        if (row, right) in labels:
            break
        if (row, right) in grid.cells and (row, right) not in used:
            return row, right
    below = (grid.bottom_edge(row, column) + 1, column)
    left = max((c for (r, c) in grid.cells if r == below[0] and c < column), default=0)
    if (
        below in grid.cells
        and below not in labels
        and below not in used
        and (below[0], left) not in labels
        and not re.match(r"^[^:：]{1,12}[:：]", grid.cells[below])
    ):
        return below
    return None


# --- what a cell says -------------------------------------------------------------------------------------------------


def _entry(grid: Grid, label: Label, value: str, row: int, column: int, problems: list[Located]) -> Entry | None:
    value = value.strip()
    folded = unicodedata.normalize("NFKC", value).strip().casefold()
    if label.key != "supplied" and folded in _EMPTY:
        return None
    expected = _impossible(label, folded, value)
    if expected is not None:
        problems.append(
            Located(
                sheet=grid.sheet,
                row=row,
                column=label.ja,
                value=value,
                expected_ja=expected[0],
                expected_en=expected[1],
            )
        )
        return None
    words = _words(label, folded, value)
    return Entry(label=label, value=words, place=place(grid, row, column)) if words else None


def _impossible(label: Label, folded: str, value: str) -> tuple[str, str] | None:
    """Return what was expected when the cell holds what cannot be; doubtful values are asked about, not refused."""
    if _EXCEL_ERROR.match(value):
        return "エラーのない値（数式を確かめてください）", "a value, not an Excel error; check the formula"
    if label.key == "due" and (match := _WHOLE_DATE.match(folded) or _ERA_SHORT.match(folded)):
        year, month, day = (int(group) for group in match.groups())
        try:
            date(year if year > 99 else year + 2018, month, day)
        except ValueError:
            return "実在する日付（例 2026/12/25）", "a date that exists (e.g. 2026/12/25)"
    if label.number and _PLAIN_NUMBER.match(folded):
        number = float(folded.replace(",", ""))
        if number <= 0:
            return "0 より大きい数", "a number above 0"
        if label.number == "count" and number != int(number):
            return "整数（例 50）", "a whole number (e.g. 50)"
    return None


def _words(label: Label, folded: str, value: str) -> str:
    """Put a displayed value into the words that a mail would use."""
    if label.key == "due":
        if _PLAIN_NUMBER.match(folded) and 40_000 <= float(folded) < 80_000:
            # a date cell whose format was lost shows Excel's day number
            day = _SERIAL_DAY_ZERO + timedelta(days=int(float(folded)))
            return f"{day.year}年{day.month}月{day.day}日"
        if match := _ERA_SHORT.match(folded):
            return "令和{}年{}月{}日".format(*match.groups())
        if match := _WHOLE_DATE.match(folded):
            return "{}年{}月{}日".format(*match.groups())
    if label.key == "supplied":
        if folded in _NO or folded in _EMPTY:
            return ""
        return "あり（材料支給）" if folded in _YES else value
    if label.number and _PLAIN_NUMBER.match(folded):
        number = folded.replace(",", "").removesuffix(".0")
        return f"{label.unit_before}{number}{label.unit_after}"
    if label.key == "size":
        return value.replace("*", "×")
    return value


# --- from entries to an inquiry ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    entry: Entry


def _lines(entries: Sequence[Entry]) -> list[_Line]:
    """One line an item, in the order of the form's items; a cell's line breaks stay inside its item."""
    order = {label.key: number for number, label in enumerate(form_labels.LABELS)}
    ranked = sorted(entries, key=lambda entry: order[entry.label.key])
    return [_Line(text=f"{e.label.ja}: {_LINE_BREAK.sub('、', e.value)}", entry=e) for e in ranked]


def _compose(
    shared: Sequence[Entry],
    rows: Sequence[Sequence[Entry]],
    *,
    today: date,
    id: str,
    file: str,
) -> Inquiry:
    sender = _lines([entry for entry in shared if entry.label.sender])
    common = _lines([entry for entry in shared if not entry.label.sender])
    parts = [_lines(row) for row in rows] or [[]]
    text = "".join(f"{line.text}\n" for line in common)
    common_spans = _spans(common, 0)
    several = len(parts) > 1
    fields: list[ReadValue] = []
    context: list[ReadValue] = []
    questions: list[Question] = []
    made: list[Part] = []

    def keep(values: Sequence[ReadValue], spans: Sequence[_Span], owner: str, into: list[ReadValue]) -> None:
        into.extend(new for value in values if (new := _moved(value, spans, owner)) not in into)

    for number, lines in enumerate(parts, start=1):
        identity = f"p{number}"
        owner = identity if several else ""
        name = _name(lines, number)
        own = _spans(lines, len(text))
        text += "".join(f"{line.text}\n" for line in lines)
        # A row's own due date goes before the one on the cover, which holds for the rows without.
        dated = any(line.entry.label.key == "due" for line in lines)
        spans = [span for span in common_spans if not (dated and span.line.entry.label.key == "due")]
        spans += [replace(span, own=True) for span in own]
        read = read_text("".join(f"{span.line.text}\n" for span in spans), today=today, id=id, file=file, style="form")
        keep(read.fields, spans, owner, fields)
        keep(read.context, spans, owner, context)
        asked = [*read.questions, *_unnamed_process(read, name if lines else "")]
        questions.extend(q for one in asked if (q := replace(one, part=owner)) not in questions)
        made.append(Part(id=identity, name=name, requirements=read.requirements))
    due = [span for span in common_spans if span.line.entry.label.key == "due"]
    if due and not any(value.field == "due_date" and not value.part for value in fields):
        # Every row has its own: the cover's is nobody's, but it was written and stays to be seen.
        cover = read_text("".join(f"{span.line.text}\n" for span in due), today=today, id=id, file=file, style="form")
        keep([value for value in cover.fields if value.field == "due_date"], due, "", fields)
    for line in sender:
        start = len(text)
        text += f"{line.text}\n"
        context.append(
            ReadValue(
                field=f"sender.{line.entry.label.key}",
                value=line.entry.value,
                text=line.text,
                start=start,
                end=start + len(line.text),
                source="form",
                place=line.entry.place,
            )
        )
    return Inquiry(
        id=id,
        file=file,
        style="form",
        text=text,
        today=today,
        requirements=unite([part.requirements for part in made]),
        fields=tuple(fields),
        questions=_asked_once(questions, len(made)),
        parts=tuple(made),
        context=tuple(context),
    )


def _asked_once(questions: Sequence[Question], parts: int) -> tuple[Question, ...]:
    """A question that every part raises in the same words is one question about the whole inquiry."""
    whole = [replace(question, part="") for question in questions]
    joined = [one if whole.count(one) == parts else question for question, one in zip(questions, whole, strict=True)]
    return tuple(dict.fromkeys(joined))


@dataclass(frozen=True, slots=True)
class _Span:
    """A line, where it stands in the text of the whole inquiry, and whether it belongs to one part alone."""

    line: _Line
    start: int
    own: bool = False


def _spans(lines: Sequence[_Line], start: int) -> list[_Span]:
    spans = []
    for line in lines:
        spans.append(_Span(line, start))
        start += len(line.text) + 1
    return spans


def _moved(value: ReadValue, spans: Sequence[_Span], owner: str) -> ReadValue:
    """Return a value that was read from these lines, one after the other, with its place in the whole inquiry."""
    at, start, found = 0, 0, spans[0]
    for span in spans:
        if at <= value.start:
            start, found = at, span
        at += len(span.line.text) + 1
    shift = found.start - start
    return replace(
        value,
        start=value.start + shift,
        end=value.end + shift,
        source="form",
        place=found.line.entry.place,
        part=owner if found.own else "",
    )


def _unnamed_process(read: Inquiry, name: str) -> tuple[Question, ...]:
    """Ask what is to be done with a part of the table when its row does not say."""
    if not name or read.requirements.processes or any(question.field == "processes" for question in read.questions):
        return ()
    return (
        Question(
            field="processes",
            why="missing",
            ja=f"{name}：加工内容・工程が未記入です。どの加工・処理が必要か教えてください（購入品・支給品ならその旨も）。",
            en=f"{name}: no process is given. Which processes does it need (or is it bought in or supplied)?",
        ),
    )


def _name(lines: Sequence[_Line], number: int) -> str:
    for key in ("part_name", "drawing_no"):
        for line in lines:
            if line.entry.label.key == key:
                return line.entry.value
    return f"部品{number}"
