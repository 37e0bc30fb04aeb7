"""What a member reads of a joint order, and what it bids: the same by login and by the link in a letter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from kumihimo.errors import InputError
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.consortium import bid_queries, bid_services, queries
from kumihimo_web.consortium.bid_forms import BidForm
from kumihimo_web.consortium.bid_queries import ShownBid
from kumihimo_web.consortium.charter_services import NotNow
from kumihimo_web.consortium.models import JointOrder
from kumihimo_web.consortium.state import BidAnswer, JointState
from kumihimo_web.design.language import language


def context(found: JointOrder, form: BidForm | None = None) -> dict[str, Any]:
    """Return what the page of a member shows, with a form that came back in place of an empty one.

    Raises
    ------
    Http404
        The scope's firm has no part of the order.
    """
    part = queries.own_part(found)
    if part is None:
        raise Http404
    return {
        "order": found,
        "part": part,
        "bid_form": (form or _form_of(part.bid)) if part.bid is not None and _is_open(part.bid) else None,
        "answers": BidAnswer,
    }


def take(request: HttpRequest, found: JointOrder) -> tuple[int, BidForm | None]:
    """Take down what the scope's firm bids; return 302, or a form to be shown again with its status.

    Raises
    ------
    Http404
        It was not asked to bid.
    """
    asked = bid_queries.own_bid(found)
    if asked is None:
        raise Http404
    form = BidForm(request.POST)
    if not form.is_valid():
        return 422, form
    try:
        done = bid_services.answer(
            asked.bid, **form.values(), version=version_seen(request), today=timezone.localdate()
        )
    except NotNow:
        messages.warning(
            request, _("この入札は終わっています。答えは届いていません。急ぎのときは窓口に電話してください。")
        )
    except SomebodyWasFaster:
        return 409, form
    except InputError as why:
        form.add_error(None, why.text(language()))
        return 422, form
    else:
        if done.answer == BidAnswer.BID:
            messages.success(request, _("入札を受け取りました。期限までは変えられます。"))
        else:
            messages.success(request, _("今回は見送ると受け取りました。期限までは変えられます。"))
    return 302, None


def _is_open(shown: ShownBid) -> bool:
    bidding = shown.bid.bidding
    return bidding.is_open(timezone.localdate()) and bidding.order.state == JointState.OPEN


def _form_of(shown: ShownBid) -> BidForm:
    offer = shown.offer
    stands = {} if offer is None else {name: getattr(offer, name) for name in ("price_jpy", "by_on", "words")}
    return BidForm(initial=stands)
