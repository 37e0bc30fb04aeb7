"""The published schemas of order messages, checks and verdicts say what the program takes and gives, and no more."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kumihimo.errors import KumihimoError
from kumihimo.interop.order_check_json import order_facts_from_json, verdicts_to_json
from kumihimo.interop.order_schemas import (
    MESSAGE_FORMAT,
    order_check_schema,
    order_message_schema,
    order_verdicts_schema,
)
from kumihimo.trade.fields import FIELDS, check_data
from kumihimo.trade.law import check_order
from kumihimo.trade.notice import IF_IT_APPLIES, NoticeItem
from kumihimo.trade.transitions import SPOKEN

CHECKS = sorted((Path(__file__).parents[3] / "examples/orders/check").glob("*.json"))
PRICES = [{"line": 1, "unit_price_jpy": 0}]
FULL: dict[str, dict[str, Any]] = {
    "quote": {
        "firm": "F-1", "prices": PRICES, "due_on": "2026-12-18", "on": "2026-11-24", "valid_until": "2026-12-04",
        "words": "材料込み",
    },
    "decline_rfq": {"firm": "F-1", "words": "機械がふさがっている"},
    "accept": {
        "firm": "F-1", "revision": 1, "due_on": "2026-12-18", "prices": PRICES, "words": "承知しました",
        "drawings": [{"number": "KB-1042", "revision": "B", "sha256": "0" * 64}],
    },
    "counter": {"firm": "F-1", "revision": 2, "due_on": "2026-12-25", "prices": PRICES, "words": "材料の入荷待ち"},
    "decline": {"firm": "F-1", "revision": 1, "reason": "機械が故障"},
    "request_negotiation": {"firm": "F-1", "thread": "T-1", "words": "材料費の上昇"},
    "start": {"firm": "F-1", "on": "2026-12-07"},
    "ship": {
        "firm": "F-1", "slip": "N-1", "on": "2026-12-17", "items": [{"line": 1, "quantity": 60, "lot": "L-1"}],
    },
    "invoice": {"firm": "F-1", "number": "B-1", "amount_jpy": 186_000, "on": "2026-12-31", "self_billed": False},
    "credit_note": {"firm": "F-1", "number": "C-1", "amount_jpy": 1, "reason": "不良", "on": "2026-12-31"},
}  # fmt: skip
"""Of each kind a message that says everything that it can."""
WRONG: tuple[Any, ...] = ("", 0, -1, 1.5, True, None, [], {}, "2026-02-30", [{"line": 0}], "0" * 63, 10**12 + 1)


def fits(schema: dict[str, Any], document: object) -> bool:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(schema, format_checker=checker).is_valid(document)


def message(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"format": MESSAGE_FORMAT, "order": "PO-2026-000123", "kind": kind, "data": data}


@pytest.mark.parametrize("schema", [order_message_schema, order_check_schema, order_verdicts_schema])
def test_each_is_a_schema(schema: Callable[[], dict[str, Any]]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


# Messages


def test_every_kind_that_a_supplier_says_has_its_fields() -> None:
    schema = order_message_schema()
    assert set(schema["properties"]["kind"]["enum"]) == SPOKEN == set(FULL)
    for kind in SPOKEN:
        told = schema["$defs"][kind]
        assert set(told["required"]) == set(FIELDS[kind].required), kind
        assert set(told["properties"]) == {*FIELDS[kind].required, *FIELDS[kind].optional}, kind


@pytest.mark.parametrize("kind", sorted(SPOKEN))
def test_what_the_schema_takes_the_program_takes(kind: str) -> None:
    schema, full = order_message_schema(), FULL[kind]
    assert set(full) == {*FIELDS[kind].required, *FIELDS[kind].optional}
    least = {name: full[name] for name in FIELDS[kind].required}
    candidates = [full, least, {}, {**full, "unknown": 1}]
    candidates += [{key: value for key, value in full.items() if key != name} for name in full]
    candidates += [{**full, name: wrong} for name in full for wrong in WRONG]
    answers = {True: 0, False: 0}
    for data in candidates:
        is_taken = check_data(kind, data) is None
        assert fits(schema, message(kind, data)) is is_taken, data
        answers[is_taken] += 1
    assert answers[True] >= 2
    assert answers[False] >= 10


@pytest.mark.parametrize(
    "change",
    [{"format": "kumihimo-order-message/2"}, {"order": ""}, {"order": "P" * 41}, {"kind": "pay"}, {"data": []}],
)
def test_the_envelope_is_checked_too(change: dict[str, Any]) -> None:
    good = message("start", FULL["start"])
    assert fits(order_message_schema(), good)
    assert not fits(order_message_schema(), {**good, **change})


# Checks and verdicts


def reads(document: object) -> bool:
    try:
        order_facts_from_json(document)
    except KumihimoError:
        return False
    return True


def changed(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return documents that differ in one place from one that is whole."""
    found = []
    for path in (
        ["number"], ["work"], ["buyer"], ["buyer", "name"], ["supplier", "capital_jpy"], ["supplier", "employees"],
        ["buyer", "sole_proprietor"], ["notice"], ["notice", "amount"], ["notice", "amount", "planned_date"],
        ["notice", "parties", "value"], ["notice", "factoring"], ["closing", "closing_day"], ["closing", "months"],
        ["negotiations"], ["negotiations", 0, "id"], ["negotiations", 0, "answer"], ["price_fixed"],
        ["acknowledgement", "medium"], ["acknowledgement", "amount_jpy"], ["received_on"],
    ):  # fmt: skip
        for wrong in ("", "x", -1, 32, 1.5, [], {}, {"not_applicable": True}, {"not_applicable": False}, "2026-02-30"):
            made = copy.deepcopy(document)
            at: Any = made
            for key in path[:-1]:
                at = at[key]
            at[path[-1]] = wrong
            found.append(made)
    return found


@pytest.mark.parametrize("path", CHECKS, ids=[path.stem for path in CHECKS])
def test_an_order_to_be_judged_is_read_as_the_schema_says(path: Path) -> None:
    schema, document = order_check_schema(), json.loads(path.read_text(encoding="utf-8"))
    assert fits(schema, document)
    assert reads(document)
    for key in schema["required"]:
        lacking = {name: value for name, value in document.items() if name != key}
        assert (fits(schema, lacking), reads(lacking)) == (False, False), key
    assert (fits(schema, {**document, "more": 1}), reads({**document, "more": 1})) == (False, False)
    for made in changed(document):
        assert fits(schema, made) is reads(made), made
    verdicts = verdicts_to_json(
        document["number"], date(2026, 12, 4), check_order(order_facts_from_json(document), on=date(2026, 12, 4))
    )
    assert len(verdicts["verdicts"]) >= 5
    jsonschema.Draft202012Validator(order_verdicts_schema()).validate(verdicts)
    assert not fits(order_verdicts_schema(), {**verdicts, "colour": "blue"})


def test_there_is_an_example() -> None:
    assert CHECKS


def test_the_items_of_the_notice_are_those_of_the_rule() -> None:
    told = order_check_schema()["properties"]["notice"]["properties"]
    assert set(told) == {item.value for item in NoticeItem}
    assert {name for name, entry in told.items() if entry["$ref"].endswith("_if_it_applies")} == {
        item.value for item in IF_IT_APPLIES
    }
