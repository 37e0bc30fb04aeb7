"""Writes of chasing: the one message of a day to a partner, and what a person did."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from kumihimo.trade.chasing import DailyMessage, Outcome, Reminder
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record, record_about
from kumihimo_web.orders import outbox
from kumihimo_web.orders.chase_queries import REMINDED, chase_list, overdue, paper_channel, written_to
from kumihimo_web.orders.folding import folded
from kumihimo_web.orders.models import Chase, Order, Paper


@transaction.atomic
def send_daily(partner: str, today: date) -> bool:
    """Let the message of today go out to a partner; False when there is none, or it has gone already."""
    lock_network(current_scope().network)
    message = next((one for one in chase_list(today).messages if one.partner == partner), None)
    if message is None:
        return False
    paper = outbox.note_daily(message)
    Chase._base_manager.bulk_create([_sent(message, reminder, paper.key) for reminder in message.reminders])
    record(
        "chase.sent",
        paper,
        firm=partner,
        after={"number": paper.number, "orders": sorted({r.item.order for r in message.reminders if r.item})},
        is_held=True,
    )
    return True


def _sent(message: DailyMessage, reminder: Reminder, key: str) -> Chase:
    return Chase(
        network_id=current_scope().network,
        key=reminder.key,
        partner=message.partner,
        on=message.on,
        channel=message.channel.value,
        outcome=Outcome.SENT.value,
        message=key,
    )


@transaction.atomic
def remind(ref: str, firm: str, today: date) -> Paper | None:
    """Let a reminder 督促状 about what is overdue of an order go out to a firm.

    None when nothing is overdue, when only the telephone reaches the firm, or when it was written to today: that one
    message a day, whichever it was, is enough.
    """
    lock_network(current_scope().network)
    row = Order.objects.filter(ref=ref).first()
    if row is None or firm in written_to(today):
        return None
    order = folded({row.pk: ref})[ref]
    item = next((one for one in overdue(row, order, today) if one.partner == firm), None)
    channel = paper_channel(firm)
    if item is None or channel is None:
        return None
    paper = outbox.note_reminder(ref, firm, REMINDED[item.kind], today)
    # What the message of the day would have asked about it is asked hereby.
    asked = [
        reminder.key
        for message in chase_list(today).messages
        for reminder in message.reminders
        if reminder.item is not None and reminder.item.key == item.key
    ]
    Chase._base_manager.bulk_create(
        Chase(
            network_id=current_scope().network,
            key=key,
            partner=firm,
            on=today,
            channel=channel.value,
            outcome=Outcome.SENT.value,
            message=paper.key,
        )
        for key in asked or [paper.key]
    )
    record("chase.reminded", paper, firm=firm, after={"number": paper.number, "orders": [ref]}, is_held=True)
    return paper


@transaction.atomic
def task_done(key: str, words: str, today: date) -> bool:
    """Take down what a person did about a task of today; False when it is none any more."""
    lock_network(current_scope().network)
    task = next((one for one in chase_list(today).tasks if one.key == key), None)
    if task is None:
        return False
    Chase.objects.create(key=key, partner=task.partner, on=today, outcome=Outcome.SENT.value, words=words)
    record_about(
        "chase.done",
        kind="chase",
        row=key[:120],
        firm="",
        after={"action": task.action.ja, "order": task.item.order if task.item else ""},
        note=words,
        is_held=True,
    )
    return True
