"""Fifty people at once, reading mostly, thinking in between: what they wait, and what goes wrong.

Run inside a database of its own: ``sh scripts/with_postgres.sh python -m benchmarks.web.load OUT.json``. The people are
threads of this process; the application runs in processes of its own.
"""

from __future__ import annotations

import argparse
import http
import json
import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django

from benchmarks.planning.machine import load_average
from benchmarks.web import data
from benchmarks.web.pages import examples, quantile
from benchmarks.web.server import Answer, Server, Visitor, serving

TARGET_MS = 300.0
PEOPLE = {"coordinator": 15, "factory": 25, "buyer": 7, "assessor": 3}
THINK_S = 3.0, 5.0
"""A person reads this long before the next step: evenly spread between the two."""
WRITES = 0.05
SECONDS, QUICK_SECONDS = 300, 30
WORDS = "精密", "工業", "山", "製作所", "金属", "橋"

READS: dict[str, tuple[tuple[int, str], ...]] = {
    "coordinator": (
        (4, "/desk/"),
        (3, "/firms/"),
        (3, "/firms/?words={word}"),
        (2, "/firms/?prefecture=20&process={process}"),
        (3, "/firms/{firm}/"),
        (1, "/map/"),
        (3, "/inquiries/"),
        (3, "/inquiries/{inquiry}/"),
        (3, "/inquiries/{inquiry}/teams/"),
        (2, "/plans/"),
        (2, "/plans/{plan}/bars.json"),
        (3, "/plans/{plan}/orders/{order}/"),
        (1, "/plans/{plan}/load/"),
        (2, "/status/"),
        (1, "/emergency/"),
        (1, "/audit/"),
    ),
    "factory": (
        (4, "/capacity/"),
        (3, "/firms/{own}/"),
        (3, "/inquiries/hands/"),
        (2, "/plans/"),
        (2, "/plans/{plan}/bars.json"),
        (1, "/firms/?words={word}"),
        (1, "/assessments/"),
    ),
    "buyer": ((3, "/status/"), (3, "/status/{own_order}/"), (2, "/inquiries/"), (1, "/inquiries/{own_inquiry}/")),
    "assessor": ((3, "/assessments/"), (2, "/assessments/firms/?words={word}"), (2, "/firms/"), (1, "/firms/{firm}/")),
}
"""Role -> (weight, address); what a person of that role opens."""
_ORDER, _INQUIRY = re.compile(r'href="/status/([^"/]+)/"'), re.compile(r'href="/inquiries/(Q-\d+)/"')
_ANSWERED = re.compile(r'name="site" value="([^"]+)"><input type="hidden" name="week" value="([^"]+)"')


class Person(threading.Thread):
    """Somebody who works for a while, and remembers how long everything took."""

    def __init__(self, server: Server, name: str, names: Mapping[str, str], seed: int) -> None:
        super().__init__(daemon=True)
        self.role = name.rstrip("0123456789")
        self._names, self._dice = dict(names), random.Random(seed)
        self._visitor = Visitor(server.port)
        self._visitor.log_in(name)
        if self.role == "buyer":
            for what, path, link in (("own_order", "/status/", _ORDER), ("own_inquiry", "/inquiries/", _INQUIRY)):
                found = link.search(self._visitor.get(path).text)
                assert found is not None, f"{name} has nothing on {path}"
                self._names[what] = found[1]
        self.seen: list[tuple[str, float, int]] = []
        """(what was done, milliseconds, status) of every request."""
        self.errors: Counter[str] = Counter()
        self._until = 0.0

    def begin(self, seconds: float) -> None:
        """Work so long."""
        self._until = time.monotonic() + seconds
        self.start()

    def run(self) -> None:
        """Do one thing after the other."""
        time.sleep(self._dice.uniform(0, THINK_S[1]))
        weights = [weight for weight, _path in READS[self.role]]
        while time.monotonic() < self._until:
            try:
                if self._dice.random() < WRITES and self.role in ("coordinator", "factory"):
                    self._write()
                else:
                    [(_weight, pattern)] = self._dice.choices(READS[self.role], weights)
                    self._read(pattern)
            except OSError as error:
                self.errors[type(error).__name__] += 1
            time.sleep(self._dice.uniform(*THINK_S))

    def _read(self, pattern: str) -> Answer:
        from urllib.parse import quote

        word = self._dice.choice(WORDS)
        answer = self._visitor.get(quote(pattern.format(**{**self._names, "word": word}), safe="/?&="))
        self._note(pattern, answer, http.HTTPStatus.OK)
        return answer

    def _write(self) -> None:
        if self.role == "factory":
            page = self._read("/capacity/")
            site, week = self._dice.choice(_ANSWERED.findall(page.text))
            values = {"site": site, "week": week, "level": self._dice.choice(("free", "usual", "full"))}
            self._note("POST /capacity/", self._visitor.post("/capacity/", page.text, values), http.HTTPStatus.FOUND)
            return
        # A note on a firm that a telephone call was about.
        path = f"/firms/edit/firms/{self._dice.choice(self._names['firms'].split())}/"
        page = self._visitor.get(path)
        self._note("/firms/edit/firms/…/", page, http.HTTPStatus.OK)
        values = _filled(page.text)
        values |= {"phone": f"0260-{self._dice.randrange(100):02d}-{self._dice.randrange(10000):04d}", "said": "計測"}
        done = self._visitor.post(path, page.text, values)
        # Two coordinators at the same firm: the second is told, as it should be.
        wanted = http.HTTPStatus.CONFLICT if done.status == http.HTTPStatus.CONFLICT else http.HTTPStatus.FOUND
        self._note("POST /firms/edit/firms/…/", done, wanted)

    def _note(self, what: str, answer: Answer, wanted: int) -> None:
        self.seen.append((what, answer.wall_ms, answer.status))
        if answer.status != wanted:
            self.errors[f"{answer.status} {what}"] += 1


def _filled(page: str) -> dict[str, str]:
    """Return the values that stand in the fields of a form."""
    from html import unescape

    values = {
        found[1]: unescape(found[2])
        for found in re.finditer(r'<input(?: type="hidden")?(?: id="[^"]*")? name="(\w+)" value="([^"]*)"', page)
    }
    for found in re.finditer(r'<select id="[^"]*" name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r"<option(?: value=\"([^\"]*)\")? selected>([^<]*)", found[2])
        values[found[1]] = "" if chosen is None else unescape(chosen[2])
    return values


def measure(server: Server, names: Mapping[str, str], *, seconds: float) -> dict[str, Any]:
    """Let everybody work; return what they waited, by role and in all."""
    firms = names["firms"].split()
    people = [Person(server, name, {**names, "own": own}, seed) for seed, (name, own) in enumerate(_everybody(firms))]
    cpu, began = server.cpu_s(), time.monotonic()
    for person in people:
        person.begin(seconds)
    loads = []
    while any(person.is_alive() for person in people):
        time.sleep(1)
        loads.append(load_average())
    passed = time.monotonic() - began
    seen = [one for person in people for one in person.seen]
    errors: Counter[str] = sum((person.errors for person in people), Counter())
    by_path: dict[str, list[float]] = {}
    for path, wall, _status in seen:
        by_path.setdefault(path, []).append(wall)
    return {
        "people": PEOPLE,
        "seconds": round(passed, 1),
        "requests": len(seen),
        "writes": sum(path.startswith("POST") for path, _wall, _status in seen),
        "conflicts": sum(status == http.HTTPStatus.CONFLICT for _path, _wall, status in seen),
        "errors": dict(errors),
        "all_ms": _quantiles([wall for _path, wall, _status in seen]),
        "roles_ms": {
            role: _quantiles([one[1] for person in people if person.role == role for one in person.seen])
            for role in PEOPLE
        },
        "paths_ms": {path: _quantiles(walls) for path, walls in sorted(by_path.items())},
        "cpu_share": round((server.cpu_s() - cpu) / passed, 2),
        "memory_mb": round(server.memory_mb(), 1),
        "load": [min(loads), max(loads)],
    }


def _everybody(firms: list[str]) -> list[tuple[str, str]]:
    """Return (name to log in with, own firm) of the people."""
    found = []
    for role, count in PEOPLE.items():
        for at, name in enumerate(data.names_of(role)[:count]):
            found.append((name, firms[at % len(firms)]))
    return found


def _quantiles(walls: list[float]) -> dict[str, float]:
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {"n": len(walls)} | {name: round(quantile(walls, share), 1) for name, share in shares.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    os.environ |= {"KUMIHIMO_DATA": str(asked.folder), "DJANGO_SETTINGS_MODULE": data.SETTINGS}
    django.setup()
    from django.db import connection

    from kumihimo_web.accounts.models import Organisation

    names = examples()
    factories = [f"factory{number}" for number in range(1, data.USERS["factory"] + 1)]
    own = dict(Organisation.objects.exclude(firm="").values_list("users__username", "firm"))
    names["firms"] = " ".join(own[name] for name in factories)
    with serving(asked.folder, workers=asked.workers, jobs=True) as server:
        found = measure(server, names, seconds=asked.seconds)
    found |= {"database": connection.vendor, "workers": asked.workers}
    asked.out.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    print(json.dumps({key: found[key] for key in ("requests", "writes", "errors", "all_ms", "cpu_share", "load")}))


if __name__ == "__main__":
    main()
