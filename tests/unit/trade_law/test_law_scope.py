"""`toriteki.scope`, `freelance.scope`, `toriteki.negotiation`."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from law_desk import BUYER, ON, SUPPLIER

from kumihimo.trade.law import Applies, Colour, PartySize, Work, judge_freelance, judge_negotiations, judge_scope
from kumihimo.trade.order import Negotiation

ASKED = datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=9)))
OKU, MAN = 100_000_000, 10_000


def party(capital: int | None = None, heads: int | None = None, *, sole: bool | None = False) -> PartySize:
    return PartySize(name="架空", capital_jpy=capital, employees=heads, sole_proprietor=sole)


@pytest.mark.parametrize(
    ("buyer", "supplier", "applies"),
    [
        (party(3 * OKU + 1, 10), party(3 * OKU, 999), Applies.YES),
        (party(3 * OKU, 10), party(3 * OKU, 999), Applies.NO),
        (party(1000 * MAN + 1, 10), party(1000 * MAN, 999), Applies.YES),
        (party(1000 * MAN, 10), party(100, 999), Applies.NO),
        (party(1000 * MAN + 1, 10), party(1000 * MAN + 1, 999), Applies.NO),
        (party(1000 * MAN, 301), party(3 * OKU, 300), Applies.YES),
        (party(1000 * MAN, 300), party(3 * OKU, 300), Applies.NO),
        (party(1000 * MAN, 301), party(3 * OKU, 301), Applies.NO),
        (party(0, 301), party(100 * MAN, 5), Applies.YES),
        (party(None, 500, sole=True), party(100 * MAN, 5), Applies.NO),
        (party(2000 * MAN, 10), party(None, None, sole=True), Applies.YES),
        (party(None, 301), party(None, 300), Applies.YES),
        (party(None, 10), party(100 * MAN, 5), Applies.UNKNOWN),
        (party(2000 * MAN, 10), party(None, 5), Applies.UNKNOWN),
        (party(500 * MAN, None), party(100 * MAN, 5), Applies.UNKNOWN),
        (party(500 * MAN, 300), party(None, None), Applies.NO),
    ],
)
def test_scope_of_manufacturing_by_capital_then_employees(
    buyer: PartySize, supplier: PartySize, applies: Applies
) -> None:
    for work in (Work.MANUFACTURE, Work.TOOLING, Work.REPAIR, Work.TRANSPORT_TO_CUSTOMER):
        scope = judge_scope(work, buyer, supplier, on=ON)
        assert scope.applies is applies
        assert bool(scope.questions) is (applies is Applies.UNKNOWN)
        assert (scope.verdict.colour is Colour.UNKNOWN) is (applies is Applies.UNKNOWN)


@pytest.mark.parametrize(
    ("buyer", "supplier", "applies"),
    [
        (party(5000 * MAN + 1, 10), party(5000 * MAN, 999), Applies.YES),
        (party(5000 * MAN, 10), party(5000 * MAN, 999), Applies.NO),
        (party(100 * MAN, 101), party(3 * OKU, 100), Applies.YES),
        (party(100 * MAN, 100), party(3 * OKU, 100), Applies.NO),
    ],
)
def test_scope_of_services_has_its_own_limits(buyer: PartySize, supplier: PartySize, applies: Applies) -> None:
    assert judge_scope(Work.DESIGN, buyer, supplier, on=ON).applies is applies


def test_scope_asks_only_what_decides() -> None:
    scope = judge_scope(Work.MANUFACTURE, party(2000 * MAN, 10), PartySize(name="架空乙", sole_proprietor=False), on=ON)
    assert [question.ja for question in scope.questions] == [
        "架空乙の資本金（または出資の総額）はいくらですか。個人事業ならその旨も教えてください。"
    ]
    assert scope.questions[0].ja in scope.verdict.ja


def test_unknown_work_is_asked_for() -> None:
    scope = judge_scope(None, BUYER, SUPPLIER, on=ON)
    assert (scope.applies, len(scope.questions)) == (Applies.UNKNOWN, 1)


def test_catalogue_goods_need_a_signature() -> None:
    scope = judge_scope(Work.CATALOGUE_GOODS, BUYER, SUPPLIER, on=ON)
    assert (scope.applies, scope.verdict.needs_signature) == (Applies.NO, True)


def test_moulds_and_jigs_are_in_the_quoted_text() -> None:
    assert "工作物保持具" in judge_scope(Work.TOOLING, BUYER, SUPPLIER, on=ON).verdict.quote


@pytest.mark.parametrize(
    ("supplier", "colour"),
    [
        (party(heads=1), None),
        (party(heads=0, sole=True), Colour.AMBER),
        (party(heads=None, sole=True), Colour.UNKNOWN),
        (party(heads=None, sole=None), Colour.UNKNOWN),
        (party(heads=None, sole=False), Colour.UNKNOWN),
    ],
)
def test_supplier_without_employees_may_be_a_freelancer(supplier: PartySize, colour: Colour | None) -> None:
    verdict = judge_freelance(supplier, on=ON)
    assert (verdict.colour if verdict else None) is colour


def thread(**changes: Any) -> Negotiation:
    known = {"id": "N-1", "firm": "F-SYN-001", "words": "材料費の上昇", "asked_at": ASKED}
    return Negotiation(**{**known, **changes})


@pytest.mark.parametrize(
    ("talk", "price_fixed", "colour"),
    [
        (thread(), True, Colour.RED),
        (thread(), False, Colour.AMBER),
        (thread(answer="agreed"), True, Colour.GREEN),
        (thread(answer="refused"), True, Colour.RED),
        (thread(answer="partly", reason="市況を示して説明"), True, Colour.AMBER),
        (thread(firm="F-SYN-002"), True, Colour.GREEN),
    ],
)
def test_negotiation_is_answered_before_a_price_is_fixed(talk: Negotiation, price_fixed: bool, colour: Colour) -> None:
    verdicts = judge_negotiations([talk], firm="F-SYN-001", price_fixed=price_fixed, on=ON)
    assert [verdict.colour for verdict in verdicts] == [colour]


@pytest.mark.parametrize(
    ("amount_jpy", "firms_jpy", "talks", "colour"),
    [
        (9_999, 10_000, [], Colour.AMBER),
        (10_000, 10_000, [], Colour.GREEN),
        (9_999, None, [], Colour.GREEN),
        (9_999, 10_000, [thread(answer="agreed")], Colour.GREEN),
    ],
)
def test_a_lower_price_without_a_talk_is_signed_for(
    amount_jpy: int, firms_jpy: int | None, talks: list[Negotiation], colour: Colour
) -> None:
    (verdict,) = judge_negotiations(
        talks, firm="F-SYN-001", price_fixed=True, on=ON, amount_jpy=amount_jpy, firms_jpy=firms_jpy
    )
    assert verdict.colour is colour
    assert verdict.needs_signature == (colour is Colour.AMBER)


def test_a_verdict_repeats_the_words_of_the_request_and_no_internal_name() -> None:
    long = "材料費の上昇" * 10
    for words, told in (("材料費の上昇", "「材料費の上昇」"), (long, f"「{long[:40]}…」"), ("", "申し出に回答")):
        (verdict,) = judge_negotiations([thread(words=words)], firm="F-SYN-001", price_fixed=True, on=ON)
        assert told in verdict.ja
        assert "N-1" not in verdict.ja + verdict.en
