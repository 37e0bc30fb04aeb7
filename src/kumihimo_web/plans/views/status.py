"""案件の状況: promised and forecast, how far, whom to ask. No firm is named to a buyer."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.queries import organisations
from kumihimo_web.accounts.roles import OrganisationKind, Role
from kumihimo_web.inquiries import queries as inquiries
from kumihimo_web.plans import progress, queries, words

PAGE = 25


@access(COORDINATORS, Role.BUYER)
@require_GET
def orders_status(request: HttpRequest) -> HttpResponse:
    """Show the orders that the viewer waits for, those in trouble first."""
    version = queries.current()
    asked = {key: request.GET.get(key, "").strip()[:80] for key in ("words", "state")}
    shown: dict[str, Any] = {
        "version": version,
        "asked": asked,
        "is_filtered": any(asked.values()),
        "contact": _contact(),
    }
    if version is not None:
        is_closed = asked["state"] == "closed"
        orders = queries.closed_orders(words=asked["words"]) if is_closed else queries.orders(version, **asked)
        page = Paginator(orders, PAGE).get_page(request.GET.get("page"))
        steps = progress.progress_of(page.object_list, queries.minute_now(version))
        shown["page"] = page
        shown["rows"] = [(row, words.forecast(row), *steps.get(row.pk, (0, 0))) for row in page]
    return render(request, "plans/orders_status.html", shown)


@access(COORDINATORS, Role.BUYER)
@require_GET
def order_status(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one order as its buyer sees it: dates and milestones in words of processes."""
    row = queries.known_order(ref)
    if row is None:
        raise Http404
    version = row.version
    stones = progress.milestones(version, row, queries.minute_now(version))
    shown = {
        "version": version,
        "row": row,
        "forecast": words.forecast(row),
        "stones": [(stone, queries.process_label(stone.process)) for stone in stones],
        "over": sum(stone.state == "done" for stone in stones),
        "contact": _contact(),
        "inquiry": inquiries.booked_as(row.ref),
    }
    return render(request, "plans/order_status.html", shown)


def _contact() -> str:
    """Return the one to ask: the office that coordinates the network."""
    office = organisations(OrganisationKind.COORDINATOR).first()
    return "" if office is None else office.name
