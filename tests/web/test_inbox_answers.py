"""What the answers of a form come to, without any paper: days, prices, quantities, and what is left to a person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumihimo.trade import Command, OperationOrder, Role
from kumihimo.trade.decide import carry_out
from kumihimo.trade.fields import check_data
from kumihimo_web.inbox.answers import NOTED, Answered, next_day, proposed_by
from kumihimo_web.inbox.wording import guess

RECEIVED = date(2026, 11, 23)


def order(*quantities: int) -> OperationOrder:
    lines = [{"no": no, "item": f"部品{no}", "quantity": q, "unit": "個"} for no, q in enumerate(quantities, 1)]
    command = Command(
        key="k",
        order="PO-2026-000001",
        kind="draft",
        data={"work_order": "W", "buyer": "B", "firm": "F1", "lines": lines},
        at=datetime(2026, 11, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo")),
        by="t",
        role=Role.BUYER,
    )
    found, _ = carry_out(None, command)
    assert found is not None
    return found


def told(code: str, answers: dict[str, Any], *quantities: int) -> Any:
    return proposed_by(
        Answered(
            code=code, answers=answers, order=order(*(quantities or (10,))), firm="F1", revision=1, received=RECEIVED
        )
    )


def day(month: int, number: int) -> dict[str, int]:
    return {"month": month, "day": number}


@pytest.mark.parametrize(
    ("code", "answers", "kind", "reasons"),
    [
        ("A1", {"answer": "accept"}, "accept", []),
        ("A1", {"answer": "decline", "reason": "price"}, "decline", []),
        ("A1", {"answer": "change", "date": day(12, 4)}, "counter", []),
        ("A1", {"answer": "change", "date": day(11, 22)}, "counter", ["far_day"]),
        ("A1", {"answer": "call"}, None, ["call"]),
        ("A1", {}, None, ["no_answer"]),
        ("A1", {"answer": ["accept", "decline"]}, None, ["no_answer"]),
        ("A1", {"answer": "on_time"}, None, ["no_answer"]),
        ("Z9", {"answer": "accept"}, None, ["no_answer"]),
        ("D1-3", {"answer": "late", "delay": ["1", "2"]}, None, ["long_delay"]),
        ("Q1", {"answer": "unit_price", "price": 1200, "date": day(1, 15)}, "quote", []),
        ("Q1", {"answer": "lot_price", "price": 1200, "date": day(1, 15)}, "quote", ["lot_price"]),
        ("Q1", {"answer": "decline", "reason": "quantity"}, "decline_rfq", []),
        ("R1", {"answer": "on_time"}, NOTED, []),
        ("R1", {"answer": "late", "date": day(12, 1), "reason": "people"}, "counter", []),
        ("R1", {"answer": "shipped", "date": day(12, 24)}, "ship", ["future_day", "nothing_open"]),
        ("D1-3", {"answer": "late", "delay": "more"}, None, ["long_delay"]),
        ("D1-3", {"answer": "call"}, None, ["call"]),
    ],
)
def test_what_an_answer_comes_to(code: str, answers: dict[str, Any], kind: str | None, reasons: list[str]) -> None:
    found = told(code, answers)
    assert found.kind == kind
    assert [one.code for one in found.reasons] == reasons
    if kind and not reasons:
        assert check_data(kind, found.data) is None, found.data


def test_a_price_for_all_of_one_piece_is_its_price() -> None:
    found = told("Q1", {"answer": "lot_price", "price": 90_000, "date": day(1, 15)}, 1)
    assert found.data["prices"] == [{"line": 1, "unit_price_jpy": 90_000}]
    assert (found.reasons, found.amount_jpy) == ((), 90_000)


def test_one_price_for_several_lines_is_for_a_person() -> None:
    found = told("Q1", {"answer": "unit_price", "price": 100, "date": day(1, 15)}, 5, 6)
    assert [one.code for one in found.reasons] == ["several_lines"]


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(1, 12), st.integers(1, 31))
def test_the_next_such_day_is_the_first_one(today: date, month: int, number: int) -> None:
    found = next_day(month, number, not_before=today)
    if found is None:
        assert number > 29 if month == 2 else number == 31
        return
    assert (found.month, found.day) == (month, number)
    assert found >= today
    earlier = [
        date(year, month, number)
        for year in range(today.year, found.year)
        if not (month == 2 and number == 29 and year % 4)
    ]
    assert all(one < today for one in earlier)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PO-2026-000123 承知しました", {"orders": ["PO-2026-000123"], "kind": "accept"}),
        ("今回は辞退いたします。", {"orders": [], "kind": "decline"}),
        ("納期ですが12月10日なら間に合います", {"orders": [], "kind": "counter", "date": day(12, 10)}),
        ("ＰＯ－２０２６－０００１２３ 単価は￥４，２００です", {"orders": ["PO-2026-000123"], "price": 4200}),
        ("> 承知しました", {"orders": []}),
        ("", {"orders": []}),
    ],
)
def test_a_text_hints_and_no_more(text: str, expected: dict[str, Any]) -> None:
    assert guess(text) == expected


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(guess(text)["orders"], list)
