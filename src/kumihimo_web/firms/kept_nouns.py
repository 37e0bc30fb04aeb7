"""Nouns that this process has read before: when one firm changes, a worker does not read ten thousand again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from kumihimo_web.firms.mapping import to_noun

_BATCH = 2000
"""Rows that are asked for by key at a time."""
_kept: dict[tuple[int, str], dict[int, tuple[tuple[int, datetime], Any]]] = {}
"""Network and table -> primary key -> (version and moment of the change, noun)."""


def nouns_of(network: int, table: str, rows: QuerySet[Any]) -> tuple[Any, ...]:
    """Return the nouns of rows that the scope may see, in the order they were made; only what is new is read.

    A row is known again by its version and the moment of its change, so that neither a row that was taken away and
    added again nor a transaction that was given up can be mistaken for it.
    """
    known = _kept.setdefault((network, table), {})
    stamps = {pk: (version, at) for pk, version, at in rows.order_by("pk").values_list("pk", "version", "changed_at")}
    fresh = [pk for pk, stamp in stamps.items() if pk not in known or known[pk][0] != stamp]
    for start in range(0, len(fresh), _BATCH):
        for row in rows.filter(pk__in=fresh[start : start + _BATCH]):
            known[row.pk] = ((row.version, row.changed_at), to_noun(row))
    # A row that went, or changed again, between the two questions is left out as if it had gone before.
    return tuple(known[pk][1] for pk in stamps if pk in known)
