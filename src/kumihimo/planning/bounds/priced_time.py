"""Prices on the working time of resources: buckets along each resource's own axis of open minutes.

Minute w of a resource's axis is its w-th open minute after minute 0 of the problem. A step that pauses over closed
time still takes consecutive minutes of this axis, so what it takes from a bucket is plain overlap.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import BATCH, LOAD_UNIT, Floats, Ints
from kumihimo.planning.bounds.open_time import work_before
from kumihimo.planning.bounds.rows import (
    CAPACITY,
    FACT,
    FACT_END,
    FACT_START,
    HIGH,
    KIND,
    LOAD,
    LOW,
    RESOURCE,
    Rows,
)
from kumihimo.planning.compiled import compiled, inner


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


def make_axis(rows: Rows, width: int, most: int = 3_000_000) -> Axis:
    """Return the axis with buckets of `width` work minutes, wider when there would be more than `most` buckets."""
    count = rows.resource.shape[1]
    horizon = int(rows.goal[0])
    span = [
        [int(work_before(rows.open, low, high, minute)) for minute in (0, horizon)]
        for low, high in zip(rows.resource[LOW].tolist(), rows.resource[HIGH].tolist(), strict=True)
    ]
    origin, end = np.array(span, np.int64).reshape(count, 2).T.copy()
    total = end - origin
    while int(np.sum(-(-total // width))) > most:
        width *= 2
    first = np.zeros(count + 1, np.int64)
    first[1:] = np.cumsum(-(-total // width))
    axis = Axis(first, np.full(count, width, np.int64), origin, total, np.zeros(int(first[-1]), np.float64))
    room = np.repeat(capacity_of(rows), np.diff(first)) * width
    last = first[1:][total > 0] - 1
    room[last] += (capacity_of(rows) * (total - np.diff(first) * width))[total > 0]
    axis.room[:] = room
    _take_facts(rows, axis)
    return axis


def capacity_of(rows: Rows) -> Floats:
    """Return the capacity of every resource, in loads for batch plants."""
    unit = np.where(rows.resource[KIND] == BATCH, float(LOAD_UNIT), 1.0)
    return np.asarray(rows.resource[CAPACITY] / unit, np.float64)


@compiled
def quantity(rows: Rows, step: int, resource: int) -> float:
    """Return what a step takes of a resource per work minute: 1, or its load (never rounded up) on a batch plant."""
    if rows.resource[KIND, resource] == BATCH:
        # Loads finer than a millionth were rounded up; a bound must not.
        return max(0, int(rows.step[LOAD, step]) - 1) / LOAD_UNIT
    return 1.0


@compiled
def take(axis: Axis, row: Floats, resource: int, start: int, end: int, amount: float) -> None:
    """Add amount x overlap with minutes [start, end) of the resource's axis to the buckets of `row`."""
    width = axis.width[resource]
    start, end = max(start, 0), min(end, axis.total[resource])
    while start < end:
        bucket = start // width
        edge = min((bucket + 1) * width, end)
        row[axis.first[resource] + bucket] += amount * (edge - start)
        start = edge


def _take_facts(rows: Rows, axis: Axis) -> None:
    """Take from the room what facts hold (never below 0: facts may overlap).

    Between two consecutive events of the facts of a resource their sum is constant. A committed batch run may be
    joined up to the capacity; where runs of facts overlap nothing can be joined, and capacity less the sum of their
    loads, or 0, is still not too little.
    """
    count = rows.step.shape[1] - 1
    begin, until = rows.step[FACT_START, :count], rows.step[FACT_END, :count]
    facts = np.flatnonzero((rows.step[FACT, :count] >= 0) & (until > begin))
    events: dict[int, list[tuple[int, float]]] = {}
    for fact in facts.tolist():
        resource = int(rows.mode[RESOURCE, rows.step[FACT, fact]])
        amount = float(quantity(rows, fact, resource))
        events.setdefault(resource, []).append((int(begin[fact]), amount))
        events[resource].append((int(until[fact]), -amount))
    capacity = capacity_of(rows)
    for resource, changes in events.items():
        changes.sort()
        low, high = int(rows.resource[LOW, resource]), int(rows.resource[HIGH, resource])
        held = 0.0
        for (here, change), (there, _) in pairwise(changes):
            held += change
            if there > here and held > 1e-9:
                start, end = (
                    int(work_before(rows.open, low, high, m)) - int(axis.origin[resource]) for m in (here, there)
                )
                take(axis, axis.room, resource, start, end, -min(held, float(capacity[resource])))


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


@inner
def price_before(axis: Axis, price: Floats, edges: Floats, resource: int, minute: int) -> float:
    """Return the price of all time of a resource before a minute of its axis."""
    width = axis.width[resource]
    bucket = minute // width
    at = axis.first[resource] + bucket
    if at >= axis.first[resource + 1]:
        return float(edges[axis.first[resource + 1] + resource])
    return float(edges[at + resource] + price[at] * (minute - bucket * width))
