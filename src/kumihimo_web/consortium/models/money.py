"""How the money of an order was shared, and what is on paper."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet

from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel
from kumihimo_web.consortium.models.charters import Charter, own_rows
from kumihimo_web.consortium.models.orders import JointOrder
from kumihimo_web.consortium.state import FOR_BUYERS, PaperKind


class Settlement(ScopedModel):
    """How the money of a joint order was shared; never changed.

    Attributes
    ----------
    payment_due, invoice_due
        When members are paid, and when the buyer pays.
    data
        The library's `Settlement` as JSON.
    signed
        What a person looked at and signed: {firm, ja, en, why, by}.
    """

    order = models.OneToOneField(JointOrder, on_delete=models.PROTECT, related_name="settlement")
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    payment_due = models.DateField()
    invoice_due = models.DateField()
    data = models.JSONField()
    signed = models.JSONField(default=list)
    settled_by = models.CharField(max_length=200)
    settled_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Return order and day."""
        return f"{self.order_id} {self.on}"

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators only; a member reads its `Notice`."""
        return rows if scope.is_coordinator else rows.none()


class Notice(ScopedModel):
    """What one member is paid: the library's `PaymentNotice` as JSON."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="notices")
    firm = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    data = models.JSONField()
    payable_jpy = models.BigIntegerField()

    class Meta:
        """As they were reckoned."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["settlement", "firm"], name="notice_once")]

    def __str__(self) -> str:
        """Return firm and yen."""
        return f"{self.firm} {self.payable_jpy}"

    @property
    def owed_jpy(self) -> int:
        """What the member owes, where defects cost more than its work was worth."""
        return max(0, -self.payable_jpy)

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators and the firm itself: nobody reads what another is paid."""
        return own_rows(rows, scope)


class Paper(ScopedModel):
    """A document of a joint order: its content is written with what it follows from, its bytes by a worker, once.

    Attributes
    ----------
    firm
        Whom it is for; empty = the buyer.
    content
        kumihimo-order-document/1, or kumihimo-sheet/1 for what is no document of an order.
    """

    order = models.ForeignKey(JointOrder, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=16, choices=PaperKind.choices)
    firm = models.CharField(max_length=80, blank=True, default="")
    number = models.CharField(max_length=40)
    revision = models.PositiveIntegerField(default=1)
    lang = models.CharField(max_length=2, default="ja")
    content = models.JSONField()
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    warnings = models.JSONField(default=list)
    written_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        """No number twice."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["network", "number", "revision"], name="joint_paper_number_once")
        ]

    def __str__(self) -> str:
        """Return number and revision, as they are printed."""
        return f"{self.number}-r{self.revision}"

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators, the member or the buyer that it is for."""
        if scope.role == Role.BUYER and scope.organisation is not None:
            return rows.filter(firm="", kind__in=FOR_BUYERS, order__buyer_id=scope.organisation)
        return own_rows(rows, scope)
