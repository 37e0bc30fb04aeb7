"""Why an order is late or has no place, in words: waits together, names instead of ids, days instead of minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from kumihimo.planning import Mode, Order, PlanSite, Problem, Resource, Step
from kumihimo.planning.engine import plan
from kumihimo.planning.problem import Fixed
from kumihimo_web.design.templatetags.ja import moment
from kumihimo_web.plans import queries, services, words
from kumihimo_web.plans.models import PlanOrder, Version

from .booked import OWN, book, done, first, work_order
from .conftest import People

Doing = Callable[[str], Any]
Browser = Callable[[str], Any]


@pytest.fixture
def queue(people: People, as_user: Doing) -> Version:
    """Return a plan in which one order waits behind several heavier ones for the same machine."""
    orders = [{**work_order(f"W-{n}", OWN, due_in=2, minutes=400), "weight": 9.0} for n in range(1, 6)]
    with as_user("coordinator"):
        return first([*orders, work_order("W-9", OWN, due_in=2, minutes=400, others=False)])


def test_waits_for_one_machine_are_one_reason_that_leads_to_each_order(
    queue: Version, browser: Browser, as_user: Doing
) -> None:
    with as_user("coordinator"):
        row = queries.order(queue, "W-9")
        waits = [one for one in row.causes if one["code"] == "QUEUE"]
        assert len(waits) > 1, "the example needs several waits"
        reasons = words.causes_of(queue, [row])[row.pk]
    together = [one for one in reasons if one.code == "QUEUE"]
    assert len(together) == 1
    assert {ref for ref, _title, _length in together[0].behind} == {one["behind"] for one in waits}
    page = str(browser("coordinator").get(reverse("plan_order", args=[1, "W-9"])).content.decode())
    for ref, title, _length in together[0].behind:
        assert reverse("plan_order", args=[1, ref]) in page
        assert title in page


def test_the_list_says_what_to_do_about_a_late_order(queue: Version, browser: Browser) -> None:
    page = str(browser("coordinator").get("/plans/").content.decode())
    assert f"{reverse('plan_order', args=[1, 'W-9'])}#remedies" in page


def test_a_fixed_step_that_comes_too_early_is_named_with_its_time(people: People, as_user: Doing) -> None:
    with as_user("coordinator"):
        version = first(book(people))
    stands = Fixed(resource="m", start=30, end=90)
    steps = (
        Step(id="s0", modes=(Mode(resource="m", duration=60),)),
        Step(id="s1", after=("s0",), freeze="committed", fixed=stands, modes=(Mode(resource="m", duration=60),)),
    )
    problem = Problem(
        start=version.start,
        horizon=10_000,
        sites=(PlanSite(id="x"),),
        resources=(Resource(id="m", site="x"),),
        orders=(Order(id="W-1", steps=steps),),
    )
    (lost,) = plan(problem, iterations=0).unplanned
    assert lost.why[0].code == "FROZEN"
    row = PlanOrder(version=version, work_order=work_order("W-1", OWN, OWN), why=[asdict(one) for one in lost.why])
    (said,) = words.why_not(row)
    assert "工程「フライス1」" in said
    assert moment(version.start + timedelta(minutes=30)) in said
    assert "s1" not in said
    assert "30分" not in said
    with override("en"):
        assert "“milling 1”" in words.why_not(row)[0]


def test_of_a_day_or_more_nobody_reads_minutes() -> None:
    long = 17 * 1440 + 11 * 60 + 11
    with override("ja"):
        assert [words.span(59), words.span(long), words.exact_span(long)] == ["59分", "17日11時間", "17日11時間11分"]
    with override("en"):
        assert words.span(long) == "17 d 11 h"


def test_what_a_draft_is_for_is_read_in_both_languages(people: People, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        first(book(people))
        stop = queries.Stop(kind="firm", ref=people.factory.organisation.firm, start=0, end=1440)
        draft = done(services.ask_emergency(queries.current(), stop, {"ja": "停電", "en": "power cut"}))
        assert (draft.subject, draft.subject_en) == ("停電", "power cut")
    client = browser("coordinator")
    assert "停電" in str(client.get(reverse("plan_diff", args=[draft.number])).content.decode())
    client.post(reverse("language"), {"language": "en", "next": "/"})
    english = str(client.get(reverse("plan_diff", args=[draft.number])).content.decode())
    assert "power cut" in english
    assert "停電" not in english
