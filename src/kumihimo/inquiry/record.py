"""An inquiry as a JSON-able record: what ``kumihimo read --json`` prints, one object a file."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from kumihimo.model.inquiry import Inquiry
from kumihimo.model.requirement import Requirements


def as_record(inquiry: Inquiry) -> dict[str, Any]:
    """Return the record of an inquiry; it is valid against `schema`.

    Under ``requirements`` a tolerance is ``{"upper", "lower", "fit"}``; the requirements of each part also name the
    nominal size that it belongs to (``nominal_mm``).
    """
    record: dict[str, Any] = {
        "id": inquiry.id,
        "file": inquiry.file,
        "style": inquiry.style,
        "today": inquiry.today.isoformat(),
        "text": inquiry.text,
        "requirements": requirements_record(inquiry.requirements),
    }
    for name in ("fields", "questions", "parts", "context"):
        record[name] = plain(getattr(inquiry, name))
    return record


def requirements_record(needs: Requirements) -> dict[str, Any]:
    """Return the requirements of the whole inquiry as a record."""
    record: dict[str, Any] = plain(needs)
    for tolerance in record["tolerances"]:
        del tolerance["nominal_mm"]
    return record


def plain(value: Any) -> Any:
    """Return a JSON-able form: records for dataclasses, ISO 8601 for dates, lists for tuples."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a record."""
    text = resources.files("kumihimo.inquiry").joinpath("schema", "inquiry.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
