"""How well a row that may do the step suits it: ten parts whose whole points add up to the shown score.

Each part is a utility *u* in [0, 1] times its weight in points; points are whole numbers, so the sum is exact. What is
not known counts its prior mean and says so: an unknown firm is neither good nor bad.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kumihimo.logistics import great_circle_km_many
from kumihimo.matching.columns import CapabilityColumns, to_day
from kumihimo.matching.free_weeks import FreeWeeks
from kumihimo.matching.verdicts import Need, full_or_unknown

FULL_SCORE = 1000
PRIOR = 0.5
SPARE_GRADES = 2.0
"""IT grades to spare that earn the full headroom; finer still is over-qualified, not better."""
SPARE_SIZE = 0.25
JOBS_HALF = 5.0
"""Similar jobs at which half of the points are earned: u = n / (n + 5)."""
PPM_PRIOR_DEFECTS, PPM_PRIOR_PIECES = 2.0, 2000.0
"""Gamma(2, 2000 pieces) prior of the defect rate: 1,000 ppm with the weight of 2,000 pieces."""
OTD_PRIOR_ON_TIME, OTD_PRIOR_LATE = 18.0, 2.0
"""Beta(18, 2) prior of delivery on time: 90 % with the weight of 20 jobs."""
OTD_SIGMAS = 1.2816
"""One-sided 90 % lower bound of a normal distribution."""
KM_HALF = 150.0
LEAD_SPARE_DAYS = 14.0
EVIDENCE_HALF_LIFE_DAYS = 730.0


class Term(StrEnum):
    """The parts of the score."""

    HEADROOM = "headroom"
    JOBS = "jobs"
    QUALITY = "quality"
    DELIVERY = "delivery"
    CAPACITY = "capacity"
    DISTANCE = "distance"
    LEAD = "lead"
    EVIDENCE = "evidence"
    RESPONSE = "response"
    STRENGTH = "strength"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Points of each part; they must add up to `FULL_SCORE`.

    Raises
    ------
    ValueError
        A weight is negative, or the sum is not `FULL_SCORE`.
    """

    headroom: int = 150
    jobs: int = 200
    quality: int = 150
    delivery: int = 150
    capacity: int = 120
    distance: int = 80
    lead: int = 50
    evidence: int = 50
    response: int = 30
    strength: int = 20

    def __post_init__(self) -> None:
        points = [getattr(self, item.name) for item in fields(self)]
        if min(points) < 0 or sum(points) != FULL_SCORE:
            raise ValueError(f"weights must be >= 0 and add up to {FULL_SCORE}, got {points}")


DEFAULT = Weights()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Scores of k rows.

    Attributes
    ----------
    points
        int64 (k, 10), in the order of `Term`.
    known
        bool (k, 10); False where the prior stands.
    total
        int64 (k,), the sum of the points.
    """

    points: NDArray[np.int64]
    known: NDArray[np.bool_]
    total: NDArray[np.int64]


def score_rows(
    columns: CapabilityColumns,
    need: Need,
    rows: NDArray[np.intp],
    free: FreeWeeks,
    weights: Weights,
    ship_to: tuple[float, float] | None,
) -> Scores:
    """Score rows that do the wanted process; `ship_to` is (latitude, longitude) in degrees."""
    sites = columns.row_site[rows]
    steady = _steady(columns, need, rows)
    parts = {
        **steady,
        Term.HEADROOM: _headroom(
            need,
            columns.precision_table,
            columns.row_precision[rows],
            columns.size_table,
            columns.row_size[rows],
        ),
        Term.CAPACITY: _capacity(need, *free.first_and_run(need.step.process, sites)),
        Term.DISTANCE: _distance(columns, sites, ship_to),
        Term.LEAD: _lead(need, columns.volume_table[columns.row_volume[rows], 3]),
    }
    points = np.empty((len(rows), len(parts)), dtype=np.int64)
    known = np.empty((len(rows), len(parts)), dtype=bool)
    for number, term in enumerate(Term):
        utility, known[:, number] = parts[term]
        points[:, number] = _points(utility, getattr(weights, term.value))
    return Scores(points=points, known=known, total=points.sum(axis=1))


def steady_points(columns: CapabilityColumns, need: Need, rows: _RowNumbers, weights: Weights) -> NDArray[np.int64]:
    """Return the points of rows for the parts that depend on the day, but on nothing that a step asks."""
    total = np.zeros(len(rows), dtype=np.int64)
    for term, (utility, _) in _steady(columns, need, rows).items():
        total += _points(utility, getattr(weights, term.value))
    return total


def headroom_points(
    need: Need,
    precision: NDArray[np.float64],
    row_precision: _RowNumbers,
    size: NDArray[np.float64],
    row_size: _RowNumbers,
    weights: Weights,
) -> NDArray[np.int64]:
    """Return the points for headroom of rows, given as numbers of lines of both tables."""
    return _points(_headroom(need, precision, row_precision, size, row_size)[0], weights.headroom)


def capacity_points(
    need: Need, first_free: NDArray[Any], full_run: NDArray[Any], weights: Weights
) -> NDArray[np.int64]:
    """Return the points for capacity; parameters as in `full_or_unknown`."""
    return _points(_capacity(need, first_free, full_run)[0], weights.capacity)


def lead_points(need: Need, typical: NDArray[np.int32], weights: Weights) -> NDArray[np.int64]:
    """Return the points for the lead time, given the usual one in days."""
    return _points(_lead(need, typical)[0], weights.lead)


_RowNumbers = NDArray[np.integer[Any]]
_Number = TypeVar("_Number", float, NDArray[np.float64])
_Part = tuple[NDArray[np.float64], NDArray[np.bool_]]


def _points(utility: NDArray[np.float64], weight: int) -> NDArray[np.int64]:
    return np.floor(np.clip(utility, 0.0, 1.0) * weight + 0.5).astype(np.int64)


def _steady(columns: CapabilityColumns, need: Need, rows: _RowNumbers) -> dict[Term, _Part]:
    sites = columns.row_site[rows]
    record = columns.site_deliveries[sites].astype(np.float64)
    return {
        Term.JOBS: _jobs(columns, rows, record),
        Term.QUALITY: _quality(record),
        Term.DELIVERY: _delivery(record),
        Term.EVIDENCE: _evidence(columns, need, rows),
        Term.RESPONSE: _nothing_known(len(rows)),
        Term.STRENGTH: _strength(columns, rows),
    }


def _headroom(
    need: Need,
    precision: NDArray[np.float64],
    row_precision: _RowNumbers,
    size: NDArray[np.float64],
    row_size: _RowNumbers,
) -> _Part:
    step, count = need.step, len(row_size)
    spare: list[tuple[NDArray[np.float64], _RowNumbers]] = []
    if step.tolerance_it is not None:
        spare.append(((step.tolerance_it - precision[:, 0]) / SPARE_GRADES, row_precision))
    if step.size_mm:
        spare.append(((size[:, 0] / max(step.size_mm) - 1.0) / SPARE_SIZE, row_size))
    if not spare:
        return _nothing_known(count)
    sums, counts = np.zeros(count), np.zeros(count)
    for values, rows in spare:
        told = ~np.isnan(values)
        sums += np.take(np.where(told, np.clip(values, 0.0, 1.0), 0.0), rows)
        counts += np.take(told, rows)
    return np.where(counts > 0, sums / np.maximum(counts, 1.0), PRIOR), counts > 0


def _jobs(columns: CapabilityColumns, rows: _RowNumbers, record: NDArray[np.float64]) -> _Part:
    jobs = columns.row_jobs[rows].astype(np.float64)
    recorded = record[:, 0] > 0
    return np.where(recorded, jobs / (jobs + JOBS_HALF), PRIOR), recorded


def smoothed_ppm(pieces: NDArray[np.float64], defects: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return defective parts per million, the mean of the Gamma posterior."""
    ppm: NDArray[np.float64] = (defects + PPM_PRIOR_DEFECTS) / (pieces + PPM_PRIOR_PIECES) * 1e6
    return ppm


def on_time_bound(jobs: _Number, on_time: _Number) -> _Number:
    """Return the one-sided 90 % lower bound of the on-time share (normal approximation of the Beta posterior)."""
    good = on_time + OTD_PRIOR_ON_TIME
    total = jobs + OTD_PRIOR_ON_TIME + OTD_PRIOR_LATE
    mean = good / total
    bound: _Number = mean - OTD_SIGMAS * (mean * (1.0 - mean) / (total + 1.0)) ** 0.5
    return bound


def _quality(record: NDArray[np.float64]) -> _Part:
    ppm = smoothed_ppm(record[:, 2], record[:, 3])
    return 1.0 - np.log10(ppm / 10.0) / 4.0, record[:, 2] > 0


def _delivery(record: NDArray[np.float64]) -> _Part:
    return (on_time_bound(record[:, 0], record[:, 1]) - 0.7) / 0.3, record[:, 0] > 0


def _capacity(need: Need, first_free: NDArray[Any], full_run: NDArray[Any]) -> _Part:
    weeks = need.last_week - need.first_week + 1
    full, unknown = full_or_unknown(need, first_free, full_run)
    free = 1.0 - first_free.astype(np.float64) / weeks
    return np.where(unknown, PRIOR, np.where(full, 0.0, free)), ~unknown


def _distance(columns: CapabilityColumns, sites: NDArray[np.int32], ship_to: tuple[float, float] | None) -> _Part:
    if ship_to is None:
        return _nothing_known(len(sites))
    km = great_circle_km_many(columns.site_lat[sites], columns.site_lon[sites], ship_to[0], ship_to[1])
    told = ~np.isnan(km)
    return np.where(told, KM_HALF / (KM_HALF + km), PRIOR), told


def _lead(need: Need, typical: NDArray[np.int32]) -> _Part:
    if need.lead_days is None:
        return _nothing_known(len(typical))
    told = typical >= 0
    return np.where(told, (need.lead_days - typical) / LEAD_SPARE_DAYS, PRIOR), told


def _evidence(columns: CapabilityColumns, need: Need, rows: _RowNumbers) -> _Part:
    level = columns.row_evidence[rows] / 5.0
    day = columns.row_evidence_on[rows].astype(np.float64)
    age = np.maximum(to_day(need.today) - day, 0.0)
    fresh = np.where(day > 0, 0.5 ** (age / EVIDENCE_HALF_LIFE_DAYS), 0.5)
    return level * fresh, np.ones(len(rows), dtype=bool)


def _strength(columns: CapabilityColumns, rows: _RowNumbers) -> _Part:
    strength = columns.row_strength[rows].astype(np.float64)
    return np.where(strength > 0, (strength - 1.0) / 4.0, PRIOR), strength > 0


def _nothing_known(count: int) -> _Part:
    return np.full(count, PRIOR), np.zeros(count, dtype=bool)
