"""Hold, resume, cancel, replace; one test for each rule."""

from __future__ import annotations

from trade_desk import FIRM, Desk, issue, revise

from kumihimo.trade import ApprovalPolicy, OrderState, Outcome, Role, unpark

CANCEL = {"reason": "販売計画の変更"}
APPROVE = {"subject": "cancel", "firm": FIRM, "amount_jpy": 100_000, "revision": 1}


def test_held_order_returns_to_where_it_was() -> None:
    desk = Desk().accepted()
    assert desk.do("hold", Role.BUYER, {"reason": "図面の確認"}).held_from is OrderState.ACCEPTED
    assert desk.do("resume", Role.BUYER, {"reason": "確認済み"}).state is OrderState.ACCEPTED


def test_goods_that_arrive_during_a_hold_are_counted() -> None:
    desk = Desk().accepted()
    desk.ship("D1", 40)
    desk.do("hold", Role.BUYER, {"reason": "図面の確認"})
    assert desk.receive("D1", 40).outcome is Outcome.APPLIED
    assert (desk.state, desk.now.shipments[0].received) == (OrderState.ON_HOLD, 40)
    assert desk.do("resume", Role.BUYER, {"reason": "確認済み"}).state is OrderState.RECEIVED


def test_answers_during_a_hold_wait() -> None:
    desk = Desk().issued()
    desk.do("hold", Role.BUYER, {"reason": "図面の確認"})
    accept = desk.command("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 1})
    assert desk.give(accept).outcome is Outcome.PARKED
    desk.do("resume", Role.BUYER, {"reason": "確認済み"})
    done = unpark(desk.order, [accept])
    assert done.order is not None
    assert done.order.state is OrderState.ACCEPTED


def test_held_order_is_not_revised() -> None:
    desk = Desk().accepted()
    desk.do("hold", Role.BUYER, {"reason": "図面の確認"})
    assert desk.tell("revise", Role.BUYER, revise(100, 1_100)).code == "state"


def test_proof_of_transport_for_an_order_held_before_its_issue_waits() -> None:
    desk = Desk().awarded()
    desk.do("hold", Role.BUYER, {"reason": "図面の確認"})
    proof = {"revision": 1, "channel": "fax", "proof": "T.30 OK"}
    assert desk.tell("confirm_delivery", Role.SYSTEM, proof).outcome is Outcome.PARKED


def test_cancelling_before_the_issue_needs_nobody() -> None:
    assert Desk().awarded().do("cancel", Role.BUYER, CANCEL).state is OrderState.CANCELLED


def test_cancelling_after_the_issue_needs_an_approver() -> None:
    desk = Desk().accepted()
    assert desk.tell("cancel", Role.BUYER, CANCEL).code == "cancelling_approved"
    desk.do("approve", Role.APPROVER, APPROVE, by="buyer")
    assert desk.tell("cancel", Role.BUYER, CANCEL).code == "cancelling_approved"
    desk.do("approve", Role.APPROVER, APPROVE, by="鈴木")
    assert desk.do("cancel", Role.BUYER, CANCEL).reason == "販売計画の変更"


def test_cancelling_a_large_order_needs_two() -> None:
    desk = Desk(policy=ApprovalPolicy(buyer_jpy=1_000_000, approver_jpy=1)).accepted()
    desk.policy = ApprovalPolicy(buyer_jpy=0, approver_jpy=1)
    desk.do("approve", Role.APPROVER, APPROVE, by="鈴木")
    assert desk.tell("cancel", Role.BUYER, CANCEL).code == "cancelling_approved"
    desk.do("approve", Role.APPROVER, APPROVE, by="田中")
    assert desk.do("cancel", Role.BUYER, CANCEL).state is OrderState.CANCELLED


def test_approval_to_cancel_does_not_outlive_a_revision() -> None:
    desk = Desk().accepted()
    desk.do("approve", Role.APPROVER, APPROVE, by="鈴木")
    desk.do("revise", Role.BUYER, revise(100, 1_100))
    assert desk.tell("cancel", Role.BUYER, CANCEL).code == "cancelling_approved"


def test_order_that_the_supplier_declined_is_cancelled_without_approval() -> None:
    desk = Desk().issued()
    desk.do("decline", Role.SUPPLIER, {"firm": FIRM, "revision": 1, "reason": "設備"})
    assert desk.do("cancel", Role.BUYER, CANCEL).state is OrderState.CANCELLED


def test_declining_only_the_change_leaves_the_order_binding() -> None:
    desk = Desk().accepted()
    desk.do("revise", Role.BUYER, revise(100, 900))
    desk.do("decline", Role.SUPPLIER, {"firm": FIRM, "revision": 2, "reason": "この単価ではできません"})
    assert desk.tell("cancel", Role.BUYER, CANCEL).code == "cancelling_approved"
    assert desk.tell("supersede", Role.BUYER, {"replaced_by": "O-2", "reason": "x"}).code == "cancelling_approved"
    assert desk.ship("D1", 10).outcome is Outcome.APPLIED


def test_goods_on_their_way_are_not_cancelled_away() -> None:
    desk = Desk().accepted()
    desk.ship("D1", 10)
    desk.do("approve", Role.APPROVER, APPROVE, by="鈴木")
    assert desk.tell("cancel", Role.BUYER, CANCEL).code == "delivered_already"
    desk.receive("D1", 10)
    desk.inspect("D1", 0, 10)
    assert desk.tell("cancel", Role.BUYER, CANCEL).code == "delivered_already"
    desk.back("return", "D1", 10)
    assert desk.do("cancel", Role.BUYER, CANCEL).state is OrderState.CANCELLED


def test_message_after_the_cancellation_is_recorded() -> None:
    desk = Desk().awarded()
    desk.do("cancel", Role.BUYER, CANCEL)
    decision = desk.tell("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 1})
    assert (decision.outcome, desk.events[-1].kind, desk.state) == (Outcome.STALE, "ignored", OrderState.CANCELLED)
    assert desk.tell("issue", Role.BUYER, issue(100_000)).code == "state"
