"""Reading addresses, messages and what came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.channels import receiving
from kumihimo_web.channels.adapters.choice import adapter_of
from kumihimo_web.channels.address_services import from_profile
from kumihimo_web.channels.models import Address, Attempt, Enclosure, Fetch, Inbound, Message, Turn
from kumihimo_web.channels.rules import may_edit
from kumihimo_web.channels.states import Came, Sent
from kumihimo_web.design.attention import Attention, Urgency
from kumihimo_web.firms import queries as firms

firm_of_sender = receiving.firm_of_sender


def addresses(firm: str) -> list[Address]:
    """Return the addresses of a firm that the scope may see; those of its profile while it has none of its own."""
    if not may_edit(current_scope(), firm):
        return []
    return list(Address.objects.filter(firm=firm)) or from_profile(firm)


def address(pk: int) -> Address | None:
    """Return an address that the scope may see."""
    found: Address | None = Address.objects.filter(pk=pk).first()
    return found


def has_way(channel: str) -> bool:
    """Return whether this machine can send on a channel."""
    return adapter_of(channel) is not None


def messages(
    *, words: str = "", state: str = "", channel: str = "", firm: str = "", about: str = ""
) -> QuerySet[Message]:
    """Return the messages that fit, the latest first; those that need a person by ``state="person"``."""
    found: QuerySet[Message] = Message.objects.defer("text").order_by("-created_at", "-pk")
    if state == "person":
        found = found.filter(state__in=(Sent.UNKNOWN, Sent.TO_CALL))
    elif state in Sent.values:
        found = found.filter(state=state)
    wanted = {"channel": channel, "about": about}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if firm:
        found = found.filter(firm__in=firms.named(firm))
    for word in words.split():
        found = found.filter(Q(subject__icontains=word) | Q(about__icontains=word) | Q(address__icontains=word))
    return found


def posted(keys: Iterable[str]) -> dict[str, Message]:
    """Return key -> message of those that were posted, as far as the scope may see them; without their words."""
    rows: QuerySet[Message] = Message.objects.filter(key__in=list(keys)).defer("text")
    return {one.key: one for one in rows}


def message(pk: int) -> Message | None:
    """Return a message that the scope may see."""
    found: Message | None = Message.objects.filter(pk=pk).first()
    return found


def attempts(*keys: int) -> dict[int, list[Attempt]]:
    """Return message -> how it went, for some messages."""
    found: dict[int, list[Attempt]] = {key: [] for key in keys}
    for attempt in Attempt.objects.filter(message__in=keys).order_by("message", "number"):
        found[attempt.message_id].append(attempt)
    return found


def enclosures(of: Message) -> QuerySet[Enclosure]:
    """Return the files of a message, without their bytes."""
    found: QuerySet[Enclosure] = Enclosure.objects.filter(message=of).defer("content")
    return found


def enclosure(pk: int) -> Enclosure | None:
    """Return a file that the scope may see, with its bytes."""
    found: Enclosure | None = Enclosure.objects.filter(pk=pk).first()
    return found


def inbound(pk: int) -> Inbound | None:
    """Return something that came, with its bytes."""
    found: Inbound | None = Inbound.objects.filter(pk=pk).first()
    return found


def held() -> QuerySet[Inbound]:
    """Return what was stopped and nobody has looked at, the latest first, without its bytes."""
    found: QuerySet[Inbound] = Inbound.objects.defer("raw").filter(state=Came.HELD)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for a person, and which way in does not answer.

    Attributes
    ----------
    problems
        (way in, what it said) of those that could not be asked the last time.
    """

    unknown: int
    to_call: int
    held: int
    problems: tuple[tuple[str, str], ...]


def waiting() -> Waiting:
    """Return what waits for a person."""
    counted = dict(
        Message.objects.filter(state__in=(Sent.UNKNOWN, Sent.TO_CALL))
        .order_by()
        .values_list("state")
        .annotate(count=Count("pk"))
    )
    problems = list(Turn.objects.exclude(problem="").order_by("name").values_list("name", "problem"))
    # One "not yet" is how LINE prepares a video; the second time somebody should know.
    late = Fetch.objects.filter(is_over=False, attempts__gt=1).exclude(words="").order_by("-not_before").first()
    if late is not None:
        problems.append(("line", late.words))
    return Waiting(
        unknown=counted.get(Sent.UNKNOWN, 0),
        to_call=counted.get(Sent.TO_CALL, 0),
        held=held().count(),
        problems=tuple((name.removeprefix("channels."), problem) for name, problem in problems),
    )


def attention() -> list[Attention]:
    """Return what needs the coordinator in the channels."""
    if not current_scope().is_coordinator:
        return []
    now = waiting()
    address = reverse("messages")
    found = []
    if now.unknown:
        found.append(
            Attention(
                urgency=Urgency.NOW,
                title=ngettext("届いたか分からない送信 %(n)d件", "届いたか分からない送信 %(n)d件", now.unknown)
                % {"n": now.unknown},
                detail=_(
                    "送信の途中で切れました。二重の注文にならないよう、自動では送り直しません。相手に確かめてください。"
                ),
                action=_("確かめて記録する"),
                url=f"{address}?state={Sent.UNKNOWN}",
                icon="sent",
            )
        )
    if now.problems:
        found.append(
            Attention(
                urgency=Urgency.NOW,
                title=_("届いたものを受け取れていません"),
                detail=_("受信の入口が答えません。届いた返事が、まだ画面に出ていないかもしれません。"),
                action=_("様子を見る"),
                url=address,
                icon="sent",
            )
        )
    if now.to_call:
        found.append(
            Attention(
                urgency=Urgency.TODAY,
                title=ngettext("電話が必要な連絡 %(n)d件", "電話が必要な連絡 %(n)d件", now.to_call)
                % {"n": now.to_call},
                detail=_(
                    "ほかの連絡手段がないか、どれでも届きませんでした。電話で伝えて、話した内容を記録してください。"
                ),
                action=_("電話する連絡を見る"),
                url=f"{address}?state={Sent.TO_CALL}",
                icon="sent",
            )
        )
    if now.held:
        found.append(
            Attention(
                urgency=Urgency.WEEK,
                title=ngettext("止めた受信 %(n)d件", "止めた受信 %(n)d件", now.held) % {"n": now.held},
                detail=_("自動返信や同じ差出人からの大量のメールです。必要なものだけ受け取ってください。"),
                action=_("止めた受信を見る"),
                url=reverse("held"),
                icon="sent",
            )
        )
    return found
