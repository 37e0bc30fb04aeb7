"""Where the workpieces of a work order are, and what became of supplied material: entries that are only added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from kumihimo.trade.custody import (
    Arrival,
    CustodyChain,
    CustodyTransfer,
    StockCheck,
    WriteOff,
    begin,
    check_stock,
    hand_over,
    take_over,
    write_off,
)
from kumihimo.trade.material import Charge, LotAtFirm, MaterialLedger, MaterialMove, MoveKind, post
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.orders import outbox, rules
from kumihimo_web.orders.models import Custody, Material, WorkOrder

# The way of the workpieces


_STEPS: Mapping[str, Callable[[CustodyChain, dict[str, Any]], CustodyChain]] = {
    "begin": lambda chain, data: begin(chain, **data),
    "transfer": lambda chain, data: hand_over(chain, CustodyTransfer(**data)),
    "arrival": lambda chain, data: take_over(chain, Arrival(**data)),
    "check": lambda chain, data: check_stock(chain, StockCheck(**data)),
    "write_off": lambda chain, data: write_off(chain, WriteOff(**data)),
}
CUSTODY_KINDS = tuple(_STEPS)


def custody(work_order: WorkOrder) -> CustodyChain:
    """Return the way of the workpieces of a work order so far. For coordinators."""
    chain = CustodyChain(work_order=work_order.ref)
    for kind, data, at in Custody.objects.filter(work_order=work_order).values_list("kind", "data", "at"):
        chain = _STEPS[kind](chain, {**data, "at": at})
    return chain


@transaction.atomic
def note_custody(ref: str, kind: str, data: Mapping[str, Any], *, key: str, at: datetime | None = None) -> CustodyChain:
    """Add an entry to the way of the workpieces; the same key adds nothing.

    Parameters
    ----------
    kind, data
        One of `CUSTODY_KINDS` with the fields of its noun in `kumihimo.trade.custody`, without ``at``.

    Raises
    ------
    InputError
        It cannot be: more leave than are there, more arrive than left, or it came before it left.
    """
    lock_network(current_scope().network)
    work_order: WorkOrder = WorkOrder.objects.get(ref=ref)
    chain = custody(work_order)
    if Custody.objects.filter(work_order=work_order, key=key).exists():
        return chain
    at = at or timezone.now()
    after = _STEPS[kind](chain, {**data, "at": at})
    scope = current_scope()
    row = Custody.objects.create(
        work_order=work_order, key=key, kind=kind, data=dict(data), at=at, by=rules.signature(scope)
    )
    record("custody.noted", row, after={"number": ref, "kind": kind, **data}, is_held=True)
    return after


# Supplied material


def material_ledger(firm: str = "") -> MaterialLedger:
    """Return what became of the supplied material, of one firm or of all that the scope may see.

    A firm's own ledger holds also what another firm handed on to it.
    """
    ledger = MaterialLedger()
    for row in Material._base_manager.filter(network_id=current_scope().network).order_by("pk"):
        ledger = post(ledger, _move(row))
    wanted = current_scope().firm or firm
    accounts = {at: account for at, account in ledger.accounts.items() if not wanted or at.firm == wanted}
    return MaterialLedger(accounts=accounts, keys=frozenset())


@transaction.atomic
def book_material(move: MaterialMove, *, unit: str) -> MaterialLedger:
    """Book a movement of supplied material; the same key books nothing.

    Raises
    ------
    InputError
        More is taken than is there, the terms differ, or a transfer names no other firm.
    """
    scope = current_scope()
    lock_network(scope.network)
    if not Material._base_manager.filter(network_id=scope.network, key=move.key).exists():
        ledger = MaterialLedger()
        for row in Material._base_manager.filter(network_id=scope.network).order_by("pk"):
            ledger = post(ledger, _move(row))
        post(ledger, move)
        row = Material.objects.create(
            key=move.key,
            kind=move.kind.value,
            firm=move.at.firm,
            material=move.at.material,
            lot=move.at.lot,
            unit=unit,
            quantity=move.quantity,
            on=move.on,
            order_ref=move.order,
            charge=move.charge.value,
            unit_price_jpy=move.unit_price_jpy,
            to_firm=move.to_firm,
            by=rules.signature(scope),
        )
        told = {"kind": move.kind.value, "name": move.at.material, "lot": move.at.lot, "quantity": move.quantity}
        record("material.moved", row, firm=move.at.firm, after=told, is_held=True)
        if move.kind is MoveKind.ISSUE:
            outbox.note_material(row)
    return material_ledger(move.at.firm)


def moves(firm: str = "", since: date | None = None) -> tuple[tuple[MaterialMove, str], ...]:
    """Return the movements that the scope may see with their units, the latest first."""
    rows = Material.objects.order_by("-pk")
    if firm:
        rows = rows.filter(firm=firm)
    if since is not None:
        rows = rows.filter(on__gte=since)
    return tuple((_move(row), row.unit) for row in rows)


def _move(row: Material) -> MaterialMove:
    return MaterialMove(
        key=row.key,
        kind=MoveKind(row.kind),
        at=LotAtFirm(firm=row.firm, material=row.material, lot=row.lot),
        quantity=row.quantity,
        on=row.on,
        order=row.order_ref,
        charge=Charge(row.charge),
        unit_price_jpy=row.unit_price_jpy,
        to_firm=row.to_firm,
    )
