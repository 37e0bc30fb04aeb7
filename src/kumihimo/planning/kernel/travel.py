"""Transport by formula for many pairs of sites: the arithmetic of `logistics.transport`, over arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kumihimo.logistics.distance import EARTH_RADIUS_KM
from kumihimo.planning.arrays import Floats, Ints
from kumihimo.planning.compiled import compiled


@compiled
def _km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_phi = (phi2 - phi1) / 2
    half_lambda = math.radians(lon2 - lon1) / 2
    h = math.sin(half_phi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


@compiled
def _leg(points: Floats, formula: Floats, a: int, b: int) -> tuple[int, float]:
    """Minutes (-1: no coordinates) and price; formula = detour, km/h, handling, yen/km, yen, kg/km, yen?, yen/kg."""
    if a == b:
        return 0, 0.0
    if math.isnan(points[a, 0]) or math.isnan(points[b, 0]):
        return -1, 0.0
    km = _km(points[a, 0], points[a, 1], points[b, 0], points[b, 1]) * formula[0]
    minutes = math.ceil(formula[2] + km / formula[1] * 60)
    yen = math.floor(formula[4] + km * formula[3] + 0.5)
    return minutes, yen * formula[6] + km * formula[5] * formula[7]


@compiled
def fill_travel(points: Floats, formula: Floats, minutes: NDArray[np.int32], price: Floats) -> None:
    """Fill the ways between all sites; points has shape (w, 2) in degrees, NaN = unknown."""
    for a in range(len(points)):
        minutes[a, a] = 0
        for b in range(a + 1, len(points)):
            spent, cost = _leg(points, formula, a, b)
            minutes[a, b] = spent
            price[a, b] = cost
            spent, cost = _leg(points, formula, b, a)
            minutes[b, a] = spent
            price[b, a] = cost


@compiled
def fill_legs(points: Floats, formula: Floats, pairs: Ints, minutes: Ints, price: Floats) -> None:
    """Fill single ways; pairs has shape (2, k): origin and destination."""
    for at in range(pairs.shape[1]):
        minutes[at], price[at] = _leg(points, formula, pairs[0, at], pairs[1, at])
