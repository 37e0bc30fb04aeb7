"""Verdict words: which reasons reject a row and which are unknown, as bits of one number.

Bit *k* of the lower half says that reason *k* is violated, of the upper half that it is unknown. A word of 0 fits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kumihimo.matching.reasons import BIT, UNKNOWN_SHIFT, Reason

Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]


def violated(reason: Reason, where: Flags) -> Words:
    """Return words that say `reason` is violated where the flags are set."""
    return where.astype(np.uint64) * np.uint64(BIT[reason])


def judged(reason: Reason, bad: Flags, unknown: Flags) -> Words:
    """Return words with `reason` violated where bad, unknown where unknown and not bad."""
    bit = BIT[reason]
    return np.where(bad, np.uint64(bit), np.where(unknown, np.uint64(bit << UNKNOWN_SHIFT), np.uint64(0)))
