"""Long answers: compressed for whoever can read that, kept for the next who asks, made anew when something changes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from kumihimo_web.plans import services
from kumihimo_web.plans.models import PlanStep, Version

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
