"""Between the values of the library and the JSON that the database keeps."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from kumihimo.model import Inquiry

T = TypeVar("T")


def to_data(inquiry: Inquiry) -> dict[str, Any]:
    """Return everything that was read as JSON; `of_data` gives the same inquiry back."""
    data = _plain(inquiry)
    assert isinstance(data, dict)
    return data


def of_data(data: dict[str, Any]) -> Inquiry:
    """Return the inquiry of its JSON; values of single fields stay as plain JSON."""
    return build(Inquiry, data)


def build(noun: type[T], data: dict[str, Any]) -> T:
    """Return a frozen value of the library of the JSON of its fields."""
    made: T = _built(noun, data)
    return made


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


@cache
def _hints(noun: type) -> dict[str, Any]:
    return get_type_hints(noun)


def _built(hint: Any, value: Any) -> Any:
    if value is None or hint is Any:
        return value
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _built(next(one for one in arguments if one is not type(None)), value)
    if origin is tuple:
        kinds = arguments[:1] * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(_built(kind, item) for kind, item in zip(kinds, value, strict=True))
    if origin in (dict, Literal):
        return value
    if hint in (date, datetime):
        return hint.fromisoformat(value)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = _hints(hint)
        return hint(**{name: _built(hints[name], item) for name, item in value.items()})
    return float(value) if hint is float else value
