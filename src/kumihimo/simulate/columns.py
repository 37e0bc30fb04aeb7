"""A synthetic network as columns for matching: the same firms as `generate_network`, up to all of Japan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kumihimo import terms
from kumihimo.matching.columns import NOBODY, CapabilityColumns, to_week
from kumihimo.matching.qualification import PROOF_DAYS
from kumihimo.model import EvidenceLevel
from kumihimo.simulate.chunk import Chunk, check_size, draw_chunk
from kumihimo.simulate.dice import Ints
from kumihimo.simulate.names import Namer, firm_id, full_name, legal_forms
from kumihimo.simulate.places import places
from kumihimo.simulate.practices import USUAL_GRADES
from kumihimo.simulate.records import SCHEMES, WEEKS, scheme_speaks_for, skill_table
from kumihimo.simulate.rows import FAMILIES, SCALES
from kumihimo.simulate.shops import PROCESSES, chunk_sizes

GRADES: tuple[str, ...] = tuple(sorted({grade for grades in USUAL_GRADES.values() for grade in grades}))
_WORDS = (len(GRADES) + 63) // 64
_ROW_DTYPES: Mapping[str, type] = {
    "process": np.int16,
    "row_site": np.int32,
    "row_number": np.int16,
    "row_material": np.int32,
    "row_size": np.int32,
    "row_precision": np.int32,
    "row_finish": np.int32,
    "row_volume": np.int32,
    "row_valid_from": np.uint16,
    "row_valid_until": np.uint16,
    "row_evidence": np.uint8,
    "row_evidence_on": np.uint16,
    "row_strength": np.uint8,
    "row_avoided": np.bool_,
    "row_qualified": np.uint16,
    "row_jobs": np.uint16,
}


class EntryTable:
    """A dictionary that grows chunk by chunk: equal lines of numbers get one entry."""

    def __init__(self, width: int, dtype: type) -> None:
        self._known: dict[int, int] = {}
        self._parts: list[NDArray[Any]] = []
        self._width, self._dtype = width, dtype
        # Odd multipliers; any fixed ones will do, `numbers` checks for collisions inside a chunk.
        self._mix = np.random.Generator(np.random.PCG64(width)).integers(1, 2**63, width, dtype=np.uint64) * 2 + 1

    def numbers(self, lines: NDArray[Any]) -> Ints:
        """Return the entry of each line of a (k, width) array, making entries for new ones."""
        lines = np.ascontiguousarray(lines, dtype=self._dtype)
        # Adding 0.0 turns -0.0 into 0.0, so that equal numbers have equal bits.
        bits = (lines + 0.0).view(np.uint64) if lines.dtype.kind == "f" else lines.astype(np.int64).view(np.uint64)
        mixed = bits * self._mix
        mixed ^= mixed >> np.uint64(29)
        keys = (mixed * self._mix[::-1]).sum(axis=1, dtype=np.uint64)
        unique, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        if not np.array_equal(bits[first][inverse], bits):
            raise AssertionError("two different entries have one hash; change the multipliers")
        entries = np.empty(len(unique), dtype=np.int64)
        fresh: list[int] = []
        for place, key in enumerate(unique.tolist()):
            number = self._known.get(key)
            if number is None:
                number = self._known[key] = len(self._known)
                fresh.append(place)
            entries[place] = number
        self._parts.append(lines[first[fresh]])
        return entries[inverse]

    def table(self) -> NDArray[Any]:
        """Return all entries, in the order of their numbers."""
        return np.concatenate(self._parts) if self._parts else np.empty((0, self._width), dtype=self._dtype)


@dataclass(slots=True)
class _Collected:
    """What the chunks have given so far."""

    rows: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    others: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    material: EntryTable = field(default_factory=lambda: EntryTable(3, np.int64))
    size: EntryTable = field(default_factory=lambda: EntryTable(9, np.float64))
    precision: EntryTable = field(default_factory=lambda: EntryTable(5, np.float64))
    finish: EntryTable = field(default_factory=lambda: EntryTable(8, np.float64))
    volume: EntryTable = field(default_factory=lambda: EntryTable(5, np.int32))


def generate_columns(
    firms: int,
    seed: int,
    *,
    today: date,
    progress: Callable[[int, int], None] | None = None,
) -> CapabilityColumns:
    """Return the columns of the network that `generate_network` makes of the same arguments.

    Parameters
    ----------
    firms
        1 to 400,000.
    seed
        Any whole number from 0.
    today
        Capacity, certificates and deliveries lie around this day.
    progress
        Called with (firms done, firms).

    Raises
    ------
    InputError
        The size or the seed is out of range.

    Notes
    -----
    Chunks of 4,096 firms are drawn one after the other and kept as some 40 bytes a row: 380,000 firms need less
    than 1 GB at the peak.
    """
    check_size(firms, seed)
    collected = _Collected()
    namer = Namer(seed)
    done = 0
    for number, size in enumerate(chunk_sizes(firms)):
        chunk = draw_chunk(seed, firms, number, today)
        _collect_rows(collected, chunk)
        _collect_others(collected.others, chunk, namer, today)
        done += size
        if progress is not None:
            progress(done, firms)
    return _columns(collected, firms, seed)


def _add(store: dict[str, list[NDArray[Any]]], **arrays: NDArray[Any]) -> None:
    for name, array in arrays.items():
        store.setdefault(name, []).append(array)


def _collect_rows(collected: _Collected, chunk: Chunk) -> None:
    rows = chunk.rows
    scale = np.where(rows.scale < 0, np.nan, rows.scale)
    values: dict[str, NDArray[Any]] = {
        "process": rows.process,
        "row_site": rows.firm + chunk.shops.first,
        "row_number": rows.number,
        "row_material": collected.material.numbers(np.stack([rows.family, rows.include, rows.exclude], axis=1)),
        "row_size": collected.size.numbers(rows.size),
        "row_precision": collected.precision.numbers(rows.precision),
        "row_finish": collected.finish.numbers(np.concatenate([scale[:, None], rows.finish, rows.geometry], axis=1)),
        "row_volume": collected.volume.numbers(
            np.stack([rows.lot_min, rows.lot_max, rows.monthly_max, rows.lead_days_typ, rows.lead_days_min], axis=1)
        ),
        "row_valid_from": np.zeros(len(rows), dtype=np.uint16),
        "row_valid_until": rows.valid_until,
        "row_evidence": rows.evidence,
        "row_evidence_on": rows.evidence_on,
        "row_strength": rows.strength,
        "row_avoided": _avoided(chunk),
        "row_qualified": qualified_until(chunk),
        "row_jobs": similar_jobs(chunk),
    }
    _add(collected.rows, **{name: values[name].astype(dtype) for name, dtype in _ROW_DTYPES.items()})


def _avoided(chunk: Chunk) -> NDArray[np.bool_]:
    """A firm avoids a process as such: all its rows of it."""
    rows = chunk.rows
    key = rows.firm * len(PROCESSES) + rows.process
    return np.isin(key, key[rows.avoided])


def qualified_until(chunk: Chunk) -> Ints:
    """Return (r,) the last day on which each row is qualified; as `matching.qualification.qualified_until`."""
    rows, skills, held = chunk.rows, chunk.skills, chunk.certificates
    until = np.zeros((len(chunk.shops), len(PROCESSES)), dtype=np.int64)
    ends = np.where(skills.count <= 0, NOBODY, skills.until)
    speaks = skill_table().speaks_for
    for skill in np.unique(skills.skill).tolist():
        mine = skills.skill == skill
        _raise_to(until, skills.firm[mine], np.flatnonzero(speaks[skill]), ends[mine])
    for scheme in np.unique(held.scheme).tolist():
        mine = held.scheme == scheme
        _raise_to(until, held.firm[mine], np.flatnonzero(scheme_speaks_for()[scheme]), held.until[mine])
    proven = (rows.evidence >= int(EvidenceLevel.SAMPLE)) & (rows.evidence_on > 0)
    proof = np.where(rows.valid_until > 0, rows.valid_until, rows.evidence_on + PROOF_DAYS)
    return np.maximum(until[rows.firm, rows.process], np.where(proven, proof, 0))


def _raise_to(until: Ints, firms: Ints, processes: Ints, ends: Ints) -> None:
    # A firm holds a skill or scheme once, so that no pair comes twice here.
    if len(processes):
        grid = np.ix_(firms, processes)
        until[grid] = np.maximum(until[grid], ends[:, None])


@cache
def _grade_families() -> tuple[Ints, NDArray[np.bool_]]:
    """Return the family group of each (family, grade place), and whether (row family, group) lies within."""
    grades = terms.materials()
    groups = sorted({grades[grade].family for known in USUAL_GRADES.values() for grade in known})
    group_of = np.full((len(FAMILIES), max(len(known) for known in USUAL_GRADES.values())), -1, dtype=np.int64)
    for number, family in enumerate(FAMILIES):
        for place, grade in enumerate(USUAL_GRADES.get(family, ())):
            group_of[number, place] = groups.index(grades[grade].family)
    within = np.array([[(group + ".").startswith(family + ".") for group in groups] for family in FAMILIES])
    return group_of, within


def similar_jobs(chunk: Chunk) -> Ints:
    """Return (r,) delivered jobs of the same site and process in a grade of the row's family."""
    rows, made = chunk.rows, chunk.deliveries
    group_of, within = _grade_families()
    graded = made.grade >= 0
    group = group_of[rows.family[made.row[graded]], made.grade[graded]]
    key = made.firm[graded] * len(PROCESSES) + rows.process[made.row[graded]]
    row_key = rows.firm * len(PROCESSES) + rows.process
    unique, inverse = np.unique(row_key, return_inverse=True)
    counts = np.zeros((len(unique), within.shape[1]), dtype=np.int64)
    np.add.at(counts, (np.searchsorted(unique, key), group), 1)
    return np.asarray((counts[inverse] * within[rows.family]).sum(axis=1))


def _collect_others(store: dict[str, list[NDArray[Any]]], chunk: Chunk, namer: Namer, today: date) -> None:
    shops, made, held, free = chunk.shops, chunk.deliveries, chunk.certificates, chunk.capacity
    count = len(shops)
    on_time = made.delivered <= made.promised
    record = np.stack(
        [
            np.bincount(made.firm, weights, count)
            for weights in (np.ones(len(on_time)), on_time.astype(float), made.quantity, made.defects)
        ],
        axis=1,
    )
    names = [
        full_name(
            namer.name(number, kind),
            *legal_forms(number, sole, legal),
        ).ja.encode()
        for number, kind, sole, legal in zip(
            range(shops.first, shops.first + count),
            shops.kind.tolist(),
            shops.sole.tolist(),
            shops.legal.tolist(),
            strict=True,
        )
    ]
    certified = np.zeros(count, dtype=np.bool_)
    certified[held.firm] = True
    order = np.argsort(held.firm, kind="stable")
    week = to_week(date.fromordinal(today.toordinal() + 1))
    if week + WEEKS > np.iinfo(np.int16).max:
        raise AssertionError("the week number does not fit")
    _add(
        store,
        firm_names=np.array(names, dtype=np.bytes_),
        site_lat=shops.lat.astype(np.float32),
        site_lon=shops.lon.astype(np.float32),
        site_prefecture=places().prefecture[shops.town].astype(np.uint8),
        site_hazards=shops.hazards.astype(np.int8),
        site_deliveries=record.astype(np.int32),
        firm_active=~shops.paused & (shops.wants != 1),
        firm_paused=shops.paused,
        firm_certified=certified,
        cert_scheme=held.scheme[order].astype(np.int16),
        cert_site=(held.firm[order] + shops.first).astype(np.int32),
        cert_until=held.until[order].astype(np.uint16),
        cap_site=(free.firm + shops.first).astype(np.int32),
        cap_process=free.process.astype(np.int16),
        cap_week=(week + free.week).astype(np.int16),
        cap_free=np.maximum(free.available - free.booked, 0).astype(np.float32),
        cap_asked=free.asked.astype(np.uint16),
    )


def _columns(collected: _Collected, firms: int, seed: int) -> CapabilityColumns:
    processes = np.concatenate(collected.rows.pop("process"))
    # Chunks come in the order of the sites: a stable sort by process leaves each process in that order.
    order = np.argsort(processes, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(processes, minlength=len(PROCESSES)))]).astype(np.int64)
    del processes
    rows: dict[str, NDArray[Any]] = {}
    for name in list(collected.rows):
        rows[name] = np.concatenate(collected.rows.pop(name))[order]
    numbers = rows.pop("row_number")
    others = {name: np.concatenate(parts) for name, parts in collected.others.items()}
    by_scheme = np.lexsort((others["cert_site"], others["cert_scheme"]))
    for name in ("cert_scheme", "cert_site", "cert_until"):
        others[name] = others[name][by_scheme]
    material = collected.material.table()
    return CapabilityColumns(
        name=f"合成ネットワーク {firms}社（シード {seed}）",
        synthetic=True,
        processes=PROCESSES,
        families=FAMILIES,
        grades=GRADES,
        schemes=SCHEMES,
        scales=SCALES,
        process_offsets=offsets,
        row_ids=_row_ids(rows["row_site"], numbers),
        material_family=material[:, 0].astype(np.int16),
        material_include=_grade_bits(material[:, 0], material[:, 1]),
        material_exclude=_grade_bits(material[:, 0], material[:, 2]),
        size_table=collected.size.table(),
        precision_table=collected.precision.table(),
        finish_table=collected.finish.table(),
        volume_table=collected.volume.table(),
        firm_ids=np.array([firm_id(number).encode() for number in range(firms)], dtype=np.bytes_),
        site_ids=np.char.add(np.array([firm_id(number).encode() for number in range(firms)], dtype=np.bytes_), b"-S1"),
        site_firm=np.arange(firms, dtype=np.int32),
        **rows,
        **others,
    )


def _grade_bits(family: Ints, bits: Ints) -> NDArray[np.uint64]:
    """Turn bits over the usual grades of a family into bits over all grades."""
    found = np.zeros((len(family), _WORDS), dtype=np.uint64)
    for index, (number, mask) in enumerate(zip(family.tolist(), bits.tolist(), strict=True)):
        for place, grade in enumerate(USUAL_GRADES.get(FAMILIES[number], ())):
            if mask >> place & 1:
                code = GRADES.index(grade)
                found[index, code // 64] |= np.uint64(1 << (code % 64))
    return found


def _row_ids(site: NDArray[np.int32], number: NDArray[np.int16]) -> NDArray[np.bytes_]:
    """Write ``SYN-000001-C001`` for all rows at once, digit by digit."""
    text = np.empty((len(site), 15), dtype=np.uint8)
    text[:] = np.frombuffer(b"SYN-000000-C000", dtype=np.uint8)
    for first, last, values in ((4, 9, site + 1), (12, 14, number.astype(np.int32))):
        rest = values.copy()
        for place in range(last, first - 1, -1):
            text[:, place] += (rest % 10).astype(np.uint8)
            rest //= 10
    return text.view("S15").reshape(-1)
