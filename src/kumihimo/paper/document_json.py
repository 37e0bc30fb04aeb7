"""Documents as JSON, format ``kumihimo-order-document/1``: one file holds what every kind of an order prints."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import MISSING, fields
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from kumihimo.errors import InputError
from kumihimo.paper.document import Document
from kumihimo.paper.document_parts import Change, DocumentLine, DocumentParty, SuppliedMaterial
from kumihimo.paper.kinds import DocumentKind, number_beside
from kumihimo.trade.law.tax import Rounding
from kumihimo.trade.notice import NoticeEntry, notice_of

FORMAT = "kumihimo-order-document/1"
_DAYS = frozenset(
    field.name for noun in (Document, DocumentLine, SuppliedMaterial) for field in fields(noun) if "date" in field.type
)


def document_from_json(
    document: Any,
    kind: DocumentKind,
    *,
    lang: str = "ja",
    number: str | None = None,
    revision: int | None = None,
) -> Document:
    """Return the document of a kind from an order's JSON.

    Parameters
    ----------
    number
        In place of the file's. Where neither names one, the number is the order's with the prefix of the kind.
    revision
        In place of the file's.

    Raises
    ------
    InputError
        It is not by the schema, or lacks what the kind needs; the message names the field.
    """
    import jsonschema

    validator = jsonschema.Draft202012Validator(document_schema(), format_checker=jsonschema.FormatChecker())
    wrong = next(iter(sorted(validator.iter_errors(document), key=lambda one: list(map(str, one.path)))), None)
    if wrong is not None:
        raise InputError(
            f"文書のJSONの {wrong.json_path} が正しくありません（{wrong.message[:200]}）。"
            "examples/orders/document-*.json のように直してください。",
            f"{wrong.json_path} of the document is wrong ({wrong.message[:200]}); see examples/orders/document-*.json.",
        )
    values: dict[str, Any] = {key: value for key, value in _with_days(document).items() if key != "format"}
    values["sender"] = DocumentParty(**values["sender"])
    values["recipient"] = DocumentParty(**values["recipient"])
    values["lines"] = tuple(DocumentLine(**_with_days(one)) for one in values.get("lines", ()))
    values["materials"] = tuple(SuppliedMaterial(**_with_days(one)) for one in values.get("materials", ()))
    values["changes"] = tuple(Change(**one) for one in values.get("changes", ()))
    values["notice"] = notice_of(values.get("notice", {}))
    values["rounding"] = Rounding(values.get("rounding", Rounding.FLOOR))
    values["number"] = number or values.get("number") or number_beside(kind, values.get("order", ""))
    if revision is not None:
        values["revision"] = revision
    return Document(kind=kind, lang=lang, **values)


def document_to_json(document: Document) -> dict[str, Any]:
    """Return the JSON of a document: `document_from_json` gives the same document for its kind and language."""
    made: dict[str, Any] = {"format": FORMAT}
    for name, value in _told(document):
        if name in ("kind", "lang"):
            continue
        if name == "notice":
            made[name] = {entry.item.value: notice_entry_to_json(entry) for entry in document.notice}
        elif name in ("lines", "materials", "changes"):
            made[name] = [_plain(one) for one in value]
        else:
            made[name] = _plain(value) if name in ("sender", "recipient") else _plain_value(value)
    return made


def notice_entry_to_json(entry: NoticeEntry) -> dict[str, Any]:
    """Return one entry of a notice as commands and documents carry it."""
    if entry.is_undecided:
        assert entry.planned_date is not None
        return {"undecided_reason": entry.undecided_reason, "planned_date": entry.planned_date.isoformat()}
    return {"not_applicable": True} if entry.value is None else {"value": entry.value}


def _told(noun: Any) -> Iterable[tuple[str, Any]]:
    """Return the fields that differ from their defaults."""
    for field in fields(noun):
        value = getattr(noun, field.name)
        if field.default is MISSING or value != field.default:
            yield field.name, value


def _plain(noun: Any) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in _told(noun)}


def _plain_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _with_days(item: dict[str, Any]) -> dict[str, Any]:
    return {key: date.fromisoformat(value) if key in _DAYS else value for key, value in item.items()}


@cache
def document_schema() -> dict[str, Any]:
    """Return the published JSON schema (2020-12) of an order as documents print it."""
    text = (resources.files("kumihimo.paper") / "schema" / "order-document.schema.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
