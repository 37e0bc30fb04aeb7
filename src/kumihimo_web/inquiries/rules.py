"""What may be done with an inquiry, and the limits that are ours."""

from __future__ import annotations

from kumihimo_web.accounts.scope import Scope

MAX_BYTES = 10 * 1024 * 1024
"""Largest file: a drawing or a form stays far below."""
MAX_CHARS = 20_000
"""Longest text, some ten pages. Reading takes time with the square of the length."""
AT_ONCE_BYTES = 8_000
"""A text up to here is read while somebody waits (0.1 s), a longer one by a worker."""
MOST_ASKED = 12
"""Firms asked at once: every request costs each of them an hour, and full shops stop answering blasts."""
MOST_WORDS = 2_000
"""Longest note, reason or condition."""


def may_ask(scope: Scope) -> bool:
    """Return whether the scope may propose teams, choose and ask firms."""
    return scope.is_coordinator


def may_answer(scope: Scope, firm: str) -> bool:
    """Return whether the scope may answer for a firm: the firm itself, and the coordinator on its behalf."""
    return scope.is_coordinator or bool(firm and firm == scope.firm)
