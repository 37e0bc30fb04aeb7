"""Fetching what LINE keeps: asked for by one worker at a time, stored as it is and once, given to a person in the end.

A worker that dies between asking and storing has changed nothing: after a while another asks anew.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F

from kumihimo.model import Channel
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit.services import record
from kumihimo_web.channels.adapters.base import Later, NotTaken, Refused
from kumihimo_web.channels.adapters.choice import line_contents
from kumihimo_web.channels.adapters.line_contents import TooLarge
from kumihimo_web.channels.contents import CONTENT
from kumihimo_web.channels.models import Fetch, Inbound
from kumihimo_web.channels.receiving import receive
from kumihimo_web.channels.registry import tell_inbound
from kumihimo_web.channels.rules import FETCHED_AGAIN_AFTER, LONGEST_ATTEMPT
from kumihimo_web.channels.states import Came, Held

log = logging.getLogger(__name__)


def fetch_one(now: datetime) -> bool:
    """Fetch one piece of content that may be asked for now; False when there is none."""
    fetch = _claim(now)
    if fetch is None:
        return False
    try:
        # One that killed its workers every time is left to a person.
        content = _asked(fetch) if fetch.attempts <= len(FETCHED_AGAIN_AFTER) + 1 else None
    except TooLarge as why:
        _give_up(fetch, Held.TOO_LARGE, why.words)
    except Refused as why:
        _give_up(fetch, Held.GONE, why.words)
    except NotTaken as why:
        if fetch.attempts > len(FETCHED_AGAIN_AFTER):
            _give_up(fetch, Held.UNFETCHED, why.words)
        else:
            again = now + FETCHED_AGAIN_AFTER[fetch.attempts - 1]
            mine = Fetch._base_manager.filter(pk=fetch.pk, attempts=fetch.attempts)
            mine.update(not_before=again, words=why.words)
    else:
        if content is None:
            _give_up(fetch, Held.UNFETCHED, "")
        else:
            _keep(fetch, content)
    return True


def _claim(now: datetime) -> Fetch | None:
    """Take what has waited longest; whoever else looks finds it taken until it is over, or the worker is dead."""
    due = Fetch._base_manager.filter(is_over=False, not_before__lte=now).order_by("not_before", "pk")
    while (found := due.first()) is not None:
        mine = due.filter(pk=found.pk, attempts=found.attempts)
        if mine.update(not_before=now + LONGEST_ATTEMPT, attempts=F("attempts") + 1):
            found.attempts += 1
            return found
    return None


def _asked(fetch: Fetch) -> bytes:
    source = line_contents()
    if source is None:
        raise Later("LINE is not set up on this machine")
    try:
        return source.fetch(fetch.content_id)
    except NotTaken:
        raise
    except Exception as why:
        log.exception("content %s could not be fetched", fetch.content_id)
        raise Later(type(why).__name__) from why


def _keep(fetch: Fetch, content: bytes) -> None:
    """Store content as something that came, and end its event, both or neither."""
    with transaction.atomic(), scoped(system_scope(fetch.network_id)):
        event = _open_event(fetch)
        if event is None:
            return
        came = receive(
            Channel.LINE,
            f"content:{fetch.content_id}",
            event.sender,
            content,
            CONTENT,
            subject=fetch.name,
            received_at=event.received_at,
        )
        _end(fetch, event, Came.TAKEN, Held.NONE, "")
        record("inbound.fetched", event, firm=event.firm, after={"number": came.number, "sha256": came.sha256})


def _give_up(fetch: Fetch, why: Held, words: str) -> None:
    """Put an event before a person, without its content."""
    with transaction.atomic(), scoped(system_scope(fetch.network_id)):
        event = _open_event(fetch)
        if event is None:
            return
        _end(fetch, event, Came.NEW, why, words)
        record("inbound.unfetched", event, firm=event.firm, after={"sender": event.sender}, note=words)
        tell_inbound(event)


def _open_event(fetch: Fetch) -> Inbound | None:
    """Return the event, locked; None when another worker was faster."""
    lock_network(fetch.network_id)
    event: Inbound = Inbound._base_manager.select_for_update().get(pk=fetch.inbound_id)
    return event if event.state == Came.FETCHING else None


def _end(fetch: Fetch, event: Inbound, state: Came, why: Held, words: str) -> None:
    event.state, event.reason = state, why
    event.save(update_fields=["state", "reason"])
    Fetch._base_manager.filter(pk=fetch.pk).update(is_over=True, words=words)
