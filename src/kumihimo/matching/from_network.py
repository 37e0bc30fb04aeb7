"""Columns of a network of dataclasses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from kumihimo import terms
from kumihimo.errors import InputError
from kumihimo.matching import columns as form
from kumihimo.matching.columns import CapabilityColumns, iso_week_number, to_day
from kumihimo.matching.qualification import certificate_until, qualified_until
from kumihimo.model import Capability, Delivery, Firm, FirmStatus, Network, Site

DELIVERY_WINDOW_DAYS = 730
"""Deliveries older than 24 months say little about today."""


def columns_of(network: Network, *, as_of: date | None = None) -> CapabilityColumns:
    """Build the columns of a network.

    Parameters
    ----------
    network
        Its references must point somewhere (`Network.missing_references`).
    as_of
        When given, deliveries count that came within `DELIVERY_WINDOW_DAYS` before it; otherwise all do.

    Raises
    ------
    InputError
        A row names a site, or a site a firm, that the network does not hold.
    """
    firms = sorted(network.firms, key=lambda firm: firm.id.encode())
    firm_number = {firm.id: index for index, firm in enumerate(firms)}
    _refuse_strangers("firm", {site.firm for site in network.sites}, firm_number)
    sites = sorted(network.sites, key=lambda site: (site.firm.encode(), site.id.encode()))
    site_number = {site.id: index for index, site in enumerate(sites)}
    _refuse_strangers("site", {row.site for row in network.capabilities}, site_number)
    rows = sorted(network.capabilities, key=lambda row: (row.process, site_number[row.site], row.id.encode()))
    capacities = [row for row in network.capacities if row.site in site_number]
    processes = sorted({row.process for row in rows} | {row.process for row in capacities if row.process})
    process_number = {code: index for index, code in enumerate(processes)}
    deliveries = [
        item
        for item in network.deliveries
        if as_of is None or as_of - timedelta(DELIVERY_WINDOW_DAYS) <= item.delivered_on
    ]
    counts = np.bincount([process_number[row.process] for row in rows], minlength=len(processes))
    return CapabilityColumns(
        name=network.name,
        synthetic=network.synthetic,
        processes=tuple(processes),
        process_offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        row_ids=_ids(row.id for row in rows),
        row_site=np.array([site_number[row.site] for row in rows], dtype=np.int32),
        **_materials(rows),
        **_tables(rows),
        row_valid_from=_days(row.valid_from for row in rows),
        row_valid_until=_days(row.valid_until for row in rows),
        row_evidence=np.array([int(row.evidence) for row in rows], dtype=np.uint8),
        row_evidence_on=_days(row.evidence_on for row in rows),
        row_strength=np.array([row.strength or 0 for row in rows], dtype=np.uint8),
        **_rows_of_firms(network, rows, deliveries),
        **_sites(sites, firm_number, site_number, deliveries),
        **_firms(network, firms),
        **_certificates(network, sites, site_number),
        **_capacity(capacities, site_number, process_number),
    )


def _refuse_strangers(kind: str, named: set[str], known: dict[str, int]) -> None:
    lost = sorted(named - known.keys())
    if lost:
        ja = {"firm": "企業", "site": "拠点"}[kind]
        raise InputError(
            f"{ja}ID「{lost[0]}」がネットワークにありません（ほか{len(lost) - 1}件）。先に{ja}を登録してください。",
            f"The network holds no {kind} {lost[0]!r} (and {len(lost) - 1} more). Add the {kind} first.",
        )


def _ids(values: Iterable[str]) -> np.ndarray[Any, np.dtype[np.bytes_]]:
    encoded = [value.encode() for value in values]
    return np.array(encoded, dtype=np.bytes_) if encoded else np.empty(0, dtype="S1")


def _days(values: Iterable[date | None]) -> np.ndarray[Any, np.dtype[np.uint16]]:
    return np.array([to_day(value) for value in values], dtype=np.uint16)


class _Dictionary:
    """Gives equal entries one number."""

    def __init__(self) -> None:
        self.entries: dict[tuple[Any, ...], int] = {}

    def number(self, entry: tuple[Any, ...]) -> int:
        return self.entries.setdefault(entry, len(self.entries))

    def table(self, width: int, dtype: type) -> np.ndarray[Any, Any]:
        return np.array(list(self.entries), dtype=dtype).reshape(-1, width)


def _materials(rows: Sequence[Capability]) -> dict[str, Any]:
    grades = sorted({grade for row in rows for grade in (*row.grades_include, *row.grades_exclude)})
    families = sorted({row.material_family for row in rows})
    grade_number = {code: index for index, code in enumerate(grades)}
    family_number = {code: index for index, code in enumerate(families)}
    unique = _Dictionary()
    numbers = [
        unique.number((row.material_family, frozenset(row.grades_include), frozenset(row.grades_exclude)))
        for row in rows
    ]
    words = (len(grades) + 63) // 64
    include = np.zeros((len(unique.entries), words), dtype=np.uint64)
    exclude = np.zeros_like(include)
    for (_, included, excluded), entry in unique.entries.items():
        for bits, codes in ((include, included), (exclude, excluded)):
            for code in codes:
                bits[entry, grade_number[code] // 64] |= np.uint64(1 << (grade_number[code] % 64))
    return {
        "grades": tuple(grades),
        "families": tuple(families),
        "row_material": np.array(numbers, dtype=np.int32),
        "material_family": np.array([family_number[entry[0]] for entry in unique.entries], dtype=np.int16),
        "material_include": include,
        "material_exclude": exclude,
    }


def _tables(rows: Sequence[Capability]) -> dict[str, Any]:
    scales = sorted({row.hardness_scale for row in rows if row.hardness_scale})
    nan = float("nan")  # one object, so that two rows with the same gaps are one entry
    size, precision, finish, volume = _Dictionary(), _Dictionary(), _Dictionary(), _Dictionary()
    numbers: dict[str, list[int]] = {"row_size": [], "row_precision": [], "row_finish": [], "row_volume": []}

    def floats(row: Capability, names: Iterable[str]) -> list[float]:
        return [nan if (value := getattr(row, name)) is None else float(value) for name in names]

    for row in rows:
        given = [value for value in (row.env_l_mm, row.env_w_mm, row.env_h_mm) if value is not None]
        # With a gap the order of the sheet is kept: nobody can tell which dimension the missing one is.
        envelope = sorted(given, reverse=True) if len(given) == 3 else floats(row, form.SIZE_FIELDS[:3])
        numbers["row_size"].append(size.number((*map(float, envelope), *floats(row, form.SIZE_FIELDS[3:]))))
        numbers["row_precision"].append(precision.number(tuple(floats(row, form.PRECISION_FIELDS))))
        scale = float(scales.index(row.hardness_scale)) if row.hardness_scale else nan
        numbers["row_finish"].append(finish.number((scale, *floats(row, form.FINISH_FIELDS[1:]))))
        quantities = (getattr(row, name) for name in form.VOLUME_FIELDS)
        numbers["row_volume"].append(volume.number(tuple(-1 if value is None else value for value in quantities)))
    return {
        "scales": tuple(scales),
        **{name: np.array(values, dtype=np.int32) for name, values in numbers.items()},
        "size_table": size.table(len(form.SIZE_FIELDS), np.float64),
        "precision_table": precision.table(len(form.PRECISION_FIELDS), np.float64),
        "finish_table": finish.table(len(form.FINISH_FIELDS), np.float64),
        "volume_table": volume.table(len(form.VOLUME_FIELDS), np.int32),
    }


def _rows_of_firms(network: Network, rows: Sequence[Capability], deliveries: Sequence[Delivery]) -> dict[str, Any]:
    """Return what a row owes to its firm and site: avoided work, qualification, similar jobs."""
    firm_of = {site.id: site.firm for site in network.sites}
    avoids = {firm.id: frozenset(firm.avoids) for firm in network.firms}
    certificates, skills, assessments = defaultdict(list), defaultdict(list), defaultdict(list)
    for certificate in network.certificates:
        certificates[certificate.firm].append(certificate)
    for skill in network.skills:
        skills[skill.site].append(skill)
    for assessment in network.assessments:
        assessments[assessment.capability].append(assessment)
    jobs: dict[tuple[str, str], list[str]] = defaultdict(list)
    grades = terms.materials()
    for item in deliveries:
        if item.material in grades:
            jobs[item.site, item.process].append(grades[item.material].family)
    qualified: list[int] = []
    similar: list[int] = []
    for row in rows:
        firm = firm_of[row.site]
        covering = [item for item in certificates[firm] if not item.sites or row.site in item.sites]
        qualified.append(qualified_until(row, covering, skills[row.site], assessments[row.id]))
        below = row.material_family + "."
        families = jobs.get((row.site, row.process), ())
        similar.append(sum(1 for family in families if (family + ".").startswith(below)))
    return {
        "row_avoided": np.array([row.process in avoids[firm_of[row.site]] for row in rows], dtype=np.bool_),
        "row_qualified": np.array(qualified, dtype=np.uint16),
        "row_jobs": np.minimum(np.array(similar, dtype=np.int64), 65535).astype(np.uint16),
    }


def _sites(
    sites: Sequence[Site], firm_number: dict[str, int], site_number: dict[str, int], deliveries: Sequence[Delivery]
) -> dict[str, Any]:
    record = np.zeros((len(sites), 4), dtype=np.int32)
    for item in deliveries:
        if item.site in site_number:
            on_time = int(item.delivered_on <= item.promised_on)
            record[site_number[item.site]] += np.array([1, on_time, item.quantity, item.defects], dtype=np.int32)
    points = [_position(site) for site in sites]
    hazards = [[-1 if level is None else level for level in (site.flood, site.quake, site.tsunami)] for site in sites]
    return {
        "site_ids": _ids(site.id for site in sites),
        "site_firm": np.array([firm_number[site.firm] for site in sites], dtype=np.int32),
        "site_lat": np.array([lat for lat, _ in points], dtype=np.float32),
        "site_lon": np.array([lon for _, lon in points], dtype=np.float32),
        "site_prefecture": np.array(
            [int(site.prefecture) if site.prefecture.isdigit() else 0 for site in sites], dtype=np.uint8
        ),
        "site_hazards": np.array(hazards, dtype=np.int8).reshape(-1, 3),
        "site_deliveries": record,
    }


def _position(site: Site) -> tuple[float, float]:
    if site.lat is not None and site.lon is not None:
        return site.lat, site.lon
    place = terms.municipalities().get(site.municipality)
    return (float("nan"), float("nan")) if place is None else (place.lat, place.lon)


def _firms(network: Network, firms: Sequence[Firm]) -> dict[str, Any]:
    certified = {item.firm for item in network.certificates}
    return {
        "firm_ids": _ids(firm.id for firm in firms),
        "firm_names": _ids(firm.name for firm in firms),
        "firm_active": np.array([takes_work(firm) for firm in firms], dtype=np.bool_),
        "firm_paused": np.array([firm.status is not FirmStatus.ACTIVE for firm in firms], dtype=np.bool_),
        "firm_certified": np.array([firm.id in certified for firm in firms], dtype=np.bool_),
    }


def takes_work(firm: Firm) -> bool:
    """Tell whether a firm takes part and does not refuse new work."""
    return firm.status is FirmStatus.ACTIVE and firm.wants_new_work is not False


def _certificates(network: Network, sites: Sequence[Site], site_number: dict[str, int]) -> dict[str, Any]:
    schemes = sorted({item.scheme for item in network.certificates})
    by_firm = defaultdict(list)
    for site in sites:
        by_firm[site.firm].append(site.id)
    lines: list[tuple[int, int, int]] = []
    for item in network.certificates:
        for site_id in item.sites or by_firm[item.firm]:
            if site_id in site_number:
                lines.append((schemes.index(item.scheme), site_number[site_id], certificate_until(item)))
    lines.sort()
    return {
        "schemes": tuple(schemes),
        "cert_scheme": np.array([line[0] for line in lines], dtype=np.int16),
        "cert_site": np.array([line[1] for line in lines], dtype=np.int32),
        "cert_until": np.array([line[2] for line in lines], dtype=np.uint16),
    }


def _capacity(capacities: Sequence[Any], site_number: dict[str, int], process_number: dict[str, int]) -> dict[str, Any]:
    lines = sorted(
        (
            site_number[row.site],
            process_number[row.process] if row.process else -1,
            iso_week_number(row.week),
            to_day(row.asked_on),
            max(0.0, row.hours_available - row.hours_booked),
        )
        for row in capacities
    )
    return {
        "cap_site": np.array([line[0] for line in lines], dtype=np.int32),
        "cap_process": np.array([line[1] for line in lines], dtype=np.int16),
        "cap_week": np.array([line[2] for line in lines], dtype=np.int16),
        "cap_free": np.array([line[4] for line in lines], dtype=np.float32),
        "cap_asked": np.array([line[3] for line in lines], dtype=np.uint16),
    }
