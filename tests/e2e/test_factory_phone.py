"""A factory answers on a phone: how much time is free, which work it wants, what stands in its own profile."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .conftest import PHONE, Visitor

pytestmark = pytest.mark.any_database

THUMB = 56
"""Pixels that a button on a shop floor needs."""


def test_the_week_s_free_time_is_answered_with_one_tap(visitor: Callable[..., Visitor]) -> None:
    who = visitor("factory", PHONE)
    who.open("/")
    who.sees("今週の余力")
    week = who.page.locator("form.choice").nth(1)
    monday = week.locator("legend").inner_text()
    for _ in range(2):
        # Whatever was said before, the last tap counts.
        for level in ("いっぱい", "空きあり"):
            button = who.page.locator("form.choice", has_text=monday).get_by_role("button", name=level)
            assert (button.bounding_box() or {"height": 0})["height"] >= THUMB
            button.tap()
            who.page.locator("form.choice", has_text=monday).get_by_role("button", name=f"✓ {level}").wait_for()
    assert week.get_by_role("button", pressed=True).all_inner_texts() == ["✓ 空きあり"]
    # The coordinator reads it; no other firm can.
    other = visitor("buyer", PHONE)
    other.expected.add(403)
    other.open("/capacity/")
    other.sees("このページは開けません")


def test_a_hand_is_raised_and_the_coordinator_sees_it(visitor: Callable[..., Visitor]) -> None:
    who = visitor("factory", PHONE)
    who.open("/inquiries/hands/")
    who.sees("募集番号", "急ぎではありません。値段は目安で結構です。")
    number = re.search(r"Q-\d+", who.text)
    assert number is not None
    # A slip first: it is told at the field, and what was written stays.
    who.expected.add(422)
    who.fill("価格（円・分かれば）", "たぶん安い")
    who.fill("条件・ひとこと", "測定室は金曜まで空いています")
    answer = who.page.locator(".hand-buttons button").first
    said = answer.inner_text().replace("✓", "").strip()
    answer.tap()
    who.sees("まだ届いていません。印の付いた所を直してください。")
    assert who.page.get_by_label("条件・ひとこと").input_value() == "測定室は金曜まで空いています"
    who.fill("価格（円・分かれば）", "48,000")
    who.fill("日数（分かれば）", "5")
    who.page.locator(".hand-buttons button").first.tap()
    who.sees(f"「{said}」と答えています")

    desk = visitor("coordinator")
    desk.open(f"/inquiries/{number.group()}/hands/")
    desk.sees("測定室は金曜まで空いています", said)
    assert "48,000" in desk.text


def test_a_factory_edits_its_own_profile_and_reads_the_change_in_its_history(visitor: Callable[..., Visitor]) -> None:
    who = visitor("factory", PHONE)
    who.open("/firms/own/")
    who.follow("基本情報を直す")
    who.fill("備考", "薄肉部品の三次元測定、単発も歓迎")
    who.press("保存する")
    who.sees("薄肉部品の三次元測定、単発も歓迎", "履歴", "工場 太郎")


def test_two_people_edit_the_same_profile_and_the_second_is_told(visitor: Callable[..., Visitor]) -> None:
    first, second = visitor("factory", PHONE), visitor("coordinator")
    first.open("/firms/own/")
    firm = first.page.url.rstrip("/").rpartition("/")[2]
    first.follow("基本情報を直す")
    second.open(f"/firms/{firm}/")
    second.follow("基本情報を直す")
    first.fill("備考", "先に保存した言葉")
    first.press("保存する")
    first.sees("先に保存した言葉")

    second.expected.add(409)
    second.fill("備考", "あとから来た言葉")
    second.fill("誰から、どのように聞きましたか", "工場長に電話で確認")
    second.press("保存する")
    second.sees("ほかの人が先に保存しました。あなたの入力は下に残っています。", "先に保存した言葉")
    assert second.page.get_by_label("備考").input_value() == "あとから来た言葉"
    assert second.page.get_by_label("誰から、どのように聞きましたか").input_value() == "工場長に電話で確認"
    first.page.reload()
    assert "あとから来た言葉" not in first.text
    # Having seen both, the second may say so.
    second.press("保存する")
    second.sees("あとから来た言葉", "工場長に電話で確認")
