"""Plans made by a real worker: kept as drafts, approved once, never worse, never on a base that has moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kumihimo_web.audit.models import Line
from kumihimo_web.jobs import services as jobs
from kumihimo_web.jobs import worker
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.models import State as JobState
from kumihimo_web.jobs.registry import Cancelled, task_of
from kumihimo_web.plans import queries, services
from kumihimo_web.plans.mapping import plan_of, problem_of
from kumihimo_web.plans.models import Freeze, Kind, PlanMachine, PlanOrder, PlanStep, State, Version

from .booked import OWN_MILL, RIVAL_MILL, book, done, first, work_order
from .conftest import OWN_FIRM, RIVAL_FIRM, People

Doing = Callable[[str], Any]


@pytest.fixture
def current(people: People, as_user: Doing) -> Version:
    with as_user("coordinator"):
        return first(book(people))


def test_the_first_plan_holds_every_order(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        assert (current.number, current.state, current.kind) == (1, State.CURRENT, Kind.FIRST)
        assert current.orders.count() == 5
        assert current.steps.count() == 7
        assert current.totals["late"] == current.orders.filter(late_min__gt=0).count() > 0
        late = current.orders.filter(late_min__gt=0).first()
        assert sum(one["minutes"] for one in late.causes) == late.late_min
        assert current.totals["jpy"]["total"] == plan_of(current).objective


def test_the_plan_kept_is_valid_and_names_its_problem(current: Version) -> None:
    from kumihimo.planning import verify_plan

    problem, plan = problem_of(current), plan_of(current)
    assert verify_plan(problem, plan) == ()
    assert plan.problem_sha256 == problem.sha256


def test_a_plan_made_again_is_never_worse_and_keeps_what_was_fixed(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        assert services.freeze(1, "W-3", "", is_fixed=True) == 1
        before = current.steps.get(order__ref="W-3")
        draft = done(services.ask_replan(queries.current(), "short"))
        after = draft.steps.get(order__ref="W-3")
        assert (after.resource, after.start, after.end) == (before.resource, before.start, before.end)
        assert after.freeze == Freeze.COMMITTED
        assert draft.state == State.DRAFT
        assert draft.totals["jpy"]["total"] <= current.totals["jpy"]["total"]
        assert queries.current().number == 1


def test_a_new_order_becomes_a_draft_with_what_changes(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        order = work_order("W-6", f"{RIVAL_FIRM}-S", f"{OWN_FIRM}-S", title="特急品")
        draft = done(services.ask_order(queries.current(), order))
        assert (draft.kind, draft.subject) == (Kind.ORDER, "特急品")
        assert [one["ref"] for one in draft.diff["added"]] == ["W-6"]
        assert {one["step"] for one in draft.diff["moves"] if one["ref"] == "W-6"} == {"s0", "s1"}
        assert {one["firm"] for one in draft.diff["calls"]} >= {OWN_FIRM, RIVAL_FIRM}
        assert (draft.moved, draft.called) == (len(draft.diff["moves"]), len(draft.diff["calls"]))
        assert services.approve(draft.number).state == State.CURRENT
        assert PlanOrder.objects.filter(version__state=State.CURRENT, ref="W-6").exists()
        assert Version.objects.get(number=1).state == State.SUPERSEDED


def test_a_second_approval_does_nothing(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        draft = done(services.ask_replan(queries.current(), "short"))
        services.approve(draft.number)
        lines = Line.objects.filter(verb="plan.approved").count()
        services.approve(draft.number)
        assert Line.objects.filter(verb="plan.approved").count() == lines


def test_a_draft_on_an_old_base_is_refused_and_can_be_made_again(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        base = queries.current()
        one = done(services.ask_order(base, work_order("W-6", f"{OWN_FIRM}-S")))
        two = done(services.ask_order(base, work_order("W-7", f"{OWN_FIRM}-S")))
        services.approve(one.number)
        with pytest.raises(services.BaseHasMoved) as refused:
            services.approve(two.number)
        assert refused.value.now.number == one.number
        again = done(services.ask_again(Version.objects.get(number=two.number), queries.current()))
        services.approve(again.number)
        refs = set(PlanOrder.objects.filter(version__state=State.CURRENT).values_list("ref", flat=True))
        assert refs >= {"W-6", "W-7"}


def test_a_draft_is_refused_when_a_step_was_fixed_since(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        draft = done(services.ask_replan(queries.current(), "short"))
        services.freeze(1, "W-1", "s0", is_fixed=True)
        with pytest.raises(services.BaseHasMoved):
            services.approve(draft.number)
        assert queries.current().number == 1


def test_a_rejected_draft_keeps_its_reason_and_cannot_be_approved(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        draft = done(services.ask_replan(queries.current(), "short"))
        services.reject(draft.number, "先方が受けられない")
        services.reject(draft.number, "もう一度")
        assert Version.objects.get(number=draft.number).reason == "先方が受けられない"
        with pytest.raises(services.NotToBeDecided):
            services.approve(draft.number)
        with pytest.raises(services.NotToBeDecided):
            services.reject(1, "今の計画")


def test_a_trial_changes_nothing_and_becomes_a_draft_when_wanted(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        events = [{"event": "cancel_order", "order": "W-5"}]
        trial = done(services.ask_events(queries.current(), events, "取消", is_trial=True))
        assert trial.kind == Kind.WHATIF
        assert [one["ref"] for one in trial.diff["removed"]] == ["W-5"]
        with pytest.raises(services.NotToBeDecided):
            services.approve(trial.number)
        draft = done(services.ask_again(trial, queries.current()))
        assert draft.kind == Kind.EVENT
        assert not services.approve(draft.number).orders.filter(ref="W-5").exists()


def test_a_stop_moves_even_what_was_fixed(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        step = current.steps.get(order__ref="W-3")
        services.freeze(1, "W-3", "", is_fixed=True)
        stop = queries.Stop(kind="firm", ref=OWN_FIRM, start=0, end=step.end + 3 * 1440)
        draft = done(services.ask_emergency(queries.current(), stop, "停電"))
        assert draft.kind == Kind.EMERGENCY
        hit = {(one["ref"], one["step"]) for one in draft.diff["affected"]}
        assert ("W-3", "s0") in hit
        assert ("W-4", "s0") not in hit
        assert all(one["substitutes"][0]["firm"] == RIVAL_FIRM for one in draft.diff["affected"])
        for one in draft.diff["affected"]:
            row = draft.steps.get(order__ref=one["ref"], step=one["step"])
            assert one["to"] == {
                "firm_name": queries.places_of(draft)[row.site].firm_name,
                "start": row.start,
                "jpy": 0 if row.firm == OWN_FIRM else 15_000,
            }
            # From when the other one has room: where the work went it is where the work stands.
            free = one["substitutes"][0]["free"]
            assert free == row.start if row.firm == RIVAL_FIRM else free is None or free >= 0
        during = draft.steps.filter(resource=OWN_MILL, start__lt=stop.end)
        assert not during.exists()
        assert draft.steps.filter(order__ref="W-3").exists()


def test_an_event_that_cannot_be_is_told_and_leaves_nothing(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        order = work_order("W-1", f"{OWN_FIRM}-S")
        job = services.ask_order(queries.current(), order)
        assert worker.run_one()
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert "W-1" in job.error_ja
        assert Version.objects.count() == 1


def test_a_plan_that_is_stopped_leaves_nothing(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        job = services.ask_replan(queries.current(), "short")
        claimed = jobs.claim()
        assert claimed is not None
        jobs.cancel(job)
        with pytest.raises(Cancelled):
            task_of("plans.replan").work(worker._Handle(claimed))
        jobs.stopped(claimed)
        assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED
        assert Version.objects.count() == 1


def test_the_same_form_twice_is_one_job(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        one = services.ask_replan(queries.current(), "short", wish="abc")
        two = services.ask_replan(queries.current(), "short", wish="abc")
        assert one.pk == two.pk


def test_remedies_are_priced_and_name_firms_not_ids(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        job = services.ask_remedies(queries.current(), "W-2")
        assert worker.run_one()
        job.refresh_from_db()
        assert job.state == JobState.DONE, job.error_ja
        row = PlanOrder.objects.get(ref="W-2")
        assert row.remedies
        words = " ".join(one["ja"] for one in row.remedies)
        assert OWN_MILL not in words
        assert RIVAL_MILL not in words


# Who sees what


def test_a_firm_sees_its_own_steps_and_orders_only(current: Version, as_user: Doing) -> None:
    with as_user("factory"):
        assert set(PlanStep.objects.values_list("firm", flat=True)) == {OWN_FIRM}
        assert set(PlanOrder.objects.values_list("ref", flat=True)) == {"W-1", "W-2", "W-3", "W-5"}
        assert set(PlanMachine.objects.values_list("firm", flat=True)) == {OWN_FIRM}
    with as_user("rival"):
        assert set(PlanOrder.objects.values_list("ref", flat=True)) == {"W-1", "W-2", "W-4"}


def test_a_buyer_sees_its_own_orders_and_no_machine(current: Version, as_user: Doing) -> None:
    with as_user("buyer"):
        assert set(PlanOrder.objects.values_list("ref", flat=True)) == {"W-1"}
        assert not PlanMachine.objects.exists()
    with as_user("assessor"):
        assert not Version.objects.exists()
        assert not PlanOrder.objects.exists()
        assert not PlanStep.objects.exists()
    with as_user("stranger"):
        assert not Version.objects.exists()


def test_drafts_are_for_coordinators(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        draft = done(services.ask_replan(queries.current(), "short"))
    for name in ("factory", "buyer"):
        with as_user(name):
            assert set(Version.objects.values_list("number", flat=True)) == {1}
            assert not PlanStep.objects.filter(version=draft).exists()
            assert not PlanOrder.objects.filter(version=draft).exists()
