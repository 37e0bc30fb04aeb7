"""How long the pages of the inbox take with 50,000 messages in it: server time and processor time of each request.

The requests go through the whole application (middleware, session, templates), without a network between. Every
message is invented; most are done, as after a year of work.

Run on a database of its own:
``KUMIHIMO_DATA=out/bench-inbox python -m benchmarks.inbox --out benchmarks/results/inbox.md``
(PostgreSQL: name it in KUMIHIMO_DATABASE).
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

REQUESTS, WARM_UPS = 30, 3
TARGET_MS = 100.0
STATES = ("done",) * 90 + ("aside",) * 6 + ("waiting",) * 3 + ("second",)
KINDS = ("form",) * 60 + ("mail",) * 20 + ("excel",) * 8 + ("line",) * 6 + ("call",) * 4 + ("unknown",) * 2
FIRMS = 400
PAGES = (
    ("waiting, the first page", "/inbox/"),
    ("waiting, deep", "/inbox/?after={deep_waiting}"),
    ("done, the first page", "/inbox/?state=done"),
    ("done, deep", "/inbox/?state=done&after={deep_done}"),
    ("aside", "/inbox/?state=aside"),
    ("done, Excel only", "/inbox/?state=done&kind=excel"),
    ("done, one firm", "/inbox/?state=done&firm=F0007"),
    ("all of one order", "/inbox/?order=PO-2026-000123"),
    ("an item", "/inbox/{item}/"),
)


def fill(network: int, count: int) -> None:
    """Put messages and items into an empty inbox."""
    from django.utils import timezone

    from kumihimo_web.channels.models import Inbound
    from kumihimo_web.inbox.models import Item

    now, first = timezone.now(), timezone.now() - timedelta(days=365)
    step = (now - first) / count
    for start in range(1, count + 1, 2000):
        numbers = range(start, min(start + 2000, count + 1))
        Inbound._base_manager.bulk_create(
            Inbound(
                network_id=network,
                number=n,
                channel="fax",
                channel_id=f"bench-{n}",
                sender=f"0263{n % FIRMS:06d}",
                received_at=first + step * n,
                content_type="image/tiff",
                raw=b"II*\x00" + bytes(2000),
                sha256=f"{n:064x}",
                state="taken",
            )
            for n in numbers
        )
        rows = Inbound._base_manager.filter(number__in=numbers).only("pk", "number", "sender", "received_at")
        Item._base_manager.bulk_create(_item(network, one, Item) for one in rows.order_by("number"))


def _item(network: int, one: Any, row: Any) -> Any:
    reason = {"code": "two_marked", "ja": "「ご回答」に印が二つ以上あります。", "en": "Two marks.", "group": "answer"}
    # 7919 is a prime: neighbours are unlike each other.
    return row(
        network_id=network,
        inbound=one,
        kind=KINDS[one.number * 7919 % 100],
        state=STATES[one.number * 104_729 % 100],
        sender=one.sender,
        received_at=one.received_at,
        firm=f"F{one.number % FIRMS:04d}",
        order_ref=f"PO-2026-{one.number % 5000:06d}",
        summary_ja="受注の承諾、納期 2026年12月4日(金)",
        summary_en="acceptance, by 2026-12-04",
        outcome="applied",
        reading={"reasons": [reason] * 3, "answers": {}, "form": None},
        command={"kind": "accept", "data": {"firm": f"F{one.number % FIRMS:04d}", "revision": 1}},
    )


def measured(client: Any, address: str) -> tuple[list[float], list[float], int]:
    """Return the milliseconds of each request by the clock and by the processor, and its bytes."""
    wall, cpu, size = [], [], 0
    for run in range(WARM_UPS + REQUESTS):
        began, began_cpu = time.perf_counter(), time.process_time()
        answer = client.get(address)
        if run >= WARM_UPS:
            wall.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - began_cpu) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
        size = len(answer.content)
    return wall, cpu, size


def rows(client: Any, places: dict[str, int]) -> Iterator[tuple[str, float, float, float, int]]:
    """Yield (page, median ms, largest ms, median ms of the processor, bytes)."""
    for name, address in PAGES:
        wall, cpu, size = measured(client, address.format(**places))
        yield name, statistics.median(wall), max(wall), statistics.median(cpu), size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--messages", type=int, default=50_000)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kumihimo_web.project.settings.test")
    django.setup()
    logging.disable(logging.INFO)
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from kumihimo_web.accounts.models import Network, User
    from kumihimo_web.accounts.scope import scoped, system_scope
    from kumihimo_web.accounts.services import add_organisation, add_user
    from kumihimo_web.inbox.models import Item

    call_command("migrate", verbosity=0)
    if not User.objects.filter(username="bench").exists():
        network = Network.objects.create(name="計測用ネットワーク（合成データ）", synthetic=True)
        with scoped(system_scope(network.pk)):
            organisation = add_organisation(network, kind="coordinator", name="計測用")
            add_user(organisation, username="bench", password="kumihimo-bench", role="coordinator")
        fill(network.pk, given.messages)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    every = Item._base_manager
    waiting, done = every.filter(state="waiting").order_by("pk"), every.filter(state="done").order_by("-pk")
    places = {
        "deep_waiting": waiting.values_list("pk", flat=True)[waiting.count() // 2],
        "deep_done": done.values_list("pk", flat=True)[done.count() // 2],
        "item": waiting.values_list("pk", flat=True)[0],
    }
    client = Client()
    client.force_login(User.objects.get(username="bench"), backend="django.contrib.auth.backends.ModelBackend")
    found = list(rows(client, places))
    worst = max(median for _name, median, *_rest in found)
    text = "\n".join(
        [
            "# Inbox",
            "",
            f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Python "
            f"{platform.python_version()}, {connection.vendor}. {every.count():,} messages, synthetic; "
            f"{REQUESTS} requests each after {WARM_UPS}, through the whole application in one process.",
            f"Slowest page by its median: {worst:.1f} ms; limit {TARGET_MS:.0f} ms: "
            f"{'kept' if worst <= TARGET_MS else 'MISSED'}.",
            "",
            "| page | median ms | largest ms | median CPU ms | KB |",
            "|---|---:|---:|---:|---:|",
            *(f"| {name} | {a:.1f} | {b:.1f} | {c:.1f} | {size / 1024:.0f} |" for name, a, b, c, size in found),
            "",
        ]
    )
    print(text)
    if given.out is not None:
        given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
