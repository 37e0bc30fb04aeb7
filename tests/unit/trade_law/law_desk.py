"""What the tests of the legal rules share; every firm is synthetic."""

from __future__ import annotations

from datetime import date
from typing import Any

from kumihimo.trade.law import OrderFacts, PartySize, Work
from kumihimo.trade.notice import NoticeItem, notice_of

ON = date(2026, 11, 24)
BUYER = PartySize(name="架空精機", capital_jpy=50_000_000, employees=120, sole_proprietor=False)
SUPPLIER = PartySize(name="架空製作所", capital_jpy=5_000_000, employees=8, sole_proprietor=False)


def notice_data(**changes: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Return a notice that states everything; a change of None leaves the item out."""
    data: dict[str, dict[str, Any]] = {item.value: {"value": "合成の内容"} for item in NoticeItem}
    data |= {
        "receipt_on": {"value": "2026-12-18"},
        "payment_due": {"value": "2027-01-31"},
        "payment_means": {"value": "銀行振込"},
        "factoring": {"not_applicable": True},
        "electronic_claim": {"not_applicable": True},
    }
    for name, entry in changes.items():
        if entry is None:
            del data[name]
        else:
            data[name] = entry
    return data


def order(**changes: Any) -> OrderFacts:
    """Return an order that the law binds and that keeps every rule, with changes."""
    known: dict[str, Any] = {
        "number": "PO-1",
        "firm": "F-SYN-001",
        "buyer": BUYER,
        "supplier": SUPPLIER,
        "work": Work.MANUFACTURE,
        "notice": notice_of(notice_data()),
    }
    return OrderFacts(**{**known, **changes})
