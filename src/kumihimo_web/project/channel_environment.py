"""What the environment says of the channels: mail, FAX, LINE. Nothing that is set by half starts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SMTP = "KUMIHIMO_SMTP_URL"
"""``smtps://user:password@host`` (TLS from the start) or ``smtp://…:587`` (TLS is then asked for, and required)."""
MAIL_FROM = "KUMIHIMO_MAIL_FROM"
"""Address from which mail is sent; goes with `SMTP`."""
IMAP = "KUMIHIMO_IMAP_URL"
"""``imaps://user:password@host/INBOX``: what lies in that folder is taken, and moved to the folder Kumihimo."""
MAIL_FAX = "KUMIHIMO_MAIL_FAX_DOMAIN"
"""Domain of a mail-to-FAX service: mail to ``0265123456@domain`` comes out as FAX; needs `SMTP`."""
HYLAFAX = "KUMIHIMO_HYLAFAX_FOLDER"
"""Folder with HylaFAX's ``sendfax`` and ``faxstat``; one of this and `MAIL_FAX`."""
FAX_FOLDER = "KUMIHIMO_FAX_FOLDER"
"""Folder into which a FAX server puts what it receives, as TIFF or PDF."""
LINE_TOKEN = "KUMIHIMO_LINE_TOKEN"
"""Access token of a LINE channel; goes with `LINE_SECRET`."""
LINE_SECRET = "KUMIHIMO_LINE_SECRET"
"""Secret of that channel: what LINE sends us is signed with it."""
LINE_URL = "KUMIHIMO_LINE_URL"
"""Address of LINE's programming interface; empty = LINE's own."""
LINE_DATA_URL = "KUMIHIMO_LINE_DATA_URL"
"""Address at which LINE hands out pictures and files that people sent; goes with `LINE_URL`, empty = LINE's own."""
NAMES = (SMTP, MAIL_FROM, IMAP, MAIL_FAX, HYLAFAX, FAX_FOLDER, LINE_TOKEN, LINE_SECRET, LINE_URL, LINE_DATA_URL)
_LINE, _LINE_DATA = "https://api.line.me", "https://api-data.line.me"
_PORTS = {"smtps": 465, "smtp": 587, "imaps": 993, "imap": 143, "https": 443, "http": 80}
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A machine that we call, and as whom.

    Attributes
    ----------
    is_tls
        TLS from the start; otherwise it is begun after the greeting, unless the server is this machine.
    path
        Folder of the mailbox.
    """

    host: str
    port: int
    is_tls: bool
    user: str = ""
    password: str = field(default="", repr=False)
    path: str = ""

    @property
    def is_this_machine(self) -> bool:
        """Whether nothing crosses a network, so that nothing needs to be hidden."""
        return self.host in _LOOPBACK


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """Which channels this machine has.

    Attributes
    ----------
    outbox
        Folder in which mail and FAX end that nothing sends; only the demo has one.
    """

    smtp: Server | None = None
    mail_from: str = ""
    imap: Server | None = None
    mail_fax_domain: str = ""
    hylafax_folder: Path | None = None
    fax_folder: Path | None = None
    line: Server | None = None
    line_data: Server | None = None
    line_token: str = field(default="", repr=False)
    line_secret: str = field(default="", repr=False)
    outbox: Path | None = None


def channels(*, outbox: Path | None = None) -> ChannelSettings:
    """Return what the environment says.

    Raises
    ------
    ImproperlyConfigured
        Something is set by half, or cannot be used; the sentence names the variable, never its value.
    """
    given = {name: os.environ.get(name, "").strip() for name in NAMES}
    _together(given, SMTP, MAIL_FROM)
    _together(given, LINE_TOKEN, LINE_SECRET)
    if given[MAIL_FAX] and not given[SMTP]:
        _refuse(MAIL_FAX, f"needs {SMTP}: the FAX service is reached by mail")
    if given[MAIL_FAX] and given[HYLAFAX]:
        _refuse(MAIL_FAX, f"and {HYLAFAX} must not both be set: a FAX goes out by one of them")
    if given[LINE_URL] and not given[LINE_TOKEN]:
        _refuse(LINE_URL, f"needs {LINE_TOKEN}")
    # The token goes to both: one that is meant for a stand-in must not reach LINE.
    _together(given, LINE_URL, LINE_DATA_URL)
    if given[MAIL_FROM] and (given[MAIL_FROM].count("@") != 1 or any(c.isspace() for c in given[MAIL_FROM])):
        _refuse(MAIL_FROM, "must be a mail address")
    if "@" in given[MAIL_FAX]:
        _refuse(MAIL_FAX, "must be a domain, without @")
    return ChannelSettings(
        smtp=_server(SMTP, given[SMTP], "smtp", "smtps"),
        mail_from=given[MAIL_FROM].lower(),
        imap=_server(IMAP, given[IMAP], "imap", "imaps"),
        mail_fax_domain=given[MAIL_FAX].lower(),
        hylafax_folder=_programs(given[HYLAFAX]),
        fax_folder=_folder(given[FAX_FOLDER]),
        line=_server(LINE_URL, given[LINE_URL] or _LINE, "http", "https") if given[LINE_TOKEN] else None,
        line_data=_server(LINE_DATA_URL, given[LINE_DATA_URL] or _LINE_DATA, "http", "https")
        if given[LINE_TOKEN]
        else None,
        line_token=given[LINE_TOKEN],
        line_secret=given[LINE_SECRET],
        outbox=outbox,
    )


def _server(name: str, address: str, plain: str, tls: str) -> Server | None:
    if not address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        _refuse(name, "is no address")
    if parts.scheme not in (plain, tls) or not parts.hostname:
        _refuse(name, f"must begin with {tls}:// or {plain}:// and name a host")
    made = Server(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        is_tls=parts.scheme == tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        path=unquote(parts.path.strip("/")),
    )
    if bool(made.user) != bool(made.password):
        _refuse(name, "must name both a user and a password, or neither")
    if plain == "imap" and not made.user:
        _refuse(name, "must name a user and a password")
    if plain == "http" and not made.is_tls and not made.is_this_machine:
        _refuse(name, "must begin with https://")
    return made


def _programs(folder: str) -> Path | None:
    if not folder:
        return None
    for program in ("sendfax", "faxstat"):
        if not os.access(Path(folder) / program, os.X_OK):
            _refuse(HYLAFAX, f"must be a folder with the program {program}")
    return Path(folder).resolve()


def _folder(folder: str) -> Path | None:
    if not folder:
        return None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        _refuse(FAX_FOLDER, "must be a folder that can be read and written")
    return Path(folder).resolve()


def _together(given: dict[str, str], one: str, other: str) -> None:
    if bool(given[one]) != bool(given[other]):
        present, absent = (one, other) if given[one] else (other, one)
        _refuse(absent, f"must be set, as {present} is")


def _refuse(name: str, why: str) -> NoReturn:
    raise ImproperlyConfigured(f"{name} {why}")
