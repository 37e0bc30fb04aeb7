"""Drawing what is recorded about shops: qualifications, certificates, capacity and deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kumihimo import terms
from kumihimo.matching.columns import NEVER
from kumihimo.simulate.archetypes import ARCHETYPES
from kumihimo.simulate.dice import Bools, Floats, Ints, steps
from kumihimo.simulate.practices import USUAL_GRADES
from kumihimo.simulate.rows import FAMILIES, Rows
from kumihimo.simulate.shops import PROCESSES, Shops

WEEKS = 8
"""Capacity is asked for so many ISO weeks, from the week of tomorrow on."""
MOST_DELIVERIES = 40

_CERTIFICATE_SHARE: dict[str, float] = {
    "ISO9001": 0.33,
    "ISO14001": 0.11,
    "EA21": 0.07,
    "ISO45001": 0.02,
    "IATF16949": 0.03,
    "JISQ9100": 0.03,
    "ISO13485": 0.02,
    "ROHS": 0.10,
    "CHEMSHERPA": 0.06,
    "BCP": 0.04,
    "CUSTSPEC": 0.02,
}
_SPECIALIST_SHARE: dict[str, dict[str, float]] = {
    "mill5": {"JISQ9100": 0.22, "ISO13485": 0.08},
    "heat": {"NADCAP-HT": 0.12, "CUSTSPEC": 0.4, "IATF16949": 0.1},
    "vacuum": {"NADCAP-HT": 0.22, "JISQ9100": 0.15, "CUSTSPEC": 0.3},
    "plating": {"NADCAP-CP": 0.10, "CUSTSPEC": 0.5, "ROHS": 0.5},
    "anodise": {"NADCAP-CP": 0.12, "CUSTSPEC": 0.35, "ROHS": 0.4},
    "can": {"WELDSHOP": 0.12, "STEELFAB": 0.2},
    "lab": {"ISO17025": 0.45, "NADCAP-NDT": 0.15},
    "press": {"IATF16949": 0.10},
    "forge": {"IATF16949": 0.12},
    "diecast": {"IATF16949": 0.15},
    "onestop": {"JISQ9100": 0.18, "IATF16949": 0.12, "NADCAP-NDT": 0.05},
    "swiss": {"ISO13485": 0.12},
    "micro": {"ISO13485": 0.15},
    "titanium": {"ISO13485": 0.15},
}
SCHEMES: tuple[str, ...] = tuple(
    sorted({*_CERTIFICATE_SHARE, *(scheme for shares in _SPECIALIST_SHARE.values() for scheme in shares)})
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """Counts of people by qualification, sorted by firm; `until`: day, `NEVER` when it does not end."""

    firm: Ints
    skill: Ints
    count: Ints
    until: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """Certificates, sorted by firm; `scheme` is an index into `SCHEMES`; `until` 0: the day is not told."""

    firm: Ints
    scheme: Ints
    until: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """Capacity, sorted by firm, process (-1 the whole site) and week (0 to 7)."""

    firm: Ints
    process: Ints
    week: Ints
    available: Floats
    booked: Floats
    asked: Ints
    source: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """Delivery records, sorted by firm; `row` points into the chunk's rows; days are day numbers."""

    firm: Ints
    row: Ints
    grade: Ints
    quantity: Ints
    promised: Ints
    delivered: Ints
    defects: Ints
    claims: Ints
    cost_delta: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillTable:
    """The skills of `terms`, as arrays.

    Attributes
    ----------
    ids
        Skill ids.
    ends
        (S,) the licence must be renewed.
    speaks_for
        (S, P) the skill qualifies the process.
    candidates, candidate_count
        (P, K) up to K skills of each process, and how many there are.
    """

    ids: tuple[str, ...]
    ends: Bools
    speaks_for: Bools
    candidates: Ints
    candidate_count: Ints


def _speaks_for(qualifies: tuple[str, ...]) -> list[bool]:
    known = terms.processes()
    return [code in qualifies or known[code].family in qualifies for code in PROCESSES]


@cache
def skill_table() -> SkillTable:
    """Return the skills that speak for any process of the generator."""
    found = [item for _, item in sorted(terms.skills().items()) if any(_speaks_for(item.qualifies))]
    matrix = np.array([_speaks_for(item.qualifies) for item in found]).reshape(len(found), len(PROCESSES))
    counts = matrix.sum(axis=0)
    candidates = np.zeros((len(PROCESSES), max(1, int(counts.max(initial=0)))), dtype=np.int64)
    for process in range(len(PROCESSES)):
        numbers = np.flatnonzero(matrix[:, process])
        candidates[process, : len(numbers)] = numbers
    return SkillTable(
        ids=tuple(item.id for item in found),
        ends=np.array([item.kind in ("溶接", "非破壊") for item in found], dtype=bool),
        speaks_for=matrix,
        candidates=candidates,
        candidate_count=counts,
    )


@cache
def scheme_speaks_for() -> NDArray[np.bool_]:
    """Return (schemes, processes): the certificate speaks for the process."""
    schemes = terms.certificates()
    return np.array([_speaks_for(schemes[scheme].qualifies) for scheme in SCHEMES])


@cache
def scheme_ends() -> NDArray[np.bool_]:
    """Return (schemes,): the certificate has an end date."""
    schemes = terms.certificates()
    return np.array([schemes[scheme].expires for scheme in SCHEMES])


def draw_skills(shops: Shops, rows: Rows) -> Skills:
    """Draw who holds what: most sites that do a special process have somebody, some only had, some have not said."""
    dice, table = shops.dice, skill_table()
    firm, process = shops.work_firm, shops.work_process
    count = len(firm)
    special = np.zeros(len(PROCESSES), dtype=bool)
    special[rows.process[rows.special]] = True
    candidates = table.candidate_count[process]
    holds = (candidates > 0) & ~shops.silent[firm] & dice.chance(np.where(special[process], 0.9, 0.3), count)
    place = np.floor(dice.unit(count) * np.maximum(candidates, 1)).astype(np.int64)
    skill = table.candidates[process, place]
    lapsed = shops.lapsed[firm]
    nobody = dice.chance(0.03, count) | (lapsed & ~table.ends[skill])
    people = np.where(nobody, 0, 1 + np.floor(np.sqrt(shops.employees[firm]) * 0.7 * dice.unit(count)))
    ahead = np.where(lapsed | dice.chance(0.05, count), -dice.whole(20, 500, count), dice.whole(40, 1000, count))
    until = np.where(table.ends[skill], shops.today + ahead, NEVER)
    # One record for each skill of a site, whichever work brought it up first.
    key = firm[holds] * (len(table.ids) + 1) + skill[holds]
    _, first = np.unique(key, return_index=True)
    return Skills(
        firm=firm[holds][first],
        skill=skill[holds][first],
        count=people.astype(np.int64)[holds][first],
        until=until[holds][first],
    )


def draw_certificates(shops: Shops) -> Certified:
    """Draw the certificates of the firms: more of them in large firms, special ones where the trade needs them."""
    dice, count = shops.dice, len(shops)
    base = np.array([_CERTIFICATE_SHARE.get(scheme, 0.0) for scheme in SCHEMES])
    shares = np.stack(
        [
            np.array(
                [_SPECIALIST_SHARE.get(item.id, {}).get(scheme, base[index]) for index, scheme in enumerate(SCHEMES)]
            )
            for item in ARCHETYPES
        ]
    )[shops.kind]
    reach = np.interp(shops.employees, (1, 4, 10, 30, 100), (0.25, 0.7, 1.3, 1.9, 2.4))
    has = dice.unit(count, len(SCHEMES)) < shares * reach[:, None]
    has &= ~(shops.silent | shops.lapsed)[:, None] | ~scheme_speaks_for().any(axis=1)
    firm, scheme = np.nonzero(has)
    held = len(firm)
    ahead = np.where(dice.chance(0.07, held), -dice.whole(10, 400, held), dice.whole(15, 1050, held))
    told = ~dice.chance(0.08, held)
    until = np.where(scheme_ends()[scheme], np.where(told, shops.today + ahead, 0), NEVER)
    return Certified(firm=firm, scheme=scheme, until=until)


WEEKLY_HOURS = (40.0, 44.0, 80.0, 120.0, 42.5)
"""Work hours a week of each of `calendars.CALENDARS`."""


def calendar_of(shops: Shops) -> Ints:
    """Draw the calendar of each site, an index into `WEEKLY_HOURS`: furnaces run by night, most shops by day."""
    kinds = np.array([item.id for item in ARCHETYPES])[shops.kind]
    dice, count = shops.dice, len(shops)
    usual = dice.weighted((52, 22, 0, 0, 26), count)
    long_hours = np.isin(kinds, ["heat", "vacuum", "diecast", "injection"])
    two_shifts = (np.isin(kinds, ["press", "swiss", "fastener", "forge", "onestop"]) | long_hours) & (
        shops.employees > 8
    )
    drawn = np.where(two_shifts & dice.chance(0.55, count), 2, usual)
    furnace = np.isin(kinds, ["heat", "vacuum"]) & dice.chance(0.65, count)
    return np.asarray(np.where(furnace, 3, drawn))


def draw_capacity(shops: Shops, calendar: Ints) -> Free:
    """Draw the hours of the coming weeks: 40 to 110 % booked, less in later weeks, some answers stale."""
    dice, count = shops.dice, len(shops)
    asked = dice.chance(0.85, count)
    stations = np.clip(np.floor(shops.employees * 0.6 + 0.5), 1, 40)
    hours = np.array(WEEKLY_HOURS)[calendar] * stations
    load = dice.between(0.4, 1.1, count)
    age = np.floor(dice.quantile(((0, 0), (0.6, 9), (0.85, 16), (1, 31)), count)).astype(np.int64).clip(0, 30)
    source = dice.weighted((45, 45, 5, 5), count)
    of_process = asked & dice.chance(0.15, count)
    starts = np.searchsorted(shops.work_firm, np.arange(count))
    firms = np.concatenate([np.flatnonzero(asked), np.flatnonzero(of_process)])
    process = np.concatenate([np.full(int(asked.sum()), -1), shops.work_process[starts[of_process]]])
    share = np.where(process < 0, 1.0, 0.5)
    order = np.lexsort((process, firms))
    firms, process, share = firms[order], process[order], share[order]
    week = np.tile(np.arange(WEEKS), len(firms))
    firm, process, share = np.repeat(firms, WEEKS), np.repeat(process, WEEKS), np.repeat(share, WEEKS)
    lines = len(firm)
    booked = np.clip(load[firm] * (1 - 0.045 * week) + dice.between(-0.08, 0.08, lines), 0.4, 1.1)
    available = steps(hours[firm] * share, 0.5)
    return Free(
        firm=firm,
        process=process,
        week=week,
        available=available,
        booked=steps(available * booked, 0.5),
        asked=shops.today - age[firm],
        source=source[firm],
    )


def draw_deliveries(shops: Shops, rows: Rows) -> Delivered:
    """Draw delivery records of the last 24 months from the true delivery performance and defect rate of each site."""
    dice, count = shops.dice, len(shops)
    number = np.floor(
        dice.quantile(((0, 0), (0.15, 0.5), (0.4, 4), (0.7, 11), (0.9, 24), (1, MOST_DELIVERIES + 0.99)), count)
    )
    firm = np.repeat(np.arange(count), number.astype(np.int64))
    lines = len(firm)
    starts = np.searchsorted(rows.firm, np.arange(count + 1))
    row = starts[firm] + np.floor(dice.unit(lines) * (starts[firm + 1] - starts[firm])).astype(np.int64)
    known = np.array([len(USUAL_GRADES.get(family, ())) for family in FAMILIES])[rows.family[row]]
    grade = np.where(known > 0, np.floor(dice.unit(lines) ** 2 * known).astype(np.int64), -1)
    usual = np.where(rows.lot_econ[row] > 0, rows.lot_econ[row], 50)
    quantity = np.maximum(1, np.floor(usual * dice.between(0.2, 1.8, lines))).astype(np.int64)
    promised = shops.today - dice.whole(35, 720, lines)
    late = dice.unit(lines) >= shops.on_time[firm]
    delay = np.where(
        late,
        np.floor(dice.quantile(((0, 1), (0.5, 3), (0.85, 8), (1, 30)), lines)),
        -np.floor(3 * dice.unit(lines) ** 2),
    ).astype(np.int64)
    # Whole pieces with the expected value of the rate: the fraction is rounded up with its own probability.
    burst = dice.quantile(((0, 0.2), (0.5, 0.7), (0.9, 2.0), (1, 3.5)), lines)
    defects = np.minimum(np.floor(quantity * shops.defect_rate[firm] * burst + dice.unit(lines)), quantity).astype(
        np.int64
    )
    claims = ((defects > 0) & dice.chance(0.35, lines)).astype(np.int64)
    delta = np.where(dice.chance(0.12, lines), steps(dice.between(-5000, 30000, lines), 1000), 0).astype(np.int64)
    return Delivered(
        firm=firm,
        row=row,
        grade=grade,
        quantity=quantity,
        promised=promised,
        delivered=promised + delay,
        defects=defects,
        claims=claims,
        cost_delta=delta,
    )
