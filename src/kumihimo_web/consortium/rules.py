"""Who may do what with a consortium, and the numbers that it goes by."""

from __future__ import annotations

from kumihimo_web.accounts.scope import Scope
from kumihimo_web.consortium.state import JointState

OBJECTION_DAYS = 14
"""Days that members have to object before a new revision of a charter can take effect."""
NOTICE_OBJECTION_DAYS = 14
"""Days in which a member can object to a payment notice, as it is printed on it."""
FAIRNESS_DAYS = 365
"""Days that the record of fairness looks back."""
MOST_BID_DAYS = 14
"""Days in which members can bid at most: the link in the letter lasts no longer."""
BID_DAYS = 5
"""Days that are proposed for it."""
MOST_WORDS = 1000
MOST_LINES = 12
MOST_MEMBERS = 60
RATES = (10, 8, 0)
"""Rates of consumption tax that a line can have."""
NEXT: dict[str, frozenset[str]] = {
    "change": frozenset({JointState.OPEN}),
    "bid": frozenset({JointState.OPEN}),
    "allot": frozenset({JointState.OPEN, JointState.ALLOTTED}),
    "inspect": frozenset({JointState.ALLOTTED, JointState.INSPECTED}),
    "deliver": frozenset({JointState.INSPECTED}),
    "defect": frozenset({JointState.ALLOTTED, JointState.INSPECTED, JointState.DELIVERED}),
    "settle": frozenset({JointState.DELIVERED}),
    "cancel": frozenset({JointState.OPEN, JointState.ALLOTTED}),
    "paper": frozenset(JointState) - {JointState.CANCELLED},
}
"""What can be done -> in which states of the order."""


def can(action: str, state: str) -> bool:
    """Return whether something can be done with an order of a state."""
    return state in NEXT[action]


def may_speak_for(scope: Scope, firm: str) -> bool:
    """Return whether the scope speaks for a member: the firm itself, and the coordinator with its word."""
    return scope.is_coordinator or bool(firm and firm == scope.firm)
