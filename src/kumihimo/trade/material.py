"""Material that the buyer supplies 支給材, free or for pay: a ledger for each firm and lot.

Always: issued = consumed + scrapped + returned + on hand. What is missing is told, never booked away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from kumihimo.errors import InputError
from kumihimo.trade.fields import LONGEST_NAME, is_text


class Charge(StrEnum):
    """Whether supplied material is lent for the work 無償支給, or sold 有償支給."""

    FREE = "free"
    PAID = "paid"


class MoveKind(StrEnum):
    """What can happen to supplied material; `TRANSFER` hands it on to another firm."""

    ISSUE = "issue"
    CONSUME = "consume"
    SCRAP = "scrap"
    RETURN = "return"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotAtFirm:
    """A lot of a material at a firm."""

    firm: str
    material: str
    lot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialMove:
    """One movement.

    Attributes
    ----------
    key
        The same key is never booked twice.
    quantity
        Whole numbers of the material's unit; what is weighed is counted in grams, what is measured in mm.
    charge, unit_price_jpy
        Of an issue: how it is supplied.
    order
        The operation order for which it is; empty when it is for none in particular.
    to_firm
        Of a transfer: who gets it.
    """

    key: str
    kind: MoveKind
    at: LotAtFirm
    quantity: int
    on: date
    order: str = ""
    charge: Charge = Charge.FREE
    unit_price_jpy: int = 0
    to_firm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialAccount:
    """What became of one lot at one firm; `returned` includes what was handed on to another firm."""

    issued: int = 0
    consumed: int = 0
    scrapped: int = 0
    returned: int = 0
    on_hand: int = 0
    charge: Charge = Charge.FREE
    unit_price_jpy: int = 0

    @property
    def is_balanced(self) -> bool:
        """Whether everything issued is accounted for."""
        return self.issued == self.consumed + self.scrapped + self.returned + self.on_hand

    @property
    def offset_jpy(self) -> int:
        """What may be set off against the price: only material sold and already in delivered goods, never earlier."""
        return self.consumed * self.unit_price_jpy if self.charge is Charge.PAID else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialLedger:
    """All lots at all firms, in the order in which they were first issued."""

    accounts: Mapping[LotAtFirm, MaterialAccount] = field(default_factory=lambda: MappingProxyType({}))
    keys: frozenset[str] = frozenset()

    def on_hand(self, firm: str, material: str) -> int:
        """Return how much of a material a firm has, over all lots."""
        return sum(a.on_hand for at, a in self.accounts.items() if at.firm == firm and at.material == material)


_COUNTERS = {
    MoveKind.CONSUME: "consumed",
    MoveKind.SCRAP: "scrapped",
    MoveKind.RETURN: "returned",
    MoveKind.TRANSFER: "returned",
}


def post(ledger: MaterialLedger, move: MaterialMove) -> MaterialLedger:
    """Return the ledger after a movement; the same ledger when its key was booked before.

    Raises
    ------
    InputError
        A name is empty or too long, the quantity is not positive, more is taken than is there, the same lot is
        supplied on other terms, or a transfer does not name another firm.
    """
    if move.key in ledger.keys:
        return ledger
    if move.quantity < 1:
        raise InputError(
            f"支給材の数量 {move.quantity:,} は1以上でなければなりません。返却や廃棄は、その種類で記録してください。",
            f"the quantity {move.quantity:,} is not positive; record a return or scrap as such.",
        )
    for value in (move.at.material, move.at.lot):
        if not is_text(value, LONGEST_NAME):
            raise InputError(
                f"材料とロットの名前は、空でない{LONGEST_NAME}字以内にしてください（{len(value):,}字あります）。",
                f"material and lot are named by 1 to {LONGEST_NAME} characters ({len(value):,} were given).",
            )
    accounts = dict(ledger.accounts)
    if move.kind is MoveKind.ISSUE:
        _issue(accounts, move.at, move.quantity, move.charge, move.unit_price_jpy)
    else:
        _take(accounts, move)
    return MaterialLedger(accounts=MappingProxyType(accounts), keys=ledger.keys | {move.key})


def _issue(
    accounts: dict[LotAtFirm, MaterialAccount], at: LotAtFirm, quantity: int, charge: Charge, unit_price_jpy: int
) -> None:
    account = accounts.get(at, MaterialAccount(charge=charge, unit_price_jpy=unit_price_jpy))
    if (account.charge, account.unit_price_jpy) != (charge, unit_price_jpy):
        raise InputError(
            f"「{at.firm}」の材料「{at.material}」ロット「{at.lot}」は、前と違う支給条件（有償・無償、単価）です。別のロット番号にしてください。",
            f"lot '{at.lot}' of '{at.material}' at '{at.firm}' was supplied on other terms; name it otherwise.",
        )
    accounts[at] = replace(account, issued=account.issued + quantity, on_hand=account.on_hand + quantity)


def _take(accounts: dict[LotAtFirm, MaterialAccount], move: MaterialMove) -> None:
    at = move.at
    account = accounts.get(at, MaterialAccount())
    if move.quantity > account.on_hand:
        raise InputError(
            f"「{at.firm}」の材料「{at.material}」ロット「{at.lot}」の残りは{account.on_hand:,}ですが、{move.quantity:,}を減らそうとしました。"
            "支給の記録もれか、数量を確かめてください。",
            f"'{at.firm}' has {account.on_hand:,} of lot '{at.lot}' of '{at.material}', {move.quantity:,} were to be "
            "taken; check the quantity, or whether an issue was not recorded.",
        )
    if move.kind is MoveKind.TRANSFER and move.to_firm in ("", at.firm):
        raise InputError(
            "支給材の引き渡し先がないか、同じ企業です。渡す先の企業を指定してください。",
            "the transfer names no other firm; name the firm that gets the material.",
        )
    counter = _COUNTERS[move.kind]
    accounts[at] = replace(
        account, on_hand=account.on_hand - move.quantity, **{counter: getattr(account, counter) + move.quantity}
    )
    if move.kind is MoveKind.TRANSFER:
        there = LotAtFirm(firm=move.to_firm, material=at.material, lot=at.lot)
        _issue(accounts, there, move.quantity, account.charge, account.unit_price_jpy)


def post_all(ledger: MaterialLedger, moves: Iterable[MaterialMove]) -> MaterialLedger:
    """Return the ledger after several movements, or raise as `post` does and book none."""
    for move in moves:
        ledger = post(ledger, move)
    return ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How much of a material goes into the work: `quantity` for every `per` pieces, begun ones counted in full."""

    material: str
    quantity: int
    per: int = 1

    def needed(self, pieces: int) -> int:
        """Return what so many pieces take."""
        return -(-pieces * self.quantity // self.per)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumption:
    """Movements that a receipt of pieces stands for, and what could not be covered by what was issued."""

    moves: tuple[MaterialMove, ...]
    missing: Mapping[str, int]


def consumption(
    ledger: MaterialLedger,
    *,
    usages: Iterable[Usage],
    firm: str,
    order: str,
    before: int,
    pieces: int,
    on: date,
    key: str,
) -> Consumption:
    """Return what a partial receipt consumed, the lot issued first taken first.

    Roundings do not add up over many small receipts: what is booked is the need of all pieces so far less the need of
    those before.

    Parameters
    ----------
    before
        Pieces of the order that were received earlier.
    pieces
        Pieces that were received now, good and bad: both took material.
    key
        Of the receipt; the movements' keys begin with it.
    """
    moves: list[MaterialMove] = []
    missing: dict[str, int] = {}
    for usage in usages:
        need = usage.needed(before + pieces) - usage.needed(before)
        for at, account in ledger.accounts.items():
            if need and account.on_hand and at.firm == firm and at.material == usage.material:
                taken = min(need, account.on_hand)
                need -= taken
                moves.append(
                    MaterialMove(
                        key=f"{key}/{at.material}/{at.lot}",
                        kind=MoveKind.CONSUME,
                        at=at,
                        quantity=taken,
                        on=on,
                        order=order,
                    )
                )
        if need:
            missing[usage.material] = missing.get(usage.material, 0) + need
    return Consumption(moves=tuple(moves), missing=missing)
