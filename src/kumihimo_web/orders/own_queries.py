"""What a firm sees of its orders in lists, and what a buyer sees of the progress of its work order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Value, When

from kumihimo.trade import OrderState
from kumihimo.trade.transitions import ASKING, DONE, UNANSWERED
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.orders.models import Asked, Order, WorkOrder

_S = OrderState
_OVER = DONE | {_S.PAID, _S.CANCELLED, _S.SUPERSEDED, _S.INVOICED}
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOrder:
    """One line of a firm's list: a request that it may quote for, or an order that it got.

    Attributes
    ----------
    state
        Of a request only whether the firm was asked, has quoted, or the request is over.
    day
        Until when the answer is awaited, or the goods.
    amount_jpy
        Of an order; of a request None.
    needs_answer, is_open
        Whether the firm has to answer now, and whether anything is left to do at all.
    """

    ref: str
    is_request: bool
    item: str
    lines: int
    quantity: int
    unit: str
    state: OrderState
    revision: int
    day: date | None
    amount_jpy: int | None
    needs_answer: bool
    is_open: bool


def own_orders(most: int = MOST) -> list[OwnOrder]:
    """Return the requests and orders of the firm of the scope: what it has to answer first, what is over last."""
    scope = current_scope()
    if not scope.firm:
        return []
    is_over = Case(When(state__in=_OVER, then=Value(1)), default=Value(0))
    held = Order.objects.filter(firm=scope.firm, revision__gte=1).annotate(over=is_over)
    found = [_of_order(row) for row in held.order_by("over", "due_on", "-ref")[:most]]
    asked = Asked.objects.filter(firm=scope.firm).exclude(order__in=held.values("pk")).select_related("order")
    found += [_of_request(row) for row in asked.order_by("-asked_at")[:most]]
    found.sort(key=lambda one: (not one.is_open, not one.needs_answer, one.day or date.max, one.ref))
    return found[:most]


def _of_order(row: Order) -> OwnOrder:
    state = OrderState(row.state)
    return OwnOrder(
        ref=row.ref,
        is_request=False,
        item=row.item,
        lines=row.lines,
        quantity=row.quantity,
        unit=row.unit,
        state=state,
        revision=row.revision,
        day=row.due_on,
        amount_jpy=row.amount_jpy,
        needs_answer=state in UNANSWERED,
        is_open=state not in _OVER,
    )


def _of_request(row: Asked) -> OwnOrder:
    order = row.order
    is_open = OrderState(order.state) in ASKING and not row.declined
    has_quoted = row.answered_at is not None and not row.declined
    state = (_S.QUOTED if has_quoted else _S.RFQ_SENT) if is_open else _S.CANCELLED
    return OwnOrder(
        ref=order.ref,
        is_request=True,
        item=order.item,
        lines=order.lines,
        quantity=order.quantity,
        unit=order.unit,
        state=state,
        revision=0,
        day=row.answer_by,
        amount_jpy=None,
        needs_answer=is_open and row.answered_at is None,
        is_open=is_open,
    )


# For the buyer


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """How far one step of a work order is: no firm, no price, no word of what was said with firms.

    Attributes
    ----------
    state
        ``next`` (not ordered yet), ``ordered``, ``running``, ``shipped`` or ``done``.
    """

    label_ja: str
    label_en: str
    state: str
    quantity: int
    shipped: int
    accepted: int
    due_on: date | None


_STAGES = {
    **dict.fromkeys((_S.DRAFT, _S.RFQ_SENT, _S.QUOTED, _S.AWARDED), "next"),
    **dict.fromkeys((_S.ISSUED, _S.DELIVERED_TO_PARTNER, _S.ACCEPTED, _S.COUNTERED, _S.ON_HOLD), "ordered"),
    **dict.fromkeys((_S.IN_PROGRESS, _S.RETURNED, _S.REWORK), "running"),
    **dict.fromkeys((_S.SHIPPED, _S.RECEIVED), "shipped"),
    **dict.fromkeys((_S.INSPECTED, *DONE, _S.INVOICED, _S.PAID), "done"),
}
_RANKS = ("next", "ordered", "running", "shipped", "done")


def milestones(work_order: WorkOrder) -> list[Milestone]:
    """Return the steps of a work order that the scope may see; shares of a split lot are one."""
    rows: dict[str, list[Any]] = {}
    columns = ("step", "state", "quantity", "shipped", "accepted", "due_on")
    # A buyer sees no order, only how far the steps are.
    for row in Order._base_manager.filter(work_order=work_order).values_list(*columns):
        if row[1] not in (_S.CANCELLED, _S.SUPERSEDED, _S.DECLINED):
            rows.setdefault(row[0].partition("@")[0], []).append(row)
    return [_milestone(step, rows.get(step["id"], [])) for step in work_order.data.get("steps", ())]


def _milestone(step: dict[str, Any], shares: list[Any]) -> Milestone:
    stages = [_RANKS.index(_stage(OrderState(state), *counted)) for _, state, *counted, _ in shares]
    days = [day for *_, day in shares if day is not None]
    return Milestone(
        label_ja=step["label_ja"],
        label_en=step["label_en"],
        state=_RANKS[min(stages, default=0)],
        quantity=step["quantity"],
        shipped=sum(row[3] for row in shares),
        accepted=sum(row[4] for row in shares),
        due_on=max(days, default=None),
    )


def _stage(state: OrderState, quantity: int, shipped: int, accepted: int) -> str:
    stage = _STAGES[state]
    return "running" if stage == "done" and accepted < quantity and state is _S.INSPECTED else stage
