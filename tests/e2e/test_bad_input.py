"""What must not come in: wrong and huge files, markup, SQL, formulas; each is told, nothing is lost, nothing runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from .conftest import Visitor

pytestmark = pytest.mark.any_database

MARKUP = '<img src=x onerror="window.hacked=true"><script>window.hacked=true</script>'
SQL = "'; DROP TABLE firms_firm; --"
FORMULA = '=HYPERLINK("http://attacker.example/","見積")'
MB = 1024 * 1024


def test_a_program_that_calls_itself_a_text_is_refused_and_the_words_stay(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    wrong = tmp_path / "inquiry.txt"
    wrong.write_bytes(b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(range(256)) * 40)
    who = visitor("coordinator")
    who.expected.add(422)
    who.open("/inquiries/new/")
    who.page.locator("details.more summary").click()
    who.fill("件名", "消えてはいけない件名")
    who.page.get_by_label("またはファイル").set_input_files(str(wrong))
    who.press("読み取る")
    who.sees("まだ受け付けていません。印の付いた所を直してください。")
    assert "inquiry.txt" in who.page.locator(".field.wrong").inner_text()
    assert who.page.get_by_label("件名").first.input_value() == "消えてはいけない件名"


@pytest.mark.parametrize(
    ("content", "told"), [(b"%PDF-1.7 no workbook", "か所に誤りがあります"), (b"", "空のファイルです")]
)
def test_a_file_that_is_no_workbook_is_told(
    content: bytes, told: str, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    path = tmp_path / "profile.xlsx"
    path.write_bytes(content)
    who = visitor("factory")
    who.expected.add(422)
    who.open("/firms/imports/")
    who.page.get_by_label("Excelのファイル").set_input_files(str(path))
    who.press("送って読み取る")
    who.sees(told)
    assert not who.page.get_by_role("button", name="この内容を取り込む").count()


@pytest.mark.parametrize(("size", "told"), [(21 * MB, "大きすぎます（20"), (72 * MB, "送られたものが大きすぎます")])
def test_a_huge_file_is_refused_with_the_limit(
    size: int, told: str, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as huge:
        huge.truncate(size)
    who = visitor("factory")
    who.expected |= {413, 422}
    who.open("/firms/imports/")
    who.page.get_by_label("Excelのファイル").set_input_files(str(path))
    who.press("送って読み取る")
    who.sees(told)
    who.open("/firms/imports/")
    assert "huge.xlsx" not in who.text


def test_markup_and_sql_are_shown_as_they_were_written(visitor: Callable[..., Visitor]) -> None:
    factory, desk = visitor("factory"), visitor("coordinator")
    factory.open("/firms/own/")
    firm = factory.page.url.rstrip("/").rpartition("/")[2]
    factory.follow("基本情報を直す")
    factory.fill("備考", f"{MARKUP}{SQL}")
    factory.press("保存する")
    for who in (factory, desk):
        who.open(f"/firms/{firm}/")
        who.sees(SQL)
        assert MARKUP in who.text
        assert who.page.evaluate("window.hacked") is None
    desk.open("/firms/")
    desk.fill("名前・カナ・企業ID", SQL)
    desk.press("探す")
    desk.sees("当てはまる企業がありません")
    desk.open("/inquiries/new/")
    desk.fill("引合の文章", f"件名: {MARKUP}\n\nS45C の軸、外径20、長さ100、NC旋盤加工、10本。{MARKUP}\n{SQL}")
    desk.press("読み取る")
    desk.sees("読み取った要件", SQL)
    assert MARKUP in desk.text
    assert desk.page.evaluate("window.hacked") is None
    # The desk, the lists and the log show it too, and stay as they are.
    for path in ("/inquiries/", "/audit/", "/desk/"):
        desk.open(path)
        assert not desk.page.locator("main img[src=x], main script:not([type])").count()
        assert desk.page.evaluate("window.hacked") is None


def test_a_formula_goes_out_as_words(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    who = visitor("factory")
    who.open("/firms/own/")
    who.follow("基本情報を直す")
    who.fill("備考", FORMULA)
    who.press("保存する")
    who.sees(FORMULA)
    who.press("Excelに書き出す")
    with who.page.expect_download() as started:
        who.follow("を受け取る")
    path = tmp_path / "own.xlsx"
    started.value.save_as(path)
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
    held = [cell for cell in cells if FORMULA in str(cell.value)]
    assert held
    assert all(cell.data_type == "s" for cell in held)
