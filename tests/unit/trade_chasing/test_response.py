"""How firms answer requests, and when to stop asking."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kumihimo.model.firm import Firm
from kumihimo.trade.business_days import JAPAN
from kumihimo.trade.response import RfqCap, RfqRecord, Wish, may_ask, rate_at_least, response_rate

NOW = datetime(2026, 12, 7, 9, tzinfo=JAPAN)
FIRM = Firm(id="F-SYN-001", name="合成製作所", wants=("milling",), avoids=("welding",), synthetic=True)


def asked(days_ago: float, hours: float | None = None, process: str = "milling") -> RfqRecord:
    sent = NOW - timedelta(days=days_ago)
    return RfqRecord(
        firm=FIRM.id,
        processes=(process,),
        sent_at=sent,
        answer_by=sent + timedelta(days=5),
        answered_at=None if hours is None else sent + timedelta(hours=hours),
    )


def test_rate_counts_what_had_time_to_be_answered() -> None:
    records = [asked(30, 10), asked(20, 30), asked(15), asked(1), asked(25, 24 * 6)]
    found = response_rate(FIRM.id, records, NOW)
    assert (found.asked, found.answered, found.late, found.pending) == (4, 3, 1, 1)
    assert found.rate == 0.75
    assert found.median_hours == 30
    assert "4件中3件" in found.ja


def test_an_answer_after_now_is_not_known_yet() -> None:
    found = response_rate(FIRM.id, [asked(2, 24 * 10)], NOW)
    assert (found.asked, found.answered, found.pending) == (0, 0, 1)
    assert found.rate is None
    assert found.at_least == 0


def test_rate_by_kind_of_work() -> None:
    records = [asked(30, 10), asked(20), asked(20, 5, "turning")]
    assert response_rate(FIRM.id, records, NOW, process="milling").rate == 0.5
    assert response_rate(FIRM.id, records, NOW, process="turning").rate == 1.0


def test_five_of_five_prove_little() -> None:
    # With all n answered the bound is alpha ** (1 / n): 0.05 ** 0.2.
    assert rate_at_least(5, 5) == pytest.approx(0.05**0.2, abs=1e-9)
    assert rate_at_least(0, 5) == 0
    # Clopper-Pearson, 7 of 10, one-sided 95 %: 0.3934 (quantile 0.05 of the beta distribution 7, 4).
    assert rate_at_least(7, 10) == pytest.approx(0.3934, abs=5e-5)
    assert 0.87 < rate_at_least(1800, 2000) < 0.9


def test_the_cap_tells_when_there_is_room_again() -> None:
    cap = RfqCap(most=2, days=14)
    records = [asked(20), asked(10), asked(3)]
    full = may_ask(FIRM, ["milling"], records, NOW, cap)
    assert not full.may_ask
    assert full.sent == 2
    assert full.room_from == NOW - timedelta(days=10) + timedelta(days=14)
    assert may_ask(FIRM, ["milling"], records, full.room_from, cap).may_ask
    assert "2026年12月11日(金)" in full.ja


@pytest.mark.parametrize(
    ("processes", "wish", "may"),
    [(["milling"], Wish.WANTED, True), (["milling", "welding"], Wish.AVOIDED, False), (["turning"], Wish.UNSAID, True)],
)
def test_firms_say_which_work_they_want(processes: list[str], wish: Wish, may: bool) -> None:
    verdict = may_ask(FIRM, processes, [], NOW, RfqCap())
    assert (verdict.wish, verdict.may_ask) == (wish, may)
