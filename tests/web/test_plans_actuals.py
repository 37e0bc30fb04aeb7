"""What was really started and finished: a fact at once, and the plan follows it or waits for the coordinator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kumihimo_web.audit.models import Line
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.models import State as JobState
from kumihimo_web.jobs.worker import run_one
from kumihimo_web.plans import queries, report_services, services
from kumihimo_web.plans.mapping import plan_of, problem_of
from kumihimo_web.plans.models import Freeze, Kind, Report, State, Version

from .booked import book, done, first, work_order
from .conftest import OWN_FIRM, RIVAL_FIRM, People

Doing = Callable[[str], Any]
Browser = Callable[[str], Any]
HOUR = timedelta(hours=1)


@pytest.fixture
def current(people: People, as_user: Doing) -> Version:
    with as_user("coordinator"):
        return first(book(people))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def follow() -> Version | None:
    """Let the worker do what was asked, and return the draft that came of it."""
    assert run_one()
    job = Job._base_manager.filter(kind="plans.follow").order_by("-finished_at").first()
    assert job is not None
    assert job.state == JobState.DONE, job.error_ja
    draft: Version | None = (
        Version._base_manager.filter(network_id=job.network_id, state=State.DRAFT).order_by("-number").first()
    )
    return draft


def next_of(firm: str) -> tuple[str, str]:
    """Return the step that is next on the machine of a firm: begun early, it is in nobody's way."""
    row = queries.current().steps.filter(firm=firm).order_by("start").first()
    return row.order.ref, row.step


def last_of(firm: str) -> tuple[str, str]:
    """Return the step that is last on the machine of a firm: begun now, it is in the way of all others."""
    row = queries.current().steps.filter(firm=firm).order_by("start").last()
    return row.order.ref, row.step


def fact_of(version: Version, ref: str, step: str = "s0") -> tuple[str, int, int]:
    """Return how a step stands in the plan as it is kept: freeze, start, end."""
    from kumihimo.planning import verify_plan

    problem, plan = problem_of(version), plan_of(version)
    assert verify_plan(problem, plan) == ()
    order = next(one for one in problem.orders if one.id == ref)
    found = next(one for one in order.steps if one.id == step)
    row = next(one for one in plan.steps if (one.order, one.step) == (ref, step))
    return found.freeze, row.start, row.end


def test_a_start_is_shown_at_once_and_the_plan_follows(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        ref, step = next_of(RIVAL_FIRM)
        planned = queries.step(current, ref, step).starts_at
        at = timezone.now().replace(second=0, microsecond=0) - HOUR
        report_services.start(ref, step, at)
        assert queries.step(queries.current(), ref, step).freeze == Freeze.RUNNING
        assert follow() is None
        now = Version.objects.get(number=1)
        freeze, begin, _end = fact_of(now, ref, step)
        assert (freeze, now.moment(begin)) == ("running", at)
        assert queries.step(now, ref, step).starts_at == at != planned
        lines = Line.objects.filter(verb__in=("report.started", "plan.followed"))
        said = {("report.started", RIVAL_FIRM), ("plan.followed", ""), ("plan.followed", RIVAL_FIRM)}
        assert {(one.verb, one.firm) for one in lines} == said


def test_a_finish_on_time_moves_nobody_and_a_second_one_does_nothing(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        at = timezone.now().replace(second=0, microsecond=0)
        report_services.finish("W-4", "s0", at, started_at=at - 5 * HOUR)
        assert follow() is None
        again = report_services.finish("W-4", "s0", at - HOUR)
        assert again.finished_at == at
        assert not Job._base_manager.filter(state=JobState.QUEUED).exists()
        now = Version.objects.get(number=1)
        freeze, begin, end = fact_of(now, "W-4")
        assert (freeze, now.moment(begin), now.moment(end)) == ("done", at - 5 * HOUR, at)
        assert queries.order(now, "W-4").finish_at == at
        assert now.totals["late"] == now.orders.filter(late_min__gt=0).count()


def test_a_report_that_moves_others_waits_for_the_coordinator(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        ref, step = last_of(OWN_FIRM)
        planned = fact_of(current, ref, step)
        report_services.start(ref, step, timezone.now().replace(second=0, microsecond=0) - HOUR)
        assert queries.step(current, ref, step).freeze == Freeze.RUNNING
        draft = follow()
        assert draft is not None
        assert draft.kind == Kind.EVENT
        moves = draft.diff["moves"]
        called = {(moves[at]["ref"], moves[at]["step"]) for call in draft.diff["calls"] for at in call["moves"]}
        assert called
        assert (ref, step) not in called
        assert fact_of(draft, ref, step)[0] == "running"
        assert fact_of(Version.objects.get(number=1), ref, step) == planned
        assert services.approve(draft.number).state == State.CURRENT
        assert queries.step(queries.current(), ref, step).freeze == Freeze.RUNNING


def test_what_follows_of_reports_is_told_apart_from_what_a_draft_is_about(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        ref, step = last_of(OWN_FIRM)
        report_services.start(ref, step, timezone.now())
        waiting = follow()
        assert waiting is not None, "the report moves others, so that it waits"
        moved = {(one["ref"], one["step"]) for one in waiting.diff["moves"]}
        stop = queries.Stop(kind="firm", ref=RIVAL_FIRM, start=0, end=2 * 1440)
        draft = done(services.ask_emergency(queries.current(), stop, "停電"))
        by_reports = {(one["ref"], one["step"]) for one in draft.diff["moves"] if one["reported"]}
        others = {(one["ref"], one["step"]) for one in draft.diff["moves"] if not one["reported"]}
        hit = {(one["ref"], one["step"]) for one in draft.diff["affected"]}
        assert by_reports
        assert by_reports <= moved
        assert hit <= others | by_reports
        assert others, "the stop moves steps, too"
        assert draft.diff["reported"]["steps"] == len(by_reports)
        assert draft.diff["reported"]["totals"]["jpy"]["total"] == waiting.totals["jpy"]["total"]


def test_a_new_report_takes_the_place_of_a_draft_that_waits(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        own, rival = last_of(OWN_FIRM), next_of(RIVAL_FIRM)
        report_services.start(*own, timezone.now().replace(second=0, microsecond=0) - HOUR)
        one = follow()
        report_services.start(*rival, timezone.now().replace(second=0, microsecond=0) - HOUR)
        two = follow()
        assert one is not None
        assert two is not None
        assert Version.objects.get(number=one.number).state == State.REJECTED
        assert [fact_of(two, *named)[0] for named in (own, rival)] == ["running", "running"]
        assert services.approve(two.number).state == State.CURRENT


def test_a_mistake_is_taken_back_step_by_step(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        ref, step = next_of(RIVAL_FIRM)
        planned = queries.step(current, ref, step)
        at = timezone.now().replace(second=0, microsecond=0)
        report_services.start(ref, step, at - 3 * HOUR)
        follow()
        report_services.finish(ref, step, at)
        follow()
        assert fact_of(Version.objects.get(number=1), ref, step)[0] == "done"
        assert report_services.take_back(ref, step) is not None
        assert queries.step(queries.current(), ref, step).freeze == Freeze.RUNNING
        follow()
        assert fact_of(Version.objects.get(number=1), ref, step)[0] == "running"
        assert report_services.take_back(ref, step) is not None
        follow()
        assert report_services.take_back(ref, step) is None
        now = queries.step(queries.current(), ref, step)
        assert (now.start, now.end, now.freeze) == (planned.start, planned.end, planned.freeze)
        assert fact_of(Version.objects.get(number=1), ref, step) == ("proposed", planned.start, planned.end)
        assert Line.objects.filter(verb="report.withdrawn").count() == 2
        assert Report.objects.get().level is None


def test_a_report_taken_back_makes_room_where_others_stand_by_now(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        ref, step = next_of(RIVAL_FIRM)
        at = timezone.now().replace(second=0, microsecond=0)
        report_services.finish(ref, step, at, started_at=at - 5 * HOUR)
        follow()
        # Its time is free now; a new order takes it.
        taker = work_order("W-6", f"{RIVAL_FIRM}-S", due_in=1, minutes=600)
        services.approve(done(services.ask_order(queries.current(), {**taker, "weight": 99.0})).number)
        report_services.take_back(ref, step)
        now = follow() or Version.objects.get(state=State.CURRENT)
        assert fact_of(now, ref, step)[0] in ("proposed", "committed")


def test_what_was_reported_stays_in_every_later_plan(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        at = timezone.now().replace(second=0, microsecond=0)
        report_services.finish("W-4", "s0", at, started_at=at - HOUR)
        # The plan is made again before it has followed: the report is in it all the same.
        job = Job._base_manager.get(kind="plans.follow")
        job.state = JobState.CANCELLED
        job.save()
        draft = done(services.ask_replan(queries.current(), "short"))
        assert fact_of(draft, "W-4")[0] == "done"
        assert draft.moment(fact_of(draft, "W-4")[2]) == at


def test_a_draft_that_moves_what_has_begun_has_to_be_made_again(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        ref, step = next_of(OWN_FIRM)
        row = queries.step(current, ref, step)
        stop = queries.Stop(kind="firm", ref=OWN_FIRM, start=0, end=row.end + 3 * 1440)
        draft = done(services.ask_emergency(queries.current(), stop, "停電"))
        assert queries.step(draft, ref, step).start != row.start
        report_services.start(ref, step, timezone.now() - HOUR)
        with pytest.raises(services.BaseHasMoved):
            services.approve(draft.number)


def test_a_draft_that_leaves_it_alone_is_approved_and_follows(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        ref, step = next_of(RIVAL_FIRM)
        draft = done(services.ask_order(queries.current(), work_order("W-6", f"{OWN_FIRM}-S")))
        assert queries.step(draft, ref, step).start == queries.step(current, ref, step).start
        at = timezone.now().replace(second=0, microsecond=0)
        report_services.finish(ref, step, at, started_at=at - HOUR)
        follow()
        now = services.approve(draft.number)
        assert queries.step(now, ref, step).freeze == Freeze.DONE
        assert fact_of(Version.objects.get(number=now.number), ref, step)[0] != "done"
        assert follow() is None
        freeze, begin, end = fact_of(Version.objects.get(number=now.number), ref, step)
        assert (freeze, now.moment(begin), now.moment(end)) == ("done", at - HOUR, at)
        assert queries.order(now, "W-6") is not None


def test_what_was_taken_back_while_a_draft_waited_is_taken_back_in_it(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        ref, step = next_of(RIVAL_FIRM)
        planned = fact_of(current, ref, step)
        report_services.start(ref, step, timezone.now() - HOUR)
        follow()
        draft = done(services.ask_order(queries.current(), work_order("W-6", f"{OWN_FIRM}-S")))
        assert fact_of(draft, ref, step)[0] == "running"
        report_services.take_back(ref, step)
        follow()
        now = services.approve(draft.number)
        assert queries.step(now, ref, step).freeze == Freeze.PROPOSED
        assert follow() is None
        assert fact_of(Version.objects.get(number=now.number), ref, step) == planned


def test_a_step_that_came_over_is_reported_by_the_firm_that_has_it_now(current: Version, as_user: Doing) -> None:
    at = timezone.now().replace(second=0, microsecond=0)
    with as_user("factory"):
        ref, step = next_of(OWN_FIRM)
        report_services.start(ref, step, at - 2 * HOUR)
        report_services.take_back(ref, step)
    with as_user("coordinator"):
        while run_one():
            pass
        stop = queries.Stop(kind="firm", ref=OWN_FIRM, start=0, end=current.horizon)
        services.approve(done(services.ask_emergency(queries.current(), stop, "廃業")).number)
        planned = queries.step(queries.current(), ref, step)
        assert planned.firm == RIVAL_FIRM
    with as_user("rival"):
        report = report_services.start(ref, step, at - HOUR)
        assert (report.firm, report.started_at) == (RIVAL_FIRM, at - HOUR)
        assert (report.planned_start, report.planned_end) == (planned.starts_at, planned.ends_at)
    with as_user("factory"):
        assert not Report.objects.exists()


def test_a_firm_reports_its_own_steps_and_no_other(current: Version, browser: Browser, as_user: Doing) -> None:
    client = browser("factory")
    page = text(client.get("/plans/"))
    assert "始めました" in page
    with as_user("coordinator"):
        ref, step = next_of(OWN_FIRM)
    own = reverse("plan_report", args=[ref, step])
    assert client.post(own, {"action": "start", "at": ""}).status_code == 302
    assert "に始めたと記録しました" in text(client.get("/plans/"))
    assert "加工中" in text(client.get("/plans/"))
    # W-4 is the rival's: neither its page nor a report.
    rival = reverse("plan_report", args=["W-4", "s0"])
    assert client.get(rival).status_code == 404
    assert client.post(rival, {"action": "finish"}).status_code == 404
    with as_user("coordinator"):
        assert [one.ref for one in Report.objects.all()] == [ref]
        assert follow() is None
        assert fact_of(Version.objects.get(number=1), ref, step)[0] == "running"
    with as_user("rival"):
        assert not Report.objects.exists()
    assert "予定に戻る" in text(client.get(own))
    assert client.post(own, {"action": "undo"}).status_code == 302
    with as_user("coordinator"):
        assert queries.step(queries.current(), ref, step).freeze == Freeze.PROPOSED


@pytest.mark.parametrize(
    ("entered", "told"),
    [
        ({"action": "start", "at": "2099-01-01T00:00"}, "まだ来ていない時刻"),
        ({"action": "start", "at": "2001-01-01T00:00"}, "60日より前"),
        ({"action": "start", "at": "さっき"}, "日時として読めません"),
        ({"action": "dance"}, "を押してください"),
        ({"action": "finish", "at": "", "started": "2099-01-01T00:00"}, "入力を直して"),
    ],
)
def test_a_time_that_cannot_be_is_told_at_the_field(
    entered: dict[str, str], told: str, current: Version, browser: Browser, as_user: Doing
) -> None:
    answer = browser("coordinator").post(reverse("plan_report", args=["W-3", "s0"]), entered)
    assert answer.status_code == 422
    assert told in text(answer)
    with as_user("coordinator"):
        assert not Report.objects.exists()


def cards(page: Any) -> list[tuple[str, str, bool]]:
    """Return order, step and whether it is done, of the cards that a factory can report with one press."""
    return [(row.order.ref, row.step, row.freeze == Freeze.DONE) for row in page.context["cards"]]


def test_a_card_that_was_pressed_stays_where_it_is(current: Version, browser: Browser, as_user: Doing) -> None:
    client = browser("factory")
    with as_user("coordinator"):
        third = current.steps.filter(firm=OWN_FIRM).order_by("start")[2]
    Version._base_manager.filter(pk=current.pk).update(start=timezone.now() - timedelta(minutes=third.start))
    before = cards(client.get("/plans/"))
    assert len(before) > 1, "the example has several steps to report"
    # Nothing comes before it that would be asked about.
    at = next(at for at, (ref, _step, _done) in enumerate(before) if ref in ("W-3", "W-5"))
    ref, step, _ = before[at]
    address = reverse("plan_report", args=[ref, step])
    assert client.post(address, {"action": "finish", "at": f"{timezone.localtime():%Y-%m-%dT%H:%M}"}).status_code == 302
    page = client.get("/plans/")
    assert [one[:2] for one in cards(page)][: len(before)] == [one[:2] for one in before]
    assert cards(page)[at] == (ref, step, True)
    shown = text(page)
    assert "時刻を直す・取り消す" in shown
    assert f'action="{address}"' not in shown


def test_what_begins_in_days_has_no_button_yet(current: Version, browser: Browser) -> None:
    Version._base_manager.filter(pk=current.pk).update(start=timezone.now() + timedelta(days=3))
    page = browser("factory").get("/plans/")
    assert cards(page) == []
    assert "今日と明日に始まる工程はありません" in text(page)


def test_a_finish_lies_after_the_start(current: Version, browser: Browser, as_user: Doing) -> None:
    at = timezone.localtime().replace(second=0, microsecond=0)
    client, address = browser("coordinator"), reverse("plan_report", args=["W-3", "s0"])
    client.post(address, {"action": "start", "at": f"{at - HOUR:%Y-%m-%dT%H:%M}"})
    answer = client.post(address, {"action": "finish", "at": f"{at - 2 * HOUR:%Y-%m-%dT%H:%M}"})
    assert answer.status_code == 422
    assert "より後にしてください" in text(answer)
    assert client.post(address, {"action": "finish", "at": f"{at:%Y-%m-%dT%H:%M}"}).status_code == 302
    page = text(client.get(reverse("plan_order", args=[1, "W-3"])))
    assert "実績" in page
    assert "完了" in page


def test_a_start_that_somebody_else_reports_meanwhile_is_shown(
    current: Version, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timezone.localtime().replace(second=0, microsecond=0)
    finish = report_services.finish

    def slower(ref: str, step: str, moment: datetime, **known: Any) -> Report:
        report_services.start(ref, step, at)
        return finish(ref, step, moment, **known)

    monkeypatch.setattr(report_services, "finish", slower)
    sent = {"action": "finish", "at": f"{at - HOUR:%Y-%m-%dT%H:%M}"}
    answer = browser("coordinator").post(reverse("plan_report", args=["W-3", "s0"]), sent)
    assert answer.status_code == 409
    assert "より後にしてください" in text(answer)
    assert sent["at"] in text(answer)


def test_the_buyer_sees_that_it_runs_and_not_where(current: Version, browser: Browser) -> None:
    at = timezone.localtime().replace(second=0, microsecond=0)
    began = {"action": "start", "at": f"{at - 5 * HOUR:%Y-%m-%dT%H:%M}"}
    browser("coordinator").post(reverse("plan_report", args=["W-1", "s0"]), began)
    page = text(browser("buyer").get("/status/W-1/"))
    assert "進行中" in page
    assert OWN_FIRM not in page
    # The minute of the start and the one of the finish must differ.
    address = reverse("plan_report", args=["W-1", "s1"])
    sent = {"action": "finish", "at": f"{at:%Y-%m-%dT%H:%M}", "started": f"{at - HOUR:%Y-%m-%dT%H:%M}", "earlier": "1"}
    assert browser("coordinator").post(address, sent).status_code == 302
    assert "済み" in text(browser("buyer").get("/status/W-1/"))
