"""A proposal as JSON, and the JSON Schema that describes it, both taken from the dataclasses themselves."""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from kumihimo.proposal.proposal import FORMAT, Proposal

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    Any: {},
}


def proposal_to_json(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as JSON-able values; dates in ISO 8601."""
    value = _plain(proposal)
    assert isinstance(value, dict)
    return value


def proposal_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `proposal_to_json`."""
    definitions: dict[str, Any] = {}
    _define(Proposal, definitions)
    definitions["Proposal"]["properties"]["format"] = {"const": FORMAT}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        "$ref": "#/$defs/Proposal",
        "$defs": dict(sorted(definitions.items())),
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return value


def _define(noun: type, definitions: dict[str, Any]) -> None:
    if noun.__name__ in definitions:
        return
    hints = get_type_hints(noun)
    properties: dict[str, Any] = {}
    definitions[noun.__name__] = {
        "type": "object",
        "description": (noun.__doc__ or "").splitlines()[0],
        "additionalProperties": False,
        "required": [item.name for item in fields(noun) if item.default is MISSING],
        "properties": properties,
    }
    for item in fields(noun):
        properties[item.name] = _schema_of(hints[item.name], definitions)


def _schema_of(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema_of(item, definitions) for item in arguments]}
    if origin is tuple:
        return {"type": "array", "items": _schema_of(arguments[0], definitions)}
    if origin is dict:
        return {"type": "object"}
    _define(hint, definitions)
    return {"$ref": f"#/$defs/{hint.__name__}"}
