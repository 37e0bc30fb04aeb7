"""Reading a DXF drawing: overall size, holes, dimensions with their tolerances, and the notes.

Lines give the size (`drawing_geometry`), dimensions give tolerances, and the notes and the title block are read by the
same rules as a mail. A drawing is not asked for what it cannot say: the thickness of a single view is left out and
asked back.
"""

from __future__ import annotations

import logging
import math
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumihimo import intake
from kumihimo.errors import FileRefused
from kumihimo.inquiry import drawing_geometry
from kumihimo.inquiry.drawing_dimensions import Dimension, DrawingUnit, dimensions_of, geometric_of
from kumihimo.inquiry.drawing_notes import notes_of
from kumihimo.inquiry.reader import read_text
from kumihimo.model.inquiry import Inquiry, Part, Question, ReadValue
from kumihimo.model.requirement import Requirements

if TYPE_CHECKING:
    from ezdxf.document import Drawing

MAX_DXF_BYTES = 32 * 1024 * 1024
"""Largest drawing file, 32 MiB."""

MAX_ENTITIES = 30_000
"""Most entities of a drawing; a part drawing has some hundred to some thousand."""

_UNIT_MM = {1: 25.4, 2: 304.8, 4: 1.0, 5: 10.0, 6: 1000.0, 8: 2.54e-5, 9: 0.0254, 13: 1e-3, 14: 100.0}
"""Millimetres in one unit, by $INSUNITS (DXF reference)."""

_ENTITY_START = re.compile(rb"(?m)^[ \t]*0[ \t]*\r?\n[ \t]*[A-Z0-9_]+[ \t]*\r?$")
_BINARY_HEAD = b"AutoCAD Binary DXF"


_PLAUSIBLE_MM = (2.0, 10_000.0)
"""Longest side of a part that a small factory is asked to make; outside, the unit is doubted."""


def read_dxf(path: Path, *, today: date, max_bytes: int = MAX_DXF_BYTES, max_entities: int = MAX_ENTITIES) -> Inquiry:
    """Read a drawing.

    Parameters
    ----------
    path
        DXF, text or binary, R12 or later.
    today
        Day that relative dates in the notes are counted from.
    max_entities
        Most entities, before and after blocks are expanded.

    Returns
    -------
    Inquiry
        `text` holds the notes, then the dimensions, then what the lines say, one a line. Values from dimensions and
        lines have the source ``"cad"``, those from notes ``"rule"``.

    Raises
    ------
    FileRefused
        When it is missing, empty, too large, damaged beyond recovery, or holds too many entities.
    """
    data = intake.read_bytes(path, max_bytes=max_bytes)
    name = path.name
    if not data.startswith(_BINARY_HEAD):
        if b"SECTION" not in data[:4096]:
            raise _damaged(name)
        count = 0
        for count, _ in enumerate(_ENTITY_START.finditer(data), start=1):
            if count > max_entities * 3:
                raise drawing_geometry.too_many(name, max_entities)
    drawing = _open(path)
    if sum(1 for _ in drawing.entitydb.values()) > max_entities * 3 or len(drawing.modelspace()) > max_entities:
        raise drawing_geometry.too_many(name, max_entities)
    if not any(True for layout in drawing.layouts for _ in layout):
        raise FileRefused(
            f"{name}: 図形も文字もありません。図面を書き出し直してください。",
            f"{name} holds neither lines nor text; export the drawing again.",
        )
    try:
        return _read(drawing, path, today=today, max_entities=max_entities)
    except (FileRefused, MemoryError):
        raise
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, ArithmeticError, RecursionError):
        # ezdxf checks structure, not every value: a hostile number surfaces only when it is measured
        raise _damaged(name) from None


def _open(path: Path) -> Drawing:
    from ezdxf import recover
    from ezdxf.lldxf.const import DXFError

    logger = logging.getLogger("ezdxf")
    if not logger.handlers:
        # every mended value would be told on the terminal; what matters is told in one line of ours
        logger.addHandler(logging.NullHandler())
    try:
        drawing, auditor = recover.readfile(path)
    except (DXFError, OSError, UnicodeError):
        raise _damaged(path.name) from None
    except Exception:  # noqa: BLE001 - a parser fed with hostile tags raises nearly anything
        raise _damaged(path.name) from None
    if auditor.has_errors and not any(True for layout in drawing.layouts for _ in layout):
        raise _damaged(path.name)
    return drawing


def _damaged(name: str) -> FileRefused:
    return FileRefused(
        f"{name}: DXF として読めません。壊れているか途中で切れています。CAD から書き出し直してください。",
        f"{name} is not readable as DXF; it is damaged or cut off. Export it from the CAD again.",
    )


def _read(drawing: Drawing, path: Path, *, today: date, max_entities: int) -> Inquiry:
    lines = drawing_geometry.collect(drawing, max_entities=max_entities, name=path.name)
    unit = _unit(drawing, lines)
    dimensions = tuple(dimensions_of(drawing, unit))
    outline = drawing_geometry.measure(
        lines, unit_mm=unit.mm * unit.scale, diameters_mm=[d.nominal_mm for d in dimensions if d.is_diameter]
    )
    notes = notes_of(drawing, max_entities=max_entities, name=path.name)
    notes_text = "".join(f"{words}\n" for words, _ in notes)
    if notes_text.strip():
        read = read_text(notes_text, today=today, id=path.stem, file=path.name, style="drawing")
    else:
        read = Inquiry(id=path.stem, file=path.name, style="drawing", text="", today=today, requirements=Requirements())
    places = []
    start = 0
    for words, where in notes:
        places.append((start, start + len(words) + 1, where))
        start += len(words) + 1

    def placed(value: ReadValue) -> ReadValue:
        return replace(value, place=next((w for a, b, w in places if a <= value.start < b), ""))

    sheet = _Sheet(text=notes_text, fields=[placed(v) for v in read.fields], context=[placed(v) for v in read.context])
    questions = list(read.questions)
    needs = _with_dimensions(read.requirements, dimensions, sheet)
    for geometric, words, place in geometric_of(drawing):
        sheet.add("geometric", geometric, words, place=place)
        if geometric not in needs.geometric:
            needs = replace(needs, geometric=(*needs.geometric, geometric))
    needs = _with_outline(needs, outline, dimensions, unit, sheet, questions)
    questions = [q for q in questions if not _answered(q, needs)]
    parts = read.parts
    if len(parts) <= 1:
        part = parts[0] if parts else Part(id="p1", name=path.stem, requirements=needs)
        parts = (replace(part, requirements=needs),)
    return Inquiry(
        id=path.stem,
        file=path.name,
        style="drawing",
        text=sheet.text,
        today=today,
        requirements=needs,
        fields=tuple(sheet.fields),
        questions=tuple(questions),
        parts=parts,
        context=tuple(sheet.context),
    )


def _unit(drawing: Drawing, lines: drawing_geometry.Lines) -> DrawingUnit:
    """Return the unit of the drawing.

    $INSUNITS counts when it gives a part of plausible size. Many programs write a default there (metres, inches) that
    nobody meant; then millimetres are taken, as JIS B 0001 has it, and the unit is asked.
    """
    code = int(drawing.header.get("$INSUNITS", 0) or 0)
    factors = set()
    for entity in drawing.modelspace().query("DIMENSION"):
        dimension: Any = entity
        factors.add(round(float(dimension.override().get("dimlfac", 1.0) or 1.0), 6))
    raw = drawing_geometry.measure(lines, unit_mm=1.0)
    longest = max((max(view) for view in raw.views), default=0.0)
    mm = _UNIT_MM.get(code, 1.0)
    # in a drawing in mm a common DIMLFAC is the drawing's scale; in other units it only converts what is shown
    scale = factors.pop() if len(factors) == 1 and mm == 1.0 else 1.0
    low, high = _PLAUSIBLE_MM
    if longest == 0.0:
        return DrawingUnit(mm=mm, scale=scale if scale > 0 else 1.0, sure=True)
    if scale > 0 and low <= longest * mm * scale <= high:
        return DrawingUnit(mm=mm, scale=scale, sure=code in _UNIT_MM or 10.0 <= longest <= 2000.0)
    return DrawingUnit(mm=1.0, scale=1.0, sure=False)


@dataclass(slots=True)
class _Sheet:
    """The text of the drawing as it grows: every value that is added gets a line of its own to point to."""

    text: str
    fields: list[ReadValue]
    context: list[ReadValue]

    def add(self, field: str, value: Any, words: str, *, place: str = "", context: bool = False) -> None:
        start = len(self.text)
        self.text += f"{words}\n"
        (self.context if context else self.fields).append(
            ReadValue(
                field=field, value=value, text=words, start=start, end=start + len(words), source="cad", place=place
            )
        )


def _with_dimensions(needs: Requirements, dimensions: tuple[Dimension, ...], sheet: _Sheet) -> Requirements:
    tolerances = list(needs.tolerances)
    for dimension in dimensions:
        tolerance = dimension.tolerance
        if tolerance is None:
            sheet.add("dimension", dimension.nominal_mm, f"寸法 {dimension.words}", place=dimension.place, context=True)
            continue
        sheet.add("tolerances", tolerance, f"寸法 {dimension.words}", place=dimension.place)
        bare = {(t.upper, t.lower, t.fit) for t in tolerances if t.nominal_mm in (None, tolerance.nominal_mm)}
        if (tolerance.upper, tolerance.lower, tolerance.fit) not in bare:
            tolerances.append(tolerance)
    return replace(needs, tolerances=tuple(tolerances))


def _with_outline(
    needs: Requirements,
    outline: drawing_geometry.Outline,
    dimensions: tuple[Dimension, ...],
    unit: DrawingUnit,
    sheet: _Sheet,
    questions: list[Question],
) -> Requirements:
    size = outline.size_mm
    shown = " × ".join(f"{value:g}" for value in size)
    if outline.holes:
        words = "穴 " + "、".join(f"{count}-φ{diameter:g}" for diameter, count in outline.holes)
        value = [{"diameter_mm": diameter, "count": count} for diameter, count in outline.holes]
        sheet.add("holes", value, words, context=True)
    if size and not unit.sure:
        questions.append(
            Question(
                field="size_mm",
                why="ambiguous",
                ja=f"図面の単位が mm と確かめられません。外形は {shown} mm でよろしいでしょうか。",
                en=f"The drawing's unit cannot be confirmed as mm. Is the overall size {shown} mm?",
            )
        )
        if not _PLAUSIBLE_MM[0] <= size[0] <= _PLAUSIBLE_MM[1]:
            return needs
    longest = max((d.nominal_mm for d in dimensions), default=0.0)
    if size and longest > 1.02 * size[0] and len(outline.views) > 0:
        questions.append(
            Question(
                field="size_mm",
                why="contradiction",
                ja=f"図形の外形は {shown} mm ですが、寸法に {longest:g} があります。どちらが正しいでしょうか。",
                en=f"The lines measure {shown} mm, but a dimension says {longest:g}. Which is right?",
            )
        )
        return needs
    if not size:
        if outline.views and not needs.size_mm:
            questions.append(
                Question(
                    field="size_mm",
                    why="missing",
                    ja="図形から外形寸法を読み取れませんでした。縦×横×厚さをお知らせください。",
                    en="The overall size cannot be told from the lines. Please state length × width × thickness.",
                )
            )
        return needs
    if needs.size_mm:
        if not all(any(math.isclose(side, told, rel_tol=5e-3) for told in needs.size_mm) for side in size[:2]):
            told = " × ".join(f"{value:g}" for value in needs.size_mm)
            questions.append(
                Question(
                    field="size_mm",
                    why="contradiction",
                    ja=f"注記の寸法は {told}、図形の外形は {shown} です。どちらが正しいでしょうか。",
                    en=f"The notes say {told}, the lines measure {shown}. Which is right?",
                )
            )
        return needs
    sheet.add("size_mm", size, f"外形（図形） {shown} mm")
    if len(size) < 3 and not outline.round_part and needs.thickness_mm is None:
        questions.append(
            Question(
                field="thickness_mm",
                why="missing",
                ja=f"図面は一方向の図だけで {shown} mm と読めます。厚さ（奥行き）をお知らせください。",
                en=f"The drawing shows one view only, {shown} mm. What is the thickness (depth)?",
            )
        )
    return replace(needs, size_mm=size)


def _answered(question: Question, needs: Requirements) -> bool:
    """Whether a question of the notes ("size is missing") is answered by lines or dimensions."""
    return question.why == "missing" and question.field == "size_mm" and bool(needs.size_mm)
