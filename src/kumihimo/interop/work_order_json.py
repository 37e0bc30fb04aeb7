"""A work order as JSON, format ``kumihimo-work-order/1``: what is kept of a booked team until it is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kumihimo.interop.strict_json import JsonReader
from kumihimo.model import OrderStep, StepOffer, WorkOrder

FORMAT = "kumihimo-work-order/1"
_LEAST_WEIGHT = 0.001


def work_order_to_json(order: WorkOrder) -> dict[str, Any]:
    """Return the document of a work order; what is not known is left out."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "id": order.id,
        "title": order.title,
        "buyer": order.buyer,
        "release": order.release.isoformat(),
    }
    if order.due is not None:
        document["due"] = order.due.isoformat()
    document["weight"] = order.weight
    if order.ship_to is not None:
        document["ship_to"] = {"lat": order.ship_to[0], "lon": order.ship_to[1]}
    if order.mass_kg is not None:
        document["mass_kg"] = order.mass_kg
    document["steps"] = [_step_document(step) for step in order.steps]
    return document


def _step_document(step: OrderStep) -> dict[str, Any]:
    return {
        "id": step.id,
        "label_ja": step.label_ja,
        "label_en": step.label_en,
        "process": step.process,
        "quantity": step.quantity,
        "after": list(step.after),
        "chosen": list(step.chosen),
        "offers": [_offer_document(offer) for offer in step.offers],
    }


def _offer_document(offer: StepOffer) -> dict[str, Any]:
    document: dict[str, Any] = {
        "firm": offer.firm,
        "site": offer.site,
        "capability": offer.capability,
        "minutes": offer.minutes,
        "jpy": offer.jpy,
    }
    if offer.quantity is not None:
        document["quantity"] = offer.quantity
    return document


def work_order_from_json(document: Mapping[str, Any], name: str = "work_order.json") -> WorkOrder:
    """Return the work order of a document.

    Parameters
    ----------
    document
        As `work_order_to_json` writes it, out of a JSON parser.
    name
        What errors call the document.

    Raises
    ------
    LocatedErrors
        Every problem with its JSON path: a key missing or not known, a value out of range, a step after one that does
        not stand before it, a chosen site without an offer, shares that do not add up to the lot.
    """
    reader = JsonReader(name)
    path = "$"
    item = reader.record(
        document,
        path,
        required=("format", "id", "title", "buyer", "release", "steps"),
        optional=("due", "weight", "ship_to", "mass_kg"),
    )
    reader.choice(item, path, "format", (FORMAT,), FORMAT)
    order = WorkOrder(
        id=reader.text(item, path, "id"),
        title=reader.text(item, path, "title"),
        buyer=reader.text(item, path, "buyer", empty=True),
        release=_day(reader, reader.text(item, path, "release"), f"{path}.release") or date.min,
        due=_day(reader, reader.optional_text(item, path, "due"), f"{path}.due"),
        weight=float(reader.number(item, path, "weight", low=_LEAST_WEIGHT, default=1.0)),
        ship_to=_point(reader, item, path),
        mass_kg=float(reader.number(item, path, "mass_kg", low=0)) if item.get("mass_kg") is not None else None,
        steps=reader.items(item, path, "steps", _step),
    )
    _references(reader, order)
    reader.finish()
    return order


def _day(reader: JsonReader, text: str | None, path: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        reader.wrong(path, text, "日付（例 2026-12-04）", "a date (2026-12-04)")
    return day


def _point(reader: JsonReader, item: Mapping[str, Any], path: str) -> tuple[float, float] | None:
    if item.get("ship_to") is None:
        return None
    here = f"{path}.ship_to"
    point = reader.record(item["ship_to"], here, required=("lat", "lon"))
    return (
        float(reader.number(point, here, "lat", low=-90, high=90)),
        float(reader.number(point, here, "lon", low=-180, high=180)),
    )


def _step(reader: JsonReader, value: object, path: str) -> OrderStep:
    keys = ("id", "label_ja", "label_en", "process", "quantity", "after", "chosen", "offers")
    item = reader.record(value, path, required=keys)
    return OrderStep(
        id=reader.text(item, path, "id"),
        label_ja=reader.text(item, path, "label_ja"),
        label_en=reader.text(item, path, "label_en"),
        process=reader.text(item, path, "process"),
        quantity=reader.integer(item, path, "quantity", low=1),
        after=reader.texts(item, path, "after"),
        chosen=reader.texts(item, path, "chosen"),
        offers=reader.items(item, path, "offers", _offer),
    )


def _offer(reader: JsonReader, value: object, path: str) -> StepOffer:
    item = reader.record(value, path, required=("firm", "site", "capability", "minutes", "jpy"), optional=("quantity",))
    return StepOffer(
        firm=reader.text(item, path, "firm"),
        site=reader.text(item, path, "site"),
        capability=reader.text(item, path, "capability"),
        minutes=reader.integer(item, path, "minutes", low=1),
        jpy=reader.integer(item, path, "jpy", low=0),
        quantity=reader.integer(item, path, "quantity", low=1) if item.get("quantity") is not None else None,
    )


def _references(reader: JsonReader, order: WorkOrder) -> None:
    if not order.steps:
        reader.lacking("$.steps", "工程が1つ以上必要です", "at least one step")
    reader.unique("$.steps", [step.id for step in order.steps])
    before: set[str] = set()
    for index, step in enumerate(order.steps):
        path = f"$.steps[{index}]"
        with reader.within(step.id):
            if "@" in step.id:
                reader.wrong(f"{path}.id", step.id, "「@」のないID", "an id without '@'")
            reader.unique(f"{path}.after", step.after)
            for name in step.after:
                if name not in before:
                    reader.wrong(f"{path}.after", name, "前に並ぶ工程のID", "the id of a step that stands before it")
            _chosen(reader, step, path)
        before.add(step.id)


def _chosen(reader: JsonReader, step: OrderStep, path: str) -> None:
    offered = reader.unique(f"{path}.offers", [offer.site for offer in step.offers])
    if not step.chosen:
        reader.lacking(f"{path}.chosen", "担当する拠点が1つ以上必要です", "at least one site that does it")
    reader.unique(f"{path}.chosen", step.chosen)
    for site in step.chosen:
        reader.refer(f"{path}.chosen", site, offered, f"{path}.offers")
    if not step.is_split:
        for at, offer in enumerate(step.offers):
            if offer.quantity is not None:
                reader.wrong(
                    f"{path}.offers[{at}].quantity",
                    offer.quantity,
                    "ロットを分けない工程では数量なし",
                    "no quantity where the lot is not split",
                )
        return
    shares = [offer.quantity or 0 for offer in step.offers if offer.site in step.chosen]
    if sum(shares) != step.quantity or 0 in shares:
        reader.wrong(
            f"{path}.offers",
            shares,
            f"担当する拠点の数量の合計が {step.quantity}",
            f"quantities of the chosen sites that add up to {step.quantity}",
        )
    for at, offer in enumerate(step.offers):
        if offer.site not in step.chosen and (offer.quantity or 0) < max(shares, default=0):
            reader.wrong(
                f"{path}.offers[{at}].quantity",
                offer.quantity,
                f"最大の分担 {max(shares)} 以上",
                f"at least the largest share, {max(shares)}",
            )
