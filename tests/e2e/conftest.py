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
from urllib.parse import urlsplit, urlunsplit

import pytest

PASSWORD = "kumihimo-demo"
AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
PATIENCE_MS = 60_000
"""For a page, and for what a worker does meanwhile; nobody waits so long unless the machine is busy."""
STOP_S = 120
"""A worker ends when its job is done; a busy machine takes longer."""
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: left to the end, one process would do it while the other has nothing to do."""
    items.sort(key=lambda item: item.path.name != "test_orders_flow.py")


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


@dataclass
class Demo:
    """The demo's processes: they can be killed and started again at the same address, on the same data."""

    environment: dict[str, str]
    port: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str) -> str:
        """Run Python with the settings of the demo to its end, and return what it says."""
        return subprocess.run(
            [sys.executable, *arguments], env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def start(self, *names: str) -> None:
        """Start processes, and wait until the pages answer."""
        port = str(self.port)
        commands = {
            "web": ["-m", "uvicorn", "kumihimo_web.project.asgi:application", "--port", port],
            "worker": ["-m", "kumihimo_web", "worker"],
        }
        with (Path(self.environment["KUMIHIMO_DATA"]) / "log").open("a") as log:
            for name in names:
                command = [sys.executable, *commands[name]]
                self.running[name] = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        _wait(f"{self.address}/health/ready/", list(self.running.values()))

    def kill(self, *names: str) -> None:
        """End processes as a power cut does."""
        for name in names:
            process = self.running.pop(name)
            process.kill()
            process.wait()

    def stop(self) -> None:
        """Ask what runs to end, and wait for it."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(STOP_S)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start the demo on a database of its own."""
    chromium()
    folder = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, "KUMIHIMO_DATA": str(folder)}
    environment["DJANGO_SETTINGS_MODULE"] = "kumihimo_web.project.settings.demo"
    remove_database = _own_database(environment)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made = Demo(environment, free.getsockname()[1])
    made.run("-m", "kumihimo_web", "seed")
    try:
        made.start("web", "worker")
        yield made
    finally:
        made.stop()
        remove_database()


@pytest.fixture(scope="session")
def server(demo: Demo) -> str:
    """Return the address of the demo."""
    return demo.address


def _own_database(environment: dict[str, str]) -> Callable[[], None]:
    """Make a database beside the one of the other tests; return what removes it."""
    address = environment.get("KUMIHIMO_DATABASE", "")
    if not address:
        return lambda: None
    import psycopg

    name = f"e2e_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    environment["KUMIHIMO_DATABASE"] = urlunsplit(urlsplit(address)._replace(path=f"/{name}"))

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
    expected: set[int] = field(default_factory=set)
    """Answers that this visitor provokes: 422 for a form with a mistake, 403 for somebody else's page."""
    expects_no_answer: bool = False
    """Whether the server is killed, or the connection cut, while this visitor is there."""

    def open(self, path: str) -> None:
        """Go to an address of the server."""
        self.page.goto(self.address + path)

    def log_in(self, username: str, password: str = PASSWORD) -> None:
        """Log in, and pass the tour when it is shown."""
        self.open("/account/login/")
        self.enter(username, password)
        start = self.page.get_by_role("button", name="仕事を始める")
        if start.count():
            start.click()

    def enter(self, username: str, password: str = PASSWORD) -> None:
        """Fill the login form that is shown, and send it."""
        self.fill("利用者名", username)
        self.fill("パスワード", password)
        self.press("ログインする")

    def fill(self, label: str, value: str) -> None:
        """Write into the field with a label."""
        self.page.get_by_label(label).first.fill(value)

    def press(self, name: str) -> None:
        """Press the first button whose name holds these words."""
        self.page.get_by_role("button", name=name).first.click()
        self._arrive()

    def follow(self, name: str) -> None:
        """Follow the first link whose name holds these words."""
        self.page.get_by_role("link", name=name).first.click()
        self._arrive()

    def _arrive(self) -> None:
        # A click waits until the next page begins to come; what is read off at once has to be there as a whole.
        self.page.wait_for_load_state()

    def sees(self, *words: str) -> None:
        """Wait until the page shows each of the words."""
        from playwright.sync_api import expect

        for one in words:
            expect(self.page.locator("main")).to_contain_text(one, use_inner_text=True, timeout=PATIENCE_MS)

    @property
    def text(self) -> str:
        """Return what the page says, without menu and frame."""
        return str(self.page.inner_text("main"))

    def note(self, told: Any) -> None:
        """Keep what the browser's console calls an error, unless the visitor was out for it."""
        provoked = [f"status of {code} " for code in self.expected] + ["net::ERR_", "htmx:"] * self.expects_no_answer
        if told.type == "error" and not any(words in told.text for words in provoked):
            self.faults.append(f"{told.text} {told.location.get('url', '')}")


@pytest.fixture(scope="session")
def logins() -> dict[str, Any]:
    """Username -> the cookies of who is logged in: a password takes a while to check, once is enough."""
    return {}


@pytest.fixture
def visitor(server: str, chrome: Any, logins: dict[str, Any]) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens an empty browser for somebody; faults of its pages fail the test at the end.

    Whoever is named is logged in, by one session for all tests: who wants to log out logs in with `Visitor.log_in`.
    """
    opened: list[tuple[Any, Visitor]] = []

    def come(username: str = "", size: dict[str, int] = WIDE) -> Visitor:
        context = chrome.new_context(
            viewport=size,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
            storage_state=logins.get(username),
        )
        context.set_default_timeout(PATIENCE_MS)
        found = Visitor(page=context.new_page(), address=server)
        found.page.on("console", found.note)
        found.page.on("pageerror", lambda error: found.faults.append(str(error)))
        opened.append((context, found))
        if username and username not in logins:
            found.log_in(username)
            logins[username] = context.storage_state()
        return found

    yield come
    faults = [fault for _context, found in opened for fault in found.faults]
    for context, _found in opened:
        context.close()
    assert faults == []
