"""What people see in Chromium: how long until map and chart are drawn, until teams are on the screen, what is sent.

Times run from the start of the navigation to the frame after the last drawing, with an empty cache: script, style and
data come over the network of this machine, which is none. Needs playwright and a Chromium.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.planning.machine import load_average
from benchmarks.web.data import PASSWORD, SETTINGS, TEXTS
from benchmarks.web.server import HOST, serving

REPEATS = 7
TARGET_MS, TEAMS_MS, FORM_KB, ALL_KB = 1000.0, 1500.0, 25, 80
DEMO_PASSWORD = "kumihimo-demo"
_FIRST_MS = 180_000.0
"""So long the first teams may take: the worker reads the whole network before."""
_DRAWN = {
    "map": "() => document.querySelector('[data-island=network_map] svg') !== null",
    "gantt": "() => performance.getEntriesByName('plan_gantt:drawn').length > 0",
}
"""Tells whether it is drawn."""
_AFTER_FRAME = "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"


def sizes() -> dict[str, float]:
    """Return kilobytes of script, compressed, of a form page and of a page with map and chart."""
    from kumihimo_web.design.templatetags.assets import DIST, manifest

    def loaded(*entries: str) -> float:
        chunks, waiting = {}, list(entries)
        while waiting:
            chunk = manifest()[waiting.pop()]
            if chunk["file"] not in chunks:
                chunks[chunk["file"]] = len(gzip.compress((DIST / chunk["file"]).read_bytes(), 9))
                waiting.extend(chunk.get("imports", ()))
        return round(sum(chunks.values()) / 1000, 1)

    main = "src/main.ts"
    return {
        "form": loaded(main),
        "map": loaded(main, "src/islands/network_map.ts"),
        "gantt": loaded(main, "src/islands/plan_gantt/index.ts"),
        "map and gantt": loaded(main, "src/islands/network_map.ts", "src/islands/plan_gantt/index.ts"),
    }


def make_demo(folder: Path) -> None:
    """Fill a folder with the demo, once."""
    environment = {**os.environ, "KUMIHIMO_DATA": str(folder), "DJANGO_SETTINGS_MODULE": SETTINGS}
    environment["KUMIHIMO_COMPILE"] = "0"
    subprocess.run(
        [sys.executable, "-m", "kumihimo_web", "seed"], env=environment, check=True, stdout=subprocess.DEVNULL
    )


def _chromium() -> dict[str, Any]:
    own = Path("/usr/bin/chromium")
    arguments = ["--no-sandbox", "--disable-background-networking"]
    return {"args": arguments} | ({"executable_path": str(own)} if own.exists() else {})


def measure(folder: Path, *, user: str, password: str, repeats: int = REPEATS) -> dict[str, Any]:
    """Measure the database of a folder, with a web process and a worker."""
    from playwright.sync_api import sync_playwright

    with serving(folder, jobs=True) as server, sync_playwright() as play:
        browser = play.chromium.launch(**_chromium())
        address = f"http://{HOST}:{server.port}"
        first = browser.new_context(locale="ja-JP", viewport={"width": 1440, "height": 900})
        page = first.new_page()
        page.goto(f"{address}/account/login/")
        page.fill("input[name=login]", user)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()
        state = first.storage_state()
        found: dict[str, Any] = {"version": browser.version, "load": load_average()}
        for name, path in (("map", "/map/"), ("gantt", "/plans/")):
            times = []
            for _ in range(repeats):
                # A new context has an empty cache.
                context = browser.new_context(
                    storage_state=state, locale="ja-JP", viewport={"width": 1440, "height": 900}
                )
                shown = context.new_page()
                shown.goto(f"{address}{path}", wait_until="commit")
                shown.wait_for_function(_DRAWN[name], polling="raf")
                times.append(float(shown.evaluate(_AFTER_FRAME)))
                if name == "gantt":
                    found["bars"] = _bars(shown)
                context.close()
            found[f"{name}_ms"] = {"median": round(median(times)), "max": round(max(times)), "n": repeats}
        found |= _teams(page, address, repeats)
        browser.close()
    return found


def _bars(page: Any) -> int:
    """Return how many bars the chart was given."""
    source = page.get_attribute("[data-island=plan_gantt]", "data-src")
    return int(page.evaluate("async source => (await (await fetch(source)).json()).bars.order.length", source))


def _teams(page: Any, address: str, repeats: int) -> dict[str, Any]:
    """Take in an inquiry as a coordinator does; return how long reading and teams take."""
    read, teams = [], []
    text = (TEXTS / "2-shaft.txt").read_text(encoding="utf-8")
    for _ in range(repeats):
        page.goto(f"{address}/inquiries/new/")
        page.fill("textarea", text)
        began = time.perf_counter()
        page.click("main form.fields button")
        page.wait_for_selector("section[aria-labelledby=h-values]")
        read.append(1000 * (time.perf_counter() - began))
        began = time.perf_counter()
        page.click("form.next button")
        page.wait_for_url("**/teams/", timeout=_FIRST_MS)
        page.wait_for_selector("main h2")
        teams.append(1000 * (time.perf_counter() - began))
    # The first one waits for the worker to read the network and lay out its index.
    return {
        "read_ms": {"median": round(median(read)), "max": round(max(read)), "n": repeats},
        "first_teams_ms": round(teams[0]),
        "teams_ms": {"median": round(median(teams[1:])), "max": round(max(teams[1:])), "n": repeats - 1},
    }


def run(folder: Path, demo: Path, *, repeats: int = REPEATS) -> dict[str, Any]:
    """Measure the demo and the large network."""
    make_demo(demo)
    return {
        "kilobytes": sizes(),
        "demo": measure(demo, user="coordinator", password=DEMO_PASSWORD, repeats=repeats),
        "large": measure(folder, user="coordinator1", password=PASSWORD, repeats=repeats),
    }
