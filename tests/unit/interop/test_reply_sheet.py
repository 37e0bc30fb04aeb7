"""The answer sheet in Excel: filled by hand in openpyxl as a partner would, read back by names."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell import Cell

from kumihimo.errors import InputError
from kumihimo.interop.reply_sheet import ANSWERS, HIDDEN_SHEET, NAME_HEAD, write_reply_sheet
from kumihimo.interop.reply_sheet_read import MAX_BYTES, ReplySheet, SheetReason, read_reply_sheet
from kumihimo.paper.document import Document
from kumihimo.paper.document_json import document_from_json
from kumihimo.paper.kinds import DocumentKind
from kumihimo.paper.layout import FormKind
from kumihimo.paper.reading.read import Outcome

SECRET = b"a key for tests only, 32 bytes.."
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "orders" / "document-order.json"
ORDER = "PO-2026-000123"
QUOTED = {"answer": "見積します", "due_on": date(2026, 12, 11), "price_1": 1500, "price_2": 2300, "price_3": 1200}


def document(kind: DocumentKind = DocumentKind.ORDER, **changes: Any) -> Document:
    data = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return document_from_json({**data, **changes}, kind)


def sheet(kind: DocumentKind = DocumentKind.ORDER, **changes: Any) -> bytes:
    return write_reply_sheet(document(kind, **changes), secret=SECRET)


def filled(data: bytes, values: Mapping[str, Any], change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for name, value in values.items():
        title, _, place = book.defined_names[NAME_HEAD + name].attr_text.rpartition("!")
        book[title.strip("'")][place.replace("$", "")] = value
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, *, current: int | None = 2) -> ReplySheet:
    return read_reply_sheet(data, secret=SECRET, current_revision={ORDER: current}.get)


def reasons(found: ReplySheet) -> list[SheetReason]:
    return [one.reason for one in found.reviews]


def test_a_quotation() -> None:
    found = read(filled(sheet(DocumentKind.RFQ), {**QUOTED, "valid_until": date(2026, 12, 31), "words": "よろしく"}))
    assert found.outcome is Outcome.AUTOMATIC, found.reviews
    assert found.kind is FormKind.QUOTATION
    assert found.token is not None
    assert (found.token.order, found.token.revision) == (ORDER, 2)
    assert (found.answer, found.due_on, found.valid_until) == ("quote", date(2026, 12, 11), date(2026, 12, 31))
    assert [(one.line, one.unit_price_jpy) for one in found.prices] == [(1, 1500), (2, 2300), (3, 1200)]
    assert found.words == "よろしく"


def test_an_acceptance_and_a_refusal() -> None:
    found = read(filled(sheet(), {"answer": "このまま請けます"}))
    assert (found.outcome, found.kind, found.answer) == (Outcome.AUTOMATIC, FormKind.ACKNOWLEDGEMENT, "accept")
    found = read(filled(sheet(), {"answer": "お断りします", "reason": "手がいっぱい"}))
    assert (found.outcome, found.answer, found.reason) == (Outcome.AUTOMATIC, "decline", "capacity")


def test_the_english_sheet_is_read_as_well() -> None:
    data = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    made = write_reply_sheet(document_from_json(data, DocumentKind.ORDER, lang="en"), secret=SECRET)
    found = read(filled(made, {"answer": "Declined ", "reason": "no material"}))
    assert (found.outcome, found.answer, found.reason) == (Outcome.AUTOMATIC, "decline", "material")


@pytest.mark.parametrize(
    "written",
    ["2026/12/11", "２０２６年１２月１１日", "令和8年12月11日(金)", "R8.12.11", datetime(2026, 12, 11, 9), 46367],  # noqa: DTZ001 - cells have no zone
)
def test_days_however_they_are_typed(written: object) -> None:
    found = read(filled(sheet(DocumentKind.RFQ), {**QUOTED, "due_on": written}))
    assert (found.outcome, found.due_on) == (Outcome.AUTOMATIC, date(2026, 12, 11)), found.reviews


@pytest.mark.parametrize("written", ["１，５００", "1,500円", "¥1500", " 1500 ", 1500.0])
def test_numbers_however_they_are_typed(written: object) -> None:
    found = read(filled(sheet(DocumentKind.RFQ), {**QUOTED, "price_1": written}))
    assert found.outcome is Outcome.AUTOMATIC, found.reviews
    assert found.prices[0].unit_price_jpy == 1500


@pytest.mark.parametrize(
    ("values", "expected", "field"),
    [
        ({}, SheetReason.NOTHING_CHOSEN, "answer"),
        ({"answer": "たぶん大丈夫"}, SheetReason.NOT_READABLE, "answer"),
        ({"answer": "納期・単価を変えれば請けます"}, SheetReason.MISSING, "due_on"),
        ({"answer": "お断りします"}, SheetReason.MISSING, "reason"),
        ({"answer": "このまま請けます", "due_on": date(2027, 1, 8)}, SheetReason.DOES_NOT_FIT, None),
        ({"answer": "このまま請けます", "price_2": 9999}, SheetReason.DOES_NOT_FIT, None),
        ({"answer": "このまま請けます", "reason": "手がいっぱい"}, SheetReason.DOES_NOT_FIT, None),
        ({"answer": "このまま請けます", "words": "ただし材料は支給のこと"}, SheetReason.WORDS, "words"),
        ({"answer": "納期・単価を変えれば請けます", "due_on": "12月中"}, SheetReason.NOT_READABLE, "due_on"),
        ({"answer": "納期・単価を変えれば請けます", "due_on": date(2025, 12, 20)}, SheetReason.DOES_NOT_FIT, "due_on"),
        ({"answer": "納期・単価を変えれば請けます", "price_1": "応相談"}, SheetReason.NOT_READABLE, "price_1"),
        ({"answer": "納期・単価を変えれば請けます", "price_1": -5}, SheetReason.NOT_READABLE, "price_1"),
        ({"answer": "納期・単価を変えれば請けます", "price_1": 1200.5}, SheetReason.NOT_READABLE, "price_1"),
    ],
)
def test_what_a_person_must_look_at(values: dict[str, Any], expected: SheetReason, field: str | None) -> None:
    found = read(filled(sheet(), values))
    assert found.outcome is Outcome.REVIEW
    assert reasons(found) == [expected]
    assert found.reviews[0].field == field
    assert found.reviews[0].ja
    assert found.reviews[0].en


def test_a_price_is_asked_for_every_line() -> None:
    found = read(filled(sheet(DocumentKind.RFQ), {name: value for name, value in QUOTED.items() if name != "price_2"}))
    assert [(one.reason, one.field) for one in found.reviews] == [(SheetReason.MISSING, "price_2")]


def test_prices_come_back_under_the_numbers_of_the_order() -> None:
    made = write_reply_sheet(document(DocumentKind.RFQ), secret=SECRET, line_numbers=(10, 20, 40))
    values = {"answer": "見積します", "due_on": date(2026, 12, 11), "price_10": 1, "price_20": 2, "price_40": 3}
    found = read(filled(made, values))
    assert [(one.line, one.unit_price_jpy) for one in found.prices] == [(10, 1), (20, 2), (40, 3)]


def test_cells_are_found_by_name_in_a_renamed_sheet() -> None:
    def rename(book: openpyxl.Workbook) -> None:
        book["回答"].title = "It's 回答 (2)"
        for name in book.defined_names.values():
            name.attr_text = name.attr_text.replace("'回答'", "'It''s 回答 (2)'")

    found = read(filled(sheet(), {"answer": "このまま請けます"}, rename))
    assert (found.outcome, found.answer) == (Outcome.AUTOMATIC, "accept"), found.reviews


@pytest.mark.parametrize(
    ("current", "expected"),
    [(None, SheetReason.UNKNOWN_ORDER), (3, SheetReason.OLD_REVISION), (1, SheetReason.NEWER_REVISION)],
)
def test_only_the_revision_in_force_is_answered(current: int | None, expected: SheetReason) -> None:
    found = read(filled(sheet(), {"answer": "このまま請けます"}), current=current)
    assert reasons(found) == [expected]
    assert (found.outcome, found.answer) == (Outcome.REVIEW, "accept")


def test_a_token_that_was_changed_is_forged() -> None:
    def of_another_order(book: openpyxl.Workbook) -> None:
        cell = book[HIDDEN_SHEET]["A2"]
        cell.value = str(cell.value).replace("000123", "000124")

    found = read(filled(sheet(), {"answer": "このまま請けます"}, of_another_order))
    assert reasons(found) == [SheetReason.FORGED]
    assert found.token is None
    assert found.answer == ""


def test_the_token_of_a_paper_form_opens_no_sheet() -> None:
    from kumihimo.paper.token import FormToken

    def of_the_form(book: openpyxl.Workbook) -> None:
        book[HIDDEN_SHEET]["A2"] = FormToken(code="A1", order=ORDER, revision=2).signed(SECRET)

    assert reasons(read(filled(sheet(), {"answer": "このまま請けます"}, of_the_form))) == [SheetReason.FORGED]


def test_a_further_sheet_is_looked_at() -> None:
    def add(book: openpyxl.Workbook) -> None:
        book.create_sheet("条件")["A1"] = "前金でお願いします"

    found = read(filled(sheet(), {"answer": "このまま請けます"}, add))
    assert reasons(found) == [SheetReason.MORE_SHEETS]
    assert "条件" in found.reviews[0].ja


def test_a_deleted_row_is_noticed() -> None:
    def delete(book: openpyxl.Workbook) -> None:
        book.defined_names[NAME_HEAD + "price_2"].attr_text = "'回答'!#REF!"

    found = read(filled(sheet(DocumentKind.RFQ), {**QUOTED, "price_2": None}, delete))
    assert [(one.reason, one.field) for one in found.reviews] == [(SheetReason.NOT_READABLE, "price_2")]


def _foreign() -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "御見積書"  # type: ignore[index]
    book.save(out)
    return out.getvalue()


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            data = source.read(item)
            target.writestr(item.filename, data + b" " * 80_000_000 if item.filename == "xl/workbook.xml" else data)
    return out.getvalue()


def _with_entity() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "xl/workbook.xml":
                data = b'<!DOCTYPE x [<!ENTITY a "ha">]>' + data.partition(b"?>")[2]
            target.writestr(item.filename, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "expected", "words"),
    [
        (_foreign(), SheetReason.NOT_OURS, "回答票ではありません"),
        (b"", SheetReason.REFUSED, "空のファイル"),
        (b"%PDF-1.7", SheetReason.REFUSED, "Excel ブック(.xlsx)ではありません"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, SheetReason.REFUSED, "パスワード"),
        (sheet()[:2000], SheetReason.REFUSED, "壊れている"),
        (_bomb(), SheetReason.REFUSED, "異常に大きく"),
        (_with_entity(), SheetReason.REFUSED, "開けません"),
        (b"PK\x03\x04" + b"\0" * MAX_BYTES, SheetReason.REFUSED, "大きすぎます"),
    ],
    ids=["foreign", "empty", "pdf", "password", "cut off", "bomb", "entity", "large"],
)
def test_foreign_and_hostile_files_are_told_and_never_raise(data: bytes, expected: SheetReason, words: str) -> None:
    found = read_reply_sheet(data, secret=SECRET, current_revision={}.get, name="回答.xlsx")
    assert (found.outcome, found.token) == (Outcome.REVIEW, None)
    assert reasons(found) == [expected]
    assert words in found.reviews[0].ja
    assert "回答.xlsx" in found.reviews[0].ja


def test_the_same_document_gives_the_same_bytes() -> None:
    assert sheet() == sheet()


def test_the_book_is_locked_but_for_its_yellow_cells() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet(DocumentKind.RFQ)))
    answers = book["回答"]
    assert answers.protection.sheet
    assert book[HIDDEN_SHEET].sheet_state == "veryHidden"
    cells = [cell for row in answers.iter_rows() for cell in row if isinstance(cell, Cell)]
    open_cells = {cell.coordinate for cell in cells if not cell.protection.locked}
    named = {
        name.attr_text.rpartition("!")[2].replace("$", "")
        for name in book.defined_names.values()
        if "回答" in name.attr_text
    }
    assert open_cells == named
    offered = {rule.formula1 for rule in answers.data_validations.dataValidation}
    assert '"' + ",".join(one.ja for one in ANSWERS[FormKind.QUOTATION].values()) + '"' in offered


def test_what_a_firm_typed_is_no_formula() -> None:
    lines = [{"item": '=HYPERLINK("http://x")', "quantity": 1}]
    book = openpyxl.load_workbook(io.BytesIO(sheet(DocumentKind.RFQ, lines=lines)))
    assert not [cell for row in book["回答"].iter_rows() for cell in row if cell.data_type == "f"]


def test_kinds_without_an_answer_have_no_sheet() -> None:
    with pytest.raises(InputError, match="no answer sheet"):
        write_reply_sheet(document(DocumentKind.REMINDER), secret=SECRET)
