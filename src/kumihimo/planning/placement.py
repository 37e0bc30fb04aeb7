"""Where every step stands, as arrays beside `Arrays`; and the way there from a `Plan`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import Compiled, Ints
from kumihimo.planning.result import Plan


class Placement(NamedTuple):
    """A plan as arrays.

    Attributes
    ----------
    mode
        Mode index (of `Arrays`) per step, -1 where the step is not planned; frozen steps always stand.
    start, end
        Wall-clock minutes per step.
    planned
        1 per order whose steps all stand.
    """

    mode: Ints
    start: Ints
    end: Ints
    planned: Ints


def placement_of(compiled: Compiled, plan: Plan) -> Placement:
    """Return a plan of the compiled problem as arrays.

    Raises
    ------
    ValueError
        The plan names a step or a mode that the problem does not have.
    """
    arrays = compiled.arrays
    count = len(compiled.steps)
    mode, start, end = np.full(count, -1, np.int64), np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    at_step = {}
    first = arrays.step_first.tolist()
    for at, order in enumerate(compiled.orders):
        for step in range(first[at], first[at + 1]):
            at_step[order.id, compiled.steps[step].id] = step
    mode_first, files = arrays.mode_first.tolist(), arrays.mode_file.tolist()
    facts = arrays.fact_mode.tolist()
    for row in plan.steps:
        step = at_step.get((row.order, row.step), -1)
        if step < 0:
            raise ValueError(f"the plan names a step that the problem does not have: {row.order}/{row.step}")
        found = facts[step]
        if found < 0:
            run = range(mode_first[step], mode_first[step + 1])
            found = next((m for m in run if files[m] == row.mode), -1)
        if found < 0:
            raise ValueError(f"the plan uses mode {row.mode} of {row.order}/{row.step}, which cannot be used")
        mode[step], start[step], end[step] = found, row.start, row.end
    left = {u.order for u in plan.unplanned}
    planned = np.fromiter((o.id not in left for o in compiled.orders), np.int64, len(compiled.orders))
    return Placement(mode, start, end, planned)
