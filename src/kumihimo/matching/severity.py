"""How far rows miss a requirement, as one number that orders near-misses. It is never shown and never decides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kumihimo.matching.columns import CapabilityColumns
from kumihimo.matching.verdicts import Need

_IT_STEP = 0.6
"""One IT grade is a factor of about 1.6 in width (ISO 286-1, R5 series)."""
SEVERITY_CAP = 65_535


def severity_milli(columns: CapabilityColumns, need: Need, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the sum of the relative misses of rows, in thousandths: asked ÷ offered − 1 where it is above 0."""
    total = np.zeros(len(rows), dtype=np.int64)
    for misses in (
        size_miss(np.take(columns.size_table, columns.row_size[rows], axis=0), need),
        precision_miss(np.take(columns.precision_table, columns.row_precision[rows], axis=0), need),
        volume_miss(np.take(columns.volume_table, columns.row_volume[rows], axis=0), need),
    ):
        if misses is not None:
            total += misses
    return np.minimum(total, SEVERITY_CAP)


def size_miss(table: NDArray[np.float64], need: Need) -> NDArray[np.int64] | None:
    """Return the misses of entries of the size table; None when no size is asked."""
    step = need.step
    limits = (table[:, 0], table[:, 5]) if step.round_part else (table[:, 0], table[:, 1], table[:, 2])
    values = step.size_mm if step.round_part else tuple(sorted(step.size_mm, reverse=True))
    misses = [_miss(value, limit) for value, limit in zip(values, limits, strict=False)]
    if step.thickness_mm is not None:
        misses.append(_miss(step.thickness_mm, table[:, 7]))
    if step.mass_kg is not None:
        misses.append(_miss(step.mass_kg, table[:, 8]))
    return _sum(misses)


def precision_miss(table: NDArray[np.float64], need: Need) -> NDArray[np.int64] | None:
    """Return the misses of entries of the precision table; None when no precision is asked."""
    step = need.step
    misses = []
    if step.tolerance_it is not None:
        misses.append(_miss(1.0 + _IT_STEP * (table[:, 0] - step.tolerance_it), 1.0))
    if step.tolerance_mm is not None:
        misses.append(_miss(np.where(np.isnan(table[:, 0]), table[:, 3], np.nan), step.tolerance_mm))
    if step.roughness_ra_um is not None:
        misses.append(_miss(table[:, 4], step.roughness_ra_um))
    return _sum(misses)


def volume_miss(table: NDArray[np.int32], need: Need) -> NDArray[np.int64] | None:
    """Return the misses of entries of the volume table; None when neither a quantity nor a day is asked."""
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
    return _sum(misses)


def _miss(asked: NDArray[np.float64] | float, offered: NDArray[np.float64] | float) -> NDArray[np.int64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        miss = np.divide(asked, offered) - 1.0
    miss = np.fmin(np.fmax(miss, 0.0), 10.0)  # of NaN, which is unknown and misses nothing, 0
    return np.floor(miss * 1000.0 + 0.5).astype(np.int64)


def _sum(misses: list[NDArray[np.int64]]) -> NDArray[np.int64] | None:
    if not misses:
        return None
    total = misses[0]
    for miss in misses[1:]:
        total = total + miss
    return total
