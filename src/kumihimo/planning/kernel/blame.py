"""Why orders are late: the walk back along each critical chain. `planning.explain` tells the rules.

A piece is (level, code, minutes, step, resource, order behind which it waits); a share is (code, minutes, step,
resource, behind). Index -1 is nobody's and nothing's.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from kumihimo.planning.arrays import ALWAYS, BATCH, COUNT, NEVER, Ints
from kumihimo.planning.compiled import compiled, inner
from kumihimo.planning.kernel.clock import work_before

Piece: TypeAlias = tuple[int, int, int, int, int, int]
Share: TypeAlias = tuple[int, int, int, int, int]

BY_OTHERS, BY_CHOICE, BY_CALENDAR, BY_DISTANCE, BY_WORK = range(5)
"""What is blamed first: other orders, a slower machine than there is, closed time, ways, the work itself."""
RELEASE, WORK, QUEUE, SETUP, CLOSED, TRANSPORT, FROZEN, LEAD_IMPOSSIBLE = range(8)
"""Codes, in the sequence of `result.CAUSE_CODES`."""

# Rows of `Scene.step`; `S_CRITICAL` is the predecessor that arrives last, `S_LEAST` the least work of its modes.
S_START, S_END, S_READY, S_CRITICAL, S_RESOURCE, S_WORK_READY, S_HOLDER, S_WORK, S_LEAST, S_SENT = range(10)
S_ORDER, S_FAMILY, S_LOAD, S_FACT = range(10, 14)
# Rows of `Scene.order`: due, release, last arrival, the step that brings it, whether a step is frozen.
O_DUE, O_RELEASE, O_FINISH, O_SINK, O_HAS_FACT = range(5)
# Rows of `Scene.holder`, as in `Occupancy`; `H_BY_END` lists the holders of each resource by their ends.
H_STEP, H_START, H_END, H_WORK_START, H_WORK_END, H_IS_FACT, H_LOAD, H_DURATION, H_BEFORE, H_BY_END = range(10)
# Rows of `Scene.resource`: calendar and its rows, kind, capacity, set-up table, first holder, first full time.
R_CALENDAR, R_LOW, R_HIGH, R_KIND, R_CAPACITY, R_TABLE, R_HOLDERS, R_FULL = range(8)


class Scene(NamedTuple):
    """A final plan as tables, one quantity per row.

    Attributes
    ----------
    step, order, holder, resource
        Shapes (14, s), (5, n), (10, h), (8, r + 1).
    full
        Starts and ends of the times in which all places of a resource with several are taken, shape (2, f).
    open_start, open_end, open_before, table_first, table_width, table_minutes, table_local
        As in `Arrays`.
    """

    step: Ints
    order: Ints
    holder: Ints
    resource: Ints
    full: Ints
    open_start: Ints
    open_end: Ints
    open_before: Ints
    table_first: Ints
    table_width: Ints
    table_minutes: Ints
    table_local: Ints


@inner
def _before(scene: Scene, resource: int, minute: int) -> int:
    """Return the open minutes of a resource before a minute."""
    if scene.resource[R_CALENDAR, resource] == ALWAYS:
        return minute
    low, high = scene.resource[R_LOW, resource], scene.resource[R_HIGH, resource]
    return work_before(scene.open_start, scene.open_end, scene.open_before, low, high, minute)


@inner
def _open(scene: Scene, resource: int, start: int, end: int) -> int:
    return _before(scene, resource, end) - _before(scene, resource, start)


@inner
def _setup(scene: Scene, resource: int, before: int, after: int) -> int:
    """Return the set-up minutes between two steps on a resource; -1: no step."""
    table = scene.resource[R_TABLE, resource]
    if table < 0 or before < 0 or after < 0:
        return 0
    one, two = scene.step[S_FAMILY, before], scene.step[S_FAMILY, after]
    if one < 0 or two < 0 or one == two:
        return 0
    a, b = scene.table_local[table, one], scene.table_local[table, two]
    if a < 0 or b < 0:
        return 0
    return int(scene.table_minutes[scene.table_first[table] + a * scene.table_width[table] + b])


@inner
def _behind(scene: Scene, found: list[Piece], step: int, resource: int, free: int, holder: int) -> None:
    """Add open minutes in which a holder was in the way; -1: nobody."""
    if free == 0:
        return
    if holder < 0:
        found.append((BY_OTHERS, FROZEN, free, step, resource, -1))
        return
    other = scene.holder[H_STEP, holder]
    if scene.step[S_ORDER, other] == scene.step[S_ORDER, step]:
        found.append((BY_WORK, WORK, free, other, resource, -1))
        return
    code = QUEUE
    if scene.holder[H_IS_FACT, holder] == 1:
        code = FROZEN
    found.append((BY_OTHERS, code, free, step, resource, scene.step[S_ORDER, other]))


@inner
def _idle(
    scene: Scene, found: list[Piece], step: int, resource: int, own_start: int, before: int, free_from: int
) -> None:
    """Add open minutes in which nobody was in the way: the set-up, and what the plan left unused."""
    setup = 0
    if before >= 0 and scene.resource[R_TABLE, resource] >= 0:
        previous = scene.holder[H_STEP, before]
        setup = _setup(scene, resource, previous, step) - (free_from - scene.holder[H_WORK_END, before])
        setup = max(0, min(setup, own_start - free_from))
        if setup > 0:
            behind = scene.step[S_ORDER, previous]
            if behind == scene.step[S_ORDER, step]:
                behind = -1
            found.append((BY_OTHERS, SETUP, setup, step, resource, behind))
    _behind(scene, found, step, resource, own_start - free_from - setup, -1)


@inner
def _own_turn(
    scene: Scene, found: list[Piece], step: int, resource: int, holder: int, before: int, free_from: int
) -> None:
    """Add open minutes in which nobody holds the resource any more, up to the own start."""
    own_start, last = scene.holder[H_WORK_START, holder], scene.holder[H_STEP, holder]
    come = free_from
    if last != step and own_start - free_from < scene.step[S_WORK, step]:
        # Too late to go alone before the run: it waits for the part that comes last.
        come = max(free_from, min(own_start, scene.step[S_WORK_READY, last]))
    _idle(scene, found, step, resource, own_start, before, come)
    _behind(scene, found, step, resource, come - free_from, holder)


@inner
def _joins(scene: Scene, step: int, holder: int) -> bool:
    """Return whether the step could have gone with a run of another."""
    other, work = scene.holder[H_STEP, holder], scene.step[S_WORK, step]
    return bool(
        scene.step[S_FAMILY, other] == scene.step[S_FAMILY, step]
        and scene.holder[H_DURATION, holder] == work
        and scene.holder[H_WORK_END, holder] - scene.holder[H_WORK_START, holder] == work
        and scene.holder[H_LOAD, holder] + scene.step[S_LOAD, step]
        <= scene.resource[R_CAPACITY, scene.step[S_RESOURCE, step]]
    )


@inner
def _fits(scene: Scene, step: int, resource: int, before: int, after: int, own_ready: int) -> bool:
    """Return whether the idle time between two holders would have been long enough for the step."""
    here = scene.holder[H_WORK_START, after] - scene.step[S_WORK, step]
    here -= _setup(scene, resource, step, scene.holder[H_STEP, after])
    if own_ready > here:
        return False
    if before < 0:
        return True
    pause = _setup(scene, resource, scene.holder[H_STEP, before], step)
    return bool(scene.holder[H_WORK_END, before] + pause <= here)


@inner
def _one_by_one(scene: Scene, found: list[Piece], step: int, resource: int, ready: int) -> None:
    """On a machine that does one step at a time, or an oven that does one run at a time."""
    held, holder = scene.holder, scene.step[S_HOLDER, step]
    own_start, own_ready = held[H_WORK_START, holder], scene.step[S_WORK_READY, step]
    before = held[H_BEFORE, holder]
    # Positions on the work axis: from `free_from` on nobody held the resource, `until` is told already.
    free_from = own_ready
    if before >= 0:
        free_from = max(own_ready, held[H_WORK_END, before])
    if own_start != free_from:
        _own_turn(scene, found, step, resource, holder, before, free_from)
    until, is_batch = free_from, scene.resource[R_KIND, resource] == BATCH
    while before >= 0 and until > own_ready:
        current = before
        before = held[H_BEFORE, current]
        begun = held[H_WORK_START, current]
        if is_batch and held[H_START, current] >= ready and _joins(scene, step, current):
            until = begun
            found.clear()
            _behind(scene, found, step, resource, own_start - until, -1)
        free_from = own_ready
        if before >= 0:
            free_from = max(own_ready, held[H_WORK_END, before])
        if begun > free_from and _fits(scene, step, resource, before, current, own_ready):
            found.clear()
            _idle(scene, found, step, resource, own_start, before, free_from)
        elif until > free_from:
            _behind(scene, found, step, resource, until - free_from, current)
        until = free_from


@inner
def _last_ended(scene: Scene, resource: int, minute: int) -> int:
    """Return the holder of a resource with several places that ends last, at `minute` or before; -1: none."""
    first = scene.resource[R_HOLDERS, resource]
    low, high = first, scene.resource[R_HOLDERS, resource + 1]
    while low < high:
        middle = (low + high) >> 1
        if scene.holder[H_END, scene.holder[H_BY_END, middle]] > minute:
            high = middle
        else:
            low = middle + 1
    if low == first:
        return -1
    return int(scene.holder[H_BY_END, low - 1])


@inner
def _one_of_several(scene: Scene, found: list[Piece], step: int, resource: int, ready: int) -> None:
    """On machines that do several steps at a time."""
    start, work = scene.step[S_START, step], scene.step[S_WORK, step]
    until = ready
    for at in range(scene.resource[R_FULL, resource], scene.resource[R_FULL, resource + 1]):
        begin, end = scene.full[0, at], scene.full[1, at]
        if end <= ready:
            continue
        if begin >= start or (begin > until and _open(scene, resource, until, begin) >= work):
            break
        until = min(end, start)
    _behind(scene, found, step, resource, _open(scene, resource, until, start), -1)
    while until > ready:
        current = _last_ended(scene, resource, until)
        begin = ready
        if current >= 0:
            earlier = _last_ended(scene, resource, scene.holder[H_START, current])
            if earlier >= 0:
                begin = max(ready, scene.holder[H_END, earlier])
        _behind(scene, found, step, resource, _open(scene, resource, begin, until), current)
        until = begin


@inner
def _waited(scene: Scene, found: list[Piece], step: int, ready: int) -> None:
    """Cut the open minutes from `ready` to the start of a step, last piece first."""
    resource = scene.step[S_RESOURCE, step]
    if scene.step[S_HOLDER, step] < 0:
        _behind(scene, found, step, resource, _open(scene, resource, ready, scene.step[S_START, step]), -1)
    elif scene.resource[R_KIND, resource] == COUNT:
        _one_of_several(scene, found, step, resource, ready)
    else:
        _one_by_one(scene, found, step, resource, ready)


@inner
def _root(scene: Scene, sink: int) -> tuple[int, int, int]:
    """Return the first step of the critical chain, how long its frozen steps waited, and the last of these or -1."""
    step, waited, fact = sink, 0, -1
    while True:
        if scene.step[S_FACT, step] >= 0:
            if fact < 0:
                fact = step
            waited += max(0, scene.step[S_START, step] - scene.step[S_READY, step])
        elif fact >= 0:
            break
        if scene.step[S_CRITICAL, step] < 0:
            break
        step = scene.step[S_CRITICAL, step]
    return step, waited, fact


@inner
def _take(shares: list[Share], low: int, piece: Piece, most: int) -> int:
    """Lay up to `most` minutes on a piece and return how many it took; the order's shares begin at `low`."""
    _, code, minutes, step, resource, behind = piece
    minutes = min(most, minutes)
    if minutes <= 0:
        return 0
    for at in range(low, len(shares)):
        one, told, two, three, four = shares[at]
        if one == code and two == step and three == resource and four == behind:
            shares[at] = (code, told + minutes, step, resource, behind)
            return minutes
    shares.append((code, minutes, step, resource, behind))
    return minutes


@inner
def _own(scene: Scene, found: list[Piece], step: int, pred: int, waits: list[Piece]) -> None:
    """Add what a movable link of a critical chain costs without others: work, closed time and the way to it."""
    start, ready = scene.step[S_START, step], scene.step[S_READY, step]
    work, least, resource = scene.step[S_WORK, step], scene.step[S_LEAST, step], scene.step[S_RESOURCE, step]
    if work > least:
        found.append((BY_CHOICE, WORK, work - least, step, resource, -1))
    found.append((BY_WORK, WORK, least, step, resource, -1))
    closed = scene.step[S_END, step] - start - work
    if start > ready:
        holder = scene.step[S_HOLDER, step]
        open_start = scene.holder[H_WORK_START, holder] if holder >= 0 else _before(scene, resource, start)
        closed += start - ready - (open_start - scene.step[S_WORK_READY, step])
        waits.clear()
        _waited(scene, waits, step, ready)
        for piece in waits:
            if piece[0] != BY_OTHERS:
                found.append(piece)
    if closed != 0:
        found.append((BY_CALENDAR, CLOSED, closed, step, resource, -1))
    if pred >= 0:
        found.append((BY_DISTANCE, TRANSPORT, ready - scene.step[S_END, pred], step, -1, -1))


@inner
def _along_chain(
    scene: Scene, shares: list[Share], low: int, sink: int, rest: int, others: list[Piece], waits: list[Piece]
) -> int:
    """Lay minutes on the critical chain, walked back until others have cost enough; return how many are left."""
    others.clear()
    step, last, by_others = sink, -1, 0
    while step >= 0:
        start, ready = scene.step[S_START, step], scene.step[S_READY, step]
        last = step
        if scene.step[S_FACT, step] >= 0:
            # Nothing before a fact made it late: it stands where it was promised to stand.
            stood = scene.step[S_END, step] - start + max(0, start - ready)
            others.append((BY_OTHERS, FROZEN, stood, step, scene.step[S_RESOURCE, step], -1))
            break
        waits.clear()
        if start > ready:
            _waited(scene, waits, step, ready)
        for piece in waits:
            if piece[0] == BY_OTHERS:
                others.append(piece)
                by_others += piece[2]
        step = scene.step[S_CRITICAL, step]
        if by_others >= rest:
            break
    for piece in others:
        rest -= _take(shares, low, piece, rest)
        if rest == 0:
            return 0
    others.clear()
    if scene.step[S_SENT, sink] != 0:
        others.append((BY_DISTANCE, TRANSPORT, scene.step[S_SENT, sink], sink, -1, -1))
    step = sink
    while scene.step[S_FACT, step] < 0:
        pred = scene.step[S_CRITICAL, step]
        if step == last:
            pred = -1
        _own(scene, others, step, pred, waits)
        if pred < 0:
            break
        step = pred
    for level in range(BY_CHOICE, BY_WORK + 1):
        for piece in others:
            if piece[0] == level:
                rest -= _take(shares, low, piece, rest)
                if rest == 0:
                    return 0
    return rest


@inner
def _explain(
    scene: Scene, shares: list[Share], order: int, earliest: int, others: list[Piece], waits: list[Piece]
) -> None:
    """Add the shares of one late order; they sum to its lateness."""
    low = len(shares)
    due, release, sink = scene.order[O_DUE, order], scene.order[O_RELEASE, order], scene.order[O_SINK, order]
    late = scene.order[O_FINISH, order] - due
    rest = late
    root, waited, fact = sink, 0, -1
    if release > due or scene.order[O_HAS_FACT, order] == 1:
        root, waited, fact = _root(scene, sink)
    if release > due and scene.step[S_FACT, root] < 0:
        rest -= _take(shares, low, (0, RELEASE, release - due, root, -1, -1), rest)
    alone = 0
    if earliest < NEVER:
        alone = max(0, earliest - due)
    alone -= late - rest
    if fact >= 0:
        # Alone, the order also waits for its own frozen steps; what they wait themselves is no lead time.
        piece = (0, FROZEN, min(alone, waited), fact, scene.step[S_RESOURCE, fact], -1)
        taken = _take(shares, low, piece, rest)
        rest -= taken
        alone -= taken
    if alone > 0:
        rest -= _take(shares, low, (0, LEAD_IMPOSSIBLE, alone, -1, -1, -1), rest)
    if rest > 0:
        rest = _along_chain(scene, shares, low, sink, rest, others, waits)
    if rest > 0:
        _take(shares, low, (0, FROZEN, rest, sink, -1, -1), rest)


@compiled
def blame(scene: Scene, orders: Ints, earliest: Ints) -> tuple[Ints, Ints]:
    """Return the shares of late orders, shape (k, 5), and where those of each order begin, shape (n + 1,).

    Parameters
    ----------
    orders, earliest
        Indices of the late orders, and the completion that each could reach alone; `NEVER` where it is unknown.
    """
    # Compiled lists take their type from what is put in.
    shares = [(0, 0, 0, 0, 0) for _ in range(0)]
    others = [(0, 0, 0, 0, 0, 0) for _ in range(0)]
    waits = [(0, 0, 0, 0, 0, 0) for _ in range(0)]
    cuts = np.zeros(len(orders) + 1, np.int64)
    for at in range(len(orders)):
        _explain(scene, shares, orders[at], earliest[at], others, waits)
        cuts[at + 1] = len(shares)
    table = np.empty((len(shares), 5), np.int64)
    for at in range(len(shares)):
        code, minutes, step, resource, behind = shares[at]
        table[at, 0], table[at, 1], table[at, 2], table[at, 3], table[at, 4] = code, minutes, step, resource, behind
    return table, cuts
