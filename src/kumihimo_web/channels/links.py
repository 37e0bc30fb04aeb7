"""The link under which a firm answers without a login: for one message about one order, for two weeks."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import Scope, current_scope, scoped, system_scope
from kumihimo_web.audit.services import record
from kumihimo_web.channels.models import Message
from kumihimo_web.channels.registry import pages_of
from kumihimo_web.channels.rules import LINK_LASTS
from kumihimo_web.channels.states import Reason, Sent, Tried
from kumihimo_web.firms import queries as firms

_SALT = "kumihimo_web.channels.link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What a link stands for.

    Attributes
    ----------
    scope
        The firm's; whoever uses it narrows it down to the one order `about`.
    """

    firm: str
    about: str
    revision: int
    kind: str
    key: str
    scope: Scope


def link(message: Message) -> str:
    """Return the token of a message's link: signed, for one firm and one order, for a limited time."""
    return signing.dumps([message.network_id, message.pk], salt=_SALT)


def link_address(message: Message) -> str:
    """Return the whole address of a message's link: the page on which a firm reads and answers."""
    own = pages_of(message.kind)
    path = reverse("answer" if own is None else own.link, args=[link(message)])
    return f"{settings.PUBLIC_ADDRESS}{path}"


def about_address(message: Message) -> str:
    """Return the address of what a message is about, for coordinators."""
    own = pages_of(message.kind)
    if own is not None:
        return reverse(own.about, args=[message.about])
    return f"{reverse('orders')}?{urlencode({'words': message.about})}"


def opened(token: str, *, by_person: bool = False) -> Linked | None:
    """Return what a token stands for, and note that it was opened; None when it is forged, expired or closed.

    Parameters
    ----------
    by_person
        Whether somebody has done something on the page. Only then has the message arrived: what looks mails through
        for harm opens their links too.
    """
    try:
        network, pk = signing.loads(token, salt=_SALT, max_age=LINK_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    with scoped(system_scope(network)):
        held: Message | None = Message.objects.filter(pk=pk).first()
        if held is None or held.is_link_closed:
            return None
        if held.opened_at is None or (by_person and held.state != Sent.DELIVERED):
            _note(held.pk, by=Reason.OPENED if by_person else Reason.NONE)
        names = firms.names([held.firm])
    # Who it was nobody knows: somebody to whom the firm gave, or left, the letter.
    actor = f"{names.get(held.firm, held.firm)}（リンク）"
    scope = Scope(network=network, organisation=None, firm=held.firm, role=Role.FACTORY, user=None, actor=actor)
    return Linked(firm=held.firm, about=held.about, revision=held.revision, kind=held.kind, key=held.key, scope=scope)


def read_by_firm(key: str) -> None:
    """Note that what a message carried was opened by a member of its firm, logged in: then the message has arrived.

    Whoever else reads it proves nothing. A message that is still to be sent goes out all the same.
    """
    scope = current_scope()
    if scope.role != Role.FACTORY or scope.user is None:
        return
    gone_out = (Sent.SENT, Sent.UNKNOWN, Sent.TO_CALL)
    with scoped(system_scope(scope.network, scope.actor)):
        held = Message.objects.filter(key=key, firm=scope.firm, state__in=gone_out).first()
        if held is not None:
            _note(held.pk, by=Reason.READ)


@transaction.atomic
def _note(pk: int, *, by: Reason) -> None:
    """Take down that what was sent was opened for the first time, and by which deed it has arrived, if by any."""
    lock_network(current_scope().network)
    held: Message = Message.objects.select_for_update().get(pk=pk)
    if held.opened_at is None:
        held.opened_at = timezone.now()
        held.save(update_fields=["opened_at"])
        record("message.opened", held, firm=held.firm, after={"subject": held.subject})
    if by != Reason.NONE and held.state != Sent.DELIVERED:
        _arrived(held, by)
        record("message.delivered", held, firm=held.firm, after={"subject": held.subject})


def _arrived(message: Message, by: Reason) -> None:
    """Settle the last attempt by what somebody did, whatever it looked like."""
    last = message.attempts.order_by("-number").first()
    if last is not None and last.state != Tried.SENDING:
        last.state, last.reason, last.ended_at = Tried.DELIVERED, by, timezone.now()
        last.decided_by = last.decided_by or ("link" if by == Reason.OPENED else current_scope().actor)
        last.save(update_fields=["state", "reason", "ended_at", "decided_by"])
    message.state, message.to_tell = Sent.DELIVERED, Sent.DELIVERED
    message.save(update_fields=["state", "to_tell"])
