"""Taking in what came: an item for everything, what was read of it, and at once what is plain. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kumihimo.trade import Outcome
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.audit.services import record
from kumihimo_web.channels import services as sending
from kumihimo_web.channels.models import Inbound
from kumihimo_web.inbox import matching
from kumihimo_web.inbox.answers import Proposed
from kumihimo_web.inbox.carrying import NotNow, carry_out, done, locked, save
from kumihimo_web.inbox.matching import Sender
from kumihimo_web.inbox.models import Item, Picture
from kumihimo_web.inbox.opening import Found, Opened, answers_hash
from kumihimo_web.inbox.reasons import Reason, Why, reason
from kumihimo_web.inbox.rules import COPY_DAYS, REPEATED_DAYS
from kumihimo_web.inbox.state import OPEN, Kind, State
from kumihimo_web.jobs.models import FINISHED, Job
from kumihimo_web.jobs.services import ask

READ = "inbox.read"
"""Kind of the job that reads; `tasks` does it."""


@transaction.atomic
def take(inbound: Inbound) -> Item:
    """Make an item of something new that came, and have it read; what was typed by a person needs no reading."""
    is_call = inbound.channel == "phone"
    item: Item = Item.objects.create(
        inbound=inbound,
        kind=Kind.CALL if is_call else Kind.UNKNOWN,
        state=State.WAITING if is_call else State.READING,
        sender=inbound.sender[:200],
        received_at=inbound.received_at,
        firm=inbound.firm,
        summary_ja=inbound.subject[:200],
        summary_en=inbound.subject[:200],
    )
    record("inbox.received", item, after={"number": inbound.number, "sha256": inbound.sha256})
    if not is_call:
        _have_read(item, again="")
    return item


@transaction.atomic
def upload(name: str, data: bytes, content_type: str, *, firm: str, once: str) -> Inbound:
    """Take in a file that a person puts in by hand; the same key again returns what there is.

    Parameters
    ----------
    firm
        Who sent it, as the person says who holds the paper; empty when unknown.
    once
        Key of the form and the file.
    """
    came = sending.receive("upload", once, firm, data, content_type, subject=name)
    if firm:
        mine = Item.objects.filter(inbound=came, vouched_by="")
        mine.update(firm=firm, vouched_by=current_scope().actor[:200])
    return came


@transaction.atomic
def read_again(item: Item) -> Job:
    """Have an item read once more, when a job came to nothing or a better reader has come.

    Raises
    ------
    NotNow
        Somebody has decided on it, or on another page of the same message.
    """
    held = locked(item.pk)
    others = Item.objects.filter(inbound=held.inbound_id).exclude(pk=held.pk)
    if (
        held.kind == Kind.CALL
        or held.state not in (State.READING, State.WAITING)
        or others.exclude(state=State.WAITING).exists()
    ):
        raise NotNow(held.state)
    others.delete()
    held.page, held.line, held.part, held.copy_of = 1, 0, 0, None
    held.state = State.READING
    job = _have_read(held, again=str(held.version))
    save(held)
    record("inbox.asked", held)
    return job


def _have_read(item: Item, *, again: str) -> Job:
    told = {"number": item.pk}
    job = ask(
        READ,
        lambda: _("受信したものの読み取り: #%(number)s") % told,
        {"inbound": item.inbound_id},
        once=f"{READ}:{item.inbound_id}:{again}",
    )
    Item._base_manager.filter(pk=item.pk).update(job=str(job.pk))
    item.job = str(job.pk)
    return job


@transaction.atomic
def settle_stuck() -> int:
    """Put what was being read by a job that is over before a person; return how much it was."""
    if not Item.objects.filter(state=State.READING).exists():
        return 0
    lock_network(current_scope().network)
    reading = Item.objects.select_for_update().filter(state=State.READING)
    waiting = {item.job: item for item in reading if item.job}
    over = Job._base_manager.filter(pk__in=list(waiting), state__in=FINISHED).values_list("pk", flat=True)
    stuck = [waiting[str(pk)] for pk in over]
    for item in stuck:
        why = reason(Why.STUCK)
        item.state = State.WAITING
        item.reading = {**item.reading, "reasons": [why.to_data()]}
        item.summary_ja, item.summary_en = why.ja[:200], why.en[:200]
        save(item)
        record("inbox.unread", item)
    return len(stuck)


@transaction.atomic
def keep(inbound: Inbound, opened: Opened) -> list[Item]:
    """Keep what was read of a message, and decide at once what is plain.

    A message that somebody has decided on meanwhile is left as it is.
    """
    lock_network(current_scope().network)
    known = list(Item.objects.select_for_update().filter(inbound=inbound).order_by("pk"))
    if any(item.state != State.READING for item in known):
        return known
    first = known[0] if known else take(inbound)
    vouched_by, firm = first.vouched_by, first.firm
    # Pictures and rows of an earlier reading say the same of the same bytes.
    Picture.objects.filter(inbound=inbound).delete()
    Picture.objects.bulk_create(
        Picture(
            network_id=inbound.network_id,
            inbound=inbound,
            page=one.page,
            name=one.name[:80],
            content_type=one.content_type,
            content=one.content,
            width=one.width,
            height=one.height,
        )
        for one in opened.pictures
    )
    made: list[Item] = []
    for number, found in enumerate(opened.items):
        item = (
            first
            if number == 0
            else Item(
                network_id=inbound.network_id,
                inbound=inbound,
                sender=first.sender,
                received_at=first.received_at,
                firm=firm,
                vouched_by=vouched_by,
            )
        )
        _fill(item, found, _sender_of(inbound, firm, vouched_by))
        made.append(item)
    for item in made:
        _decide_alone(item)
    settle_stuck()
    sending.take(inbound.pk)
    return made


def _sender_of(inbound: Inbound, firm: str, vouched_by: str) -> Sender:
    if vouched_by:
        return Sender(firm=firm, is_known=True, channel=inbound.channel)
    return Sender(firm=inbound.firm, is_known=inbound.is_known, channel=inbound.channel)


def _fill(item: Item, found: Found, sender: Sender) -> None:
    """Put what was read into an item, with what it comes to and what speaks against it; and save it."""
    received = timezone.localdate(item.received_at)
    matched = matching.match(found.kind, found.reading, line=found.line, received=received, sender=sender)
    doubts = list(matching.doubts(found.kind, found.reading, matched, sender))
    item.kind, item.page, item.part, item.line = found.kind, found.page, found.part, found.line
    item.pixels = found.pixels
    form, answers = found.reading.get("form"), found.reading.get("answers", {})
    values = found.reading.get("sheet") or {name: one["value"] for name, one in answers.items()}
    item.told = answers_hash(form, values, found.line) if form and values else ""
    item.order_ref, item.firm = matched.order_ref, matched.firm or item.firm
    doubts += _repeats(item, matched.proposed.kind, form)
    _propose(item, matched.proposed)
    item.reading = {**found.reading, "reasons": [one.to_data() for one in doubts]}
    item.summary_ja, item.summary_en = matching.summary(found.reading, matched.proposed, tuple(doubts))
    item.state = State.ASIDE if item.copy_of_id else State.WAITING
    if item.copy_of_id:
        # The page says it, in the language of whoever reads.
        item.aside_why = ""
    save(item)
    reasons = [{"ja": one.ja, "en": one.en} for one in doubts]
    record("inbox.read", item, after={"order_ref": item.order_ref, "kind": item.kind, "reasons": reasons})


def _propose(item: Item, proposed: Proposed) -> None:
    item.command = None if proposed.kind is None else {"kind": proposed.kind, "data": proposed.data}
    item.amount_jpy = proposed.amount_jpy


def _repeats(item: Item, kind: str | None, form: Mapping[str, Any] | None) -> list[Reason]:
    """Mark a second copy of the same picture, or of the same answers on the same paper, and say what is in doubt."""
    others = Item.objects.exclude(inbound=item.inbound_id).exclude(state=State.READING)
    since = item.received_at - timedelta(days=COPY_DAYS)
    if item.pixels:
        same = others.filter(pixels=item.pixels, line=item.line, received_at__gte=since).order_by("pk").first()
        if same is not None:
            item.copy_of = same
            return []
    if not item.told or form is None:
        return []
    is_repeated = form["code"][0] in "RD"
    if is_repeated:
        since = item.received_at - timedelta(days=REPEATED_DAYS)
    same = others.filter(told=item.told, received_at__gte=since).order_by("pk").first()
    if same is not None:
        if kind == "ship":
            return [reason(Why.SAME_AGAIN, first=same.pk)]
        item.copy_of = same
        return []
    if is_repeated:
        return []
    before = others.filter(order_ref=item.order_ref, kind=item.kind, state__in=(*OPEN, State.DONE)).exclude(told="")
    same_paper = [
        one for one in before.order_by("-pk")[:20] if one.reading.get("form") == form and one.line == item.line
    ]
    return [reason(Why.DIFFERS, first=same_paper[0].pk)] if same_paper else []


def _decide_alone(item: Item) -> None:
    """Carry out what is plain, as the program itself; whatever is refused waits for a person, with the reason."""
    if item.state != State.WAITING or item.reading["reasons"] or item.command is None:
        return
    with scoped(system_scope(item.network_id)):
        decision = carry_out(item)
        if decision is not None and decision.outcome is Outcome.REFUSED:
            why = reason(Why.NOT_TAKEN, ja=decision.ja, en=decision.en)
            item.reading = {**item.reading, "reasons": [why.to_data()]}
            save(item)
            return
        done(item, decision, is_automatic=True)
