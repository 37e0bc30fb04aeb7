"""The published JSON schema of ``kumihimo-network/1``, generated from the model so that it cannot go stale.

``python -m kumihimo.interop.network_schema`` writes it anew.
"""

from __future__ import annotations

import json
from enum import IntEnum
from importlib import resources
from pathlib import Path
from typing import Any

from kumihimo.interop.cell import to_json
from kumihimo.interop.network_json import FORMAT
from kumihimo.interop.table_spec import Column, TableSpec, table_specs

_DATE = {"type": "string", "format": "date"}
_MINUTE = {"type": "integer", "minimum": 0, "maximum": 2880}
_ITEMS: dict[str, dict[str, Any]] = {
    "texts": {"type": "string"},
    "ids": {"type": "string", "minLength": 1},
    "weekdays": {"type": "integer", "minimum": 0, "maximum": 6, "description": "0 is Monday"},
    "dates": _DATE,
    "shifts": {
        "type": "object",
        "properties": {
            "weekday": {"type": "integer", "minimum": 0, "maximum": 6},
            "start_min": _MINUTE,
            "end_min": _MINUTE,
        },
        "required": ["weekday", "start_min", "end_min"],
        "additionalProperties": False,
    },
    "pauses": {
        "type": "object",
        "properties": {"start_min": _MINUTE, "end_min": _MINUTE},
        "required": ["start_min", "end_min"],
        "additionalProperties": False,
    },
    "periods": {
        "type": "object",
        "properties": {"first": _DATE, "last": _DATE},
        "required": ["first", "last"],
        "additionalProperties": False,
    },
}


def network_schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12) of a network document."""
    tables = {
        name: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}, "title": spec.sheet}
        for name, spec in table_specs().items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:kumihimo:{FORMAT}",
        "title": "Kumihimo network",
        "description": "All tables of a network of firms. A value that is absent is unknown. Lengths mm, roughness µm, "
        "mass kg, money integer yen.",
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "name": {"type": "string"},
            "synthetic": {"type": "boolean", "description": "true: every row is invented"},
            "note": {"type": "string"},
            **tables,
        },
        "required": ["format"],
        "additionalProperties": False,
        "$defs": {name: _table(spec) for name, spec in table_specs().items()},
    }


def published_schema() -> dict[str, Any]:
    """Return the schema as it is shipped."""
    text = (resources.files("kumihimo.interop") / "schema" / "network.schema.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _table(spec: TableSpec) -> dict[str, Any]:
    return {
        "type": "object",
        "title": spec.sheet,
        "properties": {column.name: _property(column) for column in spec.columns},
        "required": [column.name for column in spec.columns if column.required],
        "additionalProperties": False,
    }


def _property(column: Column) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": column.ja}
    words = [f"[{column.unit}]"] if column.unit else []
    words += [f"code list: {column.terms}"] if column.terms else []
    words += [f"id in {column.refers_to}"] if column.refers_to else []
    words += [f"seen by: {column.see.value}"]
    schema["description"] = "; ".join(words)
    schema |= _type(column)
    if not column.required and column.default not in (None, "", ()):
        schema["default"] = to_json(column.default)
    return schema


def _type(column: Column) -> dict[str, Any]:
    if column.is_list:
        return {"type": "array", "items": _ITEMS[column.kind]}
    if column.choices is not None:
        kind = "integer" if issubclass(column.choices, IntEnum) else "string"
        return {"type": kind, "enum": [to_json(option) for option in column.choices]}
    least, most = column.limits
    match column.kind:
        case "number" | "integer":
            return {"type": column.kind, "minimum": least, "maximum": most}
        case "flag":
            return {"type": "boolean"}
        case "date":
            return dict(_DATE)
        case "week":
            return {"type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$"}
        case "id":
            return {"type": "string", "minLength": 1}
    return {"type": "string"}


if __name__ == "__main__":
    target = Path(__file__).parent / "schema" / "network.schema.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(network_schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
