"""Approval 決裁: up to which amount one person may bind the buyer, and from which on two others must agree."""

from __future__ import annotations

from dataclasses import dataclass

from kumihimo.trade.commands import Command, Objection, refused
from kumihimo.trade.lines import lines_of, priced, prices_of
from kumihimo.trade.order import Approval, OperationOrder, OrderLine, amount_of
from kumihimo.trade.states import OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPolicy:
    """Limits before tax.

    Attributes
    ----------
    buyer_jpy
        A buyer alone orders up to this amount.
    approver_jpy
        With one approver up to this amount; above it with two different ones. None of them is the buyer who orders.
    """

    buyer_jpy: int = 500_000
    approver_jpy: int = 5_000_000


def approvers_needed(policy: ApprovalPolicy, amount_jpy: int | None) -> int:
    """Return how many approvers an amount needs; an open price needs one, for nobody knows yet what it comes to."""
    if amount_jpy is None:
        return 1
    if amount_jpy <= policy.buyer_jpy:
        return 0
    return 1 if amount_jpy <= policy.approver_jpy else 2


def approvers(order: OperationOrder, *, subject: str, firm: str, amount_jpy: int, requester: str) -> frozenset[str]:
    """Return who agreed to `subject` up to this amount, the requester left out."""
    return frozenset(
        approval.by
        for approval in order.approvals
        if approval.subject == subject
        and approval.firm == firm
        and approval.by != requester
        and (approval.amount_jpy >= amount_jpy if subject == "order" else approval.revision == order.revision)
    )


def approval_of(order: OperationOrder, command: Command) -> Approval:
    """Return the approval that a command gives."""
    data = command.data
    return Approval(
        subject=data["subject"],
        by=command.by,
        firm=data["firm"],
        amount_jpy=data["amount_jpy"],
        revision=order.revision,
    )


def approves_current(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """An approver signs what stands, not what stood before."""
    told = command.data["revision"]
    if told == order.revision:
        return None
    return refused(
        "approves_current",
        f"承認された版は{told}、今の版は{order.revision}です。今の内容を確かめてから承認してください。",
        f"revision {told} was approved, the order is at {order.revision}; look at it as it is and approve again.",
    )


def amount_approved(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Whoever binds the buyer above the own limit needs the approval of others."""
    firm = command.data.get("firm", order.firm)
    amount = amount_of(lines_after(order, command))
    return _missing(
        approvers_needed(policy, amount),
        approvers(order, subject="order", firm=firm, amount_jpy=amount or 0, requester=command.by),
        "amount_approved",
        f"金額 {amount:,}円" if amount is not None else "金額未定",
        f"{amount:,} yen" if amount is not None else "the open amount",
    )


def lines_after(order: OperationOrder, command: Command) -> tuple[OrderLine, ...]:
    """Return the lines with the prices that a command brings."""
    data = command.data
    if "lines" in data:
        return lines_of(data["lines"])
    if "prices" in data:
        return priced(order.lines, prices_of(data["prices"]))
    quote = order.quote_of(data["firm"]) if command.kind == "award" else None
    return order.lines if quote is None else priced(order.lines, quote.prices)


def cancelling_approved(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """To cancel what was issued may be an unjust refusal to take it: somebody else decides it too."""
    never_bound = order.revision == 0
    declined = order.held_from if order.state is OrderState.ON_HOLD else order.state
    supplier_left = declined is OrderState.DECLINED and order.accepted_revision in (0, order.revision)
    if never_bound or supplier_left:
        return None
    return _cancel(order, command, policy)


def shortening_approved(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Not taking the rest for the buyer's own reasons is a cancellation of the rest."""
    return _cancel(order, command, policy) if command.data["cause"] == "buyer" else None


def _cancel(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    return _missing(
        max(1, approvers_needed(policy, order.amount_jpy)),
        approvers(order, subject="cancel", firm=order.firm, amount_jpy=0, requester=command.by),
        "cancelling_approved",
        "発注後の取消",
        "a cancellation after the issue",
    )


def _missing(needed: int, given: frozenset[str], code: str, ja: str, en: str) -> Objection | None:
    if len(given) >= needed:
        return None
    return refused(
        code,
        f"{ja}には、本人以外の承認者{needed}名の承認が必要ですが、今は{len(given)}名です。承認を依頼してください。",
        f"{en} needs {needed} approver(s) other than yourself and has {len(given)}; ask for approval.",
    )
