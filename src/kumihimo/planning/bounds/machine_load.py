"""Lower bounds of the largest completion from the work that resources must do.

For a set of resources, every step that can be made on these alone must find its least work in their open time, between
the earliest head and the horizon less the shortest tail of these steps. For a single resource the preemptive schedule
of Jackson is sharper: run whichever part that is there has the longest tail. It is optimal for the one-machine
relaxation with heads and tails (Carlier 1982); open time only maps finished work to minutes, the same way for every
step, so longest tail first stays right. Capacity n and batches count as one machine that is as fast as all of it.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable

from kumihimo.planning.arrays import BATCH, LOAD_UNIT, NEVER, Ints
from kumihimo.planning.bounds.alone import Alone
from kumihimo.planning.bounds.cost_to_go import make_rest
from kumihimo.planning.bounds.open_time import finish, work_before
from kumihimo.planning.bounds.priced_time import quantity
from kumihimo.planning.bounds.rows import (
    BEFORE,
    CAPACITY,
    END,
    FACT,
    HIGH,
    KIND,
    LOW,
    MODES,
    RESOURCE,
    START,
    STEPS,
    WORK,
    Rows,
)

_MOST_SETS = 200


class _Task:
    """A movable step: least head, tail, and work per eligible resource (minutes of one unit of capacity)."""

    __slots__ = ("head", "tail", "work")

    def __init__(self, head: int, tail: int, work: dict[int, float]) -> None:
        self.head, self.tail, self.work = head, tail, work


def machine_load(rows: Rows, basis: Alone, orders: Ints) -> int:
    """Return a lower bound of the largest completion of the given orders."""
    tasks = _tasks(rows, basis, orders)
    by_set: dict[frozenset[int], list[_Task]] = {}
    for task in tasks:
        by_set.setdefault(frozenset(task.work), []).append(task)
    best = 0
    for name, group in by_set.items():
        if len(name) == 1:
            best = max(best, _one_machine(rows, next(iter(name)), group))
    names = sorted(by_set, key=lambda s: (-sum(min(t.work.values()) for t in by_set[s]), sorted(s)))[:_MOST_SETS]
    names.append(frozenset(r for name in by_set for r in name))
    for name in names:
        inside = [t for other, group in by_set.items() if other <= name for t in group]
        if inside:
            best = max(best, _shared(rows, sorted(name), inside))
    return best


def _tasks(rows: Rows, basis: Alone, orders: Ints) -> list[_Task]:
    rest = make_rest(rows, basis.mode_end)
    tasks = []
    for order in orders.tolist():
        for step in range(int(rows.order[STEPS, order]), int(rows.order[STEPS, order + 1])):
            if rows.step[FACT, step] >= 0:
                continue
            head, tail = NEVER, NEVER
            work: dict[int, float] = {}
            for mode in range(int(rows.step[MODES, step]), int(rows.step[MODES, step + 1])):
                end, resource = int(basis.mode_end[mode]), int(rows.mode[RESOURCE, mode])
                if end >= NEVER:
                    continue
                needs = float(quantity(rows, step, resource)) * int(rows.mode[WORK, mode])
                work[resource] = min(work.get(resource, math.inf), needs)
                head = min(head, _start_of(rows, mode, end))
                tail = min(tail, max(0, int(rest.tail[mode])) if rest.is_tree[order] else 0)
            if work and min(work.values()) > 0:
                tasks.append(_Task(head, tail, work))
    return tasks


def _calendar(rows: Rows, resource: int) -> tuple[int, int]:
    return int(rows.resource[LOW, resource]), int(rows.resource[HIGH, resource])


def _work(rows: Rows, resource: int, minute: int) -> int:
    """Return the open minutes of a resource between minute 0 and `minute` (negative before)."""
    low, high = _calendar(rows, resource)
    return int(work_before(rows.open, low, high, minute)) - int(work_before(rows.open, low, high, 0))


def _start_of(rows: Rows, mode: int, end: int) -> int:
    """Return a minute from which on the work that ends earliest at `end` was open: no start is earlier."""
    resource, work = int(rows.mode[RESOURCE, mode]), int(rows.mode[WORK, mode])
    if work == 0:
        return end
    low, high = _calendar(rows, resource)
    target = _work(rows, resource, end) - work
    target += int(work_before(rows.open, low, high, 0))
    for at in range(low, high):
        length = int(rows.open[END, at] - rows.open[START, at])
        if int(rows.open[BEFORE, at]) + length > target:
            return int(rows.open[START, at]) + target - int(rows.open[BEFORE, at])
    return end


def _speed(rows: Rows, resource: int) -> float:
    unit = LOAD_UNIT if rows.resource[KIND, resource] == BATCH else 1
    return int(rows.resource[CAPACITY, resource]) / unit


def _one_machine(rows: Rows, resource: int, tasks: list[_Task]) -> int:
    """Return the largest end plus tail of Jackson's preemptive schedule on the resource's open minutes."""
    low, high = _calendar(rows, resource)
    speed = _speed(rows, resource)
    waiting = sorted((_work(rows, resource, t.head), -t.tail, t.work[resource] / speed) for t in tasks)
    ready: list[tuple[int, float]] = []
    now, at, best = 0.0, 0, 0
    while ready or at < len(waiting):
        if not ready:
            now = max(now, float(waiting[at][0]))
        # Whatever sums of floating-point numbers say: when nothing else is left to do, the next one is there.
        while at < len(waiting) and (waiting[at][0] <= now or not ready):
            heapq.heappush(ready, (waiting[at][1], waiting[at][2]))
            at += 1
        tail, left = heapq.heappop(ready)
        until = waiting[at][0] if at < len(waiting) else math.inf
        if now + left > until:
            heapq.heappush(ready, (tail, left - (until - now)))
            now = float(until)
            continue
        now += left
        whole = math.ceil(now - 1e-6)
        end = _after(rows, resource, low, high, whole)
        best = max(best, end - tail)
    return best


def _after(rows: Rows, resource: int, low: int, high: int, whole: int) -> int:
    """Return the minute by which `whole` open minutes since minute 0 have passed (the last, if there are fewer)."""
    start = 0
    for at in range(low, high):
        if rows.open[END, at] > 0:
            start = max(0, int(rows.open[START, at]))
            break
    if whole <= 0:
        return 0
    end = int(finish(rows.open, low, high, start, whole))
    return end if end < NEVER else int(rows.goal[0])


def _shared(rows: Rows, resources: list[int], tasks: list[_Task]) -> int:
    """Return the first minute by which the resources together have been open for the least work of the tasks."""
    needs = math.fsum(min(t.work.values()) for t in tasks)
    head, tail = min(t.head for t in tasks), min(t.tail for t in tasks)
    speeds = [_speed(rows, r) for r in resources]
    before = [_work(rows, r, head) for r in resources]

    def has(minute: int) -> bool:
        found = math.fsum(
            speed * (_work(rows, r, minute) - start) for r, speed, start in zip(resources, speeds, before, strict=True)
        )
        return found >= needs - 1e-6

    return _first(has, head, int(rows.goal[0])) + tail


def _first(test: Callable[[int], bool], low: int, high: int) -> int:
    """Return the first minute of low..high for which a monotone test holds, or `high`."""
    while low < high:
        middle = (low + high) // 2
        if test(middle):
            high = middle
        else:
            low = middle + 1
    return low
