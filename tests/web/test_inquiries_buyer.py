"""The buyer: its own inquiries, its questions, the price it was told, and nothing of who does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from kumihimo_web.inquiries import services
from kumihimo_web.inquiries.incoming import incoming_text
from kumihimo_web.inquiries.models import Inquiry, Proposal, Source
from kumihimo_web.inquiries.queries import attention
from kumihimo_web.inquiries.state import State

from .access.inquiries import TEXT
from .test_inquiries import made, page, proposed, send


def test_a_buyer_asks_answers_and_is_told_price_and_day_only(browser: Callable[[str], Any]) -> None:
    buyer, coordinator = browser("buyer"), browser("coordinator")
    found = made(buyer)
    assert found.buyer.name == "buyerの組織"
    shown = page(buyer, "inquiry", found.number)
    assert "納期が書かれていません" in shown
    assert "チームを提案する" not in shown
    assert send(buyer, found.number, "inquiry_answer", field="due_date", part="", words="来月末").status_code == 302
    assert send(buyer, found.number, "inquiry_value", field="quantity", part="", words="1個").status_code == 403
    assert "buyerの組織" in page(coordinator, "inquiry", found.number)
    found = proposed(coordinator, found.number)
    proposal = Proposal._base_manager.get()
    team = proposal.data["teams"][0]
    reason = {"version": found.version, "proposal": proposal.pk, "why": "内緒の理由"}
    coordinator.post(reverse("inquiry_choose", args=(found.number, team["name"])), reason)
    price = f"{team['price']['total_jpy']:,}円"
    assert price not in page(buyer, "inquiry", found.number)
    assert send(coordinator, found.number, "inquiry_offer").status_code == 302
    shown = page(buyer, "inquiry", found.number)
    assert "調整機関から、金額と納品の見込みの提示がありました。" in shown.partition('id="history"')[2]
    assert price in shown
    for step in team["steps"]:
        assert f"{step['price_jpy']:,}" not in shown.replace(price, "")
        assert step["firm_name"] not in shown
        assert step["firm"] not in shown
    assert "内緒の理由" not in shown
    for name in ("inquiry_teams", "inquiry_hands", "inquiry_paper", "inquiry_questions"):
        assert buyer.get(reverse(name, args=(found.number,))).status_code == 403
    assert send(coordinator, found.number, field="quantity", part="", words="1個").status_code == 302
    assert Inquiry._base_manager.get().state == State.OFFERED
    assert send(coordinator, found.number, "inquiry_offer", back="1").status_code == 302
    assert price not in page(buyer, "inquiry", found.number)


def test_a_buyer_sees_its_own_inquiries_only(browser: Callable[[str], Any], as_user: Callable[[str], Any]) -> None:
    buyer, coordinator = browser("buyer"), browser("coordinator")
    other = made(coordinator, title="よその案件", buyer_name="よその会社")
    own = made(buyer, title="うちの案件")
    shown = page(buyer, "inquiries")
    assert own.title in shown
    assert other.title not in shown
    assert "1件" in shown
    assert buyer.get(reverse("inquiry", args=(other.number,))).status_code == 404
    assert send(buyer, other.number, "inquiry_withdraw", why="x").status_code == 404
    assert send(buyer, own.number, "inquiry_withdraw", why="やめます").status_code == 302
    with as_user("buyer"):
        assert Source.objects.count() == 1
        assert not Proposal.objects.exists()
        with pytest.raises(PermissionDenied):
            services.mark_booked(own.number, "O-1")


def test_a_buyer_asks_for_nobody_else(as_user: Callable[[str], Any], people: Any) -> None:
    with as_user("buyer"):
        found = services.receive(incoming_text(TEXT), buyer=people.coordinator.organisation_id, buyer_name="別人")
        assert (found.buyer_id, found.buyer_name) == (people.buyer.organisation_id, "")
    with as_user("coordinator"), pytest.raises(PermissionDenied):
        services.receive(incoming_text(TEXT), buyer=people.stranger.organisation_id)
    with as_user("factory"), pytest.raises(PermissionDenied):
        services.receive(incoming_text(TEXT))


def test_another_network_does_not_see_it_and_counts_for_itself(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    first = made(browser("coordinator"))
    stranger = browser("stranger")
    assert stranger.get(reverse("inquiry", args=(first.number,))).status_code == 404
    assert "まだ引合がありません" in page(stranger, "inquiries")
    with as_user("stranger"):
        assert services.receive(incoming_text(TEXT)).number == "Q-000001"


def test_what_needs_somebody(browser: Callable[[str], Any], as_user: Callable[[str], Any]) -> None:
    made(browser("buyer"))
    with as_user("coordinator"):
        assert [str(one.title) for one in attention()] == ["チームを提案していない引合 1件"]
    with as_user("buyer"):
        assert [str(one.title) for one in attention()] == ["調整機関からの質問: 筐体"]
    with as_user("factory"):
        assert attention() == []
