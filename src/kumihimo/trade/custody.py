"""Who holds the workpieces 現品の所在: hand-overs from firm to firm, with quantity, lot, photo and slip.

For each lot: begun = held by the firms + under way + missing + written off. A loss or a defect lies between the last
time when somebody saw the lot whole and the first time when somebody did not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from kumihimo.errors import InputError

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyTransfer:
    """A part of a lot leaves one holder for another.

    Attributes
    ----------
    slip
        Number of the delivery note or of the carrier.
    photo
        SHA-256 of a picture taken when it left; empty = none was taken.
    sound
        Whether somebody looked at it then and found it good; None = nobody looked.
    """

    id: str
    lot: str
    quantity: int
    sender: str
    receiver: str
    at: datetime
    slip: str = ""
    photo: str = ""
    sound: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """The receiver counted what a transfer brought; fewer than were sent are missing on that leg."""

    transfer: str
    quantity: int
    at: datetime
    photo: str = ""
    sound: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCheck:
    """A holder counted or looked at what it has; fewer than the book says are missing since it was last seen."""

    holder: str
    lot: str
    counted: int
    at: datetime
    sound: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    """Pieces that a holder spoilt or used up for a test, with the reason."""

    holder: str
    lot: str
    quantity: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a lot's way: a stay at one holder (`transfer` empty, sender = receiver), or a leg between two."""

    sender: str
    receiver: str
    transfer: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Pieces that were not there, with the stretch on which they went."""

    lot: str
    quantity: int
    segment: Segment


Place = tuple[str, str]
"""Holder and lot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyChain:
    """The way of the workpieces of one work order so far.

    Attributes
    ----------
    begun
        Pieces of each lot that entered the chain.
    held
        Pieces by holder and lot.
    seen
        When the pieces of a place were last counted or came in.
    """

    work_order: str
    begun: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    held: Mapping[Place, int] = field(default_factory=lambda: MappingProxyType({}))
    seen: Mapping[Place, datetime] = field(default_factory=lambda: MappingProxyType({}))
    starts: Mapping[Place, datetime] = field(default_factory=lambda: MappingProxyType({}))
    transfers: tuple[CustodyTransfer, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    checks: tuple[StockCheck, ...] = ()
    write_offs: tuple[WriteOff, ...] = ()
    missing: tuple[Missing, ...] = ()

    def under_way(self, lot: str) -> int:
        """Return the pieces of a lot that left one holder and have not been counted by the next."""
        arrived = {arrival.transfer for arrival in self.arrivals}
        return sum(t.quantity for t in self.transfers if t.lot == lot and t.id not in arrived)

    def held_of(self, lot: str) -> int:
        """Return the pieces of a lot at all holders."""
        return sum(quantity for (_, name), quantity in self.held.items() if name == lot)

    def missing_of(self, lot: str) -> int:
        """Return the pieces of a lot that were found missing."""
        return sum(row.quantity for row in self.missing if row.lot == lot)

    def written_off(self, lot: str) -> int:
        """Return the pieces of a lot that were written off with a reason."""
        return sum(row.quantity for row in self.write_offs if row.lot == lot)


def begin(chain: CustodyChain, *, holder: str, lot: str, quantity: int, at: datetime) -> CustodyChain:
    """Return the chain after pieces of a lot came into being at a holder."""
    _positive(quantity)
    place = (holder, lot)
    return replace(
        chain,
        begun=_with(chain.begun, lot, chain.begun.get(lot, 0) + quantity),
        held=_with(chain.held, place, chain.held.get(place, 0) + quantity),
        seen=_with(chain.seen, place, at),
        starts=_with(chain.starts, place, min(at, chain.starts.get(place, at))),
    )


def hand_over(chain: CustodyChain, transfer: CustodyTransfer) -> CustodyChain:
    """Return the chain after pieces left a holder; the same chain when the transfer is recorded already.

    Raises
    ------
    InputError
        The sender does not have so many, sends them to itself, or the id stands for another transfer.
    """
    known = next((row for row in chain.transfers if row.id == transfer.id), None)
    if known is not None:
        if known == transfer:
            return chain
        raise InputError(
            f"引き渡し「{transfer.id}」は別の内容で記録されています。番号を確かめてください。",
            f"transfer '{transfer.id}' is recorded with another content; check its number.",
        )
    _positive(transfer.quantity)
    if transfer.sender == transfer.receiver:
        raise InputError(
            "引き渡しの送り主と受け手が同じです。受け手を確かめてください。",
            "sender and receiver of the transfer are the same; check the receiver.",
        )
    held = _taken(chain, transfer.sender, transfer.lot, transfer.quantity)
    return replace(chain, held=held, transfers=(*chain.transfers, transfer))


def take_over(chain: CustodyChain, arrival: Arrival) -> CustodyChain:
    """Return the chain after a receiver counted what came; the same chain when that is recorded already.

    Raises
    ------
    InputError
        There is no such transfer, it was counted otherwise before, more came than were sent, or it came before it left.
    """
    transfer = next((row for row in chain.transfers if row.id == arrival.transfer), None)
    if transfer is None:
        raise InputError(
            f"引き渡し「{arrival.transfer}」の発送が記録されていません。先に発送を記録してください。",
            f"no transfer '{arrival.transfer}' was sent; record its departure first.",
        )
    known = next((row for row in chain.arrivals if row.transfer == arrival.transfer), None)
    if known == arrival:
        return chain
    if known is not None or not 0 <= arrival.quantity <= transfer.quantity or arrival.at < transfer.at:
        raise InputError(
            f"引き渡し「{transfer.id}」は{transfer.quantity:,}個を送りました。到着{arrival.quantity:,}個の記録は、数・時刻が合わないか、"
            "すでに別の記録があります。確かめてください。",
            f"transfer '{transfer.id}' sent {transfer.quantity:,}; an arrival of {arrival.quantity:,} does not fit in "
            "number or time, or another is recorded; check it.",
        )
    place = (transfer.receiver, transfer.lot)
    short = transfer.quantity - arrival.quantity
    gone = Missing(lot=transfer.lot, quantity=short, segment=_leg(transfer, arrival.at))
    return replace(
        chain,
        held=_with(chain.held, place, chain.held.get(place, 0) + arrival.quantity),
        seen=_with(chain.seen, place, arrival.at),
        starts=_with(chain.starts, place, min(arrival.at, chain.starts.get(place, arrival.at))),
        arrivals=(*chain.arrivals, arrival),
        missing=(*chain.missing, gone) if short else chain.missing,
    )


def check_stock(chain: CustodyChain, check: StockCheck) -> CustodyChain:
    """Return the chain after a count; fewer pieces than booked are missing since the place was last seen.

    Raises
    ------
    InputError
        More pieces were counted than can be there.
    """
    place = (check.holder, check.lot)
    book = chain.held.get(place, 0)
    if not 0 <= check.counted <= book:
        raise InputError(
            f"「{check.holder}」のロット「{check.lot}」は帳簿では{book:,}個ですが、{check.counted:,}個と数えられました。"
            "到着の記録もれがないか確かめてください。",
            f"'{check.holder}' has {book:,} of lot '{check.lot}' in the book, {check.counted:,} were counted; "
            "check whether an arrival was not recorded.",
        )
    stay = _stay(check.holder, chain.seen.get(place, check.at), check.at)
    gone = Missing(lot=check.lot, quantity=book - check.counted, segment=stay)
    return replace(
        chain,
        held=_with(chain.held, place, check.counted),
        seen=_with(chain.seen, place, check.at),
        checks=(*chain.checks, check),
        missing=(*chain.missing, gone) if gone.quantity else chain.missing,
    )


def write_off(chain: CustodyChain, row: WriteOff) -> CustodyChain:
    """Return the chain after pieces were spoilt or used up at a holder.

    Raises
    ------
    InputError
        The holder does not have so many.
    """
    _positive(row.quantity)
    return replace(
        chain,
        held=_taken(chain, row.holder, row.lot, row.quantity),
        write_offs=(*chain.write_offs, row),
    )


def locate_defect(chain: CustodyChain, *, holder: str, lot: str, at: datetime) -> tuple[Segment, ...]:
    """Return the stretches on which a defect can have come about that was found at `holder`.

    It is followed back from there, over every transfer that brought pieces of the lot, as far as the last time when
    somebody found them good.
    """
    arrived = {arrival.transfer: arrival for arrival in chain.arrivals}
    found: set[Segment] = set()
    ways = [(holder, at)]
    done: set[tuple[str, datetime]] = set()
    while ways:
        place, until = ways.pop()
        if (place, until) in done:
            continue
        done.add((place, until))
        good = [c.at for c in chain.checks if (c.holder, c.lot) == (place, lot) and c.sound and c.at < until]
        since = max(good, default=None)
        begins = chain.starts.get((place, lot), until)
        for transfer in chain.transfers:
            arrival = arrived.get(transfer.id)
            brought = (transfer.receiver, transfer.lot) == (place, lot) and arrival is not None and arrival.at <= until
            if arrival is None or not brought or (since is not None and arrival.at <= since):
                continue
            if not arrival.sound:
                found.add(_leg(transfer, arrival.at))
                if not transfer.sound:
                    ways.append((transfer.sender, transfer.at))
        found.add(_stay(place, begins if since is None else since, until))
    return tuple(sorted(found, key=lambda row: (row.start, row.end, row.sender, row.receiver)))


def _leg(transfer: CustodyTransfer, end: datetime) -> Segment:
    return Segment(sender=transfer.sender, receiver=transfer.receiver, transfer=transfer.id, start=transfer.at, end=end)


def _stay(holder: str, start: datetime, end: datetime) -> Segment:
    return Segment(sender=holder, receiver=holder, transfer="", start=start, end=end)


def _taken(chain: CustodyChain, holder: str, lot: str, quantity: int) -> Mapping[Place, int]:
    there = chain.held.get((holder, lot), 0)
    if quantity > there:
        raise InputError(
            f"「{holder}」にはロット「{lot}」が{there:,}個しかありません（{quantity:,}個を動かそうとしました）。"
            "数量か、前の引き渡しの記録を確かめてください。",
            f"'{holder}' holds {there:,} of lot '{lot}', {quantity:,} were to be moved; check the quantity or the "
            "hand-over before.",
        )
    return _with(chain.held, (holder, lot), there - quantity)


def _positive(quantity: int) -> None:
    if quantity < 1:
        raise InputError(
            f"数量 {quantity:,} は1以上でなければなりません。", f"the quantity {quantity:,} must be 1 or more."
        )


def _with(table: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return MappingProxyType({**table, key: value})
