"""What an order waits for at each point of its life; the orders are led there by commands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from chasing_samples import FIRM

from kumihimo.errors import InputError
from kumihimo.simulate.orders import notice_data
from kumihimo.trade import ApprovalPolicy, Command, OperationOrder, Outcome, Role, carry_out
from kumihimo.trade.business_days import JAPAN
from kumihimo.trade.chase_schedule import ChaseKind
from kumihimo.trade.open_items import open_items

ORDERED, DUE = date(2026, 12, 1), date(2026, 12, 25)
NOTICE = notice_data(100_000, DUE, ORDERED) | {"inspection_by": {"value": "2026-12-28"}}
LINES = [{"no": 1, "item": "軸受箱（合成）", "quantity": 100, "unit": "個"}]
PRICES = [{"line": 1, "unit_price_jpy": 1_000}]
DRAFT = ("draft", Role.BUYER, {"work_order": "W-1", "buyer": "合成発注者", "lines": LINES})
AWARD = ("award", Role.BUYER, {"firm": FIRM, "basis": "単価表（合成）", "prices": PRICES})
ISSUE = (
    "issue",
    Role.BUYER,
    {
        "due_on": DUE.isoformat(),
        "notice": NOTICE,
        "verdicts": [{"rule": "payment_within_60_days", "colour": "green"}],
        "drawings": [],
    },
)
ACCEPT = ("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 1})
Step = tuple[str, Role, dict[str, Any]]


def led(*steps: Step) -> OperationOrder:
    order: OperationOrder | None = None
    for number, (kind, role, data) in enumerate(steps):
        command = Command(
            key=f"k{number}",
            order="PO-SYN-1",
            kind=kind,
            data=data,
            at=datetime(2026, 12, 1, 9, number, tzinfo=JAPAN),
            by=role.value,
            role=role,
        )
        order, decision = carry_out(order, command, ApprovalPolicy())
        assert decision.outcome is Outcome.APPLIED, decision
    assert order is not None
    return order


def ship(quantity: int, slip: str = "S1") -> Step:
    items = [{"line": 1, "quantity": quantity}]
    return "ship", Role.SUPPLIER, {"firm": FIRM, "slip": slip, "on": "2026-12-18", "items": items}


def receive(quantity: int, on: str, slip: str = "S1") -> Step:
    return "receive", Role.INSPECTOR, {"slip": slip, "on": on, "items": [{"line": 1, "quantity": quantity}]}


def inspect(accepted: int, rejected: int = 0, slip: str = "S1") -> Step:
    data: dict[str, Any] = {"slip": slip, "line": 1, "accepted": accepted, "rejected": rejected, "on": "2026-12-21"}
    return "inspect", Role.INSPECTOR, data | ({"reason": "寸法外れ"} if rejected else {})


def waits(order: OperationOrder, today: date) -> dict[ChaseKind, date]:
    return {item.kind: item.anchor for item in open_items(order, today)}


def test_each_firm_that_has_not_answered_a_request() -> None:
    asked = [{"firm": firm} for firm in ("F-SYN-001", "F-SYN-002", "F-SYN-003")]
    order = led(
        DRAFT,
        ("send_rfq", Role.BUYER, {"recipients": asked, "answer_by": "2026-12-10", "drawings": []}),
        (
            "quote",
            Role.SUPPLIER,
            {"firm": "F-SYN-001", "prices": PRICES, "due_on": "2026-12-25", "on": "2026-12-02"},
        ),
        ("decline_rfq", Role.SUPPLIER, {"firm": "F-SYN-002"}),
    )
    (only,) = open_items(order, date(2026, 12, 3))
    assert (only.partner, only.kind, only.anchor) == ("F-SYN-003", ChaseKind.RFQ, date(2026, 12, 10))


def test_issued_waits_for_the_acknowledgement_and_accepted_for_the_due_day() -> None:
    today = date(2026, 12, 3)
    assert waits(led(DRAFT, AWARD, ISSUE), today) == {ChaseKind.ORDER: ORDERED}
    accepted = led(DRAFT, AWARD, ISSUE, ACCEPT)
    assert waits(accepted, today) == {ChaseKind.DUE: DUE}
    assert waits(accepted, DUE) == {ChaseKind.DUE: DUE}
    assert waits(accepted, DUE + timedelta(days=1)) == {ChaseKind.LATE: date(2026, 12, 26)}


def test_delivered_is_never_acceptance() -> None:
    proof = {"revision": 1, "channel": "fax", "proof": "T.30 OK"}
    assert waits(led(DRAFT, AWARD, ISSUE, ("confirm_delivery", Role.SYSTEM, proof)), date(2026, 12, 3)) == {
        ChaseKind.ORDER: ORDERED
    }


def test_what_was_shipped_is_not_asked_for_but_is_late_until_it_arrives() -> None:
    order = led(DRAFT, AWARD, ISSUE, ACCEPT, ship(100))
    assert waits(order, date(2026, 12, 20)) == {}
    assert waits(order, date(2026, 12, 26)) == {ChaseKind.LATE: date(2026, 12, 26)}


def test_receipt_starts_the_payment_whatever_the_inspection() -> None:
    order = led(DRAFT, AWARD, ISSUE, ACCEPT, ship(100), receive(100, "2026-12-20"))
    assert waits(order, date(2026, 12, 21)) == {
        ChaseKind.INSPECTION: date(2026, 12, 28),
        ChaseKind.PAYMENT: date(2026, 12, 20),
    }


def test_payments_count_against_the_earliest_receipts() -> None:
    parts = [ship(60), ship(40, "S2"), receive(60, "2026-12-19"), receive(40, "2026-12-21", "S2")]
    parts += [inspect(60), inspect(40, slip="S2"), ("close", Role.BUYER, {})]
    invoice = {"firm": FIRM, "number": "I1", "amount_jpy": 100_000, "on": "2026-12-26"}
    closed = led(DRAFT, AWARD, ISSUE, ACCEPT, *parts, ("invoice", Role.SUPPLIER, invoice))
    assert [i.anchor for i in open_items(closed, DUE)] == [date(2026, 12, 19), date(2026, 12, 21)]

    def paid(jpy: int) -> list[date]:
        pay = ("pay", Role.SYSTEM, {"invoice": "I1", "reference": "P1", "amount_jpy": jpy, "on": "2027-01-15"})
        order = led(DRAFT, AWARD, ISSUE, ACCEPT, *parts, ("invoice", Role.SUPPLIER, invoice), pay)
        return [i.anchor for i in open_items(order, date(2027, 1, 16))]

    assert paid(59_999) == [date(2026, 12, 19), date(2026, 12, 21)]
    assert paid(60_000) == [date(2026, 12, 21)]
    assert paid(100_000) == []


def test_goods_without_a_price_are_owed_all_the_same() -> None:
    unpriced = {"amount": {"undecided_reason": "材料価格の確定待ち（合成）", "planned_date": "2026-12-26"}}
    open_price = ("issue", Role.BUYER, ISSUE[2] | {"notice": NOTICE | unpriced})
    award = ("award", Role.BUYER, {"firm": FIRM, "basis": "単価未定で合意（合成）"})
    agreed = ("approve", Role.APPROVER, {"subject": "order", "firm": FIRM, "amount_jpy": 200_000, "revision": 0})
    order = led(DRAFT, agreed, award, open_price, ACCEPT, ship(100), receive(100, "2026-12-20"))
    assert order.amount_jpy is None
    assert waits(order, date(2026, 12, 21))[ChaseKind.PAYMENT] == date(2026, 12, 20)


def test_the_day_of_the_order_is_read_told_or_asked_for() -> None:
    vague = ISSUE[2] | {"notice": NOTICE | {"ordered_on": {"value": "師走の初め"}}}
    order = led(DRAFT, AWARD, ("issue", Role.BUYER, vague))
    with pytest.raises(InputError) as refusal:
        open_items(order, date(2026, 12, 3))
    assert "発注日" in refusal.value.ja
    (item,) = open_items(order, date(2026, 12, 3), issued_on=date(2026, 12, 2))
    assert item.anchor == date(2026, 12, 2)


def test_rejected_goods_are_not_owed() -> None:
    order = led(DRAFT, AWARD, ISSUE, ACCEPT, ship(100), receive(100, "2026-12-20"), inspect(0, 100))
    assert ChaseKind.PAYMENT not in waits(order, date(2026, 12, 22))
