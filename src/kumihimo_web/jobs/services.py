"""Asking for a job, claiming it, finishing it. The only code that writes jobs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope, scoped
from kumihimo_web.audit.services import record
from kumihimo_web.design.language import twins
from kumihimo_web.jobs.models import FINISHED, Job, JobFile, State, Worker
from kumihimo_web.jobs.registry import MadeFile, task_of

LEASE = timedelta(seconds=60)
"""A worker that has not been heard of for so long is taken for dead."""
MOST_ATTEMPTS = 3
"""A job whose workers died so often is given up: it probably kills them."""


@transaction.atomic
def ask(kind: str, title: Callable[[], str], payload: dict[str, Any], *, once: str = "") -> Job:
    """Ask for long work on behalf of the scope; the job starts when the transaction is over.

    Parameters
    ----------
    title
        Says what is done in the language that is switched on; kept in both.
    once
        Key of the wish: asking again with the same key returns the job there is, unless that failed or was cancelled.
    """
    task_of(kind)
    scope = current_scope()
    if once:
        # Of two that ask at the same moment the second waits here, and finds the job of the first.
        lock_network(scope.network)
        known = Job._base_manager.filter(network_id=scope.network, once=once).first()
        if known is not None:
            return known
    said = twins(title)
    job: Job = Job.objects.create(
        kind=kind,
        title=said["ja"][:200],
        title_en=said["en"][:200],
        payload=payload,
        once=once,
        organisation=scope.organisation,
        firm=scope.firm,
        user=scope.user,
        role=scope.role,
        actor=scope.actor,
    )
    record("job.asked", job, firm=scope.firm, after={"kind": kind, "title": job.title})
    return job


@transaction.atomic
def cancel(job: Job) -> Job:
    """Ask a job to stop; one that waits never starts."""
    held = Job._base_manager.select_for_update().get(pk=job.pk)
    if held.is_finished:
        return held
    # The key is free at once: whoever asks again wants a new job, not the one that is being stopped.
    held.is_cancel_asked, held.once = True, ""
    if held.state == State.QUEUED:
        held.state, held.finished_at = State.CANCELLED, timezone.now()
    held.save(update_fields=["is_cancel_asked", "once", "state", "finished_at"])
    record("job.cancelled", held, firm=held.firm, after={"title": held.title})
    return held


# What workers do


def hear(worker: str) -> None:
    """Note that a worker is alive; those that were not heard of for a day are forgotten."""
    now = timezone.now()
    Worker.objects.update_or_create(name=worker, defaults={"heard_at": now})
    Worker.objects.filter(heard_at__lt=now - timedelta(days=1)).delete()


def leave(worker: str) -> None:
    """Forget a worker that stops."""
    Worker.objects.filter(name=worker).delete()


def claim() -> Job | None:
    """Return a job that this worker may start, with a token and a lease; None when there is nothing to do."""
    while True:
        now = timezone.now()
        free = Q(state=State.QUEUED) | Q(state=State.RUNNING, leased_until__lt=now)
        rows = Job._base_manager.filter(free).order_by("created_at")
        # A look alone takes no lock: workers that have nothing to do are in nobody's way.
        if not rows.exists():
            return None
        with transaction.atomic():
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True)
            job: Job | None = rows.first()
            if job is None:
                return None
            with scoped(job.scope()):
                is_over = _close_what_cannot_start(job)
            if is_over:
                continue
            job.state, job.token, job.leased_until = State.RUNNING, uuid.uuid4(), now + LEASE
            job.attempts += 1
            job.started_at = job.started_at or now
            job.save(update_fields=["state", "token", "leased_until", "attempts", "started_at"])
        return job


def _close_what_cannot_start(job: Job) -> bool:
    if job.is_cancel_asked:
        _close(job, State.CANCELLED)
        return True
    if job.attempts >= MOST_ATTEMPTS:
        _close(
            job,
            State.FAILED,
            error_ja="処理が何度も途中で止まりました。もう一度試すか、管理者に知らせてください。",
            error_en="The work broke off several times. Try again, or tell the administrator.",
        )
        return True
    return False


def renew(job: Job, share: float | None = None, ja: str | None = None, en: str | None = None) -> bool:
    """Renew the lease and tell progress; False when the job is no longer ours or should stop."""
    values: dict[str, Any] = {"leased_until": timezone.now() + LEASE}
    if ja is not None:
        values |= {"share": share, "message_ja": ja[:300], "message_en": (en or "")[:300]}
    mine = Job._base_manager.filter(pk=job.pk, token=job.token, state=State.RUNNING)
    return bool(mine.filter(is_cancel_asked=False).update(**values))


def finish(job: Job, value: Any) -> bool:
    """Save what came of a job and close it, in one transaction; False when another worker has it by now."""
    with transaction.atomic(), scoped(job.scope()):
        held = Job._base_manager.select_for_update().get(pk=job.pk)
        if held.token != job.token or held.state != State.RUNNING:
            return False
        if held.is_cancel_asked:
            _close(held, State.CANCELLED)
            return False
        result = _saved(held, value)
        _close(held, State.DONE, share=1.0, result=result)
    return True


def _saved(job: Job, value: Any) -> dict[str, Any]:
    """Save what came of a job; return what is shown of it."""
    if isinstance(value, MadeFile):
        JobFile.objects.create(job=job, name=value.name, content_type=value.content_type, content=value.content)
        return {"file": value.name}
    save = task_of(job.kind).save
    assert save is not None, f"{job.kind} neither saves nor makes a file"
    return save(value, job.payload)


def fail(job: Job, error_ja: str, error_en: str) -> None:
    """Close a job that ended in an error; the sentences are shown to whoever asked."""
    with transaction.atomic(), scoped(job.scope()):
        held = Job._base_manager.select_for_update().get(pk=job.pk)
        if held.token == job.token and held.state == State.RUNNING:
            _close(held, State.FAILED, error_ja=error_ja, error_en=error_en)


def stopped(job: Job) -> None:
    """Close a job whose task stopped because somebody asked."""
    with transaction.atomic(), scoped(job.scope()):
        held = Job._base_manager.select_for_update().get(pk=job.pk)
        if held.token == job.token and held.state not in FINISHED:
            _close(held, State.CANCELLED)


_VERBS = {State.DONE: "job.done", State.FAILED: "job.failed", State.CANCELLED: "job.halted"}


def _close(job: Job, state: State, **values: Any) -> None:
    """End a job within its scope, with its audit line; only what was done keeps its key."""
    if state != State.DONE:
        values["once"] = ""
    for name, value in {"state": state, "finished_at": timezone.now(), "leased_until": None, **values}.items():
        setattr(job, name, value)
    job.save()
    told = {"title": job.title} | ({"error": job.error_ja} if job.error_ja else {})
    record(_VERBS[state], job, firm=job.firm, after=told)
