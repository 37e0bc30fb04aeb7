"""One order from the inquiry to the payment notice: quoted by link, by FAX and in Excel, accepted by FAX, delivered.

Everything that goes to the firms and comes from them goes through mail servers; what they send back is made from what
they got. All of it is synthetic.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from kumihimo.paper.layout import FormKind

from .conftest import PHONE, Demo, Visitor
from .inquiry_steps import book, choose, read_and_ask
from .partner_mail import (
    FAX_SERVICE,
    WORKER_S,
    PartnerMail,
    always_open,
    faxed,
    file_of,
    filled,
    partner_mail,
    words_of,
)

TITLE = "装置架台の取付板（合成）"
WEB, FAX, EXCEL = 1_800, 1_950, 2_040
"""Yen a piece: what a firm says by the link, what another marks on paper, what a third writes into the sheet."""
BASIS = "いちばん安く、計画の担当企業でもある"
OPEN = "納入先の工場が移転中"


@dataclass(frozen=True)
class Firm:
    """A firm that is asked, and how it is reached: by mail, and by FAX or in Excel."""

    ref: str
    name: str
    mail: str
    fax: str

    @property
    def fax_mail(self) -> str:
        """Address under which the FAX service reaches it, and from which it brings what the firm faxes."""
        return f"{self.fax}@{FAX_SERVICE}"


@pytest.fixture
def post(demo: Demo) -> Iterator[PartnerMail]:
    """Return the mailboxes of the firms; the demo sends and fetches by real mail servers meanwhile."""
    with partner_mail(demo) as found:
        yield found


def test_an_order_goes_from_the_inquiry_to_the_payment_notice(
    demo: Demo, post: PartnerMail, visitor: Callable[..., Visitor]
) -> None:
    desk, phone = visitor("coordinator"), visitor(size=PHONE)
    read_and_ask(desk, TITLE)
    choose(desk)
    book(desk, TITLE)
    ref, own, quantity = drafted(desk)
    firms = candidates(desk, ref, own)
    always_open(demo, [one.ref for one in firms])
    reached(desk, firms)
    asked(desk, ref, firms)
    quoted(desk, phone, post, ref, firms, ready=today() + timedelta(days=30))
    awarded(desk, ref, firms[0].name, quantity)
    issued(desk, ref, firms[0].name, quantity * WEB)
    link = accepted_by_fax(desk, post, ref, firms[0])
    delivered(desk, phone, link, ref, quantity)
    paid(desk, phone, link, ref, quantity * WEB)
    told_of_the_payment(desk, phone, post, ref, firms[0], quantity * WEB)


# The stations


def drafted(desk: Visitor) -> tuple[str, str, int]:
    """Make orders of what was planned; return the first one, the firm of the plan, and how many pieces it asks for."""
    desk.open("/plans/")
    desk.fill("案件・発注元", TITLE)
    desk.press("絞り込む")
    desk.sees("1件")
    desk.follow(TITLE)
    desk.press("工程ごとの注文を作る")
    desk.sees("工程ごとの注文（下書き）を作りました。", "見積を頼む企業を選ぶか、発注先を決めます。")
    step = desk.page.locator("ol.flow > li").first
    assert "下書き" in step.inner_text()
    step.get_by_role("link", name="を開く").click()
    desk.sees("こちらの番です", "下書き")
    own = desk.page.locator("dl.facts.head a[href^='/firms/']").first
    found = re.search(r"数量\s*([\d,]+)個", desk.text)
    assert found is not None, desk.text
    ref = re.search(r"PO-\d+-\d+", desk.page.url)
    assert ref is not None, desk.page.url
    return ref[0], str(own.get_attribute("href")).strip("/").rpartition("/")[2], int(found[1].replace(",", ""))


def candidates(desk: Visitor, ref: str, own: str) -> list[Firm]:
    """Return the firm of the plan and two others that can be asked."""
    desk.open(f"/orders/{ref}/")
    desk.follow("見積を依頼する")
    ticks = desk.page.locator("label.tick", has=desk.page.locator("input[name=firms]"))
    ticks.first.wait_for()
    names = {
        str(ticks.nth(n).locator("input").get_attribute("value")): ticks.nth(n).text_content().strip()
        for n in range(ticks.count())
    }
    assert own in names
    chosen = [own, *(one for one in names if one != own)][:3]
    return [
        Firm(ref=firm, name=names[firm], mail=f"order{n}@partner.example", fax=f"026599000{n}")
        for n, firm in enumerate(chosen, 1)
    ]


def reached(desk: Visitor, firms: list[Firm]) -> None:
    """Say how the firms are reached: the first by mail, the second by FAX, the third in Excel."""
    by_mail, by_fax, by_excel = firms
    for firm, channel, value in (
        (by_mail, "fax", by_mail.fax),
        (by_mail, "mail", by_mail.mail),
        (by_fax, "fax", by_fax.fax),
        (by_excel, "excel", by_excel.mail),
    ):
        desk.open(f"/channels/addresses/of/{firm.ref}/")
        desk.page.get_by_label("連絡手段").select_option(channel)
        desk.fill("番号・アドレス", value)
        desk.page.get_by_role("main").get_by_role("button", name="連絡先を加える").click()
        desk.sees("連絡先を加えました。")
        desk.page.locator("tbody tr", has_text=value).get_by_role("button", name="一番上にする").click()
        desk.sees("連絡先を変えました。")
        assert value in desk.page.locator("tbody tr").first.inner_text()


def asked(desk: Visitor, ref: str, firms: list[Firm]) -> None:
    """Ask the three for a price."""
    desk.open(f"/orders/{ref}/")
    desk.follow("見積を依頼する")
    for firm in firms:
        desk.page.locator(f"input[name=firms][value={firm.ref}]").check()
    desk.press("見積を依頼する")
    desk.sees("企業の番です", "3社中 0社が回答", "見積依頼中")
    assert desk.text.count("返事待ち") >= 3


def quoted(desk: Visitor, phone: Visitor, post: PartnerMail, ref: str, firms: list[Firm], *, ready: date) -> None:
    """Let three firms quote: by the link in its mail on a phone, by FAX, in Excel."""
    by_mail, by_fax, by_excel = firms
    phone.page.goto(link_in(post, by_mail, "見積依頼書", phone))
    phone.sees("見積依頼中", "見積の返事")
    for other in (by_fax, by_excel):
        assert other.name not in phone.text
    phone.fill("単価", f"{WEB:,}円")
    phone.fill("出せる日", ready.isoformat())
    phone.press("この条件で受ける")
    phone.sees("調整機関に届きました", "見積を出しています", f"{WEB:,}円")

    pdf = file_of(post.got(by_fax.fax_mail, "見積依頼書"), ".pdf")
    assert by_fax.name.replace(" ", "") in words_of(pdf)
    later = ready + timedelta(days=3)
    chosen = {"answer": "unit_price", "month": str(later.month), "day": str(later.day)}
    chosen |= {f"price.{10**place}": digit for place, digit in enumerate(reversed(str(FAX)))}
    post.send(by_fax.fax_mail, "FAX受信", "rfq.tif", faxed(pdf, FormKind.QUOTATION, chosen))

    sheet = file_of(post.got(by_excel.mail, "見積依頼書"), ".xlsx")
    answer = {"answer": "見積します", "price_1": EXCEL, "due_on": ready - timedelta(days=2)}
    post.send(by_excel.mail, "Re: 見積依頼書", "rfq.xlsx", filled(sheet, answer))
    came_in(desk, ref, by_fax, "返信用紙", f"{FAX:,}")
    came_in(desk, ref, by_excel, "Excelの回答", f"{EXCEL:,}")


def awarded(desk: Visitor, ref: str, name: str, quantity: int) -> None:
    """Compare the three, and take the cheapest, with the reason."""
    desk.open(f"/orders/{ref}/")
    desk.sees("こちらの番です", "頼んだ企業の返事がそろいました", "見積受領")
    desk.follow("見積を比べる")
    rows = desk.page.locator("table.rows tbody tr")
    assert rows.count() == 3
    for n, (price, more) in enumerate(((WEB, "★ いちばん安い"), (FAX, "5日あと"), (EXCEL, "★ いちばん早い"))):
        row = rows.nth(n).inner_text()
        assert f"{quantity * price:,}円" in row, row
        assert more in row, row
    assert f"+{quantity * (EXCEL - WEB):,}円" in rows.nth(2).inner_text()
    assert name in rows.first.inner_text()
    desk.follow(f"ここに決める {name}")
    desk.fill("決めた理由・根拠", BASIS)
    desk.press("発注先を決める")
    desk.sees("発注先決定", "こちらの番です", f"{name}に発注します", f"{quantity * WEB:,}円", BASIS)


def issued(desk: Visitor, ref: str, name: str, amount_jpy: int) -> None:
    """Look at what the order states, leave one item open, sign what the law says of that, and let it go out."""
    desk.follow("内容を確かめて発注する")
    desk.sees("注文書に書く事項", "法令の確認")
    assert desk.page.get_by_label("代金の額").first.input_value() == str(amount_jpy)
    assert name in desk.page.get_by_label("発注者と受注者の名称").first.input_value()
    place = desk.page.locator("fieldset.item", has=desk.page.locator("[name=receipt_place]"))
    place.locator("[name=receipt_place]").fill("")
    place.locator("summary").click()
    place.get_by_label("未定の理由").fill(OPEN)
    place.get_by_label("決める予定日").fill((today() + timedelta(days=3)).isoformat())
    desk.expected.add(422)
    desk.press("この内容で発注する")
    desk.sees("人の判断が必要な事項があります。", "理由を書くと署名になります")
    signed = desk.page.locator("textarea[name^=sign_]")
    assert signed.count() >= 1
    for n in range(signed.count()):
        signed.nth(n).fill("相手に電話で伝えた")
    desk.press("この内容で発注する")
    desk.sees("発注済み", "企業の番です", f"注文書が{name}に届くのを待っています", "未定の事項", OPEN)


def accepted_by_fax(desk: Visitor, post: PartnerMail, ref: str, firm: Firm) -> str:
    """Let the firm print the order, mark the form behind it, and send that by FAX; return the link in the mail."""
    pdf = file_of(post.got(firm.mail, "注文書"), ".pdf")
    post.send(firm.fax_mail, "FAX受信", "order.tif", faxed(pdf, FormKind.ACKNOWLEDGEMENT, {"answer": "accept"}))
    came_in(desk, ref, firm, "返信用紙", "受注", "自動")
    desk.open(f"/orders/{ref}/")
    desk.sees("受注承諾", "企業の番です", f"{firm.name}からの出荷を待っています")
    link = link_in(post, firm, "注文書", desk)
    # What looks mails through for harm opens the link: that proves nothing.
    assert desk.page.request.get(link).ok
    assert not has_arrived(sent(desk, ref, "注文書"))
    return link


def delivered(desk: Visitor, phone: Visitor, link: str, ref: str, quantity: int) -> None:
    """Ship in two parts; receive and inspect each."""
    phone.page.goto(link)
    phone.sees("受注承諾")
    phone.page.locator("h1").click()
    order = sent(desk, ref, "注文書")
    until(desk, partial(has_arrived, order))
    first = quantity // 2
    shipped(phone, link, first, "N-1")
    desk.open(f"/orders/{ref}/")
    desk.sees("出荷済み", "こちらの番です", "届いたら受領を記録します")
    taken_in(desk, first)
    desk.sees("検収済み", "企業の番です", "残りの出荷を待っています", f"{first * WEB:,}円")
    shipped(phone, link, quantity - first, "N-2")
    desk.open(f"/orders/{ref}/")
    desk.sees("こちらの番です")
    taken_in(desk, quantity - first)
    desk.sees("こちらの番です", "すべて検収しました。完納にします。")
    desk.press("完納にする")
    desk.sees("完納", "企業の番です", "請求書を待っています")


def shipped(phone: Visitor, link: str, quantity: int, slip: str) -> None:
    """Say on the phone that goods have left."""
    phone.page.goto(link)
    card = opened(phone, "出荷を知らせる")
    card.get_by_label("出荷した数").fill(str(quantity))
    card.get_by_label("納品書の番号").fill(slip)
    card.get_by_role("button", name="出荷を知らせる").click()
    phone.sees("調整機関に届きました", slip)


def taken_in(desk: Visitor, quantity: int) -> None:
    """Receive what is under way, as it is proposed, and find all of it good."""
    card = opened(desk, "受領を記録する")
    assert card.get_by_label("受け取った数").input_value() == str(quantity)
    card.get_by_role("button", name="受領を記録する").click()
    desk.sees("受領を記録しました")
    card = opened(desk, "検収する")
    assert card.get_by_label("合格数", exact=False).first.input_value() == str(quantity)
    card.get_by_role("button", name="検収する").click()
    desk.sees("検収を記録しました")


def paid(desk: Visitor, phone: Visitor, link: str, ref: str, amount_jpy: int) -> None:
    """Let the firm invoice what passed, and pay it."""
    phone.page.goto(link)
    card = opened(phone, "請求を知らせる")
    card.get_by_label("請求書の番号").fill("B-2026-1")
    assert card.get_by_label("金額").input_value() == str(amount_jpy)
    card.get_by_role("button", name="請求を知らせる").click()
    phone.sees("調整機関に届きました", "請求済み")
    desk.open(f"/orders/{ref}/")
    desk.sees("請求済み", "こちらの番です", "請求書のとおりに支払います", "B-2026-1")
    card = opened(desk, "支払を記録する")
    assert card.get_by_label("支払った金額").input_value() == str(amount_jpy)
    card.get_by_label("振込の番号").fill("FB-77")
    card.get_by_role("button", name="支払を記録する").click()
    desk.sees("支払まで終わりました。", "終わりました", "FB-77")
    money = desk.page.locator("section", has=desk.page.locator("#h-money")).inner_text()
    assert money.count(f"{amount_jpy:,}円") >= 4, money
    assert "まだ支払っていない分" not in money
    for kind, count in (("納品書", 2), ("検収書", 2), ("支払通知書", 1)):
        links = desk.page.locator("ul.papers a", has_text=kind)
        until(desk, partial(has, links, count))
    phone.page.reload()
    phone.sees("支払済み", f"{amount_jpy:,}円")


def told_of_the_payment(
    desk: Visitor, phone: Visitor, post: PartnerMail, ref: str, firm: Firm, amount_jpy: int
) -> None:
    """See the payment notice where it is kept, where the firm looks, and in the mail that brought it."""
    mail = post.got(firm.mail, "支払通知書")
    words = words_of(file_of(mail, ".pdf"))
    for told in ("支払通知書", firm.name.replace(" ", ""), ref, f"{amount_jpy:,}"):
        assert told in words, words
    kept = desk.page.locator("ul.papers a", has_text="支払通知書").get_attribute("href")
    phone.page.reload()
    seen = phone.page.locator("ul.papers a", has_text="支払通知書").get_attribute("href")
    for who, address in ((desk, kept), (phone, seen)):
        answer = who.page.request.get(who.address + str(address))
        assert bytes(answer.body()) == file_of(mail, ".pdf"), address


# What goes to and fro


def today() -> date:
    """Return the day of the test."""
    return datetime.now().astimezone().date()


def link_in(post: PartnerMail, firm: Firm, words: str, who: Visitor) -> str:
    """Return the link in a mail to a firm; it leads to where the pages are."""
    body = post.got(firm.mail, words).get_body(("plain",))
    assert body is not None
    text = body.get_content()
    found = re.search(r"\S+/answer/\S+", text)
    assert found is not None, text
    assert found[0].startswith(f"{who.address}/answer/"), text
    return found[0]


def opened(who: Visitor, label: str) -> Any:
    """Open the part of a page that does something, and return it."""
    card = who.page.locator("details.doing", has=who.page.locator("summary", has_text=label)).first
    if card.get_attribute("open") is None:
        card.locator("summary").click()
    return card


def has(links: Any, count: int) -> bool:
    """Return whether so many links are on the page."""
    return bool(links.count() == count)


def sent(desk: Visitor, ref: str, words: str) -> Any:
    """Open what was sent for an order; return the line whose subject begins so."""
    desk.open(f"/channels/?words={ref}")
    line = desk.page.locator("tbody tr", has=desk.page.locator("th a", has_text=re.compile(f"^{words}")))
    line.wait_for()
    return line


def has_arrived(line: Any) -> bool:
    """Return whether the page says that a message has arrived."""
    return "届いた" in line.locator("td b").inner_text()


def until(who: Visitor, found: Callable[[], bool]) -> None:
    """Open a page again until the worker has done its part."""
    deadline = time.monotonic() + WORKER_S
    while not found():
        assert time.monotonic() < deadline, who.text
        who.page.reload()


def came_in(desk: Visitor, ref: str, firm: Firm, *words: str) -> None:
    """Wait until what a firm sent about an order was fetched and read, and open it: it has been taken by itself."""
    rows = desk.page.locator("#rows tbody tr", has_text=firm.name)
    desk.open(f"/inbox/?order={ref}")
    until(desk, partial(has, rows, 1))
    rows.first.get_by_role("link").click()
    desk.sees("注文に反映しました", *words)
