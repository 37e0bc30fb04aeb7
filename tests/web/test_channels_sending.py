"""A message is sent once, at a time when somebody is there, and when it cannot be sent that is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from kumihimo.errors import InputError
from kumihimo.model import Channel, Pause, Shift, WorkCalendar, standard_calendar
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit import queries as audit
from kumihimo_web.channels import address_services, registry, sending, services
from kumihimo_web.channels.hours import next_open
from kumihimo_web.channels.models import Address, Attempt, Message
from kumihimo_web.channels.registry import Delivery
from kumihimo_web.channels.rules import AGAIN_AFTER, LONGEST_ATTEMPT
from kumihimo_web.project.channel_environment import ChannelSettings, Server

from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .wires import OWN, MailServer, as_worker, free_port, mail_server, working_hour

Doing = Callable[[str], Any]
PDF = ("注文書.pdf", "application/pdf", b"%PDF-1.7 synthetic")


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture
def mailing(server: MailServer, settings: Any) -> MailServer:
    server.taken.clear()
    server.to.clear()
    server.data = "250 taken"
    settings.CHANNELS = ChannelSettings(smtp=server.server, mail_from=OWN)
    return server


@pytest.fixture
def office(people: People, as_user: Doing) -> Iterator[People]:
    """Work as the coordinator; the own firm has a mail address and a telephone."""
    with as_user("coordinator"):
        address_services.add(OWN_FIRM, Channel.MAIL, "works@own.example")
        address_services.add(OWN_FIRM, Channel.PHONE, "0265-12-3456")
        yield people


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Delivery]:
    told: list[Delivery] = []
    monkeypatch.setattr(registry, "_of_deliveries", [told.append])
    return told


def post(key: str = "PO-1/1", firm: str = OWN_FIRM, **more: Any) -> Message:
    given = {"kind": "order", "about": "PO-2026-000001", "revision": 2} | more
    return services.post(key, firm, "注文書 PO-2026-000001", "本文です。\n{link}", **given)


def sent(now: datetime) -> int:
    count = 0
    while as_worker(sending.send_one)(now):
        count += 1
    return count


def now_of(message: Message) -> Message:
    message.refresh_from_db()
    return message


def test_a_letter_goes_out_once_with_its_files_and_its_number(
    office: People, mailing: MailServer, heard: list[Delivery]
) -> None:
    posted = post(enclosures=[PDF])
    assert post().pk == posted.pk
    at = working_hour()
    assert sent(at) == 1
    assert sent(at + timedelta(days=7)) == 0
    ((to, mail),) = mailing.taken
    assert to == "works@own.example"
    assert str(make_header(decode_header(mail["Subject"]))) == "注文書 PO-2026-000001"
    words, file = mail.get_payload()
    assert "本文です。" in words.get_payload(decode=True).decode()
    assert file.get_payload(decode=True) == PDF[2]
    assert mail["Auto-Submitted"] == "auto-generated"
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.provider_id) == ("sent", mail["Message-ID"])
    as_worker(sending.tell)(at)
    (told,) = heard
    assert (told.state, told.about, told.revision, told.kind) == ("sent", "PO-2026-000001", 2, "order")
    as_worker(sending.tell)(at)
    assert len(heard) == 1
    assert [line.verb for line in audit.lines(kind="message")] == ["message.sent", "message.posted"]


def test_nothing_goes_out_when_nobody_is_there(office: People, mailing: MailServer) -> None:
    posted = post()
    evening = working_hour().replace(hour=12) + timedelta(hours=8)
    assert sent(evening) == 0
    assert now_of(posted).state == "queued"
    opens = posted.not_before
    assert opens > evening
    assert timezone.localtime(opens).hour == 8
    assert sent(opens - timedelta(minutes=1)) == 0
    assert sent(opens) == 1


def test_a_message_may_be_told_to_wait(office: People, mailing: MailServer) -> None:
    at = working_hour()
    post(not_before=at + timedelta(minutes=20))
    assert sent(at) == 0
    assert sent(at + timedelta(minutes=20)) == 1


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-24T10:00", "2026-11-24T10:00"),
        ("2026-11-24T12:30", "2026-11-24T13:00"),
        ("2026-11-24T17:00", "2026-11-25T08:00"),
        ("2026-11-22T10:00", "2026-11-24T08:00"),  # Sunday, then a national holiday
    ],
)
def test_a_firm_is_written_to_when_it_works(at: str, opens: str) -> None:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(f"{text}:00+09:00")

    assert next_open((standard_calendar(),), moment(at)) == moment(opens)


def test_sites_that_never_work_at_the_same_time_are_said_so() -> None:
    def calendar(first: int, last: int) -> WorkCalendar:
        shifts = tuple(Shift(weekday=day, start_min=first, end_min=last) for day in range(7))
        return WorkCalendar(id=f"{first}", shifts=shifts, breaks=(Pause(start_min=0, end_min=1),))

    with pytest.raises(InputError, match="working hours"):
        next_open((calendar(480, 600), calendar(700, 900)), working_hour())


def test_who_is_not_there_is_tried_again_and_then_called(
    office: People, mailing: MailServer, heard: list[Delivery]
) -> None:
    mailing.to["works@own.example"] = "450 mailbox busy"
    posted, at = post(), working_hour()
    assert sent(at) == 1
    for pause in AGAIN_AFTER:
        assert now_of(posted).state == "queued"
        assert sent(at) == 0
        at = next_open((standard_calendar(),), at + pause)
        assert sent(at) == 1
    assert (now_of(posted).state, posted.channel, posted.address) == ("to_call", "phone", "0265123456")
    assert {one.words for one in Attempt.objects.all()} == {"450 mailbox busy"}
    as_worker(sending.tell)(at)
    assert [told.state for told in heard] == ["failed"]
    services.say_called(posted.pk, said="専務に電話で伝えた")
    as_worker(sending.tell)(at)
    assert [told.state for told in heard] == ["failed", "delivered"]
    assert heard[1].words == "専務に電話で伝えた"


def test_a_refused_address_is_left_for_the_next(office: People, mailing: MailServer) -> None:
    mailing.to["boss@own.example"] = "550 no such user"
    first = address_services.add(OWN_FIRM, Channel.MAIL, "boss@own.example")
    address_services.put_first(first.pk, version=1)
    posted, at = post(), working_hour()
    assert sent(at) == 2
    assert [to for to, _ in mailing.taken] == ["works@own.example"]
    assert now_of(posted).state == "sent"
    assert [(one.state, one.reason) for one in Attempt.objects.all()] == [("failed", "refused"), ("sent", "")]


def test_a_server_that_is_not_there_is_no_reason_to_lose_anything(office: People, settings: Any) -> None:
    settings.CHANNELS = ChannelSettings(smtp=Server(host="127.0.0.1", port=free_port(), is_tls=False), mail_from=OWN)
    posted = post()
    sent(working_hour())
    assert now_of(posted).state == "queued"
    assert Attempt.objects.get().reason == "later"


def test_a_firm_that_nothing_reaches_is_a_call(people: People, as_user: Doing, settings: Any) -> None:
    settings.CHANNELS = ChannelSettings()
    with as_user("coordinator"):
        posted = post(firm=RIVAL_FIRM)
        assert (posted.state, posted.channel, posted.address) == ("to_call", "phone", "")
        # Without a mail server the firm's mail address is no way either; its telephone is.
        address_services.add(OWN_FIRM, Channel.MAIL, "works@own.example")
        assert post("2").state == "to_call"


def test_the_profile_gives_the_first_addresses(people: People, as_user: Doing, settings: Any, mailing: Any) -> None:
    from kumihimo_web.firms import services as firms

    values = {"fax": "0265-11-1111", "email": "Info@Own.Example", "phone": "0265 22 2222", "preferred_channel": "mail"}
    with as_user("factory"):
        firms.change("firms", OWN_FIRM, values, version=1)
    with as_user("coordinator"):
        assert not Address.objects.exists()
        posted = post()
        assert [str(one) for one in Address.objects.filter(firm=OWN_FIRM)] == [
            "mail info@own.example",
            "fax 0265111111",
            "phone 0265222222",
        ]
        # It is a FAX that was wanted, and there is no way to send one.
        assert (post("2", channel="fax").channel, posted.channel) == ("mail", "mail")


def test_too_much_is_not_sent(office: People) -> None:
    with pytest.raises(InputError, match="20 MB"):
        post(enclosures=[("a.pdf", "application/pdf", b"0" * (21 * 1024 * 1024))])
    assert not Message.objects.exists()


def test_an_attempt_is_in_the_database_before_anything_is_on_the_wire(
    office: People, mailing: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted, seen = post(), []

    def look(*_: Any, **__: Any) -> Any:
        seen.append([(one.state, one.number) for one in Attempt._base_manager.all()])
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("kumihimo_web.channels.adapters.mail.hand_over", look)
    at = working_hour()
    sent(at)
    # How far it came nobody knew: once more under the same number, then a person.
    assert seen[0] == [("sending", 1)]
    assert len(seen) == 2
    assert now_of(posted).state == "unknown"
    assert [(one.state, one.reason) for one in Attempt.objects.all()] == [
        ("unknown", "repeated"),
        ("unknown", "doubtful"),
    ]
    assert sent(at + timedelta(days=30)) == 0


def test_what_was_cut_off_is_sent_again_under_the_same_number(office: People, mailing: MailServer) -> None:
    posted, at = post(), working_hour()
    cut = as_worker(sending.claim)(at)
    assert cut is not None
    number = sending.wire_key(cut)
    assert as_worker(sending.recover)(at + timedelta(minutes=1)) == 0
    later = at + LONGEST_ATTEMPT + timedelta(seconds=1)
    assert as_worker(sending.recover)(later) == 1
    assert sent(later) == 1
    ((_to, mail),) = mailing.taken
    assert mail["Message-ID"] == f"<{number}@kumihimo.example>"
    assert now_of(posted).state == "sent"


def test_a_late_answer_of_a_worker_that_was_given_up_counts(office: People, settings: Any, tmp_path: Any) -> None:
    from kumihimo_web.channels.adapters.base import Taken

    from .wires import fax_server

    settings.CHANNELS = ChannelSettings(hylafax_folder=fax_server(tmp_path / "fax"))
    address_services.add(OWN_FIRM, Channel.FAX, "0265333333")
    posted, at = post(channel="fax"), working_hour()
    cut = as_worker(sending.claim)(at)
    assert cut is not None
    as_worker(sending.recover)(at + LONGEST_ATTEMPT * 2)
    assert now_of(posted).state == "unknown"
    as_worker(sending.end)(cut.pk, Taken(provider_id="7"), at + LONGEST_ATTEMPT * 3)
    assert now_of(posted).state == "sent"


def test_a_listener_that_fails_is_told_again(
    office: People, mailing: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def breaks(delivery: Delivery) -> None:
        told.append(delivery.state)
        if len(told) == 1:
            raise RuntimeError("not now")

    monkeypatch.setattr(registry, "_of_deliveries", [breaks])
    post()
    at = working_hour()
    sent(at)
    assert (as_worker(sending.tell)(at), as_worker(sending.tell)(at), as_worker(sending.tell)(at)) == (0, 1, 0)
    assert told == ["sent", "sent"]


def test_a_link_is_for_its_firm_and_for_its_time(office: People, mailing: MailServer, settings: Any) -> None:
    posted = post()
    token = services.link(posted)
    linked = services.opened(token)
    assert linked is not None
    assert (linked.firm, linked.about, linked.revision) == (OWN_FIRM, "PO-2026-000001", 2)
    assert (linked.scope.role, linked.scope.firm, linked.scope.user) == ("factory", OWN_FIRM, None)
    # What looks mails through for harm opens their links: only what a person does there counts.
    assert (now_of(posted).state, now_of(posted).opened_at is None) == ("queued", False)
    assert services.opened(token, by_person=True) == linked
    assert now_of(posted).state == "delivered"
    assert [line.verb for line in audit.lines(verb="message.") if line.row == str(posted.pk)] == [
        "message.delivered", "message.opened", "message.posted",
    ]  # fmt: skip
    assert services.opened(token, by_person=True) == linked
    assert audit.lines(verb="message.delivered").count() == 1
    assert services.opened(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert services.opened("") is None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() + 15 * 86400)
        assert services.opened(token) is None
    services.close_link(posted.pk)
    assert services.opened(token) is None
    settings.SECRET_KEY = "another secret, as long as one has to be " * 2
    assert services.opened(token) is None


def test_a_link_opened_while_the_mail_is_on_its_way_stays_opened(office: People, mailing: MailServer) -> None:
    from kumihimo_web.channels.adapters.base import Refused

    posted = post()
    cut = as_worker(sending.claim)(working_hour())
    assert cut is not None
    assert services.opened(services.link(posted), by_person=True) is not None
    as_worker(sending.end)(cut.pk, Refused("550"), working_hour())
    assert now_of(posted).state == "delivered"


def test_what_is_stored_does_not_hold_the_link(office: People, mailing: MailServer) -> None:
    posted = post()
    sent(working_hour())
    words = mailing.taken[0][1].get_payload(decode=True).decode()
    address = next(line for line in words.splitlines() if "/answer/" in line)
    assert services.opened(address.rstrip("/").rpartition("/")[2]) is not None
    assert "/answer/" not in now_of(posted).text


def test_only_coordinators_decide(office: People, mailing: MailServer, as_user: Doing) -> None:
    posted = post()
    with as_user("factory"), pytest.raises(PermissionDenied):
        services.close_link(posted.pk)
    with as_user("rival"), pytest.raises(Message.DoesNotExist):
        services.close_link(posted.pk)
    with as_user("rival"), pytest.raises(PermissionDenied):
        address_services.add(OWN_FIRM, Channel.MAIL, "rival@own.example")
    with as_user("factory"), pytest.raises(PermissionDenied):
        address_services.confirm(Address.objects.first().pk, version=1)


def test_networks_do_not_mix(office: People, mailing: MailServer) -> None:
    with scoped(system_scope(office.stranger_network.pk)):
        other = post(firm="F9999")
    assert other.pk != post().pk
    assert not Message.objects.filter(pk=other.pk).exists()


def test_who_cannot_be_sent_to_any_more_is_called(office: People, mailing: MailServer, settings: Any) -> None:
    posted = post()
    settings.CHANNELS = replace(settings.CHANNELS, smtp=None, mail_from="")
    assert sent(working_hour()) == 1
    assert now_of(posted).state == "to_call"
    assert Attempt.objects.get().reason == "closed"
