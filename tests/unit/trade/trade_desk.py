"""A desk at which the tests give commands to one synthetic order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from kumihimo.simulate.orders import notice_data
from kumihimo.trade import (
    ApprovalPolicy,
    Command,
    Decision,
    Evidence,
    EvidenceKind,
    OperationOrder,
    OrderEvent,
    OrderState,
    Outcome,
    Role,
    carry_out,
    fold,
)

FIRM = "F-SYN-001"
START = datetime(2026, 12, 1, 9, 0, tzinfo=timezone(timedelta(hours=9)))
DUE = date(2026, 12, 25)
SHA = "a" * 64
IMAGE = (Evidence(kind=EvidenceKind.IMAGE, sha256=SHA),)
CALL = (Evidence(kind=EvidenceKind.CALL_NOTE, words="12月1日 佐藤さん（合成）: お受けします"),)
LINE: dict[str, Any] = {"no": 1, "item": "ブラケット（合成）", "quantity": 100, "unit": "個"}
GREEN = [{"rule": "payment_within_60_days", "colour": "green"}]


class Desk:
    """Keeps one order with its events, and numbers the commands."""

    def __init__(self, *, tolerance: int = 0, policy: ApprovalPolicy | None = None) -> None:
        self.order: OperationOrder | None = None
        self.events: list[OrderEvent] = []
        self.policy = policy or ApprovalPolicy()
        self.tolerance = tolerance
        self.number = 0

    def command(self, kind: str, role: Role, data: dict[str, Any] | None = None, **more: Any) -> Command:
        self.number += 1
        plain = Command(
            key=f"k{self.number}",
            order="O-1",
            kind=kind,
            data=data or {},
            at=START + timedelta(minutes=self.number),
            by=role.value,
            role=role,
        )
        return replace(plain, **more)

    def give(self, command: Command) -> Decision:
        self.order, decision = carry_out(self.order, command, self.policy)
        self.events += decision.events
        return decision

    def tell(self, kind: str, role: Role, data: dict[str, Any] | None = None, **more: Any) -> Decision:
        return self.give(self.command(kind, role, data, **more))

    def do(self, kind: str, role: Role, data: dict[str, Any] | None = None, **more: Any) -> OperationOrder:
        decision = self.tell(kind, role, data, **more)
        assert decision.outcome is Outcome.APPLIED, (kind, decision)
        return self.now

    @property
    def now(self) -> OperationOrder:
        assert self.order is not None
        assert fold(self.events) == self.order
        return self.order

    @property
    def state(self) -> OrderState:
        return self.now.state

    def draft(self, **line: Any) -> Desk:
        lines = [{**LINE, **line}]
        data = {"work_order": "W-1", "buyer": "合成発注者", "lines": lines, "tolerance_percent": self.tolerance}
        self.do("draft", Role.BUYER, data)
        return self

    def awarded(self, price: int = 1_000, **line: Any) -> Desk:
        self.draft(**line)
        prices = [{"line": 1, "unit_price_jpy": price}]
        self.do("award", Role.BUYER, {"firm": FIRM, "basis": "単価表（合成）", "prices": prices})
        return self

    def issued(self, price: int = 1_000, **line: Any) -> Desk:
        self.awarded(price, **line)
        self.do("issue", Role.BUYER, issue(price * int(line.get("quantity", 100))))
        return self

    def accepted(self, price: int = 1_000, **line: Any) -> Desk:
        self.issued(price, **line)
        self.do("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 1})
        return self

    def ship(self, slip: str, quantity: int, **more: Any) -> Decision:
        return self.tell("ship", Role.SUPPLIER, ship(slip, quantity), **more)

    def receive(self, slip: str, quantity: int, **data: Any) -> Decision:
        told = {"slip": slip, "on": "2026-12-20", "items": [{"line": 1, "quantity": quantity}], **data}
        return self.tell("receive", Role.INSPECTOR, told)

    def inspect(self, slip: str, accepted: int, rejected: int = 0) -> Decision:
        told = {"slip": slip, "line": 1, "accepted": accepted, "rejected": rejected, "on": "2026-12-21"}
        return self.tell("inspect", Role.INSPECTOR, told | ({"reason": "寸法外れ"} if rejected else {}))

    def deliver(self, slip: str, quantity: int, rejected: int = 0) -> Desk:
        decisions = (
            self.ship(slip, quantity),
            self.receive(slip, quantity),
            self.inspect(slip, quantity - rejected, rejected),
        )
        assert [d.outcome for d in decisions] == [Outcome.APPLIED] * 3, decisions
        return self

    def back(self, kind: str, slip: str, quantity: int, **data: Any) -> Decision:
        told = {"slip": slip, "line": 1, "quantity": quantity, "reason": "寸法外れ", "payer": "supplier"}
        return self.tell(kind, Role.INSPECTOR, {**told, "on": "2026-12-22", **data})

    def invoice(self, number: str, amount: int, **more: Any) -> Decision:
        data = {"firm": FIRM, "number": number, "amount_jpy": amount, "on": "2026-12-26"}
        return self.tell("invoice", Role.SUPPLIER, data, **more)

    def pay(self, reference: str, invoice: str, amount: int) -> Decision:
        data = {"invoice": invoice, "reference": reference, "amount_jpy": amount, "on": "2027-01-15"}
        return self.tell("pay", Role.SYSTEM, data)


def ship(slip: str, quantity: int, **item: Any) -> dict[str, Any]:
    return {"firm": FIRM, "slip": slip, "on": "2026-12-18", "items": [{"line": 1, "quantity": quantity, **item}]}


def issue(amount: int, *, due: date = DUE, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "due_on": due.isoformat(),
        "notice": notice_data(amount, due, START.date()),
        "verdicts": GREEN,
        "drawings": [],
    }
    return {**plain, **more}


def revise(quantity: int, price: int, *, due: date = DUE, **more: Any) -> dict[str, Any]:
    lines = [{**LINE, "quantity": quantity, "unit_price_jpy": price}]
    return {**issue(quantity * price, due=due), "lines": lines, "reason": "条件の変更", **more}
