"""Reading jobs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kumihimo_web.jobs.models import Job


def job(pk: UUID) -> Job | None:
    """Return a job that the scope may see."""
    found: Job | None = Job.objects.filter(pk=pk).first()
    return found


def document(found: Job) -> dict[str, Any]:
    """Return what the browser shows of a job."""
    return {
        "id": str(found.pk),
        "title": found.title,
        "state": found.state,
        "percent": found.percent,
        "message": {"ja": found.message_ja, "en": found.message_en},
        "error": {"ja": found.error_ja, "en": found.error_en},
        "result": found.result,
    }
