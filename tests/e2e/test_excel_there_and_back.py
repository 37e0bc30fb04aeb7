"""A factory takes its workbook away, changes a cell and sends it: mistakes are shown at their cells, changes first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from .conftest import Visitor

pytestmark = pytest.mark.any_database

KANA, NOTE, COUNT = "企業名カナ", "備考", "従業員数"


def taken_away(who: Visitor, folder: Path) -> Path:
    """Have the own workbook made, and return where it was saved."""
    who.open("/firms/own/")
    who.press("Excelに書き出す")
    who.sees("Excelの書き出し")
    with who.page.expect_download() as started:
        who.follow("を受け取る")
    path = folder / str(started.value.suggested_filename)
    started.value.save_as(path)
    return path


def firm_sheet(book: openpyxl.Workbook) -> tuple[Worksheet, int]:
    """Return the sheet with the firm, and the row with the headings."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows(max_row=10):
            if any(str(cell.value or "").startswith(KANA) for cell in row):
                return sheet, row[0].row
    raise AssertionError(book.sheetnames)


def change(path: Path, values: dict[str, object]) -> int:
    """Write into the row of the firm, and return the row's number."""
    book = openpyxl.load_workbook(path)
    sheet, head = firm_sheet(book)
    row = sheet.max_row
    for number in range(head + 1, sheet.max_row + 1):
        if str(sheet.cell(number, 1).value or "").startswith("SYN-"):
            row = number
    for column in range(1, sheet.max_column + 1):
        heading = str(sheet.cell(head, column).value or "")
        for name, value in values.items():
            if heading.startswith(name):
                sheet.cell(row, column).value = value  # type: ignore[assignment]
    book.save(path)
    return row


def send(who: Visitor, path: Path) -> None:
    """Send a workbook in."""
    who.open("/firms/imports/")
    who.page.get_by_label("Excelのファイル").set_input_files(str(path))
    who.press("送って読み取る")


def test_a_changed_cell_is_shown_and_taken_over(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    who = visitor("factory")
    path = taken_away(who, tmp_path)
    change(path, {NOTE: "Excelで書いた備考"})
    send(who, path)
    who.sees("変わる行", "→ Excelで書いた備考")
    assert "新しい行\n0" in who.text
    # Sent is not taken over.
    other = visitor("factory")
    other.open("/firms/own/")
    assert "Excelで書いた備考" not in other.text
    who.press("この内容を取り込む")
    who.sees("取り込みました。")
    other.page.reload()
    other.sees("Excelで書いた備考")
    # The same file once more has nothing to say.
    send(who, path)
    who.sees("今の内容と同じです。取り込むものはありません。")


def test_a_mistake_is_shown_at_its_cell_and_nothing_is_taken_over(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    who = visitor("factory")
    path = taken_away(who, tmp_path)
    row = change(path, {NOTE: "入ってはいけない言葉", COUNT: "たくさん"})
    send(who, path)
    who.sees("か所に誤りがあります。何も取り込んでいません。直してもう一度送ってください。")
    place = who.page.locator("section, div").get_by_role("table").get_by_role("row", name="たくさん")
    assert str(row) in place.inner_text()
    assert COUNT in place.inner_text()
    assert not who.page.get_by_role("button", name="この内容を取り込む").count()
    who.open("/firms/own/")
    assert "入ってはいけない言葉" not in who.text
