"""Tabu search: an operation of a critical path goes elsewhere on its machine, to another one, or changes places.

Reinsertion after Mastrolilli and Gambardella, "Effective neighbourhood functions for the flexible job shop problem",
Journal of Scheduling 3 (2000): with L = operations of a machine that end after the earliest start of v, and R = those
whose tail (own duration included) is longer than that of v, v may stand anywhere behind all of R without L and before
all of L without R. L is a suffix and R a prefix of the machine's row, so both borders are found by bisection;
exchanging the two sets makes cycles. Heads and tails are those of the plan as it stands, v included: where v does not
lie before or behind its new neighbours the length of the way through v is exact, elsewhere it is an upper estimate.

Where machines are full, one operation alone finds no room anywhere; so v may also change places with an operation that
another machine does at the same time (own addition, worth more than any other part on shops near their load bound).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.compiled import compiled, inner
from kumihimo.planning.makespan.graph import Board, lay, makespan_of, move
from kumihimo.planning.makespan.shop import Shop

Ints = NDArray[np.int64]

RANDOM, STEP, NOW, BEST, IDLE, REFUSED, NUMBERS = 0, 1, 2, 3, 4, 5, 6
FAR = 1 << 60
ARC_MASK = (1 << 16) - 1
"""Size of the table of forbidden neighbours, less one."""
TENURE = 48
"""A move back is forbidden for this / 64 of the length of the critical path, plus the modes and some chance."""
WAY, TIES, SEEN, CHOSEN, LAST_RESORT, PICKS = 0, 1, 2, 3, 7, 11


class Trail(NamedTuple):
    """What a tabu search remembers between calls; the best plan is `best_mode`, `best_order`.

    Attributes
    ----------
    number
        Random state, step, makespan now, best makespan, steps since it was found, moves refused as cycles (always 0).
    until
        (modes,) step until which a move of the operation into this mode is forbidden.
    swapped
        (ARC_MASK + 1,) hashed pair (u, v) -> step until which u may not be put before v on their machine again.
    path, pick
        Scratch: a critical path; the best move so far (WAY.. below).
    target
        (1,) makespan at which the search stops.
    """

    number: Ints
    until: Ints
    swapped: Ints
    best_mode: Ints
    best_order: Ints
    path: Ints
    pick: Ints
    target: Ints


@compiled
def draw(number: Ints, below: int) -> int:
    """Return a number in 0..below-1 from a 32-bit xorshift (Marsaglia 2003) kept in number[0]."""
    x = number[0]
    x ^= (x << 13) & 0xFFFFFFFF
    x ^= x >> 17
    x ^= (x << 5) & 0xFFFFFFFF
    number[0] = x
    return int((x >> 3) % below)


@inner
def critical_path(shop: Shop, board: Board, number: Ints, path: Ints) -> int:
    """Write a random critical path, last operation first, into `path`; return its length."""
    n = len(board.order)
    most = makespan_of(shop, board)
    seen = 0
    v = n
    for u in board.enders:
        if board.end[u] + shop.mode_tail[board.mode[u]] == most:
            seen += 1
            if seen == 1 or draw(number, seen) == 0:
                v = u
    length = 0
    while v < n:
        path[length] = v
        length += 1
        start = board.start[v]
        seen = 0
        w = n
        u = board.before[v]
        if u < n and board.end[u] == start:
            seen = 1
            w = u
        site = shop.machine_site[board.machine[v]]
        for a in range(shop.pred_first[v], shop.pred_first[v + 1]):
            u = shop.pred[a]
            end = board.end[u]
            if shop.has_travel:
                end += shop.travel[shop.machine_site[board.machine[u]], site]
            if end == start:
                seen += 1
                if seen == 1 or draw(number, seen) == 0:
                    w = u
        v = w
    return length


@inner
def _consider(pick: Ints, number: Ints, forbidden: bool, way: int, v: int, mode: int, index: int, partner: int) -> None:
    """Keep a move when it is the shortest allowed (equals by chance), or one of the forbidden by chance."""
    if forbidden and way >= number[BEST]:
        pick[SEEN] += 1
        if draw(number, pick[SEEN]) == 0:
            pick[LAST_RESORT], pick[LAST_RESORT + 1], pick[LAST_RESORT + 2] = v, mode, index
            pick[LAST_RESORT + 3] = partner
        return
    if way < pick[WAY]:
        pick[WAY] = way
        pick[TIES] = 1
    elif way == pick[WAY]:
        pick[TIES] += 1
        if draw(number, pick[TIES]) > 0:
            return
    else:
        return
    pick[CHOSEN], pick[CHOSEN + 1], pick[CHOSEN + 2], pick[CHOSEN + 3] = v, mode, index, partner


@inner
def _choose(shop: Shop, board: Board, trail: Trail, length: int) -> None:
    """Write the best move of the operations of the critical path into `pick`."""
    n = len(board.order)
    number, until, path, pick = trail.number, trail.until, trail.path, trail.pick
    first, filled, row, at = board.first, board.filled, board.row, board.at
    start, end, behind, before, after = board.start, board.end, board.behind, board.before, board.after
    machine, own, chosen = board.machine, board.duration, board.mode
    heads, mode_first, mode_machine, mode_duration = shop.head, shop.mode_first, shop.mode_machine, shop.mode_duration
    pred_first, pred, succ_first, succ = shop.pred_first, shop.pred, shop.succ_first, shop.succ
    mode_tail, sites, travel = shop.mode_tail, shop.machine_site, shop.travel
    far = shop.has_travel != 0
    step = number[STEP]
    swapped = trail.swapped
    pick[WAY] = FAR
    pick[CHOSEN] = -1
    pick[LAST_RESORT] = -1
    pick[SEEN] = 0
    for p in range(length):
        v = path[p]
        home = machine[v]
        head, tail = heads[v], 0
        if not far:
            for a in range(pred_first[v], pred_first[v + 1]):
                head = max(head, end[pred[a]])
            for a in range(succ_first[v], succ_first[v + 1]):
                tail = max(tail, behind[succ[a]])
        for mode in range(mode_first[v], mode_first[v + 1]):
            k = mode_machine[mode]
            base, size = first[k], filled[k]
            duration = mode_duration[mode]
            es, tl = head, max(tail, mode_tail[mode])
            if far:
                for a in range(pred_first[v], pred_first[v + 1]):
                    es = max(es, end[pred[a]] + travel[sites[machine[pred[a]]], sites[k]])
                for a in range(succ_first[v], succ_first[v + 1]):
                    tl = max(tl, behind[succ[a]] + travel[sites[k], sites[machine[succ[a]]]])
            forbidden = until[mode] >= step
            if es + duration + tl > pick[WAY] and (not forbidden or pick[SEEN] > 0):
                continue
            if k != home:
                lo, hi = 0, size
                while lo < hi:
                    mid = (lo + hi) >> 1
                    if end[row[base + mid]] > es:
                        hi = mid
                    else:
                        lo = mid + 1
                left = lo
                lo, hi = 0, size
                while lo < hi:
                    mid = (lo + hi) >> 1
                    if behind[row[base + mid]] > tl:
                        lo = mid + 1
                    else:
                        hi = mid
                right = lo
                if right < left:
                    # Nobody there minds. Where times depend on the machine, v may still wait for one of those between,
                    # or one for v: as things stand now, v must be behind who has ended when v starts.
                    now = left
                    while now > right and end[row[base + now - 1]] > start[v]:
                        now -= 1
                    left = now
                    right = now
                for index in range(left, right + 1):
                    x = row[base + index - 1] if index > 0 else n
                    y = row[base + index] if index < size else n
                    way = max(es, end[x]) + duration + max(tl, behind[y])
                    if way <= pick[WAY] or forbidden:
                        _consider(pick, number, forbidden, way, v, mode, index, -1)
            else:
                # to the right, then to the left: those between move up
                moved = end[before[v]]
                forbidden = False
                for index in range(at[v] + 1, size):
                    x = row[base + index]
                    if behind[x] <= tl:
                        break
                    moved = max(moved, heads[x])
                    for a in range(pred_first[x], pred_first[x + 1]):
                        u = pred[a]
                        moved = max(moved, end[u] + (travel[sites[machine[u]], sites[k]] if far else 0))
                    moved += own[x]
                    if swapped[(x * n + v) & ARC_MASK] >= step:
                        forbidden = True
                    y = row[base + index + 1] if index + 1 < size else n
                    way = max(es, moved) + duration + max(tl, behind[y])
                    if way <= pick[WAY] or forbidden:
                        _consider(pick, number, forbidden, way, v, mode, index, -1)
                moved = behind[after[v]]
                forbidden = False
                for index in range(at[v] - 1, -1, -1):
                    y = row[base + index]
                    if end[y] <= es:
                        break
                    moved = max(moved, mode_tail[chosen[y]])
                    for a in range(succ_first[y], succ_first[y + 1]):
                        u = succ[a]
                        moved = max(moved, behind[u] + (travel[sites[k], sites[machine[u]]] if far else 0))
                    moved += own[y]
                    if swapped[(v * n + y) & ARC_MASK] >= step:
                        forbidden = True
                    x = row[base + index - 1] if index > 0 else n
                    way = max(es, end[x]) + duration + max(tl, moved)
                    if way <= pick[WAY] or forbidden:
                        _consider(pick, number, forbidden, way, v, mode, index, -1)
            if k == home:
                continue
            # exchange with those who work on k at the same time: neither waits for the other, so no cycle can close
            lo, hi = 0, size
            while lo < hi:
                mid = (lo + hi) >> 1
                if end[row[base + mid]] > start[v]:
                    hi = mid
                else:
                    lo = mid + 1
            for index in range(lo, size):
                w = row[base + index]
                if start[w] >= end[v]:
                    break
                if own[w] == 0:
                    continue
                way = max(es, end[before[w]]) + duration + max(tl, behind[after[w]])
                if way > pick[WAY]:
                    continue
                for other in range(mode_first[w], mode_first[w + 1]):
                    if mode_machine[other] != home:
                        continue
                    arrival, left_over = max(heads[w], end[before[v]]), max(mode_tail[other], behind[after[v]])
                    for a in range(pred_first[w], pred_first[w + 1]):
                        u = pred[a]
                        arrival = max(arrival, end[u] + (travel[sites[machine[u]], sites[home]] if far else 0))
                    for a in range(succ_first[w], succ_first[w + 1]):
                        u = succ[a]
                        left_over = max(left_over, behind[u] + (travel[sites[home], sites[machine[u]]] if far else 0))
                    both = max(way, arrival + mode_duration[other] + left_over)
                    if both <= pick[WAY]:
                        ban = forbidden or until[other] >= step
                        _consider(pick, number, ban, both, v, mode, index, other)


@compiled
def tabu(shop: Shop, board: Board, trail: Trail, steps: int) -> None:
    """Make `steps` moves, or fewer when the target is met."""
    n = len(board.order)
    number, until, pick = trail.number, trail.until, trail.pick
    mode_first, mode_machine = shop.mode_first, shop.mode_machine
    for _ in range(steps):
        if number[BEST] <= trail.target[0]:
            return
        number[STEP] += 1
        number[IDLE] += 1
        length = critical_path(shop, board, number, trail.path)
        _choose(shop, board, trail, length)
        got = CHOSEN if pick[CHOSEN] >= 0 else LAST_RESORT
        v = pick[got]
        if v < 0:
            number[IDLE] += 1 << 40
            return
        mode, index, partner_mode = pick[got + 1], pick[got + 2], pick[got + 3]
        ban = number[STEP] + length * TENURE // 64 + draw(number, 10)
        until[board.mode[v]] = ban + mode_first[v + 1] - mode_first[v]
        place = board.at[v]
        done = True
        if partner_mode >= 0:
            w = board.row[board.first[mode_machine[mode]] + index]
            until[board.mode[w]] = ban + mode_first[w + 1] - mode_first[w]
            done = move(shop, board, v, mode, index) and move(shop, board, w, partner_mode, place)
        else:
            if mode == board.mode[v]:
                until[mode] = 0
                base = board.first[board.machine[v]]
                for i in range(place + 1, index + 1):
                    trail.swapped[(v * n + board.row[base + i]) & ARC_MASK] = ban
                for i in range(index, place):
                    trail.swapped[(board.row[base + i] * n + v) & ARC_MASK] = ban
            done = move(shop, board, v, mode, index)
        if not done:
            number[REFUSED] += 1
            number[IDLE] += 1 << 40
            return
        number[NOW] = makespan_of(shop, board)
        if number[NOW] < number[BEST]:
            number[BEST] = number[NOW]
            number[IDLE] = 0
            trail.best_mode[:] = board.mode[:n]
            trail.best_order[:] = board.order


@compiled
def resume(shop: Shop, board: Board, trail: Trail) -> None:
    """Go back to the best plan, with nothing forbidden."""
    trail.number[NOW] = lay(shop, board, trail.best_mode, trail.best_order)
    trail.number[IDLE] = 0
    trail.until[:] = 0
    trail.swapped[:] = 0
