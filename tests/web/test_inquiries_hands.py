"""Raising hands: asked are few, told is little, and rivals never see each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kumihimo_web.inquiries import hand_services, queries, services
from kumihimo_web.inquiries.models import Broadcast, Hand, Inquiry
from kumihimo_web.inquiries.rules import MOST_ASKED
from kumihimo_web.inquiries.state import Answer

from .access.inquiries import TEXT
from .conftest import OWN_FIRM, RIVAL_FIRM
from .test_inquiries import made, page, proposed

BUYER = "秘密の発注元"


@pytest.fixture
def asked(browser: Callable[[str], Any]) -> Broadcast:
    client = browser("coordinator")
    found = proposed(client, made(client, TEXT, buyer_name=BUYER, title="秘密の件名").number)
    answer = ask(client, found.number, firm=[OWN_FIRM, RIVAL_FIRM], note="急ぎです")
    assert answer.status_code == 302, answer.content.decode()
    return Broadcast._base_manager.get()


def ask(client: Any, number: str, **sent: Any) -> Any:
    day = timezone.localdate() + timedelta(days=3)
    return client.post(reverse("inquiry_ask", args=(number, "p1-10")), {"answer_by": day.isoformat(), **sent})


def hand_of(firm: str) -> Hand:
    found: Hand = Hand._base_manager.get(firm=firm)
    return found


def test_a_firm_answers_on_its_phone(asked: Broadcast, browser: Callable[[str], Any]) -> None:
    client, hand = browser("factory"), hand_of(OWN_FIRM)
    shown = page(client, "hands")
    for words in ("5軸加工", "A5052", "急ぎです", asked.number, "手を挙げる", "条件をつけて", "今回は見送る"):
        assert words in shown
    for words in (BUYER, "秘密の件名", RIVAL_FIRM, "製作所"):
        assert words not in shown.replace("factoryの組織", "")
    sent = {"answer": "raised", "price_jpy": "１２０，０００円", "days": "10日", "version": hand.version}
    assert client.post(reverse("hand_answer", args=(hand.pk,)), sent).status_code == 302
    hand.refresh_from_db()
    assert (hand.answer, hand.price_jpy, hand.days) == (Answer.RAISED, 120_000, 10)
    assert "「手を挙げる」と答えています" in page(client, "hands")
    coordinator = page(browser("coordinator"), "inquiry_hands", asked.inquiry.number)
    assert "120,000円" in coordinator
    assert "返事なし" in coordinator
    form = page(browser("coordinator"), "inquiry_ask", asked.inquiry.number, "p1-10")
    assert "これまでの返事 1 / 1回" in form
    assert "これまでの返事 0 / 1回" in form
    again = client.post(reverse("hand_answer", args=(hand.pk,)), sent)
    assert again.status_code == 302
    assert hand_of(OWN_FIRM).version == 2


def test_rivals_never_see_each_other_s_hands(
    asked: Broadcast, browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    client, hand = browser("rival"), hand_of(OWN_FIRM)
    with as_user("factory"):
        taken = {"price_jpy": 98_765, "days": 3, "words": "うちの事情", "version": 1}
        hand_services.take_answer(hand, Answer.RAISED, **taken, today=timezone.localdate())  # type: ignore[arg-type]
    shown = page(client, "hands")
    assert "98,765" not in shown
    assert "98765" not in shown
    assert "うちの事情" not in shown
    assert client.post(reverse("hand_answer", args=(hand.pk,)), {"answer": "declined"}).status_code == 404
    assert client.get(reverse("inquiry", args=(asked.inquiry.number,))).status_code == 403
    with as_user("rival"):
        assert list(Hand.objects.values_list("firm", flat=True)) == [RIVAL_FIRM]
        assert not Inquiry.objects.exists()
    with as_user("assessor"):
        assert not Hand.objects.exists()
        assert not Broadcast.objects.exists()
    with as_user("stranger"):
        assert not Hand.objects.exists()
        assert not Broadcast.objects.exists()
    with as_user("buyer"), pytest.raises(PermissionDenied):
        hand_services.close(asked)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"answer": "condition"}, "どんな条件なら"),
        ({"answer": "raised", "price_jpy": "たくさん"}, "数字で書いてください"),
        ({"answer": "raised", "days": "0"}, "1 以上"),
        ({"answer": "maybe"}, "まだ届いていません"),
    ],
)
def test_a_bad_answer_comes_back_with_everything(
    sent: dict[str, str], words: str, asked: Broadcast, browser: Callable[[str], Any]
) -> None:
    hand = hand_of(OWN_FIRM)
    whole = {"words": "<b>月末なら</b>" if sent["answer"] != "condition" else "", "version": "1", **sent}
    answer = browser("factory").post(reverse("hand_answer", args=(hand.pk,)), whole)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert "<b>月末" not in text
    assert ("&lt;b&gt;月末なら" in text) == bool(whole["words"])
    assert hand_of(OWN_FIRM).answer == ""


def test_two_answers_of_one_firm_do_not_overwrite_each_other(asked: Broadcast, browser: Callable[[str], Any]) -> None:
    client, hand = browser("factory"), hand_of(OWN_FIRM)
    address = reverse("hand_answer", args=(hand.pk,))
    assert client.post(address, {"answer": "raised", "version": 1}).status_code == 302
    late = client.post(address, {"answer": "declined", "words": "やはり無理", "version": 1})
    assert late.status_code == 409
    assert "やはり無理" in late.content.decode()
    assert hand_of(OWN_FIRM).answer == Answer.RAISED


def test_a_coordinator_enters_what_it_heard_with_the_word_of_the_firm(
    asked: Broadcast, browser: Callable[[str], Any]
) -> None:
    client, hand = browser("coordinator"), hand_of(OWN_FIRM)
    address = reverse("hand_answer", args=(hand.pk,))
    assert client.post(address, {"answer": "raised", "version": 1}).status_code == 422
    done = client.post(address, {"answer": "raised", "version": 1, "said": "専務に電話で"})
    assert done.status_code == 302
    assert "専務に電話で" in page(client, "inquiry_hands", asked.inquiry.number)


def test_over_is_over(asked: Broadcast, browser: Callable[[str], Any], as_user: Callable[[str], Any]) -> None:
    client, hand = browser("factory"), hand_of(OWN_FIRM)
    with as_user("coordinator"):
        found = queries.inquiry(asked.inquiry.number)
        assert found is not None
        services.withdraw(found, why="取りやめ", version=found.version)
    answer = client.post(reverse("hand_answer", args=(hand.pk,)), {"answer": "raised", "version": 1}, follow=True)
    text = answer.content.decode()
    assert "締め切られました" in text
    assert "締め切られたもの" in text
    assert hand_of(OWN_FIRM).answer == ""


def test_asking_is_capped_checked_and_done_once(
    browser: Callable[[str], Any], as_user: Callable[[str], Any], people: Any
) -> None:
    from kumihimo.model import Capability, Firm, Site
    from kumihimo_web.firms import services as firms

    with as_user("coordinator"):
        for number in range(100, 100 + MOST_ASKED + 2):
            ref = f"F{number:04d}"
            firms.add("firms", Firm(id=ref, name=f"合成{ref}", synthetic=True), ref)
            firms.add("sites", Site(id=f"{ref}-S", firm=ref, municipality="202061", calendar=f"{OWN_FIRM}-C"), ref)
            row = Capability(id=f"{ref}-K", site=f"{ref}-S", process="mach.mill5", material_family="aluminium")
            firms.add("capabilities", row, ref)
    client = browser("coordinator")
    found = proposed(client, made(client, TEXT, buyer_name=BUYER).number)
    with as_user("coordinator"):
        proposal = queries.latest_proposal(found)
        assert proposal is not None
        rows = queries.askable(proposal, "p1-10")
    assert len(rows) == MOST_ASKED + 4
    assert [row.kind for row in rows] == sorted((row.kind for row in rows), key=("candidate", "near", "other").index)
    many = ask(client, found.number, firm=[row.firm for row in rows])
    assert many.status_code == 422
    assert f"{MOST_ASKED}社までです" in many.content.decode()
    for sent, words in (
        ({"firm": ["F9999"]}, "選べない企業"),
        ({}, "1社以上"),
        ({"firm": [OWN_FIRM], "answer_by": "2020-01-01"}, "今日から"),
        ({"firm": [OWN_FIRM], "note": f"{BUYER}様の件です"}, "発注元の名前が入っています"),
    ):
        answer = ask(client, found.number, **sent)
        assert answer.status_code == 422, sent
        assert words in answer.content.decode()
    assert not Broadcast._base_manager.exists()
    for _ in range(2):
        assert ask(client, found.number, everybody="1", once="c" * 32).status_code == 302
    assert Broadcast._base_manager.count() == 1
    assert Hand._base_manager.count() == MOST_ASKED
    with as_user("coordinator"), pytest.raises(hand_services.TooManyAsked):
        hand_services.broadcast(
            found,
            proposal,
            "p1-10",
            firms=[row.firm for row in rows],
            answer_by=timezone.localdate(),
            note="",
            once="",
        )


def test_a_near_miss_reads_what_it_misses_and_nobody_else_does(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    from kumihimo_web.firms import services as firms

    with as_user("rival"):
        firms.change("capabilities", f"{RIVAL_FIRM}-K", {"env_l_mm": 100.0}, version=1)
    client = browser("coordinator")
    found = proposed(client, made(client).number)
    ask(client, found.number, firm=[OWN_FIRM, RIVAL_FIRM])
    assert "100" in hand_of(RIVAL_FIRM).gap_ja
    assert hand_of(OWN_FIRM).gap_ja == ""
    assert "登録では少し足りない" in page(browser("rival"), "hands")
    assert "登録では少し足りない" not in page(browser("factory"), "hands")
