"""All rows of a process judged at once: one number a row that holds how many reasons reject it, and which.

Every combination of `ProcessRows` is judged once. As no two of its lists speak of the same reason, the numbers of a
row's combinations may simply be added: the counts add up and the bits never meet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kumihimo.matching.columns import CapabilityColumns
from kumihimo.matching.material_fit import material_words
from kumihimo.matching.nearness import material_nearness_milli
from kumihimo.matching.process_rows import Combined, Numbers, ProcessRows
from kumihimo.matching.reasons import BIT, UNKNOWN_SHIFT, VIOLATED_MASK, Reason
from kumihimo.matching.score import Weights, capacity_points, headroom_points, lead_points, steady_points
from kumihimo.matching.severity import precision_miss, size_miss, volume_miss
from kumihimo.matching.verdict_words import Words
from kumihimo.matching.verdicts import (
    Need,
    certificates_words,
    finish_words,
    precision_words,
    qualification_words,
    size_words,
    standing_words,
    volume_words,
)

COUNT_SHIFT = 20
"""The lower 20 bits of a key say which reasons reject the row (all but PROC_NONE, the first), the others how many.

A reason that is checked earlier is a higher bit: of rows with equally many, the one that gets farther is less."""
REASONS_MASK = (1 << COUNT_SHIFT) - 1
_HALF = np.uint32((1 << COUNT_SHIFT // 2) - 1)
_MIRROR = np.array([int(f"{low:010b}"[::-1], 2) for low in range(1 << COUNT_SHIFT // 2)], dtype=np.uint32)
_FAMILY = np.uint64(BIT[Reason.MAT_FAMILY])


def key_bit(reason: Reason) -> int:
    """Return the bit of a key that says that `reason` rejects the row."""
    return 1 << (COUNT_SHIFT - tuple(Reason).index(reason))


def reasons_of_keys(keys: NDArray[np.uint32]) -> dict[Reason, int]:
    """Return how many of the keys hold each reason."""
    found: dict[Reason, int] = {}
    half = COUNT_SHIFT // 2
    bits = (np.arange(1 << half)[:, None] >> np.arange(half)) & 1
    for first in (0, half):
        histogram = np.bincount(keys >> np.uint32(first) & np.uint32((1 << half) - 1), minlength=1 << half)
        told = zip(tuple(Reason)[COUNT_SHIFT - first : 0 : -1], (histogram @ bits).tolist(), strict=False)
        found |= {reason: count for reason, count in told if count}
    return {reason: found[reason] for reason in Reason if reason in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Numbers of the combinations of some list, and which of them each position takes."""

    of_row: Numbers
    values: NDArray[np.int64]

    def __call__(self, positions: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the numbers at some positions."""
        found: NDArray[np.int64] = np.take(self.values, self.of_row[positions])
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Verdict words of some list, and which of them each position takes."""

    words: Words
    of_row: Numbers

    def keys(self) -> NDArray[np.uint32]:
        """Return the key of each word."""
        violated = self.words & np.uint64(VIOLATED_MASK)
        counts = np.bitwise_count(violated).astype(np.uint32) << np.uint32(COUNT_SHIFT)
        later = (violated >> np.uint64(1)).astype(np.uint32)
        half = COUNT_SHIFT // 2
        mirrored = np.take(_MIRROR, later & _HALF) << np.uint32(half) | np.take(_MIRROR, later >> np.uint32(half))
        keys: NDArray[np.uint32] = counts | mirrored
        return keys

    def unknown(self) -> NDArray[np.uint8]:
        """Return how many reasons each word leaves open."""
        counts: NDArray[np.uint8] = np.bitwise_count(self.words >> np.uint64(UNKNOWN_SHIFT))
        return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The rows of a process judged for one need.

    Attributes
    ----------
    keys
        uint32 (n,), by position of `rows`: ``count << COUNT_SHIFT | reasons``; 0 when nothing rejects the row.
    """

    columns: CapabilityColumns
    need: Need
    rows: ProcessRows
    keys: NDArray[np.uint32]
    _lists: tuple[_Judged, ...]
    _worked: Words | None

    @staticmethod
    def of(columns: CapabilityColumns, need: Need, rows: ProcessRows) -> Judgement:
        """Judge all rows."""
        step = need.step
        worked, shaped, volume, standing = rows.worked, rows.shaped, rows.volume, rows.standing
        lists: list[_Judged] = []
        families: Words | None = None

        def add(group: Combined, *words: tuple[int, Words]) -> Words | None:
            if not words:
                return None
            joined: Words = group.spread(*words[0])
            for which, more in words[1:]:
                joined = joined | group.spread(which, more)
            lists.append(_Judged(words=joined, of_row=group.of_row))
            return joined

        of_worked = []
        if step.materials:
            of_worked.append((0, material_words(columns, step)[worked.used[0]]))
        if step.tolerance_it is not None or step.tolerance_mm is not None or step.roughness_ra_um is not None:
            of_worked.append((1, precision_words(columns.precision_table[worked.used[1]], step)))
        families = add(worked, *of_worked)
        of_shaped = []
        if step.size_mm or step.thickness_mm is not None or step.mass_kg is not None:
            of_shaped.append((0, size_words(columns.size_table[shaped.used[0]], step)))
        if step.hardness is not None or step.coating_um is not None or step.geometric:
            of_shaped.append((1, finish_words(columns.finish_table[shaped.used[1]], step, columns.scales)))
        add(shaped, *of_shaped)
        if step.quantity is not None or need.lead_days is not None:
            add(volume, (0, volume_words(columns.volume_table[volume.used[0]], need)))
        facts = [standing.spread(which, used) for which, used in enumerate(standing.used)]
        lists.append(_Judged(words=standing_words(need, *facts), of_row=standing.of_row))
        if step.certificates:
            by_site, kinds = np.unique(certificates_words(columns, need), return_inverse=True)
            of_row = np.take(kinds.astype(np.uint16), np.take(columns.row_site, rows.rows))
            lists.append(_Judged(words=by_site, of_row=of_row))
        if step.needs_qualification:
            days = np.take(columns.row_qualified, rows.rows)
            every = qualification_words(np.arange(2**16), need)
            lists.append(_Judged(words=every, of_row=days))
        keys = np.take(lists[0].keys(), lists[0].of_row)
        for one in lists[1:]:
            table = one.keys()
            if table.any():
                keys += np.take(table, one.of_row)
        return Judgement(columns=columns, need=need, rows=rows, keys=keys, _lists=tuple(lists), _worked=families)

    def unknown(self, positions: NDArray[np.intp]) -> NDArray[np.uint8]:
        """Return how many reasons are open at some positions."""
        total = np.zeros(len(positions), dtype=np.uint8)
        for one in self._lists:
            table = one.unknown()
            if table.any():
                total += np.take(table, one.of_row[positions])
        return total

    def material_distance(self) -> Spread:
        """Tell 1,000 less the nearness of the material; 0 where the family fits."""
        worked, wanted = self.rows.worked, self.need.step.materials
        if not wanted or self._worked is None:
            return Spread(of_row=worked.of_row, values=np.zeros(len(worked.parts[0]), dtype=np.int64))
        far = worked.spread(0, (1000 - material_nearness_milli(self.columns, wanted))[worked.used[0]])
        return Spread(of_row=worked.of_row, values=np.where((self._worked & _FAMILY) > 0, far, 0))

    def severities(self) -> tuple[Spread, ...]:
        """Tell how far rows miss: parts that, capped at `SEVERITY_CAP`, add up to `severity_milli`."""
        columns, rows = self.columns, self.rows
        parts = (
            (rows.volume, 0, volume_miss(columns.volume_table[rows.volume.used[0]], self.need)),
            (rows.shaped, 0, size_miss(columns.size_table[rows.shaped.used[0]], self.need)),
            (rows.worked, 1, precision_miss(columns.precision_table[rows.worked.used[1]], self.need)),
        )
        return tuple(
            Spread(of_row=group.of_row, values=group.spread(which, misses))
            for group, which, misses in parts
            if misses is not None and misses.any()
        )

    def words(self, positions: NDArray[np.intp]) -> Words:
        """Return the verdict words at some positions; the same as `row_words`."""
        words = np.zeros(len(positions), dtype=np.uint64)
        for one in self._lists:
            words |= np.take(one.words, one.of_row[positions])
        return words

    def score_but_distance(self, positions: NDArray[np.intp], weights: Weights) -> NDArray[np.int64]:
        """Return the points of `score_rows` at some positions without those of the distance."""
        columns, need, rows = self.columns, self.need, self.rows
        total = self._steady(weights)[positions].astype(np.int64)
        total += headroom_points(
            need,
            columns.precision_table[rows.worked.used[1]],
            np.take(rows.worked.parts[1], rows.worked.of_row[positions]),
            columns.size_table[rows.shaped.used[0]],
            np.take(rows.shaped.parts[0], rows.shaped.of_row[positions]),
            weights,
        )
        standing = rows.standing
        first, run = (standing.spread(which, standing.used[which]) for which in (4, 5))
        total += np.take(capacity_points(need, first, run, weights), standing.of_row[positions])
        typical = columns.volume_table[rows.volume.used[0], 3]
        total += np.take(rows.volume.spread(0, lead_points(need, typical, weights)), rows.volume.of_row[positions])
        return total

    def _steady(self, weights: Weights) -> NDArray[np.int16]:
        columns, need, rows = self.columns, self.need, self.rows
        return rows.kept(weights, lambda: steady_points(columns, need, rows.rows, weights).astype(np.int16))
