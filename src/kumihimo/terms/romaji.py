"""Hiragana in Latin letters as on road signs: Hepburn, without marks on long vowels."""

from __future__ import annotations

import re
from collections.abc import Iterator

_VOWELS = "aiueo"
_ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "s": "さしすせそ",
    "t": "たちつてと",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "m": "まみむめも",
    "r": "らりるれろ",
    "g": "がぎぐげご",
    "z": "ざじずぜぞ",
    "d": "だぢづでど",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}
_IRREGULAR = {"し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu"}
_SOUNDS = {
    **{kana: row + vowel for row, kanas in _ROWS.items() for kana, vowel in zip(kanas, _VOWELS, strict=True)},
    **{"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n"},
    **_IRREGULAR,
}
_SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
_SOUND = re.compile("(っ?)([ぁ-ん])([ゃゅょ]?)")
_LONG = {"u": "う", "o": "うお"}
"""Vowel -> kana that only lengthen it: おおさか is Osaka, ちゅうおう is Chuo."""
BREAK = "|"
"""Stands between the parts of a word where a vowel of the next part would else lengthen that of the one before."""


def romaji(kana: str) -> str:
    """Return hiragana in Latin letters.

    Parameters
    ----------
    kana
        Hiragana; `BREAK` between two parts of a word, where it matters.

    >>> romaji("しもすわ"), romaji("おおさか"), romaji("こ|うみ"), romaji("しんおんせん")
    ('Shimosuwa', 'Osaka', 'Koumi', "Shin'onsen")
    """
    return "".join(sound for part in kana.split(BREAK) for sound in _sounds(part)).capitalize()


def _sounds(kana: str) -> Iterator[str]:
    at = 0
    while at < len(kana):
        found = _SOUND.match(kana, at)
        if found is None or found[2] not in _SOUNDS:
            raise ValueError(f"{kana!r} is no hiragana")
        at = found.end()
        sound = _SOUNDS[found[2]]
        if found[3]:
            # き and ゃ: kya; し, ち and じ lose only their vowel.
            sound = sound[:-1] + ("" if sound[:-1] in ("sh", "ch", "j") else "y") + _SMALL[found[3]]
        if found[1]:
            sound = ("t" if sound.startswith("ch") else sound[0]) + sound
        if found[2] == "ん" and kana[at : at + 1] and kana[at] in "あいうえおやゆよ":
            sound += "'"
        yield sound
        if kana[at : at + 1] and kana[at] in _LONG.get(sound[-1], ""):
            at += 1
