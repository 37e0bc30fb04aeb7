"""Drawings of orders: what is taken, what is frozen, and that a firm opens nothing that it was not sent."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kumihimo.errors import FileRefused, InputError
from kumihimo.trade import Role
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.audit.models import Line
from kumihimo_web.channels.models import Enclosure, Message
from kumihimo_web.orders import drawings, outbox, queries
from kumihimo_web.orders.drawing_file import MOST_BYTES, kind_of
from kumihimo_web.orders.models import Drawing, Order, WorkOrder

from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .ordered import PDF, Pen

Browser = Callable[[str], Any]
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 800, 600) + b"\x08\x02\0\0\0"
JPEG = b"\xff\xd8\xff\xe0\x00\x04JF\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 600, 800) + b"\x01\x01\x11\x00"
TIFF = b"II*\0" + struct.pack("<IH", 8, 2) + struct.pack("<HHIIHHII", 256, 4, 1, 1728, 257, 4, 1, 2292)
DXF = b"0\r\nSECTION\r\n2\r\nENTITIES\r\n0\r\nENDSEC\r\n0\r\nEOF\r\n"
STEP = b"ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def sent_form(pen: Pen, name: str, content: bytes, **more: Any) -> dict[str, Any]:
    version = Order._base_manager.get(ref=pen.ref).version
    return {
        "number": "D-100",
        "revision": "A",
        "version": version,
        "file": SimpleUploadedFile(name, content, content_type="text/html"),
        **more,
    }


@pytest.mark.parametrize(
    ("content", "extension"),
    [(PDF, "pdf"), (PNG, "png"), (JPEG, "jpg"), (TIFF, "tif"), (DXF, "dxf"), (STEP, "step")],
)
def test_a_file_is_what_its_content_says(content: bytes, extension: str) -> None:
    assert kind_of("drawing.html", content).extension == extension


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空のファイル"),
        (b"%PDF-1.7" + b" " * MOST_BYTES, "大きすぎます"),
        (b"%PDF-1.7 cut", "途中で切れて"),
        (b"<html><script>alert(1)</script>", "HTML・SVG"),
        (b"<?xml version='1.0'?><svg onload='x'/>", "HTML・SVG"),
        (b"<html><!-- ISO-10303-21; -->", "HTML・SVG"),
        (b"AC1032 dwg", "DWG"),
        (b"PK\x03\x04 zip", "圧縮ファイル"),
        (b"MZ\x90 program", "中身で見ています"),
        (PNG[:20], "途中で切れて"),
        (PNG[:16] + struct.pack(">II", 60_000, 60_000), "画像が大きすぎます"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "途中で切れて"),
        (TIFF[:4] + struct.pack("<I", 2**31), "途中で切れて"),
        (b"\xff\xd8\xff", "途中で切れて"),
        (b"\xff\xd8\xff\xe0\x00\x00", "途中で切れて"),
    ],
)
def test_what_is_no_drawing_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(FileRefused) as why:
        kind_of("part.pdf", content)
    assert said in why.value.ja
    assert why.value.en.startswith("part.pdf")


def test_a_drawing_goes_out_with_the_request_frozen_by_its_hash(people: People, browser: Browser) -> None:
    pen, client = Pen(people), browser("coordinator")
    address = reverse("order_drawings", args=[pen.ref])
    refused = client.post(address, sent_form(pen, "a.pdf", b"<html></html>"))
    assert refused.status_code == 422
    assert "HTML・SVG" in text(refused)
    assert "もう一度選んでください" in text(refused)
    assert client.post(address, sent_form(pen, "../../図面.pdf", PDF)).status_code == 302
    page = text(client.get(address))
    assert "D-100 A" in page
    assert "まだ誰にも送っていません" in page
    do = reverse("order_do", args=[pen.ref, "send_rfq"])
    page = text(client.get(do))
    assert "一緒に送る図面" in page
    key, version = (re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("key", "version"))  # type: ignore[index]
    by = (pen.today + timedelta(days=5)).isoformat()
    sent = {"firms": [OWN_FIRM, RIVAL_FIRM], "answer_by": by, "key": key, "version": version}
    assert client.post(do, sent).status_code == 302
    with scoped(people.coordinator.scope()):
        event = queries.timeline(pen.ref)[-1]
    frozen = {"number": "D-100", "revision": "A", "sha256": hashlib.sha256(PDF).hexdigest()}
    assert (event.kind, event.data["drawings"]) == ("send_rfq", [frozen])
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "送った企業:" in page
    assert frozen["sha256"][:12] in page
    verbs = list(Line._base_manager.filter(kind="drawing").values_list("verb", flat=True))
    assert verbs == ["drawing.added"]


def test_a_draft_whose_drawing_has_no_file_is_not_sent(people: People, browser: Browser) -> None:
    pen, client = Pen(people), browser("coordinator")
    pen.draw()
    Drawing._base_manager.all().delete()
    page = text(client.get(reverse("order_drawings", args=[pen.ref])))
    assert "ファイルのない図面があります: D-100 A" in page
    data = {"recipients": [{"firm": OWN_FIRM}], "answer_by": pen.today.isoformat()}
    assert pen.give("send_rfq", data, Role.BUYER).code == "drawings_frozen"


def test_before_it_is_sent_a_file_is_replaced_or_taken_away(people: People, browser: Browser) -> None:
    pen, client = Pen(people), browser("coordinator")
    pen.draw()
    pen.draw(content=PDF + b"%better\n%%EOF")
    assert Drawing._base_manager.get().content == PDF + b"%better\n%%EOF"
    pen.draw("D-200", "0")
    assert [str(row) for row in Drawing._base_manager.all()] == ["D-200 0"], "no line names the first one any more"
    row = Drawing._base_manager.get()
    away = reverse("order_drawing_away", args=[row.pk])
    version = Order._base_manager.get(ref=pen.ref).version
    assert "外しました" in text(client.post(away, {"version": version}, follow=True))
    assert not Drawing._base_manager.exists()
    assert pen.drawn() == []
    assert Line._base_manager.filter(verb="drawing.removed").count() == 2
    pen.draw()
    pen.ask()
    row = Drawing._base_manager.get()
    kept = text(client.post(reverse("order_drawing_away", args=[row.pk]), {"version": 9}, follow=True))
    assert "もう送ったので、外せません" in kept
    with pytest.raises(InputError, match="give a changed drawing a new revision"):
        pen.draw(content=PDF + b"\n%%EOF")
    with pytest.raises(InputError, match="quotations rest on the drawings"):
        pen.draw("D-100", "B")


def test_each_firm_opens_what_it_was_sent_and_only_that(people: People, browser: Browser) -> None:
    pen = Pen(people)
    row = pen.draw()
    address = reverse("order_drawing", args=[row.pk])
    factory, rival = browser("factory"), browser("rival")
    assert factory.get(address).status_code == 404, "nothing was sent yet"
    pen.ask(OWN_FIRM)
    answer = factory.get(address)
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="D-100_A.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    factory.get(address)
    opened = Line._base_manager.filter(verb="drawing.fetched")
    assert [(line.firm, line.row) for line in opened] == [(OWN_FIRM, str(row.pk))], "once, however often"
    assert rival.get(address).status_code == 404, "it was not asked"
    assert "D-100" in text(factory.get(reverse("own_order", args=[pen.ref])))
    for who in ("buyer", "assessor"):
        assert browser(who).get(address).status_code == 403
    assert browser("stranger").get(address).status_code == 404


def test_a_loser_keeps_the_number_of_what_it_was_asked_and_loses_the_file(people: People, browser: Browser) -> None:
    pen = Pen(people)
    first = pen.draw()
    pen.ask()
    pen.done("decline_rfq", {"firm": RIVAL_FIRM}, Role.SUPPLIER, "rival")
    rival, address = browser("rival"), reverse("order_drawing", args=[first.pk])
    assert rival.get(address).status_code == 200, "it may change its mind while the request stands"
    pen.quote().award()
    assert rival.get(address).status_code == 200, "that somebody was chosen is not told before the order goes out"
    pen.issue()
    assert rival.get(address).status_code == 404
    pen.accept()
    later = pen.draw("D-100", "B", PDF + b"%B\n%%EOF")
    revise(pen, quantity=77)
    own = browser("factory")
    for row in (first, later):
        assert own.get(reverse("order_drawing", args=[row.pk])).status_code == 200
        assert rival.get(reverse("order_drawing", args=[row.pk])).status_code == 404
    with scoped(people.rival.scope()):
        order = queries.order(pen.ref)
        assert order is not None
        assert [(one.number, one.revision) for one in order.drawings] == [("D-100", "A")]
        assert [(line.revision, line.quantity) for line in order.lines] == [("A", 10)], "nothing of later revisions"
        assert drawings.openable(pen.ref) == []


def revise(pen: Pen, quantity: int = 10) -> None:
    """Send a revision with the drawing that was attached last."""
    from kumihimo_web.orders import services

    row = Drawing._base_manager.latest("attached_at")
    with scoped(pen.people.coordinator.scope()):
        order = queries.order(pen.ref)
        assert order is not None
        notice = services.notice_for(pen.ref)
    price = order.lines[0].unit_price_jpy or 0
    notice = {**notice, "amount": {"value": quantity * price}}
    line = {"no": 1, "item": order.lines[0].item, "quantity": quantity, "unit": "個", "unit_price_jpy": price}
    data = {
        "lines": [line | {"drawing": row.number, "revision": row.revision}],
        "drawings": [{"number": row.number, "revision": row.revision, "sha256": row.sha256}],
        "notice": notice,
        "verdicts": [{"rule": "synthetic", "colour": "green"}],
        "due_on": notice["receipt_on"]["value"],
        "reason": "new drawing",
    }
    pen.done("revise", data, Role.BUYER)


def test_whoever_declined_an_order_that_went_to_another_opens_it_no_more(people: People, browser: Browser) -> None:
    pen = Pen(people)
    row = pen.draw()
    pen.ask().quote().award().issue()
    pen.done("decline", {"firm": OWN_FIRM, "revision": 1, "reason": "full"}, Role.SUPPLIER, "factory")
    factory, address = browser("factory"), reverse("order_drawing", args=[row.pk])
    assert factory.get(address).status_code == 200, "the order may still come back to it"
    made = browser("coordinator").post(reverse("order_replace", args=[pen.ref]), {"firm": RIVAL_FIRM})
    ref = made["Location"].rstrip("/").rpartition("/")[2]
    assert factory.get(address).status_code == 404
    copy = Drawing._base_manager.get(order__ref=ref)
    assert (copy.number, copy.sha256, bytes(copy.content)) == ("D-100", row.sha256, PDF), "the new draft has it"
    assert browser("rival").get(reverse("order_drawing", args=[copy.pk])).status_code == 404, "it was not sent yet"


def test_a_new_revision_after_the_order_is_a_change_order(people: People, browser: Browser) -> None:
    pen, client = Pen(people), browser("coordinator")
    pen.draw()
    pen.ask().quote().award().issue().accept()
    address = reverse("order_drawings", args=[pen.ref])
    same = client.post(address, sent_form(pen, "b.pdf", PDF + b"%B\n%%EOF"))
    assert same.status_code == 422
    assert "新しい改訂記号" in text(same)
    answer = client.post(address, sent_form(pen, "b.pdf", PDF + b"%B\n%%EOF", revision="B"))
    do = reverse("order_do", args=[pen.ref, "revise"])
    assert (answer.status_code, answer["Location"]) == (302, do)
    later = Drawing._base_manager.get(revision="B")
    assert browser("factory").get(reverse("order_drawing", args=[later.pk])).status_code == 404, "not before it is sent"
    page = text(client.get(do))
    assert re.search(rf'<option value="{later.pk}" selected>\s*D-100 B', page), "what was attached stands there"
    values = dict(re.findall(r'<input type="(?:text|hidden)" name="(\w+)" value="([^"]*)"', page))
    areas = {name: area.strip() for name, area in re.findall(r'<textarea name="(\w+)"[^>]*>\s*(.*?)</textarea>', page)}
    boxes = dict.fromkeys(re.findall(r'<input type="checkbox" name="(\w+)"[^>]* checked', page), "on")
    signed = dict.fromkeys(re.findall(r'<textarea id="s-[^"]*" name="(sign_[^"]*)"', page), "checked")
    sent = {**values, **areas, **boxes, **signed, "drawing_1": str(later.pk), "reason": "B", "action": "revise"}
    answer = client.post(do, {name: value for name, value in sent.items() if value})
    assert answer.status_code == 302, text(answer)
    with scoped(people.coordinator.scope()):
        order = queries.order(pen.ref)
    assert order is not None
    assert (order.revision, order.lines[0].revision) == (2, "B")
    assert [one.sha256 for one in order.drawings] == [later.sha256]
    assert browser("factory").get(reverse("order_drawing", args=[later.pk])).status_code == 200


def test_the_file_of_the_inquiry_is_offered_without_a_second_upload(people: People, browser: Browser) -> None:
    from kumihimo_web.inquiries import services as inquiries
    from kumihimo_web.inquiries.incoming import incoming_file

    with scoped(people.coordinator.scope()):
        incoming = incoming_file("part.dxf", DXF)
        inquiry = inquiries.receive(incoming, title="合成", buyer=None, buyer_name="合成発注者")
    pen, client = Pen(people), browser("coordinator")
    WorkOrder._base_manager.filter(ref="W-1").update(inquiry=inquiry.number)
    address = reverse("order_drawings", args=[pen.ref])
    found = re.search(rf'<option value="(\d+)">{inquiry.number} part.dxf', text(client.get(address)))
    assert found is not None
    both = client.post(address, sent_form(pen, "a.pdf", PDF, source=found[1]))
    assert "どちらか一つ" in text(both)
    version = Order._base_manager.get(ref=pen.ref).version
    form = {"number": "D-100", "revision": "A", "version": version, "source": found[1]}
    assert client.post(address, form).status_code == 302
    row = Drawing._base_manager.get()
    assert (row.content_type, bytes(row.content), row.name) == ("image/vnd.dxf", DXF, "part.dxf")
    nothing = client.post(address, {"number": "D-1", "revision": "0", "version": "9"})
    assert "ファイルを選んでください" in text(nothing)


def made_and_sent(pen: Pen) -> Message:
    """Let the workers make and post what waits; return the request to the own firm."""
    while outbox.work():
        pass
    found: Message = Message._base_manager.get(kind="rfq", firm=OWN_FIRM, about=pen.ref)
    return found


def test_a_mail_encloses_the_drawing_and_names_it(people: People) -> None:
    pen = Pen(people)
    pen.draw()
    pen.ask(OWN_FIRM)
    message = made_and_sent(pen)
    files = list(Enclosure._base_manager.filter(message=message))
    assert [(one.name, one.content_type) for one in files][1:] == [("D-100_A.pdf", "application/pdf")]
    assert bytes(files[1].content) == PDF
    assert "図面: D-100 改訂 A（添付）" in message.text
    assert message.linked == []


def test_a_large_drawing_is_left_to_the_link(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_ENCLOSED_BYTES", len(PDF) - 1)
    pen = Pen(people)
    pen.draw()
    pen.ask(OWN_FIRM)
    message = made_and_sent(pen)
    assert Enclosure._base_manager.filter(message=message).count() == 1
    assert message.linked == ["D-100_A.pdf"]
    assert "図面: D-100 改訂 A（大きいため、下のリンクから開いてください）" in message.text


def test_the_revision_that_is_sent_again_is_the_one_of_its_document(people: People) -> None:
    pen = Pen(people)
    pen.draw()
    pen.ask(OWN_FIRM).quote().award().issue().accept()
    pen.draw("D-100", "B", PDF + b"%B\n%%EOF")
    revise(pen)
    made_and_sent(pen)
    names = {
        message.kind: [one.name for one in Enclosure._base_manager.filter(message=message)][1:]
        for message in Message._base_manager.filter(about=pen.ref)
    }
    assert names["rfq"] == names["order"] == ["D-100_A.pdf"]
    assert names["order_change"] == ["D-100_B.pdf"]
