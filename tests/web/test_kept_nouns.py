"""What a worker has read before is read again only where it has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.test.utils import CaptureQueriesContext

from kumihimo_web.firms import queries, services
from kumihimo_web.firms.load_level import LoadLevel
from kumihimo_web.firms.models import ROWS

from .conftest import OWN_FIRM, RIVAL_FIRM, People


def employees(firm: str) -> int | None:
    return next(one.employees for one in queries.whole_network().firms if one.id == firm)


def test_a_change_is_seen_and_nothing_else_is_read(people: People, as_user: Callable[[str], Any]) -> None:
    from django.db import connection

    with as_user("coordinator"):
        queries.whole_network()
        services.change("firms", OWN_FIRM, {"employees": 12}, version=1, said="電話")
        with CaptureQueriesContext(connection) as asked:
            assert employees(OWN_FIRM) == 12
        read = [one["sql"] for one in asked if '"data"' in one["sql"]]
        assert len(read) == 1
        assert employees(RIVAL_FIRM) is None


def test_a_change_that_was_given_up_is_not_remembered(people: People, as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        given_up = transaction.atomic()
        given_up.__enter__()
        services.change("firms", OWN_FIRM, {"employees": 12}, version=1, said="電話")
        assert employees(OWN_FIRM) == 12
        given_up.__exit__(RuntimeError, RuntimeError(), None)
        services.change("firms", OWN_FIRM, {"employees": 30}, version=1, said="電話")
        assert employees(OWN_FIRM) == 30


def test_a_row_that_came_back_is_the_new_one(people: People, as_user: Callable[[str], Any]) -> None:
    with as_user("factory"):
        site = f"{OWN_FIRM}-S"
        made = services.add_values("equipment", OWN_FIRM, {"site": site, "kind": "LATHE-NC", "model": "旧"})
        assert [one.model for one in queries.whole_network().equipment] == ["旧"]
        services.remove("equipment", made.ref, version=1)
        assert queries.whole_network().equipment == ()
        again = services.add_values("equipment", OWN_FIRM, {"site": site, "kind": "LATHE-NC", "model": "新"})
        assert again.ref == made.ref
        assert [one.model for one in queries.whole_network().equipment] == ["新"]


def test_everybody_gets_only_what_he_may_see(people: People, as_user: Callable[[str], Any]) -> None:
    with as_user("factory"):
        services.declare_load(f"{OWN_FIRM}-S", "2026-W48", LoadLevel.FREE, today=date(2026, 11, 23))
        assert len(queries.whole_network().capacities) == 1
    with as_user("rival"):
        assert queries.whole_network().capacities == ()
        assert ROWS["capacities"].objects.count() == 0
