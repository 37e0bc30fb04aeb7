"""One cell: from what a person wrote to a value of the model, and back to what a person reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum, IntEnum
from typing import Any

from kumihimo.interop.code_lists import CodeList, code_list
from kumihimo.interop.japanese_date import read_date, read_week, read_year
from kumihimo.interop.japanese_number import read_integer, read_number
from kumihimo.interop.problem import BadValue
from kumihimo.interop.table_spec import Column
from kumihimo.interop.week_text import (
    read_pauses,
    read_shifts,
    read_weekdays,
    show_clock,
    show_shifts,
    show_weekdays,
)
from kumihimo.model import Pause, Period, Shift
from kumihimo.terms import corporate_number

Cell = str | int | float | bool | date | None
"""What a cell of a spreadsheet can hold."""

NOTHING = {"ja": "なし", "en": "none"}
"""Written for an empty list where a blank cell would mean the default."""

_FLAGS = {"ja": ("はい", "いいえ"), "en": ("yes", "no")}

_YES = {
    "はい",
    "有",
    "有り",
    "あり",
    "可",
    "○",
    "〇",
    "◯",
    "●",
    "◎",
    "yes",
    "y",
    "true",
    "1",
    "対応",
    "済",
    "レ",
    "✓",
    "✔",
}
_NO = {"いいえ", "無", "無し", "なし", "不可", "×", "✕", "✗", "x", "no", "n", "false", "0", "非対応", "未"}
_BLANK = {"", "-", "--", "―", "ー", "n/a", "不明", "未記入", "空欄", "?"}
_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
YEARS = frozenset({"founded_year", "year"})
"""Attributes that hold a year and are read in western or Japanese counting."""

_SEPARATORS = "、,，;；\n"
_ESCAPED = re.compile(rf"\\([\\{_SEPARATORS}])|([{_SEPARATORS}])")


def clean_text(value: object) -> str:
    """Return a value as text: no control characters, unix line ends, no blanks at the ends."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text).strip()


def is_blank(value: object) -> bool:
    """Tell whether a cell holds nothing at all."""
    return value is None or (isinstance(value, str) and not clean_text(value))


def read_cell(column: Column, value: Any, *, written_in: str = "", epoch: date = date(1899, 12, 30)) -> Any:
    """Read one cell.

    Parameters
    ----------
    column
        What it should hold.
    value
        Cell of a spreadsheet or of a CSV file, or a JSON value (lists and objects for the kinds that are lists).
    written_in
        Unit of the header in the file when it differs from the column's.
    epoch
        Day 0 of the spreadsheet.

    Returns
    -------
    object
        A value of the attribute's type; the default for a blank cell.

    Raises
    ------
    BadValue
        With what was expected. A blank cell of a required column is one.
    """
    if is_blank(value) or (column.kind not in ("text", "texts") and clean_text(value).lower() in _BLANK):
        if column.required:
            raise BadValue("空欄にできません。値を入れてください", "a value; it may not be empty")
        return column.default
    if isinstance(value, str) and _ERROR.fullmatch(value.strip()):
        raise BadValue("計算エラーでない値", "a value, not the error of a formula")
    match column.kind:
        case "number":
            number = read_number(value, column.unit, written_in=written_in, width=column.width)
            return _within(column, number)
        case "integer" if column.name in YEARS:
            return int(_within(column, read_year(value)))
        case "integer":
            return int(_within(column, read_integer(value, column.unit, written_in=written_in)))
        case "flag":
            return _read_flag(value)
        case "date":
            return read_date(value, epoch)
        case "week":
            return read_week(value)
        case "choice":
            return _read_choice(column, value)
        case "id":
            return unicodedata.normalize("NFKC", clean_text(value))
        case "text":
            return _read_text(column, value)
    return _read_list(column, value, epoch)


def _read_list(column: Column, value: Any, epoch: date) -> tuple[Any, ...]:
    if isinstance(value, str) and clean_text(value).lower() in NOTHING.values():
        return ()
    match column.kind:
        case "weekdays":
            return read_weekdays(value)
        case "shifts":
            return read_shifts(value)
        case "pauses":
            return read_pauses(value)
        case "periods":
            return tuple(_read_period(item, epoch) for item in _items(value))
        case "dates":
            return tuple(read_date(item, epoch) for item in _items(value))
        case "ids":
            return tuple(unicodedata.normalize("NFKC", clean_text(item)) for item in _items(value))
    codes = code_list(column.terms)
    if codes is None:
        return tuple(_fold(column, clean_text(item)) for item in _items(value))
    return tuple(code for item in _items(value) for code in _read_codes(codes, clean_text(item)))


def show_cell(column: Column, value: Any, lang: str = "ja") -> Cell:
    """Return what stands in a spreadsheet for a value; `read_cell` reads both languages back to the same value."""
    if column.is_list:
        return _show_list(column, value, lang)
    if value is None or value == "":
        return None
    match column.kind:
        case "flag":
            return _FLAGS[lang][not value]
        case "choice":
            return str(value.en if lang == "en" else value.ja)
        case "text" if codes := code_list(column.terms):
            return codes.shown(value, lang)
    return value  # type: ignore[no-any-return]


def _show_list(column: Column, value: tuple[Any, ...], lang: str) -> Cell:
    comma = ", " if lang == "en" else "、"
    if not value:
        return NOTHING[lang] if column.default else None
    match column.kind:
        case "weekdays":
            return show_weekdays(value, lang)
        case "shifts":
            return show_shifts(value, lang)
        case "pauses":
            return comma.join(f"{show_clock(item.start_min)}-{show_clock(item.end_min)}" for item in value)
        case "periods":
            return comma.join(f"{item.first.isoformat()}〜{item.last.isoformat()}" for item in value)
        case "dates":
            return comma.join(item.isoformat() for item in value)
    codes = code_list(column.terms)
    return comma.join(_escape(codes.shown(item, lang) if codes else item) for item in value)


def to_json(value: Any) -> Any:
    """Return a value of the model as plain JSON: codes and enumerations by id, dates as ISO 8601."""
    match value:
        case IntEnum():
            return value.value
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case tuple():
            return [to_json(item) for item in value]
        case Shift():
            return {"weekday": value.weekday, "start_min": value.start_min, "end_min": value.end_min}
        case Pause():
            return {"start_min": value.start_min, "end_min": value.end_min}
        case Period():
            return {"first": value.first.isoformat(), "last": value.last.isoformat()}
    return value


def from_json(column: Column, value: Any) -> Any:
    """Return the value of the model that `to_json` wrote: a program wrote it, so nothing is guessed."""
    match column.kind:
        case "number":
            return float(value)
        case "date":
            return date.fromisoformat(value)
        case "choice":
            assert column.choices is not None
            return column.choices(value)
        case "dates":
            return tuple(date.fromisoformat(item) for item in value)
        case "shifts":
            return tuple(Shift(**item) for item in value)
        case "pauses":
            return tuple(Pause(**item) for item in value)
        case "periods":
            return tuple(Period(**{end: date.fromisoformat(day) for end, day in item.items()}) for item in value)
    return tuple(value) if column.is_list else value


def _escape(item: str) -> str:
    return re.sub(rf"([\\{_SEPARATORS}])", r"\\\1", item)


def _items(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return [item for item in value if not is_blank(item)]
    if not isinstance(value, str):
        return [value]
    items, current, end = [], "", 0
    text = clean_text(value)
    for found in _ESCAPED.finditer(text):
        current += text[end : found.start()]
        if found[1]:
            current += found[1]
        else:
            items.append(current)
            current = ""
        end = found.end()
    items.append(current + text[end:])
    return [item for item in items if item.strip()]


def _read_text(column: Column, value: Any) -> str:
    if isinstance(value, list | tuple | dict):
        raise BadValue("文字ひとつ", "one text")
    if isinstance(value, datetime) and (value.hour, value.minute) == (0, 0):
        value = value.date()
    text = _fold(column, clean_text(value))
    codes = code_list(column.terms)
    if codes is not None:
        return _one_code(codes, text)
    if column.name in _CHECKS:
        return _CHECKS[column.name](text)
    return text


def _fold(column: Column, text: str) -> str:
    return unicodedata.normalize("NFKC", text) if column.folded else text


def _read_codes(codes: CodeList, text: str) -> tuple[str, ...]:
    """Read one item of a list; where it is no word of the list, try it as several words joined by ``/`` or ``・``."""
    if not codes.find(text):
        parts = [part for part in re.split(r"[/／・\s]+", text) if part]
        if len(parts) > 1 and all(len(codes.find(part)) == 1 for part in parts):
            return tuple(codes.find(part)[0] for part in parts)
    return (_one_code(codes, text),)


def _one_code(codes: CodeList, text: str) -> str:
    found = codes.find(text)
    if len(found) == 1:
        return found[0]
    if found:
        choices = [codes.shown(code) for code in found[:6]]
        raise BadValue(
            f"{codes.ja}をひとつに決めてください（{'・'.join(choices)} のどれか）",
            f"one {codes.en}: {', '.join(choices)}",
        )
    near = codes.near(text)
    if near:
        hint_ja, hint_en = f"もしかして: {'、'.join(near)}", f"did you mean {', '.join(near)}?"
    else:
        first = list(codes.labels)[:3]
        hint_ja = f"例: {'、'.join(codes.shown(code) for code in first)}"
        hint_en = f"for example {', '.join(codes.shown(code, 'en') for code in first)}"
    raise BadValue(
        f"一覧にある{codes.ja}の名前（「{text[:40]}」は一覧にありません。{hint_ja}）",
        f"a {codes.en} of the list ({text[:40]!r} is none; {hint_en})",
    )


def _read_choice(column: Column, value: Any) -> Enum:
    options: list[Any] = list(column.choices or ())
    text = unicodedata.normalize("NFKC", clean_text(value)).lower()
    for option in options:
        labels = (option.ja, option.en)
        words = {str(option.value), option.name, *labels, *(unicodedata.normalize("NFKC", label) for label in labels)}
        if text in {word.lower() for word in words}:
            return option  # type: ignore[no-any-return]
    listed = "・".join(option.ja for option in options)
    from rapidfuzz import fuzz, process

    hit = process.extractOne(text, [option.ja.lower() for option in options], scorer=fuzz.ratio, score_cutoff=50)
    hint = f"。もしかして: {options[hit[2]].ja}" if hit else ""
    raise BadValue(f"{listed} のどれか{hint}", f"one of {', '.join(str(option.value) for option in options)}")


def _read_flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = unicodedata.normalize("NFKC", clean_text(value)).lower()
    if text in _YES or text == "○":
        return True
    if text in _NO:
        return False
    raise BadValue("はい または いいえ（○ ×も可）", "はい or いいえ (yes, no)")


def _within(column: Column, number: float) -> float:
    least, most = column.limits
    if least <= number <= most:
        return number
    if column.limits[1] >= 1e12:
        raise BadValue("0以上の数値", "a number of 0 or more")
    raise BadValue(f"{least:g}〜{most:g} の数値", f"a number from {least:g} to {most:g}")


def _read_period(item: Any, epoch: date) -> Period:
    if isinstance(item, dict):
        first, last = read_date(item.get("first"), epoch), read_date(item.get("last"), epoch)
    elif isinstance(item, str):
        head, _, tail = re.sub(r"[~～]", "〜", item).partition("〜")
        first = read_date(head, epoch)
        last = read_date(tail, epoch) if tail else first
    else:
        first = last = read_date(item, epoch)
    if last < first:
        raise BadValue("始まりが終わりより前の期間", "a period that begins before it ends")
    return Period(first=first, last=last)


def _read_corporate_number(text: str) -> str:
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    if len(number) != 13 or not number.isdigit():
        raise BadValue(
            "13桁の法人番号（個人事業主は空欄）", "a corporate number of 13 digits (empty for sole proprietors)"
        )
    if not corporate_number.corporate_number_valid(number):
        raise BadValue(
            f"検査数字の合う法人番号（先頭は {corporate_number.check_digit(number[1:])} のはず。桁の写し間違い）",
            f"a corporate number with the right check digit ({corporate_number.check_digit(number[1:])} in front)",
        )
    return number


def _read_invoice_number(text: str) -> str:
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not corporate_number.invoice_number_valid(number):
        raise BadValue("T と13桁の数字（例: T1234567890123）", "T and 13 digits")
    return number


_CHECKS: dict[str, Callable[[str], str]] = {
    "corporate_number": _read_corporate_number,
    "invoice_number": _read_invoice_number,
}
