"""A worker process: takes one job after the other, keeps its lease alive, and never leaves half a result."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from datetime import date
from typing import Any

from django.db import close_old_connections, connection
from django.utils import timezone

from kumihimo.errors import KumihimoError
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.jobs import services
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.registry import Cancelled, do_chores, do_steady, preparations, task_of

log = logging.getLogger(__name__)
_TELL_S = 0.3
"""Progress is written at most so often."""
_BEAT_S = 15.0
_CHORES_AGAIN_S = 600.0
"""Pause before the chores of a day are tried again, when they failed."""
_READY = object()


class _Handle:
    """What a task sees of its job."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._told = 0.0
        self.is_lost = False

    @property
    def payload(self) -> dict[str, Any]:
        return dict(self._job.payload)

    def tell(self, share: float | None, ja: str, en: str) -> None:
        now = time.monotonic()
        if self.is_lost:
            raise Cancelled
        if now - self._told < _TELL_S:
            return
        self._told = now
        if not services.renew(self._job, share, ja, en):
            raise Cancelled

    def beat(self, over: threading.Event) -> None:
        """Renew the lease while the task says nothing."""
        while not over.wait(_BEAT_S):
            try:
                self.is_lost = not services.renew(self._job)
            except Exception:
                log.exception("the lease of %s could not be renewed", self._job.pk)
            finally:
                connection.close()


def run_one() -> bool:
    """Do one job; False when there is nothing to do."""
    job = services.claim()
    if job is None:
        return False
    handle, over = _Handle(job), threading.Event()
    heart = threading.Thread(target=handle.beat, args=(over,), daemon=True)
    heart.start()
    try:
        with scoped(job.scope()):
            value = task_of(job.kind).work(handle)
        services.finish(job, value)
    except Cancelled:
        services.stopped(job)
    except KumihimoError as error:
        services.fail(job, error.full_text("ja"), error.full_text("en"))
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        services.fail(
            job,
            "処理の途中で予期しない誤りが起きました。データは変わっていません。管理者に知らせてください。",
            "Something unexpected went wrong. Nothing was changed. Please tell the administrator.",
        )
    finally:
        over.set()
        heart.join()
    return True


def run_forever(stop: threading.Event, *, pause_s: float = 0.1) -> None:
    """Do jobs until `stop` is set; be heard of all the while, also while a job takes long.

    Between jobs it does the steady chores. As long as nothing waits, it gets ready for what may come. When a day begins
    it looks after the day's chores.
    """
    name, over = f"{socket.gethostname()}:{os.getpid()}", threading.Event()
    voice = threading.Thread(target=_be_heard, args=(name, over), daemon=True)
    voice.start()
    pieces, days = preparations(), _Days()
    while not stop.is_set():
        close_old_connections()
        days.look()
        try:
            busy = run_one()
            busy = do_steady() or busy or next(pieces, _READY) is not _READY
        except Exception:
            log.exception("the worker could not ask for work, or get ready for it")
            busy = False
        if not busy:
            stop.wait(pause_s)
    over.set()
    voice.join()
    connection.close()


class _Days:
    """Does the chores of a day once."""

    def __init__(self) -> None:
        self._done: date | None = None
        self._not_before = 0.0

    def look(self) -> None:
        today = timezone.localdate()
        if today == self._done or time.monotonic() < self._not_before:
            return
        try:
            do_chores(today)
        except Exception:
            log.exception("the chores of %s could not be done", today)
            self._not_before = time.monotonic() + _CHORES_AGAIN_S
        else:
            self._done = today


def _be_heard(name: str, over: threading.Event) -> None:
    while True:
        is_over = over.is_set()
        try:
            (services.leave if is_over else services.hear)(name)
        except Exception:
            log.exception("the worker could not say that it is there")
        finally:
            connection.close()
        if is_over:
            return
        over.wait(_BEAT_S)
