"""Text that can be printed."""

from __future__ import annotations

from kumihimo.paper.legible import breakable, legible


def test_a_variant_of_the_font_stays_and_an_unknown_one_goes() -> None:
    known, lost = legible("葛\U000e0100城")
    assert known == "葛\U000e0100城"
    assert not lost
    shown, lost = legible("葛\ufe0e城")
    assert shown == "葛城"
    assert list(lost) == ["U+FE0E VARIATION SELECTOR-15"]


def test_parted_voice_marks_are_joined_and_old_forms_kept() -> None:
    assert legible("カ\u3099ス\ufa19社")[0] == "ガス\ufa19社", "the firm writes its name with the old form"


def test_blanks_and_lines() -> None:
    assert legible(" a\t\u3000b\r\nc\u200bd ") == ("a b\nc d", {})


def test_long_latin_may_be_broken() -> None:
    assert breakable("KB-1042-REV-B") == "KB-1042-REV-B"
    assert breakable("A" * 30).replace("\u200b", "") == "A" * 30
    assert max(map(len, breakable("A" * 300).split("\u200b"))) == 12
