"""Out of the plan and back: drafts of a confirmed order, reports of what is done, a new plan when a firm cannot."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from kumihimo.trade import OrderState, Role
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.worker import run_one
from kumihimo_web.orders import following, queries, services
from kumihimo_web.orders.attention import attention
from kumihimo_web.orders.models import Order
from kumihimo_web.plans import queries as plans
from kumihimo_web.plans import report_services as reports
from kumihimo_web.plans import reported
from kumihimo_web.plans import services as planning
from kumihimo_web.plans.models import Freeze, Version

from .booked import OWN, RIVAL, RIVAL_MILL, done, first, work_order
from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .lived import PRICE, day, given, issue_data

NO = {"firm": OWN_FIRM, "revision": 1, "reason": "機械が故障"}


@pytest.fixture
def planned(people: People) -> People:
    """One order of two steps stands in the plan: the own firm, then its rival."""
    buyer = people.buyer.organisation.name
    with scoped(system_scope(people.network.pk)):
        first([work_order("W-1", OWN, RIVAL, buyer=buyer)])
    return people


def confirmed(people: People) -> list[Order]:
    with scoped(people.coordinator.scope()):
        services.from_plan("W-1")
        return list(queries.orders().order_by("ref"))


def taken(people: People) -> Order:
    """Return the order of the first step, which the firm has accepted."""
    row, office = confirmed(people)[0], people.coordinator.scope()
    award = {"firm": OWN_FIRM, "prices": [{"line": 1, "unit_price_jpy": PRICE}], "basis": "単価表（合成）"}
    given(office, row.ref, "award", award, Role.BUYER)
    given(office, row.ref, "issue", issue_data(), Role.BUYER)
    given(people.factory.scope(), row.ref, "accept", {"firm": OWN_FIRM, "revision": 1}, Role.SUPPLIER)
    return row


def shipped(slip: str, quantity: int, firm: str = OWN_FIRM) -> dict[str, Any]:
    return {"firm": firm, "slip": slip, "on": day(0), "items": [{"line": 1, "quantity": quantity}]}


def level(people: People, step: str) -> int:
    with scoped(people.coordinator.scope()):
        version = plans.current()
        assert version is not None
        found = plans.step(version, "W-1", step)
        assert found is not None
        return found.freeze


def test_a_confirmed_order_gives_a_draft_for_each_step_once(planned: People) -> None:
    rows = confirmed(planned)
    again = confirmed(planned)
    assert [row.pk for row in rows] == [row.pk for row in again]
    assert [(row.step, row.firm, row.state, row.quantity, row.process) for row in rows] == [
        ("s0", OWN_FIRM, OrderState.DRAFT, 10, "mach.mill5"),
        ("s1", RIVAL_FIRM, OrderState.DRAFT, 10, "mach.mill5"),
    ]
    with scoped(planned.coordinator.scope()):
        held = queries.work_order("W-1")
        assert held is not None
        assert held.buyer == planned.buyer.organisation.pk
        order = queries.order(rows[0].ref)
        assert order is not None
        assert [one.firm for one in following.substitutes(rows[0], order)] == [RIVAL_FIRM]
        with pytest.raises(services.NotInPlan):
            services.from_plan("W-404")


def test_what_a_firm_reports_of_its_order_is_known_to_the_plan(planned: People) -> None:
    row = taken(planned)
    given(planned.factory.scope(), row.ref, "start", {"firm": OWN_FIRM, "on": day(0)}, Role.SUPPLIER)
    assert level(planned, "s0") == Freeze.RUNNING
    given(planned.factory.scope(), row.ref, "ship", shipped("D1", 4), Role.SUPPLIER, "s1")
    assert level(planned, "s0") == Freeze.RUNNING
    given(planned.factory.scope(), row.ref, "ship", shipped("D2", 6), Role.SUPPLIER, "s2")
    assert level(planned, "s0") == Freeze.DONE


def test_a_part_that_was_shipped_was_begun_by_then(planned: People) -> None:
    row, firm = taken(planned), planned.factory.scope()
    given(firm, row.ref, "ship", shipped("D1", 4), Role.SUPPLIER, "s1")
    assert level(planned, "s0") == Freeze.RUNNING
    with scoped(planned.coordinator.scope()):
        began = reported.report("W-1", "s0")
    assert began is not None
    assert timezone.localdate(began.started_at) == timezone.localdate()
    given(firm, row.ref, "ship", shipped("D2", 3), Role.SUPPLIER, "s2")
    with scoped(planned.coordinator.scope()):
        assert reported.report("W-1", "s0") == began, "the first part tells it"
    given(firm, row.ref, "ship", shipped("D3", 3), Role.SUPPLIER, "s3")
    assert level(planned, "s0") == Freeze.DONE


def test_the_way_of_the_workpieces_follows_the_orders(planned: People) -> None:
    row, firm, office = taken(planned), planned.factory.scope(), planned.coordinator.scope()
    ship = {"firm": OWN_FIRM, "slip": "D1", "on": day(0), "items": [{"line": 1, "quantity": 10}]}
    given(firm, row.ref, "ship", ship, Role.SUPPLIER)
    with scoped(office):
        chain = queries.custody(queries.work_order("W-1"))  # type: ignore[arg-type]
        assert (chain.begun, chain.under_way("W-1")) == ({"W-1": 10}, 10)
    came = {"slip": "D1", "on": day(0), "items": [{"line": 1, "quantity": 7}]}
    given(office, row.ref, "receive", came, Role.INSPECTOR)
    lost = {"slip": "D1", "line": 1, "quantity": 3, "reason": "荷台から落ちた（合成）"}
    given(office, row.ref, "report_loss", lost, Role.INSPECTOR)
    with scoped(office):
        chain = queries.custody(queries.work_order("W-1"))  # type: ignore[arg-type]
        assert chain.held[RIVAL_FIRM, "W-1"] == 7
        assert [(one.quantity, one.segment.sender, one.segment.receiver) for one in chain.missing] == [
            (3, OWN_FIRM, RIVAL_FIRM)
        ]


def test_another_day_or_a_refusal_asks_for_another_plan(planned: People) -> None:
    row, firm = taken(planned), planned.factory.scope()
    sooner = {"firm": OWN_FIRM, "revision": 1, "words": "同じ日で別の機械"}
    given(firm, row.ref, "counter", sooner, Role.SUPPLIER, "c0")
    assert not Job._base_manager.filter(kind="plans.events").exists()
    later = {"firm": OWN_FIRM, "revision": 1, "due_on": day(40)}
    given(firm, row.ref, "counter", later, Role.SUPPLIER, "c1")
    job = Job._base_manager.get(kind="plans.events")
    told = job.payload["events"][0]
    assert (told["event"], told["order"], told["step"], told["end"][:10]) == ("delay_step", "W-1", "s0", day(40))
    given(firm, row.ref, "decline", NO, Role.SUPPLIER)
    asked = Job._base_manager.get(kind="plans.declined").payload
    assert (asked["order"], asked["step"], asked["firm"]) == ("W-1", "s0", OWN_FIRM)
    # Whoever reads of it reads their own language, whatever the firm's page was in.
    for subject, ja, en in (
        (job.payload["subject"], "納期変更の申し出", "another day proposed"),
        (asked["subject"], "辞退", "declined"),
    ):
        assert ja in subject["ja"]
        assert en in subject["en"]
        assert ja not in subject["en"]


def test_a_step_that_the_plan_has_lost_keeps_nobody_from_shipping(planned: People) -> None:
    row = taken(planned)
    Version._base_manager.update(state="superseded")
    ship = {"firm": OWN_FIRM, "slip": "D1", "on": day(0), "items": [{"line": 1, "quantity": 10}]}
    given(planned.factory.scope(), row.ref, "ship", ship, Role.SUPPLIER)
    with scoped(planned.coordinator.scope()):
        held = queries.row(row.ref)
        assert held is not None
        assert held.state == OrderState.SHIPPED
        assert held.changed_at <= timezone.now()


def test_a_start_that_the_plan_cannot_take_over_is_asked_about_until_somebody_says(planned: People) -> None:
    office, rival = planned.coordinator.scope(), planned.rival.scope()
    row = confirmed(planned)[1]
    award = {"firm": RIVAL_FIRM, "prices": [{"line": 1, "unit_price_jpy": PRICE}], "basis": "単価表（合成）"}
    given(office, row.ref, "award", award, Role.BUYER)
    given(office, row.ref, "issue", issue_data(), Role.BUYER)
    given(rival, row.ref, "accept", {"firm": RIVAL_FIRM, "revision": 1}, Role.SUPPLIER)

    def questions() -> list[str]:
        with scoped(office):
            return [one.detail for one in attention() if "着手の連絡" in one.title]

    assert questions() == []
    given(rival, row.ref, "start", {"firm": RIVAL_FIRM, "on": day(0)}, Role.SUPPLIER)
    # Nobody has said that the first step is done: the plan is not told by itself.
    assert level(planned, "s1") < Freeze.RUNNING
    (asked,) = questions()
    assert row.ref in asked
    assert "フライス0" in asked
    with scoped(planned.factory.scope()):
        assert attention() == []
    with scoped(office):
        reports.start("W-1", "s1", timezone.now(), earlier_done=1)
    assert level(planned, "s1") == Freeze.RUNNING
    assert questions() == []


def test_a_firm_that_declined_is_never_planned_for_that_step_again(people: People) -> None:
    buyer = people.buyer.organisation.name
    with scoped(system_scope(people.network.pk)):
        first([work_order("W-1", OWN, RIVAL, buyer=buyer), work_order("W-3", OWN)])
    row = taken(people)
    given(
        people.factory.scope(),
        row.ref,
        "decline",
        {"firm": OWN_FIRM, "revision": 1, "reason": "機械が故障"},
        Role.SUPPLIER,
    )
    draft = done(Job._base_manager.get(kind="plans.declined"))

    def places(version: Version) -> dict[tuple[str, str], str]:
        with scoped(people.coordinator.scope()):
            rows = version.steps.values_list("order__ref", "step", "firm")
            return {(ref, step): firm for ref, step, firm in rows}

    # Its machine goes on with everything else.
    wanted = {("W-1", "s0"): RIVAL_FIRM, ("W-1", "s1"): RIVAL_FIRM, ("W-3", "s0"): OWN_FIRM}
    assert places(draft) == wanted
    assert draft.kind == "emergency"
    (hit,) = draft.diff["affected"]
    assert (hit["firm"], [one["firm"] for one in hit["substitutes"]]) == (OWN_FIRM, [RIVAL_FIRM])
    with scoped(people.coordinator.scope()):
        assert not any("#" in one for one in draft.machines.values_list("resource", flat=True))
        now = planning.approve(draft.number)
        again = planning.ask_replan(now, "short")
    assert places(done(again)) == wanted
    # Not even when the one who took it over stands still.
    with scoped(people.coordinator.scope()):
        stop = plans.Stop(kind="machine", ref=RIVAL_MILL, start=0, end=now.horizon)
        stuck = planning.ask_emergency(now, stop, "停電")
    assert places(done(stuck)).get(("W-1", "s0"), RIVAL_FIRM) == RIVAL_FIRM


def test_where_nobody_else_could_do_it_the_job_says_so_and_the_plan_stays(people: People) -> None:
    alone = work_order("W-1", OWN, buyer=people.buyer.organisation.name)
    alone["steps"][0]["offers"] = [one for one in alone["steps"][0]["offers"] if one["site"] == OWN]
    with scoped(system_scope(people.network.pk)):
        now = first([alone])
    row = taken(people)
    given(
        people.factory.scope(),
        row.ref,
        "decline",
        {"firm": OWN_FIRM, "revision": 1, "reason": "機械が故障"},
        Role.SUPPLIER,
    )
    assert run_one()
    job = Job._base_manager.get(kind="plans.declined")
    assert job.state == "failed"
    assert "ほかにできる企業が" in job.error_ja
    with scoped(people.coordinator.scope()):
        assert plans.current() == now
        assert any(row.ref in one.detail for one in attention())


def test_a_firm_that_declined_one_share_of_a_step_is_offered_for_none_of_them(people: People) -> None:
    """A lot split over both firms; the order of the one share was declined, that of the other by its firm too."""
    document = work_order("W-1", OWN, buyer=people.buyer.organisation.name)
    with scoped(system_scope(people.network.pk)):
        first([document])
    row, office, firm = taken(people), people.coordinator.scope(), people.factory.scope()

    def offered(ref: str) -> list[str]:
        with scoped(office):
            held, order = queries.row(ref), queries.order(ref)
            assert held is not None
            assert order is not None
            return [one.firm for one in following.substitutes(held, order)]

    line = {"no": 1, "item": "合成部品", "quantity": 4, "unit": "個"}
    share = {"work_order": "W-1", "buyer": "合成の買い手", "step": f"s0@{RIVAL}", "firm": RIVAL_FIRM, "lines": [line]}
    with scoped(office):
        other = services.draft(share, key="share")
    assert offered(other.ref) == [RIVAL_FIRM]
    given(office, other.ref, "send_rfq", {"recipients": [{"firm": RIVAL_FIRM}], "answer_by": day(3)}, Role.BUYER)
    given(people.rival.scope(), other.ref, "decline_rfq", {"firm": RIVAL_FIRM}, Role.SUPPLIER, "no")
    assert offered(other.ref) == offered(row.ref) == []
    price = {"firm": RIVAL_FIRM, "prices": [{"line": 1, "unit_price_jpy": PRICE}], "due_on": day(9), "on": day(0)}
    given(people.rival.scope(), other.ref, "quote", price, Role.SUPPLIER, "after all")
    assert offered(row.ref) == [RIVAL_FIRM], "the last word counts"
    given(firm, row.ref, "decline", NO, Role.SUPPLIER, "broken")
    assert OWN_FIRM not in offered(other.ref)
