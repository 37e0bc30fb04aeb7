"""A firm stops: what that touches, who can stand in, whom to call; nothing changes before somebody approves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from .conftest import Visitor

pytestmark = pytest.mark.any_database


def test_a_firm_stops_for_three_days_and_the_coordinator_finds_who_stands_in(visitor: Callable[..., Visitor]) -> None:
    who = visitor("coordinator")
    who.open("/plans/")
    who.press("絞り込む")
    who.page.locator("main tbody th a").first.click()
    who.sees("始め")
    # A firm with work ahead: the one that the last step of the latest order waits for.
    step = who.page.locator("section[aria-labelledby=steps] tbody tr").last
    firm = step.locator("td a").first.inner_text().split(" ")[0]
    begins = re.search(r"(\d{4})年(\d+)月(\d+)日", step.inner_text())
    assert begins is not None
    day = datetime(*map(int, begins.groups()), 0, 0)  # type: ignore[arg-type]  # noqa: DTZ001

    who.open("/emergency/")
    options = who.page.eval_on_selector_all("#o-what option", "all => all.map(one => one.value)")
    named = next(one for one in options if firm in one)
    who.fill("止まるもの", named)
    who.fill("いつから", f"{day:%Y-%m-%d %H:%M}")
    who.fill("いつまで", f"{day + timedelta(days=3):%Y-%m-%d %H:%M}")
    who.fill("理由", "主軸の故障")
    who.press("影響を調べる")
    touched = who.page.locator("section[aria-labelledby=touched]")
    who.sees("が影響を受けます")
    assert re.search(r"案件\d+件の\d+工程が影響を受けます", touched.inner_text())
    assert firm in touched.inner_text()

    who.press("代わりの手配を探す")
    who.sees("変わるのは", "影響を受ける工程と代わりの企業", "電話する会社")
    assert "主軸の故障" in who.page.locator("h1").inner_text()
    affected = who.page.locator("section[aria-labelledby=affected] tbody tr")
    assert firm in affected.first.inner_text()
    assert "円" in affected.first.inner_text() or "代わりがありません" in affected.first.inner_text()
    who.follow("電話の一覧を印刷する")
    who.sees("まだ下書きです。承認する前に伝えるときは、決まりではないことを添えてください。", "☎")
    who.page.go_back()
    who.press("を承認して今の計画にする")
    who.sees("を今の計画にしました")


def test_what_does_not_stop_is_asked_for_again_with_nothing_lost(visitor: Callable[..., Visitor]) -> None:
    who = visitor("coordinator")
    who.expected.add(422)
    who.open("/emergency/")
    who.fill("止まるもの", "どこにもない工場")
    who.fill("理由", "大雪")
    who.press("影響を調べる")
    who.sees("入力を直してください", "どこにもない工場")
    assert who.page.get_by_label("止まるもの").input_value() == "どこにもない工場"
    assert who.page.get_by_label("理由").input_value() == "大雪"
