"""The application as it runs for people, in processes of its own, and a browser's bare minimum to ask it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.web.data import PASSWORD, SETTINGS

HOST = "127.0.0.1"
_TICKS = os.sysconf("SC_CLK_TCK")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_READY_S = 60.0


MOST_WAITS, WAIT_S = 40, 3.0
"""How often, and how long, somebody waits who is told that too many have logged in from there.

Less than the server keeps a connection on which nothing is said.
"""


class Broken(Exception):
    """The server did not start, or did not answer as it must."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server.

    Attributes
    ----------
    log
        What it writes: one line of JSON a request, with its milliseconds.
    """

    port: int
    pid: int
    log: Path

    def cpu_s(self) -> float:
        """Return the processor time of its processes so far."""
        return sum(_cpu_s(pid) for pid in _family(self.pid))

    def memory_mb(self) -> float:
        """Return the resident memory of its processes."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in _family(self.pid))
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def milliseconds(self) -> dict[str, tuple[str, float]]:
        """Return request id -> (route, server time), of what the log holds."""
        found = {}
        for line in self.log.read_text(encoding="utf-8").splitlines():
            if '"kumihimo.access"' in line:
                told = json.loads(line)
                found[told["request"]] = (told["route"], float(told["ms"]))
        return found


@contextmanager
def serving(folder: Path, *, workers: int = 1, jobs: bool = False) -> Iterator[Server]:
    """Run the application on the database of a folder (or of ``KUMIHIMO_DATABASE``); with `jobs` a worker too."""
    port, log = free_port(), folder / "server.log"
    log.write_bytes(b"")
    environment = {**os.environ, "KUMIHIMO_DATA": str(folder), "DJANGO_SETTINGS_MODULE": SETTINGS}
    command = [sys.executable, "-m", "uvicorn", "kumihimo_web.project.asgi:application", "--port", str(port)]
    command += ["--workers", str(workers), "--no-access-log", "--log-level", "warning"]
    commands = [command] + ([[sys.executable, "-m", "kumihimo_web", "worker"]] if jobs else [])
    running = []
    with log.open("ab") as out:
        for one in commands:
            running.append(subprocess.Popen(one, env=environment, stdout=out, stderr=out, start_new_session=True))
    try:
        _wait(port, running[0], log)
        yield Server(port=port, pid=running[0].pid, log=log)
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _READY_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if Visitor(port).get("/health/ready/").status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.2)
    raise Broken(f"the server did not start: {log.read_text(encoding='utf-8')[-2000:]}")


def _family(pid: int) -> list[int]:
    """Return a process and the processes that it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back.

    Attributes
    ----------
    number
        Id of the request, by which the server's log names it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    number: str
    wall_ms: float

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode("utf-8")


class Visitor:
    """Somebody with cookies and one connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, page: str, values: Mapping[str, Any]) -> Answer:
        """Send a form that stood on a page."""
        token = _TOKEN.search(page)
        if token is None:
            raise Broken(f"no form on the page before {path}")
        return self._ask("POST", path, urlencode({**values, "csrfmiddlewaretoken": token[1]}, doseq=True))

    def log_in(self, name: str) -> None:
        """Log in through the page that people use."""
        page = self.get("/account/login/")
        done = self.post("/account/login/", page.text, {"login": name, "password": PASSWORD})
        for _ in range(MOST_WAITS):
            if done.status != http.HTTPStatus.TOO_MANY_REQUESTS:
                break
            # All come from one address, and the shop door lets only so many a minute through.
            time.sleep(WAIT_S)
            done = self.post("/account/login/", page.text, {"login": name, "password": PASSWORD})
        if done.status != http.HTTPStatus.FOUND:
            raise Broken(f"{name} cannot log in: {done.status}")

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        number = uuid.uuid4().hex
        headers = {"X-Request-ID": number, "Accept-Encoding": "gzip", "Accept": "text/html"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"http://{HOST}{path}"
        began = time.perf_counter()
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError):
            # The server closes what was silent for some seconds; browsers ask again too.
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        data = answer.read()
        wall = 1000 * (time.perf_counter() - began)
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name.strip()] = value
        return Answer(status=answer.status, headers=dict(answer.headers), body=data, number=number, wall_ms=wall)
