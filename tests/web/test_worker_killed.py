"""A worker process is killed in the middle of a job: the job runs again in another, and is saved once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

BEGIN = """
import django, time
from pathlib import Path
django.setup()
from kumihimo_web.accounts.models import Network
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit import queries
from kumihimo_web.audit.models import Line
from kumihimo_web.audit.services import record_about
from kumihimo_web.jobs import services
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.registry import Task, register
from kumihimo_web.jobs.worker import run_one
folder = Path({folder!r})

def work(running):
    (folder / "started").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    return 42

def save(value, payload):
    record_about("test.saved", kind="thing", row=str(value))
    return {{"value": value}}

register(Task(kind="test.slow", work=work, save=save))
"""
ASK = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
with scoped(system_scope(Network.objects.create(name="n").pk)):
    services.ask("test.slow", lambda: "ゆっくり", {})
"""
EXPIRE = """
from datetime import timedelta
from django.utils import timezone
Job._base_manager.update(leased_until=timezone.now() - timedelta(seconds=1))
"""
TELL = """
with scoped(system_scope(Network.objects.get().pk)):
    job = Job.objects.get()
    print(job.state, job.attempts, job.result, Line.objects.filter(verb="test.saved").count(), queries.broken_at())
"""


def start(code: str, folder: Path) -> subprocess.Popen[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("KUMIHIMO_")}
    own |= {
        "KUMIHIMO_DATA": str(folder),
        "KUMIHIMO_DATABASE": f"sqlite://{folder}/jobs.sqlite3",
        "DJANGO_SETTINGS_MODULE": "kumihimo_web.project.settings.test",
    }
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN.format(folder=str(folder)) + code],
        env=own,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(code: str, folder: Path) -> str:
    out, err = start(code, folder).communicate(timeout=120)
    assert "Traceback" not in err, err
    return out


def test_a_killed_worker_s_job_is_done_once(tmp_path: Path) -> None:
    worker = start(ASK + "run_one()", tmp_path)
    for _ in range(6000):
        if (tmp_path / "started").exists():
            break
        time.sleep(0.02)
    else:
        pytest.fail("the worker never began")
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    assert worker.returncode == -signal.SIGKILL
    (tmp_path / "go").touch()
    # Nobody takes it over while the dead worker's lease holds.
    told = run(TELL + "print(run_one())\n" + EXPIRE + "print(run_one())\n" + TELL, tmp_path)
    assert told.splitlines() == ["running 1 None 0 None", "False", "True", "done 2 {'value': 42} 1 None"]
