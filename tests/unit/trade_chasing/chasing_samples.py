"""Invented partners and open items."""

from __future__ import annotations

from datetime import date, timedelta

from kumihimo.model.calendar import Pause, Period, Shift, WorkCalendar, standard_calendar
from kumihimo.model.firm import Channel
from kumihimo.trade.chase_schedule import ChaseKind, Stage
from kumihimo.trade.chasing import Chased, DailyList, OpenItem, Partner, due_today

MONDAY = date(2026, 12, 7)
"""A week without holidays."""
FIRM = "F-SYN-001"


def partner(
    firm: str = FIRM,
    channels: tuple[Channel, ...] = (Channel.FAX, Channel.MAIL, Channel.PHONE),
    closures: tuple[Period, ...] = (),
    stages: tuple[Stage, ...] = (),
) -> Partner:
    calendar = WorkCalendar(
        id=f"cal-{firm}",
        shifts=tuple(Shift(weekday=day, start_min=540, end_min=1080) for day in range(5)),
        breaks=(Pause(start_min=720, end_min=780),),
        closures=closures,
    )
    return Partner(firm=firm, channels=channels, calendar=calendar, stages=stages)


def item(
    kind: ChaseKind = ChaseKind.ORDER,
    anchor: date = MONDAY,
    *,
    opened_on: date | None = None,
    firm: str = FIRM,
    order: str = "PO-SYN-1",
    revision: int = 1,
) -> OpenItem:
    first = {ChaseKind.ORDER: anchor, ChaseKind.PAYMENT: anchor}.get(kind, anchor - timedelta(days=30))
    return OpenItem(
        id=f"{order}/{firm}",
        kind=kind,
        partner=firm,
        anchor=anchor,
        opened_on=first if opened_on is None else opened_on,
        order=order,
        revision=revision,
        words_ja=f"{kind.ja} {order}",
        words_en=f"{kind.en} {order}",
    )


def run_days(
    items: tuple[OpenItem, ...], partners: dict[str, Partner], first: date, days: int
) -> tuple[list[DailyList], list[Chased]]:
    """Chase for some days, nobody ever answering."""
    sent: list[Chased] = []
    lists = []
    for n in range(days):
        daily = due_today(items, partners, first + timedelta(days=n), sent, office=standard_calendar())
        sent.extend(daily.as_chased())
        lists.append(daily)
    return lists, sent
