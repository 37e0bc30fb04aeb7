"""What every worker does between jobs: send what waits, hear what became of it, fetch what came."""

from __future__ import annotations

import imaplib
import logging
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kumihimo_web.channels import fetching, receiving, sending
from kumihimo_web.channels.adapters.base import Source
from kumihimo_web.channels.adapters.choice import sources
from kumihimo_web.channels.models import Turn
from kumihimo_web.jobs.registry import steady

log = logging.getLogger(__name__)
_LOOK_S = 1.0
"""So often a worker that found nothing looks again."""
_ROUND = timedelta(minutes=1)
"""Mailbox, FAX folder and FAX server are asked so often, by one of all workers."""


class _Rest:
    """A pause between two looks at the same thing."""

    def __init__(self, length_s: float) -> None:
        self._length_s = length_s
        self._until = 0.0

    def is_over(self) -> bool:
        """Whether it is time to look again; the next pause begins then."""
        now = time.monotonic()
        if now < self._until:
            return False
        self._until = now + self._length_s
        return True

    def end(self) -> None:
        """Look again at once."""
        self._until = 0.0


_sending, _fetching, _rounds = _Rest(_LOOK_S), _Rest(_LOOK_S), _Rest(5.0)


@steady
def send() -> bool:
    """Send one message, and tell what became of others."""
    if not _sending.is_over():
        return False
    now = timezone.now()
    is_busy = sending.send_one(now)
    sending.tell(now)
    if is_busy:
        _sending.end()
    return is_busy


@steady
def fetch_content() -> bool:
    """Fetch one picture or file that somebody sent on LINE."""
    if not _fetching.is_over():
        return False
    is_busy = fetching.fetch_one(timezone.now())
    if is_busy:
        _fetching.end()
    return is_busy


@steady
def go_round() -> bool:
    """Look after what was cut off, ask the FAX server, and fetch what came."""
    if not _rounds.is_over():
        return False
    now = timezone.now()
    if is_our_turn("channels.round", now, _ROUND):
        sending.recover(now)
        receiving.recognise_left(now)
        sending.look(now)
    is_busy = False
    for source in sources():
        if is_our_turn(f"channels.{source.name}", now, _ROUND):
            is_busy = fetch(source) > 0 or is_busy
    return is_busy


def fetch(source: Source) -> int:
    """Take in what came on one way; return how much. What goes wrong is noted, for whoever watches the channels."""
    count, problem = 0, ""
    try:
        for came in source.poll():
            receiving.take_in(came)
            count += 1
    except (OSError, imaplib.IMAP4.error) as why:
        log.warning("nothing could be fetched from %s: %s", source.name, why)
        problem = str(why)[:300] or type(why).__name__
    Turn.objects.filter(name=f"channels.{source.name}").update(problem=problem)
    return count


def is_our_turn(name: str, now: datetime, pause: timedelta) -> bool:
    """Return whether this worker does something now that only one may do at a time, a while after the last time."""
    if Turn.objects.filter(name=name, at__gt=now - pause).exists():
        return False
    with transaction.atomic():
        Turn.objects.get_or_create(name=name, defaults={"at": now - 2 * pause})
        return bool(Turn.objects.filter(name=name, at__lte=now - pause).update(at=now))
