"""Drawings of an order: which are kept, which firm was sent which revision, and who may open it now.

A firm opens what it was sent while it needs it: as long as the request or the order still waits for it, and for good
once it has accepted. A firm that lost, or that declined an order which went to another, reads number and revision of
what it was asked; the file is closed to it. What lies in its mail nobody can call back (`docs/how-to/orders`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kumihimo.trade import OperationOrder, OrderEvent, OrderState, fold, fold_one
from kumihimo.trade.order import Drawing as Revision
from kumihimo.trade.order import OrderLine
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.orders.folding import events_of
from kumihimo_web.orders.models import Drawing
from kumihimo_web.orders.partner_view import holds, is_still_asked

_OVER = frozenset({OrderState.CANCELLED, OrderState.SUPERSEDED})
_GOES_OUT = frozenset({"issue", "revise"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A revision that went out, and to whom, the first one first."""

    sha256: str
    firms: tuple[str, ...]


def sent(events: Iterable[OrderEvent]) -> dict[tuple[str, str], Sent]:
    """Return (number, revision) -> to whom it went, of all drawings that ever left the house with an order."""
    found: dict[tuple[str, str], Sent] = {}
    order: OperationOrder | None = None
    for event in events:
        order = fold_one(order, event)
        if event.kind == "send_rfq":
            asked = {row["firm"] for row in event.data["recipients"]}
            went = [(one.firm, one.drawings) for one in order.recipients if one.firm in asked]
        elif event.kind in _GOES_OUT:
            went = [(order.firm, order.drawings)]
        else:
            continue
        for firm, drawings in went:
            for one in drawings:
                before = found.get((one.number, one.revision))
                firms = () if before is None else before.firms
                found[one.number, one.revision] = Sent(
                    sha256=one.sha256, firms=firms if firm in firms else (*firms, firm)
                )
    return found


def may_open(order: OperationOrder, firm: str) -> bool:
    """Whether a firm may still open the files that it was sent."""
    if holds(order, firm):
        return order.accepted_revision > 0 or order.state not in _OVER
    return is_still_asked(order, firm)


def kept(ref: str) -> QuerySet[Drawing]:
    """Return the drawings of an order, the first one first, without their files. For coordinators."""
    found: QuerySet[Drawing] = Drawing.objects.filter(order__ref=ref).defer("content")
    return found


def drawing(pk: int) -> Drawing | None:
    """Return a drawing with its file, as far as the scope may open it."""
    scope = current_scope()
    rows = Drawing._base_manager.filter(network_id=scope.network).select_related("order")
    found: Drawing | None = rows.filter(pk=pk).first()
    if found is None or scope.is_coordinator:
        return found
    return found if (found.number, found.revision) in _opened_to_scope(found.order.ref) else None


def openable(ref: str) -> list[Drawing]:
    """Return the drawings of an order that the firm of the scope may open, without their files."""
    able = _opened_to_scope(ref)
    if not able:
        return []
    network = current_scope().network
    rows = Drawing._base_manager.filter(network_id=network, order__ref=ref).defer("content")
    return [row for row in rows if (row.number, row.revision) in able]


def _opened_to_scope(ref: str) -> frozenset[tuple[str, str]]:
    scope = current_scope()
    if scope.role != Role.FACTORY or not scope.firm:
        return frozenset()
    events = events_of(ref)
    if not events or not may_open(fold(events), scope.firm):
        return frozenset()
    return frozenset(key for key, one in sent(events).items() if scope.firm in one.firms)


def files_of(ref: str, revisions: Iterable[Revision]) -> list[Drawing]:
    """Return the drawings with these hashes, with their files: what goes out with a document."""
    wanted = {(one.number, one.revision, one.sha256) for one in revisions}
    rows = Drawing.objects.filter(order__ref=ref, sha256__in=[sha256 for _number, _revision, sha256 in wanted])
    return [row for row in rows if (row.number, row.revision, row.sha256) in wanted]


def told(order: OperationOrder, lines: Iterable[OrderLine]) -> list[dict[str, Any]]:
    """Return the drawings of lines as commands carry them; one without a file is left out, and the library objects."""
    files: Mapping[tuple[str, str], str] = {(one.number, one.revision): one.sha256 for one in order.drawings} | {
        (one.number, one.revision): one.sha256 for one in kept(order.id)
    }
    named = dict.fromkeys((line.drawing, line.revision) for line in lines if line.drawing)
    return [
        {"number": number, "revision": revision, "sha256": files[number, revision]}
        for number, revision in named
        if (number, revision) in files
    ]
