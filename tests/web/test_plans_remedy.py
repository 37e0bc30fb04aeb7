"""One button puts a remedy for a late order into a draft: what was priced is what is planned, and who must agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from kumihimo.planning import verify_plan
from kumihimo_web.design.templatetags.ja import day, short_day
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.models import State as JobState
from kumihimo_web.jobs.worker import run_one
from kumihimo_web.plans import queries, services
from kumihimo_web.plans.mapping import plan_of, problem_of
from kumihimo_web.plans.models import Kind, PlanOrder, State, Version
from kumihimo_web.plans.views.remedies import shown_remedies

from .booked import OWN, OWN_MILL, RIVAL, done, first, work_order
from .conftest import People

Doing = Callable[[str], Any]
Browser = Callable[[str], Any]
LATE = "W-9"


@pytest.fixture
def late(people: People, as_user: Doing) -> Version:
    """Return a current plan in which a light order is late behind heavier ones on the same machine."""
    orders = [{**work_order(f"W-{n}", OWN, due_in=1, minutes=400), "weight": 5.0} for n in range(1, 5)]
    orders.append(work_order(LATE, OWN, due_in=1, minutes=400, buyer=people.buyer.organisation.name, others=False))
    orders.append(work_order("W-8", RIVAL))
    with as_user("coordinator"):
        made = first(orders)
        services.ask_remedies(queries.current(), LATE)
        assert run_one()
        return made


@pytest.fixture
def elsewhere(people: People, as_user: Doing) -> Version:
    """Return a current plan in which the same order is late, while another firm that could do it has nothing to do."""
    orders = [{**work_order(f"W-{n}", OWN, due_in=1, minutes=400), "weight": 5.0} for n in range(1, 5)]
    with as_user("coordinator"):
        made = first([*orders, work_order(LATE, OWN, due_in=1, minutes=400)])
        services.ask_remedies(queries.current(), LATE)
        assert run_one()
        return made


def text(answer: Any) -> str:
    return str(answer.content.decode())


def found_of(kind: str) -> dict[str, Any]:
    row = PlanOrder.objects.get(version__state=State.CURRENT, ref=LATE)
    one: dict[str, Any] = next(one for one in row.remedies if one["kind"] == kind)
    return one


KINDS = ("OVERTIME", "SHIFT", "SECOND_MACHINE", "DUE", "SWAP")


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_priced_is_what_is_planned(kind: str, late: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        remedies = queries.order(late, LATE).remedies
        chosen = [one for one in remedies if one["kind"] == kind]
        if not chosen:
            pytest.fail(f"the example offers no {kind}: {[one['kind'] for one in remedies]}")
        draft = done(services.ask_remedy(queries.current(), LATE, chosen[0]))
        assert (draft.kind, draft.state) == (Kind.REMEDY, State.DRAFT)
        assert queries.order(draft, LATE).late_min == chosen[0]["late_min"]
        assert verify_plan(problem_of(draft), plan_of(draft)) == ()
        assert (chosen[0]["ja"][:60] in draft.subject, chosen[0]["en"][:60] in draft.subject_en) == (True, True)
        agreed = draft.diff.get("agree")
        if kind in ("OVERTIME", "SHIFT", "SECOND_MACHINE"):
            assert agreed["firm_name"] == chosen[0]["ask"]
            assert draft.called >= 1
        elif kind == "DUE":
            assert agreed["firm"] == ""
            assert queries.order(draft, LATE).due > queries.order(late, LATE).due
            assert queries.order(draft, LATE).work_order["due"] == queries.order(draft, LATE).due_on.isoformat()
        else:
            assert agreed is None
        assert services.approve(draft.number).state == State.CURRENT
        # It stands when the plan is made again.
        again = done(services.ask_replan(queries.current(), "short"))
        assert again.totals["jpy"]["total"] <= draft.totals["jpy"]["total"]


def test_the_work_can_go_to_another_firm(elsewhere: Version, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        chosen = found_of("REROUTE")
        assert chosen["late_min"] < queries.order(elsewhere, LATE).late_min
        assert queries.places_of(elsewhere)[OWN].firm_name in chosen["ja"]
        assert chosen["ask"] in chosen["ja"]
        assert RIVAL not in chosen["ja"], "a firm is named, not its id"
        draft = done(services.ask_remedy(queries.current(), LATE, chosen))
        assert [row.site for row in draft.steps.filter(order__ref=LATE)] == [RIVAL]
        assert queries.order(draft, LATE).late_min == chosen["late_min"]
        assert verify_plan(problem_of(draft), plan_of(draft)) == ()
    calls = text(browser("coordinator").get(reverse("plan_calls", args=[draft.number])))
    assert chosen["ask"] in calls
    assert "新しくお願い" in calls


def test_what_is_in_time_without_harm_stands_first() -> None:
    def one(name: str, *, left: int, price: int, harm: int, kind: str = "SWAP") -> dict[str, Any]:
        told = {"late_min": left, "saved_min": 1_000 - left, "price_jpy": price, "others_min": harm}
        return {"ja": name, "kind": kind, "orders": [], **told}

    rows = [
        one("足りず、人を遅らせる", left=10, price=-9_000, harm=300),
        one("ほとんど効かない", left=990, price=5_000, harm=0),
        one("足りないがよく効く", left=10, price=40_000, harm=-300),
        one("人を遅らせる", left=0, price=-5_000, harm=900),
        one("納期の相談", left=0, price=0, harm=0, kind="DUE"),
        one("高い", left=0, price=90_000, harm=0),
        one("安い", left=0, price=8_000, harm=0),
    ]
    shown = shown_remedies(rows)
    assert shown is not None
    assert [row["words"] for row in shown] == [
        *("安い", "高い", "納期の相談", "人を遅らせる"),
        *("足りないがよく効く", "ほとんど効かない", "足りず、人を遅らせる"),
    ]


def test_days_and_orders_are_named(late: Version, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        due, swap = found_of("DUE"), found_of("SWAP")
        row = queries.order(late, LATE)
    page = text(browser("coordinator").get(reverse("plan_order", args=[1, LATE])))
    assert f"（{day(row.due_on)} → " in due["ja"]
    assert "0:00" not in due["ja"]
    assert due["ja"] in page
    assert swap["behind"] in swap["ja"]
    assert {one["ref"] for one in swap["orders"]} == {swap["behind"]}
    assert reverse("plan_order", args=[1, swap["behind"]]) in page
    with as_user("coordinator"):
        draft = done(services.ask_remedy(queries.current(), LATE, due))
    diff = text(browser("coordinator").get(reverse("plan_diff", args=[draft.number])))
    assert short_day(row.due_on) in diff, "the date that was promised before stands beside the new one"


def test_a_second_machine_is_lent_for_one_order(late: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        draft = done(services.ask_remedy(queries.current(), LATE, found_of("SECOND_MACHINE")))
        machine = f"{OWN_MILL}#2"
        assert {row.order.ref for row in draft.steps.filter(resource=machine)} == {LATE}
        row = draft.machines.get(resource=machine)
        assert (row.firm, row.process) == (draft.machines.get(resource=OWN_MILL).firm, "mach.mill5")
        others = {row.pk: row.resource for row in draft.steps.exclude(order__ref=LATE)}
        assert machine not in others.values()


def test_the_button_asks_once_and_the_call_list_says_what_to_agree(
    late: Version, browser: Browser, as_user: Doing
) -> None:
    client = browser("coordinator")
    with as_user("coordinator"):
        chosen = found_of("OVERTIME")
    page = text(client.get(reverse("plan_order", args=[1, LATE])))
    assert "この手で立て直す" in page
    address = reverse("plan_remedy", args=[1, LATE])
    sent = [client.post(address, {"remedy": chosen["key"], "wish": "w-1"})["Location"] for _ in range(2)]
    assert sent[0] == sent[1]
    assert "/jobs/" in sent[0]
    with as_user("coordinator"):
        draft = done(Job.objects.get(kind="plans.remedy"))
    diff = text(client.get(reverse("plan_diff", args=[draft.number])))
    assert "遅れの手だて" in diff
    assert "承認の前に確かめること" in diff
    assert "承認の前に確かめること" in text(client.get(reverse("plan_calls", args=[draft.number])))


def test_a_later_due_date_is_asked_of_the_buyer(late: Version, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        draft = done(services.ask_remedy(queries.current(), LATE, found_of("DUE")))
    assert draft.moved == 0
    page = text(browser("coordinator").get(reverse("plan_diff", args=[draft.number])))
    assert "発注元の了承を取ってください" in page
    assert "電話も要りません" not in page


def test_what_is_to_be_agreed_is_what_was_planned(late: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        found = found_of("OVERTIME")
        # The hours that were shown have passed: of the same kind, those of today are taken.
        draft = done(
            services.ask_remedy(
                queries.current(), LATE, {**found, "key": "昨日の時間外", "ja": "昨日の時間外", "en": "yesterday"}
            )
        )
        assert (draft.diff["agree"]["ja"], draft.diff["agree"]["en"]) == (found["ja"], found["en"])
        assert "昨日" not in draft.subject


def test_a_remedy_nobody_offered_is_refused(late: Version, browser: Browser, as_user: Doing) -> None:
    client, address = browser("coordinator"), reverse("plan_remedy", args=[1, LATE])
    answer = client.post(address, {"remedy": "魔法を使う"})
    assert answer.status_code == 302
    assert "/jobs/" not in answer["Location"]
    assert "もう一度調べてから" in text(client.get(answer["Location"].partition("#")[0]))
    with as_user("coordinator"):
        assert not Job.objects.filter(kind="plans.remedy").exists()


def test_a_remedy_that_no_longer_helps_says_so(late: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        chosen = found_of("SWAP")
        events = [{"event": "cancel_order", "order": f"W-{n}"} for n in range(1, 5)]
        services.approve(done(services.ask_events(queries.current(), events, "取消", is_trial=False)).number)
        job = services.ask_remedy(queries.current(), LATE, chosen)
        assert run_one()
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert "手だてを調べ直してください" in job.error_ja
