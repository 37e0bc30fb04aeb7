"""Nouns that this process has read before: when one firm changes, a worker does not read ten thousand again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from kumihimo.interop.table_spec import table_specs
from kumihimo_web.firms.mapping import noun_of

_BATCH = 2000
"""Rows that are read at a time."""
_NETWORKS = 2
"""Networks whose nouns are kept; those of 10,000 firms take some 400 MB."""
_MOMENT = Cast("changed_at", TextField())
"""As the database writes it: it is only compared, and reading a quarter of a million moments takes seconds."""
_kept: dict[int, dict[str, dict[int, tuple[tuple[int, str], Any]]]] = {}
"""Network -> table -> primary key -> (version and moment of the change, noun)."""


def nouns_of(network: int, table: str, rows: QuerySet[Any]) -> tuple[Any, ...]:
    """Return the nouns of rows that the scope may see, in the order they were made; only what is new is read.

    A row is known again by its version and the moment of its change, so that neither a row that was taken away and
    added again nor a transaction that was given up can be mistaken for it.
    """
    tables, wanted = _tables_of(network), rows.order_by("pk")
    if table not in tables:
        known = tables[table] = {}
        _read(known, table, wanted.values_list("pk", "version", _MOMENT, "data").iterator(chunk_size=_BATCH))
        return tuple(noun for _stamp, noun in known.values())
    known = tables[table]
    stamps = {pk: (version, at) for pk, version, at in wanted.values_list("pk", "version", _MOMENT)}
    fresh = [pk for pk, stamp in stamps.items() if pk not in known or known[pk][0] != stamp]
    for start in range(0, len(fresh), _BATCH):
        some = rows.filter(pk__in=fresh[start : start + _BATCH])
        _read(known, table, some.values_list("pk", "version", _MOMENT, "data"))
    # A row that went, or changed again, between the two questions is left out as if it had gone before.
    return tuple(known[pk][1] for pk in stamps if pk in known)


def _tables_of(network: int) -> dict[str, dict[int, tuple[tuple[int, str], Any]]]:
    # The one that was asked for last stands last.
    found = _kept.pop(network, {})
    while len(_kept) >= _NETWORKS:
        del _kept[next(iter(_kept))]
    _kept[network] = found
    return found


def _read(known: dict[int, Any], table: str, rows: Iterable[tuple[int, int, str, dict[str, Any]]]) -> None:
    spec = table_specs()[table]
    for pk, version, at, data in rows:
        known[pk] = ((version, at), noun_of(spec, data))
