"""Writes of assessments: each in one transaction, with its audit line. What is signed is never written again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import PurePath
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kumihimo.model import Assessment, AssessmentStatus
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.assessments import proof, queries, storage
from kumihimo_web.assessments.criteria import latest
from kumihimo_web.assessments.mapping import noun_of
from kumihimo_web.assessments.models import Dispute, Evidence, Interest, Mark, Resolution, Sheet, Signature, State
from kumihimo_web.assessments.photograph import clean
from kumihimo_web.assessments.rules import is_assessed, writes
from kumihimo_web.assessments.sealing import seal_of
from kumihimo_web.audit.services import record
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.firms import queries as firms
from kumihimo_web.firms.services import put_assessment

REPLY_DAYS = 14
"""Days in which a firm can reply before its assessment is published."""
VALID_MONTHS = 24
MOST_FILES = 12
"""Files a criterion."""
DUE = "assessments.due"
"""Kind of the job that settles what is due; `tasks` does it."""
HEAD = ("method", "confirms", "assessed_on", "expires_on", "finding")


class Refused(Exception):
    """It may not be done, or not yet; the message is for the reader."""


class Incomplete(Exception):
    """Something is missing before it can be signed.

    Attributes
    ----------
    missing
        What, as in `queries.missing`.
    """

    def __init__(self, missing: list[queries.Missing]) -> None:
        super().__init__(", ".join(str(one.label) for one in missing))
        self.missing = missing


# The draft


@transaction.atomic
def begin(firm: str, capability: str = "", *, is_neutral: bool, today: date) -> Sheet:
    """Begin an assessment of a capability row, or of a whole firm; an own draft of the same is returned instead.

    Parameters
    ----------
    is_neutral
        Whether the assessor declared to have no interest in the firm.

    Raises
    ------
    Refused
        The scope may not assess this firm, or did not declare to be neutral.
    """
    scope = current_scope()
    _guard_assessing(firm)
    if not is_neutral:
        raise Refused(_("利害関係がないことを確かめて、印を付けてください。"))
    if capability and (row := firms.row("capabilities", capability)) and row.firm != firm:
        raise PermissionDenied("a capability of another firm")
    lock_network(scope.network)
    own = Sheet.objects.filter(firm=firm, capability=capability, organisation_id=scope.organisation)
    draft: Sheet | None = own.filter(assessment__isnull=True, user=scope.user).first()
    if draft is not None:
        return draft
    before = queries.latest_of(firm, capability)
    made: Sheet = Sheet.objects.create(
        ref=_next_ref(),
        firm=firm,
        capability=capability,
        organisation_id=scope.organisation,
        person=scope.actor,
        user=scope.user,
        criteria_version=latest().version,
        previous=before.ref if before is not None else "",
        declared_on=today,
        assessed_on=today,
        expires_on=end_of_validity(today),
    )
    for criterion in latest().criteria:
        Mark.objects.create(sheet=made, item=criterion.id)
    record("sheet.begun", made, after={"firm": firm, "capability": capability})
    return made


@transaction.atomic
def save_head(ref: str, values: Mapping[str, Any], *, version: int) -> Sheet:
    """Change what a draft says as a whole (`HEAD`).

    Raises
    ------
    SomebodyWasFaster
        Somebody else has saved in the meantime.
    """
    held = _own_draft(ref)
    if held.version != version:
        raise SomebodyWasFaster(held)
    before = {key: getattr(held, key) for key in HEAD}
    for key in HEAD:
        setattr(held, key, values[key])
    held.version += 1
    held.save()
    changed = [key for key in HEAD if before[key] != values[key]]
    record("sheet.changed", held, after={key: _text(values[key]) for key in changed}, note=held.ref)
    return held


@transaction.atomic
def mark(ref: str, item: str, *, score: int | None, is_unchecked: bool, note: str, version: int) -> Mark:
    """Mark one criterion of a draft.

    Raises
    ------
    SomebodyWasFaster
        Somebody else has marked it in the meantime.
    """
    held = _own_draft(ref)
    one: Mark = Mark.objects.select_for_update().get(sheet=held, item=item)
    if one.version != version:
        raise SomebodyWasFaster(one)
    one.score, one.is_unchecked, one.note = (None if is_unchecked else score), is_unchecked, note
    one.version += 1
    one.save()
    record("sheet.marked", held, after={"item": item, "score": one.score, "note": note}, note=held.ref)
    return one


@transaction.atomic
def attach(ref: str, item: str, name: str, data: bytes) -> Evidence:
    """Add a file to a criterion of a draft; of a picture only the picture is kept.

    Raises
    ------
    BadFile
        It is no picture and no PDF, is damaged, or too large.
    Refused
        There are enough files.
    """
    held = _own_draft(ref)
    if queries.criteria_of(held).criterion(item) is None:
        raise PermissionDenied(f"no criterion {item}")
    files = Evidence.objects.filter(sheet=held, item=item)
    if files.count() >= MOST_FILES:
        raise Refused(
            _("1 項目に付けられるファイルは %(n)d 個までです。要らないものを消してください。") % {"n": MOST_FILES}
        )
    cleaned = clean(data)
    sha256 = storage.keep(cleaned.content)
    known: Evidence | None = files.filter(sha256=sha256).first()
    if known is not None:
        return known
    made: Evidence = Evidence.objects.create(
        sheet=held,
        item=item,
        name=_file_name(name, cleaned.extension),
        sha256=sha256,
        content_type=cleaned.content_type,
        size=len(cleaned.content),
    )
    record("sheet.attached", held, after={"item": item, "file": made.name, "sha256": sha256}, note=held.ref)
    return made


@transaction.atomic
def detach(ref: str, pk: int) -> None:
    """Take a file off a draft; its bytes are deleted when nothing else rests on them."""
    held = _own_draft(ref)
    file: Evidence | None = Evidence.objects.filter(sheet=held, pk=pk).first()
    if file is None:
        return
    record("sheet.detached", held, before={"item": file.item, "file": file.name}, note=held.ref)
    file.delete()
    _forget_unused([file.sha256])


@transaction.atomic
def discard(ref: str) -> None:
    """Throw a draft away, with its files."""
    held = _own_draft(ref)
    hashes = list(Evidence.objects.filter(sheet=held).values_list("sha256", flat=True))
    record("sheet.discarded", held, before={"firm": held.firm, "capability": held.capability}, note=held.ref)
    held.delete()
    _forget_unused(hashes)


@transaction.atomic
def sign(ref: str, *, seal: str, today: date, reply_days: int = REPLY_DAYS) -> Sheet:
    """Sign a draft and share it with the firm. The view has made sure who is there.

    Parameters
    ----------
    seal
        The SHA-256 that the signer was shown (`queries.to_sign`).

    Raises
    ------
    Incomplete
        Something is missing.
    SomebodyWasFaster
        What would be signed is not what was shown.
    """
    held = _own_draft(ref)
    missing = queries.missing(held)
    if missing:
        raise Incomplete(missing)
    marks, files = queries.marks(held), queries.files(held)
    content = queries.to_sign(held)
    if seal_of(content) != seal:
        raise SomebodyWasFaster(held)
    scope = current_scope()
    held.assessment = put_assessment(noun_of(held, marks, files), version=0, is_public=False)  # type: ignore[assignment]
    held.reply_until = today + timedelta(days=reply_days)
    held.save(update_fields=["assessment", "reply_until"])
    Signature.objects.create(
        sheet=held, content=content, sha256=seal, user=scope.user, name=scope.actor, at=timezone.now()
    )
    after = {"sha256": seal, "reply_until": held.reply_until.isoformat()}
    record("sheet.signed", held, firm=held.firm, after=after, note=held.ref)
    return held


# What happens to a signed one


@transaction.atomic
def reply(ref: str, text: str, *, version: int, today: date) -> Sheet:
    """Take down what the firm says, empty for no objection; with that the assessment is published.

    Raises
    ------
    Refused
        It is not the time for it any more.
    """
    held = _held(ref)
    if not is_assessed(current_scope(), held):
        raise PermissionDenied("only the firm itself replies")
    if held.state_on(today) != State.SHARED:
        raise Refused(_("この評価はもう本人確認中ではありません。今の状態を確かめてください。"))
    noun = replace(_noun(held), reply=text, replied_on=today)
    return _publish(held, noun, version=version, today=today)


@transaction.atomic
def publish(ref: str, *, version: int, today: date) -> Sheet:
    """Publish an assessment whose time for a reply is over.

    Raises
    ------
    Refused
        The firm still has time, or it is not waiting for a reply.
    """
    held = _held(ref)
    scope = current_scope()
    if not (scope.is_coordinator or writes(scope, held)):
        raise PermissionDenied("only the assessor's office and coordinators publish")
    if held.state_on(today) != State.SHARED:
        raise Refused(_("この評価はもう本人確認中ではありません。今の状態を確かめてください。"))
    assert held.reply_until is not None
    if today <= held.reply_until:
        raise Refused(_("企業が意見を出せる期間がまだ続いています。期限の翌日から公開できます。"))
    return _publish(held, _noun(held), version=version, today=today)


@transaction.atomic
def dispute(ref: str, reason: str, *, version: int, today: date) -> Sheet:
    """Take down that the firm does not agree. What is not published yet waits until it is resolved."""
    held = _held(ref)
    scope = current_scope()
    if not is_assessed(scope, held):
        raise PermissionDenied("only the firm itself disputes")
    if held.state_on(today) not in (State.SHARED, State.PUBLISHED):
        raise Refused(_("異議を申し立てられるのは、本人確認中か公開中の評価だけです。"))
    _put(held, AssessmentStatus.DISPUTED, version=version, is_public=held.published_on is not None, note=reason)
    Dispute.objects.create(sheet=held, reason=reason, actor=scope.actor, at=timezone.now())
    record("sheet.disputed", held, firm=held.firm, note=reason)
    return held


@transaction.atomic
def resolve(ref: str, resolution: Resolution, answer: str, *, version: int, today: date) -> Sheet:
    """End a dispute: the assessment holds and is published, or is taken back and made anew."""
    held = _held(ref)
    scope = current_scope()
    if not scope.is_coordinator:
        raise PermissionDenied("only coordinators resolve disputes")
    open_one: Dispute | None = Dispute.objects.select_for_update().filter(sheet=held, resolution="").first()
    if open_one is None:
        raise Refused(_("この評価には、答えを待つ異議がありません。"))
    open_one.resolution, open_one.answer = resolution, answer
    open_one.resolved_by, open_one.resolved_at = scope.actor, timezone.now()
    open_one.save()
    record("sheet.resolved", held, firm=held.firm, after={"resolution": str(resolution)}, note=answer)
    if resolution == Resolution.RENEWED:
        return _end(held, answer, version=version, today=today)
    return _publish(held, _noun(held), version=version, today=today)


@transaction.atomic
def withdraw(ref: str, reason: str, *, version: int, today: date) -> Sheet:
    """Take a signed assessment back that its office found wrong; those concerned can still read it."""
    held = _held(ref)
    if not writes(current_scope(), held):
        raise PermissionDenied("only the assessor's office takes an assessment back")
    if held.state_on(today) not in (State.SHARED, State.PUBLISHED):
        raise Refused(_("取り下げられるのは、本人確認中か公開中の評価だけです。"))
    record("sheet.withdrawn", held, firm=held.firm, note=reason)
    return _end(held, reason, version=version, today=today)


@transaction.atomic
def settle(today: date) -> dict[str, int]:
    """Publish what nobody replied to in time, and end what is no longer valid; return how many of each."""
    if not current_scope().is_coordinator:
        raise PermissionDenied("only coordinators and the system settle what is due")
    published, expired = queries.due(today)
    for sheet in published:
        _publish(_held(sheet.ref), _noun(sheet), version=_version(sheet), today=today)
    for sheet in expired:
        held = _held(sheet.ref)
        _put(held, AssessmentStatus.EXPIRED, version=_version(sheet), is_public=True)
        proof.lower(held, today)
        record("sheet.expired", held, firm=held.firm, note=held.ref)
    return {"published": len(published), "expired": len(expired)}


# Interests


@transaction.atomic
def declare_interest(organisation: int, firm: str, reason: str, *, today: date) -> Interest:
    """Take down that an assessor's office has an interest in a firm; it may not assess it from now on."""
    scope = current_scope()
    if not (scope.is_coordinator or organisation == scope.organisation):
        raise PermissionDenied("an interest of another office")
    known: Interest | None = Interest.objects.filter(
        organisation_id=organisation, firm=firm, ended_on__isnull=True
    ).first()
    if known is not None:
        return known
    made: Interest = Interest.objects.create(
        organisation_id=organisation, firm=firm, reason=reason, actor=scope.actor, declared_on=today
    )
    record("interest.added", made, after={"firm": firm, "organisation": made.organisation.name}, note=reason)
    return made


@transaction.atomic
def end_interest(pk: int, *, today: date) -> None:
    """Take down that an interest is over; only a coordinator can say so."""
    if not current_scope().is_coordinator:
        raise PermissionDenied("only coordinators end an interest")
    held: Interest = Interest.objects.select_for_update().get(pk=pk)
    if held.ended_on is None:
        held.ended_on = today
        held.save(update_fields=["ended_on"])
        record("interest.removed", held, before={"firm": held.firm, "organisation": held.organisation.name})


def end_of_validity(day: date) -> date:
    """Return the day until which an assessment of a day is valid, unless the assessor says otherwise."""
    years, month = divmod(day.month - 1 + VALID_MONTHS, 12)
    return date(day.year + years, month + 1, min(day.day, 28))


def _guard_assessing(firm: str) -> None:
    reason = queries.why_not_assess(firm)
    if reason:
        raise Refused(reason)


def _own_draft(ref: str) -> Sheet:
    held: Sheet = Sheet.objects.select_for_update(of=("self",)).select_related("organisation").get(ref=ref)
    if not (writes(current_scope(), held) and held.user == current_scope().user):
        raise PermissionDenied("the draft of somebody else")
    if not held.is_draft:
        raise Refused(_("署名された評価は書き換えられません。直すときは取り下げて、新しい評価を作ってください。"))
    _guard_assessing(held.firm)
    return held


def _held(ref: str) -> Sheet:
    rows = Sheet.objects.select_for_update(of=("self",)).select_related("organisation", "assessment")
    held: Sheet = rows.get(ref=ref)
    if held.is_draft:
        raise PermissionDenied("it has not been signed")
    return held


def _noun(held: Sheet) -> Assessment:
    assert held.assessment is not None
    noun: Assessment = firms.noun(held.assessment)
    return noun


def _version(held: Sheet) -> int:
    assert held.assessment is not None
    return held.assessment.version


def _publish(held: Sheet, noun: Assessment, *, version: int, today: date) -> Sheet:
    _put(held, AssessmentStatus.PUBLISHED, version=version, is_public=True, noun=noun)
    held.published_on = held.published_on or today
    held.save(update_fields=["published_on"])
    proof.lift(held)
    record("sheet.published", held, firm=held.firm, after={"published_on": today.isoformat()}, note=held.ref)
    return held


def _end(held: Sheet, reason: str, *, version: int, today: date) -> Sheet:
    _put(held, AssessmentStatus.EXPIRED, version=version, is_public=False, note=reason)
    held.withdrawn_on, held.withdrawn_why = today, reason
    held.save(update_fields=["withdrawn_on", "withdrawn_why"])
    proof.lower(held, today)
    return held


def _put(
    held: Sheet,
    status: AssessmentStatus,
    *,
    version: int,
    is_public: bool,
    noun: Assessment | None = None,
    note: str = "",
) -> None:
    changed = replace(noun or _noun(held), status=status)
    try:
        held.assessment = put_assessment(changed, version=version, is_public=is_public, note=note)  # type: ignore[assignment]
    except SomebodyWasFaster as late:
        raise SomebodyWasFaster(held) from late


def _next_ref() -> str:
    last = Sheet._base_manager.filter(network_id=current_scope().network).order_by("-ref").first()
    return f"A-{(int(last.ref[2:]) if last is not None else 0) + 1:06d}"


def _file_name(name: str, extension: str) -> str:
    """Return the name of a file without folders, control characters and what separates in the noun."""
    stem = PurePath(name.replace("\\", "/")).name.rpartition(".")[0] or "file"
    kept = "".join(letter for letter in stem if letter.isprintable() and letter not in ":、,;/\"'<>")
    return f"{kept[:80].strip() or 'file'}.{extension}"


def _forget_unused(hashes: Iterable[str]) -> None:
    """Delete bytes that no sheet of any network rests on, once the transaction is over."""
    unused = [sha256 for sha256 in hashes if not Evidence._base_manager.filter(sha256=sha256).exists()]

    def forget() -> None:
        for sha256 in unused:
            storage.forget(sha256)

    transaction.on_commit(forget)


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
