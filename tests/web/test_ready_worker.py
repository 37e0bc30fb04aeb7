"""A worker reads the networks before anybody asks; whoever asks meanwhile is served first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kumihimo_web.accounts.queries import own_network
from kumihimo_web.accounts.scope import has_scope, scoped, system_scope
from kumihimo_web.firms import kept_nouns, queries, services
from kumihimo_web.inquiries import tasks
from kumihimo_web.jobs import registry
from kumihimo_web.jobs import services as jobs
from kumihimo_web.jobs.registry import Task, register
from kumihimo_web.jobs.worker import run_forever

from .conftest import OWN_FIRM, People

Doing = Callable[[str], Any]


@pytest.fixture
def nothing_read() -> None:
    tasks._proposers.clear()
    kept_nouns._kept.clear()


@pytest.mark.django_db(transaction=True)
def test_a_job_goes_before_what_is_left_to_be_read(
    people: People, as_user: Doing, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        with as_user("coordinator"):
            jobs.ask("test.told", lambda: "言う", {})

    def pieces() -> Iterator[None]:
        told.append("first piece")
        ask()
        yield
        told.append("second piece")
        ask()
        raise RuntimeError("a piece that breaks stops no worker")

    def save(value: Any, payload: Any) -> dict[str, Any]:
        told.append("job")
        if told.count("job") == 2:
            stop.set()
        return {}

    monkeypatch.setattr(registry, "_preparations", [pieces])
    monkeypatch.setattr(registry, "_tasks", {})
    register(Task(kind="test.told", work=lambda running: None, save=save))
    run_forever(stop, pause_s=0.01)
    assert told == ["first piece", "job", "second piece", "job"]


def test_the_first_proposal_reads_no_firm_again(people: People, nothing_read: None) -> None:
    for _ in tasks._read_networks():
        assert not has_scope()
    assert {state[0] for state, _day in tasks._proposers} == {people.network.pk, people.stranger_network.pk}
    with scoped(system_scope(people.network.pk)), CaptureQueriesContext(connection) as asked:
        proposer = tasks._proposer(own_network().state, timezone.localdate())
    assert len(proposer.network.firms) == 2
    assert [one["sql"] for one in asked if "firms_" in one["sql"]] == []


def test_after_a_change_only_that_is_read(people: People, nothing_read: None) -> None:
    for _ in tasks._read_networks():
        pass
    with scoped(system_scope(people.network.pk)):
        services.change("firms", OWN_FIRM, {"employees": 12}, version=1)
        with CaptureQueriesContext(connection) as asked:
            proposer = tasks._proposer(own_network().state, timezone.localdate())
        assert proposer.network.firm(OWN_FIRM).employees == 12
    assert len([one["sql"] for one in asked if '"data"' in one["sql"]]) == 1
    assert len(tasks._proposers) == tasks._KEPT


def test_no_more_networks_are_kept_than_fit(people: People, nothing_read: None) -> None:
    for network in (1001, 1002, people.network.pk):
        kept_nouns._tables_of(network)
    assert list(kept_nouns._kept) == [1002, people.network.pk]
    with scoped(system_scope(people.stranger_network.pk)):
        assert len(queries.whole_network("firms").firms) == 1
    assert list(kept_nouns._kept) == [people.network.pk, people.stranger_network.pk]
