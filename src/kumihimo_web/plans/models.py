"""Versions of the network's plan, and each version's orders, steps and machines as rows that can be searched."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel


class State(models.TextChoices):
    """Life of a version: one at a time is carried out."""

    DRAFT = "draft", _("下書き")
    CURRENT = "current", _("実行中")
    SUPERSEDED = "superseded", _("以前の計画")
    REJECTED = "rejected", _("却下")


class Kind(models.TextChoices):
    """Why a version was made."""

    FIRST = "first", _("最初の計画")
    REPLAN = "replan", _("再計画")
    ORDER = "order", _("案件の追加")
    EVENT = "event", _("出来事への対応")
    WHATIF = "whatif", _("もしもの検討")
    EMERGENCY = "emergency", _("緊急対応")
    REMEDY = "remedy", _("遅れの手だて")


class Freeze(models.IntegerChoices):
    """The freeze levels of the plan format; only what is proposed may move."""

    PROPOSED = 0, _("予定")
    COMMITTED = 1, _("固定")
    RUNNING = 2, _("加工中")
    DONE = 3, _("完了")


class Version(ScopedModel):
    """One plan of the whole network.

    Attributes
    ----------
    base, base_edits
        The version that it was made from, and how often that had been edited then: it can only be approved while
        both still hold.
    edits
        Counts changes of freeze levels.
    reports
        Counts what was reported of its steps, and what followed of it.
    heard_at
        When the latest word was said of what its base knew: later ones are not in it. None = nothing was said before.
    subject, subject_en
        What it was made for, in words.
    wish
        Task and payload of the job that made it, to make it again on a newer base.
    start
        Minute 0 of all minutes of this version.
    problem, plan
        kumihimo-problem/1 and kumihimo-plan/1 as they were solved, compressed with zlib.
    totals
        Figures of the whole plan; see `mapping.totals_of`.
    diff
        What changes against the base; see `mapping.diff_of_plans`. Read on the page of the difference alone.
    moved, called
        Steps that move, and firms that must be told.
    """

    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="drafts")
    base_edits = models.PositiveIntegerField(default=0)
    edits = models.PositiveIntegerField(default=0)
    reports = models.PositiveIntegerField(default=0)
    heard_at = models.DateTimeField(null=True)
    subject = models.CharField(max_length=200, blank=True, default="")
    subject_en = models.CharField(max_length=200, blank=True, default="")
    wish = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True, default="")
    start = models.DateTimeField()
    horizon = models.PositiveIntegerField()
    problem = models.BinaryField()
    plan = models.BinaryField()
    totals = models.JSONField(default=dict)
    diff = models.JSONField(default=dict)
    moved = models.PositiveIntegerField(default=0)
    called = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """Numbers are given once; one version is current."""

        constraints = [
            models.UniqueConstraint(fields=["network", "number"], name="plan_number_once"),
            models.UniqueConstraint(
                fields=["network"], condition=models.Q(state=State.CURRENT), name="one_current_plan"
            ),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        """Return number and state."""
        return f"{self.number} ({self.state})"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Coordinators see all versions, firms and buyers the current one; which rows of it, those say."""
        if scope.is_coordinator:
            return rows
        if scope.role in (Role.FACTORY, Role.BUYER):
            return rows.filter(state=State.CURRENT)
        return rows.none()

    def moment(self, minute: int) -> datetime:
        """Return a minute of this version as a moment."""
        return self.start + timedelta(minutes=minute)

    def minute(self, moment: datetime) -> int:
        """Return a moment as a minute of this version."""
        return (moment - self.start) // timedelta(minutes=1)

    @property
    def is_draft(self) -> bool:
        """Whether somebody has to decide."""
        return self.state == State.DRAFT

    @property
    def is_current(self) -> bool:
        """Whether it is being carried out."""
        return self.state == State.CURRENT

    @property
    def kilobytes(self) -> int:
        """Size of problem and plan as they are kept."""
        return -(-(len(self.problem) + len(self.plan)) // 1024)


class PlanOrder(ScopedModel):
    """One order in one version.

    Attributes
    ----------
    ref
        Id of the work order.
    buyer
        Primary key of the organisation of the buyer; None when it has no login.
    due, finish
        Minutes of the version; finish None = no place was found.
    causes
        Minutes of lateness by cause; they name machines of several firms, so they are for coordinators.
    why
        Why no place was found, in both languages.
    work_order
        kumihimo-work-order/1 with every firm's offers: for coordinators.
    remedies
        What would make it less late; None = nobody has asked.
    is_closed
        It was done long ago, and the versions after this one no longer carry it along: this row is what is left of it.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="orders")
    ref = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    buyer = models.PositiveBigIntegerField(null=True)
    buyer_name = models.CharField(max_length=200, blank=True, default="")
    due = models.IntegerField(null=True)
    finish = models.IntegerField(null=True)
    late_min = models.PositiveIntegerField(default=0)
    causes = models.JSONField(default=list)
    why = models.JSONField(default=list)
    work_order = models.JSONField(default=dict)
    remedies = models.JSONField(null=True)
    is_closed = models.BooleanField(default=False)

    class Meta:
        """Late ones first."""

        constraints = [models.UniqueConstraint(fields=["version", "ref"], name="plan_order_once")]
        indexes = [
            models.Index(fields=["version", "-late_min", "ref"], name="plan_orders_late_first"),
            models.Index(fields=["network", "buyer"], name="plan_orders_of_a_buyer"),
            models.Index(fields=["network", "ref"], condition=models.Q(is_closed=True), name="plan_orders_closed"),
        ]
        ordering = ["-late_min", "ref"]

    def __str__(self) -> str:
        """Return the id of the work order."""
        return self.ref

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """A firm sees the orders of the current version that it works on, a buyer its own, also those long done."""
        if scope.is_coordinator:
            return rows
        if scope.role == Role.FACTORY and scope.firm:
            own = PlanStep._base_manager.filter(firm=scope.firm, version__state=State.CURRENT)
            return rows.filter(version__state=State.CURRENT, pk__in=own.values("order"))
        if scope.role == Role.BUYER and scope.organisation is not None:
            shown = models.Q(version__state=State.CURRENT) | models.Q(is_closed=True)
            return rows.filter(shown, buyer=scope.organisation)
        return rows.none()

    @property
    def due_on(self) -> date | None:
        """Day until whose midnight the goods may arrive."""
        # The due minute is the midnight at the end of that day.
        return None if self.due is None else timezone.localdate(self.version.moment(self.due - 1))

    @property
    def finish_at(self) -> datetime | None:
        """When the goods arrive by the plan."""
        return None if self.finish is None else self.version.moment(self.finish)

    @property
    def late_days(self) -> int:
        """Days late, a day begun counts."""
        return -(-self.late_min // 1440)


class PlanStep(ScopedModel):
    """One step of an order in one version.

    Attributes
    ----------
    step
        Id in the planning problem; shares of a split lot differ by their site.
    position
        Place in the routing.
    after
        (id of a step before it, minutes on the road from there).
    told_start, told_end
        What the firm was last told: where it stood when a version that moved it was approved. Small moves that follow
        a report change `start` and `end` alone, and a report what is known of the step.
    setup_min
        Minutes of set-up directly before it.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="steps")
    order = models.ForeignKey(PlanOrder, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    label_ja = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200, blank=True, default="")
    process = models.CharField(max_length=80)
    quantity = models.PositiveIntegerField(null=True)
    firm = models.CharField(max_length=80)
    site = models.CharField(max_length=80)
    resource = models.CharField(max_length=170)
    start = models.IntegerField()
    end = models.IntegerField()
    told_start = models.IntegerField()
    told_end = models.IntegerField()
    setup_min = models.PositiveIntegerField(default=0)
    freeze = models.PositiveSmallIntegerField(choices=Freeze.choices, default=Freeze.PROPOSED)
    after = models.JSONField(default=list)

    class Meta:
        """In the sequence of the routing."""

        constraints = [models.UniqueConstraint(fields=["order", "step"], name="plan_step_once")]
        indexes = [
            models.Index(fields=["version", "resource", "start"], name="plan_steps_of_a_machine"),
            models.Index(fields=["version", "firm", "start"], name="plan_steps_of_a_firm"),
        ]
        ordering = ["order", "position", "start"]

    def __str__(self) -> str:
        """Return the id of the step."""
        return self.step

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """A firm sees its own steps of the current version, a buyer those of its orders: pages show no firm there."""
        if scope.is_coordinator:
            return rows
        if scope.role == Role.FACTORY and scope.firm:
            return rows.filter(version__state=State.CURRENT, firm=scope.firm)
        if scope.role == Role.BUYER and scope.organisation is not None:
            shown = models.Q(version__state=State.CURRENT) | models.Q(order__is_closed=True)
            return rows.filter(shown, order__buyer=scope.organisation)
        return rows.none()

    @property
    def starts_at(self) -> datetime:
        """When it starts."""
        return self.version.moment(self.start)

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.version.moment(self.end)

    @property
    def may_be_frozen(self) -> bool:
        """Whether the coordinator can still fix or release it."""
        return self.freeze in (Freeze.PROPOSED, Freeze.COMMITTED)


class PlanMachine(ScopedModel):
    """One machine (a process at a site) in one version: where it stands, when it is open, how busy it is.

    Attributes
    ----------
    weeks
        (busy, open) minutes of each week, the first one that of `Version.start`.
    open_text
        Open intervals in minutes as JSON text, as the chart takes it.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="machines")
    resource = models.CharField(max_length=170)
    firm = models.CharField(max_length=80)
    firm_name = models.CharField(max_length=200)
    site = models.CharField(max_length=80)
    municipality = models.CharField(max_length=6, blank=True, default="")
    process = models.CharField(max_length=80)
    steps = models.PositiveIntegerField(default=0)
    busy_min = models.PositiveIntegerField(default=0)
    open_min = models.PositiveIntegerField(default=0)
    weeks = models.JSONField(default=list)
    open_text = models.TextField(default="[]")

    class Meta:
        """The busiest first."""

        constraints = [models.UniqueConstraint(fields=["version", "resource"], name="plan_machine_once")]
        ordering = ["-busy_min", "resource"]

    def __str__(self) -> str:
        """Return the id of the machine."""
        return self.resource

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """How busy a firm is, rivals and buyers do not see."""
        if scope.is_coordinator:
            return rows
        if scope.role == Role.FACTORY and scope.firm:
            return rows.filter(version__state=State.CURRENT, firm=scope.firm)
        return rows.none()

    @property
    def load_percent(self) -> int:
        """Busy share of the open minutes until the last step ends."""
        return round(100 * self.busy_min / self.open_min) if self.open_min else 0


class Report(ScopedModel):
    """What was said of a step: when it was really started and finished. Versions come and go, a report stays.

    Attributes
    ----------
    ref, step
        Order and step, as every version calls them.
    planned_start, planned_end
        Where the step stood before anything was reported.
    level_before
        Its freeze level then.
    was_started
        Whether the start was reported by itself; of a finish without a start it is a guess.
    follows
        Step whose report says that this one is done too; empty = somebody spoke of this one itself.
    told_at, told_by
        Of the latest word.
    withdrawn_at
        When the report was taken back; None while it holds.
    """

    ref = models.CharField(max_length=120)
    step = models.CharField(max_length=200)
    firm = models.CharField(max_length=80)
    resource = models.CharField(max_length=170)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    was_started = models.BooleanField(default=False)
    planned_start = models.DateTimeField()
    planned_end = models.DateTimeField()
    level_before = models.PositiveSmallIntegerField(choices=Freeze.choices)
    follows = models.CharField(max_length=200, blank=True, default="")
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """One report a step."""

        constraints = [models.UniqueConstraint(fields=["network", "ref", "step"], name="plan_report_once")]
        ordering = ["-told_at"]

    def __str__(self) -> str:
        """Return order and step."""
        return f"{self.ref}/{self.step}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """A firm sees what was said of its own work; buyers see the state of the step, not who said it."""
        if scope.is_coordinator:
            return rows
        if scope.role == Role.FACTORY and scope.firm:
            return rows.filter(firm=scope.firm)
        return rows.none()

    @property
    def level(self) -> Freeze | None:
        """The freeze level that was reported; None when the report was taken back."""
        if self.withdrawn_at is not None:
            return None
        return Freeze.RUNNING if self.finished_at is None else Freeze.DONE
