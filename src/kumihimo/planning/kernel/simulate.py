"""Many days like the planned one: the plan's order of work run through with durations and ways that spread.

Samples are taken in blocks, node by node, so that the numbers of a block stay near. Every random number is a hash of
(what it belongs to, sample): the same step meets the same fate in every plan that is compared, whatever the number of
threads (common random numbers).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.arrays import Ints
from kumihimo.planning.compiled import compiled, inner

LEVELS = 1024
"""Equally likely factors per spread."""
UNIT_BITS = 16
"""A factor of one is `1 << UNIT_BITS`."""
FREE, START_FIXED, ALL_FIXED = 0, 1, 2
"""What of a node is a fact."""
_MOST = (1 << 31) - 1


class Network(NamedTuple):
    """The order of work as a graph; n nodes (a step, or a run of steps) in an order in which each can be simulated.

    Attributes
    ----------
    fixed, floor, planned_end
        What is a fact; earliest start; end in the plan (of facts: the end).
    work, spread, key
        Open minutes, row of the spread table, and the name of its random numbers.
    calendar_low, calendar_high, hint
        Rows of the open intervals, and where in them the plan stands.
    is_shared
        1 where several steps run together.
    resource
        Index of the resource.
    in_first, in_node, in_minutes, in_key
        What must arrive before: nodes and ways.
    machine_first, machine_node, machine_setup
        What must leave the machine before, and set-up minutes after it.
    slot_first, slot_count
        Places of a resource with several (-1, 0: none).
    out_first, out_node, out_minutes, out_key, due, weight
        Per order: its last steps with their ways to the customer; due and weight.
    open_start, open_end
        Open intervals; the last one of every calendar never ends.
    """

    fixed: Ints
    floor: Ints
    planned_end: Ints
    work: Ints
    spread: Ints
    key: Ints
    calendar_low: Ints
    calendar_high: Ints
    hint: Ints
    is_shared: Ints
    resource: Ints
    in_first: Ints
    in_node: Ints
    in_minutes: Ints
    in_key: Ints
    machine_first: Ints
    machine_node: Ints
    machine_setup: Ints
    slot_first: Ints
    slot_count: Ints
    out_first: Ints
    out_node: Ints
    out_minutes: Ints
    out_key: Ints
    due: Ints
    weight: Ints
    open_start: Ints
    open_end: Ints


class Sums(NamedTuple):
    """What is counted over samples; whole numbers, so that the sequence of adding does not matter.

    Attributes
    ----------
    late
        Per node: weighted minutes of lateness whose critical chain passes it.
    critical
        Per node: samples in which it lies on the critical chain of a late order.
    entered
        Per node: samples in which an own order is late and its chain comes in here from elsewhere.
    resources
        Per resource: samples in which it lies on the critical chain of a late order.
    """

    late: Ints
    critical: Ints
    entered: Ints
    resources: Ints


@compiled
def reach(
    needed: NDArray[np.bool_],
    in_first: Ints,
    in_node: Ints,
    machine_first: Ints,
    machine_node: Ints,
    several: Ints,
    wanted: NDArray[np.bool_],
) -> None:
    """Mark all that the marked nodes wait for, directly or not; nodes as in `Network`.

    `several` is the resource of a node on one with several places, else -1; `wanted` is scratch per resource.
    """
    for back in range(len(needed)):
        node = len(needed) - 1 - back
        if several[node] >= 0:
            if wanted[several[node]]:
                needed[node] = True
            wanted[several[node]] = needed[node]
        if needed[node]:
            for arc in range(in_first[node], in_first[node + 1]):
                needed[in_node[arc]] = True
            for arc in range(machine_first[node], machine_first[node + 1]):
                needed[machine_node[arc]] = True


@compiled
def level_of(key: int, sample: int) -> int:
    """Return a number in [0, LEVELS) that looks random: a hash of both (multiply and shift, 32 bits)."""
    x = (key + sample * 0x9E3779B1) & 0xFFFFFFFF
    x ^= x >> 16
    x = (x * 0x7FEB352D) & 0xFFFFFFFF
    x ^= x >> 15
    x = (x * 0x2C1B3C6D) & 0xFFFFFFFF
    x ^= x >> 16
    return x >> 22


@compiled
def _spread(minutes: int, factor: int) -> int:
    """Return minutes times a factor, rounded half up; work never vanishes."""
    return max(1, (minutes * factor + (1 << (UNIT_BITS - 1))) >> UNIT_BITS)


@compiled
def _after(open_start: Ints, open_end: Ints, at: int, minute: int, work: int) -> int:
    """Return when `work` open minutes have passed from `minute` on; row `at` is the first that ends after it."""
    start = max(minute, open_start[at])
    while start + work > open_end[at]:
        work -= open_end[at] - start
        at += 1
        start = open_start[at]
    return int(start + work)


@compiled
def _row(open_end: Ints, low: int, at: int, minute: int) -> int:
    """Return the first row that ends after `minute`, looking around row `at`."""
    while at > low and open_end[at - 1] > minute:
        at -= 1
    while open_end[at] <= minute:
        at += 1
    return at


@compiled
def _arrivals(
    net: Network, table: Ints, node: int, base: int, count: int, end: Ints, ready: Ints, bound: NDArray[np.int32]
) -> None:
    """When the last part arrives."""
    for arc in range(net.in_first[node], net.in_first[node + 1]):
        before, minutes, key = net.in_node[arc], net.in_minutes[arc], net.in_key[arc]
        for k in range(count):
            arrival = end[before, k]
            if minutes > 0:
                arrival += _spread(minutes, table[level_of(key, base + k)])
            if arrival > ready[k]:
                ready[k] = arrival
                bound[node, k] = before * 2


@inner
def _machine(net: Network, node: int, count: int, end: Ints, ready: Ints, bound: NDArray[np.int32]) -> None:
    """When the machine is free and set up."""
    low = net.calendar_low[node]
    for arc in range(net.machine_first[node], net.machine_first[node + 1]):
        before, setup = net.machine_node[arc], net.machine_setup[arc]
        at = net.hint[node]
        for k in range(count):
            free = end[before, k]
            if setup > 0:
                at = _row(net.open_end, low, at, free)
                free = _after(net.open_start, net.open_end, at, free, setup)
            if free > ready[k]:
                ready[k] = free
                bound[node, k] = before * 2 + 1


@compiled
def _place(
    net: Network,
    node: int,
    count: int,
    ready: Ints,
    bound: NDArray[np.int32],
    slot_end: Ints,
    slot_node: NDArray[np.int32],
) -> None:
    """When one of several places is free."""
    first = net.slot_first[node]
    for k in range(count):
        best = first
        for slot in range(first + 1, first + net.slot_count[node]):
            if slot_end[slot, k] < slot_end[best, k]:
                best = slot
        if slot_end[best, k] > ready[k]:
            ready[k] = slot_end[best, k]
            bound[node, k] = slot_node[best, k] * 2 + 1


@compiled
def _hold(
    net: Network, node: int, count: int, start: Ints, end: Ints, slot_end: Ints, slot_node: NDArray[np.int32]
) -> None:
    """Take the place that came free last of those that are free, so that the others stay open for later steps."""
    first = net.slot_first[node]
    for k in range(count):
        best = -1
        least = first
        for slot in range(first, first + net.slot_count[node]):
            free = slot_end[slot, k]
            if free <= start[k] and (best < 0 or free > slot_end[best, k]):
                best = slot
            if free < slot_end[least, k]:
                least = slot
        if best < 0:
            # Facts may be more than there are places: they are what happened.
            best = least
        if end[node, k] > slot_end[best, k]:
            slot_end[best, k] = end[node, k]
            slot_node[best, k] = node


@inner
def _forward(
    net: Network,
    tables: Ints,
    base: int,
    count: int,
    end: Ints,
    bound: NDArray[np.int32],
    ready: Ints,
    slot_end: Ints,
    slot_node: NDArray[np.int32],
) -> None:
    """Run one block of samples through the order of work."""
    slot_end[:, :] = -(1 << 60)
    slot_node[:, :] = -1
    ways = tables[0]
    for node in range(len(net.fixed)):
        fixed = net.fixed[node]
        for k in range(count):
            ready[k] = net.floor[node]
            bound[node, k] = -1
        if fixed == FREE:
            _arrivals(net, ways, node, base, count, end, ready, bound)
            _machine(net, node, count, end, ready, bound)
            if net.slot_count[node] > 0:
                _place(net, node, count, ready, bound, slot_end, slot_node)
        low, at, work = net.calendar_low[node], net.hint[node], net.work[node]
        table, key = tables[net.spread[node]], net.key[node]
        for k in range(count):
            if fixed == ALL_FIXED:
                end[node, k] = net.planned_end[node]
                continue
            at = _row(net.open_end, low, at, ready[k])
            start = max(ready[k], net.open_start[at])
            ready[k] = start
            if work == 0:
                end[node, k] = start
            else:
                minutes = _spread(work, table[level_of(key, base + k)])
                end[node, k] = _after(net.open_start, net.open_end, at, start, minutes)
        if net.slot_count[node] > 0:
            _hold(net, node, count, ready, end, slot_end, slot_node)


@inner
def _complete(
    net: Network,
    table: Ints,
    base: int,
    count: int,
    end: Ints,
    late: Ints,
    own: NDArray[np.int8],
    completion: NDArray[np.int32],
) -> None:
    """When each order reaches its customer; lateness is laid on the last step that made it so."""
    for order in range(len(net.due)):
        first, last = net.out_first[order], net.out_first[order + 1]
        for k in range(count):
            latest, sink = -(1 << 60), -1
            for arc in range(first, last):
                arrival = end[net.out_node[arc], k]
                if net.out_minutes[arc] > 0:
                    arrival += _spread(net.out_minutes[arc], table[level_of(net.out_key[arc], base + k)])
                if arrival > latest:
                    latest, sink = arrival, net.out_node[arc]
            completion[order, base + k] = min(latest, _MOST)
            if latest > net.due[order]:
                late[sink, k] += (latest - net.due[order]) * net.weight[order]
                own[sink, k] = 1


@inner
def _backward(
    net: Network,
    count: int,
    bound: NDArray[np.int32],
    late: Ints,
    own: NDArray[np.int8],
    seen: NDArray[np.int8],
    sums: Sums,
) -> None:
    """Carry the lateness back along what each node waited for; every node waits for one thing only."""
    seen[:, :] = 0
    for back in range(len(net.fixed)):
        node = len(net.fixed) - 1 - back
        weighted, critical, entered = 0, 0, 0
        for k in range(count):
            if late[node, k] > 0:
                weighted += late[node, k]
                critical += 1
                seen[net.resource[node], k] = 1
                to = bound[node, k]
                if to >= 0:
                    late[to >> 1, k] += late[node, k]
                if own[node, k] > 0:
                    if to < 0 or to & 1 == 1 or net.is_shared[node] == 1:
                        entered += 1
                    else:
                        own[to >> 1, k] = 1
        sums.late[node] += weighted
        sums.critical[node] += critical
        sums.entered[node] += entered
    for resource in range(len(sums.resources)):
        for k in range(count):
            sums.resources[resource] += seen[resource, k]


@compiled
def run(
    net: Network, tables: Ints, first: int, last: int, block: int, completion: NDArray[np.int32], sums: Sums
) -> None:
    """Simulate the samples first <= s < last.

    Parameters
    ----------
    net
        Order of work.
    tables
        Factors, shape (spreads, `LEVELS`); row 0 is that of ways.
    block
        Samples taken at a time.
    completion
        Filled with minutes, shape (orders, samples).
    sums
        Added to.
    """
    nodes = len(net.fixed)
    slots = 0
    for node in range(nodes):
        slots = max(slots, net.slot_first[node] + net.slot_count[node])
    end = np.zeros((nodes, block), np.int64)
    late = np.zeros((nodes, block), np.int64)
    own = np.zeros((nodes, block), np.int8)
    bound = np.zeros((nodes, block), np.int32)
    ready = np.zeros(block, np.int64)
    slot_end = np.zeros((slots, block), np.int64)
    slot_node = np.zeros((slots, block), np.int32)
    seen = np.zeros((len(sums.resources), block), np.int8)
    base = first
    while base < last:
        count = min(block, last - base)
        _forward(net, tables, base, count, end, bound, ready, slot_end, slot_node)
        late[:, :] = 0
        own[:, :] = 0
        _complete(net, tables[0], base, count, end, late, own, completion)
        _backward(net, count, bound, late, own, seen, sums)
        base += count
