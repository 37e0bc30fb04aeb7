"""What a coordinator does with an inquiry until it stands in the plan, as several tests need it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from .conftest import Visitor

WHY = "日程に余裕があり、実績のある工程が多い"
WORKER_MS = 120_000
"""The worker proposes and plans within seconds; a busy machine takes longer."""


def letter(title: str, due: date) -> str:
    """Return an inquiry as it comes by mail: everything is said but how many."""
    return (
        f"件名: {title}\n\n"
        "A5052 の取付板、外形 120×80×15mm。フライス加工、バリ取り、白アルマイト。\n"
        "要所の公差は±0.02でお願いします。\n"
        f"希望納期 {due.year}年{due.month}月{due.day}日、納入先 長野県諏訪市。\n"
        "担当: 青葉精機（架空） 小池"
    )


def read_and_ask(who: Visitor, title: str) -> None:
    """Paste the letter, look at what was read, and answer what it leaves open."""
    due = datetime.now().astimezone().date() + timedelta(days=60)
    who.open("/inquiries/")
    who.follow("新しい引合を入れる")
    who.fill("引合の文章", letter(title, due))
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
    who.page.get_by_role("heading", name="チームを比べる").wait_for(timeout=WORKER_MS)
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
    who.sees("理由を書いてください。あとで説明に使います。")
    who.fill("チーム B に決める理由", WHY)
    who.press("チーム B に決める")
    who.sees("チーム B に決めました", WHY)


def book(who: Visitor, title: str) -> None:
    """Put the team into the plan, read what changes, and approve it."""
    who.press("計画に入れる")
    who.page.get_by_role("button", name="を承認して今の計画にする").first.wait_for(timeout=WORKER_MS)
    who.sees("変わるのは", "電話する会社", "動く工程")
    assert re.search(r"変わるのは \d+工程・\d+社です", who.text)
    assert title in who.page.locator("h1").inner_text()
    assert "新しくお願い" in who.text
    who.press("を承認して今の計画にする")
    who.sees("を今の計画にしました。電話する会社に連絡してください。", "実行中")
