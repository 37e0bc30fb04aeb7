"""Days of what happened: nothing of an order happens long before it was drafted, whatever channel tells it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from trade_desk import CALL, FIRM, IMAGE, START, Desk, ship

from kumihimo.trade import Outcome, Role
from kumihimo.trade.days import ENTERED_WITHIN_DAYS

EARLIEST = (START.date() - timedelta(days=ENTERED_WITHIN_DAYS)).isoformat()
LONG_BEFORE = (START.date() - timedelta(days=ENTERED_WITHIN_DAYS + 1)).isoformat()


def test_order_knows_the_day_of_its_draft_in_japan() -> None:
    desk = Desk()
    line = {"no": 1, "item": "軸（合成）", "quantity": 1, "unit": "個"}
    # 16:30 in Greenwich is past midnight in Japan.
    at = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
    desk.do("draft", Role.BUYER, {"work_order": "W-1", "buyer": "合成", "lines": [line]}, at=at)
    assert desk.now.drafted_on == date(2026, 12, 1)


def _shipped(desk: Desk) -> None:
    desk.ship("D1", 60)


def _received(desk: Desk) -> None:
    desk.ship("D1", 60)
    desk.receive("D1", 60)


def _rejected(desk: Desk) -> None:
    desk.deliver("D1", 60, rejected=5)


def _invoiced(desk: Desk) -> None:
    desk.deliver("D1", 60)
    desk.invoice("I1", 1_000)


_RECEIPT: dict[str, Any] = {"slip": "D1", "items": [{"line": 1, "quantity": 10}]}
_INSPECTION: dict[str, Any] = {"slip": "D1", "line": 1, "accepted": 10, "rejected": 0}
_BACK: dict[str, Any] = {"slip": "D1", "line": 1, "quantity": 1, "reason": "寸法外れ", "payer": "supplier"}


@pytest.mark.parametrize(
    ("kind", "role", "so_far", "data"),
    [
        ("ship", Role.SUPPLIER, lambda desk: None, ship("D1", 10)),
        ("receive", Role.INSPECTOR, _shipped, _RECEIPT),
        ("receive", Role.INSPECTOR, lambda desk: None, {**_RECEIPT, "unannounced": True}),
        ("inspect", Role.INSPECTOR, _received, _INSPECTION),
        ("return", Role.INSPECTOR, _rejected, _BACK),
        ("rework", Role.INSPECTOR, _rejected, _BACK),
        ("invoice", Role.SUPPLIER, _received, {"firm": FIRM, "number": "I9", "amount_jpy": 10}),
        (
            "credit_note",
            Role.SUPPLIER,
            _invoiced,
            {"firm": FIRM, "number": "C1", "amount_jpy": 10, "reason": "単価違い"},
        ),
        ("pay", Role.SYSTEM, _invoiced, {"invoice": "I1", "reference": "P1", "amount_jpy": 10}),
    ],
)
def test_nothing_happens_long_before_the_draft(kind: str, role: Role, so_far: Any, data: dict[str, Any]) -> None:
    desk = Desk().accepted()
    so_far(desk)
    decision = desk.tell(kind, role, {**data, "on": LONG_BEFORE})
    assert (decision.outcome, decision.code) == (Outcome.REFUSED, "before_draft")
    assert "2026年10月30日(金)" in decision.ja
    assert "2026年12月1日(火)" in decision.ja
    assert "2026-10-31 on" in decision.en
    assert "2026-12-01" in decision.en
    entered_late = desk.tell(kind, role, {**data, "on": EARLIEST})
    assert entered_late.outcome in (Outcome.APPLIED, Outcome.PARKED), "an order may be entered after the fact"


@pytest.mark.parametrize("evidence", [IMAGE, CALL])
def test_the_same_holds_for_what_a_clerk_types(evidence: Any) -> None:
    desk = Desk().accepted()
    told = {**ship("D1", 10), "on": LONG_BEFORE}
    decision = desk.tell("ship", Role.CLERK, told, evidence=evidence)
    assert (decision.outcome, decision.code, decision.events) == (Outcome.REFUSED, "before_draft", ())


def test_work_may_have_begun_before() -> None:
    desk = Desk().accepted()
    assert desk.tell("start", Role.SUPPLIER, {"firm": FIRM, "on": LONG_BEFORE}).outcome is Outcome.APPLIED
