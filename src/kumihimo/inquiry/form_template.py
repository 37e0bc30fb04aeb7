"""The blank request-for-quotation form 見積依頼書 as an Excel workbook that prints on A4."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.styles import Border
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "見積依頼書"
PART_ROWS = 10
HEADER_ROW = 10
FIRST_PART_ROW = HEADER_ROW + 2

SENDER_CELLS = {
    "会社名": "C4",
    "依頼日": "L4",
    "担当者": "C5",
    "電話": "L5",
    "所在地": "C6",
    "メール": "L6",
    "件名": "C7",
    "納入先": "C8",
}
"""Item above the table -> the cell that its value goes into."""

COLUMNS: tuple[tuple[str, float, str], ...] = (
    ("No.", 6, "記入例"),
    ("品名", 14, "ベースプレート"),
    ("図番", 13, "KM-0001"),
    ("材質", 11, "A5052"),
    ("加工内容・工程", 26, "マシニング、硬質アルマイト"),
    ("数量", 7, "50"),
    ("月産", 7, ""),
    ("年産", 7, ""),
    ("外形寸法(mm)", 15, "300×120×30"),
    ("板厚(mm)", 8, ""),
    ("公差", 12, "φ20H7"),
    ("幾何公差", 12, "平面度0.02"),
    ("面粗さ(Ra μm)", 9, "1.6"),
    ("硬さ", 10, ""),
    ("膜厚(μm)", 9, "20〜30"),
    ("希望納期", 14, "2026年12月25日"),
    ("材料支給", 8, "無"),
    ("認証・品質要求", 16, "検査成績書"),
    ("備考", 20, "バリなきこと"),
)
"""Header, width in characters and the example of every column of the parts table."""

_MATERIALS = "SS400,S45C,SCM435,SKD11,SUJ2,SPCC,SUS303,SUS304,SUS316L,A2017,A5052,A6061,A7075,C3604,POM,MCナイロン"
_QUALITY = "検査成績書,ミルシート,三次元測定,ISO9001,ISO13485,IATF16949,JISQ9100,RoHS"
_FONT = "Yu Gothic"
_FIXED = (2026, 1, 1, 0, 0, 0)


def write_blank_form(path: Path) -> None:
    """Write the blank form; the same bytes every time.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    _head(sheet)
    _table(sheet)
    _choices(sheet)
    _page(sheet)
    save_same_bytes(book, path)


def save_same_bytes(book: Workbook, path: Path) -> None:
    """Save a workbook without the time of saving, so that the same content gives the same bytes."""
    book.properties.creator = "Kumihimo"
    book.properties.created = datetime(*_FIXED)  # noqa: DTZ001 - the file format knows no time zone
    raw = io.BytesIO()
    book.save(raw)
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            data = source.read(member)
            if member.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-01-01T00:00:00Z", data)
            info = zipfile.ZipInfo(member.filename, _FIXED)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, data)
    path.write_bytes(packed.getvalue())


def _head(sheet: Worksheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    last = len(COLUMNS)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
    sheet["A1"] = "見 積 依 頼 書"
    sheet["A1"].font = Font(name=_FONT, size=18, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 30
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=last)
    sheet["A2"] = "分かるところだけご記入ください。部品が複数あるときは行を分けてください。灰色の行は記入例です。"
    sheet["A2"].font = Font(name=_FONT, size=9, color="666666")
    for label, cell in SENDER_CELLS.items():
        row = int(cell[1:])
        left = cell[0] == "C"
        start = 1 if left else 10
        sheet.merge_cells(start_row=row, start_column=start, end_row=row, end_column=start + 1)
        sheet.merge_cells(start_row=row, start_column=start + 2, end_row=row, end_column=8 if left else 16)
        name = sheet.cell(row=row, column=start, value=label)
        name.font = Font(name=_FONT, size=10, bold=True)
        name.fill = PatternFill("solid", fgColor="E8EEF4")
        for column in range(start, (8 if left else 16) + 1):
            sheet.cell(row=row, column=column).border = _border()
        sheet[cell].font = Font(name=_FONT, size=10)


def _table(sheet: Worksheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, (label, width, example) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        head = sheet.cell(row=HEADER_ROW, column=column, value=label)
        head.font = Font(name=_FONT, size=10, bold=True)
        head.fill = PatternFill("solid", fgColor="D6E0EA")
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        head.border = _border()
        shown = sheet.cell(row=HEADER_ROW + 1, column=column, value=example or None)
        shown.font = Font(name=_FONT, size=9, italic=True, color="888888")
        shown.fill = PatternFill("solid", fgColor="EEEEEE")
        shown.border = _border()
        for row in range(FIRST_PART_ROW, FIRST_PART_ROW + PART_ROWS):
            cell = sheet.cell(row=row, column=column)
            cell.font = Font(name=_FONT, size=10)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cell.border = _border()
            if label == "No.":
                cell.value = row - FIRST_PART_ROW + 1
            if label == "希望納期":
                cell.number_format = 'yyyy"年"m"月"d"日"'
    sheet.row_dimensions[HEADER_ROW].height = 30
    row = FIRST_PART_ROW + PART_ROWS + 1
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
    sheet.merge_cells(start_row=row, start_column=3, end_row=row, end_column=len(COLUMNS))
    label_cell = sheet.cell(row=row, column=1, value="連絡事項")
    label_cell.font = Font(name=_FONT, size=10, bold=True)
    label_cell.fill = PatternFill("solid", fgColor="E8EEF4")
    sheet.row_dimensions[row].height = 48
    for column in range(1, len(COLUMNS) + 1):
        sheet.cell(row=row, column=column).border = _border()
    sheet.cell(row=row, column=3).alignment = Alignment(vertical="top", wrap_text=True)


def _choices(sheet: Worksheet) -> None:
    """Add drop-down lists; other words may be typed, except where only yes or no makes sense."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    column = {label: get_column_letter(number) for number, (label, _, _) in enumerate(COLUMNS, start=1)}
    last = FIRST_PART_ROW + PART_ROWS - 1

    def over(label: str) -> str:
        return f"{column[label]}{FIRST_PART_ROW}:{column[label]}{last}"

    lists = (("材質", _MATERIALS, False), ("認証・品質要求", _QUALITY, False), ("材料支給", "有,無", True))
    for label, choices, strict in lists:
        rule = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True, showErrorMessage=strict)
        rule.error, rule.errorTitle = "有 か 無 を選んでください", label
        sheet.add_data_validation(rule)
        rule.add(over(label))
    for label in ("数量", "月産", "年産"):
        rule = DataValidation(
            type="whole", operator="greaterThan", formula1="0", allow_blank=True, showErrorMessage=True
        )
        rule.errorStyle = "warning"
        rule.error, rule.errorTitle = "1 以上の整数を記入してください（幅があるときは 50〜100 のように）", label
        sheet.add_data_validation(rule)
        rule.add(over(label))


def _page(sheet: Worksheet) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    last_row = FIRST_PART_ROW + PART_ROWS + 1
    sheet.print_area = f"A1:{get_column_letter(len(COLUMNS))}{last_row}"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.freeze_panes = sheet.cell(row=FIRST_PART_ROW, column=3).coordinate
    sheet.page_margins.left = sheet.page_margins.right = 0.4


def _border() -> Border:
    from openpyxl.styles import Border, Side

    thin = Side(style="thin", color="999999")
    return Border(left=thin, right=thin, top=thin, bottom=thin)
