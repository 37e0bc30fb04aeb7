"""Which address of a firm is next: the first that is in use, that this machine can reach, and that has not failed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kumihimo.model import Channel
from kumihimo_web.channels.adapters.choice import adapter_of
from kumihimo_web.channels.models import Address


def first_usable(addresses: Iterable[Address], *, failed: Collection[tuple[str, str]] = ()) -> Address | None:
    """Return the first address that can be tried; the telephone, which a person uses, counts as one."""
    for one in addresses:
        is_reached = one.channel == Channel.PHONE or adapter_of(one.channel) is not None
        if one.is_active and is_reached and (one.channel, one.value) not in failed:
            return one
    return None
