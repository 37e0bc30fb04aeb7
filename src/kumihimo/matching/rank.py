"""Ranking: who fits a step best, who must be asked, who nearly fits, and which requirement rejects how many firms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kumihimo import terms
from kumihimo.errors import InputError
from kumihimo.matching import explain
from kumihimo.matching.answer import Candidate, FirmVerdict, NearMiss, Ranking, RowVerdict
from kumihimo.matching.columns import CapabilityColumns
from kumihimo.matching.index import IndexPart, MatchIndex
from kumihimo.matching.nearness import material_nearness_milli
from kumihimo.matching.reasons import BIT, SPLITTABLE, UNKNOWN_SHIFT, VIOLATED_MASK, Reason
from kumihimo.matching.score import DEFAULT, FULL_SCORE, Weights, score_rows
from kumihimo.matching.severity import severity_milli
from kumihimo.matching.verdicts import Codes, Need, Words, joined_words, row_codes, row_words
from kumihimo.matching.violations import process_missing
from kumihimo.model import StepRequirement

FEW_FITTING = 3
"""With fewer firms than this able to take the whole quantity, peers to share it with are listed too."""
_SEVERITY_BITS, _UNKNOWN_BITS, _PLACE_BITS = 16, 5, 27
"""A near-miss key: 5 bits of violations, 10 of material, then these; 2^27 rows of one process are 134 million."""
_PLACE_MASK = (1 << _PLACE_BITS) - 1
_SPLIT_MASK = sum(BIT[reason] for reason in SPLITTABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pick:
    """One row that will be shown; `order` sorts within and across parts."""

    order: tuple[int | bytes, ...]
    part: IndexPart
    row: int
    word: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What one part of the index found."""

    candidates: list[_Pick]
    near: list[_Pick]
    split: list[_Pick]
    with_rows: int
    fitting: int
    asking: int
    rejections: dict[Reason, int]
    sole: dict[Reason, int]


def rank(
    index: MatchIndex,
    requirement: StepRequirement,
    *,
    today: date,
    limit: int = 20,
    near_limit: int = 10,
    weights: Weights = DEFAULT,
    ship_to: tuple[float, float] | None = None,
) -> Ranking:
    """Rank all firms of the network for one step.

    Parameters
    ----------
    index
        The network.
    requirement
        What the step needs.
    today
        The day of asking: capacity answers age, rows and certificates run out.
    limit, near_limit
        Candidates and near-misses to show; the counts are over the whole network.
    weights
        Of the soft score.
    ship_to
        (latitude, longitude) where the work goes next; None takes the middle of the wanted prefectures, if any.

    Raises
    ------
    InputError
        A limit is below 1.
    """
    if limit < 1 or near_limit < 0:
        raise InputError(
            f"表示件数は1以上にしてください（limit={limit}, near_limit={near_limit}）。",
            f"limit must be at least 1 and near_limit at least 0, got {limit} and {near_limit}.",
        )
    need = Need.of(requirement, today)
    target = ship_to if ship_to is not None else _wanted_place(requirement)
    found = [_search(part, need, limit, near_limit, weights, target) for part in index.parts]
    fitting, asking = sum(item.fitting for item in found), sum(item.asking for item in found)
    candidates = sorted((pick for item in found for pick in item.candidates), key=lambda pick: pick.order)[:limit]
    split = sorted((pick for item in found for pick in item.split), key=lambda pick: pick.order)[:limit]
    rejections = {Reason.PROC_NONE: index.firm_count - sum(item.with_rows for item in found)}
    sole = dict(rejections)
    for item in found:
        for total, own in ((rejections, item.rejections), (sole, item.sole)):
            for reason, count in own.items():
                total[reason] = total.get(reason, 0) + count

    def shown(picks: list[_Pick]) -> tuple[Candidate, ...]:
        return explain.candidates_of(
            need, [(pick.part, pick.row, pick.word) for pick in picks], weights=weights, ship_to=target
        )

    return Ranking(
        requirement=requirement,
        today=today,
        candidates=shown(candidates),
        near_misses=_near_misses(need, [pick for item in found for pick in item.near], near_limit),
        split_peers=shown(split) if fitting + asking < FEW_FITTING else (),
        firms_total=index.firm_count,
        fitting=fitting,
        asking=asking,
        rejections=MappingProxyType({reason: rejections[reason] for reason in Reason if rejections.get(reason)}),
        sole_rejections=MappingProxyType({reason: sole[reason] for reason in Reason if sole.get(reason)}),
    )


def explain_firm(index: MatchIndex, requirement: StepRequirement, firm: str, *, today: date) -> FirmVerdict:
    """Say of one firm, row by row, what it meets, misses and leaves open.

    Raises
    ------
    InputError
        The network holds no such firm.
    """
    need, name = Need.of(requirement, today), firm.encode()
    for part in index.parts:
        columns = part.columns
        number = int(np.searchsorted(columns.firm_ids, np.bytes_(name)))
        if number >= columns.firm_count or columns.firm_ids[number] != name:
            continue
        if part.replaced is not None and part.replaced[number]:
            continue
        rows = _rows_of_firm(columns, requirement.process, number)
        words = row_words(columns, need, rows, part.free_weeks(today))
        order = np.argsort(_row_keys(columns, need, rows, words), kind="stable")
        verdicts = []
        for place in order.tolist():
            violations, questions = explain.verdict_of(part, int(rows[place]), int(words[place]), need)
            verdicts.append(
                RowVerdict(
                    site=explain.text(columns.site_ids[columns.row_site[rows[place]]]),
                    capability=explain.text(columns.row_ids[rows[place]]),
                    violations=violations,
                    questions=questions,
                )
            )
        return FirmVerdict(
            firm=firm,
            firm_name=explain.text(columns.firm_names[number]),
            violation=None if verdicts else process_missing(requirement.process),
            rows=tuple(verdicts),
        )
    raise InputError(
        f"企業「{firm}」がネットワークにありません。企業IDを確かめてください。",
        f"The network holds no firm {firm!r}. Check the firm id.",
    )


def _wanted_place(requirement: StepRequirement) -> tuple[float, float] | None:
    known = [terms.prefectures()[code] for code in requirement.prefectures if code in terms.prefectures()]
    if not known:
        return None
    return sum(place.lat for place in known) / len(known), sum(place.lon for place in known) / len(known)


def _rows_of_firm(columns: CapabilityColumns, process: str, firm: int) -> NDArray[np.intp]:
    span = columns.slice_of(process)
    first, last = np.searchsorted(columns.site_firm, [firm, firm + 1])
    start, end = np.searchsorted(columns.row_site[span], [first, last])
    return np.arange(span.start + start, span.start + end, dtype=np.intp)


def _search(
    part: IndexPart,
    need: Need,
    limit: int,
    near_limit: int,
    weights: Weights,
    ship_to: tuple[float, float] | None,
) -> _Found:
    columns, free = part.columns, part.free_weeks(need.today)
    same = free.process_rows(need.step.process)
    first_row, starts = same.span.start, same.starts
    if not len(starts):
        return _Found(candidates=[], near=[], split=[], with_rows=0, fitting=0, asking=0, rejections={}, sole={})
    codes = row_codes(columns, need, same.span, free)
    misses = np.bitwise_count(codes[0].values & np.uint8(15))
    for group in codes[1:]:
        misses += np.bitwise_count(group.values & np.uint8(15))
    count = len(misses)
    # The row with the fewest violations of each firm, the first one where several have as few.
    places = np.arange(count, dtype=np.uint32)
    least = np.minimum.reduceat(misses.astype(np.uint32) << np.uint32(_PLACE_BITS) | places, starts)
    alive = np.ones(len(starts), dtype=bool)
    if part.replaced is not None:
        alive = ~part.replaced[columns.site_firm[columns.row_site[first_row + starts]]]

    def firms_of(places: NDArray[np.intp]) -> NDArray[np.int32]:
        firms: NDArray[np.int32] = np.take(columns.site_firm, np.take(columns.row_site, first_row + places))
        return firms

    def living(places: NDArray[np.intp]) -> NDArray[np.intp]:
        return places if part.replaced is None else places[~part.replaced[firms_of(places)]]

    def picks_of(best: NDArray[np.int64], most: int, chosen: NDArray[np.intp]) -> list[_Pick]:
        keys = _smallest(best, most)
        places = chosen[keys & _PLACE_MASK]
        picks = []
        for key, place, word in zip(keys.tolist(), places.tolist(), joined_words(codes, places).tolist(), strict=True):
            order = (key >> _PLACE_BITS, *_identity(columns, first_row + place))
            picks.append(_Pick(order=order, part=part, row=first_row + place, word=word))
        return picks

    def best_scored(chosen: NDArray[np.intp]) -> tuple[list[_Pick], int, int]:
        if not len(chosen):
            return [], 0, 0
        scores = score_rows(columns, need, chosen + first_row, free, weights, ship_to)
        asks = (joined_words(codes, chosen) >> np.uint64(UNKNOWN_SHIFT)) > 0
        keys = ((asks.astype(np.int64) << 12 | (FULL_SCORE - scores.total)) << _PLACE_BITS) | np.arange(len(chosen))
        best = np.minimum.reduceat(keys, _starts(firms_of(chosen)))
        asking = int(np.count_nonzero(best >> (12 + _PLACE_BITS)))
        return picks_of(best, limit, chosen), len(best) - asking, asking

    candidates, fitting, asking = best_scored(living(np.flatnonzero(misses == 0)))
    split: list[_Pick] = []
    if fitting + asking < FEW_FITTING and need.step.quantity is not None:
        few = np.flatnonzero((misses > 0) & (misses <= len(SPLITTABLE)))
        only_lot = (joined_words(codes, few) & np.uint64(VIOLATED_MASK & ~_SPLIT_MASK)) == 0
        split, _, _ = best_scored(living(few[only_lot]))
    fewest = (least >> _PLACE_BITS).astype(np.uint8)
    rejected = alive & (fewest > 0)
    rejections, sole = _counted(codes, (least[rejected] & np.uint32(_PLACE_MASK)).astype(np.intp), misses)
    near: list[_Pick] = []
    if near_limit and rejections:
        # Only firms that miss as little as the last one shown can be shown.
        enough = np.cumsum(np.bincount(fewest[rejected], minlength=len(BIT) + 1)) >= near_limit
        most = int(enough.argmax()) if enough.any() else len(BIT)
        shown_firms = rejected & (fewest <= most)
        levels = np.where(shown_firms, fewest, 255)
        chosen = np.flatnonzero(misses == np.repeat(levels, np.diff(np.append(starts, count))))
        chosen = _nearest(columns, need, codes, misses, chosen, first_row, _starts(firms_of(chosen)), near_limit)
        keys = _row_keys(columns, need, chosen + first_row, joined_words(codes, chosen))
        near = picks_of(np.minimum.reduceat(keys, _starts(firms_of(chosen))), near_limit, chosen)
    return _Found(
        candidates=candidates,
        near=near,
        split=split,
        with_rows=int(np.count_nonzero(alive)),
        fitting=fitting,
        asking=asking,
        rejections=rejections,
        sole=sole,
    )


def _nearest(
    columns: CapabilityColumns,
    need: Need,
    codes: tuple[Codes, ...],
    misses: NDArray[np.uint8],
    chosen: NDArray[np.intp],
    first_row: int,
    starts: NDArray[np.intp],
    limit: int,
) -> NDArray[np.intp]:
    """Drop rows whose material is farther than that of the last firm that can be shown; this spares the dear keys."""
    rank_of = misses[chosen].astype(np.int32) << 10
    if need.step.materials:
        far_of = 1000 - material_nearness_milli(columns, need.step.materials)
        far = far_of[columns.row_material[chosen + first_row]].astype(np.int32)
        other = next(group for group in codes if BIT[Reason.MAT_FAMILY] == 1 << group.shift).values[chosen] & 1
        rank_of |= far * other
    of_firms = np.minimum.reduceat(rank_of, starts)
    if len(of_firms) <= limit:
        return chosen
    kept: NDArray[np.intp] = chosen[rank_of <= np.partition(of_firms, limit - 1)[limit - 1]]
    return kept


def _counted(
    codes: tuple[Codes, ...], best: NDArray[np.intp], misses: NDArray[np.uint8]
) -> tuple[dict[Reason, int], dict[Reason, int]]:
    """Return for each reason how many of the rows violate it, and how many violate nothing else."""
    single = best[misses[best] == 1]
    violated = np.arange(16)
    found: tuple[dict[Reason, int], dict[Reason, int]] = ({}, {})
    order = tuple(Reason)
    for group in codes:
        for counts, rows in zip(found, (best, single), strict=True):
            histogram = np.bincount(np.take(group.values, rows) & np.uint8(15), minlength=16)
            for bit in range(4):
                total = int(histogram[(violated >> bit) & 1 == 1].sum())
                if total:
                    reason = order[group.shift + bit]
                    counts[reason] = counts.get(reason, 0) + total
    return found


def _starts(groups: NDArray[np.int32]) -> NDArray[np.intp]:
    return np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))


def _smallest(keys: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    if count < len(keys):
        keys = np.partition(keys, count)[:count]
    return np.sort(keys)


def _row_keys(columns: CapabilityColumns, need: Need, rows: NDArray[np.intp], words: Words) -> NDArray[np.int64]:
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


def _identity(columns: CapabilityColumns, row: int) -> tuple[bytes, bytes, bytes]:
    site = columns.row_site[row]
    return columns.firm_ids[columns.site_firm[site]], columns.site_ids[site], columns.row_ids[row]


def _near_misses(need: Need, picks: Iterable[_Pick], limit: int) -> tuple[NearMiss, ...]:
    found = []
    for pick in sorted(picks, key=lambda pick: pick.order)[:limit]:
        columns, site = pick.part.columns, pick.part.columns.row_site[pick.row]
        violations, questions = explain.verdict_of(pick.part, pick.row, pick.word, need)
        firm = columns.site_firm[site]
        far_milli = (int(pick.order[0]) >> (_UNKNOWN_BITS + _SEVERITY_BITS)) & 1023
        found.append(
            NearMiss(
                firm=explain.text(columns.firm_ids[firm]),
                firm_name=explain.text(columns.firm_names[firm]),
                site=explain.text(columns.site_ids[site]),
                capability=explain.text(columns.row_ids[pick.row]),
                violations=violations,
                questions=questions,
                nearness_milli=1000 - far_milli,
            )
        )
    return tuple(found)
