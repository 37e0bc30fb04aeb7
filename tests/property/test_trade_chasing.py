"""Chasing under anything that may happen: called again and again, attempts that fail or break off, closed partners."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

import jpholiday
import pytest

from kumihimo.model.calendar import Pause, Period, Shift, WorkCalendar, standard_calendar
from kumihimo.model.firm import Channel
from kumihimo.trade.business_days import JAPAN
from kumihimo.trade.chase_schedule import Action, ChaseKind
from kumihimo.trade.chasing import Chased, DailyList, OpenItem, Outcome, Partner, due_today

FIRST = date(2026, 4, 20)
"""The weeks after it have the holidays of May."""
DAYS, WORLDS = 45, 20
OFFICE = standard_calendar("office")


def _partner(random: Random, firm: str) -> Partner:
    opens = random.randrange(420, 600)
    closed = FIRST + timedelta(days=random.randrange(DAYS))
    calendar = WorkCalendar(
        id=f"cal-{firm}",
        shifts=tuple(
            Shift(weekday=day, start_min=opens, end_min=opens + random.randrange(240, 600))
            for day in sorted(random.sample(range(7), random.randint(3, 7)))
        ),
        breaks=(Pause(start_min=720, end_min=765),),
        national_holidays=random.random() < 0.8,
        closures=(Period(first=closed, last=closed + timedelta(days=random.randrange(9))),),
    )
    channels = random.sample(list(Channel), random.randint(1, 3))
    return Partner(firm=firm, channels=tuple(channels), calendar=calendar)


def _item(random: Random, number: int, firm: str, today: date) -> OpenItem:
    kind = random.choice(list(ChaseKind))
    anchor = today + timedelta(days=random.randint(-3, 25))
    if kind in (ChaseKind.ORDER, ChaseKind.PAYMENT, ChaseKind.LATE):
        anchor = today - timedelta(days=random.randint(0, 60 if kind is ChaseKind.PAYMENT else 3))
    return OpenItem(
        id=f"PO-SYN-{number}",
        kind=kind,
        partner=firm,
        anchor=anchor,
        opened_on=min(anchor, today) - timedelta(days=random.choice((0, 5, 20))),
        order=f"PO-SYN-{number}",
        words_ja=f"合成 {number}",
        words_en=f"synthetic {number}",
    )


def _check(daily: DailyList, partners: dict[str, Partner]) -> None:
    for message in daily.messages:
        calendar = partners[message.partner].calendar
        assert calendar.is_working_day(daily.on)
        assert not (calendar.national_holidays and jpholiday.is_holiday(daily.on))
        assert message.windows
        assert message.channel is not Channel.PHONE
        open_minutes = {m for first, last in calendar.open_minutes(daily.on, 1) for m in range(first, last)}
        for minute in range(0, 1440, 7):
            moment = datetime(daily.on.year, daily.on.month, daily.on.day, tzinfo=JAPAN) + timedelta(minutes=minute)
            assert message.may_go_at(moment) == (minute in open_minutes)
        assert all(item.partner == message.partner for item in message.also_open)
    if not OFFICE.is_working_day(daily.on):
        assert daily == DailyList(on=daily.on)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_chasing_of_random_worlds(seed: int) -> None:
    random = Random(f"chasing {seed}")
    partners = {firm: _partner(random, firm) for firm in (f"F-SYN-{n:03}" for n in range(4))}
    items: list[OpenItem] = []
    sent: list[Chased] = []
    messages: Counter[tuple[str, date]] = Counter()
    arrived: set[str] = set()
    numbers = count(1)
    for n in range(DAYS):
        today = FIRST + timedelta(days=n)
        for _ in range(3):  # the worker may wake up several times a day, and new items come in between
            if random.random() < 0.5:
                items.append(_item(random, next(numbers), random.choice(list(partners)), today))
            random.shuffle(items)
            daily = due_today([*items, *items[:3]], partners, today, sent, office=OFFICE)
            _check(daily, partners)
            doubtful = {row.partner for row in sent if row.outcome is Outcome.UNKNOWN}
            assert not doubtful & {message.partner for message in daily.messages}
            proposed = [r.key for m in daily.messages for r in m.reminders] + [t.key for t in daily.tasks]
            assert len(set(proposed)) == len(proposed)
            assert not arrived & set(proposed)
            messages.update((message.partner, today) for message in daily.messages)
            rows = [
                replace(row, outcome=random.choices(list(Outcome), (90, 7, 3))[0]) if row.channel else row
                for row in daily.as_chased()
            ]
            arrived |= {row.key for row in rows if row.outcome is not Outcome.FAILED}
            sent += rows
            again = due_today(items, partners, today, sent, office=OFFICE)
            assert not again.messages
            assert all(task.action is Action.CHECK_ATTEMPT for task in again.tasks)
            sent += again.as_chased()
            assert due_today(items, partners, today, sent, office=OFFICE) == replace(again, tasks=())
        if items and random.random() < 0.3:
            items.pop(random.randrange(len(items)))
        # A person finds out about some of the attempts that broke off.
        sent = [
            replace(row, outcome=random.choice((Outcome.SENT, Outcome.FAILED)))
            if row.outcome is Outcome.UNKNOWN and random.random() < 0.5
            else row
            for row in sent
        ]
        arrived = {row.key for row in sent if row.outcome is not Outcome.FAILED}
    assert messages
    assert max(messages.values()) == 1
