"""Taking in what came: stored first, as it is; looked at afterwards, for copies, loops and floods."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from kumihimo.model import Channel
from kumihimo_web.accounts.queries import lock_network, networks
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.audit.services import record
from kumihimo_web.channels.adapters.base import Arrived
from kumihimo_web.channels.address_value import sender_spelled
from kumihimo_web.channels.contents import have_fetched, is_flood, told_of
from kumihimo_web.channels.incoming import HEAD_ONLY, MAIL, fingerprint, parsed, parts_of
from kumihimo_web.channels.models import Address, Inbound
from kumihimo_web.channels.registry import tell_inbound
from kumihimo_web.channels.rules import SAME_WITHIN
from kumihimo_web.channels.sending import bounced
from kumihimo_web.channels.states import Came, Held
from kumihimo_web.channels.suspicion import MOST_A_DAY, suspicion, undelivered

log = logging.getLogger(__name__)
_COMPARED = frozenset({Channel.MAIL.value, Channel.FAX.value, "upload"})
"""Channels on which the same letter comes twice under two names; on LINE two that say yes are two."""


def receive(
    channel: str,
    channel_id: str,
    sender: str,
    raw: bytes,
    content_type: str,
    subject: str = "",
    received_at: datetime | None = None,
) -> Inbound:
    """Store what came, and say what it is; the same thing again is counted at what there is, and that is returned.

    Parameters
    ----------
    channel
        A channel of firms, or ``upload``, ``phone``, ``edi``.
    channel_id
        What the channel calls it.
    sender
        Address as the channel tells it.
    content_type
        Type of `raw`; `HEAD_ONLY` of a mail that was too large to be fetched.
    """
    stored, is_new = _store(channel, channel_id, sender, raw, content_type, subject, received_at)
    if is_new:
        try:
            return recognise(stored.pk)
        except Exception:
            # It is stored, and looked at again later; whoever brought it need not bring it again.
            log.exception("what came as %s could not be looked at", stored.number)
    return stored


@transaction.atomic
def _store(
    channel: str,
    channel_id: str,
    sender: str,
    raw: bytes,
    content_type: str,
    subject: str,
    received_at: datetime | None,
) -> tuple[Inbound, bool]:
    scope = current_scope()
    # Two that bring the same thing: the second waits here and finds it.
    lock_network(scope.network)
    rows = Inbound._base_manager.filter(network_id=scope.network)
    name = _plain(channel_id) or f"sha256:{hashlib.sha256(raw).hexdigest()}"
    if len(name) > 255:
        name = f"sha256:{hashlib.sha256(channel_id.encode('utf-8', 'replace')).hexdigest()}"
    known = rows.defer("raw").filter(channel=channel, channel_id=name).first()
    if known is not None:
        rows.filter(pk=known.pk).update(copies=F("copies") + 1)
        known.copies += 1
        return known, False
    address = sender_spelled(channel, sender)
    firm, is_known = firm_of_sender(channel, address)
    now = timezone.now()
    made = Inbound.objects.create(
        number=(rows.aggregate(last=Max("number"))["last"] or 0) + 1,
        channel=channel,
        channel_id=name,
        sender=address,
        firm=firm,
        is_known=is_known,
        subject=_plain(subject)[:300],
        received_at=received_at or now,
        stored_at=now,
        content_type=_plain(content_type)[:100],
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
    )
    after = {"channel": channel, "sender": address, "subject": made.subject, "sha256": made.sha256}
    record("inbound.received", made, firm=firm, after=after)
    return made, True


@transaction.atomic
def recognise(pk: int) -> Inbound:
    """Say whether something stored is new, a copy, or to be stopped; only what is new is told to those who listen."""
    lock_network(current_scope().network)
    held: Inbound = Inbound._base_manager.select_for_update().get(pk=pk)
    if held.state != Came.STORED:
        return held
    raw = bytes(held.raw)
    # FAX services put the time of day into their mails, so there only the pages count.
    held.fingerprint = fingerprint(raw, held.content_type, with_words=held.channel != Channel.FAX)
    first = _same(held)
    reason = Held.NONE if first else _why_stopped(held, raw)
    told = None if first or reason else told_of(held, raw)
    if first is not None:
        Inbound._base_manager.filter(pk=first.pk).update(copies=F("copies") + 1)
        held.state, held.copy_of = Came.COPY, first
    elif reason:
        held.state, held.reason = Came.HELD, reason
        record("inbound.held", held, firm=held.firm, after={"subject": held.subject, "sender": held.sender})
    elif told is not None:
        have_fetched(held, told)
    else:
        held.state = Came.NEW
    held.save(update_fields=["state", "fingerprint", "reason", "copy_of"])
    if held.state == Came.NEW:
        tell_inbound(held)
    return held if first is None else Inbound._base_manager.get(pk=first.pk)


def released(held: Inbound) -> Inbound:
    """Have something that was stopped read after all."""
    if held.state == Came.HELD:
        told = told_of(held, bytes(held.raw))
        if told is None:
            held.state = Came.NEW
        else:
            have_fetched(held, told)
        held.save(update_fields=["state", "reason"])
        record("inbound.released", held, firm=held.firm, after={"subject": held.subject, "sender": held.sender})
        if held.state == Came.NEW:
            tell_inbound(held)
    return held


def _same(held: Inbound) -> Inbound | None:
    """Return what it repeats: the same content of the same sender, a few days old at most."""
    if held.channel not in _COMPARED or not held.fingerprint:
        return None
    rows = Inbound._base_manager.defer("raw").filter(
        network_id=held.network_id,
        channel=held.channel,
        sender=held.sender,
        stored_at__gt=held.stored_at - SAME_WITHIN,
        number__lt=held.number,
        fingerprint=held.fingerprint,
        copy_of=None,
    )
    return rows.order_by("number").first()


def _why_stopped(held: Inbound, raw: bytes) -> Held:
    if held.content_type == HEAD_ONLY:
        return Held.TOO_LARGE
    if told_of(held, raw) is not None and is_flood(held):
        return Held.FLOOD
    if held.content_type != MAIL:
        return Held.NONE
    mail = parsed(raw)
    if mail is None or parts_of(raw, MAIL).problem:
        return Held.UNREADABLE
    found = suspicion(mail, own=settings.CHANNELS.mail_from, is_fax=held.channel == Channel.FAX)
    if found == Held.BOUNCE:
        _take_bounce(held, undelivered(mail))
    if found:
        return found
    day = Inbound._base_manager.filter(
        network_id=held.network_id,
        channel=held.channel,
        sender=held.sender,
        stored_at__gt=held.stored_at - timedelta(days=1),
    )
    return Held.FLOOD if held.sender and day.count() > MOST_A_DAY else Held.NONE


def _take_bounce(held: Inbound, told: str) -> None:
    if told:
        bounced(told, held.subject, timezone.now())


def firm_of_sender(channel: str, address: str) -> tuple[str, bool]:
    """Return the firm that has an address, and whether the coordinator knows it; empty when none or two claim it."""
    if not address:
        return "", False
    channels = [Channel.MAIL, Channel.EXCEL] if channel == Channel.MAIL else [channel]
    rows = Address._base_manager.filter(
        network_id=current_scope().network, channel__in=channels, value=address, is_active=True
    )
    claims = dict(rows.order_by("is_confirmed").values_list("firm", "is_confirmed"))
    if len(claims) > 1:
        # Whoever writes a neighbour's number among its own must not get the neighbour's answers.
        claims = {firm: known for firm, known in claims.items() if known}
    return next(iter(claims.items())) if len(claims) == 1 else ("", False)


def take_in(came: Arrived) -> Inbound:
    """Store something that came, in the network of the firm that sent it; what strangers send in the oldest."""
    address = sender_spelled(came.channel, came.sender)
    known = Address._base_manager.filter(channel=came.channel, value=address, is_active=True)
    network = (known.order_by("pk").values_list("network_id", flat=True).first() if address else None) or (
        networks().values_list("pk", flat=True).first()
    )
    if network is None:
        raise LookupError("there is no network yet that something could come to")
    with scoped(system_scope(network)):
        return receive(
            came.channel,
            came.channel_id,
            came.sender,
            came.raw,
            came.content_type,
            came.subject,
            came.received_at,
        )


def recognise_left(now: datetime) -> int:
    """Look at what was stored when a worker died, and never looked at; return how much there was."""
    left = Inbound._base_manager.filter(state=Came.STORED, stored_at__lt=now - timedelta(minutes=5))
    rows = list(left.values_list("pk", "network_id")[:50])
    for pk, network in rows:
        with scoped(system_scope(network)):
            recognise(pk)
    return len(rows)


def _plain(text: str) -> str:
    """Return a text that every database takes."""
    found = text.encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in found).split())
