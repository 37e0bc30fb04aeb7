"""What an assessment is made of before and beside its noun: the sheet, its marks and files, the signature, disputes."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Never

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kumihimo.model import AssessmentStatus, EvidenceLevel
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel


class State(models.TextChoices):
    """Where an assessment stands; the status of the noun, and what has no status of its own."""

    DRAFT = "draft", _("作成中")
    SHARED = "shared", _("本人確認中")
    DISPUTED = "disputed", _("異議あり")
    PUBLISHED = "published", _("公開")
    EXPIRED = "expired", _("期限切れ")
    WITHDRAWN = "withdrawn", _("取り下げ")


class Method(models.IntegerChoices):
    """How an assessor can have looked; the other levels of evidence are no assessments."""

    DOCUMENT = EvidenceLevel.DOCUMENT.value, _("書類確認")
    INTERVIEW = EvidenceLevel.INTERVIEW.value, _("聞き取り")
    SAMPLE = EvidenceLevel.SAMPLE.value, _("試し加工")
    ONSITE = EvidenceLevel.ONSITE.value, _("現地確認")


class Sealed(Exception):
    """Somebody tried to change or delete what has been signed."""


class Sheet(ScopedModel):
    """An assessment from the first draft on.

    What stands above `version` is what the assessor writes, and is signed as a whole; from then on only the life of the
    assessment goes on: `assessment` (the noun that the network sees; None for a draft), dates, the end.

    Attributes
    ----------
    confirms
        Whether what the capability row says was found to be so; None for a whole firm, or not answered yet.
    previous
        `ref` of the assessment before this one, which the differences refer to.
    declared_on
        Day on which the assessor declared to have no interest in the firm.
    reply_until
        Last day on which the firm can reply before the assessment is published.
    evidence_before
        How well the capability row was proven before this assessment raised it; None when it did not.
    """

    ref = models.CharField(max_length=40)
    firm = models.CharField(max_length=80)
    capability = models.CharField(max_length=80, blank=True, default="")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.CharField(max_length=200)
    user = models.PositiveBigIntegerField(null=True)
    criteria_version = models.CharField(max_length=20)
    previous = models.CharField(max_length=40, blank=True, default="")
    declared_on = models.DateField()
    method = models.PositiveSmallIntegerField(_("評価方法"), choices=Method.choices, null=True)
    confirms = models.BooleanField(_("登録内容の確認"), null=True)
    assessed_on = models.DateField(_("評価日"))
    expires_on = models.DateField(_("有効期限"))
    finding = models.TextField(_("所見"), blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    assessment = models.OneToOneField("firms.Assessment", on_delete=models.PROTECT, null=True, related_name="+")
    reply_until = models.DateField(null=True)
    published_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    withdrawn_why = models.TextField(blank=True, default="")
    evidence_before = models.JSONField(null=True)

    LIFE: ClassVar[frozenset[str]] = frozenset(
        {
            "assessment",
            "reply_until",
            "published_on",
            "withdrawn_on",
            "withdrawn_why",
            "evidence_before",
            "changed_at",
        }
    )
    """What still changes after the signature."""

    class Meta:
        """Numbers are unique within a network."""

        constraints = [models.UniqueConstraint(fields=["network", "ref"], name="sheet_ref_once")]
        indexes = [models.Index(fields=["network", "firm", "assessed_on"], name="sheets_of_a_firm")]
        ordering = ["-assessed_on", "-ref"]

    def __str__(self) -> str:
        """Return the number."""
        return self.ref

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """The assessor's office sees its own, the firm what was shared with it, members what is public."""
        public = models.Q(assessment__is_public=True)
        if scope.is_coordinator:
            return rows
        if scope.role == Role.ASSESSOR:
            return rows.filter(public | models.Q(organisation_id=scope.organisation))
        if scope.firm:
            return rows.filter(public | models.Q(firm=scope.firm, assessment__isnull=False))
        return rows.none()

    @property
    def is_draft(self) -> bool:
        """Whether it has not been signed."""
        return self.assessment_id is None

    @property
    def state(self) -> State:
        """Where it stands today; an end that has passed counts, whether or not somebody wrote it down."""
        return self.state_on(timezone.localdate())

    def state_on(self, today: date) -> State:
        """Return where it stands on a day."""
        if self.withdrawn_on is not None:
            return State.WITHDRAWN
        if self.assessment is None:
            return State.DRAFT
        if self.assessment.status == AssessmentStatus.PUBLISHED and self.expires_on < today:
            return State.EXPIRED
        return State(self.assessment.status)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; once signed, nothing but the life of the assessment."""
        fields = kwargs.get("update_fields")
        is_life = fields is not None and set(fields) <= self.LIFE
        if self.pk is not None and not is_life and Signature._base_manager.filter(sheet_id=self.pk).exists():
            raise Sealed(f"{self.ref} has been signed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete a draft."""
        if not self.is_draft:
            raise Sealed(f"{self.ref} has been signed")
        return super().delete(*args, **kwargs)


def _to_those_concerned(rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
    """Return the rows of sheets that the scope sees the whole of: its office's own, of its own firm, or all."""
    if scope.is_coordinator:
        return rows
    if scope.role == Role.ASSESSOR:
        return rows.filter(sheet__organisation_id=scope.organisation)
    if scope.firm:
        return rows.filter(sheet__firm=scope.firm, sheet__assessment__isnull=False)
    return rows.none()


class _OfSheet(ScopedModel):
    """A part of a sheet that is signed with it; for those who see the whole of the sheet."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="%(class)ss")

    class Meta:
        """No table of its own."""

        abstract = True

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Members see the scores in the noun; notes and files are for those concerned."""
        return _to_those_concerned(rows, scope)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, unless it has been signed."""
        self._refuse_signed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete, unless it has been signed."""
        self._refuse_signed()
        return super().delete(*args, **kwargs)

    def _refuse_signed(self) -> None:
        if Signature._base_manager.filter(sheet_id=self.sheet_id).exists():
            raise Sealed(f"sheet {self.sheet_id} has been signed")


class Mark(_OfSheet):
    """One criterion: a score, or why it could not be looked at."""

    item = models.CharField(max_length=40)
    score = models.PositiveSmallIntegerField(null=True)
    is_unchecked = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """A criterion is marked once."""

        constraints = [
            models.UniqueConstraint(fields=["sheet", "item"], name="a_criterion_is_marked_once"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__lte=5, is_unchecked=False),
                name="a_score_is_0_to_5",
            ),
        ]

    def __str__(self) -> str:
        """Return item and score."""
        return f"{self.item}={self.score}"

    @property
    def is_answered(self) -> bool:
        """Whether nothing is missing."""
        return self.score is not None or (self.is_unchecked and bool(self.note))


class Evidence(_OfSheet):
    """A file that a score rests on; its bytes lie in the data folder under their SHA-256."""

    item = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The same file once a criterion."""

        constraints = [models.UniqueConstraint(fields=["sheet", "item", "sha256"], name="a_file_once_a_criterion")]
        ordering = ["pk"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown on the page."""
        return self.content_type.startswith("image/")


class Signature(ScopedModel):
    """Who signed what, letter by letter; never changed, never deleted."""

    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, related_name="signature")
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    user = models.PositiveBigIntegerField(null=True)
    name = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the seal."""
        return self.sha256

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Who sees the whole of the sheet sees what was signed."""
        return _to_those_concerned(rows, scope)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add a new one."""
        if self.pk is not None:
            raise Sealed("a signature cannot be changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        """Refuse."""
        raise Sealed("a signature cannot be deleted")


class Resolution(models.TextChoices):
    """How the coordinator ended a dispute."""

    UPHELD = "upheld", _("評価を維持する")
    RENEWED = "renewed", _("取り下げて、評価をやり直す")


class Dispute(ScopedModel):
    """A firm does not agree; the coordinator decides."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="disputes")
    reason = models.TextField()
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()
    resolution = models.CharField(max_length=20, choices=Resolution.choices, blank=True, default="")
    answer = models.TextField(blank=True, default="")
    resolved_by = models.CharField(max_length=200, blank=True, default="")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """One open dispute a sheet."""

        constraints = [
            models.UniqueConstraint(fields=["sheet"], condition=models.Q(resolution=""), name="one_open_dispute")
        ]
        ordering = ["at"]

    def __str__(self) -> str:
        """Return the beginning of the reason."""
        return self.reason[:40]

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """It is between the firm, the assessor and the coordinator."""
        return _to_those_concerned(rows, scope)


class Interest(ScopedModel):
    """An assessor's office has an interest in a firm, and may not assess it."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    firm = models.CharField(max_length=80)
    reason = models.TextField()
    actor = models.CharField(max_length=200)
    declared_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        """A firm once an office."""

        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "firm"], condition=models.Q(ended_on__isnull=True), name="an_interest_once"
            )
        ]
        ordering = ["firm"]

    def __str__(self) -> str:
        """Return office and firm."""
        return f"{self.organisation_id}: {self.firm}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Coordinators see all, an assessor's office its own."""
        if scope.is_coordinator:
            return rows
        return rows.filter(organisation_id=scope.organisation) if scope.role == Role.ASSESSOR else rows.none()
