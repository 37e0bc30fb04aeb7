"""A document with its reply form behind it, and the key that signs both."""

from __future__ import annotations

import io
import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
from paper_desk import EXAMPLES, SECRET

from kumihimo.errors import FileRefused, InputError
from kumihimo.paper.document_json import document_from_json, document_to_json
from kumihimo.paper.form_key import make_form_key, read_form_key
from kumihimo.paper.kinds import KINDS, DocumentKind
from kumihimo.paper.letter import render_with_form
from kumihimo.paper.reading.read import ReviewReason, read_pages
from kumihimo.paper.rendering import render

ORDER = json.loads((EXAMPLES / "document-order.json").read_text(encoding="utf-8"))
GOODS = json.loads((EXAMPLES / "document-goods.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (DocumentKind.RFQ, "Q1"),
        (DocumentKind.ORDER, "A1"),
        (DocumentKind.ORDER_CHANGE, "A1"),
        (DocumentKind.REMINDER, "R1"),
    ],
)
def test_the_last_page_is_the_form_and_is_read(kind: DocumentKind, code: str) -> None:
    document = document_from_json(ORDER, kind)
    made = render_with_form(document, secret=SECRET)
    alone = pypdf.PdfReader(io.BytesIO(render(document, secret=SECRET).pdf))
    book = pypdf.PdfReader(io.BytesIO(made.pdf))
    assert len(book.pages) == len(alone.pages) + 1
    assert made.forms[0].layout.code == code
    form = pypdf.PdfWriter()
    form.add_page(book.pages[-1])
    out = io.BytesIO()
    form.write(out)
    (read,) = read_pages(out.getvalue(), secret=SECRET, current_revision=lambda _number: 2)
    assert read.token is not None
    assert (read.token.code, read.token.order, read.token.revision) == (code, "PO-2026-000123", 2)
    assert {one.reason for one in read.reviews} == {ReviewReason.NOTHING_MARKED}
    assert "ほか2件" in book.pages[-1].extract_text()


def test_the_same_document_gives_the_same_bytes() -> None:
    document = document_from_json(ORDER, DocumentKind.ORDER)
    made = render_with_form(document, secret=SECRET)
    assert made == render_with_form(document, secret=SECRET)
    assert pypdf.PdfReader(io.BytesIO(made.pdf)).metadata.creation_date == datetime(1970, 1, 1, tzinfo=UTC), "no clock"


def test_kinds_without_an_answer_have_no_form() -> None:
    document = document_from_json(GOODS, DocumentKind.DELIVERY_NOTE)
    assert render_with_form(document, secret=SECRET).pdf == render(document).pdf


def test_what_is_on_the_form_can_be_printed() -> None:
    lines = [{"item": "部品\u202e" + "長" * 200 + "\U0001f980", "quantity": 3}]
    made = render_with_form(document_from_json({**ORDER, "lines": lines}, DocumentKind.RFQ), secret=SECRET)
    text = pypdf.PdfReader(io.BytesIO(made.pdf)).pages[-1].extract_text()
    assert "\u202e" not in text
    assert "…" in text


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_json_brings_every_document_back(kind: DocumentKind) -> None:
    names = ("order", "goods", "received", "daily")
    for data in (json.loads((EXAMPLES / f"document-{name}.json").read_text(encoding="utf-8")) for name in names):
        try:
            document = document_from_json(data, kind, number=f"{KINDS[kind].prefix}-1")
        except InputError:
            continue
        assert document_from_json(json.loads(json.dumps(document_to_json(document))), kind) == document
        return
    pytest.fail(f"no example holds what {kind} needs")


def test_a_key_is_made_once_however_many_want_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "form.key"
    made: list[bool] = []
    read: list[bytes] = []

    def want() -> None:
        made.append(make_form_key(path))
        read.append(read_form_key(path))

    wanting = [threading.Thread(target=want) for _ in range(16)]
    for one in wanting:
        one.start()
    for one in wanting:
        one.join()
    assert made.count(True) == 1
    assert len(set(read)) == 1
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in path.parent.iterdir()] == ["form.key"]


def test_a_key_that_could_be_guessed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "form.key"
    path.write_text("short\n", encoding="ascii")
    with pytest.raises(InputError, match="too short"):
        read_form_key(path)
    with pytest.raises(FileRefused):
        read_form_key(tmp_path / "absent")
