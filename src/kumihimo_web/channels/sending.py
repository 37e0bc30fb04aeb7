"""Sending: what is tried is written down and committed before anything goes out, and what became of it afterwards.

A worker that dies in between leaves an attempt that says ``sending``. Where sending twice is harmless (mail under the
same Message-ID, LINE under the same retry key) it is sent once more. A FAX comes out of a machine as paper, and paper
is an order: it is never sent again unless a person has found out that it did not arrive.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from kumihimo.errors import KumihimoError
from kumihimo.model import Channel
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.audit.services import record
from kumihimo_web.channels.adapters.base import (
    Adapter,
    Doubtful,
    Enclosed,
    Later,
    Letter,
    NotTaken,
    Refused,
    Taken,
    plain,
)
from kumihimo_web.channels.adapters.choice import adapter_of
from kumihimo_web.channels.address_services import addresses_of
from kumihimo_web.channels.hours import next_open
from kumihimo_web.channels.links import link_address
from kumihimo_web.channels.models import Attempt, Message
from kumihimo_web.channels.registry import Delivery, tell_delivery
from kumihimo_web.channels.routing import first_usable
from kumihimo_web.channels.rules import AGAIN_AFTER, LONGEST_ATTEMPT, LOOKED_AFTER
from kumihimo_web.channels.states import Reason, Sent, Tried
from kumihimo_web.firms.queries import calendars_of

log = logging.getLogger(__name__)
_REASONS: dict[type[NotTaken], Reason] = {
    Later: Reason.LATER,
    Refused: Reason.REFUSED,
    Doubtful: Reason.DOUBTFUL,
}


def send_one(now: datetime) -> bool:
    """Send one message that may go now; False when there is none."""
    attempt = claim(now)
    if attempt is None:
        return False
    end(attempt.pk, _tried(attempt), now)
    return True


def _tried(attempt: Attempt) -> Taken | NotTaken | None:
    """Send a letter and return what came of it, whatever goes wrong."""
    adapter = adapter_of(attempt.channel)
    if adapter is None:
        return None
    try:
        with scoped(system_scope(attempt.network_id)):
            letter = letter_of(attempt)
    except Exception as why:
        log.exception("message %s could not be made ready", attempt.message_id)
        return Later(type(why).__name__)
    try:
        return adapter.send(letter, attempt.address, wire_key(attempt))
    except NotTaken as why:
        return why
    except Exception as why:
        # How far it came nobody knows: a mistake of ours is no reason to send a FAX twice.
        log.exception("attempt %s of message %s broke off", attempt.number, attempt.message_id)
        return Doubtful(type(why).__name__)


def wire_key(attempt: Attempt) -> str:
    """Return the key under which a message goes to an address: the same however often, and not to be guessed."""
    told = f"{attempt.network_id}\n{attempt.message.key}\n{attempt.channel}\n{attempt.address}"
    return salted_hmac("kumihimo_web.channels.wire", told, algorithm="sha256").hexdigest()[:40]


def letter_of(attempt: Attempt) -> Letter:
    """Return what is sent, with the link in its place."""
    message: Message = attempt.message
    files = tuple(
        Enclosed(name=one.name, content_type=one.content_type, content=bytes(one.content))
        for one in message.enclosures.all()
    )
    text = message.text
    if (files or message.linked) and attempt.channel == Channel.LINE and "{link}" not in text:
        text += "\n\n書類はこちらで開けます。\n{link}"
    link = link_address(message) if "{link}" in text else ""
    return Letter(
        subject=message.subject,
        text=text.replace("{link}", link),
        enclosed=files,
        linked=tuple(message.linked),
        link=link,
    )


def claim(now: datetime) -> Attempt | None:
    """Take the message that has waited longest and whose firm works now, and write the attempt down."""
    due = Message._base_manager.filter(state=Sent.QUEUED, not_before__lte=now).order_by("not_before", "pk")
    while (found := due.values_list("pk", "network_id").first()) is not None:
        pk, network = found
        with transaction.atomic():
            # As everywhere: the network first, or two that write their audit lines wait for each other for ever.
            lock_network(network)
            message = due.filter(pk=pk).first()
            if message is None:
                continue  # another worker was faster
            with scoped(system_scope(network)):
                made = _begin(message, now)
        if made is not None:
            return made
    return None


def _begin(message: Message, now: datetime) -> Attempt | None:
    """Write an attempt down; None when the firm does not work now, or the message is a call by now."""
    if message.channel != Channel.WEB:
        try:
            opens = next_open(calendars_of(message.firm), now)
        except KumihimoError:
            _to_call(message)
            return None
        if opens > now:
            message.not_before = opens
            message.save(update_fields=["not_before"])
            return None
    message.state = Sent.SENDING
    message.save(update_fields=["state"])
    made: Attempt = Attempt.objects.create(
        message=message,
        number=message.attempts.count() + 1,
        channel=message.channel,
        address=message.address,
        state=Tried.SENDING,
        began_at=now,
    )
    return made


def end(pk: int, outcome: Taken | NotTaken | None, now: datetime) -> None:
    """Write down what became of an attempt, and what follows for its message.

    Parameters
    ----------
    outcome
        None when this machine has no way out of that channel any more.
    """
    with transaction.atomic():
        attempt, message = _locked(pk)
        if attempt.state != Tried.SENDING and not attempt.is_for_a_person:
            return
        with scoped(system_scope(message.network_id)):
            _write(attempt, message, outcome, now)


def _locked(pk: int) -> tuple[Attempt, Message]:
    """Return an attempt and its message, held until the transaction ends; their network is held before them."""
    lock_network(Attempt._base_manager.values_list("network_id", flat=True).get(pk=pk))
    attempt = Attempt._base_manager.select_for_update().get(pk=pk)
    return attempt, Message._base_manager.select_for_update().get(pk=attempt.message_id)


def _write(attempt: Attempt, message: Message, outcome: Taken | NotTaken | None, now: datetime) -> None:
    attempt.ended_at = now
    # Somebody may have opened its link in the meantime: then it has arrived, whatever the wire says.
    is_open = message.state in (Sent.SENDING, Sent.UNKNOWN)
    if isinstance(outcome, Taken):
        attempt.state = Tried.DELIVERED if outcome.is_delivered else Tried.SENT
        attempt.provider_id, attempt.words = outcome.provider_id[:200], plain(outcome.words)
        attempt.save()
        if is_open:
            message.state = message.to_tell = Sent(attempt.state)
            message.save(update_fields=["state", "to_tell"])
        record("message.sent", message, firm=message.firm, after=_told(attempt))
        return
    attempt.words = outcome.words if outcome is not None else ""
    adapter = adapter_of(attempt.channel)
    if isinstance(outcome, Doubtful) and is_open:
        _leave_open(attempt, message, adapter, now)
        return
    attempt.state = Tried.FAILED
    attempt.reason = Reason.CLOSED if outcome is None else _REASONS[type(outcome)]
    attempt.save()
    record("message.not_sent", message, firm=message.firm, after=_told(attempt))
    if is_open:
        go_on(message, attempt, now)


def _leave_open(attempt: Attempt, message: Message, adapter: Adapter | None, now: datetime) -> None:
    """Nobody can tell whether it arrived: send once more where that does no harm, else have a person find out."""
    attempt.state, attempt.reason = Tried.UNKNOWN, Reason.DOUBTFUL
    is_first = not message.attempts.filter(
        reason=Reason.REPEATED, channel=attempt.channel, address=attempt.address
    ).exists()
    if adapter is not None and adapter.repeats and is_first:
        attempt.reason, attempt.decided_by = Reason.REPEATED, "Kumihimo"
        message.state, message.not_before = Sent.QUEUED, now
    else:
        message.state = Sent.UNKNOWN
    attempt.save()
    message.save(update_fields=["state", "not_before"])
    record("message.doubtful", message, firm=message.firm, after=_told(attempt))


def go_on(message: Message, failed: Attempt, now: datetime) -> None:
    """Try the same address later where that helps, else the next one of the firm, else ask a person to call."""
    tried = list(message.attempts.filter(state=Tried.FAILED).exclude(reason=Reason.PERSON))
    here = [one for one in tried if (one.channel, one.address) == (failed.channel, failed.address)]
    if failed.reason == Reason.LATER and len(here) <= len(AGAIN_AFTER):
        message.state, message.not_before = Sent.QUEUED, now + AGAIN_AFTER[len(here) - 1]
        message.save(update_fields=["state", "not_before"])
        return
    following = first_usable(addresses_of(message.firm), failed={(one.channel, one.address) for one in tried})
    if following is None or following.channel == Channel.PHONE:
        if following is not None:
            message.channel, message.address = following.channel, following.value
        _to_call(message)
        return
    message.channel, message.address = following.channel, following.value
    message.state, message.not_before = Sent.QUEUED, now
    message.save(update_fields=["channel", "address", "state", "not_before"])


def _to_call(message: Message) -> None:
    message.state, message.to_tell = Sent.TO_CALL, "failed"
    message.save(update_fields=["channel", "address", "state", "to_tell"])
    record("message.to_call", message, firm=message.firm, after={"subject": message.subject})


def _told(attempt: Attempt) -> dict[str, Any]:
    told = {"subject": attempt.message.subject, "channel": attempt.channel, "value": attempt.address}
    return told | ({"words": attempt.words} if attempt.words else {})


# What is looked after between letters


def recover(now: datetime) -> int:
    """Look after attempts whose worker died; return how many there were."""
    left = Attempt._base_manager.filter(state=Tried.SENDING, began_at__lt=now - LONGEST_ATTEMPT)
    keys = list(left.values_list("pk", flat=True)[:100])
    for pk in keys:
        end(pk, Doubtful(""), now)
    return len(keys)


def look(now: datetime) -> int:
    """Ask what became of the letters that were taken but may still fail; return how many are settled now."""
    open_ones = Attempt._base_manager.filter(
        state=Tried.SENT, channel=Channel.FAX, began_at__gt=now - LOOKED_AFTER, message__state=Sent.SENT
    ).exclude(provider_id="")
    settled = 0
    for attempt in open_ones.order_by("pk")[:200]:
        adapter = adapter_of(attempt.channel)
        outcome: Taken | NotTaken | None = None
        try:
            outcome = None if adapter is None else adapter.look(attempt.provider_id)
        except Refused as why:
            outcome = why
        if outcome is not None:
            settled += _settle_later(attempt.pk, outcome, now)
    return settled


def bounced(provider_id: str, words: str, now: datetime) -> bool:
    """Take down that a mail of ours came back; False when no such mail waits."""
    found = Attempt._base_manager.filter(
        network_id=current_scope().network, provider_id=provider_id, state=Tried.SENT, message__state=Sent.SENT
    ).first()
    return found is not None and _settle_later(found.pk, Refused(words), now, Reason.BOUNCED)


def _settle_later(pk: int, outcome: Taken | NotTaken, now: datetime, reason: Reason = Reason.REFUSED) -> bool:
    with transaction.atomic():
        attempt, message = _locked(pk)
        if attempt.state != Tried.SENT or message.state != Sent.SENT:
            return False
        attempt.words, attempt.ended_at = plain(outcome.words), now
        with scoped(system_scope(message.network_id)):
            if isinstance(outcome, Taken):
                attempt.state = Tried.DELIVERED
                attempt.save()
                message.state = message.to_tell = Sent.DELIVERED
                message.save(update_fields=["state", "to_tell"])
                record("message.delivered", message, firm=message.firm, after=_told(attempt))
            else:
                attempt.state, attempt.reason = Tried.FAILED, reason
                attempt.save()
                record("message.not_sent", message, firm=message.firm, after=_told(attempt))
                go_on(message, attempt, now)
    return True


def tell(now: datetime) -> int:
    """Tell those who listen what became of messages; a listener that fails is told again next time."""
    told = 0
    for pk, network in Message._base_manager.exclude(to_tell="").values_list("pk", "network_id")[:100]:
        try:
            with transaction.atomic(), scoped(system_scope(network)):
                lock_network(network)
                message = Message._base_manager.select_for_update().get(pk=pk)
                if not message.to_tell:
                    continue
                tell_delivery(_delivery(message, now))
                Message._base_manager.filter(pk=pk, to_tell=message.to_tell).update(to_tell="")
        except Exception:
            log.exception("what became of message %s could not be told", pk)
        else:
            told += 1
    return told


def _delivery(message: Message, now: datetime) -> Delivery:
    last = message.attempts.order_by("-number").first()
    return Delivery(
        key=message.key,
        firm=message.firm,
        kind=message.kind,
        about=message.about,
        revision=message.revision,
        channel=last.channel if last else message.channel,
        address=last.address if last else message.address,
        state=message.to_tell,
        at=(last.ended_at if last else None) or now,
        words=last.words if last else "",
    )
