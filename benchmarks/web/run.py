"""`make bench-web`: pages, many users, browser; tables to ``benchmarks/results/web.md``, numbers to ``web.json``.

Each part can be run alone (``--only pages``); the others keep the numbers that they had. The SQLite database is made
once and kept in ``out/bench-web``. With ``--quick`` everything is smaller and nothing is written to the results.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.planning.machine import ROOT, facts, now
from benchmarks.web import browser, data, pages
from benchmarks.web.report import report

RESULTS = ROOT / "benchmarks" / "results"
PARTS = ("pages", "load", "browser")
FIRMS, ORDERS = 10_000, 2_000


def _make(folder: Path, firms: int, orders: int, *, prefix: tuple[str, ...] = (), then: str = "") -> None:
    """Make the database of a folder in a process of its own, and do something with it while it is there."""
    command = f"{sys.executable} -m benchmarks.web.data --firms {firms} --orders {orders}"
    subprocess.run(
        [*prefix, "sh", "-c", command + (f" && {then}" if then else "")],
        cwd=ROOT,
        env={**os.environ, "KUMIHIMO_DATA": str(folder)},
        check=True,
    )


def _load(folder: Path, firms: int, orders: int, seconds: float) -> dict[str, Any]:
    """Let people work on a PostgreSQL that is made for it and gone afterwards."""
    out, own = folder / "load.json", folder / "postgres"
    # What is left there tells of a cluster that is gone.
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    then = f"{sys.executable} -m benchmarks.web.load {out} --folder {own} --seconds {seconds}"
    _make(own, firms, orders, prefix=("sh", "scripts/with_postgres.sh"), then=then)
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "bench-web")
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--note", default="", help="what else a reader of the numbers has to know")
    asked = parser.parse_args()
    firms, orders = (1_000, 200) if asked.quick else (FIRMS, ORDERS)
    folder = asked.folder / ("quick" if asked.quick else "full")
    sqlite, demo = folder / "sqlite", folder / "demo"
    for one in (sqlite, demo):
        one.mkdir(parents=True, exist_ok=True)
    os.environ |= {"KUMIHIMO_DATA": str(sqlite), "DJANGO_SETTINGS_MODULE": data.SETTINGS}
    wanted = asked.only or PARTS
    results = folder if asked.quick else RESULTS
    kept = results / "web.json"
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    if "pages" in wanted or "browser" in wanted:
        _make(sqlite, firms, orders)
        found["rows"] = json.loads((sqlite / data.DONE).read_text(encoding="utf-8"))
    parts: dict[str, Any] = {
        "pages": lambda: pages.run(sqlite, requests=10 if asked.quick else pages.REQUESTS),
        "load": lambda: _load(folder, firms, orders, 30 if asked.quick else 300),
        "browser": lambda: browser.run(sqlite, demo, repeats=3 if asked.quick else browser.REPEATS),
    }
    for name in PARTS:
        if name in wanted:
            found[name] = {**parts[name](), "at": now(), "machine": facts(), "note": asked.note}
            kept.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (results / "web.md").write_text(report(found), encoding="utf-8")
    print(results / "web.md")


if __name__ == "__main__":
    main()
