"""The demo's way out: what would be sent lies in a folder, to be looked at. Nothing reaches anybody."""

from __future__ import annotations

import re
from pathlib import Path

from kumihimo_web.channels.adapters.base import Later, Letter, Taken

_NAME = re.compile(r"[^\w.\-]+")


class Outbox:
    """A folder a letter, named by channel, address and key: sent again, it is written over."""

    repeats = True

    def __init__(self, folder: Path, channel: str) -> None:
        self._folder, self._channel = folder, channel

    def send(self, letter: Letter, address: str, key: str) -> Taken:
        """Write the letter."""
        place = self._folder / f"{self._channel}-{_NAME.sub('_', address)[:60]}-{key[:12]}"
        try:
            place.mkdir(parents=True, exist_ok=True)
            (place / "letter.txt").write_text(f"{address}\n{letter.subject}\n\n{letter.text}\n", encoding="utf-8")
            for number, one in enumerate(letter.enclosed, start=1):
                (place / f"{number}-{_NAME.sub('_', one.name)[-80:]}").write_bytes(one.content)
        except OSError as why:
            raise Later(f"outbox: {why.strerror}") from None
        return Taken(provider_id=place.name, words=f"outbox/{place.name}")

    def look(self, provider_id: str) -> Taken | None:
        """Know nothing."""
        return None
