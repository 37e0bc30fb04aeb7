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

from kumihimo.planning.arrays import BATCH, LOAD_UNIT, NEVER, Arrays, Ints
from kumihimo.planning.bounds.alone import Alone
from kumihimo.planning.bounds.cost_to_go import make_rest
from kumihimo.planning.bounds.open_time import finish, work_before
from kumihimo.planning.bounds.priced_time import quantity

_MOST_SETS = 200


class _Task:
    """A movable step: least head, tail, and work per eligible resource (minutes of one unit of capacity)."""

    __slots__ = ("head", "tail", "work")

    def __init__(self, head: int, tail: int, work: dict[int, float]) -> None:
        self.head, self.tail, self.work = head, tail, work


def machine_load(arrays: Arrays, basis: Alone, orders: Ints) -> int:
    """Return a lower bound of the largest completion of the given orders."""
    tasks = _tasks(arrays, basis, orders)
    by_set: dict[frozenset[int], list[_Task]] = {}
    for task in tasks:
        by_set.setdefault(frozenset(task.work), []).append(task)
    best = 0
    for name, group in by_set.items():
        if len(name) == 1:
            best = max(best, _one_machine(arrays, next(iter(name)), group))
    names = sorted(by_set, key=lambda s: (-sum(min(t.work.values()) for t in by_set[s]), sorted(s)))[:_MOST_SETS]
    names.append(frozenset(r for name in by_set for r in name))
    for name in names:
        inside = [t for other, group in by_set.items() if other <= name for t in group]
        if inside:
            best = max(best, _shared(arrays, sorted(name), inside))
    return best


def _tasks(arrays: Arrays, basis: Alone, orders: Ints) -> list[_Task]:
    rest = make_rest(arrays, basis.mode_end)
    tasks = []
    for order in orders.tolist():
        for step in range(int(arrays.step_first[order]), int(arrays.step_first[order + 1])):
            if arrays.fact_mode[step] >= 0:
                continue
            head, tail = NEVER, NEVER
            work: dict[int, float] = {}
            for mode in range(int(arrays.mode_first[step]), int(arrays.mode_first[step + 1])):
                end, resource = int(basis.mode_end[mode]), int(arrays.mode_resource[mode])
                if end >= NEVER:
                    continue
                needs = float(quantity(arrays, step, resource)) * int(arrays.mode_duration[mode])
                work[resource] = min(work.get(resource, math.inf), needs)
                head = min(head, _start_of(arrays, mode, end))
                tail = min(tail, max(0, int(rest.tail[mode])) if rest.is_tree[order] else 0)
            if work and min(work.values()) > 0:
                tasks.append(_Task(head, tail, work))
    return tasks


def _calendar(arrays: Arrays, resource: int) -> tuple[int, int]:
    calendar = int(arrays.resource_calendar[resource])
    return int(arrays.calendar_first[calendar]), int(arrays.calendar_first[calendar + 1])


def _work(arrays: Arrays, resource: int, minute: int) -> int:
    """Return the open minutes of a resource between minute 0 and `minute` (negative before)."""
    low, high = _calendar(arrays, resource)
    row = arrays.open_start, arrays.open_end, arrays.open_before
    return int(work_before(*row, low, high, minute)) - int(work_before(*row, low, high, 0))


def _start_of(arrays: Arrays, mode: int, end: int) -> int:
    """Return a minute from which on the work that ends earliest at `end` was open: no start is earlier."""
    resource, work = int(arrays.mode_resource[mode]), int(arrays.mode_duration[mode])
    if work == 0:
        return end
    low, high = _calendar(arrays, resource)
    target = _work(arrays, resource, end) - work
    target += int(work_before(arrays.open_start, arrays.open_end, arrays.open_before, low, high, 0))
    for at in range(low, high):
        length = int(arrays.open_end[at] - arrays.open_start[at])
        if int(arrays.open_before[at]) + length > target:
            return int(arrays.open_start[at]) + target - int(arrays.open_before[at])
    return end


def _speed(arrays: Arrays, resource: int) -> float:
    unit = LOAD_UNIT if arrays.resource_kind[resource] == BATCH else 1
    return int(arrays.resource_capacity[resource]) / unit


def _one_machine(arrays: Arrays, resource: int, tasks: list[_Task]) -> int:
    """Return the largest end plus tail of Jackson's preemptive schedule on the resource's open minutes."""
    low, high = _calendar(arrays, resource)
    speed = _speed(arrays, resource)
    waiting = sorted((_work(arrays, resource, t.head), -t.tail, t.work[resource] / speed) for t in tasks)
    ready: list[tuple[int, float]] = []
    now, at, best = 0.0, 0, 0
    while ready or at < len(waiting):
        if not ready:
            now = max(now, float(waiting[at][0]))
        while at < len(waiting) and waiting[at][0] <= now:
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
        end = _after(arrays, resource, low, high, whole)
        best = max(best, end - tail)
    return best


def _after(arrays: Arrays, resource: int, low: int, high: int, whole: int) -> int:
    """Return the minute by which `whole` open minutes since minute 0 have passed (the last, if there are fewer)."""
    start = 0
    for at in range(low, high):
        if arrays.open_end[at] > 0:
            start = max(0, int(arrays.open_start[at]))
            break
    if whole <= 0:
        return 0
    end = int(finish(arrays.open_start, arrays.open_end, arrays.open_before, low, high, start, whole))
    return end if end < NEVER else int(arrays.goal[0])


def _shared(arrays: Arrays, resources: list[int], tasks: list[_Task]) -> int:
    """Return the first minute by which the resources together have been open for the least work of the tasks."""
    needs = math.fsum(min(t.work.values()) for t in tasks)
    head, tail = min(t.head for t in tasks), min(t.tail for t in tasks)
    speeds = [_speed(arrays, r) for r in resources]
    before = [_work(arrays, r, head) for r in resources]

    def has(minute: int) -> bool:
        found = math.fsum(
            speed * (_work(arrays, r, minute) - start)
            for r, speed, start in zip(resources, speeds, before, strict=True)
        )
        return found >= needs - 1e-6

    return _first(has, head, int(arrays.goal[0])) + tail


def _first(test: Callable[[int], bool], low: int, high: int) -> int:
    """Return the first minute of low..high for which a monotone test holds, or `high`."""
    while low < high:
        middle = (low + high) // 2
        if test(middle):
            high = middle
        else:
            low = middle + 1
    return low
