"""A later step is begun while earlier ones are open: the page asks, and no order loses its place to what was said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kumihimo_web.audit.models import Line
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.models import State as JobState
from kumihimo_web.jobs.worker import run_one
from kumihimo_web.plans import earlier, queries, report_services, services
from kumihimo_web.plans.mapping import plan_of, problem_of
from kumihimo_web.plans.models import Freeze, PlanOrder, PlanStep, Report, State, Version

from .booked import OWN, RIVAL, done, first, work_order
from .conftest import OWN_FIRM, RIVAL_FIRM, People

Doing = Callable[[str], Any]
Browser = Callable[[str], Any]
HOUR = timedelta(hours=1)
QUESTION = "前の工程がまだ終わったと報告されていません"
CONFIRM = "前の工程も終わったものとして記録する"


@pytest.fixture
def current(people: People, as_user: Doing) -> Version:
    """Return a plan with an order of four steps at both firms, and two others on the same machines."""
    orders = [work_order("W-1", OWN, RIVAL, RIVAL, OWN), work_order("W-2", OWN), work_order("W-3", RIVAL)]
    with as_user("coordinator"):
        return first(orders)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def now() -> Any:
    return timezone.now().replace(second=0, microsecond=0)


def work() -> None:
    """Let the worker do all that waits."""
    while run_one():
        pass
    assert not Job._base_manager.exclude(state=JobState.DONE).exclude(state=JobState.CANCELLED).exists()


def in_use() -> Version:
    """Return the current plan with everything, after it was checked."""
    from kumihimo.planning import verify_plan

    version = Version.objects.get(state=State.CURRENT)
    assert verify_plan(problem_of(version), plan_of(version)) == ()
    return version


def draft() -> Version | None:
    found: Version | None = Version.objects.filter(state=State.DRAFT).order_by("-number").first()
    return found


def unplanned(version: Version) -> list[str]:
    return [one.order for one in plan_of(version).unplanned]


def step(name: str, ref: str = "W-1") -> PlanStep:
    found = queries.step(queries.current(), ref, name)
    assert found is not None
    return found


def report_without_asking(name: str, at: Any, ref: str = "W-1") -> None:
    """Report a start as it could be before the page asked: of this step alone."""
    row = step(name, ref)
    report_services._told(row, started_at=at, finished_at=None, was_started=True)
    report_services._follow(queries.current(), row)


# The question


@pytest.mark.parametrize("action", ["start", "finish"])
def test_the_first_press_asks_and_writes_nothing(
    action: str, current: Version, browser: Browser, as_user: Doing
) -> None:
    address = reverse("plan_report", args=["W-1", "s3"])
    answer = browser("factory").post(address, {"action": action, "at": ""})
    page = text(answer)
    assert answer.status_code == 409
    assert QUESTION in page
    assert CONFIRM in page
    assert "やめる" in page
    for name in ("フライス0", "フライス1", "フライス2"):
        assert name in page
    # Its own earlier step is named with its machine, those of others without a name.
    assert f"合成{OWN_FIRM}製作所" in page
    assert page.count("ほかの会社") == 2
    assert RIVAL_FIRM not in page
    with as_user("coordinator"):
        assert not Report.objects.exists()
        assert not Job._base_manager.filter(kind="plans.follow").exists()
        assert not Line.objects.filter(verb__startswith="report.").exists()
        assert step("s3").freeze == Freeze.PROPOSED


def test_the_coordinator_is_told_whose_steps_they_are(current: Version, browser: Browser) -> None:
    page = text(browser("coordinator").post(reverse("plan_report", args=["W-1", "s3"]), {"action": "start", "at": ""}))
    assert f"合成{RIVAL_FIRM}製作所" in page
    assert "ほかの会社" not in page


def test_the_second_press_records_the_earlier_steps_too(current: Version, browser: Browser, as_user: Doing) -> None:
    at = now()
    planned = {}
    with as_user("coordinator"):
        planned = {name: step(name) for name in ("s0", "s1", "s2", "s3")}
    sent = {"action": "start", "at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}", "earlier": "3"}
    answer = browser("factory").post(reverse("plan_report", args=["W-1", "s3"]), sent)
    assert answer.status_code == 302
    with as_user("coordinator"):
        said = {one.step: one for one in Report.objects.all()}
        assert set(said) == {"s0", "s1", "s2", "s3"}
        assert [said[name].follows for name in ("s0", "s1", "s2", "s3")] == ["s3", "s3", "s3", ""]
        assert said["s3"].started_at == at
        latest = at
        for name in ("s2", "s1", "s0"):
            assert said[name].started_at < said[name].finished_at <= latest
            assert said[name].started_at <= planned[name].starts_at
            latest = said[name].started_at
        assert {one.told_by for one in said.values()} == {said["s3"].told_by}
        assert [step(name).freeze for name in ("s0", "s1", "s2", "s3")] == [Freeze.DONE] * 3 + [Freeze.RUNNING]
        lines = Line.objects.filter(verb="report.finished", firm=RIVAL_FIRM)
        assert len(lines) == 2
        assert all("フライス3" in line.note for line in lines)
    with as_user("rival"):
        # Whose step comes after its own, a firm is not told.
        assert all("factory" not in line.actor for line in Line.objects.filter(verb="report.finished"))
    page = text(browser("rival").get(reverse("plan_report", args=["W-1", "s1"])))
    assert "フライス3" in page
    assert "factory" not in page
    with as_user("coordinator"):
        work()
        found = draft()
        assert unplanned(found or in_use()) == []
        assert found is None or found.diff["newly_unplanned"] == []


def test_more_open_steps_than_were_confirmed_are_asked_about_again(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"), pytest.raises(report_services.EarlierOpen) as caught:
        report_services.start("W-1", "s3", now(), earlier_done=2)
    assert [one.step for one in caught.value.steps] == ["s0", "s1", "s2"]


def test_a_step_whose_earlier_ones_are_done_is_not_asked_about(current: Version, as_user: Doing) -> None:
    at = now()
    with as_user("coordinator"):
        report_services.finish("W-1", "s0", at - HOUR, started_at=at - 5 * HOUR)
        assert report_services.start("W-1", "s1", at).follows == ""
        assert Report.objects.count() == 2


def test_a_start_before_an_earlier_step_was_begun_is_refused(
    current: Version, browser: Browser, as_user: Doing
) -> None:
    at = now()
    with as_user("coordinator"):
        report_services.start("W-1", "s0", at - HOUR)
        with pytest.raises(earlier.BegunLater):
            report_services.start("W-1", "s1", at - 2 * HOUR, earlier_done=1)
    sent = {"action": "start", "at": f"{timezone.localtime(at - 2 * HOUR):%Y-%m-%d %H:%M}", "earlier": "1"}
    answer = browser("coordinator").post(reverse("plan_report", args=["W-1", "s1"]), sent)
    assert answer.status_code == 422
    assert "それより後に始まったと報告されています" in text(answer)
    with as_user("coordinator"):
        assert Report.objects.count() == 1


# Taking it back


def test_taking_it_back_takes_back_what_followed_from_it(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        planned = {name: (step(name).start, step(name).freeze) for name in ("s0", "s1", "s2", "s3")}
        report_services.start("W-1", "s0", now() - 2 * HOUR)
    with as_user("factory"):
        report_services.start("W-1", "s3", now(), earlier_done=3)
    with as_user("coordinator"):
        work()
    with as_user("factory"):
        report_services.take_back("W-1", "s3")
    with as_user("coordinator"):
        # What was said of a step itself holds: it was begun.
        assert {name: step(name).freeze for name in planned} == {"s0": 2, "s1": 0, "s2": 0, "s3": 0}
        assert Line.objects.filter(verb="report.withdrawn").count() == 4
        report_services.take_back("W-1", "s0")
        work()
        assert draft() is None or unplanned(draft()) == []
        assert {name: (step(name).start, step(name).freeze) for name in planned} == planned
        in_use()


def test_what_its_firm_confirmed_since_stays_with_all_before_it(current: Version, as_user: Doing) -> None:
    at = now()
    with as_user("factory"):
        report_services.start("W-1", "s3", at, earlier_done=3)
    with as_user("rival"):
        said = report_services.finish("W-1", "s1", at - 10 * HOUR, started_at=at - 14 * HOUR)
        assert (said.follows, said.finished_at) == ("", at - 10 * HOUR)
    with as_user("factory"):
        report_services.take_back("W-1", "s3")
    with as_user("coordinator"):
        assert [step(name).freeze for name in ("s0", "s1", "s2", "s3")] == [3, 3, 0, 0]
        assert Report.objects.get(step="s0").follows == "s1"


def test_a_firm_confirms_or_denies_on_its_page(current: Version, browser: Browser, as_user: Doing) -> None:
    with as_user("factory"):
        report_services.start("W-1", "s3", now(), earlier_done=3)
    client, address = browser("rival"), reverse("plan_report", args=["W-1", "s2"])
    page = text(client.get(address))
    assert "終わったものとして記録されています" in page
    assert 'value="finish"' in page
    assert client.post(address, {"action": "undo"}).status_code == 302
    with as_user("coordinator"):
        assert step("s2").freeze == Freeze.PROPOSED
        work()
        assert unplanned(draft() or in_use()) == []


# No order loses its place


def test_the_coordinator_reads_which_reports_contradict_each_other(current: Version, as_user: Doing) -> None:
    at = now()
    with as_user("coordinator"):
        assert all("順番" not in item.title for item in queries.attention())
        report_without_asking("s3", at - HOUR)
        (item,) = [item for item in queries.attention() if "順番" in item.title]
        assert "フライス3" in item.detail
        assert "フライス0" in item.detail
        assert item.url == reverse("plan_order", args=[1, "W-1"]) + "#steps"
        report_services.take_back("W-1", "s3")
        assert all("順番" not in item.title for item in queries.attention())
        report_services.start("W-1", "s1", at - 2 * HOUR, earlier_done=1)
        assert all("順番" not in item.title for item in queries.attention())
        report_services.finish("W-1", "s0", at - HOUR, started_at=at - 6 * HOUR)
        (item,) = [item for item in queries.attention() if "順番" in item.title]
        assert "終わるより先に" in item.detail


def test_reports_that_contradict_the_plan_lose_no_order(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        report_without_asking("s3", now() - HOUR)
        work()
        found = draft()
        assert found is None or unplanned(found) == []
        other = done(services.ask_order(queries.current(), work_order("W-9", RIVAL)))
        assert unplanned(other) == []
        assert not other.diff["newly_unplanned"]
        assert not [move for move in other.diff["moves"] if move["to"] is None]
        # Nobody spoke of the earlier steps: they stand where they stood, and may move again.
        for name in ("s0", "s1", "s2"):
            stands = queries.step(other, "W-1", name)
            assert (stands.start, stands.freeze) == (step(name).start, Freeze.PROPOSED)
        report_services.take_back("W-1", "s3")
        work()
        again = done(services.ask_replan(queries.current(), "short"))
        assert unplanned(again) == []
        assert not [move for move in again.diff["moves"] if move["to"] is None]


def test_a_stop_takes_no_order_out_that_has_begun_out_of_turn(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        report_without_asking("s3", now() - HOUR)
        work()
        stop = queries.Stop(kind="firm", ref=RIVAL_FIRM, start=0, end=20 * 1440)
        assert "W-1" not in unplanned(done(services.ask_emergency(queries.current(), stop, "停電")))


def test_facts_in_another_sequence_than_the_routing_lose_no_order(current: Version, as_user: Doing) -> None:
    at = now()
    with as_user("coordinator"):
        report_without_asking("s2", at - 10 * HOUR)
        report_without_asking("s0", at - HOUR)
        report_without_asking("s0", at - HOUR, "W-2")
        work()
        assert unplanned(draft() or in_use()) == []
        assert unplanned(done(services.ask_replan(queries.current(), "short"))) == []


def test_a_step_that_was_only_fixed_gives_way_to_a_report(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        fixed = step("s2")
        services.freeze(1, "W-1", "s2", is_fixed=True)
        # The first step comes so late that the second one cannot be done before the third one was fixed.
        row = step("s0")
        report_services._told(
            row,
            started_at=row.starts_at,
            finished_at=fixed.starts_at - timedelta(minutes=10),
            was_started=True,
        )
        report_services._follow(queries.current(), row)
        work()
        found = draft()
        assert found is not None
        assert unplanned(found) == []
        assert queries.step(found, "W-1", "s2").start > fixed.start


# Drafts


def test_a_draft_from_before_a_report_was_taken_back_is_made_again(
    current: Version, browser: Browser, as_user: Doing
) -> None:
    with as_user("coordinator"):
        report_without_asking("s3", now() - HOUR)
        # The draft is the first to hear of it.
        Job._base_manager.filter(kind="plans.follow").update(state=JobState.CANCELLED)
        found = done(services.ask_order(queries.current(), work_order("W-9", RIVAL)))
        assert ("W-1", "s3") in {(move["ref"], move["step"]) for move in found.diff["moves"]}
        report_services.take_back("W-1", "s3")
        with pytest.raises(services.BaseHasMoved):
            services.approve(found.number)
    page = text(browser("coordinator").post(reverse("plan_approve", args=[found.number])))
    assert "元が変わりました" in page
    assert "今の計画の上でやり直す" in page
    assert f'action="{reverse("plan_approve", args=[found.number])}"' not in page


def test_a_draft_from_before_a_report_of_a_step_that_it_cancels_is_made_again(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        event = [{"event": "cancel_order", "order": "W-3"}]
        found = done(services.ask_events(queries.current(), event, "取消", is_trial=False))
        assert not queries.is_stale(found, queries.current())
        report_services.start("W-3", "s0", now())
        assert queries.is_stale(found, queries.current())


def without_place(version: Version) -> Version:
    """Let a draft be one that found no place for an order."""
    PlanOrder.objects.filter(version=version, ref="W-2").update(
        finish=None, why=[{"code": "NO_CAPACITY", "step": "", "text": "空きがありません / no room"}]
    )
    return version


def test_a_report_of_an_order_without_a_place_makes_a_draft_old(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        found = without_place(done(services.ask_order(queries.current(), work_order("W-9", RIVAL))))
        assert not queries.is_stale(found, queries.current())
        report_services.start("W-2", "s0", now())
        assert queries.is_stale(found, queries.current())


def test_a_draft_that_loses_an_order_says_so_first_and_wants_a_tick(
    current: Version, browser: Browser, as_user: Doing
) -> None:
    client = browser("coordinator")
    with as_user("coordinator"):
        found = without_place(done(services.ask_order(queries.current(), work_order("W-9", RIVAL))))
        with pytest.raises(services.WithoutPlace):
            services.approve(found.number)
    page = text(client.get(reverse("plan_diff", args=[found.number])))
    warning = page.index("計画できなくなり")
    assert warning < page.index(f'action="{reverse("plan_approve", args=[found.number])}"')
    assert "空きがありません" in page
    assert 'name="without_place"' in page
    answer = client.post(reverse("plan_approve", args=[found.number]))
    assert answer.status_code == 422
    assert "印を付けてから承認してください" in text(answer)
    assert client.post(reverse("plan_approve", args=[found.number]), {"without_place": "1"}).status_code == 302
    with as_user("coordinator"):
        assert queries.current().number == found.number


def test_a_draft_that_loses_nothing_asks_for_no_tick(current: Version, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        found = done(services.ask_order(queries.current(), work_order("W-9", RIVAL)))
    page = text(browser("coordinator").get(reverse("plan_diff", args=[found.number])))
    assert reverse("plan_approve", args=[found.number]) in page
    assert "without_place" not in page
