"""What an inquiry says beyond its values: diameters keep their sign, the delivery place its town."""

from __future__ import annotations

from datetime import date

import pytest

from kumihimo.inquiry.reader import read_text
from kumihimo.proposal.as_said import place_text, size_text, words_of
from kumihimo.proposal.understood import understood

TODAY = date(2026, 11, 23)


def rows(text: str) -> dict[str, str]:
    return {row.ja: row.value_ja for row in understood(read_text(text, today=TODAY))}


def test_a_shaft_keeps_its_diameter() -> None:
    found = rows("S45C シャフト φ20×150 50個 外径φ20h6 旋盤加工")
    assert found["寸法"] == "φ20×150 mm"
    assert found["公差"] == "φ20 h6"


def test_a_ring_is_wider_than_long() -> None:
    assert rows("S45C 歯車 外径84、歯幅20 穴径φ25 H7 10個")["寸法"] == "φ84×20 mm"


def test_a_plate_with_a_hole_is_no_round_part() -> None:
    found = rows("A5052の板 100x50x10 30個 穴φ8 H7")
    assert found["寸法"] == "100×50×10 mm"
    assert found["公差"] == "φ8 H7"


def test_a_width_with_a_fit_is_no_diameter() -> None:
    inquiry = read_text("S45C キー溝幅 8 H9 10個", today=TODAY)
    assert "φ" not in "".join(row.value_ja for row in understood(inquiry))


def test_only_the_whole_number_is_a_diameter() -> None:
    assert size_text((150.0, 20.0), "φ200") == "150×20 mm"
    assert size_text((150.0, 20.0), "φ20.5") == "150×20 mm"
    assert size_text((150.0, 20.0), "φ20") == "φ20×150 mm"


@pytest.mark.parametrize(
    ("words", "place"),
    [("納入先は長野県諏訪市です", "長野県諏訪市"), ("納入先: 長野県", "長野県"), ("納品先 諏訪市", "長野県諏訪市")],
)
def test_the_town_of_the_delivery_place_is_told(words: str, place: str) -> None:
    inquiry = read_text(f"A5052の板 100x50x10 30個。\n{words}", today=TODAY)
    assert inquiry.requirements.prefectures == ("20",)
    assert place_text(inquiry, "20")[0] == place
    assert {row.ja: row.value_ja for row in understood(inquiry)}["納入先・地域"] == place


def test_words_are_read_as_one_writes_them_today() -> None:
    inquiry = read_text("S45C シャフト φ２０×１５０ 50個", today=TODAY)
    assert "φ20" in words_of(inquiry, inquiry.fields)
