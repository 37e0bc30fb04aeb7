"""A plan between two plans: what path relinking (Glover) looks for, found in one step.

Each operation has a key, head minus tail, which grows along every arc of its plan. A weighted mean of the keys of two
plans therefore grows along every routing arc, and whatever order both plans agree on is kept: sorting by it gives a
plan on the way from the one to the other, without repair.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
WHOLE = 64
"""Weights are parts of this."""


def blend(
    routing: Ints, mode_a: Ints, key_a: Ints, mode_b: Ints, key_b: Ints, weight: int, chance: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return modes and an order (n,) about `weight` / WHOLE of the way from plan a to plan b.

    Parameters
    ----------
    routing
        (n,) operations, each behind its predecessors: breaks ties between equal keys.
    mode_a, key_a, mode_b, key_b
        (n,) modes and keys of the two plans.
    """
    key = key_a * (WHOLE - weight) + key_b * weight
    mode = np.where(chance.integers(WHOLE, size=len(routing)) < weight, mode_b, mode_a)
    return mode, routing[np.argsort(key[routing], kind="stable")]
