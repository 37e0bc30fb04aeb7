"""The pages of 企業アセスメント: a checklist that saves itself, a signature, a reply on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kumihimo_web.assessments import queries, services
from kumihimo_web.assessments.criteria import latest
from kumihimo_web.assessments.models import Interest, Mark, Sheet, State

from .assessed import FINDING, published, shared, signed, written
from .conftest import OWN_FIRM, RIVAL_FIRM, People

HTMX = {"HX-Request": "true"}
PASSWORD = "a-long-password"


def text(answer: Any) -> str:
    return answer.content.decode()


@pytest.fixture
def draft(people: People) -> Any:
    return written(people)


def test_from_the_choice_of_the_firm_to_the_draft(browser: Callable[[str], Any]) -> None:
    client = browser("assessor")
    assert "合成F0001製作所" in text(client.get("/assessments/firms/?words=F0001"))
    page = f"/assessments/of/{OWN_FIRM}/begin/"
    refused = client.post(page, {"capability": f"{OWN_FIRM}-K"})
    assert refused.status_code == 422
    assert "利害関係がないことを確かめて" in text(refused)
    foreign = client.post(page, {"capability": f"{RIVAL_FIRM}-K", "is_neutral": "on"})
    assert foreign.status_code == 422
    made = client.post(page, {"capability": f"{OWN_FIRM}-K", "is_neutral": "on"})
    assert made["Location"] == "/assessments/A-000001/write/"
    assert client.post(page, {"capability": f"{OWN_FIRM}-K", "is_neutral": "on"})["Location"] == made["Location"]


def test_an_interest_is_told_instead_of_the_form(browser: Callable[[str], Any]) -> None:
    client = browser("assessor")
    assert client.post(f"/assessments/of/{OWN_FIRM}/interest/", {"reason": ""}).status_code == 422
    assert client.post(f"/assessments/of/{OWN_FIRM}/interest/", {"reason": "親族が役員"}).status_code == 302
    page = client.get(f"/assessments/of/{OWN_FIRM}/begin/")
    assert "親族が役員" in text(page)
    assert "is_neutral" not in text(page)
    assert client.post(page.request["PATH_INFO"], {"capability": "-", "is_neutral": "on"}).status_code == 422
    assert not Sheet._base_manager.exists()
    pk = Interest._base_manager.get().pk
    assert browser("coordinator").post(f"/assessments/interests/{pk}/end/").status_code == 302
    assert "is_neutral" in text(client.get(page.request["PATH_INFO"]))


def test_a_coordinator_declares_for_an_office(people: People, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    page = f"/assessments/of/{OWN_FIRM}/interest/"
    office, buyer = people.assessor.organisation_id, people.buyer.organisation_id
    assert client.post(page, {"reason": "出資", "organisation": buyer}).status_code == 422
    assert client.post(page, {"reason": "出資", "organisation": office}).status_code == 302
    assert "出資" in text(client.get("/assessments/interests/"))


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_criterion_is_saved_by_itself(headers: dict[str, str], draft: Any, browser: Callable[[str], Any]) -> None:
    client = browser("assessor")
    page = f"/assessments/{draft.ref}/mark/people/"
    answer = client.post(page, {"score": "5", "note": "3人いた", "version": "2"}, headers=headers)
    assert answer.status_code == (200 if headers else 302)
    if headers:
        assert "5 点で保存済み" in text(answer)
        assert 'name="version" value="3"' in text(answer)
        assert f"{len(latest().criteria)} 項目のうち {len(latest().criteria)} 項目" in text(answer)
        assert "<html" not in text(answer)
    one = Mark._base_manager.get(item="people")
    assert (one.score, one.note, one.version) == (5, "3人いた", 3)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_two_tablets_do_not_overwrite_each_other(
    headers: dict[str, str], draft: Any, browser: Callable[[str], Any]
) -> None:
    client = browser("assessor")
    page = f"/assessments/{draft.ref}/mark/people/"
    client.post(page, {"score": "5", "note": "先の入力", "version": "2"})
    late = client.post(page, {"score": "1", "note": "後の入力", "version": "2"}, headers=headers)
    assert late.status_code == 409
    assert "別の画面で先に保存されました" in text(late)
    assert "先の入力" in text(late)
    if not headers:
        assert "後の入力" in text(late)
    assert Mark._base_manager.get(item="people").score == 5


@pytest.mark.parametrize(
    "sent", [{"score": "6"}, {"score": "-1"}, {"score": "' OR 1=1"}, {"score": "3", "note": "x" * 5000}]
)
def test_a_wrong_score_is_told_and_nothing_is_saved(
    sent: dict[str, str], draft: Any, browser: Callable[[str], Any]
) -> None:
    answer = browser("assessor").post(f"/assessments/{draft.ref}/mark/people/", {**sent, "version": "2"})
    assert answer.status_code == 422
    assert Mark._base_manager.get(item="people").score == 3


def head_of(draft: Any, **changes: str) -> dict[str, str]:
    today = timezone.localdate()
    end = today + timedelta(days=700)
    sent = {"method": "4", "assessed_on": f"{today}", "expires_on": f"{end}", "finding": "新しい所見", "version": "2"}
    return {**sent, **changes}


def test_the_head_is_saved_and_a_stale_one_is_told(draft: Any, browser: Callable[[str], Any]) -> None:
    client = browser("assessor")
    page = f"/assessments/{draft.ref}/write/"
    assert client.post(page, head_of(draft)).status_code == 302
    late = client.post(page, head_of(draft, finding="遅れた所見"))
    assert late.status_code == 409
    assert "新しい所見" in text(late)
    assert "遅れた所見" in text(late)
    assert Sheet._base_manager.get().finding == "新しい所見"
    saved = client.post(page, head_of(draft, version="3"), headers=HTMX)
    assert 'name="version" value="4"' in text(saved)
    assert "<html" not in text(saved)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"assessed_on": "2999-01-01", "expires_on": "2999-02-01"}, "今日より後にできません"),
        ({"expires_on": "2001-01-01"}, "評価日より後の日"),
        ({"expires_on": "2099-01-01"}, "4 年以内"),
        ({"method": "0"}, "評価方法"),
        ({"method": "5"}, "評価方法"),
        ({"assessed_on": ""}, "評価日"),
    ],
)
def test_a_wrong_head_is_told_at_its_field(
    changes: dict[str, str], told: str, draft: Any, browser: Callable[[str], Any]
) -> None:
    answer = browser("assessor").post(f"/assessments/{draft.ref}/write/", head_of(draft, **changes))
    assert answer.status_code == 422
    assert told in text(answer)
    assert "新しい所見" in text(answer)
    assert Sheet._base_manager.get().finding == FINDING


def test_what_is_missing_is_linked_before_the_signature(browser: Callable[[str], Any]) -> None:
    client = browser("assessor")
    client.post(f"/assessments/of/{OWN_FIRM}/begin/", {"capability": "-", "is_neutral": "on"})
    page = text(client.get("/assessments/A-000001/sign/"))
    for one in latest().criteria:
        assert f'href="/assessments/A-000001/write/#c-{one.id}"' in page
    assert "password" not in page


def test_a_signature_wants_the_password_and_the_mark(
    draft: Any, browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    client = browser("assessor")
    page = f"/assessments/{draft.ref}/sign/"
    shown = text(client.get(page))
    seal = shown.split('name="seal" value="')[1][:64]
    assert shown.count(seal) == 2
    good = {"seal": seal, "password": PASSWORD, "agreed": "on"}
    for bad, told in (
        ({"password": "wrong"}, "パスワードが違います"),
        ({"password": ""}, "必須"),
        ({"agreed": ""}, "内容を確かめて、印を"),
    ):
        answer = client.post(page, {**good, **bad})
        assert answer.status_code == 422, bad
        assert told in text(answer)
    changed = client.post(page, {**good, "seal": "0" * 64})
    assert changed.status_code == 409
    assert "表示した後に内容が変わりました" in text(changed)
    with as_user("assessor"):
        assert queries.sheet(draft.ref).state == State.DRAFT
    assert client.post(page, good)["Location"] == f"/assessments/{draft.ref}/"
    # A second press, and the back button, lead to what is signed.
    assert client.post(page, good)["Location"] == f"/assessments/{draft.ref}/"
    assert client.get(f"/assessments/{draft.ref}/write/")["Location"] == f"/assessments/{draft.ref}/"
    assert seal in text(client.get(f"/assessments/{draft.ref}/"))


def test_whoever_has_no_password_signs_with_the_name(people: People, draft: Any, browser: Callable[[str], Any]) -> None:
    people.assessor.last_name = "評価 三郎"
    people.assessor.set_unusable_password()
    people.assessor.save()
    client = browser("assessor")
    page = f"/assessments/{draft.ref}/sign/"
    seal = text(client.get(page)).split('name="seal" value="')[1][:64]
    wrong = client.post(page, {"seal": seal, "name": "別人", "agreed": "on"})
    assert wrong.status_code == 422
    assert "氏名が登録と違います" in text(wrong)
    assert client.post(page, {"seal": seal, "name": "評価三郎", "agreed": "on"}).status_code == 302


def test_a_draft_is_thrown_away_by_name(draft: Any, browser: Callable[[str], Any]) -> None:
    client = browser("assessor")
    assert f"下書き {draft.ref} を削除する" in text(client.get(f"/assessments/{draft.ref}/write/"))
    assert client.post(f"/assessments/{draft.ref}/discard/").status_code == 302
    assert client.post(f"/assessments/{draft.ref}/discard/").status_code == 404
    assert not Sheet._base_manager.exists()


def test_a_factory_replies_from_its_phone(people: People, browser: Callable[[str], Any]) -> None:
    made = shared(people)
    client = browser("factory")
    page = f"/assessments/{made.ref}/"
    assert "確かめて答える" in text(client.get("/assessments/"))
    assert "この内容で公開してよい" in text(client.get(page))
    assert client.post(f"{page}reply/", {"reply-text": "", "version": "1"}).status_code == 422
    stale = client.post(f"{page}reply/", {"reply-text": "測り直してほしい", "version": "7"})
    assert stale.status_code == 409
    assert "測り直してほしい" in text(stale)
    assert client.post(f"{page}reply/", {"reply-text": "測り直してほしい", "version": "1"}).status_code == 302
    assert "測り直してほしい" in text(browser("rival").get(page))
    again = client.post(f"{page}reply/", {"reply-text": "もう一言", "version": "2"})
    assert again.status_code == 422
    assert "もう本人確認中ではありません" in text(again)
    assert "もう一言" in text(again)


def test_a_row_that_was_found_otherwise_stays_unconfirmed_and_everybody_is_told(
    people: People, browser: Callable[[str], Any]
) -> None:
    told, card = "未確認のままです。この評価を公開しても、根拠の水準は上がりません", "能力は未確認のまま"
    draft = written(people, capability=f"{OWN_FIRM}-K", confirms=False)
    assert told in text(browser("assessor").get(f"/assessments/{draft.ref}/sign/"))
    page = f"/assessments/{signed(people, draft).ref}/"
    factory = browser("factory")
    assert card in text(factory.get("/assessments/"))
    assert told in text(factory.get(page))
    assert factory.post(f"{page}reply/", {"agree": "1", "version": "1"}).status_code == 302
    for who in ("factory", "assessor", "coordinator", "rival"):
        assert told in text(browser(who).get(page)), who
    assert card in text(factory.get("/assessments/"))


def test_a_row_that_was_confirmed_tells_the_level(people: People, browser: Callable[[str], Any]) -> None:
    made = shared(people, capability=f"{OWN_FIRM}-K")
    page, factory = f"/assessments/{made.ref}/", browser("factory")
    assert "根拠の水準が「現地確認」になります" in text(factory.get(page))
    assert factory.post(f"{page}reply/", {"agree": "1", "version": "1"}).status_code == 302
    assert "根拠の水準が「現地確認」になりました" in text(factory.get(page))


def test_an_assessment_of_a_whole_firm_proves_no_row(people: People, browser: Callable[[str], Any]) -> None:
    made = shared(people)
    assert "個々の能力の根拠の水準は変わりません" in text(browser("factory").get(f"/assessments/{made.ref}/"))


def test_a_dispute_and_its_end(people: People, browser: Callable[[str], Any]) -> None:
    made = published(people)
    page = f"/assessments/{made.ref}/"
    factory, coordinator, rival = browser("factory"), browser("coordinator"), browser("rival")
    assert factory.post(f"{page}dispute/", {"dispute-reason": " ", "version": "2"}).status_code == 422
    assert factory.post(f"{page}dispute/", {"dispute-reason": "品物が違う", "version": "2"}).status_code == 302
    assert "品物が違う" in text(coordinator.get(page))
    assert "品物が違う" not in text(rival.get(page))
    assert "異議あり" in text(rival.get(page))
    assert made.ref in text(coordinator.get("/assessments/?state=disputed"))
    half = {"resolve-resolution": "", "resolve-answer": "記録を見た", "version": "3"}
    assert coordinator.post(f"{page}resolve/", half).status_code == 422
    assert coordinator.post(f"{page}resolve/", {**half, "resolve-resolution": "upheld"}).status_code == 302
    assert "評価を維持する" in text(factory.get(page))


def test_what_another_firm_reads(people: People, browser: Callable[[str], Any]) -> None:
    people.assessor.last_name = "評価 三郎"
    made = published(people)
    own, other = (text(browser(who).get(f"/assessments/{made.ref}/")) for who in ("factory", "rival"))
    for hidden in (str(people.assessor), "検査成績書を見た。", "現場 写真.png", "/evidence/"):
        assert hidden in own
        assert hidden not in other
    for shown in (FINDING, "assessorの組織", queries.signature(made).sha256):
        assert shown in own
        assert shown in other
    listed = text(browser("rival").get("/assessments/"))
    assert made.ref not in listed
    assert made.ref in text(browser("rival").get(f"/assessments/of/{OWN_FIRM}/"))


def test_a_broken_seal_is_shown_on_the_page(people: People, browser: Callable[[str], Any]) -> None:
    made = published(people)
    page = f"/assessments/{made.ref}/"
    client = browser("coordinator")
    assert "変わっていません" in text(client.get(f"{page}?check"))
    Mark._base_manager.filter(item="people").update(score=5)
    assert "「人と技能の厚み」が署名のときと違います。" in text(client.get(page))


def test_an_assessor_takes_a_wrong_one_back(people: People, browser: Callable[[str], Any]) -> None:
    made = published(people)
    page = f"/assessments/{made.ref}/"
    client = browser("assessor")
    assert client.post(f"{page}withdraw/", {"withdraw-reason": "", "version": "2"}).status_code == 422
    assert client.post(f"{page}withdraw/", {"withdraw-reason": "取り違えた", "version": "2"}).status_code == 302
    assert "取り違えた" in text(browser("factory").get(page))
    assert browser("rival").get(page).status_code == 404


def test_a_coordinator_publishes_what_is_due_by_a_job(people: People, browser: Callable[[str], Any]) -> None:
    shared(people, today=timezone.localdate() - timedelta(days=services.REPLY_DAYS + 1))
    client = browser("coordinator")
    assert "公開と期限切れを処理する" in text(client.get("/assessments/"))
    assert client.post("/assessments/due/")["Location"].startswith("/jobs/")


@pytest.mark.parametrize("who", ["assessor", "factory", "coordinator"])
def test_nothing_there_says_what_to_do(who: str, browser: Callable[[str], Any]) -> None:
    assert 'class="empty"' in text(browser(who).get("/assessments/"))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_hold_in_both_languages(language: str, people: People, browser: Callable[[str], Any]) -> None:
    made, open_draft, waiting = published(people), written(people), shared(people, firm=RIVAL_FIRM)
    addresses = {
        "assessor": (
            "/assessments/",
            f"/assessments/{made.ref}/",
            f"/assessments/{open_draft.ref}/write/",
            f"/assessments/{open_draft.ref}/sign/",
            f"/assessments/of/{OWN_FIRM}/begin/",
        ),
        "coordinator": ("/assessments/", f"/assessments/{waiting.ref}/", f"/assessments/of/{OWN_FIRM}/"),
        "rival": ("/assessments/", f"/assessments/{waiting.ref}/"),
    }
    word = latest().criteria[0].label
    for who, pages in addresses.items():
        client = browser(who)
        client.cookies["django_language"] = language
        for address in pages:
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert f'<html lang="{language}">' in text(answer)
            if address.endswith(f"{made.ref}/"):
                assert (word.en in text(answer)) is (language == "en")
                assert (word.ja in text(answer)) is (language == "ja")
