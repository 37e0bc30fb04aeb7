"""Charters: written whole or not at all, seen by members, objected to, and in force from their day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kumihimo_web.consortium import charter_queries, charter_services
from kumihimo_web.consortium.models import Charter, Consortium, Member, Objection
from kumihimo_web.consortium.state import CharterState

from .access.consortium import WINDOW, charter_data
from .conftest import OWN_FIRM, RIVAL_FIRM, STRANGE_FIRM, People

Browser = Callable[[str], Any]
Doing = Callable[[str], Any]


def page(client: Any, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def sent(**changed: Any) -> dict[str, Any]:
    today = timezone.localdate()
    form = {
        "name": "合成共同受注会",
        "agreed_on": today.isoformat(),
        "mode": "prime",
        "lead": OWN_FIRM,
        "fee_percent": "2.5",
        "allotment": "rotation",
        "m0_firm": OWN_FIRM,
        "m0_joined_on": today.isoformat(),
        "m1_firm": f"合成{RIVAL_FIRM}製作所",
        "m1_joined_on": today.isoformat(),
        "m1_liability": "3",
        "i0_name": "検査一郎",
    }
    return {**form, **changed}


@pytest.fixture
def found(people: People, as_user: Doing) -> Consortium:
    with as_user("coordinator"):
        return charter_services.begin(charter_data(), WINDOW)


def revised(found: Consortium, as_user: Doing, *, days: int = 20, **changed: Any) -> Charter:
    today = timezone.localdate()
    with as_user("coordinator"):
        found.refresh_from_db()
        return charter_services.revise(
            found,
            charter_data(**changed),
            takes_effect_on=today + timedelta(days=days),
            why="余力順にする",
            version=found.version,
            today=today,
        )


def test_the_first_page_says_how_to_begin(browser: Browser) -> None:
    assert "会を登録する" in page(browser("coordinator"), "consortium")
    assert "参加している共同受注の会はありません" in page(browser("factory"), "consortium")
    assert "共同受注の会への注文はありません" in page(browser("buyer"), "consortium")


def test_a_consortium_is_registered_once_and_read_by_its_members(browser: Browser, as_user: Doing) -> None:
    client = browser("coordinator")
    form = sent(once="a" * 32)
    for _twice in range(2):
        assert client.post(reverse("consortium_new"), form).status_code == 302
    held = Consortium._base_manager.get()
    document = Charter._base_manager.get(consortium=held).document
    assert document["fee"]["permille"] == 25
    assert [(row["firm"], row["liability"]) for row in document["members"]] == [(OWN_FIRM, 1), (RIVAL_FIRM, 3)]
    shown = page(browser("rival"), "consortium_charter", held.ref)
    for words in ("元請", "持ち回り", "売上の2.5%", "検査一郎", f"合成{OWN_FIRM}製作所"):
        assert words in shown
    assert "規約を改定する" not in shown


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"m1_firm": "知らない製作所"}, "m1_firm", "見つからない"),
        ({"m1_firm": STRANGE_FIRM}, "m1_firm", "見つからない"),
        ({"m1_joined_on": ""}, "m1_joined_on", "日付"),
        ({"m0_invoice_number": "T123"}, "m0_invoice_number", "数字13桁"),
        ({"m1_left_on": "2020-01-01"}, "m1_left_on", "加入日"),
        ({"fee_percent": "101"}, "fee_percent", "100"),
        ({"least_jpy": "100", "most_jpy": "10"}, "most_jpy", "手数料の下限"),
        ({"lead": RIVAL_FIRM, "m1_firm": ""}, "lead", "会員"),
        ({"m1_firm": OWN_FIRM}, "m1_firm", "1行"),
    ],
)
def test_a_mistake_is_told_where_it_was_made(changed: dict[str, str], field: str, words: str, browser: Browser) -> None:
    answer = browser("coordinator").post(reverse("consortium_new"), sent(**changed))
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert words in " ".join(errors[field])
    assert not Consortium._base_manager.exists()


def test_more_rows_keep_what_was_entered(browser: Browser) -> None:
    answer = browser("coordinator").post(reverse("consortium_new"), sent(more="m"))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'name="m6_firm"' in text
    assert f'value="合成{RIVAL_FIRM}製作所"' in text
    assert "まだ保存していません" not in text


def test_a_revision_waits_for_the_days_to_object(found: Consortium, browser: Browser, as_user: Doing) -> None:
    today = timezone.localdate()
    client, form = browser("coordinator"), sent(why="配分を余力順に", allotment="load", version=found.version)
    address = reverse("consortium_revise", args=[found.ref])
    early = client.post(address, {**form, "takes_effect_on": (today + timedelta(days=13)).isoformat()})
    assert early.status_code == 422
    assert "14日" in early.content.decode()
    late = client.post(address, {**form, "takes_effect_on": (today + timedelta(days=14)).isoformat(), "version": 9})
    assert late.status_code == 409
    assert (
        client.post(address, {**form, "takes_effect_on": (today + timedelta(days=14)).isoformat()}).status_code == 302
    )
    shown = page(browser("factory"), "consortium_charter", found.ref)
    assert "第2版（改定案）" in shown
    assert "配分を余力順に" in shown
    assert "異議を出す" in shown
    with as_user("coordinator"):
        for day, revision in ((today, 1), (today + timedelta(days=13), 1), (today + timedelta(days=14), 2)):
            row = charter_queries.charter_on(found, day)
            assert row is not None
            assert row.revision == revision


def test_an_objection_holds_a_revision_up_until_it_is_answered(
    found: Consortium, browser: Browser, as_user: Doing
) -> None:
    coming = revised(found, as_user)
    address = reverse("consortium_object", args=[found.ref, 2])
    assert browser("rival").post(address, {"words": " "}).status_code == 422
    assert browser("rival").post(address, {"words": "うちは反対です"}).status_code == 302
    held = Objection._base_manager.get()
    effect = coming.takes_effect_on
    with as_user("coordinator"):
        assert charter_queries.charter_on(found, effect).revision == 1  # type: ignore[union-attr]
        assert charter_queries.charters(found, effect)[0].state == CharterState.HELD
    # Another member sees that there is one, and not what it says.
    other = page(browser("factory"), "consortium_charter", found.ref)
    assert "うちは反対です" not in other
    assert "異議に答えるまで発効しません" in other
    assert "うちは反対です" in page(browser("coordinator"), "consortium_charter", found.ref)
    with as_user("coordinator"):
        # Answered after its day, it does not reach back.
        charter_services.answer(held, words="割合を見直します", today=effect + timedelta(days=3))
        assert charter_queries.charter_on(found, effect + timedelta(days=3)).revision == 1  # type: ignore[union-attr]
        assert charter_queries.charter_on(found, effect + timedelta(days=4)).revision == 2  # type: ignore[union-attr]
    assert "割合を見直します" in page(browser("rival"), "consortium_charter", found.ref)


def test_only_members_object_and_only_before_its_day(found: Consortium, as_user: Doing, people: People) -> None:
    coming = revised(found, as_user, days=14)
    today = timezone.localdate()
    asked: dict[str, Any] = {"words": "反対", "today": today}
    with as_user("factory"), pytest.raises(PermissionDenied):
        charter_services.object_to(coming, firm=RIVAL_FIRM, said="", **asked)
    with as_user("coordinator"):
        with pytest.raises(PermissionDenied):
            charter_services.object_to(coming, firm=RIVAL_FIRM, said="", **asked)
        made = charter_services.object_to(coming, firm=RIVAL_FIRM, said="電話で社長から", **asked)
        assert made.said == "電話で社長から"
        charter_services.answer(made, words="はい", today=today)
        with pytest.raises(charter_services.NotNow):
            charter_services.object_to(coming, firm=RIVAL_FIRM, said="電話", words="また", today=coming.takes_effect_on)


def test_a_revision_can_be_withdrawn_and_takes_its_new_members_along(
    people: People, browser: Browser, as_user: Doing
) -> None:
    with as_user("coordinator"):
        own = charter_services.begin(charter_data(OWN_FIRM), {})
    revised(own, as_user)
    assert set(Member._base_manager.values_list("firm", flat=True)) == {OWN_FIRM, RIVAL_FIRM}
    client = browser("coordinator")
    assert client.post(reverse("consortium_withdraw", args=[own.ref, 2]), {"why": ""}).status_code == 422
    assert client.post(reverse("consortium_withdraw", args=[own.ref, 2]), {"why": "数字の誤り"}).status_code == 302
    assert set(Member._base_manager.values_list("firm", flat=True)) == {OWN_FIRM}
    assert browser("rival").get(reverse("consortium_charter", args=[own.ref])).status_code == 404
    with as_user("coordinator"), pytest.raises(charter_services.NotNow):
        charter_services.withdraw(Charter.objects.get(revision=1), why="x", today=timezone.localdate())


def test_a_charter_that_is_over_says_so(found: Consortium, as_user: Doing) -> None:
    with as_user("coordinator"):
        charter = Charter.objects.get()
        ended = date.fromisoformat(charter.document["agreed_on"]) + timedelta(days=30)
        Charter.objects.filter(pk=charter.pk).update(document=charter.document | {"ends_on": ended.isoformat()})
        assert charter_queries.charters(found, timezone.localdate())[0].state == CharterState.OVER


def test_the_window_is_changed_by_one_at_a_time(found: Consortium, browser: Browser) -> None:
    client, address = browser("coordinator"), reverse("consortium_window", args=[found.ref])
    form = {**WINDOW, "phone": "0266-00-0000", "version": found.version}
    assert client.post(address, form).status_code == 302
    again = client.post(address, {**form, "phone": "1"})
    assert again.status_code == 409
    found.refresh_from_db()
    assert found.phone == "0266-00-0000"
