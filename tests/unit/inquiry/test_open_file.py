"""Any file: what it is decides, its name only helps; hostile files are one clear line."""

from __future__ import annotations

import contextlib
import json
import shutil
import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from kumihimo.errors import FileRefused, InputError
from kumihimo.inquiry.json_schema import inquiry_schema
from kumihimo.inquiry.open_file import ReadLimits, kind_of, read_file
from kumihimo.inquiry.to_json import inquiry_to_json

TODAY = date(2026, 11, 22)
ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "tests" / "data" / "cad"
EXAMPLES = ROOT / "examples" / "inquiries"

PROCESSES = {
    "01-mail.txt": ("mach.mill5", "fin.deburr", "coat.anod_hard", "insp.cmm"),
    "02-fax.txt": ("mach.turn_cnc", "ht.induction", "grind.cyl", "insp.general"),
    "03-phone-memo.txt": ("sheet.laser", "sheet.bend", "join.tig", "fin.buff", "fin.passiv"),
    "04-form.xlsx": ("mach.mill3", "ht.vacuum", "edm.wire", "grind.surface", "insp.general"),
    "05-drawing.dxf": ("mach.mill3", "grind.surface", "coat.eni"),
    "06-assembly.txt": ("mach.mill3", "mach.turn_cnc", "grind.cyl", "sheet.fab", "coat.powder", "assy.mech"),
}
EXPECTED = {
    "01-mail.txt": (["A7075"], date(2026, 12, 25), ["20"]),
    "02-fax.txt": (["S45C"], date(2027, 1, 15), ["22"]),
    "03-phone-memo.txt": (["SUS304"], date(2027, 1, 14), ["15"]),
    "04-form.xlsx": (["SKD11"], date(2026, 12, 25), ["20"]),
    "05-drawing.dxf": (["S50C"], date(2027, 1, 15), ["22"]),
    "06-assembly.txt": (["S50C", "SUJ2", "SPCC"], date(2027, 1, 15), ["27"]),
}


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_the_demo_inquiries_are_read_as_they_were_meant(name: str) -> None:
    read = read_file(EXAMPLES / name, today=TODAY)
    needs = read.requirements
    materials, due, places = EXPECTED[name]
    assert list(needs.materials) == materials
    assert needs.due_date == due
    assert list(needs.prefectures) == places
    assert set(needs.processes) == set(PROCESSES[name])
    for value in (*read.fields, *read.context):
        assert read.text[value.start : value.end] == value.text


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_records_are_valid_against_the_published_schema(name: str) -> None:
    Draft202012Validator.check_schema(inquiry_schema())
    record = json.loads(json.dumps(inquiry_to_json(read_file(EXAMPLES / name, today=TODAY))))
    errors = list(Draft202012Validator(inquiry_schema()).iter_errors(record))
    assert errors == []
    assert record["file"] == name


def test_a_tolerance_that_stands_alone_is_asked() -> None:
    read = read_file(EXAMPLES / "01-mail.txt", today=TODAY)
    assert any(question.field == "tolerances" for question in read.questions)


def test_the_assembly_keeps_its_parts_apart() -> None:
    read = read_file(EXAMPLES / "06-assembly.txt", today=TODAY)
    assert [part.requirements.materials for part in read.parts][:3] == [("S50C",), ("SUJ2",), ("SPCC",)]
    assert [part.requirements.quantity for part in read.parts][:3] == [25, 50, 25]


@pytest.mark.parametrize(("source", "name"), [("plate.dxf", "memo.txt"), ("plate.dxf", "x.step")])
def test_content_counts_before_the_name(tmp_path: Path, source: str, name: str) -> None:
    path = tmp_path / name
    shutil.copy(DATA / source, path)
    assert read_file(path, today=TODAY).style == "drawing"


def test_a_step_file_is_known_by_its_head(tmp_path: Path) -> None:
    assert kind_of((DATA / "plate.step").read_bytes(), Path("a.txt")) == "step"


def mail(body: str, charset: str, *, html: bool = False) -> bytes:
    message = EmailMessage()
    message["Subject"] = "お見積りのお願い"
    message["From"] = "購買 <a@example.co.jp>"
    message["To"] = "b@example.co.jp"
    message.set_content(body, subtype="html" if html else "plain", charset=charset)
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="図面A-100.pdf")
    return message.as_bytes()


@pytest.mark.parametrize("charset", ["iso-2022-jp", "utf-8", "shift_jis"])
def test_mail_bodies_and_the_names_of_attachments(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(mail("材質はSUS304、数量は20個です。\n", charset))
    read = read_file(path, today=TODAY)
    assert read.style == "mail"
    assert read.requirements.materials == ("SUS304",)
    assert read.requirements.quantity == 20
    assert "お見積りのお願い" in read.text
    assert [v.value for v in read.context if v.field == "attachment"] == ["図面A-100.pdf"]
    for value in (*read.fields, *read.context):
        assert read.text[value.start : value.end] == value.text


def test_mail_in_html_and_without_a_suffix(tmp_path: Path) -> None:
    path = tmp_path / "saved"
    page = "<style>p{}</style><p>材質: S45C</p><script>x='SUS304'</script><p>数量: 7個</p>"
    path.write_bytes(b"MIME-Version: 1.0\nMessage-ID: <1@x>\n" + mail(page, "utf-8", html=True).split(b"\n", 1)[1])
    read = read_file(path, today=TODAY)
    assert read.requirements.materials == ("S45C",)
    assert "SUS304" not in read.text


def test_a_mail_with_a_broken_charset_does_not_fall_over(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(
        b"From: x\nSubject: =?nosuch?B?44GC?=\nMIME-Version: 1.0\nContent-Type: text/plain; charset=nosuch\n\n"
        + "材質: S45C\n".encode()
    )
    assert read_file(path, today=TODAY).requirements.materials == ("S45C",)


def refused(path: Path, limits: ReadLimits | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read_file(path, today=TODAY, limits=limits or ReadLimits())
    assert "\n" not in caught.value.ja
    assert "\n" not in caught.value.en
    return caught.value.en


@pytest.mark.parametrize("name", ["a.txt", "a.xlsx", "a.csv", "a.dxf", "a.step", "a.eml", "a.pdf"])
def test_empty_files(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert "empty" in refused(tmp_path / name)


@pytest.mark.parametrize("name", ["a.txt", "a.xlsx", "a.dxf", "a.step"])
def test_two_hundred_megabytes(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    assert "too large" in refused(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password-protected"),
        ("a.pdf", b"%PDF-1.7\n", "PDF"),
        ("a.txt", b"%PDF-1.7\n", "PDF"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "picture"),
        ("a.dwg", b"AC1032" + b"\0" * 20, "DWG"),
        ("a.dxf", b"hello", "holds something else"),
        ("a.xlsx", b"hello", "holds something else"),
        ("a.step", b"hello", "holds something else"),
        ("a.txt", b"abc\x00\x01\x02def", "not readable as text"),
        ("a.csv", b"\x00\x01\x02", "not readable as text"),
        ("a.txt", b"  \n \n", "no text"),
        ("a.exe", b"MZ\x90\x00", "not read"),
        ("a.html", b"<html>", "not read"),
        ("a.csv", "売上,100\n".encode(), "no items of a quotation form"),
        ("a.step", b"ISO-10303-21;\nHEADER;\n", "not readable as STEP"),
        ("a.dxf", b"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n", "not readable as DXF|neither lines nor text"),
    ],
)
def test_files_that_are_not_what_they_should_be(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    import re

    (tmp_path / name).write_bytes(data)
    assert re.search(words, refused(tmp_path / name))


def test_missing_files_and_folders(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "no.txt")
    assert "folder" in refused(tmp_path)


def test_a_zip_bomb_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 * 1024 * 1024))
    assert "abnormal size" in refused(path)


def test_a_document_and_an_archive_are_not_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "other than Excel" in refused(path)


def test_a_damaged_workbook(tmp_path: Path) -> None:
    whole = (EXAMPLES / "04-form.xlsx").read_bytes()
    path = tmp_path / "a.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refused(path)


def test_a_workbook_with_a_damaged_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    path.write_bytes(path.read_bytes().replace(b"BZh", b"xxx"))
    assert "damaged" in refused(path)


def test_a_workbook_whose_sheet_claims_a_million_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "材質"
    book.worksheets[0]["XFD900"] = "x"
    path = tmp_path / "wide.xlsx"
    book.save(path)
    assert "too many cells" in refused(path)


def test_the_limits_are_the_callers(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("材質: S45C\n" * 100)
    assert "too large" in refused(path, ReadLimits(max_text_bytes=100))


@pytest.mark.parametrize("number", range(0, 4000, 400))
def test_a_scratched_drawing_is_read_or_refused(tmp_path: Path, number: int) -> None:
    whole = (DATA / "plate.dxf").read_bytes()
    path = tmp_path / "x.dxf"
    path.write_bytes(whole[:number] + b"\xff\x00\n" + whole[number + 7 :])
    with contextlib.suppress(FileRefused):
        assert read_file(path, today=TODAY).style == "drawing"


def test_a_network_is_no_inquiry(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "はじめに"
    for title, header in (("企業", "企業ID"), ("拠点", "拠点ID"), ("能力", "能力ID")):
        book.create_sheet(title).append([header, "企業名", "材質", "数量"])
    book.save(tmp_path / "台帳.xlsx")
    (tmp_path / "firms.csv").write_text("企業ID,企業名\nF1,架空\n", encoding="utf-8")
    (tmp_path / "n.json").write_text('{"format": "kumihimo-network/1", "firms": []}', encoding="utf-8")
    for name in ("台帳.xlsx", "firms.csv", "n.json"):
        with pytest.raises(FileRefused) as caught:
            read_file(tmp_path / name, today=TODAY)
        assert caught.value.ja.startswith(f"{name}: これは企業の台帳で、引合ではありません。")


def test_a_folder_without_a_name_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileRefused) as caught:
        read_file(Path(), today=TODAY)
    assert caught.value.ja.startswith(".: フォルダです")
