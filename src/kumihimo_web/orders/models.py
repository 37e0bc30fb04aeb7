"""Orders as rows: the events are what is kept, the columns of an order only what lists and counts ask for."""

from __future__ import annotations

from typing import Any, Never

from django.db import models
from django.utils.translation import gettext_lazy as _

from kumihimo.trade import OrderState
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel
from kumihimo_web.audit.models import AppendOnly
from kumihimo_web.orders import office_models as office_models  # Django finds models from here only.


class WaitsFor(models.TextChoices):
    """Who has to do something next about an order."""

    US = "us", _("こちら")
    PARTNER = "partner", _("相手")
    NOBODY = "nobody", _("なし")


class WorkOrder(ScopedModel):
    """An order of a buyer that was confirmed from the plan: a flow of orders to firms.

    Attributes
    ----------
    ref
        Id of the plan's order.
    buyer
        Primary key of the organisation of the buyer; None when it has no login.
    inquiry
        Number of the inquiry that it came from; empty when from none.
    data
        kumihimo-work-order/1 as it was planned.
    """

    ref = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    buyer = models.PositiveBigIntegerField(null=True)
    buyer_name = models.CharField(max_length=200)
    inquiry = models.CharField(max_length=20, blank=True, default="")
    due_on = models.DateField(null=True)
    data = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A plan's order is confirmed once."""

        constraints = [models.UniqueConstraint(fields=["network", "ref"], name="work_order_once")]
        indexes = [models.Index(fields=["network", "buyer"], name="work_orders_of_a_buyer")]
        ordering = ["-pk"]

    def __str__(self) -> str:
        """Return the id."""
        return self.ref

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """A buyer sees its own; firms see their orders, not what they are part of."""
        if scope.is_coordinator:
            return rows
        if scope.role == Role.BUYER and scope.organisation is not None:
            return rows.filter(buyer=scope.organisation)
        return rows.none()


class Order(ScopedModel):
    """One order to one firm for one step: the columns that lists need. How it stands is the fold of its events.

    Attributes
    ----------
    ref
        ``PO-2026-000123``.
    key
        Of the command that drafted it, so that the same wish makes one order.
    step
        Id of the step in the plan, ``step@site`` for a share of a split lot; ``work order/step`` is its name in the
        flow of `kumihimo.trade.work`.
    version, head, revision, accepted_revision
        As the folded order has them.
    item, quantity, unit
        Of the first line; `lines` tells how many there are.
    shipped, accepted
        Complete sets that left the supplier, and pieces that inspection accepted.
    due_on
        The agreed day, else the day of the revision that waits for its answer.
    answer_by
        The last day on which a quotation is awaited.
    asked_on, issued_on
        When the request and the current revision went out.
    chase_from
        The first day on which something about it could be chased; None when nothing waits.
    open_talks, open_calls, parked
        Price requests without an answer, phone notes without a confirmation, messages that wait for their turn.
    changed_at
        Moment of the last event.
    """

    ref = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="orders")
    step = models.CharField(max_length=200, blank=True, default="")
    process = models.CharField(max_length=80, blank=True, default="")
    firm = models.CharField(max_length=80, blank=True, default="")
    state = models.CharField(max_length=24, choices=[(state.value, state.ja) for state in OrderState])
    version = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=0)
    accepted_revision = models.PositiveIntegerField(default=0)
    item = models.CharField(max_length=300)
    quantity = models.PositiveBigIntegerField()
    unit = models.CharField(max_length=40)
    lines = models.PositiveIntegerField(default=1)
    amount_jpy = models.BigIntegerField(null=True)
    shipped = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveBigIntegerField(default=0)
    due_on = models.DateField(null=True)
    answer_by = models.DateField(null=True)
    asked_on = models.DateField(null=True)
    issued_on = models.DateField(null=True)
    opened_on = models.DateField()
    chase_from = models.DateField(null=True)
    waits_for = models.CharField(max_length=8, choices=WaitsFor.choices)
    open_talks = models.PositiveSmallIntegerField(default=0)
    open_calls = models.PositiveSmallIntegerField(default=0)
    parked = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        """The latest first."""

        constraints = [
            models.UniqueConstraint(fields=["network", "ref"], name="order_ref_once"),
            models.UniqueConstraint(fields=["network", "key"], name="order_drafted_once"),
        ]
        indexes = [
            models.Index(fields=["network", "state", "-ref"], name="orders_by_state"),
            models.Index(fields=["network", "firm", "-ref"], name="orders_of_a_firm"),
            models.Index(fields=["network", "waits_for", "-ref"], name="orders_by_who_is_next"),
            models.Index(fields=["network", "chase_from"], name="orders_to_chase"),
        ]
        ordering = ["-ref"]

    def __str__(self) -> str:
        """Return the number."""
        return self.ref

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """A firm sees an order that it got, from the issue on, and one for which it was asked to quote.

        The columns tell of the firm that got it: what a firm that was only asked may see of it,
        `kumihimo_web.orders.partner_view` says.
        """
        if scope.is_coordinator:
            return rows
        if scope.role == Role.FACTORY and scope.firm:
            asked = Asked._base_manager.filter(network_id=scope.network, firm=scope.firm)
            return rows.filter(models.Q(firm=scope.firm, revision__gte=1) | models.Q(pk__in=asked.values("order")))
        return rows.none()

    @property
    def flow_name(self) -> str:
        """Its name in the flow of its work order."""
        return f"{self.work_order.ref}/{self.step}"


class Unchanging(ScopedModel):
    """A row that is only ever added."""

    class Meta:
        """Every model of that kind inherits this."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add a new row."""
        if self.pk is not None:
            raise AppendOnly(f"{type(self).__name__} cannot be changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        """Refuse."""
        raise AppendOnly(f"{type(self).__name__} cannot be deleted")

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """For coordinators; what others may see of it is told by the order that it belongs to."""
        return rows if scope.is_coordinator else rows.none()


class Event(Unchanging):
    """One event of one order, as `kumihimo.trade.events` seals it.

    Attributes
    ----------
    data
        Canonical JSON, letter by letter as it was hashed.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    data = models.TextField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    role = models.CharField(max_length=12)
    key = models.CharField(max_length=200)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """No event and no key twice in one order."""

        constraints = [
            models.UniqueConstraint(fields=["order", "seq"], name="order_event_once"),
            models.UniqueConstraint(fields=["order", "key"], name="order_key_once"),
        ]
        ordering = ["order", "seq"]

    def __str__(self) -> str:
        """Return place and kind."""
        return f"{self.seq} {self.kind}"


class Asked(ScopedModel):
    """A firm was asked to quote for an order; what it answered stands in the events.

    Attributes
    ----------
    asked_at, answered_at
        Of the latest request, and of the first answer to it, which may be a refusal.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="asked", db_index=False)
    firm = models.CharField(max_length=80)
    answer_by = models.DateField()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    declined = models.BooleanField(default=False)

    class Meta:
        """A firm is asked once for an order; asked again, it has another day."""

        constraints = [models.UniqueConstraint(fields=["order", "firm"], name="firm_asked_once")]
        indexes = [models.Index(fields=["network", "firm", "asked_at"], name="asked_of_a_firm")]
        ordering = ["order", "firm"]

    def __str__(self) -> str:
        """Return the firm."""
        return self.firm

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """A firm sees that it was asked, never who else."""
        if scope.is_coordinator:
            return rows
        if scope.role == Role.FACTORY and scope.firm:
            return rows.filter(firm=scope.firm)
        return rows.none()


class Parked(ScopedModel):
    """A message that came before its turn, or before its order.

    Attributes
    ----------
    order_ref
        As the message says; there may be no such order yet.
    firm
        That it speaks for; empty where it is not a firm's.
    command
        What it wants, to be carried out when its turn comes.
    refused_ja, refused_en
        Why it was not carried out when its turn came: a person has to look. Empty while it waits.
    """

    order_ref = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    firm = models.CharField(max_length=80, blank=True, default="")
    command = models.JSONField()
    since = models.DateTimeField()
    refused_ja = models.TextField(blank=True, default="")
    refused_en = models.TextField(blank=True, default="")

    class Meta:
        """The same message waits once."""

        constraints = [models.UniqueConstraint(fields=["network", "order_ref", "key"], name="parked_once")]
        indexes = [models.Index(fields=["network", "since"], name="parked_since")]
        ordering = ["since", "key"]

    def __str__(self) -> str:
        """Return order and key."""
        return f"{self.order_ref} {self.key}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """A firm sees what is its own."""
        if scope.is_coordinator:
            return rows
        return rows.filter(firm=scope.firm) if scope.role == Role.FACTORY and scope.firm else rows.none()


class Drawing(ScopedModel):
    """The file of one revision of a drawing, kept with the order for which it was attached.

    Until it is sent somebody may take another file for it, or take it away; what a firm was sent never changes: then
    its hash stands in the events of the order, which say too who was sent it.

    Attributes
    ----------
    name
        Of the file, as it was chosen.
    content_type
        By its content, one of `kumihimo_web.orders.drawing_file.KINDS`.
    lines
        Numbers of the lines that are made after it.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="drawings", db_index=False)
    number = models.CharField(max_length=120)
    revision = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    lines = models.JSONField()
    attached_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        """One file for each revision of a drawing."""

        constraints = [
            models.UniqueConstraint(fields=["order", "number", "revision"], name="one_file_a_drawing_revision")
        ]
        ordering = ["attached_at", "pk"]

    def __str__(self) -> str:
        """Return number and revision."""
        return f"{self.number} {self.revision}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """For coordinators; which of them a firm was sent, the events tell (`kumihimo_web.orders.drawings`)."""
        return rows if scope.is_coordinator else rows.none()


class Paper(ScopedModel):
    """A document that goes out: noted by the command that it follows from, made and sent by a worker.

    Attributes
    ----------
    key
        ``PO-2026-000123/7/order/F001``: order, event, kind, firm; also the key of the message that carries it.
    number, revision
        As they are printed.
    order
        None where it is about several, as a daily sheet.
    seq
        The event of the order that it follows from; 0 = from none.
    firm
        Who gets it; empty = the buyer.
    content
        kumihimo-order-document/1.
    layout
        Code and token of each page of its reply form; None where no answer is expected.
    pdf, sha256, made_at
        None and empty until it is made; after that nothing of it changes.
    is_to_send, sent_at
        Whether it is posted when it is made, and when it was handed to `channels`.
    error
        Why it could not be made; a person has to look.
    """

    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=40)
    revision = models.PositiveIntegerField(default=1)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="papers")
    seq = models.PositiveIntegerField(default=0)
    firm = models.CharField(max_length=80, blank=True, default="")
    lang = models.CharField(max_length=5, default="ja")
    content = models.JSONField()
    layout = models.JSONField(null=True)
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    noted_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    is_to_send = models.BooleanField(default=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        """No number twice, no document twice."""

        constraints = [
            models.UniqueConstraint(fields=["network", "key"], name="paper_noted_once"),
            models.UniqueConstraint(fields=["network", "kind", "number", "revision"], name="paper_number_once"),
        ]
        indexes = [
            models.Index(
                fields=["noted_at"],
                condition=models.Q(error="") & (models.Q(made_at=None) | models.Q(is_to_send=True, sent_at=None)),
                name="papers_to_do",
            ),
            models.Index(fields=["network"], condition=~models.Q(error=""), name="papers_in_trouble"),
            models.Index(fields=["network", "firm", "noted_at"], name="papers_of_a_firm"),
        ]
        ordering = ["-pk"]

    def __str__(self) -> str:
        """Return number and revision."""
        return f"{self.number}-r{self.revision}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add a new row; `outbox` sets what is made of it, once."""
        if self.pk is not None:
            raise AppendOnly("a document cannot be changed")
        super().save(*args, **kwargs)

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """A firm sees what was made for it."""
        if scope.is_coordinator:
            return rows
        if scope.role == Role.FACTORY and scope.firm:
            return rows.filter(firm=scope.firm)
        return rows.none()


class Counter(ScopedModel):
    """The last number given to a kind of document in a year; numbers have no gap, for it is held until they stand."""

    prefix = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        """One count for a kind and year."""

        constraints = [models.UniqueConstraint(fields=["network", "prefix", "year"], name="one_count_a_year")]

    def __str__(self) -> str:
        """Return the kind and the year."""
        return f"{self.prefix}-{self.year}"


class Chase(ScopedModel):
    """What was chased: a reminder that went out, or a task that a person did; `kumihimo.trade.chasing.Chased`.

    Attributes
    ----------
    channel
        Empty for a task.
    words
        What the person found out.
    """

    key = models.CharField(max_length=300)
    partner = models.CharField(max_length=80)
    on = models.DateField()
    channel = models.CharField(max_length=20, blank=True, default="")
    outcome = models.CharField(max_length=8)
    message = models.CharField(max_length=200, blank=True, default="")
    words = models.TextField(blank=True, default="")

    class Meta:
        """One reminder by one channel a day."""

        constraints = [models.UniqueConstraint(fields=["network", "key", "on", "channel"], name="chased_once")]
        indexes = [
            models.Index(fields=["network", "on"], name="chased_on"),
            models.Index(fields=["network", "message"], name="chased_by_message"),
        ]
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        """Return the key."""
        return self.key

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """For coordinators."""
        return rows if scope.is_coordinator else rows.none()


class Custody(Unchanging):
    """One entry in the way of the workpieces of a work order, for `kumihimo.trade.custody`.

    Attributes
    ----------
    kind
        ``begin``, ``transfer``, ``arrival``, ``check`` or ``write_off``.
    data
        What the noun of that kind carries.
    """

    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="custody")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    data = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        """In the order in which it happened."""

        constraints = [models.UniqueConstraint(fields=["work_order", "key"], name="custody_entry_once")]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        """Return kind and key."""
        return f"{self.kind} {self.key}"


class Material(Unchanging):
    """One movement of supplied material, as `kumihimo.trade.material.MaterialMove` has it."""

    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    firm = models.CharField(max_length=80)
    material = models.CharField(max_length=200)
    lot = models.CharField(max_length=80)
    unit = models.CharField(max_length=40)
    quantity = models.PositiveBigIntegerField()
    on = models.DateField()
    order_ref = models.CharField(max_length=40, blank=True, default="")
    charge = models.CharField(max_length=8)
    unit_price_jpy = models.PositiveBigIntegerField(default=0)
    to_firm = models.CharField(max_length=80, blank=True, default="")
    by = models.CharField(max_length=200)

    class Meta:
        """In the order in which it was booked."""

        constraints = [models.UniqueConstraint(fields=["network", "key"], name="material_move_once")]
        indexes = [models.Index(fields=["network", "firm"], name="material_of_a_firm")]
        ordering = ["pk"]

    def __str__(self) -> str:
        """Return kind and lot."""
        return f"{self.kind} {self.lot}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """A firm sees its own movements."""
        if scope.is_coordinator:
            return rows
        if scope.role == Role.FACTORY and scope.firm:
            return rows.filter(firm=scope.firm)
        return rows.none()
