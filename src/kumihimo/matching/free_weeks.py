"""In which week a site is first free: two small arrays that answer for any number of rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from kumihimo.matching.columns import CapabilityColumns, to_day, to_week
from kumihimo.matching.process_rows import ProcessRows
from kumihimo.model import STALE_AFTER_DAYS

HORIZON_WEEKS = 104
"""Weeks ahead that are looked at."""
NO_WEEK = 255
"""Stands for "no free week is known"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Summary:
    """Per site: the first free week, and how many weeks from this one on are known to be full."""

    first_free: NDArray[np.uint8]
    full_run: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeWeeks:
    """Free capacity of all sites as known on a day.

    Answers older than `STALE_AFTER_DAYS` are left out. A site may tell hours for a process beside those of the whole
    site; where both are told both must be free.
    """

    week: int
    columns: CapabilityColumns
    _whole: _Summary
    _by_process: dict[int, tuple[NDArray[np.int32], _Summary]]
    _rows: dict[str, ProcessRows] = field(default_factory=dict)

    @staticmethod
    def of(columns: CapabilityColumns, today: date) -> FreeWeeks:
        """Summarise the capacity of `columns` as known on `today`."""
        week, sites = to_week(today), len(columns.site_ids)
        fresh = columns.cap_asked >= to_day(today - timedelta(days=STALE_AFTER_DAYS))
        ahead = columns.cap_week.astype(np.int32) - week
        chosen = np.flatnonzero(fresh & (ahead >= 0) & (ahead < HORIZON_WEEKS))
        whole = chosen[columns.cap_process[chosen] < 0]
        weeks = int(ahead[chosen].max()) + 1 if len(chosen) else 1
        grid = _grid(columns, whole, columns.cap_site[whole], sites, weeks, week)
        by_process: dict[int, tuple[NDArray[np.int32], _Summary]] = {}
        special = chosen[columns.cap_process[chosen] >= 0]
        for process in np.unique(columns.cap_process[special]).tolist():
            lines = special[columns.cap_process[special] == process]
            own, place = np.unique(columns.cap_site[lines], return_inverse=True)
            told = _grid(columns, lines, place, len(own), weeks, week)
            both = np.where(told < 0, grid[own], np.where(grid[own] < 0, told, np.minimum(told, grid[own])))
            by_process[process] = (own, _summary(both))
        return FreeWeeks(week=week, columns=columns, _whole=_summary(grid), _by_process=by_process)

    def process_rows(self, process: str) -> ProcessRows:
        """Return what is the same for every query of a process on this day; kept, some 15 bytes a row."""
        found = self._rows.get(process)
        if found is None:
            columns, span = self.columns, self.columns.slice_of(process)
            found = ProcessRows.of(columns, span, *self.first_and_run(process, columns.row_site[span]))
            self._rows[process] = found
        return found

    def first_free(self, process: str, sites: NDArray[np.int32]) -> NDArray[np.uint8]:
        """Return weeks from now to the first free one; 255 when none is known."""
        return self.first_and_run(process, sites)[0]

    def known_full_weeks(self, process: str, site: int) -> int:
        """Return how many weeks from this one on a site is known to be full."""
        return int(self.first_and_run(process, np.array([site], dtype=np.int32))[1][0])

    def first_and_run(self, process: str, sites: NDArray[np.int32]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return weeks to the first free one (255: none known), and weeks known to be full from now on."""
        first, run = self._whole.first_free[sites], self._whole.full_run[sites]
        names = self.columns.processes
        code = names.index(process) if process in names else -1
        if code in self._by_process:
            own, summary = self._by_process[code]
            place = np.minimum(np.searchsorted(own, sites), len(own) - 1)
            hit = own[place] == sites
            first = np.where(hit, summary.first_free[place], first)
            run = np.where(hit, summary.full_run[place], run)
        return first, run


def _grid(
    columns: CapabilityColumns, lines: NDArray[np.intp], place: NDArray[np.generic], count: int, weeks: int, week: int
) -> NDArray[np.int8]:
    """Return -1 unknown, 0 full, 1 free for each place and week."""
    grid = np.full((count, weeks), -1, dtype=np.int8)
    grid[place, columns.cap_week[lines].astype(np.int32) - week] = columns.cap_free[lines] > 0
    return grid


def _summary(grid: NDArray[np.int8]) -> _Summary:
    free = grid == 1
    first = np.where(free.any(axis=1), free.argmax(axis=1), NO_WEEK).astype(np.uint8)
    broken = grid != 0
    run = np.where(broken.any(axis=1), broken.argmax(axis=1), grid.shape[1]).astype(np.uint8)
    return _Summary(first_free=first, full_run=run)
