"""Reading jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.design.language import say
from kumihimo_web.jobs.models import Job, JobFile, State, Worker
from kumihimo_web.jobs.services import LEASE


def job(pk: UUID) -> Job | None:
    """Return a job that the scope may see, without its payload: a whole order book may stand there."""
    found: Job | None = Job.objects.defer("payload").filter(pk=pk).first()
    return found


def file_of(pk: UUID) -> JobFile | None:
    """Return the file that a job made, if the scope may see it."""
    found: JobFile | None = JobFile.objects.filter(job=pk).first()
    return found


def without_result(kind: str) -> Job | None:
    """Return the latest job of a kind in the network, if nothing came of it and nobody has asked again.

    Whoever asked for it: also what the program wanted by itself. An app shows it to those whom it concerns.
    """
    rows = Job._base_manager.filter(network_id=current_scope().network, kind=kind)
    lost: Job | None = rows.filter(state__in=(State.FAILED, State.CANCELLED)).order_by("-created_at").first()
    if lost is None or rows.filter(created_at__gt=lost.created_at).exists():
        return None
    return lost


def document(found: Job) -> dict[str, Any]:
    """Return what the browser shows of a job."""
    return {
        "id": str(found.pk),
        "title": say(found, "title"),
        "state": found.state,
        "percent": found.percent,
        "message": {"ja": found.message_ja, "en": found.message_en},
        "error": {"ja": found.error_ja, "en": found.error_en},
        "result": found.result,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """How the jobs of all networks stand: numbers for whoever watches the machine, nothing of what is in them.

    Attributes
    ----------
    by_state
        State -> number of jobs, every state named.
    waiting_s
        Age of the job that waits longest.
    workers
        Workers heard of within a lease.
    heard_s
        Time since any worker was heard of; None when none ever was.
    """

    by_state: dict[str, int]
    waiting_s: float
    workers: int
    heard_s: float | None


def queue() -> Queue:
    """Return how the jobs stand."""
    now = timezone.now()
    every = Job._base_manager
    counted = dict(every.values_list("state").annotate(count=Count("pk")).order_by())
    oldest = every.filter(state=State.QUEUED).order_by("created_at").values_list("created_at", flat=True).first()
    heard = Worker.objects.order_by("-heard_at").values_list("heard_at", flat=True).first()
    return Queue(
        by_state={state: counted.get(state, 0) for state in State.values},
        waiting_s=(now - oldest).total_seconds() if oldest else 0.0,
        workers=Worker.objects.filter(heard_at__gt=now - LEASE).count(),
        heard_s=(now - heard).total_seconds() if heard else None,
    )
