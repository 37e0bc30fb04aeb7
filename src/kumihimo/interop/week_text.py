"""Working hours in words: 「月火水木金 08:00-17:00、土 08:00-12:00」."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from kumihimo.interop.problem import BadValue
from kumihimo.model import Pause, Shift

WEEKDAY_NAMES = "月火水木金土日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_GROUPS = {"平日": (0, 1, 2, 3, 4), "毎日": (0, 1, 2, 3, 4, 5, 6), "土日": (5, 6), "週末": (5, 6)}
_TIMES = re.compile(r"(翌)?(\d{1,2})(?::|時)(\d{2})?分?\s*[-~〜]\s*(翌)?(\d{1,2})(?::|時)(\d{2})?分?")
_ENGLISH_DAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(?:(?:s|nes|rs|ur)?day)?", re.IGNORECASE)
_DAY_MIN = 24 * 60


def read_weekdays(value: Any) -> tuple[int, ...]:
    """Read 月〜金, 月水金, 月、水、平日, Mon-Fri or a list of numbers (0 is Monday). Raises `BadValue`."""
    if isinstance(value, list | tuple):
        if all(isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 6 for day in value):
            return tuple(value)
        raise _weekdays_expected()
    text = _ENGLISH_DAY.sub(
        lambda day: WEEKDAY_NAMES[WEEKDAYS_EN.index(day[1].capitalize())], unicodedata.normalize("NFKC", str(value))
    )
    text = re.sub(r"[\s、,・/]|曜日?", "", text).replace("~", "〜").replace("-", "〜")
    if text in _GROUPS:
        return _GROUPS[text]
    days: list[int] = []
    position = 0
    while position < len(text):
        found = re.match(rf"([{WEEKDAY_NAMES}])(?:〜([{WEEKDAY_NAMES}]))?", text[position:])
        if found is None:
            raise _weekdays_expected()
        first = WEEKDAY_NAMES.index(found[1])
        last = WEEKDAY_NAMES.index(found[2]) if found[2] else first
        days.extend((first + step) % 7 for step in range((last - first) % 7 + 1))
        position += found.end()
    if len(set(days)) != len(days):
        raise BadValue("同じ曜日を一度だけ", "each weekday once")
    return tuple(days)


def read_shifts(value: Any) -> tuple[Shift, ...]:
    """Read shifts from words or from a list of objects. Raises `BadValue`."""
    if isinstance(value, list | tuple):
        shifts = []
        for item in value:
            first, last = _minutes(item)
            weekday = item.get("weekday")
            if not isinstance(weekday, int) or not 0 <= weekday <= 6:
                raise _shifts_expected()
            shifts.append(Shift(weekday=weekday, start_min=first, end_min=last))
        return tuple(shifts)
    shifts = []
    days: tuple[int, ...] = ()
    for piece in _pieces(value):
        found = _TIMES.search(piece)
        if found is None or piece[found.end() :].strip():
            raise _shifts_expected()
        words = piece[: found.start()].strip()
        days = read_weekdays(words) if words else days
        if not days:
            raise _shifts_expected()
        first, last = _span(found, _shifts_expected())
        shifts.extend(Shift(weekday=day, start_min=first, end_min=last) for day in days)
    return tuple(shifts)


def read_pauses(value: Any) -> tuple[Pause, ...]:
    """Read breaks from words or from a list of objects. Raises `BadValue`."""
    if isinstance(value, list | tuple):
        spans = [_minutes(item) for item in value]
    else:
        spans = []
        for piece in _pieces(value):
            found = _TIMES.fullmatch(piece)
            if found is None:
                raise _pauses_expected()
            spans.append(_span(found, _pauses_expected()))
    return tuple(Pause(start_min=first, end_min=last) for first, last in spans)


def show_weekdays(days: Iterable[int], lang: str = "ja") -> str:
    """Return weekdays in words: ``月、水`` or ``Mon, Wed``."""
    return (
        ", ".join(WEEKDAYS_EN[day] for day in days) if lang == "en" else "、".join(WEEKDAY_NAMES[day] for day in days)
    )


def show_shifts(shifts: Iterable[Shift], lang: str = "ja") -> str:
    """Return shifts in words; days in a row with the same hours are joined, the order is kept."""
    words = []
    for (first, last), group in groupby(shifts, key=lambda item: (item.start_min, item.end_min)):
        run: list[int] = []
        for shift in group:
            if shift.weekday in run:
                words.append((run, first, last))
                run = []
            run = [*run, shift.weekday]
        words.append((run, first, last))
    names, comma, between = (WEEKDAYS_EN, ", ", " ") if lang == "en" else (WEEKDAY_NAMES, "、", "")
    return comma.join(
        f"{between.join(names[day] for day in run)} {show_clock(first)}-{show_clock(last)}"
        for run, first, last in words
    )


def show_clock(minute: int) -> str:
    """Return ``"08:00"``; hours of the next day go on counting, ``"26:30"``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _pieces(value: Any) -> list[str]:
    text = unicodedata.normalize("NFKC", str(value))
    return [piece.strip() for piece in re.split(r"[、,;\n]", text) if piece.strip()]


def _minutes(item: Any) -> tuple[int, int]:
    first, last = (item.get("start_min"), item.get("end_min")) if isinstance(item, dict) else (None, None)
    if not isinstance(first, int) or not isinstance(last, int) or not 0 <= first < last <= 2 * _DAY_MIN:
        raise BadValue("start_min < end_min（0〜2880）の組", "objects with start_min < end_min, 0 to 2880")
    return first, last


def _span(found: re.Match[str], expected: BadValue) -> tuple[int, int]:
    first = int(found[2]) * 60 + int(found[3] or 0) + (_DAY_MIN if found[1] else 0)
    last = int(found[5]) * 60 + int(found[6] or 0) + (_DAY_MIN if found[4] else 0)
    if last <= first:
        last += _DAY_MIN
    if int(found[3] or 0) > 59 or int(found[6] or 0) > 59 or not first < last <= 2 * _DAY_MIN:
        raise expected
    return first, last


def _weekdays_expected() -> BadValue:
    return BadValue("曜日（例: 月〜金、月水金）", "weekdays such as 月〜金 or 月水金")


def _shifts_expected() -> BadValue:
    return BadValue("勤務（例: 月〜金 8:00-17:00、土 8:00-12:00）", "shifts such as 月〜金 8:00-17:00")


def _pauses_expected() -> BadValue:
    return BadValue("休憩（例: 12:00-13:00）", "breaks such as 12:00-13:00")
