"""A PostgreSQL of our own that can be killed: its processes end at once, its files stay, it starts again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_USER = "postgres"
"""PostgreSQL does not run as root: it then runs as this user."""
_LONGEST_S = 60.0


class Server:
    """A cluster in a folder of its own, reached through a socket there; it waits for the disk as PostgreSQL does."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs = folder, programs
        self._head: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """The value of KUMIHIMO_DATABASE."""
        return f"postgresql://kumihimo@/postgres?host={self._folder}"

    def make(self) -> None:
        """Make the cluster and start it."""
        told = ["-D", self._data, "-U", "kumihimo", "-A", "trust", "-E", "UTF8", "--no-locale"]
        initdb = [str(self._programs / "initdb"), *told]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **self._own())
        self.start()

    def start(self) -> None:
        """Start, after a kill with crash recovery; returns when it answers."""
        told = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self._folder}"]
        # As a child of ours: nobody else would bury it, and a dead one with its number keeps the next from starting.
        with (self._folder / "log").open("ab") as log:
            self._head = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", self._data, *told], stdout=log, stderr=log, **self._own()
            )
        ready = [str(self._programs / "pg_isready"), "-q", "-h", str(self._folder)]
        _until(lambda: subprocess.run(ready, check=False).returncode == 0)

    def kill(self) -> None:
        """End the server and all its processes with SIGKILL, and wait until they are gone."""
        assert self._head is not None
        # Stopped first, or it would start new ones while the others are looked for.
        self._head.send_signal(signal.SIGSTOP)
        _until(lambda: _state(self._pid)[0] == "T")
        others = _children(self._pid)
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._head.kill()
        self._head.wait()
        _until(lambda: all(_state(pid)[0] in ("", "Z") for pid in others))

    def stop(self) -> None:
        """Stop without ceremony."""
        if self._head is not None:
            self._head.send_signal(signal.SIGQUIT)
            self._head.wait(_LONGEST_S)

    @property
    def _pid(self) -> int:
        assert self._head is not None
        return self._head.pid

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _own(self) -> dict[str, Any]:
        """Return what makes a process that of the owner of the files."""
        user = {"user": _USER, "group": _USER, "extra_groups": []} if os.geteuid() == 0 else {}
        return {"cwd": self._folder, **user}


@contextmanager
def own_server() -> Iterator[Server]:
    """Run a cluster until the end of the block.

    Raises
    ------
    RuntimeError
        PostgreSQL is not installed.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    postgres = str(found[-1]) if found else shutil.which("postgres")
    if postgres is None:
        raise RuntimeError("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="kumihimo-pg."))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _USER, _USER)
        server = Server(folder, Path(postgres).parent)
        server.make()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and _state(int(entry.name))[1] == parent:
            found.append(int(entry.name))
    return found


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _LONGEST_S
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError("PostgreSQL does not begin, or does not end")
        time.sleep(0.005)


def _state(pid: int) -> tuple[str, int]:
    """Return the state of a process and its parent; empty and 0 when it is gone."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    return told[0], int(told[1])
