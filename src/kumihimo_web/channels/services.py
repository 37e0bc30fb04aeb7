"""What other apps do with the channels: post a message, hand out and open its link, take in what came.

And what people decide about messages and about what was stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from kumihimo.errors import InputError
from kumihimo.model import Channel
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.channels import links, receiving
from kumihimo_web.channels.address_services import addresses_of
from kumihimo_web.channels.models import Attempt, Enclosure, Inbound, Message
from kumihimo_web.channels.routing import first_usable
from kumihimo_web.channels.rules import MOST_ENCLOSED_BYTES
from kumihimo_web.channels.states import Came, Reason, Sent, Tried

receive = receiving.receive
link, opened, read_by_firm = links.link, links.opened, links.read_by_firm


@transaction.atomic
def post(
    key: str,
    firm: str,
    subject: str,
    text: str,
    *,
    kind: str,
    about: str = "",
    revision: int = 0,
    enclosures: Iterable[tuple[str, str, bytes]] = (),
    linked: Iterable[str] = (),
    channel: str | None = None,
    not_before: datetime | None = None,
) -> Message:
    """Put a message on its way, within the caller's transaction; the same key again returns the message there is.

    Parameters
    ----------
    text
        ``{link}`` in it becomes the address under which the firm answers without a login.
    about, revision, kind
        Order, its revision and what kind of words these are; they come back with `registry.Delivery`.
    enclosures
        Name, type and bytes of each file; the letter itself as pages first.
    linked
        Names of files that are too large to go along: only the link leads to them.
    channel
        Channel to be used if the firm has it; its first usable address otherwise. Where there is none, or the telephone
        comes first, the message is a call that a person has to make.

    Raises
    ------
    InputError
        The files are larger than any channel carries.
    """
    scope = current_scope()
    files = list(enclosures)
    if sum(len(content) for _name, _type, content in files) > MOST_ENCLOSED_BYTES:
        raise InputError(
            f"添付ファイルが合わせて{MOST_ENCLOSED_BYTES // 2**20} MBを超えています。小さくしてから送ってください。",
            f"The files are larger than {MOST_ENCLOSED_BYTES // 2**20} MB together. Make them smaller.",
        )
    lock_network(scope.network)
    known = Message._base_manager.filter(network_id=scope.network, key=key).first()
    if known is not None:
        return known
    there = addresses_of(firm)
    wanted = [one for one in there if one.channel == channel] if channel else []
    chosen = first_usable(wanted) or first_usable(there)
    is_call = chosen is None or chosen.channel == Channel.PHONE
    now = timezone.now()
    made: Message = Message.objects.create(
        key=key,
        firm=firm,
        channel=chosen.channel if chosen else Channel.PHONE,
        address=chosen.value if chosen else "",
        subject=" ".join(subject.split())[:300],
        text=text,
        about=about,
        revision=revision,
        kind=kind,
        linked=list(linked),
        state=Sent.TO_CALL if is_call else Sent.QUEUED,
        created_at=now,
        not_before=max(not_before or now, now),
    )
    for name, content_type, content in files:
        Enclosure.objects.create(
            message=made,
            name=name[:200],
            content_type=content_type,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
        )
    after = {"subject": made.subject, "channel": made.channel, "value": made.address, "order": about}
    record("message.posted", made, firm=firm, after=after)
    return made


# What people decide


@transaction.atomic
def settle(pk: int, *, arrived: bool) -> Attempt:
    """Say what became of an attempt of which nobody could tell; what did not arrive is sent once more.

    Saying it twice changes nothing.
    """
    lock_network(current_scope().network)
    held: Attempt = Attempt.objects.select_for_update().get(pk=pk)
    _coordinators_only()
    if not held.is_for_a_person:
        return held
    held.state = Tried.DELIVERED if arrived else Tried.FAILED
    held.decided_by, held.reason, held.ended_at = current_scope().actor, Reason.PERSON, timezone.now()
    held.save(update_fields=["state", "decided_by", "reason", "ended_at"])
    message = Message._base_manager.select_for_update().get(pk=held.message_id)
    if arrived:
        _delivered(message)
    elif message.state == Sent.UNKNOWN:
        message.state, message.not_before = Sent.QUEUED, timezone.now()
        message.save(update_fields=["state", "not_before"])
    after = {"subject": message.subject, "arrived": arrived}
    record("message.settled", message, firm=message.firm, after=after)
    return held


@transaction.atomic
def say_called(pk: int, *, said: str) -> Message:
    """Take down that somebody has told a firm by telephone, and what was said."""
    lock_network(current_scope().network)
    held: Message = Message.objects.select_for_update().get(pk=pk)
    _coordinators_only()
    if held.state != Sent.TO_CALL:
        return held
    now = timezone.now()
    Attempt.objects.create(
        message=held,
        number=held.attempts.count() + 1,
        channel=Channel.PHONE,
        address=held.address if held.channel == Channel.PHONE else "",
        state=Tried.DELIVERED,
        reason=Reason.PERSON,
        words=said,
        began_at=now,
        ended_at=now,
        decided_by=current_scope().actor,
    )
    held.channel = Channel.PHONE
    held.save(update_fields=["channel"])
    _delivered(held)
    record("message.called", held, firm=held.firm, after={"subject": held.subject}, note=said)
    return held


@transaction.atomic
def close_link(pk: int) -> Message:
    """Stop the link of a message: whoever has it cannot use it any more."""
    lock_network(current_scope().network)
    held: Message = Message.objects.select_for_update().get(pk=pk)
    _coordinators_only()
    if not held.is_link_closed:
        held.is_link_closed = True
        held.save(update_fields=["is_link_closed"])
        record("message.link_closed", held, firm=held.firm, after={"subject": held.subject})
    return held


def _delivered(message: Message) -> None:
    message.state, message.to_tell = Sent.DELIVERED, Sent.DELIVERED
    message.save(update_fields=["state", "to_tell"])


def _coordinators_only() -> None:
    if not current_scope().is_coordinator:
        raise PermissionDenied("only coordinators decide about messages")


# What came


@transaction.atomic
def take(pk: int) -> Inbound:
    """Note that what came has been read, so that it is new no more."""
    lock_network(current_scope().network)
    held: Inbound = Inbound.objects.select_for_update().get(pk=pk)
    if held.state == Came.NEW:
        held.state = Came.TAKEN
        held.save(update_fields=["state"])
    return held


@transaction.atomic
def release(pk: int) -> Inbound:
    """Have something that was stopped read like anything else."""
    return receiving.released(_stopped(pk))


@transaction.atomic
def put_aside(pk: int) -> Inbound:
    """Leave something that was stopped unread; it stays stored."""
    held = _stopped(pk)
    if held.state == Came.HELD:
        held.state = Came.ASIDE
        held.save(update_fields=["state"])
        record("inbound.aside", held, firm=held.firm, after={"subject": held.subject, "sender": held.sender})
    return held


def _stopped(pk: int) -> Inbound:
    _coordinators_only()
    lock_network(current_scope().network)
    held: Inbound = Inbound.objects.select_for_update().get(pk=pk)
    return held
