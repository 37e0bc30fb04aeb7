"""What is chased today 催促: the open items of all orders, put to `kumihimo.trade.chasing`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import QuerySet

from kumihimo.model import Channel
from kumihimo.paper.kinds import DocumentKind
from kumihimo.trade import OperationOrder
from kumihimo.trade.chase_schedule import ChaseKind
from kumihimo.trade.chasing import Chased, DailyList, OpenItem, Outcome, Partner, due_today
from kumihimo.trade.open_items import open_items as items_of
from kumihimo_web.accounts.kept import kept
from kumihimo_web.audit.queries import chain_end
from kumihimo_web.channels import queries as channels
from kumihimo_web.channels.states import Sent
from kumihimo_web.firms import queries as firms
from kumihimo_web.orders.folding import folded
from kumihimo_web.orders.models import Chase, Order

REMINDED: Mapping[ChaseKind, str] = {
    ChaseKind.ORDER: "acknowledgement",
    ChaseKind.LATE: "delivery",
}
"""What a reminder 督促状 asks for (`kumihimo.paper.document.ABOUT`), by what is awaited of the firm of an order.

Several firms are asked for a quotation: the sheet of the day reminds each of its own request.
"""
WRITTEN = (DocumentKind.DAILY.value, DocumentKind.REMINDER.value)
"""Papers that chase."""


def open_items(today: date) -> tuple[OpenItem, ...]:
    """Return everything that orders wait for and that could be chased by `today`, and what else waits for its firms."""
    waiting = Order.objects.exclude(chase_from=None)
    due = _items(waiting.filter(chase_from__lte=today), today)
    partners = {item.partner for item in due if item.kind.is_partners}
    later = _items(waiting.filter(chase_from__gt=today, firm__in=partners), today) if partners else ()
    return (*due, *later)


def _items(rows: QuerySet[Order], today: date) -> tuple[OpenItem, ...]:
    found = {
        pk: (ref, asked, issued) for pk, ref, asked, issued in rows.values_list("pk", "ref", "asked_on", "issued_on")
    }
    orders = folded({pk: ref for pk, (ref, _asked, _issued) in found.items()})
    return tuple(
        item
        for ref, asked_on, issued_on in found.values()
        for item in items_of(orders[ref], today, asked_on=asked_on, issued_on=issued_on)
    )


def overdue(row: Order, order: OperationOrder, today: date) -> tuple[OpenItem, ...]:
    """Return what firms owe for an order since a day that has passed: each can be asked for in a reminder 督促状."""
    found = items_of(order, today, asked_on=row.asked_on, issued_on=row.issued_on)
    return tuple(item for item in found if is_overdue(item, today))


def is_overdue(item: OpenItem, today: date) -> bool:
    """Whether a firm owes something since a day that has passed."""
    # What is late counts from the first day late, all else from the last day in time.
    return item.kind in REMINDED and (item.kind is ChaseKind.LATE or item.anchor < today)


def written_to(today: date) -> frozenset[str]:
    """Return the firms that were written to today: one message a day is enough."""
    return frozenset(Chase.objects.filter(on=today).exclude(channel="").values_list("partner", flat=True))


def paper_channel(firm: str) -> Channel | None:
    """Return the first channel of a firm that carries a paper; None where only the telephone is left."""
    return next((one for one in _channels_of(firm) if one is not Channel.PHONE), None)


def chase_list(today: date) -> DailyList:
    """Return what is to be chased today, one proposed action each. For coordinators."""
    # Every write has its audit line: while the chain has not grown, nothing has changed.
    return kept("chase-list", (today, chain_end()), lambda: _chase_list(today))


def _chase_list(today: date) -> DailyList:
    items = open_items(today)
    partners = partners_of(item.partner for item in items)
    # Of a message in doubt `channels` asks a person; until then nothing more is sent to that partner.
    in_doubt = set(channels.messages(state=Sent.UNKNOWN).filter(kind__in=WRITTEN).values_list("key", flat=True))
    sent = Chase.objects.filter(partner__in=partners)
    return due_today(items, partners, today, [_chased(row, in_doubt) for row in sent])


def _chased(row: Chase, in_doubt: Collection[str]) -> Chased:
    return Chased(
        key=row.key,
        partner=row.partner,
        on=row.on,
        channel=Channel(row.channel) if row.channel else None,
        outcome=Outcome.UNKNOWN if row.message and row.message in in_doubt else Outcome(row.outcome),
    )


def partners_of(refs: Iterable[str]) -> dict[str, Partner]:
    """Return how and when firms are spoken to."""
    wanted = sorted(set(refs))
    return {
        firm: Partner(firm=firm, channels=_channels_of(firm), calendar=firms.calendars_of(firm)[0]) for firm in wanted
    }


def _channels_of(firm: str) -> tuple[Channel, ...]:
    """Return the channels of a firm, the one that it prefers first."""
    rows = sorted((one for one in channels.addresses(firm) if one.is_active), key=lambda one: one.rank)
    return tuple(dict.fromkeys(Channel(one.channel) for one in rows))
