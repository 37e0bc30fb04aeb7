"""Reading orders: lists by indexed columns, one order folded from its events, and what can be done with it now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from kumihimo.model import standard_calendar
from kumihimo.trade import OperationOrder, OrderEvent, OrderState, Role, fold, transitions
from kumihimo.trade.business_days import business_days
from kumihimo.trade.negotiation import open_negotiations
from kumihimo.trade.receiving import is_complete
from kumihimo_web.accounts.roles import Role as Person
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.firms import queries as firms
from kumihimo_web.orders.chase_queries import chase_list, is_overdue, open_items, overdue, paper_channel, written_to
from kumihimo_web.orders.folding import events_of, folded
from kumihimo_web.orders.goods import custody, material_ledger, moves
from kumihimo_web.orders.models import Order, Paper, Parked, WaitsFor, WorkOrder
from kumihimo_web.orders.own_queries import milestones, own_orders
from kumihimo_web.orders.partner_view import own_events, partner_view
from kumihimo_web.orders.quote_queries import candidates, comparison

__all__ = [
    "LONG_PARKED_DAYS",
    "candidates",
    "chase_list",
    "comparison",
    "counts",
    "custody",
    "folded",
    "is_overdue",
    "long_parked",
    "material_ledger",
    "milestones",
    "moves",
    "names",
    "open_items",
    "order",
    "orders",
    "orders_of",
    "overdue",
    "own_orders",
    "paper",
    "paper_channel",
    "papers",
    "parked",
    "parked_message",
    "partner_view",
    "possible",
    "refused_calls",
    "row",
    "timeline",
    "work_order",
    "work_orders",
    "written_to",
]

LONG_PARKED_DAYS = 2
"""A message that waits for its turn so many business days is looked at by a person."""
_GOODS_ARE_AWAITED = transitions.AFTER_ISSUE | {OrderState.ON_HOLD}


# Lists


def orders(
    *, words: str = "", state: str = "", firm: str = "", waiting: str = "", late: bool = False
) -> QuerySet[Order]:
    """Return orders, the latest first; a firm's own ones where a firm asks.

    Parameters
    ----------
    words
        Parts of number, item or work order; for a coordinator of the name of the firm, too.
    state, firm, waiting
        A state, the id of a firm, one of `WaitsFor`; empty for all.
    late
        Only those whose day has passed and whose goods are not all here.
    """
    # Fetched after the page is known: joined, the database would sort all orders for one page.
    of_work = Prefetch("work_order", queryset=WorkOrder._base_manager.defer("data"))
    found: QuerySet[Order] = _rows().prefetch_related(of_work)
    for word in words.split():
        within = WorkOrder.objects.filter(ref__istartswith=word)
        found = found.filter(
            Q(ref__icontains=word)
            | Q(item__icontains=word)
            | Q(work_order__in=within)
            | Q(firm__in=firms.named(word) if current_scope().is_coordinator else ())
        )
    if state:
        found = found.filter(state=state)
    if firm:
        found = found.filter(firm=firm)
    if waiting in WaitsFor.values:
        found = found.filter(waits_for=waiting)
    if late:
        found = found.filter(due_on__lt=timezone.localdate(), state__in=_GOODS_ARE_AWAITED)
    return found.order_by("-ref")


def _rows() -> QuerySet[Order]:
    """Return the rows whose columns the scope may read: for a firm those that it holds, not those it was asked for."""
    found: QuerySet[Order] = Order.objects.all()
    scope = current_scope()
    return found.filter(firm=scope.firm, revision__gte=1) if scope.firm else found


def counts() -> dict[str, int]:
    """Return how many orders stand in each state, and under ``us`` and ``partner`` how many wait for whom."""
    found: dict[str, int] = dict(_rows().order_by().values_list("state").annotate(n=Count("pk")))
    return found | dict(_rows().order_by().values_list("waits_for").annotate(n=Count("pk")))


def work_orders(words: str = "") -> QuerySet[WorkOrder]:
    """Return the work orders that the scope may see, the latest first, without their plans."""
    found: QuerySet[WorkOrder] = WorkOrder.objects.defer("data")
    for word in words.split():
        found = found.filter(Q(ref__icontains=word) | Q(title__icontains=word))
    return found


def work_order(ref: str) -> WorkOrder | None:
    """Return a work order."""
    found: WorkOrder | None = WorkOrder.objects.filter(ref=ref).first()
    return found


def firms_with_orders(most: int = 200) -> list[str]:
    """Return firms that have orders."""
    return list(_rows().filter(revision__gte=1).order_by("firm").values_list("firm", flat=True).distinct()[:most])


def orders_of(found: WorkOrder) -> QuerySet[Order]:
    """Return the orders of a work order, in the sequence of its steps."""
    rows: QuerySet[Order] = _rows().filter(work_order=found).order_by("ref")
    return rows


def names(refs: Collection[str]) -> dict[str, str]:
    """Return id -> name of firms."""
    return firms.names(refs)


# One order


def row(ref: str) -> Order | None:
    """Return the row of an order; for a firm one that it holds."""
    return _rows().filter(ref=ref).select_related("work_order").first()


def order(ref: str) -> OperationOrder | None:
    """Return an order as it stands; for a firm what it may see of it."""
    events = events_of(ref)
    scope = current_scope()
    if not events:
        return None
    if scope.is_coordinator:
        return fold(events)
    return partner_view(fold(events), scope.firm) if scope.role == Person.FACTORY and scope.firm else None


def timeline(ref: str) -> Sequence[OrderEvent]:
    """Return what happened to an order; for a firm what it may see of it."""
    events = events_of(ref)
    scope = current_scope()
    if scope.is_coordinator:
        return events
    return own_events(events, scope.firm) if scope.role == Person.FACTORY and scope.firm else ()


def papers(ref: str) -> QuerySet[Paper]:
    """Return the documents of an order that the scope may see, the latest first, without their pages."""
    found: QuerySet[Paper] = Paper.objects.filter(order__ref=ref).defer("pdf", "content", "layout").order_by("-pk")
    return found


def paper(pk: int) -> Paper | None:
    """Return a document that the scope may see."""
    found: Paper | None = Paper.objects.filter(pk=pk).first()
    return found


# What can be done


def possible(found: OperationOrder, role: Role) -> tuple[str, ...]:
    """Return the commands that make sense now in a role, in the order of the table; the library has the last word."""
    return tuple(
        kind
        for kind in dict.fromkeys(transitions.possible(found.state, role))
        if kind not in _SENSIBLE or _SENSIBLE[kind](found)
    )


_SENSIBLE: Mapping[str, Callable[[OperationOrder], bool]] = {
    "approve": lambda o: bool(o.lines),
    "answer_negotiation": lambda o: bool(open_negotiations(o)),
    "settle_notice": lambda o: any(entry.is_undecided for entry in o.notice),
    "withdraw_call": lambda o: bool(o.calls),
    "receive": lambda o: o.accepted_revision > 0,
    "report_loss": lambda o: any(s.in_transit for s in o.shipments),
    "inspect": lambda o: any(s.uninspected for s in o.shipments),
    "return": lambda o: any(s.rejected_here for s in o.shipments),
    "rework": lambda o: any(s.rejected_here for s in o.shipments),
    "claim": lambda o: any(s.accepted for s in o.shipments),
    "close": lambda o: is_complete(o) and not _is_pending(o),
    "close_short": lambda o: not is_complete(o) and not _is_pending(o) and any(s.accepted for s in o.shipments),
    "invoice": lambda o: o.accepted_jpy > o.invoiced_jpy,
    "credit_note": lambda o: o.invoiced_jpy > o.paid_jpy,
    "pay": lambda o: o.invoiced_jpy > o.paid_jpy,
    "ship": lambda o: o.accepted_revision > 0 and not is_complete(o),
    "cancel": lambda o: not any(s.net or s.rejected_here or s.in_transit for s in o.shipments),
}
"""When a command that its state allows is worth offering."""


def _is_pending(found: OperationOrder) -> bool:
    return any(s.in_transit or s.uninspected or s.rejected_here for s in found.shipments)


# What waits for its turn


def refused_calls() -> list[str]:
    """Return the orders with a phone note that was confirmed and could not be carried out, the oldest first."""
    # Few orders have a note that waits, and only such a one is looked into.
    marked = Order.objects.filter(
        waits_for=WaitsFor.US, open_calls__gt=0, events__kind="ignored", events__data__contains='"refused_call"'
    )
    found = folded(dict(marked.order_by().distinct().values_list("pk", "ref")))
    return sorted(ref for ref, one in found.items() if any(call.refused_ja for call in one.calls))


def parked(ref: str = "") -> QuerySet[Parked]:
    """Return the messages that wait for their turn, of one order or of all, the oldest first."""
    found: QuerySet[Parked] = Parked.objects.order_by("since", "pk")
    return found.filter(order_ref=ref) if ref else found


def parked_message(pk: int) -> Parked | None:
    """Return a message that waits."""
    return parked().filter(pk=pk).first()


def long_parked(today: date) -> QuerySet[Parked]:
    """Return the messages that a person has to look at: waiting for long, or refused when their turn came."""
    days = business_days(standard_calendar())
    first = days.shift(days.on_or_after(today), -LONG_PARKED_DAYS)
    limit = timezone.make_aware(datetime.combine(first, time(0)))
    return parked().filter(Q(since__lt=limit) | ~Q(refused_ja=""))
