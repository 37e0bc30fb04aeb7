"""What a document is made of: who, what, how much, what was supplied, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kumihimo.trade.law.tax import RateTotal

TAX_PERCENT, REDUCED_TAX_PERCENT = 10, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentParty:
    """A firm as it stands on a document.

    Attributes
    ----------
    invoice_number
        適格請求書発行事業者の登録番号: T and 13 digits.
    is_registered
        False tells that the firm has no such number; then none is asked for, and the document says so.
    bank
        Account to which the firm is paid.
    """

    name: str
    address: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    person: str = ""
    invoice_number: str = ""
    is_registered: bool = True
    bank: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """One line; what a kind of document has no column for is left out there.

    Attributes
    ----------
    quantity
        What this document is about: asked, ordered, delivered, received, invoiced or returned.
    unit_price_jpy
        Before tax; None while it is not decided. Below zero for what is deducted.
    on
        Day of the delivery, as an invoice states it.
    due_on
        Day agreed.
    accepted, rejected
        Of an inspection.
    reason
        Why something was refused, returned or is late.
    order
        Order that the line belongs to, where a document spans several.
    """

    item: str
    quantity: int
    unit: str = "個"
    unit_price_jpy: int | None = None
    tax_percent: int = TAX_PERCENT
    drawing: str = ""
    revision: str = ""
    process: str = ""
    lot: str = ""
    slip: str = ""
    order: str = ""
    on: date | None = None
    due_on: date | None = None
    accepted: int | None = None
    rejected: int | None = None
    reason: str = ""

    @property
    def amount_jpy(self) -> int | None:
        """Quantity times price, before tax."""
        return None if self.unit_price_jpy is None else self.quantity * self.unit_price_jpy


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliedMaterial:
    """Material that the buyer hands over 支給材, for pay 有償 or free 無償.

    Attributes
    ----------
    settled_on, settlement
        When and how material for pay is settled.
    held_by
        Who holds it now, where the document tells.
    """

    material: str
    quantity: int
    unit: str = "個"
    lot: str = ""
    is_for_pay: bool = False
    unit_price_jpy: int | None = None
    supplied_on: date | None = None
    settled_on: date | None = None
    settlement: str = ""
    held_by: str = ""

    @property
    def amount_jpy(self) -> int | None:
        """Quantity times price, before tax."""
        return None if self.unit_price_jpy is None else self.quantity * self.unit_price_jpy


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an order said before, and says now."""

    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The sums of a document by rate of tax, the highest rate first; totals are before tax."""

    rates: tuple[RateTotal, ...]

    @property
    def net_jpy(self) -> int:
        """Before tax."""
        return sum(one.total_jpy for one in self.rates)

    @property
    def tax_jpy(self) -> int:
        """All taxes, each rounded once."""
        return sum(one.tax_jpy or 0 for one in self.rates)

    @property
    def gross_jpy(self) -> int:
        """With tax."""
        return self.net_jpy + self.tax_jpy
