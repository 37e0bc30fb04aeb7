"""Invented lives of orders through the database: whatever comes how often and in which order, the rows say what the
library says, every event stands once, and both chains hold."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kumihimo.simulate.orders import deliveries, eight_steps, order_life
from kumihimo.trade import Command, OperationOrder, Outcome, carry_out, find_break, fold, unpark
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit import queries as audit
from kumihimo_web.orders.models import Order, Parked

from .conftest import People
from .lived import carried_out, columns_hold, kept_of

START = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo"))


def by_the_library(commands: list[Command]) -> tuple[OperationOrder, list[Outcome]]:
    """Carry the same commands out without a database."""
    order: OperationOrder | None = None
    waiting: list[Command] = []
    told = []
    for command in commands:
        order, decision = carry_out(order, command)
        told.append(decision.outcome)
        if decision.outcome is Outcome.PARKED and all(one.key != command.key for one in waiting):
            waiting.append(command)
        if decision.events:
            after = unpark(order, waiting)
            order, waiting = after.order, list(after.waiting)
    assert order is not None
    return order, told


@pytest.mark.parametrize("seed", range(6))
def test_a_life_in_its_order_leaves_what_the_library_says(seed: int, people: People) -> None:
    commands = order_life(seed, start=START)
    told = carried_out(commands, people.network.pk)
    assert [one.outcome for one in told] == [Outcome.APPLIED] * len(commands), [one.ja for one in told if one.ja]
    check(commands[0].order, list(commands), people)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(10, 10_000), shuffle=st.integers(0, 10_000))
def test_shuffled_and_repeated_messages_leave_what_the_library_says(people: People, seed: int, shuffle: int) -> None:
    commands = list(deliveries(order_life(seed, start=START), shuffle))
    ref = commands[0].order
    if Order._base_manager.filter(ref=ref).exists():
        return
    told = carried_out(commands, people.network.pk)
    folded, expected = by_the_library(commands)
    assert [one.outcome for one in told] == expected
    check(ref, commands, people)
    # What was carried out once is not carried out again, whatever has happened since.
    kept = folded.keys
    again = carried_out([command for command in commands if command.key in kept], people.network.pk)
    assert {one.outcome for one in again} == {Outcome.REPEATED}
    check(ref, commands, people)


def check(ref: str, commands: list[Command], people: People) -> None:
    events = kept_of(ref)
    folded, _told = by_the_library(commands)
    assert find_break(events) is None
    assert fold(events) == folded
    assert len({event.key for event in events}) == len(events)
    row = Order._base_manager.get(ref=ref)
    assert columns_hold(row, folded, events)
    assert row.parked == Parked._base_manager.filter(order_ref=ref).count()
    with scoped(system_scope(people.network.pk)):
        assert audit.broken_at() is None


def test_a_command_costs_six_queries_and_one_for_a_document(people: People) -> None:
    commands = eight_steps(1, start=START)
    carried_out(commands[:3], people.network.pk)
    for command in commands[3:]:
        with CaptureQueriesContext(connection) as seen:
            carried_out([command], people.network.pk)
        asked = [one["sql"] for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]]
        of_papers = [sql for sql in asked if "orders_paper" in sql]
        assert len(asked) - len(of_papers) <= 6, (command.kind, asked)
        assert len(of_papers) <= 1
