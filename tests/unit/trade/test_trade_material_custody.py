"""Supplied material and the way of the workpieces, one test for each rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from kumihimo.errors import InputError
from kumihimo.trade.custody import (
    Arrival,
    CustodyChain,
    CustodyTransfer,
    StockCheck,
    WriteOff,
    begin,
    check_stock,
    hand_over,
    locate_defect,
    take_over,
    write_off,
)
from kumihimo.trade.material import (
    Charge,
    LotAtFirm,
    MaterialLedger,
    MaterialMove,
    MoveKind,
    Usage,
    consumption,
    post,
    post_all,
)

DAY = date(2026, 12, 1)
BAR = LotAtFirm(firm="F-SYN-001", material="S45C", lot="L1")
ISSUE = MaterialMove(key="m1", kind=MoveKind.ISSUE, at=BAR, quantity=100, on=DAY)


def test_material_is_never_taken_twice_for_one_key() -> None:
    ledger = post(MaterialLedger(), ISSUE)
    assert post(ledger, ISSUE) is ledger
    assert ledger.on_hand("F-SYN-001", "S45C") == 100


@pytest.mark.parametrize("at", [{"material": "A" * 121}, {"lot": "L" * 1000}, {"lot": ""}])
def test_names_of_material_and_lot_are_short(at: dict[str, str]) -> None:
    named = {"firm": "F", "material": "A5052", "lot": "L1"}
    with pytest.raises(InputError, match="1 to 120 characters"):
        post(MaterialLedger(), issue_of(LotAtFirm(**{**named, **at})))
    assert post(MaterialLedger(), issue_of(LotAtFirm(**{**named, "material": "A" * 120}))).accounts


def issue_of(at: LotAtFirm) -> MaterialMove:
    return MaterialMove(key="k", kind=MoveKind.ISSUE, at=at, quantity=1, on=date(2026, 12, 1))


def test_more_than_there_is_cannot_be_taken() -> None:
    ledger = post(MaterialLedger(), ISSUE)
    for kind in (MoveKind.CONSUME, MoveKind.SCRAP, MoveKind.RETURN):
        with pytest.raises(InputError, match="has 100"):
            post(ledger, replace(ISSUE, key="m2", kind=kind, quantity=101))
    with pytest.raises(InputError, match="not positive"):
        post(ledger, replace(ISSUE, key="m2", quantity=0))


def test_all_or_nothing() -> None:
    ledger = post(MaterialLedger(), ISSUE)
    good = replace(ISSUE, key="m2", kind=MoveKind.SCRAP, quantity=60)
    with pytest.raises(InputError):
        post_all(ledger, [good, replace(good, key="m3")])
    assert ledger.accounts[BAR].on_hand == 100


def test_transfer_returns_here_and_issues_there() -> None:
    ledger = post(MaterialLedger(), replace(ISSUE, charge=Charge.PAID, unit_price_jpy=40))
    move = replace(ISSUE, key="m2", kind=MoveKind.TRANSFER, quantity=30, to_firm="F-SYN-002")
    ledger = post(ledger, move)
    there = ledger.accounts[replace(BAR, firm="F-SYN-002")]
    assert (ledger.accounts[BAR].returned, there.issued, there.charge, there.unit_price_jpy) == (
        30,
        30,
        Charge.PAID,
        40,
    )
    for nobody in ("", "F-SYN-001"):
        with pytest.raises(InputError, match="no other firm"):
            post(ledger, replace(move, key="m3", to_firm=nobody))


def test_one_lot_has_one_price() -> None:
    ledger = post(MaterialLedger(), ISSUE)
    with pytest.raises(InputError, match="other terms"):
        post(ledger, replace(ISSUE, key="m2", charge=Charge.PAID, unit_price_jpy=40))


def test_material_sold_is_set_off_only_as_far_as_it_went_into_goods() -> None:
    ledger = post(MaterialLedger(), replace(ISSUE, charge=Charge.PAID, unit_price_jpy=40))
    assert ledger.accounts[BAR].offset_jpy == 0
    ledger = post(ledger, replace(ISSUE, key="m2", kind=MoveKind.CONSUME, quantity=25))
    assert ledger.accounts[BAR].offset_jpy == 1_000
    free = post(MaterialLedger(), ISSUE)
    free = post(free, replace(ISSUE, key="m2", kind=MoveKind.CONSUME, quantity=25))
    assert free.accounts[BAR].offset_jpy == 0


def use(ledger: MaterialLedger, before: int, pieces: int, usage: Usage) -> tuple[MaterialLedger, dict[str, int]]:
    used = consumption(
        ledger, usages=[usage], firm="F-SYN-001", order="O-1", before=before, pieces=pieces, on=DAY, key=f"r{before}"
    )
    return post_all(ledger, used.moves), dict(used.missing)


def test_roundings_of_partial_receipts_do_not_add_up() -> None:
    ledger = post(MaterialLedger(), ISSUE)
    usage = Usage(material="S45C", quantity=1, per=12)
    for piece in range(100):
        ledger, missing = use(ledger, piece, 1, usage)
        assert missing == {}
    assert ledger.accounts[BAR].consumed == usage.needed(100) == 9


def test_lot_issued_first_is_used_first_and_what_is_missing_is_told() -> None:
    second = replace(BAR, lot="L0")
    ledger = post_all(MaterialLedger(), [ISSUE, replace(ISSUE, key="m2", at=second, quantity=5)])
    ledger, missing = use(ledger, 0, 103, Usage(material="S45C", quantity=1))
    assert (ledger.accounts[BAR].on_hand, ledger.accounts[second].on_hand, missing) == (0, 2, {})
    ledger, missing = use(ledger, 103, 10, Usage(material="S45C", quantity=1))
    assert (ledger.on_hand("F-SYN-001", "S45C"), missing) == (0, {"S45C": 8})


START = datetime(2026, 12, 1, 9, tzinfo=timezone(timedelta(hours=9)))


def hour(number: int) -> datetime:
    return START + timedelta(hours=number)


def travelled() -> CustodyChain:
    """Ten pieces go from A to B to C; one is missed on the second leg."""
    chain = begin(CustodyChain(work_order="W-1"), holder="A", lot="L", quantity=10, at=hour(0))
    first = CustodyTransfer(
        id="T1", lot="L", quantity=10, sender="A", receiver="B", at=hour(2), slip="N-1", photo="a" * 64
    )
    chain = take_over(hand_over(chain, first), Arrival(transfer="T1", quantity=10, at=hour(5)))
    second = replace(first, id="T2", sender="B", receiver="C", at=hour(9))
    return take_over(hand_over(chain, second), Arrival(transfer="T2", quantity=9, at=hour(12)))


def test_loss_lies_on_the_leg_where_fewer_arrived() -> None:
    chain = travelled()
    (gone,) = chain.missing
    assert (gone.quantity, gone.segment.transfer, gone.segment.sender, gone.segment.receiver) == (1, "T2", "B", "C")
    assert (gone.segment.start, gone.segment.end) == (hour(9), hour(12))
    assert (chain.held["C", "L"], chain.held_of("L"), chain.missing_of("L")) == (9, 9, 1)


def test_loss_at_a_firm_lies_between_two_counts() -> None:
    chain = check_stock(travelled(), StockCheck(holder="C", lot="L", counted=9, at=hour(14)))
    chain = check_stock(chain, StockCheck(holder="C", lot="L", counted=7, at=hour(20)))
    gone = chain.missing[-1]
    assert (gone.quantity, gone.segment.sender, gone.segment.transfer) == (2, "C", "")
    assert (gone.segment.start, gone.segment.end) == (hour(14), hour(20))
    with pytest.raises(InputError, match="arrival was not recorded"):
        check_stock(chain, StockCheck(holder="C", lot="L", counted=8, at=hour(21)))


def test_written_off_pieces_are_not_missing() -> None:
    row = WriteOff(holder="C", lot="L", quantity=2, reason="破壊試験", at=hour(15))
    chain = write_off(travelled(), row)
    assert (chain.written_off("L"), chain.held_of("L"), chain.missing_of("L")) == (2, 7, 1)
    with pytest.raises(InputError, match="holds 7"):
        write_off(chain, replace(row, quantity=8))


def test_defect_lies_anywhere_if_nobody_looked() -> None:
    found = locate_defect(travelled(), holder="C", lot="L", at=hour(15))
    assert [(s.sender, s.receiver) for s in found] == [("A", "A"), ("A", "B"), ("B", "B"), ("B", "C"), ("C", "C")]
    assert (found[0].start, found[-1].end) == (hour(0), hour(15))


def test_defect_lies_after_the_last_time_it_was_found_good() -> None:
    chain = travelled()
    at_b = replace(chain, checks=(StockCheck(holder="B", lot="L", counted=10, at=hour(7), sound=True),))
    found = locate_defect(at_b, holder="C", lot="L", at=hour(15))
    assert [(s.sender, s.receiver, s.start) for s in found] == [
        ("B", "B", hour(7)),
        ("B", "C", hour(9)),
        ("C", "C", hour(12)),
    ]
    left_well = replace(chain, transfers=(chain.transfers[0], replace(chain.transfers[1], sound=True)))
    assert [s.transfer for s in locate_defect(left_well, holder="C", lot="L", at=hour(15))] == ["T2", ""]
    came_well = replace(chain, arrivals=(chain.arrivals[0], replace(chain.arrivals[1], sound=True)))
    (stay,) = locate_defect(came_well, holder="C", lot="L", at=hour(15))
    assert (stay.sender, stay.receiver, stay.start) == ("C", "C", hour(12))


def test_defect_of_a_lot_that_came_by_two_ways_is_followed_both_ways() -> None:
    chain = begin(travelled(), holder="D", lot="L", quantity=3, at=hour(1))
    side = CustodyTransfer(id="T3", lot="L", quantity=3, sender="D", receiver="C", at=hour(10))
    chain = take_over(hand_over(chain, side), Arrival(transfer="T3", quantity=3, at=hour(13)))
    senders = {s.sender for s in locate_defect(chain, holder="C", lot="L", at=hour(15))}
    assert senders == {"A", "B", "C", "D"}


def test_hand_over_is_recorded_once_and_never_differently() -> None:
    chain = travelled()
    assert hand_over(chain, chain.transfers[0]) is chain
    assert take_over(chain, chain.arrivals[0]) is chain
    with pytest.raises(InputError, match="another content"):
        hand_over(chain, replace(chain.transfers[0], quantity=9))
    with pytest.raises(InputError, match="does not fit"):
        take_over(chain, replace(chain.arrivals[1], quantity=10))
    with pytest.raises(InputError, match="was sent"):
        take_over(chain, Arrival(transfer="T9", quantity=1, at=hour(20)))
    with pytest.raises(InputError, match="are the same"):
        hand_over(chain, CustodyTransfer(id="T4", lot="L", quantity=1, sender="C", receiver="C", at=hour(20)))
    with pytest.raises(InputError, match="1 or more"):
        hand_over(chain, CustodyTransfer(id="T4", lot="L", quantity=0, sender="C", receiver="A", at=hour(20)))
