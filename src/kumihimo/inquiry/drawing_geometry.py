"""Overall size and holes from the lines of a 2D drawing.

Only lines that draw the part count: frames, title blocks, dimensions, centre lines and construction lines are left
out. Views that stand side by side are told apart by the empty space between them; aligned views (JIS B 0001, third or
first angle projection) share a dimension, which gives the third one. What cannot be told is not guessed.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumihimo.errors import FileRefused

if TYPE_CHECKING:
    from ezdxf.document import Drawing
    from ezdxf.entities.dxfentity import DXFEntity

MAX_DEPTH = 8
"""Deepest nesting of blocks that is followed."""

_DRAWN = frozenset(
    {"LINE", "CIRCLE", "ARC", "LWPOLYLINE", "POLYLINE", "ELLIPSE", "SPLINE", "SOLID", "TRACE", "3DFACE", "REGION"}
)
_OTHER_LAYER = re.compile(
    r"defpoints|dim|寸法|text|文字|note|注記|注釈|leader|引出|frame|枠|waku|title|表題|border|輪郭線外|format"
    r"|center|centre|中心|hatch|ハッチ|const|補助|作図線|vport|viewport|print|印刷|phantom|想像|図面情報|logo",
    re.IGNORECASE,
)
_OTHER_BLOCK = re.compile(r"frame|枠|title|表題|border|^a[0-4]([^a-z]|$)|format|zuwaku|logo|mark", re.IGNORECASE)
_OTHER_LINETYPE = re.compile(r"center|centre|phantom|chain|一点|二点|dashdot|divide|border", re.IGNORECASE)
_SHEETS_MM = (1189.0, 841.0), (841.0, 594.0), (594.0, 420.0), (420.0, 297.0), (297.0, 210.0)


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-parallel rectangle in drawing units."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Extent along x."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Extent along y."""
        return self.y1 - self.y0

    def joined(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What the lines tell, in mm.

    Attributes
    ----------
    views
        Width and height of every view, the largest first.
    size_mm
        Overall size, sorted descending: three values when aligned views give the depth, two for a single view, empty
        when it cannot be told.
    round_part
        The views show a round part: size is (length, diameter) in descending order.
    holes
        (diameter, count) of full circles, largest first; the outline of a round view is not among them.
    """

    views: tuple[tuple[float, float], ...]
    size_mm: tuple[float, ...]
    round_part: bool
    holes: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that draw the part, in drawing units: their boxes, and the circles as (x, y, radius)."""

    boxes: tuple[Box, ...]
    circles: frozenset[tuple[float, float, float]]


def collect(drawing: Drawing, *, max_entities: int, name: str) -> Lines:
    """Return the lines of model space that draw the part.

    Parameters
    ----------
    max_entities
        Most lines that are followed, counted after blocks are expanded.

    Raises
    ------
    FileRefused
        When there are more than `max_entities` lines.
    """
    boxes: list[Box] = []
    circles = set()
    for entity in _drawn(drawing, max_entities, name):
        box = _box(entity)
        if box is None:
            continue
        boxes.append(box)
        if entity.dxftype() == "CIRCLE":
            centre = entity.dxf.center
            circles.add((round(centre.x, 4), round(centre.y, 4), round(entity.dxf.radius, 4)))
    return Lines(tuple(boxes), frozenset(circles))


def measure(lines: Lines, *, unit_mm: float, diameters_mm: Sequence[float] = ()) -> Outline:
    """Measure the part.

    Parameters
    ----------
    unit_mm
        Millimetres in one drawing unit (with the scale of the drawing).
    diameters_mm
        Diameters that the dimensions name (φ30): they tell that a view is round.
    """
    views = _views(_without_frames(lines.boxes, unit_mm))
    scaled = [(_clean(v.width * unit_mm), _clean(v.height * unit_mm)) for v in views]
    outer = {
        circle
        for circle in lines.circles
        for view in views
        if math.isclose(2 * circle[2], view.width, rel_tol=1e-3)
        and math.isclose(2 * circle[2], view.height, rel_tol=1e-3)
    }
    holes = Counter(_clean(2 * radius * unit_mm) for x, y, radius in lines.circles - outer)
    size, is_round = _size(views, scaled, bool(outer), diameters_mm)
    return Outline(
        views=tuple(scaled),
        size_mm=size,
        round_part=is_round,
        holes=tuple(sorted(holes.items(), reverse=True)),
    )


def too_many(name: str, limit: int) -> FileRefused:
    """Return the refusal of a drawing with too many entities."""
    return FileRefused(
        f"{name}: 図形が多すぎます（上限 {limit:,}）。部品図だけを書き出してください。",
        f"{name} holds too many entities (limit {limit:,}); export the drawing of the part alone.",
    )


def _drawn(drawing: Drawing, budget: int, name: str) -> Iterator[DXFEntity]:
    """Yield the entities that draw the part, blocks expanded; a bomb of nested blocks runs into the budget."""
    stack: list[tuple[Iterator[DXFEntity], int]] = [(iter(drawing.modelspace()), 0)]
    seen = 0
    while stack:
        entities, depth = stack[-1]
        entity = next(entities, None)
        if entity is None:
            stack.pop()
            continue
        seen += 1
        if seen > budget:
            raise too_many(name, budget)
        kind = entity.dxftype()
        layer = str(entity.dxf.get("layer", "0"))
        if _OTHER_LAYER.search(layer) or _OTHER_LINETYPE.search(_linetype(drawing, entity, layer)):
            continue
        if kind == "INSERT":
            if depth >= MAX_DEPTH or _OTHER_BLOCK.search(str(entity.dxf.get("name", ""))):
                continue
            insert: Any = entity
            if insert.mcount > 1:
                if insert.mcount > budget:
                    raise too_many(name, budget)
                stack.append((iter(insert.multi_insert()), depth + 1))
            else:
                stack.append((iter(insert.virtual_entities()), depth + 1))
        elif kind in _DRAWN:
            yield entity


def _linetype(drawing: Drawing, entity: DXFEntity, layer: str) -> str:
    own = str(entity.dxf.get("linetype", "BYLAYER"))
    if own.upper() != "BYLAYER":
        return own
    return str(drawing.layers.get(layer).dxf.linetype) if layer in drawing.layers else ""


def _box(entity: DXFEntity) -> Box | None:
    found: Any = entity
    kind = entity.dxftype()
    if kind == "LINE":
        a, b = found.dxf.start, found.dxf.end
        corners = (min(a.x, b.x), min(a.y, b.y), max(a.x, b.x), max(a.y, b.y))
    elif kind == "CIRCLE" and found.dxf.extrusion.isclose((0, 0, 1)):
        c, r = found.dxf.center, found.dxf.radius
        corners = (c.x - r, c.y - r, c.x + r, c.y + r)
    elif kind == "ARC" and found.dxf.extrusion.isclose((0, 0, 1)):
        corners = _arc_corners(found.dxf.center, found.dxf.radius, found.dxf.start_angle, found.dxf.end_angle)
    else:
        from ezdxf import bbox

        extents = bbox.extents([found])
        if not extents.has_data:
            return None
        corners = (extents.extmin.x, extents.extmin.y, extents.extmax.x, extents.extmax.y)
    return Box(*corners) if all(math.isfinite(value) for value in corners) else None


def _arc_corners(centre: Any, radius: float, start: float, end: float) -> tuple[float, float, float, float]:
    """Return the box of an arc (degrees, counter-clockwise): its ends, and the axis points that it passes."""
    span = (end - start) % 360.0 or 360.0
    angles = [start, start + span, *(a for a in range(0, 720, 90) if start % 360.0 <= a <= start % 360.0 + span)]
    xs = [centre.x + radius * math.cos(math.radians(a)) for a in angles]
    ys = [centre.y + radius * math.sin(math.radians(a)) for a in angles]
    return min(xs), min(ys), max(xs), max(ys)


def _without_frames(boxes: Sequence[Box], unit_mm: float) -> list[Box]:
    """Drop the lines of a drawing frame: a rectangle of paper proportions (1:√2) around everything else."""
    kept = list(boxes)
    for _ in range(3):
        if len(kept) < 2:
            break
        whole = kept[0]
        for box in kept[1:]:
            whole = whole.joined(box)
        long, short = max(whole.width, whole.height), min(whole.width, whole.height)
        paper = short > 0 and (
            abs(long / short - math.sqrt(2)) < 0.04
            or any(
                0 <= a * scale - long * unit_mm <= 45 * scale and 0 <= b * scale - short * unit_mm <= 45 * scale
                for a, b in _SHEETS_MM
                for scale in (1.0, 2.0, 5.0, 10.0, 0.5)
            )
        )
        inner = [box for box in kept if not _on_rim(box, whole)]
        drawn_around = len(inner) < len(kept) and bool(inner)
        if not (paper and drawn_around and _surrounds(whole, inner)):
            break
        kept = inner
    return kept


def _on_rim(box: Box, whole: Box) -> bool:
    """Whether a box is the whole rectangle, or a line that runs along one full side of it."""
    tol = 1e-3 * max(whole.width, whole.height)
    full_x = abs(box.x0 - whole.x0) < tol and abs(box.x1 - whole.x1) < tol
    full_y = abs(box.y0 - whole.y0) < tol and abs(box.y1 - whole.y1) < tol
    flat_x = box.height < tol and (abs(box.y0 - whole.y0) < tol or abs(box.y1 - whole.y1) < tol)
    flat_y = box.width < tol and (abs(box.x0 - whole.x0) < tol or abs(box.x1 - whole.x1) < tol)
    return (full_x and full_y) or (full_x and flat_x) or (full_y and flat_y)


def _surrounds(whole: Box, inner: Sequence[Box]) -> bool:
    """Whether what is inside keeps clear of the rim on all sides, as a part does inside a drawing frame."""
    core = inner[0]
    for box in inner[1:]:
        core = core.joined(box)
    clear = 0.004 * max(whole.width, whole.height)
    return (
        core.x0 - whole.x0 > clear
        and whole.x1 - core.x1 > clear
        and core.y0 - whole.y0 > clear
        and whole.y1 - core.y1 > clear
        and core.width * core.height < 0.85 * whole.width * whole.height
        # a plate with a single hole has a rim too; a frame holds a drawing, which is more than a few lines
        and len(inner) >= 4
        and not all(_is_round_box(box) for box in inner)
    )


def _is_round_box(box: Box) -> bool:
    return math.isclose(box.width, box.height, rel_tol=1e-6)


_CELLS = 256
"""Fineness of the raster that tells views apart: one cell is 0.4 % of the drawing."""


def _views(boxes: Sequence[Box]) -> list[Box]:
    """Join boxes that touch or nearly touch (up to two cells of a raster), and return the clusters, largest first."""
    if not boxes:
        return []
    import numpy as np

    x0, y0 = min(b.x0 for b in boxes), min(b.y0 for b in boxes)
    cell = max(max(b.x1 for b in boxes) - x0, max(b.y1 for b in boxes) - y0, 1e-9) / (_CELLS - 1)
    spots = [
        (int((b.x0 - x0) / cell), int((b.y0 - y0) / cell), int((b.x1 - x0) / cell), int((b.y1 - y0) / cell))
        for b in boxes
    ]
    filled = np.zeros((_CELLS, _CELLS), dtype=bool)
    for a, b, c, d in set(spots):
        filled[a : c + 1, b : d + 1] = True
    label = _connected(filled)
    clusters: dict[int, Box] = {}
    for box, spot in zip(boxes, spots, strict=True):
        key = int(label[spot[0], spot[1]])
        clusters[key] = clusters[key].joined(box) if key in clusters else box
    ranked = sorted(clusters.values(), key=lambda b: b.width * b.height + 1e-9 * (b.width + b.height), reverse=True)
    largest = max(ranked[0].width, ranked[0].height)
    return [view for view in ranked if max(view.width, view.height) > 0.02 * largest]


def _connected(filled: Any) -> Any:
    """Number the filled cells that hang together (eight neighbours), by the runs of each row."""
    import numpy as np

    label = np.zeros(filled.shape, dtype=np.int64)
    parent: list[int] = []

    def root(number: int) -> int:
        while parent[number] != number:
            number = parent[number]
        return number

    before: list[tuple[int, int, int]] = []
    for x, row in enumerate(filled):
        steps = np.flatnonzero(np.diff(row.astype(np.int8), prepend=0, append=0)).tolist()
        runs = []
        for first, end in zip(steps[::2], steps[1::2], strict=True):
            number = len(parent)
            parent.append(number)
            for other_first, other_end, other in before:
                if other_first <= end and first <= other_end:
                    parent[root(other)] = root(number)
            label[x, first:end] = number
            runs.append((first, end, number))
        before = runs
    return np.array([root(number) for number in range(len(parent))])[label]


def _size(
    views: Sequence[Box],
    scaled: Sequence[tuple[float, float]],
    has_outer_circle: bool,
    diameters_mm: Sequence[float],
) -> tuple[tuple[float, ...], bool]:
    solid = [(view, size) for view, size in zip(views, scaled, strict=True) if min(size) > 0]
    if not solid:
        return (), False
    main, (width, height) = solid[0]
    depths: list[float] = []
    stray = False
    for view, (w, h) in solid[1:]:
        if _aligned(main.x0, main.x1, view.x0, view.x1):
            depths.append(h)
        elif _aligned(main.y0, main.y1, view.y0, view.y1):
            depths.append(w)
        elif w > 0.6 * width or h > 0.6 * height:
            stray = True
    named = [side for side in (width, height) if any(math.isclose(side, d, rel_tol=1e-3) for d in diameters_mm)]
    if named or (has_outer_circle and depths):
        if has_outer_circle and math.isclose(width, height, rel_tol=1e-3):
            return tuple(sorted({width, *depths[:1]}, reverse=True)), True
        return tuple(sorted((width, height), reverse=True)), True
    if stray or len({_clean(depth) for depth in depths}) > 1:
        return (), False
    return tuple(sorted((width, height, *depths[:1]), reverse=True)), False


def _aligned(a0: float, a1: float, b0: float, b1: float) -> bool:
    tol = 0.002 * max(a1 - a0, b1 - b0, 1e-9)
    return abs(a0 - b0) <= tol and abs(a1 - b1) <= tol


def _clean(value: float) -> float:
    """Round to a micrometre: what is drawn to 1e-9 means the round number."""
    return round(value, 3) + 0.0
