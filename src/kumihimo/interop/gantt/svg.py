"""Draw a chart as SVG, in pieces that a page can place on its own, or as one picture."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from xml.sax.saxutils import escape

from kumihimo.intake import without_controls
from kumihimo.interop.gantt.axis import Tick, ticks
from kumihimo.interop.gantt.chart import Bar, Chart, Mark, Row, Span

FONT = "Noto Sans JP, Hiragino Sans, Yu Gothic UI, Noto Sans CJK JP, IPAexGothic, sans-serif"
AXIS_PX = 40
DUE_PX = 20
LABEL_PX = 176
_LANE, _THIN_LANE, _PAD = 24, 16, 4
_MANY_LANES = 3
_MARGIN = 16
_INK, _SOFT, _LINE, _CLOSED, _LATE = "#1c2430", "#5b6675", "#d5dbe3", "#e6e9ee", "#a8321f"
# Fill and edge; the edges keep 3:1 against white, the ink keeps more than 7:1 against every fill.
_TINTS = (
    ("#cfe3f5", "#2f6ea5"),
    ("#d7ecd2", "#3e7d33"),
    ("#fbe6bf", "#946200"),
    ("#e4d9f3", "#6b4a9e"),
    ("#d0eae6", "#0f6b5c"),
    ("#f3dce6", "#96476b"),
)
_CONTEXT = ("#f1f3f6", "#9aa5b1")
_HEAT = ((0.25, "#e3eef8"), (0.5, "#b9d4ec"), (0.75, "#7fb0da"), (0.95, "#3d7fb8"), (float("inf"), "#12446f"))
_PATTERNS = (
    '<pattern id="frozen" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0V6" stroke="#1c2430" stroke-opacity=".55" stroke-width="2"/></pattern>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBox:
    """Where a row stands: pixels from the first row's top."""

    top: int
    height: int
    lane: int


def row_boxes(chart: Chart) -> tuple[RowBox, ...]:
    """Return the place of every row."""
    boxes, top = [], 0
    for row in chart.rows:
        lane = _LANE if row.lanes <= _MANY_LANES else _THIN_LANE
        # Two lines of label need their room.
        height = max(34, row.lanes * lane + 2 * _PAD)
        boxes.append(RowBox(top=top, height=height, lane=lane))
        top += height
    return tuple(boxes)


def axis_height(chart: Chart) -> int:
    """Return the height of the axis with the line of due marks, if there is one."""
    return AXIS_PX + (DUE_PX if chart.dues else 0)


def axis_svg(chart: Chart) -> str:
    """Return the axis and the line of due marks as an SVG fragment, `Chart.width` wide and `axis_height` high."""
    scale = _Scale(chart)
    parts = [f'<rect width="{chart.width}" height="{axis_height(chart)}" fill="#fff"/>']
    major_end = minor_end = -1.0
    found = _ticks(chart)
    majors = [scale(tick.minute) for tick in found if tick.is_major]
    # The name of a day that began before the window would leave no room for the first whole one.
    crowded = len(majors) > 1 and majors[1] - majors[0] < 90
    for tick in found:
        x = scale(tick.minute)
        if tick.is_major:
            parts.append(f'<path d="M{x:g} 2V{AXIS_PX}" stroke="{_SOFT}"/>')
            if (
                not (crowded and x == majors[0])
                and x + 4 >= major_end
                and x + 4 + _width(tick.text, 12) <= chart.width + 4
            ):
                parts.append(_text(x + 4, 14, tick.text, 12, _INK))
                major_end = x + 10 + _width(tick.text, 12)
            continue
        parts.append(f'<path d="M{x:g} {AXIS_PX - 16}V{AXIS_PX}" stroke="{_LINE}"/>')
        if x + 3 >= minor_end and x + 3 + _width(tick.text, 11) <= chart.width + 4:
            parts.append(_text(x + 3, AXIS_PX - 5, tick.text, 11, _SOFT))
            minor_end = x + 7 + _width(tick.text, 11)
    parts.append(f'<path d="M0 {AXIS_PX - 0.5}H{chart.width}" stroke="{_SOFT}"/>')
    parts += [_due_mark(scale(mark.minute), AXIS_PX + DUE_PX / 2, mark) for mark in chart.dues]
    return "".join(parts)


def rows_svg(chart: Chart, *, is_focusable: bool = True) -> str:
    """Return all rows as an SVG fragment, `Chart.width` wide.

    Parameters
    ----------
    is_focusable
        Whether bars can be reached by keyboard.
    """
    scale = _Scale(chart)
    boxes = row_boxes(chart)
    height = boxes[-1].top + boxes[-1].height
    parts = [f'<rect width="{chart.width}" height="{height}" fill="#fff"/>']
    for row, box in zip(chart.rows, boxes, strict=True):
        closed = "".join(_box(scale, span, box.top, box.height) for span in row.closed)
        if closed:
            parts.append(f'<path d="{closed}" fill="{_CLOSED}"/>')
    found = _ticks(chart)
    for is_major, colour in ((False, _LINE), (True, "#aab4c0")):
        lines = "".join(f"M{scale(t.minute):g} 0V{height}" for t in found if t.is_major is is_major)
        if lines:
            parts.append(f'<path d="{lines}" stroke="{colour}" stroke-width=".7"/>')
    focus = 'tabindex="0"' if is_focusable else ""
    for row, box in zip(chart.rows, boxes, strict=True):
        parts.append(f'<g role="group" aria-label="{_safe(f"{row.label} {row.note}")}">')
        parts.append(f'<path d="M0 {box.top + box.height - 0.5}H{chart.width}" stroke="{_LINE}"/>')
        parts += _loads(row, box, scale, focus)
        parts += _links(row, box, scale)
        parts += [_bar(bar, row, box, scale, focus) for bar in row.bars]
        parts += _marks(row, box, scale)
        parts.append("</g>")
    return "".join(parts)


def patterns_svg() -> str:
    """Return the definitions that the fragments refer to."""
    return f"<defs>{_PATTERNS}</defs>"


def legend(chart: Chart) -> tuple[tuple[str, str], ...]:
    """Return (swatch as SVG of 28 by 18 pixels, words) for every sign that the chart uses."""
    is_english = chart.lang == "en"
    bars = [bar for row in chart.rows for bar in row.bars]
    found: list[tuple[str, str]] = []

    def add(is_used: bool, swatch: str, ja: str, en: str) -> None:
        if is_used:
            found.append((swatch, en if is_english else ja))

    fill, edge = _TINTS[0]
    plain = f'<rect x="1" y="2" width="26" height="14" rx="2" fill="{fill}" stroke="{edge}"/>'
    late = f'<rect x="1" y="2" width="26" height="14" rx="2" fill="{_LATE}" stroke="#6d1c10"/>'
    by = chart.by == "resource"
    add(any(b.tint >= 0 and not b.is_late for b in bars), plain, "間に合う注文の工程", "step of an order on time")
    add(
        any(b.is_late for b in bars),
        late + _text(7, 14, "▲", 11, "#fff"),
        "遅れる注文の工程",
        "step of a late order",
    )
    add(
        any(b.is_frozen for b in bars),
        plain + '<rect x="1" y="2" width="26" height="14" fill="url(#frozen)"/>',
        "斜線: 動かせない工程（完了・加工中・約束済み）",
        "hatched: cannot move (done, running, committed)",
    )
    add(
        any(b.work for b in bars),
        f'<path d="M2 9H26" stroke="{edge}" stroke-width="3"/><rect x="1" y="2" width="8" height="14" fill="{fill}" '
        f'stroke="{edge}"/><rect x="19" y="2" width="8" height="14" fill="{fill}" stroke="{edge}"/>',
        "細い線: 休みの間の中断",
        "thin line: paused while closed",
    )
    add(
        any(b.tint < 0 for b in bars),
        plain.replace(fill, _CONTEXT[0]).replace(edge, _CONTEXT[1]),
        "ほかの注文",
        "other orders",
    )
    add(any(r.closed for r in chart.rows), f'<rect y="2" width="28" height="14" fill="{_CLOSED}"/>', "休み", "closed")
    marks = [*chart.dues, *(m for r in chart.rows for m in r.marks)]
    ontime = Mark(minute=0, title="", is_late=False)
    add(any(not m.is_late for m in marks), _due_mark(14, 9, ontime), "納期（間に合う）", "due date, kept")
    late_mark = Mark(minute=0, title="", is_late=True)
    add(any(m.is_late for m in marks), _due_mark(14, 9, late_mark), "納期（遅れ）", "due date, missed")
    add(
        any(m.until is not None for m in marks) and not by,
        f'<path d="M2 14H26" stroke="{_LATE}" stroke-width="3" stroke-dasharray="5 2"/>',
        "納期から完了までの遅れ",
        "from the due date to completion",
    )
    add(
        any(r.links for r in chart.rows),
        f'<path d="M2 9H26" stroke="{_SOFT}" stroke-width="1.5" stroke-dasharray="2 2"/>',
        "輸送",
        "transport",
    )
    if any(r.loads for r in chart.rows):
        cells = "".join(
            f'<rect x="{5.6 * at:g}" y="2" width="5.6" height="14" fill="{c}"/>' for at, (_, c) in enumerate(_HEAT)
        )
        add(True, cells, "負荷率 0〜25〜50〜75〜95 % 以上", "load 0–25–50–75–95 % and more")
    return tuple(found)


def chart_svg(chart: Chart) -> str:
    """Return the whole chart as one SVG picture that needs nothing else."""
    boxes = row_boxes(chart)
    rows_px = boxes[-1].top + boxes[-1].height
    width = LABEL_PX + chart.width + 2 * _MARGIN
    y = _MARGIN + 20
    head = [_text(_MARGIN, y, chart.title, 17, _INK)]
    facts = "　".join(f"{name}: {value}" for name, value in chart.facts)
    y += 22
    head.append(_text(_MARGIN, y, facts, 12, _SOFT))
    y += 14
    plot_top = y + axis_height(chart)
    body = [
        f'<g transform="translate({_MARGIN + LABEL_PX} {y})">{axis_svg(chart)}</g>',
        f'<g transform="translate({_MARGIN + LABEL_PX} {plot_top})">{rows_svg(chart)}</g>',
    ]
    if chart.dues:
        due = "Due dates" if chart.lang == "en" else "納期"
        body.append(_text(_MARGIN, y + AXIS_PX + 14, due, 12, _SOFT))
    for row, box in zip(chart.rows, boxes, strict=True):
        middle = plot_top + box.top + box.height / 2
        sign = "▲ " if row.is_late else ""
        colour = _LATE if row.is_late else _INK
        body.append(_text(_MARGIN, middle - 2, fitted(sign + row.label, 13, LABEL_PX - 8), 13, colour))
        body.append(_text(_MARGIN, middle + 12, fitted(row.note, 11, LABEL_PX - 8), 11, colour if sign else _SOFT))
        body.append(
            f'<path d="M{_MARGIN} {plot_top + box.top + box.height - 0.5:g}H{_MARGIN + LABEL_PX}" stroke="{_LINE}"/>'
        )
    tall = axis_height(chart) + rows_px
    edge = f'<rect x="{_MARGIN + LABEL_PX - 0.5}" y="{y}" width="{chart.width + 1}" height="{tall}"'
    body.append(f'{edge} fill="none" stroke="{_LINE}"/>')
    y = plot_top + rows_px + 14
    x = _MARGIN
    for swatch, words in legend(chart):
        needed = 36 + _width(words, 12) + 18
        if x > _MARGIN and x + needed > width - _MARGIN:
            x, y = _MARGIN, y + 22
        body.append(f'<g transform="translate({x:g} {y})">{swatch}{_text(34, 13, words, 12, _INK)}</g>')
        x += round(needed)
    y += 26
    for sentence in chart.left_out:
        body.append(_text(_MARGIN, y + 10, sentence, 12, _INK))
        y += 18
    height = y + _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{FONT}" role="group" aria-label="{_safe(chart.title)}" lang="{chart.lang}">'
        f"{patterns_svg()}"
        "<style>g[tabindex]:focus{outline:none}g[tabindex]:focus>:nth-child(2){stroke:#1c2430;stroke-width:3}</style>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(head)}{"".join(body)}</svg>\n'
    )


def _ticks(chart: Chart) -> tuple[Tick, ...]:
    per_minute = chart.width / (chart.high - chart.low)
    return ticks(chart.start, chart.low, chart.high, per_minute, has_dates=chart.has_dates, lang=chart.lang)


class _Scale:
    def __init__(self, chart: Chart) -> None:
        self.low, self.width = chart.low, chart.width
        self.per = chart.width / (chart.high - chart.low)

    def __call__(self, minute: float) -> float:
        return round(min(max((minute - self.low) * self.per, -4.0), self.width + 4.0), 2)


def _box(scale: _Scale, span: Span, top: float, height: float) -> str:
    left, right = scale(span[0]), scale(span[1])
    return f"M{left:g} {top:g}H{right:g}V{top + height:g}H{left:g}Z"


def _bar(bar: Bar, row: Row, box: RowBox, scale: _Scale, focus: str) -> str:
    left = scale(bar.start)
    wide = max(2.0, round(scale(bar.end) - left, 2))
    top = box.top + (box.height - row.lanes * box.lane) / 2 + bar.lane * box.lane + 2
    high = box.lane - 5
    fill, edge = (_LATE, "#6d1c10") if bar.is_late else _TINTS[bar.tint] if bar.tint >= 0 else _CONTEXT
    # A pause is seen from a few pixels on.
    pieces = [span for span in bar.work if scale(span[1]) - scale(span[0]) >= 1] if wide >= 8 else []
    shape = "".join(_box(scale, span, top, high) for span in pieces)
    if shape:
        drawn = f'<path d="{shape}" fill="{fill}" stroke="{edge}"/>'
        drawn += f'<path d="M{left:g} {top + high / 2:g}h{wide:g}" stroke="{edge}" stroke-width="3"/>'
        # The line lies under the pieces, yet they come first: they are what the focus outlines.
        drawn += f'<path d="{shape}" fill="{fill}"/>'
    else:
        shape = f"M{left:g} {top:g}h{wide:g}v{high:g}h{-wide:g}z"
        drawn = f'<path d="{shape}" fill="{fill}" stroke="{edge}"/>'
    if bar.is_frozen:
        drawn += f'<path d="{shape}" fill="url(#frozen)"/>'
    # The name stands within one piece, so that it never runs over a pause.
    edges = [(scale(a), scale(b)) for a, b in pieces] or [(left, left + wide)]
    shown = [(max(a, 0.0), min(b, float(scale.width))) for a, b in edges]
    whole = f"{'▲' if bar.is_late else ''}{bar.label}"
    widest = max(shown, key=lambda edge: edge[1] - edge[0])
    size = 11 if _width(whole, 11) <= widest[1] - widest[0] - 5 else 10
    begin, end = next((e for e in shown if _width(whole, size) <= e[1] - e[0] - 5), widest)
    words = fitted(whole, size, end - begin - 5)
    # Three letters of a name tell nothing.
    if not (words.endswith("…") and len(words) < 5) and words and box.lane >= _THIN_LANE:
        ink, halo = ("#fff", _LATE) if bar.is_late else (_INK, fill)
        drawn += (
            f'<text x="{begin + 3:g}" y="{top + high / 2 + 4:g}" font-size="{size}" fill="{ink}" stroke="{halo}" '
            f'stroke-width="3" stroke-linejoin="round" paint-order="stroke" pointer-events="none">{_safe(words)}</text>'
        )
    return f'<g {focus} role="img" class="b"><title>{_safe(bar.title)}</title>{drawn}</g>'


def _loads(row: Row, box: RowBox, scale: _Scale, focus: str) -> list[str]:
    parts = []
    for load in row.loads:
        if load.share is None:
            continue
        share = load.share
        colour = next(colour for limit, colour in _HEAT if share <= limit or limit == _HEAT[-1][0])
        left = scale(load.start)
        wide = round(scale(load.end) - left, 2)
        high = box.height - 2 * _PAD
        drawn = f'<rect x="{left:g}" y="{box.top + _PAD}" width="{wide:g}" height="{high}" fill="{colour}"/>'
        words = f"{100 * share:.0f}"
        if _width(words, 10) + 4 <= wide:
            ink = "#fff" if share > _HEAT[2][0] else _INK
            drawn += _text(left + (wide - _width(words, 10)) / 2, box.top + box.height / 2 + 4, words, 10, ink)
        parts.append(f'<g {focus} role="img" class="b"><title>{_safe(load.title)}</title>{drawn}</g>')
    return parts


def _links(row: Row, box: RowBox, scale: _Scale) -> list[str]:
    path = ""
    first = box.top + (box.height - row.lanes * box.lane) / 2 + box.lane / 2
    for link in row.links:
        a, b = first + link.lane_from * box.lane, first + link.lane_to * box.lane
        path += f"M{scale(link.start):g} {a:g}L{scale(link.end):g} {b:g}"
    return (
        [f'<path d="{path}" stroke="{_SOFT}" stroke-width="1.5" stroke-dasharray="2 2" fill="none"/>'] if path else []
    )


def _marks(row: Row, box: RowBox, scale: _Scale) -> list[str]:
    parts = []
    for mark in row.marks:
        x = scale(mark.minute)
        colour = _LATE if mark.is_late else _INK
        if mark.until is not None:
            parts.append(
                f'<path d="M{x:g} {box.top + box.height - 3}H{scale(mark.until):g}" stroke="{_LATE}" stroke-width="3" '
                'stroke-dasharray="5 2"/>'
            )
        if -1 <= x <= scale.width + 1:
            parts.append(
                f'<path d="M{x:g} {box.top + 1}V{box.top + box.height - 1}" stroke="{colour}" stroke-width="1.5"/>'
            )
            parts.append(_due_mark(x, box.top + 6, mark))
    return parts


def _due_mark(x: float, y: float, mark: Mark) -> str:
    """Return a triangle for a missed due date, a hollow diamond for one that is kept."""
    title = f"<title>{_safe(mark.title)}</title>" if mark.title else ""
    if mark.is_late:
        shape = f'<path d="M{x - 5:g} {y - 5:g}h10l-5 9z" fill="{_LATE}" stroke="#fff" stroke-width=".7"/>'
        return f'<g class="d">{title}{shape}</g>'
    shape = f'<path d="M{x:g} {y - 5:g}l4.5 5l-4.5 5l-4.5 -5z" fill="#fff" stroke="{_INK}" stroke-width="1.2"/>'
    return f'<g class="d">{title}{shape}</g>'


def _text(x: float, y: float, words: str, size: int, colour: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}">{_safe(words)}</text>'


def _safe(text: str) -> str:
    """Return text that cannot leave its place in the markup, and that XML can hold."""
    clean = without_controls(text).encode("utf-8", "replace").decode().replace("\ufffe", "").replace("\uffff", "")
    return escape(clean, {'"': "&quot;"})


def _width(text: str, size: int) -> float:
    """Return about how wide a text is: East Asian characters are square, others a bit over half as wide."""
    return size * sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.58 for c in text)


def fitted(text: str, size: int, width: float) -> str:
    """Return a text that fits into `width` pixels, cut with an ellipsis; empty when not even that fits."""
    if _width(text, size) <= width:
        return text
    kept = text
    while kept and _width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept + "…" if kept else ""
