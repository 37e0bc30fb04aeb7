"""What is chased today 催促: the open items of all orders, put to `kumihimo.trade.chasing`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import QuerySet

from kumihimo.model import Channel
from kumihimo.paper.kinds import DocumentKind
from kumihimo.trade.chasing import Chased, DailyList, OpenItem, Outcome, Partner, due_today
from kumihimo.trade.open_items import open_items as items_of
from kumihimo_web.accounts.kept import kept
from kumihimo_web.audit.queries import chain_end
from kumihimo_web.channels import queries as channels
from kumihimo_web.channels.states import Sent
from kumihimo_web.firms import queries as firms
from kumihimo_web.orders.folding import folded
from kumihimo_web.orders.models import Chase, Order


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


def chase_list(today: date) -> DailyList:
    """Return what is to be chased today, one proposed action each. For coordinators."""
    # Every write has its audit line: while the chain has not grown, nothing has changed.
    return kept("chase-list", (today, chain_end()), lambda: _chase_list(today))


def _chase_list(today: date) -> DailyList:
    items = open_items(today)
    partners = partners_of(item.partner for item in items)
    # Of a message in doubt `channels` asks a person; until then nothing more is sent to that partner.
    in_doubt = set(channels.messages(state=Sent.UNKNOWN).filter(kind=DocumentKind.DAILY).values_list("key", flat=True))
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
