"""Who wants to hear what became of a message, and what came, and whither words of a kind lead.

An app names its listeners in `tasks.py` or `apps.py`, its pages in `apps.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumihimo_web.channels.models import Inbound


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a message.

    Attributes
    ----------
    state
        ``sent`` (a server took it: no proof that anybody read it), ``delivered`` (the FAX line confirmed it, somebody
        used the page behind its link, a person knows) or ``failed`` (no address is left; it is a call to be made now).
    words
        What the other side said, or a person.
    """

    key: str
    firm: str
    kind: str
    about: str
    revision: int
    channel: str
    address: str
    state: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Names of the addresses to which words of a kind lead.

    Attributes
    ----------
    link
        Page behind the link of a message; it takes the token.
    about
        Page of what a message is about; it takes the number.
    """

    link: str
    about: str


_pages: dict[str, Pages] = {}
_of_deliveries: list[Callable[[Delivery], None]] = []
_of_inbound: list[Callable[[Inbound], None]] = []


def register_pages(kind: str, pages: Pages) -> None:
    """Name the pages of a kind of words; those of a kind that nobody names are the pages of the orders."""
    _pages[kind] = pages


def pages_of(kind: str) -> Pages | None:
    """Return the pages of a kind of words; None where they are those of the orders."""
    return _pages.get(kind)


def register_delivery(listener: Callable[[Delivery], None]) -> Callable[[Delivery], None]:
    """Name a listener; it is called in a transaction of its own, at least once for everything that happened."""
    _of_deliveries.append(listener)
    return listener


def register_inbound(listener: Callable[[Inbound], None]) -> Callable[[Inbound], None]:
    """Name a listener; it is called for everything new that came, in the transaction that makes it new."""
    _of_inbound.append(listener)
    return listener


def tell_delivery(delivery: Delivery) -> None:
    """Tell everybody who listens."""
    for listener in _of_deliveries:
        listener(delivery)


def tell_inbound(inbound: Inbound) -> None:
    """Tell everybody who listens."""
    for listener in _of_inbound:
        listener(inbound)
