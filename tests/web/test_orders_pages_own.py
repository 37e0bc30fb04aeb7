"""What a firm sees and answers of its requests and orders: logged in, or by the link in a message."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumihimo.trade import Role
from kumihimo_web.audit.models import Line
from kumihimo_web.channels import services as channels
from kumihimo_web.channels.models import Message
from kumihimo_web.orders.models import Event

from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .ordered import Pen, issued

Browser = Callable[[str], Any]
Doing = Callable[[str], Any]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def hidden(page: str, address: str) -> dict[str, str]:
    """Return the hidden fields of the form that is sent to an address."""
    found = re.search(rf'action="{re.escape(address)}".*?</form>', page, re.DOTALL)
    inputs = re.findall(r'<input type="hidden" name="(key|revision)"(?: value="([^"]*)")?', found[0] if found else "")
    return dict(inputs)


def say(client: Any, page_at: str, address: str, data: dict[str, str], of: str = "") -> Any:
    """Fill in the form on a page, and send it."""
    page = text(client.get(page_at))
    return client.post(address, {**hidden(page, of or address), **data})


def at(pen: Pen) -> str:
    return reverse("own_order", args=[pen.ref])


def to(pen: Pen, kind: str) -> str:
    return reverse("own_order_do", args=[pen.ref, kind])


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@pytest.fixture
def linked(people: People, as_user: Doing) -> Callable[[Pen], str]:
    """Return a function: order -> the token of a message about it to the own firm."""

    def make(pen: Pen) -> str:
        with as_user("coordinator"):
            message = channels.post(f"test/{pen.ref}", OWN_FIRM, "RFQ", "text", kind="rfq", about=pen.ref)
            token: str = channels.link(message)
        return token

    return make


def test_a_firm_with_nothing_to_do_is_told_so(people: People, browser: Browser) -> None:
    assert "届いている依頼や注文はありません" in text(browser("factory").get(reverse("own_orders")))


def test_requests_and_orders_stand_in_the_list_what_needs_an_answer_first(people: People, browser: Browser) -> None:
    out, asked = issued(people), Pen(people, step="s1").ask()
    page = text(browser("factory").get(reverse("own_orders")))
    assert page.index(asked.ref) < page.index(out.ref)
    assert page.count("返事が必要") == 2
    rivals = text(browser("rival").get(reverse("own_orders")))
    # It quoted for the one that the other firm got: that one is over for it, and nothing tells who got it.
    assert out.ref in rivals
    assert OWN_FIRM not in rivals


def test_a_request_is_answered_with_two_fields(people: People, browser: Browser) -> None:
    pen, client = Pen(people).ask(), browser("factory")
    page = text(client.get(at(pen)))
    for button in ("この条件で受ける", "条件をつけて受ける", "今回は見送る"):
        assert button in page
    assert RIVAL_FIRM not in page
    data = {"price_1": "４，０００円", "due_on": day(20)}
    assert say(client, at(pen), to(pen, "quote"), data).status_code == 302
    assert pen.state == "quoted"
    assert "見積を出しています" in text(client.get(at(pen)))


def test_with_conditions_the_condition_is_needed(people: People, browser: Browser) -> None:
    pen, client = Pen(people).ask(), browser("factory")
    data = {"price_1": "4000", "due_on": day(20), "with": "words"}
    answer = say(client, at(pen), to(pen, "quote"), data)
    assert answer.status_code == 422
    assert "条件を書いてください" in text(answer)
    assert 'value="4000"' in text(answer)
    assert say(client, at(pen), to(pen, "quote"), {**data, "words": "material from you"}).status_code == 302


def test_a_firm_may_pass_and_change_its_mind(people: People, browser: Browser) -> None:
    pen, client = Pen(people).ask(), browser("factory")
    assert say(client, at(pen), to(pen, "decline_rfq"), {"words": ""}, of=to(pen, "quote")).status_code == 302
    assert "「今回は見送る」と答えています" in text(client.get(at(pen)))
    assert say(client, at(pen), to(pen, "quote"), {"price_1": "1", "due_on": day(9)}).status_code == 302


def test_an_order_is_accepted_shipped_in_parts_and_invoiced(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("factory")
    page = text(client.get(at(pen)))
    assert "40,000円" in page
    assert "銀行振込" in page
    assert say(client, at(pen), to(pen, "accept"), {}).status_code == 302
    assert say(client, at(pen), to(pen, "start"), {"on": day(0)}).status_code == 302
    first = {"quantity": "6", "slip": "N-1", "on": day(0)}
    assert say(client, at(pen), to(pen, "ship"), first).status_code == 302
    too_many = say(client, at(pen), to(pen, "ship"), {"quantity": "5", "slip": "N-2", "on": day(0)})
    assert too_many.status_code == 422
    assert "超えます" in text(too_many)
    assert say(client, at(pen), to(pen, "ship"), {"quantity": "4", "slip": "N-2", "on": day(0)}).status_code == 302
    pen.receive(6).receive(4, "N-2").inspect(6).inspect(4, slip="N-2")
    bill = {"number": "B-1", "amount_jpy": "40,000", "on": day(0)}
    assert say(client, at(pen), to(pen, "invoice"), bill).status_code == 302
    assert "40,000円" in text(client.get(at(pen)))


def test_an_order_that_was_taken_says_what_is_awaited_and_offers_a_change(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("factory")
    page = text(client.get(at(pen)))
    assert "受けられるか返事をください" in page
    assert "条件をつけて受ける" in page
    pen.accept()
    page = text(client.get(at(pen)))
    assert "始めたら「着手」" in page
    assert "条件をつけて受ける" not in page
    assert "納期・条件の変更を願い出る" in page
    pen.ship(4).receive(4).inspect(4)
    assert "残り 6個" in text(client.get(at(pen)))


def test_a_counter_proposal_says_what_should_change(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("factory")
    assert say(client, at(pen), to(pen, "counter"), {}).status_code == 422
    assert say(client, at(pen), to(pen, "counter"), {"due_on": day(50)}).status_code == 302
    assert pen.state == "countered"


def test_declining_needs_a_reason(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("factory")
    assert say(client, at(pen), to(pen, "decline"), {}).status_code == 422
    assert say(client, at(pen), to(pen, "decline"), {"reason": "full"}).status_code == 302
    assert pen.state == "declined"


def test_an_answer_to_an_older_revision_changes_nothing_and_loses_nothing(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("factory")
    seen = hidden(text(client.get(at(pen))), to(pen, "counter"))
    _revise(pen)
    answer = client.post(to(pen, "counter"), {**seen, "words": "what I had written"})
    assert answer.status_code == 409
    page = text(answer)
    assert "注文が変わりました" in page
    assert "what I had written" in page
    again = hidden(page, to(pen, "counter"))
    assert again["revision"] == "2"
    assert client.post(to(pen, "counter"), {**again, "words": "what I had written"}).status_code == 302
    assert pen.state == "countered"


def _revise(pen: Pen) -> None:
    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.orders import services

    with scoped(pen.people.coordinator.scope()):
        notice = services.notice_for(pen.ref) | {"amount": {"value": 39_000}}
        verdicts = services.verdicts_for(pen.ref, notice)
    line = {
        "no": 1,
        "item": "合成部品 s0",
        "quantity": 10,
        "unit": "個",
        "process": "mach.mill5",
        "unit_price_jpy": 3_900,
    }
    signed = [
        {"rule": one.rule, "colour": one.colour.value, "signature": {"by": "tester", "reason": "checked"}}
        if one.needs_signature
        else {"rule": one.rule, "colour": one.colour.value}
        for one in verdicts
    ]
    data = {"notice": notice, "verdicts": signed, "drawings": [], "due_on": notice["receipt_on"]["value"]}
    pen.done("revise", {**data, "lines": [line], "reason": "agreed"}, Role.BUYER)


def test_the_price_can_be_talked_about(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("factory")
    talk = {"words": "steel costs more"}
    assert say(client, at(pen), to(pen, "request_negotiation"), talk).status_code == 302
    page = text(client.get(at(pen)))
    assert "steel costs more" in page
    assert "回答を待っています" in page


def test_a_press_twice_ships_once(people: People, browser: Browser) -> None:
    pen, client = issued(people).accept(), browser("factory")
    sent = {**hidden(text(client.get(at(pen))), to(pen, "ship")), "quantity": "3", "slip": "N-1", "on": day(0)}
    assert client.post(to(pen, "ship"), sent).status_code == 302
    assert client.post(to(pen, "ship"), sent).status_code == 302
    assert Event._base_manager.filter(order__ref=pen.ref, kind="ship").count() == 1


def test_no_firm_answers_for_another(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("rival")
    assert "この依頼・注文は終わりました" in text(client.get(at(pen)))
    assert client.post(to(pen, "accept"), {"revision": "1", "key": ""}).status_code in (403, 404)
    assert client.post(to(pen, "pay"), {}).status_code == 404
    assert pen.state == "issued"


def test_a_link_opens_that_order_without_a_login(people: People, linked: Callable[[Pen], str]) -> None:
    pen, client = Pen(people).ask(), Client()
    token = linked(pen)
    address = reverse("answer", args=[token])
    page = text(client.get(address))
    assert "ログインは要りません" in page
    assert "この条件で受ける" in page
    assert "ログアウト" not in page
    # Mail is looked through by machines that open links; what only a person does tells that it has arrived.
    message = Message._base_manager.get(about=pen.ref)
    assert (message.opened_at is None, message.state) == (False, "to_call")
    seen = reverse("answer_seen", args=[token])
    assert f'action="{seen}" data-island="page_used"' in page
    assert client.get(seen).status_code == 405
    assert client.post(seen).status_code == 204
    assert client.post(seen).status_code == 204
    message.refresh_from_db()
    assert message.state == "delivered"
    send_to = reverse("answer_do", args=[token, "quote"])
    assert say(client, address, send_to, {"price_1": "4100", "due_on": day(20)}).status_code == 302
    assert pen.state == "quoted"
    event = Event._base_manager.filter(order__ref=pen.ref, kind="quote").get()
    assert "リンク" in event.by
    # Nothing else is open: not the lists, and not another order.
    assert client.get(reverse("own_orders")).status_code == 302
    assert client.get(at(pen)).status_code == 302


def test_bad_input_by_a_link_is_told_and_kept(people: People, linked: Callable[[Pen], str]) -> None:
    pen, client = Pen(people).ask(), Client()
    token = linked(pen)
    send_to = reverse("answer_do", args=[token, "quote"])
    answer = say(client, reverse("answer", args=[token]), send_to, {"price_1": "安く", "due_on": day(20)})
    assert answer.status_code == 422
    assert "以上の整数" in text(answer)
    assert "安く" in text(answer)


@pytest.mark.parametrize("how", ["forged", "cut", "closed"])
def test_a_link_that_does_not_hold_says_whom_to_ask(people: People, linked: Callable[[Pen], str], how: str) -> None:
    pen, client = Pen(people).ask(), Client()
    token = linked(pen)
    if how == "closed":
        assert Message._base_manager.filter(about=pen.ref).update(is_link_closed=True)
    token = {"forged": "x" + token, "cut": token[:-3], "closed": token}[how]
    for answer in (
        client.get(reverse("answer", args=[token])),
        client.post(reverse("answer_do", args=[token, "quote"]), {"price_1": "1", "due_on": day(9)}),
    ):
        assert answer.status_code == 404
        assert "このリンクは使えません" in text(answer)
        assert "電話" in text(answer)
    assert pen.state == "rfq_sent"


def test_a_link_of_one_order_gives_no_document_of_another(people: People, linked: Callable[[Pen], str]) -> None:
    from .access.orders import kept_paper

    pen, other = Pen(people, step="s1").ask(), issued(people)
    paper = kept_paper(other)
    token = linked(pen)
    assert Client().get(reverse("answer_paper", args=[token, paper.pk])).status_code == 404
    held = Client().get(reverse("answer_paper", args=[linked(other), paper.pk]))
    assert (held.status_code, held["Content-Type"]) == (200, "application/pdf")


def test_what_came_before_its_turn_stays_on_the_page_of_the_firm_alone(people: People, browser: Browser) -> None:
    pen = issued(people)
    mine, rival = browser("factory"), browser("rival")
    told = {"key": "0123456789abcdef0123456789abcdef", "on": day(0)}
    for _time in range(2):
        assert mine.post(to(pen, "start"), told).status_code == 302
    page = text(mine.get(at(pen)))
    assert page.count("もう一度送る必要はありません") == 1, "the same post again waits once"
    assert rival.get(at(pen)).status_code == 200, "it was asked for a quotation"
    assert "もう一度送る必要はありません" not in text(rival.get(at(pen)))
    assert "順番待ちの連絡" in text(browser("coordinator").get(reverse("order", args=[pen.ref])))
    pen.accept()
    assert pen.state == "in_progress"
    assert "もう一度送る必要はありません" not in text(mine.get(at(pen)))


def test_a_paper_that_its_firm_opens_logged_in_has_arrived(people: People, browser: Browser, as_user: Doing) -> None:
    from .access.orders import kept_paper

    pen = issued(people)
    paper = kept_paper(pen)
    with as_user("coordinator"):
        channels.post(paper.key, OWN_FIRM, "PO", "text", kind="order", about=pen.ref)

    def state() -> str:
        return str(Message._base_manager.get(key=paper.key).state)

    address = reverse("order_paper", args=[paper.pk])
    assert state() == "to_call"
    assert browser("coordinator").get(address).status_code == 200
    assert browser("rival").get(address).status_code == 404
    assert state() == "to_call", "whoever else reads it proves nothing"
    for _time in range(2):
        assert browser("factory").get(address).status_code == 200
    assert state() == "delivered"
    with as_user("coordinator"):
        assert Line.objects.filter(verb="message.delivered").count() == 1
