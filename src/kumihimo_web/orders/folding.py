"""Orders out of their events; whether the scope may see them, the caller has asked."""

from __future__ import annotations

from collections.abc import Mapping

from kumihimo.trade import OperationOrder, OrderEvent, fold
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.orders.mapping import EVENT_COLUMNS, event_of
from kumihimo_web.orders.models import Event


def events_of(ref: str) -> tuple[OrderEvent, ...]:
    """Return what happened to an order; nothing when there is none."""
    network = current_scope().network
    rows = Event._base_manager.filter(order__network_id=network, order__ref=ref).order_by("seq")
    return tuple(event_of(ref, columns) for columns in rows.values_list(*EVENT_COLUMNS))


def folded(found: Mapping[int, str]) -> dict[str, OperationOrder]:
    """Return number -> order of many orders at once.

    Parameters
    ----------
    found
        Primary key -> number.
    """
    rows = Event._base_manager.filter(order__in=found).order_by("order", "seq")
    events: dict[str, list[OrderEvent]] = {}
    for pk, *columns in rows.values_list("order_id", *EVENT_COLUMNS).iterator(chunk_size=2000):
        events.setdefault(found[pk], []).append(event_of(found[pk], columns))
    return {ref: fold(rows) for ref, rows in events.items()}
