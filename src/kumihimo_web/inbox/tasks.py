"""Long work of the inbox: opening what came in, and drafts of what cannot be read. Only workers load the readers.

A file that kills its reader is put before a person all the same: `taking.settle_stuck` finds what no job reads.
"""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from django.urls import reverse

from kumihimo.errors import InputError, KumihimoError
from kumihimo_web.accounts.queries import networks
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.channels import queries as channels
from kumihimo_web.channels.models import Inbound
from kumihimo_web.channels.registry import register_inbound
from kumihimo_web.inbox import queries, services, taking
from kumihimo_web.inbox.contents import Content, content_of
from kumihimo_web.inbox.opening import Found, Opened, Trust, open_message, refused_reading
from kumihimo_web.inbox.reasons import Why, reason
from kumihimo_web.inbox.state import Kind
from kumihimo_web.inbox.wording import storable
from kumihimo_web.jobs.registry import Running, Task, daily, register
from kumihimo_web.orders import papers

log = logging.getLogger(__name__)


@register_inbound
def _take(inbound: Inbound) -> None:
    """Make an item of everything new."""
    taking.take(inbound)


def _read(running: Running) -> Opened:
    """Open a message; whatever is wrong with it is a result that a person sees, no failure of the job."""
    inbound = _inbound(running.payload["inbound"])
    running.tell(None, f"受信 {inbound.number} を読んでいます", f"Reading message {inbound.number}")
    trust = Trust(secret=papers.secret(), current_revision=papers.current_revision)
    try:
        return open_message(
            bytes(inbound.raw),
            inbound.content_type,
            channel=inbound.channel,
            subject=inbound.subject,
            trust=trust,
            lacking=inbound.reason,
        )
    except KumihimoError as why:
        found = reason(Why.REFUSED, ja=why.text("ja"), en=why.text("en"))
    except Exception:
        # A decoder may fail in ways that nobody foresaw: the message must not vanish with it.
        log.exception("message %s could not be read", inbound.number)
        found = reason(Why.STUCK)
    return Opened(items=(Found(kind=Kind.UNKNOWN, page=1, reading=refused_reading(found)),))


def _keep(value: Opened, payload: dict[str, Any]) -> dict[str, Any]:
    items = taking.keep(_inbound(payload["inbound"]), value)
    return {"url": reverse("inbox_item", args=[items[0].pk])}


def _draft(running: Running) -> dict[str, Any]:
    """Read the words of a page: a draft, from which nothing follows by itself."""
    from kumihimo.paper.ocr import prefill
    from kumihimo.paper.reading.load import load_pages
    from kumihimo_web.channels.incoming import parts_of

    item = queries.item(running.payload["item"])
    if item is None:
        raise _gone()
    running.tell(None, "文字を読み取っています", "Reading the words")
    data = bytes(item.inbound.raw)
    if item.part:
        data = parts_of(data, item.inbound.content_type).enclosed[item.part - 1].content
    if content_of(data)[0] is not Content.PAGES:
        raise InputError(
            "画像ではないので、文字を読み取れません。原本を開いて、手で入力してください。",
            "It is no picture, so no words can be read from it; open the original and type them in.",
        )
    pages = load_pages(data, name=item.reading.get("name") or "FAX/scan")
    found = prefill(pages[queries.page_within_part(item) - 1])
    return {
        "lines": [{"text": storable(one.text), "confidence": round(one.confidence, 2)} for one in found.lines[:200]],
        "suggestions": [
            {"field": one.field, "text": one.text, "confidence": round(one.line.confidence, 2)}
            for one in found.suggestions[:40]
        ],
    }


def _keep_draft(value: dict[str, Any], payload: dict[str, Any]) -> dict[str, Any]:
    item = services.keep_draft(payload["item"], value)
    return {"url": reverse("inbox_item", args=[item.pk]) + "#draft"}


@daily
def _look_for_what_is_stuck(today: date) -> None:
    """A worker that starts anew may have died of a file: what it read then waits for a person."""
    for network in networks():
        with scoped(system_scope(network.pk)):
            taking.settle_stuck()


def _inbound(pk: int) -> Inbound:
    found = channels.inbound(pk)
    if found is None:
        raise _gone()
    return found


def _gone() -> InputError:
    return InputError(
        "受信したものが見つからないか、見る権限がありません。受信箱から選び直してください。",
        "There is no such message, or you may not see it. Choose it from the inbox again.",
    )


register(Task(kind=taking.READ, work=_read, save=_keep))
register(Task(kind=services.DRAFT, work=_draft, save=_keep_draft))
