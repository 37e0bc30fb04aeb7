"""Who may give which command: what the roles of the library mean for the people of the shell."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from kumihimo.trade import Command, Role
from kumihimo_web.accounts.roles import Role as Person
from kumihimo_web.accounts.scope import Scope

ASKED_MAY = frozenset({"quote", "decline_rfq", "request_negotiation"})
"""What a firm that did not get the order, but was asked to quote for it, may say."""
_OFFICE = frozenset({Role.BUYER, Role.CLERK, Role.INSPECTOR, Role.APPROVER})
_LONGEST_ACTOR = 180


def roles_of(scope: Scope) -> frozenset[Role]:
    """Return the roles in which somebody may act; that an approver is not who orders, the library sees to."""
    if scope.is_system:
        return frozenset(Role)
    if scope.is_coordinator:
        return _OFFICE
    if scope.role == Person.FACTORY and scope.firm:
        return frozenset({Role.SUPPLIER})
    return frozenset()


def check(scope: Scope, command: Command) -> None:
    """Refuse a command in a role that the user has not, or of a firm that speaks for another.

    Raises
    ------
    PermissionDenied
        The page does not offer it: somebody has tampered with the form.
    """
    if command.role not in roles_of(scope):
        raise PermissionDenied(f"{scope.role} cannot act as {command.role}")
    if scope.firm and command.data.get("firm") != scope.firm:
        raise PermissionDenied(f"{scope.firm} cannot speak for another firm")


def signature(scope: Scope) -> str:
    """Return how events name a person: two of the same name are still two, which approvals count on."""
    return scope.actor[:_LONGEST_ACTOR] if scope.user is None else f"{scope.actor[:_LONGEST_ACTOR]}#{scope.user}"


def person_of(by: str) -> str:
    """Return the name in a signature, to be read."""
    name, mark, number = by.rpartition("#")
    return name if mark and number.isdecimal() else by
