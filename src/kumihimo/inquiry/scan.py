"""The working state of one reading: the normalised text, what is still unread, and what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from typing import Any

from kumihimo.inquiry.normalise import BLANK, Normal

Span = tuple[int, int]


@dataclass(slots=True)
class Found:
    """A value with its place in the normalised text.

    Attributes
    ----------
    general
        A general word: gives way to a more specific one of the same operation.
    note
        Extra knowledge for the questions, e.g. ``"lot"`` or ``"trial"`` of a quantity.
    """

    field: str
    value: Any
    start: int
    end: int
    confidence: float = 1.0
    general: bool = False
    note: str = ""


@dataclass(slots=True)
class Doubt:
    """Something to be asked; the words of the question are made at the end."""

    field: str
    why: str
    start: int
    end: int
    key: str = ""
    detail: dict[str, str] = attribute(default_factory=dict)


class Scan:
    """Text that is read step by step; what was read is blanked so that nothing reads it twice."""

    def __init__(self, normal: Normal, today: date) -> None:
        self.normal = normal
        self.today = today
        self.text = normal.text
        self.found: list[Found] = []
        self.context: list[Found] = []
        self.doubts: list[Doubt] = []
        self.asides: list[Span] = []

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Return the matches in what is unread; a match may be blanked while iterating."""
        text = self.text
        for match in pattern.finditer(text):
            start, end = match.span()
            # Something read since the iteration began no longer counts.
            if self.text is text or self.text[start:end] == match.group():
                yield match

    def blank(self, start: int, end: int) -> None:
        """Take a slice out of what is unread; line ends stay."""
        if start >= end:
            return
        middle = self.text[start:end]
        filled = BLANK * len(middle) if "\n" not in middle else re.sub(r"[^\n]", BLANK, middle)
        self.text = self.text[:start] + filled + self.text[end:]

    def blank_all(self, pattern: re.Pattern[str], group: int | str = 0) -> None:
        """Blank every match of a pattern (or one group of it)."""
        spans = [match.span(group) for match in pattern.finditer(self.text)]
        for start, end in spans:
            self.blank(start, end)

    def add(
        self,
        name: str,
        value: Any,
        start: int,
        end: int,
        *,
        confidence: float = 1.0,
        general: bool = False,
        note: str = "",
    ) -> Found:
        """Keep a value."""
        item = Found(name, value, start, end, confidence, general, note)
        self.found.append(item)
        return item

    def note(self, name: str, value: Any, start: int, end: int) -> None:
        """Keep something that was understood but is no requirement."""
        self.context.append(Found(name, value, start, end))

    def doubt(self, name: str, why: str, start: int, end: int, key: str = "", **detail: str) -> None:
        """Keep something to be asked."""
        self.doubts.append(Doubt(name, why, start, end, key, detail))

    def of(self, name: str) -> list[Found]:
        """Return what was found for a field in the order of the text."""
        return sorted((item for item in self.found if item.field == name), key=lambda item: item.start)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Return the limits of the clause around a slice: up to 。 、 or a line end."""
        return self._around(start, end, _CLAUSE_ENDS)

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Return the limits of the sentence around a slice: up to 。 or a line end."""
        return self._around(start, end, _SENTENCE_ENDS)

    def _around(self, start: int, end: int, ends: frozenset[str]) -> tuple[int, int]:
        text = self.normal.text
        left = start
        while left > 0 and text[left - 1] not in ends:
            left -= 1
        right = end
        while right < len(text) and text[right] not in ends:
            right += 1
        return left, right


_CLAUSE_ENDS = frozenset("。、,;；\n！!？?")
_SENTENCE_ENDS = frozenset("。\n！!？?")


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Tell whether a slice shares a character with any of the others."""
    return any(span[0] < other[1] and other[0] < span[1] for other in others)
