"""Adding a line. Every service that writes calls `record` in its own transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from kumihimo_web.accounts.prepared import Prepared, PreparedRow, Write, carry_out
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.models import Line
from kumihimo_web.audit.sealing import FIRST, seal

End = tuple[int, str]
"""Number and hash of the last line of a network."""
_END = ("number", "hash")
_last = Prepared(lambda network: _lines_back(network).values_list(*_END)[:1], int)
_lines = PreparedRow(Line)


def _lines_back(network: int) -> models.QuerySet[Line]:
    return Line._base_manager.filter(network_id=network).order_by("-number")


def end_of(network: int) -> list[models.Subquery]:
    """Return what asks for the `End` of a network together with something else, for a caller who holds the network."""
    return [models.Subquery(_lines_back(network).values(name)[:1]) for name in _END]


def record(
    verb: str,
    row: models.Model,
    *,
    firm: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
    is_held: bool = False,
) -> None:
    """Add a line about a change, within the transaction of the change.

    Parameters
    ----------
    verb
        ``"firm.edited"``: what was done, noun first.
    row
        The row that was changed.
    firm
        Id of the firm that it is about; that firm can read the line.
    before, after
        Values that changed, as JSON.
    note
        Why, or who said so and how.
    is_held
        Whether the caller holds the row of the network already (`accounts.queries.lock_network`).
    """
    record_about(
        verb,
        kind=row._meta.model_name or "",
        row=str(row.pk),
        firm=firm,
        before=before,
        after=after,
        note=note,
        is_held=is_held,
    )


def record_about(
    verb: str,
    *,
    kind: str,
    row: str,
    firm: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
    is_held: bool = False,
) -> None:
    """Add a line about something that is named by kind and id."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit line belongs into the transaction of what it tells")
    # The chain of a network has one end: whoever adds to it waits here for the one before.
    if not is_held:
        lock_network(current_scope().network)
    carry_out([line(verb, kind=kind, row=row, firm=firm, before=before, after=after, note=note)])


def line(
    verb: str,
    *,
    kind: str,
    row: str,
    firm: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
    end: End | None = None,
) -> Write:
    """Return the next line of the network, for a caller who holds it and adds the line before anybody adds another.

    Parameters
    ----------
    end
        Of the network, where the caller has asked for it (`end_of`) since it holds the network.
    """
    scope = current_scope()
    number, previous = end or next(iter(_last.rows(scope.network)), (0, FIRST))
    told = {
        "number": number + 1,
        "at": timezone.now(),
        "actor": scope.actor,
        "user": scope.user,
        "role": scope.role,
        "verb": verb,
        "kind": kind,
        "row": row,
        "firm": firm,
        "before": _text(before),
        "after": _text(after),
        "note": note,
    }
    return _lines.added(network_id=scope.network, **told, previous=previous, hash=seal(previous, told))


def _text(values: Mapping[str, Any] | None) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True) if values else ""
