"""The published JSON Schema of a read inquiry, as ``kumihimo read --json`` prints it for one file."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def inquiry_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) that `kumihimo.inquiry.to_json.inquiry_to_json` keeps to."""
    text = resources.files("kumihimo.inquiry").joinpath("schema", "inquiry.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
