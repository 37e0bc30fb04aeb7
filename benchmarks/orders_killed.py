"""Workers that are killed while orders move: one gives commands, one makes and posts documents; what must hold after.

The parent kills both with SIGKILL at moments drawn from a seed and starts them again, until everything is done. A
worker gives all commands of an order that is not through yet from the first one: what was carried out is known by its
key.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

START = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
FIRMS = ("F-SYN-001", "F-SYN-002", "F-SYN-003")
LONGEST_S = 900.0
"""Workers that are not done after so long, and are not killed any more, hang."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What stood in the database when everything was done.

    Attributes
    ----------
    kills
        Processes that were killed while they worked.
    lost
        Events, documents and messages that the commands lead to and that are not there.
    doubled
        Those that are there twice, and audit lines beyond one for an event.
    broken
        Orders whose chain does not hold, and the audit chain.
    """

    kills: int
    events: int
    papers: int
    lost: int
    doubled: int
    broken: int


# The parent


def killed(folder: Path, *, orders: int, kills: int, seed: int, database: str = "") -> Held:
    """Let two workers do everything, kill them so often, and return what stands then.

    Parameters
    ----------
    database
        An empty one; SQLite in the folder where none is named.
    """
    address = database or f"sqlite://{folder}/killed.sqlite3"
    environment = {**os.environ, "KUMIHIMO_DATA": str(folder), "KUMIHIMO_DATABASE": address}
    _run("prepare", orders, folder, environment).wait(LONGEST_S)
    random_ = random.Random(seed)
    count = 0
    while count < kills:
        marks = [folder / f"{name}.ready" for name in ("give", "make")]
        for mark in marks:
            mark.unlink(missing_ok=True)
        running = [_run(name, orders, folder, environment) for name in ("give", "make")]
        _until(lambda marks=marks: all(mark.exists() for mark in marks), running)
        time.sleep(random_.uniform(0.0, 0.6))
        victims = [one for one in running if one.poll() is None]
        for process in victims:
            process.send_signal(signal.SIGKILL)
        for process in running:
            process.wait()
        count += len(victims)
        if not victims:
            break
    last = [_run(name, orders, folder, environment) for name in ("give", "make")]
    for process in last:
        assert process.wait(LONGEST_S) == 0
    out = subprocess.run(
        [sys.executable, "-m", "benchmarks.orders_killed", "tell", str(orders), str(folder)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return Held(kills=count, **{name: int(value) for name, value in (pair.split("=") for pair in out.split())})


def _run(name: str, orders: int, folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.orders_killed", name, str(orders), str(folder)], env=environment
    )


def _until(holds: object, running: Sequence[subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + LONGEST_S
    while not holds():  # type: ignore[operator]
        if time.monotonic() > end or any(one.poll() not in (None, 0) for one in running):
            raise RuntimeError("a worker did not begin")
        time.sleep(0.01)


# The workers


def prepare() -> None:
    """Make the database, with three synthetic firms."""
    from django.core.management import call_command

    from kumihimo.model import Channel, Firm, Network
    from kumihimo_web.accounts.models import Network as NetworkRow
    from kumihimo_web.accounts.scope import scoped, system_scope
    from kumihimo_web.firms.services import load

    call_command("migrate", verbosity=0)
    firms = tuple(
        Firm(id=ref, name=f"合成{ref}製作所", synthetic=True, preferred_channel=Channel.MAIL, email=f"{ref}@example.jp")
        for ref in FIRMS
    )
    row = NetworkRow.objects.create(name="合成の網", synthetic=True)
    with scoped(system_scope(row.pk)):
        load(Network(name="合成の網", synthetic=True, firms=firms, sites=(), capabilities=(), calendars=()))


def give(orders: int, folder: Path) -> None:
    """Give all commands of all orders that are not through yet."""
    from kumihimo.simulate.orders import order_life
    from kumihimo_web.accounts.models import Network
    from kumihimo_web.accounts.scope import scoped, system_scope
    from kumihimo_web.orders import services
    from kumihimo_web.orders.models import Order, WorkOrder

    network = Network.objects.get().pk
    (folder / "give.ready").touch()
    for seed in range(orders):
        life = order_life(seed, start=START)
        if Order._base_manager.filter(ref=life[0].order, version=len(life)).exists():
            continue
        for command in life:
            with scoped(system_scope(network, command.by)):
                if command.kind == "draft":
                    WorkOrder.objects.get_or_create(
                        ref=command.data["work_order"],
                        network_id=network,
                        defaults={"title": "合成", "buyer_name": "合成発注者", "data": {}},
                    )
                services.give(
                    command.kind,
                    command.order,
                    command.data,
                    key=command.key,
                    role=command.role,
                    evidence=command.evidence,
                    at=command.at,
                )
    (folder / "given").touch()


def make(folder: Path) -> None:
    """Make and post documents until all commands are given and none waits."""
    from kumihimo_web.orders import outbox

    (folder / "make.ready").touch()
    while True:
        is_given = (folder / "given").exists()
        if not outbox.work() and is_given:
            return


def tell(orders: int) -> str:
    """Return what stands, as words that the parent reads."""
    from django.db.models import Count

    from kumihimo.simulate.orders import order_life
    from kumihimo.trade import OperationOrder, carry_out, find_break
    from kumihimo_web.accounts.models import Network
    from kumihimo_web.accounts.scope import scoped, system_scope
    from kumihimo_web.audit import queries as audit
    from kumihimo_web.audit.models import Line
    from kumihimo_web.channels.models import Message
    from kumihimo_web.orders.folding import events_of
    from kumihimo_web.orders.models import Event, Paper

    lost = doubled = broken = 0
    with scoped(system_scope(Network.objects.get().pk)):
        for seed in range(orders):
            life = order_life(seed, start=START)
            order: OperationOrder | None = None
            wanted: Counter[str] = Counter()
            for command in life:
                order, decision = carry_out(order, command)
                wanted.update(event.key for event in decision.events)
            events = events_of(life[0].order)
            found = Counter(event.key for event in events)
            lost += sum((wanted - found).values())
            doubled += sum((found - wanted).values())
            broken += find_break(events) is not None
        broken += audit.broken_at() is not None
        lines = Counter(Line.objects.filter(kind="order").values_list("row", flat=True))
        kept = Counter(str(pk) for pk in Event.objects.values_list("order", flat=True))
        lost += sum((kept - lines).values())
        doubled += sum((lines - kept).values())
        papers = Paper.objects.exclude(seq=0)
        lost += papers.filter(made_at=None).count() + papers.exclude(error="").count()
        to_send = papers.filter(is_to_send=True)
        posted = set(Message.objects.values_list("key", flat=True))
        lost += sum(key not in posted for key in to_send.values_list("key", flat=True))
        same = Paper.objects.values("order", "seq", "kind", "firm").annotate(n=Count("pk")).filter(n__gt=1)
        doubled += same.count()
        return f"events={sum(kept.values())} papers={papers.count()} lost={lost} doubled={doubled} broken={broken}"


def main(name: str, orders: int, folder: Path) -> None:
    """Be one of the processes."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kumihimo_web.project.settings.test")
    django.setup()
    match name:
        case "prepare":
            prepare()
        case "give":
            give(orders, folder)
        case "make":
            make(folder)
        case "tell":
            sys.stdout.write(tell(orders))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
