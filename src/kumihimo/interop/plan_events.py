"""Read events of a living plan from JSON (`docs/reference/plan-events.md`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kumihimo.errors import InputError
from kumihimo.intake import read_bytes
from kumihimo.interop.planning_json import MAX_BYTES, calendar_of, order_document, order_of
from kumihimo.interop.strict_json import LARGEST, JsonReader, parse_json
from kumihimo.planning.events import (
    ActualFinish,
    ActualStart,
    CancelOrder,
    ChangeCalendar,
    DelayStep,
    Event,
    RushOrder,
    StopResource,
    StopSite,
)
from kumihimo.planning.problem import Order, PlanCalendar, Problem

EVENTS_FORMAT = "kumihimo-events/1"
_MINUTES = re.compile(r"[+-]?\d{1,13}")
_JA_TIME = "開始からの分（整数）か日時（例 2026-12-03T08:00+09:00）"
_EN_TIME = "minutes from the start (a whole number) or a moment (2026-12-03T08:00+09:00)"


def minute_of(text: str, start: datetime) -> int | None:
    """Return the minute of the plan that a text means, None when it is neither a number nor a moment.

    Parameters
    ----------
    text
        Minutes from the start (``4320``), or a date and time in whole minutes; without an offset it is that of `start`.
    start
        Minute 0.
    """
    if _MINUTES.fullmatch(text):
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.utcoffset() is None:
        moment = moment.replace(tzinfo=start.tzinfo)
    passed = moment - start
    return None if passed % timedelta(minutes=1) else passed // timedelta(minutes=1)


def read_events(path: Path, problem: Problem) -> tuple[Event, ...]:
    """Read a file of events; see `events_from_bytes`."""
    return events_from_bytes(read_bytes(path, max_bytes=MAX_BYTES), problem, path.name)


def events_from_bytes(data: bytes, problem: Problem, name: str = "events.json") -> tuple[Event, ...]:
    """Read one event, an array of events, or ``{"format": "kumihimo-events/1", "events": [...]}``.

    Whether the named orders and machines exist is checked by `kumihimo.planning.events.check_event`.

    Parameters
    ----------
    problem
        For its start, from which minutes are counted, and its calendars, which may be named.

    Raises
    ------
    InputError
        Not JSON, or not UTF-8.
    LocatedErrors
        Everything that is wrong in it, each with its JSON path.
    """
    reader = JsonReader(name)
    document = parse_json(data, name)
    if isinstance(document, list):
        found = [_event(reader, value, f"$[{at}]", problem) for at, value in enumerate(document)]
    elif isinstance(document, dict) and "events" in document:
        top = reader.record(document, "$", required=("format", "events"))
        reader.choice(top, "$", "format", (EVENTS_FORMAT,), EVENTS_FORMAT)
        rows = reader.array(top, "$", "events")
        found = [_event(reader, value, f"$.events[{at}]", problem) for at, value in enumerate(rows)]
    else:
        found = [_event(reader, document, "$", problem)]
    reader.finish()
    events = tuple(event for event in found if event is not None)
    if not events:
        raise InputError(
            f"{name}: 出来事が1つもありません。1つ以上書いてください。", f"{name} holds no event; write at least one."
        )
    return events


def read_order(path: Path) -> Order:
    """Read one order, written as in the `orders` of a problem.

    Raises
    ------
    InputError, LocatedErrors
        As `events_from_bytes`.
    """
    reader = JsonReader(path.name)
    order = order_of(reader, parse_json(read_bytes(path, max_bytes=MAX_BYTES), path.name), "$")
    reader.finish()
    return order


def event_document(event: Event) -> dict[str, Any]:
    """Return an event as the JSON object that `events_from_bytes` reads, its times in minutes."""
    match event:
        case RushOrder(order=order):
            return {"event": "rush_order", "order": order_document(order)}
        case CancelOrder(order_id=name):
            return {"event": "cancel_order", "order": name}
        case DelayStep():
            times = {key: value for key, value in (("start", event.start), ("end", event.end)) if value is not None}
            return {"event": "delay_step", "order": event.order, "step": event.step, **times}
        case StopResource(resource=name, start=start, end=end):
            return {"event": "stop_resource", "resource": name, "start": start, "end": end}
        case StopSite(site=name, start=start, end=end):
            return {"event": "stop_site", "site": name, "start": start, "end": end}
        case ChangeCalendar(resource=name, calendar=calendar):
            shape = None
            if calendar is not None:
                shape = {
                    "id": calendar.id,
                    "weekly": calendar.weekly,
                    "closed": calendar.closed,
                    "open": calendar.open,
                }
            return {"event": "change_calendar", "resource": name, "calendar": shape}
        case ActualStart():
            place = {"order": event.order, "step": event.step, "resource": event.resource}
            return {"event": "actual_start", **place, "start": event.start}
        case ActualFinish():
            place = {"order": event.order, "step": event.step, "resource": event.resource}
            return {"event": "actual_finish", **place, "start": event.start, "end": event.end}


class _Fields:
    """The fields of one event, taken out with the start of the problem at hand."""

    def __init__(self, reader: JsonReader, value: object, path: str, problem: Problem) -> None:
        self.reader, self.path, self.problem = reader, path, problem
        self.item: Mapping[str, Any] = reader.record(value, path, required=("event",), optional=None)

    def keys(self, *required: str, optional: tuple[str, ...] = ()) -> None:
        self.reader.record(self.item, self.path, required=("event", *required), optional=optional)

    def text(self, key: str) -> str:
        return self.reader.text(self.item, self.path, key)

    def time(self, key: str) -> int:
        value = self.item.get(key)
        minute = None
        if isinstance(value, str):
            minute = minute_of(value, self.problem.start)
        elif isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1:
            minute = int(value)
        if minute is None or abs(minute) > LARGEST:
            if key in self.item:
                self.reader.wrong(f"{self.path}.{key}", value, _JA_TIME, _EN_TIME)
            return 0
        return minute

    def optional_time(self, key: str) -> int | None:
        return None if self.item.get(key) is None else self.time(key)


def _event(reader: JsonReader, value: object, path: str, problem: Problem) -> Event | None:
    fields = _Fields(reader, value, path, problem)
    if not isinstance(value, dict):
        return None
    kind = reader.choice(fields.item, path, "event", tuple(_KINDS), "") if "event" in value else ""
    return _KINDS[kind](fields) if kind else None


def _rush(f: _Fields) -> Event:
    f.keys("order")
    return RushOrder(order=order_of(f.reader, f.item.get("order"), f"{f.path}.order"))


def _cancel(f: _Fields) -> Event:
    f.keys("order")
    return CancelOrder(order_id=f.text("order"))


def _delay(f: _Fields) -> Event:
    f.keys("order", "step", optional=("start", "end"))
    start, end = f.optional_time("start"), f.optional_time("end")
    if start is None and end is None:
        f.reader.wrong(f.path, "", "start か end のどちらか", "start or end")
    return DelayStep(order=f.text("order"), step=f.text("step"), start=start, end=end)


def _stop_resource(f: _Fields) -> Event:
    f.keys("resource", "start", "end")
    return StopResource(resource=f.text("resource"), start=f.time("start"), end=f.time("end"))


def _stop_site(f: _Fields) -> Event:
    f.keys("site", "start", "end")
    return StopSite(site=f.text("site"), start=f.time("start"), end=f.time("end"))


def _change_calendar(f: _Fields) -> Event:
    f.keys("resource", "calendar")
    value = f.item.get("calendar")
    calendar: PlanCalendar | None = None
    if isinstance(value, str):
        calendar = next((c for c in f.problem.calendars if c.id == value), None)
        if calendar is None:
            f.reader.missing(f"{f.path}.calendar", value, "calendars")
    elif value is not None:
        calendar = calendar_of(f.reader, value, f"{f.path}.calendar")
    return ChangeCalendar(resource=f.text("resource"), calendar=calendar)


def _actual_start(f: _Fields) -> Event:
    f.keys("order", "step", "resource", "start")
    return ActualStart(order=f.text("order"), step=f.text("step"), resource=f.text("resource"), start=f.time("start"))


def _actual_finish(f: _Fields) -> Event:
    f.keys("order", "step", "resource", "start", "end")
    return ActualFinish(
        order=f.text("order"),
        step=f.text("step"),
        resource=f.text("resource"),
        start=f.time("start"),
        end=f.time("end"),
    )


_KINDS: Mapping[str, Callable[[_Fields], Event]] = {
    "rush_order": _rush,
    "cancel_order": _cancel,
    "delay_step": _delay,
    "stop_resource": _stop_resource,
    "stop_site": _stop_site,
    "change_calendar": _change_calendar,
    "actual_start": _actual_start,
    "actual_finish": _actual_finish,
}
