"""Make the pictures of the users' documentation: the demo on a fresh data folder, each role in headless Chromium.

Run it with ``make screenshots``. The firms, inquiries and plans are the same at every run; the dates count from the day
it is run, as they do in the demo.
"""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images" / "web"
LARGEST = 200_000
"""Bytes of a picture: every clone of the repository carries them all."""
WIDE, PHONE = (1440, 900), (390, 844)
PASSWORD = "kumihimo-demo"


def _to(words: str) -> Callable[[Page], None]:
    """Return what brings a heading to the top of the page, under the header that stays."""
    return lambda page: page.get_by_role("heading", name=words).first.evaluate(
        "heading => window.scrollTo(0, heading.getBoundingClientRect().top + window.scrollY - 72)"
    )


def _link(words: str) -> Callable[[Page], None]:
    """Return what follows the first link with these words."""
    return lambda page: page.get_by_role("link", name=words).first.click()


def _first(selector: str) -> Callable[[Page], None]:
    """Return what follows the first link of a list."""
    return lambda page: page.locator(f"main {selector} a").first.click()


def _fax(page: Page) -> None:
    """Open an answer that came by FAX and waits for a person; the worker has to make and read it first."""
    link = page.locator("#rows tr", has_text="返信用紙").get_by_role("link").first
    for _ in range(120):
        if link.count():
            break
        page.wait_for_timeout(2_000)
        page.reload()
    link.click()


@dataclass(frozen=True)
class Shot:
    """A picture: who goes where, and what is done before it is taken."""

    name: str
    user: str
    path: str
    size: tuple[int, int] = WIDE
    steps: tuple[Callable[[Page], None], ...] = ()


SHOTS = (
    Shot("coordinator-desk", "coordinator", "/desk/"),
    Shot("coordinator-inquiry", "coordinator", "/inquiries/Q-000001/"),
    Shot("coordinator-teams", "coordinator", "/inquiries/Q-000001/teams/"),
    Shot("coordinator-plan", "coordinator", "/plans/"),
    Shot("coordinator-order", "coordinator", "/plans/", steps=(_first("tbody th"), _to("なぜ遅れるか"))),
    Shot("coordinator-diff", "coordinator", "/desk/", steps=(_link("見て決める"),)),
    Shot("coordinator-map", "coordinator", "/map/"),
    Shot("orders-list", "coordinator", "/orders/"),
    Shot(
        "orders-quotes", "coordinator", "/orders/?state=quoted", steps=(_first("tbody th"), _link("見積を比べて決める"))
    ),
    Shot("orders-inbox", "coordinator", "/inbox/", steps=(_fax,)),
    Shot("factory-capacity", "factory", "/capacity/", PHONE),
    Shot("factory-hands", "factory", "/inquiries/hands/", PHONE),
    Shot("factory-plan", "factory", "/plans/", PHONE),
    Shot("factory-order", "factory", "/orders/own/", PHONE, (_first("ul.own-list li"),)),
    Shot("assessor-list", "assessor", "/assessments/"),
    Shot("assessor-sheet", "assessor", "/assessments/", steps=(_link("続きを書く"), _to("技術"))),
    Shot("buyer-orders", "buyer", "/status/"),
    Shot("buyer-order", "buyer", "/status/", PHONE, (_first("h2"),)),
    Shot("administrator-people", "administrator", "/account/people/"),
)


@contextmanager
def demo() -> Iterator[str]:
    """Fill a fresh data folder, serve it, and give the address."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
        free.close()
        environment = {**os.environ, "KUMIHIMO_DATA": folder}
        environment["DJANGO_SETTINGS_MODULE"] = "kumihimo_web.project.settings.demo"
        seed = [sys.executable, "-m", "kumihimo_web", "seed"]
        subprocess.run(seed, env=environment, check=True, stdout=subprocess.DEVNULL)
        web = [sys.executable, "-m", "uvicorn", "kumihimo_web.project.asgi:application", "--port", port]
        worker = [sys.executable, "-m", "kumihimo_web", "worker"]
        with (Path(folder) / "log").open("w") as log:
            started = [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for command in (web, worker)]
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(f"{address}/health/ready/", started[0])
            yield address
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(60)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the pages answer."""
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError("the server ended at once")
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def _log_in(page: Page, address: str, user: str) -> None:
    """Log in, and pass the tour when it is shown."""
    page.goto(f"{address}/account/login/")
    page.get_by_label("利用者名").fill(user)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログインする").click()
    start = page.get_by_role("button", name="仕事を始める")
    if start.count():
        start.click()


def take(browser: Browser, address: str, shot: Shot) -> None:
    """Take one picture, in a browser that knows nothing of the others."""
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",
        color_scheme="light",
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("response", lambda answer: answer.status >= 400 and faults.append(f"{answer.status} {answer.url}"))
    page.on("pageerror", lambda error: faults.append(str(error)))
    _log_in(page, address, shot.user)
    page.goto(address + shot.path)
    for step in shot.steps:
        page.wait_for_load_state("networkidle")
        step(page)
    page.wait_for_load_state("networkidle")
    # Islands draw in the frame after their data came; fonts may come later still.
    page.evaluate("() => document.fonts.ready")
    page.wait_for_timeout(300)
    if faults:
        raise RuntimeError(f"{shot.name}: {'; '.join(faults)}")
    target = IMAGES / f"{shot.name}.webp"
    # A third of the size of a PNG; Playwright's own call writes PNG and JPEG only.
    picture = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 90})
    target.write_bytes(base64.b64decode(picture["data"]))
    context.close()
    size = target.stat().st_size
    if size > LARGEST:
        raise RuntimeError(f"{target.name} has {size:,} bytes; at most {LARGEST:,}. Show less on it.")


def main() -> int:
    """Take every picture, or those whose names are given; 0 when all were made."""
    path = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    if path is None:
        sys.stderr.write("Chromium is not installed (Debian: apt-get install chromium fonts-ipaexfont-gothic).\n")
        return 1
    wanted = [shot for shot in SHOTS if not sys.argv[1:] or shot.name in sys.argv[1:]]
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as runner:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = runner.chromium.launch(executable_path=path, args=arguments)
        for shot in wanted:
            take(browser, address, shot)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
