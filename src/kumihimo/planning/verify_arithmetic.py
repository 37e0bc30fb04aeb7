"""Calendar and transport arithmetic of the verifier, written apart from the engine's on purpose.

Nothing here may import `planning.calendar` or call `logistics`: a slip there must not hide itself.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable

from kumihimo.logistics.transport import FormulaTransport
from kumihimo.planning.problem import PlanCalendar, Problem

_EARTH_KM = 6371.0088


class OpenTime:
    """A step function of time, from a sweep over all borders of weekly, closed and open intervals.

    Parameters
    ----------
    calendar
        None = always open.
    monday
        Some minute at which a Monday 00:00 falls.
    low, high
        Range of minutes that is asked about; outside it nothing is open.
    """

    def __init__(self, calendar: PlanCalendar | None, monday: int, low: int, high: int) -> None:
        if calendar is None:
            self.borders, self.is_open = [low], [True]
        else:
            self.borders, self.is_open = self._sweep(calendar, monday, low, high)
        self.worked = [0]
        for at in range(1, len(self.borders)):
            length = self.borders[at] - self.borders[at - 1]
            self.worked.append(self.worked[-1] + (length if self.is_open[at - 1] else 0))

    @staticmethod
    def _sweep(calendar: PlanCalendar, monday: int, low: int, high: int) -> tuple[list[int], list[bool]]:
        changes: dict[int, list[int]] = {low: [0, 0, 0], high: [0, 0, 0]}

        def cover(kind: int, intervals: Iterable[tuple[int, int]]) -> None:
            for a, b in intervals:
                a, b = max(a, low), min(b, high)
                if a < b:
                    changes.setdefault(a, [0, 0, 0])[kind] += 1
                    changes.setdefault(b, [0, 0, 0])[kind] -= 1

        week = monday - ((monday - low) // 10080 + 2) * 10080
        while week < high:
            cover(0, [(week + a, week + b) for a, b in calendar.weekly])
            week += 10080
        cover(1, calendar.closed)
        cover(2, calendar.open)
        depth = [0, 0, 0]
        borders, states = [], []
        for minute in sorted(changes):
            depth = [was + change for was, change in zip(depth, changes[minute], strict=True)]
            borders.append(minute)
            states.append(minute < high and (depth[2] > 0 or (depth[0] > 0 and depth[1] == 0)))
        return borders, states

    def at(self, minute: int) -> bool:
        """Return whether `minute` is open."""
        segment = bisect_right(self.borders, minute) - 1
        return segment >= 0 and self.is_open[segment]

    def work(self, start: int, end: int) -> int:
        """Return open minutes in [start, end)."""
        return self._until(end) - self._until(start)

    def _until(self, minute: int) -> int:
        segment = bisect_right(self.borders, minute) - 1
        if segment < 0:
            return 0
        return self.worked[segment] + (minute - self.borders[segment] if self.is_open[segment] else 0)


class Ways:
    """Minutes, yen and kg of CO2 between sites, from the problem's own numbers."""

    def __init__(self, problem: Problem) -> None:
        self.transport = problem.transport
        self.is_inexact = isinstance(problem.transport, FormulaTransport) and problem.transport.kg_co2_per_km != 0
        self.found: dict[tuple[str, str], tuple[int, int, float] | None] = {}

    def between(self, origin: str, destination: str) -> tuple[int, int, float] | None:
        """Return (minutes, yen, kg), or None when the pair is missing."""
        if origin == destination:
            return 0, 0, 0.0
        key = (origin, destination)
        if key not in self.found:
            self.found[key] = self._compute(origin, destination)
        return self.found[key]

    def _compute(self, origin: str, destination: str) -> tuple[int, int, float] | None:
        rule = self.transport
        if not isinstance(rule, FormulaTransport):
            try:
                minutes, yen = rule.minutes[origin][destination], rule.jpy[origin][destination]
            except KeyError:
                return None
            return minutes, yen, rule.kg_co2[origin].get(destination, 0) if origin in rule.kg_co2 else 0
        if origin not in rule.points or destination not in rule.points:
            return None
        lat1, lon1 = map(math.radians, rule.points[origin])
        lat2, lon2 = map(math.radians, rule.points[destination])
        south_north = math.sin((lat2 - lat1) / 2) ** 2
        west_east = math.sin((lon2 - lon1) / 2) ** 2 * math.cos(lat1) * math.cos(lat2)
        chord = min(1.0, south_north + west_east)
        km = _EARTH_KM * 2 * math.atan2(math.sqrt(chord), math.sqrt(1 - chord)) * rule.detour
        minutes = math.ceil(rule.handling_min + km / rule.speed_kmh * 60)
        return minutes, math.floor(rule.jpy_fixed + km * rule.jpy_per_km + 0.5), km * rule.kg_co2_per_km
