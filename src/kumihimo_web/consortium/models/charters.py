"""Consortia, their charters, and what members have against a revision."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, QuerySet

from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel


def own_rows(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Coordinators see all, a firm what names it; nobody else."""
    if scope.is_coordinator:
        return rows
    return rows.filter(firm=scope.firm) if scope.firm else rows.none()


class Consortium(ScopedModel):
    """Firms that take orders together.

    Attributes
    ----------
    name_en, address, address_en, phone, email, bank
        How its window stands on paper; agreed by nobody, and so no part of the charter.
    version
        Grows with every change of window or charter: whoever saves says which version was seen.
    once
        Key of the form that it was made with.
    """

    serial = models.PositiveIntegerField()
    ref = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    address_en = models.CharField(max_length=200, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    email = models.CharField(max_length=120, blank=True, default="")
    bank = models.CharField(max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    once = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Numbers are unique within a network."""

        ordering: ClassVar[list[str]] = ["serial"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["network", "ref"], name="consortium_ref_once"),
            models.UniqueConstraint(fields=["network", "once"], condition=~Q(once=""), name="consortium_made_once"),
        ]

    def __str__(self) -> str:
        """Return number and name."""
        return f"{self.ref} {self.name}"

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators, and firms that are, were or are to be members."""
        if scope.is_coordinator:
            return rows
        if not scope.firm:
            return rows.none()
        return rows.filter(pk__in=Member._base_manager.filter(firm=scope.firm).values("consortium"))


class Charter(ScopedModel):
    """One revision of the rules that the members agreed on; never changed once it is written.

    Attributes
    ----------
    document
        As `kumihimo.trade.consortium.read_charter` takes it.
    takes_effect_on
        First day that it holds for; moved on while an objection is unanswered.
    why
        What changes, in words for the members.
    """

    consortium = models.ForeignKey(Consortium, on_delete=models.CASCADE, related_name="charters")
    revision = models.PositiveIntegerField()
    document = models.JSONField()
    takes_effect_on = models.DateField()
    why = models.TextField(blank=True, default="")
    proposed_by = models.CharField(max_length=200)
    proposed_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(blank=True, default="")

    class Meta:
        """The latest first."""

        ordering: ClassVar[list[str]] = ["-revision"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["consortium", "revision"], name="charter_revision_once")
        ]

    def __str__(self) -> str:
        """Return consortium and revision."""
        return f"{self.consortium_id} r{self.revision}"

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Whoever sees the consortium: members read every rule that they are bound by."""
        return rows.filter(consortium__in=Consortium.visible_to(Consortium._base_manager.all(), scope))


class Member(ScopedModel):
    """A row of members of a charter that was not withdrawn, lifted out of it: who may see the consortium."""

    consortium = models.ForeignKey(Consortium, on_delete=models.CASCADE, related_name="members")
    firm = models.CharField(max_length=80)
    name = models.CharField(max_length=200)

    class Meta:
        """A firm stands here once, however often it joined and left."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["consortium", "firm"], name="consortium_member_once")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["network", "firm"], name="consortia_of_a_firm")]

    def __str__(self) -> str:
        """Return the firm."""
        return self.firm

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Members know each other."""
        return rows.filter(consortium__in=Consortium.visible_to(Consortium._base_manager.all(), scope))


class Objection(ScopedModel):
    """What a member has against a revision; it holds the revision up until a person has answered.

    Attributes
    ----------
    said
        Who said so and how, when a coordinator entered it.
    """

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="objections")
    firm = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    words = models.TextField()
    said = models.CharField(max_length=300, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(blank=True, default="")
    answered_by = models.CharField(max_length=200, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """The oldest first."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        """Return the firm."""
        return self.firm

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators and the firm itself: a small shop says more when the others do not listen."""
        return own_rows(rows, scope)
