# ruff: noqa: E501 - a letterhead in one line
"""Rewriting an inquiry without changing what it says must not change what is read: widths, signs, blanks, heads."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kumihimo.inquiry.reader import read_text
from kumihimo.inquiry.to_json import inquiry_to_json

DATA = Path(__file__).resolve().parents[2] / "data" / "inquiries"
SETS = ("tuning.jsonl", "tuning2.jsonl", "tuning3.jsonl", "tuning4.jsonl")
SAMPLE, SEED = 60, 20261122

_WIDE = {ord(char): ord(char) + 0xFEE0 for char in "0123456789"}
_WIDE_ALL = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_HALF = {
    unicodedata.normalize("NFKC", chr(code)): chr(code)
    for code in (*range(0xFF66, 0xFF9E), 0xFF70)
    if chr(code) not in "ｦ"
}
_HALF |= {
    unicodedata.normalize("NFC", unicodedata.normalize("NFKC", chr(code)) + mark): chr(code) + half
    for code in range(0xFF66, 0xFF9E)
    for mark, half in (("\u3099", "ﾞ"), ("\u309a", "ﾟ"))
    if len(unicodedata.normalize("NFC", unicodedata.normalize("NFKC", chr(code)) + mark)) == 1
}
_HAS_HALF = re.compile(r"[ｦ-ﾝ]")
_LETTERHEAD = "御中\n\n株式会社ダミー産業 購買部\n大阪府大阪市北区0-0-0\nTEL 06-0000-0000 FAX 06-0000-0001\n\n"
_SIGNATURE = "\n\n--------------------\n株式会社ダミー産業 購買部 架空 太郎\n〒530-0000 大阪府大阪市北区0-0-0\nTEL 06-0000-0000\nISO14001認証取得\n--------------------\n"
_QUOTED = "\n\n-----Original Message-----\n> 前回はSS400の製缶で12台、溶接と塗装をお願いしました。\n> 納期は5月10日、納品先は北海道札幌市でした。\n"


def _kana(text: str) -> str:
    # A fax with half-width kana has no small kana of its own; leave those texts as they are.
    return text if _HAS_HALF.search(text) else "".join(_HALF.get(char, char) for char in text)


REWRITES: dict[str, Callable[[str], str]] = {
    "wide digits": lambda text: text.translate(_WIDE),
    "wide ascii": lambda text: text.translate(_WIDE_ALL),
    "half-width kana": _kana,
    "nfkc": lambda text: unicodedata.normalize("NFKC", text) if not re.search(r"[①-⑳㈱⑴ｦ-ﾝ]", text) else text,
    "diameter Φ": lambda text: re.sub("[φΦø]", "Φ", text),
    "diameter ø": lambda text: re.sub("[φΦø]", "ø", text),
    "cross x": lambda text: re.sub(r"(?<=\d)\s*[×x]\s*(?=[φΦ]?\d)", "x", text),
    "cross X": lambda text: re.sub(r"(?<=\d)\s*[×x]\s*(?=[φΦ]?\d)", " X ", text),
    "cross *": lambda text: re.sub(r"(?<=\d)[×x](?=[φΦ]?\d)", "*", text),
    "tilde": lambda text: re.sub("[〜~]", "～", text),
    "blank before unit": lambda text: re.sub(r"(?<=\d)(?=(?:mm|ミリ|個|本|枚|台)(?![a-z]))", " ", text),
    "blank behind label": lambda text: re.sub(r"(?<=[^\d\s])([:：])(?=[^\s/\d])", r"\1 ", text),
    "wide colon": lambda text: re.sub(r"(?<=[^\d\s])[:](?=[^\s/\d])", "：", text),
    "comma": lambda text: re.sub(r"(?<=[^\d])、(?=[^\d])", "，", text),
    "ケ": lambda text: re.sub(r"(?<=\d)個(?=[\s、。])", "ケ", text),
    "ヶ": lambda text: re.sub(r"(?<=\d)個(?=[\s、。])", "ヶ", text),
    "pcs": lambda text: re.sub(r"(?<=\d)個(?=[\s、。])", "pcs", text),
    "crlf": lambda text: text.replace("\n", "\r\n"),
    # A fax breaks words over lines and a table has none between its rows: only sentences are set apart.
    "blank lines": lambda text: text.replace("。\n", "。\n\n"),
    "trailing blanks": lambda text: text.replace("\n", "  \n"),
    "indent": lambda text: "\n".join(" " + line for line in text.split("\n")),
    "signature": lambda text: text + _SIGNATURE,
    "letterhead": lambda text: _LETTERHEAD + text,
    "quoted mail": lambda text: text + _QUOTED,
}


def _records() -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for name in SETS
        for line in (DATA / name).read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def reading(text: str, today: str) -> tuple[dict[str, Any], list[str]]:
    """Return the values and the asked fields, tolerances without the place they were read at."""
    read = inquiry_to_json(read_text(text, today=date.fromisoformat(today)))
    needs = dict(read["requirements"])
    return needs, sorted({question["field"] for question in read["questions"]})


@pytest.mark.parametrize("name", REWRITES)
def test_a_rewriting_changes_nothing(name: str) -> None:
    rewrite = REWRITES[name]
    sample = random.Random(f"{SEED}{name}").sample(_records(), SAMPLE)
    changed = 0
    broken: list[str] = []
    for record in sample:
        text = rewrite(record["text"])
        changed += text != record["text"]
        if reading(text, record["today"]) != reading(record["text"], record["today"]):
            broken.append(record["id"])
    assert changed
    assert not broken
