"""Every file is hostile until proven otherwise: one clear line, nothing read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from kumihimo.errors import FileRefused, InputError
from kumihimo.interop import read_network, write_network
from kumihimo.model import Network

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def _workbook() -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "企業"
    book.active.append(["企業ID", "企業名"])
    book.active.append(["F1", "甲"])
    book.save(out)
    return out.getvalue()


def _with_member(name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_workbook())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            data = source.read(item)
            target.writestr(item.filename, change(data) if item.filename == name else data)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("n.xlsx", b"", "空のファイル"),
    "password": ("n.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "パスワード"),
    "cut off": ("n.xlsx", _workbook()[:3000], "壊れている"),
    "no workbook in the zip": ("n.xlsx", _with_member("xl/workbook.xml", lambda data: b"<x/>"), "シートがありません"),
    "zip bomb": ("n.xlsx", _with_member(SHEET, lambda data: data + b" " * 600_000_000), "異常に大きく"),
    "billion laughs": (
        "n.xlsx",
        _with_member(
            SHEET,
            lambda data: (
                f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'.encode()
                + data.replace(b"<sheetData>", b"<sheetData>&l9;")
            ),
        ),
        "開けません",
    ),
    "merge over the whole sheet": (
        "n.xlsx",
        _with_member(
            SHEET,
            lambda data: data.replace(
                b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
            ),
        ),
        "結合セルが広すぎます",
    ),
    "not JSON": ("n.json", b'{"format": "kumihimo-network/1", "firms": [', "JSON として読めません"),
    "deep JSON": ("n.json", b'{"firms":' + b"[" * 200_000, "JSON として読めません"),
    "other JSON": ("n.json", b'{"format": "x"}', "ネットワークのJSONではありません"),
    "picture": ("n.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "ネットワークのファイルではありません"),
}


@pytest.mark.parametrize("case", FILES.values(), ids=FILES)
def test_one_clear_line(tmp_path: Path, case: tuple[str, bytes, str]) -> None:
    name, data, words = case
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FileRefused) as caught:
        read_network(path)
    assert words in caught.value.ja
    assert "\n" not in caught.value.ja
    assert caught.value.en


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "n.xlsx"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(FileRefused, match="too large"):
        read_network(path)


def test_missing_file_and_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no such file"):
        read_network(tmp_path / "none.xlsx")
    with pytest.raises(FileRefused, match="holds no table"):
        read_network(tmp_path)


def test_columnar_folder_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "process.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(FileRefused) as caught:
        read_network(tmp_path)
    assert "列形式" in caught.value.ja
    assert "MatchIndex.load" in caught.value.ja


def test_a_stray_cell_far_away_costs_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "企業"
    book.active.append(["企業ID", "企業名"])
    book.active.append(["F1", "甲"])
    book.active["A1048576"] = " "
    for row in range(1, 400):
        book.active.cell(row, 16_384).value = "x"
    path = tmp_path / "n.xlsx"
    book.save(path)
    assert [firm.name for firm in read_network(path).network.firms] == ["甲"]


def test_unclosed_quotation_in_csv(tmp_path: Path) -> None:
    (tmp_path / "企業.csv").write_text("企業ID,企業名\nF1," + '"' + "あ" * 200_000, encoding="utf-8")
    with pytest.raises(FileRefused) as caught:
        read_network(tmp_path)
    assert "引用符" in caught.value.ja


def test_unwritable_targets_are_input_errors(network: Network, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot write"):
        write_network(network, tmp_path / "n.ods")
    for name in ("n.xlsx", "n.json"):
        with pytest.raises(InputError, match="cannot be written"):
            write_network(network, tmp_path / "no folder" / name)
