"""Reading assessments: lists, one of them as the viewer may see it, and whether its seal holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kumihimo.model import AssessmentStatus
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.assessments import rules, storage
from kumihimo_web.assessments.criteria import SCORES, CriteriaSet, Criterion, Wording, criteria_sets
from kumihimo_web.assessments.mapping import scores_of
from kumihimo_web.assessments.models import Dispute, Evidence, Interest, Mark, Sheet, Signature, State
from kumihimo_web.assessments.sealing import broken_parts, content_of
from kumihimo_web.audit.queries import lines as audit_lines
from kumihimo_web.design.attention import Attention, Urgency
from kumihimo_web.design.language import aside
from kumihimo_web.firms import queries as firms

RENEWAL_DAYS = 90
"""An assessment that ends within so many days is due for renewal."""


def sheet(ref: str) -> Sheet | None:
    """Return an assessment that the scope may see."""
    found: Sheet | None = _sheets().filter(ref=ref).first()
    return found


def listing(state: str = "", firm: str = "") -> QuerySet[Sheet]:
    """Return the assessments that the scope may see, of a state and of a firm where these are given."""
    found = _sheets()
    if state in State.values:
        found = found.filter(_in_state(State(state), timezone.localdate()))
    return found.filter(firm=firm) if firm else found


def own(state: State) -> list[Sheet]:
    """Return the assessments of a state of the scope's office, or about the scope's firm; drafts of one's own."""
    scope = current_scope()
    found = listing(state)
    found = found.filter(firm=scope.firm) if scope.firm else found.filter(organisation=scope.organisation)
    if state == State.DRAFT:
        found = found.filter(user=scope.user)
    return list(found)


def renewals(today: date) -> list[Sheet]:
    """Return the public assessments of the scope's office that end soon or have ended, and have no successor."""
    scope = current_scope()
    found = _sheets().filter(
        assessment__is_public=True, withdrawn_on__isnull=True, expires_on__lte=today + timedelta(days=RENEWAL_DAYS)
    )
    if not scope.is_coordinator:
        found = found.filter(organisation=scope.organisation)
    return list(found.exclude(ref__in=Sheet.objects.exclude(previous="").values("previous")).order_by("expires_on"))


def due(today: date) -> tuple[list[Sheet], list[Sheet]]:
    """Return (those that nobody replied to in time, those whose validity has ended)."""
    shared = _sheets().filter(_in_state(State.SHARED, today), reply_until__lt=today)
    ended = _sheets().filter(assessment__status=AssessmentStatus.PUBLISHED, expires_on__lt=today)
    return list(shared), list(ended)


def latest_of(firm: str, capability: str) -> Sheet | None:
    """Return the last signed assessment of a capability row, or of a whole firm, that was not taken back."""
    rows = _sheets().filter(firm=firm, capability=capability, assessment__isnull=False, withdrawn_on__isnull=True)
    found: Sheet | None = rows.first()
    return found


def imported_of(firm: str) -> list[firms.Entry]:
    """Return the assessments of a firm that came with an import: nobody has signed them here."""
    rows = Sheet._base_manager.filter(network_id=current_scope().network, firm=firm)
    own_rows = set(rows.values_list("ref", flat=True))
    return [entry for entry in firms.entries("assessments", firm) if entry.row.ref not in own_rows]


def why_not_assess(firm: str) -> str:
    """Return why the scope may not assess a firm, empty when it may."""
    row = firms.row("firms", firm)
    if row is None:
        return _("この企業は見つかりません。企業の一覧から選び直してください。")
    scope = current_scope()
    interests = Interest.objects.filter(organisation_id=scope.organisation, ended_on__isnull=True)
    ties = [
        rules.Tie(firm=firms.noun(tied), reason=one.reason)
        for one in interests
        if (tied := firms.row("firms", one.firm)) is not None
    ]
    return rules.why_not_assess(scope, firms.noun(row), ties)


def interests() -> QuerySet[Interest]:
    """Return the interests that hold and that the scope may see."""
    found: QuerySet[Interest] = Interest.objects.filter(ended_on__isnull=True)
    return found.select_related("organisation")


# One assessment


def criteria_of(found: Sheet) -> CriteriaSet:
    """Return the criteria that an assessment was made with."""
    return criteria_sets()[found.criteria_version]


def marks(found: Sheet) -> list[Mark]:
    """Return the marks of an assessment in the order of its criteria; none where only scores are shown."""
    known = {mark.item: mark for mark in Mark.objects.filter(sheet=found)}
    return [known[one.id] for one in criteria_of(found).criteria if one.id in known]


def files(found: Sheet) -> list[Evidence]:
    """Return the files of an assessment; none for those who may not see them."""
    return list(Evidence.objects.filter(sheet=found))


def evidence(ref: str, pk: int) -> Evidence | None:
    """Return a file of an assessment, None where the scope may not see it."""
    found: Evidence | None = Evidence.objects.filter(sheet__ref=ref, pk=pk).first()
    return found


def disputes(found: Sheet) -> list[Dispute]:
    """Return the disputes about an assessment, the earliest first."""
    return list(Dispute.objects.filter(sheet=found))


def signature(found: Sheet) -> Signature | None:
    """Return who signed it; the seal itself may be seen by everybody who sees the assessment."""
    made: Signature | None = Signature._base_manager.filter(sheet=found).first()
    return made


def to_sign(found: Sheet) -> str:
    """Return what is signed when a draft is signed as it stands."""
    claims = firms.claims(found.capability) if found.capability else None
    return content_of(found, marks(found), files(found), claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One criterion of an assessment, as it is shown.

    Attributes
    ----------
    score
        None where nobody knows.
    before
        Score of the assessment before; None where there was none.
    mark
        None for those who see the score only.
    """

    criterion: Criterion
    score: int | None
    before: int | None
    mark: Mark | None
    files: tuple[Evidence, ...]

    @property
    def anchor(self) -> Wording | None:
        """What the score looks like."""
        return None if self.score is None else self.criterion.anchors[self.score]

    @property
    def difference(self) -> int | None:
        """Difference to the assessment before; None where one of the two is unknown."""
        return None if self.score is None or self.before is None else self.score - self.before

    @property
    def scale(self) -> list[tuple[int, Wording, bool]]:
        """(score, what it looks like, whether it is the one)."""
        return [(score, self.criterion.anchors[score], score == self.score) for score in SCORES]


def lines(found: Sheet) -> list[Line]:
    """Return the criteria of an assessment with scores, and notes and files for those who may see them."""
    known = {mark.item: mark for mark in marks(found)}
    attached = files(found)
    published = {} if found.assessment is None else scores_of(firms.noun(found.assessment))
    before = _scores_before(found)
    return [
        Line(
            criterion=one,
            score=known[one.id].score if one.id in known else published.get(one.id),
            before=before.get(one.id),
            mark=known.get(one.id),
            files=tuple(file for file in attached if file.item == one.id),
        )
        for one in criteria_of(found).criteria
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that is missing before a draft can be signed.

    Attributes
    ----------
    anchor
        Id of the place on the page where it is entered.
    """

    label: Any
    anchor: str


def missing(found: Sheet) -> list[Missing]:
    """Return what is missing before a draft can be signed."""
    wanted = []
    if found.method is None:
        wanted.append(Missing(label=_("評価方法"), anchor="head"))
    if found.capability and found.confirms is None:
        wanted.append(Missing(label=_("登録内容の確認"), anchor="head"))
    if not found.finding:
        wanted.append(Missing(label=_("所見"), anchor="head"))
    answers = marks(found)
    for mark in answers:
        if not mark.is_answered:
            criterion = criteria_of(found).criterion(mark.item)
            label = criterion.label if criterion else mark.item
            wanted.append(
                Missing(
                    label=_("%(item)s: 確認できなかった理由") % {"item": label} if mark.is_unchecked else label,
                    anchor=f"c-{mark.item}",
                )
            )
    if answers and all(mark.is_unchecked for mark in answers):
        wanted.append(Missing(label=_("少なくとも 1 項目の得点"), anchor=f"c-{answers[0].item}"))
    return wanted


def broken(found: Sheet, *, with_files: bool) -> list[str]:
    """Return what is no longer as it was signed, in words.

    Parameters
    ----------
    with_files
        Also read every file and compare its bytes.
    """
    # A seal is checked against everything that was signed, whatever the viewer may see of it.
    with scoped(system_scope(current_scope().network)):
        signed = signature(found)
        if signed is None or found.assessment is None:
            return []
        attached = files(found)
        noun = firms.noun(found.assessment)
        told = broken_parts(signed.content, signed.sha256, found, marks(found), attached, noun)
        record = audit_lines(kind="sheet", row=str(found.pk), verb="sheet.signed").first()
        if record is None or record.values_after.get("sha256") != signed.sha256:
            told.append(_("署名のハッシュが、監査ログに残るものと違います。"))
        if with_files:
            told += [
                _("根拠ファイル「%(name)s」が、なくなったか書き換えられています。") % {"name": file.name}
                for file in attached
                if not storage.is_whole(file.sha256)
            ]
    return told


def capability_label(found: Sheet) -> str:
    """Return what an assessment is about: a capability row in words, or the whole firm."""
    return capability_labels(found.firm).get(found.capability, found.capability) or _("企業全体")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an assessment means for the capability row, in words.

    Attributes
    ----------
    is_unconfirmed
        The row was not found to be as it says, and stays without proof.
    """

    words: str
    is_unconfirmed: bool = False


def effect(found: Sheet, today: date) -> Effect | None:
    """Return what an assessment means for its row; None where its end has been told, or nothing is said yet."""
    state = found.state_on(today)
    if state in (State.EXPIRED, State.WITHDRAWN):
        return None
    if not found.capability:
        return Effect(words=_("企業全体の評価です。個々の能力の根拠の水準は変わりません。"))
    if found.confirms is None:
        return None
    names = {"row": capability_label(found), "level": found.get_method_display()}
    if not found.confirms:
        words = _(
            "登録と違ったため、能力「%(row)s」は未確認のままです。この評価を公開しても、根拠の水準は上がりません。"
            "企業が登録を直してから、改めて評価を受けてください。"
        )
        return Effect(words=words % names, is_unconfirmed=True)
    if found.published_on is None:
        return Effect(words=_("公開されると、能力「%(row)s」の根拠の水準が「%(level)s」になります。") % names)
    if found.evidence_before is not None:
        return Effect(words=_("公開により、能力「%(row)s」の根拠の水準が「%(level)s」になりました。") % names)
    words = _(
        "能力「%(row)s」の根拠の水準は、この評価では変わっていません。"
        "署名のあとで登録が変わったか、同じかより確かな根拠がすでにあります。"
    )
    return Effect(words=words % names)


def capability_labels(firm: str) -> dict[str, str]:
    """Return the capability rows of a firm in words, by id."""
    return {entry.row.ref: _in_words(entry) for entry in firms.entries("capabilities", firm)}


def _in_words(entry: firms.Entry) -> str:
    known = {value.column.name: value.text for value in entry.values if value.text}
    parts = [known.get("process"), known.get("material_family")]
    if "it_best" in known:
        parts.append(f"IT{known['it_best']}")
    elif "tol_best_mm" in known:
        parts.append(_("公差幅 %(width)s") % {"width": known["tol_best_mm"]})
    return f"{' / '.join(part for part in parts if part)}{aside(entry.row.ref)}"


def history(found: Sheet) -> list[Any]:
    """Return the audit lines of an assessment that the scope may see, without every single mark, the latest first."""
    return list(audit_lines(kind="sheet", row=str(found.pk)).exclude(verb="sheet.marked")[:40])


def attention() -> list[Attention]:
    """Return what needs the coordinator in the assessments."""
    today = timezone.localdate()
    found = []
    disputed = listing(State.DISPUTED).count()
    if disputed:
        found.append(
            Attention(
                urgency=Urgency.TODAY,
                title=ngettext("評価への異議 %(n)d件", "評価への異議 %(n)d件", disputed) % {"n": disputed},
                detail=_(
                    "企業が評価に異議を申し立てています。言い分と根拠を読み、維持するかやり直すかを決めてください。"
                ),
                action=_("異議を見る"),
                url=f"{reverse('assessments')}?state={State.DISPUTED}",
                icon="assess",
            )
        )
    published, expired = due(today)
    if published or expired:
        number = len(published) + len(expired)
        found.append(
            Attention(
                urgency=Urgency.TODAY,
                title=ngettext("期日の来た評価 %(n)d件", "期日の来た評価 %(n)d件", number) % {"n": number},
                detail=_("意見の期限が過ぎた評価の公開と、有効期限が切れた評価の処理を待っています。"),
                action=_("評価の一覧で処理する"),
                url=reverse("assessments"),
                icon="assess",
            )
        )
    ending = len(renewals(today))
    if ending:
        found.append(
            Attention(
                urgency=Urgency.WEEK,
                title=ngettext("更新時期の評価 %(n)d件", "更新時期の評価 %(n)d件", ending) % {"n": ending},
                detail=_(
                    "有効期限が近いか、切れています。切れると、能力の根拠の水準が下がります。評価機関に頼んでください。"
                ),
                action=_("評価の一覧を見る"),
                url=f"{reverse('assessments')}#renewals",
                icon="assess",
            )
        )
    return found


def _sheets() -> QuerySet[Sheet]:
    found: QuerySet[Sheet] = Sheet.objects.select_related("assessment", "organisation")
    return found


def _in_state(state: State, today: date) -> Q:
    """Return the condition for a state on a day; the same as `Sheet.state_on`."""
    alive = Q(withdrawn_on__isnull=True)
    match state:
        case State.WITHDRAWN:
            return Q(withdrawn_on__isnull=False)
        case State.DRAFT:
            return Q(assessment__isnull=True)
        case State.PUBLISHED:
            return alive & Q(assessment__status=AssessmentStatus.PUBLISHED, expires_on__gte=today)
        case State.EXPIRED:
            ended = Q(assessment__status=AssessmentStatus.PUBLISHED, expires_on__lt=today)
            return alive & (ended | Q(assessment__status=AssessmentStatus.EXPIRED))
    return alive & Q(assessment__status=state.value)


def _scores_before(found: Sheet) -> dict[str, int]:
    before = sheet(found.previous) if found.previous else None
    return {} if before is None or before.assessment is None else scores_of(firms.noun(before.assessment))
