"""A document before it is set: who says what to whom, in plain values, checked when it is made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kumihimo.errors import InputError
from kumihimo.paper.document_parts import Change, DocumentLine, DocumentParty, SuppliedMaterial, Totals
from kumihimo.paper.kinds import KINDS, DocumentKind, checked_number
from kumihimo.trade.law.tax import Rounding, TaxedLine, totals_by_rate
from kumihimo.trade.notice import IF_IT_APPLIES, NoticeEntry, NoticeItem

MOST_LINES = 500
_INVOICE_NUMBER = re.compile(r"T[0-9]{13}")
_K = DocumentKind
_WITH_NOTICE = frozenset({_K.ORDER, _K.ORDER_CHANGE})
_REVISES_ORDER = frozenset({_K.ORDER, _K.ORDER_CHANGE, _K.RFQ})

# What a kind cannot do without. `order` = the number of the order that it is about.
_NEEDS: dict[DocumentKind, tuple[str, ...]] = {
    _K.RFQ: ("lines", "answer_by"),
    _K.QUOTATION: ("lines", "valid_until"),
    _K.ORDER: ("order", "lines"),
    _K.ACKNOWLEDGEMENT: ("order", "lines", "due_on"),
    _K.DELIVERY_NOTE: ("order", "lines", "done_on"),
    _K.RECEIPT: ("order", "lines", "done_on"),
    _K.INSPECTION: ("order", "lines", "done_on"),
    _K.INVOICE: ("lines", "traded_from", "traded_to"),
    _K.PAYMENT_NOTICE: ("lines", "traded_from", "traded_to", "payment_due", "objection_days"),
    _K.REMINDER: ("order", "lines", "answer_by", "about"),
    _K.ORDER_CHANGE: ("order", "lines", "changes", "reason"),
    _K.RETURN_NOTE: ("order", "lines", "done_on", "reason", "payer"),
    _K.SUPPLIED_MATERIAL: ("order", "materials"),
    _K.DAILY: ("lines",),
}
ABOUT = ("quotation", "acknowledgement", "delivery")
"""What a reminder asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The content of one document.

    Attributes
    ----------
    number, revision
        Printed as ``PO-2026-000123-r2``.
    order, order_revision
        The order that it is about. An order, its change and a request are themselves the revision that they print.
    made_on
        Day of issue.
    due_on, place
        When and where the goods are to be received.
    done_on
        When they were delivered, received, inspected or sent back, as the kind says.
    traded_from, traded_to
        The days that an invoice or payment notice covers.
    notice
        取適法 items of an order. What the other fields already say need not be repeated.
    about, step
        What a reminder asks for, and whether it is the first, second or third.
    objection_days
        Within so many days of a payment notice the supplier objects, or it stands.
    is_electronic
        Sent as e-mail or FAX only, no paper original: the acknowledgement says so, for the stamp duty.
    prices_shown
        Whether a delivery note, receipt or inspection report prints prices.
    is_synthetic
        Invented; the document says so.
    """

    kind: DocumentKind
    number: str
    made_on: date
    sender: DocumentParty
    recipient: DocumentParty
    revision: int = 1
    lang: str = "ja"
    order: str = ""
    order_revision: int = 1
    lines: tuple[DocumentLine, ...] = ()
    materials: tuple[SuppliedMaterial, ...] = ()
    changes: tuple[Change, ...] = ()
    notice: tuple[NoticeEntry, ...] = ()
    rounding: Rounding = Rounding.FLOOR
    answer_by: date | None = None
    valid_until: date | None = None
    due_on: date | None = None
    place: str = ""
    done_on: date | None = None
    traded_from: date | None = None
    traded_to: date | None = None
    inspection_by: date | None = None
    payment_due: date | None = None
    payment_means: str = ""
    about: str = ""
    step: int = 1
    objection_days: int | None = None
    is_electronic: bool = True
    prices_shown: bool = False
    reason: str = ""
    payer: str = ""
    notes: str = ""
    is_synthetic: bool = False

    def __post_init__(self) -> None:
        checked_number(self.number, "number")
        if self.order:
            checked_number(self.order, "order")
        for field in ("revision", "order_revision"):
            _demand(1 <= getattr(self, field) <= 999, field, "1〜999の整数", "a whole number from 1 to 999")
        _demand(self.lang in ("ja", "en"), "lang", "ja か en", "ja or en")
        _demand(bool(self.sender.name.strip()), "sender.name", "差出人の名称", "the name of the sender")
        _demand(bool(self.recipient.name.strip()), "recipient.name", "宛先の名称", "the name of the recipient")
        _demand(len(self.lines) <= MOST_LINES, "lines", f"{MOST_LINES}行まで", f"at most {MOST_LINES} lines")
        for field in _NEEDS[self.kind]:
            title = KINDS[self.kind].title
            _demand(
                getattr(self, field) not in (None, "", ()),
                field,
                f"{title.ja}に要る値（空です）",
                f"a value, which a document of the kind '{title.en}' needs",
            )
        for at, line in enumerate(self.lines):
            _check_line(line, f"lines[{at}]", of_inspection=self.kind is _K.INSPECTION)
        self._check_kind()

    @property
    def full_number(self) -> str:
        """Number with its revision, unique among all documents of the sender."""
        return f"{self.number}-r{self.revision}"

    @property
    def reply_order(self) -> str:
        """Number that the code of a reply carries: of the order, or of the document where there is no order."""
        return self.order or self.number

    @property
    def reply_revision(self) -> int:
        """Revision of the order that a reply answers."""
        return self.revision if self.kind in _REVISES_ORDER or not self.order else self.order_revision

    @property
    def supplier(self) -> DocumentParty:
        """Who is paid: the sender of an invoice, the recipient of a payment notice."""
        return self.recipient if self.kind is _K.PAYMENT_NOTICE else self.sender

    def amount_of(self, line: DocumentLine) -> int | None:
        """Return what a line comes to before tax: on an inspection report, what was accepted of it."""
        if self.kind is _K.INSPECTION and line.unit_price_jpy is not None and line.accepted is not None:
            return line.accepted * line.unit_price_jpy
        return line.amount_jpy

    @property
    def totals(self) -> Totals | None:
        """Sums of all lines, tax rounded once a rate; None while a price is open."""
        taxed = []
        for line in self.lines:
            amount = self.amount_of(line)
            if amount is None:
                return None
            taxed.append(TaxedLine(item=line.item, amount_jpy=amount, rate_percent=line.tax_percent))
        return Totals(rates=totals_by_rate(taxed, self.rounding)) if taxed else None

    def entry(self, item: NoticeItem) -> NoticeEntry | None:
        """Return what the notice itself says about an item."""
        return next((entry for entry in self.notice if entry.item is item), None)

    def _check_kind(self) -> None:
        if self.kind in (_K.INVOICE, _K.PAYMENT_NOTICE):
            who = "recipient" if self.kind is _K.PAYMENT_NOTICE else "sender"
            _demand(
                not self.supplier.is_registered or bool(_INVOICE_NUMBER.fullmatch(self.supplier.invoice_number)),
                f"{who}.invoice_number",
                "登録番号（T＋数字13桁）。登録がない事業者は is_registered を false に",
                "the registration number (T and 13 digits); where there is none, is_registered is false",
            )
            _demand(self.totals is not None, "lines.unit_price_jpy", "全行の単価", "a price on every line")
            assert self.traded_from is not None
            assert self.traded_to is not None
            _demand(self.traded_from <= self.traded_to, "traded_to", "取引期間の終わりの日", "the last day traded")
        if self.objection_days is not None:
            _demand(1 <= self.objection_days <= 60, "objection_days", "1〜60の整数", "a whole number from 1 to 60")
        if self.kind is _K.REMINDER:
            _demand(self.about in ABOUT, "about", " / ".join(ABOUT), "one of " + ", ".join(ABOUT))
            _demand(1 <= self.step <= 3, "step", "1〜3の整数", "1, 2 or 3")
        if self.kind is _K.ORDER_CHANGE:
            _demand(self.revision >= 2, "revision", "2以上（初版の変更だから）", "2 or more: it changes the first")
        if self.kind in _WITH_NOTICE:
            self._check_notice()

    def _check_notice(self) -> None:
        for item in NoticeItem:
            entry = self.entry(item)
            _demand(
                entry is not None or self.says(item),
                f"notice.{item.value}",
                f"「{item.ja}」の値、未定の理由と決定予定日、または該当なし",
                f"a value for '{item.en}', why it is undecided and until when, or that it does not apply",
            )
            _demand(
                entry is None or entry.is_undecided or entry.value is not None or item in IF_IT_APPLIES,
                f"notice.{item.value}",
                f"「{item.ja}」の値（「該当なし」にはできません）",
                f"a value for '{item.en}', which always applies",
            )
            if entry is not None and entry.is_undecided:
                _demand(
                    entry.planned_date is not None,
                    f"notice.{item.value}.planned_date",
                    "決定予定日",
                    "the day on which it will be decided",
                )
        self._check_agrees(NoticeItem.RECEIPT_ON, "due_on")
        self._check_agrees(NoticeItem.PAYMENT_DUE, "payment_due")
        amount, totals = self.entry(NoticeItem.AMOUNT), self.totals
        if amount is not None and isinstance(amount.value, int) and totals is not None:
            _demand(
                amount.value in (totals.net_jpy, totals.gross_jpy),
                "notice.amount",
                f"明細の合計 {totals.net_jpy:,}円（税抜）か {totals.gross_jpy:,}円（税込）",
                f"the sum of the lines, {totals.net_jpy:,} without or {totals.gross_jpy:,} with tax",
            )

    def says(self, item: NoticeItem) -> bool:
        """Whether the other fields of the document tell this item of the notice."""
        return {
            NoticeItem.PARTIES: True,
            NoticeItem.ORDERED_ON: True,
            NoticeItem.CONTENT: bool(self.lines),
            NoticeItem.RECEIPT_ON: self.due_on is not None,
            NoticeItem.RECEIPT_PLACE: bool(self.place),
            NoticeItem.INSPECTION_BY: self.inspection_by is not None,
            NoticeItem.AMOUNT: self.totals is not None,
            NoticeItem.PAYMENT_DUE: self.payment_due is not None,
            NoticeItem.PAYMENT_MEANS: bool(self.payment_means),
            NoticeItem.SUPPLIED_MATERIAL: any(one.is_for_pay for one in self.materials),
        }.get(item, False)

    def _check_agrees(self, item: NoticeItem, field: str) -> None:
        """A day that stands in the notice and in a field must be the same day."""
        entry, day = self.entry(item), getattr(self, field)
        if day is not None and entry is not None:
            _demand(
                entry.value == day.isoformat(),
                f"notice.{item.value}",
                f"{field} と同じ日（{day.isoformat()}）",
                f"the same day as {field} ({day.isoformat()})",
            )


def _check_line(line: DocumentLine, path: str, *, of_inspection: bool) -> None:
    _demand(bool(line.item.strip()), f"{path}.item", "品名", "the name of the item")
    _demand(0 < line.quantity <= 10**9, f"{path}.quantity", "1以上の整数", "a whole number from 1")
    price = line.unit_price_jpy
    _demand(price is None or abs(price) <= 10**12, f"{path}.unit_price_jpy", "1兆円以下", "at most 10^12 yen")
    _demand(line.tax_percent in (0, 8, 10), f"{path}.tax_percent", "10・8・0 のどれか", "10, 8 or 0")
    if of_inspection:
        accepted, rejected = line.accepted, line.rejected
        _demand(accepted is not None, f"{path}.accepted", "合格数", "the number accepted")
        _demand(rejected is not None, f"{path}.rejected", "不合格数", "the number rejected")
        assert accepted is not None
        assert rejected is not None
        _demand(
            min(accepted, rejected) >= 0 and accepted + rejected == line.quantity,
            f"{path}.accepted",
            f"合格＋不合格が受領数 {line.quantity:,} に等しい数",
            f"numbers accepted and rejected that add up to the {line.quantity:,} received",
        )


def _demand(holds: bool, field: str, ja: str, en: str) -> None:
    if not holds:
        raise InputError(
            f"文書の {field} が正しくありません。{ja}を入れてください。",
            f"{field} of the document is wrong; give {en}.",
        )
