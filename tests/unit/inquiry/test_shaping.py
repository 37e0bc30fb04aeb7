# ruff: noqa: E501 - an inquiry is easier to check in one line
"""An inquiry that names no process that makes the shape is asked about it. All inquiries are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kumihimo.inquiry import shaping
from kumihimo.inquiry.reader import read_text
from kumihimo.model import Question
from kumihimo.proposal.missing import missing

TODAY = date(2026, 11, 22)

ASKED = {
    "nothing but material and quantity": "SUS304 部品 100個",
    "a treatment of an unknown kind": "SUS304 部品 100個 熱処理",
    "a treatment": "SKD61 真空焼入れ 30本",
    "a coating": "SS400 溶融亜鉛めっき 10個",
    "stock is no part": "A6063の押出材 黒アルマイト 60本",
    "the mould is supplied, not the part": "金型は支給。S45C 黒染め 30個",
    "nothing is supplied": "材料支給なし。SS400 溶融亜鉛めっき 10個",
    "what was supplied last time": "前回は支給品でした。SS400 溶融亜鉛めっき 10個",
    "inspection makes no shape either": "SCM435 窒化 硬さ測定 20個",
}

UNASKED = {
    "the part is supplied": "SUS304 支給品 100個 固溶化熱処理",
    "supplied and machined": "S45C 支給材 加工品 無電解ニッケルめっき 200個",
    "machined already": "HPM38 真空焼入れ 3個 加工済み",
    "only this work": "SCM435 窒化ﾉﾐ 300本",
    "a finishing shop is looked for": "ステンレスの鏡面バフ研磨できる会社を探しています。300個",
    "machined by the customer": "旋削は弊社で行いますので、S45Cの高周波焼入れをお願いします。200本",
    "brought by the customer": "SKD61 真空焼入れ 2個 11月30日に持込みます",
    "in English": "Customer-supplied parts, SUS304, passivation, 100 pcs",
    "machining": "A5052 切削 10個 白アルマイト",
    "sheet": "SECC 曲げ 300個",
    "casting": "FCD450の鋳物 50個",
    "wiring": "制御盤 電気配線 6台",
    "measuring alone": "SS400 三次元測定 10個",
}


def questions(text: str) -> list[str]:
    read = read_text(text, today=TODAY)
    return [item.ja for part in read.parts if (item := shaping.question(part, read)) is not None]


@pytest.mark.parametrize("text", ASKED.values(), ids=ASKED)
def test_the_shape_is_asked(text: str) -> None:
    asked = questions(text)
    assert len(asked) == 1
    assert "どう形を作りますか" in asked[0]
    assert "支給品" in asked[0]
    assert sum(asked[0] in item.ja for item in missing(read_text(text, today=TODAY))) == 1


@pytest.mark.parametrize("text", UNASKED.values(), ids=UNASKED)
def test_the_shape_is_not_asked(text: str) -> None:
    assert questions(text) == []
    assert not any("どう形を作りますか" in item.ja for item in missing(read_text(text, today=TODAY)))


def test_the_words_that_say_supplied_are_shown() -> None:
    read = read_text("S45C 支給品 無電解ニッケルめっき 200個", today=TODAY)
    told = next(item for item in read.context if item.field == shaping.SUPPLIED)
    assert read.text[told.start : told.end] == told.text == "支給"


def test_of_several_parts_each_has_its_own_words() -> None:
    text = "部品1：ピン\n材質：S45C\n加工：高周波焼入れ（支給品）\n数量：10個\n\n部品2：軸\n材質：SCM435\n加工：窒化\n数量：20個"
    read = read_text(text, today=TODAY)
    assert [shaping.question(part, read) is None for part in read.parts] == [True, False]
    assert "「軸」" in next(item.ja for item in missing(read) if "どう形を" in item.ja)


def test_the_form_has_asked_already() -> None:
    read = read_text("SUS304 部品 100個", today=TODAY)
    part = read.parts[0]
    assert shaping.question(part, read) is not None
    said = Question(field="processes", why="missing", ja="加工内容・工程が未記入です。", en="no process", part=part.id)
    assert shaping.question(part, replace(read, questions=(said,))) is None
