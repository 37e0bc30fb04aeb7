"""Pictures and files on LINE: an event tells only of them, and they are fetched afterwards (`channels.fetching`)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta

from kumihimo.model import Channel
from kumihimo_web.audit.services import record
from kumihimo_web.channels.incoming import file_name
from kumihimo_web.channels.models import Fetch, Inbound
from kumihimo_web.channels.rules import MOST_FETCHED_A_DAY
from kumihimo_web.channels.states import Came, Held

LINE_EVENT = "application/json"
"""Type of an event as it is stored; a file that somebody sends never has it, whatever is in it."""
CONTENT = "application/octet-stream"
"""Type of what was fetched: what it is, its bytes tell to whoever opens it."""
_WITH_CONTENT = frozenset({"image", "video", "audio", "file"})
_ID = re.compile("[0-9]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an event says of its content; the number is empty where LINE does not keep it, or it is no number."""

    content_id: str
    name: str = ""


def told_of(held: Inbound, raw: bytes) -> Told | None:
    """Return what an event of LINE says of its content; None for anything that has none."""
    if held.channel != Channel.LINE or held.content_type != LINE_EVENT:
        return None
    try:
        event = json.loads(raw)
        message = event.get("message") if event.get("type") == "message" else None
        if not isinstance(message, dict) or message.get("type") not in _WITH_CONTENT:
            return None
        # What lies at an address of somebody's choice is not asked for.
        provider = (message.get("contentProvider") or {}).get("type", "line")
        number, name = message.get("id"), message.get("fileName")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    is_kept = provider == "line" and isinstance(number, str) and _ID.fullmatch(number)
    return Told(
        content_id=str(number) if is_kept else "",
        name=file_name(name) if isinstance(name, str) and name.strip() else "",
    )


def is_flood(held: Inbound) -> bool:
    """Return whether a sender has sent more pictures and files within a day than are fetched without asking."""
    day = Fetch._base_manager.filter(
        network_id=held.network_id,
        inbound__sender=held.sender,
        inbound__stored_at__gt=held.stored_at - timedelta(days=1),
    )
    return day.count() >= MOST_FETCHED_A_DAY


def have_fetched(held: Inbound, told: Told) -> None:
    """Put down that content is to be fetched; what LINE does not keep is at once for a person. `held` is not saved."""
    if not told.content_id:
        held.state, held.reason = Came.NEW, Held.UNFETCHED
        record("inbound.unfetched", held, firm=held.firm, after={"sender": held.sender})
        return
    held.state, held.reason = Came.FETCHING, Held.NONE
    Fetch.objects.create(inbound=held, content_id=told.content_id, name=told.name, not_before=held.stored_at)
