"""What workers look after for the orders: documents that wait to be made and posted."""

from __future__ import annotations

from kumihimo_web.channels.registry import register_delivery
from kumihimo_web.jobs.registry import steady
from kumihimo_web.orders import hearing, outbox

register_delivery(hearing.listen)


@steady
def papers() -> bool:
    """Make or post one document."""
    return outbox.work()
