"""The orders of a work order in the order of its flow."""

from __future__ import annotations

from dataclasses import dataclass

from kumihimo.interop.work_order_json import work_order_from_json
from kumihimo.trade import OperationOrder, OrderState
from kumihimo.trade.work import OrderFlow, flow_of
from kumihimo_web.design.language import say
from kumihimo_web.orders import queries
from kumihimo_web.orders.models import Order, WorkOrder

_LEFT = frozenset({OrderState.CANCELLED, OrderState.SUPERSEDED, OrderState.DECLINED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The flow of a work order with the orders that stand in it.

    Attributes
    ----------
    rows, orders
        By their name in the flow; a step whose order has been replaced shows the one that counts.
    labels
        Name in the flow -> what the step is called.
    """

    flow: OrderFlow
    rows: dict[str, Order]
    orders: dict[str, OperationOrder]
    labels: dict[str, str]


def flow(found: WorkOrder) -> Flow:
    """Return the flow of a work order."""
    order = work_order_from_json(found.data)
    labels = {f"{order.id}/{step.plan_step(site)}": say(step, "label") for step in order.steps for site in step.chosen}
    rows: dict[str, Order] = {}
    for row in queries.orders_of(found).select_related("work_order"):
        held = rows.get(row.flow_name)
        if held is None or held.state in _LEFT or row.state not in _LEFT:
            rows[row.flow_name] = row
    folded = queries.folded({row.pk: row.ref for row in rows.values()})
    return Flow(
        flow=flow_of(order),
        rows=rows,
        orders={name: folded[row.ref] for name, row in rows.items()},
        labels=labels,
    )
