"""The answer sheet in Excel: written for a request or an order, and read back by the names of its cells.

A partner who lives in spreadsheets fills the yellow cells and sends the file back. What is asked is the same as on the
paper forms. Cells are found by defined names, never by address: rows may be added, the sheet may be renamed. A signed
token on a very hidden sheet says which order it is, so that a file that was made by somebody else answers nothing.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kumihimo.errors import InputError
from kumihimo.interop.workbook_xml import FORMULA_STARTS, finish_book
from kumihimo.paper.document import Document
from kumihimo.paper.form import day_text
from kumihimo.paper.kinds import KINDS
from kumihimo.paper.layout import FormKind, Words
from kumihimo.paper.token import FormToken

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

FORMAT = "kumihimo-reply-sheet/1"
HIDDEN_SHEET = "kumihimo"
NAME_HEAD = "kumihimo_"
CODES: Mapping[FormKind, str] = {FormKind.QUOTATION: "X1", FormKind.ACKNOWLEDGEMENT: "Y1"}
"""Kind of answer -> code in the token, so that the sheet of one kind is not taken for another."""

ANSWERS: Mapping[FormKind, Mapping[str, Words]] = {
    FormKind.QUOTATION: {
        "quote": Words(ja="見積します", en="we quote"),
        "decline": Words(ja="見送ります", en="no quotation"),
        "call": Words(ja="電話をください", en="please call us"),
    },
    FormKind.ACKNOWLEDGEMENT: {
        "accept": Words(ja="このまま請けます", en="accepted as ordered"),
        "change": Words(ja="納期・単価を変えれば請けます", en="with another date or price"),
        "decline": Words(ja="お断りします", en="declined"),
        "call": Words(ja="電話をください", en="please call us"),
    },
}
"""What can be answered: value -> what the drop-down shows."""
REASONS: Mapping[str, Words] = {
    "capacity": Words(ja="手がいっぱい", en="no capacity"),
    "equipment": Words(ja="設備・技術が合わない", en="not our equipment"),
    "price": Words(ja="金額が合わない", en="price"),
    "material": Words(ja="材料が手に入らない", en="no material"),
    "drawing": Words(ja="図面に不明な点がある", en="drawing unclear"),
    "other": Words(ja="その他(ご連絡欄へ)", en="other (see note)"),
}
"""Why something is declined, as on the paper forms."""

_COLUMNS = (("明細", "Line", 7), ("品名", "Item", 30), ("図番", "Drawing", 16), ("工程", "Process", 20),
            ("数量", "Quantity", 10), ("単位", "Unit", 7), ("納期", "Due", 20),
            ("いまの単価(円)", "Price now (JPY)", 15),
            ("ご回答の単価(円・税抜)", "Your price (JPY, without tax)", 20))  # fmt: skip
_PRICE_COLUMN = len(_COLUMNS)


def write_reply_sheet(document: Document, *, secret: bytes, line_numbers: Sequence[int] | None = None) -> bytes:
    """Return the answer sheet of a request for quotation, an order or its change. Same document, same bytes.

    Parameters
    ----------
    secret
        Signs the token; whoever reads the sheet back needs the same.
    line_numbers
        Numbers of the lines in the order, under which prices are read back; 1, 2, 3 … unless told otherwise.

    Raises
    ------
    InputError
        No such answer is expected of the document.
    """
    kind = KINDS[document.kind].reply_form
    if kind is None or kind not in CODES:
        title = KINDS[document.kind].title
        raise InputError(
            f"{title.ja}にはExcelの回答票がありません。見積依頼書・注文書・変更注文書に付けられます。",
            f"there is no answer sheet for the kind '{title.en}'; a request, an order or its change has one.",
        )
    token = FormToken(code=CODES[kind], order=document.reply_order, revision=document.reply_revision)
    numbers = list(line_numbers or range(1, len(document.lines) + 1))
    return _Writer(document, kind, numbers).book(token.signed(secret))


class _Writer:
    """A sheet under construction, from top to bottom."""

    def __init__(self, document: Document, kind: FormKind, numbers: Sequence[int]) -> None:
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

        self._document = document
        self._kind = kind
        self._numbers = numbers
        self._book = Workbook()
        sheet = self._book.active
        assert sheet is not None
        self._sheet: Worksheet = sheet
        self._row = 0
        side = Side(style="thin", color="7F7F7F")
        self._box = Border(left=side, right=side, top=side, bottom=side)
        self._yellow = PatternFill("solid", start_color="FFF2CC")
        self._blue = PatternFill("solid", start_color="DDEBF7")
        self._open = Protection(locked=False)
        self._bold = Font(bold=True)
        self._title = Font(bold=True, size=16)
        self._small = Font(size=9, color="595959")
        self._wrapped = Alignment(wrap_text=True, vertical="top")

    def book(self, token: str) -> bytes:
        from openpyxl.utils import get_column_letter

        sheet, ja = self._sheet, self._document.lang == "ja"
        sheet.title = "回答" if ja else "Answer"
        for at, (_, _, width) in enumerate(_COLUMNS, 1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        self._heading()
        self._questions()
        self._lines()
        sheet.protection.sheet = True
        sheet.protection.formatColumns = False
        sheet.protection.formatRows = False
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.fitToHeight = 0
        assert sheet.sheet_properties.pageSetUpPr is not None
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        self._hidden(token)
        out = io.BytesIO()
        self._book.save(out)
        return finish_book(out.getvalue(), {})

    def _heading(self) -> None:
        document, lang = self._document, self._document.lang
        english = lang == "en"
        titles = {
            FormKind.QUOTATION: ("見積 回答票", "Quotation: your answer"),
            FormKind.ACKNOWLEDGEMENT: ("注文請書 兼 納期 回答票", "Order acknowledgement: your answer"),
        }
        self._line(titles[self._kind][english], font=self._title)
        revision = f"revision {document.reply_revision}" if english else f"第{document.reply_revision}版"
        self._line(f"{document.reply_order} {revision}   {day_text(document.made_on, lang)}", font=self._bold)
        self._line(
            f"To: {document.recipient.name}   From: {document.sender.name}"
            if english
            else f"{document.recipient.name} 御中   {document.sender.name} より"
        )
        if document.is_synthetic:
            self._line("Synthetic data, no real order." if english else "合成データ：実在の企業・注文ではありません。")
        self._line(
            "Fill the yellow cells only, save, and send the file back by e-mail."
            if english
            else "黄色の欄だけご記入のうえ保存し、このファイルをメールでご返送ください。",
            font=self._bold,
        )
        ways = [
            document.sender.email,
            f"FAX {document.sender.fax}" if document.sender.fax else "",
            document.sender.phone,
        ]
        if any(ways):
            self._line(
                ("Questions: " if english else "お問い合わせ: ") + "  ".join(filter(None, ways)), font=self._small
            )
        if document.answer_by is not None:
            self._line(("Answer by: " if english else "ご返事の期限: ") + day_text(document.answer_by, lang))
        self._row += 1

    def _questions(self) -> None:
        document, english = self._document, self._document.lang == "en"
        quoting = self._kind is FormKind.QUOTATION
        answers = [one.en if english else one.ja for one in ANSWERS[self._kind].values()]
        self._question("answer", "ご回答（一覧から選ぶ）", "Your answer (choose)", choices=answers)
        self._question(
            "due_on",
            "納入できる日（例 2026-12-04）" if quoting else "変更するときの納期（例 2026-12-04）",
            "Ready on (2026-12-04)" if quoting else "If changed: new date (2026-12-04)",
            is_day=True,
        )
        if quoting:
            self._question(
                "valid_until", "見積の有効期限（なければ空欄）", "Quotation valid until (or empty)", is_day=True
            )
        reasons = [one.en if english else one.ja for one in REASONS.values()]
        self._question("reason", "お断り・見送りの理由（一覧から選ぶ）", "If declined: why (choose)", choices=reasons)
        self._question("words", "ご連絡（担当者が読みます）", "Note (a person reads it)", height=48)
        if document.place:
            self._line(("Deliver to: " if english else "納入場所: ") + document.place, font=self._small)
        self._row += 1

    def _question(
        self, name: str, ja: str, en: str, *, choices: Sequence[str] = (), is_day: bool = False, height: int = 24
    ) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation

        self._row += 1
        sheet = self._sheet
        label = self._put(self._row, 1, en if self._document.lang == "en" else ja, font=self._bold)
        label.alignment = self._wrapped
        sheet.merge_cells(start_row=self._row, start_column=1, end_row=self._row, end_column=2)
        sheet.row_dimensions[self._row].height = height
        cell = self._put(self._row, 3, None)
        sheet.merge_cells(start_row=self._row, start_column=3, end_row=self._row, end_column=5)
        self._entry(cell, name)
        cell.alignment = self._wrapped
        if choices:
            rule = DataValidation(type="list", formula1='"' + ",".join(choices) + '"', allow_blank=True)
            rule.error = "Choose from the list." if self._document.lang == "en" else "一覧から選んでください。"
            rule.showErrorMessage = True
            sheet.add_data_validation(rule)
            rule.add(cell)
        if is_day:
            cell.number_format = "yyyy-mm-dd"

    def _lines(self) -> None:
        document, english = self._document, self._document.lang == "en"
        self._row += 1
        for at, (ja, en, _) in enumerate(_COLUMNS, 1):
            cell = self._put(self._row, at, en if english else ja, font=self._bold)
            cell.fill, cell.border, cell.alignment = self._blue, self._box, self._wrapped
        for number, line in zip(self._numbers, document.lines, strict=True):
            self._row += 1
            due = line.due_on or document.due_on
            drawing = " ".join(part for part in (line.drawing, line.revision) if part)
            values: list[str | int | None] = [number, line.item, drawing, line.process, line.quantity, line.unit,
                      day_text(due, document.lang) if due else "", line.unit_price_jpy]  # fmt: skip
            for at, value in enumerate(values, 1):
                cell = self._put(self._row, at, value)
                cell.border, cell.alignment = self._box, self._wrapped
                if isinstance(value, int):
                    cell.number_format = "#,##0"
            price = self._put(self._row, _PRICE_COLUMN, None)
            self._entry(price, f"price_{number}")
            price.number_format = "#,##0"

    def _entry(self, cell: Cell, name: str) -> None:
        """Make a cell one that is filled: yellow, open, with a name."""
        from openpyxl.workbook.defined_name import DefinedName

        cell.fill, cell.border, cell.protection = self._yellow, self._box, self._open
        self._name(DefinedName(NAME_HEAD + name, attr_text=f"'{self._sheet.title}'!${cell.column_letter}${cell.row}"))

    def _hidden(self, token: str) -> None:
        from openpyxl.workbook.defined_name import DefinedName

        sheet = self._book.create_sheet(HIDDEN_SHEET)
        sheet.sheet_state = "veryHidden"
        sheet.protection.sheet = True
        told = {
            "format": FORMAT,
            "token": token,
            "made_on": self._document.made_on.isoformat(),
            "lines": ",".join(map(str, self._numbers)),
        }
        for row, (name, value) in enumerate(told.items(), 1):
            sheet.cell(row, 1).value = value
            self._name(DefinedName(NAME_HEAD + name, attr_text=f"'{HIDDEN_SHEET}'!$A${row}"))

    def _name(self, name: Any) -> None:
        self._book.defined_names[name.name] = name

    def _line(self, text: str, *, font: Any = None) -> None:
        self._row += 1
        self._put(self._row, 1, text, font=font)

    def _put(self, row: int, column: int, value: str | int | None, *, font: Any = None) -> Cell:
        from openpyxl.cell import Cell

        from kumihimo.interop.cell import clean_text

        cell = self._sheet.cell(row, column)
        assert isinstance(cell, Cell)
        cell.value = clean_text(value) if isinstance(value, str) else value
        if isinstance(cell.value, str) and cell.value.startswith(FORMULA_STARTS):
            cell.data_type, cell.quotePrefix = "s", True
        if font is not None:
            cell.font = font
        return cell
