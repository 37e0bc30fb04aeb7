"""`python -m kumihimo_web seed`: make the tables and fill the demo, in one go since every start costs a second."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from kumihimo_web.accounts.models import Network
from kumihimo_web.demo.seed import PASSWORD, seed
from kumihimo_web.project.environment import data_folder


class Command(BaseCommand):
    """Migrate, fill once, and tell who can log in."""

    help = "Make the tables and fill the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        call_command("migrate", verbosity=0)
        if Network.objects.filter(synthetic=False).exists():
            self.stderr.write(
                "このデータベースには、合成データではないネットワークが入っています。デモは空のデータベースで動かしてください。"
            )
            sys.exit(1)
        done = data_folder() / "seeded"
        if not done.exists():
            # Whatever is there was left by somebody who stopped half-way; nobody has worked with it.
            call_command("flush", interactive=False, verbosity=0)
        table = Table("役割", "利用者名", "パスワード", "組織", box=None, pad_edge=False, padding=(0, 3, 0, 0))
        for login in seed(timezone.localdate()):
            table.add_row(login.role, login.username, PASSWORD, login.organisation)
        done.touch()
        # Wide enough for any organisation, also where the output is no terminal.
        Console(file=self.stdout, width=100, highlight=False).print(table)  # type: ignore[arg-type]
