"""Who is chased on which day, by what, and what never happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from chasing_samples import FIRM, MONDAY, item, partner, run_days

from kumihimo.errors import InputError
from kumihimo.model.calendar import Period, standard_calendar
from kumihimo.model.firm import Channel
from kumihimo.trade.business_days import JAPAN
from kumihimo.trade.chase_schedule import Action, ChaseKind, Level, read_schedules, read_stages, schedule_on
from kumihimo.trade.chasing import Chased, DailyList, OpenItem, Outcome, due_today


def actions(lists: list[DailyList]) -> dict[date, list[Action]]:
    """Everything that was proposed, by day."""
    told: dict[date, list[Action]] = {}
    for daily in lists:
        found = [r.action for message in daily.messages for r in message.reminders]
        found += [task.action for task in daily.tasks]
        if found:
            told[daily.on] = found
    return told


def test_an_order_without_answer_is_sent_again_called_and_escalated() -> None:
    lists, _ = run_days((item(),), {FIRM: partner()}, MONDAY, 4)
    assert actions(lists) == {
        date(2026, 12, 8): [Action.RESEND],
        date(2026, 12, 9): [Action.PHONE],
        date(2026, 12, 10): [Action.ESCALATE],
    }
    assert lists[1].messages[0].channel is Channel.MAIL  # another channel than the first
    assert "承諾とはみなしません" in lists[3].tasks[0].ja


def test_a_request_for_quotation_is_chased_before_on_and_after_its_day() -> None:
    lists, _ = run_days((item(ChaseKind.RFQ, date(2026, 12, 10)),), {FIRM: partner()}, MONDAY, 5)
    assert actions(lists) == {
        date(2026, 12, 8): [Action.REMIND],
        date(2026, 12, 10): [Action.REMIND],
        date(2026, 12, 11): [Action.PHONE],
    }
    assert lists[1].messages[0].channel is Channel.FAX


@pytest.mark.parametrize(("lead", "asked"), [(14, 3), (13, 2)])
def test_the_first_question_before_the_due_day_needs_two_weeks_of_lead(lead: int, asked: int) -> None:
    due = date(2026, 12, 18)
    opened = due - timedelta(days=lead)
    lists, _ = run_days((item(ChaseKind.DUE, due, opened_on=opened),), {FIRM: partner()}, opened, lead + 1)
    days = sorted(actions(lists))
    assert days == [date(2026, 12, 9), date(2026, 12, 15), date(2026, 12, 17)][-asked:]


def test_what_is_late_gets_the_form_for_the_cause() -> None:
    daily = due_today((item(ChaseKind.LATE, MONDAY),), {FIRM: partner()}, MONDAY, ())
    assert [r.action for r in daily.messages[0].reminders] == [Action.ASK_CAUSE]


def test_inspection_is_ours_and_chased_two_days_ahead() -> None:
    lists, _ = run_days((item(ChaseKind.INSPECTION, date(2026, 12, 10)),), {FIRM: partner()}, MONDAY, 2)
    assert actions(lists) == {date(2026, 12, 8): [Action.INSPECT]}


def test_payment_turns_red_on_the_last_day_counted_from_receipt() -> None:
    received = date(2026, 11, 2)
    lists, _ = run_days((item(ChaseKind.PAYMENT, received),), {FIRM: partner()}, received, 60)
    told = [(daily.on, task.level) for daily in lists for task in daily.tasks]
    # +45 = Thu 17 Dec, +55 = Sun 27 Dec so Friday before, +59 = Thu 31 Dec, a working day of this office.
    assert told == [
        (date(2026, 12, 17), Level.NOTICE),
        (date(2026, 12, 25), Level.WARN),
        (date(2026, 12, 31), Level.RED),
    ]
    assert all(not daily.messages for daily in lists)  # the partner is not reminded of our debt


def test_one_message_has_everything_of_a_partner() -> None:
    due = item(ChaseKind.DUE, date(2026, 12, 10), order="PO-SYN-2")
    late = item(ChaseKind.LATE, MONDAY, order="PO-SYN-3")
    calm = item(ChaseKind.DUE, date(2026, 12, 30), order="PO-SYN-4", opened_on=date(2026, 12, 4))
    ours = item(ChaseKind.PAYMENT, MONDAY, order="PO-SYN-5")
    daily = due_today((calm, due, late, ours), {FIRM: partner()}, MONDAY, ())
    (message,) = daily.messages
    assert {r.item.order for r in message.reminders if r.item} == {"PO-SYN-2", "PO-SYN-3"}
    assert [open_item.order for open_item in message.also_open] == ["PO-SYN-4"]


def test_nothing_on_a_holiday_and_nothing_lost_by_it() -> None:
    # Mon 23 Nov 2026 is 勤労感謝の日; the order of Friday is chased on Tuesday, not skipped.
    lists, _ = run_days((item(anchor=date(2026, 11, 20)),), {FIRM: partner()}, date(2026, 11, 21), 4)
    assert actions(lists) == {date(2026, 11, 24): [Action.RESEND]}


def test_the_partners_own_closed_day_is_waited_for_with_the_reason() -> None:
    closed = Period(first=date(2026, 12, 8), last=date(2026, 12, 9))
    other = partner(closures=(closed,))
    before = item(ChaseKind.LATE, MONDAY)
    daily = due_today((before,), {FIRM: other}, date(2026, 12, 8), ())
    assert not daily.messages
    assert "2026年12月10日(木)" in daily.waiting[0].ja
    assert due_today((before,), {FIRM: other}, date(2026, 12, 10), ()).messages


def test_a_message_goes_only_while_the_partner_works() -> None:
    (message,) = due_today((item(ChaseKind.LATE, MONDAY),), {FIRM: partner()}, MONDAY, ()).messages
    told = {hour: message.may_go_at(datetime(2026, 12, 7, hour, tzinfo=JAPAN)) for hour in (8, 9, 12, 17, 18)}
    assert told == {8: False, 9: True, 12: False, 17: True, 18: False}
    assert message.may_go_at(datetime(2026, 12, 7, 0, 30, tzinfo=UTC))  # 09:30 in Japan
    assert not message.may_go_at(datetime(2026, 12, 8, 10, tzinfo=JAPAN))


def test_a_second_message_on_a_day_waits_for_the_next() -> None:
    first = item(ChaseKind.LATE, MONDAY)
    second = item(ChaseKind.LATE, MONDAY, order="PO-SYN-2")
    sent = due_today((first,), {FIRM: partner()}, MONDAY, ()).as_chased()
    daily = due_today((first, second), {FIRM: partner()}, MONDAY, sent)
    assert not daily.messages
    assert [w.reminder.item for w in daily.waiting] == [second]
    (message,) = due_today((first, second), {FIRM: partner()}, date(2026, 12, 8), sent).messages
    assert [r.item for r in message.reminders] == [second]
    assert message.also_open == (first,)


def test_an_attempt_of_unknown_outcome_goes_to_a_person_and_holds_everything_else() -> None:
    first, second = item(ChaseKind.LATE, MONDAY), item(ChaseKind.LATE, date(2026, 12, 8), order="PO-SYN-2")
    sent = [
        replace(row, outcome=Outcome.UNKNOWN) for row in due_today((first,), {FIRM: partner()}, MONDAY, ()).as_chased()
    ]
    daily = due_today((first, second), {FIRM: partner()}, date(2026, 12, 8), sent)
    assert not daily.messages
    assert [(task.action, task.level) for task in daily.tasks] == [(Action.CHECK_ATTEMPT, Level.WARN)]
    assert [w.reminder.item for w in daily.waiting] == [second]
    again = due_today((first, second), {FIRM: partner()}, date(2026, 12, 8), [*sent, *daily.as_chased()])
    assert not again.messages
    assert not again.tasks
    known = [replace(row, outcome=Outcome.SENT) for row in sent]
    assert due_today((first, second), {FIRM: partner()}, date(2026, 12, 8), known).messages


def test_a_failed_attempt_is_made_again_by_the_next_channel_and_last_by_phone() -> None:
    late = item(ChaseKind.LATE, MONDAY)
    sent: list[Chased] = []
    seen = []
    for n in range(3):
        # The stage comes again after two days under another key, so two days of failures see the channels change.
        daily = due_today((late,), {FIRM: partner()}, MONDAY + timedelta(days=n), sent)
        seen += [message.channel for message in daily.messages] + [task.action for task in daily.tasks]
        sent += [replace(row, outcome=Outcome.FAILED) for row in daily.as_chased() if row.channel]
    assert seen[:2] == [Channel.FAX, Channel.MAIL]
    only_fax = {FIRM: partner(channels=(Channel.FAX,))}
    failed = [replace(row, outcome=Outcome.FAILED) for row in due_today((late,), only_fax, MONDAY, ()).as_chased()]
    daily = due_today((late,), only_fax, date(2026, 12, 8), failed)
    assert [task.action for task in daily.tasks] == [Action.PHONE]


def test_a_partner_of_the_phone_alone_is_called() -> None:
    daily = due_today((item(ChaseKind.LATE, MONDAY),), {FIRM: partner(channels=(Channel.PHONE,))}, MONDAY, ())
    assert not daily.messages
    assert [task.action for task in daily.tasks] == [Action.PHONE]


def test_a_new_revision_is_chased_anew() -> None:
    tuesday = date(2026, 12, 8)
    sent = due_today((item(),), {FIRM: partner()}, tuesday, ()).as_chased()
    revised = item(revision=2)
    assert due_today((revised,), {FIRM: partner()}, date(2026, 12, 9), sent).tasks[0].item == revised


def test_a_partners_own_stages_replace_the_kind_and_no_other() -> None:
    own = read_stages(
        [{"name": "own+2", "kind": "order", "offset": 2, "action": "phone", "ja": "電話が好き", "en": "likes calls"}]
    )
    both = (item(), item(ChaseKind.LATE, MONDAY, order="PO-SYN-2"))
    lists, _ = run_days(both, {FIRM: partner(stages=own)}, MONDAY, 4)
    orders = [(d.on, t.action) for d in lists for t in d.tasks if t.item and t.item.kind is ChaseKind.ORDER]
    assert orders == [(date(2026, 12, 9), Action.PHONE)]
    assert lists[0].messages[0].reminders[0].action is Action.ASK_CAUSE


def test_silence_for_a_quarter_only_leads_to_more_questions() -> None:
    lists, sent = run_days((item(),), {FIRM: partner()}, MONDAY, 90)
    told = actions(lists)
    assert {action for found in told.values() for action in found} == {Action.RESEND, Action.PHONE, Action.ESCALATE}
    assert max(told) > MONDAY + timedelta(days=80)  # it never falls silent itself
    assert len({row.key for row in sent}) == len(sent)


def test_an_item_of_an_unknown_partner_is_told() -> None:
    with pytest.raises(InputError) as refusal:
        due_today((item(),), {}, MONDAY, ())
    assert "取引先を登録" in refusal.value.ja


def test_schedule_is_dated_and_refuses_what_it_cannot_read() -> None:
    assert schedule_on(MONDAY).id == "standard-2026"
    with pytest.raises(InputError):
        schedule_on(date(2025, 12, 31))
    with pytest.raises(InputError):
        read_schedules({"format": "something/1", "schedules": []})
    row = {"name": "x", "kind": "order", "offset": 1, "action": "phone", "ja": "あ", "en": "a"}
    assert read_stages([row])
    for wrong in (
        {**row, "kind": "birthday"},
        {**row, "action": "accept"},
        {**row, "repeat_every": 0},
        {**row, "days": "working"},
        {**row, "chanel": 1},
        {**row, "ja": "{when}"},
        {**row, "kind": "payment", "action": "remind"},
    ):
        with pytest.raises(InputError):
            read_stages([wrong])


def test_items_of_two_partners_go_in_two_messages() -> None:
    other = "F-SYN-002"
    items: tuple[OpenItem, ...] = (item(ChaseKind.LATE, MONDAY), item(ChaseKind.LATE, MONDAY, firm=other))
    daily = due_today(items, {FIRM: partner(), other: partner(other)}, MONDAY, (), office=standard_calendar())
    assert [message.partner for message in daily.messages] == [FIRM, other]
