"""What somebody wants to happen to an order, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kumihimo.trade.events import OrderEvent
from kumihimo.trade.states import Role


class EvidenceKind(StrEnum):
    """What a clerk can show for what a supplier answered."""

    IMAGE = "image"
    MESSAGE = "message"
    CALL_NOTE = "call_note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a clerk shows: the image or message by its hash, or who said what on the phone in words."""

    kind: EvidenceKind
    sha256: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What somebody wants to happen to an order.

    Attributes
    ----------
    key
        Given by the sender; the same key is never carried out twice.
    kind, data
        One of `kumihimo.trade.fields.FIELDS`, with what it asks for; days are ISO text, numbers are whole.
    at
        When it was received, with its time zone.
    by
        The person or the part of the system that gives it.
    expected_version
        The version that the person saw; None for messages, which saw none.
    """

    key: str
    order: str
    kind: str
    data: Mapping[str, Any]
    at: datetime
    by: str
    role: Role
    expected_version: int | None = None
    evidence: tuple[Evidence, ...] = ()


class Outcome(StrEnum):
    """What became of a command."""

    APPLIED = "applied"
    REPEATED = "repeated"
    PARKED = "parked"
    STALE = "stale"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What became of a command, and why.

    Attributes
    ----------
    events
        To be stored: one when applied; one ``ignored`` when a message came too late, or a confirmed call could not be
        carried out any more; otherwise none.
    code
        Short name of the reason; empty when applied.
    ja, en
        What happened, what was expected, what to do next.
    """

    outcome: Outcome
    events: tuple[OrderEvent, ...] = ()
    code: str = ""
    ja: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why a command is not carried out now: refused, early (parked) or late (stale)."""

    outcome: Outcome
    code: str
    ja: str
    en: str


def refused(code: str, ja: str, en: str) -> Objection:
    """It cannot be done; a person has to do something else."""
    return Objection(outcome=Outcome.REFUSED, code=code, ja=ja, en=en)


def early(code: str, ja: str, en: str) -> Objection:
    """It waits until what it follows has arrived."""
    return Objection(outcome=Outcome.PARKED, code=code, ja=ja, en=en)


def late(code: str, ja: str, en: str) -> Objection:
    """It is recorded and changes nothing."""
    return Objection(outcome=Outcome.STALE, code=code, ja=ja, en=en)
