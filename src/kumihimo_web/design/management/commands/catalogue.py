"""`python -m kumihimo_web catalogue`: compile the English texts; with --update, bring new texts in first."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kumihimo_web.design.catalogue import compile_catalogue, update


class Command(BaseCommand):
    """Compile the English catalogue."""

    help = "Compile the English catalogue / 英語の文言を使える形にする"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("--update", action="store_true", help="bring new texts of the pages into the catalogue")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if options["update"]:
            texts, missing = update()
            self.stdout.write(f"{texts} texts, {missing} without English")
        compile_catalogue()
