"""What was read of an inquiry as it is shown: the text with numbered words, the values, the questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kumihimo import terms
from kumihimo.inquiry import consistency, shaping
from kumihimo.inquiry.questions import LABELS
from kumihimo.model import Inquiry, ReadValue, Requirements
from kumihimo_web.design.language import is_english, say
from kumihimo_web.inquiries import wording
from kumihimo_web.inquiries.amend import set_processes

SURE, FAIRLY = 0.9, 0.7
"""From here on the reader is called sure, or fairly sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of the text; `number` of the words that values were read from, 0 for the rest."""

    text: str
    number: int = 0


@dataclass(slots=True, kw_only=True)
class Row:
    """One value with the words that it comes from.

    Attributes
    ----------
    entered
        What stands in the input: the value in words that can be read again, or what was sent.
    links
        (Number of the marked words, whether it is the first row that has it: that one is linked back to).
    sure
        ``"sure"``, ``"fairly"`` or ``"unsure"``; empty where nothing was read.
    by_person
        A person said so.
    error
        Why what was sent cannot be used.
    """

    field: str
    part: str
    label: str
    shown: str
    entered: str
    example: str
    links: tuple[tuple[int, bool], ...] = ()
    sure: str = ""
    by_person: bool = False
    places: tuple[str, ...] = ()
    error: str = ""

    @property
    def key(self) -> str:
        """Name of the row within the page."""
        return f"{self.part or 'whole'}-{self.field}"


@dataclass(slots=True, kw_only=True)
class Asking:
    """A question to ask back.

    Attributes
    ----------
    is_missing
        Nothing was read at all; otherwise what was read is in doubt.
    """

    field: str
    part: str
    ja: str
    en: str
    is_missing: bool
    entered: str = ""
    error: str = ""

    @property
    def key(self) -> str:
        """Name of the question within the page."""
        return f"{self.part or 'whole'}-{self.field}"

    @property
    def words(self) -> str:
        """The question in the language of the page."""
        return say(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of one part, or of the whole inquiry."""

    part: str
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that the page shows of what was read."""

    pieces: tuple[Piece, ...]
    groups: tuple[Group, ...]
    questions: tuple[Asking, ...]
    also: tuple[tuple[Any, str], ...] = field(default=())

    def row(self, name: str, part: str) -> Row | None:
        """Return the row of a field."""
        rows = (row for group in self.groups for row in group.rows)
        return next((row for row in rows if (row.field, row.part) == (name, part)), None)


def reading_of(inquiry: Inquiry) -> Reading:
    """Return what was read of an inquiry as it is shown."""
    clusters = _clusters(inquiry)
    numbers = {id(item): number for number, items in enumerate(clusters, 1) for item in items}
    return Reading(
        pieces=_pieces(inquiry.text, clusters),
        groups=_groups(inquiry, numbers),
        questions=questions_of(inquiry),
        also=tuple((wording.CONTEXT[item.field], _context(item)) for item in inquiry.context if item.field in _TOLD),
    )


_TOLD = frozenset(wording.CONTEXT)


def questions_of(inquiry: Inquiry) -> tuple[Asking, ...]:
    """Return what must be asked back: what is in doubt, then what is missing and needed."""
    own = _own_part(inquiry)
    names = {part.id: part.name for part in inquiry.parts}
    found = [
        Asking(field=one.field, part=own(one.part), ja=_of(names, own(one.part), one.ja), en=one.en, is_missing=False)
        for one in inquiry.questions
    ]
    asked = {(one.field, one.part) for one in found}
    several = len(inquiry.parts) > 1
    for part in inquiry.parts:
        part_id = part.id if several else ""
        needed = (*wording.NEEDED, "hardness") if _is_hardened(part.requirements) else wording.NEEDED
        gaps = [name for name in needed if _is_open(part.requirements, name)]
        shape = shaping.question(part, inquiry)
        if shape is not None:
            gaps = [name for name in gaps if name != "processes"]
            ja = _of(names, part_id, shape.ja)
            found.append(Asking(field=shaping.FIELD, part=part_id, ja=ja, en=shape.en, is_missing=True))
        found += [_missing(name, part_id, part.name) for name in gaps if not asked & {(name, part_id), (name, "")}]
    found += [
        _missing(name, "", "")
        for name in wording.NEEDED_OF_WHOLE
        if _is_open(inquiry.requirements, name) and (name, "") not in asked
    ]
    return tuple(found)


def draft(title: str, questions: tuple[Asking, ...]) -> str:
    """Return all questions as a letter that can be copied into a mail."""
    lines = [f"{number}. {one.words}" for number, one in enumerate(questions, 1)]
    head = _("お引き合いをいただき、ありがとうございます。「%(title)s」について、次の点を教えてください。") % {
        "title": title
    }
    tail = _("分かる範囲で結構です。この番号のままご返信ください。よろしくお願いいたします。")
    return "\n".join((head, "", *lines, "", tail))


def _own_part(inquiry: Inquiry) -> Any:
    """Return a function that names the part of a value; an inquiry of one part has only the whole."""
    several = len(inquiry.parts) > 1
    return lambda part: part if several else ""


def _of(names: dict[str, str], part: str, words: str) -> str:
    return f"【{names[part]}】{words}" if names.get(part) else words


def _is_open(needs: Requirements, name: str) -> bool:
    value = getattr(needs, name)
    if name == "size_mm" and needs.thickness_mm is not None:
        return False
    return value is None or value == ()


def _is_hardened(needs: Requirements) -> bool:
    """Tell whether a part is hardened: no shop can quote that without a hardness."""
    return not consistency.HARDENING.isdisjoint(needs.processes)


def _missing(name: str, part: str, part_name: str) -> Asking:
    ja, en = LABELS[name]
    of_ja, of_en = (f"「{part_name}」の", f" of {part_name!r}") if part and part_name else ("", "")
    return Asking(
        field=name,
        part=part,
        ja=f"{of_ja}{ja}が書かれていません。教えていただけますでしょうか。",
        en=f"Please tell us the {en}{of_en}: the inquiry does not say.",
        is_missing=True,
    )


def _groups(inquiry: Inquiry, numbers: dict[int, int]) -> tuple[Group, ...]:
    whole, seen = inquiry.requirements, set[int]()
    if len(inquiry.parts) < 2:
        rows = tuple(_row(inquiry, whole, name, "", numbers, seen) for name in wording.FIELDS)
        return (Group(part="", name="", rows=rows),)
    found = [
        Group(
            part=part.id,
            name=part.name or part.id,
            rows=tuple(_row(inquiry, part.requirements, name, part.id, numbers, seen) for name in wording.OF_PART),
        )
        for part in inquiry.parts
    ]
    of_set = _row(inquiry, Requirements(processes=set_processes(inquiry)), "processes", "", numbers, seen)
    rows = tuple(_row(inquiry, whole, name, "", numbers, seen) for name in wording.OF_WHOLE)
    return (*found, Group(part="", name="", rows=(of_set, *rows)))


def _row(inquiry: Inquiry, needs: Requirements, name: str, part: str, numbers: dict[int, int], seen: set[int]) -> Row:
    items = _items(inquiry, name, part)
    known = wording.shown(inquiry, needs, name, items)
    items = items if known else []
    found = sorted({numbers[id(item)] for item in items if id(item) in numbers})
    links = tuple((number, number not in seen) for number in found)
    seen.update(found)
    return Row(
        field=name,
        part=part,
        label=wording.label(name),
        shown=known,
        entered=wording.entered(inquiry, needs, name, items),
        example=wording.EXAMPLES[name][is_english()],
        links=links,
        sure=_sure(items) if known else "",
        by_person=any(item.source == "person" for item in items),
        places=tuple(dict.fromkeys(item.place for item in items if item.place)),
    )


def _items(inquiry: Inquiry, name: str, part: str) -> list[ReadValue]:
    """Return the words behind a value: a part's own, else those for all parts, as the reader takes them."""
    items = [item for item in inquiry.fields if item.field == name]
    if len(inquiry.parts) < 2 or name in wording.OF_WHOLE:
        return items
    return [item for item in items if item.part == part] or [item for item in items if not item.part]


def _sure(items: list[ReadValue]) -> str:
    least = min((item.confidence for item in items), default=1.0)
    return "sure" if least >= SURE else "fairly" if least >= FAIRLY else "unsure"


def _clusters(inquiry: Inquiry) -> list[list[ReadValue]]:
    """Return the values by the words that they share, in the order of the text."""
    found: list[list[ReadValue]] = []
    end = 0
    for item in sorted(inquiry.fields, key=lambda one: (one.start, -one.end)):
        if not 0 <= item.start < item.end <= len(inquiry.text):
            continue
        if found and item.start < end:
            found[-1].append(item)
        else:
            found.append([item])
        end = max(end, item.end)
    return found


def _pieces(text: str, clusters: list[list[ReadValue]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    for number, items in enumerate(clusters, 1):
        start, end = items[0].start, max(item.end for item in items)
        if at < start:
            pieces.append(Piece(text=text[at:start]))
        pieces.append(Piece(text=text[start:end], number=number))
        at = end
    if at < len(text):
        pieces.append(Piece(text=text[at:]))
    return tuple(pieces)


def _context(item: ReadValue) -> str:
    known = terms.processes().get(str(item.value))
    if known is not None:
        return say(known)
    if item.value is True:
        return item.text
    return item.text or str(item.value)
