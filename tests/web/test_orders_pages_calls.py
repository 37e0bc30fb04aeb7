"""What was said on the phone: written down, confirmed in writing, and looked at when the order has moved on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.urls import reverse

from kumihimo.trade import Role
from kumihimo_web.channels.models import Message
from kumihimo_web.orders.models import Event

from .conftest import RIVAL_FIRM, People
from .ordered import Pen, issued
from .ordered_pages import day, form_of, send, text

Browser = Callable[[str], Any]


def test_what_was_heard_on_the_phone_waits_for_its_confirmation(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("coordinator")
    answer = send(client, pen, "accept", {"said": ""})
    assert answer.status_code == 422
    assert send(client, pen, "accept", {"said": "Mr Suzuki said yes"}).status_code == 302
    assert pen.state == "issued"
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "Mr Suzuki said yes" in page
    assert "確認書" in page


def test_what_the_order_cannot_take_is_not_taken_down_from_the_phone(people: People, browser: Browser) -> None:
    pen, client = issued(people).accept(), browser("coordinator")
    told = {"quantity": "11", "slip": "N-1", "on": day(0), "said": "the boss called"}
    answer = send(client, pen, "ship", told)
    assert answer.status_code == 422
    assert "残り10を超えます" in text(answer)
    assert "the boss called" in text(answer)
    early = send(client, pen, "ship", {**told, "quantity": "1", "on": day(-40)})
    assert early.status_code == 422
    assert "31日を超えて前です" in text(early)
    assert not Event._base_manager.filter(order__ref=pen.ref, kind="call_noted").exists()
    assert not Message._base_manager.filter(kind="confirmation").exists()


def test_a_confirmed_call_that_came_to_nothing_is_shown_with_its_reason_and_a_way_out(
    people: People, browser: Browser
) -> None:
    pen, client = issued(people).accept(), browser("coordinator")
    told = {"quantity": "6", "slip": "N-1", "on": day(0), "said": "the boss called"}
    assert send(client, pen, "ship", told).status_code == 302
    assert "電話で聞いた内容を注文に反映できません" not in text(client.get(reverse("desk")))
    pen.ship(6, "N-2")
    noted = Event._base_manager.get(order__ref=pen.ref, kind="call_noted")
    proof = {"note": noted.key, "follow_up": "b" * 64, "channel": "fax"}
    assert pen.give("confirm_call", proof, Role.CLERK).code == "call_refused"
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "残り4を超えます" in page
    assert "このメモを取り下げ、正しい内容で書き取り直して" in page
    desk = text(client.get(reverse("desk")))
    assert "電話で聞いた内容を注文に反映できませんでした" in desk
    assert f"{reverse('order', args=[pen.ref])}#notes" in desk
    sent = {**form_of(page, "withdraw_call"), "note": noted.key, "reason": "counted again"}
    assert client.post(reverse("order_do", args=[pen.ref, "withdraw_call"]), sent).status_code == 302
    assert "電話で聞いた内容を注文に反映できません" not in text(client.get(reverse("desk")))
    assert 'id="notes"' not in text(client.get(reverse("order", args=[pen.ref])))


def test_each_note_of_a_call_tells_what_it_says_and_is_withdrawn_beside_it(people: People, browser: Browser) -> None:
    pen, client = issued(people).accept(), browser("coordinator")
    for quantity, slip in (("3", "N-3"), ("4", "N-4")):
        told = {"quantity": quantity, "slip": slip, "on": day(0), "said": "the boss called"}
        assert send(client, pen, "ship", told).status_code == 302
    page = text(client.get(reverse("order", args=[pen.ref])))
    first, second = re.findall(r'<article class="card".*?</article>', page, re.DOTALL)
    assert ("N-3" in first, "N-4" in first) == (True, False)
    assert ("N-3" in second, "N-4" in second) == (False, True)
    keys = [re.search(r'name="note" value="([^"]+)"', one)[1] for one in (first, second)]  # type: ignore[index]
    assert len(set(keys)) == 2
    assert "書き取り" in first
    assert "を取り下げる" in first
    sent = {**form_of(second, "withdraw_call"), "note": keys[1], "reason": "wrong"}
    assert client.post(reverse("order_do", args=[pen.ref, "withdraw_call"]), sent).status_code == 302
    left = text(client.get(reverse("order", args=[pen.ref])))
    assert [one for one in keys if f'value="{one}"' in left] == [keys[0]]
    choices = text(client.get(reverse("order_do", args=[pen.ref, "withdraw_call"])))
    assert "出荷 N-3、3" in choices, "where one is chosen from a list, its figures tell it from the others"


def test_a_phoned_quotation_names_its_firm(people: People, browser: Browser) -> None:
    pen, client = Pen(people).ask(), browser("coordinator")
    data = {"who": RIVAL_FIRM, "price_1": "3,800", "due_on": day(15), "said": "the boss called"}
    assert send(client, pen, "quote", data).status_code == 302
    noted = Event._base_manager.get(order__ref=pen.ref, kind="call_noted")
    assert f'"firm":"{RIVAL_FIRM}"' in noted.data


def test_a_call_confirmed_after_the_order_has_moved_on_is_looked_at(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("coordinator")
    assert send(client, pen, "accept", {"said": "the boss called"}).status_code == 302
    noted = Event._base_manager.get(order__ref=pen.ref, kind="call_noted")
    pen.accept()
    proof = {"note": noted.key, "follow_up": "b" * 64, "channel": "fax"}
    assert pen.give("confirm_call", proof, Role.CLERK).code == "call_refused"
    desk = text(client.get(reverse("desk")))
    assert "電話で聞いた内容を注文に反映できませんでした" in desk
    assert f"{reverse('order', args=[pen.ref])}#notes" in desk
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "承諾では何も変わりません" in page
    sent = {**form_of(page, "withdraw_call"), "note": noted.key, "reason": "the firm knows"}
    assert client.post(reverse("order_do", args=[pen.ref, "withdraw_call"]), sent).status_code == 302
    assert "電話で聞いた内容を注文に反映できません" not in text(client.get(reverse("desk")))
    assert pen.state == "accepted"
