"""Commands as they come: repeated, for an old version, malformed, out of turn, by the wrong role; and the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from trade_desk import FIRM, START, Desk, issue

from kumihimo.errors import InputError
from kumihimo.trade import (
    TRANSITIONS,
    OrderState,
    Outcome,
    Role,
    Transition,
    decide,
    find_break,
    fold,
    fold_one,
    possible,
    verify_chain,
)
from kumihimo.trade.events import seal
from kumihimo.trade.fields import FIELDS, LONGEST_NAME, check_data
from kumihimo.trade.fold import _FOLDS
from kumihimo.trade.guards import GUARDS
from kumihimo.trade.states import STATES
from kumihimo.trade.transitions import KINDS, MESSAGES, SPOKEN, is_behind

ACCEPT = {"firm": FIRM, "revision": 1}


def test_same_key_is_carried_out_once() -> None:
    desk = Desk().issued()
    accept = desk.command("accept", Role.SUPPLIER, ACCEPT)
    assert desk.give(accept).outcome is Outcome.APPLIED
    before = desk.now
    assert desk.give(accept).outcome is Outcome.REPEATED
    assert desk.now == before


def test_ignored_message_is_not_recorded_twice() -> None:
    desk = Desk().accepted()
    late = desk.command("accept", Role.SUPPLIER, ACCEPT)
    assert desk.give(late).outcome is Outcome.STALE
    count = len(desk.events)
    assert desk.give(late).outcome is Outcome.REPEATED
    assert len(desk.events) == count


def test_person_who_saw_an_old_version_decides_again() -> None:
    desk = Desk().awarded()
    old = desk.command("issue", Role.BUYER, issue(100_000), expected_version=1)
    decision = desk.give(old)
    assert (decision.outcome, decision.code, decision.events) == (Outcome.STALE, "version", ())
    assert desk.give(replace(old, expected_version=desk.now.version)).outcome is Outcome.APPLIED


def test_proof_of_transport_takes_no_form_out_of_a_hand() -> None:
    desk = Desk().issued()
    seen = desk.now.version
    accept = desk.command("accept", Role.SUPPLIER, ACCEPT, expected_version=seen)
    proof = {"revision": 1, "channel": "email", "proof": "開封"}
    assert desk.give(desk.command("confirm_delivery", Role.SYSTEM, proof)).outcome is Outcome.APPLIED
    assert desk.now.version > seen
    assert desk.give(accept).outcome is Outcome.APPLIED
    assert desk.give(replace(accept, key="again")).code == "version"


@pytest.mark.parametrize(
    "change",
    [
        {"key": ""},
        {"key": "k\0"},
        {"key": "x" * 201},
        {"by": "\ud800"},
        {"kind": "explode"},
        {"at": datetime(2026, 12, 1)},  # noqa: DTZ001 - the missing zone is what is refused
        {"order": "O-2"},
    ],
    ids=str,
)
def test_envelope_that_cannot_be_stored_is_refused(change: dict[str, Any]) -> None:
    desk = Desk().issued()
    decision = desk.give(replace(desk.command("accept", Role.SUPPLIER, ACCEPT), **change))
    assert (decision.outcome, decision.events) == (Outcome.REFUSED, ())
    assert decision.ja
    assert decision.en


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"firm": FIRM},
        {"firm": FIRM, "revision": "1"},
        {"firm": FIRM, "revision": 1.0},
        {"firm": FIRM, "revision": True},
        {"firm": FIRM, "revision": 0},
        {"firm": FIRM, "revision": 1, "colour": "red"},
        {"firm": "", "revision": 1},
        {"firm": "a\0b", "revision": 1},
        {"firm": FIRM, "revision": 1, "due_on": "2026-02-30"},
        {"firm": FIRM, "revision": 1, "due_on": "20261204"},
        {"firm": FIRM, "revision": 1, "prices": []},
        {"firm": FIRM, "revision": 1, "prices": [{"line": 1, "unit_price_jpy": -1}]},
        {"firm": FIRM, "revision": 1, "prices": [{"line": 1, "unit_price_jpy": 10**13}]},
        {"firm": FIRM, "revision": 1, "prices": [7]},
        {"firm": FIRM, "revision": 1, "drawings": [{"number": "D", "revision": "A", "sha256": "A" * 64}]},
        {"firm": FIRM, "revision": 1, 7: "x"},
    ],
    ids=str,
)
def test_malformed_data_is_refused_and_leaves_no_trace(data: dict[str, Any]) -> None:
    desk = Desk().issued()
    before = desk.now
    assert desk.tell("accept", Role.SUPPLIER, data).code == "data"
    assert desk.now == before


@pytest.mark.parametrize(
    ("kind", "key"), [("receive", "slip"), ("receive", "place"), ("invoice", "number"), ("pay", "reference")]
)
def test_names_of_slips_and_invoices_are_short(kind: str, key: str) -> None:
    plain: dict[str, Any] = {
        "receive": {"slip": "D1", "on": "2026-12-20", "items": [{"line": 1, "quantity": 1}]},
        "invoice": {"firm": FIRM, "number": "I1", "amount_jpy": 1, "on": "2026-12-20"},
        "pay": {"invoice": "I1", "reference": "P1", "amount_jpy": 1, "on": "2026-12-20"},
    }[kind]
    assert check_data(kind, {**plain, key: "長" * LONGEST_NAME}) is None
    objection = check_data(kind, {**plain, key: "長" * (LONGEST_NAME + 1)})
    assert objection is not None
    assert f"{LONGEST_NAME}字以内" in objection.ja
    assert str(LONGEST_NAME) in objection.en


@pytest.mark.parametrize(
    "notice", [7, {"colour": {"value": "x"}}, {"amount": 7}, {"amount": {}}, {"amount": {"value": ""}}]
)
def test_malformed_notice_is_refused(notice: object) -> None:
    desk = Desk().awarded()
    assert desk.tell("issue", Role.BUYER, issue(100_000, notice=notice)).code == "data"


def test_signature_without_a_reason_is_refused() -> None:
    desk = Desk().awarded()
    unsigned = [{"rule": "r", "colour": "amber", "signature": {"by": "課長"}}]
    assert desk.tell("issue", Role.BUYER, issue(100_000, verdicts=unsigned)).code == "data"


@pytest.mark.parametrize("kind", sorted(FIELDS))
@pytest.mark.parametrize("role", list(Role))
def test_wrong_role_is_refused_everywhere(kind: str, role: Role) -> None:
    """A role that may never give a command is refused in whatever state; with what is said to it in both languages."""
    desk = Desk().accepted()
    able = {r for row in TRANSITIONS if row.name == kind for r in row.who}
    if kind == "confirm_call":
        able = {Role.CLERK, Role.SYSTEM}
    decision = decide(desk.order, desk.command(kind, role, SAMPLES.get(kind, {})))
    if role not in able:
        assert decision.code == "role", (kind, role, decision)
    else:
        assert decision.code != "role"


def test_unknown_order_makes_messages_wait_and_decisions_fail() -> None:
    desk = Desk()
    assert desk.tell("accept", Role.SUPPLIER, ACCEPT).outcome is Outcome.PARKED
    assert desk.tell("issue", Role.BUYER, issue(1)).code == "order_unknown"


def test_order_is_not_drafted_twice() -> None:
    desk = Desk().draft()
    data = {"work_order": "W", "buyer": "B", "lines": [{"no": 1, "item": "x", "quantity": 1, "unit": "個"}]}
    assert desk.tell("draft", Role.BUYER, data).code == "state"


def test_every_row_of_the_table_can_be_checked_and_folded() -> None:
    used = {name for row in TRANSITIONS for name in row.guards}
    assert used == set(GUARDS)
    names = {row.name for row in TRANSITIONS}
    assert names == set(_FOLDS) | {"draft"}
    assert names | {"confirm_call"} == set(FIELDS) == set(KINDS)
    assert names | {"confirm_call"} >= MESSAGES >= SPOKEN


def test_every_state_has_words_and_is_reached() -> None:
    assert set(STATES) == set(OrderState)
    computed = {OrderState.ACCEPTED, OrderState.PAID}
    assert {row.target for row in TRANSITIONS if row.target} | computed == set(OrderState)
    for state in OrderState:
        assert state.ja
        assert state.en
    for role in Role:
        assert role.ja
        assert role.en


def test_acceptance_comes_from_the_suppliers_side_alone() -> None:
    rows = [row for row in TRANSITIONS if row.name == "accept"]
    assert all(row.who == {Role.SUPPLIER, Role.CLERK} for row in rows)
    assert [row.name for row in TRANSITIONS if row.target is OrderState.ACCEPTED] == []


def test_possible_commands_of_a_role() -> None:
    assert possible(OrderState.ISSUED, Role.SUPPLIER) == (
        "accept", "counter", "decline", "request_negotiation", "ship", "invoice", "credit_note"
    )  # fmt: skip
    assert "cancel" in possible(OrderState.ISSUED, Role.BUYER)
    assert possible(OrderState.SUPERSEDED, Role.BUYER) == ()


@pytest.mark.parametrize(
    ("kind", "state", "behind"),
    [
        ("accept", OrderState.AWARDED, False),
        ("accept", OrderState.ON_HOLD, False),
        ("accept", OrderState.IN_PROGRESS, True),
        ("inspect", OrderState.ACCEPTED, False),
        ("ship", OrderState.CLOSED, True),
        ("pay", OrderState.CANCELLED, True),
    ],
)
def test_early_and_late(kind: str, state: OrderState, behind: bool) -> None:
    assert is_behind(kind, state) is behind


@pytest.mark.parametrize("damage", ["data", "at", "by", "drop", "swap", "repeat", "key", "order"])
def test_chain_shows_every_change(damage: str) -> None:
    desk = Desk().accepted().deliver("D1", 40)
    events = list(desk.events)
    assert find_break(events) is None
    victim = events[3]
    if damage == "data":
        events[3] = replace(victim, data={**victim.data, "revision": 2})
    elif damage == "at":
        events[3] = replace(victim, at=START)
    elif damage == "by":
        events[3] = replace(victim, by="誰か")
    elif damage == "drop":
        del events[3]
    elif damage == "swap":
        events[3], events[4] = events[4], events[3]
    elif damage == "repeat":
        events.insert(4, victim)
    elif damage == "order":
        events[3] = replace(victim, order="O-2")
    else:
        again = {name: getattr(events[-1], name) for name in ("order", "kind", "data", "at", "by", "role")}
        events.append(seal(**again, seq=len(events) + 1, key=events[0].key, previous=events[-1].hash))
    with pytest.raises(InputError, match="compare it with a backup"):
        verify_chain(events)


def test_hash_does_not_depend_on_the_time_zone_or_the_order_of_keys() -> None:
    event = Desk().accepted().events[2]
    turned = seal(
        order=event.order,
        seq=event.seq,
        kind=event.kind,
        data=dict(reversed(event.data.items())),
        at=event.at.astimezone(tz=None),
        by=event.by,
        role=event.role,
        key=event.key,
        previous=event.previous,
    )
    assert turned.hash == event.hash


def test_fold_refuses_what_cannot_have_happened() -> None:
    desk = Desk().accepted()
    with pytest.raises(InputError, match="has no event"):
        fold([])
    with pytest.raises(InputError, match="first event"):
        fold(desk.events[1:])
    with pytest.raises(InputError, match="missing or was changed"):
        fold([*desk.events[:2], *desk.events[3:]])
    first = desk.events[0]
    jump = seal(
        order=first.order, seq=2, kind="pay", data={}, at=START, by="x", role=Role.BUYER, key="z", previous=first.hash
    )
    with pytest.raises(InputError, match="cannot follow"):
        fold_one(fold([first]), jump)
    strange = seal(
        order=first.order, seq=2, kind="bang", data={}, at=START, by="x", role=Role.BUYER, key="z", previous=first.hash
    )
    with pytest.raises(InputError, match="cannot follow"):
        fold_one(fold([first]), strange)


def test_no_two_rows_speak_of_the_same_state() -> None:
    seen: set[tuple[str, OrderState]] = set()
    for row in TRANSITIONS:
        assert isinstance(row, Transition)
        for state in row.source:
            assert (row.name, state) not in seen
            seen.add((row.name, state))


_PLACE = {"slip": "D1", "line": 1}
_BACK = {**_PLACE, "quantity": 1, "reason": "r", "payer": "supplier", "on": "2026-12-01"}
_LINES = [{"no": 1, "item": "x", "quantity": 1, "unit": "個"}]
SAMPLES: dict[str, dict[str, Any]] = {
    "draft": {"work_order": "W", "buyer": "B", "lines": _LINES},
    "change_draft": {"lines": _LINES},
    "send_rfq": {"recipients": [{"firm": FIRM}], "answer_by": "2026-12-05"},
    "quote": {"firm": FIRM, "prices": [{"line": 1, "unit_price_jpy": 1}], "due_on": "2026-12-05", "on": "2026-12-05"},
    "decline_rfq": {"firm": FIRM},
    "approve": {"subject": "order", "firm": FIRM, "amount_jpy": 1, "revision": 1},
    "award": {"firm": FIRM},
    "issue": issue(1),
    "confirm_delivery": {"revision": 1, "channel": "fax", "proof": "ok"},
    "accept": ACCEPT,
    "counter": ACCEPT,
    "decline": {**ACCEPT, "reason": "r"},
    "uphold": {"reason": "r"},
    "revise": {**issue(1), "lines": _LINES, "reason": "r"},
    "settle_notice": {"item": "amount", "value": 1},
    "request_negotiation": {"firm": FIRM, "thread": "N", "words": "w"},
    "answer_negotiation": {"thread": "N", "answer": "agreed"},
    "start": {"firm": FIRM, "on": "2026-12-05"},
    "ship": {"firm": FIRM, "slip": "D1", "on": "2026-12-05", "items": [{"line": 1, "quantity": 1}]},
    "receive": {"slip": "D1", "on": "2026-12-05", "items": [{"line": 1, "quantity": 1}]},
    "report_loss": {**_PLACE, "quantity": 1, "reason": "r"},
    "inspect": {**_PLACE, "accepted": 1, "rejected": 0, "on": "2026-12-05"},
    "return": _BACK,
    "rework": _BACK,
    "claim": {**_PLACE, "quantity": 1, "reason": "r"},
    "close_short": {"reason": "r", "cause": "agreed"},
    "invoice": {"firm": FIRM, "number": "I", "amount_jpy": 1, "on": "2026-12-05"},
    "credit_note": {"firm": FIRM, "number": "C", "amount_jpy": 1, "reason": "r", "on": "2026-12-05"},
    "pay": {"invoice": "I", "reference": "P", "amount_jpy": 1, "on": "2026-12-05"},
    "hold": {"reason": "r"},
    "resume": {"reason": "r"},
    "cancel": {"reason": "r"},
    "supersede": {"replaced_by": "O-2", "reason": "r"},
    "confirm_call": {"note": "c", "follow_up": "b" * 64, "channel": "fax"},
    "withdraw_call": {"note": "c", "reason": "r"},
}
