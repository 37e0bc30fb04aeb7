"""A buyer has one window on its own work, and on nothing of anybody else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .conftest import Visitor

pytestmark = pytest.mark.any_database


def names(who: Visitor, path: str, selector: str) -> set[str]:
    """Return the names that a coordinator reads on a page."""
    who.open(path)
    return {text.strip() for text in who.page.locator(selector).all_inner_texts()}


def test_a_buyer_reads_the_state_of_its_orders_and_no_name_or_price_of_a_firm(visitor: Callable[..., Visitor]) -> None:
    desk = visitor("coordinator")
    firms = names(desk, "/firms/", "tbody th a")
    buyer_name = "（架空）"
    desk.open("/status/")
    foreign = desk.page.locator("ul.status small").all_inner_texts()

    who = visitor("buyer")
    who.open("/")
    who.sees("案件の状況", "お問い合わせは", "納期見込み", "工程のうち")
    own = who.page.locator("ul.status h2 small").all_inner_texts()
    assert own
    assert not {one for one in foreign if one not in own} & set(own)
    assert buyer_name in who.page.locator("header").inner_text()
    pages = ["/", "/inquiries/", "/account/settings/"]
    who.page.locator("ul.status h2 a").first.click()
    who.sees("進み具合", "お届けの見込み")
    pages.append(who.page.url.removeprefix(who.address))
    assert re.search(r"\d+月\d+日", who.text)
    for path in pages:
        who.open(path)
        html = who.page.content()
        assert not [firm for firm in firms if firm in html], path
        assert not re.search(r"[\d,]+\s*円", who.text), path


def test_other_people_s_pages_are_closed_to_a_buyer(visitor: Callable[..., Visitor]) -> None:
    desk = visitor("coordinator")
    desk.open("/inquiries/")
    inquiry = desk.page.locator("tbody th a").first.get_attribute("href")
    desk.open("/firms/")
    firm = desk.page.locator("tbody th a").first.get_attribute("href")
    who = visitor("buyer")
    who.open("/")
    own = who.page.locator("ul.status h2 small").all_inner_texts()
    desk.open("/plans/")
    other = next(one for one in desk.page.locator("tbody th small").all_inner_texts() if one not in own)
    who.expected |= {403, 404}
    for path in ("/plans/", "/desk/", "/firms/", "/emergency/", "/audit/", "/account/people/", firm, inquiry):
        who.open(str(path))
        assert re.search("このページは開けません|ページがありません", who.text), path
    who.open(f"/status/{other}/")
    who.sees("ページがありません")


def test_a_buyer_files_an_inquiry_and_the_coordinator_has_it(visitor: Callable[..., Visitor]) -> None:
    title = "搬送ローラーの試作（合成）"
    who = visitor("buyer")
    who.open("/inquiries/")
    who.follow("新しい引合を入れる")
    who.fill(
        "引合の文章",
        f"件名: {title}\n\nS45C のローラー、外径 40、長さ 200。NC旋盤加工。数量 12本。納入先 長野県松本市。",
    )
    who.press("読み取る")
    who.sees(title, "このように理解しました", "S45C", "12")
    assert "チーム" not in who.text
    desk = visitor("coordinator")
    desk.open("/inquiries/")
    desk.sees(title, "株式会社紬槌アセンブリ（架空）")
