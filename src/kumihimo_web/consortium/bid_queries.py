"""Reading bids: who was asked, who answered, and the amounts as far as they are open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from kumihimo.trade.consortium import Candidate
from kumihimo.trade.wording import day_ja
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.channels import queries as channels
from kumihimo_web.consortium import letters
from kumihimo_web.consortium.models import Bid, Bidding, JointOrder, Offer
from kumihimo_web.consortium.state import BidAnswer, JointState

if TYPE_CHECKING:
    from kumihimo_web.channels.models import Message


def bidding(found: JointOrder) -> Bidding | None:
    """Return the round of bids that holds for an order; None where there is none, or it was called off."""
    row: Bidding | None = Bidding.objects.filter(order=found, called_off_at=None).order_by("-round").first()
    return row


def called_off(found: JointOrder) -> list[Bidding]:
    """Return the rounds that were called off, the latest first."""
    return list(Bidding.objects.filter(order=found).exclude(called_off_at=None).order_by("-round"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBid:
    """A member that was asked.

    Attributes
    ----------
    offer
        None where there is none, and while it is sealed.
    message
        The words that asked it; None for those who may not see them.
    """

    bid: Bid
    offer: Offer | None
    message: Message | None

    @property
    def is_late(self) -> bool:
        """Whether it would deliver after the order is due."""
        return self.offer is not None and self.offer.by_on > self.bid.bidding.order.due_on


def bids(found: Bidding) -> list[ShownBid]:
    """Return who was asked: the lowest price first once the amounts are open, then who did not bid."""
    rows = list(Bid.objects.filter(bidding=found).select_related("bidding__order"))
    offers = {one.bid_id: one for one in Offer.objects.filter(bid__in=rows)}
    sent = channels.posted(letters.bid_key(one) for one in rows)
    shown = [ShownBid(bid=one, offer=offers.get(one.pk), message=sent.get(letters.bid_key(one))) for one in rows]
    # Sealed bids stand as the charter names the members: an order by price would tell it.
    return sorted(shown, key=lambda one: (one.offer is None, 0 if one.offer is None else one.offer.price_jpy))


def unanswered(shown: Iterable[ShownBid]) -> list[ShownBid]:
    """Return those who said nothing: a question to be asked, neither a price nor a refusal."""
    return [one for one in shown if not one.bid.answer]


def bid_of(found: Bidding, firm: str) -> Bid | None:
    """Return the row of a member that was asked, as far as the scope may see it."""
    row: Bid | None = Bid.objects.select_related("bidding__order").filter(bidding=found, firm=firm).first()
    return row


def own_bid(found: JointOrder) -> ShownBid | None:
    """Return what the scope's firm was asked last for an order, and what it said."""
    rows = Bid.objects.select_related("bidding__order").filter(bidding__order=found, firm=current_scope().firm)
    row: Bid | None = rows.order_by("-bidding__round").first()
    if row is None:
        return None
    return ShownBid(bid=row, offer=Offer.objects.filter(bid=row).first(), message=None)


def own_bids(today: date) -> list[ShownBid]:
    """Return what the scope's firm can bid on now, the nearest deadline first."""
    rows = Bid.objects.select_related("bidding__order__consortium").filter(
        firm=current_scope().firm,
        bidding__called_off_at=None,
        bidding__answer_by__gte=today,
        bidding__order__state=JointState.OPEN,
    )
    offers = {one.bid_id: one for one in Offer.objects.filter(bid__in=rows)}
    return [
        ShownBid(bid=one, offer=offers.get(one.pk), message=None) for one in rows.order_by("bidding__answer_by", "pk")
    ]


def with_bids(found: Bidding, known: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates with what they bid; who did not is out, and reads why."""
    shown = {one.bid.firm: one for one in bids(found)}
    return [_with_bid(found, shown.get(one.firm), one) for one in known]


def _with_bid(found: Bidding, shown: ShownBid | None, known: Candidate) -> Candidate:
    if shown is not None and shown.offer is not None:
        return replace(known, bid_jpy=shown.offer.price_jpy)
    if not known.can_do:
        return replace(known, bid_jpy=None)
    if shown is None:
        why = found.left_out.get(known.firm)
        ja = f"入札に招きませんでした: {why}" if why else "入札を募った日には会員ではありませんでした。"
        en = f"was not asked to bid: {why}" if why else "was no member on the day on which bids were asked for"
    elif shown.bid.answer == BidAnswer.DECLINED:
        ja, en = "今回は見送るとの答えでした。", "declined to bid"
    else:
        ja = f"期限の{day_ja(found.answer_by)}までに、入札の返事がありませんでした。"
        en = f"did not answer by {found.answer_by.isoformat()}"
    return replace(known, can_do=False, why_not_ja=ja, why_not_en=en, bid_jpy=None)


def over(today: date) -> list[Bidding]:
    """Return the rounds whose amounts are open while nobody has decided."""
    rows = Bidding.objects.filter(called_off_at=None, answer_by__lt=today, order__state=JointState.OPEN)
    return list(rows.select_related("order"))


def asked_orders() -> list[int]:
    """Return the keys of the orders that wait for bids, or whose bids wait to be looked at."""
    rows = Bidding.objects.filter(called_off_at=None, order__state=JointState.OPEN)
    return list(rows.values_list("order", flat=True))
