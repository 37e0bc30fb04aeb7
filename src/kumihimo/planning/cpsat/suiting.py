"""Which problems the CP-SAT model is built for; asked before ortools is loaded."""

from __future__ import annotations

import numpy as np

from kumihimo.planning.arrays import Arrays, Ints

MAX_STEPS = 2_000
MAX_MODES = 40_000
MAX_WAYS = 400_000
"""Of the problem as given: what narrowing it down in Python may look at."""


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
