"""The problem as arrays: ids become indices, units become one price, lists become runs of one long array.

`X_first[i]:X_first[i + 1]` is the run of row i in the arrays of X (compressed sparse rows). Minutes are int64, prices
float64 (yen with CO2 priced in). Indices of -1 mean "none".
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.problem import Order, Problem, Step

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

NEVER = 1 << 60
"""A minute that never comes."""
SINGLE, COUNT, BATCH = 0, 1, 2
"""Kinds of resources: one step at a time, n at a time, runs shared by steps alike."""
LOAD_UNIT = 1_000_000
"""Loads and capacities of batch plants are counted in millionths, so that sums are exact."""
ALWAYS = 0
"""Calendar index of what never closes."""


class Arrays(NamedTuple):
    """The compiled problem; n orders, s steps, m modes, r resources, c calendars, w sites with resources.

    Attributes
    ----------
    goal
        [horizon, makespan (0 or 1), yen per moved step, minute before which nothing more can start], shape (4,).
    step_first, order_release, order_due, order_weight, late_price, order_ship
        Steps of an order stand in a topological sequence; due is `NEVER` when there is none; late_price is yen per
        minute late; order_ship is 1 when the order is sent somewhere.
    mode_first, pred_first, pred, succ_first, succ, step_order, step_family, step_load
        `pred` and `succ` hold step indices.
    fact_mode, fact_start, fact_end
        Of frozen steps (mode -1: movable). A frozen step has one mode only: its fact's.
    was_resource, was_start
        Where a movable step stood before (-1: nowhere).
    mode_resource, mode_duration, mode_price, mode_file
        `mode_file` is the index in the step's own list of modes.
    ship_minutes, ship_price
        Per mode of a last step: the way to the customer; minutes -1 when there is none.
    resource_site, resource_calendar, resource_kind, resource_capacity, resource_setup
        Setup is an index of a set-up table or -1.
    table_first, table_width, table_minutes, table_local
        Set-up minutes, square per table; `table_local[t, family]` is the family's row in it or -1.
    calendar_first, open_start, open_end, open_before
        Open intervals with the open minutes before each.
    travel_minutes, travel_price
        Shape (w, w); minutes -1 when there is no way.
    """

    goal: Ints
    step_first: Ints
    order_release: Ints
    order_due: Ints
    order_weight: Ints
    late_price: Floats
    order_ship: Ints
    mode_first: Ints
    pred_first: Ints
    pred: Ints
    succ_first: Ints
    succ: Ints
    step_order: Ints
    step_family: Ints
    step_load: Ints
    fact_mode: Ints
    fact_start: Ints
    fact_end: Ints
    was_resource: Ints
    was_start: Ints
    mode_resource: Ints
    mode_duration: Ints
    mode_price: Floats
    mode_file: Ints
    ship_minutes: Ints
    ship_price: Floats
    resource_site: Ints
    resource_calendar: Ints
    resource_kind: Ints
    resource_capacity: Ints
    resource_setup: Ints
    table_first: Ints
    table_width: Ints
    table_minutes: Ints
    table_local: Ints
    calendar_first: Ints
    open_start: Ints
    open_end: Ints
    open_before: Ints
    travel_minutes: NDArray[np.int32]
    travel_price: Floats


class Compiled:
    """A problem with its arrays and the way back from indices to objects.

    Attributes
    ----------
    arrays
        The numbers.
    steps
        Step objects by index, topological within an order.
    orders
        Order objects by index (those of the problem).
    """

    __slots__ = ("arrays", "orders", "problem", "steps")

    def __init__(self, problem: Problem, arrays: Arrays, orders: list[Order], steps: list[Step]) -> None:
        self.problem = problem
        self.arrays = arrays
        self.orders = orders
        self.steps = steps
