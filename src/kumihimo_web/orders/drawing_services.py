"""Writes of drawings: a file is attached to a draft, or kept for the next revision of an order that went out.

The draft itself changes by a command, as everything of an order does; the file stands beside it in the same
transaction. From the moment in which a revision was sent its hash is in the events, and its file stays as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from kumihimo.errors import InputError
from kumihimo.trade import OperationOrder, OrderState, Outcome, Role, fold
from kumihimo.trade.lines import lines_data
from kumihimo.trade.order import OrderLine
from kumihimo.trade.transitions import AFTER_ISSUE
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit import queries as audit
from kumihimo_web.audit.services import record
from kumihimo_web.orders import drawings, rules
from kumihimo_web.orders.drawing_file import Kind
from kumihimo_web.orders.folding import events_of
from kumihimo_web.orders.models import Drawing, Order
from kumihimo_web.orders.services import NoSuchOrder, give

_FROM_ORDER = ("number", "revision", "name", "content_type", "size", "sha256", "content", "lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that was looked at (`kumihimo_web.orders.drawing_file.kind_of`)."""

    name: str
    kind: Kind
    content: bytes


@transaction.atomic
def attach(
    ref: str, file: File, *, number: str, revision: str, lines: Collection[int], expected_version: int, key: str
) -> Drawing:
    """Keep the file of a revision of a drawing with an order; the same file again changes nothing.

    Parameters
    ----------
    lines
        Numbers of the lines that are made after it.
    expected_version
        Of the order, as the person saw it.

    Raises
    ------
    NoSuchOrder
        There is none.
    InputError
        That revision was sent with another file, the order does not take one now, or it changed meanwhile.
    """
    row, order = _held(ref)
    sha256 = hashlib.sha256(file.content).hexdigest()
    went = drawings.sent(events_of(ref)).get((number, revision))
    if went is not None and went.sha256 != sha256:
        raise InputError(
            f"図面 {number} 改訂 {revision} は、別のファイルをもう送っています。"
            "変えた図面には新しい改訂記号を付けてください。",
            f"drawing {number} revision {revision} was sent with another file; give a changed drawing a new revision.",
        )
    rows = Drawing.objects.filter(order=row, number=number, revision=revision)
    known: Drawing | None = rows.defer("content").first()
    if known is not None and known.sha256 == sha256 and set(known.lines) == set(lines):
        return known
    objection = why_not_now(order, number, revision)
    if objection is not None:
        raise objection
    if order.state is OrderState.DRAFT:
        drawn = (_drawn(line, number, revision) if line.no in lines else line for line in order.lines)
        _change_lines(order, drawn, expected_version=expected_version, key=key)
    before = None if known is None else {"file": known.name, "sha256": known.sha256}
    made: Drawing = Drawing.objects.update_or_create(
        network_id=row.network_id,
        order=row,
        number=number,
        revision=revision,
        defaults={
            "name": file.name,
            "content_type": file.kind.content_type,
            "size": len(file.content),
            "sha256": sha256,
            "content": file.content,
            "lines": sorted(lines),
            "attached_at": timezone.now(),
            "by": rules.signature(current_scope()),
        },
    )[0]
    after = {"number": ref, "drawing": str(made), "file": made.name, "sha256": sha256}
    record("drawing.added" if known is None else "drawing.replaced", made, before=before, after=after, is_held=True)
    _forget_unnamed(row, ref)
    return made


@transaction.atomic
def take_away(pk: int, *, expected_version: int, key: str) -> Drawing | None:
    """Take away a drawing that nobody was sent; None when it is gone already.

    Raises
    ------
    InputError
        Somebody was sent it, or the order changed meanwhile.
    """
    found: Drawing | None = Drawing.objects.select_related("order").defer("content").filter(pk=pk).first()
    if found is None:
        return None
    _row, order = _held(found.order.ref)
    if (found.number, found.revision) in drawings.sent(events_of(order.id)):
        raise InputError(
            f"図面 {found} はもう送ったので、外せません。変えるときは新しい改訂を付けてください。",
            f"drawing {found} was sent and cannot be taken away; attach a new revision to change it.",
        )
    if order.state is OrderState.DRAFT:
        plain = (
            _drawn(line, "", "") if (line.drawing, line.revision) == (found.number, found.revision) else line
            for line in order.lines
        )
        _change_lines(order, plain, expected_version=expected_version, key=key)
    _forget(found)
    return found


def why_not_now(order: OperationOrder, number: str, revision: str) -> InputError | None:
    """Return why an order takes no such drawing now; None = it does."""
    if order.state is OrderState.DRAFT or order.state in AFTER_ISSUE:
        return None
    frozen = {(one.number, one.revision) for one in order.drawings}
    named = {(line.drawing, line.revision) for line in order.lines if line.drawing}
    if (number, revision) in named - frozen and order.revision == 0:
        # The draft named it, and its file is missing: without it the order cannot go out.
        return None
    if order.state in (OrderState.RFQ_SENT, OrderState.QUOTED, OrderState.AWARDED):
        return InputError(
            "見積は、もう送った図面で出されています。図面を替えるときは、発注してから変更注文で新しい改訂を送るか、"
            "この依頼を取り消して頼み直してください。",
            "the quotations rest on the drawings that were sent. To change one, send the new revision by a change "
            "order after the issue, or cancel this request and ask again.",
        )
    return InputError(
        f"今の状態は「{order.state.ja}」なので、図面は付けられません。注文の今の内容を見直してください。",
        f"no drawing can be attached while the order is '{order.state.en}'; look at the order as it is now.",
    )


def copy_to(source: str, target: str) -> None:
    """Let a draft that stands for another order have its drawings; within the caller's transaction."""
    row = Order.objects.get(ref=target)
    named = {(line.drawing, line.revision) for line in fold(events_of(target)).lines}
    for one in Drawing.objects.filter(order__ref=source):
        known = Drawing.objects.filter(order=row, number=one.number, revision=one.revision)
        if (one.number, one.revision) not in named or known.exists():
            continue
        values: dict[str, Any] = {name: getattr(one, name) for name in _FROM_ORDER}
        made = Drawing.objects.create(
            network_id=row.network_id,
            order=row,
            attached_at=timezone.now(),
            by=rules.signature(current_scope()),
            **values,
        )
        after = {"number": target, "drawing": str(made), "file": made.name, "sha256": made.sha256}
        record("drawing.added", made, after=after, is_held=True)


@transaction.atomic
def note_opened(row: Drawing) -> None:
    """Take down that a firm has opened a drawing for the first time."""
    firm = current_scope().firm
    lock_network(current_scope().network)
    if not audit.lines(kind="drawing", row=str(row.pk), firm=firm, verb="drawing.fetched").exists():
        after = {"number": row.order.ref, "drawing": str(row)}
        record("drawing.fetched", row, firm=firm, after=after, is_held=True)


def _held(ref: str) -> tuple[Order, OperationOrder]:
    scope = current_scope()
    if not scope.is_coordinator:
        raise PermissionDenied("only coordinators attach drawings")
    lock_network(scope.network)
    row: Order | None = Order.objects.filter(ref=ref).first()
    if row is None:
        raise NoSuchOrder(ref)
    return row, fold(events_of(ref))


def _drawn(line: OrderLine, number: str, revision: str) -> OrderLine:
    return replace(line, drawing=number, revision=revision)


def _change_lines(order: OperationOrder, lines: Iterable[OrderLine], *, expected_version: int, key: str) -> None:
    changed = tuple(lines)
    if changed == order.lines:
        return
    decision = give(
        "change_draft",
        order.id,
        {"lines": lines_data(changed)},
        key=key,
        role=Role.BUYER,
        expected_version=expected_version,
    )
    if decision.outcome not in (Outcome.APPLIED, Outcome.REPEATED):
        raise InputError(decision.ja, decision.en)


def _forget_unnamed(row: Order, ref: str) -> None:
    """Forget the files of a draft that none of its lines names any more."""
    order = fold(events_of(ref))
    if order.state is not OrderState.DRAFT:
        return
    named = {(line.drawing, line.revision) for line in order.lines}
    for one in Drawing.objects.filter(order=row).defer("content"):
        if (one.number, one.revision) not in named:
            _forget(one)


def _forget(row: Drawing) -> None:
    before = {"drawing": str(row), "file": row.name, "sha256": row.sha256}
    record("drawing.removed", row, before=before, is_held=True)
    Drawing.objects.filter(pk=row.pk).delete()
