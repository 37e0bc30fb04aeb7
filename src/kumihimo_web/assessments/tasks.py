"""Long work on assessments: what is due on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kumihimo_web.accounts.queries import networks
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.assessments import queries, services
from kumihimo_web.jobs.registry import Running, Task, daily, register
from kumihimo_web.jobs.services import ask


def _work(job: Running) -> str:
    job.tell(None, "期日の来た評価を調べています", "Looking for assessments that are due")
    return str(job.payload["today"])


def _save(today: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {**services.settle(date.fromisoformat(today)), "url": reverse("assessments")}


@daily
def _ask_for_what_is_due(today: date) -> None:
    for network in networks():
        with scoped(system_scope(network.pk)):
            if any(queries.due(today)):
                day = today.isoformat()
                ask(services.DUE, lambda: _("期日の来た評価の処理"), {"today": day}, once=f"{services.DUE}:{day}")


register(Task(kind=services.DUE, work=_work, save=_save))
