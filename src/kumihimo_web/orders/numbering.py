"""Numbers of orders and documents: ``PO-2026-000123``, by kind and year, without a gap."""

from __future__ import annotations

from kumihimo.paper.kinds import KINDS, DocumentKind, document_number
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.orders.models import Counter


def next_number(kind: DocumentKind, year: int) -> str:
    """Return the next number of a kind, within the transaction of what gets it: undone with it, it is given again."""
    scope = current_scope()
    # The row is held until the transaction ends: whoever wants the next number waits for this one.
    counter, _new = Counter._base_manager.select_for_update().get_or_create(
        network_id=scope.network, prefix=KINDS[kind].prefix, year=year
    )
    counter.last += 1
    counter.save(update_fields=["last"])
    return document_number(kind, year, counter.last)
