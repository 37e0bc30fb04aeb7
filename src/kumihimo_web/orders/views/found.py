"""What an address names, or 404: nobody can tell what is not there from what is not theirs."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404

from kumihimo.trade.order import OperationOrder
from kumihimo_web.firms.queries import names as firm_names
from kumihimo_web.orders import queries
from kumihimo_web.orders.models import Order, Paper, WorkOrder


def row(ref: str) -> Order:
    """Return the row of an order that the scope may see."""
    found = queries.row(ref)
    if found is None:
        raise Http404
    return found


def order(ref: str) -> OperationOrder:
    """Return an order as it stands."""
    found = queries.order(ref)
    if found is None:
        raise Http404
    return found


def work_order(ref: str) -> WorkOrder:
    """Return a work order."""
    found = queries.work_order(ref)
    if found is None:
        raise Http404
    return found


def paper(pk: int) -> Paper:
    """Return a document that the scope may see."""
    found = queries.paper(pk)
    if found is None:
        raise Http404
    return found


def names_in(found: OperationOrder, others: Iterable[str] = ()) -> dict[str, str]:
    """Return firm -> name of all firms that an order speaks of."""
    firms = {found.firm, *(one.firm for one in found.recipients), *others} - {""}
    return firm_names(firms)
