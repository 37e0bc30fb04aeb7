"""What is chased today 催促: one message a day to a partner with all that is open, the rest as tasks for a person.

`due_today` is a pure function of what is open, of the partners and of what was sent before: called twice on a day, with
what the first call led to, it gives nothing new. Silence of a partner only ever leads to another question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kumihimo.errors import InputError
from kumihimo.model.calendar import WorkCalendar, standard_calendar
from kumihimo.model.firm import Channel
from kumihimo.trade.business_days import BusinessDays, Window, business_days, open_windows
from kumihimo.trade.chase_schedule import Action, ChaseKind, ChaseSchedule, Level, Stage, schedule_on
from kumihimo.trade.wording import day_ja


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """Something that waits for an answer or for work.

    Attributes
    ----------
    anchor
        The day from which its stages count: answer wanted by, ordered on, due on, first day late, inspection planned
        to end, received on.
    opened_on
        When the wait began; what would fall on this day or before is not chased.
    revision
        A new revision of an order is chased anew.
    words_ja, words_en
        What it is, for the partner: ``注文 PO-2026-000123「軸受箱」``.
    """

    id: str
    kind: ChaseKind
    partner: str
    anchor: date
    opened_on: date
    order: str
    revision: int = 0
    words_ja: str
    words_en: str

    @property
    def key(self) -> str:
        """Identity for chasing; a changed day or revision makes another."""
        return f"{self.id}/{self.kind}/r{self.revision}/{self.anchor}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """How and when a firm is spoken to.

    Attributes
    ----------
    channels
        In the order that it prefers.
    calendar
        Its working hours, own closed days and holidays.
    stages
        Its own stages; for a kind that stands here they replace all of the schedule.
    """

    firm: str
    channels: tuple[Channel, ...]
    calendar: WorkCalendar
    stages: tuple[Stage, ...] = ()


class Outcome(StrEnum):
    """What became of an attempt. `unknown`: it broke off, and only a person can find out whether it arrived."""

    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chased:
    """A reminder that went out, or a task that was put on the list; `channel` is None for a task."""

    key: str
    partner: str
    on: date
    channel: Channel | None = None
    outcome: Outcome = Outcome.SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One proposed action for one open item, and why. Checking an attempt concerns no single item: `item` is None."""

    key: str
    partner: str
    action: Action
    level: Level
    item: OpenItem | None
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyMessage:
    """The one message of a day to a partner.

    Attributes
    ----------
    windows
        When it may go out: while the partner works.
    reminders
        What is asked today.
    also_open
        Everything else that waits for the partner, so that one sheet shows all.
    """

    partner: str
    on: date
    channel: Channel
    windows: tuple[Window, ...]
    reminders: tuple[Reminder, ...]
    also_open: tuple[OpenItem, ...]

    def may_go_at(self, moment: datetime) -> bool:
        """Whether the partner works at `moment` (with its zone) of the day of the message."""
        return any(first <= moment < last for first, last in self.windows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A reminder that is due and held back today, and why."""

    reminder: Reminder
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyList:
    """What is to be done on a day: messages to send, tasks for a person, and what waits with its reason."""

    on: date
    messages: tuple[DailyMessage, ...] = ()
    tasks: tuple[Reminder, ...] = ()
    waiting: tuple[Waiting, ...] = ()

    def as_chased(self) -> tuple[Chased, ...]:
        """Return what to keep once all messages are sent and all tasks are on somebody's list."""
        sent = [
            Chased(key=reminder.key, partner=message.partner, on=self.on, channel=message.channel)
            for message in self.messages
            for reminder in message.reminders
        ]
        return (*sent, *(Chased(key=task.key, partner=task.partner, on=self.on) for task in self.tasks))


def due_today(
    open_items: Iterable[OpenItem],
    partners: Mapping[str, Partner],
    today: date,
    already_sent: Sequence[Chased],
    *,
    office: WorkCalendar | None = None,
    schedules: Sequence[ChaseSchedule] | None = None,
) -> DailyList:
    """Return what is to be chased today.

    Of the stages of an item that have come, only the last counts: what was missed, for instance while the partner was
    closed, is not made up one by one. An attempt that failed is made again on the next business day by the partner's
    next channel, and by phone when there is none left. While it is unknown whether an attempt arrived, a person finds
    out, and nothing is sent to that partner.

    Parameters
    ----------
    already_sent
        All that was chased before, also today.
    office
        When the coordinators work; Monday to Friday without holidays where nothing is told.

    Raises
    ------
    InputError
        An item is of a partner who is not among `partners`, or no schedule is in force.
    """
    office = office or standard_calendar("office")
    if not office.is_working_day(today):
        return DailyList(on=today)
    history = _History(already_sent, today)
    schedule = schedule_on(today, schedules)
    by_key = {item.key: item for item in open_items}
    items = sorted(by_key.values(), key=lambda item: (item.partner, item.anchor, item.key))
    wanted: dict[str, list[tuple[Stage, Reminder]]] = {}
    tasks: list[Reminder] = []
    waiting: list[Waiting] = []
    for item in items:
        partner = _partner_of(item, partners)
        days = business_days(office, partner.calendar) if item.kind.is_partners else business_days(office)
        own = tuple(stage for stage in partner.stages if stage.kind is item.kind)
        stage = _last_stage(item, own or schedule.of_kind(item.kind), today, days)
        if stage is None:
            continue
        reminder = _reminder(item, stage, today, days)
        if reminder.key in history.done:
            continue
        if item.kind.is_partners and today not in days:
            opens = days.on_or_after(today)
            waiting.append(
                Waiting(
                    reminder=reminder,
                    ja=f"取引先の休業日です。{day_ja(opens)}に出します。",
                    en=f"the partner is closed today; it goes out on {opens}",
                )
            )
        elif stage.action.is_message:
            wanted.setdefault(item.partner, []).append((stage, reminder))
        else:
            tasks.append(reminder)
    tasks.extend(task for task in history.checks() if task.key not in history.done)
    messages: list[DailyMessage] = []
    for firm, asked in wanted.items():
        _speak_to(partners[firm], asked, items, today, history, messages, tasks, waiting)
    tasks.sort(key=lambda task: (_URGENCY[task.level], task.partner, task.key))
    return DailyList(on=today, messages=tuple(messages), tasks=tuple(tasks), waiting=tuple(waiting))


_URGENCY = {Level.RED: 0, Level.WARN: 1, Level.NOTICE: 2}


class _History:
    """What was chased before, by what `due_today` asks of it."""

    def __init__(self, already_sent: Sequence[Chased], today: date) -> None:
        self.today = today
        self.done = {row.key for row in already_sent if row.outcome is not Outcome.FAILED}
        self.spoken_to = {row.partner for row in already_sent if row.channel is not None and row.on == today}
        self.unknown = {
            (row.partner, row.on, row.channel)
            for row in already_sent
            if row.outcome is Outcome.UNKNOWN and row.channel is not None
        }
        self.in_doubt = {partner for partner, _, _ in self.unknown}
        self._failed: dict[str, set[Channel]] = {}
        for row in already_sent:
            if row.outcome is Outcome.FAILED and row.channel is not None:
                self._failed.setdefault(row.key, set()).add(row.channel)

    def failed(self, keys: Iterable[str]) -> set[Channel]:
        """Return the channels by which any of some reminders failed."""
        return set().union(*(self._failed.get(key, set()) for key in keys))

    def checks(self) -> list[Reminder]:
        """Return a task for each attempt of which nobody knows whether it arrived."""
        return [
            Reminder(
                key=f"check/{partner}/{on}/{channel}",
                partner=partner,
                action=Action.CHECK_ATTEMPT,
                level=Level.WARN,
                item=None,
                ja=f"{day_ja(on)}の{channel.ja}は途中で止まり、届いたか分かりません。相手に確かめてから、"
                "「届いた」か「届いていない」を記録してください。自動では送り直しません。",
                en=f"the {channel.en} of {on} broke off; ask the partner and record whether it arrived. "
                "It is not sent again by itself",
            )
            for partner, on, channel in sorted(self.unknown)
        ]


def _partner_of(item: OpenItem, partners: Mapping[str, Partner]) -> Partner:
    partner = partners.get(item.partner)
    if partner is None:
        raise InputError(
            f"「{item.words_ja}」の取引先「{item.partner}」の連絡方法がありません。取引先を登録してください。",
            f"nothing is known on how to reach '{item.partner}' of '{item.words_en}'; register the partner.",
        )
    return partner


def _last_stage(item: OpenItem, stages: Iterable[Stage], today: date, days: BusinessDays) -> Stage | None:
    """Return the latest stage that has come; what lies before the opening of the item never comes."""
    lead = (item.anchor - item.opened_on).days
    last: tuple[date, int, Stage] | None = None
    for at, stage in enumerate(stages):
        if lead < stage.least_lead_days:
            continue
        day = stage.day(item.anchor, days)
        if item.opened_on < day <= today and (last is None or (day, at) > last[:2]):
            last = day, at, stage
    return None if last is None else last[2]


def _reminder(item: OpenItem, stage: Stage, today: date, days: BusinessDays) -> Reminder:
    since = 0
    if stage.repeat_every is not None:
        since = days.since(stage.day(item.anchor, days), today) // stage.repeat_every
    ja, en = stage.reason(item.anchor)
    return Reminder(
        key=f"{item.key}/{stage.name}#{since}",
        partner=item.partner,
        action=stage.action,
        level=stage.level,
        item=item,
        ja=f"{item.words_ja}: {ja}",
        en=f"{item.words_en}: {en}",
    )


def _speak_to(
    partner: Partner,
    asked: Sequence[tuple[Stage, Reminder]],
    items: Sequence[OpenItem],
    today: date,
    history: _History,
    messages: list[DailyMessage],
    tasks: list[Reminder],
    waiting: list[Waiting],
) -> None:
    """Put all that is asked of one partner into one message, or tell why not."""
    held = None
    if partner.firm in history.in_doubt:
        held = (
            "前の送信が届いたか分かりません。人が確かめるまで送りません。",
            "it is unknown whether the last attempt arrived; nothing is sent before a person has found out",
        )
    elif partner.firm in history.spoken_to:
        held = (
            "今日はもう1通送りました。次の営業日にまとめて送ります。",
            "a message went out today; it joins that of the next business day",
        )
    if held is not None:
        waiting.extend(Waiting(reminder=reminder, ja=held[0], en=held[1]) for _, reminder in asked)
        return
    reminders = tuple(reminder for _, reminder in asked)
    channel = _channel(partner, max(stage.channel for stage, _ in asked), history.failed(r.key for r in reminders))
    if channel is None:
        tasks.extend(_by_phone(reminder) for reminder in reminders)
        return
    said = {reminder.item for reminder in reminders}
    messages.append(
        DailyMessage(
            partner=partner.firm,
            on=today,
            channel=channel,
            windows=open_windows((partner.calendar,), today),
            reminders=reminders,
            also_open=tuple(
                item for item in items if item.partner == partner.firm and item.kind.is_partners and item not in said
            ),
        )
    )


def _channel(partner: Partner, wish: int, failed: set[Channel]) -> Channel | None:
    """Return the channel to take: the one wished for or, failing that, the next; None when only the phone is left."""
    written = [channel for channel in partner.channels if channel is not Channel.PHONE and channel not in failed]
    if not written:
        return None
    preferred = partner.channels[: wish + 1]
    later = [channel for channel in written if channel not in preferred[:-1]]
    return later[0] if later else written[-1]


def _by_phone(reminder: Reminder) -> Reminder:
    return Reminder(
        key=reminder.key,
        partner=reminder.partner,
        action=Action.PHONE,
        level=reminder.level,
        item=reminder.item,
        ja=f"{reminder.ja} 文書で送れる手段がないので、電話で伝えます。",
        en=f"{reminder.en}; no written channel is left, so call",
    )
