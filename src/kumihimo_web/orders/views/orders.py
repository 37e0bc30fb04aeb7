"""注文一覧, and one order: who is next with what, what can be done, goods, money, papers, all that happened."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kumihimo.trade import OrderState, find_break
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.states import Role
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role as UserRole
from kumihimo_web.channels import services as channels
from kumihimo_web.design.language import say
from kumihimo_web.firms.queries import names as firm_names
from kumihimo_web.orders import following, queries, services, words
from kumihimo_web.orders.drawing_services import why_not_now
from kumihimo_web.orders.event_words import facts, told
from kumihimo_web.orders.forms.choosing import FORMS, OF_FIRM
from kumihimo_web.orders.forms.money import to_invoice_jpy
from kumihimo_web.orders.limits import agreement_missing
from kumihimo_web.orders.models import Order, Paper, WaitsFor
from kumihimo_web.orders.replacing import NotReplaced, replace_by
from kumihimo_web.orders.rules import person_of
from kumihimo_web.orders.views import found
from kumihimo_web.orders.views.doing import made_form, withdrawal_of
from kumihimo_web.orders.views.drawings import rows_of

PAGE = 25
_SUBSTITUTES = 5
_PARKED_SHOWN = 20
_INLINE = frozenset(
    {
        "uphold", "answer_negotiation", "confirm_delivery", "receive", "inspect", "return", "rework", "close",
        "close_short", "pay", "hold", "resume", "settle_notice", "approve",
    }
)  # fmt: skip
"""Small enough to stand on the page of the order itself; the others have a page of their own."""


@access(COORDINATORS)
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """Show all orders: those for which it is our turn first to be found by the filters."""
    asked = {key: request.GET.get(key, "").strip()[:80] for key in ("words", "state", "firm", "waiting")}
    is_late = request.GET.get("late") == "1"
    page = Paginator(queries.orders(**asked, late=is_late), PAGE).get_page(request.GET.get("page"))
    names = firm_names({one.firm for one in page if one.firm})
    today = timezone.localdate()
    shown = {
        "page": page,
        "rows": [
            {
                "one": one,
                "firm": names.get(one.firm, ""),
                "is_awarded": words.is_awarded(OrderState(one.state)),
                "state": words.state(OrderState(one.state)),
                "next": words.next_short(one),
                "is_late": words.is_late(one, today),
            }
            for one in page
        ],
        "asked": {**asked, "late": is_late},
        "is_filtered": any(asked.values()) or is_late,
        "states": [(state.value, words.state(state)) for state in OrderState],
        "waits": WaitsFor.choices,
        "waiting_long": [(one, words.noun(one.command["kind"])) for one in queries.long_parked(today)[:_PARKED_SHOWN]],
        "firm_name": firm_names([asked["firm"]]).get(asked["firm"], asked["firm"]) if asked["firm"] else "",
    }
    name = "orders/_rows.html" if request.headers.get("HX-Target") == "rows" else "orders/list.html"
    return render(request, name, shown)


@access(COORDINATORS)
@require_GET
def order(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one order."""
    held, one = found.row(ref), found.order(ref)
    events = queries.timeline(ref)
    names = found.names_in(one, (event.data["firm"] for event in events if isinstance(event.data.get("firm"), str)))
    today = timezone.localdate()
    nearest, calls, rest = actions(one)
    papers = [(paper, words.paper_kind(paper.kind)) for paper in queries.papers(ref)]
    shown = {
        "row": held,
        "work_order": held.work_order,
        "order": one,
        "state": words.state(one.state),
        "is_late": words.is_late(held, today),
        "firm_name": names.get(one.firm, ""),
        "is_awarded": words.is_awarded(one.state),
        "next": words.next_step(one, today, names.get(one.firm, "")),
        "agreement": agreement_missing(one),
        "nearest": [action(kind, one, names) for kind in nearest],
        "calls": _calls(one, calls),
        "notes": _notes(one, names),
        "rest": [(kind, words.BUTTONS[kind]) for kind in rest],
        "parked": [(message, words.noun(message.command["kind"])) for message in queries.parked(ref)],
        "lines": words.goods_of(one),
        "shipments": one.shipments,
        "asked_of": [(row, names.get(row.firm, row.firm), one.quote_of(row.firm)) for row in one.recipients],
        "undecided": [(entry, words.label(entry.item)) for entry in one.notice if entry.is_undecided],
        "signed": [verdict for verdict in one.verdicts if verdict.signed_by],
        "to_invoice_jpy": to_invoice_jpy(one),
        "unpaid_jpy": one.invoiced_jpy - one.paid_jpy,
        "substitutes": _substitutes(held, one),
        "overdue": _overdue(held, one, today, names),
        "drawings": rows_of(ref),
        "can_draw": why_not_now(one, "", "") is None,
        "papers": papers,
        "is_being_made": any(paper.made_at is None and not paper.error for paper, _label in papers),
        "timeline": [told(event, names) for event in reversed(events)],
        "broken": find_break(events),
    }
    return render(request, "orders/order.html", shown)


def actions(one: OperationOrder) -> tuple[list[str], list[str], list[str]]:
    """Return the kinds of commands that are possible: what moves it on, what was said on the phone, all others.

    A note of a call is withdrawn beside the note itself.
    """
    able = {kind: words.role_for(kind) for kind in FORMS}
    possible = {kind for kind, role in able.items() if kind in queries.possible(one, role)}
    # While a firm waits for an answer about the price, the price is not decided in another way.
    is_asked = any(thread.is_open for thread in one.negotiations)
    first = ("answer_negotiation",) if is_asked else words.NEXT.get(one.state, ())
    # Whatever else is going on: goods that nobody has looked at wait for us.
    nearest = [kind for kind in dict.fromkeys((*first, "inspect")) if kind in possible]
    calls = [kind for kind in FORMS if kind in possible and kind in OF_FIRM and able[kind] is Role.CLERK]
    beside = {*nearest, *calls, "withdraw_call"}
    rest = [kind for kind in FORMS if kind in possible and kind not in beside]
    return nearest, calls, rest


def _calls(one: OperationOrder, kinds: list[str]) -> list[tuple[str, Any]]:
    """Return (address, label) of what can be written down for the firm."""
    found = [(reverse("order_do", args=[one.id, kind]), words.BUTTONS[kind]) for kind in kinds]
    if "invoice" in queries.possible(one, Role.CLERK):
        found.append((f"{reverse('order_do', args=[one.id, 'invoice'])}?as=clerk", _("請求を書き取る")))
    return found


def _notes(one: OperationOrder, names: dict[str, str]) -> list[dict[str, Any]]:
    """Return the notes of calls that wait: when, by whom, what was said, and the form that takes each back."""
    can_withdraw = "withdraw_call" in queries.possible(one, words.role_for("withdraw_call"))
    return [
        {
            "call": call,
            "what": words.noun(call.kind),
            "by": person_of(call.by),
            "facts": facts(call.data, names),
            "words": [row["words"] for row in call.evidence if row.get("words")],
            "why": say(call, "refused"),
            "form": withdrawal_of(one, call, at) if can_withdraw else None,
        }
        for at, call in enumerate(one.calls, 1)
    ]


def _substitutes(held: Order, one: OperationOrder) -> list[tuple[str, str, int]]:
    """Return (firm, name, yen) of who else could do it, where the firm has declined."""
    if one.state is not OrderState.DECLINED:
        return []
    others = following.substitutes(held, one)[:_SUBSTITUTES]
    names = firm_names({other.firm for other in others})
    return [(other.firm, names.get(other.firm, other.firm), other.jpy) for other in others]


def _overdue(held: Order, one: OperationOrder, today: date, names: dict[str, str]) -> list[dict[str, Any]]:
    """Return what firms owe since a day that has passed, and why one cannot be sent a reminder today."""
    items = queries.overdue(held, one, today)
    written_to = queries.written_to(today) if items else frozenset()
    found = []
    for item in items:
        why = ""
        if item.partner in written_to:
            why = _("今日はもう1通送りました。次は明日から送れます。")
        elif queries.paper_channel(item.partner) is None:
            why = _("文書で送れる連絡先がありません。電話で伝えてください。")
        found.append(
            {
                "firm": item.partner,
                "name": names.get(item.partner, item.partner),
                "what": words.label(item.kind),
                "why_not": why,
            }
        )
    return found


def action(kind: str, one: OperationOrder, names: dict[str, str]) -> dict[str, Any]:
    """Return a button, with its form where that is small."""
    form = made_form(kind, one, None, words.role_for(kind), names) if kind in _INLINE else None
    address, label = reverse("order_do", args=[one.id, kind]), words.BUTTONS[kind]
    if one.recipients and kind == "award":
        address, label = reverse("order_quotes", args=[one.id]), _("見積を比べて決める")
    elif one.recipients and kind == "send_rfq":
        label = _("ほかの企業にも見積を頼む")
    return {
        "kind": kind,
        "address": address,
        "label": label,
        "form": form,
        "is_danger": kind in words.DANGEROUS,
    }


@access(COORDINATORS)
@require_POST
def order_replace(request: HttpRequest, ref: str) -> HttpResponse:
    """Let another firm be asked instead of the one that has declined."""
    held, one, firm = found.row(ref), found.order(ref), request.POST.get("firm", "")[:80]
    if one.state is OrderState.SUPERSEDED and one.replaced_by:
        return redirect("order", one.replaced_by)
    if firm not in {other for other, _name, _jpy in _substitutes(held, one)}:
        messages.warning(request, _("この企業はもう候補ではありません。今の内容を確かめてください。"))
        return redirect("order", ref)
    try:
        made = replace_by(one, firm)
    except NotReplaced as why:
        messages.error(request, say(why.decision))
        return redirect("order", ref)
    messages.success(request, _("代わりの注文（下書き）を作りました。見積を依頼するか、発注先を決めてください。"))
    return redirect("order", made.ref)


@access(COORDINATORS)
@require_POST
def order_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a message that waits in vain, with the reason."""
    message = queries.parked_message(pk)
    if message is None:
        raise Http404
    reason = request.POST.get("reason", "").strip()[:2_000]
    if reason:
        services.put_aside(message, reason)
        messages.success(request, _("順番待ちの連絡を取り下げました。理由は監査ログに残ります。"))
    else:
        messages.error(request, _("取り下げる理由を書いてください。取り下げていません。"))
    return redirect("order", message.order_ref) if queries.row(message.order_ref) else redirect("orders")


@access(COORDINATORS, UserRole.FACTORY)
@require_GET
def order_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a document as it went out; when its firm opens it here, the message that carries it has arrived."""
    paper = found.paper(pk)
    answer = paper_answer(paper)
    channels.read_by_firm(paper.key)
    return answer


def paper_answer(paper: Paper) -> HttpResponse:
    """Return the file of a document; 404 while it is being made."""
    if paper.pdf is None:
        raise Http404
    return HttpResponse(
        bytes(paper.pdf),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{paper.number}-r{paper.revision}.pdf"'},
    )
