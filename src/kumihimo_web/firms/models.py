"""The nouns of `kumihimo.model` as rows: what is searched has a column, the noun itself stands in `data`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kumihimo.model import FirmStatus
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel
from kumihimo_web.design.language import say


class NounRow(ScopedModel):
    """One row of a table of the network.

    Attributes
    ----------
    table
        Name in `kumihimo.model.TABLES`.
    lifted
        Attributes that also have a column of their own.
    ref
        The noun's id.
    firm
        Id of the firm that it belongs to; empty for a calendar that several share.
    version
        Grows with every change: whoever saves says which version was seen.
    """

    table: ClassVar[str]
    lifted: ClassVar[tuple[str, ...]] = ()

    ref = models.CharField(max_length=80)
    firm = models.CharField(max_length=80, blank=True, default="")
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        """Ids are unique within a network."""

        abstract = True
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["network", "ref"], name="%(class)s_ref_once"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["network", "firm"], name="%(class)s_of_firm")]

    def __str__(self) -> str:
        """Return the noun's id."""
        return self.ref

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Members of the network see each other's rows; which values, the attributes say."""
        if scope.is_coordinator or scope.role in (Role.FACTORY, Role.ASSESSOR):
            return rows
        return rows.none()


class Firm(NounRow):
    """A firm."""

    table = "firms"
    lifted = ("name", "name_kana", "status", "synthetic")

    name = models.CharField(max_length=200)
    name_kana = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(max_length=20)
    synthetic = models.BooleanField(default=False)
    search = models.TextField(default="")
    """Names in every spelling that a search may use, folded."""

    @property
    def status_label(self) -> str:
        """Whether the firm takes part, to be read."""
        return say(FirmStatus(self.status))

    class Meta(NounRow.Meta):
        """Firms are listed by name."""

        indexes: ClassVar[list[Any]] = [
            *NounRow.Meta.indexes,
            models.Index(fields=["network", "name_kana", "ref"], name="firms_by_name"),
        ]


class Site(NounRow):
    """A site of a firm."""

    table = "sites"
    lifted = ("municipality",)

    municipality = models.CharField(max_length=6)
    prefecture = models.CharField(max_length=2)

    class Meta(NounRow.Meta):
        """The map reads where the sites of all firms are; nothing but the index is read for it."""

        indexes: ClassVar[list[Any]] = [
            *NounRow.Meta.indexes,
            models.Index(fields=["network", "prefecture", "firm", "ref"], name="site_by_prefecture"),
        ]


class Calendar(NounRow):
    """A working calendar."""

    table = "calendars"


class Equipment(NounRow):
    """Machines of a site."""

    table = "equipment"
    lifted = ("site", "kind")

    site = models.CharField(max_length=80)
    kind = models.CharField(max_length=80)


class Capability(NounRow):
    """A capability row: what one site does with one process and one family of materials."""

    table = "capabilities"
    lifted = ("site", "process", "material_family")

    site = models.CharField(max_length=80)
    process = models.CharField(max_length=80)
    material_family = models.CharField(max_length=80)

    class Meta(NounRow.Meta):
        """Firms are looked for by process."""

        indexes: ClassVar[list[Any]] = [
            *NounRow.Meta.indexes,
            models.Index(fields=["network", "process", "firm", "site"], name="capability_by_process"),
        ]


class Certificate(NounRow):
    """A certificate."""

    table = "certificates"


class Skill(NounRow):
    """How many people can do something."""

    table = "skills"


class Capacity(NounRow):
    """Free hours of a site in a week; a firm's own, and the coordinator's, to see."""

    table = "capacities"
    lifted = ("site", "process", "week", "asked_on", "hours_available", "hours_booked")

    site = models.CharField(max_length=80)
    process = models.CharField(max_length=80, blank=True, default="")
    week = models.CharField(max_length=8)
    asked_on = models.DateField(null=True)
    hours_available = models.FloatField()
    hours_booked = models.FloatField()

    class Meta(NounRow.Meta):
        """The map asks for one week of everybody, in the index alone; the desk whose last answer is old."""

        indexes: ClassVar[list[Any]] = [
            *NounRow.Meta.indexes,
            models.Index(
                fields=["network", "week", "asked_on", "process", "site", "hours_available", "hours_booked"],
                name="capacity_by_week",
            ),
            models.Index(fields=["network", "firm", "asked_on"], name="capacity_by_day"),
        ]

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Rivals do not see how busy a firm is."""
        if scope.is_coordinator:
            return rows
        return rows.filter(firm=scope.firm) if scope.firm else rows.none()


class Delivery(NounRow):
    """A delivered job."""

    table = "deliveries"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Rivals do not see each other's jobs."""
        if scope.is_coordinator:
            return rows
        return rows.filter(firm=scope.firm) if scope.firm else rows.none()


class QualitySystem(NounRow):
    """How a firm measures, proves and traces."""

    table = "quality_systems"


class Assessment(NounRow):
    """An assessment by a third party; written by the app of the assessments."""

    table = "assessments"
    lifted = ("status",)

    status = models.CharField(max_length=20)
    is_public = models.BooleanField(default=False)
    """Whether other members see it: it was published, and not taken back."""

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """What is still being written, or looked at by the firm, is not for others."""
        if scope.is_coordinator:
            return rows
        if scope.firm:
            return rows.filter(models.Q(is_public=True) | models.Q(firm=scope.firm) & ~models.Q(status="draft"))
        return rows.filter(is_public=True) if scope.role == Role.ASSESSOR else rows.none()


class ImportState(models.TextChoices):
    """Life of an import."""

    READING = "reading", _("読み取り中")
    REFUSED = "refused", _("誤りあり")
    READY = "ready", _("確認待ち")
    DONE = "done", _("取り込み済み")
    WITHDRAWN = "withdrawn", _("取りやめ")


class Import(ScopedModel):
    """A workbook that was sent in: kept as it came, read, looked at by a person, and only then taken over.

    Attributes
    ----------
    firm
        The firm that sent its own profile; empty when a coordinator sent several.
    problems
        Everything that is wrong, each with sheet, row, column, value and what was expected.
    changes
        What would change, row by row: table, id, firm, version seen, values before and after.
    unchanged
        Number of rows that are as they stand already.
    """

    firm = models.CharField(max_length=80, blank=True, default="")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.READING)
    actor = models.CharField(max_length=200)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    unchanged = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The latest first."""

        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        """Return the file's name and the state."""
        return f"{self.name} ({self.state})"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Coordinators see all, a firm what it sent itself."""
        if scope.is_coordinator:
            return rows
        return rows.filter(firm=scope.firm) if scope.firm else rows.none()


ROWS: dict[str, type[NounRow]] = {
    row.table: row
    for row in (
        Firm,
        Site,
        Calendar,
        Equipment,
        Capability,
        Certificate,
        Skill,
        Capacity,
        Delivery,
        QualitySystem,
        Assessment,
    )
}
"""Table of the network -> the model that keeps it."""
