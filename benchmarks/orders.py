"""Orders a second through the ORM, each with event, audit line and outbox, beside the same writes as bare SQL.

``python -m benchmarks.orders`` on SQLite, ``sh scripts/with_postgres.sh python -m benchmarks.orders`` on PostgreSQL;
the table of that database is written into ``results/orders.md``. ``--kills 100`` kills web server, worker and, with
``--postgres``, PostgreSQL so often instead, and tells what held.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import django

from benchmarks.orders_killed import START, Held, killed, prepare
from benchmarks.orders_server import own_server

RESULTS = Path(__file__).resolve().parent / "results" / "orders.md"
STEPS = 8
_HEAD = """# Orders

Written by `python -m benchmarks.orders` (SQLite) and `sh scripts/with_postgres.sh python -m benchmarks.orders`
(PostgreSQL, fsync off); `--kills 100` and `--kills 100 --postgres` write the tables of what was killed, there with
fsync on. All data is synthetic.

An order is 8 commands: draft, award, issue, proof of transport, acceptance, shipment, receipt, inspection. **ORM** =
`orders.services.give`: rights, lock, fold, decision, event, columns, documents to be made, audit line, one transaction
a command. **bare SQL** = the same rows in hand-written statements over the same connection, nothing decided or checked:
what the database itself allows. Both in one process, in turns, with the same orders; their work orders stand before.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How fast one way was."""

    name: str
    orders: int
    wall_s: float
    cpu_s: float
    queries: float

    @property
    def per_s(self) -> float:
        """Orders a second."""
        return self.orders / self.wall_s


def measured(name: str, orders: int, do: Callable[[int], None], *, first: int) -> Rate:
    """Return how fast something is that is done order by order."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    do(first)
    with CaptureQueriesContext(connection) as seen:
        do(first + 1)
    words = [one["sql"].split(None, 1)[0].upper() for one in seen.captured_queries if one["sql"]]
    counted = sum(word in ("SELECT", "INSERT", "UPDATE", "DELETE") for word in words)
    began, cpu = time.perf_counter(), time.process_time()
    for number in range(first + 2, first + 2 + orders):
        do(number)
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    return Rate(name=name, orders=orders, wall_s=wall, cpu_s=used, queries=counted / STEPS)


# Through the ORM


def by_orm(number: int) -> None:
    """Take one order through its life."""
    from kumihimo.simulate.orders import eight_steps
    from kumihimo.trade import Outcome
    from kumihimo_web.accounts.scope import scoped, system_scope
    from kumihimo_web.orders import services

    network = _network
    for command in eight_steps(number, start=START):
        with scoped(system_scope(network, command.by)):
            decision = services.give(
                command.kind,
                command.order,
                command.data,
                key=command.key,
                role=command.role,
                evidence=command.evidence,
                at=command.at,
            )
            assert decision.outcome is Outcome.APPLIED, decision.ja


_network = 0

# As bare SQL

TABLES = (
    "create table bare_order (ref varchar(40) primary key, state varchar(24), version int, head varchar(64),"
    " due varchar(10))",
    "create table bare_event (ref varchar(40), seq int, kind varchar(24), data text, at varchar(32), who varchar(200),"
    " key varchar(200), previous varchar(64), hash varchar(64), primary key (ref, seq))",
    "create unique index bare_event_key on bare_event (ref, key)",
    "create table bare_audit (number int primary key, at varchar(32), verb varchar(60), told text,"
    " previous varchar(64), hash varchar(64))",
    "create table bare_outbox (key varchar(200) primary key, kind varchar(20), made_at varchar(32))",
)
_PAPERS = frozenset({"issue", "accept", "ship", "receive", "inspect"})


def by_sql(number: int) -> None:
    """Write the rows of one order by hand."""
    from django.db import connection, transaction

    from kumihimo.simulate.orders import eight_steps
    from kumihimo.trade.events import canonical

    for command in eight_steps(number, start=START):
        with transaction.atomic(), connection.cursor() as cursor:
            ref, at = command.order, command.at.isoformat()
            cursor.execute("select version, head from bare_order where ref = %s", [ref])
            version, head = cursor.fetchone() or (0, "0" * 64)
            text = canonical(dict(command.data))
            digest = hashlib.sha256(f"{ref}{version}{text}{at}{head}".encode()).hexdigest()
            if version:
                cursor.execute(
                    "update bare_order set state = %s, version = %s, head = %s where ref = %s",
                    [command.kind, version + 1, digest, ref],
                )
            else:
                cursor.execute("insert into bare_order values (%s, %s, 1, %s, null)", [ref, command.kind, digest])
            cursor.execute(
                "insert into bare_event values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [ref, version + 1, command.kind, text, at, command.by, command.key, head, digest],
            )
            cursor.execute("select number, hash from bare_audit order by number desc limit 1")
            line, seal = cursor.fetchone() or (0, "0" * 64)
            sealed = hashlib.sha256(f"{seal}{ref}{command.kind}{at}".encode()).hexdigest()
            cursor.execute(
                "insert into bare_audit values (%s, %s, %s, %s, %s, %s)",
                [line + 1, at, f"order.{command.kind}", ref, seal, sealed],
            )
            if command.kind in _PAPERS:
                cursor.execute("insert into bare_outbox values (%s, %s, null)", [command.key, command.kind])


def compare(orders: int) -> tuple[str, list[Rate]]:
    """Return the name of the database and the rates of both ways, in turns."""
    global _network
    from django.db import connection

    from kumihimo.simulate.orders import eight_steps
    from kumihimo_web.accounts.models import Network
    from kumihimo_web.orders.models import WorkOrder

    prepare()
    _network = Network.objects.get().pk
    with connection.cursor() as cursor:
        for statement in TABLES:
            cursor.execute(statement)
    # As the web server does when it has loaded everything.
    gc.collect()
    gc.freeze()
    half = max(1, orders // 2)
    rates = []
    for turn in range(2):
        first = turn * 100_000
        rows = [
            WorkOrder(ref=eight_steps(number, start=START)[0].data["work_order"], data={}, network_id=_network)
            for number in range(first, first + 2 + half)
        ]
        WorkOrder._base_manager.bulk_create(rows)
        rates.append(measured("ORM", half, by_orm, first=first))
        rates.append(measured("bare SQL", half, by_sql, first=first))
    return connection.display_name, rates


# Telling


def _joined(rates: Sequence[Rate], name: str) -> Rate:
    own = [one for one in rates if one.name == name]
    return Rate(
        name=name,
        orders=sum(one.orders for one in own),
        wall_s=sum(one.wall_s for one in own),
        cpu_s=sum(one.cpu_s for one in own),
        queries=own[0].queries,
    )


def table_of(database: str, rates: Sequence[Rate]) -> str:
    """Return the section of one database."""
    both = [_joined(rates, "ORM"), _joined(rates, "bare SQL")]
    rows = [
        f"| {one.name} | {one.per_s:.1f} | {one.per_s * STEPS:.0f} | {one.cpu_s / one.orders / STEPS * 1000:.2f} "
        f"| {one.wall_s / one.orders / STEPS * 1000:.2f} | {one.queries:.1f} | {both[1].per_s / one.per_s:.2f} |"
        for one in both
    ]
    return "\n".join(
        [
            f"## {database}",
            "",
            f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}, {both[0].orders} orders each, load average {os.getloadavg()[0]:.1f} "
            f"on {os.cpu_count()} cores.",
            "",
            "| way | orders/s | commands/s | CPU ms | wall ms | queries, each a command | bare SQL is faster by |",
            "|---|---|---|---|---|---|---|",
            *rows,
        ]
    )


def killed_table(database: str, held: Held) -> str:
    """Return the section of what was killed."""
    kills = ", ".join(f"{count} × {name}" for name, count in held.kills.items())
    return "\n".join(
        [
            f"## Killed, {database}",
            "",
            f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores. "
            f"SIGKILL at random moments: {kills}. {held.orders} orders with all that can happen to them; every command "
            f"came 1-3 times, messages shuffled, and again until it was answered: {held.answered} answers. The worker "
            "hands its documents to a FAX machine that writes down what it dials.",
            "",
            "| events | documents | lost | doubled | chains broken | FAX messages | unknown | dialled twice |",
            "|---|---|---|---|---|---|---|---|",
            f"| {held.events} | {held.papers} | {held.lost} | {held.doubled} | {held.broken} | {held.faxes} "
            f"| {held.unknown} | {held.redialled} |",
        ]
    )


def written(text: str) -> None:
    """Put a section into the results, in the place of the one with the same heading."""
    known = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else _HEAD
    parts = known.split("\n## ")
    heading = text.split("\n", 1)[0].removeprefix("## ")
    sections = [part for part in parts[1:] if part.split("\n", 1)[0] != heading]
    sections.append(text.removeprefix("## "))
    RESULTS.write_text(
        "\n## ".join([_HEAD.rstrip() + "\n", *(part.rstrip() + "\n" for part in sorted(sections))]), encoding="utf-8"
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Measure on the database that the environment names; on SQLite in a temporary folder where it names none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--postgres", action="store_true", help="with --kills: on PostgreSQL, and kill it too")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        if told.kills:
            own = own_server() if told.postgres else nullcontext()
            with own as server:
                held = killed(Path(folder), orders=told.orders, kills=told.kills, seed=told.seed, server=server)
            text = killed_table("PostgreSQL" if told.postgres else "SQLite", held)
        else:
            os.environ["KUMIHIMO_DATA"] = folder
            os.environ.setdefault("KUMIHIMO_DATABASE", f"sqlite://{folder}/orders.sqlite3")
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kumihimo_web.project.settings.test")
            django.setup()
            text = table_of(*compare(told.orders))
    written(text)
    print(text)


if __name__ == "__main__":
    main()
