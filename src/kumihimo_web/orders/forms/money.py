"""Invoices and payments, before tax."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.trade.order import OperationOrder
from kumihimo_web.orders.forms.answering import PartnerForm
from kumihimo_web.orders.forms.entering import CommandForm, DayField, NameField, PastDayField, WholeField, WordsField


def to_invoice_jpy(order: OperationOrder) -> int:
    """Return what was accepted and is not invoiced."""
    return max(0, order.accepted_jpy - order.invoiced_jpy)


class InvoiceForm(PartnerForm):
    """The firm's invoice."""

    kind = "invoice"
    number = NameField(label=gettext_lazy("請求書の番号"))
    amount_jpy = WholeField(label=gettext_lazy("金額（円・税抜）"))
    on = DayField(label=gettext_lazy("請求日"))

    def prepare(self) -> None:
        """Propose what was accepted and is not invoiced."""
        self.fields["amount_jpy"].initial = to_invoice_jpy(self.order) or None
        self.fields["on"].initial = self.today

    def command_data(self) -> dict[str, Any]:
        """Return the invoice."""
        return {"firm": self.firm, **self.told("number", "amount_jpy", "on")}


class SelfBillForm(InvoiceForm):
    """The statement that the buyer writes for the firm 支払通知書（仕入明細書）."""

    role_is_partners = False

    def clean(self) -> dict[str, Any]:
        """A statement of ours is never ahead of its turn: it names at most what was accepted."""
        cleaned = super().clean() or {}
        most = to_invoice_jpy(self.order)
        if (cleaned.get("amount_jpy") or 0) > most:
            text = _("検収が済んで、まだ請求に入っていない金額は%(most)s円です。それを超える支払通知書は作れません。")
            self.add_error("amount_jpy", text % {"most": f"{most:,}"})
        return cleaned

    def command_data(self) -> dict[str, Any]:
        """Return the statement."""
        return {**super().command_data(), "self_billed": True}


class CreditForm(InvoiceForm):
    """The firm takes back a part of what it invoiced."""

    kind = "credit_note"
    reason = WordsField(label=gettext_lazy("理由"))

    def prepare(self) -> None:
        """Nothing is proposed."""
        self.fields["on"].initial = self.today

    def command_data(self) -> dict[str, Any]:
        """Return the credit note."""
        return {**super().command_data(), **self.told("reason")}


class PayForm(CommandForm):
    """Money that was paid for an invoice."""

    kind = "pay"
    invoice = forms.ChoiceField(label=gettext_lazy("請求書"))
    amount_jpy = WholeField(label=gettext_lazy("支払った金額（円・税抜）"))
    reference = NameField(label=gettext_lazy("振込の番号・控え"))
    on = PastDayField(label=gettext_lazy("支払日"))

    def prepare(self) -> None:
        """Offer the invoices that are not paid in full."""
        left = {}
        for one in self.order.invoices:
            paid = sum(row.amount_jpy for row in self.order.payments if row.invoice == one.number)
            if one.amount_jpy > paid:
                left[one.number] = one.amount_jpy - paid
        self.fields["invoice"].choices = [(number, number) for number in left]  # type: ignore[attr-defined]
        self.fields["amount_jpy"].initial = next(iter(left.values()), None)
        self.fields["on"].initial = self.today
