"""What a truck from one site to another takes: minutes, yen, kg of CO2."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kumihimo.logistics.distance import great_circle_km


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One transport between two sites.

    Attributes
    ----------
    minutes
        Wall-clock minutes from the end of the step before to the arrival (trucks run always).
    jpy
        Whole yen.
    kg_co2
        Kilograms, not rounded.
    """

    minutes: int
    jpy: int
    kg_co2: float


WITHIN_A_SITE = Leg(minutes=0, jpy=0, kg_co2=0.0)


class Transport(Protocol):
    """Anything that can answer what lies between two sites."""

    def leg(self, origin: str, destination: str) -> Leg | None:
        """Return the leg between two site ids, or None when no way between them is known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaTransport:
    """Transport from coordinates: great circle times a detour factor, at a speed, plus handling.

    Attributes
    ----------
    points
        Site id -> (latitude, longitude) in degrees.
    detour
        Road kilometres per great-circle kilometre.
    speed_kmh, handling_min
        Driving speed, and minutes of loading and unloading for each leg.
    jpy_per_km, jpy_fixed, kg_co2_per_km
        Cost and emission of a leg.
    """

    points: Mapping[str, tuple[float, float]]
    detour: float
    speed_kmh: float
    handling_min: float
    jpy_per_km: float
    jpy_fixed: float
    kg_co2_per_km: float = 0.0

    def km(self, origin: str, destination: str) -> float:
        """Return road kilometres between two sites.

        Raises
        ------
        KeyError
            A site has no coordinates.
        """
        lat1, lon1 = self.points[origin]
        lat2, lon2 = self.points[destination]
        return great_circle_km(lat1, lon1, lat2, lon2) * self.detour

    def leg(self, origin: str, destination: str) -> Leg | None:
        """Return the leg; minutes round up, yen round half up, nothing is charged within a site."""
        if origin == destination:
            return WITHIN_A_SITE
        if origin not in self.points or destination not in self.points:
            return None
        km = self.km(origin, destination)
        return Leg(
            minutes=math.ceil(self.handling_min + km / self.speed_kmh * 60),
            jpy=math.floor(self.jpy_fixed + km * self.jpy_per_km + 0.5),
            kg_co2=km * self.kg_co2_per_km,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixTransport:
    """Transport from tables; a pair that is missing in `minutes` or `jpy` cannot be used.

    Attributes
    ----------
    minutes, jpy, kg_co2
        Origin -> destination -> value. A pair missing in `kg_co2` counts 0.
    """

    minutes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    jpy: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    kg_co2: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def leg(self, origin: str, destination: str) -> Leg | None:
        """Return the leg, or None when the tables do not hold the pair."""
        if origin == destination:
            return WITHIN_A_SITE
        minutes = self.minutes.get(origin, {}).get(destination)
        jpy = self.jpy.get(origin, {}).get(destination)
        if minutes is None or jpy is None:
            return None
        return Leg(minutes=minutes, jpy=jpy, kg_co2=self.kg_co2.get(origin, {}).get(destination, 0.0))
