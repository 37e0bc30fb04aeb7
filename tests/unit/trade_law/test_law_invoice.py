"""`invoice`: six items on one document or several, one rounding for each rate, T number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from law_desk import ON

from kumihimo.trade.law import (
    BillingDocument,
    Colour,
    RateTotal,
    Rounding,
    TaxedLine,
    judge_invoice,
    judge_registration_number,
    judge_self_billing,
    tax_on,
    totals_by_rate,
    worst,
)

COMPANY = "T4011001098993"
LINES = (
    TaxedLine(item="ブラケット", amount_jpy=105, rate_percent=10),
    TaxedLine(item="ピン", amount_jpy=105, rate_percent=10),
    TaxedLine(item="茶菓 *", amount_jpy=113, rate_percent=8),
)


def invoice(**changes: Any) -> BillingDocument:
    known: dict[str, Any] = {
        "number": "INV-1",
        "issuer": "架空製作所",
        "registration_number": COMPANY,
        "transacted": "2026年11月分",
        "lines": LINES,
        "totals": totals_by_rate(LINES, Rounding.FLOOR),
        "recipient": "架空精機",
        "reduced_rate_marked": True,
    }
    return BillingDocument(**{**known, **changes})


def red_rules(*documents: BillingDocument, **options: Any) -> list[str]:
    return [v.rule for v in judge_invoice(documents, on=ON, **options) if v.colour is Colour.RED]


def test_complete_invoice_is_green() -> None:
    verdicts = judge_invoice([invoice()], on=ON, rounding=Rounding.FLOOR)
    assert worst(verdicts) is Colour.GREEN
    assert sum(verdict.rule == "invoice.rounding" for verdict in verdicts) == 2


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"issuer": ""}, "invoice.issuer"),
        ({"registration_number": ""}, "invoice.issuer"),
        ({"transacted": ""}, "invoice.date"),
        ({"lines": ()}, "invoice.content"),
        ({"reduced_rate_marked": False}, "invoice.content"),
        ({"totals": ()}, "invoice.rate_total"),
        ({"recipient": " "}, "invoice.recipient"),
    ],
)
def test_missing_item_is_red(changes: dict[str, Any], rule: str) -> None:
    assert rule in red_rules(invoice(**changes))


def test_tax_of_each_rate_must_be_stated() -> None:
    totals = tuple(replace(total, tax_jpy=None) for total in invoice().totals)
    assert red_rules(invoice(totals=totals)) == ["invoice.tax"]


def test_rounding_line_by_line_is_recognised() -> None:
    wrong = (RateTotal(rate_percent=10, total_jpy=210, tax_jpy=20), RateTotal(rate_percent=8, total_jpy=113, tax_jpy=9))
    verdicts = judge_invoice([invoice(totals=wrong)], on=ON)
    (red,) = [verdict for verdict in verdicts if verdict.colour is Colour.RED]
    assert red.rule == "invoice.rounding"
    assert "明細ごとに端数処理" in red.ja
    assert "21円" in red.ja
    assert "税率ごとに1回の端数処理" in red.quote


def test_rounding_of_another_way_is_red_only_where_the_way_is_known() -> None:
    up = invoice(totals=totals_by_rate(LINES, Rounding.CEIL))
    assert red_rules(up) == []
    assert red_rules(up, rounding=Rounding.FLOOR) == ["invoice.rounding"]


def test_total_that_is_not_the_sum_of_its_lines_is_red() -> None:
    totals = (
        RateTotal(rate_percent=10, total_jpy=211, tax_jpy=21),
        RateTotal(rate_percent=8, total_jpy=113, tax_jpy=9),
    )
    assert red_rules(invoice(totals=totals)) == ["invoice.rounding"]


def test_rate_that_does_not_exist_is_red() -> None:
    lines = (TaxedLine(item="旧税率", amount_jpy=100, rate_percent=5),)
    assert "invoice.content" in red_rules(invoice(lines=lines, totals=()))


@pytest.mark.parametrize(
    ("total", "rate", "included", "floor", "half", "ceil"),
    [
        (105, 10, False, 10, 11, 11),
        (104, 10, False, 10, 10, 11),
        (110, 10, True, 10, 10, 10),
        (100, 8, True, 7, 7, 8),
        (-105, 10, False, -10, -11, -11),
        (0, 10, False, 0, 0, 0),
    ],
)
def test_tax_is_rounded_as_the_issuer_chose(
    total: int, rate: int, included: bool, floor: int, half: int, ceil: int
) -> None:
    assert [tax_on(total, rate, way, tax_included=included) for way in Rounding] == [floor, half, ceil]


def test_two_documents_that_name_each_other_qualify_together() -> None:
    note = invoice(number="D-1", issuer="", registration_number="", totals=(), recipient="", transacted="2026-11-20")
    bill = invoice(lines=(), transacted="", refers_to=("D-1",))
    assert red_rules(note, bill) == []
    assert "invoice.content" in red_rules(bill)


def test_documents_without_a_link_do_not_qualify_together() -> None:
    note = invoice(number="D-1", totals=())
    assert red_rules(invoice(), note) == ["invoice.linked_documents"]


def test_link_is_followed_over_a_third_document() -> None:
    first, second = invoice(refers_to=("D-1",)), invoice(number="D-1", refers_to=("D-2",), totals=())
    assert red_rules(invoice(number="D-2", totals=()), first, second) == []


def test_documents_with_different_numbers_are_red() -> None:
    other = invoice(number="D-1", registration_number="T7123456789012", totals=(), refers_to=("INV-1",))
    assert red_rules(invoice(), other) == ["invoice.issuer"]


@pytest.mark.parametrize(
    ("number", "company", "colour"),
    [
        (COMPANY, True, Colour.GREEN),
        (COMPANY, None, Colour.GREEN),
        ("T4011001098994", True, Colour.AMBER),
        ("T4011001098994", None, Colour.AMBER),
        ("T4011001098994", False, Colour.GREEN),
        ("4011001098993", True, Colour.RED),
        ("T401100109899", None, Colour.RED),
        ("T４０１１００１０９８９９３", None, Colour.RED),
    ],
)
def test_check_digit_is_only_a_hint(number: str, company: bool | None, colour: Colour) -> None:
    assert judge_registration_number(number, on=ON, issuer_is_company=company).colour is colour


@pytest.mark.parametrize(("confirmed", "colour"), [(True, Colour.GREEN), (None, Colour.UNKNOWN), (False, Colour.RED)])
def test_self_billing_needs_the_suppliers_word(confirmed: bool | None, colour: Colour) -> None:
    assert judge_self_billing(confirmed=confirmed, on=ON).colour is colour
