"""Mail out by SMTP, mail in by IMAP."""

from __future__ import annotations

import hashlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from email.utils import parseaddr

from kumihimo.model import Channel
from kumihimo_web.channels.adapters.base import Arrived, Letter, Taken
from kumihimo_web.channels.adapters.smtp import hand_over, mail, message_id
from kumihimo_web.channels.incoming import HEAD_ONLY, MAIL, words_of
from kumihimo_web.project.channel_environment import Server

MOST_BYTES = 25 * 1024 * 1024
"""Of a larger mail only the head is fetched."""
MOST_HEAD = 256 * 1024
_TAKEN = "Kumihimo"
_MOST_AT_ONCE = 50
_TIMEOUT_S = 60.0
_DIGITS = re.compile(r"\+?\d{8,15}")


class Mail:
    """Mail out. A mail server takes the same Message-ID twice, and whoever reads it sees one letter."""

    repeats = True

    def __init__(self, server: Server, sender: str) -> None:
        self._server, self._sender = server, sender

    def send(self, letter: Letter, address: str, key: str) -> Taken:
        """Send a letter with all its files."""
        identifier = message_id(self._sender, key)
        made = mail(letter, sender=self._sender, to=address, message_id=identifier)
        return hand_over(self._server, made, sender=self._sender, to=address)

    def look(self, provider_id: str) -> Taken | None:
        """Know nothing: that a server took a mail says nothing of whether somebody reads it."""
        return None


class Mailbox:
    """Mail in. What lies in the folder has not been taken; what has, lies in the folder Kumihimo beside it."""

    name = "mail"

    def __init__(self, server: Server, *, fax_domain: str = "") -> None:
        self._server, self._fax_domain = server, fax_domain

    def poll(self) -> Iterator[Arrived]:
        """Yield the mails of the folder, the oldest first, and move each when the next is asked for.

        Raises
        ------
        OSError, imaplib.IMAP4.error
            The server does not answer, or does not let us in.
        """
        box = self._open()
        try:
            folder = self._server.path or "INBOX"
            _check(box.select(_quoted(folder)))
            _ok, found = box.uid("SEARCH", "UNDELETED")
            uids = (found[0] or b"").split()
            if uids:
                # It says NO when the folder is there, which is as good.
                box.create(_TAKEN)
            for uid in uids[:_MOST_AT_ONCE]:
                came = self._fetch(box, uid.decode())
                if came is not None:
                    yield came
                _check(box.uid("COPY", uid.decode(), _TAKEN))
                _check(box.uid("STORE", uid.decode(), "+FLAGS", r"(\Deleted)"))
            box.expunge()
        finally:
            _leave(box)

    def _open(self) -> imaplib.IMAP4:
        server, context = self._server, ssl.create_default_context()
        box: imaplib.IMAP4
        if server.is_tls:
            box = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=_TIMEOUT_S)
        else:
            box = imaplib.IMAP4(server.host, server.port, timeout=_TIMEOUT_S)
        try:
            if not server.is_tls and not server.is_this_machine:
                box.starttls(context)
            box.login(server.user, server.password)
        except BaseException:
            box.shutdown()
            raise
        return box

    def _fetch(self, box: imaplib.IMAP4, uid: str) -> Arrived | None:
        _ok, told = box.uid("FETCH", uid, "(RFC822.SIZE)")
        size = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(one for one in told if isinstance(one, bytes)))
        if size is None:
            return None  # somebody else has removed it in between
        is_whole = int(size[1]) <= MOST_BYTES
        part = "BODY.PEEK[]" if is_whole else f"BODY.PEEK[HEADER]<0.{MOST_HEAD}>"
        _ok, told = box.uid("FETCH", uid, f"({part})")
        raw = next((one[1] for one in told if isinstance(one, tuple)), None)
        return None if raw is None else arrived(bytes(raw), is_whole=is_whole, fax_domain=self._fax_domain)


def arrived(raw: bytes, *, is_whole: bool = True, fax_domain: str = "") -> Arrived:
    """Return a mail as something that came; one of the FAX service is a FAX of the number that it names."""
    head = BytesHeaderParser().parsebytes(raw[:MOST_HEAD].partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    sender = parseaddr(words_of(head.get("From", "")))[1].lower()
    subject = words_of(head.get("Subject", ""))
    told = " ".join(str(head.get("Message-ID", "")).split())
    # Without a Message-ID, or with one as long as a novel, the mail itself is its name.
    identifier = told if 0 < len(told) <= 200 else f"sha256:{hashlib.sha256(raw).hexdigest()}"
    channel = Channel.MAIL
    local, _at, domain = sender.rpartition("@")
    if fax_domain and domain == fax_domain:
        channel = Channel.FAX
        number = _DIGITS.search(local) or _DIGITS.search(subject.replace("-", ""))
        sender = number[0] if number else ""
    return Arrived(
        channel=channel,
        channel_id=identifier,
        sender=sender,
        raw=raw,
        content_type=MAIL if is_whole else HEAD_ONLY,
        subject=subject,
    )


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _check(answer: tuple[str, object]) -> None:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(f"the mail server said {answer[0]}")


def _leave(box: imaplib.IMAP4) -> None:
    try:
        box.logout()
    except (OSError, imaplib.IMAP4.error):
        box.shutdown()
