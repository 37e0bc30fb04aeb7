"""The columns that bounds need, a few tables in place of many arrays.

Numba's time to compile a function grows with the arrays it is given, so kernels of this package never take `Arrays`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.arrays import Arrays, Floats, Ints

STEPS, RELEASE, DUE = 0, 1, 2
"""Rows of `Rows.order`."""
MODES, PREDS, SUCCS, FACT, FACT_START, FACT_END, WAS, WAS_START, LOAD = 0, 1, 2, 3, 4, 5, 6, 7, 8
"""Rows of `Rows.step`."""
RESOURCE, WORK, SHIP, SITE = 0, 1, 2, 3
"""Rows of `Rows.mode`."""
PRICE, SHIP_PRICE = 0, 1
"""Rows of `Rows.price`."""
LOW, HIGH, KIND, CAPACITY = 0, 1, 2, 3
"""Rows of `Rows.resource`."""
START, END, BEFORE = 0, 1, 2
"""Rows of `Rows.open`."""


class Rows(NamedTuple):
    """A problem as tables, one quantity per row; names as in `Arrays`.

    Attributes
    ----------
    goal
        Shape (4,).
    order
        First step, release, due; shape (3, n + 1).
    late
        Yen per minute late, shape (n,).
    step
        First mode, first predecessor, first successor, fact (mode, start, end), former place (resource, start), load;
        shape (9, s + 1).
    pred, succ
        Step indices.
    mode
        Resource, duration, minutes to the customer, site; shape (4, m).
    price
        Of the mode and of its way to the customer, shape (2, m).
    resource
        First and last row of the calendar, kind, capacity; shape (4, r).
    open
        Start, end, open minutes before; shape (3, intervals).
    travel, travel_price
        Shape (w, w).
    """

    goal: Ints
    order: Ints
    late: Floats
    step: Ints
    pred: Ints
    succ: Ints
    mode: Ints
    price: Floats
    resource: Ints
    open: Ints
    travel: NDArray[np.int32]
    travel_price: Floats


def make_rows(arrays: Arrays) -> Rows:
    """Return the tables of a problem."""
    calendar = arrays.resource_calendar
    return Rows(
        arrays.goal,
        _table(arrays.step_first, arrays.order_release, arrays.order_due),
        arrays.late_price,
        _table(
            arrays.mode_first,
            arrays.pred_first,
            arrays.succ_first,
            arrays.fact_mode,
            arrays.fact_start,
            arrays.fact_end,
            arrays.was_resource,
            arrays.was_start,
            arrays.step_load,
        ),
        arrays.pred,
        arrays.succ,
        _table(
            arrays.mode_resource, arrays.mode_duration, arrays.ship_minutes, arrays.resource_site[arrays.mode_resource]
        ),
        np.stack([arrays.mode_price, arrays.ship_price]),
        _table(
            arrays.calendar_first[calendar],
            arrays.calendar_first[calendar + 1],
            arrays.resource_kind,
            arrays.resource_capacity,
        ),
        _table(arrays.open_start, arrays.open_end, arrays.open_before),
        arrays.travel_minutes,
        arrays.travel_price,
    )


def _table(first: Ints, *others: Ints) -> Ints:
    """Return columns as rows of one table as long as the first; shorter ones are filled up with -1."""
    table = np.full((1 + len(others), len(first)), -1, np.int64)
    table[0] = first
    for at, other in enumerate(others, 1):
        table[at, : len(other)] = other
    return table
