"""The scope of what is being done: which network, for whom. A query of scoped rows without a scope raises.

The scope is set once per request by the middleware and once per job by the worker; nothing else reads the session.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from kumihimo.model import Visibility
from kumihimo_web.accounts.roles import Role


class NoScope(Exception):
    """Rows were asked for without saying on whose behalf: a fault of the program, never of the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """On whose behalf something is done.

    Attributes
    ----------
    network
        Primary key of the network; rows of others do not exist.
    organisation
        Primary key of the user's organisation.
    firm
        Id of the firm that the organisation is; empty for all that are no firm.
    role
        One of `Role`; ``"system"`` for what the program does by itself.
    user
        Primary key of the user, None for the system.
    actor
        What the audit line says.
    """

    network: int
    organisation: int | None
    firm: str
    role: str
    user: int | None
    actor: str

    @property
    def is_system(self) -> bool:
        """Whether the program acts by itself (import, seed)."""
        return self.role == SYSTEM

    @property
    def is_coordinator(self) -> bool:
        """Whether the user runs the network."""
        return self.role in (Role.COORDINATOR, Role.ADMINISTRATOR, SYSTEM)

    def sight_of(self, firm: str) -> Visibility:
        """Return up to which level of visibility the values of a firm are shown."""
        if self.is_system or (firm and firm == self.firm):
            return Visibility.OWN
        if self.is_coordinator:
            return Visibility.COORDINATOR
        if self.role in (Role.FACTORY, Role.ASSESSOR):
            return Visibility.NETWORK
        return Visibility.PUBLIC


SYSTEM = "system"
_current: ContextVar[Scope | None] = ContextVar("kumihimo_scope", default=None)


def current_scope() -> Scope:
    """Return the scope.

    Raises
    ------
    NoScope
        There is none.
    """
    scope = _current.get()
    if scope is None:
        raise NoScope("rows of a network were asked for outside of any scope; use `scoped`")
    return scope


def has_scope() -> bool:
    """Return whether there is a scope."""
    return _current.get() is not None


@contextmanager
def scoped(scope: Scope | None) -> Iterator[None]:
    """Do something on somebody's behalf; None takes the scope away."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


def system_scope(network: int, actor: str = "Kumihimo") -> Scope:
    """Return the scope of what the program does by itself in a network."""
    return Scope(network=network, organisation=None, firm="", role=SYSTEM, user=None, actor=actor)
