"""Lower bounds of the makespan that cost next to nothing."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.makespan.shop import Shop, routing_order

Ints = NDArray[np.int64]
ROUNDS = 400
"""Steps of the search for machine weights."""
PATIENCE = 60
"""Steps without a better bound after which the search for weights ends."""
MOST_CELLS = 20_000_000
"""Modes times rounds beyond which fewer rounds are done."""


def ways(shop: Shop) -> tuple[Ints, Ints]:
    """Return (n,) earliest starts and shortest ways behind the end, as if every machine were always free.

    With travel between sites the legs are left out: both stay valid bounds.
    """
    n = shop.operations
    order = routing_order(shop).tolist()
    least = np.minimum.reduceat(shop.mode_duration, shop.mode_first[:-1]).tolist() if n else []
    tails = np.minimum.reduceat(shop.mode_tail, shop.mode_first[:-1]).tolist() if n else []
    start = shop.head.tolist()
    rest = list(tails)
    pred_first, pred = shop.pred_first.tolist(), shop.pred.tolist()
    succ_first, succ = shop.succ_first.tolist(), shop.succ.tolist()
    for v in order:
        for a in range(pred_first[v], pred_first[v + 1]):
            start[v] = max(start[v], start[pred[a]] + least[pred[a]])
    for v in reversed(order):
        for a in range(succ_first[v], succ_first[v + 1]):
            rest[v] = max(rest[v], least[succ[a]] + rest[succ[a]])
    return np.array(start, dtype=np.int64), np.array(rest, dtype=np.int64)


def lower_bound(shop: Shop) -> int:
    """Return the best of: the longest job, the weighted load of the machines, the one-machine bounds.

    The load bound is the dual of the linear program that spreads the work: for any weights w of the machines that sum
    to 1, C >= sum over operations of the cheapest w * duration + sum over machines of w * (least head + least tail).
    The weights are found by multiplicative updates; any weights are valid, so the bound needs no exact solution.
    """
    n = shop.operations
    if n == 0:
        return 0
    start, rest = ways(shop)
    owner = np.repeat(np.arange(n), np.diff(shop.mode_first))
    way = start[owner] + shop.mode_duration + np.maximum(rest[owner], shop.mode_tail)
    job = int(np.minimum.reduceat(way, shop.mode_first[:-1]).max())
    return max(job, _load(shop, start, rest, owner), _alone(shop, start, rest, owner))


def _load(shop: Shop, start: Ints, rest: Ints, owner: Ints) -> int:
    machines = shop.machines
    used = np.zeros(machines, dtype=bool)
    used[shop.mode_machine] = True
    far = np.iinfo(np.int64).max
    ahead = np.full(machines, far, dtype=np.int64)
    behind = np.full(machines, far, dtype=np.int64)
    np.minimum.at(ahead, shop.mode_machine, start[owner])
    np.minimum.at(behind, shop.mode_machine, rest[owner])
    edge = np.where(used, ahead + behind, 0).astype(np.float64)
    weight = used / used.sum()
    first = shop.mode_first[:-1]
    duration = shop.mode_duration.astype(np.float64)
    best = 0.0
    rounds = max(20, min(ROUNDS, MOST_CELLS // max(1, len(duration))))
    step = 0.5
    since = 0
    for round_number in range(rounds):
        priced = weight[shop.mode_machine] * duration
        cheapest = np.minimum.reduceat(priced, first)
        value = float(cheapest.sum() + weight @ edge)
        since = 0 if value > best * (1 + 1e-6) else since + 1
        best = max(best, value)
        if since == PATIENCE:
            break
        # an operation's work goes to its cheapest machines; those loaded above the average become dearer
        chosen = priced <= cheapest[owner] * (1 + 1e-9)
        share = chosen / np.add.reduceat(chosen, first)[owner]
        load = np.bincount(shop.mode_machine, weights=share * duration, minlength=machines) + edge
        most = float(load.max())
        if most <= 0:
            break
        weight = np.where(used, weight * np.exp(step * (load - value) / most), 0.0)
        weight /= weight.sum()
        step = 0.5 / (1 + round_number / 20)
    # rounding of the floats must not lift the bound over an integer
    return int(np.ceil(best * (1 - 1e-9) - 1e-6))


def _alone(shop: Shop, start: Ints, rest: Ints, owner: Ints) -> int:
    """Operations that only one machine can do: Jackson's preemptive schedule of each machine."""
    single = np.diff(shop.mode_first) == 1
    best = 0
    by_machine: dict[int, list[int]] = {}
    for v in np.flatnonzero(single).tolist():
        by_machine.setdefault(int(shop.mode_machine[shop.mode_first[v]]), []).append(v)
    for operations in by_machine.values():
        if len(operations) > 1:
            jobs = [(int(start[v]), int(shop.mode_duration[shop.mode_first[v]]), int(rest[v])) for v in operations]
            best = max(best, jackson(jobs))
    return best


def jackson(jobs: list[tuple[int, int, int]]) -> int:
    """Return the makespan of the preemptive schedule of (head, duration, tail) on one machine, longest tail first."""
    waiting = sorted(jobs)
    heap: list[list[int]] = []
    now, best, i = 0, 0, 0
    while i < len(waiting) or heap:
        if not heap:
            now = max(now, waiting[i][0])
        while i < len(waiting) and waiting[i][0] <= now:
            heapq.heappush(heap, [-waiting[i][2], waiting[i][1]])
            i += 1
        upto = waiting[i][0] if i < len(waiting) else None
        tail, left = -heap[0][0], heap[0][1]
        if upto is None or now + left <= upto:
            now += left
            heapq.heappop(heap)
            best = max(best, now + tail)
        else:
            heap[0][1] -= upto - now
            now = upto
    return best
