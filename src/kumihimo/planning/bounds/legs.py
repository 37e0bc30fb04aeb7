"""Ways between the modes of two steps."""

from __future__ import annotations

from kumihimo.planning.bounds.rows import SITE, Rows
from kumihimo.planning.compiled import compiled, inner


@inner
def leg_minutes(rows: Rows, before: int, mode: int, both_facts: bool) -> int:
    """Return the minutes from one mode's site to another's; -1 when there is no way (0 between two facts)."""
    minutes = int(rows.travel[rows.mode[SITE, before], rows.mode[SITE, mode]])
    if minutes < 0 and both_facts:
        return 0
    return minutes


@compiled
def leg_price(rows: Rows, before: int, mode: int) -> float:
    """Return the price of the way from one mode's site to another's; 0 when there is none."""
    a, b = rows.mode[SITE, before], rows.mode[SITE, mode]
    if rows.travel[a, b] < 0:
        return 0.0
    return float(rows.travel_price[a, b])
