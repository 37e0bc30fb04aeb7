"""What matching says to people: materials near what is listed, ranges, pauses, changes worth proposing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from kumihimo import terms
from kumihimo.matching import MatchIndex, Ranking, Reason, explain_firm, rank
from kumihimo.matching.labels import MATERIAL_DISPLAY, bounds, material_label, span
from kumihimo.matching.material_fit import ANY_METAL, METALS, may_be_worked, root_of
from kumihimo.model import (
    Capability,
    Coating,
    EvidenceLevel,
    Firm,
    FirmStatus,
    Hardness,
    Network,
    Site,
    StepRequirement,
)

TODAY = date(2026, 11, 22)


def indexed(step: StepRequirement, firm: Firm | None = None, **row: object) -> MatchIndex:
    """Return one firm with one row of the wanted process."""
    own = firm or Firm(id="A", name="架空A", synthetic=True)
    capability = Capability(id="r1", site="A-1", process=step.process, **{"material_family": "steel", **row})  # type: ignore[arg-type]
    network = Network(
        synthetic=True,
        firms=(own,),
        sites=(Site(id="A-1", firm="A", municipality="202061"),),
        capabilities=(capability,),
    )
    return MatchIndex.from_network(network)


def ranked(step: StepRequirement, firm: Firm | None = None, **row: object) -> Ranking:
    """Rank that firm."""
    return rank(indexed(step, firm, **row), step, today=TODAY)


@pytest.mark.parametrize(
    ("process", "claimed", "wanted", "state"),
    [
        ("coat.zn", "steel.carbon", "SPCC", "ask"),
        ("coat.zn", "steel.carbon", "steel.sheet", "ask"),
        ("coat.zn", "steel.carbon", "S45C", "fits"),
        ("coat.zn", "steel.carbon", "FC250", "rejected"),
        ("coat.zn", "steel.carbon", "A5052", "rejected"),
        ("fin.barrel", "steel.structural", "SCM435", "ask"),
        ("fin.barrel", "steel.structural", "C3604", "ask"),
        ("fin.barrel", "steel.structural", "POM", "rejected"),
        ("coat.paint", "steel", "FC250", "ask"),
        ("insp.cmm", "steel", "A5052", "ask"),
        ("assy.mech", "aluminium", "SUS304", "ask"),
        ("fin.buff", "stainless.austenitic", "SUS430", "ask"),
        ("fin.buff", "stainless.austenitic", "C3604", "rejected"),
        ("mach.mill3", "steel.carbon", "SPCC", "rejected"),
        ("ht.qt", "steel.carbon", "SCM435", "rejected"),
    ],
)
def test_who_works_on_surfaces_is_asked_about_materials_of_the_same_root(
    process: str, claimed: str, wanted: str, state: str
) -> None:
    ranking = ranked(StepRequirement(process=process, materials=(wanted,)), material_family=claimed)
    material = {Reason.MAT_FAMILY, Reason.MAT_GRADE_EXCL}
    if state == "rejected":
        assert ranking.rejections == {Reason.MAT_FAMILY: 1}
        return
    (candidate,) = ranking.candidates
    asked = {one.reason for one in candidate.questions} & material
    assert asked == ({Reason.MAT_FAMILY} if state == "ask" else set())


def test_the_question_names_the_material_the_process_and_what_is_on_record() -> None:
    step = StepRequirement(process="coat.zn", materials=("SPCC",))
    (candidate,) = ranked(step, material_family="steel.carbon").candidates
    (question,) = [one for one in candidate.questions if one.reason is Reason.MAT_FAMILY]
    label = terms.process("coat.zn")
    assert question.ja == f"SPCC への{label.ja}の実績はありますか（登録は機械構造用炭素鋼）。"
    assert question.en == f"Have you done {label.en} on SPCC (on record: {material_label('steel.carbon')[1]})?"


def test_an_excluded_grade_stays_excluded_for_surface_work() -> None:
    step = StepRequirement(process="coat.zn", materials=("SPCC",))
    ranking = ranked(step, material_family="steel.carbon", grades_exclude=("SPCC",))
    assert ranking.rejections == {Reason.MAT_GRADE_EXCL: 1}


def test_the_roots_are_those_of_the_code_lists() -> None:
    roots = {code.partition(".")[0] for code in terms.material_families()}
    assert roots > METALS
    assert roots - METALS == {
        *("carbide", "polymer", "rubber", "ceramic", "glass", "composite", "graphite", "wood"),
    }
    assert all(terms.processes()[process].family in ("coating", "finishing") for process in ANY_METAL)
    assert (root_of("S45C"), root_of("aluminium.5000"), root_of("XYZ99")) == ("steel", "aluminium", "")
    assert not may_be_worked("coat.zn", "steel", "XYZ99")
    assert not may_be_worked("no.such", "steel", "S45C")


def test_ranges_that_are_open_on_a_side_say_so() -> None:
    assert span(5, None, "µm") == ("5µm以上", "5 µm or more")
    assert span(None, 8, "µm") == ("8µm以下", "8 µm or less")
    assert span(5, 8, "µm") == ("5〜8µm", "5 to 8 µm")
    assert span(8, 8, "µm") == ("8µm", "8 µm")
    assert span(58, 62) == ("58〜62", "58 to 62")
    assert span(None, None) == ("不明", "unknown")
    assert [bounds(5, None), bounds(None, 8), bounds(5, 8), bounds(8, 8), bounds(None, None)] == [
        *("≥5", "≤8", "5–8", "8", ""),
    ]


def test_a_missed_coating_and_hardness_read_as_people_write() -> None:
    step = StepRequirement(
        process="coat.hcr", coating_um=Coating(min=50, max=None), hardness=Hardness(scale="HV", min=None, max=600)
    )
    (near,) = ranked(
        step, coating_min_um=3, coating_max_um=20, hardness_scale="HV", hardness_min=700, hardness_max=900
    ).near_misses
    told = {one.reason: one for one in near.violations}
    assert told[Reason.COAT_THK].ja == "膜厚50µm以上に対し、対応は3〜20µm。"
    assert told[Reason.COAT_THK].en == "Coating 50 µm or more; offers 3 to 20 µm."
    assert (told[Reason.COAT_THK].needed, told[Reason.COAT_THK].offered) == ("≥50", "3–20")
    assert told[Reason.COAT_THK].relaxation is not None
    assert told[Reason.COAT_THK].relaxation.ja == "膜厚20µm以上なら可能"
    assert told[Reason.HARDNESS].ja == "硬さHV 600以下に対し、対応は700〜900。"
    assert told[Reason.HARDNESS].relaxation is not None
    assert told[Reason.HARDNESS].relaxation.ja == "硬さをHV 700以下に広げれば可能"
    (candidate,) = ranked(step).candidates
    asked = {one.reason: one.ja for one in candidate.questions}
    assert asked[Reason.COAT_THK] == "膜厚50µm以上は対応できますか。"
    assert asked[Reason.HARDNESS] == "硬さHV 600以下は対応できますか。"


@pytest.mark.parametrize(
    ("size", "said"),
    [((1200.0, 100.0, 50.0), "長さ1,200mm"), ((500.0, 450.0, 50.0), "幅450mm"), ((300.0,) * 3, "高さ")],
)
def test_sides_are_called_length_width_and_height(size: tuple[float, ...], said: str) -> None:
    step = StepRequirement(process="mach.mill3", size_mm=size)
    (near,) = ranked(step, env_l_mm=500.0, env_w_mm=400.0, env_h_mm=200.0).near_misses
    assert near.violations[0].ja.startswith(said)


def test_grades_are_written_as_people_write_them() -> None:
    assert material_label("TI-6AL-4V") == ("Ti-6Al-4V", "Ti-6Al-4V")
    assert material_label("S45C") == ("S45C", "S45C")
    assert set(MATERIAL_DISPLAY) <= set(terms.materials())
    (near,) = ranked(StepRequirement(process="mach.mill3", materials=("TI-6AL-4V",))).near_misses
    assert near.violations[0].ja == "Ti-6Al-4Vの登録がなく、対応は鋼です。"


@pytest.mark.parametrize(
    ("changes", "ja"),
    [
        ({"status": FirmStatus.PAUSED}, "休止中です。"),
        ({"status": FirmStatus.PAUSED, "wants_new_work": False}, "休止中です。"),
        ({"wants_new_work": False}, "新しい仕事を受けていません。"),
    ],
)
def test_a_firm_that_pauses_and_one_that_is_full_up_are_told_apart(changes: dict[str, object], ja: str) -> None:
    step = StepRequirement(process="mach.mill3")
    firm = replace(Firm(id="A", name="架空A", synthetic=True), **changes)  # type: ignore[arg-type]
    network = Network(
        synthetic=True,
        firms=(firm,),
        sites=(Site(id="A-1", firm="A", municipality="202061"),),
        capabilities=(Capability(id="r1", site="A-1", process="mach.mill3", material_family="steel"),),
    )
    (row,) = explain_firm(MatchIndex.from_network(network), step, "A", today=TODAY).rows
    assert [(one.reason, one.ja) for one in row.violations] == [(Reason.ORG_PAUSED, ja)]


def test_another_material_is_proposed_only_within_its_root() -> None:
    (near,) = ranked(
        StepRequirement(process="mach.mill3", materials=("C3604",)), material_family="aluminium"
    ).near_misses
    assert near.violations[0].relaxation is None
    assert near.violations[0].ja == "C3604の登録がなく、対応はアルミニウムです。"
    (near,) = ranked(
        StepRequirement(process="mach.mill3", materials=("SS400",)), material_family="steel.carbon"
    ).near_misses
    assert near.violations[0].relaxation is not None
    assert near.violations[0].relaxation.ja == "材料を機械構造用炭素鋼に替えられるなら可能"
    excluded = {"material_family": "stainless", "grades_exclude": ("SUS303",)}
    for listed, proposed in (("SUS304", "SUS304に替えられるなら可能"), ("A5052", None)):
        step = StepRequirement(process="mach.mill3", materials=("SUS303",))
        (near,) = ranked(step, grades_include=(listed,), **excluded).near_misses
        change = near.violations[0].relaxation
        assert near.violations[0].reason is Reason.MAT_GRADE_EXCL
        assert (None if change is None else change.ja) == proposed


def test_english_counts_one_piece_and_two_pieces() -> None:
    (near,) = ranked(StepRequirement(process="mach.mill3", quantity=1), lot_min=2).near_misses
    assert near.violations[0].en == "1 piece; the minimum lot is 2."
    assert near.violations[0].relaxation is not None
    assert near.violations[0].relaxation.en == "possible from 2 pieces"
    step = StepRequirement(process="mach.mill3", tolerance_it=7, tolerance_nominal_mm=50.0, tolerance_mm=0.02)
    (candidate,) = ranked(step).candidates
    told = {one.reason: (one.ja, one.en) for one in candidate.questions}
    assert told[Reason.TOL] == (
        "寸法公差IT7（寸法50mm、幅0.02mm）は保証できますか。",
        "Can you hold IT7 on 50 mm, width 0.02 mm?",
    )


DUE = date(2026, 12, 4)


@pytest.mark.parametrize(
    ("row", "asked", "said"),
    [
        ({"valid_until": date(2026, 11, 20)}, {}, "能力情報の期限が2026年11月20日(金)で切れています。"),
        ({"valid_from": date(2027, 1, 4)}, {}, "2027年1月4日(月)から有効で、納期2026年12月4日(金)に"),
        ({"valid_until": date(2026, 12, 1)}, {}, "期限が2026年12月1日(火)で、納期2026年12月4日(金)の前に"),
        ({"lead_days_min": 30}, {}, "納期を2026年12月22日(火)以降にすれば可能"),
        ({}, {"due_date": date(2026, 11, 20)}, "納期2026年11月20日(金)は過ぎています。"),
        ({}, {}, "2026年12月4日(金)までに空きはありますか。"),
        ({}, {}, "2026年12月4日(金)までに間に合いますか"),
        ({"evidence": EvidenceLevel.ONSITE, "evidence_on": date(2026, 10, 5)}, {}, "（2026年10月5日(月)）"),
    ],
)
def test_days_are_written_out_in_japanese(row: dict[str, object], asked: dict[str, object], said: str) -> None:
    step = StepRequirement(process="mach.mill3", **{"due_date": DUE, **asked})  # type: ignore[arg-type]
    index = indexed(step, **row)
    found = rank(index, step, today=TODAY)
    (held,) = explain_firm(index, step, "A", today=TODAY).rows
    words = [
        *(one.ja for one in held.violations),
        *(one.relaxation.ja for one in held.violations if one.relaxation),
        *(one.ja for candidate in found.candidates for one in candidate.questions),
        *(part.ja for candidate in found.candidates for part in candidate.parts),
    ]
    assert [one for one in words if said in one]
    assert not [one for one in words if re.search(r"\d{4}-\d\d-\d\d", one)]
