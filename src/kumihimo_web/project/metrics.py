"""What this process has answered and how the jobs stand, in the text format of Prometheus.

Labels have few values each: method, route, status, state of a job. No firm, user or address is ever one.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kumihimo import __version__
from kumihimo_web.accounts.access import ANYBODY, access
from kumihimo_web.jobs import queries

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_FORWARDED = "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"
_started = time.time()


class Requests:
    """Counts and times of the requests that this process has answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str, int], tuple[list[int], list[float]]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (method if method in _METHODS else "OTHER", route, status)
        with self._lock:
            counts, total = self._seen.setdefault(key, ([0] * (len(BOUNDS_S) + 1), [0.0]))
            counts[next((at for at, bound in enumerate(BOUNDS_S) if seconds <= bound), len(BOUNDS_S))] += 1
            total[0] += seconds

    def lines(self) -> Iterator[str]:
        """Return the histogram, bounds cumulated as the format wants it."""
        with self._lock:
            seen = [(key, list(counts), total[0]) for key, (counts, total) in sorted(self._seen.items())]
        yield "# HELP kumihimo_request_seconds Time from the first to the last byte of the answer's head."
        yield "# TYPE kumihimo_request_seconds histogram"
        for (method, route, status), counts, total in seen:
            labels = f'method="{method}",route="{route}",status="{status}"'
            below = 0
            for bound, count in zip((*BOUNDS_S, "+Inf"), counts, strict=True):
                below += count
                yield f'kumihimo_request_seconds_bucket{{{labels},le="{bound}"}} {below}'
            yield f"kumihimo_request_seconds_sum{{{labels}}} {total:.6f}"
            yield f"kumihimo_request_seconds_count{{{labels}}} {below}"


requests = Requests()


@access(ANYBODY)
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Show the metrics to this machine itself, or to whoever has the token; to others there is nothing here."""
    if not _may_look(request):
        raise Http404
    lines = [
        "# HELP kumihimo_info Version of the program.",
        "# TYPE kumihimo_info gauge",
        f'kumihimo_info{{version="{__version__}"}} 1',
        "# HELP kumihimo_started_seconds When this process started, in seconds since 1970.",
        "# TYPE kumihimo_started_seconds gauge",
        f"kumihimo_started_seconds {_started:.0f}",
        *requests.lines(),
        *_of_the_jobs(),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _of_the_jobs() -> Iterator[str]:
    yield "# HELP kumihimo_database_up Whether the database answers."
    yield "# TYPE kumihimo_database_up gauge"
    try:
        queue = queries.queue()
    except (DatabaseError, InterfaceError):
        yield "kumihimo_database_up 0"
        return
    yield "kumihimo_database_up 1"
    yield "# HELP kumihimo_jobs Jobs by state."
    yield "# TYPE kumihimo_jobs gauge"
    for state, count in queue.by_state.items():
        yield f'kumihimo_jobs{{state="{state}"}} {count}'
    yield "# HELP kumihimo_job_waiting_seconds Age of the job that waits longest; 0 when none waits."
    yield "# TYPE kumihimo_job_waiting_seconds gauge"
    yield f"kumihimo_job_waiting_seconds {queue.waiting_s:.1f}"
    yield "# HELP kumihimo_workers Workers that were heard of within their lease."
    yield "# TYPE kumihimo_workers gauge"
    yield f"kumihimo_workers {queue.workers}"
    if queue.heard_s is not None:
        yield "# HELP kumihimo_worker_heard_seconds Time since any worker was heard of."
        yield "# TYPE kumihimo_worker_heard_seconds gauge"
        yield f"kumihimo_worker_heard_seconds {queue.heard_s:.1f}"


def _may_look(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if token and secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    # A proxy on this machine comes from loopback too, and says for whom it asks.
    is_direct = not any(name in request.headers for name in _FORWARDED)
    return is_direct and request.META.get("REMOTE_ADDR") in _LOOPBACK
