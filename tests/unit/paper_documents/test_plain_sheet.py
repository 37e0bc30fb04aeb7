"""A sheet that is no trade document: it prints what it is given, in the frame of the documents, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kumihimo.errors import InputError
from kumihimo.paper.sheet import render_sheet, sheet_from_json


def content(**changed: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "format": "kumihimo-sheet/1",
        "title": "精算書",
        "number": "SS-JO-2026-000001-1",
        "made_on": "2026-12-04",
        "sender": {"name": "合成共同受注会", "address": "長野県"},
        "recipient": {"name": "合成1社"},
        "lead": "下記のとおり精算します。",
        "headline": ["お支払額", "107,217 円"],
        "facts": [["支払日", "2026年12月31日(木)"]],
        "tables": [{"caption": "内訳", "heads": ["項目", "金額"], "figures": [1], "rows": [["売上", "110,001"]]}],
        "clauses": ["端数は1円まで配りました。"],
        "is_synthetic": True,
    }
    return {**data, **changed}


def test_it_prints_all_that_it_is_given(pages: Callable[[bytes], list[str]]) -> None:
    rendered = render_sheet(sheet_from_json(content()))
    text = "".join(pages(rendered.pdf))
    for words in (
        "精算書", "SS-JO-2026-000001-1-r1", "2026年12月4日(金)", "合成1社御中", "107,217円", "2026年12月31日(木)",
        "110,001", "端数は1円まで配りました。", "合成データ",
    ):  # fmt: skip
        assert words in text
    assert rendered.pdf == render_sheet(sheet_from_json(content())).pdf


def test_in_english_the_frame_is_english(pages: Callable[[bytes], list[str]]) -> None:
    english = content(title="Status", lang="en", lead="", headline=None, facts=[], tables=[], clauses=[])
    text = "".join(pages(render_sheet(sheet_from_json(english)).pdf))
    assert "No.SS-JO-2026-000001-1-r1" in text
    assert "Syntheticdata" in text
    assert "御中" not in text


def test_a_sign_that_cannot_be_printed_is_told() -> None:
    assert render_sheet(sheet_from_json(content(lead="\ue000です"))).warnings


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"format": "kumihimo-order-document/1"}, "kumihimo-sheet/1"),
        ({"tables": [{"caption": "内訳", "heads": ["項目"], "figures": [], "rows": [["a", "b"]]}]}, "1列"),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        sheet_from_json(content(**changed))
    assert words in caught.value.ja
