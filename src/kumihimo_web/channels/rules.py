"""Who may do what with the addresses of a firm, and how long and how often things are tried."""

from __future__ import annotations

from datetime import timedelta

from kumihimo_web.accounts.scope import Scope

LONGEST_ATTEMPT = timedelta(minutes=10)
"""An attempt that is older, and of which nothing was heard, was cut off: its worker is dead."""
AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""Pauses before the same address is tried again when the other side was not there; after these the next address."""
LINK_LASTS = timedelta(days=14)
SAME_WITHIN = timedelta(days=7)
"""The same content from the same sender within this time is the same letter, sent again."""
LOOKED_AFTER = timedelta(days=2)
"""A FAX server is asked so long what became of a job."""
FETCHED_AGAIN_AFTER = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""Pauses before LINE is asked again for what it keeps; after these a person asks the sender."""
MOST_FETCHED_A_DAY = 60
"""Pictures and files of one sender on LINE within 24 hours that are fetched without asking."""
MOST_ENCLOSED_BYTES = 20 * 1024 * 1024


def may_edit(scope: Scope, firm: str) -> bool:
    """Return whether the scope may see and change where a firm is reached: the firm itself and the coordinator."""
    return scope.is_coordinator or bool(firm and firm == scope.firm)
