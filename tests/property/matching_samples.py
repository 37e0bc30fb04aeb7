"""Random networks and requirements that meet each other often: few codes, round limits, many gaps. Seeded."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from kumihimo.model import (
    Assessment,
    AssessmentStatus,
    Capability,
    Capacity,
    Certificate,
    Coating,
    Delivery,
    EvidenceLevel,
    Firm,
    FirmStatus,
    GeometricTolerance,
    Hardness,
    Network,
    Site,
    SkillCount,
    StepRequirement,
)

TODAY = date(2026, 11, 22)
PROCESSES = ("mach.mill3", "ht.qt", "coat.zn", "fin.barrel")
FAMILIES = ("steel", "steel.carbon", "stainless", "stainless.austenitic", "aluminium", "aluminium.5000")
GRADES = ("S45C", "SS400", "SUS304", "SUS316", "A5052", "A6061")
SCHEMES = ("ISO9001", "IATF16949", "NADCAP", "ROHS")
SKILLS = ("TK-HT-GEN-1", "TK-PLATE-E-1")


def maybe(rng: random.Random, value: Any, share: float = 0.8) -> Any:
    return value if rng.random() < share else None


def day(rng: random.Random, low: int, high: int) -> date:
    return TODAY + timedelta(days=rng.randint(low, high))


def capability(rng: random.Random, identifier: str, site: str, processes: tuple[str, ...]) -> Capability:
    lot = rng.choice((1, 10, 100))
    return Capability(
        id=identifier,
        site=site,
        process=rng.choice(processes),
        material_family=rng.choice(FAMILIES),
        grades_include=tuple(rng.sample(GRADES, rng.choice((0, 0, 1, 2)))),
        grades_exclude=tuple(rng.sample(GRADES, rng.choice((0, 0, 0, 1)))),
        env_l_mm=maybe(rng, float(rng.choice((100, 300, 500, 1000)))),
        env_w_mm=maybe(rng, float(rng.choice((50, 200, 300)))),
        env_h_mm=maybe(rng, float(rng.choice((20, 100, 200)))),
        env_min_mm=maybe(rng, float(rng.choice((1, 10))), 0.3),
        dia_min_mm=maybe(rng, float(rng.choice((3, 20))), 0.4),
        dia_max_mm=maybe(rng, float(rng.choice((50, 200))), 0.5),
        thick_min_mm=maybe(rng, 0.5, 0.5),
        thick_max_mm=maybe(rng, rng.choice((3.2, 6.0))),
        mass_max_kg=maybe(rng, float(rng.choice((10, 50))), 0.5),
        tol_best_mm=maybe(rng, rng.choice((0.01, 0.05, 0.1)), 0.5),
        it_best=maybe(rng, rng.choice((6, 7, 9)), 0.7),
        it_band_min_mm=maybe(rng, float(rng.choice((3, 30))), 0.5),
        it_band_max_mm=maybe(rng, float(rng.choice((80, 180))), 0.5),
        flatness_mm=maybe(rng, rng.choice((0.01, 0.05)), 0.6),
        roundness_mm=maybe(rng, rng.choice((0.005, 0.02)), 0.6),
        position_mm=maybe(rng, rng.choice((0.05, 0.1)), 0.6),
        ra_best_um=maybe(rng, rng.choice((0.4, 0.8, 1.6)), 0.8),
        hardness_scale=rng.choice(("", "HRC", "HV")),
        hardness_min=maybe(rng, float(rng.choice((20, 40)))),
        hardness_max=maybe(rng, float(rng.choice((55, 65)))),
        coating_min_um=maybe(rng, float(rng.choice((3, 8)))),
        coating_max_um=maybe(rng, float(rng.choice((15, 30)))),
        lot_min=maybe(rng, lot),
        lot_max=maybe(rng, lot * 50),
        monthly_max=maybe(rng, rng.choice((100, 1000))),
        lead_days_typ=maybe(rng, rng.choice((7, 20, 40))),
        lead_days_min=maybe(rng, rng.choice((3, 10, 25)), 0.6),
        strength=maybe(rng, rng.randint(1, 5)),
        valid_from=maybe(rng, day(rng, -400, 60), 0.3),
        valid_until=maybe(rng, day(rng, -30, 300), 0.3),
        evidence=rng.choice(tuple(EvidenceLevel)),
        evidence_on=maybe(rng, day(rng, -1000, 0)),
    )


def network(seed: int, firms: int = 40, processes: tuple[str, ...] = PROCESSES) -> Network:
    """Return a network whose ids are not in the order of the index, so that sorting matters."""
    rng = random.Random(seed)
    tables: dict[str, list[Any]] = {
        name: []
        for name in (
            "firms",
            "sites",
            "capabilities",
            "certificates",
            "skills",
            "capacities",
            "deliveries",
            "assessments",
        )
    }
    week = TODAY - timedelta(days=TODAY.weekday())
    for number in rng.sample(range(firms), firms):
        firm = f"F{number:04d}"
        tables["firms"].append(
            Firm(
                id=firm,
                name=f"合成{number}",
                synthetic=True,
                status=rng.choice((FirmStatus.ACTIVE,) * 8 + (FirmStatus.PAUSED,)),
                wants_new_work=rng.choice((None, True, True, True, False)),
                avoids=tuple(rng.sample(processes, rng.choice((0, 0, 0, 1)))),
            )
        )
        for _ in range(rng.choice((0, 0, 1, 2))):
            sites = rng.choice(((), (f"{firm}-S1",)))
            tables["certificates"].append(
                Certificate(
                    id=f"Z{len(tables['certificates'])}",
                    firm=firm,
                    scheme=rng.choice(SCHEMES),
                    sites=sites,
                    expires_on=maybe(rng, day(rng, -100, 200)),
                )
            )
        for place in range(rng.choice((1, 1, 2))):
            site = f"{firm}-S{place}"
            tables["sites"].append(
                Site(
                    id=site,
                    firm=firm,
                    municipality=rng.choice(("202061", "132233", "182079", "")),
                    lat=maybe(rng, rng.uniform(34, 38), 0.7),
                    lon=maybe(rng, rng.uniform(135, 140), 0.7),
                    flood=maybe(rng, rng.randint(0, 5)),
                )
            )
            for _ in range(rng.choice((1, 2, 3))):
                row = f"C{len(tables['capabilities']):05d}"
                tables["capabilities"].append(capability(rng, row, site, processes))
                if rng.random() < 0.2:
                    tables["assessments"].append(
                        Assessment(
                            id=f"A{row}",
                            firm=firm,
                            capability=row,
                            assessor_org="合成評価所",
                            method=rng.choice(tuple(EvidenceLevel)),
                            assessed_on=day(rng, -900, 0),
                            expires_on=maybe(rng, day(rng, -50, 300), 0.5),
                            status=rng.choice(
                                (AssessmentStatus.PUBLISHED, AssessmentStatus.PUBLISHED, AssessmentStatus.DRAFT)
                            ),
                        )
                    )
            if rng.random() < 0.4:
                tables["skills"].append(
                    SkillCount(
                        id=f"K{site}",
                        site=site,
                        skill=rng.choice(SKILLS),
                        count=rng.choice((0, 0, 1, 3)),
                        expires_on=maybe(rng, day(rng, -90, 200), 0.6),
                    )
                )
            if rng.random() < 0.7:
                for ahead in range(rng.choice((1, 4, 6, 12))):
                    year, iso, _ = (week + timedelta(weeks=ahead - 1)).isocalendar()
                    for process in rng.sample(("", rng.choice(processes)), rng.choice((1, 1, 2))):
                        tables["capacities"].append(
                            Capacity(
                                id=f"P{len(tables['capacities'])}",
                                site=site,
                                process=process,
                                week=f"{year}-W{iso:02d}",
                                hours_available=40.0,
                                hours_booked=rng.choice((0.0, 40.0, 40.0, 50.0)),
                                asked_on=day(rng, -20, 0),
                            )
                        )
            for _ in range(rng.choice((0, 0, 3, 20))):
                promised = day(rng, -300, -10)
                tables["deliveries"].append(
                    Delivery(
                        id=f"D{len(tables['deliveries'])}",
                        site=site,
                        process=rng.choice(processes),
                        material=rng.choice((*GRADES, "")),
                        quantity=rng.choice((5, 100)),
                        promised_on=promised,
                        delivered_on=promised + timedelta(days=rng.choice((-1, 0, 0, 4))),
                        defects=rng.choice((0, 0, 1)),
                    )
                )
    return Network(name="matching test", synthetic=True, **{name: tuple(rows) for name, rows in tables.items()})


def requirement(rng: random.Random, processes: tuple[str, ...] = PROCESSES) -> StepRequirement:
    round_part = rng.random() < 0.3
    sizes = sorted(
        (float(rng.choice((5, 40, 150, 250, 400, 800))) for _ in range(rng.choice((0, 1, 2, 3)))), reverse=True
    )
    low, high = rng.choice(((None, None), (30.0, 40.0), (58.0, 62.0), (None, 35.0), (60.0, None)))
    thin, thick = rng.choice(((5.0, None), (20.0, 25.0), (None, 5.0)))
    wanted = (*GRADES, *FAMILIES, "stainless.ferritic", "XYZ99")
    return StepRequirement(
        process=rng.choice(processes),
        materials=tuple(rng.sample(wanted, rng.choice((0, 1, 1, 2)))),
        size_mm=tuple(sizes[:2] if round_part else sizes),
        round_part=round_part,
        thickness_mm=maybe(rng, rng.choice((0.3, 1.0, 4.5, 9.0)), 0.3),
        mass_kg=maybe(rng, rng.choice((5.0, 15.0, 30.0)), 0.3),
        tolerance_it=maybe(rng, rng.choice((6, 7, 8, 10)), 0.5),
        tolerance_nominal_mm=maybe(rng, float(rng.choice((3, 25, 80, 200)))),
        tolerance_mm=maybe(rng, rng.choice((0.02, 0.05, 0.2)), 0.4),
        geometric=tuple(
            GeometricTolerance(kind=kind, value_mm=0.02)
            for kind in rng.sample(("flatness", "roundness", "position", "parallelism"), rng.choice((0, 0, 1, 2)))
        ),
        roughness_ra_um=maybe(rng, rng.choice((0.4, 0.8, 3.2)), 0.4),
        hardness=maybe(rng, Hardness(scale=rng.choice(("HRC", "HV", "HB")), min=low, max=high), 0.3),
        coating_um=maybe(rng, Coating(min=thin, max=thick), 0.3),
        quantity=maybe(rng, rng.choice((1, 5, 50, 600, 20000)), 0.7),
        per=rng.choice(("once", "once", "month", "year")),
        due_date=maybe(rng, day(rng, -3, 90), 0.7),
        prefectures=rng.choice(((), ("20",), ("13", "14"))),
        certificates=tuple(rng.sample(SCHEMES, rng.choice((0, 0, 0, 1, 2)))),
        needs_qualification=rng.random() < 0.4,
    )
