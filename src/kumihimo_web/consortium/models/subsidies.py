"""Subsidy programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet

from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel


class Subsidy(ScopedModel):
    """A subsidy program as somebody read it in its call; the fields are those of the library's `SubsidyProgram`."""

    ref = models.CharField(max_length=40)
    name_ja = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    authority_ja = models.CharField(max_length=200)
    authority_en = models.CharField(max_length=200)
    areas = models.JSONField(default=list)
    purpose_ja = models.TextField()
    purpose_en = models.TextField()
    opens_on = models.DateField(null=True)
    closes_on = models.DateField(null=True)
    rate_percent = models.PositiveIntegerField(null=True)
    most_jpy = models.BigIntegerField(null=True)
    source_title = models.CharField(max_length=200)
    source_url = models.URLField(max_length=500)
    last_checked = models.DateField()
    checked_by = models.CharField(max_length=200)
    is_example = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """Ids are unique within a network."""

        ordering: ClassVar[list[str]] = ["ref"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["network", "ref"], name="subsidy_ref_once")]

    def __str__(self) -> str:
        """Return its name."""
        return self.name_ja

    @classmethod
    def visible_to(cls, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Coordinators and firms; buyers and assessors have no use for them."""
        return rows if scope.is_coordinator or scope.firm else rows.none()
