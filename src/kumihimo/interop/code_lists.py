"""Code lists as the tables of a network use them: a cell may hold a code, its Japanese label or a word of the shops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from kumihimo import terms
from kumihimo.interop.kana_hint import sounding_like, to_hiragana, town_readings, with_kanji

NEAR_CUTOFF = 60.0
"""Least similarity in percent (rapidfuzz ratio) for a "did you mean"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """One code list.

    Attributes
    ----------
    name
        As `model.attribute.Attribute.terms` calls it.
    ja, en
        What a code of it is called in a message.
    labels
        Code -> label that is written into a cell and offered in a drop-down.
    labels_en
        Code -> English label; empty where the codes or names are the same in every language.
    words
        Folded word -> codes that it may mean.
    finder
        Asked when `words` does not know a word.
    readings
        Name in hiragana -> codes; only for hints.
    """

    name: str
    ja: str
    en: str
    labels: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    finder: Callable[[str], tuple[str, ...]] | None = None
    readings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels_en: Mapping[str, str] = field(default_factory=dict)
    _shown: dict[tuple[str, str], str] = field(default_factory=dict, compare=False, repr=False)

    def find(self, word: str) -> tuple[str, ...]:
        """Return the codes that `word` may mean: none, one, or several when it is ambiguous."""
        if word in self.labels:
            return (word,)
        found = self.words.get(terms.fold(word), ())
        return found or (self.finder(word) if self.finder else ())

    def shown(self, code: str, lang: str = "ja") -> str:
        """Return the label of a code when the label leads back to this code alone, else the code itself."""
        if (code, lang) not in self._shown:
            label = (self.labels_en if lang == "en" and self.labels_en else self.labels).get(code, code)
            self._shown[code, lang] = label if label != code and self.find(label) == (code,) else code
        return self._shown[code, lang]

    def near(self, word: str, count: int = 3) -> tuple[str, ...]:
        """Return up to `count` labels that look or sound like `word`, the most similar first."""
        codes = dict.fromkeys([*self._sounding(word), *self._looking(word), *self._looking(with_kanji(word))])
        return tuple(self.shown(code) for code in list(codes)[:count])

    def _sounding(self, word: str) -> list[str]:
        read = [code for reading in town_readings(word) for code in self.readings.get(reading, ())]
        pattern = None if self.readings else sounding_like(word)
        meant = [code for code, label in self.labels.items() if pattern is not None and pattern.fullmatch(label)]
        spelt = self.find(with_kanji(word))
        return [*read, *(spelt if len(spelt) == 1 else ()), *meant]

    def _looking(self, word: str) -> list[str]:
        from rapidfuzz import fuzz, process

        keys = {terms.fold(text): code for code, label in self.labels.items() for text in (code, label)}
        keys |= {text: codes[0] for text, codes in self.words.items() if len(codes) == 1}
        hits = process.extract(terms.fold(word), list(keys), scorer=fuzz.ratio, limit=12, score_cutoff=NEAR_CUTOFF)
        return [keys[hit[0]] for hit in hits]


def _listed(name: str, ja: str, en: str, items: Mapping[str, Any]) -> CodeList:
    words: dict[str, dict[str, None]] = {}
    for code, item in items.items():
        for word in (code, item.ja, item.en, *getattr(item, "aliases", ())):
            words.setdefault(terms.fold(word), {})[code] = None
    return CodeList(
        name=name,
        ja=ja,
        en=en,
        labels={code: item.ja for code, item in items.items()},
        labels_en={code: item.en for code, item in items.items()},
        words={word: tuple(codes) for word, codes in words.items()},
    )


def _processes() -> CodeList:
    items = terms.processes()
    return CodeList(
        name="processes",
        ja="工程",
        en="process",
        labels={code: item.ja for code, item in items.items()},
        labels_en={code: item.en for code, item in items.items()},
        words={word: alias.targets for word, alias in terms.process_lexicon().items()},
    )


def _material_families() -> CodeList:
    families = terms.material_families()
    words = {
        word: targets
        for word, alias in terms.material_lexicon().items()
        if (targets := tuple(target for target in alias.targets if target in families))
    }
    for code, item in families.items():
        # 超硬合金 is a grade in the shops' words, and the only name of its family here.
        for label in (item.ja, item.en):
            words.setdefault(terms.fold(label), (code,))
    return CodeList(
        name="material_families",
        ja="材料区分",
        en="material family",
        labels={code: item.ja for code, item in families.items()},
        labels_en={code: item.en for code, item in families.items()},
        words=words,
    )


def _materials() -> CodeList:
    grades = terms.materials()
    words = {
        word: targets
        for word, alias in terms.material_lexicon().items()
        if (targets := tuple(target for target in alias.targets if target in grades))
    }
    return CodeList(
        name="materials", ja="材質", en="material grade", labels={code: code for code in grades}, words=words
    )


def _municipalities() -> CodeList:
    items = terms.municipalities()
    readings: dict[str, tuple[str, ...]] = {}
    for item in items.values():
        reading = to_hiragana(item.kana)
        readings[reading] = (*readings.get(reading, ()), item.code)
    words: dict[str, tuple[str, ...]] = {}
    for code, item in items.items():
        english = terms.fold(item.en)
        words[english] = (*words.get(english, ()), code)
        # Five digits: the code without its check digit, or a code whose leading zero a spreadsheet has eaten.
        words.setdefault(code[:5], ())
        words[code[:5]] += (code,)
        if code.startswith("0"):
            words[code[1:]] = (*words.get(code[1:], ()), code)
    return CodeList(
        name="municipalities",
        ja="市区町村",
        en="municipality",
        labels={code: item.ja for code, item in items.items()},
        labels_en={code: item.en for code, item in items.items()},
        words=words,
        finder=lambda word: tuple(item.code for item in terms.find_municipality(word)),
        readings=readings,
    )


@cache
def code_list(name: str) -> CodeList | None:
    """Return the code list that an attribute names, or `None` when the attribute is free or a plain number."""
    match name:
        case "processes":
            return _processes()
        case "material_families":
            return _material_families()
        case "materials":
            return _materials()
        case "municipalities":
            return _municipalities()
        case "certificates":
            return _listed(name, "認証", "certificate", terms.certificates())
        case "skills":
            return _listed(name, "資格", "qualification", terms.skills())
        case "equipment_kinds":
            return _listed(name, "設備種類", "kind of equipment", terms.equipment_kinds())
        case "languages":
            return _listed(name, "言語", "language", terms.languages())
        case "hardness_scales":
            return _listed(name, "硬さ記号", "hardness scale", terms.hardness_scales())
        case _:
            return None
