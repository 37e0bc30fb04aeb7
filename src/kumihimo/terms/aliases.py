"""Other words for a code: what a shop writes, and which code is meant.

An alias that names two codes must have a row in ``alias_rules.tsv``: either one code wins, or the reader has to ask.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from kumihimo.terms import tables

KINDS = ("name", "alias", "general", "trade", "en", "abbr")
"""What an alias is: a label, a synonym, a general word, a trade name, an English word, a short form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One word of the lexicon.

    Attributes
    ----------
    word
        As it is written in the list.
    targets
        Codes it may mean, the preferred one first; more than one only when `ask` is true.
    kind
        ``"name"`` (a label of the code itself), ``"alias"``, ``"general"`` (a general word: gives way to a more
        specific word of the same operation), ``"trade"`` (trade name), ``"en"`` or ``"abbr"`` (counts only as a whole
        word).
    ask
        The word is ambiguous: list the targets as choices in a question.
    note
        For a person.
    """

    word: str
    targets: tuple[str, ...]
    kind: str
    ask: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenericWord:
    """A word that says something was meant but not which: it lists nothing, the reader asks.

    Attributes
    ----------
    word
        e.g. 溶接.
    field
        Field of the inquiry to ask about (``"processes"``, ``"materials"``, …).
    choices
        Codes to offer in the question.
    question_ja, question_en
        The question.
    """

    word: str
    field: str
    choices: tuple[str, ...]
    question_ja: str
    question_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRule:
    """What to do with a word that several rows claim: `winner`, or ask when it is empty."""

    vocabulary: str
    word: str
    winner: str
    reason: str


def build_rules(text: str, name: str = "alias_rules.tsv") -> Mapping[tuple[str, str], AliasRule]:
    """Read the rules; key is (vocabulary, folded word). Raises `TermsError` on a repeated or unknown vocabulary."""
    rules: dict[tuple[str, str], AliasRule] = {}
    for row in tables.parse(text, name, ("vocabulary", "word", "winner", "reason")):
        key = (row["vocabulary"], tables.fold(row["word"]))
        if key[0] not in ("process", "material"):
            raise tables.broken(name, 0, f"vocabulary {key[0]!r} is not process or material")
        if key in rules:
            raise tables.broken(name, 0, f"two rules for {row['word']!r}")
        rules[key] = AliasRule(
            vocabulary=row["vocabulary"], word=row["word"], winner=row["winner"], reason=row["reason"]
        )
    return MappingProxyType(rules)


def build_lexicon(
    vocabulary: str,
    names: Mapping[str, tuple[str, ...]],
    text: str,
    rules: Mapping[tuple[str, str], AliasRule],
    name: str,
) -> Mapping[str, Alias]:
    """Join labels and alias rows into one lexicon.

    Parameters
    ----------
    vocabulary
        ``"process"`` or ``"material"``: which rules hold.
    names
        Code -> its own labels (the code itself, Japanese and English name).
    text
        Table ``alias target kind note``.
    rules
        From `build_rules`.

    Returns
    -------
    Mapping
        Folded word (`tables.fold`) -> `Alias`.

    Raises
    ------
    TermsError
        Unknown target or kind, the same row twice, a word for two codes without a rule, or a rule that nothing needs.
    """
    claims: dict[str, dict[str, Alias]] = {}
    for code, labels in names.items():
        for label in labels:
            claims.setdefault(tables.fold(label), {}).setdefault(code, Alias(word=label, targets=(code,), kind="name"))
    for row in tables.parse(text, name, ("alias", "target", "kind", "note")):
        word, target = row["alias"], row["target"]
        if target not in names:
            raise tables.broken(name, 0, f"alias {word!r} points to unknown code {target!r}")
        if row["kind"] not in KINDS:
            raise tables.broken(name, 0, f"alias {word!r} has unknown kind {row['kind']!r}")
        claim = claims.setdefault(tables.fold(word), {})
        if target in claim:
            raise tables.broken(name, 0, f"alias {word!r} of {target!r} is listed twice or is its own name")
        claim[target] = Alias(word=word, targets=(target,), kind=row["kind"], note=row["note"])
    lexicon: dict[str, Alias] = {}
    used: set[tuple[str, str]] = set()
    for key, claim in claims.items():
        if len(claim) == 1:
            lexicon[key] = next(iter(claim.values()))
            continue
        rule = rules.get((vocabulary, key))
        if rule is None:
            codes = ", ".join(sorted(claim))
            raise tables.broken(name, 0, f"{key!r} means {codes}: alias_rules.tsv needs a row that says which")
        used.add((vocabulary, key))
        lexicon[key] = _settle(rule, claim, name)
    _refuse_idle_rules(vocabulary, rules, used)
    return MappingProxyType(lexicon)


def _settle(rule: AliasRule, claim: Mapping[str, Alias], name: str) -> Alias:
    if rule.winner:
        if rule.winner not in claim:
            raise tables.broken(name, 0, f"rule for {rule.word!r} names {rule.winner!r}, which does not claim it")
        return claim[rule.winner]
    first = next(iter(claim.values()))
    return Alias(word=rule.word, targets=tuple(claim), kind=first.kind, ask=True, note=rule.reason)


def _refuse_idle_rules(
    vocabulary: str, rules: Mapping[tuple[str, str], AliasRule], used: Container[tuple[str, str]]
) -> None:
    for key, rule in rules.items():
        if key[0] == vocabulary and key not in used:
            raise tables.broken("alias_rules.tsv", 0, f"rule for {rule.word!r} settles nothing; remove it")


def aliases_by_code(lexicon: Mapping[str, Alias]) -> Mapping[str, tuple[str, ...]]:
    """Return code -> its other words (labels left out), in the order of the list."""
    found: dict[str, list[str]] = {}
    for alias in lexicon.values():
        if alias.kind != "name":
            for target in alias.targets:
                found.setdefault(target, []).append(alias.word)
    return {code: tuple(words) for code, words in found.items()}


@cache
def alias_rules() -> Mapping[tuple[str, str], AliasRule]:
    """Return the shipped rules for words that several codes claim."""
    return build_rules(tables.read("alias_rules.tsv"))


def build_generic_words(
    text: str, known: Container[str], taken: Container[str], name: str = "generic_words.tsv"
) -> Mapping[str, GenericWord]:
    """Read the words that list nothing.

    Raises `TermsError` when a choice is not in `known` (codes) or a word is in `taken` (folded words with a meaning).
    """
    words: dict[str, GenericWord] = {}
    for row in tables.parse(text, name, ("word", "field", "choices", "question_ja", "question_en"), key="word"):
        choices = tables.split(row["choices"])
        for choice in choices:
            if choice not in known:
                raise tables.broken(name, 0, f"{row['word']!r} offers unknown code {choice!r}")
        key = tables.fold(row["word"])
        if key in words or key in taken:
            raise tables.broken(name, 0, f"{row['word']!r} is listed twice or has a meaning of its own")
        words[key] = GenericWord(
            word=row["word"],
            field=row["field"],
            choices=choices,
            question_ja=row["question_ja"],
            question_en=row["question_en"],
        )
    return MappingProxyType(words)
