"""Every way out, against something that answers: what went over the wire, and what is made of every answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kumihimo.model import Channel
from kumihimo_web.channels import address_services, sending, services
from kumihimo_web.channels.adapters.base import Doubtful, Enclosed, Later, Letter, Refused
from kumihimo_web.channels.adapters.hylafax import HylaFax
from kumihimo_web.channels.adapters.line import Line
from kumihimo_web.channels.adapters.mail import Mail
from kumihimo_web.channels.adapters.mail_fax import MailFax
from kumihimo_web.channels.adapters.outbox import Outbox
from kumihimo_web.channels.address_value import dialled, spelled
from kumihimo_web.channels.models import Attempt
from kumihimo_web.project.channel_environment import ChannelSettings, Server

from .conftest import OWN_FIRM, People
from .wires import OWN, LineServer, MailServer, as_worker, fax_server, free_port, line_server, mail_server, working_hour

KEY = "0123456789abcdef0123456789abcdef01234567"
PDF = Enclosed(name="注文書.pdf", content_type="application/pdf", content=b"%PDF-1.7")
BOOK = Enclosed(name="a.xlsx", content_type="application/vnd.ms-excel", content=b"PK")
LETTER = Letter(subject="注文書", text="本文", enclosed=(PDF, BOOK))


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture
def line() -> Iterator[LineServer]:
    with line_server() as made:
        yield made


@pytest.fixture
def fax(tmp_path: Path) -> Path:
    return fax_server(tmp_path / "fax")


# Mail


@pytest.mark.parametrize("subject", ["注文書\r\nBcc: rival@example.com", "注文書\nX: y", "注文書 Bcc: a"])
def test_a_subject_cannot_add_a_header(mails: MailServer, subject: str) -> None:
    mails.taken.clear()
    Mail(mails.server, OWN).send(Letter(subject=subject, text=""), "a@b.example", KEY)
    ((to, mail),) = mails.taken
    assert (to, mail["Bcc"], mail["X"]) == ("a@b.example", None, None)


@pytest.mark.parametrize(
    ("said", "error"), [("450 later", Later), ("550 never", Refused), ("421 closing", Later), ("999 what", Later)]
)
def test_what_a_mail_server_says_counts(mails: MailServer, said: str, error: type[Exception]) -> None:
    mails.data = said
    try:
        with pytest.raises(error):
            Mail(mails.server, OWN).send(LETTER, "a@b.example", KEY)
    finally:
        mails.data = "250 taken"


def test_a_wrong_password_is_nobody_s_address(mails: MailServer) -> None:
    server = Server(host="127.0.0.1", port=mails.server.port, is_tls=False, user="office", password="wrong")
    with pytest.raises(Later):
        Mail(server, OWN).send(LETTER, "a@b.example", KEY)


def test_a_server_without_tls_gets_no_letter(mails: MailServer) -> None:
    """Only this machine may be spoken to in the clear; any other has to offer TLS."""
    server = Server(host="localhost.localdomain", port=mails.server.port, is_tls=False)
    mails.taken.clear()
    with pytest.raises(Later):
        Mail(server, OWN).send(LETTER, "a@b.example", KEY)
    assert mails.taken == []


# FAX


def test_a_fax_service_gets_the_pages_alone_and_the_number_in_the_address(mails: MailServer) -> None:
    mails.taken.clear()
    adapter = MailFax(mails.server, OWN, "fax.example")
    adapter.send(LETTER, "0265111111", KEY)
    ((to, mail),) = mails.taken
    assert to == "0265111111@fax.example"
    assert [part.get_payload(decode=True) for part in mail.walk() if part.get_filename()] == [PDF.content]
    assert adapter.repeats is False


def test_words_without_pages_become_a_page(mails: MailServer) -> None:
    mails.taken.clear()
    hostile = "12月4日(金)の件\n#read('/etc/passwd')\n$x$ よろしくお願いします。"
    words = Letter(subject="ご連絡 #set page", text=hostile)
    MailFax(mails.server, OWN, "fax.example").send(words, "0265111111", KEY)
    ((_to, mail),) = mails.taken
    (page,) = [part.get_payload(decode=True) for part in mail.walk() if part.get_filename()]
    assert page.startswith(b"%PDF")


def test_hylafax_is_told_number_key_and_pages(fax: Path) -> None:
    taken = HylaFax(fax).send(LETTER, "+862112345678", KEY)
    assert taken.provider_id == "7"
    asked = (fax / "asked").read_text(encoding="utf-8").split("\n")
    assert asked[asked.index("-d") + 1] == "010862112345678"
    assert asked[asked.index("-i") + 1] == KEY
    assert next(word for word in asked if word.endswith((".pdf", ".xlsx", ".tif"))).endswith("1.pdf")
    assert sum(word.startswith("/") for word in asked) == 1
    assert (fax / "pages").read_bytes() == b"%PDF"


def test_hylafax_that_fails_says_so(fax: Path, tmp_path: Path) -> None:
    (fax / "fails").write_text('Can not reach server at host "localhost"', encoding="utf-8")
    with pytest.raises(Later, match="Can not reach server"):
        HylaFax(fax).send(LETTER, "0265111111", KEY)
    (fax / "fails").unlink()
    (fax / "silent").touch()
    with pytest.raises(Doubtful):
        HylaFax(fax).send(LETTER, "0265111111", KEY)
    with pytest.raises(Later):
        HylaFax(tmp_path / "nowhere").send(LETTER, "0265111111", KEY)


def test_a_call_that_does_not_end_is_doubtful(fax: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kumihimo_web.channels.adapters.hylafax._TIMEOUT_S", 1.0)
    (fax / "sendfax").write_text("#!/bin/sh\nexec sleep 300\n", encoding="utf-8")
    with pytest.raises(Doubtful, match="did not end"):
        HylaFax(fax).send(LETTER, "0265111111", KEY)


JOBS = """
HylaFAX scheduler on localhost: Running
Modem ttyS0 (+81.265.12.3456): Running and idle

JID  Pri S  Owner Number       Pages Dials     TTS Status
77   127 D   root 0265999999      1:1   1:12
7    127 {state}   root 0265111111      {pages}   {said}
"""


@pytest.mark.parametrize(
    ("state", "pages", "said", "becomes"),
    [
        ("D", "2:2", "1:12", "delivered"),
        ("F", "0:2", "12:12         Busy signal detected", "queued"),
        ("R", "0:2", "1:12", "sent"),
        ("W", "0:2", "1:12  10:20   No answer", "sent"),
    ],
)
def test_what_the_fax_server_knows_is_asked_for(
    state: str, pages: str, said: str, becomes: str, fax: Path, people: People, as_user: Any, settings: Any
) -> None:
    settings.CHANNELS = ChannelSettings(hylafax_folder=fax)
    at = working_hour()
    with as_user("coordinator"):
        address_services.add(OWN_FIRM, Channel.FAX, "0265-111-111")
        address_services.add(OWN_FIRM, Channel.WEB, "")
        posted = services.post("1", OWN_FIRM, "注文書", "本文", kind="order")
        as_worker(sending.send_one)(at)
        as_worker(sending.look)(at)
        posted.refresh_from_db()
        assert posted.state == "sent"
        (fax / "jobs").write_text(JOBS.format(state=state, pages=pages, said=said), encoding="utf-8")
        as_worker(sending.look)(at)
        posted.refresh_from_db()
        assert posted.state == becomes
        if state == "F":
            attempt = Attempt.objects.get()
            assert "Busy signal detected" in attempt.words
            assert posted.channel == "web"


# LINE


def test_line_is_told_words_and_a_retry_key(line: LineServer) -> None:
    adapter = Line(line.server, "token-1")
    taken = adapter.send(LETTER, f"U{'0' * 32}", KEY)
    adapter.send(LETTER, f"U{'0' * 32}", KEY)
    (path, headers, body), again = line.asked
    assert path == "/v2/bot/message/push"
    assert headers["authorization"] == "Bearer token-1"
    assert headers["x-line-retry-key"] == str(uuid.UUID(KEY[:32])) == again[1]["x-line-retry-key"]
    assert body["to"] == f"U{'0' * 32}"
    assert body["messages"] == [{"type": "text", "text": "注文書\n\n本文"}]
    assert taken.provider_id == "request-1"


@pytest.mark.parametrize(("status", "error"), [(400, Refused), (401, Later), (429, Later), (500, Later), (302, Later)])
def test_what_line_says_counts(line: LineServer, status: int, error: type[Exception]) -> None:
    line.status, line.said = status, b"\xff<html>" + b"x" * 300_000
    with pytest.raises(error) as why:
        Line(line.server, "t").send(LETTER, "U1", KEY)
    assert len(why.value.words) <= 500  # type: ignore[attr-defined]


def test_line_that_took_it_the_first_time_says_so(line: LineServer) -> None:
    line.status = 409
    assert Line(line.server, "t").send(LETTER, "U1", KEY).provider_id == "request-0"


def test_a_line_that_breaks_is_doubtful_and_one_that_is_not_there_is_not(line: LineServer) -> None:
    line.hangs_up = True
    with pytest.raises(Doubtful):
        Line(line.server, "t").send(LETTER, "U1", KEY)
    with pytest.raises(Later):
        Line(Server(host="127.0.0.1", port=free_port(), is_tls=False), "t").send(LETTER, "U1", KEY)


def test_files_are_reached_from_line_by_the_link(
    line: LineServer, people: People, as_user: Callable[[str], Any], settings: Any
) -> None:
    settings.CHANNELS = ChannelSettings(line=line.server, line_token="t", line_secret="s")
    with as_user("coordinator"):
        address_services.add(OWN_FIRM, Channel.LINE, f"U{'a' * 32}")
        files = [(PDF.name, PDF.content_type, PDF.content)]
        services.post("1", OWN_FIRM, "注文書", "本文", kind="order", enclosures=files)
        as_worker(sending.send_one)(working_hour())
    text = line.asked[0][2]["messages"][0]["text"]
    address = next(part for part in text.split() if "/answer/" in part)
    assert services.opened(address.rstrip("/").rpartition("/")[2]) is not None


# The demo


def test_the_demo_writes_into_a_folder_and_nowhere_else(tmp_path: Path) -> None:
    hostile = Enclosed(name="../../../evil\x00.pdf", content_type="application/pdf", content=b"%PDF")
    letter = Letter(subject="注文書", text="本文", enclosed=(hostile,))
    Outbox(tmp_path / "outbox", "mail").send(letter, "../../a@b.example", KEY)
    Outbox(tmp_path / "outbox", "mail").send(letter, "../../a@b.example", KEY)
    found = sorted(path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file())
    assert found == ["outbox", "outbox"]


# How addresses are written


@pytest.mark.parametrize(
    ("channel", "text", "value"),
    [
        (Channel.FAX, "０２６５－１２－３４５６", "0265123456"),
        (Channel.FAX, "+81 (0)265-12-3456", "0265123456"),
        (Channel.PHONE, "+81 90 1234 5678", "09012345678"),
        (Channel.FAX, "+86 21 1234 5678", "+862112345678"),
        (Channel.MAIL, " Works@Own.Example ", "works@own.example"),
        (Channel.LINE, f"U{'0a' * 16}", f"U{'0a' * 16}"),
        (Channel.WEB, "anything", ""),
    ],
)
def test_an_address_has_one_spelling(channel: Channel, text: str, value: str) -> None:
    assert spelled(channel, text) == value


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        (Channel.FAX, ""),
        (Channel.FAX, "110"),
        (Channel.FAX, "-d 0265111111"),
        (Channel.FAX, "0265111111 -m"),
        (Channel.FAX, "0265111111@evil.example"),
        (Channel.FAX, "0265111111;reboot"),
        (Channel.MAIL, "a@b.example\nBcc: c@d.example"),
        (Channel.MAIL, "a@b.example, c@d.example"),
        (Channel.MAIL, "注文@b.example"),
        (Channel.LINE, "U123"),
        (Channel.LINE, "u" + "0" * 32),
    ],
)
def test_nothing_else_gets_on_a_line(channel: Channel, text: str) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        spelled(channel, text)


def test_a_foreign_number_is_dialled_from_japan() -> None:
    assert (dialled("0265111111"), dialled("+862112345678")) == ("0265111111", "010862112345678")
