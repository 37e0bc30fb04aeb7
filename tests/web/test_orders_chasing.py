"""What is chased today, out of the rows; and that the message of a day goes out once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kumihimo.model import Channel, standard_calendar
from kumihimo.trade import Outcome, Role
from kumihimo.trade.business_days import BusinessDays, business_days
from kumihimo.trade.chase_schedule import Action, ChaseKind
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.channels import address_services
from kumihimo_web.channels.registry import Delivery
from kumihimo_web.orders import hearing, queries, services
from kumihimo_web.orders.models import Chase, Order, Paper

from .conftest import OWN_FIRM, People
from .lived import PRICE, drafted, given, issue_data

DAYS: BusinessDays = business_days(standard_calendar())
MONDAY = DAYS.on_or_after(date(2026, 12, 7))


def moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))


def issued_on(people: People, day: date, key: str = "d1") -> Order:
    """Return an order that went out on a day."""
    office = people.coordinator.scope()
    row = drafted(office, key, firm=OWN_FIRM)
    award = {"firm": OWN_FIRM, "prices": [{"line": 1, "unit_price_jpy": PRICE}], "basis": "単価表（合成）"}
    given(office, row.ref, "award", award, Role.BUYER)
    data: dict[str, Any] = issue_data()
    with scoped(office):
        decision = services.give("issue", row.ref, data, key="issue", role=Role.BUYER, at=moment(day))
    assert decision.outcome is Outcome.APPLIED, decision.ja
    return row


@pytest.fixture
def by_mail(people: People) -> People:
    with scoped(people.coordinator.scope()):
        address_services.add(OWN_FIRM, Channel.MAIL, "own@example.jp")
    return people


def test_silence_after_an_order_leads_to_one_message_a_day(by_mail: People) -> None:
    row = issued_on(by_mail, MONDAY)
    other = issued_on(by_mail, MONDAY, "d2")
    tuesday = DAYS.shift(MONDAY, 1)
    with scoped(by_mail.coordinator.scope()):
        assert queries.chase_list(MONDAY).messages == ()
        message = queries.chase_list(tuesday).messages[0]
        assert message.channel is Channel.MAIL
        assert {one.item.order for one in message.reminders if one.item} == {row.ref, other.ref}
        assert {one.action for one in message.reminders} == {Action.RESEND}
        assert services.send_daily(OWN_FIRM, tuesday) is True
        assert services.send_daily(OWN_FIRM, tuesday) is False
        assert Paper.objects.filter(kind="daily").count() == 1
        assert queries.chase_list(tuesday).messages == ()


def test_a_message_that_did_not_arrive_is_asked_again(by_mail: People) -> None:
    row = issued_on(by_mail, MONDAY)
    tuesday = DAYS.shift(MONDAY, 1)
    with scoped(by_mail.coordinator.scope()):
        assert services.send_daily(OWN_FIRM, tuesday)
        key = Paper.objects.get(kind="daily").key
    failed = Delivery(
        key=key, firm=OWN_FIRM, kind="daily", about="", revision=0, channel="mail", address="own@example.jp",
        state="failed", at=moment(tuesday), words="550 no such user",
    )  # fmt: skip
    from kumihimo_web.accounts.scope import system_scope

    with scoped(system_scope(by_mail.network.pk)):
        hearing.listen(failed)
        hearing.listen(failed)
        assert [one.outcome for one in Chase.objects.all()] == ["failed"]
    wednesday = DAYS.shift(MONDAY, 2)
    with scoped(by_mail.coordinator.scope()):
        # The mail does not reach it: only the phone is left.
        tasks = queries.chase_list(wednesday).tasks
        assert [(one.action, one.item.order if one.item else "") for one in tasks] == [(Action.PHONE, row.ref)]
        assert services.task_done(tasks[0].key, "社長に電話。明日FAXで返事", wednesday) is True
        assert services.task_done(tasks[0].key, "もう一度", wednesday) is False
        assert queries.chase_list(wednesday).tasks == ()


def test_an_order_is_looked_at_only_when_something_of_it_waits(by_mail: People) -> None:
    row = issued_on(by_mail, MONDAY)
    with scoped(by_mail.coordinator.scope()):
        held = queries.row(row.ref)
        assert held is not None
        assert held.chase_from is not None
        assert held.chase_from <= MONDAY
    given(by_mail.factory.scope(), row.ref, "accept", {"firm": OWN_FIRM, "revision": 1}, Role.SUPPLIER)
    with scoped(by_mail.coordinator.scope()):
        held = queries.row(row.ref)
        assert held is not None
        assert held.chase_from is not None
        assert held.due_on is not None
        assert held.chase_from < held.due_on - timedelta(days=7)
        late = queries.open_items(held.due_on + timedelta(days=3))
        assert [item.kind for item in late] == [ChaseKind.LATE]
    given(by_mail.coordinator.scope(), row.ref, "hold", {"reason": "設計の確認"}, Role.BUYER)
    with scoped(by_mail.coordinator.scope()):
        held = queries.row(row.ref)
        assert held is not None
        assert held.chase_from is None


def test_proof_of_transport_reaches_the_order_once(by_mail: People) -> None:
    from kumihimo_web.accounts.scope import system_scope

    row = issued_on(by_mail, MONDAY)
    came = Delivery(
        key=f"{row.ref}/3/order/{OWN_FIRM}", firm=OWN_FIRM, kind="order", about=row.ref, revision=1, channel="fax",
        address="0000", state="delivered", at=moment(MONDAY), words="T.30 OK",
    )  # fmt: skip
    with scoped(system_scope(by_mail.network.pk)):
        hearing.listen(came)
        hearing.listen(came)
        order = queries.order(row.ref)
        assert order is not None
        assert [(one.revision, one.channel, one.proof) for one in order.transports] == [(1, "fax", "T.30 OK")]
        assert order.version == 4
