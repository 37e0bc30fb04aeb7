"""Dated rules: found by name and day, refused clearly, and honest about what was verified."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from kumihimo.errors import InputError, TermsError
from kumihimo.trade.law.rules import Verified, all_rules, in_force, rules_from_json
from kumihimo.trade.notice import NoticeItem

FIRST_DAY = date(2026, 1, 1)


def file_of_rules() -> dict[str, Any]:
    text = (resources.files("kumihimo.trade.law") / "data" / "freelance.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def test_rule_holds_from_its_first_day() -> None:
    assert in_force("toriteki.payment_date", FIRST_DAY).number("days") == 60


def test_day_before_the_first_is_refused_with_the_period() -> None:
    with pytest.raises(InputError, match="2026-01-01 to now") as caught:
        in_force("toriteki.payment_date", date(2025, 12, 31))
    assert "2025年12月31日(水)" in caught.value.ja
    assert "2026年1月1日(木)" in caught.value.ja


def test_unknown_rule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no legal rule 'toriteki\.nothing'") as caught:
        in_force("toriteki.nothing", FIRST_DAY)
    assert "toriteki.payment_date" in caught.value.ja


def test_every_item_of_the_notice_has_its_rule() -> None:
    for item in NoticeItem:
        assert in_force(f"toriteki.notice.{item.value}", FIRST_DAY).law


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_what_is_not_verified_in_the_original_says_so(rule: Any) -> None:
    if rule.verified is not Verified.PRIMARY:
        assert rule.note_ja
        assert rule.note_en
    if rule.verified is not Verified.GENERAL_KNOWLEDGE:
        assert rule.source


def test_reference_page_names_every_rule() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "law.md").read_text(encoding="utf-8")
    for rule in all_rules():
        assert f"`{rule.id}` | {rule.in_force_from} | {rule.verified}" in page


def changed_rule(**changes: Any) -> dict[str, Any]:
    document = file_of_rules()
    document["rules"][0] |= changes
    return document


def test_period_that_changes_a_rule_ends_the_one_before() -> None:
    document = changed_rule(in_force_to="2026-12-31")
    later = deepcopy(document["rules"][0]) | {
        "in_force_from": "2027-01-01",
        "in_force_to": None,
        "values": {"days": 30},
    }
    document["rules"].append(later)
    before, after = rules_from_json([("f.json", document)])["freelance.scope"]
    assert before.is_in_force(date(2026, 12, 31))
    assert not before.is_in_force(date(2027, 1, 1))
    assert after.number("days") == 30


def test_periods_may_not_overlap() -> None:
    document = file_of_rules()
    document["rules"].append(deepcopy(document["rules"][0]) | {"in_force_from": "2027-01-01"})
    with pytest.raises(TermsError, match="two periods hold 2027-01-01"):
        rules_from_json([("f.json", document)])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"verified": "surely"}, "verified"),
        ({"note_ja": ""}, "note_ja"),
        ({"verified": "primary", "source": ""}, "source"),
        ({"in_force_from": "2026-02-30"}, "freelance.scope"),
        ({"in_force_to": "2020-01-01"}, "ends before it begins"),
        ({"values": {"days": -1}}, "values"),
    ],
)
def test_broken_file_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(TermsError, match=message):
        rules_from_json([("f.json", changed_rule(**changes))])
