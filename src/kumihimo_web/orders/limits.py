"""決裁の限度額: the amounts that hold in a network, and what they mean for an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from kumihimo.trade import ApprovalPolicy, OperationOrder
from kumihimo.trade.approval import approvers, approvers_needed
from kumihimo.trade.transitions import BEFORE_ISSUE
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.orders import rules
from kumihimo_web.orders.office_models import Limits

_OF_ORDERS = ("buyer_jpy", "approver_jpy")


def limits() -> Limits:
    """Return the limits of the scope's network; those who are bound by them need not be able to read them."""
    network = current_scope().network
    held: Limits | None = Limits._base_manager.filter(network_id=network).first()
    return held or Limits(network_id=network)


def limits_of(network: int) -> list[models.Subquery]:
    """Return what asks for the limits of orders together with something else; `policy_of` reads the answer."""
    held = Limits._base_manager.filter(network_id=network)
    return [models.Subquery(held.values(name)[:1]) for name in _OF_ORDERS]


def policy_of(columns: Sequence[Any]) -> ApprovalPolicy:
    """Return the policy in an answer to `limits_of`."""
    return ApprovalPolicy() if None in columns else ApprovalPolicy(**dict(zip(_OF_ORDERS, columns, strict=True)))


def agreement_missing(order: OperationOrder) -> tuple[int, int, list[str]] | None:
    """Return (approvers needed, limit in yen, names of those who agreed) while issuing an order waits for approvers.

    None where the person who looks may issue it, or nothing is to be issued.
    """
    amount = order.amount_jpy
    if order.state not in BEFORE_ISSUE or not order.firm or amount is None:
        return None
    held = limits()
    policy = policy_of([getattr(held, name) for name in _OF_ORDERS])
    needed = approvers_needed(policy, amount)
    agreed = approvers(
        order, subject="order", firm=order.firm, amount_jpy=amount, requester=rules.signature(current_scope())
    )
    if len(agreed) >= needed:
        return None
    limit = policy.buyer_jpy if needed == 1 else policy.approver_jpy
    return needed, limit, sorted(rules.person_of(by) for by in agreed)
