"""The disjunctive graph of one plan: machine sequences, heads, tails, and a topological order, changed in place.

An operation v stands on a machine between its neighbours; with the routing this is a DAG. `start[v]` is the longest
way to v (its head), `rest[v]` the longest way from its end to the end of everything (its tail). One move takes an
operation out and puts it elsewhere; only what changes is computed again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.compiled import compiled, inner
from kumihimo.planning.makespan.shop import Shop

Ints = NDArray[np.int64]


class Board(NamedTuple):
    """One plan; index n stands for "nobody" (ends at 0, nothing behind it).

    Attributes
    ----------
    mode, machine, duration
        (n + 1,) what was chosen.
    before, after
        (n + 1,) neighbours on the machine, n = none.
    start, end, rest, behind
        (n + 1,) head; head + duration; tail without and with the own duration.
    order, place
        (n,), (n + 1,) a topological order and where an operation stands in it.
    first, filled, row, at
        Machine k holds `row[first[k]:first[k] + filled[k]]` in this order; `at[v]` is the index within the machine.
    enders
        Operations that can end last (sinks, and those whose own tail is not 0).
    mark
        (n + 1,) scratch, all 0 between calls.
    """

    mode: Ints
    machine: Ints
    duration: Ints
    before: Ints
    after: Ints
    start: Ints
    end: Ints
    rest: Ints
    behind: Ints
    order: Ints
    place: Ints
    first: Ints
    filled: Ints
    row: Ints
    at: Ints
    enders: Ints
    mark: Ints
    held: Ints


def empty_board(shop: Shop) -> Board:
    """Return a board of the right sizes, nothing on it."""
    n, machines = shop.operations, shop.machines
    first = np.zeros(machines + 1, dtype=np.int64)
    first[1:] = np.cumsum(np.bincount(shop.mode_machine, minlength=machines))
    own = np.zeros(n, dtype=np.int64)
    np.maximum.at(own, np.repeat(np.arange(n), np.diff(shop.mode_first)), shop.mode_tail)
    enders = np.flatnonzero((np.diff(shop.succ_first) == 0) | (own > 0)).astype(np.int64)

    def per_operation() -> Ints:
        return np.zeros(n + 1, dtype=np.int64)

    return Board(
        mode=per_operation(), machine=per_operation(), duration=per_operation(),
        before=np.full(n + 1, n, dtype=np.int64), after=np.full(n + 1, n, dtype=np.int64),
        start=per_operation(), end=per_operation(), rest=per_operation(), behind=per_operation(),
        order=np.arange(n, dtype=np.int64), place=per_operation(),
        first=first, filled=np.zeros(machines, dtype=np.int64), row=np.zeros(int(first[-1]), dtype=np.int64),
        at=per_operation(), enders=enders, mark=per_operation(), held=per_operation(),
    )  # fmt: skip


@inner
def head_of(shop: Shop, board: Board, v: int, machine: int) -> int:
    """Return the earliest start of v on a machine as far as routing and release go."""
    head = shop.head[v]
    if shop.has_travel:
        site = shop.machine_site[machine]
        for a in range(shop.pred_first[v], shop.pred_first[v + 1]):
            u = shop.pred[a]
            head = max(head, board.end[u] + shop.travel[shop.machine_site[board.machine[u]], site])
    else:
        for a in range(shop.pred_first[v], shop.pred_first[v + 1]):
            head = max(head, board.end[shop.pred[a]])
    return int(head)


@inner
def tail_of(shop: Shop, board: Board, v: int, mode: int) -> int:
    """Return the longest way behind the end of v in a mode as far as routing and its own tail go."""
    tail = shop.mode_tail[mode]
    if shop.has_travel:
        site = shop.machine_site[shop.mode_machine[mode]]
        for a in range(shop.succ_first[v], shop.succ_first[v + 1]):
            u = shop.succ[a]
            tail = max(tail, board.behind[u] + shop.travel[site, shop.machine_site[board.machine[u]]])
    else:
        for a in range(shop.succ_first[v], shop.succ_first[v + 1]):
            tail = max(tail, board.behind[shop.succ[a]])
    return int(tail)


@inner
def makespan_of(shop: Shop, board: Board) -> int:
    """Return the largest end plus own tail."""
    most = 0
    for v in board.enders:
        most = max(most, board.end[v] + shop.mode_tail[board.mode[v]])
    return int(most)


@compiled
def lay(shop: Shop, board: Board, mode: Ints, order: Ints) -> int:
    """Build the board from modes (n,) and a topological order (n,), also of the machines; return the makespan."""
    n = len(order)
    for k in range(len(board.filled)):
        board.filled[k] = 0
    for i in range(n):
        v = order[i]
        m = mode[v]
        k = shop.mode_machine[m]
        board.mode[v] = m
        board.machine[v] = k
        board.duration[v] = shop.mode_duration[m]
        board.order[i] = v
        board.place[v] = i
        c = board.filled[k]
        board.at[v] = c
        board.row[board.first[k] + c] = v
        board.before[v] = board.row[board.first[k] + c - 1] if c > 0 else n
        board.after[v] = n
        if c > 0:
            board.after[board.before[v]] = v
        board.filled[k] = c + 1
        head = max(head_of(shop, board, v, k), board.end[board.before[v]])
        board.start[v] = head
        board.end[v] = head + board.duration[v]
    for i in range(n - 1, -1, -1):
        v = order[i]
        tail = max(tail_of(shop, board, v, board.mode[v]), board.behind[board.after[v]])
        board.rest[v] = tail
        board.behind[v] = tail + board.duration[v]
    return makespan_of(shop, board)


@inner
def _reorder(shop: Shop, board: Board, v: int) -> bool:
    """Put v where its new neighbours allow in the topological order; False (nothing changed) when there is a cycle.

    When a predecessor stands behind a successor, what the successors reach within that window moves behind v
    (Pearce and Kelly's dynamic topological order).
    """
    n = len(board.order)
    old = board.place[v]
    low = -1
    if board.before[v] < n:
        low = board.place[board.before[v]]
    for a in range(shop.pred_first[v], shop.pred_first[v + 1]):
        low = max(low, board.place[shop.pred[a]])
    high = n
    if board.after[v] < n:
        high = board.place[board.after[v]]
    for a in range(shop.succ_first[v], shop.succ_first[v + 1]):
        high = min(high, board.place[shop.succ[a]])
    if low < old < high:
        return True
    order, place = board.order, board.place
    if low < high:
        if old < low:
            for i in range(old, low):
                order[i] = order[i + 1]
                place[order[i]] = i
            order[low] = v
            place[v] = low
        else:
            for i in range(old, high, -1):
                order[i] = order[i - 1]
                place[order[i]] = i
            order[high] = v
            place[v] = high
        return True
    mark, held = board.mark, board.held
    mark[v] = 1
    holding = 0
    for i in range(high, low + 1):
        u = order[i]
        if u == v:
            continue
        reached = mark[board.before[u]]
        for a in range(shop.pred_first[u], shop.pred_first[u + 1]):
            reached |= mark[shop.pred[a]]
        if reached:
            mark[u] = 1
            held[holding] = u
            holding += 1
    cycle = mark[board.before[v]] == 1
    for a in range(shop.pred_first[v], shop.pred_first[v + 1]):
        cycle = cycle or mark[shop.pred[a]] == 1
    if not cycle:
        left = min(high, old)
        put = left
        for i in range(left, low + 1):
            u = order[i]
            if mark[u] == 0:
                order[put] = u
                place[u] = put
                put += 1
        # Behind `low` only v itself can stand in the way; the rest moves back by one at most.
        if old > low:
            for i in range(old, low + 1, -1):
                order[i] = order[i - 1]
                place[order[i]] = i
        order[put] = v
        place[v] = put
        put += 1
        for h in range(holding):
            order[put] = held[h]
            place[held[h]] = put
            put += 1
    mark[v] = 0
    for h in range(holding):
        mark[held[h]] = 0
    return not cycle


@compiled
def move(shop: Shop, board: Board, v: int, mode: int, index: int) -> bool:
    """Take v out and put it in `mode` at `index` of that machine's row (counted without v); renew heads and tails.

    Returns False when this would close a cycle; the board is then as before.
    """
    old_mode = board.mode[v]
    old_index = board.at[v]
    before_old, after_old = board.before[v], board.after[v]
    _rehang(shop, board, v, mode, index)
    if not _reorder(shop, board, v):
        _rehang(shop, board, v, old_mode, old_index)
        return False
    _renew_heads(shop, board, v, after_old)
    _renew_tails(shop, board, v, before_old)
    return True


@inner
def _renew_heads(shop: Shop, board: Board, v: int, old: int) -> None:
    """Renew heads after v was moved away from before `old`: forward in the order until nothing can change any more.

    The loops below are written out, over local names: a call per operation would cost several times the work itself.
    """
    order, place, after, before = board.order, board.place, board.after, board.before
    starts, ends, duration, machine = board.start, board.end, board.duration, board.machine
    pred_first, pred, succ_first, succ, heads = shop.pred_first, shop.pred, shop.succ_first, shop.succ, shop.head
    sites, travel = shop.machine_site, shop.travel
    far = shop.has_travel != 0
    n = len(order)
    low = place[v]
    high = place[v]
    if old < n:
        low = min(low, place[old])
        high = max(high, place[old])
    if after[v] < n:
        high = max(high, place[after[v]])
    if far:
        for a in range(succ_first[v], succ_first[v + 1]):
            high = max(high, place[succ[a]])
    i = low
    while i <= high:
        u = order[i]
        head = max(heads[u], ends[before[u]])
        if far:
            site = sites[machine[u]]
            for a in range(pred_first[u], pred_first[u + 1]):
                w = pred[a]
                head = max(head, ends[w] + travel[sites[machine[w]], site])
        else:
            for a in range(pred_first[u], pred_first[u + 1]):
                head = max(head, ends[pred[a]])
        end = head + duration[u]
        starts[u] = head
        if end != ends[u]:
            ends[u] = end
            w = after[u]
            if w < n:
                high = max(high, place[w])
            for a in range(succ_first[u], succ_first[u + 1]):
                high = max(high, place[succ[a]])
        i += 1


@inner
def _renew_tails(shop: Shop, board: Board, v: int, old: int) -> None:
    """Renew tails after v was moved away from behind `old`: backward in the order until nothing can change any more."""
    order, place, after, before = board.order, board.place, board.after, board.before
    rests, behinds, duration, machine, mode = board.rest, board.behind, board.duration, board.machine, board.mode
    pred_first, pred, succ_first, succ, mode_tail = (
        shop.pred_first,
        shop.pred,
        shop.succ_first,
        shop.succ,
        shop.mode_tail,
    )
    sites, travel = shop.machine_site, shop.travel
    far = shop.has_travel != 0
    n = len(order)
    low = place[v]
    high = place[v]
    if old < n:
        low = min(low, place[old])
        high = max(high, place[old])
    if before[v] < n:
        low = min(low, place[before[v]])
    if far:
        for a in range(pred_first[v], pred_first[v + 1]):
            low = min(low, place[pred[a]])
    i = high
    while i >= low:
        u = order[i]
        tail = max(mode_tail[mode[u]], behinds[after[u]])
        if far:
            site = sites[machine[u]]
            for a in range(succ_first[u], succ_first[u + 1]):
                w = succ[a]
                tail = max(tail, behinds[w] + travel[site, sites[machine[w]]])
        else:
            for a in range(succ_first[u], succ_first[u + 1]):
                tail = max(tail, behinds[succ[a]])
        behind = tail + duration[u]
        rests[u] = tail
        if behind != behinds[u]:
            behinds[u] = behind
            w = before[u]
            if w < n:
                low = min(low, place[w])
            for a in range(pred_first[u], pred_first[u + 1]):
                low = min(low, place[pred[a]])
        i -= 1


@inner
def _rehang(shop: Shop, board: Board, v: int, mode: int, index: int) -> None:
    """Change mode and machine neighbours of v; no heads, no order."""
    n = len(board.order)
    row, at = board.row, board.at
    k = board.machine[v]
    base = board.first[k]
    last = board.filled[k] - 1
    for i in range(at[v], last):
        u = row[base + i + 1]
        row[base + i] = u
        at[u] = i
    board.filled[k] = last
    x, y = board.before[v], board.after[v]
    if x < n:
        board.after[x] = y
    if y < n:
        board.before[y] = x
    k = shop.mode_machine[mode]
    base = board.first[k]
    last = board.filled[k]
    for i in range(last, index, -1):
        u = row[base + i - 1]
        row[base + i] = u
        at[u] = i
    row[base + index] = v
    at[v] = index
    board.filled[k] = last + 1
    x = row[base + index - 1] if index > 0 else n
    y = row[base + index + 1] if index < last else n
    board.before[v] = x
    board.after[v] = y
    if x < n:
        board.after[x] = v
    if y < n:
        board.before[y] = v
    board.mode[v] = mode
    board.machine[v] = k
    board.duration[v] = shop.mode_duration[mode]
