"""All rules over one order."""

from __future__ import annotations

from datetime import date

import pytest
from law_desk import ON, notice_data, order

from kumihimo.errors import InputError
from kumihimo.trade.law import Acknowledgement, Colour, MonthlyClosing, OrderFacts, PartySize, check_order, worst
from kumihimo.trade.notice import notice_of


def colours(facts: OrderFacts) -> dict[str, Colour]:
    return {verdict.rule: verdict.colour for verdict in check_order(facts, on=ON)}


def test_order_that_keeps_every_rule_is_green() -> None:
    verdicts = check_order(order(), on=ON)
    assert worst(verdicts) is Colour.GREEN
    assert len(verdicts) == 1 + 12 + 3


def test_nothing_judged_is_not_fine() -> None:
    assert worst(()) is Colour.UNKNOWN


def test_payment_beyond_sixty_days_is_red() -> None:
    notice = notice_of(notice_data(payment_due={"value": "2027-03-31"}))
    assert colours(order(notice=notice))["toriteki.payment_date.deemed"] is Colour.RED


def test_actual_receipt_counts_before_the_planned_day() -> None:
    late = order(received_on=date(2026, 11, 25))
    assert colours(late)["toriteki.payment_date.deemed"] is Colour.RED


def test_payment_in_words_needs_its_closing() -> None:
    notice = notice_of(notice_data(payment_due={"value": "毎月末日締切・翌月末日支払"}))
    assert colours(order(notice=notice))["toriteki.payment_date"] is Colour.UNKNOWN
    assert colours(order(notice=notice, closing=MonthlyClosing()))["toriteki.payment_date"] is Colour.GREEN


def test_closing_without_a_day_of_receipt_is_judged_by_its_worst() -> None:
    notice = notice_of(
        notice_data(
            payment_due={"value": "翌月末"}, receipt_on={"undecided_reason": "仕様待ち", "planned_date": "2026-12-01"}
        )
    )
    found = colours(order(notice=notice, closing=MonthlyClosing()))
    assert found["toriteki.payment_date.month_end"] is Colour.AMBER


def test_order_that_cannot_be_told_is_judged_as_if_bound() -> None:
    found = colours(order(buyer=PartySize(name="架空"), notice=()))
    assert found["toriteki.scope.manufacturing"] is Colour.UNKNOWN
    assert found["toriteki.notice.amount"] is Colour.RED


def test_order_that_is_not_bound_is_not_judged_by_the_items() -> None:
    small = PartySize(name="架空", capital_jpy=1, employees=3, sole_proprietor=False)
    assert colours(order(buyer=small, notice=())) == {"toriteki.scope.manufacturing": Colour.GREEN}


def test_acknowledgement_on_paper_names_the_stamp() -> None:
    assert "stamp.work_contract" in colours(order(acknowledgement=Acknowledgement()))


def test_order_of_a_day_without_rules_is_refused() -> None:
    with pytest.raises(InputError, match="2025-06-01"):
        check_order(order(), on=date(2025, 6, 1))


def test_order_made_before_the_law_is_refused() -> None:
    old = order(notice=notice_of(notice_data(ordered_on={"value": "2025-12-26"})))
    with pytest.raises(InputError, match="2025-12-26"):
        check_order(old, on=ON)


def test_every_verdict_can_be_passed_on() -> None:
    for verdict in check_order(order(notice=()), on=ON):
        assert verdict.ja.endswith(("。", "）"))
        assert verdict.en
        assert verdict.needs_signature is (verdict.colour in (Colour.AMBER, Colour.UNKNOWN))
