"""What people decide on: two keys, putting right, putting aside, calls, and everything that goes wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit.models import Line
from kumihimo_web.channels import services as channels
from kumihimo_web.channels.models import Inbound, Message
from kumihimo_web.inbox import rules, services, taking
from kumihimo_web.inbox.models import Item
from kumihimo_web.inbox.state import Kind, Result, State
from kumihimo_web.jobs.models import Job
from kumihimo_web.orders.limit_services import set_limits

from .conftest import OWN_FIRM, People
from .inboxed import codes, come, items_of, know, order_now, work
from .ordered import Pen, issued


@pytest.fixture
def pen(people: People) -> Pen:
    return issued(people)


def words(people: People, text: str) -> Item:
    """Let a text come in by LINE, which a person has to look at."""
    raw = json.dumps({"type": "message", "message": {"type": "text", "text": text}}).encode()
    (item,) = come(people, raw, channel="line", sender="U-unknown", content_type="application/json")
    assert item.state == State.WAITING
    return item


def post(client: Any, item: Item, name: str, **sent: Any) -> Any:
    item.refresh_from_db()
    sent.setdefault("version", item.version)
    return client.post(reverse(f"inbox_{name}", args=[item.pk]), sent)


def decides_alone_up_to(people: People, amount_jpy: int) -> None:
    """Let one person confirm answers up to an amount."""
    with scoped(people.of("administrator").scope()):
        set_limits(0, buyer_jpy=500_000, approver_jpy=5_000_000, second_key_jpy=amount_jpy)


def corrected(kind: str, **more: Any) -> dict[str, Any]:
    return {"is_corrected": "1", "d-kind": kind, **{f"d-{name}": value for name, value in more.items()}}


def test_a_person_says_what_a_text_means(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    item = words(people, "承知しました")
    assert item.order_ref == ""
    assert post(client, item, "approve", **corrected("accept")).status_code == 422
    assert post(client, item, "link", order="PO-2099-000001").status_code == 422
    assert post(client, item, "link", order=pen.ref.lower()).status_code == 302
    page = client.get(reverse("inbox_item", args=[item.pk])).content.decode()
    assert f"{reverse('inbox_call')}?order={pen.ref}" in page
    answer = post(client, item, "approve", **corrected("accept"))
    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.state, item.outcome, item.decided_name) == (State.DONE, Result.APPLIED, "coordinator")
    assert pen.state == "accepted"
    line = Line._base_manager.filter(verb="inbox.approved").get()
    assert json.loads(line.after)["command"]["kind"] == "accept"


def test_what_is_missing_is_told_at_its_field(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    item = words(people, f"{pen.ref} 無理です")
    for kind, field in (("decline", "reason"), ("counter", "due_on"), ("ship", "quantity_1"), ("", "kind")):
        answer = post(client, item, "approve", **corrected(kind, words="", slip="N-1", on="2026-11-20"))
        assert answer.status_code == 422, kind
        assert field in answer.context["form"].errors
    assert post(client, item, "approve", **corrected("decline", reason="設備が合わない")).status_code == 302
    assert order_now(people, pen.ref).state == "declined"


def test_what_the_order_refuses_stays_and_says_why(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    item = words(people, f"{pen.ref} 出荷しました")
    pen.accept()
    sent = corrected("ship", slip="N-1", on=timezone.localdate().isoformat(), quantity_1="9999")
    answer = post(client, item, "approve", **sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "超えます" in text
    assert 'value="9999"' in text, "what was typed is still there"
    item.refresh_from_db()
    assert item.state == State.WAITING


def test_above_the_limit_two_persons_turn_their_keys(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    decides_alone_up_to(people, 30_000)
    item = words(people, f"{pen.ref} 承知しました")
    first, second = browser("coordinator"), browser("administrator")
    post(first, item, "approve", **corrected("accept"))
    item.refresh_from_db()
    assert (item.state, item.amount_jpy, item.first_name) == (State.SECOND, 40_000, "coordinator")
    assert pen.state != "accepted"
    answer = post(first, item, "approve")
    assert answer.status_code == 422
    assert "二人目にはなれません" in answer.content.decode()
    assert pen.state != "accepted"
    assert "二人目として承認する" in second.get(reverse("inbox_item", args=[item.pk])).content.decode()
    assert "二人目として承認する" not in first.get(reverse("inbox_item", args=[item.pk])).content.decode()
    post(second, item, "approve")
    item.refresh_from_db()
    assert (item.state, item.outcome, item.decided_name) == (State.DONE, Result.APPLIED, "administrator")
    assert pen.state == "accepted"


def test_whoever_changes_it_becomes_the_first(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    decides_alone_up_to(people, 30_000)
    item = words(people, f"{pen.ref} 承知しました")
    post(browser("coordinator"), item, "approve", **corrected("accept"))
    post(browser("administrator"), item, "approve", **corrected("counter", words="条件つき"))
    item.refresh_from_db()
    assert (item.state, item.first_name) == (State.SECOND, "administrator")
    post(browser("coordinator"), item, "approve")
    item.refresh_from_db()
    assert item.outcome == Result.APPLIED
    assert order_now(people, pen.ref).state == "countered"


def test_whoever_was_slower_is_told_and_loses_nothing(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    item = words(people, f"{pen.ref} 承知しました")
    answer = post(client, item, "approve", **corrected("decline", reason="打ち込んだ理由"), version=item.version - 1)
    assert answer.status_code == 409
    assert "打ち込んだ理由" in answer.content.decode()
    item.refresh_from_db()
    assert item.state == State.WAITING


def test_put_aside_with_a_reason_and_back(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    item = words(people, "広告です")
    assert post(client, item, "aside", why=" ").status_code == 422
    assert post(client, item, "aside", why="注文に関係しない").status_code == 302
    item.refresh_from_db()
    assert (item.state, item.aside_why) == (State.ASIDE, "注文に関係しない")
    assert "注文に関係しない" in client.get("/inbox/?state=aside").content.decode()
    post(client, item, "back")
    item.refresh_from_db()
    assert (item.state, item.aside_why) == (State.WAITING, "")
    post(client, item, "approve", **corrected("note_only"))
    item.refresh_from_db()
    assert item.state == State.WAITING, "without an order nothing is approved"
    post(client, item, "link", order=pen.ref)
    post(client, item, "approve", **corrected("note_only", words="読みました"))
    item.refresh_from_db()
    assert (item.state, item.outcome) == (State.DONE, Result.NOTED)
    assert post(client, item, "aside", why="もう遅い").status_code == 302
    item.refresh_from_db()
    assert item.state == State.DONE


def test_after_a_decision_the_next_one_is_shown(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    first, second = words(people, "一通目"), words(people, "二通目")
    answer = post(browser("coordinator"), first, "aside", why="読みました")
    assert answer["Location"] == reverse("inbox_item", args=[second.pk])
    assert post(browser("coordinator"), second, "aside", why="読みました")["Location"] == reverse("inbox")


# Putting in by hand


def test_a_call_is_noted_and_confirmed_in_writing(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    know(people, channel="mail", value="own@example.jp")
    client = browser("coordinator")
    assert pen.ref in client.get("/inbox/calls/?words=合成部品").content.decode()
    form = client.get(f"/inbox/calls/?order={pen.ref}")
    once = form.context["form"]["once"].value()
    sent = {
        "order": pen.ref,
        "once": once,
        "direction": "in",
        "caller": "合成 太郎",
        "said": "この注文は請けます",
        "d-kind": "accept",
    }
    answer = client.post("/inbox/calls/", sent)
    assert answer.status_code == 302, answer.content.decode()
    (item,) = Item._base_manager.all()
    assert (item.kind, item.state, item.outcome) == (Kind.CALL, State.DONE, Result.APPLIED)
    assert "合成 太郎" in json.loads(bytes(item.inbound.raw))["caller"]
    order = order_now(people, pen.ref)
    assert len(order.calls) == 1, "it waits for its confirmation"
    assert order.state != "accepted"
    assert Message._base_manager.filter(kind="confirmation", firm=OWN_FIRM).count() == 1
    assert client.post("/inbox/calls/", sent).status_code == 302
    assert Item._base_manager.count() == 1, "pressed twice, noted once"
    assert len(order_now(people, pen.ref).calls) == 1


def test_a_call_about_nothing_known_is_asked_for_its_order(people: People, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    assert client.get("/inbox/calls/?order=PO-2026-424242").status_code == 200
    assert client.post("/inbox/calls/", {"order": "PO-2026-424242"}).status_code == 422


def test_files_are_taken_and_refused_one_by_one(people: People, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    files = [
        SimpleUploadedFile("scan.tif", b"II*\x00" + b"\x01" * 50),
        SimpleUploadedFile("empty.pdf", b""),
        SimpleUploadedFile("virus.exe", b"MZ\x90\x00 something"),
    ]
    answer = client.post("/inbox/upload/", {"scans": files, "firm": OWN_FIRM}, follow=True)
    text = answer.content.decode()
    assert "1ファイルを受け取りました" in text
    assert "empty.pdf: 空のファイルです。" in text
    assert "virus.exe: 画像" in text
    (item,) = Item._base_manager.all()
    assert (item.state, item.firm, item.vouched_by) == (State.READING, OWN_FIRM, "coordinator")
    work()
    item.refresh_from_db()
    assert (item.state, codes(item)[0]) == (State.WAITING, "refused")
    again = client.post(
        "/inbox/upload/",
        {"scans": [SimpleUploadedFile("scan2.tif", b"II*\x00" + b"\x01" * 50)], "firm": OWN_FIRM},
        follow=True,
    )
    assert f"受信 #{item.pk} と同じ内容です" in again.content.decode()
    assert Inbound._base_manager.filter(channel="upload", copy_of=None).count() == 1


@pytest.mark.parametrize(
    "sent",
    [{}, {"scans": [SimpleUploadedFile("a.exe", b"MZ")]}, {"firm": "no such firm at all"}],
    ids=["none", "bad", "firm"],
)
def test_nothing_to_take_is_told_on_the_form(
    people: People, browser: Callable[[str], Any], sent: dict[str, Any]
) -> None:
    answer = browser("coordinator").post("/inbox/upload/", sent)
    assert answer.status_code == 422
    assert not Inbound._base_manager.exists()


def test_too_many_and_too_large_files_are_refused(
    people: People, browser: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser("coordinator")
    many = [SimpleUploadedFile(f"{n}.png", b"\x89PNG\r\n\x1a\n") for n in range(rules.MOST_FILES + 1)]
    assert client.post("/inbox/upload/", {"scans": many}).status_code == 422
    monkeypatch.setattr("kumihimo_web.inbox.forms.MAX_BYTES", 10)
    big = SimpleUploadedFile("big.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20)
    answer = client.post("/inbox/upload/", {"scans": [big]})
    assert answer.status_code == 422
    assert "大きすぎます" in answer.content.decode()
    assert not Inbound._base_manager.exists()


# What breaks on the way


def test_a_file_that_kills_its_reader_waits_for_a_person(people: People, browser: Callable[[str], Any]) -> None:
    with scoped(system_scope(people.network.pk)):
        came = channels.receive("fax", "deadly", "", b"II*\x00 deadly", "image/tiff")
        (item,) = items_of(came)
        Job._base_manager.filter(pk=item.job).update(state="failed")
        assert taking.settle_stuck() == 1
        assert taking.settle_stuck() == 0
    item.refresh_from_db()
    assert (item.state, codes(item)) == (State.WAITING, ["stuck"])
    answer = post(browser("coordinator"), item, "again")
    assert answer["Location"].startswith("/jobs/")
    work()
    item.refresh_from_db()
    assert (item.state, codes(item)[0]) == (State.WAITING, "refused")
    with scoped(people.coordinator.scope()):
        assert Line.objects.filter(verb="inbox.unread").count() == 1


def test_a_fault_of_the_reader_is_put_before_a_person(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("a decoder that nobody foresaw")

    monkeypatch.setattr("kumihimo_web.inbox.tasks.open_message", broken)
    (item,) = come(people, b"II*\x00 whatever")
    assert (item.state, codes(item)[0]) == (State.WAITING, "stuck")


def test_a_job_that_is_done_twice_reads_once(people: People, pen: Pen) -> None:
    item = words(people, f"{pen.ref} 承知しました")
    with scoped(people.coordinator.scope()):
        services.set_aside(item, "読みました", version=item.version)
    from kumihimo_web.inbox.opening import Opened

    with scoped(system_scope(people.network.pk)):
        kept = taking.keep(item.inbound, Opened(items=()))
    assert [one.pk for one in kept] == [item.pk]
    item.refresh_from_db()
    assert item.state == State.ASIDE, "what somebody decided meanwhile stands"


def test_nobody_else_sees_the_inbox(people: People, pen: Pen, browser: Callable[[str], Any]) -> None:
    item = words(people, "秘密の値段")
    for who in ("factory", "rival", "assessor", "buyer"):
        client = browser(who)
        for url in ("/inbox/", f"/inbox/{item.pk}/", f"/inbox/{item.pk}/original/"):
            assert client.get(url).status_code == 403
        with scoped(people.of(who).scope()):
            assert not Item.objects.exists()
    assert browser("stranger").get(f"/inbox/{item.pk}/").status_code == 404
