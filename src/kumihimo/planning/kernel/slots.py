"""What every resource is busy with, and the earliest place for one more step.

A resource owns a run of rows in `slot`, sorted by start. A row is one step (or a block of frozen steps that overlap).
All three kinds of resources keep the same rows; they differ in what fits beside what.
"""

from __future__ import annotations

from kumihimo.planning.arrays import BATCH, SINGLE, Ints
from kumihimo.planning.compiled import compiled, inner
from kumihimo.planning.kernel.clock import end_of, next_open, place, row_after, row_with, work_before, work_between

# Columns of `slot`; the last two are start and end on the resource's own axis of open minutes.
START, END, STEP, FAMILY, LOAD, WORK, OPEN_BEFORE_START, OPEN_BEFORE_END = range(8)
SLOT_WIDTH = 8
# Columns of `resource`: rows of its calendar, kind, capacity, set-up table, run of slots, longest step ever put on it.
OPEN_FIRST, OPEN_LAST, KIND, CAPACITY, TABLE, TABLE_FIRST, TABLE_WIDTH, SLOT_FIRST, SLOT_ROOM, SLOT_COUNT, LONGEST = (
    range(11)
)
RESOURCE_WIDTH = 11


@compiled
def setup_minutes(resource: Ints, table_minutes: Ints, table_local: Ints, at: int, before: int, after: int) -> int:
    """Return the work minutes between two families on a resource (-1 = no family)."""
    table = resource[at, TABLE]
    if table < 0 or before < 0 or after < 0 or before == after:
        return 0
    if before >= table_local.shape[1] or after >= table_local.shape[1]:
        return 0
    a, b = table_local[table, before], table_local[table, after]
    if a < 0 or b < 0:
        return 0
    return int(table_minutes[resource[at, TABLE_FIRST] + a * resource[at, TABLE_WIDTH] + b])


@inner
def first_after(slot: Ints, first: int, count: int, minute: int) -> int:
    """Return the position (0..count) of the first slot that starts after `minute`."""
    low, high = 0, count
    while low < high:
        middle = (low + high) >> 1
        if slot[first + middle, START] > minute:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def earliest(
    resource: Ints,
    slot: Ints,
    open_start: Ints,
    open_end: Ints,
    open_before: Ints,
    table_minutes: Ints,
    table_local: Ints,
    active: Ints,
    at: int,
    ready: int,
    work: int,
    family: int,
    load: int,
    limit: int,
) -> tuple[int, int]:
    """Return the earliest (start, end) with start >= ready and end <= limit for `work` > 0 minutes, or (-1, -1).

    `active` is scratch, as long as the largest run of slots.
    """
    return earliest_pushing(
        resource,
        slot,
        open_start,
        open_end,
        open_before,
        table_minutes,
        table_local,
        active,
        active[:0],
        at,
        ready,
        work,
        family,
        load,
        limit,
    )


@inner
def earliest_pushing(
    resource: Ints,
    slot: Ints,
    open_start: Ints,
    open_end: Ints,
    open_before: Ints,
    table_minutes: Ints,
    table_local: Ints,
    active: Ints,
    slack: Ints,
    at: int,
    ready: int,
    work: int,
    family: int,
    load: int,
    limit: int,
) -> tuple[int, int]:
    """Do the same, also for no work at all, where the step behind a gap may be pushed right by its slack.

    `slack` is in work minutes per step; an empty one says that nothing moves.
    """
    if work == 0:
        moment = next_open(open_start, open_end, resource[at, OPEN_FIRST], resource[at, OPEN_LAST], ready)
        if moment > limit:
            return -1, -1
        return moment, moment
    kind = resource[at, KIND]
    first, last = resource[at, OPEN_FIRST], resource[at, OPEN_LAST]
    base, count = resource[at, SLOT_FIRST], resource[at, SLOT_COUNT]
    if kind == SINGLE:
        # On the axis of open minutes a step has one length wherever it lies, so a gap is tried by one comparison.
        with_setup = resource[at, TABLE] >= 0
        here = first_after(slot, base, count, ready)
        row = row_after(open_start, open_end, first, last, ready)
        if row >= last:
            return -1, -1
        from_ready = open_before[row] + max(0, ready - open_start[row])
        while True:
            low = from_ready
            waits = False
            if here > 0:
                before = base + here - 1
                if slot[before, END] >= limit:
                    return -1, -1
                low = max(low, slot[before, OPEN_BEFORE_END])
                if with_setup:
                    pause = setup_minutes(resource, table_minutes, table_local, at, slot[before, FAMILY], family)
                    if pause > 0:
                        low = max(low, slot[before, OPEN_BEFORE_END] + pause)
                        waits = True
            fits = here >= count
            if not fits:
                pause = 0
                if with_setup:
                    pause = setup_minutes(resource, table_minutes, table_local, at, family, slot[base + here, FAMILY])
                missing = low + work + pause - slot[base + here, OPEN_BEFORE_START]
                fits = missing <= 0
                if not fits and len(slack) > 0 and low < slot[base + here, OPEN_BEFORE_START]:
                    behind = slot[base + here, STEP]
                    fits = behind >= 0 and missing <= slack[behind]
            if fits:
                found = row_with(open_before, row, last, low)
                start = open_start[found] + low - open_before[found]
                if found == last - 1 and start >= open_end[found]:
                    return -1, -1
                end = end_of(open_start, open_end, open_before, found, last, start, work)
                if end <= limit:
                    return start, end
                # Behind another family the next gap may need less set-up, so only a plain gap ends the search.
                if not waits:
                    return -1, -1
            if here >= count:
                return -1, -1
            here += 1
    if kind == BATCH:
        return _earliest_batch(resource, slot, open_start, open_end, open_before, at, ready, work, family, load, limit)
    return _earliest_count(resource, slot, open_start, open_end, open_before, active, at, ready, work, limit)


@inner
def _earliest_count(
    resource: Ints,
    slot: Ints,
    open_start: Ints,
    open_end: Ints,
    open_before: Ints,
    active: Ints,
    at: int,
    ready: int,
    work: int,
    limit: int,
) -> tuple[int, int]:
    """Sweep the steps that overlap; where n are busy, go on at the first end among them."""
    first, last = resource[at, OPEN_FIRST], resource[at, OPEN_LAST]
    base, count = resource[at, SLOT_FIRST], resource[at, SLOT_COUNT]
    capacity, longest = resource[at, CAPACITY], resource[at, LONGEST]
    while True:
        start, end = place(open_start, open_end, open_before, first, last, ready, work)
        if end > limit:
            return -1, -1
        busy = 0
        again = -1
        here = first_after(slot, base, count, start - longest)
        while here < count and slot[base + here, START] < end:
            row = base + here
            here += 1
            if slot[row, END] <= start:
                continue
            moment = max(start, slot[row, START])
            kept = 0
            for i in range(busy):
                if active[i] > moment:
                    active[kept] = active[i]
                    kept += 1
            active[kept] = slot[row, END]
            busy = kept + 1
            if busy >= capacity:
                again = active[0]
                for i in range(1, busy):
                    again = min(again, active[i])
                break
        if again < 0:
            return start, end
        ready = again


@inner
def _earliest_batch(
    resource: Ints,
    slot: Ints,
    open_start: Ints,
    open_end: Ints,
    open_before: Ints,
    at: int,
    ready: int,
    work: int,
    family: int,
    load: int,
    limit: int,
) -> tuple[int, int]:
    """Join the first run that fits, or open a new one in the first gap, whichever is earlier."""
    first, last = resource[at, OPEN_FIRST], resource[at, OPEN_LAST]
    base, count = resource[at, SLOT_FIRST], resource[at, SLOT_COUNT]
    here = first_after(slot, base, count, ready - 1)
    if here > 0 and slot[base + here - 1, END] > ready:
        ready = slot[base + here - 1, END]
    while here < count:
        row = base + here
        run_start, run_end = slot[row, START], slot[row, END]
        start, end = place(open_start, open_end, open_before, first, last, ready, work)
        if start >= limit:
            return -1, -1
        if end <= run_start:
            if end <= limit:
                return start, end
            return -1, -1
        total = load
        alike = slot[row, WORK] == work and slot[row, FAMILY] == family
        while here < count and slot[base + here, START] == run_start:
            total += slot[base + here, LOAD]
            here += 1
        if alike and total <= resource[at, CAPACITY] and run_end <= limit and ready <= run_start:
            # A frozen run may lie anywhere; whoever joins must obey the calendar.
            own_start, own_end = place(open_start, open_end, open_before, first, last, run_start, work)
            if own_start == run_start and own_end == run_end:
                return run_start, run_end
        ready = max(ready, run_end)
    start, end = place(open_start, open_end, open_before, first, last, ready, work)
    if end > limit:
        return -1, -1
    return start, end


@compiled
def hold(
    resource: Ints,
    slot: Ints,
    open_start: Ints,
    open_end: Ints,
    open_before: Ints,
    at: int,
    start: int,
    end: int,
    step: int,
    family: int,
    load: int,
    work: int,
) -> None:
    """Put a step on a resource; there must be room in its run of slots."""
    base, count = resource[at, SLOT_FIRST], resource[at, SLOT_COUNT]
    first, last = resource[at, OPEN_FIRST], resource[at, OPEN_LAST]
    here = first_after(slot, base, count, start)
    row = base + count
    stop = base + here
    while row > stop:
        for column in range(SLOT_WIDTH):
            slot[row, column] = slot[row - 1, column]
        row -= 1
    slot[row, START] = start
    slot[row, END] = end
    slot[row, STEP] = step
    slot[row, FAMILY] = family
    slot[row, LOAD] = load
    slot[row, WORK] = work
    slot[row, OPEN_BEFORE_START] = work_before(open_start, open_end, open_before, first, last, start)
    slot[row, OPEN_BEFORE_END] = work_before(open_start, open_end, open_before, first, last, end)
    resource[at, SLOT_COUNT] = count + 1
    resource[at, LONGEST] = max(resource[at, LONGEST], end - start)


@compiled
def free(resource: Ints, slot: Ints, at: int, start: int, step: int) -> int:
    """Take a step off a resource and return the position where it was."""
    base, count = resource[at, SLOT_FIRST], resource[at, SLOT_COUNT]
    here = first_after(slot, base, count, start) - 1
    while here > 0 and slot[base + here, STEP] != step:
        here -= 1
    for row in range(base + here, base + count - 1):
        for column in range(SLOT_WIDTH):
            slot[row, column] = slot[row + 1, column]
    resource[at, SLOT_COUNT] = count - 1
    return here


@compiled
def lacks_setup(
    resource: Ints,
    slot: Ints,
    open_start: Ints,
    open_end: Ints,
    open_before: Ints,
    table_minutes: Ints,
    table_local: Ints,
    at: int,
    here: int,
) -> bool:
    """Return whether the slot at position `here` has too little set-up time behind the one before it."""
    if here <= 0 or here >= resource[at, SLOT_COUNT] or resource[at, TABLE] < 0:
        return False
    row = resource[at, SLOT_FIRST] + here
    pause = setup_minutes(resource, table_minutes, table_local, at, slot[row - 1, FAMILY], slot[row, FAMILY])
    if pause <= 0:
        return False
    first, last = resource[at, OPEN_FIRST], resource[at, OPEN_LAST]
    there = work_between(open_start, open_end, open_before, first, last, slot[row - 1, END], slot[row, START])
    return there < pause


@compiled
def renew_open(resource: Ints, slot: Ints, open_start: Ints, open_end: Ints, open_before: Ints, at: int) -> None:
    """Compute the positions on the axis of open minutes anew, after slots were written or the calendar changed."""
    first, last = resource[at, OPEN_FIRST], resource[at, OPEN_LAST]
    for row in range(resource[at, SLOT_FIRST], resource[at, SLOT_FIRST] + resource[at, SLOT_COUNT]):
        slot[row, OPEN_BEFORE_START] = work_before(open_start, open_end, open_before, first, last, slot[row, START])
        slot[row, OPEN_BEFORE_END] = work_before(open_start, open_end, open_before, first, last, slot[row, END])
