"""`toriteki.notice`: every item is stated, open with reason and day, or does not apply."""

from __future__ import annotations

from datetime import date

import pytest
from law_desk import ON, notice_data

from kumihimo.trade.law import Colour, judge_item, judge_notice, worst
from kumihimo.trade.notice import IF_IT_APPLIES, NoticeEntry, NoticeItem, notice_of

OPEN = {"undecided_reason": "顧客の仕様待ち", "planned_date": "2026-12-04"}


def test_complete_notice_is_green_with_twelve_verdicts() -> None:
    verdicts = judge_notice(notice_of(notice_data()), on=ON)
    assert [verdict.rule for verdict in verdicts] == [f"toriteki.notice.{item}" for item in NoticeItem]
    assert worst(verdicts) is Colour.GREEN


@pytest.mark.parametrize("item", NoticeItem)
def test_missing_item_is_red_and_named(item: NoticeItem) -> None:
    verdicts = judge_notice(notice_of(notice_data(**{item.value: None})), on=ON)
    assert [v.rule for v in verdicts if v.colour is Colour.RED] == [f"toriteki.notice.{item}"]
    assert item.ja in verdicts[list(NoticeItem).index(item)].ja


@pytest.mark.parametrize("item", NoticeItem)
def test_open_item_with_reason_and_day_is_signed_by_a_person(item: NoticeItem) -> None:
    verdict = judge_notice(notice_of(notice_data(**{item.value: OPEN})), on=ON)[list(NoticeItem).index(item)]
    assert (verdict.colour, verdict.rule, verdict.needs_signature) == (Colour.AMBER, f"toriteki.notice.{item}", True)
    assert "2026年12月4日(金)" in verdict.ja
    assert "正当な理由" in verdict.quote


def test_open_item_is_overdue_after_its_day() -> None:
    entry = NoticeEntry(item=NoticeItem.AMOUNT, undecided_reason="仕様待ち", planned_date=date(2026, 12, 4))
    assert judge_item(NoticeItem.AMOUNT, entry, on=date(2026, 12, 4)).colour is Colour.AMBER
    assert judge_item(NoticeItem.AMOUNT, entry, on=date(2026, 12, 5)).colour is Colour.RED


def test_open_item_without_a_day_is_red() -> None:
    entry = NoticeEntry(item=NoticeItem.AMOUNT, undecided_reason="仕様待ち")
    assert judge_item(NoticeItem.AMOUNT, entry, on=ON).colour is Colour.RED


def test_blank_reason_is_no_reason() -> None:
    entry = NoticeEntry(item=NoticeItem.AMOUNT, undecided_reason="　", planned_date=date(2026, 12, 4))
    assert judge_item(NoticeItem.AMOUNT, entry, on=ON).colour is Colour.RED


@pytest.mark.parametrize("item", NoticeItem)
def test_only_what_may_not_apply_is_marked_so(item: NoticeItem) -> None:
    colour = judge_item(item, NoticeEntry(item=item), on=ON).colour
    assert colour is (Colour.GREEN if item in IF_IT_APPLIES else Colour.RED)


@pytest.mark.parametrize("item", [NoticeItem.FACTORING, NoticeItem.ELECTRONIC_CLAIM])
def test_item_whose_new_text_was_not_read_is_unknown(item: NoticeItem) -> None:
    verdict = judge_item(item, NoticeEntry(item=item, value="架空銀行 100,000円"), on=ON)
    assert verdict.colour is Colour.UNKNOWN
    assert verdict.needs_signature
    assert verdict.verified == "general_knowledge"


def test_blank_item_is_missing() -> None:
    assert judge_item(NoticeItem.CONTENT, NoticeEntry(item=NoticeItem.CONTENT, value=" "), on=ON).colour is Colour.RED
