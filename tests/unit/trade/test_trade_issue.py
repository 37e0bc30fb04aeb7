"""What an order must state, who must have agreed, and what may not be decided over somebody's head."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from trade_desk import DUE, FIRM, START, Desk, issue, revise

from kumihimo.simulate.orders import notice_data
from kumihimo.trade import ApprovalPolicy, NoticeItem, OrderState, Outcome, Role

DRAWING = {"number": "D-7", "revision": "B", "sha256": "b" * 64}


@pytest.mark.parametrize("item", list(NoticeItem))
def test_every_item_is_stated(item: NoticeItem) -> None:
    desk = Desk().awarded()
    data = issue(100_000)
    del data["notice"][item.value]
    decision = desk.tell("issue", Role.BUYER, data)
    assert (decision.code, item.ja in decision.ja) == ("notice_states_all", True)


def test_open_item_has_a_reason_and_a_day() -> None:
    desk = Desk().awarded()
    data = issue(100_000)
    data["notice"]["receipt_place"] = {"undecided_reason": "納入先を調整中"}
    assert desk.tell("issue", Role.BUYER, data).code == "data"
    data["notice"]["receipt_place"] = {"undecided_reason": "納入先を調整中", "planned_date": "2026-12-10"}
    order = desk.do("issue", Role.BUYER, data)
    entry = next(e for e in order.notice if e.item is NoticeItem.RECEIPT_PLACE)
    assert (entry.is_undecided, entry.planned_date) == (True, date(2026, 12, 10))
    told = {"item": "receipt_place", "value": "第二工場"}
    order = desk.do("settle_notice", Role.BUYER, told)
    assert (order.revision, order.notice[4].value, order.notice[4].is_undecided) == (1, "第二工場", False)
    assert desk.tell("settle_notice", Role.BUYER, {**told, "value": "本社"}).code == "item_is_undecided"


def test_only_conditional_items_may_not_apply() -> None:
    desk = Desk().awarded()
    data = issue(100_000)
    data["notice"]["amount"] = {"not_applicable": True}
    assert desk.tell("issue", Role.BUYER, data).code == "data"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"value": 99_999}},
        {"receipt_on": {"value": "2026-12-24"}},
        {"amount": {"undecided_reason": "検討中", "planned_date": "2026-12-10"}},
        {"receipt_on": {"undecided_reason": "検討中", "planned_date": "2026-12-10"}},
    ],
)
def test_notice_says_what_the_order_says(change: dict[str, Any]) -> None:
    desk = Desk().awarded()
    data = issue(100_000)
    data["notice"] |= change
    assert desk.tell("issue", Role.BUYER, data).code == "notice_agrees"


def test_open_price_is_told_later_by_the_one_who_orders() -> None:
    desk = Desk().draft()
    award = {"firm": FIRM, "basis": "試作のあとに単価を決める"}
    assert desk.tell("award", Role.BUYER, award).code == "amount_approved"
    desk.do("approve", Role.APPROVER, {"subject": "order", "firm": FIRM, "amount_jpy": 200_000, "revision": 0})
    desk.do("award", Role.BUYER, award)
    data = issue(0)
    data["notice"]["amount"] = {"undecided_reason": "試作後に決定", "planned_date": "2026-12-10"}
    desk.do("issue", Role.BUYER, data)
    desk.do("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 1})
    desk.deliver("D1", 100)
    assert desk.now.accepted_jpy == 0
    prices = [{"line": 1, "unit_price_jpy": 1_500}]
    told = {"item": "amount", "value": 150_000}
    assert desk.tell("settle_notice", Role.BUYER, told).code == "prices_of_open_lines"
    assert desk.tell("settle_notice", Role.BUYER, {**told, "value": 1, "prices": prices}).code == "notice_agrees"
    order = desk.do("settle_notice", Role.BUYER, {**told, "prices": prices})
    assert (order.accepted_jpy, order.agreed[0].unit_price_jpy) == (150_000, 1_500)


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        ([], "verdicts_missing"),
        ([{"rule": "r", "colour": "red"}], "verdict_red"),
        ([{"rule": "r", "colour": "red", "signature": {"by": "課長", "reason": "急ぎ"}}], "verdict_red"),
        ([{"rule": "r", "colour": "amber"}], "verdict_unsigned"),
        ([{"rule": "r", "colour": "unknown"}], "verdict_unsigned"),
    ],
)
def test_verdicts_are_there_and_signed_where_they_are_not_green(verdict: list[dict[str, Any]], code: str) -> None:
    desk = Desk().awarded()
    assert desk.tell("issue", Role.BUYER, issue(100_000, verdicts=verdict)).code == code


def test_signed_amber_is_kept_with_its_reason() -> None:
    desk = Desk().awarded()
    signed = [{"rule": "r", "colour": "amber", "signature": {"by": "課長", "reason": "月末締め翌月末払い"}}]
    order = desk.do("issue", Role.BUYER, issue(100_000, verdicts=signed))
    assert (order.verdicts[0].signed_by, order.verdicts[0].reason) == ("課長", "月末締め翌月末払い")


def test_drawing_is_frozen_by_its_hash() -> None:
    desk = Desk().awarded(drawing="D-7", revision="B")
    assert desk.tell("issue", Role.BUYER, issue(100_000)).code == "drawings_frozen"
    wrong = [{**DRAWING, "revision": "A"}]
    assert desk.tell("issue", Role.BUYER, issue(100_000, drawings=wrong)).code == "drawings_frozen"
    order = desk.do("issue", Role.BUYER, issue(100_000, drawings=[DRAWING]))
    assert order.drawings[0].sha256 == "b" * 64


def test_changed_drawing_needs_a_new_revision_letter() -> None:
    desk = Desk().draft(drawing="D-7", revision="B")
    ask = {"recipients": [{"firm": FIRM}], "answer_by": "2026-12-05", "drawings": [DRAWING]}
    desk.do("send_rfq", Role.BUYER, ask)
    more = {**ask, "recipients": [{"firm": "F-SYN-002"}], "drawings": [{**DRAWING, "sha256": "c" * 64}]}
    assert desk.tell("send_rfq", Role.BUYER, more).code == "drawing_changed"
    prices = [{"line": 1, "unit_price_jpy": 1_000}]
    desk.do("quote", Role.SUPPLIER, {"firm": FIRM, "prices": prices, "due_on": "2026-12-25", "on": "2026-12-04"})
    desk.do("award", Role.BUYER, {"firm": FIRM})
    changed = [{**DRAWING, "sha256": "c" * 64}]
    assert desk.tell("issue", Role.BUYER, issue(100_000, drawings=changed)).code == "drawing_changed"
    assert desk.tell("issue", Role.BUYER, issue(100_000, drawings=[DRAWING])).outcome is Outcome.APPLIED


def test_changed_drawing_is_a_revision_of_the_order() -> None:
    desk = Desk().awarded(drawing="D-7", revision="B")
    desk.do("issue", Role.BUYER, issue(100_000, drawings=[DRAWING]))
    desk.do("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 1})
    line = {"no": 1, "item": "ブラケット（合成）", "quantity": 100, "unit": "個", "unit_price_jpy": 1_000}
    data = issue(100_000, drawings=[{**DRAWING, "revision": "C", "sha256": "c" * 64}])
    data |= {"lines": [{**line, "drawing": "D-7", "revision": "C"}], "reason": "穴位置の変更"}
    order = desk.do("revise", Role.BUYER, data)
    assert (order.revision, order.drawings[0].sha256, order.state) == (2, "c" * 64, OrderState.ISSUED)
    assert desk.tell("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 1}).outcome is Outcome.STALE


def test_revision_changes_something() -> None:
    desk = Desk().accepted()
    assert desk.tell("revise", Role.BUYER, revise(100, 1_000)).code == "changes_something"


def test_lines_are_numbered_and_drawings_have_revisions() -> None:
    desk = Desk()
    line = {"no": 1, "item": "x", "quantity": 1, "unit": "個"}
    data = {"work_order": "W", "buyer": "B"}
    assert desk.tell("draft", Role.BUYER, {**data, "lines": [line, line]}).code == "lines_numbered"
    assert desk.tell("draft", Role.BUYER, {**data, "lines": [{**line, "drawing": "D"}]}).code == "drawing_revision"


def test_rfq_goes_to_several_and_each_answers_for_itself() -> None:
    desk = Desk().draft()
    ask = {"recipients": [{"firm": FIRM}, {"firm": "F-SYN-002"}], "answer_by": "2026-12-05"}
    desk.do("send_rfq", Role.BUYER, ask)
    prices = [{"line": 1, "unit_price_jpy": 900}]
    quote = {"prices": prices, "due_on": "2026-12-25", "on": "2026-12-06"}
    assert desk.tell("quote", Role.SUPPLIER, {**quote, "firm": "F-SYN-003"}).code == "firm_was_asked"
    assert desk.tell("quote", Role.SUPPLIER, {**quote, "firm": FIRM, "prices": prices * 2}).code == "prices_every_line"
    order = desk.do("quote", Role.SUPPLIER, {**quote, "firm": FIRM})
    assert order.quotes[0].late
    order = desk.do("decline_rfq", Role.SUPPLIER, {"firm": "F-SYN-002"})
    assert [r.declined for r in order.recipients] == [False, True]
    again = {"recipients": [{"firm": "F-SYN-002"}], "answer_by": "2026-12-08"}
    order = desk.do("send_rfq", Role.BUYER, again)
    assert {r.firm: (r.declined, r.answer_by.day) for r in order.recipients} == {
        FIRM: (False, 5),
        "F-SYN-002": (False, 8),
    }
    assert order.state is OrderState.QUOTED


def test_rfq_leaves_time_to_answer_and_names_each_firm_once() -> None:
    desk = Desk().draft()
    ask = {"recipients": [{"firm": FIRM}], "answer_by": "2026-11-30"}
    assert desk.tell("send_rfq", Role.BUYER, ask).code == "answer_by_ahead"
    twice = {"recipients": [{"firm": FIRM}] * 2, "answer_by": "2026-12-05"}
    assert desk.tell("send_rfq", Role.BUYER, twice).code == "recipient_twice"


def test_award_rests_on_the_quotation_or_says_on_what() -> None:
    desk = Desk().draft()
    assert desk.tell("award", Role.BUYER, {"firm": FIRM}).code == "quote_or_basis"
    desk.do("send_rfq", Role.BUYER, {"recipients": [{"firm": FIRM}], "answer_by": "2026-12-05"})
    quote = {"firm": FIRM, "due_on": "2026-12-25", "on": "2026-12-04"}
    prices = [{"line": 1, "unit_price_jpy": 900}]
    desk.do("quote", Role.SUPPLIER, {**quote, "prices": prices})
    lower = [{"line": 1, "unit_price_jpy": 800}]
    assert desk.tell("award", Role.BUYER, {"firm": FIRM, "prices": lower}).code == "prices_match_quote"
    order = desk.do("award", Role.BUYER, {"firm": FIRM, "prices": lower, "basis": "12月2日の協議で合意"})
    assert order.lines[0].unit_price_jpy == 800


def test_price_is_not_fixed_while_a_request_to_talk_is_unanswered() -> None:
    desk = Desk().draft()
    desk.do("send_rfq", Role.BUYER, {"recipients": [{"firm": FIRM}], "answer_by": "2026-12-05"})
    desk.do("request_negotiation", Role.SUPPLIER, {"firm": FIRM, "thread": "N1", "words": "材料費の上昇"})
    award = {"firm": FIRM, "basis": "単価表", "prices": [{"line": 1, "unit_price_jpy": 900}]}
    assert desk.tell("award", Role.BUYER, award).code == "no_open_negotiation"
    assert desk.tell("award", Role.BUYER, {**award, "firm": "F-SYN-002"}).outcome is Outcome.APPLIED


def test_only_a_firm_that_was_asked_or_awarded_talks_about_the_price() -> None:
    desk = Desk().draft()
    desk.do("send_rfq", Role.BUYER, {"recipients": [{"firm": "F-SYN-002"}], "answer_by": "2026-12-05"})
    talk = {"thread": "N1", "words": "材料費の上昇"}
    assert desk.tell("request_negotiation", Role.SUPPLIER, {**talk, "firm": "F-SYN-009"}).code == "firm_of_order"
    assert desk.do("request_negotiation", Role.SUPPLIER, {**talk, "firm": "F-SYN-002"}).negotiations[0].is_open


def test_unanswered_request_blocks_issue_revision_and_settling() -> None:
    talk = {"firm": FIRM, "thread": "N1", "words": "電気代の上昇"}
    awarded = Desk().awarded()
    awarded.do("request_negotiation", Role.SUPPLIER, talk)
    assert awarded.tell("issue", Role.BUYER, issue(100_000)).code == "no_open_negotiation"
    desk = Desk().accepted()
    desk.do("request_negotiation", Role.SUPPLIER, talk)
    assert desk.tell("revise", Role.BUYER, revise(100, 900)).code == "no_open_negotiation"
    assert desk.tell("answer_negotiation", Role.BUYER, {"thread": "N1", "answer": "refused"}).code == "reason_missing"
    assert desk.tell("answer_negotiation", Role.BUYER, {"thread": "N2", "answer": "agreed"}).code == "thread_is_open"
    desk.do("answer_negotiation", Role.BUYER, {"thread": "N1", "answer": "partly", "reason": "半分を負担"})
    assert desk.do("revise", Role.BUYER, revise(100, 1_050)).revision == 2
    assert desk.tell("request_negotiation", Role.SUPPLIER, talk).outcome is Outcome.STALE


def test_counter_proposal_with_a_price_is_a_request_to_talk() -> None:
    desk = Desk().issued()
    prices = [{"line": 1, "unit_price_jpy": 1_200}]
    order = desk.do("counter", Role.SUPPLIER, {"firm": FIRM, "revision": 1, "prices": prices})
    thread = order.negotiations[0]
    assert thread.is_open
    for kind, data in (("uphold", {"reason": "予算"}), ("revise", revise(100, 1_100))):
        assert desk.tell(kind, Role.BUYER, data).code == "no_open_negotiation"
    desk.do("answer_negotiation", Role.BUYER, {"thread": thread.id, "answer": "agreed"})
    order = desk.do("revise", Role.BUYER, revise(100, 1_200))
    assert (order.state, order.revision, order.accepted_revision) == (OrderState.ISSUED, 2, 0)


def approve(desk: Desk, by: str, amount: int, revision: int = 0) -> None:
    data = {"subject": "order", "firm": FIRM, "amount_jpy": amount, "revision": revision}
    desk.do("approve", Role.APPROVER, data, by=by)


AWARD = {"firm": FIRM, "basis": "単価表", "prices": [{"line": 1, "unit_price_jpy": 1_000}]}


@pytest.mark.parametrize(("amount", "needed"), [(100_000, 0), (100_001, 1), (300_000, 1), (300_001, 2)])
def test_limits_of_approval(amount: int, needed: int) -> None:
    desk = Desk(policy=ApprovalPolicy(buyer_jpy=100_000, approver_jpy=300_000)).draft(quantity=1)
    award = {**AWARD, "prices": [{"line": 1, "unit_price_jpy": amount}]}
    for number in range(needed):
        assert desk.tell("award", Role.BUYER, award).code == "amount_approved"
        approve(desk, f"承認者{number}", amount)
    assert desk.tell("award", Role.BUYER, award).outcome is Outcome.APPLIED


def test_two_approvals_are_of_two_different_persons_and_not_of_the_buyer() -> None:
    desk = Desk(policy=ApprovalPolicy(buyer_jpy=0, approver_jpy=1)).draft()
    approve(desk, "鈴木", 100_000)
    approve(desk, "鈴木", 100_000)
    assert desk.tell("award", Role.BUYER, AWARD).code == "amount_approved"
    approve(desk, "buyer", 100_000)
    assert desk.tell("award", Role.BUYER, AWARD).code == "amount_approved"
    approve(desk, "田中", 100_000)
    assert desk.tell("award", Role.BUYER, AWARD).outcome is Outcome.APPLIED


def test_approval_covers_its_amount_and_its_firm_only() -> None:
    desk = Desk(policy=ApprovalPolicy(buyer_jpy=0)).draft()
    approve(desk, "鈴木", 99_999)
    assert desk.tell("award", Role.BUYER, AWARD).code == "amount_approved"
    approve(desk, "鈴木", 100_000)
    assert desk.tell("award", Role.BUYER, {**AWARD, "firm": "F-SYN-002"}).code == "amount_approved"
    desk.do("award", Role.BUYER, AWARD)
    desk.do("issue", Role.BUYER, issue(100_000))
    assert desk.tell("revise", Role.BUYER, revise(100, 1_001)).code == "amount_approved"
    later = DUE + timedelta(days=2)
    assert desk.tell("revise", Role.BUYER, revise(100, 1_000, due=later)).outcome is Outcome.APPLIED


def test_approver_signs_what_stands() -> None:
    desk = Desk().issued()
    data = {"subject": "order", "firm": FIRM, "amount_jpy": 100_000, "revision": 0}
    assert desk.tell("approve", Role.APPROVER, data).code == "approves_current"


def test_draft_is_changed_until_it_goes_out() -> None:
    desk = Desk().draft()
    line = {"no": 1, "item": "別の品", "quantity": 7, "unit": "個"}
    assert desk.do("change_draft", Role.BUYER, {"lines": [line], "firm": FIRM}).lines[0].quantity == 7
    desk.do("award", Role.BUYER, {**AWARD})
    assert desk.tell("change_draft", Role.BUYER, {"lines": [line]}).code == "state"


def test_notice_of_the_simulation_is_complete() -> None:
    assert set(notice_data(1, DUE, START.date())) == {item.value for item in NoticeItem}
