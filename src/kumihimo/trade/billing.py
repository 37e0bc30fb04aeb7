"""Invoices and payments: nothing is invoiced that was not accepted, and nothing is paid that was not invoiced."""

from __future__ import annotations

from kumihimo.trade.approval import ApprovalPolicy
from kumihimo.trade.commands import Command, Objection, early, late, refused
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.receiving import most
from kumihimo.trade.states import OrderState, Role
from kumihimo.trade.transitions import BILLED, DONE


def billed_state(order: OperationOrder) -> OrderState:
    """Return how far a closed order is: closed, all of it invoiced, all of it paid."""
    closed = order.goods if order.goods in DONE else None
    if closed is None:
        return order.state
    if order.invoiced_jpy <= 0:
        return closed
    all_billed = sum(max(0, invoice.amount_jpy) for invoice in order.invoices) >= order.accepted_jpy
    if all_billed and order.paid_jpy == order.invoiced_jpy:
        return OrderState.PAID
    return OrderState.INVOICED if all_billed or order.state in BILLED else closed


def invoice_by_whom(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """The supplier invoices; where the buyer writes the statement 仕入明細書 itself, it says so."""
    if command.data["firm"] != order.firm:
        return refused(
            "firm_of_order",
            f"この注文の受注企業は「{command.data['firm']}」ではありません。注文番号を確かめてください。",
            f"'{command.data['firm']}' is not the supplier of this order; check the number of the order.",
        )
    if command.data.get("self_billed", False) == (command.role is Role.BUYER):
        return None
    return refused(
        "invoice_by_whom",
        "発注側が作る場合だけ「支払通知書（仕入明細書）」として記録できます。請求書は受注企業のものを記録してください。",
        "only the buyer writes a self-billed statement; an invoice is the supplier's.",
    )


def invoice_is_new(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """The same invoice does not count twice."""
    data = command.data
    amount = -data["amount_jpy"] if command.kind == "credit_note" else data["amount_jpy"]
    for invoice in order.invoices:
        if invoice.number == data["number"]:
            return _known("請求書", "invoice", data["number"], is_same=invoice.amount_jpy == amount)
    return None


def payment_is_new(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """The same payment does not count twice."""
    data = command.data
    for payment in order.payments:
        if payment.reference == data["reference"]:
            same = (payment.invoice, payment.amount_jpy) == (data["invoice"], data["amount_jpy"])
            return _known("支払", "payment", data["reference"], is_same=same)
    return None


def _known(ja: str, en: str, number: str, *, is_same: bool) -> Objection:
    if is_same:
        return late(
            "number_known",
            f"{ja}「{number}」はもう記録されています。金額は変わりません。",
            f"{en} '{number}' is recorded already; no amount changes.",
        )
    return refused(
        "number_differs",
        f"{ja}「{number}」は別の内容で記録されています。番号と金額を確かめてください。",
        f"{en} '{number}' is recorded with another content; check number and amount.",
    )


def within_accepted_value(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """An invoice counts up to the value of what inspection accepted; ahead of the inspection it waits."""
    amount = command.data["amount_jpy"]
    rest = order.accepted_jpy - order.invoiced_jpy
    if amount <= rest:
        return None
    ceiling = sum(most(order, line) * (line.unit_price_jpy or 0) for line in order.agreed) - order.invoiced_jpy
    if amount <= ceiling and order.state not in DONE | BILLED:
        return early(
            "not_inspected",
            f"請求{amount:,}円のうち、検収済みで未請求の金額は{rest:,}円です。検収の記録を待ちます。",
            f"of the {amount:,} yen invoiced, {rest:,} are accepted and not yet invoiced; it waits for the inspection.",
        )
    return refused(
        "within_accepted_value",
        f"請求{amount:,}円は、検収済みで未請求の{rest:,}円（税抜）を超えます。受注企業に確かめて直してもらってください。",
        f"{amount:,} yen is more than the {rest:,} (before tax) accepted and not yet invoiced; ask the supplier.",
    )


def credit_fits(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """A credit note takes back what was invoiced and not yet paid."""
    rest = order.invoiced_jpy - order.paid_jpy
    if command.data["amount_jpy"] <= rest:
        return None
    return refused(
        "credit_fits",
        f"減額{command.data['amount_jpy']:,}円は、請求済みで未払いの{rest:,}円を超えます。金額を確かめてください。",
        f"{command.data['amount_jpy']:,} yen is more than the {rest:,} invoiced and unpaid; check the amount.",
    )


def within_invoiced(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """A payment is for an invoice, and not for more than is left of it."""
    data = command.data
    invoice = next((row for row in order.invoices if row.number == data["invoice"]), None)
    if invoice is None:
        return early(
            "invoice_unknown",
            f"請求書「{data['invoice']}」がまだ記録されていません。請求の記録を待ちます。",
            f"invoice '{data['invoice']}' is not recorded yet; it waits for that.",
        )
    paid = sum(row.amount_jpy for row in order.payments if row.invoice == invoice.number)
    rest = min(invoice.amount_jpy - paid, order.invoiced_jpy - order.paid_jpy)
    if data["amount_jpy"] <= rest:
        return None
    return refused(
        "within_invoiced",
        f"支払{data['amount_jpy']:,}円は、請求書「{invoice.number}」の残り{rest:,}円を超えます。金額を確かめてください。",
        f"{data['amount_jpy']:,} yen is more than the {rest:,} left of invoice '{invoice.number}'; check the amount.",
    )
