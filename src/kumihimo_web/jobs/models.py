"""A job: long work that somebody asked for."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel


class State(models.TextChoices):
    """Life of a job. Whatever is not finished is queued or running."""

    QUEUED = "queued", _("順番待ち")
    RUNNING = "running", _("処理中")
    DONE = "done", _("完了")
    FAILED = "failed", _("失敗")
    CANCELLED = "cancelled", _("取消")


FINISHED = State.DONE, State.FAILED, State.CANCELLED


class Job(ScopedModel):
    """Long work, who asked for it, and how far it is.

    A worker holds a lease and renews it; when it dies the lease runs out and another worker starts anew. `token`
    changes with every start: only the holder of the latest one can finish the job, so its result is saved once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True, default="")
    payload = models.JSONField(default=dict)
    once = models.CharField(max_length=120, blank=True, default="")
    organisation = models.BigIntegerField(null=True)
    firm = models.CharField(max_length=80, blank=True, default="")
    user = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20)
    actor = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    share = models.FloatField(null=True)
    message_ja = models.CharField(max_length=300, blank=True, default="")
    message_en = models.CharField(max_length=300, blank=True, default="")
    result = models.JSONField(null=True)
    error_ja = models.TextField(blank=True, default="")
    error_en = models.TextField(blank=True, default="")
    is_cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """Asking twice for the same thing gives the same job."""

        constraints = [
            models.UniqueConstraint(fields=["network", "once"], condition=~models.Q(once=""), name="asked_once"),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="jobs_waiting")]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        """Return title and state."""
        return f"{self.title} ({self.state})"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Everybody sees the jobs of the own organisation."""
        return rows.filter(organisation=scope.organisation)

    @property
    def is_finished(self) -> bool:
        """Whether nothing will happen any more."""
        return self.state in FINISHED

    @property
    def percent(self) -> int | None:
        """How far it is, None when nobody knows."""
        return None if self.share is None else round(100 * self.share)

    def scope(self) -> Scope:
        """Return on whose behalf the job runs."""
        return Scope(
            network=self.network_id,
            organisation=self.organisation,
            firm=self.firm,
            role=self.role,
            user=self.user,
            actor=self.actor,
        )


class JobFile(ScopedModel):
    """The file that a job made."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="file")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Whoever sees the job sees its file."""
        return rows.filter(job__organisation=scope.organisation)


class Worker(models.Model):
    """A worker process that was heard of; only whoever watches the machine asks for it."""

    name = models.CharField(max_length=120, primary_key=True)
    heard_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return machine and process."""
        return self.name
