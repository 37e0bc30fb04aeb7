"""A shop whose makespan is searched: operations, modes, routing; and which planning problems are one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.problem import Problem

Ints = NDArray[np.int64]
MAX_SITES = 3000
"""Sites beyond which the matrix of travel minutes would not fit in memory."""


class Shop(NamedTuple):
    """Operations 0..n-1 with modes, a routing DAG, heads and tails; all arrays int64.

    Attributes
    ----------
    mode_first
        (n + 1,) modes of operation v are `mode_first[v]:mode_first[v + 1]`.
    mode_machine, mode_duration
        (modes,) machine index; minutes >= 0. An operation of no duration holds nothing: give it a machine of its own.
    mode_tail
        (modes,) minutes that follow the end of the operation when it is done in this mode (transport to the customer).
    pred_first, pred, succ_first, succ
        (n + 1,), (arcs,) routing in both directions.
    head
        (n,) earliest start (release).
    machine_site
        (machines,) site of a machine, an index into `travel`.
    travel
        (sites, sites) minutes between sites; an arc i -> j of the routing costs
        `travel[machine_site[machine of i], machine_site[machine of j]]`; 0 on the diagonal.
    has_travel
        0 when all of `travel` is 0: the kernels then never look at it.
    """

    mode_first: Ints
    mode_machine: Ints
    mode_duration: Ints
    mode_tail: Ints
    pred_first: Ints
    pred: Ints
    succ_first: Ints
    succ: Ints
    head: Ints
    machine_site: Ints
    travel: Ints
    has_travel: int

    @property
    def operations(self) -> int:
        """Number of operations."""
        return len(self.head)

    @property
    def machines(self) -> int:
        """Number of machines."""
        return len(self.machine_site)


def make_shop(
    modes: Sequence[Sequence[tuple[int, int]]],
    arcs: Sequence[tuple[int, int]],
    *,
    machines: int | None = None,
    head: Sequence[int] | None = None,
    tail: Sequence[int] | None = None,
    mode_tail: Sequence[int] | None = None,
    machine_site: Sequence[int] | None = None,
    travel: Sequence[Sequence[int]] | None = None,
) -> Shop:
    """Build a shop from lists.

    Parameters
    ----------
    modes
        Per operation its (machine, duration) pairs.
    arcs
        Routing arcs (before, after).
    tail, mode_tail
        Minutes after the end, per operation or per mode (not both).

    Raises
    ------
    ValueError
        An operation has no mode, the routing has a cycle, or a number is negative.
    """
    count = len(modes)
    flat = [pair for row in modes for pair in row]
    mode_first = np.zeros(count + 1, dtype=np.int64)
    mode_first[1:] = np.cumsum([len(row) for row in modes])
    if any(not row for row in modes):
        raise ValueError("an operation has no mode")
    machine = np.array([m for m, _ in flat], dtype=np.int64)
    duration = np.array([d for _, d in flat], dtype=np.int64)
    tails = np.zeros(len(flat), dtype=np.int64)
    if tail is not None:
        tails = np.repeat(np.array(tail, dtype=np.int64), np.diff(mode_first))
    if mode_tail is not None:
        tails = np.array(mode_tail, dtype=np.int64)
    if machines is None:
        machines = int(machine.max(initial=-1)) + 1
    sites = np.zeros(machines, dtype=np.int64) if machine_site is None else np.array(machine_site, dtype=np.int64)
    minutes = np.zeros((1, 1), dtype=np.int64) if travel is None else np.array(travel, dtype=np.int64)
    heads = np.zeros(count, dtype=np.int64) if head is None else np.array(head, dtype=np.int64)
    for numbers in (duration, tails, minutes, heads):
        if numbers.size and int(numbers.min()) < 0:
            raise ValueError("a number of minutes is negative")
    pred_first, pred = _rows(count, [(b, a) for a, b in arcs])
    succ_first, succ = _rows(count, arcs)
    shop = Shop(
        mode_first, machine, duration, tails, pred_first, pred, succ_first, succ, heads, sites, minutes,
        int(minutes.any()),
    )  # fmt: skip
    routing_order(shop)
    return shop


def _rows(count: int, arcs: Sequence[tuple[int, int]]) -> tuple[Ints, Ints]:
    rows: list[list[int]] = [[] for _ in range(count)]
    for a, b in arcs:
        rows[a].append(b)
    first = np.zeros(count + 1, dtype=np.int64)
    first[1:] = np.cumsum([len(row) for row in rows])
    return first, np.array([b for row in rows for b in row], dtype=np.int64)


def routing_order(shop: Shop) -> Ints:
    """Return the operations (n,) so that every one stands after its predecessors.

    Raises
    ------
    ValueError
        The routing has a cycle.
    """
    count = shop.operations
    waiting = np.diff(shop.pred_first).tolist()
    succ_first, succ = shop.succ_first.tolist(), shop.succ.tolist()
    order = [v for v in range(count) if waiting[v] == 0]
    for v in order:
        for a in range(succ_first[v], succ_first[v + 1]):
            waiting[succ[a]] -= 1
            if waiting[succ[a]] == 0:
                order.append(succ[a])
    if len(order) != count:
        raise ValueError("the routing has a cycle")
    return np.array(order, dtype=np.int64)


def shop_of(problem: Problem) -> Shop | str:
    """Return the problem as a shop, or in words why it is none.

    Operation i is the i-th step in the order of the file (orders, then steps); mode indices are those of the step. A
    mode of no duration gets a machine of its own at the site of its resource: it holds nothing.
    The horizon is not looked at: the caller compares the makespan with it.
    """
    reason = _unsuited(problem)
    if reason is not None:
        return reason
    resources = {r.id: i for i, r in enumerate(problem.resources)}
    sites = {s.id: i for i, s in enumerate(problem.sites)}
    machine_site = [sites[r.site] for r in problem.resources]
    names = [s.id for s in problem.sites]
    legs: dict[tuple[int, int], int | None] = {}

    def minutes(origin: int, destination: int) -> int | None:
        if (origin, destination) not in legs:
            leg = problem.transport.leg(names[origin], names[destination])
            legs[origin, destination] = None if leg is None else leg.minutes
        return legs[origin, destination]

    modes: list[list[tuple[int, int]]] = []
    arcs: list[tuple[int, int]] = []
    heads: list[int] = []
    tails: list[int] = []
    for order in problem.orders:
        index = {step.id: len(modes) + i for i, step in enumerate(order.steps)}
        inner = {name for step in order.steps for name in step.after}
        for step in order.steps:
            row: list[tuple[int, int]] = []
            for mode in step.modes:
                machine = resources[mode.resource]
                site = machine_site[machine]
                if mode.duration == 0:
                    machine = len(machine_site)
                    machine_site.append(site)
                leg = minutes(site, sites[order.ship_to]) if order.ship_to and step.id not in inner else 0
                if leg is None:
                    return f"no way from {names[site]} to {order.ship_to}"
                tails.append(leg)
                row.append((machine, mode.duration))
            modes.append(row)
            heads.append(0 if step.after else max(0, order.release))
            arcs.extend((index[name], index[step.id]) for name in dict.fromkeys(step.after))
    at = [sorted({machine_site[machine] for machine, _ in row}) for row in modes]
    for origins, destinations in {(tuple(at[a]), tuple(at[b])) for a, b in arcs}:
        for origin in origins:
            for destination in destinations:
                if minutes(origin, destination) is None:
                    return f"no way from {names[origin]} to {names[destination]}"
    travel = np.zeros((len(names), len(names)), dtype=np.int64)
    for (origin, destination), leg in legs.items():
        travel[origin, destination] = leg or 0
    shop = make_shop(modes, arcs, machines=len(machine_site), head=heads, mode_tail=tails, machine_site=machine_site)
    return shop._replace(travel=travel, has_travel=int(travel.any()))


def _unsuited(problem: Problem) -> str | None:
    if not problem.objective.makespan:
        return "the objective is not the makespan"
    if len(problem.sites) > MAX_SITES:
        return f"{len(problem.sites)} sites, the travel matrix takes {MAX_SITES}"
    resources = {r.id: r for r in problem.resources}
    for order in problem.orders:
        for step in order.steps:
            if step.is_frozen:
                return f"step {step.id} of order {order.id} is frozen"
            if not step.modes:
                return f"step {step.id} of order {order.id} has no mode"
            for mode in step.modes:
                resource = resources[mode.resource]
                if resource.calendar is not None:
                    return f"resource {resource.id} has a calendar"
                if resource.kind != "machine" or resource.capacity != 1:
                    return f"resource {resource.id} is not a single machine"
                if any(value for row in resource.setup.values() for value in row.values()):
                    return f"resource {resource.id} has set-ups"
    if not problem.orders:
        return "there is nothing to plan"
    return None
