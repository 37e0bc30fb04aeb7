"""An inquiry, the files it came in, the teams proposed for it, and the firms that were asked."""

from __future__ import annotations

from typing import Any

from django.db import models

from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel
from kumihimo_web.inquiries.state import Answer, State


class Inquiry(ScopedModel):
    """What a buyer asks for.

    Attributes
    ----------
    number
        ``Q-000123``: what people say on the phone.
    buyer
        Organisation of the network that asks; None when it is only known by name.
    reading
        What was read, as `mapping.to_data` writes it; None before.
    answers
        Questions that were answered, oldest first: {field, part, ja, en, answer, was_read, by, at}.
    due, open_questions
        Lifted out of the reading, for the list.
    version
        Grows with every change: whoever saves says which version was seen.
    once
        Key of the form that it was made with, so that a second press makes no second inquiry.
    chosen, chosen_of, chosen_why
        Letter of the team that was chosen, the proposal that it stands in, and why.
    offered_jpy, offered_finish
        What the buyer was told: total price and day. Copied, so that no page of the buyer opens a proposal.
    booked_as
        Id of the order in the plan.
    withdrawn_why, withdrawn_from
        Why it was withdrawn, and the state that it goes back to when it is taken up again.
    """

    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=12)
    title = models.CharField(max_length=200, blank=True, default="")
    buyer = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    buyer_name = models.CharField(max_length=200, blank=True, default="")
    search = models.TextField(default="")
    state = models.CharField(max_length=12, choices=State.choices, default=State.READING)
    reading = models.JSONField(null=True)
    answers = models.JSONField(default=list)
    refusal_ja = models.TextField(blank=True, default="")
    refusal_en = models.TextField(blank=True, default="")
    open_questions = models.PositiveIntegerField(default=0)
    due = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    once = models.CharField(max_length=64, blank=True, default="")
    chosen = models.CharField(max_length=4, blank=True, default="")
    chosen_of = models.ForeignKey("inquiries.Proposal", on_delete=models.SET_NULL, null=True, related_name="+")
    chosen_why = models.TextField(blank=True, default="")
    offered_jpy = models.BigIntegerField(null=True)
    offered_finish = models.DateField(null=True)
    offered_at = models.DateTimeField(null=True)
    booked_as = models.CharField(max_length=120, blank=True, default="")
    withdrawn_why = models.TextField(blank=True, default="")
    withdrawn_from = models.CharField(max_length=12, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        """Numbers are unique within a network."""

        constraints = [
            models.UniqueConstraint(fields=["network", "serial"], name="inquiry_serial_once"),
            models.UniqueConstraint(fields=["network", "number"], name="inquiry_number_once"),
            models.UniqueConstraint(fields=["network", "once"], condition=~models.Q(once=""), name="inquiry_made_once"),
        ]
        indexes = [models.Index(fields=["network", "state", "due"], name="inquiries_by_state")]

    def __str__(self) -> str:
        """Return number and title."""
        return f"{self.number} {self.title}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Coordinators see all, a buyer its own; firms see broadcasts, never the inquiry behind them."""
        if scope.is_coordinator:
            return rows
        if scope.role == Role.BUYER and scope.organisation is not None:
            return rows.filter(buyer_id=scope.organisation)
        return rows.none()

    @property
    def asked_by(self) -> str:
        """Who asks, as far as it is known."""
        return self.buyer.name if self.buyer is not None else self.buyer_name


class Source(ScopedModel):
    """A file or a text as it came in, letter by letter; kept before anybody reads it, and never changed."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The latest last."""

        ordering = ["pk"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Whoever sees the inquiry; a drawing is nothing for firms before somebody sends it to them."""
        return rows.filter(inquiry__in=Inquiry.visible_to(Inquiry._base_manager.all(), scope))


class Proposal(ScopedModel):
    """The teams that were proposed for an inquiry, as the library's JSON.

    Attributes
    ----------
    data
        ``kumihimo-proposal/1``.
    orders
        Letter of a team -> its work order as JSON: what is booked when it is chosen.
    network_revision
        Of the network that it was made from; a later one may rank differently.
    pdf, pdf_lang
        The same on paper, once somebody asked for it, and in which language.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="proposals")
    data = models.JSONField()
    orders = models.JSONField(default=dict)
    network_revision = models.PositiveBigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    pdf = models.BinaryField(null=True)
    pdf_lang = models.CharField(max_length=5, blank=True, default="")

    class Meta:
        """The latest first."""

        ordering = ["-pk"]

    def __str__(self) -> str:
        """Return inquiry and moment."""
        return f"{self.inquiry_id} {self.made_at}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Coordinators only: it ranks rivals beside each other, with prices."""
        return rows if scope.is_coordinator else rows.none()


class Broadcast(ScopedModel):
    """A step of an inquiry that firms are asked to raise their hands for.

    It holds what firms may read and nothing else: no buyer, no title, no drawing, no other firm.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="broadcasts")
    number = models.CharField(max_length=16)
    step = models.CharField(max_length=40)
    label_ja = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200)
    need_ja = models.TextField()
    need_en = models.TextField()
    due = models.DateField(null=True)
    note = models.TextField(blank=True, default="")
    answer_by = models.DateField()
    once = models.CharField(max_length=64, blank=True, default="")
    sent_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """The latest first."""

        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["network", "number"], name="broadcast_number_once")]

    def __str__(self) -> str:
        """Return number and step."""
        return f"{self.number} {self.label_ja}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Coordinators, and the firms that were asked."""
        if scope.is_coordinator:
            return rows
        return rows.filter(hands__firm=scope.firm) if scope.firm else rows.none()


class Hand(ScopedModel):
    """One firm that was asked, and what it answered.

    Attributes
    ----------
    gap_ja, gap_en
        What this firm's own registration misses, when it was a near miss: told to this firm alone.
    said
        Who said so and how, when a coordinator entered it.
    """

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="hands")
    firm = models.CharField(max_length=80)
    firm_name = models.CharField(max_length=200)
    gap_ja = models.TextField(blank=True, default="")
    gap_en = models.TextField(blank=True, default="")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, default="")
    price_jpy = models.BigIntegerField(null=True)
    days = models.PositiveIntegerField(null=True)
    words = models.TextField(blank=True, default="")
    said = models.CharField(max_length=300, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """A firm is asked once."""

        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["broadcast", "firm"], name="hand_once")]
        indexes = [models.Index(fields=["network", "firm"], name="hand_of_firm")]

    def __str__(self) -> str:
        """Return firm and answer."""
        return f"{self.firm} {self.answer}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Coordinators, and the firm itself; rivals never learn who else was asked."""
        if scope.is_coordinator:
            return rows
        return rows.filter(firm=scope.firm) if scope.firm else rows.none()
