"""What comes is stored before it is read, taken once, and never trusted: mail, FAX, loops, floods, bombs."""

from __future__ import annotations

import base64
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kumihimo.model import Channel
from kumihimo_web.channels import address_services, receiving, registry, sending, services, tasks
from kumihimo_web.channels.adapters.fax_folder import FaxFolder
from kumihimo_web.channels.adapters.mail import MAIL, Mailbox, arrived
from kumihimo_web.channels.incoming import fingerprint, parts_of
from kumihimo_web.channels.models import Address, Attempt, Inbound, Turn
from kumihimo_web.project.channel_environment import ChannelSettings, Server

from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .wires import OWN, as_worker, dovecot, dovecot_program, free_port, working_hour

Doing = Callable[[str], Any]
TIFF = b"II*\x00 synthetic page"


def mail(number: int = 1, text: str = "承知しました。", files: Any = (), **headers: str) -> bytes:
    made = EmailMessage()
    given = {"From": "works@own.example", "Subject": "Re: 注文書", "Message-ID": f"<{number}@own.example>"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    for name, value in given.items():
        made[name] = value
    made.set_content(text)
    for name, content in files:
        made.add_attachment(content, maintype="image", subtype="tiff", filename=name)
    return made.as_bytes()


def take(raw: bytes, **more: Any) -> Inbound:
    return as_worker(receiving.take_in)(arrived(raw, **more))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    told: list[int] = []
    monkeypatch.setattr(registry, "_of_inbound", [lambda inbound: told.append(inbound.number)])
    return told


@pytest.fixture
def office(people: People, as_user: Doing, settings: Any, heard: list[int]) -> Iterator[People]:
    settings.CHANNELS = ChannelSettings(mail_from=OWN)
    with as_user("coordinator"):
        address_services.add(OWN_FIRM, Channel.MAIL, "works@own.example")
        yield people


def test_a_reply_is_stored_as_it_came_and_told_once(office: People, heard: list[int]) -> None:
    raw = mail(files=[("返信.tif", TIFF)])
    came = take(raw)
    assert (bytes(came.raw), came.content_type) == (raw, MAIL)
    assert (came.firm, came.is_known, came.state, came.subject) == (OWN_FIRM, True, "new", "Re: 注文書")
    assert heard == [1]
    parts = parts_of(bytes(came.raw), came.content_type)
    assert parts.text == "承知しました。"
    assert [(one.name, one.content) for one in parts.enclosed] == [("返信.tif", TIFF)]
    assert services.take(came.pk).state == "taken"


def test_the_same_mail_again_is_a_copy(office: People, heard: list[int]) -> None:
    first = take(mail(1, files=[("a.tif", TIFF)]))
    assert take(mail(1, files=[("a.tif", TIFF)])).pk == first.pk
    # A forwarding server, or a person who is not sure: a new envelope around the same letter.
    assert take(mail(2, files=[("a.tif", TIFF)], Date="Tue, 24 Nov 2026 10:00:00 +0900")).pk == first.pk
    first.refresh_from_db()
    assert first.copies == 2
    assert heard == [1]
    assert [one.state for one in Inbound.objects.order_by("number")] == ["new", "copy"]


def test_two_that_say_the_same_of_different_things_are_two(office: People, heard: list[int]) -> None:
    take(mail(1, "はい"))
    take(mail(2, "はい", In_Reply_To="<other@kumihimo.example>"))
    take(mail(3, "はい", Subject="別の件"))
    take(mail(4, "はい", From="someone@else.example"))
    assert heard == [1, 2, 3, 4]


def test_the_same_a_week_later_is_new(office: People, heard: list[int]) -> None:
    take(mail(1))
    Inbound.objects.update(stored_at=timezone.now() - timedelta(days=8))
    take(mail(2))
    assert heard == [1, 2]


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"Precedence": "bulk"}, "automatic"),
        ({"List_Id": "<news.example>"}, "automatic"),
        ({"X_Loop": OWN}, "loop"),
        ({"Message_ID": f"<{'a' * 40}@kumihimo.example>"}, "loop"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"Auto_Submitted": "no"}, ""),
        ({"Message_ID": f"<{'a' * 40}@other.example>"}, ""),
    ],
)
def test_what_no_person_wrote_is_stopped(
    headers: dict[str, str], reason: str, office: People, heard: list[int]
) -> None:
    came = take(mail(**headers))
    assert came.reason == reason
    assert heard == ([] if reason else [1])
    if reason:
        services.release(came.pk)
        services.release(came.pk)
        assert heard == [1]


def test_the_twenty_first_mail_of_a_day_is_stopped_and_those_of_others_are_not(
    office: People, heard: list[int]
) -> None:
    for number in range(22):
        take(mail(number, f"その{number}"))
    take(mail(99, From="other@firm.example"))
    assert heard == [*range(1, 21), 23]
    assert {one.reason for one in Inbound.objects.filter(state="held")} == {"flood"}


def bounce(message_id: str, action: str = "failed") -> bytes:
    return (
        "From: MAILER-DAEMON@kumihimo.example\r\nReturn-Path: <>\r\nSubject: Undelivered\r\nMessage-ID: <b@x>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        f"Final-Recipient: rfc822; works@own.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("action", "state"), [("failed", "to_call"), ("delayed", "sent")], ids=["for good", "still tried"]
)
def test_a_mail_that_comes_back_is_not_delivered(action: str, state: str, office: People, settings: Any) -> None:
    from .wires import mail_server

    with mail_server() as server:
        settings.CHANNELS = ChannelSettings(smtp=server.server, mail_from=OWN)
        posted = services.post("1", OWN_FIRM, "注文書", "本文", kind="order")
        as_worker(sending.send_one)(working_hour())
    take(bounce("<" + "0" * 40 + "@kumihimo.example>"))
    posted.refresh_from_db()
    assert posted.state == "sent"  # nobody can guess the number of a mail of ours
    Inbound.objects.all().update(channel_id="other")
    take(bounce(Attempt.objects.get().provider_id, action))
    posted.refresh_from_db()
    assert posted.state == state


# Bombs


def nested(depth: int) -> bytes:
    head = b"From: a@b.example\r\nMessage-ID: <n@b.example>\r\nMIME-Version: 1.0\r\n"
    body = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(depth)
    )
    return head + body + b"Content-Type: text/plain\r\n\r\nhello\r\n"


def many(count: int) -> bytes:
    part = b"--b\r\nContent-Type: image/png; name=x.png\r\n\r\nx\r\n"
    return b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + part * count + b"--b--\r\n"


BOMBS = {
    "nesting": nested(5_000),
    "a little nesting": nested(40),
    "a thousand files": many(1_000),
    "a million seams": b'Content-Type: multipart/mixed; boundary=""\r\n\r\n' + b"--\n" * 1_000_000,
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 3_000 + b"hello",
    "endless header": b"From: a@b.example\r\nSubject: " + b"x" * 5_000_000 + b"\r\n\r\nhello",
    "header without end": b"X: y\r\n" * 200_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_stored_and_stopped(name: str, office: People, heard: list[int]) -> None:
    began = time.process_time()
    came = take(BOMBS[name])
    assert time.process_time() - began < 5.0
    assert bytes(came.raw) == BOMBS[name]
    assert (came.state, came.reason, heard) == ("held", "unreadable", [])


ODD = {
    "unknown charset": mail().replace(b'charset="utf-8"', b'charset="klingon"'),
    "charset of a codec that is none": mail().replace(b'charset="utf-8"', b'charset="base64"'),
    "lying charset": b"Content-Type: text/plain; charset=ascii\r\n\r\n" + "承知しました。".encode("cp932"),
    "iso-2022-jp": b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + "承知しました。".encode("iso-2022-jp"),
    "broken base64": b"Content-Transfer-Encoding: base64\r\nContent-Type: image/png; name=a\r\n\r\n!!!!=",
    "broken encoded word": b"Subject: =?utf-8?b?4?= =?x?q?=ff?=\r\nFrom: =?utf-8?q?=?=\r\n\r\nx",
    "eight bits": b"Subject: \xff\xfe\x00\r\nFrom: \xff@\xfe\r\nMessage-ID: \xff\x00\r\n\r\n\xff\x00",
    "file name": b'Content-Type: image/png; name="../../etc/passwd\x00.png"\r\n\r\nx',
    "rfc 2231": b"Content-Type: image/png; name*0*=klingon''%ff; name*99999999999=x\r\n\r\nx",
    "nothing": b"",
    "only a line": b"\r\n",
    "no head": b"hello",
    "multipart of nothing": b"Content-Type: multipart/mixed\r\n\r\nhello",
    "html": b"Content-Type: text/html\r\n\r\n<script>alert(1)</script><p>ok" + b"<" * 100_000,
}


@pytest.mark.parametrize("name", ODD)
def test_odd_mails_are_read_as_far_as_they_go(name: str, office: People) -> None:
    came = take(ODD[name])
    assert bytes(came.raw) == ODD[name]
    parts = parts_of(ODD[name], MAIL)
    assert "\x00" not in parts.text + came.subject + came.sender + came.channel_id
    assert all("/" not in one.name and "\x00" not in one.name for one in parts.enclosed)
    if name in ("lying charset", "iso-2022-jp", "unknown charset"):
        assert parts.text == "承知しました。"
    if name == "html":
        assert "alert" not in parts.text


@given(st.binary(max_size=600))
def test_whatever_comes_is_taken_apart_without_an_error(raw: bytes) -> None:
    head = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
    for one in (raw, head + raw, b"Content-Type: text/plain; charset=" + raw, b"Subject: " + raw + b"\r\n\r\nx"):
        parts_of(one, MAIL)
        fingerprint(one, MAIL, with_words=True)
        arrived(one, fax_domain="fax.example")


# Who sent it


def test_an_address_that_two_claim_belongs_to_whom_the_coordinator_knows(office: People, as_user: Doing) -> None:
    with as_user("rival"):
        taken = address_services.add(RIVAL_FIRM, Channel.MAIL, "works@own.example")
    assert take(mail(1)).firm == OWN_FIRM
    Address.objects.filter(pk=taken.pk).update(is_confirmed=True)
    came = take(mail(2, "二通目"))
    assert (came.firm, came.is_known) == ("", False)


def test_what_a_firm_says_of_itself_is_not_known_yet(office: People, as_user: Doing) -> None:
    with as_user("factory"):
        address_services.add(OWN_FIRM, Channel.MAIL, "new@own.example")
    came = take(mail(1, From="New <NEW@own.example>"))
    assert (came.firm, came.is_known) == (OWN_FIRM, False)


def test_a_firm_of_another_network_is_received_there(office: People) -> None:
    address = Address(network=office.stranger_network, firm="F9999", channel="mail", value="far@away.example", rank=1)
    address.save()
    assert take(mail(1, From="far@away.example")).network_id == office.stranger_network.pk
    assert not Inbound.objects.exists()


# FAX


def test_a_mail_of_the_fax_service_is_a_fax_of_its_number(office: People, heard: list[int]) -> None:
    address_services.add(OWN_FIRM, Channel.FAX, "0265-11-1111")
    for number, moment in ((1, "10:00"), (2, "10:05")):
        raw = mail(
            number,
            f"received {moment}",
            [("fax.tif", TIFF)],
            From="0265111111@fax.example",
            Subject=f"FAX {moment}",
            Auto_Submitted="auto-generated",
        )
        came = take(raw, fax_domain="fax.example")
    assert (came.channel, came.sender, came.firm, came.copies) == ("fax", "0265111111", OWN_FIRM, 1)
    assert heard == [1]


def put(folder: Path, name: str, content: bytes = TIFF, *, age_s: float = 60.0) -> Path:
    path = folder / name
    path.write_bytes(content)
    written = timezone.now().timestamp() - age_s
    os.utime(path, (written, written))
    return path


def test_a_fax_folder_is_emptied_once(office: People, tmp_path: Path, heard: list[int]) -> None:
    address_services.add(OWN_FIRM, Channel.FAX, "0265-11-1111")
    put(tmp_path, "0265111111_20261124.tif")
    put(tmp_path, "000000001.pdf", b"%PDF-1.7")
    put(tmp_path, "half.tif", age_s=1)
    put(tmp_path, "note.txt")
    put(tmp_path, "empty.tif", b"")
    (tmp_path / "folder.tif").mkdir()
    (tmp_path / "link.tif").symlink_to("/etc/passwd")
    source = FaxFolder(tmp_path, timezone.now)
    assert as_worker(tasks.fetch)(source) == 2
    assert as_worker(tasks.fetch)(source) == 0
    found = {one.subject: one for one in Inbound.objects.all()}
    assert found["0265111111_20261124.tif"].firm == OWN_FIRM
    assert (found["000000001.pdf"].firm, found["000000001.pdf"].content_type) == ("", "application/pdf")
    assert len(heard) == 2
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"half.tif", "note.txt", "empty.tif", "folder.tif", "link.tif", "taken"}
    # The FAX server counts from 1 again one day.
    put(tmp_path, "000000001.pdf", b"%PDF-1.7 another")
    assert as_worker(tasks.fetch)(source) == 1
    assert len(list((tmp_path / "taken").iterdir())) == 3


def test_a_file_that_could_not_be_stored_is_still_there(
    office: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "1.tif")
    with monkeypatch.context() as patch:
        patch.setattr(receiving, "record", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("disk full")))
        with pytest.raises(RuntimeError):
            as_worker(tasks.fetch)(FaxFolder(tmp_path, timezone.now))
    assert not Inbound.objects.exists()
    assert as_worker(tasks.fetch)(FaxFolder(tmp_path, timezone.now)) == 1


def test_what_was_stored_and_never_looked_at_is_looked_at_later(
    office: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []

    def breaks(inbound: Inbound) -> None:
        if not told:
            told.append(0)
            raise RuntimeError("not now")
        told.append(inbound.number)

    monkeypatch.setattr(registry, "_of_inbound", [breaks])
    assert take(mail()).state == "stored"
    assert as_worker(receiving.recognise_left)(timezone.now()) == 0
    assert as_worker(receiving.recognise_left)(timezone.now() + timedelta(minutes=6)) == 1
    assert (Inbound.objects.get().state, told) == ("new", [0, 1])


# Whose turn it is


def test_one_of_all_workers_does_it_and_again_after_the_pause(db: None) -> None:
    at, pause = datetime(2026, 11, 24, 1, tzinfo=UTC), timedelta(minutes=1)
    assert [tasks.is_our_turn("x", at, pause) for _ in range(3)] == [True, False, False]
    assert not tasks.is_our_turn("x", at + timedelta(seconds=59), pause)
    assert tasks.is_our_turn("x", at + timedelta(seconds=61), pause)


def test_a_mailbox_that_does_not_answer_is_told(office: People, settings: Any) -> None:
    from kumihimo_web.channels import queries

    server = Server(host="127.0.0.1", port=free_port(), is_tls=False, user="a", password="b")
    settings.CHANNELS = ChannelSettings(imap=server)
    tasks._rounds.end()
    as_worker(tasks.go_round)()
    assert "refused" in Turn.objects.get(name="channels.mail").problem
    assert [str(one.title) for one in queries.attention()] == ["届いたものを受け取れていません"]


# A real IMAP server


@pytest.fixture(scope="module")
def mailbox() -> Iterator[tuple[Server, Path]]:
    if dovecot_program() is None:
        pytest.skip("dovecot is not installed (sh scripts/system_parts.sh): mail in was not tested")
    # Not under pytest's own folder: as root, dovecot reads mail as somebody who may not look in there.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with dovecot(Path(folder) / "dovecot") as found:
            yield found


def deliver(folder: Path, name: str, raw: bytes) -> None:
    path = folder / name
    path.write_bytes(raw)
    path.chmod(0o666)


def test_a_mailbox_is_emptied_once(
    office: People, mailbox: tuple[Server, Path], heard: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, folder = mailbox
    first, second = mail(1, files=[("返信.tif", TIFF)]), mail(2, "二通目")
    deliver(folder, "1.a", first)
    deliver(folder, "2.a", second)
    monkeypatch.setattr("kumihimo_web.channels.adapters.mail.MOST_BYTES", 10_000)
    deliver(folder, "3.a", mail(3, base64.b64encode(os.urandom(60_000)).decode()))
    assert as_worker(tasks.fetch)(Mailbox(server)) == 3
    assert as_worker(tasks.fetch)(Mailbox(server)) == 0
    found = list(Inbound.objects.order_by("number"))
    # Line ends come as mail servers write them.
    assert [bytes(one.raw).replace(b"\r\n", b"\n") for one in found[:2]] == [first, second]
    assert (found[2].state, found[2].reason, len(found[2].raw) < 1_000) == ("held", "too_large", True)
    taken = folder.parent / ".Kumihimo"
    assert sum(path.is_file() for name in ("new", "cur") for path in (taken / name).iterdir()) == 3
    # The same again, delivered by a server that was not sure.
    deliver(folder, "4.a", first)
    assert as_worker(tasks.fetch)(Mailbox(server)) == 1
    assert Inbound.objects.count() == 3


def test_a_mail_that_could_not_be_stored_stays_in_the_mailbox(
    office: People, mailbox: tuple[Server, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, folder = mailbox
    deliver(folder, "9.a", mail(9))
    with monkeypatch.context() as patch:
        patch.setattr(receiving, "record", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("disk full")))
        with pytest.raises(RuntimeError):
            as_worker(tasks.fetch)(Mailbox(server))
    assert as_worker(tasks.fetch)(Mailbox(server)) == 1


def test_a_wrong_password_is_told_and_not_shown(office: People, mailbox: tuple[Server, Path]) -> None:
    from dataclasses import replace

    server, _folder = mailbox
    Turn.objects.create(name="channels.mail", at=timezone.now())
    assert as_worker(tasks.fetch)(Mailbox(replace(server, password="wrong-word"))) == 0
    problem = Turn.objects.get().problem
    assert "AUTHENTICATIONFAILED" in problem
    assert "wrong-word" not in problem + repr(server)
