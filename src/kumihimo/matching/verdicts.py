"""Three-valued verdicts of many capability rows at once.

Every function returns *verdict words*, ``uint64``: bit *k* of the lower half says that reason *k* is violated, of the
upper half that it is unknown. A word of 0 fits. The rules stand in ``docs/explanation/matching.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kumihimo.matching.columns import NEVER, CapabilityColumns, EntryNumbers, to_day, to_week
from kumihimo.matching.free_weeks import HORIZON_WEEKS, NO_WEEK, FreeWeeks
from kumihimo.matching.material_fit import material_words
from kumihimo.matching.reasons import UNKNOWN_SHIFT, VIOLATED_MASK, Reason
from kumihimo.matching.verdict_words import Flags, Words, judged, violated
from kumihimo.model import StepRequirement

HAND_LIFT_KG = 20.0
"""A part that one person lifts needs no crane: below this an untold mass limit is no question."""
OPEN_WINDOW_WEEKS = 4
"""Weeks in which free capacity is looked for when no due date is named."""

COVERED_BY = MappingProxyType({"ISO9001": ("IATF16949", "JISQ9100")})
"""Schemes that hold all requirements of another: IATF 16949 and JIS Q 9100 are ISO 9001 with supplements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A step requirement on a day: what follows from both and is the same for all rows.

    Attributes
    ----------
    today, due
        `due` is today when the requirement names no day.
    lead_days
        Days from today to the due date; None when no day is named.
    first_week, last_week
        Week numbers in which free capacity is looked for, both included.
    monthly
        Pieces a month; None unless the quantity is per month or year.
    """

    step: StepRequirement
    today: date
    due: date
    lead_days: int | None
    first_week: int
    last_week: int
    monthly: int | None

    @staticmethod
    def of(step: StepRequirement, today: date) -> Need:
        """Derive the need of a requirement on a day."""
        due = step.due_date or today
        monthly = None
        if step.quantity is not None and step.per in ("month", "year"):
            monthly = step.quantity if step.per == "month" else -(-step.quantity // 12)
        first = to_week(today)
        last = to_week(due) if step.due_date else first + OPEN_WINDOW_WEEKS - 1
        return Need(
            step=step,
            today=today,
            due=due,
            lead_days=None if step.due_date is None else (due - today).days,
            first_week=first,
            last_week=max(first, last),
            monthly=monthly,
        )


def full_or_unknown(need: Need, first_free: NDArray[Any], full_run: NDArray[Any]) -> tuple[Flags, Flags]:
    """Return whether all weeks of the need are known to be full, and whether nobody knows.

    Parameters
    ----------
    need
        The requirement on its day.
    first_free, full_run
        Weeks to the first free one (255: none known), and weeks known to be full from now on.
    """
    weeks = need.last_week - need.first_week + 1
    is_full = full_run >= min(weeks, HORIZON_WEEKS)
    return is_full, (first_free >= min(weeks, NO_WEEK)) & ~is_full


def row_words(columns: CapabilityColumns, need: Need, rows: slice | NDArray[np.intp], free: FreeWeeks) -> Words:
    """Return the verdict words of rows that all do the wanted process; `Judgement` says the same of many, faster.

    Parameters
    ----------
    columns
        The network.
    need
        The requirement on its day.
    rows
        A slice or row numbers.
    free
        Free capacity of the sites of the same columns on the same day.
    """
    step, sites = need.step, columns.row_site[rows]
    first_free, full_run = free.first_and_run(step.process, sites)
    words = standing_words(
        need,
        columns.firm_active[columns.site_firm[sites]],
        columns.row_avoided[rows],
        columns.row_valid_from[rows],
        columns.row_valid_until[rows],
        first_free,
        full_run,
    )

    def add(table: NDArray[Any], numbers: EntryNumbers, judge: Callable[[NDArray[Any]], Words]) -> None:
        # Judge each entry once, unless the dictionary is larger than the rows asked for.
        chosen = numbers[rows]
        few = len(table) <= len(chosen)
        np.bitwise_or(words, judge(table)[chosen] if few else judge(np.take(table, chosen, axis=0)), out=words)

    if step.materials:
        words |= material_words(columns, step)[columns.row_material[rows]]
    if step.size_mm or step.thickness_mm is not None or step.mass_kg is not None:
        add(columns.size_table, columns.row_size, lambda table: size_words(table, step))
    if step.tolerance_it is not None or step.tolerance_mm is not None or step.roughness_ra_um is not None:
        add(columns.precision_table, columns.row_precision, lambda table: precision_words(table, step))
    if step.hardness is not None or step.coating_um is not None or step.geometric:
        scales = columns.scales
        add(columns.finish_table, columns.row_finish, lambda table: finish_words(table, step, scales))
    if step.quantity is not None or need.lead_days is not None:
        add(columns.volume_table, columns.row_volume, lambda table: volume_words(table, need))
    if step.certificates:
        words |= certificates_words(columns, need, sites)
    if step.needs_qualification:
        words |= qualification_words(columns.row_qualified[rows], need)
    return words


def standing_words(
    need: Need,
    active: NDArray[Any],
    avoided: NDArray[Any],
    start: NDArray[Any],
    end: NDArray[Any],
    first_free: NDArray[Any],
    full_run: NDArray[Any],
) -> Words:
    """Return ORG_PAUSED, AVOIDS, ROW_EXPIRED and CAPACITY_FULL: of days and weeks as the columns hold them."""
    words = violated(Reason.ORG_PAUSED, active == 0) | violated(Reason.AVOIDS, avoided != 0)
    today, due = to_day(need.today), to_day(need.due)
    ends = (end > 0) & (end < NEVER)
    words |= judged(Reason.ROW_EXPIRED, (ends & (end < today)) | (start > due), ends & (end < due))
    words |= judged(Reason.CAPACITY_FULL, *full_or_unknown(need, first_free, full_run))
    return words


def size_words(table: NDArray[np.float64], step: StepRequirement) -> Words:
    """Return SIZE_OVER and SIZE_UNDER for rows of the size table. Comparisons with NaN are false, as they should be."""
    length, width, height, env_min, dia_min, dia_max, thick_min, thick_max, mass_max = table.T
    over, under, unknown = (np.zeros(len(table), dtype=bool) for _ in range(3))

    def compare(limit: NDArray[np.float64], value: float) -> None:
        np.logical_or(over, limit < value, out=over)
        np.logical_or(unknown, np.isnan(limit), out=unknown)

    if step.size_mm:
        under |= env_min > min(step.size_mm)
    if step.round_part and step.size_mm:
        compare(length, step.size_mm[0])
        if len(step.size_mm) > 1:
            diameter = step.size_mm[1]
            compare(np.where(np.isnan(dia_max), np.fmin(width, height), dia_max), diameter)
            under |= dia_min > diameter
    else:
        for limit, value in zip((length, width, height), sorted(step.size_mm, reverse=True), strict=False):
            compare(limit, value)
    if step.thickness_mm is not None:
        compare(thick_max, step.thickness_mm)
        under |= thick_min > step.thickness_mm
    if step.mass_kg is not None:
        over |= mass_max < step.mass_kg
        if step.mass_kg > HAND_LIFT_KG:
            unknown |= np.isnan(mass_max)
    return judged(Reason.SIZE_OVER, over, unknown) | violated(Reason.SIZE_UNDER, under)


def precision_words(table: NDArray[np.float64], step: StepRequirement) -> Words:
    """Return TOL and RA for rows of the precision table."""
    grade, band_min, band_max, width, ra = table.T
    words = np.zeros(len(table), dtype=np.uint64)
    ungraded = np.isnan(grade) if step.tolerance_it is not None else np.ones(len(table), dtype=bool)
    if step.tolerance_it is not None or step.tolerance_mm is not None:
        bad, unknown = np.zeros(len(table), dtype=bool), ungraded.copy()
        if step.tolerance_it is not None:
            nominal = step.tolerance_nominal_mm
            outside = ~(np.isnan(band_min) & np.isnan(band_max))
            if nominal is not None:
                outside = (nominal <= band_min) | (nominal > band_max)
            unknown |= outside
            bad |= ~ungraded & ~outside & (grade > step.tolerance_it)
        if step.tolerance_mm is not None:
            bad |= np.isnan(grade) & (width > step.tolerance_mm)
        words |= judged(Reason.TOL, bad, unknown)
    if step.roughness_ra_um is not None:
        words |= judged(Reason.RA, ra > step.roughness_ra_um, np.isnan(ra))
    return words


def finish_words(table: NDArray[np.float64], step: StepRequirement, scales: tuple[str, ...]) -> Words:
    """Return HARDNESS, COAT_THK and GEO_TOL for rows of the finish table."""
    scale, hard_min, hard_max, coat_min, coat_max, flatness, roundness, position = table.T
    words = np.zeros(len(table), dtype=np.uint64)
    if step.hardness is not None and (step.hardness.min is not None or step.hardness.max is not None):
        known = step.hardness.scale in scales
        same = scale == (scales.index(step.hardness.scale) if known else -1)
        bad, unknown = _misses(hard_min, hard_max, step.hardness.min, step.hardness.max)
        words |= judged(Reason.HARDNESS, bad & same, unknown | ~same)
    if step.coating_um is not None:
        words |= judged(Reason.COAT_THK, *_misses(coat_min, coat_max, step.coating_um.min, step.coating_um.max))
    if step.geometric:
        bad, unknown = np.zeros(len(table), dtype=bool), np.zeros(len(table), dtype=bool)
        held = {"flatness": flatness, "roundness": roundness, "position": position}
        for asked in step.geometric:
            if asked.kind in held:
                bad |= held[asked.kind] > asked.value_mm
                unknown |= np.isnan(held[asked.kind])
            else:  # no row tells parallelism, cylindricity, ...: always a question
                unknown[:] = True
        words |= judged(Reason.GEO_TOL, bad, unknown)
    return words


def _misses(
    low: NDArray[np.float64], high: NDArray[np.float64], wanted_low: float | None, wanted_high: float | None
) -> tuple[Flags, Flags]:
    """Compare ranges: they fit when they overlap, since the shop aims inside what is wanted."""
    bad, unknown = np.zeros(len(low), dtype=bool), np.zeros(len(low), dtype=bool)
    if wanted_low is not None:
        bad |= high < wanted_low
        unknown |= np.isnan(high)
    if wanted_high is not None:
        bad |= low > wanted_high
        unknown |= np.isnan(low)
    return bad, unknown


def volume_words(table: NDArray[np.int32], need: Need) -> Words:
    """Return LOT_MIN, LOT_MAX, MONTHLY_MAX and LEAD for rows of the volume table."""
    lot_min, lot_max, monthly_max, typical, shortest = table.T
    words = np.zeros(len(table), dtype=np.uint64)
    quantity = need.step.quantity
    if quantity is not None:
        words |= judged(Reason.LOT_MIN, lot_min > quantity, lot_min < 0)
        if need.monthly is None:
            words |= judged(Reason.LOT_MAX, (lot_max >= 0) & (lot_max < quantity), lot_max < 0)
        else:
            short = (monthly_max >= 0) & (monthly_max < need.monthly)
            words |= judged(Reason.MONTHLY_MAX, short, monthly_max < 0)
    if need.lead_days is not None:
        days = need.lead_days
        bad = (shortest > days) if days >= 0 else np.ones(len(table), dtype=bool)
        # Without a shortest lead time a longer usual one is a question: can they hurry?
        words |= judged(Reason.LEAD, bad, (shortest < 0) & ((typical < 0) | (typical > days)))
    return words


def certificate_words(
    columns: CapabilityColumns, scheme: str, due: int, sites: NDArray[np.int32] | None = None
) -> Words:
    """Return CERT_MISSING and CERT_EXPIRED of one scheme, one word a site; of all sites unless some are given.

    A firm without any certificate on record was never asked: unknown. One whose others are on record has not this one.
    """
    until = np.full(len(columns.site_ids) if sites is None else len(sites), -1, dtype=np.int32)
    for accepted in (scheme, *COVERED_BY.get(scheme, ())):
        if accepted not in columns.schemes:
            continue
        code = columns.schemes.index(accepted)
        first, last = np.searchsorted(columns.cert_scheme, np.array([code, code + 1], dtype=np.int16)).tolist()
        holders, ends = columns.cert_site[first:last], columns.cert_until[first:last]
        if sites is None:
            np.maximum.at(until, holders, ends)
            continue
        place, behind = np.searchsorted(holders, sites), np.searchsorted(holders, sites, side="right")
        for turn in range(int((behind - place).max(initial=0))):
            hit = place + turn < behind
            until[hit] = np.maximum(until[hit], ends[(place + turn)[hit]])
    firms = columns.site_firm if sites is None else columns.site_firm[sites]
    words = judged(Reason.CERT_MISSING, (until < 0) & columns.firm_certified[firms], until < 0)
    words |= judged(Reason.CERT_EXPIRED, (until > 0) & (until < due), until == 0)
    return words


def certificates_words(columns: CapabilityColumns, need: Need, sites: NDArray[np.int32] | None = None) -> Words:
    """Return CERT_MISSING and CERT_EXPIRED of all wanted schemes together; sites as in `certificate_words`."""
    words = np.zeros(len(columns.site_ids) if sites is None else len(sites), dtype=np.uint64)
    for scheme in need.step.certificates:
        words |= certificate_words(columns, scheme, to_day(need.due), sites)
    # One certificate may be unknown and another missing: what is violated is no question any more.
    words &= ~((words & np.uint64(VIOLATED_MASK)) << np.uint64(UNKNOWN_SHIFT))
    return words


def qualification_words(until: NDArray[Any], need: Need) -> Words:
    """Return SPECIAL_UNQUALIFIED for days of `row_qualified`."""
    return judged(Reason.SPECIAL_UNQUALIFIED, (until > 0) & (until < to_day(need.due)), until == 0)
