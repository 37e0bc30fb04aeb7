"""What may be meant by a word that somebody wrote by its sound: すわ市, 円とう研削, えんとうけんさく.

Used for a "did you mean" only; a word that is merely guessed is never taken over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_KANA_RUN = re.compile("[ぁ-ゖー]+")
_TOWN_ENDS: Mapping[str, tuple[str, ...]] = {
    "市": ("し",),
    "区": ("く",),
    "町": ("まち", "ちょう"),
    "村": ("むら", "そん"),
}
_PREFECTURE = re.compile("^(?:東京都|北海道|京都府|大阪府|.{2,3}県|.{2,5}けん)")

# reading, word
_READINGS = """
あえん 亜鉛 あつえん 圧延 あなあけ 穴あけ うちぬき 打抜き えんとう 円筒 おうりょく 応力 かいてん 回転 かこう 加工
きかい 機械 きんぞく 金属 くみたて 組立 けんさ 検査 けんさく 研削 けんま 研磨 こうしゅうは 高周波 さんか 酸化
しあげ 仕上げ しゃしゅつ 射出 しょり 処理 じどう 自動 じゅし 樹脂 しんくう 真空 しんたん 浸炭 せいけい 成形
せいみつ 精密 せっさく 切削 せつだん 切断 せんばん 旋盤 せんさく 旋削 そくてい 測定 たてがた 立形 たんぞう 鍛造
ちっか 窒化 ちゅうぞう 鋳造 でんかい 電解 でんき 電気 とそう 塗装 ないめん 内面 なかぐり 中ぐり ねつ 熱
はぐるま 歯車 ばんきん 板金 ひょうめん 表面 ふくごう 複合 へいめん 平面 ほうでん 放電 まげ 曲げ やきいれ 焼入れ
やきなまし 焼なまし やきならし 焼ならし やきもどし 焼戻し ようせつ 溶接 よこがた 横形
"""


@cache
def _kanji_of() -> tuple[re.Pattern[str], Mapping[str, str]]:
    words = _READINGS.split()
    table = dict(zip(words[::2], words[1::2], strict=True))
    return re.compile("|".join(sorted(table, key=len, reverse=True))), table


def to_hiragana(text: str) -> str:
    """Return text in half width with katakana made hiragana."""
    return unicodedata.normalize("NFKC", text).translate(_KATAKANA)


def with_kanji(word: str) -> str:
    """Return a word with the readings of the shop's usual words put into kanji: えんとうけんさく -> 円筒研削."""
    pattern, table = _kanji_of()
    return pattern.sub(lambda found: table[found[0]], to_hiragana(word))


def sounding_like(word: str) -> re.Pattern[str] | None:
    """Return a pattern of words in which the kana of `word` stand for kanji: 円とう研削 also means 円筒研削.

    Returns
    -------
    re.Pattern or None
        `None` when `word` holds nothing but kana, or no kana at all.
    """
    text = unicodedata.normalize("NFKC", word).strip()
    if not _KANA_RUN.search(text) or _KANA_RUN.fullmatch(text):
        return None
    pieces = re.split(f"({_KANA_RUN.pattern})", text)
    return re.compile(
        "".join(
            f"[^ぁ-ゖァ-ヶ]{{1,{len(piece)}}}" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces)
        )
    )


def town_readings(word: str) -> tuple[str, ...]:
    """Return how the name of a town, written wholly or partly in kana, may be read; empty when it holds other kanji."""
    text = _PREFECTURE.sub("", to_hiragana(word).replace(" ", ""))
    ends = _TOWN_ENDS.get(text[-1:])
    stem = text[:-1] if ends else text
    if not stem or not _KANA_RUN.fullmatch(stem):
        return ()
    if ends:
        return tuple(stem + end for end in ends)
    return (stem, *(stem + end for several in _TOWN_ENDS.values() for end in several))
