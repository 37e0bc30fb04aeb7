"""Synthetic lives of orders: repeatable, valid from end to end, and varied."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone

from kumihimo.simulate.orders import deliveries, eight_steps, order_life
from kumihimo.trade import OperationOrder, OrderState, Outcome, carry_out
from kumihimo.trade.transitions import MESSAGES

START = datetime(2026, 12, 1, 9, tzinfo=timezone(timedelta(hours=9)))


def test_same_seed_gives_the_same_life() -> None:
    assert order_life(5, start=START) == order_life(5, start=START)
    assert order_life(5, start=START) != order_life(6, start=START)


def test_every_life_is_valid_to_the_last_payment_and_together_they_show_everything() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(300):
        order: OperationOrder | None = None
        for command in order_life(seed, start=START):
            order, decision = carry_out(order, command)
            assert decision.outcome is Outcome.APPLIED, (seed, command.kind, decision.ja)
            kinds[command.kind] += 1
        assert order is not None
        assert order.state is OrderState.PAID
        assert "SYN" in order.id
        assert "合成" in order.lines[0].item
    assert set(kinds) == {
        "draft", "send_rfq", "quote", "approve", "award", "issue", "confirm_delivery", "counter", "revise", "accept",
        "start", "ship", "receive", "report_loss", "inspect", "return", "rework", "close", "close_short", "invoice",
        "pay",
    }  # fmt: skip


def test_eight_steps_are_eight_transitions() -> None:
    order: OperationOrder | None = None
    for command in eight_steps(1, start=START):
        order, decision = carry_out(order, command)
        assert decision.outcome is Outcome.APPLIED
    assert order is not None
    assert (order.version, order.state) == (8, OrderState.INSPECTED)


def test_deliveries_repeat_and_shuffle_messages_and_keep_decisions_in_order() -> None:
    life = order_life(23, start=START)
    sent = list(deliveries(life, 1))
    assert sent == list(deliveries(life, 1))
    assert {command.key for command in sent} == {command.key for command in life}
    assert 1 < max(Counter(command.key for command in sent).values()) <= 3
    firsts = list(dict.fromkeys(command.key for command in sent if command.kind not in MESSAGES))
    assert firsts == [command.key for command in life if command.kind not in MESSAGES]
    assert list(dict.fromkeys(command.key for command in sent)) != [command.key for command in life]
