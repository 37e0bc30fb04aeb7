"""Bad input of every channel, through the real worker: a line in the inbox or a stop that says why; nothing is lost."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image

from kumihimo.paper.layout import FormKind
from kumihimo.simulate.fax import Level, fax
from kumihimo.simulate.replies import Reply, mark_sheet
from kumihimo_web.channels import services
from kumihimo_web.channels.models import Inbound
from kumihimo_web.inbox.state import Kind, State

from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .inboxed import ACCEPT, codes, come, items_of, know, order_now, sheet_of, work
from .ordered import Pen, issued

pytestmark = pytest.mark.any_database

MAIL = "message/rfc822"


def _sheet(*, bloat: int = 0, more: dict[str, bytes] | None = None) -> bytes:
    import openpyxl

    made, out = io.BytesIO(), io.BytesIO()
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "御見積書"
    book.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for one in source.namelist():
            is_book = one == "xl/workbook.xml"
            target.writestr(one, source.read(one) + (b" " * bloat if is_book else b""))
        for name, content in (more or {}).items():
            target.writestr(name, content)
    return out.getvalue()


def _macros() -> bytes:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    there = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
        b'Target="http://127.0.0.1:1/steal.xlsx" TargetMode="External"/></Relationships>'
    )
    return _sheet(
        more={
            "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\x00" * 500,
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": there,
        }
    )


def _shapes() -> bytes:
    shape = (
        b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:sp>'
        b"<xdr:txBody>OK</xdr:txBody></xdr:sp></xdr:wsDr>"
    )
    return _sheet(more={"xl/drawings/drawing1.xml": shape, "xl/drawings/vmlDrawing1.vml": b"<xml/>"})


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def _tiff_bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, format="TIFF", compression="group4")
    return out.getvalue()


def _pdf(*, password: str = "", script: str = "") -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    if script:
        action = {"/Type": "/Action", "/S": "/JavaScript", "/JS": script}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {
                NameObject(key): NameObject(value) if key != "/JS" else TextStringObject(value)
                for key, value in action.items()
            }
        )
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


FILES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "corrupt TIFF": (lambda: b"II*\x00" + b"\x07" * 400, Kind.UNKNOWN, "壊れているか"),
    "zip bomb as Excel": (lambda: _sheet(bloat=90_000_000), Kind.EXCEL, "異常に大きく"),
    "Excel with macros and external links": (_macros, Kind.EXCEL, "回答票ではありません"),
    "foreign Excel with shapes": (_shapes, Kind.EXCEL, "回答票ではありません"),
    "PNG bomb": (lambda: _png(60_000, 60_000), Kind.UNKNOWN, "画素数が多すぎます"),
    "TIFF bomb": (_tiff_bomb, Kind.UNKNOWN, "画素数が多すぎます"),
    "encrypted PDF": (lambda: _pdf(password="secret"), Kind.UNKNOWN, "パスワード"),
    "PDF with JavaScript": (lambda: _pdf(script="app.alert(1)"), Kind.UNKNOWN, ""),
    "winmail.dat": (lambda: b"\x78\x9f\x3e\x22" + b"\x00" * 300, Kind.UNKNOWN, "読める種類のものではありません"),
    "nothing": (lambda: b"", Kind.UNKNOWN, "中身がありません"),
    "mail as a file": (lambda: _nested(50), Kind.UNKNOWN, "読める種類のものではありません"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("way", ["fax", "upload", "mail"])
def test_a_bad_file_waits_with_its_reason_whatever_way_it_came(
    way: str, name: str, people: People, browser: Callable[[str], Any]
) -> None:
    make, kind, words = FILES[name]
    content, began = make(), time.process_time()
    raw = _mail("見積です。", ("../../etc/返信\\a.xlsx", content)) if way == "mail" else content
    found = come(people, raw, channel=way, sender="x@example.jp", content_type=MAIL if way == "mail" else "image/tiff")
    assert time.process_time() - began < 20
    assert all(one.state == State.WAITING for one in found)
    assert found[0].kind == kind
    assert words in found[0].reading["reasons"][0]["ja"]
    assert "/" not in found[0].reading.get("name", "")
    if way == "mail":
        assert (len(found), found[1].kind) == (2, Kind.MAIL), "its words are read too"
    answer = browser("coordinator").get(reverse("inbox_original", args=[found[0].pk]))
    assert answer.content == raw, "nothing is lost"
    assert "/" not in answer["Content-Disposition"]


def _mail(text: str, *files: tuple[str, bytes]) -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = "x@example.jp", "Re: 見積", "<1@example.jp>"
    made.set_content(text)
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def _nested(depth: int) -> bytes:
    head = b"From: x@example.jp\r\nSubject: x\r\n"
    return head + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Content-Type: text/plain\r\n\r\nyes\r\n"


@pytest.mark.parametrize(
    "raw",
    [_mail("はい", *((f"{n}.tif", b"II*\x00" + bytes([n % 250])) for n in range(500))), _nested(50)],
    ids=["500 attachments", "50 mails in one another"],
)
def test_a_mail_that_is_too_much_is_stopped_and_opened_when_a_person_says_so(
    raw: bytes, people: People, as_user: Callable[[str], Any], browser: Callable[[str], Any]
) -> None:
    assert come(people, raw, channel="mail", sender="x@example.jp", content_type=MAIL) == []
    held = Inbound._base_manager.get()
    assert (held.state, held.reason, bytes(held.raw)) == ("held", "unreadable", raw)
    assert "中身を開いていません" in browser("coordinator").get(reverse("held")).content.decode()
    with as_user("coordinator"):
        services.release(held.pk)
    work()
    found = items_of(held)
    assert found
    assert all(one.state == State.WAITING and codes(one) for one in found)
    assert browser("coordinator").get(reverse("inbox_original", args=[found[0].pk])).content == raw


def test_a_tiff_with_forms_of_two_firms_is_a_line_for_each(people: People) -> None:
    know(people)
    know(people, firm=RIVAL_FIRM, value="0263000002")
    own, other = issued(people), Pen(people, step="s1").ask(RIVAL_FIRM).quote("rival").award(RIVAL_FIRM).issue()
    rng, pages = np.random.default_rng(3), []
    for pen in (own, other):
        paper, layout = sheet_of(people, FormKind.ACKNOWLEDGEMENT, pen.ref)
        made = fax(mark_sheet(paper, layout.layout, Reply(chosen=ACCEPT), rng), Level.L1, rng)
        pages.append(Image.open(io.BytesIO(made)))
    out = io.BytesIO()
    dots = pages[0].info["dpi"]
    pages[0].save(out, format="TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=dots)
    first, second = come(people, out.getvalue())
    # Pages that came in one file may be of one answer: a person looks at each, with its own order and firm.
    assert (first.page, first.state, first.order_ref, first.firm) == (1, State.WAITING, own.ref, OWN_FIRM)
    assert (second.page, second.state, second.order_ref) == (2, State.WAITING, other.ref)
    assert codes(first) == ["several_pages"]
    assert set(codes(second)) == {"several_pages", "other_sender"}
    assert {one.command["kind"] for one in (first, second)} == {"accept"}
    assert [order_now(people, pen.ref).accepted_revision for pen in (own, other)] == [0, 0]
