"""Money of a consortium adds up to the yen, and rotation is fair."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from kumihimo.trade.consortium.allotment import Allotment, Candidate, Job, allot
from kumihimo.trade.consortium.charter import AllotmentRule, Charter, FeeRule, Inspector, Member, Mode
from kumihimo.trade.consortium.fairness import fairness
from kumihimo.trade.consortium.liability import Defect
from kumihimo.trade.consortium.settlement import JointJob, JointLine, Settlement, settle
from kumihimo.trade.law.tax import Rounding, tax_on

DAY = date(2026, 12, 1)
SETTLEMENTS, CHUNKS = 10_000, 10


def _charter(random: Random, members: int) -> Charter:
    rows = tuple(
        Member(
            firm=f"F-SYN-{n:03}",
            name=f"合成{n}社",
            joined_on=date(2026, 4, 1),
            invoice_number="T1234567890123" if random.random() < 0.9 else None,
            liability=random.choice((0, 1, 7, 30)) if n else 1,
        )
        for n in range(members)
    )
    return Charter(
        id="C-SYN",
        name="合成共同受注会",
        mode=random.choice(list(Mode)),
        lead=rows[0].firm,
        agreed_on=date(2026, 4, 1),
        ends_on=None,
        members=rows,
        fee=FeeRule(
            permille=random.choice((0, 1, 30, 55, 333, 1000)),
            least_jpy=random.choice((0, 0, 1_000, 10**9)),
            most_jpy=random.choice((None, None, 50_000)),
        ),
        allotment=AllotmentRule.ROTATION,
        inspectors=(Inspector(name="合成 検査員"),),
    )


def _job(random: Random, charter: Charter) -> JointJob:
    firms = [member.firm for member in charter.members]
    lines = []
    for _ in range(random.randint(1, 6)):
        workers = random.sample(firms, random.randint(1, len(firms)))
        work = {firm: random.choice((0, 1, 3, 10, 33_333)) for firm in workers}
        work[workers[0]] += 1
        amount = random.choice((0, 1, 7, random.randrange(10**4), random.randrange(10**9)))
        lines.append(JointLine(item="合成品", amount_jpy=amount, rate_percent=random.choice((10, 10, 8, 0)), work=work))
    return JointJob(id="J", buyer="合成発注者", on=DAY, lines=tuple(lines), ordered_jpy={})


def _defects(random: Random, charter: Charter) -> list[Defect]:
    rows = []
    for n in range(random.choice((0, 0, 0, 1, 2))):
        left, causes = 100, {}
        for member in random.sample(charter.members, random.randint(0, len(charter.members))):
            causes[member.firm] = random.randint(0, left)
            left -= causes[member.firm]
        rows.append(
            Defect(
                id=f"D{n}",
                happened_on=DAY,
                cost_jpy=random.choice((0, 1, 99, random.randrange(10**6))),
                caused_by=causes,
                inspected_by="合成 検査員",
                reason_ja="寸法外れ",
                reason_en="out of size",
            )
        )
    return rows


def _adds_up(done: Settlement, charter: Charter, job: JointJob, defects: list[Defect], rounding: Rounding) -> None:
    sold = sum(line.amount_jpy for line in job.lines)
    assert done.invoice.before_tax_jpy == sold
    for total in done.invoice.totals:
        of_rate = sum(line.amount_jpy for line in job.lines if line.rate_percent == total.rate_percent)
        assert (total.total_jpy, total.tax_jpy) == (of_rate, tax_on(of_rate, total.rate_percent, rounding))
    # Written out here and not by `difference_jpy`, which must agree.
    paid = sum(notice.payable_jpy for notice in done.notices)
    taken_off = sum(row.jpy for notice in done.notices for row in notice.deductions)
    assert done.invoice.total_jpy == paid + taken_off + done.fee_jpy + done.fee_tax_jpy + done.kept_tax_jpy
    assert done.difference_jpy == 0
    assert taken_off == sum(defect.cost_jpy for defect in defects)
    assert 0 <= done.fee_jpy <= sold
    parts = sum(notice.before_tax_jpy for notice in done.notices)
    if charter.mode is Mode.PRIME:
        assert parts + done.fee_jpy == sold
        for notice in done.notices:
            assert all(t.tax_jpy == tax_on(t.total_jpy, t.rate_percent, rounding) for t in notice.totals)
    else:
        assert parts == sold
        assert done.kept_tax_jpy == 0
        assert sum(notice.fee_jpy for notice in done.notices) == done.fee_jpy


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_settlements_add_up_to_the_yen(chunk: int) -> None:
    random = Random(f"settlement {chunk}")
    for _ in range(SETTLEMENTS // CHUNKS):
        charter = _charter(random, random.randint(1, 7))
        job, defects = _job(random, charter), _defects(random, charter)
        rounding = random.choice(list(Rounding))
        done = settle(charter, job, defects, rounding=rounding)
        _adds_up(done, charter, job, defects, rounding)
        for notice in done.notices:
            assert all(total.total_jpy >= 0 and (total.tax_jpy or 0) >= 0 for total in notice.totals)
            assert notice.gross_jpy >= 0
            if not notice.deductions:
                assert notice.payable_jpy >= 0
            for row in notice.deductions:
                assert row.jpy > 0
                assert "寸法外れ" in row.ja


@pytest.mark.parametrize("seed", range(40))
def test_rotation_gives_equal_members_equal_turns(seed: int) -> None:
    random = Random(f"rotation {seed}")
    charter = _charter(random, random.randint(1, 9))
    record: list[Allotment] = []
    for n in range(random.randint(1, 120)):
        candidates = [Candidate(firm=member.firm) for member in charter.members]
        random.shuffle(candidates)
        job = Job(
            id=f"J{n}",
            quantity=random.randint(10, 500),
            amount_jpy=random.randrange(10**6),
            split_into=random.randint(1, len(candidates)),
        )
        on = DAY + timedelta(days=n // 3)
        record.append(allot(charter, job, candidates, record, on))
        assert sum(part.quantity for part in record[-1].parts) == job.quantity
        assert sum(part.amount_jpy for part in record[-1].parts) == job.amount_jpy
        turns = Counter({member.firm: 0 for member in charter.members})
        turns.update(part.firm for row in record for part in row.parts)
        assert max(turns.values()) - min(turns.values()) <= 1
    found = fairness(charter, record, DAY, DAY + timedelta(days=400))
    assert found.gini_orders == pytest.approx(found.least_gini_orders)
