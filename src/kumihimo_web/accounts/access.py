"""Who may open a page. Every view says it; one that does not cannot be opened by anybody (`ScopeMiddleware`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from kumihimo_web.accounts.roles import Role

View = TypeVar("View", bound=Callable[..., Any])

EVERYBODY = frozenset(Role.values)
ANYBODY = frozenset({"anonymous"}) | EVERYBODY
"""Also those who have not logged in."""
COORDINATORS = frozenset({Role.COORDINATOR.value, Role.ADMINISTRATOR.value})


def access(*roles: str | frozenset[str]) -> Callable[[View], View]:
    """Say which roles may open a view; rows and fields are then narrowed down by the scope.

    Parameters
    ----------
    roles
        Roles, or sets of roles such as `COORDINATORS`.
    """
    allowed: frozenset[str] = frozenset().union(*({role} if isinstance(role, str) else role for role in roles))
    unknown = allowed - ANYBODY
    if unknown:
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")

    def mark(view: View) -> View:
        view.allowed_roles = allowed  # type: ignore[attr-defined]
        return view

    return mark


def roles_of(view: Callable[..., Any]) -> frozenset[str] | None:
    """Return who may open a view, None where it does not say."""
    found = getattr(view, "allowed_roles", None)
    if found is None:
        found = getattr(getattr(view, "view_class", None), "allowed_roles", None)
    return found
