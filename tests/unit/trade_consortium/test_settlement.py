"""Money of a joint order: one invoice, notices that add up, deductions that explain themselves."""

from __future__ import annotations

from typing import Any

import pytest
from consortium_samples import DAY, FIRMS, charter

from kumihimo.errors import InputError
from kumihimo.trade.consortium.charter import Charter
from kumihimo.trade.consortium.liability import Defect, borne_by
from kumihimo.trade.consortium.settlement import JointJob, JointLine, settle
from kumihimo.trade.largest_remainder import shared


def job(*lines: JointLine, ordered: dict[str, int] | None = None) -> JointJob:
    return JointJob(id="J1", buyer="合成発注者", on=DAY, lines=lines, ordered_jpy=ordered or {})


def line(amount: int, rate: int = 10, **work: int) -> JointLine:
    weights = work or {"a": 1, "b": 1, "c": 1}
    names = dict(zip("abc", FIRMS, strict=True))
    return JointLine(
        item="合成品", amount_jpy=amount, rate_percent=rate, work={names[k]: w for k, w in weights.items()}
    )


def defect(cost: int, caused_by: dict[str, int], by: str = "合成 検査員") -> Defect:
    return Defect(
        id="D1",
        happened_on=DAY,
        cost_jpy=cost,
        caused_by=caused_by,
        inspected_by=by,
        reason_ja="寸法外れ",
        reason_en="out of size",
    )


def broker(**changes: Any) -> Charter:
    return charter(mode="broker", lead="NPO-SYN", **changes)


def test_largest_remainder_gives_the_last_yen_to_the_largest_rest() -> None:
    assert shared(100, [1, 1, 1]) == (34, 33, 33)
    assert shared(10, [26, 26, 25, 12, 11]) == (3, 3, 2, 1, 1)
    assert shared(-100, [1, 1, 1]) == (-34, -33, -33)
    assert shared(10**17 + 1, [1, 2]) == (33333333333333334, 66666666666666667)
    for weights in ([], [0, 0], [2, -1]):
        with pytest.raises(InputError):
            shared(1, weights)


def test_prime_contractor_keeps_the_fee_and_pays_the_rest() -> None:
    done = settle(charter(), job(line(100_000)))
    assert (done.invoice.before_tax_jpy, done.invoice.total_jpy) == (100_000, 110_000)
    assert [n.before_tax_jpy for n in done.notices] == [32_334, 32_333, 32_333]
    assert [n.payable_jpy for n in done.notices] == [35_567, 35_566, 35_566]
    assert (done.fee_jpy, done.fee_tax_jpy) == (3_000, 0)
    assert done.kept_tax_jpy == 301  # 300 on the margin, 1 from three roundings down
    assert done.difference_jpy == 0
    assert (done.invoice.issuer, done.principal.firm) == (FIRMS[0], FIRMS[0])


def test_broker_hands_the_tax_on_and_takes_the_fee_with_tax() -> None:
    done = settle(broker(), job(line(100_000)))
    assert [n.before_tax_jpy for n in done.notices] == [33_334, 33_333, 33_333]
    assert [n.totals[0].tax_jpy for n in done.notices] == [3_334, 3_333, 3_333]
    assert [(n.fee_jpy, n.fee_tax_jpy) for n in done.notices] == [(1_000, 100)] * 3
    assert (done.kept_tax_jpy, done.difference_jpy) == (0, 0)
    assert done.invoice.sellers == FIRMS
    assert done.principal.firm == "合成発注者"


def test_tax_is_rounded_once_per_rate_and_invoice_not_per_line() -> None:
    done = settle(charter(fee={}), job(line(15, a=1), line(15, a=1), line(15, 8, a=1)))
    assert [(t.rate_percent, t.total_jpy, t.tax_jpy) for t in done.invoice.totals] == [(10, 30, 3), (8, 15, 1)]


def test_a_defect_of_known_cause_is_borne_by_who_caused_it() -> None:
    done = settle(charter(), job(line(100_000)), [defect(9_000, {FIRMS[1]: 100})])
    assert [n.deducted_jpy for n in done.notices] == [0, 9_000, 0]
    assert done.notices[1].payable_jpy == 35_566 - 9_000
    assert "寸法外れ: 原因の100%" in done.notices[1].deductions[0].ja
    assert [row.firm for row in done.to_sign] == [FIRMS[1]]
    assert done.difference_jpy == 0


def test_an_unknown_cause_is_borne_by_the_shares_of_the_charter() -> None:
    members = [
        {"firm": firm, "name": firm, "joined_on": "2026-04-01", "liability": weight}
        for firm, weight in zip(FIRMS, (50, 30, 20), strict=True)
    ]
    rows = borne_by(charter(members=members), defect(10_001, {FIRMS[2]: 40}))
    assert {row.firm: row.jpy for row in rows} == {FIRMS[0]: 3_000, FIRMS[1]: 1_800, FIRMS[2]: 5_201}
    assert "原因の40%、原因不明の60%を規約の割合 20/100 で負担" in rows[2].ja


def test_a_defect_dearer_than_the_work_leaves_a_debt_that_is_explained() -> None:
    done = settle(charter(), job(line(1_000)), [defect(50_000, {FIRMS[0]: 100}, by="合成 検査員")])
    assert done.notices[0].payable_jpy < 0
    assert done.notices[0].deducted_jpy == 50_000
    assert done.difference_jpy == 0


@pytest.mark.parametrize(
    "wrong",
    [
        defect(-1, {}),
        defect(1_000, {FIRMS[0]: 60, FIRMS[1]: 50}),
        defect(1_000, {"F-SYN-009": 100}),
        defect(1_000, {FIRMS[1]: 100}, by=""),
        defect(1_000, {FIRMS[0]: 100}, by="合成 一郎"),
    ],
    ids=["negative", "over 100 %", "no member", "not inspected", "own firm inspected"],
)
def test_what_cannot_be_charged_is_refused(wrong: Defect) -> None:
    with pytest.raises(InputError):
        borne_by(charter(), wrong)


def test_less_than_was_ordered_needs_a_signature() -> None:
    done = settle(charter(), job(line(100_000), ordered={FIRMS[0]: 32_334, FIRMS[1]: 33_000}))
    assert [row.firm for row in done.to_sign] == [FIRMS[1]]
    assert "減額" in done.to_sign[0].ja


def test_a_member_without_registration_is_told() -> None:
    members = [{"firm": firm, "name": firm, "joined_on": "2026-04-01"} for firm in FIRMS]
    done = settle(charter(members=members), job(line(100_000, a=1)))
    assert [row.firm for row in done.to_sign] == [FIRMS[0]]


@pytest.mark.parametrize(
    "wrong",
    [
        line(-1),
        JointLine(item="x", amount_jpy=1, rate_percent=10, work={}),
        JointLine(item="x", amount_jpy=1, rate_percent=10, work={FIRMS[0]: 0}),
        JointLine(item="x", amount_jpy=1, rate_percent=10, work={"F-SYN-009": 1}),
    ],
)
def test_lines_that_nobody_can_share_are_refused(wrong: JointLine) -> None:
    with pytest.raises(InputError):
        settle(charter(), job(wrong))


def test_nothing_sold_is_nothing_shared() -> None:
    done = settle(broker(), job(line(0)))
    assert (done.invoice.total_jpy, [n.payable_jpy for n in done.notices], done.difference_jpy) == (0, [0, 0, 0], 0)


def test_a_brokers_fee_with_its_tax_leaves_nobody_with_a_debt() -> None:
    done = settle(broker(fee={"permille": 1000}), job(line(100, 0, a=1)))
    assert (done.fee_jpy, done.fee_tax_jpy, done.notices[0].payable_jpy) == (91, 9, 0)
    assert done.difference_jpy == 0
