"""Subsidy programs 補助金: dated rows that somebody read in the call, and that go stale unless read again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any

from kumihimo.errors import Located, LocatedErrors
from kumihimo.trade.wording import day_ja

STALE_AFTER_DAYS = 90
"""A row that nobody checked for longer is shown as to be checked, whatever it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyProgram:
    """One program as its call says.

    Attributes
    ----------
    areas
        Municipalities or prefectures; empty = the whole country.
    opens_on, closes_on
        First and last day of application; None = the source names none.
    rate_percent, most_jpy
        Part of the cost that is paid, and up to how much; None = the source names none.
    last_checked, checked_by
        When somebody last compared the row with the source, and who.
    is_example
        It shows how a row is written and does not exist.
    """

    id: str
    name_ja: str
    name_en: str
    authority_ja: str
    authority_en: str
    areas: tuple[str, ...]
    purpose_ja: str
    purpose_en: str
    opens_on: date | None
    closes_on: date | None
    rate_percent: int | None
    most_jpy: int | None
    source_title: str
    source_url: str
    last_checked: date
    checked_by: str
    is_example: bool = False


class Standing(StrEnum):
    """What can be said of a program on a day."""

    OPEN = "open"
    UPCOMING = "upcoming"
    CLOSED = "closed"
    TO_CHECK = "to_check"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return {"open": "募集中", "upcoming": "募集前", "closed": "締切済み", "to_check": "要確認"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {"open": "open", "upcoming": "not open yet", "closed": "closed", "to_check": "to be checked"}[self.value]


def standing(program: SubsidyProgram, today: date) -> Standing:
    """Return how a program stands; stale, checked in the future or without days, it is to be checked."""
    age = (today - program.last_checked).days
    if age > STALE_AFTER_DAYS or age < 0:
        return Standing.TO_CHECK
    if program.closes_on is not None and today > program.closes_on:
        return Standing.CLOSED
    if program.opens_on is None or program.closes_on is None:
        return Standing.TO_CHECK
    return Standing.UPCOMING if today < program.opens_on else Standing.OPEN


def standing_words(program: SubsidyProgram, today: date) -> tuple[str, str]:
    """Return the standing with the day of the last check, in Japanese and in English."""
    state = standing(program, today)
    ja = f"{state.ja}（{day_ja(program.last_checked)}に確認）"
    en = f"{state.en} (last checked {program.last_checked})"
    if state is Standing.TO_CHECK:
        ja += "。出典を見て、期間と金額を確かめ直してください。"
        en += "; read the source again and renew the row"
    return ja, en


def packaged_programs(*, with_examples: bool = False) -> tuple[SubsidyProgram, ...]:
    """Return the programs that come with the product (none), and on request the example of how to write one."""
    text = files("kumihimo.trade.consortium").joinpath("data/subsidies.json").read_text("utf-8")
    return read_programs(json.loads(text), with_examples=with_examples)


def read_programs(document: object, *, with_examples: bool = False) -> tuple[SubsidyProgram, ...]:
    """Return the programs of a document of the format ``kumihimo-subsidies/1``.

    Raises
    ------
    LocatedErrors
        With everything that is wrong in it, each at its place such as ``$.programs[0].last_checked``.
    """
    problems: list[Located] = []
    top: Mapping[str, Any] = document if isinstance(document, Mapping) else {}
    if top.get("format") != "kumihimo-subsidies/1":
        _wrong(problems, "$.format", top.get("format"), "kumihimo-subsidies/1", "kumihimo-subsidies/1")
    programs: list[SubsidyProgram] = []
    for group in ("programs", "examples") if with_examples else ("programs",):
        rows = top.get(group, [])
        if not isinstance(rows, list):
            _wrong(problems, f"$.{group}", rows, "配列 […]", "a list [...]")
            continue
        for at, row in enumerate(rows):
            program = _program(row, f"$.{group}[{at}]", group == "examples", problems)
            if program is not None:
                if any(program.id == other.id for other in programs):
                    _wrong(problems, f"$.{group}[{at}].id", program.id, "ほかの行にないID", "an id of no other row")
                programs.append(program)
    if problems:
        raise LocatedErrors(problems, outcome_ja="一覧は読み込んでいません。", outcome_en="The list was not taken in.")
    return tuple(programs)


_TEXTS = (
    "id", "name_ja", "name_en", "authority_ja", "authority_en", "purpose_ja", "purpose_en",
    "source_title", "source_url", "checked_by",
)  # fmt: skip
_KEYS = frozenset({*_TEXTS, "areas", "opens_on", "closes_on", "rate_percent", "most_jpy", "last_checked"})


def _program(row: object, place: str, is_example: bool, problems: list[Located]) -> SubsidyProgram | None:
    if not isinstance(row, Mapping):
        _wrong(problems, place, row, "オブジェクト {…}", "an object {...}")
        return None
    before = len(problems)
    for key in sorted(row.keys() ^ _KEYS):
        if key in row:
            _wrong(problems, f"{place}.{key}", row[key], "知っている項目", "a known key")
        else:
            _wrong(problems, f"{place}.{key}", None, "この項目（なければ null）", "this key (null where there is none)")
    if len(problems) > before:
        return None
    for key in _TEXTS:
        if not isinstance(row[key], str) or not row[key].strip():
            _wrong(problems, f"{place}.{key}", row[key], "空でない文字列", "a text that is not empty")
    if isinstance(row["source_url"], str) and not row["source_url"].startswith(("https://", "http://")):
        _wrong(problems, f"{place}.source_url", row["source_url"], "https:// で始まる出典", "a source from https:// on")
    areas = row["areas"]
    if not isinstance(areas, list) or not all(isinstance(area, str) for area in areas):
        _wrong(problems, f"{place}.areas", areas, "地名の配列（全国は []）", "a list of places ([] = all Japan)")
    days = {key: _day(row, key, place, problems) for key in ("opens_on", "closes_on", "last_checked")}
    if row["last_checked"] is None:
        _wrong(problems, f"{place}.last_checked", None, "確認した日", "the day of the check")
    opens, closes, checked = days["opens_on"], days["closes_on"], days["last_checked"]
    if opens is not None and closes is not None and closes < opens:
        _wrong(problems, f"{place}.closes_on", closes, "opens_on 以後の日", "not before opens_on")
    for key, most in (("rate_percent", 100), ("most_jpy", 10**12)):
        value = row[key]
        if value is not None and (type(value) is not int or not 0 < value <= most):
            _wrong(problems, f"{place}.{key}", value, f"1から{most:,}の整数", f"a whole number from 1 to {most:,}")
    if len(problems) > before or checked is None:
        return None
    return SubsidyProgram(
        **{key: row[key] for key in _TEXTS},
        areas=tuple(areas),
        opens_on=opens,
        closes_on=closes,
        rate_percent=row["rate_percent"],
        most_jpy=row["most_jpy"],
        last_checked=checked,
        is_example=is_example,
    )


def _day(row: Mapping[str, Any], key: str, place: str, problems: list[Located]) -> date | None:
    if row[key] is None:
        return None
    try:
        return date.fromisoformat(row[key])
    except (TypeError, ValueError):
        _wrong(problems, f"{place}.{key}", row[key], "日付（例 2026-12-04）", "a day (2026-12-04)")
        return None


def _wrong(problems: list[Located], place: str, value: object, ja: str, en: str) -> None:
    said = None if value is None else str(value)[:80]
    problems.append(Located(sheet=place, row=0, column="", value=said, expected_ja=ja, expected_en=en))


def programs_for(programs: Sequence[SubsidyProgram], area: str, today: date) -> tuple[SubsidyProgram, ...]:
    """Return the programs of a place that are not closed: those about to close first, to be checked ones last."""
    rows = [p for p in programs if (not p.areas or area in p.areas) and standing(p, today) is not Standing.CLOSED]
    return tuple(sorted(rows, key=lambda p: (standing(p, today) is Standing.TO_CHECK, p.closes_on or date.max, p.id)))
