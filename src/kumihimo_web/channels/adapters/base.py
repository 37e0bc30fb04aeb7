"""What all adapters share: a letter goes out by `send`, what came is handed over by `poll`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

MOST_SAID = 500
"""Characters that are kept of what the other side says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A file."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is sent: the same words on every channel, and as many of the files as the channel carries.

    Attributes
    ----------
    enclosed
        The letter itself as pages first, then what goes with it.
    linked
        Names of files that did not fit into it.
    link
        Where all of it can be opened; empty where there is no such page.
    """

    subject: str
    text: str
    enclosed: tuple[Enclosed, ...] = ()
    linked: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The other side took a letter.

    Attributes
    ----------
    provider_id
        What the other side calls it; it may be asked for later (`Adapter.look`), or come back.
    is_delivered
        Whether it has arrived, which on most channels nobody can tell.
    """

    provider_id: str = ""
    words: str = ""
    is_delivered: bool = False


def plain(words: str) -> str:
    """Return what the other side said on one line, without what no database takes, and not more than anybody reads."""
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:MOST_SAID]


class NotTaken(Exception):
    """A letter did not go out.

    Parameters
    ----------
    words
        What the other side said.
    """

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = plain(words)


class Refused(NotTaken):
    """It did not, and never will to this address."""


class Later(NotTaken):
    """It did not, but may later."""


class Doubtful(NotTaken):
    """Nobody can tell: the line broke when it was on its way."""


class Adapter(Protocol):
    """A way out.

    Attributes
    ----------
    repeats
        Whether the same letter under the same key may be sent again without harm.
    """

    repeats: bool

    def send(self, letter: Letter, address: str, key: str) -> Taken:
        """Send a letter under a key (40 hexadecimal digits); raises `Refused`, `Later` or `Doubtful`."""

    def look(self, provider_id: str) -> Taken | None:
        """Return what became of a letter that was taken, None when nothing more is known; raises `Refused`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Something that came, as the channel tells it."""

    channel: str
    channel_id: str
    sender: str
    raw: bytes
    content_type: str
    subject: str = ""
    received_at: datetime | None = None


class Source(Protocol):
    """A way in."""

    name: str

    def poll(self) -> Iterator[Arrived]:
        """Yield what came. What was yielded counts as taken when the next is asked for, and not before."""
