"""Reading networks, organisations and users."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kumihimo_web.accounts.models import Network, Organisation, User
from kumihimo_web.accounts.scope import current_scope


def lock_network(pk: int) -> Network:
    """Return a network and hold its row until the transaction ends."""
    return Network.objects.select_for_update().get(pk=pk)


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
