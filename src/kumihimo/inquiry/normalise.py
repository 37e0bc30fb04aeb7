# ruff: noqa: E501 - a pattern is easier to check in one line
"""Normalised text with a map back to the original offsets.

Shop writing varies in width, in kind of dash, cross and diameter sign, and a fax breaks words over lines. The reader
works on one normal form; every value it finds is shown as a slice of the text that the customer wrote, so each
normalised character knows the slice that it came from.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

BLANK = "\x00"
"""Stands for a character that was read already or must not be read: it matches no pattern and keeps the offsets."""

_CHARS = {
    **dict.fromkeys("φΦøØ⌀∅ϕ", "φ"),
    **dict.fromkeys("✕✖╳⨯", "×"),
    **dict.fromkeys("‐‑‒–—―−﹣⁃", "-"),
    **dict.fromkeys("〜~∼∿", "~"),
    **dict.fromkeys("µμ", "μ"),
    **dict.fromkeys("│┃┆┇┊┋|￤", " "),
    **dict.fromkeys("─━┄┅┈┉┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋═║╔╗╚╝╠╣╦╩╬", "─"),
    **dict.fromkeys("≦≤", "≦"),
    **dict.fromkeys("≧≥", "≧"),
    **dict.fromkeys("▽▿∇", "▽"),
    **dict.fromkeys("□◻☐", "□"),
    "\u3000": " ",
    "\t": " ",
    "\xa0": " ",
    "±": "±",
}
_DROPPED = {"\u200b", "\u200c", "\u200d", "\ufeff", "\r"}
_KEPT = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_PLAIN = frozenset(
    map(
        chr,
        (
            *range(0x3041, 0x3097),
            *range(0x30A1, 0x30FD),
            *range(0x4E00, 0xA000),
            *range(0x30, 0x3A),
            *range(0x61, 0x7B),
        ),
    )
)
_MARKS = frozenset("ﾞﾟ\u3099\u309a")


@dataclass(frozen=True, slots=True)
class Normal:
    """Normalised text; character i came from ``original[starts[i]:ends[i]]``."""

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original of the normalised slice, outer spaces left out."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if start >= end:
            return (self.starts[start], self.starts[start]) if start < len(self.starts) else (0, 0)
        return self.starts[start], self.ends[end - 1]

    def words(self, start: int, end: int) -> str:
        """Return the customer's own words of the normalised slice."""
        first, last = self.span(start, end)
        return self.original[first:last]


@lru_cache(maxsize=4096)
def _normal(cluster: str) -> str:
    if cluster in _KEPT or cluster == "\n":
        return cluster
    mapped = _CHARS.get(cluster)
    if mapped is not None:
        return mapped
    text = unicodedata.normalize("NFKC", cluster)
    return "".join(_CHARS.get(char, char) for char in text)


def normalise(original: str) -> Normal:
    """Return the normal form: NFKC, one form per shop sign, half-width kana composed, spaced labels closed up."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    size = len(original)
    at = 0
    plain = _PLAIN
    while at < size:
        char = original[at]
        stop = at + 1
        while stop < size and original[stop] in _MARKS:
            stop += 1
        if stop == at + 1 and char in plain:
            chars.append(char)
            starts.append(at)
            ends.append(stop)
        elif char not in _DROPPED:
            for out in _normal(original[at:stop]):
                chars.append(out)
                starts.append(at)
                ends.append(stop)
        at = stop
    text = "".join(chars)
    text = _small_kana(text, original, starts)
    text = _PARTICLES.sub(_hiragana, text)
    text = _OKURIGANA.sub(_hiragana, text)
    text = _FORMAL.sub(_daily, text)
    for pattern, replace in _SHAPES:
        text = pattern.sub(replace, text)
    cut = [span for match in _SPACED.finditer(text) for span in (match.span(1),) if span[0] < span[1]]
    cut += _letter_spaced(text)
    cut += [
        (match.start() + gap.start(), match.start() + gap.end())
        for match in _SPACED_DIGITS.finditer(text)
        for gap in re.finditer(" ", match[0])
        if (match.start(), match.end()) and (match.start() + gap.start(), match.start() + gap.end()) not in cut
    ]
    if cut:
        keep = [True] * len(text)
        for start, stop in cut:
            for index in range(start, stop):
                keep[index] = False
        text = "".join(char for char, kept in zip(text, keep, strict=True) if kept)
        starts = [value for value, kept in zip(starts, keep, strict=True) if kept]
        ends = [value for value, kept in zip(ends, keep, strict=True) if kept]
    return Normal(original, text, tuple(starts), tuple(ends))


# Labels of forms are set wide: 材　質, 数　量. A blank inside them is no blank.
_SPACED = re.compile(
    r"(?<=[材数納品寸板公図硬期形備単件宛住日工担用精粗熱膜質社入届送枚台本個処])( {1,4})"
    r"(?=[質量期名番厚差度さ限状考価法所程当途面先付入数置差] *(?:[::=]| |$|\n))",
    re.M,
)


# A fax in katakana: 絞リ, 高サ, 支給ハ. One katakana behind a kanji, and these endings, are hiragana.
_OKURIGANA = re.compile(
    r"(?<=[一-龥])[ァ-ヲン](?<![ヶケコヵカメロ])(?![ァ-ヺー])|(?<=[一-龥ァ-ン])(?:デハナク|シマス|ナシ|マデ|ハ(?=支給|不要|当社|弊社))"
)
# A fax in kanji and katakana: ホブ切リハ弊社デ行イマス, 立旋盤ニテ荒引キ
_PARTICLES = re.compile(
    r"(?<=[一-龥ぁ-ん])(?:ハ|デ|ヲ|ニ|ノ|ガ|ニテ|ニヨル|デシタガ|デス|シマス|イマス|シテ)(?=[一-龥\d \n。、A-Z]|$)|(?<=[ァ-ヺー])(?:ハ|ヲ)(?=[一-龥 ]|$)|(?<=[一-龥][リキレメシイミ])(?:ハ|ヲ|ガ|モ)(?=[一-龥 ])",
    re.M,
)
# ｽｳﾘﾖｳ, ｼﾖﾂﾄ: half-width machines have no small kana
_BIG_SMALL = re.compile(
    r"(?<=[キシチニヒミリギジビピ])[ヤユヨ]|(?<=[ァ-ヺ])ツ(?=[カキクケコサシスセソタチテトパピプペポ])"
)
_SMALL = {"ヤ": "ャ", "ユ": "ュ", "ヨ": "ョ", "ツ": "ッ"}


# 弐拾四個: figures of legal documents
_FORMAL = re.compile(
    r"[壱弐参拾百一二三四五六七八九]*[壱弐参]?拾[壱弐参一二三四五六七八九]?(?=[個本枚台組])|[壱弐参](?=[個本枚台](?![考照加]))"
)
_DAILY = {"壱": "一", "弐": "二", "参": "三", "拾": "十"}


def _daily(match: re.Match[str]) -> str:
    return "".join(_DAILY.get(char, char) for char in match[0])


def _small_kana(text: str, original: str, starts: list[int]) -> str:
    if not _HALF.search(original) or _HALF_SMALL.search(original):
        return text
    return _BIG_SMALL.sub(
        lambda match: _SMALL[match[0]] if _HALF.match(original, starts[match.start()]) else match[0], text
    )


_HALF = re.compile(r"[ｱ-ﾝ]")
_HALF_SMALL = re.compile(r"[ｬｭｮｯ]")
# 8 5 0, 1 2 月 1 1 日, 0 . 0 1 5, S 5 0 C: figures set wide
_SPACED_DIGITS = re.compile(r"(?<![\dA-Za-z.] )(?<![\dA-Za-z.])(?:[A-Z] )?\d(?: [\d.月日C]){2,}(?![\dA-Za-z.])(?! \d)")
_LETTERS = re.compile(r"^[ \t]*(?:\S {1,3}){2,}\S[^\n]*$", re.M)


def _hiragana(match: re.Match[str]) -> str:
    return "".join(chr(ord(char) - 0x60) for char in match[0])


def _is_letter_spaced(line: str) -> bool:
    tokens = line.split()
    return sum(len(token) == 1 for token in tokens) >= 0.8 * len(tokens)


def _letter_spaced(text: str) -> list[tuple[int, int]]:
    """Return the single blanks of lines that are set with a blank behind every letter; wider gaps keep one."""
    cut: list[tuple[int, int]] = []
    lines = [line for line in _LETTERS.finditer(text) if _is_letter_spaced(line[0])]
    if not any(len(line[0].split()) > 5 for line in lines):
        return []
    for line in lines:
        for gap in re.finditer(r"(?<=\S)( +)(?=\S)", line[0]):
            start = line.start() + gap.start()
            cut.append((start, start + 1) if len(gap[0]) == 1 else (start + 1, start + len(gap[0])))
    return cut


def _same_length(pattern: str, char: str) -> tuple[re.Pattern[str], str]:
    return re.compile(pattern), char


# Each replaces one character by one character, so that the map stays true.
_SHAPES = (
    # 箱，あれの: the comma of horizontal Japanese
    _same_length(r"(?<=[ぁ-んァ-ヶー一-龥)]),(?=\S)", "、"),
    # 300x120, 300 X 120, 300*120, 300mmx120: a cross between dimensions
    _same_length(r"(?<=[\d)LWDHtT□φ角mM厚径 ])[xX*✕](?=\s*(?:[φ□tTLWDHCR約]?\s*=?\s*\d))", "×"),
    _same_length(r"(?<=\d)ー(?=\s*\d)", "~"),
    _same_length(r"(?<=[Hh][RrVv][CcBb0-9])ー(?=\d)", "-"),
)
