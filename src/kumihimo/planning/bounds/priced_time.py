"""Prices on the working time of resources: buckets along each resource's own axis of open minutes.

Minute w of a resource's axis is its w-th open minute after minute 0 of the problem. A step that pauses over closed
time still takes consecutive minutes of this axis, so what it takes from a bucket is plain overlap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import BATCH, LOAD_UNIT, Arrays, Floats, Ints
from kumihimo.planning.bounds.open_time import work_before
from kumihimo.planning.compiled import compiled


class Axis(NamedTuple):
    """Buckets of all resources in one long row.

    Attributes
    ----------
    first
        Buckets of resource r are first[r]:first[r + 1], shape (r + 1,). Edges of r begin at first[r] + r.
    width
        Work minutes per bucket, shape (r,); the last bucket may be shorter.
    origin
        Open minutes of the calendar before minute 0, shape (r,).
    total
        Open minutes in [0, horizon), shape (r,).
    room
        What movable steps can take from each bucket at most: work minutes x pieces (batch: x load), shape (buckets,).
    """

    first: Ints
    width: Ints
    origin: Ints
    total: Ints
    room: Floats


def make_axis(arrays: Arrays, width: int, most: int = 3_000_000) -> Axis:
    """Return the axis with buckets of `width` work minutes, wider when there would be more than `most` buckets."""
    count = len(arrays.resource_site)
    origin, total = np.zeros(count, np.int64), np.zeros(count, np.int64)
    _extent(arrays, origin, total)
    while int(np.sum(-(-total // width))) > most:
        width *= 2
    first = np.zeros(count + 1, np.int64)
    first[1:] = np.cumsum(-(-total // width))
    axis = Axis(first, np.full(count, width, np.int64), origin, total, np.zeros(int(first[-1]), np.float64))
    facts = np.flatnonzero((arrays.fact_mode >= 0) & (arrays.fact_end > arrays.fact_start))
    resource = arrays.mode_resource[arrays.fact_mode[facts]] if len(facts) else facts
    order = np.lexsort((arrays.fact_start[facts], resource))
    _fill_room(arrays, axis, facts[order], resource[order])
    return axis


@compiled
def quantity(arrays: Arrays, step: int, resource: int) -> float:
    """Return what a step takes of a resource per work minute: 1, or its load (never rounded up) on a batch plant."""
    if arrays.resource_kind[resource] == BATCH:
        # Loads finer than a millionth were rounded up; a bound must not.
        return max(0, int(arrays.step_load[step]) - 1) / LOAD_UNIT
    return 1.0


@compiled
def _extent(arrays: Arrays, origin: Ints, total: Ints) -> None:
    for resource in range(len(origin)):
        calendar = arrays.resource_calendar[resource]
        low, high = arrays.calendar_first[calendar], arrays.calendar_first[calendar + 1]
        before = work_before(arrays.open_start, arrays.open_end, arrays.open_before, low, high, 0)
        end = work_before(arrays.open_start, arrays.open_end, arrays.open_before, low, high, arrays.goal[0])
        origin[resource] = before
        total[resource] = end - before


@compiled
def _add(axis: Axis, row: Floats, resource: int, start: int, end: int, amount: float) -> None:
    """Add amount x overlap with [start, end) of the resource's axis to the buckets of `row`."""
    width = axis.width[resource]
    start, end = max(start, 0), min(end, axis.total[resource])
    while start < end:
        bucket = start // width
        edge = min((bucket + 1) * width, end)
        row[axis.first[resource] + bucket] += amount * (edge - start)
        start = edge


@compiled
def take(axis: Axis, row: Floats, resource: int, start: int, work: int, amount: float) -> None:
    """Book `amount` over `work` minutes from minute `start` of the axis."""
    _add(axis, row, resource, start, start + work, amount)


@compiled
def _fill_room(arrays: Arrays, axis: Axis, facts: Ints, resources: Ints) -> None:
    """Room = capacity, less what facts hold (never below 0: facts may overlap); `facts` sorted by resource, start.

    Between two consecutive events of the facts of a resource their sum is constant. A committed batch run may be
    joined up to the capacity; where runs of facts overlap nothing can be joined, and capacity less the sum of their
    loads, or 0, is still not too little.
    """
    for resource in range(len(axis.total)):
        capacity = arrays.resource_capacity[resource] / (LOAD_UNIT if arrays.resource_kind[resource] == BATCH else 1)
        _add(axis, axis.room, resource, 0, axis.total[resource], capacity)
    at = 0
    while at < len(facts):
        resource = resources[at]
        until = at
        while until < len(facts) and resources[until] == resource:
            until += 1
        capacity = arrays.resource_capacity[resource] / (LOAD_UNIT if arrays.resource_kind[resource] == BATCH else 1)
        calendar = arrays.resource_calendar[resource]
        low, high = arrays.calendar_first[calendar], arrays.calendar_first[calendar + 1]
        events = np.zeros(2 * (until - at), np.int64)
        change = np.zeros(2 * (until - at), np.float64)
        for fact in range(at, until):
            amount = quantity(arrays, facts[fact], resource)
            events[2 * (fact - at)], change[2 * (fact - at)] = arrays.fact_start[facts[fact]], amount
            events[2 * (fact - at) + 1], change[2 * (fact - at) + 1] = arrays.fact_end[facts[fact]], -amount
        order = np.argsort(events)
        held = 0.0
        for event in range(len(events) - 1):
            held += change[order[event]]
            here, there = events[order[event]], events[order[event + 1]]
            if there > here and held > 1e-9:
                start = work_before(arrays.open_start, arrays.open_end, arrays.open_before, low, high, here)
                end = work_before(arrays.open_start, arrays.open_end, arrays.open_before, low, high, there)
                start, end = start - axis.origin[resource], end - axis.origin[resource]
                _add(axis, axis.room, resource, start, end, -min(held, capacity))
        at = until


@compiled
def accumulate(axis: Axis, price: Floats, edges: Floats, quiet: Ints) -> None:
    """Fill the price of all time before each edge, and per resource the minute after which nothing costs."""
    for resource in range(len(quiet)):
        first, last = axis.first[resource], axis.first[resource + 1]
        total = 0.0
        edges[first + resource] = 0.0
        quiet[resource] = 0
        for bucket in range(first, last):
            total += price[bucket] * axis.width[resource]
            edges[bucket + resource + 1] = total
            if price[bucket] > 0:
                quiet[resource] = (bucket + 1 - first) * axis.width[resource]


@compiled
def price_before(axis: Axis, price: Floats, edges: Floats, resource: int, minute: int) -> float:
    """Return the price of all time of a resource before a minute of its axis."""
    width = axis.width[resource]
    bucket = minute // width
    at = axis.first[resource] + bucket
    if at >= axis.first[resource + 1]:
        return float(edges[axis.first[resource + 1] + resource])
    return float(edges[at + resource] + price[at] * (minute - bucket * width))
