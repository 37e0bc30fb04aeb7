"""Invoices and payments, one test for each rule."""

from __future__ import annotations

from trade_desk import FIRM, IMAGE, Desk

from kumihimo.trade import OrderState, Outcome, Role, unpark


def closed() -> Desk:
    desk = Desk().accepted().deliver("D1", 100)
    desk.do("close", Role.BUYER)
    return desk


def test_closed_order_is_invoiced_and_paid() -> None:
    desk = closed()
    assert desk.invoice("I1", 100_000).outcome is Outcome.APPLIED
    assert desk.state is OrderState.INVOICED
    desk.pay("P1", "I1", 60_000)
    assert desk.state is OrderState.INVOICED
    desk.pay("P2", "I1", 40_000)
    assert desk.state is OrderState.PAID


def test_nothing_is_invoiced_that_was_not_accepted() -> None:
    desk = closed()
    assert desk.invoice("I1", 100_001).code == "within_accepted_value"
    desk.invoice("I1", 70_000)
    assert desk.invoice("I2", 30_001).code == "within_accepted_value"


def test_nothing_is_paid_that_was_not_invoiced() -> None:
    desk = closed()
    desk.invoice("I1", 70_000)
    desk.invoice("I2", 30_000)
    assert desk.pay("P1", "I1", 70_001).code == "within_invoiced"
    desk.pay("P1", "I1", 70_000)
    assert desk.pay("P2", "I1", 1).code == "within_invoiced"


def test_invoice_ahead_of_the_inspection_waits() -> None:
    desk = Desk().accepted()
    desk.ship("D1", 100)
    data = {"firm": FIRM, "number": "I1", "amount_jpy": 100_000, "on": "2026-12-20"}
    early = desk.command("invoice", Role.SUPPLIER, data)
    assert desk.give(early).code == "not_inspected"
    desk.receive("D1", 100)
    desk.inspect("D1", 100)
    done = unpark(desk.order, [early])
    assert done.order is not None
    assert done.order.invoiced_jpy == 100_000


def test_payment_ahead_of_its_invoice_waits() -> None:
    assert closed().pay("P1", "I1", 1).code == "invoice_unknown"


def test_monthly_invoices_of_an_open_order() -> None:
    desk = Desk().accepted().deliver("D1", 40)
    desk.invoice("I1", 40_000)
    desk.pay("P1", "I1", 40_000)
    assert desk.state is OrderState.INSPECTED
    desk.deliver("D2", 60)
    desk.invoice("I2", 60_000)
    assert desk.do("close", Role.BUYER).state is OrderState.INVOICED
    desk.pay("P2", "I2", 60_000)
    assert desk.state is OrderState.PAID


def test_invoice_and_payment_count_once() -> None:
    desk = closed()
    desk.invoice("I1", 60_000)
    assert desk.invoice("I1", 60_000).outcome is Outcome.STALE
    assert desk.invoice("I1", 50_000).code == "number_differs"
    desk.pay("P1", "I1", 10_000)
    assert desk.pay("P1", "I1", 10_000).outcome is Outcome.STALE
    assert desk.pay("P1", "I1", 20_000).code == "number_differs"
    assert (desk.now.invoiced_jpy, desk.now.paid_jpy) == (60_000, 10_000)


def test_buyer_writes_only_self_billed_statements() -> None:
    desk = closed()
    data = {"firm": FIRM, "number": "S1", "amount_jpy": 100_000, "on": "2026-12-26"}
    assert desk.tell("invoice", Role.BUYER, data).code == "invoice_by_whom"
    assert desk.tell("invoice", Role.SUPPLIER, {**data, "self_billed": True}).code == "invoice_by_whom"
    assert desk.do("invoice", Role.BUYER, {**data, "self_billed": True}).invoices[0].self_billed


def test_credit_note_takes_back_what_is_unpaid() -> None:
    desk = closed()
    desk.invoice("I1", 100_000)
    desk.pay("P1", "I1", 90_000)
    credit = {"firm": FIRM, "number": "C1", "amount_jpy": 10_001, "reason": "特採の値引き", "on": "2027-01-10"}
    assert desk.tell("credit_note", Role.SUPPLIER, credit).code == "credit_fits"
    order = desk.do("credit_note", Role.CLERK, {**credit, "amount_jpy": 10_000}, evidence=IMAGE)
    assert (order.invoiced_jpy, order.state) == (90_000, OrderState.PAID)


def test_claim_on_invoiced_goods_needs_a_credit_note_first() -> None:
    desk = closed()
    desk.invoice("I1", 100_000)
    claim = {"slip": "D1", "line": 1, "quantity": 10, "reason": "組立で割れ"}
    assert desk.tell("claim", Role.INSPECTOR, claim).code == "already_invoiced"
    credit = {"firm": FIRM, "number": "C1", "amount_jpy": 10_000, "reason": "不良10個", "on": "2027-01-10"}
    desk.do("credit_note", Role.SUPPLIER, credit)
    assert desk.do("claim", Role.INSPECTOR, claim).state is OrderState.INSPECTED
    desk.back("return", "D1", 10)
    desk.deliver("D2", 10)
    desk.do("close", Role.BUYER)
    desk.invoice("I2", 10_000)
    desk.pay("P1", "I1", 90_000)
    desk.pay("P2", "I2", 10_000)
    assert desk.state is OrderState.PAID


def test_closed_order_takes_no_more_goods() -> None:
    desk = closed()
    decision = desk.ship("D2", 1)
    assert (decision.outcome, desk.events[-1].kind) == (Outcome.STALE, "ignored")
