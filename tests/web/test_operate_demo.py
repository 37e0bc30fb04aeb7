"""`python -m kumihimo_web serve`: one command, and everything that it started ends with it."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")
SLOW_S = 240


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(folder: Path, port: int) -> subprocess.Popen[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("KUMIHIMO_", "DJANGO_"))}
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "kumihimo_web", "serve", "--port", str(port)],
        env={**own, "KUMIHIMO_DATA": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def children(pid: int) -> dict[str, int]:
    """Return command -> process id of what a process has started."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                words = (entry / "cmdline").read_text().split("\0")
            except OSError:
                continue
            if parent == pid and "kumihimo_web" in words:
                found[words[words.index("kumihimo_web") + 1]] = int(entry.name)
    return found


def status(port: int, path: str = "/account/login/") -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def until(true: object) -> None:
    end = time.monotonic() + SLOW_S
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def history(folder: Path) -> dict[int, list[tuple[datetime, str | None]]]:
    """Return moment and day of what happened to each order of the demo, in the order of its chain."""
    found: dict[int, list[tuple[datetime, str | None]]] = {}
    with closing(sqlite3.connect(f"file:{folder}/kumihimo.sqlite3?mode=ro", uri=True)) as kept:
        for order, at, data in kept.execute("select order_id, at, data from orders_event order by order_id, seq"):
            moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
            found.setdefault(order, []).append((moment, json.loads(data).get("on")))
    return found


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    port = free_port()
    started = serve(tmp_path, port)
    assert started.stdout is not None
    told = ""
    for line in started.stdout:
        told += line
        if "Ctrl-C" in line:
            break
    yield started, port, told
    if started.poll() is None:
        started.terminate()
    started.communicate()


@pytest.mark.any_database
def test_it_serves_mends_itself_and_ends_cleanly(
    running: tuple[subprocess.Popen[str], int, str], tmp_path: Path
) -> None:
    started, port, told = running
    assert f"http://127.0.0.1:{port}" in told
    for name in ("coordinator", "administrator", "factory", "assessor", "buyer"):
        assert name in told
    assert status(port) == 200
    told_of = history(tmp_path)
    assert len(told_of) > 5
    for events in told_of.values():
        moments = [at for at, _day in events]
        assert moments == sorted(moments), "what happened is told as it happened"
        assert moments[-1] <= timezone.now()
        assert all(day in (None, timezone.localdate(at).isoformat()) for at, day in events)
    # The worker is started once the address is told.
    until(lambda: set(children(started.pid)) == {"web", "worker"})
    before = children(started.pid)
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    until(lambda: set(now := children(started.pid)) == set(before) and not set(now.values()) & set(before.values()))
    until(lambda: status(port) == 200)
    after = children(started.pid)
    started.send_signal(signal.SIGINT)
    rest, errors = started.communicate(timeout=60)
    assert started.returncode == 0, errors
    assert "もう一度起動しました" in rest
    assert "止めました" in rest
    assert not any(Path(f"/proc/{pid}").exists() for pid in after.values())
    assert status(port) == 0


@pytest.mark.any_database
def test_a_port_that_is_taken_is_told_with_another(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        started = serve(tmp_path, port)
        out, errors = started.communicate(timeout=SLOW_S)
    assert started.returncode == 1
    assert f"ポート {port}" in errors
    assert "make demo PORT=" in errors
    assert out == ""
    assert not (tmp_path / "kumihimo.sqlite3").exists()


@pytest.mark.django_db(transaction=True)
def test_a_demo_that_was_filled_half_way_is_filled_anew_and_a_real_network_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from kumihimo_web.accounts.models import Network
    from kumihimo_web.demo.management.commands import seed

    def fill(today: object) -> list[object]:
        if not Network.objects.exists():
            Network.objects.create(name="whole", synthetic=True)
        return []

    monkeypatch.setenv("KUMIHIMO_DATA", str(tmp_path))
    # The real one takes half a minute; what is proven here is when it is called upon to fill.
    monkeypatch.setattr(seed, "seed", fill)
    Network.objects.create(name="half", synthetic=True)
    for _ in range(2):
        call_command(seed.Command())
        assert [network.name for network in Network.objects.all()] == ["whole"]
    first = Network.objects.get().pk
    call_command(seed.Command())
    assert Network.objects.get().pk == first
    Network.objects.create(name="real")
    (tmp_path / "seeded").unlink()
    with pytest.raises(SystemExit):
        call_command(seed.Command())
    assert Network.objects.filter(name="real").exists()
    assert "合成データではない" in capsys.readouterr().err
