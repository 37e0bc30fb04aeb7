"""Scratch."""
from __future__ import annotations
from datetime import timedelta
import pytest
from django.urls import reverse
from django.utils import timezone
from kumihimo_web.plans import queries, report_services, services
from kumihimo_web.plans.models import Version
from .booked import book, done, first
from .conftest import OWN_FIRM, RIVAL_FIRM
from .test_plans_actuals import HOUR, follow, next_of, current, fact_of

def test_moved(current, as_user):
    with as_user("coordinator"):
        ref, step = next_of(OWN_FIRM)
        row = queries.step(current, ref, step)
        report_services.start(ref, step, timezone.now() - HOUR)
        follow()
        report_services.take_back(ref, step)
        follow()
        stop = queries.Stop(kind="firm", ref=OWN_FIRM, start=0, end=row.end + 30 * 1440)
        draft = done(services.ask_emergency(queries.current(), stop, "停電"))
        services.approve(draft.number)
        now = queries.step(queries.current(), ref, step)
        print(now.firm)
        assert now.firm == RIVAL_FIRM
    with as_user("rival"):
        report_services.start(ref, step, timezone.now() - HOUR)

def test_csv(current, browser, as_user):
    client, address = browser("coordinator"), reverse("plan_export", args=[1, "steps.csv"])
    answer = client.get(address)
    with as_user("coordinator"):
        ref, step = next_of(RIVAL_FIRM)
        report_services.start(ref, step, timezone.now() - HOUR)
    assert client.get(address).content != answer.content
