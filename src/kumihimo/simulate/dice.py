"""Random draws that give the same numbers on every platform.

Only uniform numbers of PCG64 are used, with additions, products and table look-ups: no logarithm or exponential, whose
last bit differs between mathematical libraries and processors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def generator(seed: int, *stream: int) -> np.random.Generator:
    """Return the generator of a seed and a stream number."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *stream])))


class Dice:
    """Vector draws from one generator.

    Parameters
    ----------
    rng
        Where the uniform numbers come from.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def unit(self, *shape: int) -> Floats:
        """Return uniform numbers in [0, 1)."""
        return self._rng.random(shape)

    def chance(self, probability: float | Floats, count: int) -> Bools:
        """Return True with the given probability, one or `count` of them."""
        return np.asarray(self.unit(count) < probability)

    def bell(self, count: int) -> Floats:
        """Return numbers of mean 0 and variance 1, bell-shaped, within ±3.47 (sum of four uniform numbers)."""
        total = self.unit(count) + self.unit(count) + self.unit(count) + self.unit(count)
        return (total - 2.0) * 1.7320508075688772

    def between(self, low: float | Floats, high: float | Floats, count: int) -> Floats:
        """Return uniform numbers between two limits."""
        return low + (np.asarray(high) - low) * self.unit(count)

    def whole(self, low: int | Ints, high: int | Ints, count: int) -> Ints:
        """Return whole numbers from `low` to `high`, both included."""
        low, high = np.asarray(low), np.asarray(high)
        return (low + np.floor((high - low + 1) * self.unit(count))).astype(np.int64)

    def weighted(self, weights: Sequence[float], count: int) -> Ints:
        """Return indices drawn with the given weights."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        return np.minimum(np.searchsorted(edges / edges[-1], self.unit(count), side="right"), len(edges) - 1)

    def quantile(self, points: Sequence[tuple[float, float]], count: int, shift: float | Floats = 0.0) -> Floats:
        """Return numbers of a distribution given by its quantiles, as (share, value) from 0 to 1.

        Parameters
        ----------
        points
            Ascending; linear in between.
        count
            How many.
        shift
            Added to the share before the look-up, to draw larger or smaller ones.
        """
        shares, values = zip(*points, strict=True)
        return np.asarray(np.interp(np.clip(self.unit(count) + shift, 0.0, 1.0), shares, values))


def steps(value: Floats, step: float) -> Floats:
    """Return `value` rounded to whole steps."""
    return np.floor(value / step + 0.5) * step


def allot(weights: Sequence[float], total: int, least: int) -> Ints:
    """Split `total` by weight into whole numbers (largest remainder), each at least `least` where that is possible.

    Returns
    -------
    numpy.ndarray
        Whole numbers that add up to `total`.
    """
    shares = np.asarray(weights, dtype=np.float64)
    floor = min(least, total // len(shares))
    exact = shares / shares.sum() * total
    counts = np.maximum(np.floor(exact).astype(np.int64), floor)
    while counts.sum() > total:
        # Whoever lies furthest above the exact share gives one back.
        surplus = np.where(counts > floor, counts - exact, -np.inf)
        counts[int(np.argmax(surplus))] -= 1
    while counts.sum() < total:
        counts[int(np.argmax(exact - counts))] += 1
    return np.asarray(counts)
