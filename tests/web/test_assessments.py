"""企業アセスメント: who may assess whom, the way from a draft to the end, and what it does to a capability row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from kumihimo.model import Assessment, AssessmentStatus, EvidenceLevel
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.assessments import queries, services
from kumihimo_web.assessments.criteria import latest
from kumihimo_web.assessments.models import Mark, Resolution, Sealed, Sheet, Signature, State
from kumihimo_web.audit.queries import broken_at, lines
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.firms import queries as firms
from kumihimo_web.firms import services as firm_services
from kumihimo_web.firms.models import ROWS
from kumihimo_web.jobs.registry import do_chores
from kumihimo_web.jobs.services import ask
from kumihimo_web.jobs.worker import run_one

from .assessed import FINDING, published, shared, signed, written
from .conftest import OWN_FIRM, RIVAL_FIRM, People

TODAY = date(2026, 11, 23)
ROW = f"{OWN_FIRM}-K"


def proof(as_user: Callable[[str], Any]) -> tuple[EvidenceLevel, date | None]:
    with as_user("coordinator"):
        row = firms.noun(firms.row("capabilities", ROW))
    return row.evidence, row.evidence_on


def version(sheet: Sheet) -> int:
    row = ROWS["assessments"]._base_manager.get(ref=sheet.ref)
    return row.version


# The criteria


def test_the_criteria_cover_the_fields_in_both_languages() -> None:
    found = latest()
    assert {str(one.group.ja) for one in found.criteria} == {
        "技術",
        "品質保証",
        "測定",
        "設備保全",
        "納期",
        "情報管理",
        "環境・安全",
        "事業継続",
    }
    assert 12 <= len(found.criteria) <= 16
    for one in found.criteria:
        words = [one.label, one.question, *one.anchors]
        assert len(one.anchors) == 6
        assert all(word.ja and word.en and word.ja != word.en for word in words), one.id
        assert all(word.en.isascii() for word in words), one.id


# Who may assess whom


@pytest.mark.parametrize(
    ("who", "why"),
    [("factory", "企業は"), ("rival", "企業は"), ("buyer", "発注元は"), ("coordinator", "調整機関は")],
)
def test_only_assessors_assess(who: str, why: str, as_user: Callable[[str], Any]) -> None:
    with as_user(who):
        with pytest.raises(services.Refused) as refused:
            services.begin(OWN_FIRM, is_neutral=True, today=TODAY)
        assert not Sheet._base_manager.exists()
    # A buyer does not even see that there is such a firm.
    assert ("見つかりません" if who == "buyer" else why) in str(refused.value)


def test_an_assessor_declares_to_be_neutral(as_user: Callable[[str], Any]) -> None:
    with as_user("assessor"):
        with pytest.raises(services.Refused, match="利害関係がない"):
            services.begin(OWN_FIRM, is_neutral=False, today=TODAY)
        with pytest.raises(services.Refused, match="見つかりません"):
            services.begin("F9999", is_neutral=True, today=TODAY)


def test_an_interest_shuts_out_the_firm_its_family_and_its_rivals(
    people: People, as_user: Callable[[str], Any]
) -> None:
    office = people.assessor.organisation_id
    with as_user("assessor"):
        made = services.declare_interest(office, OWN_FIRM, "会頭が社長を務める", today=TODAY)
        with pytest.raises(services.Refused, match="会頭が社長を務める"):
            services.begin(OWN_FIRM, is_neutral=True, today=TODAY)
        assert services.begin(RIVAL_FIRM, is_neutral=True, today=TODAY).firm == RIVAL_FIRM
        with pytest.raises(PermissionDenied):
            services.end_interest(made.pk, today=TODAY)
        with pytest.raises(PermissionDenied):
            services.declare_interest(people.coordinator.organisation_id, OWN_FIRM, "よその組織", today=TODAY)
    for values, word in (({"parent": OWN_FIRM}, "子会社"), ({"rivals": [OWN_FIRM], "parent": None}, "競い合う")):
        with as_user("coordinator"):
            row = firms.row("firms", RIVAL_FIRM)
            firm_services.change("firms", RIVAL_FIRM, values, version=row.version, said="電話で確認")
        with as_user("assessor"), pytest.raises(services.Refused, match=word):
            services.begin(RIVAL_FIRM, is_neutral=True, today=TODAY)
    with as_user("coordinator"):
        services.end_interest(made.pk, today=TODAY)
    with as_user("assessor"):
        assert services.begin(OWN_FIRM, is_neutral=True, today=TODAY).firm == OWN_FIRM


def test_an_interest_that_comes_up_later_stops_the_signature(people: People, as_user: Callable[[str], Any]) -> None:
    draft = written(people)
    with as_user("coordinator"):
        services.declare_interest(people.assessor.organisation_id, OWN_FIRM, "出資した", today=TODAY)
    with pytest.raises(services.Refused, match="出資した"):
        signed(people, draft)


def test_a_second_press_gives_the_same_draft(as_user: Callable[[str], Any]) -> None:
    with as_user("assessor"):
        one, two = (services.begin(OWN_FIRM, ROW, is_neutral=True, today=TODAY) for _ in range(2))
        assert one.pk == two.pk
        with pytest.raises(PermissionDenied):
            services.begin(OWN_FIRM, f"{RIVAL_FIRM}-K", is_neutral=True, today=TODAY)


# From the draft to the end


def test_what_is_missing_is_named(as_user: Callable[[str], Any]) -> None:
    with as_user("assessor"):
        draft = services.begin(OWN_FIRM, ROW, is_neutral=True, today=TODAY)
        names = [str(one.label) for one in queries.missing(draft)]
        assert names[:3] == ["評価方法", "登録内容の確認", "所見"]
        assert names[3:] == [one.label.ja for one in latest().criteria]
        with pytest.raises(services.Incomplete) as incomplete:
            services.sign(draft.ref, seal="", today=TODAY)
        assert len(incomplete.value.missing) == len(names)
        services.mark(draft.ref, "people", score=None, is_unchecked=True, note="", version=1)
        assert "人と技能の厚み: 確認できなかった理由" in [str(one.label) for one in queries.missing(draft)]
        services.mark(draft.ref, "people", score=4, is_unchecked=True, note="不在だった", version=2)
        assert "人と技能の厚み" not in "".join(str(one.label) for one in queries.missing(draft))
        # What could not be looked at is unknown: it is no score, neither 0 nor 4.
        assert Mark.objects.get(item="people").score is None


def test_the_firm_sees_it_before_everybody_else(people: People, as_user: Callable[[str], Any]) -> None:
    draft = written(people)
    for who, sees in (("coordinator", True), ("assessor", True), ("factory", False), ("rival", False)):
        with as_user(who):
            assert (queries.sheet(draft.ref) is not None) is sees, who
    signed(people, draft)
    for who, sees in (("factory", True), ("rival", False), ("buyer", False)):
        with as_user(who):
            assert (queries.sheet(draft.ref) is not None) is sees, who
            assert ROWS["assessments"].objects.filter(ref=draft.ref).exists() is sees, who
    with as_user("factory"):
        assert queries.sheet(draft.ref).state == State.SHARED
        services.reply(draft.ref, "測定の条件が違います。", version=1, today=TODAY)
    with as_user("rival"):
        found = queries.sheet(draft.ref)
        assert found.state == State.PUBLISHED
        assert [line.score for line in queries.lines(found)] == [3] * len(latest().criteria)
        assert all(line.mark is None and line.files == () for line in queries.lines(found))
        assert queries.files(found) == [] == queries.disputes(found) == queries.history(found)
        noun = firms.noun(found.assessment)
        assert (noun.finding, noun.reply) == (FINDING, "測定の条件が違います。")
        entry = next(iter(firms.entries("assessments", OWN_FIRM)))
        assert {"assessor_person", "evidence_files"}.isdisjoint(value.column.name for value in entry.values)
    with as_user("factory"):
        noun = firms.noun(queries.sheet(draft.ref).assessment)
        assert noun.assessor_person == str(people.assessor)
        assert len(queries.files(queries.sheet(draft.ref))) == 1


def test_silence_publishes_after_the_deadline(people: People, as_user: Callable[[str], Any]) -> None:
    made = shared(people, today=TODAY)
    assert made.reply_until == TODAY + timedelta(days=14)
    with as_user("assessor"):
        with pytest.raises(services.Refused, match="期間がまだ続いています"):
            services.publish(made.ref, version=1, today=made.reply_until)
        assert services.publish(made.ref, version=1, today=made.reply_until + timedelta(days=1)).published_on
    with as_user("factory"), pytest.raises(services.Refused, match="本人確認中ではありません"):
        services.reply(made.ref, "遅れた意見", version=2, today=TODAY)


@pytest.mark.parametrize("who", ["rival", "buyer", "assessor", "coordinator"])
def test_only_the_firm_itself_replies_and_disputes(who: str, people: People, as_user: Callable[[str], Any]) -> None:
    made = published(people)
    with as_user(who), pytest.raises((PermissionDenied, Sheet.DoesNotExist)):
        services.dispute(made.ref, "違う", version=2, today=TODAY)
    with as_user(who), pytest.raises((PermissionDenied, Sheet.DoesNotExist)):
        services.reply(made.ref, "違う", version=2, today=TODAY)


@pytest.mark.parametrize("who", ["coordinator", "factory", "rival"])
def test_nobody_else_writes_or_signs_a_draft(who: str, people: People, as_user: Callable[[str], Any]) -> None:
    draft = written(people)
    with as_user(who):
        for act in (
            lambda: services.mark(draft.ref, "people", score=5, is_unchecked=False, note="", version=2),
            lambda: services.sign(draft.ref, seal="", today=TODAY),
            lambda: services.discard(draft.ref),
        ):
            with pytest.raises((PermissionDenied, Sheet.DoesNotExist)):
                act()


def test_a_dispute_before_publication_keeps_it_from_the_others(people: People, as_user: Callable[[str], Any]) -> None:
    made = shared(people, capability=ROW, today=TODAY)
    with as_user("factory"):
        services.dispute(made.ref, "測定機が違う", version=1, today=TODAY)
    with as_user("rival"):
        assert queries.sheet(made.ref) is None
    with as_user("assessor"), pytest.raises(PermissionDenied):
        services.resolve(made.ref, Resolution.UPHELD, "正しい", version=2, today=TODAY)
    with as_user("coordinator"):
        assert queries.sheet(made.ref).state == State.DISPUTED
        services.resolve(made.ref, Resolution.UPHELD, "記録を確かめた", version=2, today=TODAY)
    with as_user("rival"):
        assert queries.sheet(made.ref).state == State.PUBLISHED
    assert proof(as_user) == (EvidenceLevel.ONSITE, TODAY)


def test_a_dispute_that_is_right_takes_the_assessment_back(people: People, as_user: Callable[[str], Any]) -> None:
    made = published(people, capability=ROW, today=TODAY)
    assert proof(as_user)[0] == EvidenceLevel.ONSITE
    with as_user("factory"):
        services.dispute(made.ref, "別の企業の品物だった", version=2, today=TODAY)
    with as_user("rival"):
        assert queries.sheet(made.ref).state == State.DISPUTED
    with as_user("coordinator"):
        services.resolve(made.ref, Resolution.RENEWED, "取り違えを確かめた", version=3, today=TODAY)
        found = queries.sheet(made.ref)
        assert (found.state, found.withdrawn_why) == (State.WITHDRAWN, "取り違えを確かめた")
        with pytest.raises(services.Refused, match="答えを待つ異議がありません"):
            services.resolve(made.ref, Resolution.UPHELD, "もう一度", version=4, today=TODAY)
    with as_user("rival"):
        assert queries.sheet(made.ref) is None
    assert proof(as_user) == (EvidenceLevel.SELF, None)
    with as_user("assessor"):
        assert services.begin(OWN_FIRM, ROW, is_neutral=True, today=TODAY).previous == ""


def test_the_difference_to_the_last_time(people: People, as_user: Callable[[str], Any]) -> None:
    first = published(people, score=3)
    second = written(people, score=4)
    assert second.previous == first.ref
    with as_user("assessor"):
        services.mark(second.ref, "people", score=1, is_unchecked=False, note="", version=2)
        found = {line.criterion.id: line.difference for line in queries.lines(second)}
    assert found["people"] == -2
    assert found["drawings"] == 1


# What it does to the capability row


def test_publishing_raises_the_evidence_of_the_row_and_the_end_puts_it_back(
    people: People, as_user: Callable[[str], Any]
) -> None:
    made = published(people, capability=ROW, today=TODAY)
    assert proof(as_user) == (EvidenceLevel.ONSITE, made.assessed_on)
    with scoped(system_scope(people.network.pk)):
        assert services.settle(made.expires_on) == {"published": 0, "expired": 0}
        assert services.settle(made.expires_on + timedelta(days=1)) == {"published": 0, "expired": 1}
        assert services.settle(made.expires_on + timedelta(days=1)) == {"published": 0, "expired": 0}
        assert broken_at() is None
    assert proof(as_user) == (EvidenceLevel.SELF, None)
    with as_user("rival"):
        assert queries.sheet(made.ref).state_on(made.expires_on + timedelta(days=1)) == State.EXPIRED


def test_of_two_assessments_the_later_end_counts(people: People, as_user: Callable[[str], Any]) -> None:
    old = published(people, capability=ROW, today=date(2025, 3, 1))
    new = published(people, capability=ROW, today=date(2026, 3, 1))
    assert proof(as_user) == (EvidenceLevel.ONSITE, new.assessed_on)
    with scoped(system_scope(people.network.pk)):
        services.settle(old.expires_on + timedelta(days=1))
    assert proof(as_user) == (EvidenceLevel.ONSITE, new.assessed_on)
    with scoped(system_scope(people.network.pk)):
        services.settle(new.expires_on + timedelta(days=1))
    # Not back to the first one, which has ended as well.
    assert proof(as_user) == (EvidenceLevel.SELF, None)


def test_a_row_that_was_found_otherwise_is_not_proven(people: People, as_user: Callable[[str], Any]) -> None:
    made = published(people, capability=ROW, confirms=False)
    assert proof(as_user) == (EvidenceLevel.SELF, None)
    with as_user("coordinator"):
        noun: Assessment = firms.noun(queries.sheet(made.ref).assessment)
    # Matching takes a published assessment of a row for a proof of it.
    assert (noun.status, noun.capability) == (AssessmentStatus.PUBLISHED, None)


def test_a_claim_that_was_widened_before_publication_is_not_proven(
    people: People, as_user: Callable[[str], Any]
) -> None:
    made = shared(people, capability=ROW, today=TODAY)
    with as_user("factory"):
        firm_services.change("capabilities", ROW, {"tol_best_mm": 0.001}, version=1)
        services.reply(made.ref, "", version=1, today=TODAY)
    assert proof(as_user) == (EvidenceLevel.SELF, None)


def test_a_claim_that_is_changed_later_loses_its_proof(people: People, as_user: Callable[[str], Any]) -> None:
    published(people, capability=ROW)
    with as_user("factory"):
        held = firms.row("capabilities", ROW)
        priced = firm_services.change("capabilities", ROW, {"hourly_jpy": 9000}, version=held.version)
        assert proof(as_user)[0] == EvidenceLevel.ONSITE
        firm_services.change("capabilities", ROW, {"tol_best_mm": 0.001}, version=priced.version)
    assert proof(as_user) == (EvidenceLevel.SELF, None)


@pytest.mark.parametrize("who", ["factory", "coordinator"])
@pytest.mark.parametrize("values", [{"evidence": 5}, {"evidence_on": "2026-11-01"}, {"evidence": None}])
def test_evidence_is_never_entered_by_hand(who: str, values: dict[str, Any], as_user: Callable[[str], Any]) -> None:
    with as_user(who), pytest.raises(PermissionDenied):
        firm_services.change("capabilities", ROW, values, version=1, said="社長に電話で確認")


def test_taking_a_change_back_does_not_bring_the_proof_back(people: People, as_user: Callable[[str], Any]) -> None:
    published(people, capability=ROW)
    with as_user("factory"):
        held = firms.row("capabilities", ROW)
        firm_services.change("capabilities", ROW, {"tol_best_mm": 0.001}, version=held.version)
        firm_services.undo(lines(firm=OWN_FIRM, verb="capabilities.changed").first())
        assert "tol_best_mm" not in firms.row("capabilities", ROW).data
        for verb in ("capabilities.proven", "assessments.changed"):
            with pytest.raises(firm_services.CannotUndo):
                firm_services.undo(lines(firm=OWN_FIRM, verb=verb).first())
    assert proof(as_user) == (EvidenceLevel.SELF, None)


def test_the_page_of_a_row_neither_asks_for_evidence_nor_takes_it(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    client = browser("factory")
    page = f"/firms/edit/capabilities/{ROW}/"
    shown = client.get(page).content.decode()
    assert 'name="tol_best_mm"' in shown
    assert 'name="evidence' not in shown
    sent = {"version": "1", "hourly_jpy": "7500", "evidence": "納入実績", "evidence_on": "2026-11-01"}
    assert client.post(page, sent).status_code == 302
    with as_user("factory"):
        assert firms.row("capabilities", ROW).data["hourly_jpy"] == 7500
    assert proof(as_user) == (EvidenceLevel.SELF, None)


def test_a_firm_does_not_tell_its_own_deliveries(as_user: Callable[[str], Any]) -> None:
    from kumihimo.model import Delivery

    job = Delivery(
        id="D1", site=f"{OWN_FIRM}-S", process="mach.mill5", quantity=5, promised_on=TODAY, delivered_on=TODAY
    )
    with as_user("factory"), pytest.raises(PermissionDenied):
        firm_services.add("deliveries", job, OWN_FIRM, said="自分で")
    with as_user("coordinator"):
        with pytest.raises(PermissionDenied):
            firm_services.add("deliveries", job, OWN_FIRM)
        firm_services.add("deliveries", job, OWN_FIRM, said="発注元の受入記録")
    with as_user("factory"), pytest.raises(PermissionDenied):
        firm_services.change("deliveries", "D1", {"defects": 0}, version=1)


def test_a_firm_does_not_write_its_assessment(people: People, as_user: Callable[[str], Any]) -> None:
    made = published(people)
    with as_user("factory"), pytest.raises(PermissionDenied):
        firm_services.change("assessments", made.ref, {"finding": "すばらしい"}, version=2)


# What is signed stays


def test_what_is_signed_cannot_be_written_again(people: People, as_user: Callable[[str], Any]) -> None:
    made = shared(people)
    with as_user("assessor"):
        for act in (
            lambda: services.mark(made.ref, "people", score=5, is_unchecked=False, note="", version=2),
            lambda: services.detach(made.ref, 1),
            lambda: services.discard(made.ref),
        ):
            with pytest.raises(services.Refused, match="書き換えられません"):
                act()
        found = queries.sheet(made.ref)
        found.finding = "書き換えた所見"
        for change in (
            found.save,
            found.delete,
            queries.marks(found)[0].save,
            queries.files(found)[0].delete,
            Signature.objects.get(sheet=found).save,
            Signature.objects.get(sheet=found).delete,
        ):
            with pytest.raises(Sealed):
                change()


def tamper_mark(sheet: Sheet) -> None:
    Mark._base_manager.filter(sheet=sheet, item="people").update(score=5)


def tamper_note(sheet: Sheet) -> None:
    Mark._base_manager.filter(sheet=sheet, item="people").update(note="別の話")


def tamper_finding(sheet: Sheet) -> None:
    Sheet._base_manager.filter(pk=sheet.pk).update(finding="すばらしい")


def tamper_noun(sheet: Sheet) -> None:
    row = ROWS["assessments"]._base_manager.get(ref=sheet.ref)
    row.data = {**row.data, "scores": ["people=5"]}
    row.save()


def tamper_everything(sheet: Sheet) -> None:
    from kumihimo_web.assessments.sealing import seal_of

    tamper_finding(sheet)
    row = ROWS["assessments"]._base_manager.get(ref=sheet.ref)
    row.data = {**row.data, "finding": "すばらしい"}
    row.save()
    signed_text = Signature._base_manager.get(sheet=sheet).content.replace(FINDING, "すばらしい")
    Signature._base_manager.filter(sheet=sheet).update(content=signed_text, sha256=seal_of(signed_text))


def tamper_text(sheet: Sheet) -> None:
    text = Signature._base_manager.get(sheet=sheet).content
    Signature._base_manager.filter(sheet=sheet).update(content=text.replace('"method":4', '"method":5'))


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (tamper_mark, "人と技能の厚み"),
        (tamper_note, "人と技能の厚み"),
        (tamper_finding, "見出し"),
        (tamper_noun, "公開されている評価が"),
        (tamper_text, "ハッシュと合いません"),
        (tamper_everything, "監査ログ"),
    ],
)
def test_a_broken_seal_is_found(
    tamper: Callable[[Sheet], None], told: str, people: People, as_user: Callable[[str], Any]
) -> None:
    made = published(people)
    with as_user("coordinator"):
        assert queries.broken(queries.sheet(made.ref), with_files=True) == []
        tamper(made)
        assert told in " ".join(queries.broken(queries.sheet(made.ref), with_files=False))
    with as_user("rival"):
        assert queries.broken(queries.sheet(made.ref), with_files=False) != []


def test_a_file_that_was_changed_on_the_disk_is_found(people: People, as_user: Callable[[str], Any]) -> None:
    from kumihimo_web.project.environment import data_folder

    made = published(people)
    with as_user("coordinator"):
        (file,) = queries.files(queries.sheet(made.ref))
        (data_folder() / "evidence" / file.sha256[:2] / file.sha256).write_bytes(b"something else")
        assert "現場 写真.png" in " ".join(queries.broken(queries.sheet(made.ref), with_files=True))


def test_whoever_signs_gets_what_was_shown(people: People, as_user: Callable[[str], Any]) -> None:
    from kumihimo_web.assessments.sealing import seal_of

    draft = written(people)
    with as_user("assessor"):
        seal = seal_of(queries.to_sign(draft))
        services.mark(draft.ref, "people", score=0, is_unchecked=False, note="見直した", version=2)
        with pytest.raises(SomebodyWasFaster):
            services.sign(draft.ref, seal=seal, today=TODAY)


def test_of_two_that_act_at_once_the_second_is_told(people: People, as_user: Callable[[str], Any]) -> None:
    made = shared(people, today=TODAY)
    with as_user("factory"):
        services.dispute(made.ref, "違う", version=1, today=TODAY)
    with as_user("coordinator"), pytest.raises(SomebodyWasFaster):
        services.resolve(made.ref, Resolution.UPHELD, "維持", version=1, today=TODAY)
    with as_user("coordinator"):
        assert queries.sheet(made.ref).state == State.DISPUTED


# What is due


def test_what_is_due_is_done_by_a_job(people: People, as_user: Callable[[str], Any]) -> None:
    late = shared(people, today=TODAY)
    with as_user("coordinator"):
        job = ask("assessments.due", lambda: "期日", {"today": (TODAY + timedelta(days=15)).isoformat()})
        assert run_one()
        job.refresh_from_db()
        assert (job.result["published"], job.result["expired"]) == (1, 0)
        assert queries.sheet(late.ref).published_on == TODAY + timedelta(days=15)
    with as_user("assessor"), pytest.raises(PermissionDenied):
        services.settle(TODAY)


def test_the_worker_settles_what_is_due_when_a_day_begins(people: People, as_user: Callable[[str], Any]) -> None:
    late = shared(people, today=TODAY)
    last = TODAY + timedelta(days=services.REPLY_DAYS)
    do_chores(last)
    assert not run_one()
    # Two workers begin the day.
    do_chores(last + timedelta(days=1))
    do_chores(last + timedelta(days=1))
    assert run_one()
    assert not run_one()
    with as_user("coordinator"):
        assert queries.sheet(late.ref).published_on == last + timedelta(days=1)
    do_chores(last + timedelta(days=2))
    assert not run_one()


def test_renewals_are_listed_until_somebody_begins_anew(people: People, as_user: Callable[[str], Any]) -> None:
    made = published(people, today=TODAY)
    soon = made.expires_on - timedelta(days=queries.RENEWAL_DAYS)
    with as_user("assessor"):
        assert queries.renewals(soon - timedelta(days=1)) == []
        assert queries.renewals(soon) == [made]
        services.begin(OWN_FIRM, is_neutral=True, today=soon)
        assert queries.renewals(soon) == []


def test_the_desk_is_told_what_needs_somebody(people: People, as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        assert queries.attention() == []
    made = shared(people)
    shared(people, firm=RIVAL_FIRM, today=date(2020, 1, 1))
    with as_user("factory"):
        services.dispute(made.ref, "違う", version=version(made), today=TODAY)
    with as_user("coordinator"):
        assert [str(one.title) for one in queries.attention()] == ["評価への異議 1件", "期日の来た評価 1件"]
