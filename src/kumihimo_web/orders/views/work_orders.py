"""製造注文: the orders of one work order in the order of its flow, who waits for whom, where the goods are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kumihimo.trade import OrderState
from kumihimo.trade.work import Operation, available, blocked_by, may_start, to_release
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.firms.queries import names as firm_names
from kumihimo_web.orders import queries, services, words
from kumihimo_web.orders.views import found
from kumihimo_web.orders.work_queries import Flow, flow
from kumihimo_web.plans import queries as plans


@access(COORDINATORS)
@require_GET
def work_order(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the flow of a work order."""
    held = found.work_order(ref)
    found_flow = flow(held)
    operations = found_flow.flow.operations
    firms = firm_names({one.firm for one in operations} | {row.firm for row in found_flow.rows.values() if row.firm})
    released = {one.order for one in to_release(found_flow.flow, found_flow.orders, timezone.localdate())}
    startable = {one.order for one in may_start(found_flow.flow, found_flow.orders)}
    chain = queries.custody(held)
    shown = {
        "work_order": held,
        "steps": [
            {**_step(found_flow, one, firms), "may_go": one.order in released, "may_begin": one.order in startable}
            for one in operations
        ],
        "held": [
            (firms.get(holder, holder), lot, quantity) for (holder, lot), quantity in chain.held.items() if quantity
        ],
        "under_way": [(lot, chain.under_way(lot)) for lot in chain.begun if chain.under_way(lot)],
        "transfers": [
            (one, firms.get(one.sender, one.sender), firms.get(one.receiver, one.receiver))
            for one in reversed(chain.transfers)
        ],
        "missing": [
            (
                one,
                firms.get(one.segment.sender, one.segment.sender),
                firms.get(one.segment.receiver, one.segment.receiver),
            )
            for one in chain.missing
        ],
    }
    return render(request, "orders/work_order.html", shown)


def _step(found_flow: Flow, operation: Operation, firms: dict[str, str]) -> dict[str, Any]:
    row, order = found_flow.rows.get(operation.order), found_flow.orders.get(operation.order)
    firm = firms.get((order.firm if order is not None else "") or operation.firm, operation.firm)
    return {
        "label": found_flow.labels[operation.order],
        "row": row,
        "firm": firm,
        "is_awarded": order is not None and words.is_awarded(order.state),
        "state": words.state(OrderState(row.state)) if row is not None else _("注文なし"),
        "next": words.next_step(order, timezone.localdate(), firm) if order is not None else None,
        "waits": [found_flow.labels[name] for name in blocked_by(found_flow.flow, found_flow.orders, operation.order)],
        "sent": available(operation, found_flow.orders),
    }


@access(COORDINATORS)
@require_POST
def work_order_confirm(request: HttpRequest, ref: str) -> HttpResponse:
    """Make orders of an order of the plan, one for each step and firm; a second press leads to the same ones."""
    try:
        made = services.from_plan(ref)
    except services.NotInPlan:
        messages.error(request, _("この案件は今の計画に入っていないか、日程が付いていません。計画を確かめてください。"))
        return redirect("plans")
    messages.success(request, _("工程ごとの注文（下書き）を作りました。見積を依頼するか、発注先を決めてください。"))
    return redirect("work_order", made.ref)


@access(COORDINATORS, Role.BUYER)
@require_GET
def order_milestones(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a buyer how far the work is: steps and days, neither firms nor prices."""
    held = queries.work_order(ref)
    version = plans.current() if held is None else None
    planned = plans.order(version, ref) if version is not None else None
    if held is None and planned is None:
        raise Http404
    shown = {
        "ref": ref,
        "title": held.title if held is not None else planned.title if planned is not None else "",
        "stones": queries.milestones(held) if held is not None else [],
    }
    return render(request, "orders/milestones.html", shown)
