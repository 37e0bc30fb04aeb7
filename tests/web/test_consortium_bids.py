"""Bids: members answer on their own page, nobody else reads an amount before the deadline, silence is a question."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumihimo.errors import InputError
from kumihimo_web.audit.models import Line
from kumihimo_web.audit.queries import broken_at
from kumihimo_web.channels import services as channels
from kumihimo_web.channels.models import Message
from kumihimo_web.consortium import bid_queries, bid_services, charter_services, queries, services
from kumihimo_web.consortium.charter_services import NotNow
from kumihimo_web.consortium.models import Allotment, Bid, Bidding, JointOrder, Offer, Share
from kumihimo_web.consortium.state import BidAnswer

from .access.consortium import (
    OWN_NAME,
    RIVAL_NAME,
    WINDOW,
    asked,
    bid,
    charter_data,
    line_data,
    order_data,
    over,
)
from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .test_consortium_charter import page
from .test_consortium_orders import again, post

Browser = Callable[[str], Any]
Doing = Callable[[str], Any]
OWN_JPY, RIVAL_JPY = 81_234, 76_543


@pytest.fixture
def order(people: People, as_user: Doing) -> JointOrder:
    """An order of a consortium whose charter shares by bids."""
    with as_user("coordinator"):
        found = charter_services.begin(charter_data(allotment="bid"), WINDOW)
        values, lines = order_data(split_into=1), [line_data(quantity=100)]
        return services.take(found, values, lines, today=timezone.localdate())


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def row_of(firm: str) -> Bid:
    found: Bid = Bid._base_manager.select_related("bidding").get(firm=firm)
    return found


def said(firm: str, price: int | str, **changed: str) -> dict[str, str]:
    return {
        "version": str(row_of(firm).version), "answer": "bid", "price_jpy": str(price), "by_on": day(20), **changed,
    }  # fmt: skip


def test_from_asking_to_the_decision(order: JointOrder, browser: Browser, as_user: Doing) -> None:
    client, own, rival = browser("coordinator"), browser("factory"), browser("rival")
    assert reverse("joint_order_bidding", args=[order.number]) in page(client, "joint_order", order.number)
    asking = page(client, "joint_order_bidding", order.number)
    assert "全員が答えても早くは開きません" in asking
    done = post(client, "joint_order_bidding", order, answer_by=day(3), note="図面は前回と同じです")
    assert done.status_code == 302, done.content.decode()
    told = {one.firm: one for one in Message._base_manager.filter(kind="joint_bidding")}
    assert told.keys() == {OWN_FIRM, RIVAL_FIRM}
    for words in ("ブラケット", "100個", "図面は前回と同じです", "{link}"):
        assert words in told[OWN_FIRM].text
    # What the buyer pays, and who it is, members do not read.
    for client_of, firm, price in ((own, OWN_FIRM, "８１，２３４円"), (rival, RIVAL_FIRM, RIVAL_JPY)):
        assert "まだ答えていません" in page(client_of, "consortium")
        shown = page(client_of, "joint_order", order.number)
        for secret in ("997", "架空の発注元"):
            assert secret not in shown + told[firm].text
        address = reverse("joint_order_bid", args=[order.number])
        assert client_of.post(address, said(firm, price)).status_code == 302
    assert "81,234円" in page(own, "joint_order", order.number)
    sealed = _nobody_else_reads_it(order, browser, as_user)
    assert (
        "入札の期限がまだ来ていません"
        in client.get(reverse("joint_order_allot", args=[order.number]), follow=True).content.decode()
    )
    over(row_of(OWN_FIRM).bidding)
    opened = page(client, "joint_order_bidding", order.number)
    assert "76,543円" in opened
    assert "76,543円" not in sealed
    assert post(client, "joint_order_allot", order).status_code == 302
    deciding = page(client, "joint_order_decide", order.number)
    # Lowest first, the reasons name the bids, and so does the page.
    for words in (f"{RIVAL_NAME}: 入札で1番目。入札76,543円", "入札81,234円", "使った入札"):
        assert words in deciding
    # The rows stand as ranked: the rival first.
    assert post(client, "joint_order_decide", order, q0="100", q1="0").status_code == 302
    decided = Allotment._base_manager.get(order=order)
    assert decided.bidding == row_of(OWN_FIRM).bidding
    line = Line._base_manager.get(verb="joint_order.allotted")
    assert json.loads(line.after)["bids"] == {OWN_FIRM: OWN_JPY, RIVAL_FIRM: RIVAL_JPY}
    assert Share._base_manager.get(order=order, firm=RIVAL_FIRM).amount_jpy == RIVAL_JPY
    assert "使った入札" in page(client, "joint_order", order.number)
    with as_user("coordinator"):
        assert broken_at() is None


def _nobody_else_reads_it(order: JointOrder, browser: Browser, as_user: Doing) -> str:
    """No page, row or line of the log tells an amount to a rival or the coordinator."""
    sealed = page(browser("coordinator"), "joint_order_bidding", order.number)
    assert sealed.count("金額は伏せています") == 2
    pages = [sealed, page(browser("coordinator"), "joint_order", order.number)]
    pages += [page(browser("administrator"), "audit")]
    for who, mine, other, name in (
        ("factory", "81,234", "76,543", RIVAL_NAME),
        ("rival", "76,543", "81,234", OWN_NAME),
    ):
        shown = page(browser(who), "joint_order", order.number) + page(browser(who), "consortium")
        assert mine in shown
        for secret in (other, name):
            assert secret not in shown
    for secret in ("81,234", "81234", "76,543", "76543"):
        assert all(secret not in one for one in pages)
    lines = list(Line._base_manager.filter(verb="bid.answered"))
    assert len(lines) == 2
    assert all("81234" not in str((one.before, one.after, one.note)) for one in lines)
    for who, count in (("coordinator", 0), ("administrator", 0), ("factory", 1), ("rival", 1), ("buyer", 0)):
        with as_user(who):
            assert Offer.objects.count() == count, who
    for who, count in (("coordinator", 2), ("factory", 1), ("rival", 1), ("buyer", 0), ("assessor", 0)):
        with as_user(who):
            assert Bid.objects.count() == count, who
    return sealed


def test_a_bid_can_be_changed_and_taken_back_until_the_deadline(
    order: JointOrder, browser: Browser, as_user: Doing
) -> None:
    with as_user("coordinator"):
        bidding = asked(order)
    client, address = browser("factory"), reverse("joint_order_bid", args=[order.number])
    first = said(OWN_FIRM, OWN_JPY)
    assert client.post(address, first).status_code == 302
    # The same form of a second tab does not overwrite what is newer, and keeps what was typed.
    late = client.post(address, first | {"price_jpy": "70000"})
    assert late.status_code == 409
    assert "70000" in late.content.decode()
    assert "81,234円" in late.content.decode()
    assert client.post(address, said(OWN_FIRM, 79_000)).status_code == 302
    assert Offer._base_manager.get().price_jpy == 79_000
    assert client.post(address, said(OWN_FIRM, "", answer="declined")).status_code == 302
    assert not Offer._base_manager.exists()
    assert row_of(OWN_FIRM).answer == BidAnswer.DECLINED
    assert "今回は見送ると答えています" in page(client, "joint_order", order.number)
    assert client.post(address, said(OWN_FIRM, 78_000)).status_code == 302
    over(bidding)
    refused = client.post(address, said(OWN_FIRM, 1), follow=True)
    assert "この入札は終わっています" in refused.content.decode()
    assert 'name="price_jpy"' not in refused.content.decode()
    assert Offer._base_manager.get().price_jpy == 78_000
    assert Line._base_manager.filter(verb="bid.answered", firm=OWN_FIRM).count() == 4


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"price_jpy": ""}, "金額を入れてください"),
        ({"price_jpy": "0"}, "1 以上"),
        ({"price_jpy": "高い"}, "数字で書いてください"),
        ({"by_on": ""}, "納められる日を入れてください"),
        ({"by_on": "2020-01-01"}, "今日から270日以内"),
        ({"answer": "maybe"}, "まだ届いていません"),
    ],
)
def test_a_bid_that_is_none_is_refused_with_what_to_do(
    changed: dict[str, str], words: str, order: JointOrder, browser: Browser, as_user: Doing
) -> None:
    with as_user("coordinator"):
        asked(order)
    answer = browser("factory").post(
        reverse("joint_order_bid", args=[order.number]), said(OWN_FIRM, OWN_JPY, **changed)
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Offer._base_manager.exists()
    assert row_of(OWN_FIRM).answer == ""


def test_silence_is_a_question_and_no_price(order: JointOrder, browser: Browser, as_user: Doing) -> None:
    client = browser("coordinator")
    with as_user("coordinator"):
        bidding = asked(order)
    with as_user("factory"):
        bid(bidding, OWN_FIRM, OWN_JPY)
    assert "返事がないのは、0円でも見送りでもありません" in page(client, "joint_order_bidding", order.number)
    with as_user("coordinator"):
        # The order waits for its bids, not for the coordinator.
        assert queries.attention() == []
    over(bidding)
    with as_user("coordinator"):
        (waiting,) = queries.attention()
        assert "入札の期限が過ぎました" in str(waiting.title)
        assert "電話で確かめて" in str(waiting.detail)
    assert post(client, "joint_order_allot", order).status_code == 302
    shown = page(client, "joint_order_decide", order.number)
    assert "入札の返事がありませんでした" in shown
    assert "入札0円" not in shown
    assert [one["bid_jpy"] for one in Allotment._base_manager.get().candidates] == [OWN_JPY, None]
    refused = post(client, "joint_order_decide", order, q0="0", q1="100", why="頼まれた")
    assert "入札のない会員" in refused.content.decode()
    assert post(client, "joint_order_decide", order, q0="100", q1="0").status_code == 302
    assert "入札の返事がありませんでした" in page(browser("rival"), "joint_order", order.number)


def test_what_came_by_phone_is_typed_with_whose_word_it_was(
    order: JointOrder, browser: Browser, as_user: Doing
) -> None:
    client = browser("coordinator")
    with as_user("coordinator"):
        bidding = asked(order)
    address = reverse("joint_order_bid_typed", args=[order.number, RIVAL_FIRM])
    word = {"from_whom": "専務から電話", "heard_on": day(0)}
    assert client.post(address, said(RIVAL_FIRM, RIVAL_JPY)).status_code == 422
    assert client.post(address, said(RIVAL_FIRM, RIVAL_JPY, **word)).status_code == 302
    shown = page(client, "joint_order_bidding", order.number)
    assert "専務から電話" in shown
    assert "76,543" not in shown
    assert "代わりに入力" in page(browser("rival"), "joint_order", order.number)
    assert row_of(RIVAL_FIRM).answered_by == actor(as_user)
    with as_user("coordinator"), pytest.raises(PermissionDenied):
        bid(bidding, OWN_FIRM, 1, from_whom="")
    over(bidding)
    opened = page(client, "joint_order_bidding", order.number)
    assert "76,543円" in opened
    # What stood when the amounts were opened stays; a phone call of the day before can still be taken down, marked.
    with as_user("coordinator"), pytest.raises(NotNow):
        bid(bidding, RIVAL_FIRM, 1, heard_on=timezone.localdate() - timedelta(days=1))
    own = reverse("joint_order_bid_typed", args=[order.number, OWN_FIRM])
    too_late = client.post(own, said(OWN_FIRM, 70_000, **word))
    assert too_late.status_code == 422
    assert "後の入札は受けられません" in too_late.content.decode()
    assert post(client, "joint_order_allot", order).status_code == 302
    assert client.post(own, said(OWN_FIRM, 70_000, **word | {"heard_on": day(-1)})).status_code == 302
    # The proposal went by other bids than there are now: it is made anew.
    assert Allotment._base_manager.get().is_superseded
    assert post(client, "joint_order_allot", order).status_code == 302
    shown = page(client, "joint_order_decide", order.number)
    assert "期限後に入力" in shown
    assert f"{OWN_NAME}: 入札で1番目" in shown


def actor(as_user: Doing) -> str:
    from kumihimo_web.accounts.scope import current_scope

    with as_user("coordinator"):
        return current_scope().actor


def test_by_the_link_a_member_bids_without_a_login(order: JointOrder, as_user: Doing) -> None:
    with as_user("coordinator"):
        bidding = asked(order)
        token = channels.link(Message.objects.get(kind="joint_bidding", firm=OWN_FIRM))
        other = services.take(order.consortium, order_data(), [line_data()], today=timezone.localdate())
        asked(other)
    with as_user("rival"):
        bid(bidding, RIVAL_FIRM, RIVAL_JPY)
    client, address = Client(), reverse("joint_link", args=[token])
    shown = client.get(address).content.decode()
    assert "ログインは要りません" in shown
    for secret in ("76,543", RIVAL_NAME, other.number):
        assert secret not in shown
    done = client.post(reverse("joint_link_bid", args=[token]), said_of(bidding, OWN_JPY), follow=True)
    assert "81,234円" in done.content.decode()
    assert Offer._base_manager.get(bid__firm=OWN_FIRM).bid.answered_by.endswith("（リンク）")
    assert Message._base_manager.get(kind="joint_bidding", firm=OWN_FIRM, about=order.number).opened_at is not None
    over(bidding)
    late = client.post(reverse("joint_link_bid", args=[token]), said_of(bidding, 1), follow=True)
    assert "この入札は終わっています" in late.content.decode()
    assert Offer._base_manager.get(bid__firm=OWN_FIRM).price_jpy == OWN_JPY


def said_of(bidding: Bidding, price: int) -> dict[str, str]:
    version = Bid._base_manager.get(bidding=bidding, firm=OWN_FIRM).version
    return {"version": str(version), "answer": "bid", "price_jpy": str(price), "by_on": day(20)}


def test_a_round_that_is_called_off_is_never_opened(order: JointOrder, browser: Browser, as_user: Doing) -> None:
    client = browser("coordinator")
    with as_user("coordinator"):
        bidding = asked(order)
    with as_user("factory"):
        bid(bidding, OWN_FIRM, OWN_JPY)
    # What members bid on is not changed under them.
    assert client.get(reverse("joint_order_edit", args=[order.number])).status_code == 302
    with as_user("coordinator"), pytest.raises(NotNow):
        services.change(again(order), order_data(), [line_data()], version=again(order).version)
    assert post(client, "joint_order_call_off", order, why="").status_code == 422
    assert post(client, "joint_order_call_off", order, why="図面が変わったため").status_code == 302
    told = Message._base_manager.filter(subject__startswith="入札の取りやめ")
    assert {one.firm for one in told} == {OWN_FIRM, RIVAL_FIRM}
    assert all("図面が変わったため" in one.text for one in told)
    assert "図面が変わったため" in page(browser("factory"), "joint_order", order.number)
    with as_user("factory"), pytest.raises(NotNow):
        bid(bidding, OWN_FIRM, 1)
    over(bidding)
    with as_user("coordinator"):
        assert not Offer.objects.exists()
        assert bid_queries.bidding(again(order)) is None
    assert client.get(reverse("joint_order_edit", args=[order.number])).status_code == 200
    # Asked anew, it is a round of its own: nobody's first answer counts.
    with as_user("coordinator"):
        second = asked(order)
    assert second.round == 2
    assert "まだ答えていません" in page(browser("factory"), "consortium")


def test_giving_the_order_up_tells_who_was_asked(order: JointOrder, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        asked(order)
    assert post(browser("coordinator"), "joint_order_cancel", order, why="発注元の都合").status_code == 302
    assert Message._base_manager.filter(subject__startswith="入札の取りやめ").count() == 2
    assert Bidding._base_manager.get().called_off_why == "発注元の都合"


def test_who_is_not_asked_reads_why(order: JointOrder, browser: Browser, as_user: Doing) -> None:
    client = browser("coordinator")
    sent = {"answer_by": day(3), "m1_out": "on"}
    assert "招かない理由を書いてください" in post(client, "joint_order_bidding", order, **sent).content.decode()
    done = post(client, "joint_order_bidding", order, **sent, m1_why="測定器が校正中")
    assert done.status_code == 302
    assert list(Bid._base_manager.values_list("firm", flat=True)) == [OWN_FIRM]
    rival = browser("rival")
    assert rival.get(reverse("joint_order", args=[order.number])).status_code == 404
    assert rival.post(reverse("joint_order_bid", args=[order.number]), said(OWN_FIRM, 1)).status_code == 404
    with as_user("factory"):
        bid(row_of(OWN_FIRM).bidding, OWN_FIRM, OWN_JPY)
    with as_user("rival"), pytest.raises(Bid.DoesNotExist):
        bid_services.answer(row_of(OWN_FIRM), BidAnswer.DECLINED, version=2, today=timezone.localdate())
    over(row_of(OWN_FIRM).bidding)
    assert post(client, "joint_order_allot", order).status_code == 302
    assert post(client, "joint_order_decide", order, q0="100", q1="0").status_code == 302
    assert "測定器が校正中" in page(rival, "joint_order", order.number)


@pytest.mark.parametrize(("days", "outs"), [(-1, ()), (15, ()), (3, ("m0", "m1"))])
def test_a_round_without_a_day_or_a_member_is_refused(
    days: int, outs: tuple[str, ...], order: JointOrder, browser: Browser, as_user: Doing
) -> None:
    left = {f"{one}_out": "on" for one in outs} | {f"{one}_why": "休み" for one in outs}
    assert post(browser("coordinator"), "joint_order_bidding", order, answer_by=day(days), **left).status_code == 422
    with as_user("coordinator"), pytest.raises(InputError):
        asked(order, days=days, left_out=dict.fromkeys((OWN_FIRM, RIVAL_FIRM)[: len(outs)], "休み"))
    assert not Bidding._base_manager.exists()
    assert not Message._base_manager.exists()


def test_two_coordinators_ask_once(order: JointOrder, browser: Browser) -> None:
    client, address = browser("coordinator"), reverse("joint_order_bidding", args=[order.number])
    seen = {"version": again(order).version, "answer_by": day(3)}
    assert client.post(address, seen).status_code == 302
    assert client.post(address, seen).status_code == 302
    assert Bidding._base_manager.count() == 1
    assert Message._base_manager.count() == 2
