"""Goods: split deliveries, inspection, what goes back, what is lost; one test for each rule."""

from __future__ import annotations

from datetime import date

import pytest
from trade_desk import FIRM, Desk, revise, ship

from kumihimo.trade import Command, OrderState, Outcome, Role, unpark
from kumihimo.trade.order import Receipt
from kumihimo.trade.receiving import line_totals, open_quantity


def test_split_deliveries_add_up_to_the_order() -> None:
    desk = Desk().accepted()
    for slip, quantity in (("D1", 30), ("D2", 30), ("D3", 40)):
        desk.deliver(slip, quantity)
        assert desk.state is OrderState.INSPECTED
    assert (line_totals(desk.now, 1).accepted, open_quantity(desk.now, 1)) == (100, 0)
    assert desk.do("close", Role.BUYER).state is OrderState.CLOSED


def test_each_receipt_keeps_its_own_day() -> None:
    desk = Desk().accepted()
    desk.ship("D1", 50)
    desk.receive("D1", 20, on="2026-12-19")
    desk.receive("D1", 30, on="2026-12-22")
    assert desk.now.shipments[0].receipts == (
        Receipt(on=date(2026, 12, 19), quantity=20),
        Receipt(on=date(2026, 12, 22), quantity=30),
    )


@pytest.mark.parametrize(("tolerance", "most"), [(0, 100), (5, 105), (3, 103)])
def test_delivery_stays_within_ordered_plus_tolerance(tolerance: int, most: int) -> None:
    desk = Desk(tolerance=tolerance).accepted()
    decision = desk.ship("D1", most + 1)
    assert (decision.outcome, decision.code) == (Outcome.REFUSED, "over_tolerance")
    assert desk.ship("D1", most).outcome is Outcome.APPLIED
    assert desk.ship("D2", 1).code == "over_tolerance"


def test_tolerance_is_rounded_down() -> None:
    desk = Desk(tolerance=5).accepted(quantity=19)
    assert desk.ship("D1", 20).code == "over_tolerance"
    assert desk.ship("D1", 19).outcome is Outcome.APPLIED


def test_same_slip_again_is_recorded_and_changes_nothing() -> None:
    desk = Desk().accepted()
    desk.ship("D1", 40)
    again = desk.ship("D1", 40)
    assert (again.outcome, again.code, line_totals(desk.now, 1).shipped) == (Outcome.STALE, "slip_known", 40)


def test_same_slip_with_another_quantity_is_refused() -> None:
    desk = Desk().accepted()
    desk.ship("D1", 40)
    assert desk.ship("D1", 41).code == "slip_differs"


def test_two_lots_on_one_slip_are_kept_apart() -> None:
    desk = Desk().accepted()
    items = [{"line": 1, "quantity": 10, "lot": "A"}, {"line": 1, "quantity": 20, "lot": "B"}]
    desk.do("ship", Role.SUPPLIER, {**ship("D1", 1), "items": items})
    told = {"slip": "D1", "on": "2026-12-20", "items": [{"line": 1, "quantity": 20, "lot": "B"}]}
    desk.do("receive", Role.INSPECTOR, told)
    assert [(s.lot, s.shipped, s.received) for s in desk.now.shipments] == [("A", 10, 0), ("B", 20, 20)]
    twice = [{"line": 1, "quantity": 1, "lot": "C"}, {"line": 1, "quantity": 1, "lot": "C"}]
    assert desk.tell("ship", Role.SUPPLIER, {**ship("D2", 1), "items": twice}).code == "lot_twice"
    again = {"slip": "D1", "on": "2026-12-20", "items": [{"line": 1, "quantity": 6, "lot": "A"}] * 2}
    assert desk.tell("receive", Role.INSPECTOR, again).code == "lot_twice"


def test_line_that_was_not_ordered_is_refused() -> None:
    desk = Desk().accepted()
    items = [{"line": 2, "quantity": 1}]
    assert desk.tell("ship", Role.SUPPLIER, {**ship("D1", 1), "items": items}).code == "no_line"


def test_receipt_without_shipment_waits_unless_it_came_unannounced() -> None:
    desk = Desk().accepted()
    assert desk.receive("D1", 40).outcome is Outcome.PARKED
    assert desk.receive("D1", 40, unannounced=True).outcome is Outcome.APPLIED
    shipment = desk.now.shipments[0]
    assert (shipment.shipped, shipment.received, shipment.announced) == (40, 40, False)
    late_notice = desk.ship("D1", 40)
    assert (late_notice.outcome, line_totals(desk.now, 1).shipped) == (Outcome.STALE, 40)


def test_more_cannot_arrive_than_was_shipped() -> None:
    desk = Desk().accepted()
    desk.ship("D1", 40)
    assert desk.receive("D1", 41).code == "too_many"
    desk.receive("D1", 39)
    assert desk.receive("D1", 2).code == "too_many"


def test_loss_on_the_way_is_told_and_may_be_sent_again() -> None:
    desk = Desk().accepted()
    desk.ship("D1", 100)
    desk.receive("D1", 98)
    lost = {"slip": "D1", "line": 1, "quantity": 2, "reason": "荷崩れ"}
    assert desk.tell("close", Role.BUYER).code == "goods_pending"
    desk.do("report_loss", Role.INSPECTOR, lost)
    assert desk.tell("report_loss", Role.INSPECTOR, {**lost, "quantity": 1}).code == "too_many"
    desk.inspect("D1", 98)
    desk.deliver("D2", 2)
    assert desk.do("close", Role.BUYER).state is OrderState.CLOSED


def test_inspection_ahead_of_the_receipt_waits() -> None:
    desk = Desk().accepted()
    desk.ship("D1", 40)
    told = {"slip": "D1", "line": 1, "accepted": 40, "rejected": 0, "on": "2026-12-21"}
    early = desk.command("inspect", Role.INSPECTOR, told)
    assert desk.give(early).code == "not_arrived"
    desk.receive("D1", 40)
    done = unpark(desk.order, [early])
    assert done.order is not None
    assert done.order.shipments[0].accepted == 40


def test_more_cannot_be_inspected_than_was_shipped() -> None:
    desk = Desk().accepted()
    desk.ship("D1", 40)
    desk.receive("D1", 40)
    assert desk.inspect("D1", 41).code == "too_many"
    assert desk.inspect("D1", 0).code == "nothing_inspected"


def test_rejection_has_a_reason() -> None:
    desk = Desk().accepted()
    desk.ship("D1", 40)
    desk.receive("D1", 40)
    told = {"slip": "D1", "line": 1, "accepted": 30, "rejected": 10, "on": "2026-12-21"}
    assert desk.tell("inspect", Role.INSPECTOR, told).code == "reason_missing"


@pytest.mark.parametrize(
    ("kind", "state", "payer"),
    [("return", OrderState.RETURNED, "supplier"), ("rework", OrderState.REWORK, "buyer")],
)
def test_rejected_goods_go_back_with_who_pays_and_come_again(kind: str, state: OrderState, payer: str) -> None:
    desk = Desk().accepted().deliver("D1", 100, rejected=10)
    assert desk.back(kind, "D1", 11).code == "too_many"
    assert desk.back(kind, "D1", 10, payer=payer).outcome is Outcome.APPLIED
    order = desk.now
    assert (order.state, order.goods_back[0].payer, order.goods_back[0].quantity) == (state, payer, 10)
    assert open_quantity(order, 1) == 10
    desk.deliver("D2", 10)
    assert desk.do("close", Role.BUYER).state is OrderState.CLOSED


def test_accepted_goods_do_not_go_back_without_a_claim() -> None:
    desk = Desk().accepted().deliver("D1", 100)
    assert desk.back("return", "D1", 5).code == "too_many"
    claim = {"slip": "D1", "line": 1, "quantity": 5, "reason": "組立で割れ"}
    desk.do("claim", Role.INSPECTOR, claim)
    assert desk.back("return", "D1", 5).outcome is Outcome.APPLIED


def test_unjust_return_needs_a_signature() -> None:
    desk = Desk().accepted().deliver("D1", 100, rejected=10)
    amber = [{"rule": "unjust_return", "colour": "amber"}]
    assert desk.back("return", "D1", 10, verdicts=amber).code == "verdict_unsigned"
    signed = [{**amber[0], "signature": {"by": "課長", "reason": "受入基準に明記"}}]
    assert desk.back("return", "D1", 10, verdicts=signed).outcome is Outcome.APPLIED


def test_order_is_not_closed_before_everything_was_accepted() -> None:
    desk = Desk().accepted().deliver("D1", 99)
    assert desk.tell("close", Role.BUYER).code == "not_complete"


def test_order_is_not_closed_with_goods_in_between() -> None:
    desk = Desk().accepted().deliver("D1", 99)
    desk.ship("D2", 1)
    short = {"reason": "残りは不要", "cause": "agreed"}
    assert desk.tell("close_short", Role.BUYER, short).code == "goods_pending"
    desk.receive("D2", 1)
    assert desk.tell("close_short", Role.BUYER, short).code == "goods_pending"
    desk.inspect("D2", 0, 1)
    assert desk.tell("close_short", Role.BUYER, short).code == "goods_pending"


def test_short_close_has_a_reason() -> None:
    desk = Desk().accepted().deliver("D1", 60)
    assert desk.tell("close_short", Role.BUYER, {"cause": "agreed"}).code == "data"
    order = desk.do("close_short", Role.BUYER, {"reason": "材料の手配がつかず", "cause": "supplier"})
    assert (order.state, order.reason) == (OrderState.CLOSED_SHORT, "材料の手配がつかず")


def test_short_close_is_not_for_complete_or_empty_orders() -> None:
    desk = Desk().accepted()
    short = {"reason": "不要", "cause": "agreed"}
    assert desk.tell("close_short", Role.BUYER, short).code == "nothing_accepted"
    desk.deliver("D1", 100)
    assert desk.tell("close_short", Role.BUYER, short).code == "not_short"


def test_short_close_for_the_buyers_reasons_needs_an_approver() -> None:
    desk = Desk().accepted().deliver("D1", 60)
    short = {"reason": "販売計画の変更", "cause": "buyer"}
    assert desk.tell("close_short", Role.BUYER, short).code == "cancelling_approved"
    approval = {"subject": "cancel", "firm": FIRM, "amount_jpy": 40_000, "revision": 1}
    desk.do("approve", Role.APPROVER, approval)
    assert desk.do("close_short", Role.BUYER, short).state is OrderState.CLOSED_SHORT


def test_revision_is_not_below_what_was_delivered() -> None:
    desk = Desk().accepted().deliver("D1", 60)
    assert desk.tell("revise", Role.BUYER, revise(59, 1_000)).code == "below_delivered"
    desk.do("revise", Role.BUYER, revise(60, 1_000))
    desk.ship("D2", 20)
    accept = {"firm": FIRM, "revision": 2}
    assert desk.tell("accept", Role.SUPPLIER, accept).code == "below_delivered"


def test_messages_in_any_order_lead_to_the_same_end() -> None:
    desk = Desk().issued()
    messages = [
        desk.command("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 1}),
        desk.command("start", Role.SUPPLIER, {"firm": FIRM, "on": "2026-12-10"}),
        desk.command("ship", Role.SUPPLIER, ship("D1", 100)),
        desk.command(
            "receive", Role.INSPECTOR, {"slip": "D1", "on": "2026-12-20", "items": [{"line": 1, "quantity": 100}]}
        ),
        desk.command(
            "inspect", Role.INSPECTOR, {"slip": "D1", "line": 1, "accepted": 100, "rejected": 0, "on": "2026-12-21"}
        ),
    ]
    parked: list[Command] = []
    for message in reversed(messages):
        if desk.give(message).outcome is Outcome.PARKED:
            parked.append(message)
    assert len(parked) == 4
    done = unpark(desk.order, parked)
    assert done.waiting == ()
    assert [command.kind for command, _ in done.decisions] == ["start", "ship", "receive", "inspect"]
    assert done.order is not None
    assert done.order.state is OrderState.INSPECTED
