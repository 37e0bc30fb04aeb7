"""Long answers: compressed for whoever can read that, kept for the next who asks, made anew when something changes."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kumihimo_web.plans import report_services, services
from kumihimo_web.plans.models import PlanOrder, PlanStep, Version

from .booked import book, first
from .conftest import People

Doing = Callable[[str], Any]
Browser = Callable[[str], Any]


@pytest.fixture
def current(people: People, as_user: Doing) -> Version:
    with as_user("coordinator"):
        return first(book(people))


@pytest.mark.parametrize("name", ["plan_bars", "plan_load_data"])
def test_compressed_and_plain_say_the_same(current: Version, browser: Browser, name: str) -> None:
    client, address = browser("coordinator"), reverse(name, args=[1])
    short = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(address)
    assert short["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in short["Vary"]
    assert gzip.decompress(short.content) == plain.content
    assert json.loads(plain.content)


def test_what_is_kept_is_made_anew_after_a_change(current: Version, browser: Browser, as_user: Doing) -> None:
    client, address = browser("coordinator"), reverse("plan_bars", args=[1])
    before = json.loads(client.get(address).content)["bars"]["freeze"]
    # Steps that change behind the back of the services are not seen: nobody has read them again.
    with as_user("coordinator"):
        PlanStep.objects.update(freeze=1)
    assert json.loads(client.get(address).content)["bars"]["freeze"] == before == [0] * 7
    with as_user("coordinator"):
        PlanStep.objects.update(freeze=0)
        services.freeze(1, "W-1", "", is_fixed=True)
    after = json.loads(client.get(address).content)["bars"]["freeze"]
    assert 0 < sum(after) < len(after)


def test_a_table_is_sent_once_and_again_when_a_step_was_fixed(
    current: Version, browser: Browser, as_user: Doing
) -> None:
    client, address = browser("coordinator"), reverse("plan_export", args=[1, "steps.csv"])
    answer = client.get(address)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="plan-1-steps.csv"'
    with as_user("coordinator"):
        stand = [
            [ref, step, f"{timezone.localtime(current.moment(start)):%Y-%m-%d %H:%M}"]
            for ref, step, start in PlanStep.objects.order_by("order__ref", "position").values_list(
                "order__ref", "step", "start"
            )
        ]
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert [[row[0], row[1], row[5]] for row in rows[1:]] == stand
    assert len(stand) == 7
    known = {"If-None-Match": answer["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    with as_user("coordinator"):
        services.freeze(1, "W-1", "", is_fixed=True)
    again = client.get(address, headers=known)
    assert again.status_code == 200
    assert again.content != answer.content


def test_a_table_is_made_anew_when_a_step_was_reported(current: Version, browser: Browser, as_user: Doing) -> None:
    client, address = browser("coordinator"), reverse("plan_export", args=[1, "steps.csv"])
    before = client.get(address)
    with as_user("coordinator"):
        report_services.start("W-4", "s0", timezone.now())
    after = client.get(address, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    rows = list(csv.reader(after.content.decode("utf-8-sig").splitlines()))
    assert [row[7] for row in rows if row[:2] == ["W-4", "s0"]] == ["加工中"]


def test_the_orders_say_due_day_and_arrival(current: Version, browser: Browser, as_user: Doing) -> None:
    answer = browser("coordinator").get(reverse("plan_export", args=[1, "orders.csv"]))
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))[1:]
    with as_user("coordinator"):
        for row, order in zip(rows, PlanOrder.objects.order_by("ref").select_related("version"), strict=True):
            finish = f"{timezone.localtime(order.finish_at):%Y-%m-%d %H:%M}"
            assert row == [order.ref, order.title, order.buyer_name, str(order.due_on), finish, str(order.late_min)]
