"""Subsidy rows go stale, and none is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kumihimo.errors import LocatedErrors
from kumihimo.trade.consortium.subsidy import (
    Standing,
    packaged_programs,
    programs_for,
    read_programs,
    standing,
    standing_words,
)

(EXAMPLE,) = packaged_programs(with_examples=True)
CHECKED = EXAMPLE.last_checked


def row(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": "s1", "name_ja": "合成", "name_en": "synthetic", "authority_ja": "見本市", "authority_en": "Mihon",
        "areas": [], "purpose_ja": "設備", "purpose_en": "machines", "opens_on": "2026-10-01",
        "closes_on": "2026-12-25", "rate_percent": 50, "most_jpy": 1000, "source_title": "要項",
        "source_url": "https://subsidy.example/", "last_checked": "2026-11-20", "checked_by": "合成",
    }  # fmt: skip
    return {**plain, **changes}


def document(*rows: object) -> dict[str, Any]:
    return {"format": "kumihimo-subsidies/1", "programs": list(rows)}


def test_no_real_program_is_shipped_and_the_example_says_what_it_is() -> None:
    assert packaged_programs() == ()
    assert EXAMPLE.is_example
    assert "実在しません" in EXAMPLE.name_ja
    assert EXAMPLE.source_url.split("/")[2].endswith(".example")  # a name that can never be registered


def test_a_row_is_to_be_checked_after_ninety_days() -> None:
    assert standing(EXAMPLE, date(2026, 12, 1)) is Standing.OPEN
    assert standing(replace(EXAMPLE, closes_on=date(2027, 12, 1)), CHECKED + timedelta(days=90)) is Standing.OPEN
    stale = CHECKED + timedelta(days=91)
    assert standing(replace(EXAMPLE, closes_on=date(2027, 12, 1)), stale) is Standing.TO_CHECK
    assert "要確認（2026年11月20日(金)に確認）" in standing_words(EXAMPLE, stale)[0]


def test_standing_on_its_days() -> None:
    day = timedelta(days=1)
    assert EXAMPLE.closes_on is not None
    assert EXAMPLE.opens_on is not None
    assert standing(EXAMPLE, EXAMPLE.closes_on) is Standing.OPEN
    assert standing(EXAMPLE, EXAMPLE.closes_on + day) is Standing.CLOSED
    early = replace(EXAMPLE, last_checked=EXAMPLE.opens_on - 5 * day)
    assert standing(early, EXAMPLE.opens_on - day) is Standing.UPCOMING
    assert standing(replace(EXAMPLE, closes_on=None), CHECKED) is Standing.TO_CHECK
    assert standing(EXAMPLE, CHECKED - day) is Standing.TO_CHECK


def test_programs_of_a_place_that_closes_first_come_first() -> None:
    rows = read_programs(
        document(
            row(id="later", closes_on="2026-12-31"),
            row(id="elsewhere", areas=["よその市"]),
            row(id="stale", last_checked="2026-01-05"),
            row(id="soon", areas=["見本市"]),
            row(id="over", closes_on="2026-11-30"),
        )
    )
    assert [p.id for p in programs_for(rows, "見本市", date(2026, 12, 1))] == ["soon", "later", "stale"]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"last_checked": None}, "last_checked"),
        ({"last_checked": "きのう"}, "last_checked"),
        ({"closes_on": "2026-09-01"}, "closes_on"),
        ({"rate_percent": 120}, "rate_percent"),
        ({"source_url": "広報で見た"}, "source_url"),
        ({"areas": "全国"}, "areas"),
        ({"checked_by": ""}, "checked_by"),
        ({"budget": 3}, "budget"),
    ],
)
def test_a_row_without_source_or_day_is_refused(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(LocatedErrors) as refusal:
        read_programs(document(row(**changes)))
    assert [p.sheet for p in refusal.value.problems] == [f"$.programs[0].{place}"]


@pytest.mark.parametrize("doc", [None, [], {"format": "x"}, document("row"), document(row(), row())])
def test_other_documents_are_refused(doc: object) -> None:
    with pytest.raises(LocatedErrors):
        read_programs(doc)
