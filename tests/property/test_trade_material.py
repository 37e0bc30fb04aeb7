"""Supplied material balances under any movements, and workpieces are conserved from firm to firm."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta, timezone
from random import Random

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
FIRMS = ("F-SYN-001", "F-SYN-002", "F-SYN-003")
LOTS = ("L1", "L2", "L3")
SEQUENCES = 10_000
"""Random partial receipts, batches and returns that every ledger must survive."""


def random_move(random: Random, key: str) -> MaterialMove:
    kind = random.choice((MoveKind.ISSUE, MoveKind.ISSUE, MoveKind.SCRAP, MoveKind.RETURN, MoveKind.TRANSFER))
    paid = random.random() < 0.1
    return MaterialMove(
        key=key,
        kind=kind,
        at=LotAtFirm(firm=random.choice(FIRMS), material=random.choice("AB"), lot=random.choice(LOTS)),
        quantity=random.randint(0, 50) if random.random() < 0.9 else 10**6,
        on=DAY,
        charge=Charge.PAID if paid else Charge.FREE,
        unit_price_jpy=30 if paid else 0,
        to_firm=random.choice(("", *FIRMS)) if kind is MoveKind.TRANSFER else "",
    )


def check(ledger: MaterialLedger, booked: Counter[tuple[str, str]]) -> None:
    for account in ledger.accounts.values():
        assert account.is_balanced
        assert min(account.issued, account.consumed, account.scrapped, account.returned, account.on_hand) >= 0
    for material in "AB":
        rows = [a for at, a in ledger.accounts.items() if at.material == material]
        assert sum(a.consumed for a in rows) == booked["consume", material]
        assert sum(a.scrapped for a in rows) == booked["scrap", material]
        assert sum(a.returned for a in rows) == booked["return", material] + booked["transfer", material]
        assert sum(a.issued for a in rows) == booked["issue", material] + booked["transfer", material]
        gone = booked["consume", material] + booked["scrap", material] + booked["return", material]
        assert sum(a.on_hand for a in rows) == booked["issue", material] - gone


def one_sequence(seed: int) -> tuple[int, int]:
    """Return how many movements were booked, and how many receipts could not be covered."""
    random = Random(seed)
    ledger = MaterialLedger()
    booked: Counter[tuple[str, str]] = Counter()
    pieces: Counter[str] = Counter()
    needed: Counter[tuple[str, str]] = Counter()
    usages = (
        Usage(material="A", quantity=random.randint(1, 3)),
        Usage(material="B", quantity=1, per=random.randint(1, 12)),
    )
    moves: list[MaterialMove] = []
    uncovered = 0
    for number in range(14):
        if moves and random.random() < 0.15:
            again = random.choice(moves)
            assert post(ledger, again) is ledger
        elif random.random() < 0.35:
            firm = random.choice(FIRMS)
            came = random.randint(1, 25)
            used = consumption(
                ledger,
                usages=usages,
                firm=firm,
                order="O-1",
                before=pieces[firm],
                pieces=came,
                on=DAY,
                key=f"r{number}",
            )
            pieces[firm] += came
            ledger = post_all(ledger, used.moves)
            moves += used.moves
            for move in used.moves:
                booked["consume", move.at.material] += move.quantity
                needed[firm, move.at.material] += move.quantity
            for material, quantity in used.missing.items():
                needed[firm, material] += quantity
                uncovered += 1
            for usage in usages:
                assert needed[firm, usage.material] == usage.needed(pieces[firm])
        else:
            move = random_move(random, f"m{number}")
            try:
                ledger = post(ledger, move)
            except InputError:
                continue
            moves.append(move)
            booked[move.kind.value, move.at.material] += move.quantity
        check(ledger, booked)
    return len(moves), uncovered


def test_every_ledger_balances_after_ten_thousand_random_sequences() -> None:
    booked, uncovered = 0, 0
    for seed in range(SEQUENCES):
        done, missing = one_sequence(seed)
        booked += done
        uncovered += missing
    assert booked > 4 * SEQUENCES
    assert uncovered > SEQUENCES // 10


START = datetime(2026, 12, 1, 9, tzinfo=timezone(timedelta(hours=9)))


@pytest.mark.parametrize("part", range(4))
def test_pieces_and_lots_are_conserved_across_firms(part: int) -> None:
    for seed in range(part * 250, (part + 1) * 250):
        random = Random(seed)
        chain = CustodyChain(work_order="W-1")
        for number in range(30):
            at = START + timedelta(hours=number)
            lot, firm = random.choice(LOTS), random.choice(FIRMS)
            try:
                match random.randrange(6):
                    case 0:
                        chain = begin(chain, holder=firm, lot=lot, quantity=random.randint(0, 20), at=at)
                    case 1 | 2:
                        transfer = CustodyTransfer(
                            id=f"T{number}",
                            lot=lot,
                            quantity=random.randint(0, 12),
                            sender=firm,
                            receiver=random.choice(FIRMS),
                            at=at,
                        )
                        chain = hand_over(chain, transfer)
                        assert hand_over(chain, transfer) is chain
                    case 3:
                        sent = random.choice(chain.transfers) if chain.transfers else None
                        count = max(0, (sent.quantity if sent else 3) - random.choice((-1, 0, 0, 0, 2)))
                        arrival = Arrival(transfer=sent.id if sent else "T-none", quantity=count, at=at)
                        chain = take_over(chain, arrival)
                        assert take_over(chain, arrival) is chain
                    case 4:
                        counted = max(0, chain.held.get((firm, lot), 0) - random.choice((-1, 0, 0, 1)))
                        chain = check_stock(chain, StockCheck(holder=firm, lot=lot, counted=counted, at=at))
                    case _:
                        row = WriteOff(holder=firm, lot=lot, quantity=random.randint(0, 3), reason="試験", at=at)
                        chain = write_off(chain, row)
            except InputError:
                continue
            for name in LOTS:
                parts = (chain.held_of(name), chain.under_way(name), chain.missing_of(name), chain.written_off(name))
                assert min(parts) >= 0
                assert sum(parts) == chain.begun.get(name, 0)
            assert min(chain.held.values(), default=0) >= 0
            assert all(row.segment.start <= row.segment.end for row in chain.missing)
