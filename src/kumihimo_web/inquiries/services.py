"""Writes of inquiries: each in one transaction, with its audit line, and refused when somebody else was faster."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kumihimo.errors import InputError, KumihimoError
from kumihimo.inquiry import shaping
from kumihimo.inquiry.questions import LABELS
from kumihimo.model import Inquiry as ReadInquiry
from kumihimo.proposal.title import title_of
from kumihimo_web.accounts.queries import lock_network, organisations
from kumihimo_web.accounts.roles import OrganisationKind, Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.design.language import language
from kumihimo_web.firms.mapping import folded
from kumihimo_web.inquiries.amend import amend
from kumihimo_web.inquiries.incoming import Incoming, is_pasted, is_quick, read
from kumihimo_web.inquiries.mapping import of_data, to_data
from kumihimo_web.inquiries.models import Inquiry, Proposal, Source
from kumihimo_web.inquiries.reading import questions_of
from kumihimo_web.inquiries.rules import may_ask
from kumihimo_web.inquiries.state import CHANGEABLE, State
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.services import ask

READ, PROPOSE, PRINT = "inquiries.read", "inquiries.propose", "inquiries.print"
"""Kinds of jobs; `tasks` does them."""
_LONGEST_TITLE = 80


class NotNow(Exception):
    """The inquiry is in a state in which this cannot be done; nothing was changed."""


@transaction.atomic
def receive(
    incoming: Incoming, *, title: str = "", buyer: int | None = None, buyer_name: str = "", once: str = ""
) -> Inquiry:
    """Take in an inquiry: its bytes are stored before anybody reads them.

    Parameters
    ----------
    title
        Empty to take the subject that will be read.
    buyer
        Primary key of the buyer's organisation; a buyer always asks for itself.
    once
        Key of the form: the same key again returns the inquiry there is.

    Raises
    ------
    PermissionDenied
        The scope is neither a coordinator nor a buyer, or there is no such buyer.
    """
    scope = current_scope()
    if scope.role == Role.BUYER:
        buyer, buyer_name = scope.organisation, ""
    elif not scope.is_coordinator:
        raise PermissionDenied(f"{scope.role} takes in no inquiries")
    organisation = None if buyer is None else organisations(OrganisationKind.BUYER).filter(pk=buyer).first()
    if buyer is not None and organisation is None:
        raise PermissionDenied("no such buyer")
    # Numbers of a network run on: whoever makes one waits here for the one before.
    lock_network(scope.network)
    if once:
        once = f"{scope.organisation}:{once}"
        known: Inquiry | None = Inquiry.objects.filter(once=once).first()
        if known is not None:
            return known
    last = Inquiry._base_manager.filter(network_id=scope.network).order_by("-serial").first()
    serial = 1 if last is None else last.serial + 1
    made = Inquiry(
        network_id=scope.network,
        serial=serial,
        number=f"Q-{serial:06d}",
        title=title,
        buyer=organisation,
        buyer_name=buyer_name,
        once=once,
    )
    made.search = _search(made)
    made.save(force_insert=True)
    source = _store(made, incoming)
    record("inquiry.added", made, after={"title": title, "file": source.name, "sha256": source.sha256})
    return made


@transaction.atomic
def replace_source(inquiry: Inquiry, incoming: Incoming, *, version: int) -> Source:
    """Take another file for an inquiry that could not be read; the first one is kept.

    Raises
    ------
    NotNow
        It was read by now.
    """
    held = _hold(inquiry, version, {State.READING, State.UNREAD})
    source = _store(held, incoming)
    held.state, held.refusal_ja, held.refusal_en = State.READING, "", ""
    _save(held)
    record("inquiry.replaced", held, after={"file": source.name, "sha256": source.sha256})
    return source


@transaction.atomic
def read_again(inquiry: Inquiry) -> Source:
    """Wait once more for the latest source of an inquiry, when a job came to nothing.

    Raises
    ------
    NotNow
        It was read by now.
    """
    held: Inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    if held.state not in (State.READING, State.UNREAD):
        raise NotNow(held.state)
    if held.state == State.UNREAD:
        held.state, held.refusal_ja, held.refusal_en = State.READING, "", ""
        _save(held)
        record("inquiry.asked", held)
    latest: Source = Source.objects.filter(inquiry=held).order_by("-pk")[0]
    return latest


def begin_reading(source: Source, *, again: str = "") -> Job | None:
    """Read a short text at once; return the job that reads anything else.

    Parameters
    ----------
    again
        Key of a further wish, when the first job came to nothing.
    """
    incoming = Incoming(name=source.name, kind=source.kind, data=bytes(source.data))
    if not is_quick(incoming):
        told, once = {"name": source.name}, f"{READ}:{source.pk}:{again}"
        return ask(READ, lambda: _("引合の読み取り: %(name)s") % told, {"source": source.pk}, once=once)
    try:
        found = read(incoming, timezone.localdate())
    except KumihimoError as why:
        take_refusal(source, why)
    else:
        take_reading(source, found)
    return None


def ask_teams(inquiry: Inquiry, *, version: int, once: str) -> Job:
    """Ask for teams; the job reads the inquiry as it stands.

    Raises
    ------
    SomebodyWasFaster, NotNow
        See `correct`.
    """
    _guard()
    if inquiry.version != version:
        raise SomebodyWasFaster(inquiry)
    if inquiry.state not in CHANGEABLE:
        raise NotNow(inquiry.state)
    told = {"number": inquiry.number, "title": inquiry.title}
    payload = {"inquiry": inquiry.pk, "version": version}
    return ask(PROPOSE, lambda: _("チームの提案: %(number)s %(title)s") % told, payload, once=f"{PROPOSE}:{once}")


def ask_pdf(proposal: Proposal, *, once: str) -> Job:
    """Ask for a proposal on paper, in the language of the page."""
    _guard()
    number = proposal.inquiry.number
    payload = {"proposal": proposal.pk, "lang": language()}
    return ask(PRINT, lambda: _("提案書のPDF: %(number)s") % {"number": number}, payload, once=f"{PRINT}:{once}")


@transaction.atomic
def take_reading(source: Source, read: ReadInquiry) -> Inquiry:
    """Keep what was read of a source, unless a later one came in or somebody withdrew the inquiry."""
    held = _of_source(source)
    if held is None:
        return source.inquiry
    held.state, held.reading = State.OPEN, to_data(read)
    held.due, held.open_questions = read.requirements.due_date, len(questions_of(read))
    title = title_of(read)[:_LONGEST_TITLE]
    # A text that was pasted has no name: where it names nothing either, the number stands for it.
    held.title = held.title or ("" if is_pasted(title) else title)
    held.search = _search(held)
    _save(held)
    record("inquiry.read", held, after={"values": len(read.fields), "questions": held.open_questions})
    return held


@transaction.atomic
def take_refusal(source: Source, why: KumihimoError) -> Inquiry:
    """Keep why a source cannot be read, in both languages."""
    held = _of_source(source)
    if held is None:
        return source.inquiry
    held.state = State.UNREAD
    held.refusal_ja, held.refusal_en = why.full_text("ja"), why.full_text("en")
    _save(held)
    record("inquiry.unread", held, note=held.refusal_ja)
    return held


@transaction.atomic
def rename(inquiry: Inquiry, *, title: str, buyer: int | None, buyer_name: str, version: int) -> Inquiry:
    """Change title and buyer."""
    _guard()
    held = _hold(inquiry, version, set(State) - {State.BOOKED, State.WITHDRAWN})
    organisation = None if buyer is None else organisations(OrganisationKind.BUYER).filter(pk=buyer).first()
    if buyer is not None and organisation is None:
        raise PermissionDenied("no such buyer")
    before = {"title": held.title, "buyer": held.asked_by}
    held.title, held.buyer, held.buyer_name = title, organisation, "" if organisation else buyer_name
    held.search = _search(held)
    _save(held)
    record("inquiry.changed", held, before=before, after={"title": held.title, "buyer": held.asked_by})
    return held


@transaction.atomic
def correct(inquiry: Inquiry, *, field: str, part: str, words: str, version: int) -> Inquiry:
    """Change a value that was read, in words that the reader understands; empty takes it away.

    What was proposed before is old from here on, and a choice is taken back.

    Raises
    ------
    InputError
        The words could not be read; with an example.
    SomebodyWasFaster
        The inquiry is of a later version by now.
    NotNow
        Something was promised or booked already.
    """
    _guard()
    held = _hold(inquiry, version, CHANGEABLE)
    read = _reading_of(held)
    changed = amend(read, field=field, part=part, words=words)
    _changed(held, changed)
    record("inquiry.corrected", held, after={LABELS[field][0]: words or "—"}, note=_part_name(read, part))
    return held


@transaction.atomic
def answer(inquiry: Inquiry, *, field: str, part: str, words: str, version: int) -> bool:
    """Take down the answer to a question; return whether a value could be read of it.

    What cannot be read is kept as a note beside the question, and nobody is asked again about what was in doubt.
    """
    held = _hold(inquiry, version, CHANGEABLE)
    read = _reading_of(held)
    asked = [one for one in questions_of(read) if (one.field, one.part) == (field, part)]
    if not asked:
        raise KeyError(field)
    try:
        changed, was_read = amend(read, field=field, part=part, words=words), True
    except InputError:
        changed, was_read = _without_question(read, field, part), False
    scope, now = current_scope(), timezone.now()
    held.answers = [
        *held.answers,
        *(
            {
                "field": field,
                "part": part,
                "ja": one.ja,
                "en": one.en,
                "answer": words,
                "was_read": was_read,
                "by": scope.actor,
                "at": now.isoformat(),
            }
            for one in asked
        ),
    ]
    _changed(held, changed)
    label = LABELS["processes" if field == shaping.FIELD else field][0]
    record("inquiry.answered", held, after={label: words}, note=asked[0].ja)
    return was_read


@transaction.atomic
def take_proposal(
    inquiry: Inquiry, *, data: dict[str, Any], orders: dict[str, Any], version: int, revision: int
) -> Proposal:
    """Keep a proposal; the inquiry moves on when nobody changed it in the meantime."""
    held: Inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    made: Proposal = Proposal.objects.create(inquiry=held, data=data, orders=orders, network_revision=revision)
    if held.state in CHANGEABLE and held.version == version:
        held.state, held.refusal_ja, held.refusal_en = State.PROPOSED, "", ""
        _take_back(held)
        _save(held)
    record("inquiry.proposed", held, after={"teams": len(data["teams"])})
    return made


@transaction.atomic
def take_no_teams(inquiry: Inquiry, why: KumihimoError, *, version: int) -> Inquiry:
    """Keep why no teams could be worked out, in both languages, unless somebody changed the inquiry meanwhile."""
    held: Inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    if held.state in CHANGEABLE and held.version == version:
        held.refusal_ja, held.refusal_en = why.full_text("ja"), why.full_text("en")
        _save(held)
        record("inquiry.no_teams", held, note=held.refusal_ja)
    return held


@transaction.atomic
def choose(inquiry: Inquiry, proposal: Proposal, team: str, *, why: str, version: int) -> Inquiry:
    """Choose a team, with the reason that can be told to those who were not chosen.

    Raises
    ------
    KeyError
        There is no such team.
    """
    _guard()
    held = _hold(inquiry, version, CHANGEABLE)
    if proposal.inquiry_id != held.pk or team not in {one["name"] for one in proposal.data["teams"]}:
        raise KeyError(team)
    before = {"team": held.chosen} if held.chosen else None
    held.state, held.chosen, held.chosen_of, held.chosen_why = State.CHOSEN, team, proposal, why
    _save(held)
    record("inquiry.chosen", held, before=before, after={"team": team}, note=why)
    return held


@transaction.atomic
def offer(inquiry: Inquiry, *, version: int) -> Inquiry:
    """Tell the buyer total price and day of the chosen team, and nothing of who does it for how much."""
    _guard()
    held = _hold(inquiry, version, {State.CHOSEN})
    team = _chosen_team(held)
    finish = team["finish"]
    held.offered_jpy = team["price"]["total_jpy"]
    held.offered_finish = date.fromisoformat(finish) if finish else None
    held.offered_at, held.state = timezone.now(), State.OFFERED
    _save(held)
    record("inquiry.offered", held, after={"price_jpy": held.offered_jpy, "finish": finish})
    return held


@transaction.atomic
def take_back_offer(inquiry: Inquiry, *, version: int) -> Inquiry:
    """Take back what the buyer was told, so that values can be changed again."""
    _guard()
    held = _hold(inquiry, version, {State.OFFERED})
    held.state = State.CHOSEN
    _take_back_offer(held)
    _save(held)
    record("inquiry.offer_taken_back", held)
    return held


@transaction.atomic
def mark_booked(number: str, order_id: str) -> Inquiry:
    """Note that the chosen team stands in the plan as an order; called by the app of the plans."""
    _guard()
    held: Inquiry = Inquiry.objects.select_for_update().get(number=number)
    held.state, held.booked_as = State.BOOKED, order_id
    _save(held)
    record("inquiry.booked", held, after={"order": order_id})
    return held


@transaction.atomic
def withdraw(inquiry: Inquiry, *, why: str, version: int) -> Inquiry:
    """Withdraw an inquiry; firms that were asked see it closed. `reopen` undoes it."""
    held = _hold(inquiry, version, set(State) - {State.BOOKED, State.WITHDRAWN})
    held.withdrawn_from, held.state, held.withdrawn_why = held.state, State.WITHDRAWN, why
    _save(held)
    held.broadcasts.model._base_manager.filter(inquiry=held, closed_at=None).update(closed_at=timezone.now())
    record("inquiry.withdrawn", held, note=why)
    return held


@transaction.atomic
def reopen(inquiry: Inquiry, *, version: int) -> Inquiry:
    """Take an inquiry up again where it stood; firms must be asked anew."""
    held = _hold(inquiry, version, {State.WITHDRAWN})
    held.state, held.withdrawn_from, held.withdrawn_why = held.withdrawn_from, "", ""
    _save(held)
    record("inquiry.reopened", held)
    return held


@transaction.atomic
def keep_pdf(proposal: Proposal, pdf: bytes, lang: str) -> None:
    """Keep a proposal on paper."""
    _guard()
    Proposal.objects.filter(pk=proposal.pk).update(pdf=pdf, pdf_lang=lang)
    record("inquiry.printed", proposal.inquiry)


def _guard() -> None:
    scope = current_scope()
    if not may_ask(scope):
        raise PermissionDenied(f"not for {scope.role}")


def _hold(inquiry: Inquiry, version: int, states: Any) -> Inquiry:
    held: Inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    if held.version != version:
        raise SomebodyWasFaster(held)
    if held.state not in states:
        raise NotNow(held.state)
    return held


def _save(held: Inquiry) -> None:
    held.version += 1
    held.save()


def _store(inquiry: Inquiry, incoming: Incoming) -> Source:
    made: Source = Source.objects.create(
        inquiry=inquiry,
        name=incoming.name,
        kind=incoming.kind,
        size=len(incoming.data),
        sha256=hashlib.sha256(incoming.data).hexdigest(),
        data=incoming.data,
    )
    return made


def _of_source(source: Source) -> Inquiry | None:
    """Return the inquiry that waits for just this source, None when it waits no more."""
    held: Inquiry = Inquiry.objects.select_for_update().get(pk=source.inquiry_id)
    latest = Source.objects.filter(inquiry=held).order_by("-pk").values_list("pk", flat=True).first()
    return held if held.state == State.READING and latest == source.pk else None


def _changed(held: Inquiry, read: ReadInquiry) -> None:
    held.reading, held.due, held.state = to_data(read), read.requirements.due_date, State.OPEN
    held.open_questions = len(questions_of(read))
    held.refusal_ja, held.refusal_en = "", ""
    _take_back(held)
    _save(held)


def _take_back(held: Inquiry) -> None:
    held.chosen, held.chosen_of, held.chosen_why = "", None, ""
    _take_back_offer(held)


def _take_back_offer(held: Inquiry) -> None:
    held.offered_jpy, held.offered_finish, held.offered_at = None, None, None


def _chosen_team(held: Inquiry) -> dict[str, Any]:
    assert held.chosen_of is not None
    teams: dict[str, dict[str, Any]] = {team["name"]: team for team in held.chosen_of.data["teams"]}
    return teams[held.chosen]


def _reading_of(held: Inquiry) -> ReadInquiry:
    assert held.reading is not None, "whatever is changeable was read"
    return of_data(held.reading)


def _without_question(read: ReadInquiry, field: str, part: str) -> ReadInquiry:
    kept = tuple(one for one in read.questions if one.field != field or (part and one.part != part))
    return replace(read, questions=kept)


def _part_name(read: ReadInquiry, part: str) -> str:
    return next((one.name for one in read.parts if one.id == part), "")


def _search(inquiry: Inquiry) -> str:
    return folded(" ".join((inquiry.number, inquiry.title, inquiry.asked_by)))
