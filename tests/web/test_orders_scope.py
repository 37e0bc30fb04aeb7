"""A firm sees its own word and nothing of another firm: no quotation, price, name, talk, state or reason."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from kumihimo.interop.order_json import event_to_json, order_to_json
from kumihimo.trade import OrderState, Role
from kumihimo_web.accounts.scope import NoScope, scoped
from kumihimo_web.audit import queries as audit
from kumihimo_web.orders import models, queries

from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .lived import asked, day, drafted, given, issue_data, issued, quote

RIVAL_PRICE = 987_654
TABLES = ("WorkOrder", "Order", "Event", "Asked", "Parked", "Paper", "Counter", "Chase", "Custody", "Material")


def decided(people: People) -> str:
    """Return an order for which both quoted, about which the rival talked, and which the own firm got."""
    office = people.coordinator.scope()
    row = asked(office, quantity=2)
    given(people.factory.scope(), row.ref, "quote", quote(OWN_FIRM, 2_000), Role.SUPPLIER)
    given(people.rival.scope(), row.ref, "quote", quote(RIVAL_FIRM, RIVAL_PRICE), Role.SUPPLIER, "rq")
    talk = {"firm": RIVAL_FIRM, "thread": "t-1", "words": "鋼材が上がりました"}
    given(people.rival.scope(), row.ref, "request_negotiation", talk, Role.SUPPLIER)
    told = {"thread": "t-1", "answer": "refused", "reason": "他社の価格で足ります"}
    given(office, row.ref, "answer_negotiation", told, Role.BUYER)
    given(office, row.ref, "award", {"firm": OWN_FIRM}, Role.BUYER)
    given(office, row.ref, "issue", issue_data(2, 2_000), Role.BUYER)
    given(people.factory.scope(), row.ref, "accept", {"firm": OWN_FIRM, "revision": 1}, Role.SUPPLIER)
    return row.ref


def everything(ref: str) -> str:
    """Return all that the scope can read of an order, as text."""
    order = queries.order(ref)
    row = queries.row(ref)
    told: list[Any] = [
        None if order is None else order_to_json(order),
        [event_to_json(event) for event in queries.timeline(ref)],
        [{field.name: str(getattr(one, field.name)) for field in fields(one)} for one in queries.own_orders()],
        [str(one.__dict__) for one in queries.orders()],
        [str(one.__dict__) for one in queries.papers(ref)],
        None if row is None else str(row.__dict__),
        [str(one.__dict__) for one in audit.lines()],
        queries.counts(),
    ]
    return json.dumps(told, ensure_ascii=False, default=str)


@pytest.mark.parametrize("table", TABLES)
def test_rows_without_a_scope_raise(table: str, people: People) -> None:
    with scoped(None), pytest.raises(NoScope):
        list(getattr(models, table).objects.all())


@pytest.mark.parametrize("who", ["coordinator", "factory", "rival", "buyer", "assessor", "stranger"])
def test_who_sees_the_rows_of_an_order(who: str, people: People) -> None:
    ref = decided(people)
    sees = {"coordinator": 1, "factory": 1, "rival": 0, "buyer": 0, "assessor": 0, "stranger": 0}[who]
    with scoped(people.of(who).scope()):
        assert len(queries.orders()) == sees
        assert (queries.row(ref) is not None) == bool(sees)
        assert models.Event.objects.count() == (9 if who == "coordinator" else 0)
        known = who in ("coordinator", "factory", "rival")
        assert (queries.order(ref) is not None) == known
        assert bool(queries.timeline(ref)) == known


def test_the_loser_reads_nothing_of_the_winner(people: People) -> None:
    ref = decided(people)
    with scoped(people.rival.scope()):
        told = everything(ref)
        for hidden in (OWN_FIRM, "2000", "2,000", "2_000", '"accepted"', '"issued"', "受注承諾", "発注済み"):
            assert hidden not in told, hidden
        order = queries.order(ref)
        assert order is not None
        assert (order.state, order.firm, order.amount_jpy) == (OrderState.CANCELLED, "", None)
        assert [one.unit_price_jpy for quote in order.quotes for one in quote.prices] == [RIVAL_PRICE]
        assert [thread.reason for thread in order.negotiations] == ["他社の価格で足ります"]
        kinds = [event.kind for event in queries.timeline(ref)]
        assert kinds == ["send_rfq", "quote", "request_negotiation", "answer_negotiation"]
        assert [(one.ref, one.is_open) for one in queries.own_orders()] == [(ref, False)]


def test_the_winner_reads_nothing_of_the_loser(people: People) -> None:
    ref = decided(people)
    with scoped(people.factory.scope()):
        told = everything(ref)
        for hidden in (RIVAL_FIRM, str(RIVAL_PRICE), f"{RIVAL_PRICE:,}", "鋼材", "他社の価格"):
            assert hidden not in told, hidden
        order = queries.order(ref)
        assert order is not None
        assert (order.state, order.amount_jpy) == (OrderState.ACCEPTED, 4_000)
        kinds = [event.kind for event in queries.timeline(ref)]
        assert kinds == ["send_rfq", "quote", "issue", "accept"]


def test_who_quotes_too_late_does_not_learn_how_far_the_order_is(people: People) -> None:
    from kumihimo_web.orders import services

    ref = decided(people)
    with scoped(people.rival.scope()):
        late = services.give("quote", ref, quote(RIVAL_FIRM, 1), key="late", role=Role.SUPPLIER)
        assert "受注承諾" not in late.ja
        assert "accepted" not in late.en
        told = everything(ref)
        assert "受注承諾" not in told


def test_a_firm_sees_its_order_from_the_issue_on(people: People) -> None:
    office = people.coordinator.scope()
    row = drafted(office, firm=OWN_FIRM)
    given(office, row.ref, "award", {"firm": OWN_FIRM, "basis": "単価表（合成）", "prices": _price()}, Role.BUYER)
    with scoped(people.factory.scope()):
        assert queries.order(row.ref) is None
        assert queries.row(row.ref) is None
        assert queries.own_orders() == []
        assert list(audit.lines(kind="order")) == []
    given(office, row.ref, "issue", issue_data(), Role.BUYER)
    with scoped(people.factory.scope()):
        one = queries.own_orders()[0]
        assert (one.ref, one.needs_answer, one.is_request) == (row.ref, True, False)
        assert [event.kind for event in queries.timeline(row.ref)] == ["issue"]
        assert [line.verb for line in audit.lines(kind="order")] == ["order.issue"]


def _price() -> list[dict[str, int]]:
    return [{"line": 1, "unit_price_jpy": 1_000}]


def test_notes_before_the_issue_stay_among_the_buyers_people(people: People) -> None:
    office = people.coordinator.scope()
    row = asked(office)
    given(office, row.ref, "hold", {"reason": "相手の資金繰りが心配"}, Role.BUYER)
    given(office, row.ref, "resume", {"reason": "続けます"}, Role.BUYER)
    with scoped(people.factory.scope()):
        assert "資金繰り" not in everything(row.ref)
        order = queries.order(row.ref)
        assert order is not None
        assert order.state is OrderState.RFQ_SENT


def test_a_buyer_sees_how_far_its_work_is_and_nobody_who_does_it(people: People) -> None:
    row = issued(people.coordinator.scope())
    models.WorkOrder._base_manager.filter(pk=row.work_order_id).update(
        buyer=people.buyer.organisation.pk, data={"steps": [_step()]}
    )
    models.Order._base_manager.filter(pk=row.pk).update(step="s0")
    with scoped(people.buyer.scope()):
        work_order = queries.work_order("W-1")
        assert work_order is not None
        stones = queries.milestones(work_order)
        assert [(one.label_ja, one.state, one.quantity, one.shipped) for one in stones] == [
            ("フライス", "ordered", 10, 0)
        ]
        assert stones[0].due_on is not None
        assert OWN_FIRM not in str(stones)
        assert "1000" not in str(stones)
    with scoped(people.rival.scope()):
        assert queries.work_order("W-1") is None


def _step() -> dict[str, Any]:
    return {"id": "s0", "label_ja": "フライス", "label_en": "milling", "quantity": 10}


def test_what_makes_sense_now(people: People) -> None:
    row = issued(people.coordinator.scope())
    with scoped(people.factory.scope()):
        order = queries.order(row.ref)
        assert order is not None
        assert queries.possible(order, Role.SUPPLIER) == ("accept", "counter", "decline", "request_negotiation")
    given(people.factory.scope(), row.ref, "accept", {"firm": OWN_FIRM, "revision": 1}, Role.SUPPLIER)
    with scoped(people.factory.scope()):
        order = queries.order(row.ref)
        assert order is not None
        assert "ship" in queries.possible(order, Role.SUPPLIER)
        assert "invoice" not in queries.possible(order, Role.SUPPLIER)
    ship = {"firm": OWN_FIRM, "slip": "D1", "on": day(0), "items": [{"line": 1, "quantity": 10}]}
    given(people.factory.scope(), row.ref, "ship", ship, Role.SUPPLIER)
    with scoped(people.coordinator.scope()):
        order = queries.order(row.ref)
        assert order is not None
        kinds = queries.possible(order, Role.INSPECTOR)
        assert "receive" in kinds
        assert "inspect" not in kinds
