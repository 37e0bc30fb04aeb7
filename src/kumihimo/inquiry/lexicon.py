# ruff: noqa: E501 - a pattern is easier to check in one line
"""Longest-match reading of the words of the code lists: processes, materials, certificates, regions, places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kumihimo import terms
from kumihimo.inquiry.scan import Scan
from kumihimo.inquiry.stop_words import STOPS


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the lexicon.

    Attributes
    ----------
    kind
        ``process``, ``material``, ``certificate``, ``generic``, ``place`` or ``stop`` (read as nothing).
    targets
        Codes; for a generic word the choices, for a place the prefectures.
    exact
        Short ASCII abbreviation: the case must agree.
    """

    kind: str
    word: str
    targets: tuple[str, ...]
    field: str = ""
    general: bool = False
    ask: bool = False
    exact: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found in the text, with its place in the normalised text."""

    word: Word
    start: int
    end: int


_EXTRA: tuple[tuple[str, str, tuple[str, ...], bool], ...] = (
    ("検査成績書", "process", ("insp.general",), False),
    ("検査成績表", "process", ("insp.general",), False),
    ("寸法測定", "process", ("insp.general",), False),
    ("寸法検査", "process", ("insp.general",), False),
    ("全数検査", "process", ("insp.general",), False),
    ("inspection report", "process", ("insp.general",), False),
    ("旋盤屋", "process", ("mach.turn_cnc",), True),
    ("板金屋", "process", ("sheet.fab",), True),
    ("削って", "process", ("mach.mill3",), True),
    ("けずって", "process", ("mach.mill3",), True),
    ("削り出して", "process", ("mach.mill3",), True),
    ("クリアアルマイト", "process", ("coat.anod",), False),
    ("クリヤアルマイト", "process", ("coat.anod",), False),
    ("カラーアルマイト", "process", ("coat.anod",), False),
    ("ブラックアルマイト", "process", ("coat.anod",), False),
    ("ブルーアルマイト", "process", ("coat.anod",), False),
    ("レッドアルマイト", "process", ("coat.anod",), False),
    ("銅合金", "material", ("copper",), True),
    ("砲金", "material", ("bronze",), True),
    ("ステン", "material", ("stainless",), True),
    ("クロモリ", "material", ("steel.alloy",), True),
    ("じゅらるみん", "material", ("A2017",), False),
    ("あるみ", "material", ("aluminium",), True),
    ("しんちゅう", "material", ("brass",), True),
    ("すてんれす", "material", ("stainless",), True),
    ("せんばん", "process", ("mach.turn_cnc",), True),
    ("bent", "process", ("sheet.bend",), False),
    ("laser-cut", "process", ("sheet.laser",), False),
    ("turned", "process", ("mach.turn_cnc",), True),
    ("surface ground", "process", ("grind.surface",), False),
    ("cylindrical ground", "process", ("grind.cyl",), False),
    ("hardened", "process", ("ht.qt",), True),
    ("stamped", "process", ("form.press_blank",), True),
    ("injection molded", "process", ("poly.injection",), False),
    ("射出成型", "process", ("poly.injection",), False),
    ("ゴム成型", "process", ("poly.rubber",), False),
    ("プレス曲げ", "process", ("sheet.bend",), False),
    ("大型旋盤", "process", ("mach.turn_cnc",), True),
    ("溶接(CO2", "process", ("join.mag",), False),
    ("溶接(炭酸", "process", ("join.mag",), False),
    ("溶接(半自動", "process", ("join.mag",), False),
    ("溶接(MAG", "process", ("join.mag",), False),
    ("溶接(MIG", "process", ("join.mag",), False),
    ("溶接(TIG", "process", ("join.tig",), False),
    ("溶接(ティグ", "process", ("join.tig",), False),
    ("溶接(アルゴン", "process", ("join.tig",), False),
    ("溶接(スポット", "process", ("join.spot",), False),
    ("溶接(レーザー", "process", ("join.laser",), False),
    ("溶接:TIG", "process", ("join.tig",), False),
    ("溶接:半自動", "process", ("join.mag",), False),
    ("溶接はTIG", "process", ("join.tig",), False),
    ("溶接は半自動", "process", ("join.mag",), False),
    ("溶接はアルゴン", "process", ("join.tig",), False),
    ("メッキ(ニッケル", "process", ("coat.ni",), False),
    ("メッキ(亜鉛", "process", ("coat.zn",), False),
    ("めっき(ニッケル", "process", ("coat.ni",), False),
    ("めっき(亜鉛", "process", ("coat.zn",), False),
    ("メッキ(硬質クロム", "process", ("coat.hcr",), False),
    ("熱処理(真空", "process", ("ht.vacuum",), False),
    ("水圧検査", "process", ("insp.leak",), False),
    ("耐圧検査", "process", ("insp.leak",), False),
    ("耐圧試験", "process", ("insp.leak",), False),
    ("cleaned", "process", ("fin.clean",), False),
    ("順送金型による", "process", ("form.press_prog",), False),
    ("順送金型で", "process", ("form.press_prog",), False),
    ("順送金型ニヨル", "process", ("form.press_prog",), False),
    ("順送型で", "process", ("form.press_prog",), False),
    ("ガンシン", "process", ("fin.impreg",), False),
    ("型は御社で", "process", ("tool.die_mold",), False),
    ("型も御社で", "process", ("tool.die_mold",), False),
    ("型は貴社で", "process", ("tool.die_mold",), False),
    ("型も貴社で", "process", ("tool.die_mold",), False),
    ("型はそちらで", "process", ("tool.die_mold",), False),
    ("型起こしから", "process", ("tool.die_mold",), False),
    ("型製作から", "process", ("tool.die_mold",), False),
    ("検査治具の設計", "process", ("tool.jig",), False),
    ("検査治具の製作", "process", ("tool.jig",), False),
    ("検査治具製作", "process", ("tool.jig",), False),
    ("治具の設計", "process", ("tool.jig",), False),
    ("マゲ", "process", ("sheet.bend",), False),
    ("マゲ加工", "process", ("sheet.bend",), False),
    ("センバン", "process", ("mach.turn_cnc",), True),
    ("バリトリ", "process", ("fin.deburr",), False),
    ("ヤキイレ", "process", ("ht.qt",), True),
    ("焼イレ", "process", ("ht.qt",), True),
    ("セッサク", "process", ("mach.mill3",), True),
    ("バンキン", "process", ("sheet.fab",), True),
    ("トソウ", "process", ("coat.paint",), True),
    ("クミタテ", "process", ("assy.mech",), True),
    ("イモノ", "process", ("cast.sand",), True),
)

_WEAK_GENERIC = frozenset(
    terms.fold(word)
    for word in (
        "加工", "processing", "処理", "カット", "cutting", "仕上げ", "finishing", "仕上加工", "仕上げ加工", "硬化", "合金", "金属", "メタル", "metal",
        "金属製", "金物", "二次加工", "後加工", "追加工", "一式加工", "コート", "切断", "成形", "成型", "モールド", "接合", "joining", "非鉄",
        "molding", "moulding", "特殊鋼", "塑性加工", "難削材", "難加工材", "特殊材", "非鉄金属", "coating", "iso", "認証", "品質認証",
    )
)  # fmt: skip

# Read otherwise, or too common in ordinary sentences to stand for the term.
_UNWANTED = frozenset(
    terms.fold(word)
    for word in ("盤", "wc", "DC", "HT", "CT", "PT", "MT", "RT", "UT", "KN", "低圧", "遠心", "ロスト", "jig", "SUS", "SPC", "SPH", "PU", "CE", "クラス1000", "クラス10000", "カオス")
)  # fmt: skip


def _put(table: dict[str, Word], key: str, word: Word) -> None:
    if key and key not in _UNWANTED:
        table.setdefault(key, word)


@cache
def words() -> dict[str, Word]:
    """Return the whole lexicon: folded word -> meaning. Built once from `kumihimo.terms`."""
    table: dict[str, Word] = {}
    for stop in STOPS:
        _put(table, terms.fold(stop), Word("stop", stop, ()))
    for text, kind, targets, general in _EXTRA:
        _put(
            table,
            terms.fold(text),
            Word(kind, text, targets, "materials" if kind == "material" else "processes", general),
        )
    for key, alias in terms.process_lexicon().items():
        exact = alias.word.isascii() and len(alias.word) <= 3
        _put(
            table,
            key,
            Word("process", alias.word, alias.targets, "processes", alias.kind == "general", alias.ask, exact),
        )
    for key, alias in terms.material_lexicon().items():
        exact = alias.word.isascii() and len(alias.word) <= 3
        _put(
            table,
            key,
            Word("material", alias.word, alias.targets, "materials", alias.kind == "general", alias.ask, exact),
        )
    for key, scheme in terms.certificate_lexicon().items():
        exact = key.isascii() and len(key) <= 3
        if scheme.startswith("NADCAP-"):
            # The accreditation is asked for as one; the process stands in the text by itself.
            continue
        _put(table, key, Word("certificate", key, (scheme,), "certificates", exact=exact))
    for key, generic in terms.generic_words().items():
        if key in table and table[key].kind == "stop":
            del table[key]
        _put(table, key, Word("generic", generic.word, generic.choices, generic.field, True, weak=key in _WEAK_GENERIC))
    for compound in ("溶接組立", "溶接組み立て", "溶接組立て", "溶接構造", "溶接構造物", "溶接品", "溶接物"):
        if "溶接" in table:
            table.setdefault(compound, table["溶接"])
    return table


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """Return first two characters (or one) -> lengths of words, longest first."""
    found: dict[str, set[int]] = {}
    for key in words():
        found.setdefault(key[:2], set()).add(len(key))
    return {head: tuple(sorted(lengths, reverse=True)) for head, lengths in found.items()}


_ASCII = re.compile(r"[A-Za-z0-9]")
_KATA = re.compile(r"[ァ-ヺー]")
_PURE_KATA = re.compile(r"[ァ-ヺー]+")


def find(scan: Scan) -> list[Hit]:
    """Return all words of the lexicon in the unread text, longest match first, from left to right."""
    text = scan.text
    squeezed: list[str] = []
    where: list[int] = []
    for index, char in enumerate(text):
        if char in " \n・":
            continue
        squeezed.append(char.lower())
        where.append(index)
    flat = "".join(squeezed)
    table, lengths = words(), _lengths()
    hits: list[Hit] = []
    at, size, last_end = 0, len(flat), -1
    while at < size:
        step = 1
        for head in (flat[at : at + 2], flat[at]):
            taken = False
            for length in lengths.get(head, ()):
                if at + length > size:
                    continue
                word = table.get(flat[at : at + length])
                if word is None:
                    continue
                start, end = where[at], where[at + length - 1] + 1
                if _stands(text, word, start, end, last_end) and not _splits(text, start, end, table):
                    hits.append(Hit(word, start, end))
                    last_end = end
                    step, taken = length, True
                    break
            if taken:
                break
        at += step
    return hits


def _splits(text: str, start: int, end: int, table: dict[str, Word]) -> bool:
    """Tell whether a match across a blank joins two words (射出成形 金型) that are each in the lexicon."""
    piece = text[start:end]
    if piece.isascii() or not (" " in piece or "\n" in piece):
        return False
    pieces = piece.split()
    return len(pieces) == 2 and all(len(part) > 1 and terms.fold(part) in table for part in pieces)


def _in_code(text: str, start: int, end: int) -> bool:
    """Tell whether a slash binds an abbreviation to another one: H/T, PC/ABS."""
    behind = text[end : end + 1] == "/" and _ASCII.match(text[end + 1 : end + 2])
    before = text[start - 1 : start] == "/" and _ASCII.match(text[start - 2 : start - 1])
    return bool(behind or before)


def _stands(text: str, word: Word, start: int, end: int, last_end: int) -> bool:
    """Tell whether the match is a word of its own."""
    before = text[start - 1] if start else " "
    behind = text[end] if end < len(text) else " "
    piece = text[start:end]
    if word.kind == "stop" and "\n" in piece:
        # 溶接 / 長さ: two lines of a form, no 溶接長
        return False
    if _ASCII.match(piece[0]) and _ASCII.match(before):
        return False
    if _ASCII.match(piece[-1]) and _ASCII.match(behind):
        return False
    if word.word.isascii():
        if word.exact and (piece != word.word or behind == "-" or before == "-" or _in_code(text, start, end)):
            return False
        if word.kind == "certificate":
            return "\n" not in piece
        if " " in piece and " " not in word.word and "-" not in word.word:
            return False
        if "\n" in piece and " " not in word.word:
            return False
    elif (
        ("\n" in piece and piece.strip("\n").count("\n") > 1)
        or "\n\n" in piece
        or (" " in piece and len(word.word) <= 1)
    ):
        return False
    if _PURE_KATA.fullmatch(word.word):
        if _KATA.match(before) and last_end != start:
            return False
        if len(word.word) <= 3 and word.kind == "process" and _KATA.match(behind):
            return False
    return True
