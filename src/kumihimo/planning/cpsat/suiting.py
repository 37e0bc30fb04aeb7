"""Which problems the CP-SAT model is built for; asked before ortools is loaded.

The limits are measured (multi-firm problems, load 0.85, one thread): at 113 steps and 4,100 pieces of starts the model
takes a plan from 0.57 to 0.24 % above the bound in 17 CPU seconds, where ruin and recreate reaches 0.32 % in the same
time; at 222 steps and 28,600 pieces it finds nothing in 20 CPU seconds and its bound stays below that of the orders
alone; at 557 steps there are 125,000 to 485,000 pieces, and narrowing them down alone takes 2 to 5 seconds.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right

import numpy as np

from kumihimo.planning.arrays import BATCH, NEVER, Arrays, Ints
from kumihimo.planning.cpsat.pieces import OpenRows
from kumihimo.planning.cpsat.reach import Reach

MAX_STEPS = 200
MAX_MODES = 2_000
MAX_WAYS = 16_000
"""Of the problem as given."""
MAX_ROUGH = 40_000
"""Open intervals that modes may reach, counted before anything is narrowed."""
MAX_PIECES = 12_000
MAX_ARCS = 20_000
"""Of the model: literals of starts; pairs of steps on machines with set-ups and in batch plants."""


def unsuited(arrays: Arrays, possible: Ints) -> str | None:
    """Return why the model is not built for the possible orders of this problem, or None."""
    of_step = possible[arrays.step_order] == 1
    steps = int(of_step.sum())
    if steps > MAX_STEPS:
        return f"skipped: {steps} steps, the model takes {MAX_STEPS}"
    widths = np.where(of_step, np.diff(arrays.mode_first), 0)
    modes = int(widths.sum())
    if modes > MAX_MODES:
        return f"skipped: {modes} modes, the model takes {MAX_MODES}"
    after = np.repeat(np.arange(len(widths)), np.diff(arrays.pred_first))
    ways = int((widths[after] * widths[arrays.pred]).sum())
    if ways > MAX_WAYS:
        return f"skipped: {ways} ways between modes, the model takes {MAX_WAYS}"
    return None


def rough_size(arrays: Arrays, wanted: list[int], most: dict[int, float], ceiling: float) -> str | None:
    """Return why narrowing would find too much, or None; `most` and `ceiling` as in `Reach`."""
    rows = OpenRows(arrays)
    count = 0
    for order in wanted:
        low = int(arrays.order_release[order])
        high = int(arrays.goal[0])
        price, due = float(arrays.late_price[order]), int(arrays.order_due[order])
        if arrays.goal[1] and not math.isinf(ceiling):
            high = min(high, int(ceiling))
        elif order in most and price > 0 and due < NEVER:
            high = min(high, due + math.ceil(most[order] / price))
        first, last = int(arrays.step_first[order]), int(arrays.step_first[order + 1])
        modes = slice(int(arrays.mode_first[first]), int(arrays.mode_first[last]))
        for calendar in arrays.resource_calendar[arrays.mode_resource[modes]].tolist():
            starts, ends, _ = rows.of(calendar)
            count += max(0, bisect_left(starts, high) - bisect_right(ends, low))
    if count > MAX_ROUGH:
        return f"skipped: {count} open intervals within reach, the model takes {MAX_ROUGH}"
    return None


def too_large(reach: Reach) -> str | None:
    """Return why the model would be too large, or None."""
    arrays = reach.arrays
    pieces = 0
    on_resource: dict[int, int] = {}
    for row in reach.orders:
        for step in row.steps:
            if step.is_fact:
                continue
            for mode in step.modes:
                pieces += len(mode.pieces)
                if mode.duration > 0:
                    on_resource[mode.resource] = on_resource.get(mode.resource, 0) + 1
    if pieces > MAX_PIECES:
        return f"skipped: {pieces} stretches of starts, the model takes {MAX_PIECES}"
    arcs = 0
    for resource, held in on_resource.items():
        if arrays.resource_setup[resource] >= 0 or arrays.resource_kind[resource] == BATCH:
            arcs += held * (held + 2 * len(reach.facts.groups(resource)))
    if arcs > MAX_ARCS:
        return f"skipped: {arcs} pairs of steps with set-ups or shared runs, the model takes {MAX_ARCS}"
    return None
