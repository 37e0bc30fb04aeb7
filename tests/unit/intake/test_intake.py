"""Hostile files stop at the door, each with one clear line."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from kumihimo import intake
from kumihimo.errors import FileRefused


def refused(path: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        intake.open_workbook(path)
    assert "\n" not in caught.value.ja
    assert caught.value.en
    return caught.value.ja


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "見つかりません" in refused(tmp_path / "x.xlsx")
    assert "フォルダ" in refused(tmp_path)


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    path.touch()
    assert "空のファイル" in refused(path)


def test_200_mb_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    assert "大きすぎます（200 MB）" in refused(path)


def test_password_protected_workbook(tmp_path: Path) -> None:
    path = tmp_path / "secret.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512)
    assert "パスワード" in refused(path)


def test_zip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 * 1024 * 1024))
    assert path.stat().st_size < 100_000
    assert "異常に大きく" in refused(path)


def test_damaged_workbook(tmp_path: Path) -> None:
    whole = tmp_path / "whole.xlsx"
    book = openpyxl.Workbook()
    book.save(whole)
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole.read_bytes()[:-200])
    assert "壊れている" in refused(cut)
    not_a_book = tmp_path / "other.xlsx"
    with zipfile.ZipFile(not_a_book, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    assert "開けません" in refused(not_a_book)


def test_wrong_name(tmp_path: Path) -> None:
    path = tmp_path / "letter.xlsx"
    path.write_text("拝啓", encoding="utf-8")
    assert "ではありません" in refused(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"])
def test_japanese_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "mail.txt"
    path.write_bytes("五軸加工です\r\nよろしく".encode(encoding))
    text = intake.read_text(path)
    assert text.startswith("五軸加工です\n")


@pytest.mark.parametrize("content", [b"\x00\x01\x02binary", b"\xff\xff\xff\x80\x81"])
def test_binary_is_no_text(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mail.txt"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match="not readable"):
        intake.read_text(path)


def test_blank_text(tmp_path: Path) -> None:
    path = tmp_path / "mail.txt"
    path.write_text(" \n　\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="no text"):
        intake.read_text(path)


def test_half_width_kana_of_a_fax_stays_shift_jis(tmp_path: Path) -> None:
    path = tmp_path / "fax.txt"
    path.write_bytes("ｺｳｼﾞｮｳ ﾂｳｼﾝ".encode("cp932"))
    assert intake.read_text(path) == "ｺｳｼﾞｮｳ ﾂｳｼﾝ"
