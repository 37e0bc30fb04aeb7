"""Channels that are set by half do not start, and what is wrong is said without the password."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kumihimo_web.project import environment
from kumihimo_web.project.channel_environment import NAMES, ChannelSettings, channels

from .wires import fax_server

SMTP = {"KUMIHIMO_SMTP_URL": "smtps://office:sec%2Fret@mail.example", "KUMIHIMO_MAIL_FROM": "Office@own.example"}
LINE = {"KUMIHIMO_LINE_TOKEN": "t", "KUMIHIMO_LINE_SECRET": "s"}
THERE = {"KUMIHIMO_LINE_URL": "https://line.example", "KUMIHIMO_LINE_DATA_URL": "https://data.line.example"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def given(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> ChannelSettings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return channels()


def test_without_anything_there_is_nothing() -> None:
    assert channels() == ChannelSettings()


def test_what_is_set_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = given(
        monkeypatch,
        {
            **SMTP,
            "KUMIHIMO_IMAP_URL": "imaps://office:p@mail.example/Orders/In",
            "KUMIHIMO_HYLAFAX_FOLDER": str(fax_server(tmp_path / "fax")),
            "KUMIHIMO_FAX_FOLDER": str(tmp_path),
            "KUMIHIMO_LINE_TOKEN": "t",
            "KUMIHIMO_LINE_SECRET": "s",
        },
    )
    assert found.smtp is not None
    assert (found.smtp.host, found.smtp.port, found.smtp.is_tls, found.smtp.password) == (
        "mail.example",
        465,
        True,
        "sec/ret",
    )
    assert found.imap is not None
    assert found.imap.path == "Orders/In"
    assert found.line is not None
    assert (found.line.host, found.line.is_tls) == ("api.line.me", True)
    assert found.line_data is not None
    assert (found.line_data.host, found.line_data.is_tls) == ("api-data.line.me", True)
    assert found.mail_from == "office@own.example"
    assert "sec/ret" not in repr(found)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"KUMIHIMO_SMTP_URL": "smtps://mail.example"}, "KUMIHIMO_MAIL_FROM"),
        ({"KUMIHIMO_MAIL_FROM": "a@b.example"}, "KUMIHIMO_SMTP_URL"),
        ({**SMTP, "KUMIHIMO_MAIL_FROM": "nobody"}, "KUMIHIMO_MAIL_FROM"),
        ({**SMTP, "KUMIHIMO_SMTP_URL": "http://mail.example"}, "KUMIHIMO_SMTP_URL"),
        ({**SMTP, "KUMIHIMO_SMTP_URL": "smtp://secret-word@mail.example"}, "KUMIHIMO_SMTP_URL"),
        ({**SMTP, "KUMIHIMO_SMTP_URL": "smtp://a:secret-word@mail.example:x"}, "KUMIHIMO_SMTP_URL"),
        ({"KUMIHIMO_MAIL_FAX_DOMAIN": "fax.example"}, "KUMIHIMO_SMTP_URL"),
        ({**SMTP, "KUMIHIMO_MAIL_FAX_DOMAIN": "x@fax.example"}, "KUMIHIMO_MAIL_FAX_DOMAIN"),
        ({"KUMIHIMO_IMAP_URL": "imaps://mail.example"}, "KUMIHIMO_IMAP_URL"),
        ({"KUMIHIMO_LINE_TOKEN": "secret-word"}, "KUMIHIMO_LINE_SECRET"),
        ({"KUMIHIMO_LINE_SECRET": "secret-word"}, "KUMIHIMO_LINE_TOKEN"),
        ({"KUMIHIMO_LINE_URL": "https://line.example"}, "KUMIHIMO_LINE_TOKEN"),
        ({**LINE, "KUMIHIMO_LINE_URL": "https://line.example"}, "KUMIHIMO_LINE_DATA_URL"),
        ({**LINE, "KUMIHIMO_LINE_DATA_URL": "https://line.example"}, "KUMIHIMO_LINE_URL"),
        ({**LINE, **THERE, "KUMIHIMO_LINE_URL": "http://line.example"}, "KUMIHIMO_LINE_URL"),
        ({**LINE, **THERE, "KUMIHIMO_LINE_DATA_URL": "http://line.example"}, "KUMIHIMO_LINE_DATA_URL"),
        ({"KUMIHIMO_HYLAFAX_FOLDER": "/nowhere"}, "KUMIHIMO_HYLAFAX_FOLDER"),
        ({"KUMIHIMO_FAX_FOLDER": "/nowhere"}, "KUMIHIMO_FAX_FOLDER"),
    ],
)
def test_what_is_set_by_half_is_refused(values: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match=named) as why:
        given(monkeypatch, values)
    assert "secret-word" not in str(why.value)


def test_a_fax_goes_out_by_one_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    both = {
        **SMTP,
        "KUMIHIMO_MAIL_FAX_DOMAIN": "fax.example",
        "KUMIHIMO_HYLAFAX_FOLDER": str(fax_server(tmp_path / "fax")),
    }
    with pytest.raises(ImproperlyConfigured, match="must not both be set"):
        given(monkeypatch, both)


# Where links in letters lead


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("", "https://kumihimo.example"),
        ("  ", "https://kumihimo.example"),
        ("https://orders.example.jp:8443/", "https://orders.example.jp:8443"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
    ],
)
def test_links_lead_to_where_the_pages_are(monkeypatch: pytest.MonkeyPatch, told: str, address: str) -> None:
    monkeypatch.setenv(environment.ADDRESS, told)
    assert environment.public_address("https://kumihimo.example") == address


@pytest.mark.parametrize(
    "told", ["orders.example.jp", "ftp://orders.example.jp", "https://", "https://a.jp/path", "https://a.jp?q=1"]
)
def test_an_address_that_no_link_begins_with_starts_nothing(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv(environment.ADDRESS, told)
    with pytest.raises(ImproperlyConfigured, match=environment.ADDRESS):
        environment.public_address("https://kumihimo.example")
