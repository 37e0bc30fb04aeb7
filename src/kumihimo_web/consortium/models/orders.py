"""The orders that a consortium takes, who does what of them, and what was found and damaged."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, QuerySet

from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel
from kumihimo_web.consortium.models.charters import Charter, Consortium, own_rows
from kumihimo_web.consortium.state import JointState


class JointOrder(ScopedModel):
    """An order that a consortium takes.

    Attributes
    ----------
    title_en
        For papers in English; empty where there are none.
    buyer
        Organisation of the network that orders; None when it is only known by name.
    charter
        The revision that it was allotted by, and is settled by.
    inquiry
        Number of the inquiry that it comes from; empty when it comes from none.
    split_into
        Among how many members it is to be shared.
    delivered_on
        Day on which the buyer received it.
    """

    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="orders")
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True, default="")
    buyer = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    buyer_name = models.CharField(max_length=120)
    buyer_address = models.CharField(max_length=200, blank=True, default="")
    is_overseas = models.BooleanField(default=False)
    inquiry = models.CharField(max_length=12, blank=True, default="")
    due_on = models.DateField()
    place = models.CharField(max_length=200, blank=True, default="")
    split_into = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=JointState.choices, default=JointState.OPEN)
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, null=True, related_name="+")
    delivered_on = models.DateField(null=True)
    cancelled_why = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    once = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Numbers are unique within a network."""

        ordering: ClassVar[list[str]] = ["-serial"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["network", "number"], name="joint_order_number_once"),
            models.UniqueConstraint(fields=["network", "once"], condition=~Q(once=""), name="joint_order_made_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["network", "state", "due_on"], name="joint_orders_by_state")
        ]

    def __str__(self) -> str:
        """Return number and title."""
        return f"{self.number} {self.title}"

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators, the buyer, and members asked to bid or looked at for it; those read what `own_part` gives."""
        if scope.is_coordinator:
            return rows
        if scope.role == Role.BUYER and scope.organisation is not None:
            return rows.filter(buyer_id=scope.organisation)
        if not scope.firm:
            return rows.none()
        asked = JointOrder._base_manager.filter(biddings__bids__firm=scope.firm).values("pk")
        return rows.filter(Q(pk__in=Share._base_manager.filter(firm=scope.firm).values("order")) | Q(pk__in=asked))


class JointLine(ScopedModel):
    """A line of a joint order, before tax.

    Attributes
    ----------
    work
        Firm -> weight with which the line's money is shared.
    """

    order = models.ForeignKey(JointOrder, on_delete=models.CASCADE, related_name="lines")
    no = models.PositiveIntegerField()
    item = models.CharField(max_length=120)
    item_en = models.CharField(max_length=120, blank=True, default="")
    drawing = models.CharField(max_length=60, blank=True, default="")
    quantity = models.PositiveIntegerField()
    unit = models.CharField(max_length=10, default="個")
    unit_price_jpy = models.BigIntegerField()
    rate_percent = models.PositiveIntegerField(default=10)
    work = models.JSONField(default=dict)

    class Meta:
        """As they were entered."""

        ordering: ClassVar[list[str]] = ["no"]

    def __str__(self) -> str:
        """Return number and item."""
        return f"{self.no} {self.item}"

    @property
    def amount_jpy(self) -> int:
        """Quantity times price, before tax."""
        return self.quantity * self.unit_price_jpy

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators and the buyer: what the buyer pays tells members what the others get."""
        if scope.is_coordinator or scope.role == Role.BUYER:
            return rows.filter(order__in=JointOrder.visible_to(JointOrder._base_manager.all(), scope))
        return rows.none()


class Allotment(ScopedModel):
    """Who is to get a joint order: what was proposed, and what a person decided.

    Attributes
    ----------
    bidding
        The bids that it goes by; None under the other rules.
    candidates
        What was known of each member.
    proposed
        The library's `Allotment` as JSON.
    decided
        The same with the parts that a person decided; None while nobody has. The latest of an order counts.
    fairness
        The record of fairness as it stood with this decision.
    why
        Why it was decided other than proposed, or anew; members read it.
    """

    order = models.ForeignKey(JointOrder, on_delete=models.CASCADE, related_name="allotments")
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="+")
    bidding = models.ForeignKey("consortium.Bidding", on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    candidates = models.JSONField()
    proposed = models.JSONField()
    decided = models.JSONField(null=True)
    fairness = models.JSONField(null=True)
    why = models.TextField(blank=True, default="")
    decided_by = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    is_superseded = models.BooleanField(default=False)

    class Meta:
        """The oldest first: this is the record that rotation is reckoned from."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        """Return order and day."""
        return f"{self.order_id} {self.on}"

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators only: it names bids and ranks of rivals beside each other."""
        return rows if scope.is_coordinator else rows.none()


class Share(ScopedModel):
    """One member's part of a joint order, with the reason; no pieces where it got none.

    Attributes
    ----------
    amount_jpy
        What was ordered from it, before tax.
    why_ja, why_en
        The reason of the proposal, about this member alone.
    note
        Why a person decided otherwise; empty where it went as proposed.
    """

    order = models.ForeignKey(JointOrder, on_delete=models.CASCADE, related_name="shares")
    firm = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    amount_jpy = models.BigIntegerField()
    why_ja = models.TextField(blank=True, default="")
    why_en = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        """As the charter names them."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["order", "firm"], name="share_once")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["network", "firm"], name="shares_of_a_firm")]

    def __str__(self) -> str:
        """Return firm and pieces."""
        return f"{self.firm} {self.quantity}"

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators and the firm itself."""
        return own_rows(rows, scope)


class Inspection(ScopedModel):
    """What an inspector of the charter found in the work of one member; a later one takes its place."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="inspections")
    firm = models.CharField(max_length=80)
    inspector = models.CharField(max_length=120)
    received_on = models.DateField()
    inspected_on = models.DateField()
    accepted = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    words = models.TextField(blank=True, default="")
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The latest last."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        """Return firm and day."""
        return f"{self.firm} {self.inspected_on}"

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators and the firm that was inspected."""
        return own_rows(rows, scope)


class Defect(ScopedModel):
    """A damage of a joint order, who found its cause, and what it costs; `caused_by` is percent by firm."""

    order = models.ForeignKey(JointOrder, on_delete=models.CASCADE, related_name="defects")
    ref = models.CharField(max_length=24)
    happened_on = models.DateField()
    cost_jpy = models.BigIntegerField()
    caused_by = models.JSONField(default=dict)
    inspected_by = models.CharField(max_length=120, blank=True, default="")
    reason = models.TextField()
    reason_en = models.TextField(blank=True, default="")
    made_by = models.CharField(max_length=200)
    withdrawn_why = models.TextField(blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The oldest first."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["network", "ref"], name="joint_defect_ref_once")
        ]

    def __str__(self) -> str:
        """Return its number."""
        return self.ref

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators only; a member reads its `Burden`."""
        return rows if scope.is_coordinator else rows.none()


class Burden(ScopedModel):
    """What one member bears of a defect, and why."""

    defect = models.ForeignKey(Defect, on_delete=models.CASCADE, related_name="burdens")
    firm = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    jpy = models.BigIntegerField()
    why_ja = models.TextField()
    why_en = models.TextField()

    class Meta:
        """As the charter names them."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        """Return firm and yen."""
        return f"{self.firm} {self.jpy}"

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators and the firm itself."""
        return own_rows(rows, scope)
