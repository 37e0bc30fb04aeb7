"""What a form says about the order it asks for: a file for the command line, a value for everybody else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from kumihimo.errors import InputError

FORMAT = "kumihimo-order-brief/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A firm as it is printed; `fax` and `phone` as people write them, None where unknown."""

    name: str
    fax: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is to be made, by when; None where unknown or not yet agreed."""

    name: str
    drawing: str | None = None
    process: str | None = None
    quantity: int | None = None
    unit: str = "個"
    due: date | None = None
    place: str | None = None
    price_jpy: int | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBrief:
    """An order, or a sheet of several, as a form prints it.

    Attributes
    ----------
    number
        Of the order or, on a daily sheet, of the sheet.
    revision
        From 1; a changed price or date is a new revision.
    items
        One on the forms about one order; up to six on a daily sheet, each with its own order number.
    synthetic
        The order is invented; the form says so.
    """

    number: str
    revision: int
    issued_on: date
    sender: Party
    recipient: Party
    items: tuple[Item, ...]
    answer_by: date | None = None
    synthetic: bool = False


def order_brief_from_json(document: Any) -> OrderBrief:
    """Return the order in a JSON document.

    Raises
    ------
    InputError
        It is not by the schema; the message names the place.
    """
    import jsonschema

    validator = jsonschema.Draft202012Validator(order_brief_schema(), format_checker=jsonschema.FormatChecker())
    wrong = next(iter(sorted(validator.iter_errors(document), key=lambda one: list(map(str, one.path)))), None)
    if wrong is not None:
        raise InputError(
            f"注文のJSONの {wrong.json_path} が正しくありません（{wrong.message[:200]}）。"
            "examples/orders の例のように直してください。",
            f"{wrong.json_path} of the order is wrong ({wrong.message[:200]}); see the examples in examples/orders.",
        )
    return OrderBrief(
        number=document["number"],
        revision=document["revision"],
        issued_on=date.fromisoformat(document["issued_on"]),
        sender=Party(**document["sender"]),
        recipient=Party(**document["recipient"]),
        items=tuple(Item(**{**one, "due": _day(one.get("due"))}) for one in document["items"]),
        answer_by=_day(document.get("answer_by")),
        synthetic=document.get("synthetic", False),
    )


@cache
def order_brief_schema() -> dict[str, Any]:
    """Return the published JSON schema (2020-12) of an order as a form prints it."""
    text = (resources.files("kumihimo.paper") / "schema" / "order-brief.schema.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
