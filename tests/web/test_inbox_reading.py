"""What comes in, through the real reader: what is plain moves its order, whatever is not waits for a person."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kumihimo.paper.layout import FormKind
from kumihimo.paper.token import FormToken
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.audit.queries import broken_at
from kumihimo_web.channels.models import Inbound
from kumihimo_web.inbox.models import Item, Picture
from kumihimo_web.inbox.state import Kind, Result, State
from kumihimo_web.orders import papers
from kumihimo_web.orders.models import Event, Paper

from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .inboxed import (
    ACCEPT,
    FAX,
    codes,
    come,
    day_boxes,
    faxed,
    know,
    number_boxes,
    order_now,
    revised,
    sheet_of,
    today,
    work,
)
from .ordered import Pen, issued

pytestmark = pytest.mark.any_database


@pytest.fixture
def pen(people: People) -> Pen:
    know(people)
    return issued(people)


def acknowledgement(people: People, pen: Pen, chosen: dict[str, str], **more: Any) -> bytes:
    return faxed(sheet_of(people, FormKind.ACKNOWLEDGEMENT, pen.ref), chosen, **more)


# Forms on paper


def test_a_plain_acceptance_moves_its_order_alone(people: People, pen: Pen) -> None:
    raw = acknowledgement(people, pen, ACCEPT)
    (item,) = come(people, raw)
    assert (item.state, item.kind, item.outcome, codes(item)) == (State.DONE, Kind.FORM, Result.APPLIED, [])
    assert item.is_automatic
    assert item.order_ref == pen.ref
    assert pen.state == "accepted"
    event = Event._base_manager.filter(order__ref=pen.ref, kind="accept").get()
    assert event.key == f"inbound/{item.inbound.sha256}/1/0"
    assert json.loads(event.data)["evidence"] == [{"kind": "image", "sha256": item.inbound.sha256, "words": ""}]
    page = Picture._base_manager.get(inbound=item.inbound, name="page")
    assert bytes(page.content).startswith((b"\x89PNG", b"\xff\xd8"))
    with scoped(people.coordinator.scope()):
        assert broken_at() is None


def test_the_same_paper_again_changes_nothing(people: People, pen: Pen) -> None:
    sheet = sheet_of(people, FormKind.ACKNOWLEDGEMENT, pen.ref)
    raw = faxed(sheet, ACCEPT)
    come(people, raw)
    assert Inbound._base_manager.filter(channel="fax").count() == 1
    come(people, raw, channel_id="the machine calls it otherwise")
    assert Item._base_manager.count() == 1, "the same bytes are a copy before anybody reads them"
    (again,) = come(people, faxed(sheet, ACCEPT, seed=7))
    assert again.state == State.ASIDE, "faxed once more: other dots, the same answers on the same paper"
    assert again.copy_of is not None
    assert Event._base_manager.filter(order__ref=pen.ref, kind="accept").count() == 1


def test_an_answer_that_differs_from_the_one_before_waits(people: People, pen: Pen) -> None:
    sheet = sheet_of(people, FormKind.ACKNOWLEDGEMENT, pen.ref)
    come(people, faxed(sheet, ACCEPT))
    (item,) = come(people, faxed(sheet, {"answer": "decline", "reason": "capacity"}))
    assert item.state == State.WAITING
    assert codes(item) == ["differs"]
    assert item.command == {
        "kind": "decline",
        "data": {"firm": OWN_FIRM, "revision": 1, "reason": "手がいっぱい"},
    }
    assert pen.state == "accepted"


def test_another_day_is_a_counter_proposal_with_the_next_such_day(people: People, pen: Pen) -> None:
    day = today() + timedelta(days=45)
    chosen = {"answer": "change", **day_boxes(day), **number_boxes("quantity", 8)}
    (item,) = come(people, acknowledgement(people, pen, chosen))
    assert (item.state, item.outcome) == (State.DONE, Result.APPLIED)
    counter = order_now(people, pen.ref).counter
    assert counter.due_on == day
    assert "8" in counter.words


@pytest.mark.parametrize(
    ("sender", "chosen", "more", "expected"),
    [
        ("0263999999", ACCEPT, {}, "unknown_sender"),
        (FAX, ACCEPT, {"also": {"answer": "decline"}}, "two_marked"),
        (FAX, {}, {}, "nothing_marked"),
        (FAX, {"answer": "call"}, {}, "call"),
        (FAX, ACCEPT, {"note": True}, "handwriting"),
    ],
)
def test_what_is_not_plain_waits_with_its_reason(
    people: People, pen: Pen, sender: str, chosen: dict[str, str], more: dict[str, Any], expected: str
) -> None:
    (item,) = come(people, acknowledgement(people, pen, chosen, **more), sender=sender)
    assert item.state == State.WAITING
    assert expected in codes(item)
    assert all(one["ja"] and one["en"] for one in item.reading["reasons"])
    assert item.order_ref == pen.ref
    assert item.command is None or item.command["kind"] == "accept", "a doubt is never turned into another answer"
    assert pen.state in ("issued", "delivered_to_partner")


def test_the_answer_of_another_firm_waits(people: People, pen: Pen) -> None:
    know(people, firm=RIVAL_FIRM, value="0263000002")
    (item,) = come(people, acknowledgement(people, pen, ACCEPT), sender="0263000002")
    assert item.state == State.WAITING
    assert codes(item) == ["other_sender"]


def test_a_forged_form_waits_and_names_no_order(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    sheet = sheet_of(people, FormKind.ACKNOWLEDGEMENT, pen.ref, secret=b"somebody else's secret, as long as ours")
    (item,) = come(people, faxed(sheet, ACCEPT))
    assert item.state == State.WAITING
    assert "forged" in codes(item)
    assert item.command is None
    assert item.order_ref == ""
    client = browser("coordinator")
    page = client.get(reverse("inbox_item", args=[item.pk])).content.decode()
    assert "この紙は注文に結び付けられません" in page
    link = reverse("inbox_link", args=[item.pk])
    assert link not in page, "what cannot be done is not offered"
    answer = client.post(link, {"version": item.version, "order": pen.ref})
    assert answer.status_code == 422
    item.refresh_from_db()
    assert item.order_ref == ""
    said = json.dumps({"type": "message", "message": {"type": "text", "text": "お世話になります"}}).encode()
    (plain,) = come(people, said, channel="line", sender="U1", content_type="application/json")
    assert "この注文に結び付ける" in client.get(reverse("inbox_item", args=[plain.pk])).content.decode()


def test_a_form_of_an_order_that_is_unknown_waits(people: People, pen: Pen) -> None:
    (item,) = come(people, faxed(sheet_of(people, FormKind.ACKNOWLEDGEMENT, "PO-2026-999999"), ACCEPT))
    assert item.state == State.WAITING
    assert "unknown_order" in codes(item)


def test_a_price_of_one_piece_is_quoted(people: People) -> None:
    know(people)
    pen = Pen(people).ask()
    paper = Paper._base_manager.filter(order__ref=pen.ref, kind="rfq", firm=OWN_FIRM).get()
    day = today() + timedelta(days=30)
    chosen = {"answer": "unit_price", **number_boxes("price", 4200), **day_boxes(day)}
    sheet = sheet_of(people, FormKind.QUOTATION, paper.number, revision=paper.revision)
    (item,) = come(people, faxed(sheet, chosen))
    assert (codes(item), item.state) == ([], State.DONE)
    quote = order_now(people, pen.ref).quote_of(OWN_FIRM)
    assert [one.unit_price_jpy for one in quote.prices] == [4200]
    assert quote.due_on == day
    assert item.amount_jpy == 42_000


def test_a_price_for_all_of_several_pieces_is_for_a_person(people: People, browser: Callable[[str], Any]) -> None:
    know(people)
    pen = Pen(people).ask()
    paper = Paper._base_manager.filter(order__ref=pen.ref, kind="rfq", firm=OWN_FIRM).get()
    chosen = {"answer": "lot_price", **number_boxes("price", 40_000), **day_boxes(today() + timedelta(days=30))}
    sheet = sheet_of(people, FormKind.QUOTATION, paper.number, revision=paper.revision)
    (item,) = come(people, faxed(sheet, chosen))
    assert item.state == State.WAITING
    assert codes(item) == ["lot_price"]
    assert order_now(people, pen.ref).quotes == ()
    page = browser("coordinator").get(reverse("inbox_item", args=[item.pk])).content.decode()
    marks = re.findall(r'sure-(\w+)">([^<]*)<', page)
    assert marks.count(("asked", "要確認")) == 1, "what a person has to look at is not shown as plain"
    assert ("high", "はっきり") in marks


def test_shipped_is_told_on_the_reminder(people: People, pen: Pen) -> None:
    pen.accept()
    chosen = {"answer": "shipped", **day_boxes(today()), **number_boxes("quantity", 4)}
    sheet = sheet_of(people, FormKind.REMINDER, pen.ref)
    (item,) = come(people, faxed(sheet, chosen))
    assert (codes(item), item.outcome) == ([], Result.APPLIED)
    assert [(one.shipped, one.shipped_on) for one in order_now(people, pen.ref).shipments] == [(4, today())]
    (again,) = come(people, faxed(sheet, chosen, seed=9))
    assert again.state == State.WAITING, "four more may have gone out: nobody but the firm knows"
    assert codes(again) == ["same_again"]


def test_a_daily_sheet_is_an_item_a_line(people: People, pen: Pen) -> None:
    other = Pen(people, step="s1", firm=OWN_FIRM)
    pen.accept()
    Paper._base_manager.bulk_create(
        [
            Paper(
                network_id=people.network.pk,
                key="daily",
                kind="daily",
                number="DS-2026-000001",
                firm=OWN_FIRM,
                content={"lines": [{"order": pen.ref}, {"order": other.ref}]},
                noted_at=timezone.now(),
            )
        ]
    )
    sheet = sheet_of(people, FormKind.DAILY, "DS-2026-000001", items=2)
    late = {"item1.answer": "late", "item1.delay": "3", "item2.answer": "on_time"}
    first, second = come(people, faxed(sheet, late))
    assert (first.line, second.line) == (1, 2)
    assert (first.state, first.order_ref) == (State.DONE, pen.ref)
    before = order_now(people, pen.ref)
    assert before.counter.due_on == before.agreed_due_on + timedelta(days=3)
    assert (second.order_ref, second.outcome) == (other.ref, Result.NOTED), second.reading


def test_an_answer_to_an_old_revision_waits_and_is_recorded_only(
    people: People, pen: Pen, browser: Callable[[str], Any]
) -> None:
    revised(pen)
    (item,) = come(people, acknowledgement(people, pen, ACCEPT))
    assert item.state == State.WAITING
    assert "old_revision" in codes(item)
    client = browser("coordinator")
    answer = client.post(f"/inbox/{item.pk}/approve/", {"version": item.version}, follow=True)
    item.refresh_from_db()
    assert (item.state, item.outcome) == (State.DONE, Result.STALE)
    assert "今は第2版です" in answer.content.decode()
    assert order_now(people, pen.ref).accepted_revision == 0


# What is no form of ours


def big_pdf(pages: int) -> bytes:
    kids = " ".join(f"{n} 0 R" for n in range(3, 3 + pages))
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode()]
    parts += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages
    out, places = io.BytesIO(b""), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + part + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n".encode())
    for place in places:
        out.write(f"{place:010d} 00000 n \n".encode())
    out.write(f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def foreign_book() -> bytes:
    from openpyxl import Workbook
    from openpyxl.drawing.image import Image
    from PIL import Image as Picture_

    book = Workbook()
    assert book.active is not None
    book.active["A1"] = "見積書"
    drawn = io.BytesIO()
    Picture_.new("RGB", (20, 20), "red").save(drawn, "PNG")
    book.active.add_image(Image(io.BytesIO(drawn.getvalue())), "B2")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: b"II*\x00" + b"\x07" * 400, Kind.UNKNOWN, "壊れているか"),
        (lambda: big_pdf(1000), Kind.UNKNOWN, "上限は20枚"),
        (foreign_book, Kind.EXCEL, "回答票ではありません"),
        (lambda: b"PK\x03\x04" + b"\x00" * 300, Kind.EXCEL, ""),
        (lambda: b"\x00\x01\x02 nothing that anybody knows", Kind.UNKNOWN, "読める種類のものではありません"),
        (lambda: b'{"format": "kumihimo-order-message/1", "order": 5}', Kind.EDI, "取引先から送れる指示ではありません"),
        (lambda: b"{" * 100_000, Kind.EDI, "JSONではありません"),
    ],
    ids=["corrupt TIFF", "1000 pages", "foreign Excel", "broken zip", "unknown", "wrong JSON", "deep JSON"],
)
def test_whatever_cannot_be_read_waits_with_a_clear_reason(
    people: People, pen: Pen, browser: Callable[[str], Any], make: Callable[[], bytes], kind: str, words: str
) -> None:
    raw = make()
    (item,) = come(people, raw, content_type="application/octet-stream")
    assert (item.state, item.kind) == (State.WAITING, kind)
    reasons = item.reading["reasons"]
    assert reasons
    assert words in reasons[0]["ja"]
    client = browser("coordinator")
    assert reasons[0]["ja"] in client.get(f"/inbox/{item.pk}/").content.decode().replace("&quot;", '"').replace(
        "&#x27;", "'"
    )
    assert client.get(f"/inbox/{item.pk}/original/").content == raw, "nothing is lost"


# Mail, LINE, data


def mail(text: str, *files: tuple[str, bytes]) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "own@example.jp", "office@example.jp", "Re: 注文の件"
    made["Message-ID"] = f"<{abs(hash((text, files)))}@example.jp>"
    made.set_content(text)
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def test_a_form_in_a_mail_is_read_and_its_words_wait(people: People, pen: Pen) -> None:
    know(people, channel="mail", value="own@example.jp")
    raw = mail(
        "添付のとおりです。ただし材料は支給でお願いします。", ("reply.tif", acknowledgement(people, pen, ACCEPT))
    )
    form, words = come(people, raw, channel="mail", sender="own@example.jp", content_type="message/rfc822")
    assert (form.kind, form.state, form.part) == (Kind.FORM, State.DONE, 1)
    assert (words.kind, words.state) == (Kind.MAIL, State.WAITING)
    assert "材料は支給" in words.reading["text"]


def test_a_mail_of_words_alone_only_fills_in(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    know(people, channel="mail", value="own@example.jp")
    raw = mail(f"{pen.ref} の件、承知いたしました。よろしくお願いします。")
    (item,) = come(people, raw, channel="mail", sender="own@example.jp", content_type="message/rfc822")
    assert (item.kind, item.state, item.order_ref) == (Kind.MAIL, State.WAITING, pen.ref)
    assert item.command is None, "words decide nothing"
    page = browser("coordinator").get(f"/inbox/{item.pk}/").content.decode()
    assert '<option value="accept" selected>' in page
    assert pen.state != "accepted"


def line_event(**more: Any) -> bytes:
    return json.dumps({"type": "message", "source": {"userId": "U1"}, **more}).encode()


def test_a_pressed_button_is_an_answer(people: People, pen: Pen) -> None:
    know(people, channel="line", value="U1")
    with scoped(people.coordinator.scope()):
        token = FormToken(code="A1", order=pen.ref, revision=1).signed(papers.secret())
    raw = line_event(type="postback", postback={"data": f"{token};answer=accept"})
    (item,) = come(people, raw, channel="line", sender="U1", content_type="application/json")
    assert (item.kind, item.outcome, codes(item)) == (Kind.LINE, Result.APPLIED, [])
    assert pen.state == "accepted"


def test_a_button_that_is_not_ours_and_free_text_wait(people: People, pen: Pen) -> None:
    know(people, channel="line", value="U1")
    forged = line_event(type="postback", postback={"data": f"KH1.A1.{pen.ref}.1.1.AAAAAAAAAA;answer=accept"})
    (item,) = come(people, forged, channel="line", sender="U1", content_type="application/json")
    assert codes(item)[0] == "forged"
    text = line_event(message={"type": "text", "text": f"{pen.ref} 承知しました"})
    (words,) = come(people, text, channel="line", sender="U1", content_type="application/json")
    assert (words.state, words.order_ref) == (State.WAITING, pen.ref)
    assert "free_text" in codes(words)
    assert pen.state != "accepted"


def message(pen: Pen, kind: str = "accept", **data: Any) -> bytes:
    told = {"firm": OWN_FIRM, "revision": 1, **data}
    return json.dumps({"format": "kumihimo-order-message/1", "order": pen.ref, "kind": kind, "data": told}).encode()


def test_data_of_a_known_system_is_taken_and_of_a_mail_is_not(people: People, pen: Pen) -> None:
    know(people, channel="edi", value="system-1")
    know(people, channel="mail", value="own@example.jp")
    by_mail = mail("", ("order.json", message(pen)))
    (item,) = come(people, by_mail, channel="mail", sender="own@example.jp", content_type="message/rfc822")
    assert (item.state, codes(item)) == (State.WAITING, ["unknown_sender"])
    (taken,) = come(people, message(pen), channel="edi", sender="system-1", content_type="application/json")
    assert (taken.state, codes(taken)) == (State.DONE, [])
    assert pen.state == "accepted"


def test_data_may_not_order_what_a_supplier_does_not_say(people: People, pen: Pen) -> None:
    know(people, channel="edi", value="system-1")
    raw = message(pen, "pay", invoice="I-1", reference="R", amount_jpy=5, on="2026-11-01")
    (item,) = come(people, raw, channel="edi", sender="system-1", content_type="application/json")
    assert codes(item)[0] == "not_allowed"


@pytest.mark.parametrize(
    "event",
    [
        {"message": {"type": "text", "text": "NUL \x00 と半分の文字 \ud800"}},
        {"message": {"type": "sticker"}},
        {"message": "no object"},
        {"type": "postback", "postback": {"data": "\x00\ud800;answer=accept"}},
        {"type": "postback", "postback": {}},
        {},
    ],
    ids=["text", "sticker", "no object", "button", "empty button", "nothing"],
)
def test_whatever_a_line_event_holds_waits(people: People, event: dict[str, Any]) -> None:
    (item,) = come(people, line_event(**event), channel="line", sender="U1", content_type="application/json")
    assert item.state == State.WAITING
    assert item.command is None


def test_a_button_with_absurd_numbers_is_refused_by_the_order(people: People) -> None:
    know(people, channel="line", value="U1")
    pen = Pen(people).ask()
    paper = Paper._base_manager.filter(order__ref=pen.ref, kind="rfq", firm=OWN_FIRM).get()
    with scoped(people.coordinator.scope()):
        token = FormToken(code="Q1", order=paper.number, revision=paper.revision).signed(papers.secret())
    data = f"{token};answer=unit_price;price={'9' * 40};month=2;day=30"
    raw = line_event(type="postback", postback={"data": data})
    (item,) = come(people, raw, channel="line", sender="U1", content_type="application/json")
    assert item.state == State.WAITING
    assert set(codes(item)) == {"no_day", "no_answer"}
    assert order_now(people, pen.ref).quotes == ()


def test_a_mail_with_too_many_files_says_so(people: People) -> None:
    raw = mail("", *((f"{n}.bin", bytes([n]) * 10) for n in range(25)))
    items = come(people, raw, channel="mail", sender="x@example.jp", content_type="message/rfc822")
    assert [one.kind for one in items] == [Kind.UNKNOWN] * 20 + [Kind.MAIL]
    assert codes(items[-1])[0] == "many_parts"


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_words_are_read_as_a_draft_from_which_nothing_follows(
    people: People, pen: Pen, browser: Callable[[str], Any]
) -> None:
    client = browser("coordinator")
    (item,) = come(people, acknowledgement(people, pen, {}))
    answer = client.post(f"/inbox/{item.pk}/draft/")
    assert answer["Location"].startswith("/jobs/")
    work()
    before = item.command
    item.refresh_from_db()
    assert item.state == State.WAITING
    assert item.command == before
    assert len(item.reading["draft"]["lines"]) > 5
    assert "下書き" in client.get(f"/inbox/{item.pk}/").content.decode()
