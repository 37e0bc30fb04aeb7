"""Several processes give commands to one order at once: each of them sees what the one before has done."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from kumihimo.trade import Outcome, Role
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.audit import queries as audit
from kumihimo_web.orders import services
from kumihimo_web.orders.models import Event

from .conftest import People
from .lived import drafted, lines

OTHERS = 3


def wait_for_the_one_before(waiting: int) -> None:
    """Return when the server tells that others wait for us; SQLite tells nothing, and lets them wait all the same."""
    if connection.vendor != "postgresql":
        return
    found = 0
    while found < waiting:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
            found = cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_who_waited_sees_what_was_done_meanwhile(people: People) -> None:
    scope = people.coordinator.scope()
    row, begun, outcomes = drafted(scope), threading.Barrier(OTHERS + 1), []

    def change(number: int) -> None:
        try:
            begun.wait()
            with scoped(scope):
                data = {"lines": lines(20 + number)}
                outcomes.append(services.give("change_draft", row.ref, data, key=f"k{number}", role=Role.BUYER).outcome)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=(number,)) for number in range(OTHERS)]
    for thread in threads:
        thread.start()
    with scoped(scope), transaction.atomic():
        services.give("change_draft", row.ref, {"lines": lines(9)}, key="first", role=Role.BUYER)
        begun.wait()
        wait_for_the_one_before(OTHERS)
    for thread in threads:
        thread.join()
    assert outcomes == [Outcome.APPLIED] * OTHERS
    assert sorted(Event._base_manager.filter(order=row).values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    with scoped(scope):
        assert audit.broken_at() is None
