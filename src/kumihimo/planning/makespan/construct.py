"""Start plans: list scheduling by earliest end, with longest work to go and chance between near equals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.compiled import compiled
from kumihimo.planning.makespan.shop import Shop
from kumihimo.planning.makespan.tabu import draw

Ints = NDArray[np.int64]
MOST_LOOKS = 10_000_000
"""Modes looked at while one plan is built, about."""


@compiled
def longest_ways(shop: Shop, routing: Ints) -> Ints:
    """Return (n,) the shortest possible time from the start of an operation to the end of everything behind it."""
    n = len(routing)
    to_go = np.zeros(n, dtype=np.int64)
    for i in range(n - 1, -1, -1):
        v = routing[i]
        least = -1
        for mode in range(shop.mode_first[v], shop.mode_first[v + 1]):
            way = shop.mode_duration[mode] + shop.mode_tail[mode]
            if least < 0 or way < least:
                least = way
        work = -1
        for mode in range(shop.mode_first[v], shop.mode_first[v + 1]):
            if work < 0 or shop.mode_duration[mode] < work:
                work = shop.mode_duration[mode]
        most = 0
        for a in range(shop.succ_first[v], shop.succ_first[v + 1]):
            most = max(most, to_go[shop.succ[a]])
        to_go[v] = max(least, work + most)
    return to_go


@compiled
def construct(shop: Shop, routing: Ints, to_go: Ints, number: Ints, rule: int, mode_out: Ints, order_out: Ints) -> None:
    """Write modes and an order of a start plan.

    Parameters
    ----------
    rule
        0 = among what can start first, the longest way to go; 1 = the earliest end first; with chance from 2 on.

    Where very many operations are ready at once only some of them, taken by chance, are looked at.
    """
    n = len(routing)
    free = np.zeros(len(shop.machine_site), dtype=np.int64)
    end = np.zeros(n, dtype=np.int64)
    machine = np.zeros(n, dtype=np.int64)
    waiting = np.zeros(n, dtype=np.int64)
    ready = np.zeros(n, dtype=np.int64)
    limit = max(10, MOST_LOOKS // max(1, len(shop.mode_machine)))
    count = 0
    for v in range(n):
        waiting[v] = shop.pred_first[v + 1] - shop.pred_first[v]
        if waiting[v] == 0:
            ready[count] = v
            count += 1
    for i in range(n):
        best_key, best_tie, best_r, best_mode, best_end = 1 << 60, 1 << 60, -1, -1, 0
        looked_at = min(count, limit)
        for pick in range(looked_at):
            r = pick if count <= limit else draw(number, count)
            v = ready[r]
            own_mode, own_end, own_start = -1, 1 << 60, 0
            for mode in range(shop.mode_first[v], shop.mode_first[v + 1]):
                k = shop.mode_machine[mode]
                start = max(shop.head[v], free[k])
                for a in range(shop.pred_first[v], shop.pred_first[v + 1]):
                    u = shop.pred[a]
                    arrival = end[u]
                    if shop.has_travel:
                        arrival += shop.travel[shop.machine_site[machine[u]], shop.machine_site[k]]
                    start = max(start, arrival)
                done = start + shop.mode_duration[mode]
                if done < own_end or (done == own_end and draw(number, 2) == 0):
                    own_mode, own_end, own_start = mode, done, start
            if rule % 2 == 0:
                key, tie = own_start, -to_go[v]
            else:
                key, tie = own_end, -to_go[v]
            if rule >= 2:
                key += draw(number, 1 + shop.mode_duration[own_mode])
            if key < best_key or (key == best_key and tie < best_tie):
                best_key, best_tie, best_r, best_mode, best_end = key, tie, r, own_mode, own_end
        v = ready[best_r]
        count -= 1
        ready[best_r] = ready[count]
        mode_out[v] = best_mode
        order_out[i] = v
        k = shop.mode_machine[best_mode]
        machine[v] = k
        free[k] = best_end
        end[v] = best_end
        for a in range(shop.succ_first[v], shop.succ_first[v + 1]):
            u = shop.succ[a]
            waiting[u] -= 1
            if waiting[u] == 0:
                ready[count] = u
                count += 1
