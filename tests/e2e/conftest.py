"""The demo as its users have it: a server and a worker of their own, a browser, everybody who can log in.

The database is SQLite, or a new one on the PostgreSQL that KUMIHIMO_DATABASE names. Without Chromium the tests are
skipped, loudly; in CI that is a failure.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "kumihimo-demo"
AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def chromium() -> str:
    """Return the path of Chromium."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not found:
        reason = "Chromium is not installed: the browser tests did not run"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the demo on a database of its own and return its address."""
    chromium()
    folder = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, "KUMIHIMO_DATA": str(folder)}
    environment["DJANGO_SETTINGS_MODULE"] = "kumihimo_web.project.settings.demo"
    own = _own_database(environment)
    run = [sys.executable, "-m", "kumihimo_web"]
    for command in ("migrate", "seed"):
        subprocess.run([*run, command], env=environment, check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = [sys.executable, "-m", "uvicorn", "kumihimo_web.project.asgi:application", "--port", str(port)]
    with (folder / "log").open("w") as log:
        started = [
            subprocess.Popen(command, env=environment, stdout=log, stderr=log) for command in (web, [*run, "worker"])
        ]
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/health/ready/", started)
        yield address
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(20)
        own()


def _own_database(environment: dict[str, str]) -> Callable[[], None]:
    """Make a database beside the one of the other tests; return what removes it."""
    address = environment.get("KUMIHIMO_DATABASE", "")
    if not address:
        return lambda: None
    import psycopg

    name = f"e2e_{os.getpid()}"
    head, _slash, tail = address.rpartition("/")
    base, _mark, query = tail.partition("?")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    environment["KUMIHIMO_DATABASE"] = f"{head}/{name}{'?' + query if query else ''}"
    assert base != name

    def remove() -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    return remove


def _wait(address: str, started: list[subprocess.Popen[bytes]]) -> None:
    for _ in range(600):
        if any(process.poll() is not None for process in started):
            raise RuntimeError("the server or the worker ended at once")
        try:
            with urllib.request.urlopen(address) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


@pytest.fixture(scope="session")
def chrome() -> Iterator[Any]:
    """Start Chromium once."""
    path = chromium()
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as runner:
        browser = runner.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody in front of a browser, and everything that went wrong there."""

    page: Any
    address: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to an address of the server."""
        self.page.goto(self.address + path)

    def log_in(self, username: str) -> None:
        """Log in, and pass the tour when it is shown."""
        self.open("/account/login/")
        self.page.get_by_label("利用者名").fill(username)
        self.page.get_by_label("パスワード").fill(PASSWORD)
        self.page.get_by_role("button", name="ログインする").click()
        start = self.page.get_by_role("button", name="仕事を始める")
        if start.count():
            start.click()


@pytest.fixture
def visitor(server: str, chrome: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens a browser for somebody; faults of its pages fail the test at the end."""
    opened: list[tuple[Any, Visitor]] = []

    def come(username: str = "", size: dict[str, int] = WIDE, *, bypass_csp: bool = False) -> Visitor:
        context = chrome.new_context(viewport=size, locale="ja-JP", bypass_csp=bypass_csp, timezone_id="Asia/Tokyo")
        context.set_default_timeout(20_000)
        found = Visitor(page=context.new_page(), address=server)
        found.page.on("console", lambda told: told.type == "error" and found.faults.append(told.text))
        found.page.on("pageerror", lambda error: found.faults.append(str(error)))
        opened.append((context, found))
        if username:
            found.log_in(username)
        return found

    yield come
    faults = [fault for _context, found in opened for fault in found.faults]
    for context, _found in opened:
        context.close()
    assert faults == []
