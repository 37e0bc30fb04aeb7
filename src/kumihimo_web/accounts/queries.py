"""Reading networks, organisations and users."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.transaction import TransactionManagementError

from kumihimo_web.accounts.models import Network, Organisation, User
from kumihimo_web.accounts.prepared import Prepared
from kumihimo_web.accounts.scope import current_scope

# The key is not locked: who adds a row of the network without holding it need not wait.
_held = Prepared(
    lambda pk: Network.objects.select_for_update(no_key=True).filter(pk=pk).order_by().values_list("pk"), int
)


def lock_network(pk: int) -> None:
    """Hold the row of a network until the transaction ends."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("a network is held until the end of a transaction; there is none")
    # Where the database has no locks of rows, a transaction has held all of it since it began.
    if connection.features.has_select_for_update:
        _held.rows(pk)


def lock_network_and_ask(query: Prepared, pk: int, *values: Any) -> list[tuple[Any, ...]]:
    """Hold the row of a network until the transaction ends, and return what a query of that network then answers."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("a network is held until the end of a transaction; there is none")
    if connection.features.has_select_for_update:
        return query.rows_after(_held, pk, *values)
    return query.rows(pk, *values)


def own_network() -> Network:
    """Return the network of the scope."""
    return Network.objects.get(pk=current_scope().network)


def networks() -> QuerySet[Network]:
    """Return all networks, for what the program does by itself in each of them."""
    return Network.objects.order_by("pk")


def organisations(kind: str = "") -> QuerySet[Organisation]:
    """Return the organisations of the scope's network."""
    found = Organisation.objects.filter(network_id=current_scope().network).order_by("name")
    return found.filter(kind=kind) if kind else found


def people(words: str = "") -> QuerySet[User]:
    """Return the users of the scope's network; of other organisations only coordinators see them."""
    scope = current_scope()
    found = User.objects.filter(organisation__network_id=scope.network).select_related("organisation")
    if scope.organisation is not None and not scope.is_coordinator:
        found = found.filter(organisation_id=scope.organisation)
    for word in words.split():
        found = found.filter(
            Q(username__icontains=word) | Q(last_name__icontains=word) | Q(organisation__name__icontains=word)
        )
    return found.order_by("organisation__name", "username")
