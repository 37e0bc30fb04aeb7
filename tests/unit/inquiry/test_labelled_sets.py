"""The labelled inquiries are themselves data that can be wrong: every record is checked against its own text."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import json
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kumihimo import terms

FOLDER = Path(__file__).resolve().parents[2] / "data" / "inquiries"
SETS = {
    name: prefix
    for name, prefix in {"tuning": "t", "tuning2": "u", "tuning3": "v", "tuning4": "h", "heldout": "w"}.items()
    if (Path(__file__).parents[2] / "data" / "inquiries" / f"{name}.jsonl").exists()
}
STYLES = {"mail", "fax", "phone_memo", "form"}
PERIODS = {"once", "month", "year"}
SCALES = {"HRC", "HV", "HB", "HRA", "HRB", "HS"}
GEOMETRIC = {
    "flatness", "roundness", "cylindricity", "parallelism", "perpendicularity", "concentricity", "runout", "position",
}  # fmt: skip
GOLD_FIELDS = {
    "materials", "processes", "quantity", "per", "size_mm", "thickness_mm", "tolerances", "geometric",
    "roughness_ra_um", "hardness", "coating_um", "due_date", "prefectures", "certificates",
}  # fmt: skip
# Grades a writer may well name although the material table has no row for them.
OUTSIDE_GRADES = {"SUS301-CSP"}
# What a writer says for a place where it is not the name of the prefecture: a region, a town, a district.
PLACE_WORDS = {
    "東北": ("02", "03", "04", "05", "06", "07"),
    "関東": ("08", "09", "10", "11", "12", "13", "14"),
    "九州": ("40", "41", "42", "43", "44", "45", "46"),
    "四国": ("36", "37", "38", "39"),
    "大田区": ("13",),
    "横浜": ("14",),
    "燕三条": ("15",),
    "鯖江": ("18",),
    "諏訪": ("20",),
    "名古屋": ("23",),
    "大阪近郊": ("27",),
    "北陸": ("16", "17", "18"),
    "osaka": ("27",),
    "kanagawa": ("14",),
}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WEEKDAYS = "月火水木金土日"
KANJI = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000}


@cache
def records(name: str) -> tuple[dict[str, Any], ...]:
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


ALL = [pytest.param(record, id=record["id"]) for name in SETS for record in records(name)]


def folded(text: str) -> str:
    """NFKC, with the spaces of letter-spaced FAX lines closed up and the thousands separators removed."""
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"(?<=\d),(?=\d{3})", "", plain) + "\n" + re.sub(r"[ \t]", "", plain)


def kanji_number(word: str) -> int:
    total = digit = 0
    for char in word:
        if char in UNITS:
            total += (digit or 1) * UNITS[char]
            digit = 0
        else:
            digit = KANJI[char]
    return total + digit


def plain_numbers(text: str) -> set[float]:
    found = {float(n) for n in re.findall(r"\d+(?:\.\d+)?", folded(text))}
    found |= {float(kanji_number(w)) for w in re.findall(r"[一二三四五六七八九十拾百千]+", folded(text))}
    return found


def counts(text: str) -> set[float]:
    found = plain_numbers(text)
    for number, unit in re.findall(r"(\d+(?:\.\d+)?)([万千])", folded(text)):
        found.add(round(float(number) * {"万": 10_000, "千": 1_000}[unit], 6))
    for myriads, thousands in re.findall(r"(\d+)万(\d)千", folded(text)):
        found.add(float(myriads) * 10_000 + float(thousands) * 1_000)
    return found


def scaled(text: str, *factors: float) -> set[float]:
    return {round(n * f, 6) for n in plain_numbers(text) for f in (1.0, *factors)}


def sizes(text: str) -> set[float]:
    page = folded(text)
    factors = [1000.0] if re.search(r"\d *m(?![m²0-9a-zA-Z])|メートル", page) else []
    factors += [10.0] if re.search(r"\d *(?:cm|センチ)", page) else []
    return scaled(text, *factors, *([25.4] if "inch" in text or "インチ" in text else []))


def deviations(text: str) -> set[float]:
    page = folded(text)
    factors = [0.001] if re.search(r"[μµu]m|μ|ミクロン", page) else []
    page = re.sub("コンマ(?=[0-9])", "0.", page)
    return scaled(page, *factors, *([0.01] if "/100" in page or "100分の" in page else []))


def bounds(text: str) -> set[float]:
    """Return the numbers, and both ends of every ``a±b``."""
    ends = {
        float(a) + s * float(b)
        for a, b in re.findall(r"(\d+(?:\.\d+)?)±(\d+(?:\.\d+)?)", folded(text))
        for s in (1, -1)
    }
    thick = scaled(text, 1000.0) if re.search(r"\dミリ以上", folded(text)) else set[float]()
    return plain_numbers(text) | ends | thick


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@pytest.mark.parametrize("record", ALL)
def test_a_record_has_the_shape_of_the_field_page(record: dict[str, Any]) -> None:
    assert list(record) == ["id", "style", "today", "text", "gold", "must_ask"]
    assert record["style"] in STYLES
    assert 15 <= len(record["text"]) <= 900
    gold = record["gold"]
    assert set(gold) == GOLD_FIELDS
    assert gold["per"] in PERIODS
    assert gold["quantity"] is None or (isinstance(gold["quantity"], int) and gold["quantity"] > 0)
    assert gold["size_mm"] == sorted(gold["size_mm"], reverse=True)
    assert all(is_number(n) and n > 0 for n in gold["size_mm"])
    for name in ("thickness_mm", "roughness_ra_um"):
        assert gold[name] is None or (is_number(gold[name]) and gold[name] > 0)
    for item in gold["tolerances"]:
        assert set(item) == {"upper", "lower", "fit"}
        if item["fit"] is None:
            assert is_number(item["upper"])
            assert is_number(item["lower"])
            assert item["upper"] > item["lower"]
        else:
            assert item["upper"] is item["lower"] is None
            assert re.fullmatch(r"(js|[a-hkmnp-z]|JS|[A-HKMNP-Z])\d{1,2}", item["fit"])
    for item in gold["geometric"]:
        assert set(item) == {"kind", "value_mm"}
        assert item["kind"] in GEOMETRIC
        assert is_number(item["value_mm"])
    for name, keys in (("hardness", {"scale", "min", "max"}), ("coating_um", {"min", "max"})):
        span = gold[name]
        if span is not None:
            assert set(span) == keys
            ends = [span["min"], span["max"]]
            assert any(e is not None for e in ends)
            assert None in ends or ends[0] < ends[1]
    assert gold["hardness"] is None or gold["hardness"]["scale"] in SCALES
    for name in ("materials", "processes", "prefectures", "certificates"):
        assert len(set(gold[name])) == len(gold[name]), name


@pytest.mark.parametrize("record", ALL)
def test_codes_exist(record: dict[str, Any]) -> None:
    gold = record["gold"]
    assert set(gold["processes"]) <= set(terms.processes())
    known = set(terms.materials()) | set(terms.material_families())
    assert set(gold["materials"]) <= known | OUTSIDE_GRADES
    assert set(gold["prefectures"]) <= set(terms.prefectures())
    assert set(gold["certificates"]) <= set(terms.certificates())


@pytest.mark.parametrize("record", ALL)
def test_what_must_be_asked_is_a_field_left_open(record: dict[str, Any]) -> None:
    gold, asked = record["gold"], record["must_ask"]
    assert set(asked) <= GOLD_FIELDS
    assert len(set(asked)) == len(asked)
    for name in ("quantity", "thickness_mm", "roughness_ra_um"):
        assert name not in asked or gold[name] is None, name
    if "prefectures" in asked:
        assert gold["prefectures"] == []
    if "materials" in asked:
        assert gold["materials"]
    if "due_date" in asked and gold["due_date"] is not None:
        # Only a weekday that contradicts its date keeps the date.
        day = dt.date.fromisoformat(gold["due_date"])
        said = re.search(rf"{day.day}日?\(([{WEEKDAYS}])\)", folded(record["text"]))
        assert said is not None
        assert said[1] != WEEKDAYS[day.weekday()]


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def coming(month: int, day: int, today: dt.date) -> dt.date:
    this = dt.date(today.year, month, day)
    return this if this > today else this.replace(year=today.year + 1)


def days_said(text: str, today: dt.date) -> set[dt.date]:
    """Return every day that the text can be taken to name, due or not."""
    page, found = folded(text), set[dt.date]()
    years = r"(?:(20\d\d)[年/.\-]|(?:令和|R)(\d)[年.])?"
    for west, reiwa, month, day in re.findall(years + r"(\d{1,2})[月/.\-](\d{1,2})(?!\d)", page):
        if 1 <= int(month) <= 12 and 1 <= int(day) <= calendar.monthrange(2026, int(month))[1]:
            year = int(west) if west else 2018 + int(reiwa) if reiwa else 0
            found.add(dt.date(year, int(month), int(day)) if year else coming(int(month), int(day), today))
    for west, month in re.findall(r"(?:(20\d\d)年)?(\d{1,2})月[末中]", page) + re.findall(r"()(\d{1,2})月中", page):
        year = int(west) if west else today.year + (int(month) < today.month)
        found.add(month_end(year, int(month)))
    found |= {today + dt.timedelta(weeks=int(n)) for n in re.findall(r"(\d+)\s*週間", page)}
    found |= {today + dt.timedelta(days=int(n)) for n in re.findall(r"(?<![月/\d])(\d+)日(?:以内|で)", page)}
    for n in re.findall(r"(\d+)[ヶか]月", page):
        months = today.month - 1 + int(n)
        found.add(dt.date(today.year + months // 12, months % 12 + 1, today.day))
    for english in MONTHS:
        number = MONTHS.index(english) + 1
        for before, day, year in re.findall(rf"(\d+ )?{english} (\d+, )?(\d{{4}})", page):
            found.add(dt.date(int(year), number, int(re.sub(r"\D", "", before or day))))
    for day in re.findall(r"来月(\d{1,2})日", page):
        found.add(month_end(today.year + today.month // 12, today.month % 12 + 1).replace(day=int(day)))
    monday = today - dt.timedelta(days=today.weekday())
    for week, weekday in re.findall(r"([今来])週の?([月火水木金土日])", page):
        found.add(monday + dt.timedelta(days=7 * (week == "来") + WEEKDAYS.index(weekday)))
    if re.search(r"来月末", page):
        found.add(month_end(today.year + today.month // 12, today.month % 12 + 1))
    if re.search(r"(?<![来\d])月末|今月末", page):
        found.add(month_end(today.year, today.month))
    if "年内" in page:
        found.add(dt.date(today.year, 12, 31))
    if re.search("年度[内末]", page):
        found.add(coming(3, 31, today))
    return found


@pytest.mark.parametrize("record", ALL)
def test_the_due_date_is_a_day_that_the_text_names(record: dict[str, Any]) -> None:
    if record["gold"]["due_date"] is None:
        return
    today, due = dt.date.fromisoformat(record["today"]), dt.date.fromisoformat(record["gold"]["due_date"])
    assert today < due < today + dt.timedelta(days=366)
    assert due in days_said(record["text"], today)
    said = re.search(rf"{due.month}[月/]{due.day}日?\(([{WEEKDAYS}])\)", folded(record["text"]))
    if said:
        assert (said[1] != WEEKDAYS[due.weekday()]) == ("due_date" in record["must_ask"])


@pytest.mark.parametrize("record", ALL)
def test_every_gold_number_is_supported_by_the_text(record: dict[str, Any]) -> None:
    text, gold = record["text"], record["gold"]
    if gold["quantity"] is not None:
        assert gold["quantity"] in counts(text)
    assert set(gold["size_mm"]) <= sizes(text)
    for name in ("thickness_mm", "roughness_ra_um"):
        assert gold[name] is None or gold[name] in plain_numbers(text), name
    for item in gold["tolerances"]:
        if item["fit"] is None:
            assert {abs(item["upper"]), abs(item["lower"])} <= deviations(text) | {0}
        else:
            assert re.search(rf"(?<![A-Za-z]){item['fit']}(?!\d)", folded(text))
    assert {item["value_mm"] for item in gold["geometric"]} <= deviations(text)
    for name in ("hardness", "coating_um"):
        if gold[name] is not None:
            assert {gold[name]["min"], gold[name]["max"]} - {None} <= bounds(text), name
    if gold["hardness"] is not None:
        assert gold["hardness"]["scale"] in folded(text)


@pytest.mark.parametrize("record", ALL)
def test_every_material_place_and_certificate_is_named(record: dict[str, Any]) -> None:
    page = folded(record["text"]).lower()
    closed = re.sub(r"\s", "", page)
    for code in record["gold"]["materials"]:
        known = terms.materials().get(code) or terms.material_families().get(code)
        # "SUS303か304" writes the second grade without its letters.
        words = [code, re.sub(r"^SUS", "か", code), *(known.aliases if known else ())]
        words += [known.ja, known.en] if known else []
        assert any(w.lower() in page or w.lower() in closed for w in words), code
    for code in record["gold"]["prefectures"]:
        words = [terms.prefectures()[code].ja.rstrip("都府県")]
        words += [word for word, codes in PLACE_WORDS.items() if code in codes]
        assert any(word in page for word in words), code
    for certificate in record["gold"]["certificates"]:
        stem = "iatf" if certificate == "IATF16949" else certificate.lower()
        assert stem in closed, certificate


@pytest.mark.parametrize(("name", "prefix"), SETS.items())
def test_a_set_is_numbered_in_order_and_mixed_enough(name: str, prefix: str) -> None:
    rows = records(name)
    assert [r["id"] for r in rows] == [f"{prefix}{n:03d}" for n in range(1, len(rows) + 1)]
    assert len(rows) >= 60
    styles = Counter(r["style"] for r in rows)
    assert all(styles[s] >= 10 for s in STYLES)
    assert 0.35 <= sum(bool(r["must_ask"]) for r in rows) / len(rows) <= 0.45
    used = {terms.processes()[p].family for r in rows for p in r["gold"]["processes"]}
    assert used == {p.family for p in terms.processes().values()}
    asked = {f for r in rows for f in r["must_ask"]}
    assert {"quantity", "due_date", "materials", "processes", "tolerances", "prefectures", "thickness_mm"} <= asked


def test_the_sets_share_no_twin() -> None:
    def grams(record: dict[str, Any]) -> set[str]:
        text = re.sub(r"\s", "", folded(record["text"]).partition("\n")[0] + record["text"])
        return {text[i : i + 4] for i in range(len(text) - 3)}

    all_grams = {name: [(r["id"], grams(r)) for r in records(name)] for name in SETS}
    for one, other in itertools.combinations(SETS, 2):
        for (mine_id, mine), (theirs_id, theirs) in itertools.product(all_grams[one], all_grams[other]):
            assert len(mine & theirs) / len(mine | theirs) < 0.3, (mine_id, theirs_id)
