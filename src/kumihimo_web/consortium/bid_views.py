"""Pages of bids: the coordinator asks members, types in what came by phone, reads the amounts when they are open."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kumihimo.errors import InputError
from kumihimo.trade.consortium.charter import AllotmentRule
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.consortium import bid_queries, bid_services, charter_queries, queries
from kumihimo_web.consortium.bid_forms import AskForm, TypedBidForm
from kumihimo_web.consortium.charter_services import NotNow
from kumihimo_web.consortium.forms import Why
from kumihimo_web.consortium.holding import NoCharter
from kumihimo_web.consortium.mapping import charter_of
from kumihimo_web.consortium.models import Bid, Bidding, JointOrder
from kumihimo_web.consortium.rules import can
from kumihimo_web.consortium.state import BidAnswer, JointState
from kumihimo_web.consortium.views import not_now, order_or_404
from kumihimo_web.design.language import language


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def bidding(request: HttpRequest, number: str) -> HttpResponse:
    """Show the round of bids; where there is none, ask the members."""
    found, today = order_or_404(number), timezone.localdate()
    held = bid_queries.bidding(found)
    if held is not None:
        return not_now(request, number) if request.method == "POST" else _round(request, found, held)
    charter = charter_queries.charter_on(found.consortium, today)
    agreed = None if charter is None else charter_of(charter)
    if agreed is None or agreed.allotment is not AllotmentRule.BID or not can("bid", found.state):
        return not_now(request, number)
    sent = request.POST if request.method == "POST" else None
    form = AskForm(sent, members=agreed.members_on(today))
    status, refused = 200 if sent is None else 422, ""
    if sent is not None and form.is_valid():
        said = form.cleaned_data
        try:
            made = bid_services.ask(
                found,
                answer_by=said["answer_by"],
                left_out=form.left_out(),
                note=said["note"],
                version=version_seen(request),
                today=today,
            )
        except SomebodyWasFaster as late:
            found, status = late.now, 409
        except (NotNow, NoCharter):
            return not_now(request, number)
        except InputError as why:
            refused = why.text(language())
        else:
            messages.success(request, _("会員%(n)d社に入札を募りました。") % {"n": made.bids.count()})
            return redirect("joint_order_bidding", number=number)
    shown = {
        "order": found,
        "form": form,
        "lines": queries.lines(found),
        "quantity": queries.quantity(found),
        "called_off": bid_queries.called_off(found),
        "is_late": status == 409,
        "refused": refused,
    }
    return render(request, "consortium/ask.html", shown, status=status)


def _round(
    request: HttpRequest,
    found: JointOrder,
    held: Bidding,
    *,
    typed: tuple[Bid, TypedBidForm] | None = None,
    off: Why | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    bids = bid_queries.bids(held)
    is_open, is_current = held.is_open(today), found.state == JointState.OPEN
    names = charter_queries.names(found.consortium)
    shown: dict[str, Any] = {
        "order": found,
        "bidding": held,
        "is_open": is_open,
        "is_current": is_current,
        "rows": [
            (one, _typed_form(held, one, typed) if is_current and (is_open or not one.bid.answer) else None)
            for one in bids
        ],
        "bids": bids,
        "silent": bid_queries.unanswered(bids),
        "left_out": [(names.get(firm, firm), why) for firm, why in held.left_out.items()],
        "answers": BidAnswer,
        "off_form": off or Why(auto_id="off_%s"),
        "is_late": status == 409,
    }
    return render(request, "consortium/bidding.html", shown, status=status)


def _typed_form(held: Bidding, one: bid_queries.ShownBid, typed: tuple[Bid, TypedBidForm] | None) -> TypedBidForm:
    if typed is not None and typed[0].pk == one.bid.pk:
        return typed[1]
    return TypedBidForm(bidding=held, auto_id=f"b{one.bid.pk}_%s")


@access(COORDINATORS)
@require_POST
def type_in(request: HttpRequest, number: str, firm: str) -> HttpResponse:
    """Take down what a member said on the phone or by FAX."""
    found = order_or_404(number)
    held = bid_queries.bidding(found)
    row = None if held is None else bid_queries.bid_of(held, firm)
    if held is None or row is None:
        raise Http404
    form = TypedBidForm(request.POST, bidding=held, auto_id=f"b{row.pk}_%s")
    if not form.is_valid():
        return _round(request, found, held, typed=(row, form), status=422)
    try:
        bid_services.answer(row, **form.values(), version=version_seen(request), today=timezone.localdate())
    except SomebodyWasFaster:
        return _round(request, found, held, typed=(row, form), status=409)
    except NotNow:
        return not_now(request, number)
    except InputError as why:
        form.add_error(None, why.text(language()))
        return _round(request, found, held, typed=(row, form), status=422)
    messages.success(request, _("%(name)sの答えを記録しました。") % {"name": row.name})
    return redirect("joint_order_bidding", number=number)


@access(COORDINATORS)
@require_POST
def call_off(request: HttpRequest, number: str) -> HttpResponse:
    """End a round before anything was decided."""
    found, form = order_or_404(number), Why(request.POST, auto_id="off_%s")
    held = bid_queries.bidding(found)
    if held is None:
        return not_now(request, number)
    if not form.is_valid():
        return _round(request, found, held, off=form, status=422)
    try:
        bid_services.call_off(held, why=form.cleaned_data["why"], version=version_seen(request))
    except SomebodyWasFaster as late:
        return _round(request, late.now, held, off=form, status=409)
    except NotNow:
        return not_now(request, number)
    messages.success(request, _("入札を取りやめ、会員に知らせました。"))
    return redirect("joint_order", number=number)
