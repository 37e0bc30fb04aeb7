"""A shop without names, as every peer gets it, and a checker that knows nothing but these numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kumihimo.planning.problem import Problem
from kumihimo.planning.result import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Tasks with modes and predecessors; everything is counted from 0.

    Attributes
    ----------
    modes
        For each task pairs of machine and duration.
    after
        For each task the tasks before it.
    """

    machines: int
    modes: tuple[tuple[tuple[int, int], ...], ...]
    after: tuple[tuple[int, ...], ...]

    def document(self) -> dict[str, Any]:
        """Return it as plain lists for another process."""
        return asdict(self)


def shop_of(problem: Problem) -> Shop:
    """Return the bare shop of a published instance."""
    number = {resource.id: at for at, resource in enumerate(problem.resources)}
    task = _task_numbers(problem)
    steps = [(order, step) for order in problem.orders for step in order.steps]
    return Shop(
        machines=len(problem.resources),
        modes=tuple(tuple((number[m.resource], m.duration) for m in step.modes) for _, step in steps),
        after=tuple(tuple(task[order.id, name] for name in step.after) for order, step in steps),
    )


def schedule_of(problem: Problem, plan: Plan) -> tuple[list[int], list[int]]:
    """Return mode and start of every task of a plan; -1 where it has none."""
    task = _task_numbers(problem)
    modes, starts = [-1] * len(task), [-1] * len(task)
    for row in plan.steps:
        at = task[row.order, row.step]
        modes[at], starts[at] = row.mode, row.start
    return modes, starts


def _task_numbers(problem: Problem) -> dict[tuple[str, str], int]:
    keys = [(order.id, step.id) for order in problem.orders for step in order.steps]
    return {key: at for at, key in enumerate(keys)}


def faults(shop: Shop, modes: Sequence[int], starts: Sequence[int], makespan: int) -> list[str]:
    """Return what is wrong with a schedule: at most ten sentences, none when it is right."""
    size = len(shop.modes)
    if len(modes) != size or len(starts) != size:
        return [f"{len(modes)} modes and {len(starts)} starts for {size} tasks"]
    found = []
    ends = [0] * size
    on_machine: list[list[tuple[int, int, int]]] = [[] for _ in range(shop.machines)]
    for task in range(size):
        if not 0 <= modes[task] < len(shop.modes[task]) or starts[task] < 0:
            found.append(f"task {task} has mode {modes[task]} and start {starts[task]}")
            continue
        machine, duration = shop.modes[task][modes[task]]
        ends[task] = starts[task] + duration
        if duration:
            on_machine[machine].append((starts[task], ends[task], task))
    for task in range(size):
        found += [
            f"task {task} starts at {starts[task]}, task {before} ends at {ends[before]}"
            for before in shop.after[task]
            if starts[task] < ends[before]
        ]
    for machine, rows in enumerate(on_machine):
        rows.sort()
        latest, holder = 0, -1
        for start, end, task in rows:
            if start < latest:
                found.append(f"tasks {holder} and {task} overlap on machine {machine}")
            if end > latest:
                latest, holder = end, task
    if max(ends, default=0) != makespan:
        found.append(f"the makespan is {max(ends, default=0)}, not {makespan}")
    return found[:10]
