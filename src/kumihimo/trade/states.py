"""The states that an operation order goes through, and the roles of those who move it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class OrderState(StrEnum):
    """What happened to an order last; how much of it is done stands in its quantities."""

    DRAFT = "draft"
    RFQ_SENT = "rfq_sent"
    QUOTED = "quoted"
    AWARDED = "awarded"
    ISSUED = "issued"
    DELIVERED_TO_PARTNER = "delivered_to_partner"
    ACCEPTED = "accepted"
    COUNTERED = "countered"
    DECLINED = "declined"
    IN_PROGRESS = "in_progress"
    SHIPPED = "shipped"
    RECEIVED = "received"
    INSPECTED = "inspected"
    RETURNED = "returned"
    REWORK = "rework"
    CLOSED = "closed"
    CLOSED_SHORT = "closed_short"
    INVOICED = "invoiced"
    PAID = "paid"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return STATES[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return STATES[self][1]


STATES: Mapping[OrderState, tuple[str, str, int]] = {
    OrderState.DRAFT: ("下書き", "draft", 0),
    OrderState.RFQ_SENT: ("見積依頼中", "RFQ sent", 1),
    OrderState.QUOTED: ("見積受領", "quoted", 2),
    OrderState.AWARDED: ("発注先決定", "awarded", 3),
    OrderState.ISSUED: ("発注済み", "issued", 4),
    OrderState.DELIVERED_TO_PARTNER: ("送達済み", "delivered to the partner", 5),
    OrderState.ACCEPTED: ("受注承諾", "accepted", 6),
    OrderState.COUNTERED: ("条件変更の申し出", "countered", 6),
    OrderState.DECLINED: ("辞退", "declined", 6),
    OrderState.IN_PROGRESS: ("加工中", "in progress", 7),
    OrderState.SHIPPED: ("出荷済み", "shipped", 8),
    OrderState.RECEIVED: ("受領済み", "received", 9),
    OrderState.INSPECTED: ("検収済み", "inspected", 10),
    OrderState.RETURNED: ("返品中", "returned", 10),
    OrderState.REWORK: ("手直し中", "rework", 10),
    OrderState.CLOSED: ("完納", "closed", 11),
    OrderState.CLOSED_SHORT: ("不足のまま完了", "closed short", 11),
    OrderState.INVOICED: ("請求済み", "invoiced", 12),
    OrderState.PAID: ("支払済み", "paid", 13),
    OrderState.ON_HOLD: ("保留", "on hold", -1),
    OrderState.CANCELLED: ("取消", "cancelled", 99),
    OrderState.SUPERSEDED: ("差し替え済み", "superseded", 99),
}
"""Japanese and English label, and how far along the way it lies: what lies ahead is early, what lies behind is late.
-1 = beside the way, 99 = the way has ended."""


class Role(StrEnum):
    """For what a command is given; what one person may do is known to the shell."""

    BUYER = "buyer"
    SUPPLIER = "supplier"
    CLERK = "clerk"
    INSPECTOR = "inspector"
    APPROVER = "approver"
    SYSTEM = "system"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return _ROLES[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _ROLES[self][1]


_ROLES: Mapping[Role, tuple[str, str]] = {
    Role.BUYER: ("発注側", "buyer"),
    Role.SUPPLIER: ("受注企業", "supplier"),
    Role.CLERK: ("受信担当（受注企業に代わって入力）", "clerk who types for the supplier"),
    Role.INSPECTOR: ("受入・検査担当", "receiver and inspector"),
    Role.APPROVER: ("承認者", "approver"),
    Role.SYSTEM: ("システム", "system"),
}
