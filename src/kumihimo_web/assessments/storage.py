"""Bytes of evidence in the data folder, each file under its SHA-256."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from kumihimo_web.project.environment import data_folder


def keep(content: bytes) -> str:
    """Keep bytes and return their SHA-256; bytes that are there already are not written again."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = _path(sha256)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: another process never sees half of a file.
        handle, name = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    return sha256


def read(sha256: str) -> bytes | None:
    """Return the bytes, None where they are gone."""
    path = _path(sha256)
    return path.read_bytes() if path.is_file() else None


def is_whole(sha256: str) -> bool:
    """Return whether the bytes are there and are those that were kept."""
    found = read(sha256)
    return found is not None and hashlib.sha256(found).hexdigest() == sha256


def forget(sha256: str) -> None:
    """Delete the bytes."""
    _path(sha256).unlink(missing_ok=True)


def _path(sha256: str) -> Path:
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError(f"no SHA-256: {sha256!r}")
    return data_folder() / "evidence" / sha256[:2] / sha256
