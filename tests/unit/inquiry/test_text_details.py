"""What a careful clerk would not take for granted: 頃, くらい, days that do not exist, gear data, chamfers."""

from __future__ import annotations

from datetime import date

import pytest

from kumihimo.inquiry.reader import read_text
from kumihimo.model import GeometricTolerance, Inquiry, Tolerance

TODAY = date(2026, 11, 23)


def read(text: str) -> Inquiry:
    return read_text(text, today=TODAY)


def asked(inquiry: Inquiry, field: str) -> list[str]:
    return [one.ja for one in inquiry.questions if one.field == field]


@pytest.mark.parametrize("hole", ["穴径φ8 H7", "穴 φ8 H7", "穴径8", "面取りC0.5", "タップM6"])
def test_a_plate_keeps_its_size_when_a_detail_follows(hole: str) -> None:
    assert read(f"A5052の板 100x50x10 {hole} 20個 白アルマイト").requirements.size_mm == (100, 50, 10)


def test_the_fit_behind_it_is_that_of_the_hole() -> None:
    needs = read("A5052の板 100x50x10 穴径φ8 H7 20個").requirements
    assert needs.tolerances == (Tolerance(fit="H7", nominal_mm=8.0),)


@pytest.mark.parametrize("text", ["φ6×4 穴 2箇所", "φ6×4の穴", "φ6×10 リーマ"])
def test_a_hole_alone_is_no_overall_size(text: str) -> None:
    assert read(text).requirements.size_mm == ()


@pytest.mark.parametrize("words", ["13月45日", "2月30日", "4月31日"])
def test_a_day_that_does_not_exist_is_asked_and_never_guessed(words: str) -> None:
    inquiry = read(f"納期: {words}")
    assert inquiry.requirements.due_date is None
    assert asked(inquiry, "due_date") == [f"納期「{words}」という日はありません。正しい年月日を教えてください。"]


def test_the_29th_of_february_exists_in_its_year() -> None:
    assert read("納期: 2028年2月29日").requirements.due_date == date(2028, 2, 29)


def test_too_many_pieces_are_asked() -> None:
    inquiry = read("数量: 99999999999999999999個")
    assert inquiry.requirements.quantity is None
    assert "1,000万まで" in asked(inquiry, "quantity")[0]
    assert read("数量: 10,000,000個").requirements.quantity == 10_000_000


@pytest.mark.parametrize(("words", "day"), [("来月末頃", date(2026, 12, 31)), ("12/20ごろ", date(2026, 12, 20))])
def test_about_a_day_is_unsure_and_asked(words: str, day: date) -> None:
    inquiry = read(f"S45C φ20×150 50本 納期は{words}")
    assert inquiry.requirements.due_date == day
    assert [one.confidence for one in inquiry.fields if one.field == "due_date"] == [0.5]
    assert f"「{words}」は目安" in asked(inquiry, "due_date")[0]
    assert asked(read("S45C φ20×150 50本 納期は来月末"), "due_date") == []


def test_about_a_span_is_unsure_only() -> None:
    inquiry = read("S45C φ20×150 50本 納期は3週間くらい")
    assert [one.confidence for one in inquiry.fields if one.field == "due_date"] == [0.5]
    assert asked(inquiry, "due_date") == []


def test_about_a_tolerance_is_unsure_and_asked() -> None:
    inquiry = read("A5052 切削 30個 公差は±0.01くらい")
    assert [one.confidence for one in inquiry.fields if one.field == "tolerances"] == [0.5]
    assert asked(inquiry, "tolerances")[0].startswith("「±0.01くらい」は目安でしょうか")


def test_strict_tolerances_are_asked_beside_the_fit_of_a_hole() -> None:
    assert "「公差は厳しめ」" in asked(read("A5052\n穴径φ8 H7\n公差は厳しめ\n20個"), "tolerances")[0]
    assert not any("厳し" in one for one in asked(read("A5052 公差は厳しめ(±0.01) 20個"), "tolerances"))


@pytest.mark.parametrize("words", ["曲がりは0.05以内", "曲り 0.05mm以下", "真直度0.05"])
def test_how_straight_a_shaft_is_in_the_words_of_a_shop(words: str) -> None:
    needs = read(f"シャフト S45C φ20×150 50本 {words}").requirements
    assert needs.geometric == (GeometricTolerance(kind="straightness", value_mm=0.05),)


@pytest.mark.parametrize("words", ["曲がり部 R5", "曲がり 3箇所", "管の曲がり 1mあたり1以下"])
def test_another_bend_is_no_straightness(words: str) -> None:
    assert read(f"STKM13A {words} 20本").requirements.geometric == ()


def test_gear_data_are_noted_and_the_grade_is_asked() -> None:
    inquiry = read("平歯車 モジュール2、歯数40、精度はJIS N7級、SCM435、歯面高周波焼入れ、30個")
    noted = {one.field: one.text for one in inquiry.context}
    assert noted == {"gear_module": "モジュール2", "gear_teeth": "歯数40", "gear_grade": "JIS N7級"}
    assert inquiry.requirements.tolerances == ()
    assert "「JIS N7級」" in asked(inquiry, "tolerances")[0]


def test_a_grade_without_a_gear_is_left_alone() -> None:
    assert read("公差 普通級 中級、JIS 5級 S45C 20個").context == ()


def test_a_chamfer_without_a_size_is_asked() -> None:
    assert "「両端面取り」" in asked(read("S45C φ20×150 両端面取り 50本"), "processes")[0]
    for clear in ("両端面取りC0.5", "両端面取り 1mm", "両端面取り不要"):
        assert asked(read(f"S45C φ20×150 旋盤 {clear} 50本"), "processes") == [], clear
