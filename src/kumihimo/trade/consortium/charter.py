"""The charter 規約: who belongs to the consortium, in whose name it contracts, and by which rules it shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kumihimo.errors import InputError, Located, LocatedErrors
from kumihimo.trade.wording import day_ja

MOST_JPY = 10**12


class Mode(StrEnum):
    """In whose name the consortium contracts."""

    PRIME = "prime"
    BROKER = "broker"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return {"prime": "元請（代表企業が受注し、会員に委託）", "broker": "仲介（発注元が会員に直接委託）"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {"prime": "prime contractor", "broker": "broker"}[self.value]


class AllotmentRule(StrEnum):
    """How an order finds its member."""

    BEST_FIT = "best_fit"
    ROTATION = "rotation"
    LOAD = "load"
    BID = "bid"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return {"best_fit": "適合順", "rotation": "持ち回り", "load": "余力順", "bid": "入札"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {"best_fit": "best fit", "rotation": "rotation", "load": "free hours", "bid": "lowest bid"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member firm.

    Attributes
    ----------
    joined_on, left_on
        First and last day of its membership; None = it still belongs.
    invoice_number
        T and 13 digits; None = not registered for qualified invoices.
    share
        Weight of the share of work that it expects.
    liability
        Weight with which it bears a damage whose cause is not found.
    """

    firm: str
    name: str
    joined_on: date
    left_on: date | None = None
    invoice_number: str | None = None
    share: int = 1
    liability: int = 1

    def belongs_on(self, day: date) -> bool:
        """Whether it is a member on `day`."""
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRule:
    """What the consortium keeps of the sales before tax: a part in thousand, at least and at most so much."""

    permille: int = 0
    least_jpy: int = 0
    most_jpy: int | None = None
    tax_percent: int = 10

    def fee(self, sales_jpy: int) -> int:
        """Return the fee for sales before tax, fractions of a yen dropped; never more than the sales."""
        fee = max(self.least_jpy, sales_jpy * self.permille // 1000)
        if self.most_jpy is not None:
            fee = min(fee, self.most_jpy)
        return min(fee, sales_jpy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """Who inspects for the consortium; `firm` is None for somebody of no member."""

    name: str
    firm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """The rules that the members agreed on. `lead` is the firm that contracts and invoices for the consortium."""

    id: str
    name: str
    mode: Mode
    lead: str
    agreed_on: date
    ends_on: date | None
    members: tuple[Member, ...]
    fee: FeeRule
    allotment: AllotmentRule
    inspectors: tuple[Inspector, ...]

    def members_on(self, day: date) -> tuple[Member, ...]:
        """Return the members of a day, in the order of the charter."""
        return tuple(member for member in self.members if member.belongs_on(day))

    def member(self, firm: str, day: date) -> Member:
        """Return a member of a day."""
        for member in self.members_on(day):
            if member.firm == firm:
                return member
        raise InputError(
            f"「{firm}」は{day_ja(day)}に「{self.name}」の会員ではありません。会員の加入日と脱退日を確かめてください。",
            f"'{firm}' is no member of '{self.name}' on {day}; check the days of joining and leaving.",
        )

    def inspectors_for(self, firms: frozenset[str]) -> tuple[Inspector, ...]:
        """Return who may inspect work of these firms: nobody passes the work of the own firm."""
        return tuple(inspector for inspector in self.inspectors if inspector.firm not in firms)


_T_NUMBER = re.compile(r"T\d{13}")


class _Reader:
    """Reads a document and notes every problem at its place."""

    def __init__(self) -> None:
        self.problems: list[Located] = []

    def mapping(self, value: object, place: str, keys: frozenset[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.wrong(place, value, "オブジェクト {…}", "an object {...}")
            return {}
        for key in value.keys() - keys:
            names = ", ".join(sorted(keys))
            self.wrong(f"{place}.{key}", value[key], f"知っている項目（{names}）", f"a known key ({names})")
        return value

    def rows(self, value: object, place: str) -> list[object]:
        if isinstance(value, list):
            return value
        self.wrong(place, value, "配列 […]", "a list [...]")
        return []

    def text(self, row: Mapping[str, Any], key: str, place: str) -> str:
        value = row.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self.wrong(f"{place}.{key}", value, "空でない文字列", "a text that is not empty")
        return ""

    def day(self, row: Mapping[str, Any], key: str, place: str) -> date:
        try:
            return date.fromisoformat(row.get(key, ""))
        except (TypeError, ValueError):
            self.wrong(f"{place}.{key}", row.get(key), "日付（例 2026-12-04）", "a day (2026-12-04)")
            return date.min

    def day_or_none(self, row: Mapping[str, Any], key: str, place: str) -> date | None:
        return None if row.get(key) is None else self.day(row, key, place)

    def whole(self, row: Mapping[str, Any], key: str, place: str, default: int, most: int = MOST_JPY) -> int:
        value = row.get(key, default)
        if type(value) is int and 0 <= value <= most:
            return value
        self.wrong(f"{place}.{key}", value, f"0から{most:,}の整数", f"a whole number from 0 to {most:,}")
        return default

    def choice(self, row: Mapping[str, Any], key: str, place: str, choices: type[StrEnum]) -> str:
        value, names = row.get(key), [str(choice) for choice in choices]
        if value in names:
            return str(value)
        self.wrong(f"{place}.{key}", value, f"{' | '.join(names)} のどれか", f"one of {' | '.join(names)}")
        return names[0]

    def wrong(self, place: str, value: object, ja: str, en: str) -> None:
        said = None if value is None else str(value)[:80]
        self.problems.append(Located(sheet=place, row=0, column="", value=said, expected_ja=ja, expected_en=en))


_CHARTER = frozenset(
    {"id", "name", "mode", "lead", "agreed_on", "ends_on", "members", "fee", "allotment", "inspectors"}
)
_MEMBER = frozenset({"firm", "name", "joined_on", "left_on", "invoice_number", "share", "liability"})
_FEE = frozenset({"permille", "least_jpy", "most_jpy", "tax_percent"})


def read_charter(document: object) -> Charter:
    """Return the charter that a JSON document tells.

    Raises
    ------
    LocatedErrors
        With everything that is wrong in it, each at its place such as ``$.members[2].joined_on``.
    """
    read = _Reader()
    top = read.mapping(document, "$", _CHARTER)
    members = tuple(
        _member(read, row, f"$.members[{at}]") for at, row in enumerate(read.rows(top.get("members"), "$.members"))
    )
    inspectors = tuple(
        _inspector(read, row, f"$.inspectors[{at}]")
        for at, row in enumerate(read.rows(top.get("inspectors", []), "$.inspectors"))
    )
    charter = Charter(
        id=read.text(top, "id", "$"),
        name=read.text(top, "name", "$"),
        mode=Mode(read.choice(top, "mode", "$", Mode)),
        lead=read.text(top, "lead", "$"),
        agreed_on=read.day(top, "agreed_on", "$"),
        ends_on=read.day_or_none(top, "ends_on", "$"),
        members=members,
        fee=_fee(read, read.mapping(top.get("fee", {}), "$.fee", _FEE)),
        allotment=AllotmentRule(read.choice(top, "allotment", "$", AllotmentRule)),
        inspectors=inspectors,
    )
    if not read.problems:
        _check(read, charter)
    if read.problems:
        raise LocatedErrors(
            read.problems, outcome_ja="規約は読み込んでいません。", outcome_en="The charter was not taken in."
        )
    return charter


def _member(read: _Reader, value: object, place: str) -> Member:
    row = read.mapping(value, place, _MEMBER)
    number = row.get("invoice_number")
    if number is not None and not (isinstance(number, str) and _T_NUMBER.fullmatch(number)):
        read.wrong(
            f"{place}.invoice_number", number,
            "Tと数字13桁。登録がなければ null", "T and 13 digits, or null where not registered",
        )  # fmt: skip
        number = None
    return Member(
        firm=read.text(row, "firm", place),
        name=read.text(row, "name", place),
        joined_on=read.day(row, "joined_on", place),
        left_on=read.day_or_none(row, "left_on", place),
        invoice_number=number,
        share=read.whole(row, "share", place, 1, 1_000_000),
        liability=read.whole(row, "liability", place, 1, 1_000_000),
    )


def _inspector(read: _Reader, value: object, place: str) -> Inspector:
    row = read.mapping(value, place, frozenset({"name", "firm"}))
    firm = None if row.get("firm") is None else read.text(row, "firm", place)
    return Inspector(name=read.text(row, "name", place), firm=firm)


def _fee(read: _Reader, row: Mapping[str, Any]) -> FeeRule:
    return FeeRule(
        permille=read.whole(row, "permille", "$.fee", 0, 1000),
        least_jpy=read.whole(row, "least_jpy", "$.fee", 0),
        most_jpy=None if row.get("most_jpy") is None else read.whole(row, "most_jpy", "$.fee", 0),
        tax_percent=read.whole(row, "tax_percent", "$.fee", 10, 100),
    )


def _check(read: _Reader, charter: Charter) -> None:
    """What is right by itself may still not fit together."""
    if charter.ends_on is not None and charter.ends_on < charter.agreed_on:
        read.wrong("$.ends_on", charter.ends_on, "agreed_on より後の日", "a day after agreed_on")
    if charter.fee.most_jpy is not None and charter.fee.most_jpy < charter.fee.least_jpy:
        read.wrong("$.fee.most_jpy", charter.fee.most_jpy, "least_jpy 以上", "not below least_jpy")
    if not charter.members:
        read.wrong("$.members", None, "1社以上の会員", "at least one member")
        return
    for at, member in enumerate(charter.members):
        if member.left_on is not None and member.left_on < member.joined_on:
            read.wrong(f"$.members[{at}].left_on", member.left_on, "joined_on 以後の日", "not before joined_on")
        for other in charter.members[:at]:
            if member.firm == other.firm and _overlap(member, other):
                read.wrong(
                    f"$.members[{at}].firm", member.firm,
                    "同じ期間に1社1行", "one row for a firm at a time",
                )  # fmt: skip
    if charter.mode is Mode.PRIME and all(member.firm != charter.lead for member in charter.members):
        read.wrong("$.lead", charter.lead, "会員の企業（元請は会員）", "a member: the prime contractor is one")
    for key in ("share", "liability"):
        if all(getattr(member, key) == 0 for member in charter.members):
            read.wrong(f"$.members[].{key}", 0, "少なくとも1社は正", "above 0 for one member at least")


def _overlap(one: Member, other: Member) -> bool:
    return one.joined_on <= (other.left_on or date.max) and other.joined_on <= (one.left_on or date.max)
