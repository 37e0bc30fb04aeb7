"""What is to be judged of an order, and the verdicts, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from kumihimo.interop.strict_json import JsonReader
from kumihimo.trade import fields
from kumihimo.trade.law import (
    Acknowledgement,
    Medium,
    MonthlyClosing,
    OrderFacts,
    PartySize,
    Verdict,
    Work,
    worst,
)
from kumihimo.trade.notice import NoticeEntry, notice_of
from kumihimo.trade.order import Negotiation

FORMAT = "kumihimo-order-check/1"
_NO_MOMENT = datetime(1, 1, 1)  # noqa: DTZ001 - stands for what could not be read, and is refused
_ANSWERS = ("", "agreed", "partly", "refused")


def order_facts_from_json(document: object, name: str = "order.json") -> OrderFacts:
    """Return what is to be judged of an order.

    Parameters
    ----------
    document
        As in ``examples/orders/check``, out of a JSON parser; what is absent is not known.
    name
        What errors call the document.

    Raises
    ------
    LocatedErrors
        Every problem with its JSON path.
    """
    reader = JsonReader(name)
    item = reader.record(
        document,
        "$",
        required=("format", "number", "buyer", "supplier", "notice"),
        optional=(
            "synthetic",
            "work",
            "closing",
            "received_on",
            "negotiations",
            "price_fixed",
            "acknowledgement",
        ),
    )
    reader.choice(item, "$", "format", (FORMAT,), FORMAT)
    reader.boolean(item, "$", "synthetic", default=False)
    work = reader.choice(item, "$", "work", tuple(Work), Work.MANUFACTURE) if item.get("work") is not None else None
    supplier = _party(reader, item, "supplier")
    facts = OrderFacts(
        number=reader.text(item, "$", "number"),
        firm=supplier.name,
        buyer=_party(reader, item, "buyer"),
        supplier=supplier,
        notice=_notice(reader, item),
        work=Work(work) if work else None,
        closing=_closing(reader, item),
        received_on=_day(reader, item, "$", "received_on"),
        negotiations=reader.items(item, "$", "negotiations", lambda r, value, at: _negotiation(r, value, at, supplier)),
        price_fixed=reader.boolean(item, "$", "price_fixed", default=True),
        acknowledgement=_acknowledgement(reader, item),
    )
    reader.finish()
    return facts


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """Return the document of a verdict."""
    return {
        "rule": verdict.rule,
        "title_ja": verdict.title_ja,
        "title_en": verdict.title_en,
        "colour": verdict.colour.value,
        "needs_signature": verdict.needs_signature,
        "ja": verdict.ja,
        "en": verdict.en,
        "quote": verdict.quote,
        "source": verdict.source,
        "in_force_from": verdict.in_force_from.isoformat(),
        "verified": verdict.verified.value,
        "note_ja": verdict.note_ja,
        "note_en": verdict.note_en,
    }


def verdicts_to_json(order: str, on: date, verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """Return the document of all verdicts on an order."""
    found = tuple(verdicts)
    return {
        "format": "kumihimo-order-verdicts/1",
        "order": order,
        "on": on.isoformat(),
        "colour": worst(found).value,
        "verdicts": [verdict_to_json(verdict) for verdict in found],
    }


def _party(reader: JsonReader, item: Mapping[str, Any], key: str) -> PartySize:
    path = f"$.{key}"
    party = reader.record(
        item.get(key, {}), path, required=("name",), optional=("capital_jpy", "employees", "sole_proprietor")
    )
    sole = party.get("sole_proprietor")
    return PartySize(
        name=reader.text(party, path, "name"),
        capital_jpy=_count(reader, party, path, "capital_jpy"),
        employees=_count(reader, party, path, "employees"),
        sole_proprietor=None if sole is None else reader.boolean(party, path, "sole_proprietor", default=False),
    )


def _notice(reader: JsonReader, item: Mapping[str, Any]) -> tuple[NoticeEntry, ...]:
    told = item.get("notice", {})
    fault = fields.notice(told)
    if fault is not None:
        reader.wrong("$.notice", told, *fault)
        return ()
    return notice_of(told)


def _closing(reader: JsonReader, item: Mapping[str, Any]) -> MonthlyClosing | None:
    if item.get("closing") is None:
        return None
    path = "$.closing"
    closing = reader.record(item["closing"], path, required=("closing_day", "months", "pay_day"))
    days = {key: reader.integer(closing, path, key, low=0) for key in ("closing_day", "months", "pay_day")}
    try:
        return MonthlyClosing(**days)
    except ValueError:
        reader.wrong(
            path,
            item["closing"],
            "締切日と支払日は1〜31（31は末日）、月数は0〜12で、支払日は締切より後",
            "closing and payment day 1 to 31 (31 = end of the month), months 0 to 12, paid after the closing",
        )
        return None


def _negotiation(reader: JsonReader, value: object, path: str, supplier: PartySize) -> Negotiation:
    row = reader.record(value, path, required=("id", "asked_at"), optional=("words", "answer", "reason"))
    text = reader.text(row, path, "asked_at")
    try:
        asked_at = datetime.fromisoformat(text)
    except ValueError:
        asked_at = _NO_MOMENT
    if text and asked_at.utcoffset() is None:
        reader.wrong(
            f"{path}.asked_at",
            text,
            "時間帯付きの時刻（例 2026-12-04T09:00:00+09:00）",
            "a moment with its time zone (2026-12-04T09:00:00+09:00)",
        )
    return Negotiation(
        id=reader.text(row, path, "id"),
        firm=supplier.name,
        words=reader.text(row, path, "words", empty=True),
        asked_at=asked_at,
        answer=reader.choice(row, path, "answer", _ANSWERS, ""),
        reason=reader.text(row, path, "reason", empty=True),
    )


def _acknowledgement(reader: JsonReader, item: Mapping[str, Any]) -> Acknowledgement | None:
    if item.get("acknowledgement") is None:
        return None
    path = "$.acknowledgement"
    row = reader.record(
        item["acknowledgement"], path, required=(), optional=("medium", "contract_for_work", "amount_jpy")
    )
    medium = None if row.get("medium") is None else reader.choice(row, path, "medium", tuple(Medium), Medium.PAPER)
    is_work = row.get("contract_for_work")
    return Acknowledgement(
        medium=Medium(medium) if medium else None,
        contract_for_work=None if is_work is None else reader.boolean(row, path, "contract_for_work", default=False),
        amount_jpy=_count(reader, row, path, "amount_jpy"),
    )


def _count(reader: JsonReader, item: Mapping[str, Any], path: str, key: str) -> int | None:
    return None if item.get(key) is None else reader.integer(item, path, key, low=0)


def _day(reader: JsonReader, item: Mapping[str, Any], path: str, key: str) -> date | None:
    text = reader.optional_text(item, path, key)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        reader.wrong(f"{path}.{key}", text, "日付（例 2026-12-04）", "a day (2026-12-04)")
        return None
