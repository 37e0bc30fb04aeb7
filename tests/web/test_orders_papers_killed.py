"""Workers are killed again and again while documents are made and posted: each goes out once, and none is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

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
def work():
    while outbox.work():
        pass
"""
DIE = """
import os, signal, sys, time
# What a worker loads when it first needs it: the moments at which it dies are to lie in its work.
import cv2, openpyxl, pypdfium2, typst
from kumihimo.interop import reply_sheet
from kumihimo.paper import letter
# Each worker is a process of its own, forked from one that has the program in memory: to start takes it no time.
for line in sys.stdin:
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    time.sleep(float(line))
    os.kill(child, signal.SIGKILL)
    print(os.waitpid(child, 0)[1], flush=True)
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
LONGEST_S = 0.6
"""Until a worker is killed, at most; the first die soonest, while there is most to do."""


def run(code: str, folder: Path, told: str = "") -> str:
    own = {key: value for key, value in os.environ.items() if not key.startswith("KUMIHIMO_")}
    own |= {
        "KUMIHIMO_COMPILE": "0",
        "KUMIHIMO_DATA": str(folder),
        "KUMIHIMO_DATABASE": f"sqlite://{folder}/killed.sqlite3",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "kumihimo_web.project.settings.test"),
    }
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code],
        env=own,
        cwd=Path(__file__).resolve().parents[2],
        input=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_whatever_moment_a_worker_dies_at(tmp_path: Path) -> None:
    run(ASK, tmp_path)
    dice = random.Random(5)
    moments = "".join(f"{moment}\n" for moment in sorted(dice.uniform(0, LONGEST_S) for _ in range(KILLS)))
    ends = run(WORK + DIE, tmp_path, moments).split()
    assert len(ends) == KILLS
    assert str(int(signal.SIGKILL)) in ends, "no worker was caught alive"
    run(WORK + "work()", tmp_path)
    assert run(TELL, tmp_path) == "whole"
