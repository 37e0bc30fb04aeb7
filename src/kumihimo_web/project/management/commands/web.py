"""`python -m kumihimo_web web`: a web process."""

from __future__ import annotations

from typing import Any

import uvicorn
from django.core.management.base import BaseCommand, CommandParser

_GRACE_S = 5
"""So long open streams may go on when the process is asked to stop; browsers ask again by themselves."""


class Command(BaseCommand):
    """Answer requests until a signal asks to stop. Its log is one line of JSON an event, on stderr."""

    help = "Answer requests."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--proxy",
            default="127.0.0.1",
            help="addresses of proxies whose word about the sender counts, separated by commas; * = whoever asks",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        uvicorn.run(
            "kumihimo_web.project.asgi:application",
            host=options["host"],
            port=options["port"],
            forwarded_allow_ips=options["proxy"],
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
        )
