"""FAX in: a folder into which a FAX server writes. What was taken lies in its folder ``taken``."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from kumihimo.model import Channel
from kumihimo_web.channels.adapters.base import Arrived

MOST_BYTES = 25 * 1024 * 1024
_TYPES = {".tif": "image/tiff", ".tiff": "image/tiff", ".pdf": "application/pdf"}
_SETTLED_S = 10.0
"""A file that was written to in the last seconds may not be whole."""
_MOST_AT_ONCE = 50
_NUMBER = re.compile(r"(?:^|[^0-9+])(\+?\d{8,15})_")
"""``0265123456_20261124.tif``: digits in front of an underscore are the sender's number."""


class FaxFolder:
    """The files of a folder, the oldest first; links, folders and what is too large are left where they are."""

    name = "fax_folder"

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._folder, self._clock = folder, clock

    def poll(self) -> Iterator[Arrived]:
        """Yield the files that are whole, and move each when the next is asked for.

        Raises
        ------
        OSError
            The folder cannot be read or written.
        """
        taken = self._folder / "taken"
        taken.mkdir(exist_ok=True)
        now = self._clock()
        found = []
        for path in self._folder.iterdir():
            about = path.lstat()
            age = now.timestamp() - about.st_mtime
            if path.suffix.lower() in _TYPES and stat.S_ISREG(about.st_mode) and age >= _SETTLED_S:
                found.append((about.st_mtime, path))
        for written, path in sorted(found)[:_MOST_AT_ONCE]:
            raw = _read(path)
            if raw is None:
                continue
            digest = hashlib.sha256(raw).hexdigest()
            number = _NUMBER.search(path.name)
            yield Arrived(
                channel=Channel.FAX,
                channel_id=f"{path.name[:150]}:{digest[:32]}",
                sender=number[1] if number else "",
                raw=raw,
                content_type=_TYPES[path.suffix.lower()],
                subject=path.name,
                received_at=datetime.fromtimestamp(written, UTC),
            )
            # Under a name of its own: a FAX server counts from 1 again one day.
            path.rename(taken / f"{digest[:12]}-{path.name}")


def _read(path: Path) -> bytes | None:
    """Return a file's bytes; None for what is empty, too large, or has become a link in between."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        raw = file.read(MOST_BYTES + 1)
    return raw if 0 < len(raw) <= MOST_BYTES else None
