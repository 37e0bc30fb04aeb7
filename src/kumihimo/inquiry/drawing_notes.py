"""Notes and title block of a drawing as lines of text, in the order that a person reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kumihimo.inquiry import drawing_geometry, form_labels

if TYPE_CHECKING:
    from ezdxf.document import Drawing


@dataclass(frozen=True, slots=True)
class _Note:
    words: str
    x: float
    y: float
    height: float
    place: str


def notes_of(drawing: Drawing, *, max_entities: int, name: str) -> list[tuple[str, str]]:
    """Return (line, place) of every note, from the top left down, each line once.

    A label and the value to its right, as title blocks have them in two cells, become one line ``label: value``.

    Raises
    ------
    FileRefused
        When more than `max_entities` entities have to be looked through.
    """
    found: list[_Note] = []
    budget = iter(range(max_entities))
    for layout in drawing.layouts:
        for entity in layout:
            found.extend(_texts(entity, 0, budget))
    if next(budget, None) is None:
        raise drawing_geometry.too_many(name, max_entities)
    lines: dict[str, str] = {}
    for row in _rows(found):
        pending = ""
        for note in row:
            for words in note.words.split("\n"):
                cleaned = plain_words(words)
                if not cleaned:
                    continue
                is_label = form_labels.find(cleaned) is not None and not cleaned.endswith((":", "："))
                if pending and not is_label:
                    cleaned = f"{pending}: {cleaned}"
                elif pending:
                    lines.setdefault(pending, note.place)
                pending = cleaned if is_label else ""
                if not pending:
                    lines.setdefault(cleaned, note.place)
        if pending:
            lines.setdefault(pending, row[-1].place)
    return list(lines.items())


def _rows(notes: list[_Note]) -> Iterator[list[_Note]]:
    """Group notes whose baselines differ by less than half a letter, from the top down, each row from the left."""
    row: list[_Note] = []
    for note in sorted(notes, key=lambda one: -one.y):
        if row and row[0].y - note.y > 0.5 * max(row[0].height, 1e-6):
            yield sorted(row, key=lambda one: one.x)
            row = []
        row.append(note)
    if row:
        yield sorted(row, key=lambda one: one.x)


def _texts(entity: Any, depth: int, budget: Iterator[int]) -> Iterator[_Note]:
    if next(budget, None) is None:
        return
    kind = entity.dxftype()
    where = f"{kind} #{entity.dxf.get('handle') or '?'}"
    if kind in ("TEXT", "ATTRIB"):
        at = entity.dxf.insert
        yield _Note(entity.plain_text(), at.x, at.y, float(entity.dxf.get("height", 2.5)), where)
    elif kind == "MTEXT":
        at = entity.dxf.insert
        yield _Note(entity.plain_text(), at.x, at.y, float(entity.dxf.get("char_height", 2.5)), where)
    elif kind == "INSERT":
        at = entity.dxf.insert
        for attribute in entity.attribs:
            tag = str(attribute.dxf.get("tag", "")).strip()
            value = attribute.plain_text().strip()
            if value:
                words = f"{tag}: {value}" if _is_japanese(tag) else value
                yield _Note(words, at.x, at.y, float(attribute.dxf.get("height", 2.5)), where)
        block = entity.block()
        if depth < drawing_geometry.MAX_DEPTH and block is not None:
            for inner in block:
                if inner.dxftype() in ("TEXT", "MTEXT", "INSERT"):
                    for note in _texts(inner, depth + 1, budget):
                        yield replace(note, x=at.x + note.x, y=at.y + note.y)
    elif kind in ("MULTILEADER", "MLEADER"):
        content = getattr(getattr(entity, "context", None), "mtext", None)
        if content is not None and content.default_content:
            from ezdxf.tools.text import plain_mtext

            at = content.insert
            yield _Note(str(plain_mtext(content.default_content)), at.x, at.y, 2.5, where)


def _is_japanese(tag: str) -> bool:
    return any(ord(character) > 0x2E80 for character in tag)


def plain_words(words: str) -> str:
    """Return one line of words in plain characters.

    The drawing's own codes are ``%%c`` diameter, ``%%p`` plus-minus, ``%%d`` degree, and a backslash before
    ``U+2300`` for any sign.
    """
    words = re.sub(r"%%[cC]", "φ", words)
    words = re.sub(r"%%[pP]", "±", words)
    words = re.sub(r"%%[dD]", "°", words)
    words = re.sub(r"%%[uUoOkK]", "", words)
    words = re.sub(r"\\[Uu]\+([0-9A-Fa-f]{4})", lambda match: chr(int(match.group(1), 16)), words)
    words = words.replace("⌀", "φ").replace("∅", "φ").replace("Ø", "φ").replace("ø", "φ")
    return re.sub(r"[ \t]+", " ", "".join(c for c in words if c >= " " or c == "\t")).strip()
