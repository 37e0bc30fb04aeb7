"""Dates as they stand in Japanese tables: western, 和暦, compact, and the day numbers of spreadsheets."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from kumihimo.interop.problem import BadValue

_ERAS: dict[str, tuple[date, date]] = {
    "令和": (date(2019, 5, 1), date.max),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
    "大正": (date(1912, 7, 30), date(1926, 12, 24)),
    "明治": (date(1868, 10, 23), date(1912, 7, 29)),
}
_LETTERS = {"r": "令和", "h": "平成", "s": "昭和", "t": "大正", "m": "明治"}
_SEP = r"\s*[-/.年]\s*"
_WESTERN = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*日?(?:[t ]\d.*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ERA = re.compile(
    rf"(令和|平成|昭和|大正|明治|[rhstm])\s*\.?\s*(\d{{1,2}}|元){_SEP}(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*日?"
)
_YEAR = re.compile(r"(?:西暦\s*)?(\d{4})(?:\s*年(?:\s*\d{1,2}\s*月)?|[-/.]\d{1,2})?")
_ERA_YEAR = re.compile(r"(令和|平成|昭和|大正|明治|[rhstm])\s*\.?\s*(\d{1,2}|元)(?:\s*年(?:\s*\d{1,2}\s*月)?)?")
_WEEK = re.compile(r"(\d{4})\s*(?:-?\s*w|年\s*第?|-)\s*(\d{1,2})\s*週?")
_WEEKDAY = re.compile(r"\s*[(\[]?[月火水木金土日]曜?日?[)\]]\s*$")

SERIAL_MIN, SERIAL_MAX = 10_000, 80_000
"""Day numbers that are taken for a date (1927 to 2119); outside, a number is no date."""


def _expected() -> BadValue:
    return BadValue(
        "日付（例: 2026-11-22、2026年11月22日、令和8年11月22日、R8.11.22）",
        "a date such as 2026-11-22, 令和8年11月22日 or R8.11.22",
    )


def read_date(value: object, epoch: date = date(1899, 12, 30)) -> date:
    """Read a date.

    Parameters
    ----------
    value
        A date, a datetime, a spreadsheet's day number, or text.
    epoch
        Day 0 of the spreadsheet: 1899-12-30, or 1904-01-01 in old Macintosh books.

    Raises
    ------
    BadValue
        It is no date, the day does not exist, or the era had ended or not begun.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        raise _expected()
    if isinstance(value, int | float):
        return _from_serial(float(value), epoch)
    text = _WEEKDAY.sub("", unicodedata.normalize("NFKC", str(value)).strip().lower())
    if found := _ERA.fullmatch(text):
        return _from_era(found)
    if found := (_COMPACT.fullmatch(text) or _WESTERN.fullmatch(text)):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _from_serial(float(text), epoch)
    raise _expected()


def read_year(value: object) -> int:
    """Read a year: 1977, 1977年, 昭和52年, S52, 昭和52年4月, or any day of it. Raises `BadValue`."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
        return int(value)
    text = unicodedata.normalize("NFKC", str(value)).strip().lower()
    if found := _YEAR.fullmatch(text):
        return int(found[1])
    if found := _ERA_YEAR.fullmatch(text):
        era = _LETTERS.get(found[1], found[1])
        first, last = _ERAS[era]
        year = first.year + (1 if found[2] == "元" else int(found[2])) - 1
        if year > last.year:
            count = last.year - first.year + 1
            raise BadValue(f"{era}にある年（{era}は{count}年まで）", f"a year within the era {era} (up to {count})")
        return year
    try:
        return read_date(value).year
    except BadValue:
        raise BadValue(
            "整数の年か元号の年（例: 1977、昭和52年）",
            "a year as a whole number or in an era, such as 1977 or 昭和52年",
        ) from None


def read_week(value: object) -> str:
    """Read an ISO 8601 week, ``"2026-W48"``, 2026年48週, or any day of the week. Raises `BadValue`."""
    text = unicodedata.normalize("NFKC", str(value)).strip().lower()
    if found := _WEEK.fullmatch(text):
        year, week = int(found[1]), int(found[2])
        try:
            date.fromisocalendar(year, week, 1)
        except ValueError:
            raise BadValue(f"{year}年にある週（1〜52または53）", f"a week that {year} has (1 to 52 or 53)") from None
        return f"{year}-W{week:02d}"
    try:
        year, week, _ = read_date(value).isocalendar()
    except BadValue:
        raise BadValue("ISO 週（例: 2026-W48）", "an ISO week such as 2026-W48") from None
    return f"{year}-W{week:02d}"


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadValue(
            f"暦にある日付（{year}年{month}月{day}日はありません）",
            f"a day that exists ({year}-{month}-{day} does not)",
        ) from None


def _from_serial(number: float, epoch: date) -> date:
    if not SERIAL_MIN <= number <= SERIAL_MAX:
        raise _expected()
    return epoch + timedelta(days=int(number))


def _from_era(found: re.Match[str]) -> date:
    era = _LETTERS.get(found[1], found[1])
    first, last = _ERAS[era]
    number = 1 if found[2] == "元" else int(found[2])
    day = _day(first.year + number - 1, int(found[3]), int(found[4]))
    if not first <= day <= last:
        raise BadValue(
            f"{era}にある日付（{era}は{first.isoformat()}から"
            + ("）" if last == date.max else f"{last.isoformat()}まで）"),
            f"a day within the era {era} (from {first.isoformat()}"
            + (")" if last == date.max else f" to {last.isoformat()})"),
        )
    return day
