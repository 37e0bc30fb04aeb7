"""What an audit line is sealed with: the SHA-256 of its content and of the seal before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FIRST = "0" * 64
"""What the first line of a network is chained to."""
_SEALED = ("number", "actor", "user", "role", "verb", "kind", "row", "firm", "before", "after", "note")
_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def seal(previous: str, line: Mapping[str, Any]) -> str:
    """Return the seal of a line.

    Parameters
    ----------
    previous
        Seal of the line before.
    line
        Its columns; all that it says is sealed.
    """
    content = {name: line[name] for name in _SEALED} | {"at": _moment(line["at"])}
    return hashlib.sha256(f"{previous}\n{_written(content)}".encode()).hexdigest()


def _moment(moment: datetime) -> str:
    """Return a moment as it is sealed: UTC with microseconds, the same out of every database."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
