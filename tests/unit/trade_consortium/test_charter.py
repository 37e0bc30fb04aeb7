"""A charter is taken in whole or not at all, with every problem at its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from consortium_samples import DAY, FIRMS, charter, document

from kumihimo.errors import InputError, LocatedErrors
from kumihimo.trade.consortium.charter import FeeRule, Mode


def places(doc: object) -> list[str]:
    from kumihimo.trade.consortium.charter import read_charter

    with pytest.raises(LocatedErrors) as refusal:
        read_charter(doc)
    return [problem.sheet for problem in refusal.value.problems]


def member(**changes: Any) -> dict[str, Any]:
    return {"firm": FIRMS[0], "name": "合成1社", "joined_on": "2026-04-01", **changes}


def test_reads_what_was_agreed() -> None:
    read = charter(mode="broker", lead="NPO-SYN")
    assert read.mode is Mode.BROKER
    assert [m.firm for m in read.members_on(DAY)] == list(FIRMS)
    assert read.fee.fee(1_000_001) == 30_000


def test_everything_wrong_is_told_at_once() -> None:
    wrong = document(mode="both", agreed_on="4月", members=[member(joined_on="2026-02-30", invoice_number="T12")], x=1)
    assert sorted(places(wrong)) == [
        "$.agreed_on",
        "$.members[0].invoice_number",
        "$.members[0].joined_on",
        "$.mode",
        "$.x",
    ]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"lead": "F-SYN-009"}, "$.lead"),
        ({"members": []}, "$.members"),
        ({"members": "all"}, "$.members"),
        ({"ends_on": "2026-03-31"}, "$.ends_on"),
        ({"members": [member(left_on="2026-03-01")]}, "$.members[0].left_on"),
        ({"members": [member(), member(joined_on="2026-06-01")]}, "$.members[1].firm"),
        ({"members": [member(liability=0)]}, "$.members[].liability"),
        ({"members": [member(share=0)]}, "$.members[].share"),
        ({"members": [member(share=-1)]}, "$.members[0].share"),
        ({"fee": {"permille": 1001}}, "$.fee.permille"),
        ({"fee": {"least_jpy": 10, "most_jpy": 5}}, "$.fee.most_jpy"),
        ({"inspectors": [{"firm": FIRMS[0]}]}, "$.inspectors[0].name"),
        ({"name": " "}, "$.name"),
    ],
)
def test_each_problem_has_its_place(changes: dict[str, Any], place: str) -> None:
    assert places(document(**changes)) == [place]


@pytest.mark.parametrize("doc", [None, [], "charter", 3])
def test_what_is_no_object_is_refused(doc: object) -> None:
    assert "$" in places(doc)


def test_a_firm_may_leave_and_join_again() -> None:
    read = charter(members=[member(left_on="2026-06-30"), member(joined_on="2026-09-01")])
    assert read.members_on(date(2026, 6, 30))
    assert not read.members_on(date(2026, 7, 1))
    with pytest.raises(InputError) as refusal:
        read.member(FIRMS[0], date(2026, 7, 1))
    assert "2026年7月1日(水)" in refusal.value.ja


def test_the_fee_stays_within_its_bounds_and_the_sales() -> None:
    rule = FeeRule(permille=50, least_jpy=1_000, most_jpy=5_000)
    assert [rule.fee(sales) for sales in (0, 500, 10_000, 50_000, 1_000_000)] == [0, 500, 1_000, 2_500, 5_000]


def test_nobody_inspects_the_own_firms_work() -> None:
    read = charter()
    assert [i.name for i in read.inspectors_for(frozenset({FIRMS[0]}))] == ["合成 検査員"]
    assert len(read.inspectors_for(frozenset({FIRMS[1]}))) == 2
