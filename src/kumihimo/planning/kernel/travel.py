"""Transport by formula for many pairs of sites: the arithmetic of `logistics.transport`, over arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kumihimo.logistics.distance import EARTH_RADIUS_KM
from kumihimo.planning.arrays import Floats, Ints
from kumihimo.planning.compiled import compiled, inner


@inner
def _turned(points: Floats) -> Floats:
    """Return latitude in radians, its cosine, and longitude in degrees, shape (w, 3): once per site, not per way."""
    turned = np.empty((len(points), 3), np.float64)
    for at in range(len(points)):
        phi = math.radians(points[at, 0])
        turned[at, 0], turned[at, 1], turned[at, 2] = phi, math.cos(phi), points[at, 1]
    return turned


@inner
def _leg(turned: Floats, formula: Floats, a: int, b: int) -> tuple[int, float]:
    """Minutes (-1: no coordinates) and price; formula = detour, km/h, handling, yen/km, yen, kg/km, yen?, yen/kg."""
    if a == b:
        return 0, 0.0
    if math.isnan(turned[a, 0]) or math.isnan(turned[b, 0]):
        return -1, 0.0
    half_phi = (turned[b, 0] - turned[a, 0]) / 2
    half_lambda = math.radians(turned[b, 2] - turned[a, 2]) / 2
    h = math.sin(half_phi) ** 2 + turned[a, 1] * turned[b, 1] * math.sin(half_lambda) ** 2
    km = 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h))) * formula[0]
    minutes = math.ceil(formula[2] + km / formula[1] * 60)
    yen = math.floor(formula[4] + km * formula[3] + 0.5)
    return minutes, yen * formula[6] + km * formula[5] * formula[7]


@compiled
def fill_travel(points: Floats, formula: Floats, minutes: NDArray[np.int32], price: Floats) -> None:
    """Fill the ways between all sites; points has shape (w, 2) in degrees, NaN = unknown.

    The way back is the way there, to the last bit: only signs change that are squared afterwards.
    """
    turned = _turned(points)
    for a in range(len(points)):
        minutes[a, a] = 0
        for b in range(a + 1, len(points)):
            spent, cost = _leg(turned, formula, a, b)
            minutes[a, b] = spent
            price[a, b] = cost
            minutes[b, a] = spent
            price[b, a] = cost


@compiled
def fill_legs(points: Floats, formula: Floats, pairs: Ints, minutes: Ints, price: Floats) -> None:
    """Fill single ways; pairs has shape (2, k): origin and destination."""
    turned = _turned(points)
    for at in range(pairs.shape[1]):
        minutes[at], price[at] = _leg(turned, formula, pairs[0, at], pairs[1, at])
