"""A verdict: what a rule says of one order, with its wording, its source, and how far that was verified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kumihimo.trade.law.rules import Rule, Verified


class Colour(StrEnum):
    """What may be done: as it is; once a person signs with a reason; not at all; or it cannot be told."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    UNKNOWN = "unknown"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return _LABELS[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _LABELS[self][1]


_LABELS: Mapping[Colour, tuple[str, str]] = {
    Colour.GREEN: ("問題なし", "fine"),
    Colour.AMBER: ("人の判断が必要", "a person decides"),
    Colour.RED: ("不可", "not allowed"),
    Colour.UNKNOWN: ("判定できません", "cannot be told"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a rule says of one order.

    Attributes
    ----------
    ja, en
        What was found, what was expected and what to do next, to be passed on as it is.
    note_ja, note_en
        What could not be verified; empty when nothing is open.
    """

    colour: Colour
    rule: str
    title_ja: str
    title_en: str
    ja: str
    en: str
    quote: str
    source: str
    in_force_from: date
    verified: Verified
    note_ja: str = ""
    note_en: str = ""

    @property
    def needs_signature(self) -> bool:
        """Whether a person must sign with a reason before it goes on."""
        return self.colour in (Colour.AMBER, Colour.UNKNOWN)


def judged(rule: Rule, colour: Colour, ja: str, en: str) -> Verdict:
    """Return a verdict by a rule."""
    return Verdict(
        colour=colour,
        rule=rule.id,
        title_ja=rule.title_ja,
        title_en=rule.title_en,
        ja=ja,
        en=en,
        quote=rule.quote,
        source=rule.source,
        in_force_from=rule.in_force_from,
        verified=rule.verified,
        note_ja=rule.note_ja,
        note_en=rule.note_en,
    )


_GRAVITY = (Colour.GREEN, Colour.AMBER, Colour.UNKNOWN, Colour.RED)


def worst(verdicts: Iterable[Verdict]) -> Colour:
    """Return the gravest colour; where nothing was judged, nothing can be told."""
    return max((verdict.colour for verdict in verdicts), key=_GRAVITY.index, default=Colour.UNKNOWN)
