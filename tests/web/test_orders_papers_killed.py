"""Workers are killed again and again while documents are made and posted: each goes out once, and none is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

BEGIN = """
import django
django.setup()
from django.core.management import call_command
from kumihimo_web.accounts.models import Network
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.channels.models import Enclosure, Message
from kumihimo_web.orders import outbox
from kumihimo_web.orders.models import Order, Paper
"""
ASK = """
from types import SimpleNamespace
from kumihimo_web.accounts.services import add_organisation, add_user
from kumihimo_web.firms.services import load
from tests.web.conftest import OWN_FIRM, RIVAL_FIRM, small_network
from tests.web.ordered import Pen
call_command("migrate", verbosity=0)
network = Network.objects.create(name="n", synthetic=True)
people = SimpleNamespace(network=network, of=lambda name: getattr(people, name))
with scoped(system_scope(network.pk)):
    load(small_network(OWN_FIRM, RIVAL_FIRM))
    for name, kind, firm in (("coordinator", "coordinator", ""), ("factory", "firm", OWN_FIRM), ("buyer", "buyer", "")):
        made = add_organisation(network, kind=kind, name=name, firm=firm)
        role = "factory" if firm else name
        setattr(people, name, add_user(made, username=name, password="a-long-password", role=role))
    for step in ("s0", "s1"):
        Pen(people, step=step).ask().quote().award().issue()
"""
WORK = """
while outbox.work():
    pass
print("over")
"""
TELL = """
with scoped(system_scope(Network.objects.get().pk)):
    papers = Paper.objects.filter(is_to_send=True)
    assert papers.count() == 6, papers
    for paper in papers:
        assert (paper.error, bool(paper.pdf), bool(paper.sent_at)) == ("", True, True), paper.key
        message = Message.objects.get(key=paper.key)
        enclosed = message.enclosures.get()
        assert (bytes(enclosed.content), enclosed.sha256) == (bytes(paper.pdf), paper.sha256)
    assert Message.objects.count() == 6
    assert Enclosure.objects.count() == 6
print("whole")
"""
KILLS = 12


def start(code: str, folder: Path) -> subprocess.Popen[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("KUMIHIMO_")}
    own |= {
        "KUMIHIMO_COMPILE": "0",
        "KUMIHIMO_DATA": str(folder),
        "KUMIHIMO_DATABASE": f"sqlite://{folder}/killed.sqlite3",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "kumihimo_web.project.settings.test"),
    }
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + code],
        env=own,
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(code: str, folder: Path) -> str:
    running = start(code, folder)
    out, err = running.communicate(timeout=600)
    assert running.returncode == 0, err
    return out.strip()


def test_whatever_moment_a_worker_dies_at(tmp_path: Path) -> None:
    run(ASK, tmp_path)
    began = time.monotonic()
    idle = start("print('ready', flush=True)\n" + "import time; time.sleep(600)", tmp_path)
    assert idle.stdout is not None
    assert idle.stdout.readline().strip() == "ready"
    loading_s = time.monotonic() - began
    idle.kill()
    idle.communicate()
    dice, killed = random.Random(5), 0
    for _ in range(KILLS):
        running = start(WORK, tmp_path)
        try:
            running.communicate(timeout=loading_s + dice.uniform(0, 1.5))
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.communicate()
            killed += 1
    assert killed, "no worker was caught alive"
    assert run(WORK, tmp_path).endswith("over")
    assert run(TELL, tmp_path) == "whole"
