"""Numbers as they stand in Japanese tables: full width, 万, thousands marks, stray units, 約, φ, ±.

A unit that stands with the number is converted to the unit of the column; a unit of another kind is refused.
"""

from __future__ import annotations

import math
import re
import unicodedata

from kumihimo.interop.problem import BadValue

_TF_KN = 9.80665  # 1 tf in kN, by the definition of standard gravity (CGPM 1901)

_UNITS: dict[str, dict[str, float]] = {
    "mm": {"mm": 1, "ミリ": 1, "cm": 10, "センチ": 10, "m": 1000, "メートル": 1000, "μm": 1e-3, "um": 1e-3, "μ": 1e-3,
           "ミクロン": 1e-3, "インチ": 25.4, "inch": 25.4, "in": 25.4},
    "µm": {"μm": 1, "um": 1, "μ": 1, "ミクロン": 1, "mm": 1000, "a": 1, "nm": 1e-3},
    "kg": {"kg": 1, "キロ": 1, "g": 1e-3, "グラム": 1e-3, "t": 1000, "トン": 1000},
    "g": {"g": 1, "グラム": 1, "kg": 1000, "オンス": 28.349523125, "oz": 28.349523125},
    "t": {"t": 1, "トン": 1, "ton": 1, "kg": 1e-3},
    "tf": {"tf": 1, "t": 1, "トン": 1, "ton": 1, "kn": 1 / _TF_KN},
    "kN": {"kn": 1, "tf": _TF_KN, "t": _TF_KN, "トン": _TF_KN, "ton": _TF_KN},
    "円": {"円": 1, "yen": 1, "jpy": 1, "千円": 1000, "百万円": 1e6},
    "円/h": {"円/h": 1, "円": 1, "円/時": 1, "円/時間": 1, "円/hr": 1},
    "個": {"個": 1, "ケ": 1, "ヶ": 1, "コ": 1, "pcs": 1, "pc": 1, "本": 1, "枚": 1, "台": 1, "セット": 1, "set": 1},
    "日": {"日": 1, "日間": 1, "営業日": 1, "days": 1, "day": 1, "週間": 7, "週": 7},
    "h": {"h": 1, "hr": 1, "hrs": 1, "時間": 1, "分": 1 / 60, "min": 1 / 60},
    "人": {"人": 1, "名": 1},
    "年": {"年": 1, "年間": 1},
    "台": {"台": 1, "基": 1, "機": 1, "式": 1},
    "本": {"本": 1},
    "件": {"件": 1},
    "rpm": {"rpm": 1, "min-1": 1, "回転": 1, "回転/分": 1, "/min": 1, "r/min": 1},
    "kW": {"kw": 1, "w": 1e-3, "馬力": 0.7355, "ps": 0.7355},
    "ppm": {"ppm": 1, "%": 1e4},
    "%": {"%": 1},
    "°": {"°": 1, "度": 1},
}  # fmt: skip
"""Unit of the column -> unit as it is written, folded -> factor."""

_BEFORE = re.compile(r"^(?:約|およそ|おおよそ|凡そ|ca\.?|approx\.?|最大|最小|max\.?|min\.?|φ|ø|⌀|ra|rz|it|[¥\\])\s*")
_AFTER = re.compile(r"\s*(?:程度|くらい|ぐらい|前後|以下|以内|以上|まで|max\.?|\(税抜\)|\(税別\))$")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SPLIT = re.compile(r"([+-]?[\d.,]*\d[\d.,]*(?:e[+-]?\d+)?(?:[億万千百][\d.,億万千百]*)?)\s*(\D.*)?")
_LARGE = re.compile(r"([+-]?)(?:([\d.,]+)億)?(?:([\d.,]+)?(千)?万)?(?:([\d.,]+)?千)?(?:([\d.,]+)?百)?([\d.,]+)?")


def fold_number(text: str) -> str:
    """Return `text` in half width and lower case, the forms of minus, times and diameter made one."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    return folded.translate({0x2212: "-", 0x2010: "-", 0x2013: "-", 0x3C6: "φ", 0x278: "φ"})


def read_number(value: object, unit: str = "", *, written_in: str = "", width: bool = False) -> float:
    """Read one number in the unit of its column.

    Parameters
    ----------
    value
        A number, or text.
    unit
        Unit of the column.
    written_in
        Unit of the header in the file, when it is another one; used where the cell names none.
    width
        The column holds a total tolerance width: ``±0.01`` is 0.02.

    Raises
    ------
    BadValue
        No number, more than one, or a unit of another kind.
    """
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise _expected(unit)
    factor = _factor(written_in, unit) if written_in else 1.0
    if isinstance(value, int | float):
        return _scaled(float(value), factor)
    text = fold_number(str(value))
    both_sides = text.startswith(("±", "+-", "+/-"))
    if both_sides:
        if not width:
            raise BadValue("± のない数値", "a number without ±")
        text = text.lstrip("±+/-").strip()
    while (found := _BEFORE.match(text)) and found.end():
        text = text[found.end() :]
    while (found := _AFTER.search(text)) and found[0]:
        text = text[: found.start()]
    parts = _SPLIT.fullmatch(text)
    if parts is None:
        raise _expected(unit)
    if parts[2]:
        factor = _factor(parts[2].strip(), unit)
    number = _scaled(_digits(parts[1], unit), factor)
    return _scaled(number, 2.0) if both_sides else number


def read_integer(value: object, unit: str = "", *, written_in: str = "") -> int:
    """Read a whole number; see `read_number`. Raises `BadValue` when it has a fraction."""
    try:
        number = read_number(value, unit, written_in=written_in)
    except BadValue:
        named, named_en = (f"{unit} で表した", f" in {unit}") if unit else ("", "")
        raise BadValue(f"{named}整数ひとつ（例: 12）", f"one whole number{named_en} such as 12") from None
    if number != int(number):
        raise BadValue("小数点のない整数（例: 12）", "a whole number such as 12")
    return int(number)


def _scaled(number: float, factor: float) -> float:
    # 12 significant digits hide the binary dust of 0.1 * 10 and leave every value that a shop writes as it is.
    return number if factor == 1.0 else float(f"{number * factor:.12g}")


def _digits(text: str, unit: str) -> float:
    if _PLAIN.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    if _GROUPED.fullmatch(text):
        return float(text.replace(",", ""))
    found = _LARGE.fullmatch(text)
    if found is None or not any(char in text for char in "億万千百"):
        raise _expected(unit)

    def part(group: str | None, empty: float) -> float:
        return _digits(group, unit) if group else empty

    total = part(found[2], 0.0) * 1e8
    if "万" in text:
        total += part(found[3], 1.0) * (1000.0 if found[4] else 1.0) * 1e4
    rest = text.rpartition("万")[2]
    total += part(found[5], 1.0) * 1000.0 if "千" in rest else 0.0
    total += part(found[6], 1.0) * 100.0 if "百" in rest else 0.0
    total += part(found[7], 0.0)
    return -total if found[1] == "-" else total


def _factor(written: str, unit: str) -> float:
    known = _UNITS.get(unit, {})
    key = fold_number(written).strip("[]() ").rstrip(".")
    if key == fold_number(unit):
        return 1.0
    if key not in known:
        raise _expected(unit)
    return known[key]


def unit_known(written: str, unit: str) -> bool:
    """Tell whether a unit that stands in a header can be converted to the unit of the column."""
    try:
        _factor(written, unit)
    except BadValue:
        return False
    return True


def _expected(unit: str) -> BadValue:
    if not unit:
        return BadValue("数値ひとつ（例: 12.5）", "one number such as 12.5")
    return BadValue(f"{unit} で表した数値ひとつ（例: 300）", f"one number in {unit} such as 300")
