"""Bids for a joint order: who was asked, what each said, and the amounts, which are sealed until the deadline."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel
from kumihimo_web.consortium.models.charters import Charter, own_rows
from kumihimo_web.consortium.models.orders import JointOrder
from kumihimo_web.consortium.state import BidAnswer


class Bidding(ScopedModel):
    """One round of bids for a joint order.

    Attributes
    ----------
    answer_by
        Last day on which members can bid; the amounts are opened on the day after.
    asked
        What they bid on: title, due_on, quantity, lines. It names no price and no buyer.
    left_out
        Firm -> why it was not asked; that member reads it.
    note
        Words to all who are asked.
    """

    order = models.ForeignKey(JointOrder, on_delete=models.CASCADE, related_name="biddings")
    round = models.PositiveIntegerField()
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateField()
    asked = models.JSONField()
    left_out = models.JSONField(default=dict)
    note = models.TextField(blank=True, default="")
    opened_by = models.CharField(max_length=200)
    opened_at = models.DateTimeField(auto_now_add=True)
    called_off_at = models.DateTimeField(null=True)
    called_off_why = models.TextField(blank=True, default="")

    class Meta:
        """The latest first."""

        ordering: ClassVar[list[str]] = ["-round"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["order", "round"], name="bidding_round_once")
        ]

    def __str__(self) -> str:
        """Return order and round."""
        return f"{self.order_id}/{self.round}"

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators, and whoever was asked."""
        if scope.is_coordinator:
            return rows
        if not scope.firm:
            return rows.none()
        return rows.filter(pk__in=Bid._base_manager.filter(firm=scope.firm).values("bidding"))

    def is_open(self, today: date) -> bool:
        """Whether members can bid."""
        return self.called_off_at is None and today <= self.answer_by

    def is_over(self, today: date) -> bool:
        """Whether the amounts are open."""
        return self.called_off_at is None and today > self.answer_by


class Bid(ScopedModel):
    """A member that was asked, and whether it bids; what it bids stands in its `Offer`.

    Attributes
    ----------
    answer
        Empty while it said nothing, which is neither a price nor a refusal.
    said
        Who said so and how, where a coordinator entered it.
    """

    bidding = models.ForeignKey(Bidding, on_delete=models.CASCADE, related_name="bids")
    firm = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    answer = models.CharField(max_length=10, choices=BidAnswer.choices, blank=True, default="")
    said = models.CharField(max_length=300, blank=True, default="")
    answered_by = models.CharField(max_length=200, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """As the charter names them."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["bidding", "firm"], name="bid_once")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["network", "firm"], name="bids_of_a_firm")]

    def __str__(self) -> str:
        """Return firm and answer; never the amount."""
        return f"{self.firm} {self.answer}"

    @property
    def is_typed_late(self) -> bool:
        """Whether a coordinator entered it when the amounts of the others were open."""
        at = self.answered_at
        return bool(self.said) and at is not None and timezone.localdate(at) > self.bidding.answer_by

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators and the firm itself: members do not know who else was asked."""
        return own_rows(rows, scope)


class Offer(ScopedModel):
    """What a member bids: for all pieces, before tax, and by when it can deliver them."""

    bid = models.OneToOneField(Bid, on_delete=models.CASCADE, related_name="offer")
    price_jpy = models.BigIntegerField()
    by_on = models.DateField()
    words = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        """Return the bid; never the amount."""
        return f"offer of {self.bid_id}"

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """The firm itself; coordinators from the day after the deadline, and never where it was called off."""
        if scope.is_coordinator:
            today = timezone.localdate()
            return rows.filter(bid__bidding__answer_by__lt=today, bid__bidding__called_off_at=None)
        return rows.filter(bid__firm=scope.firm) if scope.firm else rows.none()
