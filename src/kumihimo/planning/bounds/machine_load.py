"""Lower bounds of the largest completion from the work that resources must do."""

from __future__ import annotations

from kumihimo.planning.arrays import Arrays, Ints
from kumihimo.planning.bounds.alone import Alone


def machine_load(arrays: Arrays, basis: Alone, orders: Ints) -> int:
    """Return a lower bound of the largest completion of the given orders."""
    return 0
