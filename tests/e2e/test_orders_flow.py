"""One order from the plan to the payment: asked in three ways, answered on screen, by FAX and in Excel, and delivered.

What the firms send back is made from the papers that the program made; all of it is synthetic.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
import openpyxl
import pypdf

from kumihimo.interop.reply_sheet import NAME_HEAD
from kumihimo.paper.layout import FormKind
from kumihimo.paper.reply_forms import current_form
from kumihimo.simulate.fax import Level, fax
from kumihimo.simulate.handwriting import blank_sheet
from kumihimo.simulate.replies import Reply, mark_sheet

from .conftest import PHONE, Visitor

WORKER_S = 120
"""The worker sets papers and reads what came within seconds; a busy machine takes longer."""
WEB, FAX, EXCEL = 1_800, 1_950, 2_040
"""Yen a piece: what the firm says on its phone, what another marks on paper, what a third writes into the sheet."""
BASIS = "いちばん安く、計画の担当企業でもある"
OPEN = "納入先の工場が移転中"


def test_an_order_goes_from_the_plan_to_the_payment(visitor: Callable[..., Visitor]) -> None:
    desk, factory = visitor("coordinator"), visitor("factory", PHONE)
    factory.open("/firms/own/")
    own = factory.page.url.rstrip("/").rpartition("/")[2]
    ref, quantity = drafted(desk, own)
    firms = asked(desk, ref, own)
    quoted(desk, factory, ref, firms, ready=today() + timedelta(days=30))
    awarded(desk, ref, firms[own], quantity)
    issued(desk, ref, firms[own], quantity * WEB)
    accepted_by_fax(desk, ref, own, firms[own])
    delivered(desk, factory, ref, quantity)
    paid(desk, factory, ref, quantity * WEB)


# The stations


def drafted(desk: Visitor, own: str) -> tuple[str, int]:
    """Confirm an order of the plan in which a firm works; return its order and how many pieces that asks for."""
    desk.open("/plans/")
    source = str(desk.page.locator("[data-island=plan_gantt]").first.get_attribute("data-src"))
    planned = bars(desk, source)
    order, firm_name = last_of(planned, own)
    desk.open(f"/plans/{planned['number']}/orders/{order}/")
    desk.press("工程ごとの注文を作る")
    desk.sees("工程ごとの注文（下書き）を作りました。", "見積を頼む企業を選ぶか、発注先を決めます。")
    step = desk.page.locator("ol.flow > li", has_text=firm_name).last
    assert "下書き" in step.inner_text()
    step.get_by_role("link", name="を開く").click()
    desk.sees("こちらの番です", "下書き", firm_name)
    found = re.search(r"数量\s*([\d,]+)個", desk.text)
    assert found is not None, desk.text
    return re.search(r"PO-\d+-\d+", desk.page.url)[0], int(found[1].replace(",", ""))  # type: ignore[index]


def bars(desk: Visitor, source: str) -> dict[str, Any]:
    """Return the bars of the plan that the chart draws."""
    answer = desk.page.request.get(desk.address + source)
    assert answer.ok
    return {**answer.json(), "number": re.search(r"\d+", source)[0]}  # type: ignore[index]


def last_of(planned: dict[str, Any], own: str) -> tuple[str, str]:
    """Return the order on which a firm works last, so that nobody has begun it, and the name of the firm."""
    machines, orders, at = planned["machines"], planned["orders"], planned["bars"]
    found = [
        (start, orders[order]["id"], machines[machine]["firm_name"])
        for start, order, machine in zip(at["start"], at["order"], at["machine"], strict=True)
        if machines[machine]["firm"] == own and pieces(orders[order]["title"]) in range(6, 200)
    ]
    _start, order, name = max(found)
    return order, name


def pieces(title: str) -> int:
    """Return how many a title says: フランジ S45C 20個."""
    found = re.search(r"(\d+)個", title)
    return int(found[1]) if found else 0


def asked(desk: Visitor, ref: str, own: str) -> dict[str, str]:
    """Ask the firm of the plan and two others; return their names."""
    desk.follow("見積を依頼する")
    ticks = desk.page.locator("label.tick", has=desk.page.locator("input[name=firms]"))
    names = {
        str(ticks.nth(n).locator("input").get_attribute("value")): ticks.nth(n).text_content().strip()
        for n in range(ticks.count())
    }
    assert own in names
    firms = {firm: names[firm] for firm in [own, *(one for one in names if one != own)][:3]}
    for firm in firms:
        desk.page.locator(f"input[name=firms][value={firm}]").check()
    desk.press("見積を依頼する")
    desk.sees("企業の番です", "3社中 0社が回答", "見積依頼中")
    assert desk.text.count("返事待ち") >= 3
    return firms


def quoted(desk: Visitor, factory: Visitor, ref: str, firms: dict[str, str], *, ready: date) -> None:
    """Let three firms quote: on a phone, by FAX, in Excel."""
    _own, by_fax, by_excel = firms
    factory.open("/orders/own/")
    factory.page.locator("ul.own-list a", has_text=ref).click()
    factory.sees("見積依頼中", "見積の返事")
    for other in (by_fax, by_excel):
        assert firms[other] not in factory.text
    factory.fill("単価", f"{WEB:,}円")
    factory.fill("出せる日", ready.isoformat())
    factory.press("この条件で受ける")
    factory.sees("調整機関に届きました", "見積を出しています", f"{WEB:,}円")

    made = papers(desk, ref, "見積依頼書", 3)
    sent = {firm: next(links for text, links in made if name.replace(" ", "") in text) for firm, name in firms.items()}
    later = ready + timedelta(days=3)
    chosen = {"answer": "unit_price", "month": str(later.month), "day": str(later.day)}
    chosen |= {f"price.{10**place}": digit for place, digit in enumerate(reversed(str(FAX)))}
    came_in(desk, ref, by_fax, "rfq.tif", faxed(sent[by_fax][0], FormKind.QUOTATION, chosen))
    desk.sees("返信用紙", "注文に反映しました", f"{FAX:,}")
    answer = {"answer": "見積します", "price_1": EXCEL, "due_on": ready - timedelta(days=2)}
    came_in(desk, ref, by_excel, "rfq.xlsx", filled(sent[by_excel][1], answer))
    desk.sees("Excelの回答", "注文に反映しました", f"{EXCEL:,}")


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


def accepted_by_fax(desk: Visitor, ref: str, own: str, name: str) -> None:
    """Let the firm mark the form behind the order, and send it by FAX."""
    ((_text, (pdf, _sheet)),) = papers(desk, ref, "注文書", 1)
    came_in(desk, ref, own, "order.tif", faxed(pdf, FormKind.ACKNOWLEDGEMENT, {"answer": "accept"}))
    desk.sees("返信用紙", "注文に反映しました", "自動")
    desk.open(f"/orders/{ref}/")
    desk.sees("受注承諾", "企業の番です", f"{name}からの出荷を待っています")


def delivered(desk: Visitor, factory: Visitor, ref: str, quantity: int) -> None:
    """Ship in two parts; receive and inspect each."""
    first = quantity // 2
    shipped(factory, ref, first, "N-1")
    desk.open(f"/orders/{ref}/")
    desk.sees("出荷済み", "こちらの番です", "届いたら受領を記録します")
    taken_in(desk, first)
    desk.sees("検収済み", "企業の番です", "残りの出荷を待っています", f"{first * WEB:,}円")
    shipped(factory, ref, quantity - first, "N-2")
    desk.open(f"/orders/{ref}/")
    desk.sees("こちらの番です")
    taken_in(desk, quantity - first)
    desk.sees("こちらの番です", "すべて検収しました。完納にします。")
    desk.press("完納にする")
    desk.sees("完納", "企業の番です", "請求書を待っています")


def shipped(factory: Visitor, ref: str, quantity: int, slip: str) -> None:
    """Say on the phone that goods have left."""
    factory.open(f"/orders/own/{ref}/")
    card = opened(factory, "出荷を知らせる")
    card.get_by_label("出荷した数").fill(str(quantity))
    card.get_by_label("納品書の番号").fill(slip)
    card.get_by_role("button", name="出荷を知らせる").click()
    factory.sees("調整機関に届きました", slip)


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


def paid(desk: Visitor, factory: Visitor, ref: str, amount_jpy: int) -> None:
    """Let the firm invoice what passed, and pay it."""
    factory.open(f"/orders/own/{ref}/")
    card = opened(factory, "請求を知らせる")
    card.get_by_label("請求書の番号").fill("B-2026-1")
    assert card.get_by_label("金額").input_value() == str(amount_jpy)
    card.get_by_role("button", name="請求を知らせる").click()
    factory.sees("調整機関に届きました", "請求済み")
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
    factory.page.reload()
    factory.sees("支払済み", f"{amount_jpy:,}円")


# What goes to and fro


def today() -> date:
    """Return the day of the test."""
    return datetime.now().astimezone().date()


def opened(who: Visitor, label: str) -> Any:
    """Open the part of a page that does something, and return it."""
    card = who.page.locator("details.doing", has=who.page.locator("summary", has_text=label)).first
    if card.get_attribute("open") is None:
        card.locator("summary").click()
    return card


def has(links: Any, count: int) -> bool:
    """Return whether so many links are on the page."""
    return bool(links.count() == count)


def until(who: Visitor, found: Callable[[], bool]) -> None:
    """Open a page again until the worker has done its part."""
    deadline = time.monotonic() + WORKER_S
    while not found():
        assert time.monotonic() < deadline, who.text
        who.page.reload()


def papers(desk: Visitor, ref: str, kind: str, count: int) -> list[tuple[str, tuple[bytes, bytes]]]:
    """Return (words, (PDF, answer sheet)) of the papers of a kind, when the worker has made them."""
    desk.open(f"/orders/{ref}/")
    links = desk.page.locator("ul.papers a[href$='.pdf']", has_text=kind)
    until(desk, partial(has, links, count))
    found = []
    for n in range(count):
        address = str(links.nth(n).get_attribute("href"))
        pdf = file(desk, address)
        words = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
        found.append(("".join(words.split()), (pdf, file(desk, address.replace(".pdf", ".xlsx")))))
    return found


def file(desk: Visitor, address: str) -> bytes:
    """Return a file that a page links to."""
    answer = desk.page.request.get(desk.address + address)
    assert answer.ok, address
    return bytes(answer.body())


def faxed(pdf: bytes, kind: FormKind, chosen: dict[str, str]) -> bytes:
    """Return the form behind a paper as a firm marks and faxes it."""
    out, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_page(pypdf.PdfReader(io.BytesIO(pdf)).pages[-1])
    writer.write(out)
    rng = np.random.default_rng(11)
    sheet = mark_sheet(blank_sheet(out.getvalue()), current_form(kind).layout, Reply(chosen=chosen), rng)
    return fax(sheet, Level.L1, rng)


def filled(sheet: bytes, values: dict[str, Any]) -> bytes:
    """Return an answer sheet as a firm fills it in."""
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    for name, value in values.items():
        title, _, place = book.defined_names[NAME_HEAD + name].attr_text.rpartition("!")
        book[title.strip("'")][place.replace("$", "")] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def came_in(desk: Visitor, ref: str, firm: str, name: str, content: bytes) -> None:
    """Put what a firm sent into the inbox, wait until it was read, and open it."""
    rows = desk.page.locator("#rows tbody tr")
    desk.open(f"/inbox/?order={ref}")
    before = rows.count()
    desk.open("/inbox/upload/")
    sent = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    desk.page.get_by_label("ファイル").set_input_files([sent])
    desk.fill("送り主の企業", firm)
    desk.press("取り込む")
    desk.sees("1ファイルを受け取りました")
    desk.open(f"/inbox/?order={ref}")
    until(desk, lambda: rows.count() > before)
    rows.first.get_by_role("link").click()
