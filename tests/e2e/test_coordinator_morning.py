"""The coordinator's morning: from what needs somebody, over an inquiry nobody has read yet, to an approved plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from .conftest import Visitor

TITLE = "検査装置の取付板（合成）"
WHY = "日程に余裕があり、実績のある工程が多い"


def letter(due: date) -> str:
    """Return an inquiry as it comes by mail: everything is said but how many."""
    return (
        f"件名: {TITLE}\n\n"
        "A5052 の取付板、外形 120×80×15mm。フライス加工、バリ取り、白アルマイト。\n"
        "要所の公差は±0.02でお願いします。\n"
        f"希望納期 {due.year}年{due.month}月{due.day}日、納入先 長野県諏訪市。\n"
        "担当: 青葉精機（架空） 小池"
    )


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
    late.get_by_role("link").click()
    who.sees("遅れの手だて")


def test_an_inquiry_becomes_an_order_in_the_approved_plan(visitor: Callable[..., Visitor]) -> None:
    who = visitor("coordinator")
    read_and_ask(who)
    choose(who)
    book(who)
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


def read_and_ask(who: Visitor) -> None:
    """Paste the letter, look at what was read, and answer what it leaves open."""
    due = datetime.now().astimezone().date() + timedelta(days=60)
    who.open("/inquiries/")
    who.follow("新しい引合を入れる")
    who.fill("引合の文章", letter(due))
    who.press("読み取る")
    who.sees("読み取った要件", "数量が書かれていません", "どの寸法に掛かる公差", "質問が 2件 残っています")
    marked = who.page.locator("mark").all_inner_texts()
    for words in ("A5052", "120×80×15mm", "フライス加工", "白アルマイト", "±0.02", "長野県諏訪市"):
        assert any(one.startswith(words) for one in marked), (words, marked)
    # From the value to the words that it was read from.
    row = who.page.locator("li", has=who.page.locator(".name", has_text=re.compile("^材質$")))
    assert "A5052" in row.inner_text()
    link = row.get_by_role("link").first
    assert who.page.locator(str(link.get_attribute("href"))).inner_text().startswith("A5052")
    who.fill("答え 1", "15")
    who.press("答えを入れる")
    who.sees("質問が 1件 残っています", "15 ±0.02")
    who.fill("答え", "30個")
    who.press("答えを入れる")
    who.sees("答えを要件に反映しました", "聞き返すことはありません", "数量: 30個")


def choose(who: Visitor) -> None:
    """Have teams proposed, compare them and take one, which needs a reason."""
    who.press("チームを提案する")
    who.page.get_by_role("progressbar", name="進み具合").or_(who.page.get_by_text("チームを比べる")).first.wait_for()
    who.sees("チームを比べる")
    table = who.page.get_by_role("table", name="チームの比較")
    teams = table.get_by_role("columnheader").all_inner_texts()
    assert len(teams) >= 3
    for label in ("最安", "最短", "災害に強い"):
        assert any(label in team for team in teams), teams
    for row in ("合計金額", "終わる日", "品質（推定の不良率）", "災害への強さ", "この組合せを選んだ理由"):
        assert table.get_by_role("rowheader", name=row).is_visible()
    assert "円" in table.inner_text()
    who.follow("B を見る")
    who.expected.add(422)
    who.press("チーム B に決める")
    who.sees("チームを比べる")
    who.fill("チーム B に決める理由", WHY)
    who.press("チーム B に決める")
    who.sees("チーム B に決めました", WHY)


def book(who: Visitor) -> None:
    """Put the team into the plan, read what changes, and approve it."""
    who.press("計画に入れる")
    who.sees("変わるのは", "電話する会社", "動く工程")
    assert re.search(r"変わるのは \d+工程・\d+社です", who.text)
    assert TITLE in who.page.locator("h1").inner_text()
    assert "新しくお願い" in who.text
    who.press("を承認して今の計画にする")
    who.sees("を今の計画にしました。電話する会社に連絡してください。", "実行中")
