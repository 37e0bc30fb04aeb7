"""依頼と注文 of a factory: made for a thumb."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from kumihimo_web.accounts.access import access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.orders import queries, words
from kumihimo_web.orders.views import partner

PAGE = 20


@access(Role.FACTORY)
@require_GET
def own_orders(request: HttpRequest) -> HttpResponse:
    """Show what the firm is asked, and its orders."""
    page = Paginator(queries.own_orders(), PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "rows": [(one, words.state(one.state), words.own_sentence(one)) for one in page],
        "today": timezone.localdate(),
    }
    return render(request, "orders/own_orders.html", shown)


@access(Role.FACTORY)
@require_GET
def own_order(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one request or order, and what can be answered."""
    return render(request, "orders/own_order.html", partner.context(ref, current_scope().firm, partial(_address, ref)))


@access(Role.FACTORY)
@require_POST
def own_order_do(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """Take down what the firm says."""
    firm = current_scope().firm
    status, form = partner.take(request, ref, kind, firm)
    if status == 302:
        return redirect("own_order", ref)
    shown = partner.context(ref, firm, partial(_address, ref), form)
    return render(request, "orders/own_order.html", {**shown, "is_late": status == 409}, status=status)


def _address(ref: str, kind: str) -> str:
    return reverse("own_order_do", args=[ref, kind])
