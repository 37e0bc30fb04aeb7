"""Rows that belong to a network: their manager filters by the scope, and raises where there is none."""

from __future__ import annotations

from typing import Any

from django.db import models

from kumihimo_web.accounts.scope import Scope, current_scope


class ScopedManager(models.Manager[Any]):
    """The rows of the network at hand, and of those only what the model lets the scope see."""

    def get_queryset(self) -> models.QuerySet[Any]:
        """Return the visible rows; raises `NoScope` without a scope."""
        scope = current_scope()
        rows = super().get_queryset().filter(network_id=scope.network)
        return rows if scope.is_system else self.model.visible_to(rows, scope)

    def create(self, **values: Any) -> Any:
        """Create a row in the network at hand."""
        values.setdefault("network_id", current_scope().network)
        return super().create(**values)


class ScopedModel(models.Model):
    """A row of a network.

    `visible_to` narrows rows down to what a scope may see at all; by default nothing, so that a model that forgets to
    say shows nothing to anybody.
    """

    # Nearly all rows are of one network: what asks for some of them has an index that begins with it and goes on.
    network = models.ForeignKey("accounts.Network", on_delete=models.CASCADE, related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        """Every model that is scoped inherits this."""

        abstract = True

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """Return the rows among those of the network that the scope may see."""
        return rows.none()
