"""The operation orders of one work order: which stands behind which, and which may be let go or begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kumihimo.errors import InputError
from kumihimo.model import WorkOrder
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.receiving import line_totals
from kumihimo.trade.states import OrderState


class Release(StrEnum):
    """What lets an operation order go out: the shipment of those before it, or its planned day."""

    PUSH = "push"
    PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The place of one operation order in its work order.

    Attributes
    ----------
    order
        Id of the operation order.
    after
        Ids of the operation orders whose goods it works on; ``…@site`` where several sites share a step.
    planned
        Day on which it is released by plan.
    """

    order: str
    step: str
    firm: str
    after: tuple[str, ...] = ()
    release: Release = Release.PUSH
    planned: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFlow:
    """All operations of a work order, each behind those that it waits for."""

    work_order: str
    operations: tuple[Operation, ...]


def order_flow(work_order: str, operations: tuple[Operation, ...]) -> OrderFlow:
    """Return the flow with every operation behind those that it waits for.

    Raises
    ------
    InputError
        An order twice, one that waits for an unknown one, a circle, or a release by plan without a day.
    """
    names = {operation.order for operation in operations}
    for operation in operations:
        unknown = sorted(set(operation.after) - names)
        if unknown or (operation.release is Release.PLAN and operation.planned is None):
            raise InputError(
                f"個別注文「{operation.order}」の前工程 {unknown} がないか、計画日がありません。直してください。",
                f"operation order '{operation.order}' waits for unknown {unknown}, or has no planned day; mend it.",
            )
    if len(names) < len(operations):
        raise InputError("同じ個別注文が2回あります。", "an operation order stands twice.")
    placed: list[Operation] = []
    done: set[str] = set()
    waiting = list(operations)
    while waiting:
        ready = [operation for operation in waiting if done.issuperset(operation.after)]
        if not ready:
            circle = " → ".join(operation.order for operation in waiting)
            raise InputError(
                f"工程が循環しています（{circle}）。前工程を直してください。",
                f"these operation orders wait for each other: {circle}; mend what stands before what.",
            )
        placed += ready
        done.update(operation.order for operation in ready)
        waiting = [operation for operation in waiting if operation.order not in done]
    return OrderFlow(work_order=work_order, operations=tuple(placed))


def flow_of(work_order: WorkOrder) -> OrderFlow:
    """Return one operation for each chosen site of each step; its order is called ``work order/step``."""
    operations: list[Operation] = []
    orders: dict[str, tuple[str, ...]] = {}
    for step in work_order.steps:
        behind = tuple(name for before in step.after for name in orders[before])
        orders[step.id] = tuple(f"{work_order.id}/{step.plan_step(site)}" for site in step.chosen)
        for site, name in zip(step.chosen, orders[step.id], strict=True):
            firm = step.offer_of(site).firm
            operations.append(Operation(order=name, step=step.plan_step(site), firm=firm, after=behind))
    return order_flow(work_order.id, tuple(operations))


def shipped_quantity(order: OperationOrder) -> int:
    """Return the complete sets that an order has sent on: the least over its lines of what left and stayed away."""
    return min((max(0, line_totals(order, line.no).net) for line in order.agreed), default=0)


def available(operation: Operation, orders: Mapping[str, OperationOrder]) -> int | None:
    """Return how many pieces the operations before have sent on to this one; None when it waits for none.

    Sites that share a step add up; of several steps the one that has sent least counts.
    """
    if not operation.after:
        return None
    sent: dict[str, int] = {}
    for name in operation.after:
        step = name.partition("@")[0]
        sent[step] = sent.get(step, 0) + (shipped_quantity(orders[name]) if name in orders else 0)
    return min(sent.values())


def to_release(flow: OrderFlow, orders: Mapping[str, OperationOrder], today: date) -> tuple[Operation, ...]:
    """Return the operations whose order is awarded and may go out now.

    By push as soon as all before have shipped something, by plan from the planned day on.
    """
    return tuple(
        operation
        for operation in flow.operations
        if (order := orders.get(operation.order)) is not None
        and order.state is OrderState.AWARDED
        and _is_due(operation, orders, today)
    )


def _is_due(operation: Operation, orders: Mapping[str, OperationOrder], today: date) -> bool:
    if operation.release is Release.PLAN:
        return operation.planned is not None and operation.planned <= today
    return available(operation, orders) != 0


def may_start(flow: OrderFlow, orders: Mapping[str, OperationOrder]) -> tuple[Operation, ...]:
    """Return the operations that are accepted and whose goods are on their way or there."""
    return tuple(
        operation
        for operation in flow.operations
        if (order := orders.get(operation.order)) is not None
        and order.state is OrderState.ACCEPTED
        and available(operation, orders) != 0
    )


def blocked_by(flow: OrderFlow, orders: Mapping[str, OperationOrder], order: str) -> tuple[str, ...]:
    """Return the operation orders for which one waits: those before it that have not shipped anything."""
    operation = next((row for row in flow.operations if row.order == order), None)
    if operation is None:
        raise InputError(
            f"製造注文「{flow.work_order}」に個別注文「{order}」はありません。番号を確かめてください。",
            f"work order '{flow.work_order}' has no operation order '{order}'; check the number.",
        )
    return tuple(name for name in operation.after if name not in orders or shipped_quantity(orders[name]) == 0)
