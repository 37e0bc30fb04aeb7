"""Pages of the joint orders: the list, one order, who gets it, its inspection, its defects."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo.errors import InputError
from kumihimo.trade.consortium.charter import AllotmentRule
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.consortium import bid_queries, charter_queries, own_pages, queries, services
from kumihimo_web.consortium.charter_services import NotNow
from kumihimo_web.consortium.charter_views import found_or_404
from kumihimo_web.consortium.forms import (
    CandidatesForm,
    DecisionForm,
    DefectForm,
    DeliveryForm,
    InspectionForm,
    OrderForm,
    Why,
)
from kumihimo_web.consortium.mapping import allotment_of, charter_of
from kumihimo_web.consortium.models import Consortium, JointOrder, Share
from kumihimo_web.consortium.rules import can
from kumihimo_web.consortium.settlement_forms import QuoteForm
from kumihimo_web.consortium.state import JointState
from kumihimo_web.design.language import language
from kumihimo_web.inquiries.forms import new_key

PAGE = 50


@access(COORDINATORS, Role.FACTORY, Role.BUYER)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the consortia and the joint orders; a firm its own parts, a buyer its own orders."""
    scope = current_scope()
    if scope.role == Role.FACTORY:
        shown: dict[str, Any] = {
            "consortia": charter_queries.consortia(),
            "bids": bid_queries.own_bids(timezone.localdate()),
            "shares": queries.own_shares(),
        }
        return render(request, "consortium/own.html", shown)
    asked = {key: request.GET.get(key, "").strip()[:80] for key in ("words", "state", "ref")}
    page = Paginator(queries.orders(**asked), PAGE).get_page(request.GET.get("page"))
    if scope.role == Role.BUYER:
        return render(request, "consortium/of_buyer.html", {"page": page})
    shown = {
        "consortia": charter_queries.consortia(),
        "page": page,
        "asked": asked,
        "is_filtered": any(asked.values()),
        "states": JointState.choices,
    }
    return render(request, "consortium/list.html", shown)


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, ref: str) -> HttpResponse:
    """Take in an order for a consortium."""
    found = found_or_404(ref)
    form = OrderForm(request.POST if request.method == "POST" else None, initial={"once": new_key()})
    if request.method == "POST" and not form.wants_more and form.is_valid():
        made = services.take(
            found, form.cleaned_data, form.lines, once=form.cleaned_data["once"], today=timezone.localdate()
        )
        messages.success(request, _("%(number)s を受け取りました。次は配分です。") % {"number": made.number})
        return redirect("joint_order", number=made.number)
    return _form(request, form, found, None)


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change an order that nobody was given yet."""
    found = order_or_404(number)
    if not can("change", found.state) or bid_queries.bidding(found) is not None:
        return not_now(request, number)
    form = OrderForm(request.POST if request.method == "POST" else None, stands=found)
    status = 200
    if request.method == "POST" and not form.wants_more and form.is_valid():
        try:
            services.change(found, form.cleaned_data, form.lines, version=version_seen(request))
        except SomebodyWasFaster as late:
            found, status = late.now, 409
        except NotNow:
            return not_now(request, number)
        else:
            messages.success(request, _("保存しました。"))
            return redirect("joint_order", number=number)
    return _form(request, form, found.consortium, found, status=status)


def _form(
    request: HttpRequest, form: OrderForm, owner: Consortium, found: JointOrder | None, *, status: int = 200
) -> HttpResponse:
    shown = {"form": form, "consortium": owner, "order": found, "is_late": status == 409}
    if request.method == "POST" and status == 200 and not form.wants_more:
        status = 422
    return render(request, "consortium/order_form.html", shown, status=status)


@access(COORDINATORS, Role.FACTORY)
@require_GET
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Show an order: everything to the coordinator, to a member its own part."""
    found = order_or_404(number)
    if current_scope().is_coordinator:
        return page_of(request, found)
    return render(request, "consortium/own_part.html", own_pages.context(found))


def page_of(
    request: HttpRequest, found: JointOrder, *, sent: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Show an order to the coordinator, with forms that came back in place of empty ones."""
    forms, today = sent or {}, timezone.localdate()
    lines, shares = queries.lines(found), queries.shares(found)
    parts = [one for one in shares if one.quantity]
    charter = found.charter or charter_queries.charter_on(found.consortium, today)
    agreed = None if charter is None else charter_of(charter)
    decided, bidding = queries.allotment(found), bid_queries.bidding(found)
    everybody = [] if agreed is None else [one.name for one in agreed.inspectors]
    shown = {
        "order": found,
        "lines": lines,
        "amount": sum(line.amount_jpy for line in lines),
        "charter": charter,
        "agreed": agreed,
        "shares": shares,
        "parts": [
            (one, one.inspections.last(), forms.get(f"inspect-{one.firm}") or _inspection_form(found, one))
            for one in parts
        ],
        "decided": decided if decided is not None and decided.decided is not None else None,
        "fairness": None if decided is None else queries.fairness_kept(decided),
        "burdens": queries.burdens(found),
        "defects": found.defects.all(),
        "bidding": bidding,
        "is_bidding_open": bidding is not None and bidding.is_open(today),
        "by_bids": agreed is not None and agreed.allotment is AllotmentRule.BID,
        "bids": [] if decided is None or decided.bidding is None else bid_queries.bids(decided.bidding),
        "sent_shares": queries.sent_shares(decided),
        **papers_shown(found),
        "can": {
            action: can(action, found.state)
            for action in ("change", "allot", "inspect", "deliver", "defect", "settle", "cancel")
        },
        "delivery_form": forms.get("deliver") or DeliveryForm(initial={"delivered_on": today}),
        "defect_form": forms.get("defect")
        or DefectForm(shares=parts, inspectors=everybody, initial={"happened_on": today}),
        "cancel_form": forms.get("cancel") or Why(auto_id="cancel_%s"),
        "quote_form": forms.get("quote") or QuoteForm(initial={"lang": "en" if found.is_overseas else "ja"}),
        "is_late": status == 409,
        "refused": forms.get("refused", ""),
    }
    return render(request, "consortium/order.html", shown, status=status)


def papers_shown(found: JointOrder) -> dict[str, Any]:
    """Return the papers of an order, and the messages that took them to members."""
    papers = list(queries.papers(found))
    return {
        "papers": papers,
        "sent_papers": queries.sent_papers(papers),
        "is_paper_left": any(one.made_at is None for one in papers),
    }


def _inspection_form(found: JointOrder, share: Share, sent: Any = None) -> InspectionForm:
    able = [] if found.charter is None else charter_of(found.charter).inspectors_for(frozenset({share.firm}))
    today = timezone.localdate()
    return InspectionForm(
        sent,
        inspectors=[one.name for one in able],
        auto_id=f"i{share.pk}_%s",
        initial={"received_on": today, "inspected_on": today, "accepted": share.quantity},
    )


# Who gets it


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def allot(request: HttpRequest, number: str) -> HttpResponse:
    """Enter what is known of each member, and work out who is to get the order."""
    found, today = order_or_404(number), timezone.localdate()
    charter = charter_queries.charter_on(found.consortium, today)
    if not can("allot", found.state):
        return not_now(request, number)
    if charter is None:
        messages.warning(request, _("今日に有効な規約がありません。規約の発効日を確かめてください。"))
        return redirect("consortium_charter", ref=found.consortium.ref)
    agreed = charter_of(charter)
    bidding = bid_queries.bidding(found) if agreed.allotment is AllotmentRule.BID else None
    if agreed.allotment is AllotmentRule.BID and (bidding is None or not bidding.is_over(today)):
        if bidding is not None:
            messages.warning(request, _("入札の期限がまだ来ていません。期限の翌日に開いて、案を出します。"))
        return redirect("joint_order_bidding", number=number)
    sent = request.POST if request.method == "POST" else None
    form = CandidatesForm(
        sent,
        known=queries.candidates(found, agreed, today),
        names=charter_queries.names(found.consortium),
        rule=agreed.allotment,
    )
    status, refused = 200 if sent is None else 422, ""
    if sent is not None and form.is_valid():
        try:
            services.propose(found, form.candidates(), version=version_seen(request), today=today)
        except SomebodyWasFaster as late:
            found, status = late.now, 409
        except NotNow:
            return not_now(request, number)
        except InputError as why:
            refused = why.text(language())
        else:
            return redirect("joint_order_decide", number=number)
    shown = {
        "order": found,
        "agreed": agreed,
        "charter": charter,
        "form": form,
        "quantity": queries.quantity(found),
        "bids": [] if bidding is None else bid_queries.bids(bidding),
        "is_late": status == 409,
        "refused": refused,
    }
    return render(request, "consortium/allot.html", shown, status=status)


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Show the proposal with its reasons and what it does to fairness; a person decides."""
    found = order_or_404(number)
    row = queries.allotment(found)
    if row is None or row.decided is not None or not can("allot", found.state):
        return redirect("joint_order", number=number)
    proposed, agreed = allotment_of(row.proposed), charter_of(row.charter)
    names, got = charter_queries.names(found.consortium), {part.firm: part for part in proposed.parts}
    quantity = queries.quantity(found)
    rows = [
        (one.firm, names[one.firm], got[one.firm].quantity if one.firm in got else 0) for one in proposed.considered
    ]
    sent = request.POST if request.method == "POST" else None
    form = DecisionForm(sent, rows=rows, quantity=quantity, is_again=found.state != JointState.OPEN)
    status, refused = 200 if sent is None else 422, ""
    if sent is not None and form.is_valid():
        try:
            services.decide(row, form.quantities(), why=form.cleaned_data["why"], version=version_seen(request))
        except SomebodyWasFaster as late:
            found, status = late.now, 409
        except NotNow:
            return not_now(request, number)
        except InputError as why:
            refused = why.text(language())
        else:
            messages.success(request, _("配分を決めました。会員は自社の分だけを見られます。"))
            return redirect("joint_order", number=number)
    record = queries.fairness_on(found.consortium, agreed, row.on)
    shown = {
        "order": found,
        "row": row,
        "proposed": proposed,
        "agreed": agreed,
        "rows": [
            (one, names[one.firm], got.get(one.firm), cell)
            for one, cell in zip(proposed.considered, form.cells(), strict=True)
        ],
        "form": form,
        "quantity": quantity,
        "bids": [] if row.bidding is None else bid_queries.bids(row.bidding),
        "fairness": record,
        "fair_rows": [(names.get(one.firm, one.firm), one) for one in record.members],
        "is_late": status == 409,
        "refused": refused,
    }
    return render(request, "consortium/decide.html", shown, status=status)


# What happens to it


@access(COORDINATORS)
@require_POST
def inspect(request: HttpRequest, number: str, firm: str) -> HttpResponse:
    """Keep what an inspector found in the work of one member."""
    found = order_or_404(number)
    share = next((one for one in queries.shares(found) if one.firm == firm and one.quantity), None)
    if share is None:
        raise Http404
    form = _inspection_form(found, share, request.POST)
    back = {f"inspect-{firm}": form}
    if not form.is_valid():
        return page_of(request, found, sent=back, status=422)
    try:
        services.inspect(share, **form.cleaned_data, version=version_seen(request))
    except SomebodyWasFaster as late:
        return page_of(request, order_or_404(late.now.number), sent=back, status=409)
    except NotNow:
        return not_now(request, number)
    except InputError as why:
        return page_of(request, found, sent={**back, "refused": why.text(language())}, status=422)
    messages.success(request, _("%(name)sの検査を記録しました。") % {"name": share.name})
    return redirect("joint_order", number=number)


@access(COORDINATORS)
@require_POST
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """Note the day on which the buyer received everything."""
    found, form = order_or_404(number), DeliveryForm(request.POST)
    if not form.is_valid():
        return page_of(request, found, sent={"deliver": form}, status=422)
    try:
        services.deliver(found, delivered_on=form.cleaned_data["delivered_on"], version=version_seen(request))
    except SomebodyWasFaster as late:
        return page_of(request, order_or_404(late.now.number), sent={"deliver": form}, status=409)
    except NotNow:
        return not_now(request, number)
    messages.success(request, _("納品を記録しました。次は精算です。"))
    return redirect("joint_order", number=number)


@access(COORDINATORS)
@require_POST
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Give an order up."""
    found, form = order_or_404(number), Why(request.POST, auto_id="cancel_%s")
    if not form.is_valid():
        return page_of(request, found, sent={"cancel": form}, status=422)
    try:
        services.cancel(found, why=form.cleaned_data["why"], version=version_seen(request))
    except SomebodyWasFaster as late:
        return page_of(request, order_or_404(late.now.number), sent={"cancel": form}, status=409)
    except NotNow:
        return not_now(request, number)
    messages.success(request, _("%(number)s を取りやめました。") % {"number": number})
    return redirect("joint_order", number=number)


@access(COORDINATORS)
@require_POST
def add_defect(request: HttpRequest, number: str) -> HttpResponse:
    """Keep a damage, and show who bears what."""
    found = order_or_404(number)
    parts = [one for one in queries.shares(found) if one.quantity]
    names = [] if found.charter is None else [one.name for one in charter_of(found.charter).inspectors]
    form = DefectForm(request.POST, shares=parts, inspectors=names)
    if not form.is_valid():
        return page_of(request, found, sent={"defect": form}, status=422)
    try:
        services.add_defect(found, form.values(), version=version_seen(request))
    except SomebodyWasFaster as late:
        return page_of(request, order_or_404(late.now.number), sent={"defect": form}, status=409)
    except NotNow:
        return not_now(request, number)
    except InputError as why:
        return page_of(request, found, sent={"defect": form, "refused": why.text(language())}, status=422)
    messages.success(request, _("不具合と負担を記録しました。"))
    return redirect("joint_order", number=number)


@access(COORDINATORS)
@require_POST
def withdraw_defect(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a damage back."""
    found, form = order_or_404(number), Why(request.POST)
    row = next((one for one in found.defects.all() if one.pk == pk), None)
    if row is None:
        raise Http404
    if not form.is_valid():
        return page_of(request, found, sent={"refused": _("取り消す理由を書いてください。")}, status=422)
    try:
        services.withdraw_defect(row, why=form.cleaned_data["why"], version=version_seen(request))
    except SomebodyWasFaster as late:
        return page_of(request, order_or_404(late.now.number), status=409)
    except NotNow:
        return not_now(request, number)
    messages.success(request, _("%(ref)s を取り消しました。") % {"ref": row.ref})
    return redirect("joint_order", number=number)


def order_or_404(number: str) -> JointOrder:
    """Return an order that the scope may see."""
    found = queries.order(number)
    if found is None:
        raise Http404
    return found


def not_now(request: HttpRequest, number: str) -> HttpResponse:
    """Say that it cannot be done in the state that the order has, and show that."""
    messages.warning(request, _("今の状態ではできません。何も変えていません。状態を確かめてください。"))
    return redirect("joint_order", number=number)
