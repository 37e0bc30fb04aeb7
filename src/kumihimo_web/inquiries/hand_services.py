"""Writes of broadcasts: firms are asked to raise their hands, answer, and are told when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.inquiries.models import Broadcast, Hand, Inquiry, Proposal
from kumihimo_web.inquiries.queries import askable
from kumihimo_web.inquiries.rules import MOST_ASKED, may_answer, may_ask
from kumihimo_web.inquiries.services import NotNow
from kumihimo_web.inquiries.state import READ, Answer


class TooManyAsked(Exception):
    """More firms than one broadcast may cost."""


@transaction.atomic
def broadcast(
    inquiry: Inquiry, proposal: Proposal, step: str, *, firms: Sequence[str], answer_by: date, note: str, once: str
) -> Broadcast:
    """Ask firms to raise their hands for a step. They read what the step needs, and no name of anybody.

    Parameters
    ----------
    firms
        Ids; those that cannot be asked for this step are left out.
    once
        Key of the form: the same key again asks nobody twice.

    Raises
    ------
    TooManyAsked
        More than `MOST_ASKED`.
    ValueError
        None of the firms can be asked.
    NotNow
        The inquiry is not open for it.
    """
    _guard()
    held: Inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    known: Broadcast | None = Broadcast.objects.filter(inquiry=held, once=once).first() if once else None
    if known is not None:
        return known
    if held.state not in READ:
        raise NotNow(held.state)
    wanted = set(firms)
    if len(wanted) > MOST_ASKED:
        raise TooManyAsked(len(wanted))
    found = next(one for one in proposal.data["steps"] if one["id"] == step)
    asked = [one for one in askable(proposal, step) if one.firm in wanted and not one.was_asked]
    if not asked:
        raise ValueError("nobody can be asked")
    made: Broadcast = Broadcast.objects.create(
        inquiry=held,
        number=f"{held.number}-{Broadcast.objects.filter(inquiry=held).count() + 1}",
        step=step,
        label_ja=found["label"],
        label_en=found["label_en"],
        need_ja=found["need_ja"],
        need_en=found["need_en"],
        due=held.due,
        note=note,
        answer_by=answer_by,
        once=once,
    )
    Hand._base_manager.bulk_create(
        [
            Hand(
                network_id=held.network_id,
                broadcast=made,
                firm=one.firm,
                firm_name=one.name,
                gap_ja=one.gap_ja,
                gap_en=one.gap_en,
            )
            for one in asked
        ]
    )
    record("broadcast.asked", held, after={"number": made.number, "firms": len(asked)}, note=note)
    return made


@transaction.atomic
def take_answer(
    hand: Hand,
    answer: Answer,
    *,
    price_jpy: int | None,
    days: int | None,
    words: str,
    version: int,
    today: date,
    said: str = "",
) -> Hand:
    """Take down what a firm says; until the end it may change its mind.

    Parameters
    ----------
    said
        Who said so and how, when a coordinator enters it.

    Raises
    ------
    NotNow
        The broadcast is over.
    SomebodyWasFaster
        Somebody else answered for the firm in the meantime.
    """
    held: Hand = Hand.objects.select_for_update().get(pk=hand.pk)
    scope = current_scope()
    if not may_answer(scope, held.firm) or (scope.is_coordinator and not said):
        raise PermissionDenied("only the firm answers, or a coordinator with its word")
    if is_over(held.broadcast, today):
        raise NotNow(held.broadcast.number)
    after: dict[str, Any] = {"answer": answer.value, "price_jpy": price_jpy, "days": days, "words": words, "said": said}
    before = {name: getattr(held, name) for name in after}
    if before == after:
        return held
    if held.version != version:
        raise SomebodyWasFaster(held)
    for name, value in after.items():
        setattr(held, name, value)
    held.answered_at, held.version = timezone.now(), held.version + 1
    held.save()
    told = {"answer": str(answer.label), "price_jpy": price_jpy, "days": days}
    record("hand.answered", held, firm=held.firm, after=told, note=said or words)
    return held


@transaction.atomic
def close(broadcast: Broadcast) -> Broadcast:
    """End a broadcast; the firms see that it is over."""
    _guard()
    held: Broadcast = Broadcast.objects.select_for_update().get(pk=broadcast.pk)
    if held.closed_at is None:
        held.closed_at = timezone.now()
        held.save(update_fields=["closed_at"])
        record("broadcast.closed", held.inquiry, after={"number": held.number})
    return held


def is_over(broadcast: Broadcast, today: date) -> bool:
    """Return whether a broadcast takes no more answers."""
    return broadcast.closed_at is not None or broadcast.answer_by < today


def _guard() -> None:
    scope = current_scope()
    if not may_ask(scope):
        raise PermissionDenied(f"not for {scope.role}")
