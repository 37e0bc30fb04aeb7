"""Writes of accounts: organisations and their people. Each in one transaction, each with its audit line."""

from __future__ import annotations

import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from kumihimo_web.accounts.models import Network, Organisation, User
from kumihimo_web.accounts.roles import ROLES_OF, OrganisationKind, Role
from kumihimo_web.accounts.rules import may_manage
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.audit.services import record


@transaction.atomic
def begin_network(*, name: str, office: str, username: str, last_name: str) -> tuple[User, str]:
    """Make a network, its coordinating office and its first administrator; return that user and the password.

    Raises
    ------
    ValidationError
        The names cannot be used: nothing was made.
    """
    user = User(username=username, last_name=last_name)
    user.clean_fields(exclude={"password", "organisation"})
    user.validate_unique()
    network = Network(name=name)
    network.clean_fields()
    Organisation(kind=OrganisationKind.COORDINATOR, name=office).clean_fields(exclude={"network"})
    network.save()
    password = _fresh_password()
    with scoped(system_scope(network.pk)):
        coordinating = add_organisation(network, kind=OrganisationKind.COORDINATOR, name=office)
        made = add_user(
            coordinating, username=username, password=password, role=Role.ADMINISTRATOR, last_name=last_name
        )
    return made, password


@transaction.atomic
def add_organisation(network: Network, *, kind: str, name: str, firm: str = "") -> Organisation:
    """Add an organisation to a network."""
    made = Organisation.objects.create(network=network, kind=kind, name=name, firm=firm)
    record("organisation.added", made, after={"kind": kind, "name": name, "firm": firm})
    return made


@transaction.atomic
def add_user(
    organisation: Organisation, *, username: str, password: str | None, role: str, last_name: str = ""
) -> User:
    """Add a person to an organisation.

    Parameters
    ----------
    password
        None for somebody who cannot log in with a password.

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


def add_person(*, organisation: Organisation, username: str, role: str, last_name: str) -> tuple[User, str]:
    """Make a login with a password by chance; return both, the password is not kept anywhere.

    Raises
    ------
    PermissionDenied
        The scope may not manage people of that organisation.
    """
    _guard(organisation.kind)
    password = _fresh_password()
    return add_user(organisation, username=username, password=password, role=role, last_name=last_name), password


@transaction.atomic
def renew_password(user: User) -> str:
    """Give a user a new password by chance and return it; whoever was logged in is logged out."""
    assert user.organisation is not None
    _guard(user.organisation.kind)
    password = _fresh_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    record("user.password", user, after={"username": user.username})
    return password


@transaction.atomic
def set_active(user: User, is_active: bool) -> None:
    """Let a user log in, or not any more; what the user did stays."""
    assert user.organisation is not None
    _guard(user.organisation.kind)
    if user.pk == current_scope().user:
        raise PermissionDenied("nobody stops his own login")
    if user.is_active == is_active:
        return
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    record("user.active" if is_active else "user.stopped", user, after={"username": user.username})


def _guard(kind: str) -> None:
    if not may_manage(current_scope(), kind):
        raise PermissionDenied(f"{current_scope().role} may not manage people of a {kind}")


def _fresh_password() -> str:
    """Return a password that can be read out over the telephone: no letters that look or sound alike."""
    groups = ("".join(secrets.choice("abcdefhkmnprstuwxyz2345678") for _ in range(5)) for _ in range(4))
    return "-".join(groups)


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
