"""Who may make and stop logins."""

from __future__ import annotations

from kumihimo_web.accounts.roles import OrganisationKind, Role
from kumihimo_web.accounts.scope import Scope


def may_manage(scope: Scope, kind: str) -> bool:
    """Return whether the scope may manage people of that kind of organisation.

    Coordinators manage the people of firms, assessors and buyers; those of the coordinating organisation only an
    administrator, so that nobody widens his own rights.
    """
    if kind == OrganisationKind.COORDINATOR:
        return scope.is_system or scope.role == Role.ADMINISTRATOR
    return scope.is_coordinator
