"""Processes that are killed while orders move: the web server, the worker, PostgreSQL; and what must hold after.

A client sends commands to the web server, each one to three times and messages shuffled, and sends a command again
until it is answered. A real worker makes the documents, posts them and hands them to a FAX machine that writes down
what it dials. The parent kills with SIGKILL, one process at a time, at moments drawn from a seed.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.orders_server import Server
from kumihimo.simulate.orders import deliveries, order_life
from kumihimo.trade import Command, OperationOrder, Outcome, carry_out, unpark

START = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
FIRMS = ("F-SYN-001", "F-SYN-002", "F-SYN-003")
WEB, WORKER, POSTGRES = "web", "worker", "PostgreSQL"
LONGEST_S = 900.0
"""What is not done after so long hangs."""
_FULL = 30
"""With so many documents on their way the client waits: the worker is slower than the web server."""
_FAX_MACHINE = {
    "sendfax": """#!/bin/sh
for word in "$@"; do [ "$before" = "-i" ] && echo "$word" >> "{folder}/dialled"; before="$word"; done
sleep 0.05
echo "request id is 7 (group id 7) for host localhost (1 file)"
""",
    "faxstat": "#!/bin/sh\n",
}


@lru_cache(maxsize=4)
def delivered(seed: int) -> tuple[tuple[Command, ...], frozenset[str]]:
    """Return the commands of an order as they come, and the keys of what happens by them if nothing crashes.

    Each comes one to three times, messages shuffled. What is refused, for a message that it needs is late, a person
    tries again before the next thing.
    """
    order: OperationOrder | None = None
    waiting: tuple[Command, ...] = ()
    refused: list[Command] = []
    given: list[Command] = []
    for come in deliveries(order_life(seed, start=START), seed):
        again, refused = [*refused, come], []
        for command in again:
            given.append(command)
            order, decision = carry_out(order, command)
            if decision.outcome is Outcome.PARKED and all(one.key != command.key for one in waiting):
                waiting = (*waiting, command)
            if decision.outcome is Outcome.REFUSED and all(one.key != command.key for one in refused):
                refused.append(command)
            if decision.events:
                after = unpark(order, waiting)
                order, waiting = after.order, after.waiting
    assert order is not None
    return tuple(given), order.keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What stood in the database when everything was done.

    Attributes
    ----------
    kills
        Name of a process -> how often it was killed while it worked.
    answered
        Commands that were answered, repeated ones counted.
    lost
        Events, documents and messages that the commands lead to and that are not there.
    doubled
        Those that are there twice, and audit lines beyond one for an event.
    broken
        Orders whose chain does not hold, and the audit chain.
    faxes, unknown
        FAX messages, and those of which nobody can tell whether they arrived: the worker or the database died.
    redialled
        FAX messages that were dialled more than once.
    """

    kills: dict[str, int]
    answered: int
    orders: int
    events: int
    papers: int
    lost: int
    doubled: int
    broken: int
    faxes: int
    unknown: int
    redialled: int


def killed(folder: Path, *, orders: int, kills: int, seed: int, server: Server | None = None) -> Held:
    """Let orders move and kill each process so often; return what stands then.

    Parameters
    ----------
    orders
        At least so many are taken through; more while there is something to kill.
    server
        An empty PostgreSQL that is killed too; SQLite in the folder where none is given.
    """
    running = _Running(folder, server)
    try:
        running.prepare()
        client = _Client(running.port)
        client.start()
        dice = random.Random(seed)
        names = [WEB, WORKER] if server is None else [WEB, WORKER, POSTGRES]
        count = Counter[str]()
        for _ in range(kills):
            for name in dice.sample(names, len(names)):
                running.wait_until_all_work()
                time.sleep(dice.uniform(0.0, 0.6))
                running.kill(name)
                count[name] += 1
        running.wait_until_all_work()
        client.finish(at_least=orders)
        _until(lambda: client.ask("/waiting") == "0", "the worker does not come to an end")
    finally:
        running.stop()
    told = dict(pair.split("=") for pair in running.tell(client.orders).split())
    return Held(
        kills=dict(count),
        answered=client.answered,
        orders=client.orders,
        **{name: int(value) for name, value in told.items()},
    )


@dataclass(slots=True)
class _Running:
    """The processes."""

    folder: Path
    server: Server | None
    port: int = 0
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make the database and the FAX machine, and start."""
        for name, text in _FAX_MACHINE.items():
            (self.folder / name).write_text(text.format(folder=self.folder), encoding="utf-8")
            (self.folder / name).chmod(0o755)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        assert self._start("prepare").wait(LONGEST_S) == 0
        for name in (WEB, WORKER):
            self.processes[name] = self._start(name)

    def kill(self, name: str) -> None:
        """Kill one, and start it again."""
        if name == POSTGRES:
            assert self.server is not None
            self.server.kill()
            self.server.start()
            return
        process = self.processes[name]
        assert process.poll() is None, f"{name} has ended by itself"
        process.send_signal(signal.SIGKILL)
        process.wait()
        self._mark(name).unlink()
        self.processes[name] = self._start(name)

    def wait_until_all_work(self) -> None:
        """Wait for those that were started again."""
        for name in self.processes:
            _until(self._mark(name).exists, f"{name} does not begin")

    def stop(self) -> None:
        """End the web server and the worker."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(LONGEST_S)

    def tell(self, orders: int) -> str:
        """Return what stands in the database."""
        out, _ = self._start("tell", str(orders), stdout=subprocess.PIPE).communicate(timeout=LONGEST_S)
        return out.decode()

    def _mark(self, name: str) -> Path:
        return self.folder / f"{name}.ready"

    def _start(self, name: str, *told: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("KUMIHIMO_")}
        own |= {
            "DJANGO_SETTINGS_MODULE": "kumihimo_web.project.settings.test",
            "KUMIHIMO_COMPILE": "0",
            "KUMIHIMO_DATA": str(self.folder),
            "KUMIHIMO_DATABASE": self.server.address if self.server else f"sqlite://{self.folder}/killed.sqlite3",
            "KUMIHIMO_HYLAFAX_FOLDER": str(self.folder),
        }
        words = [sys.executable, "-m", "benchmarks.orders_killed", name, str(self.folder), str(self.port), *told]
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(words, env=own, stdout=stdout or log, stderr=log)


class _Client(threading.Thread):
    """Sends the commands of one order after the other; what is not answered is sent again."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._most: int | None = None
        self.orders, self.answered = 0, 0

    def run(self) -> None:
        """Send until it is enough."""
        while self._most is None or self.orders < self._most:
            _until(lambda: int(self.ask("/waiting")) < _FULL or self._most is not None, "nothing is made")
            for place in range(len(delivered(self.orders)[0])):
                self.ask(f"/give/{self.orders}/{place}")
            self.orders += 1

    def ask(self, address: str) -> str:
        """Return the answer, however long the server is gone."""
        end = time.monotonic() + LONGEST_S
        while time.monotonic() < end:
            line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
            try:
                line.request("GET" if address == "/waiting" else "POST", address)
                answer = line.getresponse()
                if answer.status == 200:
                    self.answered += address != "/waiting"
                    return answer.read().decode()
            except (OSError, http.client.HTTPException):
                pass
            finally:
                line.close()
            time.sleep(0.02)
        raise RuntimeError(f"no answer from {address}")

    def finish(self, *, at_least: int) -> None:
        """Have it end with the order at hand, once there were enough."""
        self._most = max(at_least, self.orders + 1)
        self.join(LONGEST_S)
        assert not self.is_alive()


def _until(holds: Callable[[], bool], what_if_not: str) -> None:
    end = time.monotonic() + LONGEST_S
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError(what_if_not)
        time.sleep(0.02)


# The processes


def prepare() -> None:
    """Make the database, with three synthetic firms that take FAX day and night."""
    from django.core.management import call_command

    from kumihimo.model import Channel, Firm, Network, Shift, Site, WorkCalendar
    from kumihimo_web.accounts.models import Network as NetworkRow
    from kumihimo_web.accounts.scope import scoped, system_scope
    from kumihimo_web.firms.services import load

    call_command("migrate", verbosity=0)
    always = WorkCalendar(
        id="C-SYN",
        shifts=tuple(Shift(weekday=day, start_min=0, end_min=1440) for day in range(7)),
        national_holidays=False,
    )
    firms = tuple(
        Firm(id=ref, name=f"合成{ref}製作所", synthetic=True, preferred_channel=Channel.FAX, fax=f"0265-00-000{number}")
        for number, ref in enumerate(FIRMS)
    )
    sites = tuple(Site(id=f"{ref}-S", firm=ref, municipality="202061", calendar=always.id) for ref in FIRMS)
    row = NetworkRow.objects.create(name="合成の網", synthetic=True)
    with scoped(system_scope(row.pk)):
        load(Network(name="合成の網", synthetic=True, firms=firms, sites=sites, capabilities=(), calendars=(always,)))


def serve(folder: Path, port: int) -> None:
    """Be the web server."""
    import uvicorn
    from django.conf import settings
    from django.core.asgi import get_asgi_application

    settings.ROOT_URLCONF = "benchmarks.orders_web"
    application = get_asgi_application()
    (folder / f"{WEB}.ready").touch()
    uvicorn.run(application, port=port, log_level="warning", lifespan="off")


def work(folder: Path) -> None:
    """Be the worker."""
    from django.core.management import call_command

    (folder / f"{WORKER}.ready").touch()
    call_command("worker")


def tell(folder: Path, orders: int) -> str:
    """Return what stands, as words that the parent reads."""
    from benchmarks.orders_told import told
    from kumihimo_web.accounts.models import Network
    from kumihimo_web.accounts.scope import scoped, system_scope

    with scoped(system_scope(Network.objects.get().pk)):
        return " ".join(f"{name}={value}" for name, value in told(orders, folder / "dialled").items())


def main(name: str, folder: Path, port: int, orders: int) -> None:
    """Be one of the processes."""
    import django

    django.setup()
    match name:
        case "prepare":
            prepare()
        case "web":
            serve(folder, port)
        case "worker":
            work(folder)
        case "tell":
            sys.stdout.write(tell(folder, orders))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int((*sys.argv, "0")[4]))
