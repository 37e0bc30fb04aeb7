"""What needs somebody today, gathered from the other apps, the most urgent first."""

from __future__ import annotations

from kumihimo_web.design.attention import Attention
from kumihimo_web.firms.queries import attention as of_firms

SOURCES = (of_firms,)


def today() -> list[Attention]:
    """Return everything that needs the scope's user, the most urgent first; among equals in the order of the loop."""
    return sorted((item for source in SOURCES for item in source()), key=lambda item: item.urgency)
