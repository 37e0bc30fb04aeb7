"""Plain CP-SAT on one shop, with a model as good as we know how to make it.

One start variable a task; fixed-size optional intervals, one a mode, that share it; precedences on start plus the
chosen duration; start domains from heads, tails and the makespan of a greedy schedule, which is also the complete hint;
and the two redundant facts that raise the bound: total work over machines, and the longest path.
"""

from __future__ import annotations

import time
from typing import Any

from ortools.sat.python import cp_model

from benchmarks.planning.shop import Shop


def greedy(shop: Shop) -> tuple[list[int], list[int]]:
    """Return mode and start of every task: again and again the task and machine that can end first."""
    size = len(shop.modes)
    waiting = [len(before) for before in shop.after]
    followers: list[list[int]] = [[] for _ in range(size)]
    for task, before in enumerate(shop.after):
        for other in before:
            followers[other].append(task)
    ready = {task: 0 for task in range(size) if not waiting[task]}
    free = [0] * shop.machines
    modes, starts = [0] * size, [0] * size
    while ready:
        end, task, mode = min(
            (max(at, free[machine]) + duration, task, mode)
            for task, at in ready.items()
            for mode, (machine, duration) in enumerate(shop.modes[task])
        )
        machine, duration = shop.modes[task][mode]
        modes[task], starts[task] = mode, end - duration
        free[machine] = end
        del ready[task]
        for later in followers[task]:
            waiting[later] -= 1
            if not waiting[later]:
                ready[later] = max(starts[b] + shop.modes[b][modes[b]][1] for b in shop.after[later])
    return modes, starts


def _heads_and_tails(shop: Shop) -> tuple[list[int], list[int]]:
    """Return the least time before each task starts, and from its start to the end of all that follows."""
    size = len(shop.modes)
    least = [min(duration for _, duration in modes) for modes in shop.modes]
    order: list[int] = []
    waiting = [len(before) for before in shop.after]
    followers: list[list[int]] = [[] for _ in range(size)]
    for task, before in enumerate(shop.after):
        for other in before:
            followers[other].append(task)
    stack = [task for task in range(size) if not waiting[task]]
    while stack:
        task = stack.pop()
        order.append(task)
        for later in followers[task]:
            waiting[later] -= 1
            if not waiting[later]:
                stack.append(later)
    head, tail = [0] * size, [0] * size
    for task in order:
        head[task] = max((head[b] + least[b] for b in shop.after[task]), default=0)
    for task in reversed(order):
        tail[task] = least[task] + max((tail[f] for f in followers[task]), default=0)
    return head, tail


def solve(shop: Shop, *, seconds: float, seed: int, target: int | None, workers: int) -> dict[str, Any]:
    """Return status, objective, bound, modes, starts and trace."""
    hint_modes, hint_starts = greedy(shop)
    horizon = max(s + shop.modes[t][m][1] for t, (m, s) in enumerate(zip(hint_modes, hint_starts, strict=True)))
    head, tail = _heads_and_tails(shop)
    model = cp_model.CpModel()
    makespan = model.new_int_var(max(h + t for h, t in zip(head, tail, strict=True)), horizon, "makespan")
    starts, literals = [], []
    on_machine: list[list[Any]] = [[] for _ in range(shop.machines)]
    work: list[Any] = []
    durations: list[Any] = []
    for task, modes in enumerate(shop.modes):
        start = model.new_int_var(head[task], horizon - tail[task], "")
        model.add_hint(start, hint_starts[task])
        chosen = []
        for number, (machine, duration) in enumerate(modes):
            if len(modes) == 1:
                interval = model.new_fixed_size_interval_var(start, duration, "")
                chosen.append(model.new_constant(1))
            else:
                literal = model.new_bool_var("")
                model.add_hint(literal, number == hint_modes[task])
                interval = model.new_optional_fixed_size_interval_var(start, duration, literal, "")
                chosen.append(literal)
            on_machine[machine].append(interval)
        if len(modes) > 1:
            model.add_exactly_one(chosen)
        length = sum(duration * literal for literal, (_, duration) in zip(chosen, modes, strict=True))
        work.append(length)
        durations.append(length)
        starts.append(start)
        literals.append(chosen)
    inner = {other for before in shop.after for other in before}
    for task, before in enumerate(shop.after):
        for other in before:
            model.add(starts[task] >= starts[other] + durations[other])
        if task not in inner:
            model.add(makespan >= starts[task] + durations[task])
    for intervals in on_machine:
        model.add_no_overlap(intervals)
    model.add(makespan * shop.machines >= sum(work))
    model.add_hint(makespan, horizon)
    model.minimize(makespan)

    trace: list[list[float]] = []
    began, began_cpu = time.monotonic(), time.process_time()

    class StopAtTarget(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            trace.append([time.monotonic() - began, self.objective_value])
            if target is not None and self.objective_value <= target:
                self.stop_search()

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    status = solver.solve(model, StopAtTarget())
    answer: dict[str, Any] = {
        "status": solver.status_name(status),
        "wall_s": time.monotonic() - began,
        "cpu_s": time.process_time() - began_cpu,
        "trace": trace,
    }
    # UNKNOWN has an objective of 0 in this interface: only a status that says so is a solution.
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        answer["objective"] = round(solver.objective_value)
        answer["bound"] = int(-(-solver.best_objective_bound // 1))
        answer["starts"] = [solver.value(start) for start in starts]
        answer["modes"] = [next(n for n, x in enumerate(chosen) if solver.value(x)) for chosen in literals]
    return answer
