"""How far rows miss a requirement, as one number that orders near-misses. It is never shown and never decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kumihimo.matching.columns import CapabilityColumns, EntryNumbers
from kumihimo.matching.verdicts import Need

_IT_STEP = 0.6
"""One IT grade is a factor of about 1.6 in width (ISO 286-1, R5 series)."""
SEVERITY_CAP = 65_535


def severity_milli(columns: CapabilityColumns, need: Need, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the sum of the relative misses of rows, in thousandths: asked ÷ offered − 1 where it is above 0."""
    step = need.step
    total = np.zeros(len(rows), dtype=np.int64)

    def add(table: NDArray[Any], numbers: EntryNumbers, miss: Callable[[NDArray[Any]], NDArray[np.int64]]) -> None:
        chosen = numbers[rows]
        np.add(
            total,
            np.take(miss(table), chosen) if len(table) <= len(chosen) else miss(np.take(table, chosen, axis=0)),
            out=total,
        )

    if step.size_mm or step.thickness_mm is not None or step.mass_kg is not None:
        add(columns.size_table, columns.row_size, lambda table: _size(table, need))
    if step.tolerance_it is not None or step.tolerance_mm is not None or step.roughness_ra_um is not None:
        add(columns.precision_table, columns.row_precision, lambda table: _precision(table, need))
    if step.quantity is not None or need.lead_days is not None:
        add(columns.volume_table, columns.row_volume, lambda table: _volume(table, need))
    return np.minimum(total, SEVERITY_CAP)


def _size(table: NDArray[np.float64], need: Need) -> NDArray[np.int64]:
    step = need.step
    limits = (table[:, 0], table[:, 5]) if step.round_part else (table[:, 0], table[:, 1], table[:, 2])
    values = step.size_mm if step.round_part else tuple(sorted(step.size_mm, reverse=True))
    misses = [_miss(value, limit) for value, limit in zip(values, limits, strict=False)]
    if step.thickness_mm is not None:
        misses.append(_miss(step.thickness_mm, table[:, 7]))
    if step.mass_kg is not None:
        misses.append(_miss(step.mass_kg, table[:, 8]))
    return _sum(misses, len(table))


def _precision(table: NDArray[np.float64], need: Need) -> NDArray[np.int64]:
    step = need.step
    misses = []
    if step.tolerance_it is not None:
        misses.append(_miss(1.0 + _IT_STEP * (table[:, 0] - step.tolerance_it), 1.0))
    if step.tolerance_mm is not None:
        misses.append(_miss(np.where(np.isnan(table[:, 0]), table[:, 3], np.nan), step.tolerance_mm))
    if step.roughness_ra_um is not None:
        misses.append(_miss(table[:, 4], step.roughness_ra_um))
    return _sum(misses, len(table))


def _volume(table: NDArray[np.int32], need: Need) -> NDArray[np.int64]:
    told = np.where(table < 0, np.nan, table.astype(np.float64))
    misses = []
    if need.step.quantity is not None:
        misses.append(_miss(told[:, 0], float(need.step.quantity)))
        if need.monthly is None:
            misses.append(_miss(float(need.step.quantity), told[:, 1]))
        else:
            misses.append(_miss(float(need.monthly), told[:, 2]))
    if need.lead_days is not None:
        misses.append(_miss(told[:, 4], float(max(need.lead_days, 1))))
    return _sum(misses, len(table))


def _miss(asked: NDArray[np.float64] | float, offered: NDArray[np.float64] | float) -> NDArray[np.int64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        miss = np.divide(asked, offered) - 1.0
    return np.floor(np.clip(np.nan_to_num(miss, nan=0.0, posinf=10.0), 0.0, 10.0) * 1000.0 + 0.5).astype(np.int64)


def _sum(misses: list[NDArray[np.int64]], count: int) -> NDArray[np.int64]:
    total = np.zeros(count, dtype=np.int64)
    for miss in misses:
        total += miss
    return total
