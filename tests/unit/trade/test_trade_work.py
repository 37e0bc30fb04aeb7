"""Operation orders of one work order: what stands behind what, and what may be let go."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from trade_desk import Desk, revise

from kumihimo.errors import InputError
from kumihimo.model import OrderStep, StepOffer, WorkOrder
from kumihimo.trade import OperationOrder, Role
from kumihimo.trade.work import Operation, Release, available, blocked_by, flow_of, may_start, order_flow, to_release

TODAY = date(2026, 12, 10)


def step(name: str, after: tuple[str, ...], *sites: str) -> OrderStep:
    offers = tuple(
        StepOffer(
            firm=f"firm of {site}", site=site, capability="c", minutes=1, jpy=1, quantity=50 if sites[1:] else None
        )
        for site in sites
    )
    words: dict[str, Any] = {"label_ja": name, "label_en": name, "process": "turning", "quantity": 100}
    return OrderStep(id=name, after=after, chosen=sites, offers=offers, **words)


WORK = WorkOrder(
    id="W-1",
    title="t",
    buyer="b",
    release=TODAY,
    steps=(step("10", (), "S1", "S2"), step("20", ("10",), "S3"), step("30", ("20",), "S4")),
)


def orders(**desks: Desk) -> dict[str, OperationOrder]:
    return {f"W-1/{name.strip('_').replace('_', '@')}": desk.now for name, desk in desks.items()}


def test_operations_of_a_plan_stand_behind_all_sites_of_the_step_before() -> None:
    flow = flow_of(WORK)
    assert [(o.order, o.firm, o.after) for o in flow.operations] == [
        ("W-1/10@S1", "firm of S1", ()),
        ("W-1/10@S2", "firm of S2", ()),
        ("W-1/20", "firm of S3", ("W-1/10@S1", "W-1/10@S2")),
        ("W-1/30", "firm of S4", ("W-1/20",)),
    ]


def test_shipment_of_the_one_before_releases_the_next() -> None:
    flow = flow_of(WORK)
    first, second, third = Desk().accepted(quantity=50), Desk().accepted(quantity=50), Desk().awarded()
    held = orders(_10_S1=first, _10_S2=second, _20=third)
    assert to_release(flow, held, TODAY) == ()
    assert blocked_by(flow, held, "W-1/20") == ("W-1/10@S1", "W-1/10@S2")
    second.ship("D1", 20)
    held = orders(_10_S1=first, _10_S2=second, _20=third)
    assert [o.order for o in to_release(flow, held, TODAY)] == ["W-1/20"]
    assert blocked_by(flow, held, "W-1/20") == ("W-1/10@S1",)
    assert [o.order for o in may_start(flow, held)] == ["W-1/10@S1"]


def test_pieces_of_split_lots_add_up_and_goods_that_went_back_do_not_count() -> None:
    flow = flow_of(WORK)
    first, second = Desk().accepted(quantity=50), Desk().accepted(quantity=50)
    first.deliver("D1", 50, rejected=5)
    second.ship("D1", 20)
    third = flow.operations[2]
    assert available(third, orders(_10_S1=first, _10_S2=second)) == 70
    first.back("return", "D1", 5)
    assert available(third, orders(_10_S1=first, _10_S2=second)) == 65
    assert available(flow.operations[0], {}) is None


def test_of_several_steps_the_one_that_sent_least_counts() -> None:
    joined = Operation(order="C", step="30", firm="f", after=("A", "B"))
    a, b = Desk().accepted(), Desk().accepted()
    a.ship("D1", 80)
    assert available(joined, {"A": a.now, "B": b.now}) == 0
    b.ship("D1", 30)
    assert available(joined, {"A": a.now, "B": b.now}) == 30


def test_release_by_plan_waits_for_its_day_only() -> None:
    late = Operation(order="B", step="20", firm="f", after=("A",), release=Release.PLAN, planned=TODAY)
    flow = order_flow("W", (Operation(order="A", step="10", firm="f"), late))
    held = {"A": Desk().accepted().now, "B": Desk().awarded().now}
    assert to_release(flow, held, date(2026, 12, 9)) == ()
    assert to_release(flow, held, TODAY) == (late,)
    assert may_start(flow, held) == (flow.operations[0],)


def test_revised_order_keeps_what_it_sent() -> None:
    flow = flow_of(WORK)
    first = Desk().accepted(quantity=50)
    first.ship("D1", 50)
    first.do("revise", Role.BUYER, revise(50, 1_000, due=date(2027, 1, 8)))
    assert available(flow.operations[2], orders(_10_S1=first)) == 50


@pytest.mark.parametrize(
    ("operations", "words"),
    [
        ((Operation(order="A", step="1", firm="f", after=("Z",)),), "unknown"),
        ((Operation(order="A", step="1", firm="f", release=Release.PLAN),), "planned day"),
        ((Operation(order="A", step="1", firm="f"),) * 2, "stands twice"),
        (
            (
                Operation(order="A", step="1", firm="f", after=("B",)),
                Operation(order="B", step="2", firm="f", after=("A",)),
            ),
            "wait for each other",
        ),
    ],
)
def test_flow_that_cannot_be_worked_is_refused(operations: tuple[Operation, ...], words: str) -> None:
    with pytest.raises(InputError, match=words):
        order_flow("W", operations)


def test_unknown_order_is_named() -> None:
    with pytest.raises(InputError, match="has no operation order 'X'"):
        blocked_by(flow_of(WORK), {}, "X")
