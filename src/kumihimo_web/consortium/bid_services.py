"""Writes of bids: members are asked, answer until the deadline, and nobody else reads the amounts before it is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from kumihimo.errors import InputError
from kumihimo.trade.consortium.charter import AllotmentRule
from kumihimo.trade.wording import day_ja
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.consortium import charter_queries, letters
from kumihimo_web.consortium.charter_services import NotNow
from kumihimo_web.consortium.holding import NoCharter, grow, hold
from kumihimo_web.consortium.mapping import charter_of
from kumihimo_web.consortium.models import Allotment, Bid, Bidding, JointOrder, Offer
from kumihimo_web.consortium.rules import MOST_BID_DAYS, may_speak_for
from kumihimo_web.consortium.state import BidAnswer, JointState


@transaction.atomic
def ask(
    found: JointOrder, *, answer_by: date, left_out: Mapping[str, str], note: str, version: int, today: date
) -> Bidding:
    """Ask the members of today to bid, each by a letter.

    Parameters
    ----------
    left_out
        Firm -> why it is not asked; that member reads it.

    Raises
    ------
    NoCharter
        No charter holds today.
    NotNow
        The charter does not share by bids, or members are asked already.
    InputError
        The deadline is gone or too far away, nobody is asked, or a reason is missing.
    """
    held = hold(found, "bid", version)
    charter = charter_queries.charter_on(held.consortium, today)
    if charter is None:
        raise NoCharter
    agreed = charter_of(charter)
    if agreed.allotment is not AllotmentRule.BID or held.biddings.filter(called_off_at=None).exists():
        raise NotNow
    if not today <= answer_by <= today + timedelta(days=MOST_BID_DAYS):
        raise InputError(
            f"入札の期限が{day_ja(answer_by)}です。今日から{MOST_BID_DAYS}日以内の日にしてください。",
            f"bids are due on {answer_by}; choose a day from today to {MOST_BID_DAYS} days ahead.",
        )
    members = agreed.members_on(today)
    asked = [one for one in members if one.firm not in left_out]
    if not asked or not all(left_out.values()):
        raise InputError(
            "入札を募る会員を1社以上残し、招かない会員には理由を書いてください。",
            "keep at least one member, and write a reason for each that is not asked.",
        )
    made: Bidding = Bidding.objects.create(
        order=held,
        round=held.biddings.count() + 1,
        charter=charter,
        answer_by=answer_by,
        asked=_asked(held),
        left_out=dict(left_out),
        note=note,
        opened_by=current_scope().actor,
    )
    for one in asked:
        letters.post_bidding(Bid.objects.create(bidding=made, firm=one.firm, name=one.name))
    Allotment.objects.filter(order=held, decided__isnull=True).update(is_superseded=True)
    grow(held)
    after = {"number": held.number, "firms": len(asked), "end": answer_by.isoformat()}
    record("bidding.asked", made, after=after, note=note)
    return made


def _asked(order: JointOrder) -> dict[str, object]:
    names = ("item", "item_en", "drawing", "quantity", "unit")
    lines = [{name: getattr(line, name) for name in names} for line in order.lines.all()]
    return {
        "title": order.title,
        "due_on": order.due_on.isoformat(),
        "quantity": sum(line["quantity"] for line in lines),
        "lines": lines,
    }


@transaction.atomic
def call_off(found: Bidding, *, why: str, version: int) -> Bidding:
    """End a round before anything was decided; its amounts are never opened, and all who were asked are told.

    Raises
    ------
    NotNow
        The order was shared already.
    """
    held = hold(found.order, "bid", version)
    row: Bidding = Bidding.objects.get(pk=found.pk)
    if row.called_off_at is None:
        give_up(row, why)
        grow(held)
    return row


def give_up(row: Bidding, why: str) -> None:
    """Call a round off, within the transaction of what it follows from."""
    row.called_off_at, row.called_off_why = timezone.now(), why
    row.save(update_fields=["called_off_at", "called_off_why"])
    Allotment.objects.filter(order=row.order, decided__isnull=True).update(is_superseded=True)
    letters.post_called_off(row, row.bids.all())
    record("bidding.withdrawn", row, after={"number": row.order.number}, note=why)


@transaction.atomic
def answer(
    found: Bid,
    said: BidAnswer,
    *,
    price_jpy: int | None = None,
    by_on: date | None = None,
    words: str = "",
    version: int,
    today: date,
    from_whom: str = "",
    heard_on: date | None = None,
) -> Bid:
    """Take down whether and what a member bids; until the deadline it may change it or take it back.

    Parameters
    ----------
    price_jpy, by_on
        For all pieces before tax, and by when it can deliver; needed where it bids.
    from_whom, heard_on
        Who said so and how, and on which day, when a coordinator enters it. What was said in time can be entered after
        the deadline where the member has no answer yet; it is marked.

    Raises
    ------
    NotNow
        The deadline is over, the round was called off, or the order was shared.
    SomebodyWasFaster
        Somebody else answered for the member in the meantime.
    PermissionDenied
        It is not the scope's firm, or nobody says whose word it is.
    InputError
        Price or day are missing or cannot be.
    """
    scope = current_scope()
    # Held as by whoever proposes, decides or calls off: what they go by does not change under them.
    order = JointOrder._base_manager.select_for_update(of=("self",)).get(biddings=found.bidding_id)
    bidding: Bidding = Bidding._base_manager.get(pk=found.bidding_id)
    held: Bid = Bid.objects.select_for_update().get(pk=found.pk)
    is_typed = scope.is_coordinator
    if not may_speak_for(scope, held.firm) or (is_typed and not (from_whom and heard_on)):
        raise PermissionDenied("a member bids for itself, or a coordinator with its word")
    on = min(heard_on or today, today) if is_typed else today
    is_replaced_late = bidding.is_over(today) and bool(held.answer)
    if not bidding.is_open(on) or is_replaced_late or order.state != JointState.OPEN:
        raise NotNow
    if said == BidAnswer.BID and (price_jpy is None or price_jpy < 1 or by_on is None or by_on < on):
        raise InputError(
            "入札には、1円以上の金額と、今日以後の納められる日が要ります。",
            "a bid has a price of at least 1 yen and a day of delivery that is not past.",
        )
    offer: Offer | None = Offer._base_manager.filter(bid=held).first()
    wanted = (price_jpy, by_on, words) if said == BidAnswer.BID else None
    stands = None if offer is None else (offer.price_jpy, offer.by_on, offer.words)
    word = from_whom if is_typed else ""
    if (held.answer, stands, held.said) == (said, wanted, word):
        return held
    if held.version != version:
        raise SomebodyWasFaster(held)
    if wanted is None:
        Offer._base_manager.filter(bid=held).delete()
    else:
        values = {"price_jpy": price_jpy, "by_on": by_on, "words": words, "network_id": held.network_id}
        Offer._base_manager.update_or_create(bid=held, defaults=values)
    before = {"answer": str(BidAnswer(held.answer).label)} if held.answer else {}
    held.answer, held.said = said, word
    held.answered_by, held.answered_at = scope.actor, timezone.now()
    held.version += 1
    held.save()
    # What is proposed goes by other bids than there are now.
    Allotment._base_manager.filter(order=order, decided__isnull=True).update(is_superseded=True)
    # The log is read before the deadline: it tells that there is a bid, never how much.
    after = {"number": order.number, "answer": str(said.label)}
    record("bid.answered", held, firm=held.firm, before=before, after=after, note=word)
    return held
