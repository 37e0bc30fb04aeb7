"""Events and orders as JSON: there and back, and nothing changed on the way is taken."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from kumihimo.errors import InputError, LocatedErrors
from kumihimo.interop.order_json import event_from_json, event_to_json, order_to_json
from kumihimo.simulate.orders import order_life
from kumihimo.trade import OperationOrder, OrderEvent, OrderState, carry_out, fold

START = datetime(2026, 12, 1, 9, tzinfo=timezone(timedelta(hours=9)))


def lived(seed: int) -> tuple[OperationOrder, list[OrderEvent]]:
    order: OperationOrder | None = None
    events: list[OrderEvent] = []
    for command in order_life(seed, start=START):
        order, decision = carry_out(order, command)
        events += decision.events
    assert order is not None
    return order, events


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(event_to_json(lived(3)[1][0])))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_events_come_back_and_make_the_same_order(seed: int) -> None:
    order, events = lived(seed)
    text = json.dumps([event_to_json(event) for event in events], ensure_ascii=False)
    again = [event_from_json(row) for row in json.loads(text)]
    assert again == events
    assert fold(again) == order


def test_moment_is_written_in_utc() -> None:
    assert document()["at"].endswith("+00:00")


def test_changed_event_is_refused() -> None:
    changed = document()
    changed["data"]["buyer"] = "別の発注者"
    with pytest.raises(InputError, match="its hash does not fit") as caught:
        event_from_json(changed, "注文.json")
    assert "注文.json" in caught.value.ja


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "explode"}, "$.kind"),
        ({"kind": "confirm_call"}, "$.kind"),
        ({"role": "king"}, "$.role"),
        ({"seq": 0}, "$.seq"),
        ({"at": "2026-12-01T09:00:00"}, "$.at"),
        ({"at": "yesterday"}, "$.at"),
        ({"hash": "A" * 64}, "$.hash"),
        ({"previous": "0"}, "$.previous"),
        ({"data": [1]}, "$.data"),
        ({"data": {"lines": [{"quantity": 1.5}]}}, "$.data.lines[0].quantity"),
        ({"format": "kumihimo-order-event/2"}, "$.format"),
        ({"colour": "red"}, "$.colour"),
        ({"key": ""}, "$.key"),
    ],
)
def test_problem_is_told_with_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(LocatedErrors) as caught:
        event_from_json({**document(), **change})
    assert place in [problem.column for problem in caught.value.problems]


@pytest.mark.parametrize("value", [None, [], "x", {}])
def test_what_is_no_event_is_refused(value: object) -> None:
    with pytest.raises(LocatedErrors):
        event_from_json(value)


def test_order_document_has_everything_and_is_json() -> None:
    order, events = lived(7)
    told = order_to_json(order)
    assert json.loads(json.dumps(told)) == told
    assert (told["format"], told["state"], told["version"]) == ("kumihimo-order/1", OrderState.PAID, len(events))
    assert told["accepted_jpy"] == told["invoiced_jpy"] == told["paid_jpy"] == order.paid_jpy > 0
    assert told["notice"][0]["item"] == "parties"
    assert told["shipments"][0]["receipts"][0]["on"] == order.shipments[0].receipts[0].on.isoformat()
