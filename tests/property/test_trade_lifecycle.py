"""The life of an order under random commands: wrong roles, repeats, early, stale, shuffled, delivered 1-3 times."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kumihimo.interop.order_json import event_from_json, event_to_json, order_to_json
from kumihimo.simulate.orders import deliveries, notice_data, order_life
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
    unpark,
    verify_chain,
)
from kumihimo.trade.order import Shipment
from kumihimo.trade.receiving import line_totals, most
from kumihimo.trade.transitions import MESSAGES

JST = timezone(timedelta(hours=9))
START = datetime(2026, 12, 1, 9, tzinfo=JST)
DAY = date(2026, 12, 1)
FIRMS = ("F-SYN-001", "F-SYN-001", "F-SYN-001", "F-SYN-002")
POLICY = ApprovalPolicy(buyer_jpy=20_000, approver_jpy=60_000)
CALM = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


class Ledger:
    """Carries out commands as a shell does: stores events, keeps parked messages, tries them again."""

    def __init__(self) -> None:
        self.order: OperationOrder | None = None
        self.events: list[OrderEvent] = []
        self.parked: list[Command] = []

    def take(self, command: Command) -> Decision:
        self.order, decision = carry_out(self.order, command, POLICY)
        self.events += decision.events
        if decision.outcome is Outcome.PARKED and command not in self.parked:
            self.parked.append(command)
        if decision.events:
            done = unpark(self.order, self.parked, POLICY)
            self.order, self.parked = done.order, list(done.waiting)
            for _, later in done.decisions:
                self.events += later.events
        return decision


class Life(RuleBasedStateMachine):
    """Anybody tells an order anything; what must hold is checked after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.number = 0
        self.sent: list[Command] = []
        self.before: OperationOrder | None = None

    @initialize(
        quantity=st.integers(1, 60),
        tolerance=st.sampled_from((0, 5, 20)),
        share=st.sampled_from((1, 2, 3)),
        depth=st.sampled_from((0, 3, 4, 4, 6, 7, 8)),
    )
    def draft(self, quantity: int, tolerance: int, share: int, depth: int) -> None:
        lines = [
            {"no": 1, "item": "合成品", "quantity": quantity, "unit": "個"},
            {"no": 2, "item": "合成品2", "quantity": 5, "unit": "個", "drawing": "D", "revision": "A"},
        ]
        data = {"work_order": "W", "buyer": "B", "lines": lines, "tolerance_percent": tolerance}
        self.give("draft", Role.BUYER, data)
        for step in (
            lambda: [self.approve(by, "order") for by in ("a1", "a2")],
            lambda: self.award(100, basis=True),
            lambda: self.issue(early=False),
            lambda: self.give("accept", Role.SUPPLIER, {"firm": "F-SYN-001", "revision": 1}),
            lambda: [self.sent_first(line.no, max(1, line.quantity // share)) for line in self.order.agreed],
            lambda: [self.finish(s) for s in self.order.shipments],
            lambda: [self.finish(s) for s in self.order.shipments],
            lambda: self.close(""),
        )[:depth]:
            step()

    def sent_first(self, line: int, quantity: int) -> None:
        told = {"firm": "F-SYN-001", "slip": "D1", "on": "2026-12-18", "items": [{"line": line, "quantity": quantity}]}
        self.give("ship", Role.SUPPLIER, told)

    @property
    def order(self) -> OperationOrder:
        assert self.ledger.order is not None
        return self.ledger.order

    def give(self, kind: str, role: Role, data: dict[str, Any], by: str = "", **more: Any) -> Decision:
        self.number += 1
        command = Command(
            key=f"k{self.number}",
            order="O-1",
            kind=kind,
            data=data,
            at=START + timedelta(minutes=self.number),
            by=by or role.value,
            role=role,
            **more,
        )
        self.sent.append(command)
        return self.take(command)

    def take(self, command: Command) -> Decision:
        self.before = self.ledger.order
        decision = self.ledger.take(command)
        assert decision.outcome is Outcome.APPLIED or (decision.ja and decision.en and decision.code)
        if decision.outcome is Outcome.REFUSED or decision.outcome is Outcome.PARKED:
            assert self.ledger.order == self.before
        if command.kind not in MESSAGES:
            assert decision.outcome is not Outcome.PARKED
        return decision

    def partner(self, data: st.DataObject) -> dict[str, Any]:
        """Return who speaks for the supplier, sometimes without the evidence that it takes."""
        how = data.draw(st.sampled_from(("supplier", "image", "call", "bare")))
        evidence: tuple[Evidence, ...] = ()
        if how == "image":
            evidence = (Evidence(kind=EvidenceKind.IMAGE, sha256="a" * 64),)
        elif how == "call":
            evidence = (Evidence(kind=EvidenceKind.CALL_NOTE, words="電話（合成）"),)
        return {"role": Role.SUPPLIER if how == "supplier" else Role.CLERK, "evidence": evidence}

    def place(self, data: st.DataObject) -> dict[str, Any]:
        return {
            "slip": data.draw(st.sampled_from(("D1", "D2", "D3"))),
            "line": data.draw(st.sampled_from((1, 1, 1, 2))),
        }

    # -- asking and ordering

    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        firms = data.draw(st.lists(st.sampled_from(FIRMS), min_size=1, max_size=2))
        self.give(
            "send_rfq",
            Role.BUYER,
            {"recipients": [{"firm": f} for f in firms], "answer_by": "2026-12-05", "drawings": self.drawings()},
        )

    @rule(data=st.data(), price=st.integers(0, 2_000))
    def quote(self, data: st.DataObject, price: int) -> None:
        firm = data.draw(st.sampled_from(FIRMS))
        prices = [{"line": 1, "unit_price_jpy": price}, {"line": 2, "unit_price_jpy": 10}]
        told = {"firm": firm, "prices": prices, "due_on": "2026-12-25", "on": "2026-12-04"}
        self.give("quote", data=told, **self.partner(data))

    @rule(by=st.sampled_from(("a1", "a2", "buyer")), subject=st.sampled_from(("order", "order", "cancel")))
    def approve(self, by: str, subject: str) -> None:
        told = {"subject": subject, "firm": "F-SYN-001", "amount_jpy": 150_000, "revision": self.order.revision}
        self.give("approve", Role.APPROVER, told, by=by)

    @rule(price=st.integers(0, 2_000), basis=st.booleans())
    def award(self, price: int, basis: bool) -> None:
        prices = [{"line": 1, "unit_price_jpy": price}, {"line": 2, "unit_price_jpy": 10}]
        more = {"basis": "単価表", "prices": prices} if basis else {}
        self.give("award", Role.BUYER, {"firm": "F-SYN-001", **more})

    def drawings(self, revision: str = "A") -> list[dict[str, str]]:
        return [{"number": "D", "revision": revision, "sha256": revision.lower() * 64}]

    def notice(self, amount: int, due: date) -> dict[str, Any]:
        return {
            "due_on": due.isoformat(),
            "notice": notice_data(amount, due, DAY),
            "verdicts": [{"rule": "r", "colour": "green"}],
        }

    @rule(early=st.booleans())
    def issue(self, early: bool) -> None:
        due = date(2026, 12, 20 if early else 25)
        self.give("issue", Role.BUYER, {**self.notice(self.order.amount_jpy or 0, due), "drawings": self.drawings()})

    @rule(
        quantity=st.integers(1, 70), price=st.integers(0, 2_000), days=st.integers(0, 3), drawing=st.sampled_from("AB")
    )
    def revise(self, quantity: int, price: int, days: int, drawing: str) -> None:
        lines = [
            {"no": 1, "item": "合成品", "quantity": quantity, "unit": "個", "unit_price_jpy": price},
            {"no": 2, "item": "合成品2", "quantity": 5, "unit": "個", "unit_price_jpy": 10}
            | {"drawing": "D", "revision": drawing},
        ]
        stated = self.notice(quantity * price + 50, date(2026, 12, 25 + days))
        self.give("revise", Role.BUYER, {**stated, "lines": lines, "reason": "r", "drawings": self.drawings(drawing)})

    @rule(back=st.integers(0, 1))
    def transported(self, back: int) -> None:
        told = {"revision": max(1, self.order.revision - back), "channel": "fax", "proof": "T.30 OK"}
        self.give("confirm_delivery", Role.SYSTEM, told)

    # -- the supplier answers

    @rule(data=st.data(), off=st.sampled_from((0, 0, 0, -1, 1)), kind=st.sampled_from(("accept", "accept", "decline")))
    def answer(self, data: st.DataObject, off: int, kind: str) -> None:
        told: dict[str, Any] = {
            "firm": data.draw(st.sampled_from(FIRMS)),
            "revision": max(1, self.order.revision + off),
        }
        self.give(kind, data=told if kind == "accept" else {**told, "reason": "r"}, **self.partner(data))

    @precondition(lambda self: self.number % 4 == 0)
    @rule(data=st.data(), priced=st.booleans())
    def counter(self, data: st.DataObject, priced: bool) -> None:
        told: dict[str, Any] = {"firm": "F-SYN-001", "revision": max(1, self.order.revision), "due_on": "2027-01-10"}
        if priced:
            told["prices"] = [{"line": 1, "unit_price_jpy": 999}]
        self.give("counter", data=told, **self.partner(data))

    @precondition(lambda self: self.number % 3 == 0 or self.order.state in (OrderState.ON_HOLD, OrderState.COUNTERED))
    @rule(kind=st.sampled_from(("uphold", "hold", "resume", "resume", "cancel")))
    def turn(self, kind: str) -> None:
        self.give(kind, Role.BUYER, {"reason": "r"})

    @rule(data=st.data(), thread=st.sampled_from(("N1", "N2")))
    def talk(self, data: st.DataObject, thread: str) -> None:
        self.give(
            "request_negotiation", data={"firm": "F-SYN-001", "thread": thread, "words": "w"}, **self.partner(data)
        )

    @precondition(lambda self: any(t.is_open for t in self.order.negotiations))
    @rule()
    def talk_back(self) -> None:
        thread = next(t.id for t in self.order.negotiations if t.is_open)
        self.give("answer_negotiation", Role.BUYER, {"thread": thread, "answer": "partly", "reason": "r"})

    @precondition(lambda self: self.order.calls)
    @rule()
    def confirm_call(self) -> None:
        told = {"note": self.order.calls[0].key, "follow_up": "b" * 64, "channel": "fax"}
        self.give("confirm_call", Role.SYSTEM, told)

    # -- goods and money

    @rule(data=st.data(), quantity=st.integers(1, 40))
    def ship(self, data: st.DataObject, quantity: int) -> None:
        place = self.place(data)
        items = [{"line": place["line"], "quantity": quantity}]
        told = {"firm": "F-SYN-001", "slip": place["slip"], "on": "2026-12-18", "items": items}
        self.give("ship", data=told, **self.partner(data))

    @rule(data=st.data(), quantity=st.integers(1, 40), unannounced=st.booleans())
    def receive(self, data: st.DataObject, quantity: int, unannounced: bool) -> None:
        place = self.place(data)
        told: dict[str, Any] = {"slip": place["slip"], "on": "2026-12-20"}
        told["items"] = [{"line": place["line"], "quantity": quantity}]
        self.give("receive", Role.INSPECTOR, told | ({"unannounced": True} if unannounced else {}))

    @rule(data=st.data(), accepted=st.integers(0, 40), rejected=st.sampled_from((0, 0, 1, 5)))
    def inspect(self, data: st.DataObject, accepted: int, rejected: int) -> None:
        told = {**self.place(data), "accepted": accepted, "rejected": rejected, "on": "2026-12-21", "reason": "r"}
        self.give("inspect", Role.INSPECTOR, told)

    @precondition(lambda self: self.order.shipments)
    @rule(data=st.data())
    def move_all(self, data: st.DataObject) -> None:
        """Finish what stands at one shipment, so that long lives are reached."""
        self.finish(data.draw(st.sampled_from(self.order.shipments)))

    def finish(self, s: Shipment) -> None:
        place = {"slip": s.slip, "line": s.line}
        if s.in_transit:
            items = [{"line": s.line, "quantity": s.in_transit}]
            self.give("receive", Role.INSPECTOR, {"slip": s.slip, "on": "2026-12-20", "items": items})
        elif s.uninspected:
            bad = s.uninspected // 3 if self.number % 2 else 0
            told = {"accepted": s.uninspected - bad, "rejected": bad, "on": "2026-12-21", "reason": "r"}
            self.give("inspect", Role.INSPECTOR, {**place, **told})
        elif s.rejected_here:
            back = {**place, "quantity": s.rejected_here, "reason": "r", "payer": "shared", "on": "2026-12-22"}
            self.give("return", Role.INSPECTOR, back)

    @rule(data=st.data(), quantity=st.integers(1, 10), kind=st.sampled_from(("return", "rework")))
    def send_back(self, data: st.DataObject, quantity: int, kind: str) -> None:
        told = {**self.place(data), "quantity": quantity, "reason": "r", "payer": "supplier", "on": "2026-12-22"}
        self.give(kind, Role.INSPECTOR, told)

    @rule(data=st.data(), quantity=st.integers(1, 10), kind=st.sampled_from(("report_loss", "claim")))
    def miss(self, data: st.DataObject, quantity: int, kind: str) -> None:
        self.give(kind, Role.INSPECTOR, {**self.place(data), "quantity": quantity, "reason": "r"})

    @rule(cause=st.sampled_from(("", "supplier", "buyer")))
    def close(self, cause: str) -> None:
        if cause:
            self.give("close_short", Role.BUYER, {"reason": "r", "cause": cause})
        else:
            self.give("close", Role.BUYER, {})

    @rule(data=st.data(), number=st.sampled_from(("I1", "I2", "I3")), share=st.sampled_from((1, 2, 3)))
    def invoice(self, data: st.DataObject, number: str, share: int) -> None:
        amount = max(1, (self.order.accepted_jpy - self.order.invoiced_jpy) // share + share - 1)
        told = {"firm": "F-SYN-001", "number": number, "amount_jpy": amount, "on": "2026-12-26"}
        self.give("invoice", data=told, **self.partner(data))

    @rule(data=st.data(), amount=st.integers(1, 5_000))
    def credit(self, data: st.DataObject, amount: int) -> None:
        told = {"firm": "F-SYN-001", "number": "C1", "amount_jpy": amount, "reason": "r", "on": "2026-12-27"}
        self.give("credit_note", data=told, **self.partner(data))

    @rule(invoice=st.sampled_from(("I1", "I2", "I3")), reference=st.sampled_from(("P1", "P2", "P3", "P4")))
    def pay(self, invoice: str, reference: str) -> None:
        rest = next((i.amount_jpy for i in self.order.invoices if i.number == invoice), 7)
        told = {"invoice": invoice, "reference": reference, "amount_jpy": max(1, rest), "on": "2027-01-15"}
        self.give("pay", Role.SYSTEM, told)

    # -- disturbance

    @rule(data=st.data(), times=st.integers(1, 3))
    def deliver_again(self, data: st.DataObject, times: int) -> None:
        command = data.draw(st.sampled_from(self.sent))
        for _ in range(times):
            done = command.key in self.order.keys
            decision = self.take(command)
            assert (decision.outcome is Outcome.REPEATED) or not done

    @rule(data=st.data(), role=st.sampled_from(list(Role)))
    def by_somebody_else(self, data: st.DataObject, role: Role) -> None:
        self.number += 1
        self.take(replace(data.draw(st.sampled_from(self.sent)), key=f"k{self.number}", role=role))

    @rule(data=st.data(), version=st.integers(0, 30))
    def on_an_old_page(self, data: st.DataObject, version: int) -> None:
        self.number += 1
        command = replace(data.draw(st.sampled_from(self.sent)), key=f"k{self.number}", expected_version=version)
        is_old = not self.order.last_change <= version <= self.order.version
        decision = self.take(command)
        if is_old:
            assert decision.outcome is not Outcome.APPLIED
            assert decision.events == ()

    @rule(data=st.data())
    def mistyped(self, data: st.DataObject) -> None:
        self.number += 1
        command = data.draw(st.sampled_from(self.sent))
        key = data.draw(st.sampled_from(sorted(command.data) or ["x"]))
        bad = data.draw(st.sampled_from((None, "", 1.5, -1, [], {}, "a\0b")))
        self.take(replace(command, key=f"k{self.number}", data={**command.data, key: bad}))

    # -- what must hold

    @invariant()
    def state_is_the_fold_of_its_events(self) -> None:
        if self.ledger.events:
            assert fold(self.ledger.events) == self.ledger.order

    @invariant()
    def chain_holds(self) -> None:
        verify_chain(self.ledger.events)

    @invariant()
    def each_key_once(self) -> None:
        keys = [event.key for event in self.ledger.events]
        assert len(keys) == len(set(keys))
        if self.ledger.order is not None:
            assert set(keys) == self.order.keys

    @invariant()
    def no_quantity_is_lost(self) -> None:
        if self.ledger.order is None:
            return
        for s in self.order.shipments:
            assert s.shipped == s.received + s.lost + s.in_transit
            assert s.received == s.accepted + s.rejected + s.uninspected == sum(r.quantity for r in s.receipts)
            assert s.rejected == s.returned + s.reworked + s.rejected_here
            parts = (s.in_transit, s.lost, s.uninspected, s.accepted, s.returned, s.reworked, s.rejected_here)
            assert min(parts) >= 0
            assert sum(parts) == s.shipped
        back = sum(b.quantity for b in self.order.goods_back)
        assert back == sum(s.returned + s.reworked for s in self.order.shipments)

    @invariant()
    def deliveries_stay_within_the_order(self) -> None:
        if self.ledger.order is None:
            return
        for line in self.order.agreed:
            assert line_totals(self.order, line.no).net <= most(self.order, line)
        assert {s.line for s in self.order.shipments if s.net} <= {line.no for line in self.order.agreed}

    @invariant()
    def paid_invoiced_accepted(self) -> None:
        if self.ledger.order is not None:
            assert 0 <= self.order.paid_jpy <= self.order.invoiced_jpy <= self.order.accepted_jpy

    @invariant()
    def silence_never_accepts(self) -> None:
        accepts = [e for e in self.ledger.events if e.kind == "accept"]
        assert all(e.role in (Role.SUPPLIER, Role.CLERK) and e.data["firm"] == "F-SYN-001" for e in accepts)
        shown = [e for e in accepts if e.role is Role.CLERK]
        assert all(any(row["kind"] != "call_note" for row in e.data["evidence"]) for e in shown)
        if self.ledger.order is not None:
            told = [e.data["revision"] for e in accepts]
            assert self.order.accepted_revision == (told[-1] if told else 0)
            assert bool(self.order.agreed) == bool(told)

    @invariant()
    def a_changed_price_or_day_is_a_new_notice_to_be_accepted(self) -> None:
        notices = [e for e in self.ledger.events if e.kind in ("issue", "revise")]
        if self.ledger.order is None:
            return
        assert self.order.revision == len(notices)
        assert all(e.data["notice"] for e in notices)
        before = self.before
        if before is None or before.revision == 0:
            return
        if (self.order.lines, self.order.due_on) != (before.lines, before.due_on):
            assert self.order.revision > before.revision
        if (self.order.agreed, self.order.agreed_due_on) != (before.agreed, before.agreed_due_on):
            assert self.order.accepted_revision > before.accepted_revision
        if self.order.accepted_revision < self.order.revision:
            assert self.order.state in (
                OrderState.ISSUED,
                OrderState.DELIVERED_TO_PARTNER,
                OrderState.COUNTERED,
                OrderState.DECLINED,
                OrderState.ON_HOLD,
                OrderState.CANCELLED,
                OrderState.SUPERSEDED,
            )

    @invariant()
    def documents_go_there_and_back(self) -> None:
        if self.ledger.events and self.number % 10 == 0:
            text = json.dumps([event_to_json(event) for event in self.ledger.events])
            assert [event_from_json(row) for row in json.loads(text)] == self.ledger.events
            json.dumps(order_to_json(self.order))


TestLife = Life.TestCase
TestLife.settings = settings(CALM, max_examples=100, stateful_step_count=50)


def quantities(order: OperationOrder) -> list[Any]:
    """Return every shipment by its slip, its receipts in the order of their days."""
    plain = [replace(s, receipts=tuple(sorted(s.receipts, key=lambda r: (r.on, r.quantity)))) for s in order.shipments]
    return sorted(plain, key=lambda s: s.slip)


@settings(CALM, max_examples=80)
@given(st.integers(0, 10**6))
def test_shuffled_and_repeated_messages_end_as_the_life_in_order(seed: int) -> None:
    life = order_life(seed, start=START)
    plain: OperationOrder | None = None
    for command in life:
        plain, decision = carry_out(plain, command)
        assert decision.outcome is Outcome.APPLIED, (command, decision)
    assert plain is not None
    assert plain.state is OrderState.PAID
    order: OperationOrder | None = None
    parked: list[Command] = []
    again: list[Command] = []
    events: list[OrderEvent] = []
    queue = list(deliveries(life, seed))
    before = {command.key: {earlier.key for earlier in life[:at]} for at, command in enumerate(life)}
    for turn in range(len(life) + 2):
        for command in queue:
            if command.kind == "close_short" and (order is None or not before[command.key] <= order.keys):
                # Who gives up the rest has seen what came; what comes later is a delivery too late.
                again.append(command)
                continue
            order, decision = carry_out(order, command)
            events += decision.events
            if decision.outcome is Outcome.PARKED:
                parked.append(command)
            elif decision.outcome is Outcome.REFUSED:
                again.append(command)
            done = unpark(order, parked)
            order, parked = done.order, list(done.waiting)
            for _, later in done.decisions:
                events += later.events
        # A person whose decision was refused tries again when more has arrived.
        queue, again = again, []
        if not queue:
            break
        assert turn <= len(life)
    assert order is not None
    assert parked == []
    verify_chain(events)
    assert fold(events) == order
    assert {e.key for e in events} == {c.key for c in life}
    for name in ("state", "agreed", "agreed_due_on", "revision", "accepted_revision", "paid_jpy", "invoiced_jpy"):
        assert getattr(order, name) == getattr(plain, name), name
    assert quantities(order) == quantities(plain)
