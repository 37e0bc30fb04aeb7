"""One button puts a remedy for a late order into a draft: what was priced is what is planned, and who must agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from kumihimo.planning import verify_plan
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.models import State as JobState
from kumihimo_web.jobs.worker import run_one
from kumihimo_web.plans import queries, services
from kumihimo_web.plans.mapping import plan_of, problem_of
from kumihimo_web.plans.models import Kind, PlanOrder, State, Version
from kumihimo_web.plans.words import without_counts

from .booked import OWN, OWN_MILL, RIVAL, done, first, work_order
from .conftest import People

Doing = Callable[[str], Any]
Browser = Callable[[str], Any]
LATE = "W-9"


@pytest.fixture
def late(people: People, as_user: Doing) -> Version:
    """Return a current plan in which a light order is late behind heavier ones on the same machine."""
    orders = [{**work_order(f"W-{n}", OWN, due_in=1, minutes=400), "weight": 5.0} for n in range(1, 5)]
    orders.append(work_order(LATE, OWN, due_in=1, minutes=400, buyer=people.buyer.organisation.name))
    orders.append(work_order("W-8", RIVAL))
    with as_user("coordinator"):
        made = first(orders)
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
        assert without_counts(chosen[0]["ja"])[:100] in draft.subject
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
    sent = [client.post(address, {"remedy": chosen["ja"], "wish": "w-1"})["Location"] for _ in range(2)]
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
        draft = done(services.ask_remedy(queries.current(), LATE, {**found, "ja": "昨日の時間外", "en": "yesterday"}))
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
