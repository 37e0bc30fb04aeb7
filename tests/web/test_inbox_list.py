"""The list of the inbox stays quick however much has come: few queries, each along an index, counts with an end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kumihimo_web.accounts.scope import scoped
from kumihimo_web.channels.models import Inbound
from kumihimo_web.inbox import queries
from kumihimo_web.inbox.models import Item
from kumihimo_web.inbox.queries import MOST_COUNTED, PAGE, Asked
from kumihimo_web.inbox.state import Kind, State

from .conftest import OWN_FIRM, RIVAL_FIRM, People


def fill(people: People, count: int) -> None:
    """Put items into the inbox: every tenth waits, the others are done."""
    now = timezone.now()
    Inbound._base_manager.bulk_create(
        [
            Inbound(
                network_id=people.network.pk,
                number=n,
                channel="fax",
                channel_id=f"f{n}",
                received_at=now,
                content_type="image/tiff",
                raw=b"II*\x00",
                sha256=f"{n:064x}",
            )
            for n in range(1, count + 1)
        ],
        batch_size=500,
    )
    Item._base_manager.bulk_create(
        [
            Item(
                network_id=people.network.pk,
                inbound=one,
                kind=Kind.MAIL if one.number % 4 == 0 else Kind.FORM,
                state=State.WAITING if one.number % 10 == 0 else State.DONE,
                received_at=now - timedelta(minutes=count - one.number),
                firm=OWN_FIRM if one.number % 2 else RIVAL_FIRM,
                order_ref=f"PO-2026-{one.number % 50:06d}",
                summary_ja=f"項目 {one.number}",
                reading={"reasons": []},
            )
            for one in Inbound._base_manager.order_by("number")
        ],
        batch_size=500,
    )


@pytest.fixture
def filled(people: People) -> People:
    fill(people, 1_500)
    return people


def test_the_oldest_that_waits_comes_first_and_pages_go_on(filled: People) -> None:
    with scoped(filled.coordinator.scope()):
        first = queries.listing(Asked())
        assert len(first.items) == PAGE
        assert first.items[0].pk < first.items[-1].pk
        second = queries.listing(Asked(after=first.next or 0))
        assert second.items[0].pk > first.items[-1].pk
        third = queries.listing(Asked(after=second.next or 0))
        assert (len(third.items), third.next) == (50, None)
        seen = [one.pk for listed in (first, second, third) for one in listed.items]
        assert len(set(seen)) == 150
        done = queries.listing(Asked(state=State.DONE))
        assert done.items[0].pk > done.items[-1].pk, "what is over is looked up from its end"


def test_lists_can_be_narrowed_down(filled: People) -> None:
    with scoped(filled.coordinator.scope()):
        assert {one.kind for one in queries.listing(Asked(kind=Kind.MAIL)).items} == {Kind.MAIL}
        assert {one.firm for one in queries.listing(Asked(state=State.DONE, firm=OWN_FIRM)).items} == {OWN_FIRM}
        of_order = queries.listing(Asked(order="PO-2026-000007")).items
        assert len(of_order) == 30
        assert {one.state for one in queries.listing(Asked(order="PO-2026-000010")).items} == {State.WAITING}


def test_counts_end_where_nobody_counts_on(filled: People) -> None:
    with scoped(filled.coordinator.scope()):
        counted = queries.counts()
    assert counted[State.WAITING] == 150
    assert counted[State.DONE] == MOST_COUNTED + 1
    assert queries.shown_count(counted[State.DONE]) == f"{MOST_COUNTED}+"


def plan_of(sql: str, params: Any) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        else:
            # A thousand rows are quicker read as a whole, or sorted; what counts is what fifty times as many cost.
            for quick in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{quick} = off")
            cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(after=400),
        Asked(state=State.DONE),
        Asked(state=State.DONE, after=900),
        Asked(state=State.DONE, kind=Kind.MAIL),
        Asked(state=State.DONE, firm=OWN_FIRM),
        Asked(order="PO-2026-000007"),
    ],
    ids=str,
)
def test_a_page_of_a_list_goes_along_an_index(filled: People, asked: Asked) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with scoped(filled.coordinator.scope()):
        rows = queries._queue(asked)
        if asked.after:
            rows = (
                rows.filter(pk__gt=asked.after) if queries._is_oldest_first(asked) else rows.filter(pk__lt=asked.after)
            )
        sql, params = rows.only(*queries._LISTED)[: PAGE + 1].query.sql_with_params()
    found = plan_of(sql, params)
    if connection.vendor == "sqlite":
        assert "inbox_by_" in found, found
        assert "TEMP B-TREE" not in found, found
    else:
        # Nine of ten rows are done: there the planner may as well walk along the key.
        assert "Index" in found, found
        assert "Sort" not in found, found
        assert "Seq Scan" not in found, found


def test_the_page_asks_few_questions_whatever_it_holds(filled: People, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    for address in ("/inbox/", "/inbox/?state=done", "/inbox/?state=done&kind=mail", "/inbox/?order=PO-2026-000007"):
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        assert answer.status_code == 200
        own = [one["sql"] for one in seen.captured_queries if "inbox_" in one["sql"]]
        assert len(own) == 6, own
        assert len(seen.captured_queries) <= 12, [one["sql"][:120] for one in seen.captured_queries]
        assert not any("channels_inbound" in sql or '"reading"' in sql for sql in own), "a list opens no message"


def test_the_page_says_what_is_in_it(filled: People, browser: Callable[[str], Any]) -> None:
    text = browser("coordinator").get("/inbox/").content.decode()
    assert "確認待ち" in text
    assert "999+" in text
    assert "項目 10" in text
    assert "after=" in text


def test_an_empty_inbox_says_how_things_get_in(people: People, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    assert "まだ何も届いていません" in client.get("/inbox/").content.decode()
    assert client.get("/inbox/?state=nonsense&after=x&kind=zzz").status_code == 200


def test_the_desk_is_told_what_waits(filled: People) -> None:
    with scoped(filled.coordinator.scope()):
        found = queries.attention()
    assert [str(one.title) for one in found] == ["確認待ちの受信 150件"]
    with scoped(filled.factory.scope()):
        assert queries.attention() == []
