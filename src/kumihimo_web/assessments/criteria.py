"""The criteria of an assessment, from `criteria.json`: our own rule of thumb, in versions that are never changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kumihimo_web.design.language import say

SCORES = range(6)
"""What a criterion can score; each score has an anchor that says what it looks like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The same words in both languages; templates show the one of the page."""

    ja: str
    en: str

    def __str__(self) -> str:
        """Return the words in the language of the page."""
        return say(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion.

    Attributes
    ----------
    anchors
        What each score from 0 to 5 looks like.
    """

    id: str
    group: Wording
    label: Wording
    question: Wording
    anchors: tuple[Wording, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaSet:
    """A version of the criteria.

    Attributes
    ----------
    note
        Whose rule it is.
    """

    version: str
    note: Wording
    criteria: tuple[Criterion, ...]

    def criterion(self, item: str) -> Criterion | None:
        """Return a criterion by id."""
        return next((one for one in self.criteria if one.id == item), None)


@cache
def criteria_sets() -> dict[str, CriteriaSet]:
    """Return the versions by name, the latest last."""
    read = json.loads((Path(__file__).parent / "criteria.json").read_text(encoding="utf-8"))
    return {one["version"]: _set(one) for one in read["versions"]}


def latest() -> CriteriaSet:
    """Return the version that new assessments are made with."""
    return list(criteria_sets().values())[-1]


def _set(read: dict[str, Any]) -> CriteriaSet:
    groups = {one["id"]: Wording(ja=one["ja"], en=one["en"]) for one in read["groups"]}
    return CriteriaSet(
        version=read["version"],
        note=Wording(ja=read["note_ja"], en=read["note_en"]),
        criteria=tuple(
            Criterion(
                id=one["id"],
                group=groups[one["group"]],
                label=Wording(ja=one["ja"], en=one["en"]),
                question=Wording(ja=one["question_ja"], en=one["question_en"]),
                anchors=tuple(Wording(**anchor) for anchor in one["anchors"]),
            )
            for one in read["criteria"]
        ),
    )
