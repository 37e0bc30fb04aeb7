"""What is chased today, out of the rows; and that the message of a day goes out once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kumihimo.model import Channel, standard_calendar
from kumihimo.trade import Outcome, Role
from kumihimo.trade.business_days import BusinessDays, business_days
from kumihimo.trade.chase_schedule import Action, ChaseKind
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit.queries import lines
from kumihimo_web.channels import address_services
from kumihimo_web.channels import queries as channels
from kumihimo_web.channels.models import Message
from kumihimo_web.channels.registry import Delivery
from kumihimo_web.orders import hearing, outbox, queries, services
from kumihimo_web.orders.models import Chase, Order, Paper
from kumihimo_web.project.channel_environment import ChannelSettings, Server

from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .lived import PRICE, drafted, given, issue_data
from .ordered import Pen
from .wires import OWN, free_port

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


def test_a_reminder_is_a_paper_of_its_own_and_the_one_message_of_its_day(by_mail: People) -> None:
    row = issued_on(by_mail, MONDAY)
    other = issued_on(by_mail, MONDAY, "d2")
    tuesday, wednesday = DAYS.shift(MONDAY, 1), DAYS.shift(MONDAY, 2)
    with scoped(by_mail.coordinator.scope()):
        assert services.remind(row.ref, OWN_FIRM, MONDAY) is None, "nothing is overdue on the day of the order"
        assert services.remind(row.ref, RIVAL_FIRM, tuesday) is None, "somebody else's order"
        first = services.remind(row.ref, OWN_FIRM, tuesday)
        assert first is not None
        assert (first.kind, first.firm, first.content["about"]) == (
            "reminder", OWN_FIRM, "acknowledgement",
        )  # fmt: skip
        assert first.is_to_send
        # Neither a second one, nor the sheet of the day.
        assert services.remind(row.ref, OWN_FIRM, tuesday) is None
        assert services.remind(other.ref, OWN_FIRM, tuesday) is None
        assert services.send_daily(OWN_FIRM, tuesday) is False
        assert [one.reminder.item.order for one in queries.chase_list(tuesday).waiting if one.reminder.item] == [
            other.ref
        ]
        second = services.remind(row.ref, OWN_FIRM, wednesday)
        assert second is not None
        assert "step" not in first.content, "the first, polite one"
        assert (second.content["step"], second.number != first.number) == (2, True)
        told = lines(verb="chase.reminded")
        assert {json.loads(line.after)["number"] for line in told} == {first.number, second.number}


def test_a_reminder_that_did_not_arrive_may_go_out_again(by_mail: People) -> None:
    row = issued_on(by_mail, MONDAY)
    tuesday, wednesday = DAYS.shift(MONDAY, 1), DAYS.shift(MONDAY, 2)
    with scoped(by_mail.coordinator.scope()):
        paper = services.remind(row.ref, OWN_FIRM, tuesday)
    assert paper is not None
    failed = Delivery(
        key=paper.key, firm=OWN_FIRM, kind="reminder", about=row.ref, revision=0, channel="mail",
        address="own@example.jp", state="failed", at=moment(tuesday), words="550 no such user",
    )  # fmt: skip
    with scoped(system_scope(by_mail.network.pk)):
        hearing.listen(failed)
    with scoped(by_mail.coordinator.scope()):
        # The mail does not reach it: what it asked is asked by phone.
        assert [one.action for one in queries.chase_list(wednesday).tasks] == [Action.PHONE]


def test_where_only_the_telephone_is_left_there_is_no_paper(people: People) -> None:
    row = issued_on(people, MONDAY)
    with scoped(people.coordinator.scope()):
        address_services.add(OWN_FIRM, Channel.PHONE, "0265-12-3456")
        for one in address_services.addresses_of(OWN_FIRM):
            if one.channel != Channel.PHONE:
                address_services.set_active(one.pk, False, version=one.version)
        assert services.remind(row.ref, OWN_FIRM, DAYS.shift(MONDAY, 1)) is None


@pytest.mark.parametrize("back", ["", "chasing"])
def test_the_coordinator_presses_once_a_day(by_mail: People, browser: Callable[[str], Any], back: str) -> None:
    row = issued_on(by_mail, timezone.localdate() - timedelta(days=14))
    client = browser("coordinator")
    address = reverse("chasing") if back else reverse("order", args=[row.ref])
    assert "督促状を送る" in client.get(address).content.decode()
    sent = {"order": row.ref, "firm": OWN_FIRM, "from": back}
    answer = client.post(reverse("chasing_remind"), sent, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    page = answer.content.decode()
    assert "に督促状 RM-" in page
    assert "督促状を送る" not in page
    assert "今日もう連絡したか" in client.post(reverse("chasing_remind"), sent, follow=True).content.decode()
    assert Paper._base_manager.filter(kind="reminder").count() == 1
    assert client.post(reverse("chasing_remind"), {**sent, "order": "PO-0"}).status_code == 404
    assert client.post(reverse("chasing_remind"), {**sent, "firm": "nobody"}).status_code == 404


def test_the_reminder_reaches_the_firm_by_its_channel_with_a_form_and_a_link(by_mail: People, settings: Any) -> None:
    server = Server(host="127.0.0.1", port=free_port(), is_tls=False)
    settings.CHANNELS = ChannelSettings(smtp=server, mail_from=OWN)
    row = issued_on(by_mail, MONDAY)
    with scoped(by_mail.coordinator.scope()):
        paper = services.remind(row.ref, OWN_FIRM, DAYS.shift(MONDAY, 1))
    assert paper is not None
    while outbox.work():
        pass
    with scoped(by_mail.coordinator.scope()):
        made = Paper.objects.get(pk=paper.pk)
        assert (made.error, made.layout is None) == ("", False)
        message = channels.messages(about=row.ref).get(kind="reminder")
        assert (message.key, message.firm, message.channel, message.address) == (
            paper.key, OWN_FIRM, "mail", "own@example.jp",
        )  # fmt: skip
        assert "{link}" in Message.objects.get(pk=message.pk).text
        assert [(one.name, one.content_type) for one in message.enclosures.all()] == [
            (f"{made}.pdf", "application/pdf"),
        ]


def test_several_firms_are_reminded_of_a_request_by_the_sheet_of_the_day(people: People) -> None:
    pen = Pen(people).ask(days=5)
    with scoped(people.coordinator.scope()):
        assert services.remind(pen.ref, OWN_FIRM, pen.today + timedelta(days=9)) is None
