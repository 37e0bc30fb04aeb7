"""`python -m kumihimo_web seed`: make the tables and fill the demo, in one go since every start costs a second."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from kumihimo_web.demo.seed import PASSWORD, seed


class Command(BaseCommand):
    """Migrate, fill once, and tell who can log in."""

    help = "Make the tables and fill the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        call_command("migrate", verbosity=0)
        for login in seed(timezone.localdate()):
            self.stdout.write(f"  {login.role:<5} {login.username:<14} {PASSWORD}  {login.organisation}")
