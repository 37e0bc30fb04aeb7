"""The web: nothing goes over a wire, the message waits for whoever logs in or opens its link."""

from __future__ import annotations

from kumihimo_web.channels.adapters.base import Letter, Taken


class Web:
    """A message to be found. It is delivered when somebody uses the page behind its link (`services.opened`)."""

    repeats = True

    def send(self, letter: Letter, address: str, key: str) -> Taken:
        """Have it there."""
        return Taken()

    def look(self, provider_id: str) -> Taken | None:
        """Know nothing."""
        return None
