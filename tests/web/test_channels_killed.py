"""A worker is killed while a letter is on its way: a FAX is not sent again by itself, a mail is, under its number.

Or while it holds a picture that LINE handed out, and has not stored it yet.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .wires import OWN, fax_server, line_server, mail_server

pytestmark = pytest.mark.any_database

BEGIN = """
import django
django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
from kumihimo.model import Channel
from kumihimo_web.accounts.models import Network
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.channels import address_services, sending, services
from kumihimo_web.channels.models import Attempt, Message
from tests.web.conftest import small_network
from tests.web.wires import working_hour
"""
POST = """
from kumihimo_web.firms.services import load
call_command("migrate", verbosity=0)
with scoped(system_scope(Network.objects.create(name="n").pk)):
    load(small_network("F0001"))
    address_services.add("F0001", Channel({channel!r}), {value!r})
    services.post("PO-1/1", "F0001", "注文書", "本文", kind="order")
"""
SEND = "sending.send_one(working_hour())\n"
LATER = """
at = working_hour() + timedelta(hours=1)
sending.recover(at)
for _ in range(3):
    sending.send_one(at)
    sending.send_one(at + timedelta(days=3))
    sending.recover(at + timedelta(days=3))
"""
TELL = """
with scoped(system_scope(Network.objects.get().pk)):
    print(Message.objects.get().state, *(f"{one.state}:{one.reason}" for one in Attempt.objects.all()))
"""


def start(code: str, folder: Path, **more: str) -> subprocess.Popen[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("KUMIHIMO_")}
    own |= {
        "KUMIHIMO_DATA": str(folder),
        "KUMIHIMO_DATABASE": f"sqlite://{folder}/killed.sqlite3",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "kumihimo_web.project.settings.test"),
        **more,
    }
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + code],
        env=own,
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(code: str, folder: Path, **more: str) -> str:
    out, err = start(code, folder, **more).communicate(timeout=300)
    assert "Traceback" not in err, err
    return out.strip()


def kill_when(path: Path, running: subprocess.Popen[str]) -> None:
    for _ in range(6000):
        if path.exists():
            break
        assert running.poll() is None, running.communicate()
        time.sleep(0.02)
    else:
        pytest.fail("it never began to send")
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert running.returncode == -signal.SIGKILL


def test_a_fax_is_left_to_a_person(tmp_path: Path) -> None:
    fax = fax_server(tmp_path / "fax")
    way = {"KUMIHIMO_HYLAFAX_FOLDER": str(fax)}
    (fax / "slow").touch()
    kill_when(fax / "dialling", start(POST.format(channel="fax", value="0265-11-1111") + SEND, tmp_path, **way))
    (fax / "slow").unlink()
    called = f"print(open({str(fax / 'asked')!r}).read().count('--\\n'))\n"
    # Only when a person has found out that it did not arrive does it go out again.
    settle = """
with scoped(system_scope(Network.objects.get().pk)):
    services.settle(Attempt.objects.get().pk, arrived=False)
sending.send_one(working_hour(days=8))
"""
    told = run(TELL + LATER + TELL + called + settle + TELL + called, tmp_path, **way)
    assert told.splitlines() == [
        "sending sending:",
        "unknown unknown:doubtful",
        "1",
        "sent failed:person sent:",
        "2",
    ]


def test_a_mail_goes_out_once_more_under_the_same_number(tmp_path: Path) -> None:
    # The server takes the mail, and before anybody hears of it the worker dies: the worst moment.
    dies = f"""
import threading
from pathlib import Path
from kumihimo_web.channels.adapters import smtp
hand_over = smtp.smtplib.SMTP.data
def data(self, text):
    hand_over(self, text)
    Path({str(tmp_path / "taken")!r}).touch()
    threading.Event().wait()
smtp.smtplib.SMTP.data = data
"""
    with mail_server() as mails:
        way = {"KUMIHIMO_SMTP_URL": f"smtp://127.0.0.1:{mails.server.port}", "KUMIHIMO_MAIL_FROM": OWN}
        first = dies + POST.format(channel="mail", value="works@own.example") + SEND
        kill_when(tmp_path / "taken", start(first, tmp_path, **way))
        assert len(mails.taken) == 1
        told = run(TELL + LATER + TELL, tmp_path, **way)
        assert told.splitlines() == ["sending sending:", "sent unknown:repeated sent:"]
    assert len(mails.taken) == 2
    assert len({mail["Message-ID"] for _to, mail in mails.taken}) == 1


def test_a_picture_that_was_fetched_and_not_stored_is_stored_once(tmp_path: Path) -> None:
    event = {
        "type": "message",
        "webhookEventId": "event-1",
        "source": {"userId": f"U{'1' * 32}"},
        "message": {"type": "image", "id": "101", "contentProvider": {"type": "line"}},
    }
    arrive = f"""
import json
from kumihimo_web.channels.contents import LINE_EVENT
from kumihimo_web.channels.models import Fetch, Inbound
call_command("migrate", verbosity=0)
with scoped(system_scope(Network.objects.create(name="n").pk)):
    services.receive("line", "event-1", "U1", json.dumps({event!r}).encode(), LINE_EVENT)
"""
    # It is on this machine as a whole, and before anything is written down the worker dies: the worst moment.
    dies = f"""
import threading
from pathlib import Path
from kumihimo_web.channels import fetching
def receive(*given, **more):
    Path({str(tmp_path / "fetched")!r}).touch()
    threading.Event().wait()
fetching.receive = receive
fetching.fetch_one(timezone.now())
"""
    told = """
from kumihimo_web.channels import fetching
from kumihimo_web.channels.models import Inbound
def tell():
    print(*(f"{one.state}:{len(one.raw)}:{one.copies}" for one in Inbound._base_manager.order_by("number")[1:]), "|",
          Inbound._base_manager.order_by("number").first().state)
tell()
print(fetching.fetch_one(timezone.now()))
later = timezone.now() + timedelta(minutes=11)
print(fetching.fetch_one(later), fetching.fetch_one(later + timedelta(days=1)))
tell()
"""
    with line_server() as line:
        line.contents["101"] = [(200, b"\x89PNG" + b"x" * 996)]
        address = f"http://127.0.0.1:{line.server.port}"
        way = {
            "KUMIHIMO_LINE_TOKEN": "t",
            "KUMIHIMO_LINE_SECRET": "s",
            "KUMIHIMO_LINE_URL": address,
            "KUMIHIMO_LINE_DATA_URL": address,
        }
        kill_when(tmp_path / "fetched", start(arrive + dies, tmp_path, **way))
        assert run(told, tmp_path, **way).splitlines() == ["| fetching", "False", "True False", "new:1000:0 | taken"]
        assert len(line.fetched) == 2
