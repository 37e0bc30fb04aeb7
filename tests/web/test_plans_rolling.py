"""The start of the plan rolls forward: a plan of 60 days ago is made again from today, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kumihimo.planning import verify_plan
from kumihimo_web.design.templatetags.ja import short_day
from kumihimo_web.jobs.services import ask
from kumihimo_web.jobs.worker import run_one
from kumihimo_web.plans import queries, report_services, services
from kumihimo_web.plans.mapping import plan_of, problem_of
from kumihimo_web.plans.models import Freeze, Kind, PlanOrder, PlanStep, State, Version

from .booked import OWN_MILL, RIVAL_MILL, book, done, work_order
from .conftest import OWN_FIRM, RIVAL_FIRM, People

Doing = Callable[[str], Any]
AGO = 60


@pytest.fixture
def old(people: People, as_user: Doing) -> Version:
    """Return a current plan that was made 60 days ago; one of its orders is long, and goes on beyond today."""
    today = timezone.localdate()
    orders = [*book(people), work_order("W-8", f"{OWN_FIRM}-S", f"{RIVAL_FIRM}-S", minutes=6000, due_in=140)]
    for order in orders:
        order["release"] = (date.fromisoformat(order["release"]) - timedelta(days=AGO)).isoformat()
    begun = (today - timedelta(days=AGO)).isoformat()
    payload = {"orders": orders, "today": begun, "now": 0, "rounds": 100, "approve": True}
    with as_user("coordinator"):
        return done(ask("plans.first", lambda: "60日前の計画", payload))


def places(version: Version) -> dict[tuple[str, str], tuple[str, Any, Any]]:
    rows = PlanStep._base_manager.filter(version=version).select_related("version", "order")
    return {(row.order.ref, row.step): (row.resource, row.starts_at, row.ends_at) for row in rows}


def is_valid(version: Version) -> bool:
    problem = problem_of(version)
    assert problem.start.date() == timezone.localtime(version.start).date()
    return verify_plan(problem, plan_of(version)) == ()


def test_a_plan_of_sixty_days_ago_begins_today_when_it_is_made_again(old: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        now = timezone.now()
        before = places(old)
        assert any(end > now for _machine, _start, end in before.values())
        draft = done(services.ask_replan(queries.current(), "short"))
        assert timezone.localtime(draft.start).date() == timezone.localdate()
        assert draft.horizon == old.horizon
        assert is_valid(draft)
        after = places(draft)
        assert set(after) == set(before)
        # What was to have begun stays where it stood; what comes stands after now, within the new horizon.
        past = {key for key, (_machine, start, _end) in before.items() if start < now}
        assert past
        assert {key: after[key] for key in past} == {key: before[key] for key in past}
        assert all(after[key][1] >= now - timedelta(minutes=1) for key in set(after) - past)
        assert services.approve(draft.number).state == State.CURRENT


def test_free_hours_reach_to_the_end_of_the_new_horizon(old: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        draft = done(services.ask_replan(queries.current(), "short"))
    was, now = problem_of(old), problem_of(draft)
    hours = {one.id: one.open for one in was.calendars}
    for calendar in now.calendars:
        by = AGO * 1440
        assert all(start >= 0 for start, _end in calendar.open)
        assert max(end for _start, end in calendar.open) > now.horizon - 14 * 1440
        # The hours that were known are the same ones, seen from the other midnight.
        known = [(a - by, b - by) for a, b in hours[calendar.id] if a > by]
        assert set(known) <= set(calendar.open)


def test_a_stop_without_an_end_is_not_forgotten(old: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        events = [{"event": "stop_resource", "resource": OWN_MILL, "start": 70 * 1440, "end": 400 * 1440}]
        draft = done(services.ask_events(queries.current(), events, "廃業", is_trial=False))
        # What the firm alone can do has no place any more.
        services.approve(draft.number, without_place=True)
        problem = problem_of(draft)
    machine = next(one for one in problem.resources if one.id == OWN_MILL)
    hours = next(one for one in problem.calendars if one.id == machine.calendar).open
    assert max(end for _start, end in hours) <= 10 * 1440


def hours_between(version: Version, machine: str, start: Any, end: Any) -> int:
    """Return the open minutes of a machine between two moments."""
    problem = problem_of(version)
    name = next(one for one in problem.resources if one.id == machine).calendar
    hours = next(one for one in problem.calendars if one.id == name).open
    low, high = version.minute(start), version.minute(end)
    return sum(max(0, min(b, high) - max(a, low)) for a, b in hours)


def test_minutes_of_an_event_count_from_the_plan_it_was_written_for(old: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        begin = old.minute(timezone.now()) + 10 * 1440
        stop = {"event": "stop_resource", "resource": RIVAL_MILL, "start": begin, "end": begin + 14 * 1440}
        trial = done(services.ask_events(queries.current(), [stop], "点検", is_trial=True))
        first, last = old.moment(begin), old.moment(begin + 14 * 1440)
        services.approve(done(services.ask_replan(queries.current(), "short")).number)
        # Made again on a plan that begins on another day, the same event means the same days.
        again = done(services.ask_again(trial, queries.current()))
        for made in (trial, again):
            assert hours_between(made, RIVAL_MILL, first, last) == 0
            assert hours_between(made, RIVAL_MILL, first - timedelta(days=5), first) > 0
            assert hours_between(made, RIVAL_MILL, last, last + timedelta(days=5)) > 0
            assert is_valid(made)


def test_a_new_order_and_an_emergency_begin_today_too(old: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        draft = done(services.ask_order(queries.current(), work_order("W-9", f"{OWN_FIRM}-S")))
        assert is_valid(draft)
        assert queries.step(draft, "W-9", "s0").start >= 0
        services.approve(draft.number)
        now = queries.current()
        stop = queries.Stop(kind="firm", ref=RIVAL_FIRM, start=now.minute(timezone.now()), end=now.horizon)
        made = done(services.ask_emergency(now, stop, "停電"))
        assert made.kind == Kind.EMERGENCY
        assert is_valid(made)


def test_orders_done_long_ago_are_left_out_and_others_stay(old: Version, as_user: Doing, browser: Any) -> None:
    with as_user("coordinator"):
        for row in old.steps.filter(order__ref__in=("W-3", "W-4")):
            begin = timezone.now() - timedelta(days=45 if row.order.ref == "W-3" else 5)
            report_services.finish(row.order.ref, row.step, begin, started_at=begin - timedelta(hours=4))
        while run_one():
            pass
        draft = done(services.ask_replan(queries.current(), "short"))
        refs = set(draft.orders.values_list("ref", flat=True))
        assert "W-3" not in refs
        assert {"W-1", "W-2", "W-4", "W-5", "W-8"} <= refs
        assert draft.steps.get(order__ref="W-4").freeze == Freeze.DONE
        assert is_valid(draft)
        assert not draft.diff["removed"]
        services.approve(draft.number)
    # The page of the order shows what is over; the chart begins today.
    page = browser("coordinator").get(reverse("plan_order", args=[draft.number, "W-4"])).content.decode()
    assert "完了" in page
    chart = browser("coordinator").get(reverse("plan_bars", args=[draft.number])).json()
    assert all(end > 0 for end in chart["bars"]["end"])


def closed() -> Version:
    """Let the order of the buyer, and one of somebody else, be done long ago; return the draft that leaves them out."""
    for ref in ("W-1", "W-3"):
        for row in queries.current().steps.filter(order__ref=ref).order_by("position"):
            begin = timezone.now() - timedelta(days=45 - row.position)
            report_services.finish(ref, row.step, begin, started_at=begin - timedelta(hours=4))
    while run_one():
        pass
    return done(services.ask_replan(queries.current(), "short"))


def test_an_order_left_out_as_done_is_still_found(old: Version, as_user: Doing, browser: Any) -> None:
    with as_user("coordinator"):
        draft = closed()
        services.approve(draft.number)
        assert queries.order(queries.current(), "W-1") is None
        finish = queries.order(old, "W-1").finish_at
    coordinator, buyer = browser("coordinator"), browser("buyer")
    page = coordinator.get(reverse("plan_current_order", args=["W-1"]), follow=True)
    assert page.status_code == 200
    assert "この案件は完了しました" in page.content.decode()
    for client in (coordinator, buyer):
        page = client.get(reverse("order_status", args=["W-1"]))
        assert page.status_code == 200
        assert f"{short_day(finish)}（完了）" in page.content.decode()
        assert page.content.decode().count("✓ 済み") == 2
        listed = client.get(reverse("orders_status"), {"state": "closed"}).content.decode()
        assert reverse("order_status", args=["W-1"]) in listed
    # Nobody else's, and nothing else of the versions that are over.
    assert buyer.get(reverse("order_status", args=["W-3"])).status_code == 404
    with as_user("buyer"):
        assert list(PlanOrder.objects.values_list("ref", flat=True)) == ["W-1"]
        assert set(PlanStep.objects.values_list("order__ref", flat=True)) == {"W-1"}
    with as_user("factory"):
        assert not PlanOrder.objects.filter(ref="W-1").exists()


def test_an_order_left_out_that_is_not_done_after_all_holds_the_draft_back(old: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        draft = closed()
        assert "W-3" not in draft.orders.values_list("ref", flat=True)
        report_services.take_back("W-3", "s0")
        with pytest.raises(services.BaseHasMoved):
            services.approve(draft.number)
        assert not PlanOrder.objects.filter(is_closed=True).exists()
        while run_one():
            pass
        again = done(services.ask_replan(queries.current(), "short"))
        services.approve(again.number)
        assert queries.order(queries.current(), "W-3") is not None


def test_a_cancelled_order_is_not_taken_for_done(old: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        events = [{"event": "cancel_order", "order": "W-8"}]
        draft = done(services.ask_events(queries.current(), events, "取消", is_trial=False))
        services.approve(draft.number)
        gone = PlanOrder.objects.filter(version=old, ref="W-8").get()
        assert not gone.is_closed
