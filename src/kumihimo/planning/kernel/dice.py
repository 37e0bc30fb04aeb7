"""Random numbers that are the same compiled and interpreted: xorshift on 32 bits.

Source: G. Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003), the triple 13, 17, 5.
"""

from __future__ import annotations

import numpy as np

from kumihimo.planning.arrays import Ints
from kumihimo.planning.compiled import compiled

_MASK = 0xFFFFFFFF


def dice(seed: int, stream: int = 0) -> Ints:
    """Return the state of a generator; streams of one seed are independent of each other."""
    mixed = (seed * 0x9E3779B1 + stream * 0x85EBCA6B + 0x27D4EB2F) & _MASK
    mixed = ((mixed ^ (mixed >> 15)) * 0x2C1B3C6D) & _MASK
    mixed = ((mixed ^ (mixed >> 12)) * 0x297A2D39) & _MASK
    return np.array([(mixed ^ (mixed >> 15)) or 1], np.int64)


@compiled
def roll(state: Ints) -> int:
    """Return a number in [1, 2**32)."""
    x = int(state[0])
    x ^= (x << 13) & 0xFFFFFFFF
    x ^= x >> 17
    x ^= (x << 5) & 0xFFFFFFFF
    state[0] = x
    return x


@compiled
def below(state: Ints, count: int) -> int:
    """Return a number in [0, count)."""
    return roll(state) % count


@compiled
def share(state: Ints) -> float:
    """Return a number in (0, 1)."""
    return roll(state) / 4294967296.0
