"""Legal rules as dated data: what stands in which law since when, as it was read, and how far that was verified.

The files beside this module are the only place for numbers and words of a law. A rule that changes gets a second entry
with a later period; what was ordered before is still judged by the rule of its day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from kumihimo.errors import InputError, TermsError
from kumihimo.trade.wording import day_ja


class Verified(StrEnum):
    """How far a rule was verified."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    GENERAL_KNOWLEDGE = "general_knowledge"

    @property
    def ja(self) -> str:
        """Japanese label, as it stands beside every verdict."""
        return _VERIFIED[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _VERIFIED[self][1]


_VERIFIED: Mapping[Verified, tuple[str, str]] = {
    Verified.PRIMARY: ("原文・官公庁の資料で確認", "verified with the authority's own text"),
    Verified.SECONDARY: ("写し・解説で確認（原文は未確認）", "verified with a copy or commentary, not the original"),
    Verified.GENERAL_KNOWLEDGE: ("未確認（一般的な知識）", "not verified (general knowledge)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule in one period.

    Attributes
    ----------
    quote
        Word for word as it was read; empty where no wording was read.
    in_force_to
        Last day; None while it is in force.
    values
        Numbers of the rule: days, rates, limits.
    note_ja, note_en
        What could not be verified.
    """

    id: str
    title_ja: str
    title_en: str
    law: str
    article: str
    quote: str
    source: str
    in_force_from: date
    in_force_to: date | None
    verified: Verified
    checked_on: date
    note_ja: str
    note_en: str
    values: Mapping[str, Any]

    def is_in_force(self, on: date) -> bool:
        """Whether the rule holds on a day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)

    def number(self, name: str) -> int:
        """Return one number of the rule."""
        return int(self.values[name])

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return one row of numbers of the rule."""
        return tuple(self.values[name])


def in_force(rule_id: str, on: date) -> Rule:
    """Return the rule of this name that holds on a day.

    Raises
    ------
    InputError
        There is no rule of that name, or none of its periods holds that day.
    """
    periods = _by_id().get(rule_id)
    if periods is None:
        raise InputError(
            f"法令の規則「{rule_id}」はありません。ある規則: {', '.join(_by_id())}。名前を確かめてください。",
            f"there is no legal rule '{rule_id}'; known are {', '.join(_by_id())}. Check the name.",
        )
    for rule in periods:
        if rule.is_in_force(on):
            return rule
    spans_ja = "、".join(
        f"{day_ja(r.in_force_from)}〜{day_ja(r.in_force_to) if r.in_force_to else ''}" for r in periods
    )
    spans_en = ", ".join(f"{r.in_force_from} to {r.in_force_to or 'now'}" for r in periods)
    raise InputError(
        f"{day_ja(on)}の「{periods[0].title_ja}」（{rule_id}）は収録していません。収録は{spans_ja}です。"
        "その日の法令を人が確かめてください。",
        f"no rule '{rule_id}' is held for {on}; held is {spans_en}. Have a person check the law of that day.",
    )


def all_rules() -> tuple[Rule, ...]:
    """Return every rule in every period, by name and period."""
    return tuple(rule for periods in _by_id().values() for rule in periods)


def rules_from_json(documents: Iterable[tuple[str, Any]]) -> Mapping[str, tuple[Rule, ...]]:
    """Return the rules of (file name, document) by name, each in the order of its periods.

    Raises
    ------
    TermsError
        A document is not by the schema, a day does not exist, or two periods of one rule overlap.
    """
    import jsonschema

    validator = jsonschema.Draft202012Validator(rules_schema())
    found: dict[str, list[Rule]] = {}
    for name, document in documents:
        wrong = next(iter(validator.iter_errors(document)), None)
        if wrong is not None:
            raise _broken(f"{name} {wrong.json_path}: {wrong.message[:200]}")
        for row in document["rules"]:
            try:
                rule = _rule(row)
            except ValueError as error:
                raise _broken(f"{name} {row['id']}: {error}") from None
            found.setdefault(rule.id, []).append(rule)
    return {name: _in_order(name, found[name]) for name in sorted(found)}


@cache
def rules_schema() -> dict[str, Any]:
    """Return the published JSON schema (2020-12) of the files with rules."""
    text = (resources.files("kumihimo.trade.law") / "schema" / "law-rules.schema.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


@cache
def _by_id() -> Mapping[str, tuple[Rule, ...]]:
    folder = resources.files("kumihimo.trade.law") / "data"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    return rules_from_json((file.name, json.loads(file.read_text(encoding="utf-8"))) for file in files)


def _rule(row: Mapping[str, Any]) -> Rule:
    last = row["in_force_to"]
    days = {
        "in_force_from": date.fromisoformat(row["in_force_from"]),
        "in_force_to": date.fromisoformat(last) if last else None,
        "checked_on": date.fromisoformat(row["checked_on"]),
    }
    return Rule(**{**row, **days, "verified": Verified(row["verified"])})


def _in_order(name: str, periods: list[Rule]) -> tuple[Rule, ...]:
    periods.sort(key=lambda rule: rule.in_force_from)
    for before, after in pairwise(periods):
        if before.in_force_to is None or before.in_force_to >= after.in_force_from:
            raise _broken(f"{name}: two periods hold {after.in_force_from}")
    for rule in periods:
        if rule.in_force_to is not None and rule.in_force_to < rule.in_force_from:
            raise _broken(f"{name}: the period ends before it begins")
    return tuple(periods)


def _broken(what: str) -> TermsError:
    return TermsError(f"法令の規則ファイルが正しくありません: {what}", f"the file of legal rules is broken: {what}")
