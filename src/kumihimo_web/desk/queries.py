"""What needs somebody today, gathered from the other apps, the most urgent first."""

from __future__ import annotations

from kumihimo_web.assessments.queries import attention as of_assessments
from kumihimo_web.channels.queries import attention as of_channels
from kumihimo_web.consortium.queries import attention as of_consortium
from kumihimo_web.design.attention import Attention
from kumihimo_web.firms.queries import attention as of_firms
from kumihimo_web.inbox.queries import attention as of_inbox
from kumihimo_web.inquiries.queries import attention as of_inquiries
from kumihimo_web.orders.attention import attention as of_orders
from kumihimo_web.plans.queries import attention as of_plans

SOURCES = (of_firms, of_assessments, of_inquiries, of_plans, of_orders, of_inbox, of_channels, of_consortium)


def today() -> list[Attention]:
    """Return everything that needs the scope's user, the most urgent first; among equals in the order of the loop."""
    return sorted((item for source in SOURCES for item in source()), key=lambda item: item.urgency)
