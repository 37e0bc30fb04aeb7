"""Writes of accounts: organisations and their people. Each in one transaction, each with its audit line."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from kumihimo_web.accounts.models import Network, Organisation, User
from kumihimo_web.accounts.roles import ROLES_OF
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record


@transaction.atomic
def add_organisation(network: Network, *, kind: str, name: str, firm: str = "") -> Organisation:
    """Add an organisation to a network."""
    made = Organisation.objects.create(network=network, kind=kind, name=name, firm=firm)
    record("organisation.added", made, after={"kind": kind, "name": name, "firm": firm})
    return made


@transaction.atomic
def add_user(organisation: Organisation, *, username: str, password: str, role: str, last_name: str = "") -> User:
    """Add a person to an organisation.

    Raises
    ------
    ValueError
        People of that organisation cannot have the role.
    """
    if role not in ROLES_OF[organisation.kind]:
        raise ValueError(f"people of a {organisation.kind} cannot be {role}")
    made: User = User.objects.create_user(
        username, password=password, organisation=organisation, role=role, last_name=last_name
    )
    record("user.added", made, after={"username": username, "role": role, "organisation": organisation.name})
    return made


@transaction.atomic
def set_language(user: User, language: str) -> None:
    """Remember the language of a user's pages."""
    before = user.language
    if language == before:
        return
    user.language = language
    user.save(update_fields=["language"])
    record("user.language", user, before={"language": before}, after={"language": language})


@transaction.atomic
def finish_tour(user: User) -> None:
    """Remember that the user has seen the tour."""
    user.has_seen_tour = True
    user.save(update_fields=["has_seen_tour"])
    record("user.tour", user, after={"has_seen_tour": True})


def touch_network(pk: int) -> None:
    """Count a change of what matching reads, so that an index knows that it is old."""
    Network.objects.filter(pk=pk).update(revision=F("revision") + 1)


def acting_user() -> User | None:
    """Return the user on whose behalf something is done, None for the system."""
    user = current_scope().user
    return None if user is None else User.objects.get(pk=user)
