"""One line a change. Lines are only ever added; `Line.save` and `delete` refuse anything else."""

from __future__ import annotations

import json
from typing import Any, Never

from django.db import models
from django.utils.translation import gettext as _

from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel
from kumihimo_web.audit.words import is_hidden, is_row_change, label_of, value_words, verb_words


class AppendOnly(Exception):
    """Somebody tried to change or delete an audit line."""


class Line(ScopedModel):
    """A change, who made it, and the seal.

    `before` and `after` are JSON as text: what was sealed comes back out of every database letter by letter. `hash` is
    the SHA-256 of the line and of the hash before it, within one network: whoever changes a line breaks every seal
    after it (`audit.queries.broken_at`).
    """

    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    user = models.PositiveBigIntegerField(null=True)
    role = models.CharField(max_length=20)
    verb = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    row = models.CharField(max_length=120)
    firm = models.CharField(max_length=80, blank=True, default="")
    before = models.TextField(blank=True, default="")
    after = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """Numbers run without a gap in every network."""

        constraints = [models.UniqueConstraint(fields=["network", "number"], name="audit_numbers_run_on")]
        indexes = [
            models.Index(fields=["network", "kind", "row", "number"], name="audit_of_a_row"),
            models.Index(fields=["network", "firm", "number"], name="audit_of_a_firm"),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        """Return number, verb and row."""
        return f"{self.number} {self.verb} {self.kind}:{self.row}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Coordinators see all lines, a firm those about itself, others their own."""
        if scope.is_coordinator:
            return rows
        if scope.firm:
            return rows.filter(firm=scope.firm)
        return rows.filter(user=scope.user)

    @property
    def words(self) -> str:
        """What was done, to be read."""
        return verb_words(self.verb)

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """(label, before, after) of every value that changed; what is hidden from the scope is only named."""
        before, after = self.values_before, self.values_after
        shown: list[tuple[str, Any, Any]] = []
        for key in {**before, **after}:
            if is_hidden(self.verb, key, self.firm):
                shown.append((label_of(self.verb, key), None, _("（非公開）")))
            else:
                was, now = (value_words(self.verb, key, values.get(key)) for values in (before, after))
                shown.append((label_of(self.verb, key), was, now))
        return shown

    @property
    def is_row_change(self) -> bool:
        """Whether it is a change of a row of a profile, which can be taken back."""
        return is_row_change(self.verb)

    @property
    def values_before(self) -> dict[str, Any]:
        """Values that were changed, as they were."""
        return dict(json.loads(self.before)) if self.before else {}

    @property
    def values_after(self) -> dict[str, Any]:
        """Values that were changed, as they are now."""
        return dict(json.loads(self.after)) if self.after else {}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add a new line."""
        if self.pk is not None:
            raise AppendOnly("an audit line cannot be changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        """Refuse."""
        raise AppendOnly("an audit line cannot be deleted")
