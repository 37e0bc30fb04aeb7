"""What an audit line is sealed with: the SHA-256 of its content and of the seal before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FIRST = "0" * 64
"""What the first line of a network is chained to."""


def seal(previous: str, content: Mapping[str, Any]) -> str:
    """Return the seal of a line.

    Parameters
    ----------
    previous
        Seal of the line before.
    content
        All that the line says; its moment as text, see `moment_text`.
    """
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def moment_text(moment: datetime) -> str:
    """Return a moment as it is sealed: UTC with microseconds, the same out of every database."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
