"""The firms outside, reached by real mail servers: what is sent to them, what they make of it, and what they send back.

A FAX goes out and comes in as mail, as a mail-to-FAX service does it. All of it is synthetic.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pypdf
import pytest

from kumihimo.interop.reply_sheet import NAME_HEAD
from kumihimo.paper.layout import FormKind
from kumihimo.paper.reply_forms import current_form
from kumihimo.simulate.fax import Level, fax
from kumihimo.simulate.handwriting import blank_sheet
from kumihimo.simulate.replies import Reply, mark_sheet
from web.wires import OWN, MailServer, dovecot, dovecot_program, mail_server

from .conftest import Demo

WORKER_S = 240
"""The mailbox is asked once a minute, and the worker reads what came within seconds; a busy machine takes longer."""
FAX_SERVICE = "fax.example"
ROUND_THE_CLOCK = """
import sys
import django
django.setup()
from kumihimo.model import Shift, WorkCalendar
from kumihimo_web.accounts.models import User
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.firms import queries, services
shifts = tuple(Shift(weekday=day, start_min=0, end_min=1440) for day in range(7))
always = WorkCalendar(id="CAL-ALWAYS", name="毎日24時間", shifts=shifts, national_holidays=False)
with scoped(User.objects.get(username="coordinator").scope()):
    services.add("calendars", always, "", said="試験")
    for firm in sys.argv[1:]:
        for site in queries.sites_of(firm):
            row = queries.row("sites", site.id)
            services.change("sites", site.id, {"calendar": always.id}, version=row.version, said="試験")
"""
"""Firms are written to only while they work, and a test runs at any hour."""


@dataclass
class PartnerMail:
    """The mailboxes of the firms, and the one of the office."""

    outgoing: MailServer
    incoming: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def got(self, address: str, words: str) -> EmailMessage:
        """Return the first mail to an address whose subject holds these words, when it has been sent."""
        deadline = time.monotonic() + WORKER_S
        while True:
            subjects = []
            for to, told in list(self.outgoing.taken):
                mail = message_from_bytes(told.as_bytes(), policy=default)
                subjects.append((to, mail["Subject"]))
                if to == address and words in mail["Subject"]:
                    return mail
            assert time.monotonic() < deadline, (address, words, subjects)
            time.sleep(0.2)

    def send(self, sender: str, subject: str, name: str, content: bytes) -> None:
        """Let a firm's mail with one file arrive in the mailbox of the office."""
        made, number = EmailMessage(policy=SMTP), next(self._numbers)
        made["From"], made["To"], made["Subject"] = sender, OWN, subject
        made["Message-ID"] = f"<{number}.{sender}>"
        made.set_content("お世話になっております。添付のとおりお返事します。\n")
        main, sub = ("image", "tiff") if name.endswith(".tif") else ("application", "octet-stream")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
        # As mail servers deliver: whole, or not at all.
        place = self.incoming.parent / "tmp" / f"{number}.partner"
        place.write_bytes(made.as_bytes())
        place.chmod(0o666)
        place.rename(self.incoming / place.name)


@contextmanager
def partner_mail(demo: Demo) -> Iterator[PartnerMail]:
    """Have the demo's own processes send and fetch by mail servers that run meanwhile."""
    if dovecot_program() is None:
        pytest.skip("dovecot is not installed (sh scripts/system_parts.sh): orders by mail were not tested")
    # Not under pytest's own folder: as root, dovecot reads mail as somebody who may not look in there.
    with tempfile.TemporaryDirectory() as folder, mail_server() as outgoing:
        Path(folder).chmod(0o755)
        with dovecot(Path(folder) / "dovecot") as (box, incoming):
            usual = dict(demo.environment)
            demo.environment |= {
                "KUMIHIMO_ADDRESS": demo.address,
                "KUMIHIMO_SMTP_URL": f"smtp://127.0.0.1:{outgoing.server.port}",
                "KUMIHIMO_MAIL_FROM": OWN,
                "KUMIHIMO_IMAP_URL": f"imap://{box.user}:{box.password}@127.0.0.1:{box.port}/{box.path}",
                "KUMIHIMO_MAIL_FAX_DOMAIN": FAX_SERVICE,
            }
            try:
                _begin_again(demo)
                yield PartnerMail(outgoing, incoming)
            finally:
                demo.environment.clear()
                demo.environment |= usual
                _begin_again(demo)


def _begin_again(demo: Demo) -> None:
    for process in demo.running.values():
        process.terminate()
    for process in demo.running.values():
        process.wait(WORKER_S)
    demo.start("web", "worker")


def always_open(demo: Demo, firms: list[str]) -> None:
    """Let firms work round the clock."""
    demo.run("-c", ROUND_THE_CLOCK, *firms)


def file_of(mail: EmailMessage, ending: str) -> bytes:
    """Return the file of a mail whose name ends so."""
    (found,) = [part for part in mail.iter_attachments() if str(part.get_filename()).endswith(ending)]
    return bytes(found.get_content())


def words_of(pdf: bytes) -> str:
    """Return what a paper says, without spaces."""
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def faxed(pdf: bytes, kind: FormKind, chosen: dict[str, str]) -> bytes:
    """Return the form behind a paper as a firm marks and faxes it."""
    out, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_page(pypdf.PdfReader(io.BytesIO(pdf)).pages[-1])
    writer.write(out)
    rng = np.random.default_rng(11)
    sheet = mark_sheet(blank_sheet(out.getvalue()), current_form(kind).layout, Reply(chosen=chosen), rng)
    return fax(sheet, Level.L1, rng)


def filled(sheet: bytes, values: dict[str, Any]) -> bytes:
    """Return an answer sheet as a firm fills it in."""
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    for name, value in values.items():
        title, _, place = book.defined_names[NAME_HEAD + name].attr_text.rpartition("!")
        book[title.strip("'")][place.replace("$", "")] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
