"""`python -m kumihimo_web worker`: a worker process."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kumihimo_web.jobs.worker import run_forever, run_one


class Command(BaseCommand):
    """Take jobs until a signal asks to stop; the job at hand is finished first."""

    help = "Do long work: imports, plans, documents."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("--until-empty", action="store_true", help="stop when nothing waits any more")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        if options["until_empty"]:
            while run_one():
                pass
            return
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        run_forever(stop)
