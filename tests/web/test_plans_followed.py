"""The plan follows reports: small moves count from what a firm was last told, and a failure is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from kumihimo_web.audit.models import Line
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.models import State as JobState
from kumihimo_web.jobs.worker import run_one
from kumihimo_web.plans import queries, report_services, services
from kumihimo_web.plans.mapping import rows_of
from kumihimo_web.plans.models import PlanMachine, PlanStep, State, Version

from .booked import OWN, RIVAL, RIVAL_MILL, done, first, work_order
from .conftest import OWN_FIRM, People

Doing = Callable[[str], Any]
Browser = Callable[[str], Any]
MINUTES_20 = timedelta(minutes=20)


@pytest.fixture
def current(people: People, as_user: Doing) -> Version:
    """Return a plan in which one machine has two short steps, one behind the other, and another machine one."""
    orders = [work_order(ref, site, minutes=60) for ref, site in (("W-1", OWN), ("W-2", OWN), ("W-3", RIVAL))]
    with as_user("coordinator"):
        return first(orders)


def pair() -> tuple[PlanStep, PlanStep]:
    """Return the two steps of one machine in their sequence, as the current version has them."""
    one, two = queries.current().steps.filter(firm=OWN_FIRM).order_by("start")
    return one, two


def follow() -> Version | None:
    """Let the worker do what was asked, and return the draft that came of it."""
    assert run_one()
    job = Job._base_manager.filter(kind="plans.follow").order_by("-created_at").first()
    assert job is not None
    assert job.state == JobState.DONE, job.error_ja
    draft: Version | None = Version.objects.filter(state=State.DRAFT).first()
    return draft


def started_late(one: PlanStep) -> None:
    """Report the first step 20 minutes late: the second one makes room, which needs no call."""
    report_services.start(one.order.ref, one.step, one.starts_at + MINUTES_20)
    assert follow() is None


def moves_of(draft: Version, step: PlanStep) -> list[dict[str, Any]]:
    """Return the moves of a step that a firm is called about."""
    moves = [draft.diff["moves"][at] for call in draft.diff["calls"] for at in call["moves"]]
    return [one for one in moves if (one["ref"], one["step"]) == (step.order.ref, step.step)]


def test_small_moves_add_up_to_a_call(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        one, two = pair()
        assert two.starts_at == one.ends_at
        started_late(one)
        moved = pair()[1]
        assert moved.starts_at == two.starts_at + MINUTES_20
        assert (moved.told_start, moved.told_end) == (two.start, two.end)
        # Twenty minutes more are forty from what the firm knows.
        report_services.finish(one.order.ref, one.step, one.ends_at + 2 * MINUTES_20)
        draft = follow()
        assert draft is not None
        (move,) = moves_of(draft, two)
        assert draft.moment(move["from"]["start"]) == two.starts_at
        assert draft.moment(move["to"]["start"]) == two.starts_at + 2 * MINUTES_20
        assert pair()[1].start == moved.start
        # With the approval the firm is told, and counting begins anew.
        services.approve(draft.number)
        now = pair()[1]
        assert now.told_start == now.start


def test_a_draft_that_leaves_a_step_alone_neither_calls_nor_begins_to_count_anew(
    current: Version, as_user: Doing
) -> None:
    with as_user("coordinator"):
        one, two = pair()
        started_late(one)
        draft = done(services.ask_order(queries.current(), work_order("W-9", RIVAL, minutes=60)))
        assert not moves_of(draft, two)
        services.approve(draft.number)
        now = pair()[1]
        assert now.starts_at == two.starts_at + MINUTES_20
        assert now.version.moment(now.told_start) == two.starts_at
        report_services.finish(one.order.ref, one.step, one.ends_at + 2 * MINUTES_20)
        late = follow()
        assert late is not None
        assert moves_of(late, two)


def test_what_was_told_before_a_report_holds_again_when_it_is_taken_back(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        one, _two = pair()
        report_services.start(one.order.ref, one.step, one.starts_at + MINUTES_20)
        # A draft is the first to hear of it.
        Job._base_manager.filter(kind="plans.follow").update(state=JobState.CANCELLED)
        services.approve(done(services.ask_order(queries.current(), work_order("W-9", RIVAL, minutes=60))).number)
        assert pair()[0].starts_at == one.starts_at + MINUTES_20
        report_services.take_back(one.order.ref, one.step)
        assert follow() is None
        now = pair()[0]
        assert now.starts_at == one.starts_at
        assert now.told_start == now.start


def test_a_firm_reads_which_of_its_steps_moved_and_nothing_of_others(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        one, two = pair()
        started_late(one)
    with as_user("factory"):
        (line,) = Line.objects.filter(verb="plan.followed")
        name = f"{two.order.ref}/{two.step} {two.label_ja}"
        before, after = line.values_before[name], line.values_after[name]
        assert before != after
        assert [(was, now) for label, was, now in line.changes if label == name] == [(before, after)]
        assert f"{pair()[1].starts_at.astimezone(current.start.tzinfo):%M} – " in after
        assert set(line.values_before) == {f"{row.order.ref}/{row.step} {row.label_ja}" for row in (one, two)}
    with as_user("rival"):
        assert not Line.objects.filter(verb="plan.followed").exists()


def test_a_long_list_of_moved_steps_is_cut(current: Version, as_user: Doing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_services, "_MOST_RECORDED", 1)
    with as_user("coordinator"):
        started_late(pair()[0])
        line = Line.objects.get(verb="plan.followed", firm=OWN_FIRM)
        assert len(line.values_before) == 1
        assert line.values_after["moved"] == 2


def test_a_plan_that_could_not_follow_is_shown_and_asked_again(
    current: Version, browser: Browser, as_user: Doing
) -> None:
    client = browser("coordinator")
    with as_user("coordinator"):
        problem = Version.objects.get(number=1).problem
        Version.objects.filter(number=1).update(problem=b"spoilt")
        one, _two = pair()
        report_services.start(one.order.ref, one.step, one.starts_at + MINUTES_20)
        assert all("実績" not in item.title for item in queries.attention())
        assert run_one()
        assert Job._base_manager.get(kind="plans.follow").state == JobState.FAILED
        (item,) = [item for item in queries.attention() if "実績" in item.title]
        assert one.order.title in item.detail
        assert "管理者に知らせてください" in item.detail
    assert item.title in client.get(reverse("desk")).content.decode()
    page = client.get(item.url).content.decode()
    assert item.url.endswith("#follow")
    assert 'id="follow"' in page
    assert f'action="{reverse("plan_follow")}"' in page
    with as_user("coordinator"):
        Version.objects.filter(number=1).update(problem=problem)
    there = client.post(reverse("plan_follow"))
    assert there.status_code == 302
    assert client.get(there.url).status_code == 200
    assert client.post(reverse("plan_follow")).status_code == 302
    with as_user("coordinator"):
        assert follow() is None
        assert not run_one()
        assert pair()[0].starts_at == one.starts_at + MINUTES_20
        assert all("実績" not in item.title for item in queries.attention())
    assert 'id="follow"' not in client.get(reverse("plans")).content.decode()


def test_hours_and_load_of_every_machine_are_those_of_the_plan_that_followed(
    current: Version, browser: Browser, as_user: Doing
) -> None:
    client, address = browser("coordinator"), reverse("plan_load_data", args=[1])
    tag = client.get(address)["ETag"]
    with as_user("coordinator"):
        _one, two = pair()
        shown = PlanMachine.objects.get(resource=RIVAL_MILL)
        report_services.start(two.order.ref, two.step, two.starts_at + timedelta(days=7))
        assert follow() is None
        # The grey behind a machine that has no part in it ends with the plan, not before.
        opened = json.loads(PlanMachine.objects.get(resource=RIVAL_MILL).open_text)
        assert max(end for _start, end in opened) > max(end for _start, end in json.loads(shown.open_text))
        columns = ("resource", "steps", "busy_min", "open_min", "weeks", "open_text")
        _orders, _steps, machines = rows_of(queries.carried(1).solved, {})
        expected = [tuple(getattr(one, name) for name in columns) for one in machines]
        assert sorted(PlanMachine.objects.values_list(*columns)) == sorted(expected)
    assert client.get(address)["ETag"] != tag
