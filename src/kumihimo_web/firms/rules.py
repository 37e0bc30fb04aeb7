"""Who may do what with a firm."""

from __future__ import annotations

from kumihimo_web.accounts.scope import Scope


def may_edit(scope: Scope, firm: str) -> bool:
    """Return whether the scope may change the profile of a firm: the firm itself, and the coordinator on its behalf."""
    return scope.is_coordinator or bool(firm and firm == scope.firm)
