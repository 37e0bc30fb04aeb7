"""What is counted over many rows: kept until that which it was counted from has changed, and for its viewers alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache

from kumihimo_web.accounts.scope import current_scope

T = TypeVar("T")
_KEPT_S = 15 * 60


def kept(name: str, stamp: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` returns, or what it returned before to somebody who sees the same rows.

    Parameters
    ----------
    name
        What is counted; one value is kept of each name, network, role, organisation and firm. Not for rows that
        `visible_to` narrows to one person (the audit log).
    stamp
        Names everything that the value was counted from: another stamp, another value. Ask for it before counting:
        what changes in between is then counted again, never missed.
    """
    scope = current_scope()
    whose = repr((scope.network, scope.role, scope.organisation, scope.firm, name))
    # A key of a cache is short and plain; the id of a firm need not be.
    key = f"kept-{sha256(whose.encode()).hexdigest()}"
    found: tuple[Hashable, T] | None = cache.get(key)
    if found is None or found[0] != stamp:
        found = (stamp, make())
        cache.set(key, found, _KEPT_S)
    return found[1]
