"""The published JSON schemas (2020-12) of the messages and checks of orders."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

MESSAGE_FORMAT = "kumihimo-order-message/1"
"""What a partner's system says about an order."""


def order_message_schema() -> dict[str, Any]:
    """Return the schema of what a partner's system says about an order."""
    return _schema("order-message")


def order_check_schema() -> dict[str, Any]:
    """Return the schema of what is to be judged of an order."""
    return _schema("order-check")


def order_verdicts_schema() -> dict[str, Any]:
    """Return the schema of the verdicts on an order."""
    return _schema("order-verdicts")


def _schema(name: str) -> dict[str, Any]:
    path = resources.files("kumihimo.interop") / "schema" / f"{name}.schema.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
