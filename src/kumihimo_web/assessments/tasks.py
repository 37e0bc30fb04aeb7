"""Long work on assessments: what is due on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from kumihimo_web.assessments import services
from kumihimo_web.jobs.registry import Running, Task, register


def _work(job: Running) -> str:
    job.tell(None, "期日の来た評価を調べています", "Looking for assessments that are due")
    return str(job.payload["today"])


def _save(today: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {**services.settle(date.fromisoformat(today)), "url": reverse("assessments")}


register(Task(kind="assessments.due", work=_work, save=_save))
