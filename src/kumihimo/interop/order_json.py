"""Orders and their events as JSON, formats ``kumihimo-order-event/1`` and ``kumihimo-order/1``.

An event that was changed on the way is refused by its hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from kumihimo.errors import InputError
from kumihimo.interop.strict_json import JsonReader
from kumihimo.trade.events import OrderEvent, hash_of, instant
from kumihimo.trade.fields import is_sha256
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.states import Role
from kumihimo.trade.transitions import KINDS

EVENT_FORMAT = "kumihimo-order-event/1"
ORDER_FORMAT = "kumihimo-order/1"
_NO_MOMENT = datetime(1, 1, 1)  # noqa: DTZ001 - stands for what could not be read, and is refused
_EVENT_KINDS = (*(kind for kind in KINDS if kind != "confirm_call"), "ignored", "call_noted")


def event_to_json(event: OrderEvent) -> dict[str, Any]:
    """Return the document of an event; its moment is UTC with microseconds, as it is hashed."""
    return {
        "format": EVENT_FORMAT,
        "order": event.order,
        "seq": event.seq,
        "kind": event.kind,
        "data": event.data,
        "at": instant(event.at),
        "by": event.by,
        "role": event.role.value,
        "key": event.key,
        "previous": event.previous,
        "hash": event.hash,
    }


def event_from_json(document: object, name: str = "event.json") -> OrderEvent:
    """Return the event of a document.

    Parameters
    ----------
    document
        As `event_to_json` writes it, out of a JSON parser.
    name
        What errors call the document.

    Raises
    ------
    LocatedErrors
        Every problem with its JSON path: a key missing or not known, a kind or role that does not exist, a moment
        without a time zone.
    InputError
        The event is not the one that was written: its hash does not fit.
    """
    reader = JsonReader(name)
    keys = ("format", "order", "seq", "kind", "data", "at", "by", "role", "key", "previous", "hash")
    item = reader.record(document, "$", required=keys)
    reader.choice(item, "$", "format", (EVENT_FORMAT,), EVENT_FORMAT)
    data = item.get("data")
    if not isinstance(data, dict):
        reader.wrong("$.data", data, "オブジェクト {…}", "an object {...}")
        data = {}
    _no_fractions(reader, data, "$.data")
    event = OrderEvent(
        order=reader.text(item, "$", "order"),
        seq=reader.integer(item, "$", "seq", low=1),
        kind=reader.choice(item, "$", "kind", _EVENT_KINDS, "draft"),
        data=data,
        at=_moment(reader, item),
        by=reader.text(item, "$", "by"),
        role=Role(reader.choice(item, "$", "role", tuple(Role), Role.SYSTEM)),
        key=reader.text(item, "$", "key"),
        previous=_hash(reader, item, "previous"),
        hash=_hash(reader, item, "hash"),
    )
    reader.finish()
    if hash_of(event) != event.hash:
        raise InputError(
            f"{name}: 記録 {event.seq}（{event.kind}）は、書かれた後に変えられています（ハッシュ不一致）。"
            "元の記録を使ってください。",
            f"{name}: event {event.seq} ({event.kind}) was changed after it was written: its hash does not fit; "
            "use the original.",
        )
    return event


def _moment(reader: JsonReader, item: Mapping[str, Any]) -> datetime:
    text = reader.text(item, "$", "at")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = _NO_MOMENT
    if text and at.utcoffset() is None:
        reader.wrong(
            "$.at",
            text,
            "時間帯付きの時刻（例 2026-12-04T09:00:00+09:00）",
            "a moment with its time zone (2026-12-04T09:00:00+09:00)",
        )
    return at


def _hash(reader: JsonReader, item: Mapping[str, Any], key: str) -> str:
    text = reader.text(item, "$", key)
    if text and not is_sha256(text):
        reader.wrong(f"$.{key}", text, "SHA-256（小文字の16進64桁）", "a SHA-256 (64 lower-case hexadecimal digits)")
    return text


def _no_fractions(reader: JsonReader, value: object, path: str) -> None:
    """Note every fraction: it would not be hashed the same everywhere."""
    if isinstance(value, float):
        reader.wrong(path, value, "整数", "a whole number")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _no_fractions(reader, inner, f"{path}.{key}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            _no_fractions(reader, inner, f"{path}[{at}]")


def order_to_json(order: OperationOrder) -> dict[str, Any]:
    """Return the document of an order as it stands: for reading only, the events are what is kept."""
    return {
        "format": ORDER_FORMAT,
        **_document(order),
        "amount_jpy": order.amount_jpy,
        "accepted_jpy": order.accepted_jpy,
        "invoiced_jpy": order.invoiced_jpy,
        "paid_jpy": order.paid_jpy,
    }


def _document(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _document(inner) for key, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, (tuple, list)):
        return [_document(inner) for inner in value]
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
