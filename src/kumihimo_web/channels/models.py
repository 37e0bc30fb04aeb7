"""Addresses of firms, what was sent to them and how it went, and what came, as it came."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from kumihimo.model import Channel
from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel
from kumihimo_web.channels.states import CHANNELS, Came, Held, Reason, Sent, Tried
from kumihimo_web.design.language import say


def _of_own_firm(rows: models.QuerySet[Any], scope: Scope, firm: str) -> models.QuerySet[Any]:
    """Coordinators see all, a firm its own."""
    if scope.is_coordinator:
        return rows
    return rows.filter(**{firm: scope.firm}) if scope.firm else rows.none()


class Address(ScopedModel):
    """One way to reach a firm.

    Attributes
    ----------
    value
        FAX or telephone number (digits, a foreign one with ``+``), mail address, LINE user id; empty for the web.
    rank
        1 is tried first.
    is_confirmed
        Whether the coordinator knows that what comes from there is the firm's.
    """

    firm = models.CharField(max_length=80)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    value = models.CharField(max_length=254, blank=True, default="")
    rank = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)
    is_confirmed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """Each once a firm; who sent something is looked up by the value."""

        constraints = [
            models.UniqueConstraint(fields=["network", "firm", "channel", "value"], name="address_once_a_firm")
        ]
        indexes = [models.Index(fields=["channel", "value"], name="address_of_a_sender")]
        ordering = ["rank", "pk"]

    def __str__(self) -> str:
        """Return channel and value."""
        return f"{self.channel} {self.value}".strip()

    @property
    def channel_label(self) -> str:
        """What the channel is called."""
        return say(Channel(self.channel))

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Rivals do not see where a firm is reached."""
        return _of_own_firm(rows, scope, "firm")


class Message(ScopedModel):
    """Words to a firm, posted once under a key.

    Attributes
    ----------
    channel, address
        Where it goes next, or where it went last.
    about, revision, kind
        Order, its revision, and what kind of words these are; this app only hands them back.
    text
        ``{link}`` in it is replaced when it is sent: whoever reads the row cannot use the link.
    not_before
        When it may go: the next moment in which the firm works.
    linked
        Names of files that only the link leads to: they are too large to go along.
    to_tell
        What is still to be told to those who listen: sent, delivered or failed.
    """

    key = models.CharField(max_length=200)
    firm = models.CharField(max_length=80)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    address = models.CharField(max_length=254, blank=True, default="")
    subject = models.CharField(max_length=300)
    text = models.TextField()
    about = models.CharField(max_length=80, blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=40)
    linked = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=Sent.choices, default=Sent.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    is_link_closed = models.BooleanField(default=False)
    to_tell = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        """A key is posted once; what waits is found by state and time."""

        constraints = [models.UniqueConstraint(fields=["network", "key"], name="message_key_once")]
        indexes = [
            models.Index(fields=["state", "not_before"], name="messages_waiting"),
            models.Index(fields=["network", "-created_at"], name="messages_latest"),
            models.Index(fields=["network", "state", "-created_at"], name="messages_by_state"),
            models.Index(fields=["network", "firm", "-created_at"], name="messages_of_a_firm"),
            models.Index(fields=["network", "about"], name="messages_about"),
            models.Index(fields=["to_tell"], condition=~models.Q(to_tell=""), name="messages_to_tell"),
        ]
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        """Return key and state."""
        return f"{self.key} ({self.state})"

    @property
    def channel_label(self) -> str:
        """What the channel is called."""
        return say(Channel(self.channel))

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """A firm sees what was sent to it."""
        return _of_own_firm(rows, scope, "firm")


class Enclosure(ScopedModel):
    """A file that goes with a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="enclosures")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        """In the sequence in which they were given."""

        ordering = ["pk"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Whoever sees the message sees what goes with it."""
        return _of_own_firm(rows, scope, "message__firm")


class Attempt(ScopedModel):
    """One attempt to send a message: written before anything goes out, so that none is forgotten in a crash.

    Attributes
    ----------
    provider_id
        What the other side calls it: Message-ID, job of the FAX server, request of LINE.
    words
        What the other side said, or a person.
    decided_by
        Who said what became of it when nobody could tell; empty otherwise.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=10, choices=CHANNELS)
    address = models.CharField(max_length=254, blank=True, default="")
    state = models.CharField(max_length=10, choices=Tried.choices, default=Tried.SENDING)
    provider_id = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True, default="")
    words = models.TextField(blank=True, default="")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """Numbered within the message."""

        constraints = [models.UniqueConstraint(fields=["message", "number"], name="attempt_numbers_run_on")]
        indexes = [
            models.Index(fields=["state", "began_at"], name="attempts_left_over"),
            models.Index(fields=["provider_id"], name="attempts_of_provider"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        """Return message, number and state."""
        return f"{self.message_id}/{self.number} ({self.state})"

    @property
    def channel_label(self) -> str:
        """What the channel is called."""
        return say(Channel(self.channel))

    @property
    def is_for_a_person(self) -> bool:
        """Whether a person has to find out what became of it."""
        return self.state == Tried.UNKNOWN and not self.decided_by

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Whoever sees the message sees how it went."""
        return _of_own_firm(rows, scope, "message__firm")


class Inbound(ScopedModel):
    """Something that came, as it came: stored before anybody looks into it.

    Attributes
    ----------
    channel
        A channel of firms, or ``upload``, ``phone``, ``edi``.
    channel_id
        What the channel calls it; the same one coming again is counted in `copies`, not stored.
    sender
        Address as the channel told it; mail can lie.
    firm
        The one firm whose address that is; empty when unknown, or when two claim it.
    is_known
        Whether the coordinator has confirmed that address.
    fingerprint
        SHA-256 of what it says, without the envelope: the same letter in a new envelope has the same.
    copy_of
        What it repeats.
    """

    number = models.PositiveBigIntegerField()
    channel = models.CharField(max_length=10)
    channel_id = models.CharField(max_length=255)
    sender = models.CharField(max_length=254, blank=True, default="")
    firm = models.CharField(max_length=80, blank=True, default="")
    is_known = models.BooleanField(default=False)
    subject = models.CharField(max_length=300, blank=True, default="")
    received_at = models.DateTimeField()
    stored_at = models.DateTimeField(default=timezone.now)
    content_type = models.CharField(max_length=100)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    copies = models.PositiveIntegerField(default=0)
    copy_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=Came.choices, default=Came.STORED)
    reason = models.CharField(max_length=12, choices=Held.choices, blank=True, default="")

    class Meta:
        """One row for one thing that came."""

        constraints = [
            models.UniqueConstraint(fields=["network", "channel", "channel_id"], name="inbound_once"),
            models.UniqueConstraint(fields=["network", "number"], name="inbound_numbers_run_on"),
        ]
        indexes = [
            models.Index(fields=["network", "state", "-number"], name="inbound_by_state"),
            models.Index(fields=["network", "channel", "sender", "stored_at"], name="inbound_of_a_sender"),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        """Return number and state."""
        return f"{self.number} ({self.state})"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """What comes is looked through by the coordinator alone."""
        return rows if scope.is_coordinator else rows.none()


class Fetch(ScopedModel):
    """Content that an event of LINE tells of and that LINE keeps, for a while.

    Attributes
    ----------
    inbound
        The event, as it came.
    content_id, name
        What LINE calls the content, and what the sender does.
    not_before
        When LINE may be asked; while a worker asks, when that worker is taken for dead.
    is_over
        Whether the content is here, or never will be.
    words
        What LINE said last.
    """

    inbound = models.OneToOneField(Inbound, on_delete=models.PROTECT, related_name="+")
    content_id = models.CharField(max_length=40)
    name = models.CharField(max_length=150, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    is_over = models.BooleanField(default=False)
    words = models.TextField(blank=True, default="")

    class Meta:
        """What is to be fetched is found by its time."""

        indexes = [models.Index(fields=["not_before"], condition=models.Q(is_over=False), name="fetches_waiting")]
        ordering = ["not_before", "pk"]

    def __str__(self) -> str:
        """Return what LINE calls it."""
        return self.content_id

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Whoever sees what came sees what is still to come."""
        return rows if scope.is_coordinator else rows.none()


class Turn(models.Model):
    """When something that only one worker may do at a time was done last, and what went wrong with it then."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    problem = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        """Return the name."""
        return self.name
