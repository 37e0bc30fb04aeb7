"""What people decide about items: each in one transaction, with its audit line, and refused when another was faster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kumihimo.trade import Outcome
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.channels import services as sending
from kumihimo_web.design.language import say
from kumihimo_web.inbox import matching
from kumihimo_web.inbox.answers import NOTED
from kumihimo_web.inbox.carrying import NotNow, carry_out, command_of, done, locked, save
from kumihimo_web.inbox.models import Item
from kumihimo_web.inbox.reasons import Why
from kumihimo_web.inbox.rules import is_forged, needs_second_key
from kumihimo_web.inbox.state import OPEN, Kind, State
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.services import ask
from kumihimo_web.orders import queries as orders

DRAFT = "inbox.draft"
"""Kind of the job that reads words; `tasks` does it."""


class Refused(Exception):
    """It cannot be done as it stands; the message is for the reader. Nothing was changed."""


@transaction.atomic
def approve(item: Item, *, version: int, command: Mapping[str, Any] | None = None) -> Item:
    """Approve what an item comes to, or something else instead; above an amount the second person does it.

    Parameters
    ----------
    command
        {kind, data} as the person put it right; None = as it was proposed.

    Raises
    ------
    SomebodyWasFaster
        Somebody else has decided or changed it.
    NotNow
        It is no longer to be decided.
    Refused
        Nothing is proposed, the order refuses it, or the same person wants to turn both keys.
    """
    held = _hold(item, version)
    scope = current_scope()
    before = held.command
    if command is not None:
        held.command = {"kind": command["kind"], "data": dict(command["data"])}
        order = orders.order(held.order_ref) if held.order_ref else None
        held.amount_jpy = matching.amount_of(held.command["kind"], held.command["data"], order)
    if held.command is None:
        raise Refused(_("何をするかがまだ決まっていません。「直して承認」で、注文と内容を入れてください。"))
    if held.command["kind"] != NOTED and not held.order_ref:
        raise Refused(_("どの注文への返事かを先に決めてください。"))
    is_changed = before != held.command
    if needs_second_key(held.command["kind"], held.amount_jpy):
        if held.state == State.WAITING or is_changed:
            return _first_key(held, before if is_changed else None)
        if held.first_by == scope.user:
            raise Refused(_("一人目として承認した人は、二人目にはなれません。ほかの人に確かめてもらってください。"))
    decision = carry_out(held)
    if decision is not None and decision.outcome is Outcome.REFUSED:
        raise Refused(say(decision))
    held.decided_by, held.decided_name = scope.user, scope.actor[:200]
    done(held, decision, is_automatic=False, before=before if is_changed else None)
    return held


def _first_key(held: Item, before: Any) -> Item:
    """Note who agreed first; nothing happens to the order before a second person agrees."""
    scope = current_scope()
    held.state, held.first_by, held.first_name = State.SECOND, scope.user, scope.actor[:200]
    kind, data = command_of(held)
    held.summary_ja, held.summary_en = matching.command_words(kind, data)
    save(held)
    record(
        "inbox.first_key",
        held,
        firm=held.firm,
        before={"command": before} if before else None,
        after={"order_ref": held.order_ref, "command": held.command},
    )
    return held


@transaction.atomic
def link(item: Item, ref: str, *, version: int) -> Item:
    """Say which order an item is about.

    Raises
    ------
    Refused
        There is no such order, or the page bears a code that is not ours.
    SomebodyWasFaster, NotNow
        See `approve`.
    """
    held = _hold(item, version)
    if is_forged(held):
        raise Refused(_("コードの署名が合わない紙は、注文に結び付けられません。送り主に電話で確かめてください。"))
    order = orders.order(ref)
    if order is None:
        raise Refused(_("注文 %(ref)s がありません。番号を確かめてください。") % {"ref": ref[:40]})
    before = held.order_ref
    held.order_ref, held.firm = ref, held.firm or order.firm
    gone = {Why.NO_ORDER.value, Why.NO_LINE.value}
    held.reading = {
        **held.reading,
        "reasons": [one for one in held.reading.get("reasons", ()) if one["code"] not in gone],
    }
    if before != ref:
        held.command, held.state, held.first_by, held.first_name = None, State.WAITING, None, ""
    save(held)
    record("inbox.linked", held, before={"order_ref": before}, after={"order_ref": ref})
    return held


@transaction.atomic
def set_aside(item: Item, why: str, *, version: int) -> Item:
    """Put an item aside, with the reason; it stays where it can be found.

    Raises
    ------
    SomebodyWasFaster, NotNow
        See `approve`.
    """
    held = _hold(item, version)
    scope = current_scope()
    held.state, held.aside_why = State.ASIDE, why[:300]
    held.decided_by, held.decided_name, held.decided_at = scope.user, scope.actor[:200], timezone.now()
    save(held)
    record("inbox.set_aside", held, note=why)
    return held


@transaction.atomic
def bring_back(item: Item, *, version: int) -> Item:
    """Bring an item back that was put aside.

    Raises
    ------
    SomebodyWasFaster
        Somebody else has changed it.
    NotNow
        It is not aside.
    """
    held = locked(item.pk)
    if held.version != version:
        raise SomebodyWasFaster(held)
    if held.state != State.ASIDE:
        raise NotNow(held.state)
    held.state, held.aside_why, held.copy_of = State.WAITING, "", None
    held.first_by, held.first_name = None, ""
    held.decided_by, held.decided_name, held.decided_at = None, "", None
    save(held)
    record("inbox.brought_back", held)
    return held


@transaction.atomic
def note_call(
    *, once: str, order_ref: str, firm: str, caller: str, words: str, command: Mapping[str, Any], raw: bytes
) -> Item:
    """Take down a call, and what it comes to; the firm gets it in writing, and only then it counts.

    Parameters
    ----------
    raw
        The note as it was typed, which is stored as everything that comes in.

    Raises
    ------
    Refused
        The order refuses it; nothing is kept.
    """
    came = sending.receive("phone", once, caller, raw, "application/json", subject=words[:200])
    item: Item = Item.objects.select_for_update().get(inbound=came)
    if item.command is not None:
        return item
    order = orders.order(order_ref)
    item.order_ref, item.firm, item.kind = order_ref, firm, Kind.CALL
    item.command = {"kind": command["kind"], "data": dict(command["data"])}
    item.amount_jpy = matching.amount_of(command["kind"], command["data"], order)
    item.reading = {"text": words, "caller": caller, "reasons": []}
    item.summary_ja, item.summary_en = matching.command_words(command["kind"], command["data"])
    save(item)
    sending.take(came.pk)
    return approve(item, version=item.version)


# Drafts of what cannot be read


def ask_draft(item: Item) -> Job:
    """Have the words of a page read, to fill in fields that a person then checks."""
    told = {"number": item.pk}
    return ask(
        DRAFT,
        lambda: _("読み取りの下書き: #%(number)s") % told,
        {"item": item.pk},
        once=f"{DRAFT}:{item.pk}:{item.version}",
    )


@transaction.atomic
def keep_draft(pk: int, draft: Mapping[str, Any]) -> Item:
    """Keep what was read as a draft; an order that it names and that there is, is proposed, nothing more."""
    held = locked(pk)
    if held.state in OPEN:
        held.reading = {**held.reading, "draft": dict(draft)}
        save(held)
        record("inbox.drafted", held)
    return held


def _hold(item: Item, version: int) -> Item:
    held = locked(item.pk)
    if held.version != version:
        raise SomebodyWasFaster(held)
    if held.state not in OPEN:
        raise NotNow(held.state)
    return held
