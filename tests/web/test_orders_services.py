"""Commands through the database: numbers without a gap, keys once, what waits, and who may give what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from kumihimo.paper.kinds import DocumentKind
from kumihimo.trade import Evidence, EvidenceKind, OrderState, Outcome, Role
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit import queries as audit
from kumihimo_web.audit.models import AppendOnly, Line
from kumihimo_web.orders import queries, services
from kumihimo_web.orders.models import Asked, Event, Order, Parked
from kumihimo_web.orders.numbering import next_number

from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .lived import PRICE, asked, day, drafted, given, issue_data, issued, lines, quote, work_order


def test_numbers_run_on_without_a_gap(people: People) -> None:
    scope, year = people.coordinator.scope(), timezone.localdate().year
    first, same, second = drafted(scope, "a"), drafted(scope, "a"), drafted(scope, "b")
    assert first.pk == same.pk
    assert [first.ref, second.ref] == [f"PO-{year}-000001", f"PO-{year}-000002"]
    with scoped(scope):
        with transaction.atomic():
            next_number(DocumentKind.ORDER, year)
            transaction.set_rollback(True)
        assert next_number(DocumentKind.ORDER, year) == f"PO-{year}-000003"
        assert next_number(DocumentKind.RFQ, year) == f"RFQ-{year}-000001"
        assert next_number(DocumentKind.ORDER, year + 1) == f"PO-{year + 1}-000001"
    with scoped(people.stranger.scope()):
        assert next_number(DocumentKind.ORDER, year) == f"PO-{year}-000001"


def test_a_key_is_carried_out_once(people: People) -> None:
    row = drafted(people.coordinator.scope())
    with scoped(people.coordinator.scope()):
        data = {"lines": lines(20)}
        assert services.give("change_draft", row.ref, data, key="k", role=Role.BUYER).outcome is Outcome.APPLIED
        again = services.give("change_draft", row.ref, {"lines": lines(30)}, key="k", role=Role.BUYER)
        assert again.outcome is Outcome.REPEATED
        assert queries.row(row.ref).quantity == 20  # type: ignore[union-attr]
    assert Event._base_manager.filter(order=row).count() == 2


def test_whoever_saw_an_older_version_changes_nothing(people: People) -> None:
    row = drafted(people.coordinator.scope())
    with scoped(people.coordinator.scope()):
        services.give("change_draft", row.ref, {"lines": lines(20)}, key="k1", role=Role.BUYER, expected_version=1)
        late = services.give(
            "change_draft", row.ref, {"lines": lines(9)}, key="k2", role=Role.BUYER, expected_version=1
        )
        assert (late.outcome, late.code) == (Outcome.STALE, "version")
        assert queries.row(row.ref).quantity == 20  # type: ignore[union-attr]


def test_a_refused_command_leaves_no_trace(people: People) -> None:
    row = drafted(people.coordinator.scope())
    before = Line._base_manager.count()
    with scoped(people.coordinator.scope()):
        refused = services.give("issue", row.ref, issue_data(), key="k", role=Role.BUYER)
    assert refused.outcome is Outcome.REFUSED
    assert (Event._base_manager.filter(order=row).count(), Line._base_manager.count()) == (1, before)


def test_a_message_ahead_of_its_turn_waits_and_then_counts(people: People) -> None:
    scope = people.coordinator.scope()
    row = issued(scope)
    ship = {"firm": OWN_FIRM, "slip": "D1", "on": day(0), "items": [{"line": 1, "quantity": 10}]}
    clerk = (Evidence(kind=EvidenceKind.IMAGE, sha256="a" * 64),)
    with scoped(scope):
        for _ in range(2):
            early = services.give("ship", row.ref, ship, key="s", role=Role.CLERK, evidence=clerk)
            assert early.outcome is Outcome.PARKED
        assert Parked.objects.count() == 1
        assert queries.row(row.ref).parked == 1  # type: ignore[union-attr]
        services.give("accept", row.ref, {"firm": OWN_FIRM, "revision": 1}, key="a", role=Role.CLERK, evidence=clerk)
        order = queries.order(row.ref)
        assert order is not None
        assert order.state is OrderState.SHIPPED
        assert Parked.objects.count() == queries.row(row.ref).parked == 0  # type: ignore[union-attr]
        assert audit.broken_at() is None
    verbs = list(Line._base_manager.filter(kind="order").order_by("number").values_list("verb", flat=True))
    assert verbs[-3:] == ["order.parked", "order.accept", "order.ship"]


def test_a_message_before_its_order_waits_for_it(people: People) -> None:
    work_order("W-1", people.network.pk)
    with scoped(system_scope(people.network.pk)):
        told = {"firm": OWN_FIRM, "revision": 1}
        clerk = (Evidence(kind=EvidenceKind.IMAGE, sha256="a" * 64),)
        early = services.give("accept", "PO-1999-000009", told, key="k", role=Role.CLERK, evidence=clerk)
        assert (early.outcome, early.code) == (Outcome.PARKED, "order_unknown")
        assert list(queries.long_parked(timezone.localdate())) == []
        later = timezone.localdate() + timedelta(days=10)
        assert [one.key for one in queries.long_parked(later)] == ["k"]
        services.put_aside(Parked.objects.get(), "番号の書き間違いでした。")
        services.put_aside(Parked(pk=1, order_ref="PO-1999-000009"), "もう一度")
        assert Parked.objects.count() == 0
        assert Line.objects.filter(verb="order.put_aside").count() == 1


def test_an_answer_to_an_old_revision_is_recorded_and_changes_nothing(people: People) -> None:
    scope = people.coordinator.scope()
    row = issued(scope)
    revised = issue_data(10, 1_100) | {"lines": lines(10, 1_100), "reason": "材料費"}
    given(scope, row.ref, "revise", revised, Role.BUYER)
    with scoped(people.factory.scope()):
        old = services.give("accept", row.ref, {"firm": OWN_FIRM, "revision": 1}, key="a", role=Role.SUPPLIER)
        assert (old.outcome, old.code) == (Outcome.STALE, "old_revision")
        again = services.give("accept", row.ref, {"firm": OWN_FIRM, "revision": 1}, key="a", role=Role.SUPPLIER)
        assert again.outcome is Outcome.REPEATED
        kinds = [event.kind for event in queries.timeline(row.ref)]
        assert kinds == ["issue", "revise", "ignored"]
    assert queries_row(people, row.ref).state == OrderState.ISSUED
    assert Line._base_manager.filter(verb="order.ignored").count() == 1


def queries_row(people: People, ref: str) -> Order:
    with scoped(people.coordinator.scope()):
        found = queries.row(ref)
    assert found is not None
    return found


def test_the_day_and_the_answer_of_those_asked_are_kept(people: People) -> None:
    scope = people.coordinator.scope()
    row = asked(scope)
    given(people.factory.scope(), row.ref, "quote", quote(OWN_FIRM), Role.SUPPLIER)
    given(people.rival.scope(), row.ref, "decline_rfq", {"firm": RIVAL_FIRM}, Role.SUPPLIER)
    told = {one.firm: (one.answered_at is not None, one.declined) for one in Asked._base_manager.filter(order=row)}
    assert told == {OWN_FIRM: (True, False), RIVAL_FIRM: (True, True)}
    with scoped(scope):
        order = queries.order(row.ref)
        assert order is not None
        best, other = queries.comparison(order)
        assert (best.firm, best.amount_jpy, best.response.answered) == (OWN_FIRM, 10 * PRICE, 1)
        assert (other.firm, other.quote, other.recipient.declined) == (RIVAL_FIRM, None, True)
        wanted = {firm: verdict.sent for firm, _name, verdict in queries.candidates(row.ref)}
        assert wanted == {OWN_FIRM: 1, RIVAL_FIRM: 1}


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("factory", Role.BUYER),
        ("factory", Role.CLERK),
        ("factory", Role.INSPECTOR),
        ("factory", Role.APPROVER),
        ("factory", Role.SYSTEM),
        ("coordinator", Role.SUPPLIER),
        ("coordinator", Role.SYSTEM),
        ("buyer", Role.BUYER),
        ("buyer", Role.SUPPLIER),
        ("assessor", Role.INSPECTOR),
    ],
)
def test_nobody_acts_in_a_role_that_is_not_theirs(who: str, role: Role, people: People) -> None:
    row = issued(people.coordinator.scope())
    with scoped(people.of(who).scope()), pytest.raises(PermissionDenied):
        services.give("hold", row.ref, {"reason": "?", "firm": OWN_FIRM}, key="k", role=role)
    assert Event._base_manager.filter(order=row).count() == 3


def test_a_firm_speaks_for_itself_alone(people: People) -> None:
    row = issued(people.coordinator.scope())
    with scoped(people.rival.scope()):
        with pytest.raises(PermissionDenied):
            services.give("accept", row.ref, {"firm": OWN_FIRM, "revision": 1}, key="k", role=Role.SUPPLIER)
        for ref in (row.ref, "PO-1999-000001"):
            with pytest.raises(services.NoSuchOrder):
                services.give("accept", ref, {"firm": RIVAL_FIRM, "revision": 1}, key="k", role=Role.SUPPLIER)
    assert Parked._base_manager.count() == 0


def test_above_the_limit_two_others_approve(people: People) -> None:
    scope = people.coordinator.scope()
    row = drafted(scope, quantity=6_000, firm=OWN_FIRM)
    award = {"firm": OWN_FIRM, "prices": [{"line": 1, "unit_price_jpy": PRICE}], "basis": "単価表（合成）"}
    signed = {"subject": "order", "firm": OWN_FIRM, "amount_jpy": 6_000_000, "revision": 0}
    # The buyer's own signature does not count, however often it is given.
    given(scope, row.ref, "approve", signed, Role.APPROVER, "s1")
    given(people.administrator.scope(), row.ref, "approve", signed, Role.APPROVER, "s2")
    with scoped(scope):
        decision = services.give("award", row.ref, award, key="w", role=Role.BUYER)
    assert (decision.outcome, decision.code) == (Outcome.REFUSED, "amount_approved")


def test_a_phone_note_counts_once_it_was_confirmed(people: People) -> None:
    scope = people.coordinator.scope()
    row = issued(scope)
    told = {"firm": OWN_FIRM, "revision": 1}
    with scoped(scope):
        noted = services.phone_note(row.ref, "accept", told, "社長: 受けます", key="call-1")
        assert noted.code == "call_noted"
        held = queries.row(row.ref)
        assert held is not None
        assert (held.state, held.open_calls, held.waits_for) == (OrderState.ISSUED, 1, "us")
    with scoped(system_scope(people.network.pk)):
        confirmed = {"note": "call-1", "follow_up": "b" * 64, "channel": "fax"}
        services.give("confirm_call", row.ref, confirmed, key="c", role=Role.SYSTEM)
    assert queries_row(people, row.ref).state == OrderState.ACCEPTED


def test_events_are_only_added(people: People) -> None:
    row = drafted(people.coordinator.scope())
    event = Event._base_manager.get(order=row)
    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        event.delete()
