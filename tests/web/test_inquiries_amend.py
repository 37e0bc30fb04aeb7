"""What a person types is read as if the customer had written it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kumihimo import terms
from kumihimo.errors import InputError
from kumihimo.inquiry.reader import read_text
from kumihimo.inquiry.routing import to_routing
from kumihimo.model import Inquiry
from kumihimo_web.inquiries.amend import amend
from kumihimo_web.inquiries.mapping import of_data, to_data
from kumihimo_web.inquiries.reading import reading_of
from kumihimo_web.inquiries.wording import FIELDS, entered

TODAY = date(2026, 11, 23)
EXAMPLES = Path(__file__).parents[2] / "examples" / "inquiries"


def example(name: str) -> Inquiry:
    return read_text((EXAMPLES / name).read_text(encoding="utf-8"), today=TODAY)


TEXTS = sorted(path.name for path in EXAMPLES.glob("*.txt"))


@pytest.mark.parametrize("name", TEXTS)
def test_what_was_read_survives_the_database(name: str) -> None:
    read = example(name)
    back = of_data(json.loads(json.dumps(to_data(read))))
    assert back.requirements == read.requirements
    assert back.parts == read.parts
    assert back.questions == read.questions
    assert to_routing(back) == to_routing(read)


@pytest.mark.parametrize("name", TEXTS)
def test_a_value_that_is_saved_as_it_stands_stays_the_same(name: str) -> None:
    read = example(name)
    several = len(read.parts) > 1
    for part in read.parts:
        for field in FIELDS:
            items = [one for one in read.fields if one.field == field and one.part in (part.id, "")]
            words = entered(read, part.requirements, field, items)
            if not words:
                continue
            changed = amend(read, field=field, part=part.id if several else "", words=words)
            now = next(one for one in changed.parts if one.id == part.id)
            assert getattr(now.requirements, field) == getattr(part.requirements, field), (field, words)


@pytest.mark.parametrize("field", ["processes", "materials", "certificates", "prefectures"])
def test_every_word_of_a_list_can_be_typed(field: str) -> None:
    lists: dict[str, Any] = {
        "processes": terms.processes(),
        "materials": {**terms.materials(), **terms.material_families()},
        "certificates": terms.certificates(),
        "prefectures": terms.prefectures(),
    }
    read = read_text("部品", today=TODAY)
    wrong = []
    for code in lists[field]:
        words = entered(read, replace(read.requirements, **{field: (code,)}), field, ())
        if getattr(amend(read, field=field, part="", words=words).requirements, field) != (code,):
            wrong.append(words)
    assert wrong == []


def test_words_and_values_lead_to_each_other() -> None:
    read = amend(example("01-mail.txt"), field="quantity", part="", words="50個")
    page = reading_of(read)
    assert "".join(piece.text for piece in page.pieces) == read.text
    words = {piece.number: piece.text for piece in page.pieces if piece.number}
    rows = [row for group in page.groups for row in group.rows]
    linked = {number for row in rows for number, _first in row.links}
    assert linked == set(words)
    assert sorted(number for row in rows for number, is_first in row.links if is_first) == sorted(words)
    quantity = page.row("quantity", "")
    assert quantity is not None
    assert [words[number] for number, _ in quantity.links] == ["50個"]
    assert quantity.by_person


def test_a_part_is_changed_alone_and_the_whole_with_all_its_parts() -> None:
    read = example("06-assembly.txt")
    one = amend(read, field="quantity", part="p2", words="80本")
    assert [part.requirements.quantity for part in one.parts] == [25, 80, 25]
    every = amend(read, field="due_date", part="", words="2027-02-01")
    assert {part.requirements.due_date for part in every.parts} == {date(2027, 2, 1)}
    assert every.requirements.due_date == date(2027, 2, 1)
    of_set = amend(read, field="processes", part="", words="機械組立、外観検査")
    assert to_routing(of_set).steps[-1].requirement.process.startswith("insp")
    assert [part.requirements for part in of_set.parts] == [part.requirements for part in read.parts]


def test_a_doubt_about_the_answer_is_asked_again() -> None:
    read = amend(example("01-mail.txt"), field="tolerances", part="", words="±0.005")
    assert [question.field for question in read.questions] == ["tolerances"]
    read = amend(read, field="tolerances", part="", words="30 ±0.005")
    assert read.questions == ()
    assert read.requirements.tolerances[0].nominal_mm == 30


def asked_of(read: Inquiry) -> set[str]:
    return {one.field for one in reading_of(read).questions}


def test_the_shape_is_asked_and_the_answer_is_added_in_the_order_of_work() -> None:
    read = read_text("S45C φ30×120 高周波焼入れ 100本", today=TODAY)
    assert "shaping" in asked_of(read)
    made = amend(read, field="shaping", part="", words="旋盤と円筒研削")
    assert made.requirements.processes == ("mach.turn_cnc", "ht.induction", "grind.cyl")
    assert made.parts[0].requirements == made.requirements
    assert "shaping" not in asked_of(made)
    assert {item.text for item in made.fields if item.source == "person"} == {"旋盤と円筒研削"}


@pytest.mark.parametrize("words", ["支給品です", "こちらで加工済みのものを送ります"])
def test_a_supplied_part_needs_no_further_process(words: str) -> None:
    read = read_text("S45C φ30×120 高周波焼入れ 100本", today=TODAY)
    supplied = amend(read, field="shaping", part="", words=words)
    assert supplied.requirements == read.requirements
    assert "shaping" not in asked_of(supplied)
    told = next(item for item in supplied.context if item.field == "supplied_part")
    assert supplied.text[told.start : told.end] == words
    assert of_data(json.loads(json.dumps(to_data(supplied)))).context == supplied.context


def test_of_several_parts_only_the_one_that_was_asked_is_supplied() -> None:
    read = read_text(
        "部品1：ピン\n材質：S45C\n加工：高周波焼入れ\n数量：10個\n\n部品2：軸\n材質：SCM435\n加工：窒化\n数量：20個",
        today=TODAY,
    )
    asked = [one for one in reading_of(read).questions if one.field == "shaping"]
    assert [one.part for one in asked] == ["p1", "p2"]
    assert "ピン" in asked[0].ja
    said = amend(read, field="shaping", part="p1", words="支給品")
    assert [one.part for one in reading_of(said).questions if one.field == "shaping"] == ["p2"]
    with pytest.raises(KeyError):
        amend(read, field="shaping", part="p9", words="支給品")


def test_an_answer_that_names_neither_is_refused() -> None:
    read = read_text("S45C φ30×120 高周波焼入れ 100本", today=TODAY)
    with pytest.raises(InputError):
        amend(read, field="shaping", part="", words="わかりません")


@pytest.mark.parametrize("words", ["100", "全長100mm", "100の長さ"])
def test_a_size_alone_answers_to_which_size_a_tolerance_belongs(words: str) -> None:
    read = read_text("A5052 切削 100×50×20 ±0.02 30個", today=TODAY)
    assert [one.field for one in read.questions] == ["tolerances"]
    told = amend(read, field="tolerances", part="", words=words)
    assert [(one.upper, one.nominal_mm) for one in told.requirements.tolerances] == [(0.02, 100)]
    assert told.questions == ()


@pytest.mark.parametrize("words", ["0.05", "0.05mm", "±0.05"])
def test_another_tolerance_is_no_size(words: str) -> None:
    read = read_text("A5052 切削 100×50×20 ±0.02 30個", today=TODAY)
    told = amend(read, field="tolerances", part="", words=words)
    assert [(one.upper, one.nominal_mm) for one in told.requirements.tolerances] == [(0.05, None)]


def test_nonsense_is_refused_in_both_languages() -> None:
    read = example("01-mail.txt")
    with pytest.raises(InputError) as refused:
        amend(read, field="hardness", part="", words="かため")
    assert "HRC58" in refused.value.ja
    assert "HRC58" in refused.value.en
    with pytest.raises(KeyError):
        amend(read, field="__class__", part="", words="x")
    with pytest.raises(KeyError):
        amend(read, field="quantity", part="p9", words="3個")
