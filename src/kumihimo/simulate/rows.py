"""Drawing capability rows from the works of shops: the second half of the vector core.

Values come from ladders that people use (10, 12, 15 mm; Ra 0.8, 1.6; 100, 200, 300 pieces), which also keeps the
dictionaries of the columnar form small.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from kumihimo import terms
from kumihimo.simulate.archetypes import ARCHETYPES
from kumihimo.simulate.dice import Bools, Floats, Ints
from kumihimo.simulate.practices import (
    BATCH_MIN_ORDER_JPY,
    COATING_UM,
    FAMILY_GROUPS,
    FLAT_PROCESSES,
    HARD_TO_CUT,
    HARDNESS,
    HOURLY_SPREAD,
    PRACTICES,
    THICKNESS_FACTOR,
    USUAL_GRADES,
    is_batch,
)
from kumihimo.simulate.shops import PROCESSES, Shops, class_sizes

FAMILIES: tuple[str, ...] = tuple(sorted({name for group in FAMILY_GROUPS.values() for name, _ in group}))
SCALES: tuple[str, ...] = tuple(sorted({item[0] for item in HARDNESS.values()}))
SHAPES = ("block", "round", "sheet", "tank", "any")
BANDS_MM = np.array(
    [3, 6, 10, 18, 30, 50, 80, 120, 180, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150]
)
"""Upper limits of the size bands of ISO 286-1."""
_RA_LADDER = np.array([0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.3, 12.5, 25.0, 50.0])
_LOTS = np.array([int(f"{digit}{'0' * power}") for power in range(8) for digit in (1, 2, 3, 5)])
_THICKNESSES = np.array(
    [0.1, 0.2, 0.3, 0.5, 0.8, 1, 1.2, 1.6, 2, 2.3, 3.2, 4.5, 6, 9, 12, 16, 19, 22, 25, 32, 50, 100, 150, 250]
)
# Total width that goes by mouth with an IT grade ("we hold a hundredth"), for rows without a grade.
_WIDTH_OF_IT = np.array(
    [0.004, 0.004, 0.004, 0.004, 0.004, 0.006, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 1.6, 2.5]
)
_GEOMETRY_OF_IT = np.array(
    [0.002, 0.002, 0.002, 0.002, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2]
)
_REACH_OF_IT = (np.inf, 50.0, 50.0, 80.0, 120.0, 250.0, 400.0, 800.0, np.inf)
_FACTORS = np.array([0.7, 0.8, 0.9, 1.0])
EVIDENCE_WEIGHTS = (57, 15, 12, 5, 3, 8)
"""Rows by level of evidence, from self-declared to delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Capability rows of one chunk, r of them, sorted by firm. NaN and -1: not told. Names as in `model.Capability`.

    Attributes
    ----------
    firm, process, family, machine
        Indices into the chunk's firms, `PROCESSES`, `FAMILIES` and the chunk's machines.
    number
        Number of the row within its firm, from 1.
    include, exclude
        Bit k stands for `USUAL_GRADES` [k] of the family.
    special
        The process is a special one.
    scale
        Index into `SCALES`, -1 none.
    valid_until, evidence_on
        Day numbers, 0 not told.
    """

    firm: Ints
    number: Ints
    process: Ints
    family: Ints
    machine: Ints
    special: Bools
    include: Ints
    exclude: Ints
    size: Floats
    precision: Floats
    geometry: Floats
    scale: Ints
    finish: Floats
    lot_min: Ints
    lot_econ: Ints
    lot_max: Ints
    monthly_max: Ints
    lead_days_typ: Ints
    lead_days_min: Ints
    setup_jpy: Ints
    hourly_jpy: Ints
    min_order_jpy: Ints
    strength: Ints
    valid_until: Ints
    evidence: Ints
    evidence_on: Ints
    avoided: Bools

    def __len__(self) -> int:
        return len(self.firm)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    """What is known about each process (p entries) and family, as arrays."""

    shape: Ints
    best_it: Ints
    best_ra: Floats
    special: Bools
    cutting: Bools
    flat: Bools
    tolerant: Bools
    group: Ints
    group_share: Floats
    base: Ints
    lots: Ints
    coating: Floats
    hardness: Floats
    scale: Ints
    thickness: Floats
    effort: Floats
    grades: Ints
    batch: Bools


@cache
def _tables() -> _Tables:
    known = terms.processes()
    processes = [known[code] for code in PROCESSES]
    practices = [PRACTICES[code] for code in PROCESSES]
    family_number = {family: index for index, family in enumerate(FAMILIES)}
    widest = max(len(group) for group in FAMILY_GROUPS.values())
    group = np.full((len(PROCESSES), widest), 0, dtype=np.int64)
    share = np.zeros((len(PROCESSES), widest))
    for index, practice in enumerate(practices):
        for place, (family, probability) in enumerate(FAMILY_GROUPS[practice.works]):
            group[index, place], share[index, place] = family_number[family], probability

    def by_prefix(values: dict[str, float], family: str, other: float) -> float:
        fitting = [key for key in values if (family + ".").startswith(key + ".")]
        return values[max(fitting, key=len)] if fitting else other

    nothing = (np.nan,) * 4
    return _Tables(
        shape=np.array([SHAPES.index(item.shape) for item in practices]),
        best_it=np.array([item.best_it or -1 for item in processes]),
        best_ra=np.array([item.best_ra_um or np.nan for item in processes]),
        special=np.array([item.special for item in processes]),
        cutting=np.array([item.family in ("machining", "grinding") for item in processes]),
        flat=np.array([code in FLAT_PROCESSES for code in PROCESSES]),
        tolerant=np.array([item.family in ("machining", "grinding", "edm", "tooling") for item in processes]),
        group=group,
        group_share=share,
        base=np.array([[item.setup_jpy, item.hourly_jpy, item.min_order_jpy, item.lead_days] for item in practices]),
        lots=np.array([[*item.lots, item.monthly] for item in practices]),
        coating=np.array([COATING_UM.get(code, nothing) for code in PROCESSES], dtype=np.float64),
        hardness=np.array([HARDNESS[code][1:] if code in HARDNESS else nothing for code in PROCESSES]),
        scale=np.array([SCALES.index(HARDNESS[code][0]) if code in HARDNESS else -1 for code in PROCESSES]),
        thickness=np.array([by_prefix(dict(THICKNESS_FACTOR), family, 0.5) for family in FAMILIES]),
        effort=np.array([by_prefix(dict(HARD_TO_CUT), family, 1.0) for family in FAMILIES]),
        grades=np.array([len(USUAL_GRADES.get(family, ())) for family in FAMILIES]),
        batch=np.array([is_batch(code) for code in PROCESSES]),
    )


def draw_rows(shops: Shops) -> Rows:
    """Draw the capability rows of a chunk; the prices, lots and precision of one work hang together over its rows."""
    table, dice = _tables(), shops.dice
    work, family = _work_and_family(shops, table)
    firm, process = shops.work_firm[work], shops.work_process[work]
    count = len(work)
    starts = np.searchsorted(firm, np.arange(len(shops)))
    open_share = shops.open_share[firm]
    size = _sizes(shops, table, work, family)
    precision, grade = _precision(shops, table, work, family, size)
    scale, finish = _finish(shops, table, work, grade)
    evidence = dice.weighted(EVIDENCE_WEIGHTS, count)
    age = np.floor(dice.quantile(((0, 5), (0.5, 260), (0.85, 640), (1, 1100)), count)).astype(np.int64)
    evidence_on = np.where((evidence > 0) & dice.chance(0.93, count), shops.today - age, 0)
    # Lots and lead times are habits of the work, not of each material.
    works = len(shops.work_firm)
    lots, leads, prices, told = _habits(shops, table, works)
    prices_of_row = np.floor(prices[work] * np.array([1.0, 1.0, 1.0]) + 0.5).astype(np.int64)
    hourly = _clip_price(prices_of_row[:, 1] * table.effort[family], table.base[process, 1], 100)
    bits = _grades(dice.unit(count), dice.unit(count), table.grades[family])
    return Rows(
        firm=firm,
        number=np.arange(count) - starts[firm] + 1,
        process=process,
        family=family,
        machine=shops.work_machine[work],
        special=table.special[process],
        include=np.where(bits > 0, bits, 0),
        exclude=np.where(bits < 0, -bits, 0),
        size=size,
        precision=precision,
        geometry=_geometry(shops, table, process, grade, open_share),
        scale=scale,
        finish=finish,
        lot_min=lots[work, 0],
        lot_econ=lots[work, 1],
        lot_max=lots[work, 2],
        monthly_max=lots[work, 3],
        lead_days_typ=leads[work, 0],
        lead_days_min=leads[work, 1],
        setup_jpy=np.where(told[work], prices_of_row[:, 0], -1),
        hourly_jpy=np.where(told[work], hourly, -1),
        # A shop that fires a furnace or a bath for a lot names its least charge first of all.
        min_order_jpy=np.where(told[work] | table.batch[process], prices_of_row[:, 2], -1),
        strength=np.where(dice.chance(open_share, count), dice.weighted((3, 10, 40, 32, 15), count) + 1, 0),
        valid_until=np.where(dice.chance(0.06, count), shops.today + dice.whole(-60, 700, count), 0),
        evidence=evidence,
        evidence_on=evidence_on,
        avoided=dice.chance(0.03, works)[work],
    )


def _work_and_family(shops: Shops, table: _Tables) -> tuple[Ints, Ints]:
    share = table.group_share[shops.work_process]
    draw = shops.dice.unit(*share.shape)
    # The first family of a group has share 1: whoever does the process works it.
    work, place = np.nonzero(draw < np.where(share >= 1.0, 1.0, share * 1.4))
    kept = _within_limits(shops, work, place)
    work, place = work[kept], place[kept]
    return work, table.group[shops.work_process[work], place]


def _within_limits(shops: Shops, work: Ints, place: Ints) -> Bools:
    """Return which rows remain in kinds of limited size: of every work the first materials before the later ones."""
    most = np.array([len(work) if item.limits is None else item.limits.rows for item in ARCHETYPES])
    firm = shops.work_firm[work]
    order = np.lexsort((work, place, firm))
    sorted_firm = firm[order]
    rank = np.empty(len(work), dtype=np.int64)
    rank[order] = np.arange(len(work)) - np.searchsorted(sorted_firm, sorted_firm)
    return np.asarray(rank < most[shops.kind[firm]])


def _sizes(shops: Shops, table: _Tables, work: Ints, family: Ints) -> Floats:
    """Return (r, 9): envelope l, w, h, least size, least and largest diameter, least and largest thickness, kg."""
    dice, count = shops.dice, len(work)
    sizes, loads = class_sizes()
    machine = shops.work_machine[work]
    slot, size_class = shops.machine_slot[machine], shops.machine_class[machine]
    stroke = sizes[slot, size_class]
    shape = table.shape[shops.work_process[work]]
    factor = _FACTORS[dice.weighted((1, 3, 4, 2), len(shops.work_firm))][work]
    length, width = _down(stroke[:, 0] * factor), _down(stroke[:, 1] * factor)
    height, diameter = _down(stroke[:, 2] * np.minimum(factor, 0.9)), _down(stroke[:, 2] * factor)
    is_round, is_sheet = shape == SHAPES.index("round"), shape == SHAPES.index("sheet")
    # Round work on a machine without a swing (a bench of a press shop) is limited by its width.
    diameter = np.where(diameter > 0, diameter, width)
    whole = np.stack(
        [
            length,
            np.where(is_round, diameter, width),
            np.where(is_round, diameter, height),
        ],
        axis=1,
    )
    envelope = -np.sort(-whole, axis=1)
    thick_max = _ladder_down(_THICKNESSES, stroke[:, 2] * table.thickness[family])
    # Folded and pressed work rises to some part of the width; cut sheets stay as thick as they are.
    risen = np.where(table.flat[shops.work_process[work]], thick_max, _down(width * 0.4))
    envelope[is_sheet] = np.stack([length, width, risen], axis=1)[is_sheet]
    is_any = shape == SHAPES.index("any")
    tells_height = dice.chance(0.92, len(shops.work_firm))[work] & ~(is_any & (stroke[:, 2] < 100))
    envelope[:, 2] = np.where(tells_height | is_round | is_sheet, envelope[:, 2], np.nan)
    # A machine without a second stroke (a roughness tester) says nothing about the size of the workpiece.
    envelope[envelope[:, 1] <= 0] = np.nan
    thick_min = _THICKNESSES[np.minimum(dice.whole(1, 5, count), np.searchsorted(_THICKNESSES, thick_max))]
    least = np.array([1.0, 2.0, 5.0, 10.0])[dice.weighted((1, 2, 3, 2), count)]
    tells_least = dice.chance(0.2, count) & ~is_sheet & (least * 3 < envelope[:, 1])
    tells_thick_min = is_sheet & dice.chance(0.7, count)
    mass = np.where(dice.chance(0.55, len(shops.work_firm))[work], np.floor(loads[slot, size_class] * 0.8), np.nan)
    dia_min = np.array([0.3, 0.5, 1.0, 2.0, 5.0, 10.0])[dice.weighted((1, 1, 2, 3, 2, 1), count)]
    tells_dia = is_round & dice.chance(0.5, count) & (dia_min * 2 < diameter)
    return np.stack(
        [
            envelope[:, 0],
            envelope[:, 1],
            envelope[:, 2],
            np.where(tells_least, least, np.nan),
            np.where(tells_dia, dia_min, np.nan),
            np.where(is_round, diameter, np.nan),
            np.where(tells_thick_min, thick_min, np.nan),
            np.where(is_sheet, thick_max, np.nan),
            np.where(mass > 0, mass, np.nan),
        ],
        axis=1,
    )


def _down(value: Floats) -> Floats:
    """Round down to what a shop would say: whole tens, whole fives or whole millimetres."""
    step = np.where(value >= 200, 10.0, np.where(value >= 50, 5.0, 1.0))
    return np.floor(value / step + 1e-9) * step


def _ladder_down(ladder: Floats, value: Floats) -> Floats:
    return ladder[np.maximum(np.searchsorted(ladder, value * (1 + 1e-9), side="right") - 1, 0)]


def _precision(shops: Shops, table: _Tables, work: Ints, family: Ints, size: Floats) -> tuple[Floats, Ints]:
    """Return (r, 5): IT grade, band from, band to, tolerance width, Ra; and the true grade behind it, -1 none."""
    dice, count = shops.dice, len(work)
    firm, process = shops.work_firm[work], shops.work_process[work]
    archetype = np.array([item.precision for item in ARCHETYPES])[shops.kind[firm]]
    noise = dice.bell(len(shops.work_firm))[work]
    behind = np.floor(1.6 + archetype - 0.75 * shops.skill[firm] + 0.5 * noise).astype(np.int64)
    polymer = np.array([name.startswith("polymer") for name in FAMILIES])[family] & table.cutting[process]
    behind = np.clip(behind, 0, 4) + polymer
    best = table.best_it[process]
    grade = np.where(best > 0, np.minimum(best + behind, 16), -1)
    tells = (best > 0) & dice.chance(shops.open_share[firm] + 0.08, len(firm))
    reach = np.nan_to_num(size[:, 5], nan=0.0)
    reach = np.where(reach > 0, reach, size[:, 0])
    # A fine grade is held on small sizes only.
    reach = np.minimum(reach, np.array(_REACH_OF_IT)[np.clip(grade, 0, 8)])
    top = np.searchsorted(BANDS_MM, reach, side="right") - 1 - dice.whole(0, 2, count)
    band_to = BANDS_MM[np.clip(top, 0, len(BANDS_MM) - 1)].astype(np.float64)
    band_from = np.array([0.0, 1.0, 3.0, 6.0])[dice.weighted((5, 1, 2, 1), count)]
    band_from = np.where(band_from < band_to / 3, band_from, 0.0)
    width = np.where(~tells & (best > 0) & dice.chance(0.5, count), _WIDTH_OF_IT[np.maximum(grade, 0)], np.nan)
    rung = np.searchsorted(_RA_LADDER, np.nan_to_num(table.best_ra[process], nan=1.0) * 0.999)
    rough = _RA_LADDER[np.minimum(rung + np.maximum(behind - dice.whole(0, 1, count), 0), len(_RA_LADDER) - 1)]
    rough = np.where(np.isnan(table.best_ra[process]) | ~dice.chance(shops.open_share[firm], count), np.nan, rough)
    told = np.stack(
        [
            np.where(tells, grade, np.nan),
            np.where(tells, band_from, np.nan),
            np.where(tells, band_to, np.nan),
            width,
            rough,
        ],
        axis=1,
    )
    return told, grade


def _geometry(shops: Shops, table: _Tables, process: Ints, grade: Ints, open_share: Floats) -> Floats:
    """Return (r, 3): flatness, roundness and position in mm, told by some shops that hold sizes."""
    dice, count = shops.dice, len(process)
    value = _GEOMETRY_OF_IT[np.maximum(grade, 0)]
    answers = table.tolerant[process] & (grade > 0) & dice.chance(0.6 * open_share, count)
    is_round = table.shape[process] == SHAPES.index("round")
    nothing = np.full(count, np.nan)
    return np.stack(
        [
            np.where(answers & ~is_round, value, nothing),
            np.where(answers & is_round, value, nothing),
            np.where(answers & ~is_round & dice.chance(0.6, count), 2 * value, nothing),
        ],
        axis=1,
    )


def _finish(shops: Shops, table: _Tables, work: Ints, grade: Ints) -> tuple[Ints, Floats]:
    """Return the hardness scale and (r, 4): hardness from, to, coating from, to; alike for all rows of a work."""
    dice, works = shops.dice, len(shops.work_firm)
    process = shops.work_process
    tells_hardness = dice.chance(shops.open_share[shops.work_firm] + 0.05, works)
    tells_coating = dice.chance(shops.open_share[shops.work_firm] + 0.03, works)
    limits = np.concatenate([table.hardness[process], table.coating[process]], axis=1)
    draw = np.floor(dice.unit(works, 4) * 5) / 4
    values = limits[:, [0, 2, 4, 6]] + (limits[:, [1, 3, 5, 7]] - limits[:, [0, 2, 4, 6]]) * draw
    values[:, :2] = np.where(limits[:, [2]] > 100, np.floor(values[:, :2] / 10) * 10, np.floor(values[:, :2]))
    values[:, 2:] = np.where(values[:, 2:] >= 3, np.floor(values[:, 2:]), np.floor(values[:, 2:] * 20 + 0.5) / 20)
    values[~tells_hardness, :2] = np.nan
    values[~tells_coating, 2:] = np.nan
    scale = np.where(np.isnan(values[:, 0]), -1, table.scale[process])
    return scale[work], values[work]


def _habits(shops: Shops, table: _Tables, works: int) -> tuple[Ints, Ints, Floats, Bools]:
    """Return lots (w, 4), lead days (w, 2), prices (w, 3) and whether prices were told (w,)."""
    dice, process, firm = shops.dice, shops.work_process, shops.work_firm
    rung = np.searchsorted(_LOTS, table.lots[process])
    large = np.floor(np.interp(shops.employees[firm], (1, 4, 15, 60, 200), (-2, -1, 0, 1, 2.99))).astype(np.int64)
    lot_min = _rung(rung[:, 0] + np.where(rung[:, 0] > 0, dice.whole(-2, 1, works), dice.whole(-3, 1, works).clip(0)))
    econ = _rung(rung[:, 1] + large // 2 + dice.whole(-1, 1, works))
    lot_max = _rung(rung[:, 2] + large + dice.whole(-1, 1, works))
    monthly = _rung(rung[:, 3] + large + dice.whole(-1, 1, works))
    lot_max = np.maximum(lot_max, lot_min * 3)
    lots = np.stack([lot_min, np.clip(econ, lot_min, lot_max), lot_max, np.maximum(monthly, lot_max)], axis=1)
    open_share = shops.open_share[firm]
    for column, wish in enumerate((0.12, -0.1, 0.0, -0.15)):
        lots[~dice.chance(open_share + wish, works), column] = -1
    lead = np.maximum(1, np.floor(table.base[process, 3] * dice.between(0.6, 1.6, works) + 0.5)).astype(np.int64)
    quick = np.maximum(1, np.floor(lead * dice.between(0.3, 0.65, works))).astype(np.int64)
    leads = np.stack(
        [
            np.where(dice.chance(open_share + 0.1, works), lead, -1),
            np.where(dice.chance(open_share - 0.15, works), quick, -1),
        ],
        axis=1,
    )
    spread = shops.price[firm][:, None] * dice.between(0.86, 1.18, works)[:, None]
    prices = np.stack(
        [
            _clip_price(
                table.base[process, column] * spread[:, 0] * dice.between(0.92, 1.08, works),
                table.base[process, column],
                step,
            )
            for column, step in ((0, 500), (1, 100), (2, 1000))
        ],
        axis=1,
    ).astype(np.float64)
    least = prices[:, 2]
    prices[:, 2] = np.where(table.batch[process], np.clip(least, *BATCH_MIN_ORDER_JPY), least)
    return lots, leads, prices, dice.chance(0.8 * open_share + 0.1, works)


def _rung(index: Ints) -> Ints:
    return np.asarray(_LOTS[np.clip(index, 0, len(_LOTS) - 1)])


def _clip_price(value: Floats, base: Ints, step: int) -> Ints:
    """Round to whole steps inside the limits of `practices.price_bands`."""
    low, high = (base * limit for limit in HOURLY_SPREAD)
    rounded = np.floor(value / step + 0.5) * step
    held = np.clip(rounded, np.ceil(low / step) * step, np.maximum(np.floor(high / step), 1) * step)
    return np.asarray(held.astype(np.int64))


def _grades(kind: Floats, pick: Floats, grades: Ints) -> Ints:
    """Return positive bits for an include list, negative for an exclude list, 0 for the whole family."""
    full = (1 << grades) - 1
    # An include list always names the commonest grade; an exclude list never does.
    some = (np.floor(pick * (full + 1)).astype(np.int64) | 1) & full
    last = 1 << np.maximum(grades - 1, 0)
    listed = (kind < 0.34) & (grades > 0)
    refused = (kind >= 0.34) & (kind < 0.4) & (grades > 1)
    return np.where(listed, some, np.where(refused, -last, 0))
