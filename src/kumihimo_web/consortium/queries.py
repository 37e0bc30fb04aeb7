"""Reading joint orders, one member's part of them, fairness, subsidies, and what needs the coordinator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from kumihimo.trade.consortium import Candidate, FairnessRecord, fairness
from kumihimo.trade.consortium import Charter as AgreedCharter
from kumihimo.trade.consortium.allotment import Allotment as KeptAllotment
from kumihimo.trade.consortium.charter import AllotmentRule, Mode
from kumihimo.trade.consortium.subsidy import Standing, standing
from kumihimo_web.accounts.queries import organisations
from kumihimo_web.accounts.roles import OrganisationKind
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.channels import queries as channels
from kumihimo_web.consortium import charter_queries, letters
from kumihimo_web.consortium.bid_queries import ShownBid, asked_orders, bids, over, own_bid, unanswered
from kumihimo_web.consortium.mapping import allotment_of, fairness_of, program_of
from kumihimo_web.consortium.models import (
    Allotment,
    Burden,
    Consortium,
    Inspection,
    JointLine,
    JointOrder,
    Notice,
    Objection,
    Paper,
    Share,
    Subsidy,
)
from kumihimo_web.consortium.rules import FAIRNESS_DAYS
from kumihimo_web.consortium.state import JointState
from kumihimo_web.design.attention import Attention, Urgency
from kumihimo_web.firms.load_level import iso_week
from kumihimo_web.firms.mapping import folded
from kumihimo_web.firms.queries import capacities_of
from kumihimo_web.inquiries import queries as inquiries

if TYPE_CHECKING:
    from kumihimo_web.channels.models import Message

# Joint orders


def buyers() -> list[tuple[int, str]]:
    """Return the buyers of the network that can be chosen."""
    return [(one.pk, one.name) for one in organisations(OrganisationKind.BUYER)]


def orders(*, words: str = "", state: str = "", ref: str = "") -> QuerySet[JointOrder]:
    """Return the joint orders that fit, the latest first."""
    found: QuerySet[JointOrder] = JointOrder.objects.select_related("consortium").order_by("-serial")
    for word in folded(words).split():
        found = found.filter(title__icontains=word) | found.filter(number__icontains=word)
    if state == "current":
        found = found.exclude(state__in=(JointState.SETTLED, JointState.CANCELLED))
    elif state in JointState.values:
        found = found.filter(state=state)
    return found.filter(consortium__ref=ref) if ref else found


def order(number: str) -> JointOrder | None:
    """Return a joint order that the scope may see."""
    found: JointOrder | None = (
        JointOrder.objects.select_related("consortium", "charter", "buyer").filter(number=number).first()
    )
    return found


def lines(found: JointOrder) -> list[JointLine]:
    """Return the lines that the scope may see."""
    return list(JointLine.objects.filter(order=found))


def amount_jpy(found: JointOrder) -> int:
    """Return what the buyer pays before tax."""
    return sum(line.amount_jpy for line in JointLine._base_manager.filter(order=found))


def quantity(found: JointOrder) -> int:
    """Return the pieces of all lines."""
    return sum(line.quantity for line in JointLine._base_manager.filter(order=found))


def shares(found: JointOrder) -> list[Share]:
    """Return the shares that the scope may see: all with their pieces, or a firm's own."""
    return list(Share.objects.filter(order=found).prefetch_related("inspections"))


def allotment(found: JointOrder, pk: int | None = None) -> Allotment | None:
    """Return the latest allotment of an order, or one by its key."""
    rows = Allotment.objects.filter(order=found, is_superseded=False)
    row: Allotment | None = (rows if pk is None else rows.filter(pk=pk)).order_by("-pk").first()
    return row


def record(found: Consortium) -> list[KeptAllotment]:
    """Return what was allotted so far, oldest first: what rotation and fairness are reckoned from."""
    rows = Allotment._base_manager.filter(order__consortium=found, decided__isnull=False, is_superseded=False).exclude(
        order__state=JointState.CANCELLED
    )
    return [allotment_of(data) for data in rows.order_by("pk").values_list("decided", flat=True) if data is not None]


def fairness_on(found: Consortium, agreed: AgreedCharter, today: date) -> FairnessRecord:
    """Return how work was shared in the year that ends today, or since the charter was agreed on."""
    first = max(agreed.agreed_on, today - timedelta(days=FAIRNESS_DAYS - 1))
    return fairness(agreed, record(found), min(first, today), today)


def fairness_kept(row: Allotment) -> FairnessRecord | None:
    """Return the record of fairness as it stood with a decision."""
    return None if row.fairness is None else fairness_of(row.fairness)


def candidates(found: JointOrder, agreed: AgreedCharter, today: date) -> list[Candidate]:
    """Return what is known of each member by itself: its fit from the inquiry, its free hours until the due day."""
    members = [member.firm for member in agreed.members_on(today)]
    fits = _fits(found) if agreed.allotment is AllotmentRule.BEST_FIT else {}
    hours = _free_hours(members, found.due_on, today) if agreed.allotment is AllotmentRule.LOAD else {}
    return [Candidate(firm=firm, fit=fits.get(firm), free_hours=hours.get(firm)) for firm in members]


def _fits(found: JointOrder) -> dict[str, float]:
    """Return firm -> its best score in the latest proposal of the inquiry that the order comes from."""
    inquiry = inquiries.inquiry(found.inquiry) if found.inquiry else None
    proposal = None if inquiry is None else inquiries.latest_proposal(inquiry)
    scores: dict[str, float] = {}
    for step in () if proposal is None else proposal.data.get("steps", ()):
        for one in step.get("candidates", ()):
            scores[one["firm"]] = max(one["score"], scores.get(one["firm"], 0.0))
    return scores


def _free_hours(firms: list[str], due_on: date, today: date) -> dict[str, float]:
    """Return firm -> free hours of the weeks until a day; firms whose answers are old or missing are absent."""
    weeks = {iso_week(today + timedelta(days=at)) for at in range(max(0, (due_on - today).days) + 1)}
    free: dict[str, float] = {}
    for ref, rows in capacities_of(firms).items():
        known = [
            hours
            for row in rows
            if not row.process and row.week in weeks and (hours := row.hours_free(today)) is not None
        ]
        if known:
            free[ref] = sum(known)
    return free


def settlement_notices(found: JointOrder) -> list[Notice]:
    """Return the notices of an order that the scope may see: all, or a firm's own."""
    return list(Notice.objects.filter(settlement__order=found))


def burdens(found: JointOrder) -> list[Burden]:
    """Return what is borne of the defects that stand, as far as the scope may see it."""
    rows = Burden.objects.filter(defect__order=found, defect__withdrawn_at=None).select_related("defect")
    return list(rows.order_by("defect", "pk"))


def papers(found: JointOrder) -> QuerySet[Paper]:
    """Return the papers of an order that the scope may see, without their bytes."""
    rows: QuerySet[Paper] = Paper.objects.filter(order=found).defer("pdf", "content")
    return rows


def paper(pk: int) -> Paper | None:
    """Return a paper that the scope may see."""
    found: Paper | None = Paper.objects.select_related("order").filter(pk=pk).first()
    return found


def hears_buyer(found: JointOrder) -> bool:
    """Return whether members read who the buyer is: as brokers they contract with it themselves."""
    charter = found.charter or charter_queries.charter_on(found.consortium, timezone.localdate())
    return charter is not None and charter.document.get("mode") == Mode.BROKER


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPart:
    """What a member reads of a joint order: its own, and nothing of the others.

    Attributes
    ----------
    share
        None while nobody decided who gets the order.
    bid
        None where it was not asked to bid.
    """

    order: JointOrder
    share: Share | None
    bid: ShownBid | None
    buyer: str
    burdens: tuple[Burden, ...]
    notice: Notice | None
    papers: tuple[Paper, ...]


def own_part(found: JointOrder) -> OwnPart | None:
    """Return the part of the scope's firm."""
    if not current_scope().firm:
        return None
    mine, bid = next(iter(shares(found)), None), own_bid(found)
    if mine is None and bid is None:
        return None
    return OwnPart(
        order=found,
        share=mine,
        bid=bid,
        buyer=found.buyer_name if mine is not None and hears_buyer(found) else "",
        burdens=tuple(burdens(found)),
        notice=next(iter(settlement_notices(found)), None),
        papers=tuple(papers(found)),
    )


def sent_papers(rows: Iterable[Paper]) -> dict[int, Message]:
    """Return paper -> the message that took it to a member, for coordinators."""
    keys = {letters.paper_key(one): one.pk for one in rows if one.firm}
    return {keys[key]: one for key, one in channels.posted(keys).items()} if current_scope().is_coordinator else {}


def sent_shares(decided: Allotment | None) -> dict[str, Message]:
    """Return firm -> the message that told it its part of an allotment."""
    if decided is None or decided.decided is None:
        return {}
    firms = [one["firm"] for one in decided.decided["considered"]]
    keys = {letters.share_key(decided, firm): firm for firm in firms}
    return {keys[key]: one for key, one in channels.posted(keys).items()}


def own_shares() -> list[Share]:
    """Return the parts of the scope's firm, the latest order first."""
    rows = Share.objects.select_related("order__consortium").filter(firm=current_scope().firm)
    return list(rows.order_by("-order__serial"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One step of a joint order as the buyer reads it: no member, no price."""

    label: Any
    is_done: bool
    on: date | None
    words: str


def status(found: JointOrder) -> list[Milestone]:
    """Return how far an order is, in the language of the page."""
    # A buyer sees no share; what it reads here are sums over all of them.
    parts = list(Share._base_manager.filter(order=found, quantity__gt=0))
    latest = {one.share_id: one for one in Inspection._base_manager.filter(share__in=parts).order_by("pk")}
    done = list(latest.values())
    wanted, accepted = sum(one.quantity for one in parts), sum(one.accepted for one in done)
    is_inspected = bool(parts) and found.state in (JointState.INSPECTED, JointState.DELIVERED, JointState.SETTLED)
    count = _("合格 %(accepted)s / %(wanted)s") % {"accepted": f"{accepted:,}", "wanted": f"{wanted:,}"}
    is_delivered = found.delivered_on is not None
    return [
        Milestone(label=_("受注"), is_done=True, on=timezone.localdate(found.created_at), words=""),
        Milestone(label=_("製作の手配"), is_done=bool(parts), on=None, words="" if parts else _("手配中")),
        Milestone(
            label=_("共同検査"),
            is_done=is_inspected,
            on=max((one.inspected_on for one in done), default=None),
            words=count if done else "",
        ),
        Milestone(label=_("納品"), is_done=is_delivered, on=found.delivered_on, words=""),
    ]


def status_in(found: JointOrder, lang: str) -> list[Milestone]:
    """Return how far an order is, in a language."""
    with override(lang):
        return [replace(one, label=str(one.label)) for one in status(found)]


# Subsidies


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSubsidy:
    """A program and what can be said of it today."""

    row: Subsidy
    standing: Standing

    @property
    def is_stale(self) -> bool:
        """Whether somebody has to read the source again."""
        return self.standing is Standing.TO_CHECK


def subsidies(today: date, area: str = "") -> list[ShownSubsidy]:
    """Return the programs: open ones about to close first, to be checked ones next, closed ones last."""
    shown = [
        ShownSubsidy(row=row, standing=standing(program_of(row), today))
        for row in Subsidy.objects.all()
        if not area or not row.areas or any(area in one for one in row.areas)
    ]
    rank = {Standing.OPEN: 0, Standing.UPCOMING: 1, Standing.TO_CHECK: 2, Standing.CLOSED: 3}
    return sorted(shown, key=lambda one: (rank[one.standing], one.row.closes_on or date.max, one.row.ref))


def subsidy(ref: str) -> Subsidy | None:
    """Return a program that the scope may see."""
    found: Subsidy | None = Subsidy.objects.filter(ref=ref).first()
    return found


# The desk


def attention() -> list[Attention]:
    """Return what needs the coordinator among the consortia."""
    found: list[Attention] = []
    if not current_scope().is_coordinator:
        return found
    asked = asked_orders()
    rows = (
        (
            JointState.OPEN,
            Urgency.TODAY,
            _("会員を決めていない共同受注"),
            _("規約の規則で配分案を出します。"),
            _("配分する"),
        ),
        (
            JointState.DELIVERED,
            Urgency.WEEK,
            _("精算していない共同受注"),
            _("請求と支払通知を作ります。"),
            _("精算する"),
        ),
    )
    for state, urgency, title, detail, action in rows:
        waiting = JointOrder.objects.filter(state=state).exclude(pk__in=asked).count()
        if waiting:
            count = ngettext("%(n)d件", "%(n)d件", waiting) % {"n": waiting}
            address = f"{reverse('consortium')}?state={state}"
            found.append(
                Attention(
                    urgency=urgency,
                    title=f"{title} {count}",
                    detail=detail,
                    action=action,
                    url=address,
                    icon="consortium",
                )
            )
    for one in over(timezone.localdate()):
        found.append(
            Attention(
                urgency=Urgency.TODAY,
                title=_("入札の期限が過ぎました: %(number)s") % {"number": one.order.number},
                detail=_("返事のない会員に電話で確かめてから、配分の案を出します。")
                if unanswered(bids(one))
                else _("全員が答えています。開いた入札を見て、配分の案を出します。"),
                action=_("入札を見る"),
                url=reverse("joint_order_bidding", args=[one.order.number]),
                icon="consortium",
            )
        )
    objected = Objection.objects.filter(answered_at=None).select_related("charter__consortium").first()
    if objected is not None:
        found.append(
            Attention(
                urgency=Urgency.TODAY,
                title=_("規約の改定に異議が出ています: %(name)s") % {"name": objected.charter.consortium.name},
                detail=_("答えるまで、新しい規約は発効しません。"),
                action=_("異議に答える"),
                url=reverse("consortium_charter", args=[objected.charter.consortium.ref]),
                icon="consortium",
            )
        )
    return found
