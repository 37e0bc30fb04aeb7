"""A small network that holds every kind of value."""

from __future__ import annotations

from datetime import date

import pytest

from kumihimo import terms
from kumihimo.model import (
    Assessment,
    AssessmentStatus,
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
    Pause,
    Period,
    QualitySystem,
    Shift,
    Site,
    SkillCount,
    WorkCalendar,
    standard_calendar,
)


def make_network() -> Network:
    skill = next(iter(terms.skills()))
    scheme = next(iter(terms.certificates()))
    kinds = tuple(terms.equipment_kinds())
    scale = next(iter(terms.hardness_scales()))
    firms = (
        Firm(
            id="F001",
            name="㈱架空精機",
            name_kana="カクウセイキ",
            name_en="Kaku Seiki",
            corporate_number="4000020182079",
            invoice_number="T4000020182079",
            legal_form=LegalForm.KABUSHIKI,
            founded_year=1961,
            employees=7,
            capital_jpy=10_000_000,
            jsic_codes=("24", "26"),
            website="https://example.jp/",
            phone="0266-00-0000",
            fax="0266-00-0001",
            email="info@example.jp",
            preferred_channel=Channel.PHONE,
            wants_new_work=True,
            wants=("mach.mill5", "mach.turn_cnc"),
            avoids=("mach.mill_gantry",),
            rivals=("F002",),
            languages=("ja", "en"),
            status=FirmStatus.PAUSED,
            note="=1+1 で始まる覚え書き\n2行目、読点とカンマ, も",
            synthetic=True,
        ),
        Firm(id="F002", name="（有）見本鍍金", parent="F001", languages=(), note="'=引用符のある文", synthetic=True),
        Firm(id="F003", name="個人 太郎", legal_form=LegalForm.KOJIN, wants_new_work=False, synthetic=True),
    )
    calendars = (
        standard_calendar("C1"),
        WorkCalendar(
            id="C2",
            name="二交代",
            shifts=(
                Shift(weekday=0, start_min=480, end_min=1200),
                Shift(weekday=0, start_min=1200, end_min=1800),
                Shift(weekday=1, start_min=480, end_min=1200),
                Shift(weekday=5, start_min=485, end_min=725),
            ),
            breaks=(Pause(start_min=720, end_min=765), Pause(start_min=1560, end_min=1620)),
            national_holidays=False,
            closures=(
                Period(first=date(2026, 12, 29), last=date(2027, 1, 3)),
                Period(first=date(2027, 5, 1), last=date(2027, 5, 1)),
            ),
            extra_days=(date(2026, 12, 26),),
        ),
    )
    sites = (
        Site(
            id="S001",
            firm="F001",
            name="本社工場",
            postal_code="392-0000",
            municipality="202061",
            address="架空町 1-2-3",
            lat=36.0390123456789,
            lon=138.1140987654321,
            crane_t=2.8,
            max_door_w_mm=3000.0,
            shipping_weekdays=(0, 2, 4),
            calendar="C2",
            flood=2,
            quake=4,
            tsunami=0,
            hazard_source="架空のハザードマップ",
        ),
        Site(id="S002", firm="F002", municipality="011002", calendar="C1", shipping_weekdays=()),
        Site(id="S003", firm="F003", municipality="202061"),
    )
    equipment = (
        Equipment(
            id="M001",
            site="S001",
            kind=kinds[0],
            maker="架空機械",
            model="X-500",
            count=2,
            axes=5,
            stroke_x_mm=500.0,
            spindle_rpm=12000,
            tonnage_kn=784.532,
            condition="A",
            calibrated_on=date(2026, 4, 1),
            calibrated_until=date(2027, 3, 31),
            iot_id="iot-1",
            unattended_ok=True,
        ),
        Equipment(id="M002", site="S002", kind=kinds[1]),
    )
    capabilities = (
        Capability(
            id="K001",
            site="S001",
            process="mach.mill5",
            material_family="aluminium",
            grades_include=("A5052", "A7075"),
            grades_exclude=("A2017",),
            forms=("plate", "bar"),
            env_l_mm=300.0,
            env_w_mm=300.0,
            env_h_mm=250.5,
            tol_best_mm=0.02,
            it_best=7,
            it_band_min_mm=0.0,
            it_band_max_mm=120.0,
            ra_best_um=0.8,
            hardness_scale=scale,
            hardness_min=20.0,
            hardness_max=45.0,
            lot_min=1,
            lot_econ=20,
            lot_max=500,
            lead_days_typ=10,
            lead_days_min=3,
            equipment=("M001",),
            inspection=(kinds[1],),
            skills_needed=(skill,),
            setup_jpy=8123,
            hourly_jpy=9456,
            min_order_jpy=12789,
            strength=5,
            valid_from=date(2026, 1, 1),
            evidence=EvidenceLevel.ONSITE,
            evidence_on=date(2026, 10, 5),
        ),
        Capability(
            id="K002",
            site="S002",
            process="mach.turn_cnc",
            material_family="stainless.austenitic",
            dia_min_mm=3.0,
            dia_max_mm=80.0,
        ),
        Capability(id="K003", site="S003", process="mach.mill3", material_family="steel"),
    )
    return Network(
        name="試験ネットワーク",
        synthetic=True,
        firms=firms,
        sites=sites,
        equipment=equipment,
        capabilities=capabilities,
        certificates=(
            Certificate(
                id="N001",
                firm="F001",
                scheme=scheme,
                number="007",
                sites=("S001",),
                issued_on=date(2024, 1, 1),
                expires_on=date(2027, 1, 1),
            ),
        ),
        skills=(
            SkillCount(id="T001", site="S001", skill=skill, count=2, years_avg=18.5, age_band="60代", successor=False),
            SkillCount(id="T002", site="S003", skill=skill, count=0),
        ),
        capacities=(
            Capacity(
                id="Y001",
                site="S001",
                process="mach.mill5",
                week="2026-W48",
                hours_available=80.0,
                hours_booked=52.25,
                source=CapacitySource.PHONE,
                asked_on=date(2026, 11, 20),
            ),
            Capacity(id="Y002", site="S002", week="2026-W48", hours_available=40.0, asked_on=date(2026, 10, 1)),
        ),
        deliveries=(
            Delivery(
                id="J001",
                site="S001",
                process="mach.mill5",
                material="A5052",
                quantity=30,
                promised_on=date(2026, 10, 30),
                delivered_on=date(2026, 10, 29),
                cost_delta_jpy=-4321,
            ),
        ),
        quality_systems=(
            QualitySystem(
                id="Q001",
                firm="F001",
                inspection=(kinds[0],),
                cpk_typical=1.33,
                ppm=120.0,
                ppap=False,
                fai=True,
                traceability="lot",
                gauge_rr_pct=9.5,
            ),
        ),
        assessments=(
            Assessment(
                id="A001",
                firm="F001",
                capability="K001",
                assessor_org="架空商工会議所",
                assessor_person="秘匿 花子",
                method=EvidenceLevel.SAMPLE,
                scores=("段取=4", "検査、記録=3"),
                evidence_files=("写真\\1.jpg:0a1b",),
                finding="良好",
                assessed_on=date(2026, 10, 5),
                expires_on=date(2028, 10, 5),
                confidence=0.8,
                status=AssessmentStatus.SHARED,
            ),
        ),
        calendars=calendars,
    )


@pytest.fixture
def network() -> Network:
    return make_network()
