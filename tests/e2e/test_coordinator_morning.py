"""The coordinator's morning: from what needs somebody, over an inquiry nobody has read yet, to an approved plan."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .conftest import Visitor
from .inquiry_steps import book, choose, read_and_ask

# On PostgreSQL `test_orders_flow` goes the same way, and further.
pytestmark = pytest.mark.any_database

TITLE = "検査装置の取付板（合成）"


def test_the_desk_shows_what_needs_somebody_with_one_action_each(visitor: Callable[..., Visitor]) -> None:
    who = visitor("coordinator")
    who.open("/")
    who.sees("今日の調整", "納期に遅れる案件", "チームを提案していない引合", "返事のない手挙げの依頼")
    items = who.page.locator("ol.attention > li")
    urgencies = [items.nth(n).locator("h2 .tag").inner_text() for n in range(items.count())]
    assert urgencies == sorted(urgencies, key=["至急", "今日", "今週"].index)
    for n in range(items.count()):
        assert items.nth(n).locator("a").count() == 1
    who.follow("理由と手だてを見る")
    who.sees("案件（遅れるものから）")
    late = who.page.locator("tr.is-late").first
    assert re.search(r"▲ \d+日遅れ", late.inner_text())
    late.get_by_role("link").first.click()
    who.sees("遅れの手だて")


def test_an_inquiry_becomes_an_order_in_the_approved_plan(visitor: Callable[..., Visitor]) -> None:
    who = visitor("coordinator")
    read_and_ask(who, TITLE)
    choose(who)
    book(who, TITLE)
    # The order stands in the plan, and the inquiry knows.
    who.open("/plans/")
    who.fill("案件・発注元", TITLE)
    who.press("絞り込む")
    who.sees("1件")
    who.follow(TITLE)
    for step in ("マシニング(3軸)", "バリ取り", "アルマイト"):
        who.sees(step)
    who.open("/inquiries/?state=booked")
    who.sees(TITLE, "計画に登録済み")
