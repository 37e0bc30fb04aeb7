"""What a firm sees and answers about one order: the same page for those who log in and those who follow a link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.trade import OrderState
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.states import Role
from kumihimo_web.orders import drawings, queries, services, words
from kumihimo_web.orders.forms.choosing import form_for
from kumihimo_web.orders.forms.entering import CommandForm, WordsField
from kumihimo_web.orders.forms.money import to_invoice_jpy
from kumihimo_web.orders.models import Paper
from kumihimo_web.orders.views.carried import status_of

Address = Callable[[str], str]
"""Kind of a command -> where its form is sent."""
_IN_TURN = ("start", "ship", "invoice", "counter", "decline", "request_negotiation")
"""What stands below each other on the page, what is done most first."""
_WITH_REPLY = frozenset({"rfq", "order", "order_change"})
"""Kinds of documents that say what is asked for; the latest stands on top."""
_CHANGE = gettext_lazy("納期・条件の変更を願い出る")
"""What a counter-proposal is called once the order was taken."""
_ASKED = frozenset({OrderState.RFQ_SENT, OrderState.QUOTED})
_TO_ANSWER = frozenset({OrderState.ISSUED, OrderState.DELIVERED_TO_PARTNER})


def seen_order(ref: str) -> OperationOrder:
    """Return an order as the firm of the scope may see it, or 404."""
    seen = queries.order(ref)
    if seen is None:
        raise Http404
    return seen


def possible(order: OperationOrder) -> list[str]:
    """Return what the firm can say now."""
    able = [kind for kind in words.OWN_BUTTONS if kind in queries.possible(order, Role.SUPPLIER)]
    is_asked = order.state in _ASKED
    return [
        kind
        for kind in able
        if (kind in ("quote", "decline_rfq")) <= is_asked
        and (kind != "decline_rfq" or not _has_declined(order))
        and not (kind == "request_negotiation" and order.state in _OVER)
    ]


_OVER = frozenset({OrderState.CANCELLED, OrderState.SUPERSEDED, OrderState.PAID})


def _has_declined(order: OperationOrder) -> bool:
    return any(one.declined for one in order.recipients)


def form_of(kind: str, order: OperationOrder, firm: str, sent: Any = None) -> CommandForm:
    """Return the form in which a firm says something."""
    form = form_for(kind, order, sent, today=timezone.localdate(), role=Role.SUPPLIER, firm=firm)
    if kind == "quote" and sent is not None and sent.get("with") == "words":
        form.fields["words"] = WordsField(
            label=form.fields["words"].label,
            error_messages={"required": _("「条件をつけて受ける」ときは、条件を書いてください。")},
        )
    return form


def take(request: HttpRequest, ref: str, kind: str, firm: str) -> tuple[int, CommandForm]:
    """Carry out what a firm says; return the status of the answer and the form."""
    order = seen_order(ref)
    if kind not in words.OWN_BUTTONS:
        raise Http404
    form = form_of(kind, order, firm, request.POST)
    if not form.is_valid():
        return 422, form
    key = f"own/{firm}/{form.cleaned_data['key']}"
    try:
        decision = services.give(kind, ref, form.command_data(), key=key, role=Role.SUPPLIER)
    except services.NoSuchOrder:
        raise Http404 from None
    status = status_of(request, decision, form, _("ありがとうございます。調整機関に届きました。"))
    if status == 409:
        messages.warning(request, _("この間に注文が変わりました。今の内容を下に出しています。"))
        form.renew(seen_order(ref))
    return status, form


def context(ref: str, firm: str, address: Address, sent: CommandForm | None = None) -> dict[str, Any]:
    """Return what the page shows; everything is read here, within the scope."""
    order = seen_order(ref)
    kinds = possible(order)
    forms = {kind: form_of(kind, order, firm) for kind in kinds}
    if sent is not None:
        forms[sent.kind] = sent
    quote = order.quote_of(firm)
    is_turn, awaited = words.own_turn(order.state)
    answer_by = next((one.answer_by for one in order.recipients if one.firm == firm), None)
    if order.state in _ASKED and quote is None and not _has_declined(order):
        is_turn, awaited = True, words.to_quote(answer_by)
    lines = words.goods_of(order)
    if order.state is OrderState.INSPECTED and (left := sum(line.left for line in lines)):
        is_turn, awaited = True, _("残り %(n)s個 を出したら「出荷」を知らせてください。") % {"n": f"{left:,}"}
    papers = _papers(ref)
    first = next((paper for paper in papers if paper.kind in _WITH_REPLY), None)
    return {
        "order": order,
        "is_turn": is_turn,
        "awaited": awaited,
        "state": words.state(order.state),
        "is_asked": order.state in _ASKED,
        "is_to_answer": order.state in _TO_ANSWER,
        "is_over": order.state in _OVER,
        "answer_by": answer_by,
        "has_declined": _has_declined(order),
        "quote": quote,
        "prices": {price.line: price.unit_price_jpy for price in quote.prices} if quote else {},
        "lines": lines,
        "forms": forms,
        "kinds": [kind for kind in _IN_TURN if kind in forms],
        "first_kind": next((kind for kind in _IN_TURN[:3] if kind in forms), ""),
        "addresses": {kind: address(kind) for kind in forms},
        "labels": words.OWN_BUTTONS if order.state in _TO_ANSWER else {**words.OWN_BUTTONS, "counter": _CHANGE},
        "sent_kind": sent.kind if sent is not None else "",
        "waiting": [(one, words.noun(one.command["kind"])) for one in queries.parked(ref)],
        "talks": [(one, words.talk_answer(one)) for one in order.negotiations],
        "paper": first,
        "paper_label": "" if first is None else f"{words.paper_kind(first.kind)} {first}",
        "drawings": drawings.openable(ref),
        "papers": [(paper.pk, f"{words.paper_kind(paper.kind)} {paper}") for paper in papers if paper is not first],
        "notice": [
            (words.label(entry.item), words.notice_value(entry)) for entry in order.notice if words.notice_value(entry)
        ],
        "to_invoice_jpy": to_invoice_jpy(order),
    }


def _papers(ref: str) -> list[Paper]:
    return [paper for paper in queries.papers(ref) if paper.made_at is not None]
