"""What came in, as a person decides on it: one row for each answer, and the pictures that show it."""

from __future__ import annotations

from typing import Any

from django.db import models

from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel
from kumihimo_web.inbox.state import Kind, Result, State


class Item(ScopedModel):
    """One thing to decide: a page, a line of a daily sheet, a workbook, a mail, a call.

    Attributes
    ----------
    inbound
        The message, whose bytes were stored before anybody read them.
    page, line
        Page of the message, counted through all its attachments, from 1; line of a daily sheet, 0 elsewhere.
    part
        Which attachment of a mail it is, from 1; 0 = the message itself, for a mail its text.
    sender, received_at
        As the inbound has them, so that a list opens no message.
    firm
        Who speaks, as far as it is known.
    vouched_by
        Who said that the firm is the sender, where no address tells it (a scan that was put in by hand).
    summary_ja, summary_en
        What the list says: the answer, or the first reason why a person must look.
    reading
        What was read: form, answers with confidence, reasons, text, draft; see `reading`.
    command
        What it comes to: {kind, data}; kind empty = noted, changes nothing. None where a person has to say.
    amount_jpy
        What it binds the buyer to; above a limit two persons must agree.
    pixels, told
        Hashes of the picture and of token and answers, by which a second copy is known.
    copy_of
        The item that this one repeats; why it is aside needs no words then.
    first_by, decided_by
        Primary keys of the users who agreed; None for what was automatic.
    job
        Job that reads it, as text.
    """

    inbound = models.ForeignKey("channels.Inbound", on_delete=models.PROTECT, related_name="+")
    page = models.PositiveSmallIntegerField(default=1)
    line = models.PositiveSmallIntegerField(default=0)
    part = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.UNKNOWN)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    sender = models.CharField(max_length=200, blank=True, default="")
    received_at = models.DateTimeField()
    order_ref = models.CharField(max_length=40, blank=True, default="")
    firm = models.CharField(max_length=80, blank=True, default="")
    vouched_by = models.CharField(max_length=200, blank=True, default="")
    summary_ja = models.CharField(max_length=200, blank=True, default="")
    summary_en = models.CharField(max_length=200, blank=True, default="")
    reading = models.JSONField(default=dict)
    command = models.JSONField(null=True)
    amount_jpy = models.BigIntegerField(null=True)
    pixels = models.CharField(max_length=64, blank=True, default="")
    told = models.CharField(max_length=64, blank=True, default="")
    copy_of = models.ForeignKey("inbox.Item", on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Result.choices, blank=True, default="")
    said_ja = models.TextField(blank=True, default="")
    said_en = models.TextField(blank=True, default="")
    is_automatic = models.BooleanField(default=False)
    first_by = models.PositiveBigIntegerField(null=True)
    first_name = models.CharField(max_length=200, blank=True, default="")
    decided_by = models.PositiveBigIntegerField(null=True)
    decided_name = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    aside_why = models.CharField(max_length=300, blank=True, default="")
    job = models.CharField(max_length=36, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """A page and a line of a message once; lists walk the index of their state."""

        constraints = [models.UniqueConstraint(fields=["inbound", "page", "line"], name="inbox_item_once")]
        indexes = [
            models.Index(fields=["network", "state", "id"], name="inbox_by_state"),
            models.Index(fields=["network", "state", "kind", "id"], name="inbox_by_kind"),
            models.Index(fields=["network", "state", "firm", "id"], name="inbox_by_firm"),
            models.Index(fields=["network", "order_ref", "id"], name="inbox_by_order"),
            models.Index(fields=["network", "pixels"], name="inbox_by_pixels", condition=~models.Q(pixels="")),
            models.Index(fields=["network", "told"], name="inbox_by_told", condition=~models.Q(told="")),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        """Return the number and what it says."""
        return f"#{self.pk} {self.summary_ja}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """For coordinators: what one firm wrote is nothing for another."""
        return rows if scope.is_coordinator else rows.none()


class Picture(ScopedModel):
    """A picture of a page or of a place on it, which all items of the page share.

    Attributes
    ----------
    name
        ``page``, a zone for handwriting, or a group of boxes that is in doubt.
    """

    inbound = models.ForeignKey("channels.Inbound", on_delete=models.PROTECT, related_name="+")
    page = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    content_type = models.CharField(max_length=20)
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        """A place once a page."""

        constraints = [models.UniqueConstraint(fields=["inbound", "page", "name"], name="inbox_picture_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        """Return page and name."""
        return f"{self.page} {self.name}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Who sees the item sees its pictures."""
        return rows if scope.is_coordinator else rows.none()
