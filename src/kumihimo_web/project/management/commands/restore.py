"""`python -m kumihimo_web restore FILE`: go back to a backup, into an empty database."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kumihimo.errors import KumihimoError
from kumihimo_web.design.templatetags.ja import moment
from kumihimo_web.project.restore import restore_backup


class Command(BaseCommand):
    """Restore a backup."""

    help = "Bring a backup into an empty database, after checking it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            manifest = restore_backup(options["file"])
        except KumihimoError as error:
            self.stderr.write(error.ja)
            sys.exit(2)
        lines = sum(count for count, _seal in manifest.chains.values())
        self.stdout.write(
            f"{moment(datetime.fromisoformat(manifest.made_at))} のバックアップに戻しました。"
            f"監査ログ {lines:,} 行の鎖がすべてつながることを確かめました。"
        )
