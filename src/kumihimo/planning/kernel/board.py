"""The plan in the making: slots on every resource, and where every step stands."""

from __future__ import annotations

from typing import NamedTuple

from kumihimo.planning.arrays import Floats, Ints


class Board(NamedTuple):
    """Mutable state of the kernel; an order is either wholly placed or not at all.

    Attributes
    ----------
    resource
        Shape (r, 11), columns as in `kernel.slots`.
    slot
        Shape (p, 8), columns as in `slots`; every resource owns a run of it.
    mode, start, end
        Per step; mode -1 = not placed. Frozen steps always stand.
    planned
        Per order, 1 when all its steps stand.
    value
        Per order, what it adds to the objective (its completion in makespan mode); 0 when it is not planned.
    table_minutes, table_local
        Set-up tables; more rows than in `Arrays` where frozen steps of several families overlap.
    """

    resource: Ints
    slot: Ints
    mode: Ints
    start: Ints
    end: Ints
    planned: Ints
    value: Floats
    table_minutes: Ints
    table_local: Ints
