"""The other side of the channels, real where it can be: mail servers, what answers as LINE, a FAX server's programs."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.controller import Controller
from django.utils import timezone

from kumihimo.model import standard_calendar
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.channels.hours import next_open
from kumihimo_web.project.channel_environment import Server

T = TypeVar("T")
OWN = "office@kumihimo.example"


def as_worker(do: Callable[..., T]) -> Callable[..., T]:
    """Return what does it as a worker does: on nobody's behalf until it says on whose."""

    def done(*given: Any) -> T:
        with scoped(None):
            return do(*given)

    return done


def working_hour(days: int = 1) -> datetime:
    """Return when firms of the standard calendar begin to work, so many days from today or later.

    Hours of work follow whatever the time is now: an hour later is neither in the break nor after work.
    """
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return next_open((standard_calendar(),), midnight + timedelta(days=days)) + timedelta(minutes=1)


@dataclass
class MailServer:
    """A mail server: what it took, and what it says to whom."""

    server: Server
    taken: list[tuple[str, Message]] = field(default_factory=list)
    to: dict[str, str] = field(default_factory=dict)
    """Address -> answer to its RCPT."""
    data: str = "250 taken"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        said = self.to.get(address, "250 OK")
        if said.startswith("2"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data.startswith("2"):
            for address in envelope.rcpt_tos:
                self.taken.append((address, BytesParser().parsebytes(envelope.content)))
        return self.data


@contextmanager
def mail_server() -> Iterator[MailServer]:
    port = free_port()
    made = MailServer(Server(host="127.0.0.1", port=port, is_tls=False))
    controller = Controller(made, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    try:
        yield made
    finally:
        controller.stop()


@dataclass
class LineServer:
    """Something that answers as LINE does, as far as the documents of LINE say."""

    server: Server
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    status: int = 200
    hangs_up: bool = False
    said: bytes = b"{}"
    contents: dict[str, list[tuple[int, bytes]]] = field(default_factory=dict)
    """Number of a message -> what is answered when its content is asked for, one after the other; the last stays."""
    fetched: list[tuple[str, str]] = field(default_factory=list)
    """Path and authorization of whoever asked for content."""
    told_length: int | None = None
    """Length that is told of content instead of the true one; -1 = none, it comes in chunks."""
    elsewhere: str = ""
    """Address to which whoever asks for content is sent on."""


@contextmanager
def line_server() -> Iterator[LineServer]:
    made: LineServer

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(body)))
            if made.hangs_up:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(made.status)
            self.send_header("X-Line-Request-Id", "request-1")
            if made.status == 409:
                self.send_header("X-Line-Accepted-Request-Id", "request-0")
            self.send_header("Content-Length", str(len(made.said)))
            self.end_headers()
            self.wfile.write(made.said)

        def do_GET(self) -> None:
            made.fetched.append((self.path, self.headers.get("Authorization", "")))
            number = self.path.removeprefix("/v2/bot/message/").removesuffix("/content")
            answers = made.contents.get(number, [(404, b'{"message": "Not found"}')])
            status, body = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            # Whatever it is, and whatever the sender said that it is.
            self.send_header("Content-Type", "message/rfc822")
            if made.elsewhere:
                self.send_header("Location", made.elsewhere)
            if made.told_length == -1:
                self.send_header("Transfer-Encoding", "chunked")
                body = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in (body[:1000], body[1000:]) if one)
                body += b"0\r\n\r\n"
            else:
                self.send_header("Content-Length", str(made.told_length or len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)
            self.close_connection = True

        def log_message(self, *args: Any) -> None:
            pass

    Answers.protocol_version = "HTTP/1.1"
    web = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    web.daemon_threads = True
    made = LineServer(Server(host="127.0.0.1", port=web.server_address[1], is_tls=False))
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


SENDFAX = """#!/bin/sh
for word in "$@"; do echo "$word" >> "{folder}/asked"; done
echo -- >> "{folder}/asked"
for last in "$@"; do :; done
head -c 4 "$last" >> "{folder}/pages"
[ -f "{folder}/fails" ] && {{ cat "{folder}/fails" >&2; exit 1; }}
[ -f "{folder}/slow" ] && touch "{folder}/dialling"
while [ -f "{folder}/slow" ]; do sleep 0.1; done
[ -f "{folder}/silent" ] || echo "request id is 7 (group id 7) for host localhost (1 file)"
"""
FAXSTAT = """#!/bin/sh
cat "{folder}/jobs" 2>/dev/null
"""


def fax_server(folder: Path) -> Path:
    """Put programs into a folder that take the arguments of HylaFAX's, write them down and answer as those do."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("sendfax", SENDFAX), ("faxstat", FAXSTAT)):
        (folder / name).write_text(text.format(folder=folder), encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


DOVECOT = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
mail_location = maildir:{folder}/mail
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
"""


def dovecot_program() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def dovecot(folder: Path) -> Iterator[tuple[Server, Path]]:
    """Run an IMAP server of our own; yield it and the folder in which its new mail lies."""
    import grp
    import pwd

    program, port = dovecot_program(), free_port()
    assert program is not None
    # As root it will not keep mail for root: it has users of its own for that.
    owner = pwd.getpwnam("dovenull" if getpass.getuser() == "root" else getpass.getuser())
    group = grp.getgrgid(owner.pw_gid).gr_name
    for name in ("mail/new", "mail/cur", "mail/tmp", "home", "run", "state"):
        (folder / name).mkdir(parents=True)
    settings = folder / "dovecot.conf"
    settings.write_text(
        DOVECOT.format(folder=folder, port=port, user=owner.pw_name, group=group, uid=owner.pw_uid, gid=owner.pw_gid),
        encoding="utf-8",
    )
    if os.getuid() == 0:
        for place in (folder, *folder.rglob("*")):
            shutil.chown(place, owner.pw_uid, owner.pw_gid)
    running = subprocess.Popen([program, "-F", "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait_for(port, running, folder / "log")
        server = Server(host="127.0.0.1", port=port, is_tls=False, user="office", password="secret", path="INBOX")
        yield server, folder / "mail" / "new"
    finally:
        running.terminate()
        running.communicate(timeout=60)


def _wait_for(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        if running.poll() is not None:
            break
        time.sleep(0.1)
    told = log.read_text(encoding="utf-8") if log.exists() else ""
    raise AssertionError(f"the mail server did not start: {told}")


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
