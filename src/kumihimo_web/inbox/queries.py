"""Reading the inbox: the queues, one item, its pictures. A list touches its index and one page of rows, never more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.design.attention import Attention, Urgency
from kumihimo_web.firms.queries import named as firms_named
from kumihimo_web.firms.queries import names as firm_names
from kumihimo_web.inbox.models import Item, Picture
from kumihimo_web.inbox.state import OLDEST_FIRST, Kind, State

PAGE = 50
MOST_COUNTED = 999
"""Nobody needs to know how many more there are: a count that goes through everything is what makes a list slow."""
_LISTED = (
    "pk", "page", "line", "kind", "state", "sender", "received_at", "order_ref", "firm", "summary_ja", "summary_en",
    "amount_jpy", "outcome", "is_automatic", "aside_why", "copy_of", "decided_name", "first_name", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list shows.

    Attributes
    ----------
    order
        A number of an order instead of a state.
    after
        Primary key of the last item on the page before; 0 = from the beginning.
    """

    state: str = State.WAITING
    kind: str = ""
    firm: str = ""
    order: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of a list.

    Attributes
    ----------
    next
        What `Asked.after` is for the next page; None on the last.
    """

    items: Sequence[Item]
    next: int | None


def listing(asked: Asked) -> Listed:
    """Return a page of a queue: what waits, oldest first; what is over, the latest first."""
    rows = _queue(asked)
    if asked.after:
        rows = rows.filter(pk__gt=asked.after) if _is_oldest_first(asked) else rows.filter(pk__lt=asked.after)
    found = list(rows.only(*_LISTED)[: PAGE + 1])
    shown = found[:PAGE]
    return Listed(items=shown, next=shown[-1].pk if len(found) > PAGE else None)


def _queue(asked: Asked) -> QuerySet[Item]:
    rows: QuerySet[Item] = Item.objects.all()
    if asked.order:
        rows = rows.filter(order_ref=asked.order)
    else:
        rows = rows.filter(state=asked.state)
        if asked.kind:
            rows = rows.filter(kind=asked.kind)
        if asked.firm:
            rows = rows.filter(firm__in=firms_named(asked.firm))
    return rows.order_by("pk" if _is_oldest_first(asked) else "-pk")


def _is_oldest_first(asked: Asked) -> bool:
    return not asked.order and asked.state in OLDEST_FIRST


def counts() -> dict[str, int]:
    """Return how many items each state has, up to one more than `MOST_COUNTED`."""
    return {state: Item.objects.filter(state=state).order_by()[: MOST_COUNTED + 1].count() for state in State.values}


def item(pk: int) -> Item | None:
    """Return an item that the scope may see, with its message but without its bytes."""
    found: Item | None = Item.objects.select_related("inbound", "copy_of").defer("inbound__raw").filter(pk=pk).first()
    return found


def siblings(found: Item) -> QuerySet[Item]:
    """Return the other items of the same message."""
    rows: QuerySet[Item] = Item.objects.filter(inbound=found.inbound_id).exclude(pk=found.pk).only(*_LISTED)
    return rows.order_by("page", "line")


def of_inbound(pk: int) -> Item | None:
    """Return the first item of a message."""
    found: Item | None = Item.objects.filter(inbound=pk).order_by("page", "line").first()
    return found


def page_within_part(found: Item) -> int:
    """Return which page of its own file an item shows, from 1."""
    rows = Item.objects.filter(inbound=found.inbound_id, part=found.part, page__lte=found.page)
    return len(set(rows.values_list("page", flat=True))) or 1


def neighbours(found: Item) -> tuple[int | None, int | None]:
    """Return what lies before and after an item in its queue."""
    rows = Item.objects.filter(state=found.state)
    before = rows.filter(pk__lt=found.pk).order_by("-pk").values_list("pk", flat=True).first()
    after = rows.filter(pk__gt=found.pk).order_by("pk").values_list("pk", flat=True).first()
    return (before, after) if found.state in OLDEST_FIRST else (after, before)


def next_waiting(pk: int) -> int | None:
    """Return what is to be decided after an item: the next one, else the oldest that there is."""
    rows = Item.objects.filter(state=State.WAITING).order_by("pk").values_list("pk", flat=True)
    return rows.filter(pk__gt=pk).first() or rows.first()


def pictures(found: Item) -> list[Picture]:
    """Return the pictures that belong to an item, without their bytes: its page first, then places in doubt."""
    rows = Picture.objects.filter(inbound=found.inbound_id, page=found.page).defer("content")
    block = found.reading.get("block")
    kept = [one for one in rows if one.name == "page" or not block or one.name.partition(".")[0] == f"item{block}"]
    return sorted(kept, key=lambda one: (one.name != "page", one.pk))


def picture(item_pk: int, name: str) -> Picture | None:
    """Return a picture of an item with its bytes."""
    found = Item.objects.filter(pk=item_pk).only("inbound_id", "page").first()
    if found is None:
        return None
    one: Picture | None = Picture.objects.filter(inbound=found.inbound_id, page=found.page, name=name).first()
    return one


def names(items: Sequence[Item]) -> Mapping[str, str]:
    """Return the names of the firms of some items."""
    return firm_names({one.firm for one in items if one.firm})


def attention() -> list[Attention]:
    """Return what of the inbox needs somebody."""
    if not current_scope().is_coordinator:
        return []
    found: list[Attention] = []
    for state, urgency, one, action in (
        (State.WAITING, Urgency.NOW, _("確認待ちの受信 %(n)s件"), _("受信箱を開く")),
        (State.SECOND, Urgency.TODAY, _("二人目の確認を待つ受信 %(n)s件"), _("二人目として確かめる")),
    ):
        count = Item.objects.filter(state=state).order_by()[: MOST_COUNTED + 1].count()
        if not count:
            continue
        oldest = Item.objects.filter(state=state).order_by("pk").only(*_LISTED).first()
        assert oldest is not None
        found.append(
            Attention(
                urgency=urgency,
                title=one % {"n": shown_count(count)},
                detail=_("いちばん古いもの: %(what)s") % {"what": oldest.summary_ja or oldest.sender},
                action=action,
                url=f"{reverse('inbox')}?state={state}",
                icon="inbox",
            )
        )
    return found


def shown_count(count: int) -> str:
    """Return a count as it is shown: 999+ beyond what is counted."""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def kinds() -> list[tuple[str, Any]]:
    """Return the kinds that a list can be narrowed down to."""
    return list(Kind.choices)
