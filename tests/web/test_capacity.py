"""今週の余力: three buttons, at once at the coordinator's, never at a rival's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from kumihimo_web.firms import queries, services
from kumihimo_web.firms.load_level import LoadLevel, iso_week, weeks_from
from kumihimo_web.firms.models import Capacity

from .conftest import OWN_FIRM, RIVAL_FIRM

TODAY = date(2026, 12, 30)


def test_weeks_go_on_over_the_new_year() -> None:
    assert [week for week, _ in weeks_from(TODAY)] == ["2026-W53", "2027-W01", "2027-W02"]
    assert iso_week(date(2027, 1, 1)) == "2026-W53"


@pytest.mark.parametrize("level", LoadLevel)
def test_an_answer_is_known_until_it_is_old(level: LoadLevel, as_user: Callable[[str], Any]) -> None:
    with as_user("factory"):
        services.declare_load(f"{OWN_FIRM}-S", "2026-W53", level, today=TODAY)
        ((first, *_),) = queries.loads(OWN_FIRM, TODAY)
        assert (first.level, first.asked_on) == (level, TODAY)
        ((later, *_),) = queries.loads(OWN_FIRM, date(2027, 1, 3))
        assert later.level == level
        stale = Capacity.objects.get()
        stale.data["asked_on"] = "2026-12-01"
        stale.save()
        ((old, *_),) = queries.loads(OWN_FIRM, TODAY)
        assert old.level is None


def test_a_second_answer_replaces_the_first(as_user: Callable[[str], Any]) -> None:
    with as_user("factory"):
        for level in (LoadLevel.FREE, LoadLevel.FULL):
            services.declare_load(f"{OWN_FIRM}-S", "2026-W53", level, today=TODAY)
        assert Capacity.objects.count() == 1
        assert queries.loads(OWN_FIRM, TODAY)[0][0].level == LoadLevel.FULL


def test_rivals_neither_answer_nor_look(as_user: Callable[[str], Any]) -> None:
    with as_user("factory"):
        services.declare_load(f"{OWN_FIRM}-S", "2026-W53", LoadLevel.FREE, today=TODAY)
        with pytest.raises(PermissionDenied):
            services.declare_load(f"{RIVAL_FIRM}-S", "2026-W53", LoadLevel.FREE, today=TODAY)
    with as_user("rival"):
        assert not Capacity.objects.exists()
    with as_user("coordinator"):
        assert Capacity.objects.count() == 1


def test_the_page_takes_an_answer_and_refuses_anything_else(browser: Callable[[str], Any]) -> None:
    client = browser("factory")
    week = weeks_from(timezone.localdate())[0][0]
    good = {"site": f"{OWN_FIRM}-S", "week": week, "level": "full"}
    assert client.post("/capacity/", good).status_code == 302
    assert "✓ いっぱい" in client.get("/capacity/").content.decode()
    for bad in ({"site": f"{RIVAL_FIRM}-S"}, {"week": "2020-W01"}, {"level": "'; --"}):
        assert client.post("/capacity/", {**good, **bad}).status_code == 404
