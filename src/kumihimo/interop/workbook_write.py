"""Writing the workbook of a network (.xlsx): one sheet a table, headers with units, drop-downs, an explanation.

Headers, comments, drop-downs and styles are made by openpyxl, the rows of data by `workbook_xml`. Text that a
spreadsheet would take for a formula is written as text.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumihimo.errors import InputError, system_reason_ja
from kumihimo.interop.cell import YEARS, clean_text, show_cell
from kumihimo.interop.code_lists import code_list
from kumihimo.interop.raw import CHOICES_SHEET, GUIDE_SHEET, NAME_LABEL, SYNTHETIC_LABEL
from kumihimo.interop.table_spec import Column, TableSpec, table_specs
from kumihimo.interop.visible import visible_network
from kumihimo.interop.workbook_xml import FORMULA_STARTS, finish_book, render_rows
from kumihimo.model import Network, Visibility

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as ExcelCell

MAX_TEXT = 32_767
"""Characters that a cell of a workbook can hold."""

SYNTHETIC_NOTE = "合成データ：この中の企業・数値はすべて架空です。実在の企業とは関係ありません。"

_GUIDE = (
    "使い方",
    "・シートごとに1つの表です。1行目の見出しは変えないでください（列の順番は自由、要らない列は消して構いません）。",
    "・空欄は「不明」です。「できない」や「制限なし」の意味にはなりません。",
    "・ただし、見出しの説明に「空欄なら…とします」とある列（出荷曜日・対応言語など）は、空欄ならその値になります。",
    "・黄色の見出しは必ず記入してください。見出しにマウスを重ねると説明が出ます。",
    "・▼の出る欄は選択肢から選ぶか、よく使う呼び名で記入できます（例: 工程「五軸加工」）。複数は「、」で区切ります。",
    "・日付は 2026-11-22、令和8年11月22日、R8.11.22 のどれでも構いません。単位は付けても付けなくても読みます。",
    "・1列目が「記入例」で始まる行と、「※」だけの行は取り込みません。",
    "・企業ID・拠点IDなどは、この中で重ならない番号なら何でも構いません（例: F001、F001-1）。",
    "取り込み",
    "・誤りが1件でもあれば何も取り込まず、シート・行・列・正しい書き方を全部お知らせします。",
    "・--keep-going を付けると正しい行だけを取り込み、残りを直すためのブックを書き出します。",
    "出典と権利",
    "・様式: 組紐 Kumihimo（Apache-2.0）。記入された内容の権利は記入者に属します。",
    "・市区町村: code4fukui/localgovjp（CC0）。工程・材質・設備・資格の一覧: Kumihimo の用語表。",
)
_HEADINGS = {"使い方", "取り込み", "出典と権利"}
_FORMATS = {"date": "yyyy-mm-dd", "text": "@", "id": "@", "texts": "@", "ids": "@", "week": "@"}
_WIDE = {"name": 24, "address": 28, "note": 28, "finding": 28, "scope": 24, "wants": 24, "reply": 24}


def write_workbook(network: Network, path: Path, *, viewer: Visibility = Visibility.OWN) -> None:
    """Write a network to a workbook; `read_workbook` reads the same network back (for `viewer` OWN).

    Parameters
    ----------
    network
        What is written.
    path
        The file, replaced when it exists.
    viewer
        Only columns that this level may see are written; a table whose id or required columns are hidden is left out.

    Raises
    ------
    InputError
        A text is longer than a cell can hold, or the file cannot be written.
    """
    network = visible_network(network, viewer)
    notes = [SYNTHETIC_NOTE] if network.synthetic else []
    if viewer is not Visibility.OWN:
        notes.append(f"公開範囲「{viewer.value}」で書き出したため、見えない列は含みません。")
    writer = BookWriter(network.name, synthetic=network.synthetic, notes=notes)
    for name, spec in table_specs().items():
        columns = spec.visible(viewer)
        if columns:
            rows = (
                [show_cell(column, getattr(row, column.name)) for column in columns] for row in getattr(network, name)
            )
            writer.add_table(spec, columns, rows, row_count=len(getattr(network, name)))
    writer.save(path)


class BookWriter:
    """A workbook under construction: the explanation, then tables one by one, then the hidden choices.

    Parameters
    ----------
    name, synthetic
        Of the network; `read_workbook` takes them from the first sheet.
    notes
        Lines shown in red above the explanation.
    """

    def __init__(self, name: str, *, synthetic: bool, notes: Sequence[str] = ()) -> None:
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, Font, PatternFill

        self._book: Workbook = Workbook(write_only=True)
        self._choices: dict[str, tuple[str, list[str]]] = {}
        self._rows: dict[int, bytes] = {}
        self._bold = Font(bold=True)
        self._title = Font(bold=True, size=16)
        self._red_text = Font(bold=True, color="C00000")
        self._grey_text = Font(italic=True, color="7F7F7F")
        self._required = PatternFill("solid", start_color="FFE699")
        self._optional = PatternFill("solid", start_color="DDEBF7")
        self._bad = PatternFill("solid", start_color="FF9999")
        self._wrapped = Alignment(wrap_text=True, vertical="top")
        self._write_guide(name, synthetic, notes)

    def add_table(
        self,
        spec: TableSpec,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Any]],
        *,
        row_count: int,
        example: Sequence[Any] | None = None,
    ) -> None:
        """Add the sheet of a table: header, `example` in grey when there is one, rows of cell values."""
        from openpyxl.utils import get_column_letter

        sheet = self._book.create_sheet(spec.sheet)
        sheet.freeze_panes = "B2"
        for index, column in enumerate(columns, 1):
            dimension = sheet.column_dimensions[get_column_letter(index)]
            dimension.width = _WIDE.get(column.name, max(10, min(22, 2 * len(column.header) + 3)))
            if column.kind in _FORMATS:
                dimension.number_format = _FORMATS[column.kind]
        sheet.append([self._header(sheet, column) for column in columns])
        if example is not None:
            sheet.append([self._styled(sheet, value, font=self._grey_text) for value in example])
        self._rows[len(self._book.worksheets)] = render_rows(
            ([self._plain(value) for value in row] for row in rows),
            [get_column_letter(index) for index in range(1, len(columns) + 1)],
            first=2 if example is None else 3,
            date_style=self._date_style(sheet),
            text_style=self._text_style(sheet),
        )
        self._add_drop_downs(sheet, columns, last_row=max(1000, row_count + 200))

    def add_rejects(
        self, spec: TableSpec, headers: Sequence[str], rows: Iterable[tuple[Sequence[Any], str, frozenset[int]]]
    ) -> None:
        """Add a sheet of rows to be mended: (cells, reason, places of the bad cells, which turn red)."""
        from openpyxl.utils import get_column_letter

        sheet = self._book.create_sheet(spec.sheet)
        sheet.freeze_panes = "B2"
        sheet.column_dimensions[get_column_letter(len(headers))].width = 60
        sheet.append([self._styled(sheet, header, font=self._bold, fill=self._optional) for header in headers])
        for cells, reason, bad in rows:
            line = [
                self._styled(sheet, value, fill=self._bad) if place in bad else self._safe(sheet, value)
                for place, value in enumerate(cells)
            ]
            sheet.append([*line, self._styled(sheet, reason, font=self._red_text)])

    def add_lines(self, title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add a plain sheet that is not read back."""
        from openpyxl.utils import get_column_letter

        sheet = self._book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for index, _ in enumerate(header, 1):
            sheet.column_dimensions[get_column_letter(index)].width = 60 if index == len(header) else 18
        sheet.append([self._styled(sheet, cell, font=self._bold, fill=self._optional) for cell in header])
        for row in rows:
            sheet.append([self._safe(sheet, value) for value in row])

    def save(self, path: Path) -> None:
        """Write the choices and the file."""
        if self._choices:
            sheet = self._book.create_sheet(CHOICES_SHEET)
            sheet.sheet_state = "hidden"
            lists = list(self._choices.values())
            sheet.append([title for title, _ in lists])
            for index in range(max(len(labels) for _, labels in lists)):
                sheet.append([labels[index] if index < len(labels) else None for _, labels in lists])
        book = io.BytesIO()
        self._book.save(book)
        try:
            path.write_bytes(finish_book(book.getvalue(), self._rows))
        except OSError as error:
            raise InputError(
                f"{path}: 書き込めません（{system_reason_ja(error)}）。場所と権限を確かめてください。",
                f"{path} cannot be written ({error.strerror}); check place and permission.",
            ) from None

    def _write_guide(self, name: str, synthetic: bool, notes: Sequence[str]) -> None:
        sheet = self._book.create_sheet(GUIDE_SHEET)
        sheet.column_dimensions["A"].width = 24
        sheet.column_dimensions["B"].width = 60
        sheet.append([self._styled(sheet, "組紐 ネットワーク台帳", font=self._title)])
        for note in notes:
            sheet.append([self._styled(sheet, note, font=self._red_text)])
        sheet.append([NAME_LABEL, self._safe(sheet, name or None)])
        sheet.append([SYNTHETIC_LABEL, "はい" if synthetic else "いいえ"])
        for line in _GUIDE:
            sheet.append([self._styled(sheet, line, font=self._bold) if line in _HEADINGS else line])

    def _header(self, sheet: Any, column: Column) -> ExcelCell:
        from openpyxl.comments import Comment

        cell = self._styled(
            sheet, column.header, font=self._bold, fill=self._required if column.required else self._optional
        )
        cell.alignment = self._wrapped
        comment = Comment(column_help(column), "Kumihimo", height=90, width=260)
        cell.comment = comment
        return cell

    def _styled(self, sheet: Any, value: Any, *, font: Any = None, fill: Any = None) -> ExcelCell:
        from openpyxl.cell import Cell as ExcelCell
        from openpyxl.cell import WriteOnlyCell

        safe = self._safe(sheet, value)
        cell: ExcelCell = safe if isinstance(safe, ExcelCell) else WriteOnlyCell(sheet, safe)
        if font is not None:
            cell.font = font
        if fill is not None:
            cell.fill = fill
        return cell

    def _safe(self, sheet: Any, value: Any) -> Any:
        """Return what can be appended to a row: text that looks like a formula becomes a cell marked as text."""
        value = self._plain(value)
        if not isinstance(value, str) or not value.startswith(FORMULA_STARTS):
            return value
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(sheet, value)
        cell.data_type = "s"
        cell.quotePrefix = True
        return cell

    def _plain(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value if value is None or isinstance(value, int | float | date | datetime | time) else str(value)
        text = clean_text(value)
        if len(text) > MAX_TEXT:
            raise InputError(
                f"「{text[:20]}…」は {len(text):,} 文字で、Excel のセル（上限 {MAX_TEXT:,} 文字）に入りません。"
                "JSON で書き出してください。",
                f"{text[:20]!r}… has {len(text):,} characters; a cell holds {MAX_TEXT:,}. Export as JSON.",
            )
        return text

    def _date_style(self, sheet: Any) -> int:
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(sheet)
        cell.number_format = _FORMATS["date"]
        return cell.style_id

    def _text_style(self, sheet: Any) -> int:
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(sheet)
        cell.quotePrefix = True
        return cell.style_id

    def _add_drop_downs(self, sheet: Any, columns: Sequence[Column], last_row: int) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        rules: dict[str, Any] = {}
        for index, column in enumerate(columns, 1):
            key, labels = column_choices(column)
            if not labels:
                continue
            if key not in self._choices:
                self._choices[key] = (column.ja, labels)
            if key not in rules:
                letter = get_column_letter(list(self._choices).index(key) + 1)
                rule = DataValidation(
                    type="list",
                    formula1=f"'{CHOICES_SHEET}'!${letter}$2:${letter}${len(labels) + 1}",
                    allow_blank=True,
                    # Offered, not enforced: a word of the shop, or several joined by 「、」, are read as well.
                    showErrorMessage=False,
                )
                sheet.data_validations.append(rule)
                rules[key] = rule
            place = get_column_letter(index)
            rules[key].add(f"{place}2:{place}{last_row}")


def column_choices(column: Column, lang: str = "ja") -> tuple[str, list[str]]:
    """Return a key and the labels that a drop-down of this column offers; no labels when it is free."""
    if column.kind == "flag":
        return "flag", [str(show_cell(column, value, lang)) for value in (True, False)]
    if column.choices is not None:
        return column.choices.__name__, [str(show_cell(column, option, lang)) for option in column.choices]
    codes = code_list(column.terms)
    if codes is None:
        return "", []
    return column.terms, [codes.shown(code, lang) for code in codes.labels]


def column_help(column: Column) -> str:
    """Return the lines of the comment at a header."""
    lines = [column.help_ja] if column.help_ja else []
    if column.name in YEARS:
        lines.append("年（1977、昭和52年）")
    else:
        lines.append(_KIND_HELP[column.kind] if not column.terms else "一覧から。呼び名でも可")
    if column.is_list and column.terms:
        lines.append("複数は「、」で区切る")
    if column.unit:
        lines.append(f"単位: {column.unit}")
    if column.required:
        lines.append("必須")
    elif column.default in (None, "", ()):
        lines.append("空欄は不明")
    else:
        lines.append(f"空欄なら「{show_cell(column, column.default)}」とします")
    lines.append(f"公開範囲: {SEE_JA[column.see]}")
    return "\n".join(lines)


SEE_JA: Mapping[Visibility, str] = {
    Visibility.PUBLIC: "誰でも",
    Visibility.NETWORK: "ネットワーク内",
    Visibility.COORDINATOR: "世話役まで",
    Visibility.OWN: "本人だけ",
}
_KIND_HELP: Mapping[str, str] = {
    "text": "文字",
    "id": "この中で重ならない番号",
    "integer": "整数",
    "number": "数値",
    "flag": "はい / いいえ",
    "date": "日付（2026-11-22、令和8年11月22日）",
    "week": "ISO 週（2026-W48）",
    "choice": "一覧から",
    "texts": "複数は「、」で区切る",
    "ids": "IDを「、」で区切る",
    "weekdays": "曜日（月〜金）",
    "dates": "日付を「、」で区切る",
    "shifts": "月〜金 8:00-17:00、土 8:00-12:00",
    "pauses": "12:00-13:00、15:00-15:10",
    "periods": "2026-08-10〜2026-08-16",
}
