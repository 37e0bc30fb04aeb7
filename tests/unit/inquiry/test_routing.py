# ruff: noqa: E501 - an inquiry is easier to check in one line
"""From an inquiry to its steps: who answers for what, and in which order."""

from __future__ import annotations

from datetime import date

import pytest

from kumihimo.inquiry.reader import read_text
from kumihimo.inquiry.routing import to_routing
from kumihimo.model.routing import Routing, RoutingStep

TODAY = date(2026, 11, 22)


def routing(text: str) -> Routing:
    return to_routing(read_text(text, today=TODAY))


def step(found: Routing, process: str) -> RoutingStep:
    return next(item for item in found.steps if item.requirement.process == process)


SHAFT = "S45C φ30×120 旋盤加工後、高周波焼入れHRC50〜55、円筒研削 φ30h6 Ra0.4、硬質クロムめっき 膜厚20〜30μm。100本、RoHS対応、納入先は長野県"


def test_steps_follow_each_other() -> None:
    found = routing(SHAFT)
    assert [item.requirement.process for item in found.steps] == [
        "mach.turn_cnc",
        "ht.induction",
        "grind.cyl",
        "coat.hcr",
    ]
    assert [item.id for item in found.steps] == ["p1-10", "p1-20", "p1-30", "p1-40"]
    assert [item.after for item in found.steps] == [(), ("p1-10",), ("p1-20",), ("p1-30",)]


def test_tolerance_belongs_to_the_last_step_that_makes_the_size() -> None:
    found = routing(SHAFT)
    ground = step(found, "grind.cyl").requirement
    assert (ground.tolerance_it, ground.tolerance_nominal_mm, ground.tolerance_mm) == (6, 30.0, 0.013)
    assert ground.roughness_ra_um == 0.4
    for process in ("mach.turn_cnc", "ht.induction", "coat.hcr"):
        assert step(found, process).requirement.tolerance_it is None
        assert step(found, process).requirement.roughness_ra_um is None


def test_hardness_and_coating_belong_to_their_steps() -> None:
    found = routing(SHAFT)
    hard = step(found, "ht.induction").requirement.hardness
    assert hard is not None
    assert (hard.scale, hard.min, hard.max) == ("HRC", 50, 55)
    coat = step(found, "coat.hcr").requirement.coating_um
    assert coat is not None
    assert (coat.min, coat.max) == (20, 30)
    assert step(found, "grind.cyl").requirement.hardness is None
    assert step(found, "grind.cyl").requirement.coating_um is None


def test_what_holds_for_all_steps() -> None:
    for item in routing(SHAFT).steps:
        needs = item.requirement
        assert needs.materials == ("S45C",)
        assert needs.quantity == 100
        assert needs.certificates == ("ROHS",)
        assert needs.prefectures == ("20",)
        assert needs.size_mm == (120.0, 30.0)
        assert needs.round_part


def test_special_processes_need_a_qualification() -> None:
    found = routing(SHAFT)
    assert step(found, "ht.induction").requirement.needs_qualification
    assert step(found, "coat.hcr").requirement.needs_qualification
    assert not step(found, "mach.turn_cnc").requirement.needs_qualification


def test_a_tolerance_without_feature_gives_no_grade() -> None:
    needs = routing("アルミ A5052 5軸 切削 公差±0.01 300mm 50個").steps[0].requirement
    assert needs.tolerance_it is None
    assert needs.tolerance_nominal_mm is None
    assert needs.tolerance_mm == 0.02


def test_a_coarse_tolerance_is_taken_on_the_largest_size() -> None:
    needs = routing("A5052 切削 100×50×20 公差±0.1 5個").steps[0].requirement
    assert needs.tolerance_nominal_mm == 100
    assert needs.tolerance_it == 10


def test_without_a_process_there_is_no_step() -> None:
    assert routing("A5052 300×200×20 5個").steps == ()


def test_a_coating_named_first_is_done_last() -> None:
    assert [item.requirement.process for item in routing("硬質アルマイトまで。A7075の5軸加工、8個").steps] == [
        "mach.mill5",
        "coat.anod_hard",
    ]


def test_grinding_after_plating_is_kept_when_the_text_says_so() -> None:
    found = routing("SCM440 旋盤→硬質クロムめっき→円筒研削 φ40×200 5本")
    assert [item.requirement.process for item in found.steps] == ["mach.turn_cnc", "coat.hcr", "grind.cyl"]


ASSEMBLY = """①ベースプレート SS400 t12 300×200 レーザー切断後フライス 4枚
②シャフト S45C φ25×180 旋盤、円筒研削 φ20h6 4本
③ブッシュ 砲金 φ40×30 旋盤 4個
以上3点を組立まで。納期は年内、納品は静岡県浜松市。"""


def test_parts_join_before_the_assembly() -> None:
    found = routing(ASSEMBLY)
    assert {item.part for item in found.steps} == {"p1", "p2", "p3", ""}
    last = found.sinks()
    assert [item.requirement.process for item in last] == ["assy.mech"]
    assert set(last[0].after) == {"p1-20", "p2-20", "p3-10"}
    assert step(found, "grind.cyl").requirement.materials == ("S45C",)
    assert step(found, "sheet.laser").requirement.size_mm == (300.0, 200.0)


FOLDED = "SUS304 板厚1.5mm W500×D400×H200 {cut}、曲げ、TIG溶接 20台"


@pytest.mark.parametrize(
    ("words", "process"),
    [
        ("レーザー切断", "sheet.laser"),
        ("タレパン", "sheet.punch"),
        ("シャーリング", "sheet.shear"),
        ("プラズマ切断", "sheet.plasma"),
        ("ガス溶断", "sheet.gas"),
        ("ウォータージェット切断", "sheet.waterjet"),
    ],
)
def test_cutting_flat_sheet_is_not_asked_for_the_height_of_the_folded_part(words: str, process: str) -> None:
    found = routing(FOLDED.format(cut=words))
    flat = step(found, process).requirement
    assert flat.size_mm == (500.0, 400.0)
    assert flat.thickness_mm == 1.5
    assert step(found, "sheet.bend").requirement.size_mm == (500.0, 400.0, 200.0)


def test_without_a_thickness_the_three_sides_stay() -> None:
    found = routing("SS400 ガス溶断 300×200×50 4枚")
    assert step(found, "sheet.gas").requirement.size_mm == (300.0, 200.0, 50.0)


def test_a_reamed_hole_is_answered_for_by_the_machining_centre() -> None:
    found = routing("S45C 120×80×30 フライス加工、穴あけ・タップ、φ10H7リーマ 10個")
    assert step(found, "mach.mill3").requirement.tolerance_it == 7
    assert step(found, "mach.drill").requirement.tolerance_it is None
    only = routing("S45C 120×80×30 穴あけ加工 φ10H7 10個")
    assert step(only, "mach.drill").requirement.tolerance_it == 7
