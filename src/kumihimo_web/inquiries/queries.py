"""Reading inquiries: the list, one inquiry, the teams proposed for it, who was asked and what they said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kumihimo_web.accounts.queries import organisations, own_network
from kumihimo_web.accounts.roles import OrganisationKind
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.design.attention import Attention, Urgency
from kumihimo_web.firms.mapping import folded
from kumihimo_web.firms.queries import search as firms_that
from kumihimo_web.inquiries import amend
from kumihimo_web.inquiries.mapping import of_data
from kumihimo_web.inquiries.models import Broadcast, Hand, Inquiry, Proposal, Source
from kumihimo_web.inquiries.reading import Reading, reading_of
from kumihimo_web.inquiries.state import CHANGEABLE, Answer, State
from kumihimo_web.inquiries.wording import label

_MOST_OTHERS = 60
"""Firms that do the process, but were neither ranked nor near; more than that nobody reads."""


def search(*, words: str = "", state: str = "") -> QuerySet[Inquiry]:
    """Return the inquiries that fit, the latest first; what was read is left in the database."""
    found: QuerySet[Inquiry] = Inquiry.objects.select_related("buyer").defer("reading", "answers")
    for word in folded(words).split():
        found = found.filter(search__contains=word)
    if state == "current":
        found = found.exclude(state__in=(State.BOOKED, State.WITHDRAWN))
    elif state in State.values:
        found = found.filter(state=state)
    raised = Count("broadcasts__hands", Q(broadcasts__hands__answer__in=(Answer.RAISED, Answer.CONDITION)))
    # Twice outer: it stands within the question about the proposal.
    latest = Proposal.objects.filter(inquiry=OuterRef(OuterRef("pk"))).order_by("-pk").values("pk")[:1]
    no_team = Q(state=State.PROPOSED) & Exists(Proposal.objects.filter(pk=Subquery(latest), orders={}))
    return found.annotate(raised=raised, has_no_team=no_team).order_by("-serial")


def inquiry(number: str) -> Inquiry | None:
    """Return an inquiry that the scope may see."""
    found: Inquiry | None = (
        Inquiry.objects.select_related("buyer", "chosen_of").defer("chosen_of__pdf").filter(number=number).first()
    )
    return found


def inquiry_of(pk: int) -> Inquiry | None:
    """Return an inquiry by its key."""
    found: Inquiry | None = Inquiry.objects.filter(pk=pk).first()
    return found


def source(pk: int) -> Source | None:
    """Return a file that the scope may see, with its bytes."""
    found: Source | None = Source.objects.select_related("inquiry").filter(pk=pk).first()
    return found


def sources(found: Inquiry) -> QuerySet[Source]:
    """Return the files of an inquiry without their bytes, the latest first."""
    rows: QuerySet[Source] = Source.objects.filter(inquiry=found).defer("data").order_by("-pk")
    return rows


def drawings(number: str) -> list[Source]:
    """Return the files of an inquiry that are drawings or models, the latest first, without their bytes."""
    rows = Source.objects.filter(inquiry__number=number, kind__in=("dxf", "step"))
    return list(rows.defer("data").order_by("-pk"))


def drawing_number(number: str) -> str:
    """Return the number of the drawing that an inquiry names; empty where it names none, or several."""
    found = inquiry(number)
    if found is None or found.reading is None:
        return ""
    told = {str(one.value) for one in of_data(found.reading).context if one.field == "drawing_number"}
    return told.pop() if len(told) == 1 else ""


def reading(found: Inquiry) -> Reading | None:
    """Return what was read of an inquiry, None before."""
    return None if found.reading is None else reading_of(of_data(found.reading))


def not_taken(number: str, field: str, words: str) -> str:
    """Return in the language of the page what of the words typed for a field was not kept; empty when all was."""
    found = inquiry(number)
    if found is None or found.reading is None or not words:
        return ""
    left = amend.not_taken(of_data(found.reading), field, words)
    return _("、").join(_("「%(words)s」（%(field)s）") % {"words": text, "field": label(name)} for name, text in left)


def buyers() -> list[tuple[int, str]]:
    """Return the buyers of the network that can be chosen."""
    return [(one.pk, one.name) for one in organisations(OrganisationKind.BUYER)]


# Teams


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """A proposal as it is shown to coordinators.

    A step's price is an estimate that the library builds from rates and rules of thumb; coordinators see it, since
    without it no teams can be compared. The registered hourly rate, set-up and minimum price behind it are the firm's
    own (`Visibility.OWN`): they stand in no proposal, so that nothing here has to be hidden.

    Attributes
    ----------
    is_old
        The inquiry was changed afterwards.
    is_network_newer
        Firms were changed afterwards.
    """

    proposal: Proposal
    is_old: bool
    is_network_newer: bool

    @property
    def data(self) -> dict[str, Any]:
        """The proposal as JSON."""
        found: dict[str, Any] = self.proposal.data
        return found


def latest_proposal(found: Inquiry) -> Proposal | None:
    """Return the proposal that counts: the one that was chosen from, else the latest."""
    if found.chosen_of is not None:
        return found.chosen_of
    rows: QuerySet[Proposal] = Proposal.objects.filter(inquiry=found).defer("pdf")
    return rows.first()


def has_paper(found: Proposal) -> bool:
    """Return whether a proposal was set on paper."""
    return Proposal.objects.filter(pk=found.pk, pdf__isnull=False).exists()


def steps_proposed(found: Inquiry) -> list[dict[str, Any]]:
    """Return the steps of the proposal that counts; none before there is one."""
    proposal = latest_proposal(found)
    return [] if proposal is None else list(proposal.data["steps"])


def proposal_of(pk: int) -> Proposal | None:
    """Return a proposal by its key."""
    found: Proposal | None = Proposal.objects.select_related("inquiry").filter(pk=pk).first()
    return found


def teams(found: Inquiry) -> Teams | None:
    """Return the proposal of an inquiry as it is shown; None before there is one."""
    proposal = latest_proposal(found)
    if proposal is None:
        return None
    return Teams(
        proposal=proposal,
        is_old=found.state == State.OPEN,
        is_network_newer=proposal.network_revision != own_network().revision,
    )


def work_order(number: str, team: str) -> dict[str, Any]:
    """Return the work order of a team as JSON: what `plans` books.

    Raises
    ------
    KeyError
        There is no such inquiry, or it was proposed no such team.
    """
    found = inquiry(number)
    proposal = None if found is None else latest_proposal(found)
    if found is None or proposal is None:
        raise KeyError(number)
    order: dict[str, Any] = proposal.orders[team]
    return {**order, "id": found.number, "title": found.title, "buyer": found.asked_by}


def booked_as(order_id: str) -> str:
    """Return the number of the inquiry that stands in the plan as an order; empty where the scope may see none."""
    found: str | None = Inquiry.objects.filter(booked_as=order_id).values_list("number", flat=True).first()
    return found or ""


# Broadcasts and hands


@dataclass(frozen=True, slots=True, kw_only=True)
class Askable:
    """A firm that can be asked for a step.

    Attributes
    ----------
    kind
        ``candidate``, ``near`` or ``other``: fits, misses something named, only does the process.
    gap_ja, gap_en
        What it misses.
    was_asked
        It was asked for this step already.
    times_asked, times_answered
        How often it was asked for anything, and said something: a shop that never answers has no room for more.
    """

    firm: str
    name: str
    place_ja: str
    place_en: str
    kind: str
    gap_ja: str = ""
    gap_en: str = ""
    was_asked: bool = False
    times_asked: int = 0
    times_answered: int = 0


def step_of(proposal: Proposal, step: str) -> dict[str, Any] | None:
    """Return a step of a proposal."""
    return next((one for one in proposal.data["steps"] if one["id"] == step), None)


def askable(proposal: Proposal, step: str) -> list[Askable]:
    """Return whom one can ask for a step, the most promising first: who fits, who nearly fits, who does the process."""
    found = step_of(proposal, step)
    if found is None:
        return []
    asked = set(
        Hand.objects.filter(broadcast__inquiry=proposal.inquiry_id, broadcast__step=step).values_list("firm", flat=True)
    )
    rows: dict[str, Askable] = {}
    for kind, listed in (("candidate", found["candidates"]), ("near", found["near_misses"])):
        for one in listed:
            if one["firm"] in rows:
                continue
            missed = one.get("violations", ())
            rows[one["firm"]] = Askable(
                firm=one["firm"],
                name=one["name"],
                place_ja=one["place"],
                place_en=one["place_en"],
                kind=kind,
                gap_ja=" ".join(miss["ja"] for miss in missed),
                gap_en=" ".join(miss["en"] for miss in missed),
                was_asked=one["firm"] in asked,
            )
    others = firms_that(process=found["process"], status="active").exclude(ref__in=list(rows))[:_MOST_OTHERS]
    for one in others:
        was_asked = one.ref in asked
        rows[one.ref] = Askable(
            firm=one.ref, name=one.name, place_ja="", place_en="", kind="other", was_asked=was_asked
        )
    counted = Hand.objects.filter(firm__in=list(rows)).values("firm")
    for count in counted.annotate(asked=Count("pk"), answered=Count("pk", ~Q(answer=""))):
        firm = count["firm"]
        rows[firm] = replace(rows[firm], times_asked=count["asked"], times_answered=count["answered"])
    return list(rows.values())


def broadcasts(found: Inquiry) -> list[Broadcast]:
    """Return the broadcasts of an inquiry with their hands, the latest first."""
    return list(Broadcast.objects.filter(inquiry=found).prefetch_related("hands"))


def broadcast(pk: int) -> Broadcast | None:
    """Return a broadcast that the scope may see."""
    found: Broadcast | None = Broadcast.objects.select_related("inquiry").filter(pk=pk).first()
    return found


def hand(pk: int) -> Hand | None:
    """Return the hand of a firm that the scope may answer for."""
    found: Hand | None = Hand.objects.select_related("broadcast", "broadcast__inquiry").filter(pk=pk).first()
    return found


def own_hands(today: date) -> tuple[list[Hand], list[Hand]]:
    """Return what the scope's firm is asked: what is open, and the latest of what is over."""
    scope = current_scope()
    rows = Hand.objects.filter(firm=scope.firm).select_related("broadcast")
    is_open = Q(broadcast__closed_at=None, broadcast__answer_by__gte=today)
    open_ones = rows.filter(is_open).order_by("broadcast__answer_by", "pk")
    return list(open_ones), list(rows.exclude(is_open).order_by("-pk")[:10])


def attention() -> list[Attention]:
    """Return what needs somebody among the inquiries."""
    scope, today = current_scope(), timezone.localdate()
    if not scope.is_coordinator:
        return _attention_of_buyer()
    found: list[Attention] = []
    waiting = Inquiry.objects.filter(state=State.OPEN).count()
    if waiting:
        title = ngettext("チームを提案していない引合 %(n)d件", "チームを提案していない引合 %(n)d件", waiting) % {
            "n": waiting
        }
        found.append(
            Attention(
                urgency=Urgency.TODAY,
                title=title,
                detail=_("読み取った要件を確かめて、チームを提案します。"),
                action=_("引合を見る"),
                url=f"{reverse('inquiries')}?state={State.OPEN}",
                icon="inquiry",
            )
        )
    unread = Inquiry.objects.filter(state=State.UNREAD).count()
    if unread:
        title = ngettext("読み取れない引合 %(n)d件", "読み取れない引合 %(n)d件", unread) % {"n": unread}
        found.append(
            Attention(
                urgency=Urgency.NOW,
                title=title,
                detail=_("ファイルを送り直してもらうか、文章を貼り付けてください。"),
                action=_("引合を見る"),
                url=f"{reverse('inquiries')}?state={State.UNREAD}",
                icon="inquiry",
            )
        )
    silent = list(
        Hand.objects.filter(answer="", broadcast__closed_at=None, broadcast__answer_by__gte=today)
        .select_related("broadcast__inquiry")
        .order_by("broadcast__answer_by")
    )
    if silent:
        n = len(silent)
        title = ngettext("返事のない手挙げの依頼 %(n)d社", "返事のない手挙げの依頼 %(n)d社", n) % {"n": n}
        names = _("、").join(dict.fromkeys(hand.firm_name for hand in silent[:3]))
        found.append(
            Attention(
                urgency=Urgency.TODAY if silent[0].broadcast.answer_by == today else Urgency.WEEK,
                title=title,
                detail=_("%(names)s など。返事がないのは承諾ではありません。") % {"names": names},
                action=_("電話で確認する"),
                url=reverse("inquiry_hands", args=[silent[0].broadcast.inquiry.number]),
                icon="inquiry",
            )
        )
    return found


def _attention_of_buyer() -> list[Attention]:
    asked = Inquiry.objects.filter(state__in=CHANGEABLE, open_questions__gt=0).order_by("serial")
    return [
        Attention(
            urgency=Urgency.TODAY,
            title=_("調整機関からの質問: %(title)s") % {"title": one.title},
            detail=_("答えると、早く正確に見積もれます。"),
            action=_("質問に答える"),
            url=f"{reverse('inquiry', args=[one.number])}#questions",
            icon="inquiry",
        )
        for one in asked[:5]
    ]
