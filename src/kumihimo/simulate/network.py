"""A synthetic network as objects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from kumihimo import terms
from kumihimo.matching.columns import EPOCH, NEVER
from kumihimo.model import (
    Capability,
    Capacity,
    CapacitySource,
    Certificate,
    Channel,
    Delivery,
    Equipment,
    EvidenceLevel,
    Firm,
    FirmStatus,
    LegalForm,
    Network,
    Site,
    SkillCount,
)
from kumihimo.simulate.archetypes import ARCHETYPES
from kumihimo.simulate.calendars import calendars
from kumihimo.simulate.chunk import Chunk, check_size, draw_chunk, firm_starts, weeks_from
from kumihimo.simulate.dice import Ints
from kumihimo.simulate.judgement import assessments_of, quality_systems_of
from kumihimo.simulate.machine_fields import size_fields
from kumihimo.simulate.machines import INSTRUMENTS, MACHINES
from kumihimo.simulate.names import (
    SYNTHETIC_NOTE,
    Namer,
    firm_id,
    full_name,
    legal_forms,
    part_ids,
    site_id,
)
from kumihimo.simulate.places import places
from kumihimo.simulate.practices import PRACTICES, USUAL_GRADES
from kumihimo.simulate.records import SCHEMES, WEEKS, skill_table
from kumihimo.simulate.rows import FAMILIES, SCALES, Rows
from kumihimo.simulate.shops import PROCESSES, SLOTS, chunk_sizes

MOST_OBJECTS = 20_000
"""Above this size a network does not fit comfortably into objects: use `write_large`."""

_CHANNELS = (Channel.FAX, Channel.PHONE, Channel.MAIL, Channel.EXCEL, Channel.WEB, Channel.LINE)
_CHANNEL_WEIGHTS = (45, 20, 20, 5, 5, 5)
_SOURCES = (CapacitySource.DECLARED, CapacitySource.PHONE, CapacitySource.IOT, CapacitySource.PLAN)
_FORMS = {"block": ("plate", "bar"), "round": ("bar",), "sheet": ("sheet",), "tank": ("part",), "any": ("part",)}
_FORMS_OF = {"form.bend_pipe": ("tube",), "tool.jig": (), "tool.die_press": (), "tool.die_mold": ()}
_CAPITAL_JPY = (1_000_000, 3_000_000, 3_000_000, 5_000_000, 10_000_000, 20_000_000, 40_000_000, 90_000_000)
# Testing services are no manufacturing industry: no code of the list.
_INDUSTRY = {"injection": "18", "mould": "26", "edm_die": "26", "foundry": "22", "diecast": "23", "forge": "24"}
_INDUSTRY |= {"mill5": "26", "onestop": "26", "large": "26", "gear": "25", "assembly": "29", "micro": "30", "lab": ""}


def generate_network(
    firms: int, seed: int, *, today: date, progress: Callable[[int, int], None] | None = None
) -> Network:
    """Return a synthetic network: the same arguments give the same network on every machine.

    Parameters
    ----------
    firms
        1 to `MOST_OBJECTS`.
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
    """
    check_size(firms, seed, MOST_OBJECTS)
    namer = Namer(seed)
    tables: dict[str, list[Any]] = {}
    done = 0
    for number, size in enumerate(chunk_sizes(firms)):
        chunk = draw_chunk(seed, firms, number, today)
        for name, rows in _tables(chunk, namer, today).items():
            tables.setdefault(name, []).extend(rows)
        done += size
        if progress is not None:
            progress(done, firms)
    return Network(
        name=f"合成ネットワーク {firms}社（シード {seed}）",
        synthetic=True,
        calendars=calendars(today),
        **{name: tuple(rows) for name, rows in tables.items()},
    )


def _tables(chunk: Chunk, namer: Namer, today: date) -> dict[str, list[Any]]:
    machine_ids = part_ids("E", chunk.shops.machine_firm, chunk.shops.first)
    row_ids = part_ids("C", chunk.rows.firm, chunk.shops.first)
    instruments = _instruments(chunk)
    return {
        "firms": _firms(chunk, namer),
        "sites": _sites(chunk, calendars(today)),
        "equipment": _equipment(chunk, machine_ids),
        "capabilities": _capabilities(chunk, row_ids, machine_ids, instruments),
        "certificates": _certificates(chunk),
        "skills": _skills(chunk),
        "capacities": _capacities(chunk, today),
        "deliveries": _deliveries(chunk),
        "quality_systems": quality_systems_of(chunk, instruments),
        "assessments": assessments_of(chunk, row_ids),
    }


def day(number: int) -> date | None:
    """Return the date of a day number of the chunk; None for 0 and `NEVER`."""
    return None if number in (0, NEVER) else EPOCH + timedelta(days=number)


def _told(value: float) -> float | None:
    return None if value != value else value


def _known(value: int) -> int | None:
    return None if value < 0 else value


def _firms(chunk: Chunk, namer: Namer) -> list[Firm]:
    shops, rows, dice = chunk.shops, chunk.rows, chunk.detail
    count = len(shops)
    channel = dice.weighted(_CHANNEL_WEIGHTS, count).tolist()
    draws = dice.unit(count, 10).tolist()
    starts = firm_starts(rows.firm, count).tolist()
    work_starts = firm_starts(shops.work_firm, count).tolist()
    town = [places().towns[index].code for index in shops.town.tolist()]
    rivals = _rivals(chunk, town)
    found: list[Firm] = []
    for index in range(count):
        number, draw = shops.first + index, draws[index]
        identifier = firm_id(number)
        kind = int(shops.kind[index])
        sole = bool(shops.sole[index])
        form, in_front = legal_forms(number, sole, float(shops.legal[index]))
        name = full_name(namer.name(number, kind), form, in_front)
        works = shops.work_process[work_starts[index] : work_starts[index + 1]].tolist()
        own = slice(starts[index], starts[index + 1])
        avoided = sorted({PROCESSES[code] for code in rows.process[own][rows.avoided[own]].tolist()})
        industry = _INDUSTRY.get(ARCHETYPES[kind].id, "24")
        status = FirmStatus.PAUSED if shops.paused[index] else FirmStatus.ACTIVE
        digits = f"{number // 10000:04d}-{number % 10000:04d}"
        capital = (
            None
            if sole or draw[0] < 0.2
            else _CAPITAL_JPY[min(int(draw[1] * 5) + int(np.searchsorted((8, 30, 100), shops.employees[index])), 7)]
        )
        website = draw[2] < (0.15 if sole else 0.5)
        mail = draw[3] < 0.6 or _CHANNELS[channel[index]] in (Channel.MAIL, Channel.EXCEL, Channel.WEB)
        found.append(
            Firm(
                id=identifier,
                name=name.ja,
                name_kana=name.kana,
                name_en=name.en if draw[4] < 0.3 else "",
                legal_form=LegalForm(form),
                founded_year=int(shops.founded[index]) if draw[5] < 0.8 else None,
                employees=int(shops.employees[index]) if draw[6] < 0.92 else None,
                capital_jpy=capital,
                jsic_codes=(industry,) if industry and draw[7] < 0.6 else (),
                website=f"https://{identifier.lower()}.example/" if website else "",
                phone=f"000-{digits}",
                fax=f"001-{digits}" if draw[8] < 0.9 or _CHANNELS[channel[index]] is Channel.FAX else "",
                email=f"info@{identifier.lower()}.example" if mail else "",
                preferred_channel=_CHANNELS[channel[index]],
                wants_new_work=(True, False, None)[int(shops.wants[index])],
                wants=tuple(sorted({PROCESSES[works[int(draw[9] * len(works))]]})) if draw[9] < 0.55 else (),
                avoids=tuple(avoided),
                rivals=rivals.get(index, ()),
                status=status,
                note=SYNTHETIC_NOTE,
                synthetic=True,
            )
        )
    return found


def _rivals(chunk: Chunk, town: list[str]) -> dict[int, tuple[str, ...]]:
    """Pair some neighbours of the same trade that will not work together; both know it."""
    by_trade: dict[tuple[str, int], list[int]] = {}
    for index, code in enumerate(town):
        by_trade.setdefault((code, int(chunk.shops.kind[index])), []).append(index)
    found: dict[int, tuple[str, ...]] = {}
    draws = chunk.detail.unit(len(town)).tolist()
    for members in by_trade.values():
        for a, b in zip(members[::2], members[1::2], strict=False):
            if draws[a] < 0.2:
                found[a] = (firm_id(chunk.shops.first + b),)
                found[b] = (firm_id(chunk.shops.first + a),)
    return found


def _sites(chunk: Chunk, known: tuple[Any, ...]) -> list[Site]:
    shops, dice = chunk.shops, chunk.detail
    draws = dice.unit(len(shops), 6).tolist()
    prefectures = terms.prefectures()
    found: list[Site] = []
    for index in range(len(shops)):
        draw = draws[index]
        town = places().towns[int(shops.town[index])]
        large = shops.employees[index] >= 8
        crane = (1.0, 2.8, 4.8, 9.8)[min(3, int(draw[0] * (4 if large else 2)))] if draw[1] < 0.55 else None
        block, lot = 1 + int(draw[2] * 9), 1 + int(draw[3] * 30)
        flood, quake, tsunami = (_known(int(level)) for level in shops.hazards[index])
        found.append(
            Site(
                id=site_id(shops.first + index),
                firm=firm_id(shops.first + index),
                name="本社工場",
                municipality=town.code,
                address=f"{prefectures[town.prefecture].ja}{town.name}架空町{block}-{lot}",
                lat=float(shops.lat[index]),
                lon=float(shops.lon[index]),
                crane_t=crane,
                max_door_w_mm=float(1800 + 200 * int(draw[4] * 16)) if draw[5] < 0.6 else None,
                max_door_h_mm=float(2200 + 200 * int(draw[5] * 12)) if draw[5] < 0.6 else None,
                shipping_weekdays=(0, 1, 2, 3, 4, 5) if chunk.calendar[index] in (1, 3) else (0, 1, 2, 3, 4),
                calendar=known[int(chunk.calendar[index])].id,
                flood=flood,
                quake=quake,
                tsunami=tsunami,
                hazard_source="合成値（実在の想定ではない）" if flood is not None else "",
            )
        )
    return found


def _equipment(chunk: Chunk, ids: list[str]) -> list[Equipment]:
    shops, dice = chunk.shops, chunk.detail
    draws = dice.unit(len(ids), 5).tolist()
    found: list[Equipment] = []
    for index, identifier in enumerate(ids):
        draw = draws[index]
        slot = SLOTS[int(shops.machine_slot[index])]
        size_class, machine = int(shops.machine_class[index]), MACHINES[slot]
        year = int(shops.machine_year[index])
        measures = slot in INSTRUMENTS
        calibrated = shops.today - int(draw[0] * 420) if measures and draw[1] < 0.7 else 0
        turning = machine.axes is not None and not measures and draw[2] < 0.6
        found.append(
            Equipment(
                id=identifier,
                site=site_id(shops.first + int(shops.machine_firm[index])),
                kind=machine.kind,
                model=f"架空 {machine.kind}-{size_class + 1}" if draw[3] < 0.7 else "",
                count=int(shops.machine_count[index]),
                axes=machine.axes,
                year=year if draw[4] < 0.75 else None,
                condition=("A" if shops.year - year < 8 else "B" if shops.year - year < 22 else "C")
                if draw[4] < 0.6
                else "",
                spindle_rpm=_spindle(slot, draw[2]) if turning else None,
                atc=(20, 30, 40, 60)[size_class % 4] if slot in ("mc3", "mc4", "mc5") and draw[2] < 0.5 else None,
                calibrated_on=day(calibrated),
                calibrated_until=day(calibrated + 365) if calibrated else None,
                unattended_ok=draw[3] < 0.4 if slot in ("mc4", "mc5", "wire", "swiss", "laser", "inj") else None,
                **size_fields(slot, size_class),
            )
        )
    return found


def _spindle(slot: str, draw: float) -> int | None:
    ranges = {"mc3": (8000, 20000), "mc4": (8000, 15000), "mc5": (12000, 30000), "micro": (30000, 60000)}
    ranges |= {"lathe": (2500, 5000), "turnmill": (3000, 5000), "swiss": (8000, 15000), "gantry": (4000, 8000)}
    if slot not in ranges:
        return None
    low, high = ranges[slot]
    return low + int(draw / 0.6 * (high - low) / 1000) * 1000


def _instruments(chunk: Chunk) -> list[tuple[str, ...]]:
    found: list[list[str]] = [[] for _ in range(len(chunk.shops))]
    for firm, slot in zip(chunk.shops.machine_firm.tolist(), chunk.shops.machine_slot.tolist(), strict=True):
        if SLOTS[slot] in INSTRUMENTS:
            found[firm].append(MACHINES[SLOTS[slot]].kind)
    return [tuple(sorted(set(kinds))) for kinds in found]


def grades_of(family: str, bits: int) -> tuple[str, ...]:
    """Return the grades of a family whose bits are set."""
    return tuple(code for place, code in enumerate(USUAL_GRADES.get(family, ())) if bits >> place & 1)


def _capabilities(
    chunk: Chunk, ids: list[str], machine_ids: list[str], instruments: list[tuple[str, ...]]
) -> list[Capability]:
    shops, rows = chunk.shops, chunk.rows
    draws = chunk.detail.unit(len(rows), 3).tolist()
    needed = _skills_by_process(rows)
    columns = {name: getattr(rows, name).tolist() for name in _ROW_COLUMNS}
    size, precision = rows.size.tolist(), rows.precision.tolist()
    finish, geometry = rows.finish.tolist(), rows.geometry.tolist()
    found: list[Capability] = []
    for index, identifier in enumerate(ids):
        row = {name: values[index] for name, values in columns.items()}
        process, family, draw = PROCESSES[row["process"]], FAMILIES[row["family"]], draws[index]
        env_l, env_w, env_h, least, dia_min, dia_max, thick_min, thick_max, mass = (_told(x) for x in size[index])
        grade, band_min, band_max, width, rough = (_told(x) for x in precision[index])
        hard_min, hard_max, coat_min, coat_max = (_told(x) for x in finish[index])
        flat, roundness, position = (_told(x) for x in geometry[index])
        forms = _FORMS_OF.get(process, _FORMS[PRACTICES[process].shape])
        found.append(
            Capability(
                id=identifier,
                site=site_id(shops.first + row["firm"]),
                process=process,
                material_family=family,
                grades_include=grades_of(family, row["include"]),
                grades_exclude=grades_of(family, row["exclude"]),
                forms=forms if draw[0] < 0.7 else (),
                env_l_mm=env_l,
                env_w_mm=env_w,
                env_h_mm=env_h,
                env_min_mm=least,
                dia_min_mm=dia_min,
                dia_max_mm=dia_max,
                thick_min_mm=thick_min,
                thick_max_mm=thick_max,
                mass_max_kg=mass,
                tol_best_mm=width,
                it_best=None if grade is None else int(grade),
                it_band_min_mm=band_min,
                it_band_max_mm=band_max,
                flatness_mm=flat,
                roundness_mm=roundness,
                position_mm=position,
                ra_best_um=rough,
                hardness_scale="" if row["scale"] < 0 else SCALES[row["scale"]],
                hardness_min=hard_min,
                hardness_max=hard_max,
                coating_min_um=coat_min,
                coating_max_um=coat_max,
                lot_min=_known(row["lot_min"]),
                lot_econ=_known(row["lot_econ"]),
                lot_max=_known(row["lot_max"]),
                monthly_max=_known(row["monthly_max"]),
                lead_days_typ=_known(row["lead_days_typ"]),
                lead_days_min=_known(row["lead_days_min"]),
                equipment=(machine_ids[row["machine"]],),
                inspection=instruments[row["firm"]] if draw[1] < 0.6 else (),
                skills_needed=needed[row["process"]] if draw[2] < 0.5 else (),
                setup_jpy=_known(row["setup_jpy"]),
                hourly_jpy=_known(row["hourly_jpy"]),
                min_order_jpy=_known(row["min_order_jpy"]),
                strength=row["strength"] or None,
                valid_until=day(row["valid_until"]),
                evidence=EvidenceLevel(row["evidence"]),
                evidence_on=day(row["evidence_on"]),
            )
        )
    return found


_ROW_COLUMNS = (
    *("firm", "process", "family", "machine", "include", "exclude", "scale", "lot_min", "lot_econ", "lot_max"),
    *("monthly_max", "lead_days_typ", "lead_days_min", "setup_jpy", "hourly_jpy", "min_order_jpy", "strength"),
    *("valid_until", "evidence", "evidence_on"),
)


def _skills_by_process(rows: Rows) -> dict[int, tuple[str, ...]]:
    """Return the qualification that each special process asks for; nothing for ordinary ones."""
    table = skill_table()
    special = set(np.unique(rows.process[rows.special]).tolist())
    return {
        process: (table.ids[int(table.candidates[process, 0])],)
        if process in special and table.candidate_count[process]
        else ()
        for process in range(len(PROCESSES))
    }


def _certificates(chunk: Chunk) -> list[Certificate]:
    held, shops = chunk.certificates, chunk.shops
    draws = chunk.detail.unit(len(held.firm), 4).tolist()
    found: list[Certificate] = []
    for index, identifier in enumerate(part_ids("Q", held.firm, shops.first)):
        draw, until = draws[index], int(held.until[index])
        firm = shops.first + int(held.firm[index])
        issued = until - 1095 if until not in (0, NEVER) else shops.today - 200 - int(draw[0] * 900)
        found.append(
            Certificate(
                id=identifier,
                firm=firm_id(firm),
                scheme=SCHEMES[int(held.scheme[index])],
                number=f"架空-{int(draw[1] * 90000) + 10000}" if draw[2] < 0.8 else "",
                scope=f"{ARCHETYPES[int(shops.kind[firm - shops.first])].ja}の製造" if draw[3] < 0.6 else "",
                sites=(site_id(firm),) if draw[3] < 0.3 else (),
                issuer="架空認証機構" if draw[2] < 0.7 else "",
                issued_on=day(issued),
                expires_on=day(until),
                verified_by="事務局" if draw[0] < 0.5 else "",
            )
        )
    return found


def _skills(chunk: Chunk) -> list[SkillCount]:
    held, shops = chunk.skills, chunk.shops
    draws = chunk.detail.unit(len(held.firm), 5).tolist()
    ids = skill_table().ids
    found: list[SkillCount] = []
    for index, identifier in enumerate(part_ids("K", held.firm, shops.first)):
        draw, count = draws[index], int(held.count[index])
        found.append(
            SkillCount(
                id=identifier,
                site=site_id(shops.first + int(held.firm[index])),
                skill=ids[int(held.skill[index])],
                count=count,
                years_avg=float(3 + int(draw[0] * 32)) if count and draw[1] < 0.6 else None,
                age_band=("30代", "40代", "50代", "60代", "70代")[int(draw[2] * 5)] if count and draw[3] < 0.5 else "",
                expires_on=day(int(held.until[index])),
                successor=draw[4] < 0.35 if count and draw[3] < 0.45 else None,
            )
        )
    return found


def _capacities(chunk: Chunk, today: date) -> list[Capacity]:
    free, shops = chunk.capacity, chunk.shops
    weeks = weeks_from(today, WEEKS)
    ids = part_ids("W", free.firm, shops.first)
    columns = (free.firm, free.process, free.week, free.available, free.booked, free.asked, free.source)
    found: list[Capacity] = []
    for identifier, (firm, process, week, available, booked, asked, source) in zip(
        ids, zip(*(column.tolist() for column in columns), strict=True), strict=True
    ):
        found.append(
            Capacity(
                id=identifier,
                site=site_id(shops.first + firm),
                process=PROCESSES[process] if process >= 0 else "",
                week=weeks[week],
                hours_available=available,
                hours_booked=booked,
                source=_SOURCES[source],
                asked_on=EPOCH + timedelta(days=asked),
            )
        )
    return found


def _deliveries(chunk: Chunk) -> list[Delivery]:
    made, rows, shops = chunk.deliveries, chunk.rows, chunk.shops
    sizes: Ints = np.floor(rows.size[made.row, 0] * chunk.detail.between(0.3, 0.95, len(made.row)))
    ids = part_ids("D", made.firm, shops.first)
    found: list[Delivery] = []
    for index, identifier in enumerate(ids):
        row, grade = int(made.row[index]), int(made.grade[index])
        family = FAMILIES[int(rows.family[row])]
        found.append(
            Delivery(
                id=identifier,
                site=site_id(shops.first + int(made.firm[index])),
                job=f"J{identifier[4:10]}{identifier[-3:]}",
                process=PROCESSES[int(rows.process[row])],
                material=USUAL_GRADES[family][grade] if grade >= 0 else "",
                size_max_mm=_told(float(sizes[index])),
                quantity=int(made.quantity[index]),
                promised_on=EPOCH + timedelta(days=int(made.promised[index])),
                delivered_on=EPOCH + timedelta(days=int(made.delivered[index])),
                defects=int(made.defects[index]),
                claims=int(made.claims[index]),
                cost_delta_jpy=int(made.cost_delta[index]),
            )
        )
    return found
