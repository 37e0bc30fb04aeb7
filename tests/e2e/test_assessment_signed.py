"""An assessment from the empty sheet to the published page: scores, a photograph, a signature, the firm's reply."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from .conftest import PASSWORD, PHONE, Visitor

FINDING = "合成データ: 測定室の温度管理と校正の記録を現場で確かめた。"
REPLY = "校正は年1回から半年ごとに改めました。"


def test_an_assessor_signs_the_firm_replies_and_it_is_published(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    factory = visitor("factory", PHONE)
    factory.open("/firms/own/")
    firm = factory.page.url.rstrip("/").rpartition("/")[2]

    who = visitor("assessor")
    begin(who, firm)
    picture = tmp_path / "calibration.jpg"
    # With the caret as it is: to hide it, the browser driver would break our content policy.
    who.page.screenshot(path=picture, type="jpeg", caret="initial")
    score(who, picture)
    ref = sign(who)

    factory.open("/assessments/")
    factory.follow(f"確かめて答える {ref}")
    factory.sees("公開の前に、確かめてください", FINDING, "calibration.jpg")
    factory.page.get_by_label("意見").first.fill(REPLY)
    factory.press("意見を付けて公開する")
    factory.sees("企業の意見", REPLY)

    desk = visitor("coordinator")
    desk.open(f"/assessments/{ref}/?check")
    desk.sees("公開", REPLY, FINDING, "署名のときから、内容も根拠ファイルも変わっていません。")


def begin(who: Visitor, firm: str) -> None:
    """Begin a sheet about one capability; neutrality has to be declared."""
    who.open("/assessments/")
    who.follow("評価を始める")
    who.fill("名前・カナ・企業ID", firm)
    who.press("探す")
    who.page.locator(f"a[href*='{firm}']").first.click()
    who.page.locator("input[name=capability]").nth(1).check()
    who.page.locator("input[name=is_neutral]").check()
    who.press("評価票を作る")
    who.sees("全体について")


def score(who: Visitor, picture: Path) -> None:
    """Give every item its points; each is saved as it is pressed."""
    items = who.page.locator("article.criterion")
    count = items.count()
    assert count > 3
    for n in range(count):
        items.nth(n).locator("input[type=radio]").nth(4).check()
        items.nth(n).get_by_text("4 点で保存済み").wait_for()
    who.sees(f"{count} 項目のうち {count} 項目を記入済み")
    items.first.locator("input[type=file]").set_input_files(str(picture))
    items.first.get_by_role("button", name="calibration.jpg を消す").wait_for()


def sign(who: Visitor) -> str:
    """Sign; what is missing is said first, and a wrong password seals nothing."""
    who.follow("署名へ進む")
    who.sees("署名の前に、次の")
    who.page.locator("[role=alert] li a").first.click()
    who.page.get_by_label("評価方法").select_option(index=1)
    if (confirms := who.page.get_by_label("登録内容の確認")).count():
        confirms.first.select_option(index=1)
    # Straight on: what was just written is saved before the page is left.
    who.page.get_by_label("所見").fill(FINDING)
    who.follow("署名へ進む")
    who.sees("これから封をする内容のハッシュ", FINDING)
    ref = re.search(r"A-\d{6}", who.text)
    assert ref is not None
    who.expected.add(422)
    who.page.locator("input[name=agreed]").check()
    who.fill("パスワード", "ちがうもの")
    who.press("署名する")
    who.page.locator(".wrong, [role=alert]").first.wait_for()
    who.page.locator("input[name=agreed]").check()
    who.fill("パスワード", PASSWORD)
    who.press("署名する")
    who.sees("公開の前です。企業は")
    return ref.group()
