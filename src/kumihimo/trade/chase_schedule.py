"""When an open item is chased 催促の予定: stages in business days, as dated data that a partner may override."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from kumihimo.errors import InputError
from kumihimo.trade.business_days import BusinessDays
from kumihimo.trade.wording import day_ja


class ChaseKind(StrEnum):
    """What an item waits for."""

    RFQ = "rfq"
    ORDER = "order"
    DUE = "due"
    LATE = "late"
    INSPECTION = "inspection"
    PAYMENT = "payment"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return _KINDS[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _KINDS[self][1]

    @property
    def is_partners(self) -> bool:
        """Whether the partner has to do something; inspection and payment are our own."""
        return self not in (ChaseKind.INSPECTION, ChaseKind.PAYMENT)


_KINDS: Mapping[ChaseKind, tuple[str, str]] = {
    ChaseKind.RFQ: ("見積の回答待ち", "quotation awaited"),
    ChaseKind.ORDER: ("注文請書の待ち", "acknowledgement awaited"),
    ChaseKind.DUE: ("納期前の確認", "due soon"),
    ChaseKind.LATE: ("納期遅れ", "late"),
    ChaseKind.INSPECTION: ("検査待ち", "inspection awaited"),
    ChaseKind.PAYMENT: ("支払待ち", "payment awaited"),
}


class Action(StrEnum):
    """What is proposed. None of them accepts anything in the partner's name: silence is no acceptance."""

    REMIND = "remind"
    RESEND = "resend"
    CONFIRM = "confirm"
    ASK_CAUSE = "ask_cause"
    PHONE = "phone"
    ESCALATE = "escalate"
    INSPECT = "inspect"
    PAY = "pay"
    CHECK_ATTEMPT = "check_attempt"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return _ACTIONS[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _ACTIONS[self][1]

    @property
    def is_message(self) -> bool:
        """Whether it goes out in the partner's daily message; everything else is done by a person."""
        return self in (Action.REMIND, Action.RESEND, Action.CONFIRM, Action.ASK_CAUSE)


_ACTIONS: Mapping[Action, tuple[str, str]] = {
    Action.REMIND: ("回答をお願いする", "remind"),
    Action.RESEND: ("もう一度送る", "send again"),
    Action.CONFIRM: ("予定どおりか聞く", "confirm the date"),
    Action.ASK_CAUSE: ("遅れの理由と新しい日を聞く", "ask for cause and new date"),
    Action.PHONE: ("電話で確認する", "call"),
    Action.ESCALATE: ("代わりの企業を見て決める", "look at alternatives and decide"),
    Action.INSPECT: ("検査を終える", "finish the inspection"),
    Action.PAY: ("支払を進める", "see to the payment"),
    Action.CHECK_ATTEMPT: ("届いたかどうかを相手に確かめる", "find out whether it was sent"),
}


class Level(StrEnum):
    """How urgent it is."""

    NOTICE = "notice"
    WARN = "warn"
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of chasing.

    Attributes
    ----------
    offset
        Days after the day that the item waits for; negative = before it.
    in_business_days
        Otherwise calendar days, of which one that falls on a closed day is taken on the business day before it.
    least_lead_days
        Left out where fewer calendar days lay between the opening of the item and its day.
    channel
        0 = the partner's first channel, 1 = the next.
    repeat_every
        Comes again after so many business days while the item stays open; None = once.
    ja, en
        The reason, with ``{anchor}`` and ``{anchor_en}`` for the day.
    """

    name: str
    kind: ChaseKind
    offset: int
    action: Action
    ja: str
    en: str
    in_business_days: bool = True
    level: Level = Level.NOTICE
    least_lead_days: int = 0
    channel: int = 0
    repeat_every: int | None = None

    def day(self, anchor: date, days: BusinessDays) -> date:
        """Return the day on which the stage falls."""
        if self.in_business_days:
            return days.shift(anchor, self.offset)
        return days.on_or_before(anchor + timedelta(days=self.offset))

    def reason(self, anchor: date) -> tuple[str, str]:
        """Return why, in Japanese and in English."""
        words = {"anchor": day_ja(anchor), "anchor_en": anchor.isoformat()}
        return self.ja.format(**words), self.en.format(**words)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseSchedule:
    """The stages in force in a period, and where they come from."""

    id: str
    in_force_from: date
    in_force_to: date | None
    source: str
    checked_on: date
    stages: tuple[Stage, ...]

    def of_kind(self, kind: ChaseKind) -> tuple[Stage, ...]:
        """Return the stages of one kind."""
        return tuple(stage for stage in self.stages if stage.kind is kind)


def schedule_on(day: date, schedules: Iterable[ChaseSchedule] | None = None) -> ChaseSchedule:
    """Return the schedule in force on a day: of several the one that began last."""
    known = tuple(_packaged() if schedules is None else schedules)
    in_force = [s for s in known if s.in_force_from <= day and (s.in_force_to is None or day <= s.in_force_to)]
    if not in_force:
        first = min((s.in_force_from for s in known), default=None)
        raise InputError(
            f"{day_ja(day)}に有効な催促の予定がありません（最も早いものは{first}から）。予定のデータに期間を足してください。",
            f"no chasing schedule is in force on {day} (the first begins {first}); add one to the data.",
        )
    return max(in_force, key=lambda s: s.in_force_from)


def read_schedules(document: Mapping[str, Any]) -> tuple[ChaseSchedule, ...]:
    """Return the schedules of a document of the format ``kumihimo-chasing/1``."""
    if document.get("format") != "kumihimo-chasing/1":
        raise InputError(
            f"催促の予定の形式が {document.get('format')!r} です。kumihimo-chasing/1 にしてください。",
            f"the format of the schedule is {document.get('format')!r}; expected kumihimo-chasing/1.",
        )
    return tuple(_schedule(row) for row in document["schedules"])


def read_stages(rows: Iterable[Mapping[str, Any]]) -> tuple[Stage, ...]:
    """Return stages as they are written in the data: of a schedule, or one partner's own."""
    return tuple(_stage(row) for row in rows)


def _schedule(row: Mapping[str, Any]) -> ChaseSchedule:
    last = row["in_force_to"]
    return ChaseSchedule(
        id=row["id"],
        in_force_from=date.fromisoformat(row["in_force_from"]),
        in_force_to=None if last is None else date.fromisoformat(last),
        source=row["source"],
        checked_on=date.fromisoformat(row["checked_on"]),
        stages=read_stages(row["stages"]),
    )


_STAGE_KEYS = frozenset(
    {"name", "kind", "offset", "days", "action", "level", "least_lead_days", "channel", "repeat_every", "ja", "en"}
)


def _stage(row: Mapping[str, Any]) -> Stage:
    try:
        if unknown := sorted(row.keys() - _STAGE_KEYS):
            raise ValueError(f"unknown keys {unknown}")
        days = row.get("days", "business")
        if days not in ("business", "calendar"):
            raise ValueError(f"days is {days!r}, not business or calendar")
        repeat = row.get("repeat_every")
        if repeat is not None and (type(repeat) is not int or repeat < 1):
            raise ValueError(f"repeat_every is {repeat!r}, not a whole number from 1")
        stage = Stage(
            name=row["name"],
            kind=ChaseKind(row["kind"]),
            offset=int(row["offset"]),
            action=Action(row["action"]),
            ja=row["ja"],
            en=row["en"],
            in_business_days=days == "business",
            level=Level(row.get("level", "notice")),
            least_lead_days=int(row.get("least_lead_days", 0)),
            channel=int(row.get("channel", 0)),
            repeat_every=repeat,
        )
        if stage.action.is_message and not stage.kind.is_partners:
            raise ValueError(f"{stage.kind} is not the partner's to do; {stage.action} would be a message to it")
        stage.reason(date(2026, 1, 1))
    except (KeyError, ValueError) as fault:
        raise InputError(
            f"催促の段階「{row.get('name', '?')}」を読めません（{fault}）。項目と値を直してください。",
            f"the chasing stage {row.get('name', '?')!r} cannot be read ({fault}); mend its keys and values.",
        ) from fault
    return stage


@cache
def _packaged() -> tuple[ChaseSchedule, ...]:
    text = files("kumihimo.trade").joinpath("data/chasing.json").read_text("utf-8")
    return read_schedules(json.loads(text))
