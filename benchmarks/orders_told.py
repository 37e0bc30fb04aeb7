"""What must hold in the database after the kills of `orders_killed`, counted against what the library says."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.db.models import Count
from django.utils import timezone

from benchmarks.orders_killed import delivered
from kumihimo.trade import find_break
from kumihimo_web.audit import queries as audit
from kumihimo_web.audit.models import Line
from kumihimo_web.channels import sending
from kumihimo_web.channels.models import Attempt, Message
from kumihimo_web.channels.rules import LONGEST_ATTEMPT
from kumihimo_web.channels.states import Tried
from kumihimo_web.orders.folding import events_of
from kumihimo_web.orders.models import Event, Paper


def told(orders: int, dialled: Path) -> dict[str, int]:
    """Return the numbers of `orders_killed.Held`; a worker looks once more after what was cut off, as it does daily."""
    papers = Paper.objects.exclude(seq=0)
    events, lost, doubled, broken = _chains(orders)
    lost += papers.filter(made_at=None).count() + papers.exclude(error="").count()
    to_send = set(papers.filter(is_to_send=True).values_list("key", flat=True))
    lost += len(to_send - set(Message.objects.values_list("key", flat=True)))
    doubled += Paper.objects.values("order", "seq", "kind", "firm").annotate(n=Count("pk")).filter(n__gt=1).count()
    later = timezone.now() + 2 * LONGEST_ATTEMPT
    while sending.recover(later):
        pass
    while sending.send_one(later + timedelta(minutes=1)):
        pass
    faxes = Attempt._base_manager.filter(channel="fax")
    known = faxes.filter(state__in=[Tried.SENT, Tried.DELIVERED, Tried.UNKNOWN])
    lost += Message.objects.filter(channel="fax").exclude(pk__in=known.values("message")).count()
    numbers = Counter(dialled.read_text(encoding="utf-8").split())
    return {
        "events": events,
        "papers": papers.count(),
        "lost": lost,
        "doubled": doubled,
        "broken": broken,
        "faxes": Message.objects.filter(channel="fax").count(),
        "unknown": faxes.filter(state=Tried.UNKNOWN).count(),
        "redialled": sum(count > 1 for count in numbers.values()),
    }


def _chains(orders: int) -> tuple[int, int, int, int]:
    """Return how many events there are, how many are lost and doubled, and how many chains are broken."""
    lost = doubled = 0
    broken = int(audit.broken_at() is not None)
    for seed in range(orders):
        commands, keys = delivered(seed)
        wanted, events = Counter(keys), events_of(commands[0].order)
        found = Counter(event.key for event in events)
        lost += (wanted - found).total()
        doubled += (found - wanted).total()
        broken += find_break(events) is not None
    # A message that waits has a line too, the event that it becomes has its own.
    lines = Counter(Line.objects.filter(kind="order").exclude(verb="order.parked").values_list("row", flat=True))
    kept = Counter(str(pk) for pk in Event.objects.values_list("order", flat=True))
    lost += (kept - lines).total()
    doubled += (lines - kept).total()
    return kept.total(), lost, doubled, broken
