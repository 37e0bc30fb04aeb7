"""Each rule of allotment, its reasons in words, and the record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from consortium_samples import DAY, FIRMS, charter, document

from kumihimo.errors import InputError
from kumihimo.trade.consortium.allotment import Allotment, Candidate, Job, allot
from kumihimo.trade.consortium.charter import read_charter
from kumihimo.trade.consortium.fairness import fairness, gini

JOB = Job(id="J1", quantity=100, amount_jpy=100_001)
ALL = tuple(Candidate(firm=firm) for firm in FIRMS)


def test_best_fit_takes_the_highest_and_says_why() -> None:
    found = [Candidate(firm=FIRMS[0], fit=0.7), Candidate(firm=FIRMS[1], fit=0.9), Candidate(firm=FIRMS[2])]
    done = allot(charter(allotment="best_fit"), JOB, found, (), DAY)
    assert [(p.firm, p.quantity, p.amount_jpy) for p in done.parts] == [(FIRMS[1], 100, 100_001)]
    assert "適合順で1番目。適合度0.9" in done.considered[0].ja
    assert done.considered[2].firm == FIRMS[2]
    assert "適合度は分かりません" in done.considered[2].ja


def test_load_takes_unknown_hours_last_not_as_none_or_plenty() -> None:
    found = [Candidate(firm=FIRMS[0]), Candidate(firm=FIRMS[1], free_hours=0), Candidate(firm=FIRMS[2], free_hours=8)]
    done = allot(charter(allotment="load"), JOB, found, (), DAY)
    assert [c.firm for c in done.considered] == [FIRMS[2], FIRMS[1], FIRMS[0]]


def test_bids_win_by_price_and_are_paid_as_bid() -> None:
    found = [
        Candidate(firm=FIRMS[0], bid_jpy=90_000),
        Candidate(firm=FIRMS[1], bid_jpy=80_000),
        Candidate(firm=FIRMS[2]),
    ]
    done = allot(charter(allotment="bid"), JOB, found, (), DAY)
    assert [(p.firm, p.amount_jpy) for p in done.parts] == [(FIRMS[1], 80_000)]
    assert [(c.firm, c.rank) for c in done.considered] == [(FIRMS[1], 1), (FIRMS[0], 2), (FIRMS[2], None)]
    assert "入札がありません" in done.considered[2].ja


def test_who_cannot_do_it_is_out_with_the_reason_and_keeps_the_turn() -> None:
    out = Candidate(firm=FIRMS[0], can_do=False, why_not_ja="±0.01 は測定できません。", why_not_en="cannot measure it")
    first = allot(charter(), JOB, [out, *ALL[1:]], (), DAY)
    assert first.parts[0].firm == FIRMS[1]
    assert first.considered[-1].ja == "合成1社: ±0.01 は測定できません。"
    second = allot(charter(), JOB, ALL, [first], DAY + timedelta(days=1))
    assert second.parts[0].firm == FIRMS[0]


def test_a_job_goes_to_one_who_can_take_all_before_it_is_left_short() -> None:
    found = [Candidate(firm=FIRMS[0], at_most=40), *ALL[1:]]
    done = allot(charter(), JOB, found, (), DAY)
    assert [(p.firm, p.quantity) for p in done.parts] == [(FIRMS[1], 100)]
    assert "受けられるのは40個まで" in done.considered[0].ja


def test_a_split_adds_up_and_what_one_cannot_take_goes_to_the_others() -> None:
    job = Job(id="J1", quantity=100, amount_jpy=100_001, split_into=3)
    found = [Candidate(firm=FIRMS[0], at_most=10), *ALL[1:]]
    done = allot(charter(), job, found, (), DAY)
    assert [p.quantity for p in done.parts] == [10, 45, 45]
    assert sum(p.amount_jpy for p in done.parts) == 100_001
    assert done.unplaced == 0


def test_what_nobody_can_take_is_told() -> None:
    job = Job(id="J1", quantity=100, amount_jpy=100_000, split_into=3)
    done = allot(charter(), job, [Candidate(firm=firm, at_most=10) for firm in FIRMS], (), DAY)
    assert done.unplaced == 70
    assert sum(p.amount_jpy for p in done.parts) == 30_000


def test_a_split_by_load_follows_the_free_hours() -> None:
    job = Job(id="J1", quantity=90, amount_jpy=90_000, split_into=2)
    found = [Candidate(firm=FIRMS[0], free_hours=20), Candidate(firm=FIRMS[1], free_hours=10)]
    done = allot(charter(allotment="load"), job, found, (), DAY)
    assert {p.firm: p.quantity for p in done.parts} == {FIRMS[0]: 60, FIRMS[1]: 30}


def test_a_newcomer_lines_up_and_makes_up_for_nothing() -> None:
    members = [*document()["members"], {"firm": "F-SYN-004", "name": "新会員", "joined_on": "2026-12-10"}]
    agreed = read_charter(document(members=members))
    record: list[Allotment] = []
    for n in range(30):
        on = date(2026, 12, 1) + timedelta(days=n)
        present = [Candidate(firm=m.firm) for m in agreed.members_on(on)]
        record.append(allot(agreed, JOB, present, record, on))
    late = [row.parts[0].firm for row in record if row.on >= date(2026, 12, 10)]
    assert [late[n : n + 4].count("F-SYN-004") for n in range(0, 20, 4)] == [1, 1, 1, 1, 1]


def test_who_is_no_member_and_jobs_of_nothing_are_refused() -> None:
    with pytest.raises(InputError):
        allot(charter(), JOB, [Candidate(firm="F-SYN-009")], (), DAY)
    with pytest.raises(InputError):
        allot(charter(), Job(id="J0", quantity=0, amount_jpy=0), ALL, (), DAY)


def test_gini_is_that_of_the_books() -> None:
    assert gini([1, 1, 1, 1], [1, 1, 1, 1]) == 0
    assert gini([4, 0, 0, 0], [1, 1, 1, 1]) == 0.75  # one has all of n: 1 - 1/n
    assert gini([1, 2, 3, 4], [1, 1, 1, 1]) == 0.25  # sum |xi-xj| = 20; 20 / (2 * 16 * 2.5)
    assert gini([1, 3], [1, 3]) == 0  # as expected, though not equal
    assert gini([0, 0], [1, 1]) is None


def test_fairness_is_told_with_n_against_what_each_expects() -> None:
    agreed, record = charter(), []
    for n in range(4):
        record.append(allot(agreed, JOB, ALL, record, DAY + timedelta(days=n)))
    found = fairness(agreed, record, DAY, DAY + timedelta(days=30))
    assert [(m.orders, m.jpy) for m in found.members] == [(2, 200_002), (1, 100_001), (1, 100_001)]
    assert found.members[0].expected == pytest.approx(1 / 3)
    assert found.members[0].jpy_above_expected == pytest.approx(1 / 6)
    assert found.gini_orders == found.least_gini_orders == pytest.approx(1 / 6)
    assert "注文4件" in found.ja
    assert fairness(agreed, record, date(2027, 1, 1), date(2027, 1, 31)).gini_jpy is None


def test_days_of_membership_count_in_what_is_expected() -> None:
    members = document()["members"]
    members[2]["joined_on"] = "2026-12-16"
    found = fairness(charter(members=members), (), date(2026, 12, 1), date(2026, 12, 30))
    assert [round(m.expected, 3) for m in found.members] == [0.4, 0.4, 0.2]


def test_those_who_shared_an_order_keep_their_order() -> None:
    pair = Job(id="J1", quantity=100, amount_jpy=100_000, split_into=2)
    record: list[Allotment] = []
    for _ in range(3):
        record.append(allot(charter(), pair, ALL, record, DAY))
    assert [[p.firm for p in row.parts] for row in record] == [
        [FIRMS[0], FIRMS[1]],
        [FIRMS[2], FIRMS[0]],
        [FIRMS[1], FIRMS[2]],
    ]
