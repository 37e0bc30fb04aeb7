"""One part of the index searched for one need: candidates, near-misses, peers to share with, and all rejections."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kumihimo.matching.columns import CapabilityColumns
from kumihimo.matching.index import IndexPart
from kumihimo.matching.judgement import COUNT_SHIFT, REASONS_MASK, Judgement, Spread, key_bit, reasons_of_keys
from kumihimo.matching.nearness import material_nearness_milli
from kumihimo.matching.process_rows import NOTHING
from kumihimo.matching.reasons import BIT, SPLITTABLE, UNKNOWN_SHIFT, VIOLATED_MASK, Reason
from kumihimo.matching.score import FULL_SCORE, Weights, score_rows
from kumihimo.matching.severity import SEVERITY_CAP, severity_milli
from kumihimo.matching.verdict_words import Words
from kumihimo.matching.verdicts import Need

FEW_FITTING = 3
"""With fewer firms than this able to take the whole quantity, peers to share it with are listed too."""
_SEVERITY_BITS, _UNKNOWN_BITS, _PLACE_BITS, _SCORE_BITS = 16, 5, 27, 12
"""A near-miss key: 5 bits of violations, 10 of material, then these; 2^27 rows of one process are 134 million."""
_PLACE_MASK = (1 << _PLACE_BITS) - 1
_SAMPLE = 4096
_MISS = np.uint32(1 << COUNT_SHIFT)
_SPLIT_KEY = sum(key_bit(reason) for reason in SPLITTABLE)
_FINAL_KEY = np.uint32(sum(key_bit(reason) for reason in (Reason.ORG_PAUSED, Reason.AVOIDS, Reason.ROW_EXPIRED)))
"""Reasons that no change of the requirement removes: such a firm is rejected, but it is no near-miss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One row that will be shown; `order` sorts within and across parts."""

    order: tuple[int | bytes, ...]
    part: IndexPart
    row: int
    word: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one part of the index found."""

    candidates: list[Pick]
    near: list[Pick]
    split: list[Pick]
    with_rows: int
    fitting: int
    asking: int
    rejections: dict[Reason, int]
    sole: dict[Reason, int]


def search(
    part: IndexPart,
    need: Need,
    limit: int,
    near_limit: int,
    weights: Weights,
    ship_to: tuple[float, float] | None,
) -> Found:
    """Search a part; parameters as those of `rank`."""
    columns, free = part.columns, part.free_weeks(need.today)
    rows = free.process_rows(need.step.process)
    if not len(rows.rows):
        return Found(candidates=[], near=[], split=[], with_rows=0, fitting=0, asking=0, rejections={}, sole={})
    judgement = Judgement.of(columns, need, rows)
    # Of a firm's rows the least key: fewest violations, then those checked earlier.
    best = rows.least(judgement.keys)
    gone = None if part.replaced is None else part.replaced[rows.firms]

    def picks_of(positions: NDArray[np.intp], order: NDArray[np.int64], most: int) -> list[Pick]:
        places = rows.rows[positions] - rows.span.start
        every = order << _PLACE_BITS | places
        keys = _least(rows.least_of(positions, every), most)
        shown = np.flatnonzero(every <= keys.max(initial=0))
        positions, places = positions[shown], places[shown]
        by_place = np.argsort(places)
        shown = positions[by_place[np.searchsorted(places, keys & _PLACE_MASK, sorter=by_place)]]
        places, words = rows.rows[shown], judgement.words(shown)
        return [
            Pick(order=(key >> _PLACE_BITS, *_identity(columns, place)), part=part, row=place, word=word)
            for key, place, word in zip(keys.tolist(), places.tolist(), words.tolist(), strict=True)
        ]

    def best_scored(chosen: NDArray[np.intp]) -> tuple[list[Pick], int, int]:
        slots = rows.slots(chosen)
        if gone is not None:
            chosen, slots = chosen[~gone[slots]], slots[~gone[slots]]
        if not len(chosen):
            return [], 0, 0
        asks = judgement.unknown(chosen) > 0
        firms, sure = np.zeros((2, len(rows.firms)), dtype=bool)
        firms[slots], sure[slots[~asks]] = True, True
        fitting = int(np.count_nonzero(sure))
        asking = int(np.count_nonzero(firms)) - fitting
        if fitting >= limit:
            chosen, asks = chosen[~asks], asks[~asks]
        # Only rows whose score could still reach that of the last firm shown are scored in full.
        less = FULL_SCORE - judgement.score_but_distance(chosen, weights)
        order = asks.astype(np.int64) << _SCORE_BITS
        last = _nth(rows.least_of(chosen, order + less), limit)
        kept = order + less - weights.distance <= last
        chosen, order = chosen[kept], order[kept]
        scores = score_rows(columns, need, rows.rows[chosen].astype(np.intp), free, weights, ship_to)
        return picks_of(chosen, order + (FULL_SCORE - scores.total), limit), fitting, asking

    candidates, fitting, asking = best_scored(np.flatnonzero(judgement.keys == 0))
    split: list[Pick] = []
    if fitting + asking < FEW_FITTING and need.step.quantity is not None:
        only_lot = (judgement.keys & np.uint32(REASONS_MASK & ~_SPLIT_KEY)) == 0
        split, _, _ = best_scored(np.flatnonzero(only_lot & (judgement.keys > 0)))
    if gone is not None:
        best[gone] = 0
    rejected = best[best > 0]
    near: list[Pick] = []
    winnable = np.where(best & _FINAL_KEY, np.uint32(0), best)
    if near_limit and winnable.any():
        near = picks_of(*_nearest(judgement, winnable, near_limit), near_limit)
    return Found(
        candidates=candidates,
        near=near,
        split=split,
        with_rows=len(best) - (0 if gone is None else int(np.count_nonzero(gone))),
        fitting=fitting,
        asking=asking,
        rejections=reasons_of_keys(rejected),
        sole=reasons_of_keys(rejected[rejected < 2 * _MISS]),
    )


def _nearest(judgement: Judgement, best: NDArray[np.uint32], limit: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return positions that hold the first near-misses and few others, and what orders them.

    `best` is the least key of each slot, 0 where nothing is rejected or nothing could win the firm.
    """
    rows = judgement.rows
    # Only firms that miss as little as the last one shown can be shown, with their rows that miss no more than that.
    fewest = (best >> np.uint32(COUNT_SHIFT)).astype(np.uint8)
    enough = np.cumsum(np.bincount(fewest, minlength=len(BIT) + 1)[1:]) >= limit
    most = int(enough.argmax()) + 1 if enough.any() else len(BIT)
    chosen = rows.below(judgement.keys, np.where((fewest <= most) & (best > 0), (best | (_MISS - 1)) + 1, 0))
    chosen = chosen[(judgement.keys[chosen] & _FINAL_KEY) == 0]
    # Some firms, a row of each, tell how near the last one shown is at least: the others need not be looked at in full.
    parts = (judgement.material_distance(), *judgement.severities())
    sample = chosen[: min(_SAMPLE, int(np.searchsorted(chosen, rows.sizes[0])))]
    bound = NOTHING
    if len(sample) >= limit:
        _, missed = _by_distance(judgement, parts, sample, NOTHING)
        bound = int(np.partition(missed, limit - 1)[limit - 1])
    return _by_distance(judgement, parts, chosen, bound)


def _by_distance(
    judgement: Judgement, parts: tuple[Spread, ...], positions: NDArray[np.intp], bound: int
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Order positions by violations, material, severity and unknowns, and drop those above a bound of that order."""
    order = (judgement.keys[positions] >> np.uint32(COUNT_SHIFT)).astype(np.int64) << 10
    order |= parts[0](positions)
    order <<= _SEVERITY_BITS
    severity = np.zeros(len(positions), dtype=np.int64)
    limit = bound >> _UNKNOWN_BITS
    for part in parts[1:]:
        kept = (order | severity) <= limit
        if not kept.all():
            positions, order, severity = positions[kept], order[kept], severity[kept]
        severity = np.minimum(severity + part(positions), SEVERITY_CAP)
    order = (order | severity) << _UNKNOWN_BITS | judgement.unknown(positions)
    kept = order <= bound
    return positions[kept], order[kept]


def _nth(least: NDArray[np.int64], count: int) -> int:
    """Return the `count`-th smallest of the least keys, or the largest of all when there are fewer."""
    told = least[least < NOTHING]
    if not len(told):
        return NOTHING
    return int(told.max() if len(told) <= count else np.partition(told, count - 1)[count - 1])


def _least(least: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    told = least[least < NOTHING]
    return np.sort(np.partition(told, count)[:count] if count < len(told) else told)


def row_keys(columns: CapabilityColumns, need: Need, rows: NDArray[np.intp], words: Words) -> NDArray[np.int64]:
    """Return keys by number of violations, material nearness, how far, number of unknowns, place; all different."""
    violated = words & np.uint64(VIOLATED_MASK)
    misses = np.bitwise_count(violated).astype(np.int64)
    unknown = np.bitwise_count(words >> np.uint64(UNKNOWN_SHIFT)).astype(np.int64)
    far = np.zeros(len(words), dtype=np.int64)
    if need.step.materials:
        far_of = 1000 - material_nearness_milli(columns, need.step.materials)
        other = (violated & np.uint64(BIT[Reason.MAT_FAMILY])) > 0
        far = np.where(other, far_of[columns.row_material[rows]], 0)
    severity = severity_milli(columns, need, rows)
    order = ((misses << 10 | far) << _SEVERITY_BITS | severity) << _UNKNOWN_BITS | unknown
    keys: NDArray[np.int64] = order << _PLACE_BITS | np.arange(len(words))
    return keys


def nearness_milli(pick: Pick) -> int:
    """Return the nearness of the material that a near-miss was ordered by."""
    return 1000 - (int(pick.order[0]) >> (_UNKNOWN_BITS + _SEVERITY_BITS) & 1023)


def _identity(columns: CapabilityColumns, row: int) -> tuple[bytes, bytes, bytes]:
    site = columns.row_site[row]
    return columns.firm_ids[columns.site_firm[site]], columns.site_ids[site], columns.row_ids[row]
