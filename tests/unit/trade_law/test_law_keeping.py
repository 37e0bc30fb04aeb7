"""`retention` and `stamp`."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from law_desk import ON

from kumihimo.trade.law import (
    Arrival,
    Colour,
    KeptDocument,
    Medium,
    Search,
    find,
    judge_keeping,
    judge_stamp,
    keep_until,
    medium_of,
)

KEPT = KeptDocument(
    id="M-1", arrival=Arrival.FAX_DATA, dated=date(2026, 11, 20), amount_jpy=186_000, partner="架空製作所", locked=True
)


def kept(**changes: Any) -> KeptDocument:
    known = {name: getattr(KEPT, name) for name in ("id", "arrival", "dated", "amount_jpy", "partner", "locked")}
    return KeptDocument(**{**known, **changes})


@pytest.mark.parametrize("arrival", Arrival)
def test_fax_printed_is_paper_and_fax_received_as_data_is_data(arrival: Arrival) -> None:
    is_paper = arrival in (Arrival.FAX_PAPER, Arrival.POST, Arrival.HAND)
    assert medium_of(arrival) is (Medium.PAPER if is_paper else Medium.DATA)
    assert len(judge_keeping(kept(arrival=arrival), on=ON)) == (1 if is_paper else 3)


def test_fax_names_its_own_rule() -> None:
    assert judge_keeping(KEPT, on=ON)[0].rule == "retention.fax"
    assert judge_keeping(kept(arrival=Arrival.MAIL), on=ON)[0].rule == "retention.electronic"


def test_unknown_arrival_cannot_be_told() -> None:
    (verdict,) = judge_keeping(kept(arrival=None), on=ON)
    assert verdict.colour is Colour.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "colours"),
    [
        ({}, [Colour.GREEN, Colour.GREEN]),
        ({"dated": None}, [Colour.RED, Colour.GREEN]),
        ({"amount_jpy": None}, [Colour.RED, Colour.GREEN]),
        ({"amount_jpy": 0}, [Colour.GREEN, Colour.GREEN]),
        ({"partner": ""}, [Colour.RED, Colour.GREEN]),
        ({"locked": False}, [Colour.GREEN, Colour.AMBER]),
        ({"locked": None}, [Colour.GREEN, Colour.UNKNOWN]),
    ],
)
def test_data_need_search_keys_and_history(changes: dict[str, Any], colours: list[Colour]) -> None:
    assert [verdict.colour for verdict in judge_keeping(kept(**changes), on=ON)[1:]] == colours


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        (Search(), ["A", "B", "C"]),
        (Search(dated_from=date(2026, 11, 2)), ["B"]),
        (Search(dated_to=date(2026, 11, 1)), ["A"]),
        (Search(amount_from=100, amount_to=199), ["A"]),
        (Search(amount_from=100, partner="乙"), ["C"]),
        (Search(dated_from=date(2026, 11, 1), amount_from=200), ["B"]),
        (Search(dated_from=date(2026, 11, 1), partner="乙"), []),
    ],
)
def test_search_takes_ranges_and_two_keys_together(search: Search, ids: list[str]) -> None:
    documents = (
        kept(id="A", dated=date(2026, 11, 1), amount_jpy=199, partner="架空甲"),
        kept(id="B", dated=date(2026, 11, 2), amount_jpy=200, partner="架空甲"),
        kept(id="C", dated=None, amount_jpy=300, partner="架空乙"),
    )
    assert [one.id for one in find(documents, search)] == ids


@pytest.mark.parametrize(
    ("dated", "month", "loss", "until"),
    [
        (date(2026, 11, 20), 3, False, date(2034, 5, 31)),
        (date(2026, 3, 31), 3, False, date(2033, 5, 31)),
        (date(2026, 4, 1), 3, False, date(2034, 5, 31)),
        (date(2026, 11, 20), 12, False, date(2034, 2, 28)),
        (date(2026, 11, 20), 3, True, date(2037, 5, 31)),
        (date(2026, 11, 20), 3, None, date(2037, 5, 31)),
    ],
)
def test_kept_from_the_filing_of_its_year(dated: date, month: int, loss: bool | None, until: date) -> None:
    retention = keep_until(dated, fiscal_year_end_month=month, on=ON, loss_in_year=loss)
    assert retention.until == until
    assert "2年より長い" in retention.verdict.ja


@pytest.mark.parametrize(
    ("medium", "amount", "is_work", "duty", "colour"),
    [
        (Medium.DATA, 186_000, True, 0, Colour.GREEN),
        (Medium.PAPER, 9_999, True, 0, Colour.GREEN),
        (Medium.PAPER, 10_000, True, 200, Colour.AMBER),
        (Medium.PAPER, 1_000_000, True, 200, Colour.AMBER),
        (Medium.PAPER, 1_000_001, True, 400, Colour.AMBER),
        (Medium.PAPER, 6_000_000_000, True, 600_000, Colour.AMBER),
        (Medium.PAPER, None, True, 200, Colour.AMBER),
        (Medium.PAPER, 186_000, False, 0, Colour.AMBER),
        (Medium.PAPER, 186_000, None, None, Colour.UNKNOWN),
        (None, 186_000, True, None, Colour.UNKNOWN),
    ],
)
def test_stamp_is_for_paper_and_work(
    medium: Medium | None, amount: int | None, is_work: bool | None, duty: int | None, colour: Colour
) -> None:
    stamp = judge_stamp(medium, amount, contract_for_work=is_work, on=ON)
    assert (stamp.duty_jpy, stamp.verdict.colour) == (duty, colour)
