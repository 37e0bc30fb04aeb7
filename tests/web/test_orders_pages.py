"""The coordinator's pages of orders: what is next, what can be done, and nothing lost when it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kumihimo.interop.japanese_date import read_date
from kumihimo.trade import Role
from kumihimo_web.firms.models import Firm
from kumihimo_web.orders.models import Event, Order, Paper
from kumihimo_web.orders.notices import PAYMENT_DAYS, payment_day

from .booked import book, first
from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .ordered import Pen, issued
from .ordered_pages import day, form_of, send, text

Browser = Callable[[str], Any]
Doing = Callable[[str], Any]
KEY = "0123456789abcdef0123456789abcdef"


def test_an_empty_list_says_what_to_do_next(people: People, browser: Browser) -> None:
    page = text(browser("coordinator").get(reverse("orders")))
    assert "まだ注文がありません" in page
    assert reverse("plans") in page


def test_the_list_finds_by_words_state_and_whose_turn_it_is(people: People, browser: Browser) -> None:
    out, draft = issued(people), Pen(people, step="s1")
    client = browser("coordinator")

    def listed(**asked: str) -> list[str]:
        return re.findall(r'href="/orders/(PO-[\d-]+)/"', text(client.get(reverse("orders"), asked)))

    assert listed() == [draft.ref, out.ref]
    assert listed(state="issued") == [out.ref]
    assert listed(waiting="us") == [draft.ref]
    assert listed(words="s1") == [draft.ref]
    assert listed(firm=OWN_FIRM) == [out.ref]
    assert listed(late="1") == []
    name = Firm._base_manager.get(ref=OWN_FIRM).name
    own = Order._base_manager.filter(firm=OWN_FIRM).order_by("-ref").values_list("ref", flat=True)
    assert listed(words=name) == list(own)
    page = text(client.get(reverse("orders")))
    assert "注文書の到着" in page
    assert "見積を依頼する" in page
    assert "状態を「すべて」に" in text(client.get(reverse("orders"), {"words": "nothing"}))


def test_an_order_tells_who_is_next_with_what(people: People, browser: Browser) -> None:
    pen = Pen(people).ask()
    client = browser("coordinator")
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "企業の番です" in page
    assert "2社中 0社が回答" in page
    pen.quote().quote("rival")
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "こちらの番です" in page
    assert "見積を比べて、発注先を決めます" in page


def test_from_the_request_to_the_payment_by_the_buttons(people: People, browser: Browser) -> None:
    pen, client = Pen(people), browser("coordinator")
    page = text(client.get(reverse("order_do", args=[pen.ref, "send_rfq"])))
    assert "合成F0001製作所" in page
    assert send(client, pen, "send_rfq", {"firms": [OWN_FIRM, RIVAL_FIRM], "answer_by": day(5)}).status_code == 302
    assert pen.state == "rfq_sent"
    pen.quote().quote("rival", price=3_900, days=30)
    page = text(client.get(reverse("order_quotes", args=[pen.ref])))
    assert "40,000円" in page
    assert "いちばん安い" in page
    assert "10日あと" in page
    assert "✓ 発注先" not in page
    assert send(client, pen, "award", {"firm": OWN_FIRM}).status_code == 302
    assert "✓ 発注先" in text(client.get(reverse("order_quotes", args=[pen.ref])))
    assert send(client, pen, "issue", {"action": "check"}).status_code == 200
    answer = _issue(client, pen)
    assert answer.status_code == 302, text(answer)
    pen.accept().ship(6, "N-1").ship(4, "N-2")
    assert send(client, pen, "receive", {"slip": "N-1", "quantity": "6", "on": day(0)}).status_code == 302
    assert send(client, pen, "receive", {"slip": "N-2", "quantity": "４", "on": day(0)}).status_code == 302
    first = {"parcel": "0", "accepted": "6", "rejected": "0", "on": day(0)}
    assert send(client, pen, "inspect", first).status_code == 302
    assert send(client, pen, "inspect", {**first, "accepted": "4"}).status_code == 302
    assert send(client, pen, "close", {}).status_code == 302
    bill = {"number": "B-1", "amount_jpy": "40,000円", "on": day(0)}
    assert send(client, pen, "invoice", bill).status_code == 302
    paid = {"invoice": "B-1", "amount_jpy": "40000", "reference": "T-1", "on": day(0)}
    assert send(client, pen, "pay", paid).status_code == 302
    assert pen.state == "paid"
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "支払まで終わりました" in page
    assert "B-1" in page


def test_while_the_price_is_talked_about_nothing_else_is_offered_first(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("coordinator")
    prices = [{"line": 1, "unit_price_jpy": 4_300}]
    counter = {"firm": OWN_FIRM, "revision": 1, "prices": prices, "words": "材料が上がりました"}
    pen.done("counter", counter, Role.SUPPLIER, "factory")
    page = text(client.get(reverse("order", args=[pen.ref])))
    nearest = page.partition('class="doings"')[2].partition("</section>")[0]
    assert "価格の相談に答える" in nearest
    assert "変更注文を出す" not in nearest
    page = text(client.get(reverse("order_do", args=[pen.ref, "revise"])))
    assert 'value="43000"' in page, "the amount goes with the price that is proposed"
    assert "申し出「材料が上がりました」" in page


def _issue(client: Any, pen: Pen, kind: str = "issue", **changed: str) -> Any:
    """Send the notice as it is proposed, with a reason under everything that wants one."""
    address = reverse("order_do", args=[pen.ref, kind])
    page = text(client.get(address))
    values = dict(re.findall(r'<input type="text" name="(\w+)" value="([^"]*)"', page))
    areas = {name: area.strip() for name, area in re.findall(r'<textarea name="(\w+)"[^>]*>\s*(.*?)</textarea>', page)}
    boxes = dict.fromkeys(re.findall(r'<input type="checkbox" name="(\w+)"[^>]* checked', page), "on")
    signed = dict.fromkeys(re.findall(r'<textarea id="s-[^"]*" name="(sign_[^"]*)"', page), "checked with the buyer")
    sent = {**form_of(page, kind), **values, **areas, **boxes, **signed, "action": kind, **changed}
    return client.post(address, {name: value for name, value in sent.items() if value})


def test_the_notice_is_filled_in_and_judged_with_its_sources(people: People, browser: Browser) -> None:
    pen = Pen(people).ask().quote().award()
    page = text(browser("coordinator").get(reverse("order_do", args=[pen.ref, "issue"])))
    assert "銀行振込" in page
    assert "40000" in page
    assert "判定できません" in page  # nobody has told how large the buyer is
    assert "から施行" in page
    assert "出典" in page


def test_what_needs_a_person_is_not_issued_without_a_signature(people: People, browser: Browser) -> None:
    pen = Pen(people).ask().quote().award()
    client = browser("coordinator")
    address = reverse("order_do", args=[pen.ref, "issue"])
    page = text(client.get(address))
    signed = re.findall(r'name="(sign_[^"]*)"', page)
    assert signed
    answer = _issue(client, pen, **dict.fromkeys(signed, ""))
    assert answer.status_code == 422
    assert "理由を書くと署名になります" in text(answer)
    assert pen.state == "awarded"


def test_an_item_may_stay_open_with_reason_and_day_only(people: People, browser: Browser) -> None:
    pen = Pen(people).ask().quote().award()
    client = browser("coordinator")
    answer = _issue(client, pen, receipt_place="", receipt_place_reason="not decided yet")
    assert answer.status_code == 422
    assert "決める予定日を入れてください" in text(answer)
    assert "not decided yet" in text(answer)
    both = _issue(client, pen, receipt_place_reason="not decided yet", receipt_place_day=day(3))
    assert both.status_code == 422
    assert "どちらか一つ" in text(both)
    missing = _issue(client, pen, receipt_place="")
    assert missing.status_code == 422
    assert "「不可」があります" in text(missing)
    # An open item is amber: it wants a signature of its own.
    opened = {"receipt_place": "", "receipt_place_reason": "not decided yet", "receipt_place_day": day(3)}
    assert _issue(client, pen, **opened).status_code == 422
    rule = "sign_toriteki.notice.receipt_place"
    assert _issue(client, pen, **opened, **{rule: "the site moves"}).status_code == 302
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "未定の事項" in page
    assert "not decided yet" in page


def test_a_counter_proposal_is_answered_by_a_revision_or_upheld(people: People, browser: Browser) -> None:
    pen = issued(people)
    data = {"firm": OWN_FIRM, "revision": 1, "due_on": day(40), "words": "later"}
    pen.done("counter", data, Role.SUPPLIER, "factory")
    client = browser("coordinator")
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "条件の変更を言われています" in page
    assert reverse("order_do", args=[pen.ref, "revise"]) in page
    assert send(client, pen, "uphold", {"reason": "the buyer waits"}).status_code == 302
    assert pen.state == "issued"


def test_a_proposal_stands_in_the_revision_already(people: People, browser: Browser) -> None:
    pen = issued(people)
    data = {"firm": OWN_FIRM, "revision": 1, "due_on": day(40), "prices": [{"line": 1, "unit_price_jpy": 4_500}]}
    pen.done("counter", data, Role.SUPPLIER, "factory")
    talk = {"thread": f"counter-{_version(pen)}", "answer": "agreed"}
    pen.done("answer_negotiation", talk, Role.BUYER)
    client = browser("coordinator")
    answer = _issue(client, pen, kind="revise", reason="as proposed", payment_due=day(70))
    assert answer.status_code == 302, text(answer)
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "45,000円" in page  # price and amount went along
    assert "第2版" in page
    assert pen.state == "issued"


def test_a_price_is_not_cut_without_a_word(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("coordinator")
    cut = {"price_1": "1", "reason": "cheaper", "payment_due": day(70)}
    answer = _issue(client, pen, kind="revise", **cut)
    assert answer.status_code == 422
    assert "協議の記録がありません" in text(answer)
    nothing = _issue(client, pen, kind="revise", **{**cut, "price_1": "0"})
    assert nothing.status_code == 422
    assert pen.state == "issued"


def test_our_own_statement_is_not_ahead_of_the_inspection(people: People, browser: Browser) -> None:
    pen = issued(people).accept().ship().receive()
    pen.inspect(9, 1)
    answer = send(browser("coordinator"), pen, "invoice", {"number": "I-1", "amount_jpy": "36001", "on": day(0)})
    assert answer.status_code == 422
    assert "36,000円です" in text(answer)


def _version(pen: Pen) -> int:
    return Event._base_manager.filter(order__ref=pen.ref).count()


def test_a_declined_order_goes_to_another_firm_with_one_press(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("coordinator")
    pen.done("decline", {"firm": OWN_FIRM, "revision": 1, "reason": "full"}, Role.SUPPLIER, "factory")
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "代わりに頼める企業" in page
    address = reverse("order_replace", args=[pen.ref])
    first = client.post(address, {"firm": RIVAL_FIRM})
    again = client.post(address, {"firm": RIVAL_FIRM})
    assert first["Location"] == again["Location"] != reverse("order", args=[pen.ref])
    assert pen.state == "superseded"
    assert "代わりの注文" in text(client.get(reverse("order", args=[pen.ref])))


def test_while_a_price_is_talked_about_nothing_is_issued(people: People, browser: Browser) -> None:
    pen = Pen(people).ask().quote().award()
    talk = {"firm": OWN_FIRM, "thread": "talk-1", "words": "steel costs more"}
    pen.done("request_negotiation", talk, Role.SUPPLIER, "factory")
    client = browser("coordinator")
    assert "価格の相談に答えます" in text(client.get(reverse("order", args=[pen.ref])))
    answer = _issue(client, pen)
    assert answer.status_code == 422
    assert pen.state == "awarded"
    refused = {"thread": "talk-1", "answer": "refused"}
    assert send(client, pen, "answer_negotiation", refused).status_code == 422
    assert send(client, pen, "answer_negotiation", {**refused, "reason": "agreed in May"}).status_code == 302
    assert _issue(client, pen).status_code == 302


def test_a_press_twice_does_it_once(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("coordinator")
    address = reverse("order_do", args=[pen.ref, "hold"])
    sent = {**form_of(text(client.get(address)), "hold"), "reason": "wait"}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302
    assert Event._base_manager.filter(order__ref=pen.ref, kind="hold").count() == 1


def test_whoever_is_late_loses_nothing(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("coordinator")
    address = reverse("order_do", args=[pen.ref, "hold"])
    sent = {**form_of(text(client.get(address)), "hold"), "reason": "my long reason"}
    pen.accept()
    answer = client.post(address, sent)
    assert answer.status_code == 409
    page = text(answer)
    assert "my long reason" in page
    again = {**form_of(page, "hold"), "reason": "my long reason"}
    assert int(again["version"]) > int(sent["version"])
    assert client.post(address, again).status_code == 302
    assert pen.state == "on_hold"


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("receive", {"slip": "N-1", "quantity": "たくさん", "on": day(0)}, "以上の整数"),
        ("receive", {"slip": "N-1", "quantity": "11", "on": day(0)}, "超えます"),
        ("receive", {"slip": "N-1", "quantity": "1", "on": "きのう"}, "日付として読めません"),
        ("receive", {"slip": "N-1", "quantity": "1", "on": "2099-01-01"}, "まだ来ていない日"),
        ("receive", {"slip": "N-1", "quantity": "1", "on": "1900-01-01"}, "2000年より前"),
        ("receive", {"slip": "-", "quantity": "1", "on": day(0)}, "納品書の番号を入れて"),
        ("report_loss", {"parcel": "7", "quantity": "1", "reason": "?"}, "候補"),
        ("hold", {"reason": ""}, "必須"),
        ("hold", {"reason": "あ" * 3000}, "文字"),
    ],
    ids=[
        "no number",
        "too many",
        "no day",
        "to come",
        "long ago",
        "no slip",
        "no such parcel",
        "no reason",
        "too long",
    ],
)
def test_bad_input_is_told_at_its_field(
    people: People, browser: Browser, kind: str, data: dict[str, str], said: str
) -> None:
    pen = issued(people).accept().ship()
    answer = send(browser("coordinator"), pen, kind, data)
    assert answer.status_code == 422
    page = text(answer)
    assert 'aria-invalid="true"' in page
    if said not in ("必須", "文字", "候補"):
        assert said in page
    for value in data.values():
        assert value[:2000] in page


def test_goods_that_nobody_has_looked_at_stay_among_the_first_things(people: People, browser: Browser) -> None:
    pen = issued(people).accept().ship().receive().inspect(4, 5)
    back = {"slip": "N-1", "line": 1, "quantity": 5, "reason": "scratch", "payer": "supplier", "on": day(0)}
    client = browser("coordinator")

    def first_things() -> str:
        page = text(client.get(reverse("order", args=[pen.ref])))
        return page[page.index('class="doings"') : page.index("facts head")]

    inspect = reverse("order_do", args=[pen.ref, "inspect"])
    assert inspect in first_things()
    verdicts = {"verdicts": [{"rule": "r", "colour": "green"}]}
    pen.done("return", {**back, **verdicts}, Role.INSPECTOR)
    assert pen.state == "returned"
    assert Order._base_manager.get(ref=pen.ref).waits_for == "us"
    assert inspect in first_things()
    assert "受け取った品を検収します。" in text(client.get(reverse("order", args=[pen.ref])))
    pen.inspect(1)
    assert inspect not in first_things()


def test_documents_come_by_themselves_while_they_are_made(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("coordinator")
    page = text(client.get(reverse("order", args=[pen.ref])))
    section = page[page.index('id="papers"') :]
    assert "作成中です" in section
    assert f'hx-get="{reverse("order", args=[pen.ref])}" hx-trigger="every 3s"' in section[:200]
    Paper._base_manager.filter(order__ref=pen.ref).update(made_at=timezone.now(), pdf=b"%PDF-1.7")
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "hx-trigger" not in page[page.index('id="papers"') :], "nothing is asked for any more"


def test_whether_it_is_inspected_and_until_when_is_not_ticked_off_beforehand(people: People, browser: Browser) -> None:
    pen = Pen(people).ask().quote(days=20).award()
    page = text(browser("coordinator").get(reverse("order_do", args=[pen.ref, "issue"])))
    tick = re.search(r'<input type="checkbox" name="inspection_by_none"[^>]*>', page)
    assert tick is not None
    assert "checked" not in tick[0]
    shown = re.search(r'name="inspection_by" value="([^"]*)"', page)
    assert shown is not None
    receipt, inspected = pen.today + timedelta(days=20), read_date(shown[1])
    assert receipt <= inspected <= receipt + timedelta(days=10)
    wrong = send(browser("coordinator"), pen, "issue", {"action": "issue", "inspection_by": day(19)})
    assert "検査を終える日" in text(wrong)


def test_a_bank_holiday_is_never_proposed_as_the_day_of_payment() -> None:
    for n in range(800):
        due = date(2026, 11, 1) + timedelta(days=n)
        paid = payment_day(due)
        assert due < paid <= due + timedelta(days=PAYMENT_DAYS)
        assert paid.weekday() < 5
        assert (paid.month, paid.day) not in {(12, 31), (1, 1), (1, 2), (1, 3), (5, 3), (11, 23)}
    assert payment_day(date(2026, 12, 4)) == date(2026, 12, 30), "3 January is a Sunday, the banks open on the 4th"


def test_a_revision_shown_again_shows_the_amount_that_follows_from_its_lines(people: People, browser: Browser) -> None:
    pen, client = issued(people).accept(), browser("coordinator")
    address = reverse("order_do", args=[pen.ref, "revise"])
    page = text(client.get(address))
    fields = dict(re.findall(r'<input type="(?:text|hidden)" name="([^"]+)" value="([^"]*)"', page))
    sent = {**fields, "quantity_1": "12", "price_1": "4000", "reason": "", "action": "revise"}
    answer = client.post(address, sent)
    assert answer.status_code == 422
    again = dict(re.findall(r'<input type="(?:text|hidden)" name="([^"]+)" value="([^"]*)"', text(answer)))
    assert (fields["amount"], again["amount"]) == ("40000", "48000")
    once_more = text(client.post(address, {**again, "quantity_1": "13", "price_1": "4000", "action": "revise"}))
    assert 'name="amount" value="52000"' in once_more, "it still follows the lines"
    by_hand = text(client.post(address, {**again, "amount": "47000", "action": "revise"}))
    assert 'name="amount" value="47000"' in by_hand, "what was typed is kept"


def test_a_name_of_a_thousand_letters_is_refused_with_its_limit(people: People, browser: Browser) -> None:
    pen, client = issued(people).accept(), browser("coordinator")
    told = {"quantity": "1", "slip": "N" * 1000, "on": day(0), "said": "the boss called"}
    answer = send(client, pen, "ship", told)
    assert answer.status_code == 422
    assert "120字以内で入力してください（1000字あります）" in text(answer)
    item = {"slip": "N" * 121, "on": day(0), "firm": OWN_FIRM, "items": [{"line": 1, "quantity": 1}]}
    decision = pen.give("ship", item, Role.SUPPLIER, "factory")
    assert (decision.code, "120字以内" in decision.ja) == ("data", True)


def test_a_command_that_is_not_possible_now_is_not_offered(people: People, browser: Browser) -> None:
    pen, client = Pen(people), browser("coordinator")
    led = client.get(reverse("order_do", args=[pen.ref, "pay"]))
    assert (led.status_code, led["Location"]) == (302, reverse("order", args=[pen.ref]))
    page = text(client.get(led["Location"]))
    assert "今の状態は「下書き」なので、支払はできません" in page
    assert "今すること: 見積を頼む企業を選ぶか、発注先を決めます。" in page
    assert client.get(reverse("order_do", args=[pen.ref, "draft"])).status_code == 404
    assert client.get(reverse("order_do", args=["PO-2026-424242", "pay"])).status_code == 404
    answer = client.post(reverse("order_do", args=[pen.ref, "pay"]), {"amount_jpy": "1"}, follow=True)
    assert "「下書き」なので" in text(answer)


def test_an_amount_above_the_limit_waits_for_another_person(people: People, browser: Browser) -> None:
    pen, client = Pen(people).ask().quote(price=90_000), browser("coordinator")
    answer = send(client, pen, "award", {"firm": OWN_FIRM})
    assert answer.status_code == 422
    assert "承認者1名" in text(answer)
    assert send(browser("administrator"), pen, "approve", {"subject": "order", "firm": OWN_FIRM}).status_code == 302
    assert send(client, pen, "award", {"firm": OWN_FIRM}).status_code == 302


def test_the_work_order_tells_who_waits_for_whom(people: People, browser: Browser) -> None:
    first, second = issued(people), Pen(people, step="s1")
    client = browser("coordinator")
    page = text(client.get(reverse("work_order", args=["W-1"])))
    assert page.index("フライス0") < page.index("フライス1")
    assert "待っている前の工程: フライス0" in " ".join(page.split())
    assert reverse("order", args=[second.ref]) in page
    first.accept().ship(3)
    assert "前の工程から 3個" in text(client.get(reverse("work_order", args=["W-1"])))


def test_the_buyer_sees_steps_and_neither_firms_nor_prices(people: People, browser: Browser) -> None:
    issued(people).accept().ship(4)
    page = text(browser("buyer").get(reverse("order_milestones", args=["W-1"])))
    assert "フライス0" in page
    assert "出荷 4 / 10" in page
    for hidden in (OWN_FIRM, RIVAL_FIRM, "製作所", "4,000", "40,000", "PO-"):
        assert hidden not in page


def test_the_daily_list_proposes_one_action_each(people: People, browser: Browser) -> None:
    client = browser("coordinator")
    assert "今日、催促することはありません" in text(client.get(reverse("chasing")))
    assert client.post(reverse("chasing_send"), {"partner": "F-none"}).status_code == 404
    again = client.post(reverse("chasing_done"), {"key": "gone", "said": "x"}, follow=True)
    assert "もう記録されています" in text(again)


def test_supplied_material_balances_and_cannot_run_short(people: People, browser: Browser) -> None:
    client, address = browser("coordinator"), reverse("materials")
    assert "支給した材料はまだありません" in text(client.get(address))
    move = {"kind": "issue", "firm": OWN_FIRM, "material": "A5052", "lot": "L1", "quantity": "100", "unit": "mm"}
    move |= {"on": day(0), "charge": "free", "key": KEY}
    assert "当てはまる企業がありません" in text(client.post(address, {**move, "firm": "どこにもない"}))
    name = Firm._base_manager.get(ref=OWN_FIRM).name
    assert client.post(address, {**move, "firm": name}).status_code == 302
    assert client.post(address, move).status_code == 302  # pressed twice
    page = text(client.get(address))
    assert page.count("A5052") == 1
    assert "100 mm" in page
    used = client.post(address, {**move, "kind": "consume", "quantity": "101", "key": ""})
    assert used.status_code == 422
    assert 'value="101"' in text(used)
    sold = client.post(address, {**move, "charge": "paid", "lot": "L2", "key": ""})
    assert "単価を入力してください" in text(sold)
    unknown = client.post(address, {**move, "order": "PO-9999", "key": ""})
    assert "「PO-9999」という注文はありません" in text(unknown)
    endless = client.post(address, {**move, "material": "A" * 1000, "lot": "L" * 81, "key": ""})
    assert endless.status_code == 422
    assert "120字以内で入力してください（1000字あります）" in text(endless)
    assert "80字以内で入力してください（81字あります）" in text(endless)
    handed = client.post(address, {**move, "kind": "transfer", "to_firm": OWN_FIRM, "key": ""})
    assert "渡した先の企業" in text(handed)


def test_a_message_before_its_turn_can_be_set_aside(people: People, browser: Browser, as_user: Doing) -> None:
    pen, client = Pen(people), browser("coordinator")
    data = {"firm": OWN_FIRM, "slip": "N-1", "on": day(0), "items": [{"line": 1, "quantity": 1}]}
    with as_user("coordinator"):
        from kumihimo.trade import Evidence, EvidenceKind
        from kumihimo_web.orders import queries

        proof = Evidence(kind=EvidenceKind.IMAGE, sha256="0" * 64)
        assert pen.give("ship", data, Role.CLERK, evidence=(proof,)).outcome == "parked"
        waiting = queries.parked(pen.ref).get()
    page = text(client.get(reverse("order", args=[pen.ref])))
    assert "順番待ちの連絡" in page
    address = reverse("order_aside", args=[waiting.pk])
    assert "取り下げていません" in text(client.post(address, {"reason": " "}, follow=True))
    assert "取り下げました" in text(client.post(address, {"reason": "wrong order"}, follow=True))
    assert client.post(address, {"reason": "again"}).status_code == 404


def test_the_plan_becomes_orders_with_one_press(people: People, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        first(book(people))
    client, buyer = browser("coordinator"), browser("buyer")
    milestones = reverse("order_milestones", args=["W-1"])
    assert milestones in text(buyer.get(reverse("order_status", args=["W-1"])))
    assert "まだ注文が出ていません" in text(buyer.get(milestones))
    assert buyer.get(reverse("order_milestones", args=["W-3"])).status_code == 404
    confirm = reverse("work_order_confirm", args=["W-1"])
    assert confirm in text(client.get(reverse("plan_current_order", args=["W-1"]), follow=True))
    page = text(client.post(confirm, follow=True))
    assert "工程ごとの注文（下書き）を作りました" in page
    orders = re.findall(r'href="/orders/(PO-[\d-]+)/"', page)
    assert len(orders) == 2
    assert re.findall(r'href="/orders/(PO-[\d-]+)/"', text(client.post(confirm, follow=True))) == orders
    assert "フライス0" in text(buyer.get(milestones))
    lost = client.post(reverse("work_order_confirm", args=["W-none"]), follow=True)
    assert "今の計画に入っていない" in text(lost)


def test_an_order_leads_to_what_came_in_and_went_out_for_it(people: People, browser: Browser) -> None:
    pen, client = issued(people), browser("coordinator")
    page = text(client.get(reverse("order", args=[pen.ref])))
    for address in (f"{reverse('inbox')}?order={pen.ref}", f"{reverse('messages')}?words={pen.ref}"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
