"""The pages of the channels: where a firm is reached, what was sent, what waits for a person."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kumihimo.model import Channel
from kumihimo_web.channels import address_services, queries, sending, services
from kumihimo_web.channels.adapters.base import Doubtful
from kumihimo_web.channels.models import Address, Attempt, Inbound, Message
from kumihimo_web.project.channel_environment import ChannelSettings

from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .wires import as_worker, fax_server, working_hour

Browser = Callable[[str], Client]
Doing = Callable[[str], Any]


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def doubtful(people: People, as_user: Doing, settings: Any, tmp_path: Path) -> Message:
    """Return a FAX of which nobody knows whether it arrived."""
    settings.CHANNELS = ChannelSettings(hylafax_folder=fax_server(tmp_path / "fax"))
    with as_user("coordinator"):
        address_services.add(OWN_FIRM, Channel.FAX, "0265-11-1111")
        files = [("注文書.pdf", "application/pdf", b"%PDF-1.7"), ("x.html", "text/html", b"<script>alert(1)</script>")]
        posted = services.post("1", OWN_FIRM, "注文書 <b>1</b>", "本文 {link}", kind="order", enclosures=files)
        cut = as_worker(sending.claim)(working_hour())
        assert cut is not None
        as_worker(sending.end)(cut.pk, Doubtful("line broke"), working_hour())
        posted.refresh_from_db()
    return posted


def test_a_doubtful_fax_is_first_and_is_settled_by_one_of_two_buttons(doubtful: Message, browser: Browser) -> None:
    client = browser("coordinator")
    page = text(client.get(reverse("messages")))
    assert "届いたか分からない 1件" in page
    assert "届いていた" in page
    assert "届いていない（もう一度送る）" in page
    assert "注文書 &lt;b&gt;1" in client.get(reverse("messages")).content.decode()
    address = reverse("message_settle", args=[doubtful.pk, 1])
    assert "届いていたと記録しました" in text(client.post(address, {"arrived": "yes"}, follow=True))
    # Pressed twice, or by two people: the first counts.
    assert "もう記録されています" in text(client.post(address, {"arrived": "no"}, follow=True))
    doubtful.refresh_from_db()
    assert doubtful.state == "delivered"
    attempt = Attempt._base_manager.get()
    assert (attempt.state, attempt.decided_by) == ("delivered", "coordinator")


def test_one_that_did_not_arrive_goes_out_once_more(doubtful: Message, browser: Browser) -> None:
    address = reverse("message_settle", args=[doubtful.pk, 1])
    assert "もう一度送ります" in text(browser("coordinator").post(address, {"arrived": "no"}, follow=True))
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.address) == ("queued", "0265111111")


@pytest.mark.parametrize(("number", "arrived"), [(1, ""), (1, "maybe"), (2, "yes")])
def test_nothing_else_settles_it(number: int, arrived: str, doubtful: Message, browser: Browser) -> None:
    address = reverse("message_settle", args=[doubtful.pk, number])
    assert browser("coordinator").post(address, {"arrived": arrived}).status_code == 404
    assert browser("factory").post(address, {"arrived": "yes"}).status_code == 403
    assert browser("stranger").post(address, {"arrived": "yes"}).status_code == 404
    assert Attempt._base_manager.get().state == "unknown"


def test_the_desk_says_what_waits(doubtful: Message, as_user: Doing, people: People) -> None:
    with as_user("coordinator"):
        services.post("2", RIVAL_FIRM, "督促", "本文", kind="reminder")
        assert [str(one.title) for one in queries.attention()] == [
            "届いたか分からない送信 1件",
            "電話が必要な連絡 1件",
        ]
    with as_user("factory"):
        assert queries.attention() == []


def test_files_that_a_browser_would_run_are_only_saved(doubtful: Message, browser: Browser) -> None:
    client = browser("coordinator")
    page = client.get(reverse("message", args=[doubtful.pk]))
    assert "本文 {link}" in text(page)
    pdf, script = (client.get(reverse("enclosure", args=[one.pk])) for one in page.context["enclosures"])
    assert (pdf["Content-Type"], pdf["Content-Disposition"][:6]) == ("application/pdf", "inline")
    assert script["Content-Type"] == "application/octet-stream"
    assert script["Content-Disposition"].startswith("attachment")


def test_a_call_is_written_down_with_what_was_said(people: People, as_user: Doing, browser: Browser) -> None:
    with as_user("coordinator"):
        address_services.add(RIVAL_FIRM, Channel.PHONE, "0265-22-2222")
        posted = services.post("1", RIVAL_FIRM, "督促", "本文", kind="reminder")
    client, address = browser("coordinator"), reverse("message_called", args=[posted.pk])
    assert "0265222222" in text(client.get(reverse("message", args=[posted.pk])))
    refused = client.post(address, {"said": " "})
    assert refused.status_code == 422
    assert "話した相手と内容を書いてください" in text(refused)
    client.post(address, {"said": "鈴木様。明日返事をもらう。"})
    client.post(address, {"said": "もう一度"})
    posted.refresh_from_db()
    assert posted.state == "delivered"
    assert [one.words for one in Attempt._base_manager.all()] == ["鈴木様。明日返事をもらう。"]


def test_a_link_can_be_stopped(doubtful: Message, browser: Browser) -> None:
    client = browser("coordinator")
    client.post(reverse("message_link_close", args=[doubtful.pk]))
    assert services.opened(services.link(doubtful)) is None
    assert "止めました" in text(client.get(reverse("message", args=[doubtful.pk])))


def test_messages_are_found(doubtful: Message, as_user: Doing, browser: Browser) -> None:
    with as_user("coordinator"):
        services.post("2", RIVAL_FIRM, "督促 PO-7", "本文", kind="reminder", about="PO-2026-000007")
    client, address = browser("coordinator"), reverse("messages")
    for asked, found in (
        ("words=000007", ["督促 PO-7"]),
        ("state=unknown", ["注文書 <b>1</b>"]),
        ("state=person", ["督促 PO-7", "注文書 <b>1</b>"]),
        (f"firm={RIVAL_FIRM}", ["督促 PO-7"]),
        ("channel=fax&words=0265111", ["注文書 <b>1</b>"]),
        ("words=none", []),
    ):
        page = client.get(f"{address}?{asked}")
        assert [one.subject for one, _name, _tried in page.context["rows"]] == found, asked
    assert "条件を減らしてください" in text(client.get(f"{address}?words=none"))


def test_a_firm_puts_its_addresses_in_order(people: People, browser: Browser, settings: Any) -> None:
    settings.CHANNELS = ChannelSettings()
    client, address = browser("factory"), reverse("addresses", args=[OWN_FIRM])
    assert "連絡先がありません" in text(client.get(address))
    assert client.post(address, {"channel": "fax", "value": "0265-11-1111"}).status_code == 302
    assert client.post(address, {"channel": "mail", "value": "a@own.example"}).status_code == 302
    page = client.post(address, {"channel": "mail", "value": "注文"})
    assert page.status_code == 422
    assert "メールアドレスを入力してください" in text(page)
    assert 'value="注文"' in text(page)
    assert "登録済み" in text(client.post(address, {"channel": "mail", "value": "A@own.example"}))
    mail = Address._base_manager.get(channel="mail")
    assert client.post(reverse("address", args=[mail.pk]), {"do": "first", "version": 1}).status_code == 302
    assert [one.channel for one in Address._base_manager.filter(firm=OWN_FIRM)] == ["mail", "fax"]
    # Seen before the change.
    assert client.post(reverse("address", args=[mail.pk]), {"do": "stop", "version": 1}).status_code == 409
    mail.refresh_from_db()
    assert client.post(reverse("address", args=[mail.pk]), {"do": "stop", "version": mail.version}).status_code == 302
    shown = text(client.get(address))
    assert "使わない" in shown
    assert "未確認" in shown
    assert "この機械からは送れない" in shown
    assert "この企業のものと確認した" not in shown
    assert client.post(reverse("address", args=[mail.pk]), {"do": "confirm", "version": 3}).status_code == 404


def test_rivals_neither_see_nor_change_addresses(people: People, as_user: Doing, browser: Browser) -> None:
    with as_user("coordinator"):
        own = address_services.add(OWN_FIRM, Channel.FAX, "0265-11-1111")
    for who in ("rival", "stranger"):
        client = browser(who)
        assert client.get(reverse("addresses", args=[OWN_FIRM])).status_code == 404
        given = {"channel": "fax", "value": "0265-99-9999"}
        assert client.post(reverse("addresses", args=[OWN_FIRM]), given).status_code == 404
        assert client.post(reverse("address", args=[own.pk]), {"do": "stop", "version": 1}).status_code == 404
    assert "連絡先" not in text(browser("rival").get(reverse("firm", args=[OWN_FIRM]))).partition("<main")[2]
    assert "連絡先" in text(browser("factory").get(reverse("firm", args=[OWN_FIRM]))).partition("<main")[2]
    assert Address._base_manager.get().is_active


def test_what_was_stopped_is_let_in_or_left(people: People, as_user: Doing, browser: Browser) -> None:
    raw = b"From: a@b.example\r\nSubject: %s\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <%d@b>\r\n\r\nx"
    with as_user("coordinator"):
        for number, name in enumerate((b"away", b"spam"), start=1):
            services.receive(
                "mail", f"<{number}@b>", "a@b.example", raw % (name, number), "message/rfc822", name.decode()
            )
    client = browser("coordinator")
    page = text(client.get(reverse("held")))
    assert "自動で送られたメールです" in page
    first, second = Inbound._base_manager.order_by("number")
    client.post(reverse("held_decide", args=[first.pk]), {"do": "release"})
    client.post(reverse("held_decide", args=[second.pk]), {"do": "aside"})
    assert client.post(reverse("held_decide", args=[second.pk]), {"do": "release"}).status_code == 302
    assert browser("stranger").post(reverse("held_decide", args=[first.pk]), {"do": "aside"}).status_code == 404
    assert [one.state for one in Inbound._base_manager.order_by("number")] == ["new", "aside"]
    assert "止めたものはありません" in text(client.get(reverse("held")))


def test_a_list_of_fifty_asks_the_database_no_more_than_one_of_two(
    people: People, as_user: Doing, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    with as_user("coordinator"):
        for number in range(60):
            services.post(f"{number}", OWN_FIRM if number % 2 else RIVAL_FIRM, f"件名{number}", "x", kind="reminder")
    client = browser("coordinator")
    with django_assert_max_num_queries(16):
        client.get(reverse("messages"))
