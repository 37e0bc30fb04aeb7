"""`python -m kumihimo_web backup FILE`: everything in one file, while the application goes on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kumihimo.errors import KumihimoError
from kumihimo_web.project.backup import make_backup


class Command(BaseCommand):
    """Make a backup."""

    help = "Write the whole database, with what was uploaded, into one file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        path: Path = options["file"].resolve()
        try:
            manifest = make_backup(path)
        except KumihimoError as error:
            self.stderr.write(error.ja)
            sys.exit(2)
        lines = sum(count for count, _seal in manifest.chains.values())
        self.stdout.write(
            f"バックアップを作りました: {path}({path.stat().st_size / 1e6:.1f} MB、監査ログ {lines:,} 行)\n"
            "別の機械にも写しを置いてください。戻すとき: python -m kumihimo_web restore FILE"
        )
