"""Writes of orders: `give` carries out a command, everything else is a command or leads to one.

The rule: what happened to an order are its events; a command, its event, the columns of the order, the documents that
follow from it and its audit line stand in one transaction, or none of them does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone

from kumihimo.errors import InputError
from kumihimo.paper.kinds import DocumentKind
from kumihimo.trade import (
    ApprovalPolicy,
    Command,
    Decision,
    Evidence,
    EvidenceKind,
    OperationOrder,
    OrderEvent,
    Outcome,
    Role,
    decide,
    fold,
    fold_one,
    unpark,
)
from kumihimo.trade.events import instant
from kumihimo.trade.transitions import SPOKEN
from kumihimo_web.accounts.prepared import Prepared, PreparedRow, Write, carry_out
from kumihimo_web.accounts.queries import lock_network, lock_network_and_ask
from kumihimo_web.accounts.scope import Scope, current_scope
from kumihimo_web.audit.services import End, end_of, line, record, record_about
from kumihimo_web.orders import calls, following, handovers, outbox, rules
from kumihimo_web.orders.chases import remind, send_daily, task_done
from kumihimo_web.orders.following import NotInPlan
from kumihimo_web.orders.goods import book_material, note_custody
from kumihimo_web.orders.limits import limits_of, policy_of
from kumihimo_web.orders.mapping import (
    EVENT_COLUMNS,
    columns_of,
    command_document,
    command_of,
    event_columns,
    event_of,
)
from kumihimo_web.orders.models import Asked, Event, Order, Parked, WorkOrder
from kumihimo_web.orders.notices import notice_for, verdicts_for
from kumihimo_web.orders.numbering import next_number
from kumihimo_web.orders.partner_view import audience, holds, was_asked

__all__ = [
    "NoSuchOrder",
    "NotInPlan",
    "book_material",
    "draft",
    "from_plan",
    "give",
    "note_custody",
    "notice_for",
    "phone_note",
    "put_aside",
    "remind",
    "send_daily",
    "task_done",
    "verdicts_for",
]


class NoSuchOrder(Exception):
    """There is no such order, or not for the scope: both look the same."""


@dataclass(slots=True)
class _Held:
    """An order while a command is carried out; its network is locked.

    Attributes
    ----------
    row
        None before it is drafted.
    end
        Of the audit lines, before any is added; None = not asked for.
    policy
        The limits of approval that hold.
    steps
        The order before and after each event that was added.
    """

    row: Order | None
    order: OperationOrder | None
    events: list[OrderEvent]
    end: End | None = None
    policy: ApprovalPolicy = field(default_factory=ApprovalPolicy)
    steps: list[tuple[OperationOrder | None, OperationOrder]] = field(default_factory=list)

    def add(self, event: OrderEvent) -> None:
        """Let one more event happen."""
        after = fold_one(self.order, event)
        self.steps.append((self.order, after))
        self.order = after
        self.events.append(event)


def give(
    kind: str,
    order_ref: str,
    data: Mapping[str, Any],
    *,
    key: str,
    role: Role,
    expected_version: int | None = None,
    evidence: Sequence[Evidence] = (),
    at: datetime | None = None,
) -> Decision:
    """Carry out a command, or tell why not.

    Parameters
    ----------
    kind, data
        As `kumihimo.trade.fields` asks for.
    key
        Given by the sender. The same key is never carried out twice, in whatever process.
    expected_version
        The version that the person saw; None for messages.
    at
        When it was received; None = now.

    Raises
    ------
    PermissionDenied
        The user cannot act in that role, or speaks for another firm.
    NoSuchOrder
        A firm named an order that is not for it.
    """
    scope = current_scope()
    command = Command(
        key=key,
        order=order_ref,
        kind=kind,
        data=dict(data),
        at=at or timezone.now(),
        by=rules.signature(scope),
        role=role,
        expected_version=expected_version,
        evidence=tuple(evidence),
    )
    rules.check(scope, command)
    with transaction.atomic():
        # The audit chain of a network has one end anyway: commands of one network follow each other.
        held = _held(order_ref)
        _check_is_for(scope, command, held.order)
        decision = decide(held.order, command, held.policy)
        if decision.outcome is Outcome.PARKED:
            _park(held, command)
        if decision.events:
            decision = _carried_out(held, command, decision)
    return _told_to(scope, held.order, decision)


# Commands are what the network does most: one question, no more of the row than what is needed, and what is added is
# added without models.
_OF_ROW = ("id", "network_id", "ref", "work_order_id", "step", "parked")


def _asked_too(network: int) -> list[Subquery]:
    """Return what every command asks of its network; `_of_network` reads the answer."""
    return [*limits_of(network), *end_of(network)]


_events_and_row = Prepared(
    lambda network, ref: (
        Event._base_manager.filter(order__network_id=network, order__ref=ref)
        .order_by("seq")
        .values_list(*EVENT_COLUMNS, *(f"order__{name}" for name in _OF_ROW), *_asked_too(network))
    ),
    int,
    str,
)
_work_order = Prepared(
    lambda network, ref: (
        WorkOrder._base_manager.filter(network_id=network, ref=ref).order_by().values_list("pk", *_asked_too(network))
    ),
    int,
    str,
)
_waiting = Prepared(
    lambda network, ref: Parked._base_manager.filter(network_id=network, order_ref=ref).values_list(
        "pk", "command", "refused_ja"
    ),
    int,
    str,
)
_orders, _events = PreparedRow(Order), PreparedRow(Event)


def _held(ref: str) -> _Held:
    """Hold the network, and return an order as it then is."""
    rows = lock_network_and_ask(_events_and_row, current_scope().network, ref)
    if not rows:
        return _Held(row=None, order=None, events=[])
    own, of_row = len(EVENT_COLUMNS), len(EVENT_COLUMNS) + len(_OF_ROW)
    events = [event_of(ref, columns[:own]) for columns in rows]
    row = Order.from_db(None, _OF_ROW, rows[-1][own:of_row])
    policy, end = _of_network(rows[-1][of_row:])
    return _Held(row=row, order=fold(events), events=events, end=end, policy=policy)


def _of_network(columns: Sequence[Any]) -> tuple[ApprovalPolicy, End | None]:
    """Return the limits of approval, and the end of the audit lines; None where there is no line."""
    *limits, number, seal = columns
    return policy_of(limits), None if number is None else (number, seal)


def _check_is_for(scope: Scope, command: Command, order: OperationOrder | None) -> None:
    if not scope.firm:
        return
    if order is None or not (
        holds(order, scope.firm) or (was_asked(order, scope.firm) and command.kind in rules.ASKED_MAY)
    ):
        raise NoSuchOrder(command.order)


def _told_to(scope: Scope, order: OperationOrder | None, decision: Decision) -> Decision:
    """Return a decision as the scope may read it: how far an order has come with another firm is not told."""
    if not scope.firm or order is None or holds(order, scope.firm):
        return decision
    if decision.code not in ("state", "too_late", "too_early"):
        return decision
    return replace(
        decision,
        ja="この見積依頼は受け付けを終えています。記録だけしました。必要なら調整役にお問い合わせください。",
        en="this request is closed; what you sent was recorded only. Ask the coordinator if in doubt.",
    )


def _carried_out(held: _Held, command: Command, decision: Decision) -> Decision:
    """Keep what a command led to, and then what had waited for it."""
    is_new = held.row is None
    if held.row is None:
        network = current_scope().network
        found = _work_order.rows(network, command.data["work_order"])
        if not found:
            return _no_work_order(command)
        held.policy, held.end = _of_network(found[0][1:])
        held.row = Order(
            network_id=network,
            ref=command.order,
            key=command.key,
            work_order_id=found[0][0],
            step=command.data.get("step", ""),
            opened_on=timezone.localdate(command.at),
        )
    done = [decision]
    for event in decision.events:
        held.add(event)
    if is_new or held.row.parked:
        done += _turns(held, command.order)
    saved, end = _saved(held, is_new=is_new), held.end
    steps = iter(held.steps)
    for outcome in done:
        for event in outcome.events:
            before, after = next(steps)
            saved += _happened(held.row, after, event, outcome, has_waited=outcome is not decision, end=end)
            carry_out(saved)
            saved, end = [], None
            _follow_up(held.row, before, after, event, outcome)
    if saved:
        carry_out(saved)
    return decision


def _no_work_order(command: Command) -> Decision:
    ref = command.data["work_order"]
    return Decision(
        outcome=Outcome.REFUSED,
        code="work_order_unknown",
        ja=f"製造注文「{ref}」はありません。計画から製造注文を確定してから、注文を作ってください。",
        en=f"there is no work order '{ref}'; confirm it from the plan first.",
    )


_OPENED = ("network_id", "ref", "key", "work_order_id", "step", "opened_on")
"""What the first event decides about the row of an order."""


def _saved(held: _Held, *, is_new: bool) -> list[Write]:
    """Return the columns of the order as they are now; a new order is added."""
    assert held.row is not None
    assert held.order is not None
    row = held.row
    columns = columns_of(held.order, held.events) | {"parked": row.parked}
    for name, value in columns.items():
        setattr(row, name, value)
    if not is_new:
        return [_orders.changed(row.pk, columns)]
    row.pk = _orders.add(**{name: getattr(row, name) for name in _OPENED}, **columns)
    return []


def _happened(
    row: Order, after: OperationOrder, event: OrderEvent, decision: Decision, *, has_waited: bool, end: End | None
) -> list[Write]:
    """Return one event with its documents and its line."""
    papers = outbox.papers_of(row, event, after) if decision.outcome is Outcome.APPLIED else []
    reader = audience(after, event)
    told, note = {"number": row.ref, "by": rules.person_of(event.by)}, ""
    if not reader or holds(after, reader):
        # A firm that was only asked must not read in its own line how far the order has come with another.
        told["state"], note = after.state.value, decision.ja
    if has_waited:
        told["waited"] = instant(event.at)
    return [
        _events.added(network_id=row.network_id, order_id=row.pk, **event_columns(event)),
        *papers,
        line(f"order.{event.kind}", kind="order", row=str(row.pk), firm=reader, after=told, note=note, end=end),
    ]


def _follow_up(
    row: Order, before: OperationOrder | None, after: OperationOrder, event: OrderEvent, decision: Decision
) -> None:
    """Do what follows from one event: who was asked, what is posted, what the plan hears."""
    if event.kind == "call_noted":
        calls.post_confirmation(after, event)
    elif decision.outcome is Outcome.APPLIED:
        _note_asked(row, event)
        outbox.post_letters(row, event, before, after)
        following.tell_plan(row, event, before, after)
        handovers.follow(row, event, after)


def _note_asked(row: Order, event: OrderEvent) -> None:
    if event.kind == "send_rfq":
        rows = [
            Asked(
                network_id=row.network_id,
                order=row,
                firm=recipient["firm"],
                answer_by=event.data["answer_by"],
                asked_at=event.at,
            )
            for recipient in event.data["recipients"]
        ]
        Asked._base_manager.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["order", "firm"],
            update_fields=["answer_by", "asked_at", "answered_at", "declined"],
        )
    elif event.kind in ("quote", "decline_rfq"):
        asked = Asked._base_manager.filter(order=row, firm=event.data["firm"])
        if event.kind == "decline_rfq":
            asked.update(declined=True)
        asked.filter(answered_at=None).update(answered_at=event.at)


# Messages before their turn


def _park(held: _Held, command: Command) -> None:
    parked, is_new = Parked.objects.get_or_create(
        network_id=current_scope().network,
        order_ref=command.order,
        key=command.key,
        defaults={
            "firm": str(command.data.get("firm", ""))[:80],
            "command": command_document(command),
            "since": command.at,
        },
    )
    if not is_new:
        return
    if held.row is not None:
        held.row.parked += 1
        Order._base_manager.filter(pk=held.row.pk).update(parked=held.row.parked)
    record_about(
        "order.parked",
        kind="order",
        row=str(held.row.pk if held.row is not None else parked.order_ref),
        after={"number": command.order, "kind": command.kind},
        is_held=True,
    )


def _turns(held: _Held, ref: str) -> list[Decision]:
    """Carry out what has waited and whose turn has come."""
    assert held.row is not None
    rows = [(pk, command_of(told), refused) for pk, told, refused in _waiting.rows(held.row.network_id, ref)]
    after = unpark(held.order, [command for _pk, command, refused in rows if not refused], held.policy)
    keys, gone = {command.key: pk for pk, command, _refused in rows}, []
    for command, decision in after.decisions:
        for event in decision.events:
            held.add(event)
        if decision.outcome is Outcome.REFUSED:
            Parked._base_manager.filter(pk=keys[command.key]).update(refused_ja=decision.ja, refused_en=decision.en)
        else:
            gone.append(keys[command.key])
    if gone:
        Parked._base_manager.filter(pk__in=gone).delete()
    held.row.parked = len(rows) - len(gone)
    return [decision for _command, decision in after.decisions]


@transaction.atomic
def put_aside(parked: Parked, reason: str) -> None:
    """Give up a message that waits in vain, with the reason; doing it twice does it once."""
    lock_network(current_scope().network)
    if not Parked.objects.filter(pk=parked.pk).exists():
        return
    Parked.objects.filter(pk=parked.pk).delete()
    left = Parked.objects.filter(order_ref=parked.order_ref).count()
    Order.objects.filter(ref=parked.order_ref).update(parked=left)
    record_about(
        "order.put_aside",
        kind="order",
        row=parked.order_ref,
        before={"number": parked.order_ref, "kind": parked.command["kind"], "values": parked.command["data"]},
        note=reason,
        is_held=True,
    )


# What is done with several commands


@transaction.atomic
def draft(data: Mapping[str, Any], *, key: str, at: datetime | None = None) -> Order:
    """Draft an order under the next number; the same key gives the order that there is.

    Raises
    ------
    InputError
        The library refuses the draft.
    """
    scope = current_scope()
    lock_network(scope.network)
    known: Order | None = Order._base_manager.filter(network_id=scope.network, key=key).first()
    if known is not None:
        return known
    ref = next_number(DocumentKind.ORDER, timezone.localdate().year)
    decision = give("draft", ref, data, key=key, role=Role.BUYER, at=at)
    if decision.outcome is not Outcome.APPLIED:
        raise InputError(decision.ja, decision.en)
    drafted: Order = Order._base_manager.get(network_id=scope.network, ref=ref)
    return drafted


@transaction.atomic
def from_plan(ref: str, *, at: datetime | None = None) -> WorkOrder:
    """Confirm an order of the current plan: a work order, and a draft for each step at each of its sites.

    Confirming it twice does it once.

    Raises
    ------
    following.NotInPlan
        The current plan has no such order, or found no place for it.
    """
    scope = current_scope()
    lock_network(scope.network)
    known: WorkOrder | None = WorkOrder.objects.filter(ref=ref).first()
    if known is not None:
        return known
    planned = following.planned(ref)
    row: WorkOrder = WorkOrder.objects.create(
        ref=ref,
        title=planned.title,
        buyer=planned.buyer,
        buyer_name=planned.buyer_name,
        inquiry=planned.inquiry,
        due_on=planned.due_on,
        data=planned.document,
    )
    record("work_order.confirmed", row, after={"number": ref, "title": row.title, "steps": len(planned.drafts)})
    for step, data in planned.drafts:
        draft(data, key=f"plan/{ref}/{step}"[:200], at=at)
    return row


def phone_note(order_ref: str, kind: str, data: Mapping[str, Any], words: str, *, key: str) -> Decision:
    """Note what a supplier said on the phone, and send it the confirmation; once that is out, it counts.

    Parameters
    ----------
    kind, data
        The command that was said; one of `kumihimo.trade.transitions.SPOKEN`.
    words
        Who was spoken to, and what was said.
    """
    if kind not in SPOKEN:
        raise ValueError(kind)
    note = Evidence(kind=EvidenceKind.CALL_NOTE, words=words)
    return give(kind, order_ref, data, key=key, role=Role.CLERK, evidence=(note,))
