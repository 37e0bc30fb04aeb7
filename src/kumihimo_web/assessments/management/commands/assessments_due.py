"""`python -m kumihimo_web assessments_due`: publish and end what is due, in every network; for a daily timer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kumihimo_web.accounts.queries import networks
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.assessments.services import settle


class Command(BaseCommand):
    """Settle what is due today."""

    help = "Publish assessments that nobody replied to in time, and end those that are no longer valid."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        for network in networks():
            with scoped(system_scope(network.pk)):
                done = settle(timezone.localdate())
            self.stdout.write(f"  {network.name}: 公開 {done['published']}、期限切れ {done['expired']}")
