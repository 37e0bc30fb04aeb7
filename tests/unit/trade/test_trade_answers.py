"""What counts as the supplier's answer, one test for each rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from trade_desk import CALL, DUE, FIRM, IMAGE, START, Desk, issue, revise, ship

from kumihimo.trade import OrderState, Outcome, Role, unpark

ACCEPT = {"firm": FIRM, "revision": 1}


def test_silence_is_never_acceptance() -> None:
    desk = Desk().issued()
    desk.do("confirm_delivery", Role.SYSTEM, {"revision": 1, "channel": "fax", "proof": "T.30 OK"})
    for role in (Role.SYSTEM, Role.BUYER, Role.INSPECTOR, Role.APPROVER):
        late = START + timedelta(days=400)
        assert desk.tell("accept", role, ACCEPT, at=late).outcome is Outcome.REFUSED
    assert desk.now.accepted_revision == 0


def test_delivered_to_partner_is_transport_only() -> None:
    desk = Desk().issued()
    order = desk.do("confirm_delivery", Role.SYSTEM, {"revision": 1, "channel": "mail", "proof": "250 OK"})
    assert order.state is OrderState.DELIVERED_TO_PARTNER
    assert (order.accepted_revision, order.agreed) == (0, ())
    assert order.transports[0].proof == "250 OK"
    assert desk.ship("D1", 10).outcome is Outcome.PARKED


def test_transport_of_an_old_revision_does_not_deliver_the_new_one() -> None:
    desk = Desk().accepted()
    desk.do("revise", Role.BUYER, revise(100, 1_000, due=DUE + timedelta(days=3)))
    order = desk.do("confirm_delivery", Role.SYSTEM, {"revision": 1, "channel": "fax", "proof": "T.30 OK"})
    assert order.state is OrderState.ISSUED
    assert order.transports[-1].revision == 1


def test_transport_of_a_revision_to_come_waits_for_it() -> None:
    desk = Desk().issued()
    proof = desk.command("confirm_delivery", Role.SYSTEM, {"revision": 2, "channel": "fax", "proof": "T.30 OK"})
    assert desk.give(proof).code == "future_revision"
    desk.do("revise", Role.BUYER, revise(100, 1_100))
    done = unpark(desk.order, [proof])
    assert done.order is not None
    assert done.order.state is OrderState.DELIVERED_TO_PARTNER


def test_acceptance_binds_the_revision() -> None:
    order = Desk().accepted().now
    assert (order.state, order.accepted_revision, order.agreed) == (OrderState.ACCEPTED, 1, order.lines)
    assert order.agreed_due_on == DUE


def test_clerk_needs_evidence() -> None:
    desk = Desk().issued()
    decision = desk.tell("accept", Role.CLERK, ACCEPT)
    assert (decision.outcome, decision.code) == (Outcome.REFUSED, "evidence_of_clerk")
    assert desk.do("accept", Role.CLERK, ACCEPT, evidence=IMAGE).state is OrderState.ACCEPTED
    assert desk.events[-1].data["evidence"] == [{"kind": "image", "sha256": "a" * 64, "words": ""}]


def test_image_without_its_hash_is_no_evidence() -> None:
    desk = Desk().issued()
    blank = (replace(IMAGE[0], sha256=""),)
    assert desk.tell("accept", Role.CLERK, ACCEPT, evidence=blank).code == "evidence"
    silent = (replace(CALL[0], words=""),)
    assert desk.tell("accept", Role.CLERK, ACCEPT, evidence=silent).code == "evidence"


def test_call_counts_only_after_its_confirmation_was_sent() -> None:
    desk = Desk().issued()
    noted = desk.tell("accept", Role.CLERK, ACCEPT, evidence=CALL)
    assert (noted.outcome, noted.code, desk.events[-1].kind) == (Outcome.APPLIED, "call_noted", "call_noted")
    assert (desk.state, len(desk.now.calls)) == (OrderState.ISSUED, 1)
    note = desk.now.calls[0].key
    order = desk.do("confirm_call", Role.SYSTEM, {"note": note, "follow_up": "b" * 64, "channel": "fax"})
    assert (order.state, order.calls) == (OrderState.ACCEPTED, ())
    event = desk.events[-1]
    assert (event.kind, event.role, event.data["call"]) == ("accept", Role.CLERK, note)
    assert [row["kind"] for row in event.data["evidence"]] == ["call_note", "message"]


def test_confirmation_sent_twice_counts_once() -> None:
    desk = Desk().issued()
    desk.tell("accept", Role.CLERK, ACCEPT, evidence=CALL)
    note = {"note": desk.now.calls[0].key, "follow_up": "b" * 64, "channel": "fax"}
    desk.do("confirm_call", Role.SYSTEM, note)
    again = desk.tell("confirm_call", Role.SYSTEM, note)
    assert (again.outcome, again.code, desk.now.accepted_revision) == (Outcome.STALE, "call_done", 1)


def test_confirmation_before_its_note_waits() -> None:
    desk = Desk().issued()
    confirm = desk.command("confirm_call", Role.SYSTEM, {"note": "c-1", "follow_up": "b" * 64, "channel": "fax"})
    assert desk.give(confirm).code == "call_unknown"
    desk.do("accept", Role.CLERK, ACCEPT, evidence=CALL, key="c-1")
    done = unpark(desk.order, [confirm])
    assert done.waiting == ()
    assert done.order is not None
    assert done.order.state is OrderState.ACCEPTED


def test_call_about_an_old_revision_goes_stale_at_its_confirmation() -> None:
    desk = Desk().issued()
    desk.tell("accept", Role.CLERK, ACCEPT, evidence=CALL)
    note = desk.now.calls[0].key
    desk.do("revise", Role.BUYER, revise(100, 1_100))
    decision = desk.tell("confirm_call", Role.CLERK, {"note": note, "follow_up": "b" * 64, "channel": "fax"})
    assert (decision.outcome, decision.code) == (Outcome.STALE, "call_refused")
    assert desk.now.accepted_revision == 0
    assert "第1版への回答ですが" in desk.now.calls[0].refused_ja, "it stays until somebody has talked to the firm"


def test_call_confirmed_after_the_order_was_cancelled_stays_until_it_is_withdrawn() -> None:
    desk = Desk().issued()
    desk.tell("accept", Role.CLERK, ACCEPT, evidence=CALL)
    note = desk.now.calls[0].key
    desk.do("approve", Role.APPROVER, {"subject": "cancel", "firm": FIRM, "amount_jpy": 1, "revision": 1}, by="b")
    desk.do("cancel", Role.BUYER, {"reason": "stopped"})
    desk.tell("confirm_call", Role.CLERK, {"note": note, "follow_up": "b" * 64, "channel": "fax"})
    assert (desk.now.state, "取消" in desk.now.calls[0].refused_ja) == (OrderState.CANCELLED, True)
    desk.do("withdraw_call", Role.CLERK, {"note": note, "reason": "the firm knows"})
    assert (desk.now.state, desk.now.calls) == (OrderState.CANCELLED, ())


def test_call_that_cannot_be_carried_out_is_refused_when_it_is_taken_down() -> None:
    desk = Desk().accepted()
    noted = desk.tell("ship", Role.CLERK, ship("D1", 110), evidence=CALL)
    assert (noted.outcome, noted.code, noted.events) == (Outcome.REFUSED, "over_tolerance", ())
    plain = desk.ship("D1", 110)
    assert (plain.code, plain.ja) == (noted.code, noted.ja), "for the very reason for which the message is refused"
    assert (desk.now.calls, desk.events[-1].kind) == ((), "accept")


def test_call_that_comes_too_late_is_refused_and_does_not_say_that_it_was_recorded() -> None:
    desk = Desk().issued()
    desk.do("revise", Role.BUYER, revise(100, 1_100))
    noted = desk.tell("accept", Role.CLERK, ACCEPT, evidence=CALL)
    assert (noted.outcome, noted.code, noted.events) == (Outcome.REFUSED, "old_revision", ())
    assert "記録だけ" not in noted.ja
    assert "記録だけ" in desk.tell("accept", Role.SUPPLIER, ACCEPT).ja


def test_call_ahead_of_its_turn_is_taken_down_and_waits() -> None:
    desk = Desk().issued()
    noted = desk.tell("ship", Role.CLERK, ship("D1", 40), evidence=CALL)
    assert (noted.outcome, noted.code, len(desk.now.calls)) == (Outcome.APPLIED, "call_noted", 1)
    confirmed = desk.tell("confirm_call", Role.SYSTEM, _confirmed(desk))
    assert (confirmed.outcome, confirmed.code) == (Outcome.PARKED, "not_accepted")


def test_confirmed_call_that_the_order_cannot_take_any_more_stays_with_its_reason() -> None:
    desk = Desk().accepted()
    desk.tell("ship", Role.CLERK, ship("D1", 60), evidence=CALL)
    confirmation = _confirmed(desk)
    assert desk.ship("D2", 60).outcome is Outcome.APPLIED
    decision = desk.tell("confirm_call", Role.SYSTEM, confirmation)
    assert (decision.outcome, decision.code, len(decision.events)) == (Outcome.STALE, "call_refused", 1)
    (call,) = desk.now.calls
    assert "残り40" in call.refused_ja
    assert "40 left" in call.refused_en
    assert call.refused_ja in decision.ja
    assert [one.slip for one in desk.now.shipments] == ["D2"]
    assert desk.do("withdraw_call", Role.CLERK, {"note": call.key, "reason": "数え直し"}).calls == ()


def test_refused_call_is_carried_out_when_it_is_confirmed_again_and_fits() -> None:
    desk = Desk().accepted()
    desk.tell("ship", Role.CLERK, ship("D1", 60), evidence=CALL)
    confirmation = _confirmed(desk)
    desk.ship("D2", 60)
    desk.tell("confirm_call", Role.SYSTEM, confirmation)
    desk.do("report_loss", Role.INSPECTOR, {"slip": "D2", "line": 1, "quantity": 60, "reason": "紛失"})
    order = desk.do("confirm_call", Role.CLERK, confirmation)
    assert ([one.slip for one in order.shipments], order.calls) == (["D2", "D1"], ())


def _confirmed(desk: Desk) -> dict[str, str]:
    return {"note": desk.now.calls[-1].key, "follow_up": "b" * 64, "channel": "fax"}


def test_supplier_does_not_confirm_calls() -> None:
    desk = Desk().issued()
    desk.tell("accept", Role.CLERK, ACCEPT, evidence=CALL)
    note = {"note": desk.now.calls[0].key, "follow_up": "b" * 64, "channel": "fax"}
    assert desk.tell("confirm_call", Role.SUPPLIER, note).code == "role"


def test_call_note_can_be_withdrawn() -> None:
    desk = Desk().issued()
    desk.tell("accept", Role.CLERK, ACCEPT, evidence=CALL)
    note = desk.now.calls[0].key
    assert desk.do("withdraw_call", Role.CLERK, {"note": note, "reason": "聞き間違い"}).calls == ()
    assert desk.tell("withdraw_call", Role.CLERK, {"note": note, "reason": "もう一度"}).code == "call_waits"


def test_answer_to_an_old_revision_is_recorded_and_ignored() -> None:
    desk = Desk().issued()
    desk.do("revise", Role.BUYER, revise(100, 1_000, due=DUE + timedelta(days=3)))
    decision = desk.tell("accept", Role.SUPPLIER, ACCEPT)
    assert (decision.outcome, decision.code) == (Outcome.STALE, "old_revision")
    assert (desk.events[-1].kind, desk.events[-1].data["kind"]) == ("ignored", "accept")
    assert (desk.state, desk.now.accepted_revision) == (OrderState.ISSUED, 0)


def test_answer_to_a_revision_to_come_waits_for_it() -> None:
    desk = Desk().issued()
    accept = desk.command("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 2})
    assert desk.give(accept).outcome is Outcome.PARKED
    desk.do("revise", Role.BUYER, revise(100, 1_100))
    done = unpark(desk.order, [accept])
    assert done.order is not None
    assert done.order.accepted_revision == 2


def test_acceptance_of_the_revision_that_answers_a_counter_proposal_may_come_first() -> None:
    desk = Desk().issued()
    desk.do("counter", Role.SUPPLIER, {**ACCEPT, "due_on": "2027-01-08"})
    accept = desk.command("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 2})
    assert desk.give(accept).outcome is Outcome.PARKED
    desk.do("revise", Role.BUYER, revise(100, 1_000, due=date(2027, 1, 8)))
    done = unpark(desk.order, [accept])
    assert done.order is not None
    assert done.order.accepted_revision == 2


def test_acceptance_of_old_drawings_is_stale() -> None:
    desk = Desk()
    desk.awarded(drawing="D-7", revision="B")
    drawing = {"number": "D-7", "revision": "B", "sha256": "b" * 64}
    desk.do("issue", Role.BUYER, issue(100_000, drawings=[drawing]))
    old = {"number": "D-7", "revision": "A", "sha256": "a" * 64}
    assert desk.tell("accept", Role.SUPPLIER, {**ACCEPT, "drawings": [old]}).code == "old_drawing"
    assert desk.state is OrderState.ISSUED
    assert desk.do("accept", Role.SUPPLIER, {**ACCEPT, "drawings": [drawing]}).accepted_revision == 1


@pytest.mark.parametrize(
    "change", [{"due_on": "2026-12-28"}, {"prices": [{"line": 1, "unit_price_jpy": 1_100}]}], ids=["day", "price"]
)
def test_accepting_with_another_day_or_price_is_a_counter_proposal(change: dict[str, object]) -> None:
    desk = Desk().issued()
    assert desk.tell("accept", Role.SUPPLIER, {**ACCEPT, **change}).code == "changes_nothing"
    order = desk.do("counter", Role.SUPPLIER, {**ACCEPT, **change})
    assert (order.state, order.revision, order.lines[0].unit_price_jpy) == (OrderState.COUNTERED, 1, 1_000)
    assert order.due_on == DUE


def test_changed_day_is_a_revision_that_needs_a_new_acceptance() -> None:
    desk = Desk().accepted()
    order = desk.do("revise", Role.BUYER, revise(100, 1_000, due=date(2027, 1, 8)))
    assert (order.state, order.revision, order.accepted_revision) == (OrderState.ISSUED, 2, 1)
    assert (order.due_on, order.agreed_due_on) == (date(2027, 1, 8), DUE)
    order = desk.do("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 2})
    assert (order.accepted_revision, order.agreed_due_on) == (2, date(2027, 1, 8))


def test_goods_arrive_while_a_revision_waits_for_its_answer() -> None:
    desk = Desk().accepted().deliver("D1", 40)
    desk.do("revise", Role.BUYER, revise(100, 1_100))
    desk.deliver("D2", 20)
    assert desk.state is OrderState.ISSUED
    order = desk.do("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 2})
    assert order.state is OrderState.INSPECTED
    assert [s.unit_price_jpy for s in order.shipments] == [1_000, 1_000]
    desk.deliver("D3", 40)
    assert desk.now.accepted_jpy == 60 * 1_000 + 40 * 1_100


def test_upheld_order_needs_the_acceptance_of_the_same_revision() -> None:
    desk = Desk().issued()
    desk.do("counter", Role.SUPPLIER, {**ACCEPT, "words": "年明けではいかがでしょうか"})
    assert desk.tell("accept", Role.SUPPLIER, ACCEPT).outcome is Outcome.STALE
    assert desk.do("uphold", Role.BUYER, {"reason": "納期は動かせません"}).state is OrderState.ISSUED
    assert desk.do("accept", Role.SUPPLIER, ACCEPT).state is OrderState.ACCEPTED


def test_upheld_accepted_order_stands() -> None:
    desk = Desk().accepted()
    desk.do("counter", Role.SUPPLIER, {**ACCEPT, "due_on": "2027-01-20"})
    assert desk.ship("D1", 10).outcome is Outcome.APPLIED
    assert desk.do("uphold", Role.BUYER, {"reason": "納期は動かせません"}).state is OrderState.SHIPPED


def test_counter_proposal_says_what() -> None:
    desk = Desk().issued()
    assert desk.tell("counter", Role.SUPPLIER, ACCEPT).code == "counter_says_something"
    strange = {**ACCEPT, "prices": [{"line": 7, "unit_price_jpy": 5}]}
    assert desk.tell("counter", Role.SUPPLIER, strange).code == "no_line"


def test_declined_order_can_be_offered_anew_or_replaced() -> None:
    desk = Desk().issued()
    desk.do("decline", Role.SUPPLIER, {**ACCEPT, "reason": "設備が空いていません"})
    assert desk.state is OrderState.DECLINED
    order = desk.do("supersede", Role.BUYER, {"replaced_by": "O-2", "reason": "別の企業に発注"})
    assert (order.state, order.replaced_by) == (OrderState.SUPERSEDED, "O-2")
    other = Desk().issued()
    other.do("decline", Role.SUPPLIER, {**ACCEPT, "reason": "納期"})
    assert other.do("revise", Role.BUYER, revise(100, 1_000, due=date(2027, 1, 8))).state is OrderState.ISSUED


def test_only_the_firm_of_the_order_answers() -> None:
    desk = Desk().issued()
    assert desk.tell("accept", Role.SUPPLIER, {"firm": "F-SYN-002", "revision": 1}).code == "firm_of_order"


def test_second_acceptance_is_recorded_and_changes_nothing() -> None:
    desk = Desk().accepted()
    before = desk.now
    decision = desk.tell("accept", Role.CLERK, ACCEPT, evidence=IMAGE)
    assert (decision.outcome, decision.code) == (Outcome.STALE, "too_late")
    assert replace(desk.now, version=before.version, head=before.head, keys=before.keys) == before


def test_shipment_before_the_acceptance_is_parked_and_applied_in_its_turn() -> None:
    desk = Desk().issued()
    early = desk.command("ship", Role.SUPPLIER, ship("D1", 40))
    assert desk.give(early).outcome is Outcome.PARKED
    assert desk.now.shipments == ()
    desk.do("accept", Role.SUPPLIER, ACCEPT)
    done = unpark(desk.order, [early])
    assert done.order is not None
    assert (done.order.state, done.order.shipments[0].shipped, done.waiting) == (OrderState.SHIPPED, 40, ())
