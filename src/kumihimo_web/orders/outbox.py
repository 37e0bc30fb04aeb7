"""Documents on their way: noted with the event that they follow from, made once by a worker, posted once.

A worker that dies leaves the row as it was: not made, it is made again (nobody has seen it); made, it is posted; posted
and noted as sent in one transaction, under the key of the row, so that it neither goes twice nor is lost.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from kumihimo.errors import KumihimoError
from kumihimo.model import Channel, standard_calendar
from kumihimo.paper.document import Document
from kumihimo.paper.document_json import document_to_json
from kumihimo.paper.document_parts import DocumentLine, SuppliedMaterial
from kumihimo.paper.kinds import DocumentKind, number_beside
from kumihimo.trade import OperationOrder, OrderEvent, fold
from kumihimo.trade.business_days import business_days
from kumihimo.trade.chase_schedule import Action
from kumihimo.trade.chasing import DailyMessage
from kumihimo_web.accounts.prepared import PreparedRow, Write
from kumihimo_web.accounts.queries import own_network
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.audit.services import record
from kumihimo_web.channels import services as channels
from kumihimo_web.channels.address_services import addresses_of
from kumihimo_web.orders import papers
from kumihimo_web.orders.drawing_file import file_name
from kumihimo_web.orders.drawings import files_of
from kumihimo_web.orders.folding import events_of
from kumihimo_web.orders.models import Drawing, Material, Order, Paper
from kumihimo_web.orders.numbering import next_number
from kumihimo_web.orders.paper_changes import process_words
from kumihimo_web.orders.paper_content import ANSWER_DAYS, PAPERS_OF_EVENT
from kumihimo_web.orders.paper_letters import letter_of, letters_of

log = logging.getLogger(__name__)
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ENCLOSED_BYTES = 4 * 1024 * 1024
"""Drawings beyond, all of a document together, are not enclosed."""
_APART = 4
"""Among so many that wait longest each worker takes another, so that two seldom make the same."""
_papers = PreparedRow(Paper)


# Noting, within the transaction of what they follow from


def papers_of(row: Order, event: OrderEvent, order: OperationOrder) -> list[Write]:
    """Return the documents that follow from an event, to be noted with it."""
    return [
        _noted(row, event, order, follows.kind, firm, is_sent=follows.is_sent)
        for follows in PAPERS_OF_EVENT.get(event.kind, ())
        if follows.applies(event, order)
        for firm in _recipients(event, order, follows.kind)
    ]


def post_letters(row: Order, event: OrderEvent, before: OperationOrder | None, after: OperationOrder) -> None:
    """Post what is only said in words."""
    for letter in letters_of(event, before, after):
        channels.post(
            f"{row.ref}/{event.seq}/{event.kind}/{letter.firm}",
            letter.firm,
            letter.subject,
            letter.text,
            kind=event.kind,
            about=row.ref,
        )


def _recipients(event: OrderEvent, order: OperationOrder, kind: DocumentKind) -> Iterable[str]:
    if kind is DocumentKind.RFQ:
        return [recipient["firm"] for recipient in event.data["recipients"]]
    return (order.firm,)


def _noted(
    row: Order, event: OrderEvent, order: OperationOrder, kind: DocumentKind, firm: str, *, is_sent: bool
) -> Write:
    revision = order.revision if kind.value in papers.OF_ORDERS else 1
    return _papers.added(
        network_id=row.network_id,
        key=f"{row.ref}/{event.seq}/{kind.value}/{firm}",
        kind=kind.value,
        number=_number(row.ref, event, kind),
        revision=revision,
        order_id=row.pk,
        seq=event.seq,
        firm=firm,
        content={},
        noted_at=event.at,
        is_to_send=is_sent,
    )


def _number(ref: str, event: OrderEvent, kind: DocumentKind) -> str:
    if kind is DocumentKind.ORDER:
        return ref
    if kind is DocumentKind.ORDER_CHANGE:
        return number_beside(kind, ref)
    if kind is DocumentKind.RFQ:
        # Each firm gets a number of its own: the answer names it, and so tells whose answer it is.
        return next_number(kind, timezone.localtime(event.at).year)
    return f"{number_beside(kind, ref)}-{event.seq}"


def note_daily(message: DailyMessage) -> Paper:
    """Note the one sheet of a day for a partner, with all that is open; the same day again gives the same sheet."""
    key = f"daily/{message.partner}/{message.on.isoformat()}"
    known = _known(key)
    if known is not None:
        return known
    again = {one.item.order for one in message.reminders if one.item and one.action is Action.RESEND}
    items = {item.order: item for item in (*(one.item for one in message.reminders if one.item), *message.also_open)}
    rows = {row.ref: row for row in Order.objects.filter(ref__in=items)}
    lines = tuple(
        DocumentLine(
            item=f"〔{item.kind.ja}〕{_item_words(rows[ref])}",
            quantity=max(1, rows[ref].quantity),
            unit=rows[ref].unit,
            process=process_words(rows[ref].process),
            order=ref,
            due_on=rows[ref].due_on or item.anchor,
            reason=papers.AGAIN if ref in again else "",
        )
        for ref, item in items.items()
        if ref in rows
    )
    document = Document(
        kind=DocumentKind.DAILY,
        number=next_number(DocumentKind.DAILY, message.on.year),
        made_on=message.on,
        sender=papers.letterhead(),
        recipient=papers.party_of(message.partner),
        lines=lines,
        is_synthetic=own_network().synthetic,
    )
    return _keep(key, document, firm=message.partner)


def note_reminder(ref: str, firm: str, about: str, today: date) -> Paper:
    """Note a reminder 督促状 about one order; each further one about the same is a step plainer, up to the third.

    Parameters
    ----------
    about
        One of `kumihimo.paper.document.ABOUT`.
    """
    row: Order = Order.objects.get(ref=ref)
    head = f"reminder/{ref}/{firm}/{about}/"
    key = f"{head}{today.isoformat()}"
    known = _known(key)
    if known is not None:
        return known
    count = Paper.objects.filter(key__startswith=head).count()
    serial = Paper.objects.filter(order=row, kind=DocumentKind.REMINDER.value).count() + 1
    line = DocumentLine(
        item=_item_words(row),
        quantity=max(1, row.quantity),
        unit=row.unit,
        process=process_words(row.process),
        due_on=row.due_on,
    )
    document = Document(
        kind=DocumentKind.REMINDER,
        number=f"{number_beside(DocumentKind.REMINDER, ref)}-{serial}",
        made_on=today,
        sender=papers.letterhead(),
        recipient=papers.party_of(firm),
        order=ref,
        order_revision=max(1, row.revision),
        lines=(line,),
        answer_by=business_days(standard_calendar()).shift(today, ANSWER_DAYS),
        due_on=row.due_on,
        about=about,
        step=min(3, count + 1),
        is_synthetic=own_network().synthetic,
    )
    return _keep(key, document, firm=firm, order=row)


def note_material(move: Material) -> Paper | None:
    """Note the list of material that was handed to a firm; None where the booking names no order."""
    row = Order.objects.filter(ref=move.order_ref).first()
    key = f"material/{move.key}"[:200]
    if row is None:
        return None
    known = _known(key)
    if known is not None:
        return known
    is_for_pay = move.charge == "paid"
    document = Document(
        kind=DocumentKind.SUPPLIED_MATERIAL,
        number=f"{number_beside(DocumentKind.SUPPLIED_MATERIAL, row.ref)}-{move.pk}",
        made_on=move.on,
        sender=papers.letterhead(),
        recipient=papers.party_of(move.firm),
        order=row.ref,
        order_revision=max(1, row.revision),
        materials=(
            SuppliedMaterial(
                material=move.material,
                quantity=move.quantity,
                unit=move.unit,
                lot=move.lot,
                is_for_pay=is_for_pay,
                unit_price_jpy=move.unit_price_jpy if is_for_pay else None,
                supplied_on=move.on,
            ),
        ),
        is_synthetic=own_network().synthetic,
    )
    return _keep(key, document, firm=move.firm, order=row)


def _item_words(row: Order) -> str:
    return row.item + (f" ほか{row.lines - 1}件" if row.lines > 1 else "")


def _known(key: str) -> Paper | None:
    found: Paper | None = Paper._base_manager.filter(network_id=current_scope().network, key=key).first()
    return found


def _keep(key: str, document: Document, *, firm: str, order: Order | None = None) -> Paper:
    made: Paper = Paper.objects.create(
        key=key,
        kind=document.kind.value,
        number=document.number,
        revision=document.revision,
        order=order,
        firm=firm,
        lang=document.lang,
        content=document_to_json(document),
        noted_at=timezone.now(),
    )
    return made


# Making and posting, in a worker


def work() -> bool:
    """Make or post one document; False when none waits."""
    waiting = Q(made_at=None) | Q(is_to_send=True, sent_at=None)
    rows = list(Paper._base_manager.filter(waiting, error="").order_by("noted_at").defer("pdf")[:_APART])
    if not rows:
        return False
    paper = rows[os.getpid() % len(rows)]
    with scoped(system_scope(paper.network_id)):
        try:
            if paper.made_at is None:
                _make(paper)
            else:
                _send(paper.pk)
        except DatabaseError:
            raise
        except KumihimoError as why:
            _give_up(paper, why.ja)
        except Exception:
            log.exception("paper %s could not be made or sent", paper.key)
            _give_up(paper, "書類を作れませんでした。管理者に知らせてください（記録に詳しい理由があります）。")
    return True


def again(paper: Paper) -> None:
    """Let a document that could not be made or sent be tried once more, after a person has mended what was wrong."""
    with transaction.atomic():
        if Paper._base_manager.filter(pk=paper.pk).exclude(error="").update(error=""):
            record("paper.again", paper, firm=paper.firm, after={"number": paper.number}, note=paper.error)


def _make(paper: Paper) -> None:
    made = papers.make(paper)
    for warning in made.warnings:
        log.warning("paper %s: %s", paper.key, warning)
    values: dict[str, Any] = {
        "content": made.content,
        "pdf": made.pdf,
        "sha256": made.sha256,
        "layout": made.layout,
        "made_at": timezone.now(),
    }
    # Whoever else has made it meanwhile was first: what is kept never changes.
    Paper._base_manager.filter(pk=paper.pk, made_at=None).update(**values)


@transaction.atomic
def _send(pk: int) -> None:
    paper: Paper = Paper._base_manager.select_for_update(of=("self",)).select_related("order").get(pk=pk)
    pdf = papers.pdf_of(paper)
    if paper.sent_at is not None or pdf is None:
        return
    with_files, apart = _drawings(paper)
    letter = letter_of(paper, enclosed=with_files, apart=apart)
    channels.post(
        paper.key,
        paper.firm,
        letter.subject,
        letter.text,
        kind=paper.kind,
        about="" if paper.order is None else paper.order.ref,
        revision=paper.revision if paper.kind in papers.OF_ORDERS else 0,
        enclosures=[
            (f"{paper}.pdf", "application/pdf", pdf),
            *_sheet(paper),
            *((file_name(row), row.content_type, bytes(row.content)) for row in with_files),
        ],
        linked=[file_name(row) for row in apart],
    )
    Paper._base_manager.filter(pk=pk).update(sent_at=timezone.now())


def _drawings(paper: Paper) -> tuple[list[Drawing], list[Drawing]]:
    """Return the drawings that go with a document: those enclosed, and those that only its link leads to.

    Each firm gets a copy of what is enclosed, and few mailboxes take more: from the limit on, the link is shorter.
    """
    if paper.order is None or paper.kind not in papers.WITH_DRAWINGS:
        return [], []
    rows = files_of(paper.order.ref, fold(events_of(paper.order.ref)[: paper.seq]).drawings)
    enclosed: list[Drawing] = []
    apart: list[Drawing] = []
    room = MOST_ENCLOSED_BYTES
    for row in sorted(rows, key=lambda row: (row.size, row.pk)):
        (enclosed if row.size <= room else apart).append(row)
        room -= row.size
    return enclosed, apart


def _sheet(paper: Paper) -> list[tuple[str, str, bytes]]:
    """Return the answer sheet for a firm that wants to answer in Excel."""
    if not any(one.is_active and one.channel == Channel.EXCEL for one in addresses_of(paper.firm)):
        return []
    sheet = papers.excel_of(paper)
    return [] if sheet is None else [(f"{paper}.xlsx", SHEET_TYPE, sheet)]


def _give_up(paper: Paper, why: str) -> None:
    Paper._base_manager.filter(pk=paper.pk).update(error=why)
