"""Reading filled forms: labels wherever they stand, values as they are shown, mistakes at their cell."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from kumihimo.errors import FileRefused, LocatedErrors
from kumihimo.inquiry import form_labels
from kumihimo.inquiry.form import read_form
from kumihimo.inquiry.form_cells import column_letters, shown
from kumihimo.inquiry.form_template import COLUMNS, FIRST_PART_ROW, SHEET, write_blank_form
from kumihimo.model.inquiry import Inquiry

TODAY = date(2026, 11, 22)


def workbook(path: Path, cells: dict[str, object], *, merged: tuple[str, ...] = (), title: str = "Sheet1") -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for cell, value in cells.items():
        sheet[cell] = value
    for area in merged:
        sheet.merge_cells(area)
    book.save(path)
    return path


def value_of(inquiry: Inquiry, field: str) -> object:
    return [value.value for value in inquiry.fields if value.field == field]


def test_labels_left_of_their_value_with_merged_cells(tmp_path: Path) -> None:
    cells = {"A3": "材　質", "C3": "A5052", "A4": "数量（個）", "C4": 50, "A5": "外形寸法", "C5": "300×120×30"}
    read = read_form(workbook(tmp_path / "f.xlsx", cells, merged=("A3:B3", "C3:F3")), today=TODAY)
    assert read.requirements.materials == ("A5052",)
    assert read.requirements.quantity == 50
    assert read.requirements.size_mm == (300.0, 120.0, 30.0)
    assert {v.place for v in read.fields if v.field == "materials"} == {"Sheet1!C3"}
    assert all(v.source == "form" for v in read.fields)


def test_labels_above_their_value(tmp_path: Path) -> None:
    cells = {"B2": "材料", "B3": "SUS304", "E2": "ロット数", "E3": "20個"}
    read = read_form(workbook(tmp_path / "f.xlsx", cells), today=TODAY)
    assert read.requirements.materials == ("SUS304",)
    assert read.requirements.quantity == 20


def test_every_value_points_to_its_words(tmp_path: Path) -> None:
    cells = {"A1": "図番", "B1": "材質", "C1": "数量", "D1": "加工", "A2": "X-1", "B2": "S45C", "C2": 3, "D2": "NC旋盤"}
    cells |= {"A3": "X-2", "B3": "A7075", "C3": 9, "D3": "5軸加工", "A6": "納入先", "B6": "長野県諏訪市"}
    read = read_form(workbook(tmp_path / "f.xlsx", cells), today=TODAY)
    assert read.fields
    for value in (*read.fields, *read.context):
        assert read.text[value.start : value.end] == value.text
    assert {v.place for v in read.fields if v.field == "materials"} == {"Sheet1!B2", "Sheet1!B3"}


def test_each_row_is_a_part_and_shared_items_hold_for_all(tmp_path: Path) -> None:
    cells = {"A1": "納入先", "B1": "長野県諏訪市", "A3": "品名", "B3": "材質", "C3": "数量", "D3": "加工内容"}
    cells |= {"A4": "軸", "B4": "S45C", "C4": 3, "D4": "NC旋盤", "A5": "板", "B5": "A7075", "C5": 9, "D5": "5軸加工"}
    read = read_form(workbook(tmp_path / "f.xlsx", cells), today=TODAY)
    assert [part.name for part in read.parts] == ["軸", "板"]
    assert [part.requirements.quantity for part in read.parts] == [3, 9]
    assert [part.requirements.prefectures for part in read.parts] == [("20",), ("20",)]
    assert read.requirements.materials == ("S45C", "A7075")
    assert read.requirements.quantity is None, "two parts with different quantities have no single one"
    assert read.requirements.prefectures == ("20",)


def test_a_question_that_every_part_raises_is_asked_once(tmp_path: Path) -> None:
    cells = {"A1": "納期", "B1": "至急", "A3": "材質", "B3": "数量", "C3": "加工内容"}
    cells |= {"A4": "S45C", "B4": "50〜100個", "C4": "NC旋盤", "A5": "A7075", "B5": 9, "C5": "5軸加工"}
    read = read_form(workbook(tmp_path / "f.xlsx", cells), today=TODAY)
    assert [(q.field, q.part) for q in read.questions if q.field == "due_date"] == [("due_date", "")]
    assert [(q.field, q.why, q.part) for q in read.questions if q.field == "quantity"] == [("quantity", "range", "p1")]
    assert read.parts[0].requirements.quantity is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_csv_in_the_encodings_of_excel(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("材質,数量,加工内容,希望納期\r\nＳＵＳ３０４,２０,TIG溶接,2027/1/15\r\n".encode(encoding))
    read = read_form(path, today=TODAY)
    assert read.requirements.materials == ("SUS304",)
    assert read.requirements.quantity == 20
    assert read.requirements.due_date == date(2027, 1, 15)


@pytest.mark.parametrize(
    "due",  # a cell knows no time zone
    [datetime(2027, 1, 15), "2027/1/15", "R9.1.15", "令和9年1月15日", 46402, "２０２７年１月１５日"],  # noqa: DTZ001
)
def test_due_dates_as_people_write_them(tmp_path: Path, due: object) -> None:
    read = read_form(workbook(tmp_path / "f.xlsx", {"A1": "材質", "B1": "S45C", "A2": "納期", "B2": due}), today=TODAY)
    assert read.requirements.due_date == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (50, "General", "50"),
        (50, '0"個"', "50個"),
        (30.0, '"φ"0.00', "φ30"),
        (1234567, "#,##0", "1234567"),
        (0.1 + 0.2, "0.00", "0.3"),
        (0.5, "0%", "50%"),
        (datetime(2026, 12, 25), "yyyy/m/d", "2026年12月25日"),  # noqa: DTZ001
        (True, "General", "はい"),
        (float("nan"), "General", "#NUM!"),
    ],
)
def test_a_cell_reads_as_it_is_shown(value: object, number_format: str, expected: str) -> None:
    assert shown(value, number_format) == expected


def test_bare_numbers_take_the_unit_of_their_label(tmp_path: Path) -> None:
    cells = {"A1": "材質", "B1": "SPCC", "A2": "板厚", "B2": 1.2, "A3": "面粗さ", "B3": 1.6, "A4": "膜厚", "B4": "5〜8"}
    read = read_form(workbook(tmp_path / "f.xlsx", cells), today=TODAY)
    assert "板厚: 1.2mm" in read.text
    assert read.requirements.thickness_mm == 1.2
    assert read.requirements.roughness_ra_um == 1.6


def test_impossible_cells_are_named_with_sheet_row_and_label(tmp_path: Path) -> None:
    cells = {"A1": "材質", "B1": "数量", "C1": "希望納期", "D1": "板厚"}
    cells |= {"A2": "S45C", "B2": -5, "C2": "2026/13/45", "D2": "#REF!", "A3": "S45C", "B3": 2.5}
    with pytest.raises(LocatedErrors) as caught:
        read_form(workbook(tmp_path / "f.xlsx", cells, title="依頼"), today=TODAY)
    found = {(p.sheet, p.row, p.column) for p in caught.value.problems}
    assert found == {("依頼", 2, "数量"), ("依頼", 2, "希望納期"), ("依頼", 2, "板厚"), ("依頼", 3, "数量")}
    assert "2026/13/45" in caught.value.problems[1].text("ja")


def test_material_supply_no_is_not_read_as_supplied(tmp_path: Path) -> None:
    base = {"A1": "材質", "B1": "S45C", "A2": "数量", "B2": 5, "A3": "材料支給"}
    without = read_form(workbook(tmp_path / "a.xlsx", {**base, "B3": "無"}), today=TODAY)
    supplied = read_form(workbook(tmp_path / "b.xlsx", {**base, "B3": "有"}), today=TODAY)
    assert "支給" not in without.text
    assert "材料支給: あり" in supplied.text
    assert supplied.requirements.materials == ("S45C",)


def test_the_senders_address_is_not_the_delivery_place(tmp_path: Path) -> None:
    cells = {"A1": "住所", "B1": "東京都大田区", "A2": "材質", "B2": "S45C", "A3": "納品先", "B3": "長野県諏訪市"}
    read = read_form(workbook(tmp_path / "f.xlsx", cells), today=TODAY)
    assert read.requirements.prefectures == ("20",)
    assert [v.value for v in read.context if v.field == "sender.address"] == ["東京都大田区"]


def test_the_blank_form_is_refused_and_its_example_row_never_read(tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    write_blank_form(path)
    with pytest.raises(FileRefused, match="blank"):
        read_form(path, today=TODAY)
    book = openpyxl.load_workbook(path)
    columns = {label: number for number, (label, _, _) in enumerate(COLUMNS, start=1)}
    book[SHEET].cell(row=FIRST_PART_ROW, column=columns["材質"]).value = "SCM435"
    book[SHEET].cell(row=FIRST_PART_ROW, column=columns["数量"]).value = 7
    book.save(path)
    read = read_form(path, today=TODAY)
    assert read.requirements.materials == ("SCM435",)
    assert read.requirements.quantity == 7
    assert len(read.parts) == 1


def test_the_blank_form_is_the_same_every_time_and_fit_to_print(tmp_path: Path) -> None:
    write_blank_form(tmp_path / "a.xlsx")
    write_blank_form(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")[SHEET]
    assert sheet.page_setup.paperSize == 9
    assert len(sheet.data_validations.dataValidation) == 6
    unknown = [label for label, _, _ in COLUMNS if label != "No." and form_labels.find(label) is None]
    assert unknown == []


def test_a_sheet_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no items of a quotation form"):
        read_form(workbook(tmp_path / "f.xlsx", {"A1": "売上", "B1": 100}), today=TODAY)


def test_labels_in_english_and_numbered() -> None:
    assert form_labels.find("Material:").key == "material"  # type: ignore[union-attr]
    assert form_labels.find("材質 / Material").key == "material"  # type: ignore[union-attr]
    assert form_labels.find("工程2").key == "process"  # type: ignore[union-attr]
    assert form_labels.find("旋盤/材料") is None
    assert form_labels.find("A5052") is None
    assert [column_letters(n) for n in (1, 26, 27, 703)] == ["A", "Z", "AA", "AAA"]


def test_the_blank_form_among_the_examples_is_the_one_that_is_written(tmp_path: Path) -> None:
    write_blank_form(tmp_path / "a.xlsx")
    shipped = Path(__file__).resolve().parents[3] / "examples" / "forms" / "rfq-form.xlsx"
    sheets = [openpyxl.load_workbook(path)[SHEET] for path in (tmp_path / "a.xlsx", shipped)]
    made, kept = ([[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in sheets)
    assert made == kept, "run scripts/make_examples.py"


PARTS = {"A3": "品名", "B3": "材質", "C3": "数量", "D3": "加工内容", "E3": "希望納期"}


def test_a_part_without_a_process_is_asked_about_by_name(tmp_path: Path) -> None:
    cells = {**PARTS, "A4": "軸", "B4": "S45C", "C4": 3, "D4": "NC旋盤", "A5": "パッキン", "B5": "NBR", "C5": 9}
    cells |= {"A6": "銘板", "A7": "以上", "A9": "納期は厳守でお願いします"}
    read = read_form(workbook(tmp_path / "f.xlsx", cells), today=TODAY)
    assert [part.name for part in read.parts] == ["軸", "パッキン", "銘板"]
    asked = [question for question in read.questions if question.field == "processes"]
    assert [(question.part, question.why) for question in asked] == [("p2", "missing"), ("p3", "missing")]
    assert asked[0].ja.startswith("パッキン：加工内容・工程が未記入です")
    assert asked[0].en.startswith("パッキン: no process is given")


def test_a_single_part_without_a_process_is_asked_about_too(tmp_path: Path) -> None:
    read = read_form(workbook(tmp_path / "f.xlsx", {**PARTS, "A4": "パッキン", "C4": 9}), today=TODAY)
    assert [(q.field, q.part) for q in read.questions if q.why == "missing"] == [("processes", "")]
    cells = {**PARTS, "A1": "加工内容", "B1": "NC旋盤", "A4": "軸", "C4": 9}
    shared = read_form(workbook(tmp_path / "g.xlsx", cells), today=TODAY)
    assert [q for q in shared.questions if q.field == "processes"] == [], "the cover names the process"


def test_the_cover_due_date_holds_for_rows_without_their_own(tmp_path: Path) -> None:
    cells = {**PARTS, "A1": "希望納期", "B1": "2027/1/29"}
    cells |= {"A4": "軸", "B4": "S45C", "C4": 3, "D4": "NC旋盤", "E4": "2026/12/25"}
    cells |= {"A5": "板", "B5": "A7075", "C5": 9, "D5": "5軸加工"}
    read = read_form(workbook(tmp_path / "f.xlsx", cells), today=TODAY)
    assert [part.requirements.due_date for part in read.parts] == [date(2026, 12, 25), date(2027, 1, 29)]
    assert [question for question in read.questions if question.field == "due_date"] == []
    found = {(v.value, v.part, v.place) for v in read.fields if v.field == "due_date"}
    assert found == {(date(2027, 1, 29), "", "Sheet1!B1"), (date(2026, 12, 25), "p1", "Sheet1!E4")}
    for value in read.fields:
        assert read.text[value.start : value.end] == value.text


def test_the_cover_due_date_stays_when_every_row_has_its_own(tmp_path: Path) -> None:
    cells = {**PARTS, "A1": "希望納期", "B1": "2027/1/29", "A2": "納入先", "B2": "長野県諏訪市"}
    cells |= {"A4": "軸", "B4": "S45C", "C4": 3, "D4": "NC旋盤", "E4": "2026/12/25"}
    cells |= {"A5": "板", "B5": "A7075", "C5": 9, "D5": "5軸加工", "E5": "2027/1/15"}
    read = read_form(workbook(tmp_path / "f.xlsx", cells), today=TODAY)
    assert [part.requirements.due_date for part in read.parts] == [date(2026, 12, 25), date(2027, 1, 15)]
    found = {(v.value, v.part) for v in read.fields if v.field == "due_date"}
    assert found == {(date(2027, 1, 29), ""), (date(2026, 12, 25), "p1"), (date(2027, 1, 15), "p2")}
    assert {v.place for v in read.fields if v.field == "prefectures"} == {"Sheet1!B2"}
    for value in (*read.fields, *read.context):
        assert read.text[value.start : value.end] == value.text
