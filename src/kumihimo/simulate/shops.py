"""Drawing firms with their machines and processes: the first half of the vector core."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from kumihimo import terms
from kumihimo.matching.columns import to_day
from kumihimo.simulate.archetypes import ARCHETYPES
from kumihimo.simulate.dice import Bools, Dice, Floats, Ints, allot, generator
from kumihimo.simulate.machines import INSTRUMENTS, MACHINES
from kumihimo.simulate.places import places
from kumihimo.simulate.practices import PRACTICES, PREFECTURE_RATE

CHUNK_FIRMS = 4096
"""Firms drawn together; a network of up to this size is one chunk."""
LEAST_OF_A_KIND = 4
"""Firms of each archetype in every chunk that is large enough, so that no common process is missing."""

SLOTS: tuple[str, ...] = tuple(MACHINES)
PROCESSES: tuple[str, ...] = tuple(sorted(PRACTICES))
_SLOT_NUMBER = {slot: index for index, slot in enumerate(SLOTS)}
_PROCESS_NUMBER = {process: index for index, process in enumerate(PROCESSES)}

COMMON_PROCESSES = (
    *("mach.mill3", "mach.mill5", "mach.turn_cnc", "mach.turn_swiss", "mach.gear_hob", "grind.surface", "grind.cyl"),
    *("grind.internal", "edm.wire", "sheet.laser", "sheet.bend", "join.tig", "form.press_blank", "cast.diecast"),
    *("ht.qt", "ht.vacuum", "ht.carb", "ht.induction", "ht.nitride", "coat.zn", "coat.eni", "coat.hcr", "coat.black"),
    *("coat.anod", "coat.anod_hard", "coat.paint", "coat.powder", "fin.buff", "fin.passiv", "assy.mech", "insp.cmm"),
)
"""Processes that even a network of 300 firms must offer several times over."""
_FORCED = 6

_EMPLOYEES = ((0.0, 1), (0.2, 2), (0.4, 4), (0.6, 9), (0.75, 18), (0.88, 42), (0.95, 95), (0.985, 180), (1.0, 300))
_ON_TIME = ((0.0, 0.62), (0.1, 0.80), (0.3, 0.90), (0.6, 0.95), (0.9, 0.985), (1.0, 0.998))
_DEFECTS = ((0.0, 0.00002), (0.3, 0.0004), (0.6, 0.0015), (0.85, 0.005), (0.97, 0.015), (1.0, 0.04))
_DURATION = ((0.0, 0.78), (0.2, 0.92), (0.5, 1.03), (0.8, 1.18), (0.95, 1.4), (1.0, 1.7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shops:
    """Firms of one chunk with one site each, n of them; machines, m; processes done ("works"), w. Sorted by firm.

    Attributes
    ----------
    first
        Number of the first firm in the whole network.
    kind
        (n,) index into `ARCHETYPES`.
    sole, legal
        (n,) sole proprietor; a draw in [0, 1) for the legal form otherwise.
    silent, lapsed
        (n,) has not said who is qualified; whoever was qualified is gone or out of date.
    open_share
        (n,) share of the optional fields that the firm has answered.
    skill
        (n,) precision of the site, 0 usual, positive better.
    duration_factor, on_time, defect_rate
        (n,) the truth: real over planned time, share of jobs on time, share of defective pieces.
    hazards
        (n, 3) levels 0-5 of flood, earthquake and tsunami, -1 not looked up.
    machine_firm, machine_slot, machine_class, machine_count, machine_year
        (m,) owner (within the chunk), index into `SLOTS`, size class, pieces, year of purchase.
    work_firm, work_process, work_machine
        (w,) firm, index into `PROCESSES`, index into the machines.
    """

    first: int
    today: int
    year: int
    kind: Ints
    town: Ints
    lat: Floats
    lon: Floats
    employees: Ints
    founded: Ints
    sole: Bools
    legal: Floats
    silent: Bools
    lapsed: Bools
    paused: Bools
    wants: Ints
    open_share: Floats
    skill: Floats
    price: Floats
    hazards: Ints
    duration_factor: Floats
    on_time: Floats
    defect_rate: Floats
    machine_firm: Ints
    machine_slot: Ints
    machine_class: Ints
    machine_count: Ints
    machine_year: Ints
    work_firm: Ints
    work_process: Ints
    work_machine: Ints
    dice: Dice

    def __len__(self) -> int:
        return len(self.kind)


def chunk_sizes(firms: int) -> list[int]:
    """Return how many firms each chunk of a network of `firms` holds."""
    full, rest = divmod(firms, CHUNK_FIRMS)
    return [CHUNK_FIRMS] * full + ([rest] if rest else [])


def draw_shops(seed: int, firms: int, chunk: int, today: date) -> Shops:
    """Draw the firms of one chunk with their machines and processes.

    Parameters
    ----------
    seed
        Any whole number from 0.
    firms
        Size of the whole network; it takes part in the seed, so that every size is a network of its own.
    chunk
        Number of the chunk.
    today
        Dates are drawn around it.
    """
    count = chunk_sizes(firms)[chunk]
    dice = Dice(generator(seed, firms, chunk))
    kind = _kinds(dice, count)
    growth = np.array([item.growth for item in ARCHETYPES])[kind]
    rank = _rank_in_kind(kind)
    town, lat, lon = _positions(dice, kind)
    employees = np.maximum(1, np.floor(dice.quantile(_EMPLOYEES, count, shift=0.1 * growth))).astype(np.int64)
    skill = np.clip(dice.bell(count), -2.2, 2.2)
    prefecture_rate = np.full(48, 0.9)
    for code, rate in PREFECTURE_RATE.items():
        prefecture_rate[int(code)] = rate
    for index, archetype in enumerate(ARCHETYPES):
        if archetype.limits is not None:
            employees[kind == index] = np.minimum(employees[kind == index], archetype.limits.employees)
    trades = _trades(dice, kind)
    machines = _machines(dice, kind, employees, trades, today.year)
    works = _works(dice, kind, trades, machines)
    return Shops(
        first=chunk * CHUNK_FIRMS,
        today=to_day(today),
        year=today.year,
        kind=kind,
        town=town,
        lat=lat,
        lon=lon,
        employees=employees,
        founded=today.year
        - np.floor(dice.quantile(((0, 1), (0.2, 15), (0.5, 38), (0.85, 60), (1, 98)), count)).astype(np.int64),
        # Large firms are companies; of all manufacturers about 28 % are sole proprietors (census of 2021).
        sole=dice.chance(np.interp(employees, (1, 3, 8, 20, 30), (0.66, 0.44, 0.17, 0.03, 0.0)), count),
        legal=dice.unit(count),
        # Spread evenly over every kind of shop, so that a small network has both good and doubtful ones of each.
        silent=rank % 8 == 1,
        lapsed=rank % 12 == 6,
        paused=dice.chance(0.03, count),
        wants=dice.weighted((0.62, 0.14, 0.24), count),
        open_share=dice.between(0.68, 0.98, count),
        skill=skill,
        price=prefecture_rate[places().prefecture[town]] * dice.between(0.85, 1.2, count) * (1 + 0.03 * skill),
        hazards=_hazards(dice, town),
        duration_factor=dice.quantile(_DURATION, count),
        on_time=dice.quantile(_ON_TIME, count, shift=0.04 * skill),
        defect_rate=dice.quantile(_DEFECTS, count, shift=-0.06 * skill),
        machine_firm=machines[0],
        machine_slot=machines[1],
        machine_class=machines[2],
        machine_count=machines[3],
        machine_year=machines[4],
        work_firm=works[0],
        work_process=works[1],
        work_machine=works[2],
        dice=dice,
    )


def _kinds(dice: Dice, count: int) -> Ints:
    counts = allot([item.share for item in ARCHETYPES], count, LEAST_OF_A_KIND)
    kinds = np.repeat(np.arange(len(ARCHETYPES)), counts)
    return kinds[np.argsort(dice.unit(count), kind="stable")]


def _rank_in_kind(kind: Ints) -> Ints:
    """Return the number of each firm among those of its kind."""
    rank = np.zeros(len(kind), dtype=np.int64)
    for index in range(len(ARCHETYPES)):
        members = kind == index
        rank[members] = np.arange(int(members.sum()))
    return rank


def _positions(dice: Dice, kind: Ints) -> tuple[Ints, Floats, Floats]:
    where, count = places(), len(kind)
    draw = dice.unit(count)
    town = np.zeros(count, dtype=np.int64)
    for index in range(len(ARCHETYPES)):
        chosen = kind == index
        town[chosen] = np.searchsorted(where.cumulative[index], draw[chosen], side="right")
    town = np.minimum(town, len(where.towns) - 1)
    # Factories stand within some 3 km of the town hall: 0.01° is about 1.1 km north and 0.9 km east.
    lat = np.round(where.lat[town] + 0.012 * dice.bell(count), 5)
    lon = np.round(where.lon[town] + 0.014 * dice.bell(count), 5)
    return town, lat, lon


def _hazards(dice: Dice, town: Ints) -> Ints:
    """Draw invented hazard levels, alike for neighbours: the level of a town and a small step beside it."""
    base = Dice(generator(20261122, 3))
    towns = len(places().towns)
    levels = np.stack([base.weighted(weights, towns) for weights in _HAZARD_WEIGHTS], axis=1)
    own = levels[town] + np.stack(
        [dice.whole(-1, 1, len(town)) * dice.chance(0.3, len(town)) for _ in range(3)], axis=1
    )
    known = dice.chance(0.7, len(town))
    return np.where(known[:, None], np.clip(own, 0, 5), -1)


_HAZARD_WEIGHTS = ((4, 3, 2, 2, 1, 0.5), (0.2, 1, 3, 4, 2, 1), (8, 1, 0.8, 0.5, 0.3, 0.1))


@cache
def _homes() -> dict[int, list[tuple[int, str, str]]]:
    """Return archetype -> (turn, process, slot) of the common processes that it is the usual home of."""
    homes: dict[int, list[tuple[int, str, str]]] = {}
    for turn, process in enumerate(COMMON_PROCESSES):
        best, where = 0.0, (0, "")
        for index, archetype in enumerate(ARCHETYPES):
            owned = {item.slot: item.share for item in archetype.owned}
            for item in archetype.offered:
                share = item.share * owned[item.slot]
                if item.process == process and share > best:
                    best, where = share, (index, item.slot)
        homes.setdefault(where[0], []).append((turn, process, where[1]))
    return homes


def _forced(archetype: int, members: int, *, process: str = "", slot: str = "") -> Ints:
    """Return which members of an archetype must do a common process, or own the machine that it needs."""
    chosen = [
        # Turned on for each process, so that not the same few firms do everything.
        (turn * 3 + np.arange(min(_FORCED, members))) % members
        for turn, known, where in _homes().get(archetype, ())
        if members >= LEAST_OF_A_KIND and (known == process or where == slot)
    ]
    return np.concatenate(chosen) if chosen else np.empty(0, dtype=np.int64)


@cache
def _families() -> tuple[tuple[str, ...], Ints]:
    """Return the families of processes, and which of them each of `PROCESSES` belongs to."""
    known = [terms.process(code).family for code in PROCESSES]
    names = tuple(sorted(set(known)))
    return names, np.array([names.index(family) for family in known])


def _trades(dice: Dice, kind: Ints) -> Bools:
    """Return (n, families) whether a firm may do processes of a family: a limited kind picks a few of its own."""
    names, family_of = _families()
    trades = np.ones((len(kind), len(names)), dtype=np.bool_)
    for index, archetype in enumerate(ARCHETYPES):
        if archetype.limits is None:
            continue
        members = np.flatnonzero(kind == index)
        own = [int(family_of[_PROCESS_NUMBER[item.process]]) for item in archetype.offered]
        draw = np.full((len(members), len(names)), 2.0)
        others = sorted(set(own))
        draw[:, others] = dice.unit(len(members), len(others))
        draw[:, own[0]] = -1.0
        last = np.sort(draw, axis=1)[:, archetype.limits.families - 1]
        trades[members] = draw <= last[:, None]
    return trades


def _uses(archetype: int, slot: str) -> Ints:
    """Return the families of the processes that a machine serves in an archetype; empty for an instrument."""
    _, family_of = _families()
    served = {
        int(family_of[_PROCESS_NUMBER[item.process]]) for item in ARCHETYPES[archetype].offered if item.slot == slot
    }
    return np.array(sorted(served), dtype=np.int64)


def _machines(dice: Dice, kind: Ints, employees: Ints, trades: Bools, year: int) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    firm: list[Ints] = []
    slot: list[Ints] = []
    size: list[Ints] = []
    main: list[Bools] = []
    for index, archetype in enumerate(ARCHETYPES):
        members = np.flatnonzero(kind == index)
        for number, owned in enumerate(archetype.owned):
            # A big shop owns more kinds of machines than a one-man shop.
            reach = np.interp(employees[members], (1, 3, 10, 40, 150), (0.6, 0.8, 1.05, 1.3, 1.5))
            has = dice.chance(1.0, len(members)) if owned.share >= 1 else dice.chance(owned.share * reach, len(members))
            has[_forced(index, len(members), slot=owned.slot)] = True
            uses = _uses(index, owned.slot)
            if len(uses):
                has &= trades[members][:, uses].any(axis=1)
            owners = members[has]
            span = owned.last_class - owned.first_class
            lean = np.interp(employees[owners], (1, 5, 30, 150), (-0.25, -0.1, 0.1, 0.25))
            pick = np.clip(dice.unit(len(owners)) + lean, 0.0, 0.999)
            firm.append(owners)
            slot.append(np.full(len(owners), _SLOT_NUMBER[owned.slot]))
            size.append(owned.first_class + np.floor(pick * (span + 1)).astype(np.int64))
            main.append(np.full(len(owners), number == 0))
    firms, slots, sizes, mains = (np.concatenate(part) for part in (firm, slot, size, main))
    count = len(firms)
    most = np.maximum(1.0, np.where(mains, employees[firms] / 2.5, employees[firms] / 8))
    instrument = np.isin(slots, [_SLOT_NUMBER[name] for name in INSTRUMENTS])
    pieces = np.where(instrument, 1, np.maximum(1, np.floor(np.minimum(most, 24) * dice.unit(count) + 0.6))).astype(
        np.int64
    )
    years = year - np.floor(dice.quantile(((0, 0), (0.3, 6), (0.6, 14), (0.9, 28), (1, 42)), count)).astype(np.int64)
    order = np.argsort(firms, kind="stable")
    sorted_parts = [np.asarray(part, dtype=np.int64)[order] for part in (firms, slots, sizes, pieces, years)]
    return sorted_parts[0], sorted_parts[1], sorted_parts[2], sorted_parts[3], sorted_parts[4]


def _works(
    dice: Dice, kind: Ints, trades: Bools, machines: tuple[Ints, Ints, Ints, Ints, Ints]
) -> tuple[Ints, Ints, Ints]:
    owner, slot = machines[0], machines[1]
    machine_of = np.full((len(kind), len(SLOTS)), -1, dtype=np.int64)
    machine_of[owner, slot] = np.arange(len(owner))
    firm: list[Ints] = []
    process: list[Ints] = []
    machine: list[Ints] = []
    for index, archetype in enumerate(ARCHETYPES):
        members = np.flatnonzero(kind == index)
        idle = np.ones(len(members), dtype=bool)
        # The first process comes last: it falls to whoever does nothing else, too (everybody owns its machine).
        for offered in (*archetype.offered[1:], archetype.offered[0]):
            own = machine_of[members, _SLOT_NUMBER[offered.slot]]
            does = dice.chance(offered.share, len(members))
            does[_forced(index, len(members), process=offered.process)] = True
            number = _PROCESS_NUMBER[offered.process]
            does = (
                (own >= 0)
                & trades[members, _families()[1][number]]
                & (does | (idle & (offered is archetype.offered[0])))
            )
            idle &= ~does
            firm.append(members[does])
            process.append(np.full(int(does.sum()), number))
            machine.append(own[does])
    firms, processes, used = (np.concatenate(part) for part in (firm, process, machine))
    order = np.lexsort((processes, firms))
    return firms[order], processes[order], used[order]


@cache
def class_sizes() -> tuple[Floats, Floats]:
    """Return the sizes (slots, 5, 3) in mm and the loads (slots, 5) in kg of all machine classes; NaN where none."""
    sizes = np.full((len(SLOTS), 5, 3), np.nan)
    loads = np.full((len(SLOTS), 5), np.nan)
    for index, slot in enumerate(SLOTS):
        for number, item in enumerate(MACHINES[slot].classes):
            sizes[index, number] = item.size_mm
            loads[index, number] = item.load_kg or np.nan
    return sizes, loads
