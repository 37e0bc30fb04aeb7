"""What was counted over the whole network is kept for those who see the same rows, until one of these changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kumihimo.model import FirmStatus
from kumihimo_web.accounts.kept import kept
from kumihimo_web.firms import services, spread
from kumihimo_web.firms.load_level import LoadLevel, iso_week

from .booked import OWN, RIVAL
from .conftest import RIVAL_FIRM, People

Doing = Callable[[str], Any]
NAGANO = "20"
VIEWERS = ("coordinator", "administrator", "factory", "rival", "assessor", "buyer", "stranger")


def here() -> spread.Spread:
    return spread.by_prefecture(timezone.localdate()).get(NAGANO, spread.Spread())


def say(site: str, level: LoadLevel) -> None:
    services.declare_load(site, iso_week(timezone.localdate()), level, today=timezone.localdate(), said="電話")


@pytest.mark.parametrize("first", VIEWERS)
def test_nobody_is_given_what_was_counted_for_another(first: str, people: People, as_user: Doing) -> None:
    with as_user("coordinator"):
        say(OWN, LoadLevel.FREE)
        say(RIVAL, LoadLevel.FULL)
    both = {LoadLevel.FREE: 1, LoadLevel.FULL: 1}
    expected: dict[str, Any] = {
        "coordinator": both,
        "administrator": both,
        "factory": {LoadLevel.FREE: 1, None: 1},
        "rival": {LoadLevel.FULL: 1, None: 1},
        "assessor": {None: 2},
        "buyer": {},
        "stranger": {None: 1},
    }
    # Whoever comes first leaves something behind for the others.
    for name in (first, *VIEWERS):
        with as_user(name):
            assert dict(+here().loads) == expected[name], name


def test_a_change_is_counted_at_once_and_nothing_twice(people: People, as_user: Doing) -> None:
    with as_user("coordinator"):
        say(RIVAL, LoadLevel.FREE)
        assert here().loads[LoadLevel.FREE] == 1
        with CaptureQueriesContext(connection) as asked:
            assert here().loads[LoadLevel.FREE] == 1
        assert [one["sql"] for one in asked if "firms_" in one["sql"]] == []
        say(RIVAL, LoadLevel.FULL)
        assert +here().loads == {LoadLevel.FULL: 1, None: 1}
        services.change("firms", RIVAL_FIRM, {"status": FirmStatus.PAUSED.value}, version=1, said="電話")
        assert +here().loads == {None: 1}


def test_another_stamp_is_another_value(as_user: Doing) -> None:
    made: list[int] = []

    def count() -> int:
        made.append(1)
        return len(made)

    with as_user("coordinator"):
        assert [kept("n", stamp, count) for stamp in ("a", "a", "b", "b", "a")] == [1, 1, 2, 2, 3]
    with as_user("factory"):
        assert kept("n", "a", count) == 4
