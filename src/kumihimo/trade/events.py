"""What happened to an order: events that are only ever added, each sealed with the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kumihimo.errors import InputError
from kumihimo.trade.states import Role

BEGINNING = "0" * 64
"""What the first event of an order has for a predecessor."""

canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
"""The one way in which a value is written where its hash counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent:
    """One thing that happened to one order.

    Attributes
    ----------
    seq
        1, 2, 3, … in its order.
    kind
        That of the command that led to it, or ``ignored`` (it came too late; with ``refused_call`` the confirmed call
        that could not be carried out) or ``call_noted`` (it was said on the phone).
    data
        JSON without fractions.
    at
        When it was recorded, with its time zone.
    by
        The person or the part of the system that gave the command.
    key
        That of the command; once in an order.
    previous, hash
        SHA-256 of the event before and of this one.
    """

    order: str
    seq: int
    kind: str
    data: Mapping[str, Any]
    at: datetime
    by: str
    role: Role
    key: str
    previous: str
    hash: str


def instant(at: datetime) -> str:
    """Return a moment as it is hashed and stored: UTC with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def seal(
    *,
    order: str,
    seq: int,
    kind: str,
    data: Mapping[str, Any],
    at: datetime,
    by: str,
    role: Role,
    key: str,
    previous: str,
) -> OrderEvent:
    """Return the event with its hash."""
    digest = _digest(order, seq, kind, data, at, by, role, key, previous)
    return OrderEvent(
        order=order, seq=seq, kind=kind, data=data, at=at, by=by, role=role, key=key, previous=previous, hash=digest
    )


def hash_of(event: OrderEvent) -> str:
    """Return the SHA-256 of everything that an event says, which is its hash if nobody has changed it."""
    return _digest(
        event.order, event.seq, event.kind, event.data, event.at, event.by, event.role, event.key, event.previous
    )


def _digest(
    order: str,
    seq: int,
    kind: str,
    data: Mapping[str, Any],
    at: datetime,
    by: str,
    role: Role,
    key: str,
    previous: str,
) -> str:
    text = canonical([order, seq, kind, data, instant(at), by, role, key, previous])
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The first place where a chain does not hold."""

    seq: int
    ja: str
    en: str


def find_break(events: Iterable[OrderEvent]) -> Broken | None:
    """Return the first place where the events of one order are not what was written; None = all of them are."""
    previous, order, keys = BEGINNING, None, set[str]()
    for at, event in enumerate(events, start=1):
        order = event.order if order is None else order
        if event.seq != at or event.order != order:
            return Broken(
                seq=at,
                ja=f"{at}番目に注文「{event.order}」の記録 {event.seq} があります。抜けたか、並びが変わっています",
                en=f"in place {at} stands event {event.seq} of order '{event.order}': one is missing or out of place",
            )
        if event.key in keys:
            return Broken(
                seq=at, ja=f"受付番号「{event.key}」の記録が2つあります", en=f"key '{event.key}' was recorded twice"
            )
        keys.add(event.key)
        if event.previous != previous or event.hash != hash_of(event):
            return Broken(
                seq=at,
                ja=f"記録 {at} は、書かれた後に変えられています",
                en=f"event {at} was changed after it was written",
            )
        previous = event.hash
    return None


def verify_chain(events: Iterable[OrderEvent]) -> None:
    """Check that the events of one order are complete, in their order and unchanged.

    Raises
    ------
    InputError
        Naming the first event that is not.
    """
    broken = find_break(events)
    if broken is not None:
        raise InputError(
            f"注文の記録が正しくつながっていません: {broken.ja}。控え（バックアップ）と比べてください。",
            f"the record of the order does not hold: {broken.en}; compare it with a backup.",
        )
