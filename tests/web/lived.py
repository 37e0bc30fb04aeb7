"""Lives of synthetic orders through the services: those that the library invents, and short ones given by people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kumihimo.simulate.orders import notice_data
from kumihimo.trade import Command, Decision, OperationOrder, OrderEvent, Outcome, Role
from kumihimo_web.accounts.scope import Scope, scoped, system_scope
from kumihimo_web.orders import services
from kumihimo_web.orders.mapping import EVENT_COLUMNS, columns_of, event_of
from kumihimo_web.orders.models import Event, Order, WorkOrder

from .conftest import OWN_FIRM, RIVAL_FIRM

PRICE = 1_000


def work_order(ref: str, network: int) -> WorkOrder:
    """Return a work order without steps, for orders that no plan knows."""
    known: WorkOrder | None = WorkOrder._base_manager.filter(network_id=network, ref=ref).first()
    if known is not None:
        return known
    made: WorkOrder = WorkOrder._base_manager.create(
        network_id=network, ref=ref, title=f"合成 {ref}", buyer_name="合成発注者", data={}
    )
    return made


def carried_out(commands: Iterable[Command], network: int) -> list[Decision]:
    """Give commands of the library as the program, each in the name of whoever it names."""
    found = []
    for command in commands:
        if command.kind == "draft":
            work_order(command.data["work_order"], network)
        with scoped(system_scope(network, command.by)):
            found.append(
                services.give(
                    command.kind,
                    command.order,
                    command.data,
                    key=command.key,
                    role=command.role,
                    evidence=command.evidence,
                    at=command.at,
                )
            )
    return found


def kept_of(ref: str) -> list[OrderEvent]:
    """Return the events of an order out of the rows."""
    rows = Event._base_manager.filter(order__ref=ref).order_by("seq").values_list(*EVENT_COLUMNS)
    return [event_of(ref, columns) for columns in rows]


def columns_hold(row: Order, folded: OperationOrder, events: list[OrderEvent]) -> bool:
    """Whether the columns of an order are those of its events."""
    return all(getattr(row, name) == value for name, value in columns_of(folded, events).items())


# An order given by people


def lines(quantity: int = 10, price: int | None = None) -> list[dict[str, Any]]:
    line: dict[str, Any] = {"no": 1, "item": "合成軸受箱", "quantity": quantity, "unit": "個", "process": "mach.mill5"}
    return [line | ({} if price is None else {"unit_price_jpy": price})]


def drafted(scope: Scope, key: str = "d1", *, quantity: int = 10, firm: str = "") -> Order:
    """Return a draft of the coordinator."""
    work_order("W-1", scope.network)
    with scoped(scope):
        data: dict[str, Any] = {"work_order": "W-1", "buyer": "合成発注者", "lines": lines(quantity)}
        return services.draft(data | ({"firm": firm} if firm else {}), key=key)


def given(scope: Scope, ref: str, kind: str, data: Mapping[str, Any], role: Role, key: str = "") -> Decision:
    """Give one command, which has to be carried out."""
    with scoped(scope):
        decision = services.give(kind, ref, data, key=key or f"{kind}-1", role=role)
    assert decision.outcome is Outcome.APPLIED, decision.ja
    return decision


def day(days: int = 21) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def issue_data(quantity: int = 10, price: int = PRICE, days: int = 21) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "due_on": day(days),
        "notice": notice_data(quantity * price, today + timedelta(days=days), today),
        "verdicts": [{"rule": "synthetic", "colour": "green"}],
        "drawings": [],
    }


def asked(scope: Scope, *, quantity: int = 10, key: str = "d1") -> Order:
    """Return an order for which both firms were asked to quote."""
    row = drafted(scope, key, quantity=quantity)
    recipients = [{"firm": OWN_FIRM}, {"firm": RIVAL_FIRM}]
    given(scope, row.ref, "send_rfq", {"recipients": recipients, "answer_by": day(5)}, Role.BUYER)
    return row


def quote(firm: str, price: int = PRICE) -> dict[str, Any]:
    prices = [{"line": 1, "unit_price_jpy": price}]
    return {"firm": firm, "prices": prices, "due_on": day(), "on": day(0)}


def issued(scope: Scope, *, quantity: int = 10, key: str = "d1", firm: str = OWN_FIRM) -> Order:
    """Return an order that went out to a firm."""
    row = drafted(scope, key, quantity=quantity, firm=firm)
    prices = [{"line": 1, "unit_price_jpy": PRICE}]
    given(scope, row.ref, "award", {"firm": firm, "prices": prices, "basis": "単価表（合成）"}, Role.BUYER)
    given(scope, row.ref, "issue", issue_data(quantity), Role.BUYER)
    return row
