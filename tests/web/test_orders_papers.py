"""Documents of orders: noted with their events, made once, posted once, and answers find their way back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from django.db import transaction
from django.utils import timezone

from kumihimo.interop.reply_sheet import NAME_HEAD
from kumihimo.interop.reply_sheet_read import read_reply_sheet
from kumihimo.model import Channel
from kumihimo.paper.kinds import DocumentKind
from kumihimo.paper.reading.read import Outcome, ReviewReason, read_pages
from kumihimo.paper.token import FormToken, read_token
from kumihimo.trade import Role
from kumihimo.trade.chase_schedule import Action, ChaseKind, Level
from kumihimo.trade.chasing import DailyMessage, OpenItem, Reminder
from kumihimo.trade.material import Charge, LotAtFirm, MaterialMove, MoveKind
from kumihimo.trade.wording import day_ja
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit.models import AppendOnly
from kumihimo_web.channels.models import Address, Enclosure, Message
from kumihimo_web.orders import outbox, papers, services
from kumihimo_web.orders.goods import book_material
from kumihimo_web.orders.models import Material, Paper

from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .ordered import QUANTITY, Pen


@pytest.fixture
def desk(people: People, as_user: Callable[[str], Any]) -> Any:
    """The coordinator looks at rows; what is given is given by `Pen` on behalf of whoever gives it."""
    with as_user("coordinator"):
        yield people


def work_all() -> int:
    count = 0
    while outbox.work():
        count += 1
        assert count < 200, "a worker that never comes to an end"
    return count


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def paper_of(pen: Pen, kind: DocumentKind, firm: str = OWN_FIRM) -> Paper:
    return Paper.objects.filter(order__ref=pen.ref, kind=kind.value, firm=firm).latest("pk")


def token_of(paper: Paper) -> FormToken:
    token = read_token(paper.layout[0]["token"], papers.secret())
    assert isinstance(token, FormToken)
    return token


def test_each_event_has_its_document(desk: People) -> None:
    pen = Pen(desk).ask().quote().award().issue().accept().ship().receive().inspect(QUANTITY - 1, 1)
    today = pen.today.isoformat()
    back = {"slip": "N-1", "line": 1, "quantity": 1, "reason": "寸法不良", "payer": "supplier", "on": today}
    pen.done("return", {**back, "verdicts": []}, Role.INSPECTOR)
    amount = (QUANTITY - 1) * 4_000
    pen.done(
        "invoice", {"firm": OWN_FIRM, "number": "S-77", "amount_jpy": amount, "on": today}, Role.SUPPLIER, "factory"
    )
    pen.done("pay", {"invoice": "S-77", "reference": "P-1", "amount_jpy": amount, "on": today}, Role.BUYER)

    noted = Paper.objects.filter(order__ref=pen.ref).order_by("seq", "firm")
    assert [(one.kind, one.firm, one.is_to_send) for one in noted] == [
        ("rfq", OWN_FIRM, True),
        ("rfq", RIVAL_FIRM, True),
        ("order", OWN_FIRM, True),
        ("acknowledgement", OWN_FIRM, False),
        ("delivery_note", OWN_FIRM, False),
        ("receipt", OWN_FIRM, True),
        ("inspection", OWN_FIRM, True),
        ("return_note", OWN_FIRM, True),
        ("invoice", OWN_FIRM, False),
        ("payment_notice", OWN_FIRM, True),
    ]
    assert all(papers.pdf_of(one) is None for one in noted)

    work_all()
    made = {one.kind: one for one in noted.all() if one.firm == OWN_FIRM}
    assert not [one.error for one in noted.all() if one.error]
    assert {one.kind for one in noted.all() if one.sent_at} == {
        "rfq", "order", "receipt", "inspection", "return_note", "payment_notice"
    }  # fmt: skip
    text = {kind: "\n".join(pages(papers.pdf_of(one) or b"")) for kind, one in made.items()}
    assert "御見" not in text["order"]
    assert f"{pen.ref}-r1" in text["order"]
    assert "取適法" in text["order"]
    assert "40,000" in text["order"]
    assert "40,000" not in text["rfq"], "nobody is told a price that another has named"
    assert "寸法不良" in text["return_note"]
    assert f"{amount:,}" in text["invoice"]
    assert f"{amount * 11 // 10:,}" in text["payment_notice"]
    sent = Message.objects.filter(about=pen.ref).order_by("pk")
    assert sorted(sent.values_list("key", flat=True)) == sorted(one.key for one in noted.all() if one.is_to_send)
    order = sent.get(kind="order")
    assert (order.revision, order.firm) == (1, OWN_FIRM)
    assert "{link}" in order.text
    enclosed = Enclosure.objects.get(message=order)
    assert bytes(enclosed.content) == papers.pdf_of(made["order"])
    assert enclosed.sha256 == made["order"].sha256


def test_a_change_says_what_changed(desk: People) -> None:
    pen = Pen(desk).ask(OWN_FIRM).quote().award().issue().accept()
    later = pen.today + timedelta(days=40)
    notice = services.notice_for(pen.ref)
    notice |= {"receipt_on": {"value": later.isoformat()}, "amount": {"value": (QUANTITY + 2) * 4_000}}
    notice["payment_due"] = {"value": (later + timedelta(days=30)).isoformat()}
    verdicts = [
        {"rule": one.rule, "colour": one.colour.value, "signature": {"by": "tester", "reason": "checked"}}
        for one in services.verdicts_for(pen.ref, notice)
    ]
    line = {"no": 1, "item": "合成部品 s0", "quantity": QUANTITY + 2, "unit": "個", "process": "mach.mill5"}
    data = {
        "lines": [{**line, "unit_price_jpy": 4_000}],
        "due_on": later.isoformat(),
        "reason": "数量の追加",
        "notice": notice,
        "verdicts": verdicts,
        "drawings": [],
    }
    pen.done("revise", data, Role.BUYER)
    work_all()
    changed = paper_of(pen, DocumentKind.ORDER_CHANGE)
    assert (changed.revision, changed.error) == (2, "")
    told = {one["subject"]: (one["before"], one["after"]) for one in changed.content["changes"]}
    assert told["合成部品 s0 数量"] == ("10 個", "12 個")
    assert told["納期"][1] == day_ja(later)
    assert "代金の額または算定方法" not in told
    assert token_of(changed).revision == 2
    assert papers.current_revision(pen.ref) == 2
    assert papers.of_token(token_of(changed)) == changed


def test_answers_to_a_request_name_the_firm(desk: People) -> None:
    pen = Pen(desk).ask()
    work_all()
    own, rival = paper_of(pen, DocumentKind.RFQ), paper_of(pen, DocumentKind.RFQ, RIVAL_FIRM)
    assert own.number != rival.number
    for one in (own, rival):
        token = token_of(one)
        assert token.order == one.number
        assert papers.of_token(token) == one
        assert papers.current_revision(token.order) == 1
    assert papers.current_revision(pen.ref) is None, "before the issue an order has no revision to answer"
    assert RIVAL_FIRM not in json.dumps(own.content)
    assert "合成F0002" not in "\n".join(pages(papers.pdf_of(own) or b""))


def test_the_form_behind_an_order_is_read_by_the_real_reader(desk: People) -> None:
    pen = Pen(desk).ask(OWN_FIRM).quote().award().issue()
    work_all()
    pdf = papers.pdf_of(paper_of(pen, DocumentKind.ORDER)) or b""
    book, form = pypdf.PdfReader(io.BytesIO(pdf)), pypdf.PdfWriter()
    form.add_page(book.pages[-1])
    out = io.BytesIO()
    form.write(out)
    (read,) = read_pages(out.getvalue(), secret=papers.secret(), current_revision=papers.current_revision)
    assert read.token == FormToken(code="A1", order=pen.ref, revision=1)
    assert read.codes == ("DataMatrix", "QRCode")
    assert {one.reason for one in read.reviews} == {ReviewReason.NOTHING_MARKED}


def test_whoever_wants_excel_gets_an_answer_sheet(desk: People, browser: Callable[[str], Any]) -> None:
    network = desk.network.pk
    Address._base_manager.create(
        network_id=network, firm=OWN_FIRM, channel=Channel.EXCEL, value="a@example.org", rank=1
    )
    Address._base_manager.create(network_id=network, firm=RIVAL_FIRM, channel=Channel.FAX, value="0300000000", rank=1)
    pen = Pen(desk).ask()
    work_all()
    own, rival = paper_of(pen, DocumentKind.RFQ), paper_of(pen, DocumentKind.RFQ, RIVAL_FIRM)
    names = set(Enclosure.objects.filter(message__about=pen.ref).values_list("name", flat=True))
    assert names == {f"{own}.pdf", f"{own}.xlsx", f"{rival}.pdf"}
    sheet = Enclosure.objects.get(name=f"{own}.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(bytes(sheet.content)))
    told = {"answer": "見積します", "due_on": pen.today + timedelta(days=9), "price_1": "４，２００円"}
    for name, value in told.items():
        title, _, place = book.defined_names[NAME_HEAD + name].attr_text.rpartition("!")
        book[title.strip("'")][place.replace("$", "")] = value
    out = io.BytesIO()
    book.save(out)
    answer = read_reply_sheet(out.getvalue(), secret=papers.secret(), current_revision=papers.current_revision)
    assert answer.outcome is Outcome.AUTOMATIC, answer.reviews
    assert answer.token is not None
    assert papers.of_token(answer.token) == own
    assert [(one.line, one.unit_price_jpy) for one in answer.prices] == [(1, 4200)]
    assert papers.excel_of(own) == bytes(sheet.content)
    for name, status in (("coordinator", 200), ("factory", 200), ("rival", 404), ("stranger", 404)):
        assert browser(name).get(f"/orders/papers/{own.pk}.xlsx").status_code == status, name


def test_what_was_made_never_changes(desk: People) -> None:
    pen = Pen(desk).ask(OWN_FIRM).quote().award().issue()
    work_all()
    paper = paper_of(pen, DocumentKind.ORDER)
    before = (paper.sha256, papers.pdf_of(paper), paper.made_at)
    outbox._make(paper)
    again = Paper.objects.get(pk=paper.pk)
    assert (again.sha256, papers.pdf_of(again), again.made_at) == before
    with pytest.raises(AppendOnly):
        again.save()


def test_a_worker_that_dies_sends_nothing_twice_and_loses_nothing(desk: People) -> None:
    pen = Pen(desk).ask(OWN_FIRM)
    paper = paper_of(pen, DocumentKind.RFQ)
    outbox._make(paper)
    # It dies with the message written and nothing committed.
    with transaction.atomic():
        outbox._send(paper.pk)
        transaction.set_rollback(True)
    assert not Message.objects.filter(about=pen.ref).exists()
    assert Paper.objects.get(pk=paper.pk).sent_at is None
    # Two others then take the same one.
    outbox._send(paper.pk)
    outbox._send(paper.pk)
    assert Message.objects.filter(about=pen.ref).count() == 1
    assert work_all() == 0


def test_one_that_cannot_be_made_keeps_nobody_waiting(desk: People, browser: Callable[[str], Any]) -> None:
    pen = Pen(desk).ask(OWN_FIRM)
    Paper._base_manager.create(
        network_id=desk.network.pk,
        key="broken",
        kind="receipt",
        number="GR-1",
        content={},
        noted_at=timezone.now() - timedelta(days=1),
        firm=OWN_FIRM,
    )
    work_all()
    broken = Paper.objects.get(key="broken")
    assert "注文の分からない書類" in broken.error
    assert paper_of(pen, DocumentKind.RFQ).sent_at is not None
    assert browser("coordinator").post(f"/orders/papers/{broken.pk}/again/").status_code == 302
    assert Paper.objects.get(key="broken").error == ""
    assert work_all() == 1
    assert Paper.objects.get(key="broken").error


def _item(pen: Pen, kind: ChaseKind = ChaseKind.ORDER) -> OpenItem:
    return OpenItem(
        id=f"{pen.ref}/{OWN_FIRM}",
        kind=kind,
        partner=OWN_FIRM,
        anchor=pen.today,
        opened_on=pen.today,
        order=pen.ref,
        revision=1,
        words_ja="",
        words_en="",
    )


def _daily(*reminders: tuple[OpenItem, Action], also: tuple[OpenItem, ...] = ()) -> DailyMessage:
    asked = tuple(
        Reminder(key=item.key, partner=OWN_FIRM, action=action, level=Level.NOTICE, item=item, ja="", en="")
        for item, action in reminders
    )
    on = timezone.localdate()
    return DailyMessage(partner=OWN_FIRM, on=on, channel=Channel.FAX, windows=(), reminders=asked, also_open=also)


def test_one_sheet_a_day_with_everything_that_is_open(desk: People) -> None:
    pens = [Pen(desk, step=step, ref="W-1") for step in ("s0", "s1")]
    first, second = (pen.ask(OWN_FIRM).quote().award().issue() for pen in pens)
    work_all()
    message = _daily((_item(first), Action.RESEND), also=(_item(second, ChaseKind.DUE),))
    sheet = outbox.note_daily(message)
    assert outbox.note_daily(message) == sheet
    assert [line["order"] for line in sheet.content["lines"]] == [first.ref, second.ref]
    work_all()
    made = Paper.objects.get(pk=sheet.pk)
    assert made.error == ""
    token = token_of(made)
    assert (token.code, token.order) == ("D1-2", sheet.number)
    assert papers.of_token(token) == made
    text = pages(papers.pdf_of(made) or b"")
    assert first.ref in text[0]
    assert second.ref in text[0]
    order = pages(papers.pdf_of(paper_of(first, DocumentKind.ORDER)) or b"")
    assert text[1:] == order, "what is sent again lies behind the sheet"
    posted = Message.objects.get(kind="daily")
    assert posted.key == sheet.key
    assert first.ref in posted.text


def test_reminders_become_plainer(desk: People) -> None:
    pen = Pen(desk).ask(OWN_FIRM).quote().award().issue()
    for days in (0, 0, 1, 2, 3):
        outbox.note_reminder(pen.ref, OWN_FIRM, "acknowledgement", pen.today + timedelta(days=days))
    work_all()
    rows = Paper.objects.filter(kind="reminder").order_by("pk")
    assert [row.content.get("step", 1) for row in rows] == [1, 2, 3, 3]
    assert len({row.number for row in rows}) == 4
    assert token_of(rows[0]) == FormToken(code="R1", order=pen.ref, revision=1)
    assert papers.of_token(token_of(rows[0])) in rows


def test_what_is_only_said_in_words(desk: People) -> None:
    pen = Pen(desk).ask().quote().award().issue().accept()
    pen.done("hold", {"reason": "設計の見直し"}, Role.BUYER)
    pen.done("resume", {"reason": "見直しが終わった"}, Role.BUYER)
    words = list(Message.objects.filter(about=pen.ref, kind__in=("hold", "resume")).order_by("pk"))
    assert [one.firm for one in words] == [OWN_FIRM, OWN_FIRM]
    assert "設計の見直し" in words[0].text
    asked = Pen(desk, step="s1").ask()
    asked.done("cancel", {"reason": "取りやめ"}, Role.BUYER)
    gone = Message.objects.filter(about=asked.ref, kind="cancel")
    assert {one.firm for one in gone} == {OWN_FIRM, RIVAL_FIRM}
    assert not [one for one in gone if "合成F000" in one.text]


def test_material_that_is_handed_over_comes_with_a_list(desk: People) -> None:
    pen = Pen(desk).ask(OWN_FIRM).quote().award().issue()
    move = MaterialMove(
        key="m-1",
        kind=MoveKind.ISSUE,
        at=LotAtFirm(firm=OWN_FIRM, material="A5052 板", lot="L-1"),
        quantity=30,
        on=pen.today,
        order=pen.ref,
        charge=Charge.PAID,
        unit_price_jpy=1_800,
    )
    book_material(move, unit="枚")
    row = Material.objects.get(key="m-1")
    noted = Paper.objects.get(kind="supplied_material")
    assert outbox.note_material(row) == noted
    work_all()
    text = pages(papers.pdf_of(Paper.objects.get(pk=noted.pk)) or b"")[0]
    assert "A5052 板" in text
    assert "54,000" in text


def test_a_call_is_confirmed_in_writing(desk: People) -> None:
    from kumihimo.trade import OrderState
    from kumihimo_web.channels.registry import Delivery
    from kumihimo_web.orders import calls, hearing, queries, services

    pen = Pen(desk).ask(OWN_FIRM).quote().award().issue()
    services.phone_note(
        pen.ref, "accept", {"firm": OWN_FIRM, "revision": 1}, "社長と電話。請けるとのこと", key="call-1"
    )
    message = Message.objects.get(kind=calls.KIND)
    assert message.firm == OWN_FIRM
    assert "受注の承諾" in message.text
    told = Delivery(
        key=message.key,
        firm=OWN_FIRM,
        kind=message.kind,
        about=pen.ref,
        revision=0,
        channel="fax",
        address="",
        state="delivered",
        at=timezone.now(),
        words="OK",
    )
    with scoped(system_scope(desk.network.pk)):
        hearing.listen(replace(told, channel="phone"))
        assert pen.state == "issued", "a second call puts nothing in writing"
        hearing.listen(told)
        hearing.listen(told)
    order = queries.order(pen.ref)
    assert order is not None
    assert order.state is OrderState.ACCEPTED
    assert len([one for one in queries.timeline(pen.ref) if one.kind == "accept"]) == 1


def test_the_sender_is_the_office_with_its_numbers(desk: People) -> None:
    from kumihimo_web.orders.letterhead_services import set_letterhead

    assert papers.letterhead().name == desk.coordinator.organisation.name
    set_letterhead(0, name="合成共同受注", fax="03-0000-0001", invoice_number="T1234567890123")
    pen = Pen(desk).ask(OWN_FIRM)
    work_all()
    text = pages(papers.pdf_of(paper_of(pen, DocumentKind.RFQ)) or b"")
    assert "合成共同受注" in text[0]
    assert "返送先 FAX 03-0000-0001" in text[-1]


def test_the_page_of_the_sender(browser: Callable[[str], Any], as_user: Callable[[str], Any]) -> None:
    office = browser("coordinator")
    assert "まだ登録されていません" in office.get("/orders/letterhead/").content.decode()
    told = {"name": "合成共同受注", "fax": "０３−０００１", "invoice_number": "Ｔ1234-567890123", "employees": "１２"}
    told["version"] = "0"
    refused = office.post("/orders/letterhead/", {**told, "invoice_number": "12345"})
    assert refused.status_code == 422
    assert "合成共同受注" in refused.content.decode(), "nothing that was written is lost"
    assert office.post("/orders/letterhead/", told).status_code == 302
    late = office.post("/orders/letterhead/", {**told, "name": "別の名前"})
    assert late.status_code == 409
    with as_user("coordinator"):
        now, held = papers.letterhead(), papers.held_letterhead()
    assert held is not None
    assert (held.employees, held.capital_jpy) == (12, None)
    assert (now.name, now.invoice_number, now.is_registered) == ("合成共同受注", "T1234567890123", True)


def test_a_rival_sees_no_paper_of_others(desk: People, as_user: Callable[[str], Any]) -> None:
    pen = Pen(desk).ask().quote().award().issue()
    with as_user("rival"):
        seen = set(Paper.objects.filter(order__ref=pen.ref).values_list("kind", "firm"))
    assert seen == {("rfq", RIVAL_FIRM)}
    with as_user("buyer"):
        assert not Paper.objects.exists()


def test_the_key_is_made_once_and_kept_private(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = papers.secret()
    path = tmp_path / "data" / "form.key"
    assert path.stat().st_mode & 0o077 == 0
    assert papers.secret() == first
    own = tmp_path / "own.key"
    own.write_text("k" * 64, encoding="ascii")
    monkeypatch.setenv("KUMIHIMO_FORM_KEY", str(own))
    assert papers.secret() == b"k" * 64
